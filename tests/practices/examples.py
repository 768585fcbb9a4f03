"""A practice's file as a test wants it, and the practice read from it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from webapp.practices.model import Practice

if TYPE_CHECKING:
    from collections.abc import Mapping

KEY = "the-key-that-no-sentence-may-show"

TEXT = f"""\
name = "Harbour Physiotherapy"
phone = "020 7946 0123"
email = "desk@harbour.example"
address = "1 Quay Street, London"
timezone = "Europe/London"
country = "GB"

[diary]
system = "physiodiary"
url = "https://diary.example:1234/api/request"
api_key = "{KEY}"
"""


def practice(
    *,
    slug: str = "harbour",
    url: str = "https://diary.example:1234/api/request",
    key: str = KEY,
    booking: Mapping[str, object] | None = None,
    origins: tuple[str, ...] = (),
    **fields: object,
) -> Practice:
    """A practice as the loader would have made it."""
    return Practice.model_validate(
        {
            "slug": slug,
            "name": "Harbour Physiotherapy",
            "phone": "020 7946 0123",
            "email": "desk@harbour.example",
            "address": "1 Quay Street, London",
            "timezone": "Europe/London",
            "country": "GB",
            "diary": {"system": "physiodiary", "url": url, "api_key": key},
            "booking": booking or {},
            "embed": {"origins": origins},
            **fields,
        }
    )
