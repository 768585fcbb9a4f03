"""Repeats a read that failed in passing, as often and as long as the limits allow."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, TypeVar

import stamina

from webapp.diaries.errors import NoAnswer, NotReached

if TYPE_CHECKING:
    from collections.abc import Callable

    from webapp.diaries.calling import Limits

_Answer = TypeVar("_Answer")


def ask_again(ask_once: Callable[[], _Answer], limits: Limits, *, deadline: float) -> _Answer:
    """Ask until there is an answer. ``deadline`` is on the ``time.monotonic`` scale.

    NotReached and NoAnswer are tried again; they and every other DiaryError are raised in the
    end as they came.
    """
    heard: list[NoAnswer] = []

    def may_pass(error: Exception) -> bool:
        if isinstance(error, NoAnswer):
            heard.append(error)
        left = deadline - time.monotonic()
        return isinstance(error, (NotReached, NoAnswer)) and left > limits.longest_pause

    # stamina tells its hooks (log, metrics) the error, and no argument of such a caller
    repeated = stamina.RetryingCaller(
        attempts=limits.attempts,
        timeout=None,
        wait_initial=limits.pause,
        wait_jitter=limits.pause,
        wait_max=limits.longest_pause,
    )
    try:
        return repeated(may_pass, ask_once)
    except NotReached:
        # It was reached before: that says more than a last attempt without time or luck
        if heard:
            raise heard[-1] from None
        raise
