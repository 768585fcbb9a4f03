"""Writes into the diary, and makes sure that nobody else is in the slot afterwards."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from webapp.diaries.errors import (
    NoAnswer,
    NotAccepted,
    OutcomeUnknown,
    ReadFailed,
    SlotTaken,
    Unintelligible,
)
from webapp.diaries.repeating import ask_again
from webapp.diaries.valomnia import mapping
from webapp.diaries.valomnia.answers import Code, Refusal, read_answer, write_error
from webapp.diaries.valomnia.orders import span_of
from webapp.diaries.valomnia.rivals import Verdict, judge

if TYPE_CHECKING:
    from collections.abc import Mapping

    from webapp.diaries.calling import Limits
    from webapp.diaries.port import Slot
    from webapp.diaries.valomnia.api import Api
    from webapp.diaries.valomnia.mapping import Entry, Whole
    from webapp.diaries.valomnia.reading import Reader

_OTHERS_MAY_TAKE = 4.0
"""Seconds that another booking of the same slot has, to see that it came second and go."""


class Writer:
    """Writes into one practice's diary. Safe to share between threads.

    Deadlines are on the ``time.monotonic`` scale.
    """

    def __init__(self, api: Api, reader: Reader, limits: Limits) -> None:
        self._api = api
        self._reader = reader
        self._limits = limits

    def write(
        self,
        method: str,
        path: str,
        order: Mapping[str, object],
        *,
        slot: Slot,
        reference: str,
        deadline: float,
    ) -> Whole:
        """Send one appointment, once, and believe only an answer that repeats it.

        Raises FieldsRefused, NotReached or NotAccepted when nothing was written, and
        OutcomeUnknown when it may have been.
        """
        try:
            reply = self._api.send(method, path, order, deadline=deadline)
            answer = read_answer(reply)
            if isinstance(answer, Refusal):
                raise write_error(answer)
            whole = mapping.whole(answer)
            mapping.compare(whole, slot, reference=reference)
            return whole
        except (NoAnswer, Unintelligible) as exc:
            raise OutcomeUnknown(str(exc)) from exc

    def delete(self, path: str, *, deadline: float) -> None:
        """Take one appointment out; one that is gone already counts as taken out.

        Raises a ReadFailed or NotAccepted; it may be repeated after any of them.
        """
        answer = read_answer(self._api.send("DELETE", path, None, deadline=deadline))
        if isinstance(answer, Refusal):
            if answer.is_missing:
                return
            if answer.code is Code.NOT_DELETED:
                raise NoAnswer(f"the diary did not delete: {answer}")
            raise Unintelligible(f"the diary refused to delete: {answer}")
        if not mapping.is_deleted(answer):
            raise Unintelligible("the diary does not say that it deleted")

    def came_first(self, ours: Entry, slot: Slot, *, deadline: float) -> bool:
        """Look whether ours, which stands in ``slot``, may stay there; see ``rivals``.

        Raises OutcomeUnknown when there was no telling.
        """
        give_up_at = min(deadline, time.monotonic() + _OTHERS_MAY_TAKE)
        pause = self._limits.pause
        while True:
            try:
                seen = self._reader.held(span_of(slot), deadline=deadline)
            except (ReadFailed, NotAccepted) as exc:
                raise OutcomeUnknown(f"nobody could look who else is in the slot: {exc}") from exc
            verdict = judge(ours, seen, person_id=slot.staff.id, place_id=slot.room.id)
            if verdict is not Verdict.LOOK_AGAIN:
                return verdict is Verdict.STAYS
            if time.monotonic() + pause > give_up_at:
                if all(one.entry.id != ours.id for one in seen):
                    raise OutcomeUnknown("the diary does not show what it has just taken")
                return False
            time.sleep(pause)
            pause = min(pause * 2, self._limits.longest_pause)

    def take_back(self, ours: Entry, *, deadline: float) -> SlotTaken:
        """Take out what came second, and return the error that says so.

        Raises OutcomeUnknown when it may still stand.
        """

        def delete() -> None:
            self.delete(path_of(ours), deadline=deadline)

        try:
            # What is gone already counts as taken out, so that a repeat does no harm
            ask_again(delete, self._limits, deadline=deadline)
        except (ReadFailed, NotAccepted) as exc:
            raise OutcomeUnknown(f"what came second could not be taken out: {exc}") from exc
        return SlotTaken("somebody else was in the slot before")


def path_of(entry: Entry) -> str:
    return f"appointments/{entry.id}"
