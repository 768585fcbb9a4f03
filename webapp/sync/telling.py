"""Keeps Updox told: many promises at once, each settled by what was said of it alone.

What is told is how an appointment stands now, never how it stood when that was promised; and once
Updox has answered, it is looked at again, and told again if it changed meanwhile. So whoever tells
last has told the truth, in whatever order promises are kept. To tell the same twice does no harm:
the appointment's id is what Updox finds it by.
"""

from __future__ import annotations

import logging
import time
from collections import deque
from typing import TYPE_CHECKING

from sqlalchemy import delete, select

from webapp.crashing import crash_point
from webapp.db.engine import writing
from webapp.outbox.results import Park, TryLater
from webapp.sync.model import UpdoxName
from webapp.sync.updox.answers import Verdict
from webapp.sync.updox.mapping import write_appointment
from webapp.web.metrics import count_told

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from sqlalchemy.orm import Session

    from webapp.outbox.claiming import Claimed
    from webapp.outbox.results import Result
    from webapp.practices.updox import UpdoxSettings
    from webapp.sync.changes import Change, Look
    from webapp.sync.updox.answers import Answer, Status
    from webapp.sync.updox.api import Api

    Results = dict[int, Result]
    """What came of each booking, by its row's number."""

_log = logging.getLogger("openslot.sync")
MOST = 200
"""Appointments in one call: as many as a client of others' sends (Updox names no number)."""
_BEGIN_WITHIN_SECONDS = 40.0
"""No call begins later than so long after the first: it and its answer fit into a claim's lease."""
_REFUSALS = 6
"""At the so-manieth attempt a refused appointment is parked: a person must look."""


class Teller:
    """Tells Updox of one practice's appointments. Holds no state of its own."""

    def __init__(
        self,
        *,
        slug: str,
        settings: UpdoxSettings,
        api: Api,
        look: Look,
        new_session: Callable[[], Session],
    ) -> None:
        self._slug = slug
        self._settings = settings
        self._api = api
        self._look = look
        self._new_session = new_session

    def keep(self, claimed: Sequence[Claimed]) -> Mapping[int, Result]:
        """Tell of the bookings that are promised about; return what came of each promise.

        Of two promises about one booking both are kept by one telling. One that is left out was
        not told for lack of time.
        """
        results = self._tell_all(list(dict.fromkeys(one.subject_id for one in claimed)))
        return {
            one.id: _with_patience(results[one.subject_id], one.attempts)
            for one in claimed
            if one.subject_id in results
        }

    def _tell_all(self, subjects: list[int]) -> Results:
        ends = time.monotonic() + _BEGIN_WITHIN_SECONDS
        told: dict[int, Change] = {}
        results: Results = {}
        while subjects:
            now = self._look(self._slug, subjects)
            news = {one: now[one] for one in subjects if one in now and told.get(one) != now[one]}
            # Erased since, or told as it stands
            results |= dict.fromkeys(one for one in subjects if one not in news)
            self._forget_names(told[one].key for one in subjects if one in told and one not in now)
            crash_point("syncing: looked up")
            came = self._tell(news, ends)
            crash_point("syncing: told")
            results |= {one: result for one, result in came.items() if result is not None}
            subjects = [one for one, result in came.items() if result is None]
            told |= {one: news[one] for one in subjects}
        return results

    def _tell(self, news: Mapping[int, Change], ends: float) -> Results:
        """Tell each; of those that Updox has taken the result is None."""
        results: Results = {}
        names = self._names(news.values())
        written: dict[int, dict[str, object]] = {}
        for subject, change in news.items():
            found = write_appointment(change, self._settings, updox_id=names.get(change.key))
            if found is None:
                results[subject] = Park(
                    f"{self._slug}.toml names no calendar for {change.staff_id}: add a line to "
                    "[updox.calendars], then flask --app wsgi outbox retry --parked"
                )
            else:
                written[subject] = found
        waiting = deque([list(written)] if written else [])
        while waiting and time.monotonic() < ends:
            batch = waiting.popleft()
            answer = self._call([written[one] for one in batch])
            match answer.verdict:
                case Verdict.TAKEN:
                    results |= self._read(answer, {one: news[one].key for one in batch})
                case Verdict.REFUSED if len(batch) > 1:
                    half = len(batch) // 2
                    waiting.extendleft([batch[half:], batch[:half]])
                case Verdict.REFUSED:
                    results[batch[0]] = Park(answer.reason)
                case Verdict.LATER | Verdict.MEND:
                    # It holds for whatever would be told next, too.
                    left = [*batch, *(one for each in waiting for one in each)]
                    results |= dict.fromkeys(left, _said_of_all(answer))
                    break
        return results

    def _call(self, appointments: list[Mapping[str, object]]) -> Answer:
        began = time.monotonic()
        answer = self._api.sync(appointments)
        came = answer.verdict.name.lower()
        fields: dict[str, object] = {
            "practice": self._slug,
            "appointments": len(appointments),
            "came": came,
            "seconds": round(time.monotonic() - began, 3),
        }
        if answer.reason:
            fields["reason"] = answer.reason
        _log.info("told Updox", extra={"fields": fields})
        count_told(self._slug, came)
        return answer

    def _read(self, answer: Answer, keys: Mapping[int, str]) -> Results:
        found = dict(answer.statuses)
        refused = [one for one in answer.unnamed if not one.is_taken]
        if len(keys) == len(refused) == 1 and not found:
            # Only one can be meant. A success without a name is none.
            found = dict.fromkeys(keys.values(), refused[0])
        self._keep_names({key: found[key] for key in keys.values() if key in found})
        return {subject: _said_of(found.get(key)) for subject, key in keys.items()}

    def _names(self, changes: Iterable[Change]) -> dict[str, str]:
        keys = [one.key for one in changes]
        with self._new_session() as session:
            rows = session.scalars(select(UpdoxName).where(UpdoxName.key.in_(keys)))
            return {row.key: row.updox_id for row in rows}

    def _keep_names(self, statuses: Mapping[str, Status]) -> None:
        given = {key: one.updox_id for key, one in statuses.items() if one.updox_id}
        if not given:
            return
        with writing(self._new_session) as session:
            for key, updox_id in given.items():
                session.merge(UpdoxName(key=key, slug=self._slug, updox_id=updox_id))

    def _forget_names(self, keys: Iterable[str]) -> None:
        """Forget what was learnt of bookings that were erased while Updox was told of them."""
        gone = list(keys)
        if gone:
            with writing(self._new_session) as session:
                session.execute(delete(UpdoxName).where(UpdoxName.key.in_(gone)))


class _Refused(TryLater):
    """Updox took others, and not this one."""


def _said_of(status: Status | None) -> Result:
    if status is None:
        return TryLater("Updox said nothing of this appointment")
    if status.is_taken:
        return None
    about = f": its {status.about}" if status.about else ""
    return _Refused(f"Updox refused this appointment{about}")


def _said_of_all(answer: Answer) -> Result:
    return (Park if answer.verdict is Verdict.MEND else TryLater)(answer.reason)


def _with_patience(result: Result, attempts: int) -> Result:
    """Give a refused one up in the end: what is wrong with it does not mend itself."""
    if isinstance(result, _Refused) and attempts >= _REFUSALS:
        return Park(f"{result.reason}, {attempts} times")
    return result
