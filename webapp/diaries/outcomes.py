"""Says what a failure means for a booking, by whether anything had been written by then."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from webapp.diaries.errors import (
    NoAnswer,
    NotAccepted,
    NotReached,
    OutcomeUnknown,
    ReadFailed,
    Unintelligible,
)

if TYPE_CHECKING:
    from collections.abc import Generator


@contextmanager
def nothing_sent() -> Generator[None]:
    """Say of a question without an answer that what was to be written never left."""
    try:
        yield
    except (NoAnswer, Unintelligible) as exc:
        raise NotReached(f"nothing was sent, for there was no looking first: {exc}") from exc


@contextmanager
def unknown_if_it_fails() -> Generator[None]:
    """Let no failure after a write that left, though it was turned away, pass for "not reached"."""
    try:
        yield
    except (ReadFailed, NotAccepted) as exc:
        raise OutcomeUnknown(str(exc)) from exc
