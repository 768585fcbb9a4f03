"""Finds out whether Updox would take what it is told. Tells it nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from webapp.diaries.settings import ValomniaSettings
from webapp.practices.doctor import Finding, advice, well, wrong
from webapp.sync.updox.answers import Verdict
from webapp.sync.updox.api import Api

if TYPE_CHECKING:
    from collections.abc import Iterator

    from webapp.practices.model import Practice


def examine_updox(practice: Practice) -> Iterator[Finding]:
    """Yield what came of a ping, at a practice that has an ``[updox]`` table."""
    settings = practice.updox
    if settings is None:
        return
    api = Api(settings)
    answer = api.ping()
    if answer.verdict is Verdict.TAKEN:
        yield well(f"Updox at {api.host} accepts the application and the account.")
    elif answer.verdict is Verdict.MEND:
        # What is said of a promise ends with how to try it again.
        yield wrong(f"{answer.reason.partition(', then')[0]}.")
    else:
        yield wrong(
            f"Updox at {api.host} gave no usable answer to a ping: {answer.reason}. Check "
            "updox.url and updox.path, and try again in some minutes."
        )
    # Whom the file lists, it was read with a calendar for.
    is_listed = practice.booking.staff is not None or isinstance(practice.diary, ValomniaSettings)
    if settings.calendar is None and not is_listed:
        yield advice(
            "updox.calendar is not set, and everybody in the diary can be booked: set it, or list "
            "booking.staff, so that nobody's appointments are left untold."
        )
