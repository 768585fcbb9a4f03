"""Reads what stands in the diary, page by page, and whose it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from webapp.diaries.errors import NoAnswer
from webapp.diaries.repeating import ask_again
from webapp.diaries.valomnia import mapping
from webapp.diaries.valomnia.answers import Refusal, read_answer
from webapp.diaries.valomnia.holding import Held, hold

if TYPE_CHECKING:
    from collections.abc import Mapping

    from webapp.diaries.calling import Limits
    from webapp.diaries.settings import ValomniaSettings
    from webapp.diaries.valomnia.api import Api
    from webapp.diaries.valomnia.free import Span
    from webapp.diaries.valomnia.mapping import Entry, Page, Whole

_LIST = "appointments"


class Reader:
    """Asks one practice's diary. Safe to share between threads.

    Every method repeats what failed in passing, until its ``deadline`` on the ``time.monotonic``
    scale, and raises a ReadFailed or NotAccepted.
    """

    def __init__(self, api: Api, settings: ValomniaSettings, limits: Limits) -> None:
        self._api = api
        self._settings = settings
        self._limits = limits

    def held(self, span: Span, *, deadline: float) -> tuple[Held, ...]:
        """Return what lies in ``span``, even in part, with whom and what it takes up.

        One list tells all of it. It says nothing of employees: only where something was not
        booked through us, one more list for each of them tells whose it is.
        """
        # Wider than asked, for what ends as it begins
        minute = mapping.MINUTE
        since, until = span[0] - minute, span[1] + minute
        entries = self._list(mapping.overlapping(since, until), deadline)
        employees: dict[str, frozenset[int]] = {}
        if any(one.mark is None for one in entries):
            for person in self._settings.people:
                if person.employee_reference is not None:
                    asked = mapping.overlapping(since, until, employee=person.employee_reference)
                    theirs = self._list(asked, deadline)
                    employees[person.id] = frozenset(one.id for one in theirs)
        found = hold(entries, self._settings, employees)
        return tuple(one for one in found if one.lies_in(span))

    def whole(self, path: str, *, deadline: float) -> Whole | None:
        """Return one appointment; None when the diary says that there is no such."""

        def ask_once() -> Whole | None:
            answer = read_answer(self._api.get(path, {}, deadline=deadline))
            if isinstance(answer, Refusal) and answer.is_missing:
                return None
            return mapping.whole(answer)

        return ask_again(ask_once, self._limits, deadline=deadline)

    def _list(self, asked: Mapping[str, str], deadline: float) -> tuple[Entry, ...]:
        for _ in range(self._limits.attempts):
            entries = self._leaf_through(asked, deadline)
            if entries is not None:
                return entries
        raise NoAnswer("the list changed each time while it was read")

    def _leaf_through(self, asked: Mapping[str, str], deadline: float) -> tuple[Entry, ...] | None:
        """Read a list to its end; None when it changed meanwhile, for then a row may be missing."""
        found: dict[int, Entry] = {}
        page = self._page(asked, 0, deadline)
        total = page.total
        while True:
            found |= {one.id: one for one in page.entries}
            if page.next_offset is None:
                return tuple(found.values())
            page = self._page(asked, page.next_offset, deadline)
            if page.total != total:
                return None

    def _page(self, asked: Mapping[str, str], offset: int, deadline: float) -> Page:
        def ask_once() -> Page:
            reply = self._api.get(_LIST, {**asked, "offset": str(offset)}, deadline=deadline)
            return mapping.page(read_answer(reply), address=self._api.address(_LIST), offset=offset)

        return ask_again(ask_once, self._limits, deadline=deadline)
