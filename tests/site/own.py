"""Books, opens the booking's own page, and lets the worker keep what was promised."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

from icalendar import Calendar
from sqlalchemy import select

from tests.reference_process import HARBOUR
from tests.site.ground import PATIENT, ROOM_2, SIAN, Site, Slot, free_slot
from webapp.db.engine import sessions_of
from webapp.diaries.connect import connect
from webapp.diaries.errors import DiaryError
from webapp.diaries.port import CancelReason, Capability
from webapp.outbox.model import Promise, Status
from webapp.outbox.worker import Worker

if TYPE_CHECKING:
    from datetime import timedelta
    from zoneinfo import ZoneInfo

    import pytest
    import time_machine

    from tests.page import Page
    from tests.reference_mail import Mail
    from tests.reference_process import ReferenceDiary
    from webapp.diaries.pacing import Paces
    from webapp.diaries.port import BookingRequest, Confirmation, Diary, PlacedBooking
    from webapp.diaries.settings import DiarySettings

BASE = "https://book.example"
ADA = PATIENT["email"]
DESK = "desk@harbour.example"
NOTHING_MORE = Capability(0)
FAR = 12
"""A free time so far on that no notice period has begun."""


def send_mail_through(monkeypatch: pytest.MonkeyPatch, diary: ReferenceDiary) -> None:
    """Let the sites that are made from now on send their mail to the diary's own inbox."""
    monkeypatch.setenv("OPENSLOT_SMTP_URL", diary.smtp_url)
    monkeypatch.setenv("OPENSLOT_BASE_URL", BASE)


def a_slot(site: Site, at: int = FAR) -> Slot:
    return free_slot(site.diary, SIAN, ROOM_2, at=at)


def own(site: Site, slot: Slot | None = None) -> Page:
    """Book, and go from the outcome to the booking's own page."""
    return site.book(slot or a_slot(site)).follow("Change or cancel")


def work(site: Site) -> None:
    """Keep all that is due now, as the worker does."""
    app = site.app
    handlers = app.extensions["openslot_handlers"]
    worker = Worker(sessions_of(app), handlers, context=app.app_context)
    while worker.run_once():
        pass


def work_later(site: Site, clock: time_machine.Traveller, after: timedelta) -> None:
    """Let time pass, and keep what is due then."""
    clock.shift(after)
    work(site)


def unkept(site: Site) -> list[str]:
    """Return the kinds of promise that still wait or are parked."""
    with sessions_of(site.app)() as session:
        found = select(Promise.kind).where(Promise.status != Status.DONE).order_by(Promise.id)
        return list(session.scalars(found))


def link_in(mail: Mail) -> str:
    """Return the path that the message's button leads to; both parts have it."""
    assert mail.text
    assert mail.html
    [url] = {line for line in mail.text.splitlines() if line.startswith(BASE)}
    assert f'href="{url}"'.replace("&", "&amp;") in mail.html
    return url.removeprefix(BASE)


def event_in(content: bytes) -> Any:  # noqa: ANN401 - icalendar's own classes tell little
    """Return a calendar file's only event."""
    [found] = Calendar.from_ical(content).walk("VEVENT")
    return found


def subjects(site: Site, to: str | None = None) -> list[str]:
    return [mail.subject.partition(":")[0] for mail in site.diary.mails(to)]


@dataclass
class AbleDiary:
    """The reference diary, as if it could also cancel: what is cancelled is struck out there.

    ``booking_trouble`` and ``cancelling_trouble`` are raised one after the other before it works.
    """

    inner: Diary
    desk: ReferenceDiary
    more: Capability
    booking_trouble: list[DiaryError] = field(default_factory=list[DiaryError])
    cancelling_trouble: list[DiaryError] = field(default_factory=list[DiaryError])

    @property
    def capabilities(self) -> Capability:
        return self.inner.capabilities | self.more

    def book(self, request: BookingRequest) -> Confirmation:
        if self.booking_trouble:
            raise self.booking_trouble.pop(0)
        return self.inner.book(request)

    def cancel(self, booking: PlacedBooking, reason: CancelReason | None = None) -> None:
        if self.cancelling_trouble:
            raise self.cancelling_trouble.pop(0)
        slot = booking.slot
        self.desk.release(
            HARBOUR.slug,
            date=f"{slot.start:%Y%m%d}",
            time=f"{slot.start:%H%M}",
            staff_id=int(slot.staff.id),
            section_id=int(slot.room.id),
        )

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - all else as the connector does it
        return getattr(self.inner, name)


def swap_diaries(
    monkeypatch: pytest.MonkeyPatch, diary: ReferenceDiary, more: Capability = NOTHING_MORE
) -> list[AbleDiary]:
    """Give the sites that are made from now on such diaries; return them as they come."""
    made: list[AbleDiary] = []

    def able(settings: DiarySettings, zone: ZoneInfo, *, paces: Paces) -> Diary:
        made.append(AbleDiary(connect(settings, zone, paces=paces), diary, more))
        return cast("Diary", made[-1])

    monkeypatch.setattr("webapp.app.connect", able)
    return made
