"""How often one address, and everybody together at one practice, may ask."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import g, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

if TYPE_CHECKING:
    from flask import Flask

_READING = "240 per minute"
"""One address may be a whole office or a mobile network's gateway."""
_ASKING = "60 per minute"
_BOOKING = "20 per minute"
_BOOKING_AT_A_PRACTICE = "300 per minute"
_CLIENT = "10 per second; 120 per minute"
"""Twice what the vendor whose API it is lets one key ask."""
_GATEWAY = "1200 per minute"

limiter = Limiter(
    key_func=get_remote_address,
    strategy="moving-window",
    headers_enabled=False,
    # Counting must never be the reason that a patient cannot book.
    swallow_errors=True,
    in_memory_fallback_enabled=True,
)


def init_app(app: Flask, *, storage: str, enabled: bool) -> None:
    """Count in ``storage`` (``memory://`` or Redis's URL), or nowhere."""
    app.config["RATELIMIT_ENABLED"] = enabled
    app.config["RATELIMIT_STORAGE_URI"] = storage
    limiter.init_app(app)


def _practice_and_address() -> str:
    return f"{_slug()} {get_remote_address()}"


def _slug() -> str:
    practice = g.get("practice")
    return practice.slug if practice else request.path.split("/")[1][:60]


reading = limiter.limit(_READING, key_func=_practice_and_address)
"""For pages that only look."""
asking = limiter.limit(_ASKING, key_func=_practice_and_address)
"""For forms that only check what was typed."""


booking_by_address = limiter.limit(_BOOKING, key_func=_practice_and_address)
booking_at_practice = limiter.limit(_BOOKING_AT_A_PRACTICE, key_func=_slug)
by_client = limiter.limit(_CLIENT, key_func=_practice_and_address)
"""For programs: those who guess at keys are counted like those who have them."""
from_gateway = limiter.limit(_GATEWAY, key_func=get_remote_address)
"""For a text gateway's receipts, which come in bursts."""
