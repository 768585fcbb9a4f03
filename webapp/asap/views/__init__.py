"""The ASAP list's pages, and what the text gateway calls."""

from __future__ import annotations

from webapp.asap.views import joining, offer, place, receipts
from webapp.asap.views.blueprint import blueprint

__all__ = ["blueprint", "joining", "offer", "place", "receipts"]
