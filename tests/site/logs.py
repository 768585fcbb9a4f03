"""Keeps all that is logged, to see that no patient's word and no secret is in it."""

from __future__ import annotations

import logging
from contextlib import contextmanager
from typing import TYPE_CHECKING

from tests.reference_process import ELM_TREE, HARBOUR
from tests.site.ground import PATIENT, SIGNING_KEY, SOLO_KEY
from webapp.web.logging import JsonLines

if TYPE_CHECKING:
    from collections.abc import Generator

KEYS = (HARBOUR.key, ELM_TREE.key, SOLO_KEY, SIGNING_KEY)


class Everything(logging.Handler):
    """Keeps every record as each of our ways of writing would put it down."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines += [
            logging.Formatter("%(message)s").format(record),
            JsonLines().format(record),
            repr(record.args),
            repr(record.exc_info),
        ]


@contextmanager
def everything_logged() -> Generator[Everything]:
    """Keep all that anybody logs at the finest level: us, werkzeug, urllib3.

    Only SQLAlchemy stays at INFO, which is the most that ``set_up`` lets through: below it
    echoes the rows themselves.
    """
    handler = Everything()
    root = logging.getLogger()
    names = ["openslot", "webapp", "werkzeug", "urllib3", "requests", "stamina", "flask-limiter"]
    loggers = [root, *(logging.getLogger(name) for name in (*names, "sqlalchemy"))]
    levels = [one.level for one in loggers]
    for one in loggers:
        one.setLevel(logging.DEBUG)
    loggers[-1].setLevel(logging.INFO)
    root.addHandler(handler)
    yield handler
    root.removeHandler(handler)
    for one, level in zip(loggers, levels, strict=True):
        one.setLevel(level)


def assert_silent_about(log: Everything, *words: str) -> None:
    everything = "\n".join(log.lines)
    assert "request" in everything, "nothing was logged at all"
    for word in (*words, *PATIENT.values(), *KEYS):
        assert word not in everything
        assert word.replace("@", "%40").replace(" ", "+") not in everything
