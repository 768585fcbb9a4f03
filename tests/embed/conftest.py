"""The whole app, for the web designer's pages."""

from __future__ import annotations

from tests.site.conftest import clock, diary, make_site, running_diary, site

__all__ = ["clock", "diary", "make_site", "running_diary", "site"]
