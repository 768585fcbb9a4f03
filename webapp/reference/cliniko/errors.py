"""The failures of the API: a status, and a document where there is one.

The description has the shape of a 422. The others' words, but for those that are cited, are ours.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

BLANK = "can't be blank"
NOT_LISTED = "is not included in the list"
INVALID = "is invalid"


@dataclass(frozen=True, slots=True)
class ApiError(Exception):
    """One failure, as it is sent; without a document, its body is empty."""

    status: int
    document: Mapping[str, object] | None = None


def not_found() -> ApiError:
    return ApiError(404, {"status": "404", "error": "Not Found"})


def bad_request(words: str) -> ApiError:
    return ApiError(400, {"message": words})


def wrong_time_frame() -> ApiError:
    return bad_request("Invalid time frame definition. Please check from/to param limitations.")


def invalid(errors: Mapping[str, str]) -> ApiError:
    """Say what is wrong with a body, by field."""
    return ApiError(422, {"message": "Validation Failed", "errors": dict(errors)})
