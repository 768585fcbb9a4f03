"""The whole app with two practices that keep a list, and a client of its API."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.asap.api.client import Client
from tests.reference_process import HARBOUR, ReferenceDiary
from tests.site.asap import send_all_through, with_lists
from tests.site.conftest import MakeSite, clock, diary, make_site, running_diary
from tests.site.ground import Site

__all__ = ["clock", "diary", "make_site", "running_diary"]


@pytest.fixture
def site(diary: ReferenceDiary, make_site: MakeSite, monkeypatch: pytest.MonkeyPatch) -> Site:
    send_all_through(monkeypatch, diary)
    return with_lists(make_site)


@pytest.fixture
def client(site: Site) -> Client:
    """A program of Harbour's, with the keys that Harbour gave it."""
    return Client(site, HARBOUR.slug)


@pytest.fixture
def sqlite_url(tmp_path: Path, migrated_file: Path) -> str:
    """One database alone, for tests that the kind of it cannot change."""
    return f"sqlite:///{shutil.copy(migrated_file, tmp_path)}"
