"""The failures of the API: a status and a short explanation in plain text.

The vendor documents few of the words ("DateTStamp format must be yyyy-MM-dd HH:mm:ss", "Clinic not
found"); the others are ours, in their manner.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ApiError(Exception):
    """One failure, as it is sent."""

    status: int
    words: str


def wrong(words: str) -> ApiError:
    return ApiError(400, words)


def wrong_format(name: str, form: str) -> ApiError:
    return wrong(f"{name} format must be {form}")


def missing(name: str) -> ApiError:
    return wrong(f"{name} is required")


def not_found(what: str) -> ApiError:
    return ApiError(404, f"{what} not found")
