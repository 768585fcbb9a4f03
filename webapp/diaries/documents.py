"""Reads the JSON that vendors answer with, and refuses what merely looks like it."""

from __future__ import annotations

import json
from typing import cast


def read_object(body: bytes) -> dict[str, object] | None:
    """Return the JSON object in ``body``; None for what is none, which no answer is."""
    found = _read(body)
    return cast("dict[str, object]", found) if isinstance(found, dict) else None


def read_array(body: bytes) -> list[object] | None:
    """Return the JSON array in ``body``; None for what is none."""
    found = _read(body)
    return cast("list[object]", found) if isinstance(found, list) else None


def _read(body: bytes) -> object:
    try:
        return json.loads(body.decode("utf-8-sig"), parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        return None


def _refuse_constant(name: str) -> object:
    raise ValueError(f"{name} is not JSON")
