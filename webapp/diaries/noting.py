"""Tells the operator's log what a diary did not accept, or left unknown."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from webapp.diaries.errors import NotAccepted, OutcomeUnknown

if TYPE_CHECKING:
    import logging
    from collections.abc import Generator


class Noting:
    """Wraps calls to the diary at ``host`` (``host:port``); whatever they raise goes on."""

    def __init__(self, log: logging.Logger, host: str) -> None:
        self._log = log
        self._host = host

    @contextmanager
    def __call__(self, what: str) -> Generator[None]:
        """Name a call in the log, should it fail in one of these two ways."""
        try:
            yield
        except NotAccepted as exc:
            # The text alone: it holds no more, and what it was raised from may
            self._log.error("%s: %s: %s", self._host, what, exc)
            raise
        except OutcomeUnknown as exc:
            self._log.warning("%s: %s has an unknown outcome: %s", self._host, what, exc)
            raise
