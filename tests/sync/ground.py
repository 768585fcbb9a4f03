"""A practice that has Updox, bookings of it, and what came of telling Updox of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import select, update

from tests.appointments.stored import a_booking
from tests.practices.examples import practice
from tests.reference_process import HARBOUR
from webapp.appointments.model import Booking, State
from webapp.appointments.telling import Tellers, promise_telling
from webapp.db.engine import writing
from webapp.diaries.port import Capability
from webapp.outbox.model import Promise
from webapp.outbox.worker import Worker
from webapp.sync.updox.api import Api

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import pytest

    from tests.appointments.stored import Sessions
    from tests.reference_process import ReferenceDiary
    from webapp.diaries.port import Diary
    from webapp.practices.model import Practice
    from webapp.sync.updox.answers import Answer

SLUG = HARBOUR.slug
PASSWORD = "updox-demo-password"
DATE = "The appointment date is not valid: throbbing kneecap"
"""What Updox's message may look like."""


def updox_table(url: str, **others: object) -> dict[str, object]:
    return {
        "url": url,
        "application_id": "openslot-demo",
        "application_password": PASSWORD,
        "account_id": SLUG,
        "calendars": {"42228": "cal-42228", "42230": "cal-42230"},
        "locations": {"7322": "loc-7322"},
        "type_id": "online",
        **others,
    }


def with_updox(url: str, **others: object) -> Practice:
    """A practice whose file has an ``[updox]`` table."""
    return practice(slug=SLUG, updox=updox_table(url, **others))


@dataclass
class Able:
    """As much of a diary as matters here."""

    capabilities: Capability = Capability.BOOK


@dataclass
class Ground:
    """Bookings of one practice, the worker that tells of them, and Updox."""

    sessions: Sessions
    diary: ReferenceDiary
    practice: Practice
    able: Able = field(default_factory=Able)

    def book(self, **columns: Any) -> int:  # noqa: ANN401 - a row's columns
        """Keep a confirmed booking with the promise to tell of it; return its number."""
        return self.book_many(1, **columns)[0]

    def book_many(self, number: int, **columns: Any) -> list[int]:  # noqa: ANN401
        """Keep so many, in one transaction."""
        given = {"slug": SLUG, "state": State.CONFIRMED, "reason": None} | columns
        rows = [a_booking(**given) for _ in range(number)]
        with writing(self.sessions) as session:
            session.add_all(rows)
            session.flush()
            for row in rows:
                promise_telling(session, row, self.practice)
            return [row.id for row in rows]

    def change(self, row_id: int, **columns: Any) -> None:  # noqa: ANN401
        """Change a booking, and promise to tell of it as the site does."""
        with writing(self.sessions) as session:
            row = session.get_one(Booking, row_id)
            for name, value in columns.items():
                setattr(row, name, value)
            promise_telling(session, row, self.practice)

    def cancel(self, row_id: int) -> None:
        self.change(row_id, state=State.CANCELLED)

    @property
    def tellers(self) -> Tellers:
        slug = self.practice.slug
        diaries: Any = {slug: self.able}
        known: Mapping[str, Diary] = diaries
        return Tellers({slug: self.practice}, known, self.sessions)

    def work(self) -> None:
        """Keep what is due now."""
        worker = Worker(self.sessions, self.tellers.by_kind())
        while worker.run_once():
            pass

    def let_time_pass(self) -> None:
        """Make due again what waits to be tried again."""
        with writing(self.sessions) as session:
            session.execute(update(Promise).values(due_at_utc=Promise.created_at_utc))

    def promises(self) -> list[Promise]:
        with self.sessions() as session:
            return list(session.scalars(select(Promise).order_by(Promise.id)))

    def stand(self) -> list[tuple[str, str | None]]:
        """Return where each promise stands, and why."""
        return [(one.status.value, one.reason) for one in self.promises()]

    def spoil(self, times: int | None = 1, **error: object) -> None:
        """Let Updox answer in a bad way of its own."""
        self.diary.fault(SLUG, "sync", "field_errors", times=times, errors=[error])

    def sizes(self) -> list[int]:
        """Return how many appointments were in each call."""
        return [len(one) for one in self.diary.updox_batches(SLUG)]

    def cancelled(self) -> list[bool]:
        """Return of each appointment that Updox has whether it is cancelled."""
        return [one["cancelled"] for one in self.diary.told_updox(SLUG)]


def after_each_call(monkeypatch: pytest.MonkeyPatch, do: Callable[[int], None]) -> None:
    """Do something once Updox has answered: what patients do meanwhile. Gets the call's number."""
    truly, number = Api.sync, iter(range(1000))

    def sync(self: Api, appointments: Sequence[Mapping[str, object]]) -> Answer:
        answer = truly(self, appointments)
        do(next(number))
        return answer

    monkeypatch.setattr(Api, "sync", sync)
