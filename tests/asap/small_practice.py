"""A whole practice in one place: its list, its desk, its worker, and what must be true of them."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import TYPE_CHECKING, cast

from sqlalchemy import select

from tests.appointments.stored import START
from tests.asap.ground import ANNA, FAR, ROOM_1, TOKENS, on_the_list, with_a_list
from tests.asap.small_world import Killed, Mood, SmallAvailability, SmallDiary, SmallGateway
from webapp.appointments.choice import ANY, Choice
from webapp.appointments.handlers import Handlers as AppointmentHandlers
from webapp.appointments.handlers import Post
from webapp.appointments.kinds import Kind as AppointmentKind
from webapp.appointments.model import UNSETTLED, Booking
from webapp.appointments.outcomes import Order
from webapp.appointments.placing import Desk
from webapp.appointments.recording import ask_release, can_be_released
from webapp.asap.answering import Answering
from webapp.asap.handlers import Handlers
from webapp.asap.kinds import Kind
from webapp.asap.listing import appointment_of
from webapp.asap.model import Condition, Entry, Offer, Opening
from webapp.asap.recording import close, locked_opening
from webapp.asap.taking import Taking
from webapp.clock import now
from webapp.db.engine import writing
from webapp.diaries.port import Capability, Patient
from webapp.outbox.worker import Worker

if TYPE_CHECKING:
    from collections.abc import Callable

    import time_machine
    from sqlalchemy.orm import Session

    from tests.appointments.stored import Sessions
    from tests.asap.ground import OnTheList
    from webapp.availability.service import Availability
    from webapp.diaries.port import BookingRequest, Diary, PlacedBooking
    from webapp.notify.texts import TextGateway
    from webapp.outbox.claiming import Claimed

PRACTICE = with_a_list(automatic=True, most_texts_a_day=20, gap_minutes=(0, 0, 0, 0))
_KEPT = {
    AppointmentKind.SETTLE,
    AppointmentKind.RELEASE,
    AppointmentKind.SLOT_FREED,
    Kind.TEXT,
    Kind.CONCLUDE,
    Kind.EXPIRE,
}
"""The rest are letters, which change nothing."""


@dataclass
class SmallPractice:
    """``has_nothing`` are those who gave up what they had, or whom the desk struck out."""

    sessions: Sessions
    diary: SmallDiary
    clock: time_machine.Traveller
    gateway: SmallGateway = field(default_factory=SmallGateway)
    patients: list[OnTheList] = field(default_factory=list["OnTheList"])
    had_one: set[str] = field(default_factory=set[str])
    has_nothing: set[str] = field(default_factory=set[str])
    struck: set[tuple[str, datetime]] = field(default_factory=set["tuple[str, datetime]"])
    wrong: list[str] = field(default_factory=list[str])

    def __post_init__(self) -> None:
        self.free = SmallAvailability(self.diary, ANNA, ROOM_1)
        self.answering = Answering(self.sessions)
        self.desk = Desk(
            practice=PRACTICE,
            diary=cast("Diary", self.diary),
            availability=cast("Availability", self.free),
            new_session=self.sessions,
            tokens=TOKENS,
        )
        self._numbers = count(1)
        self.settle_down()
        self.worker = Worker(self.sessions, self._handlers())

    def settle_down(self) -> None:
        """End whatever was to happen meanwhile."""
        self.diary.mood = self.gateway.mood = Mood.WELL
        self.diary.on_book, self.diary.on_cancel = self._may_book, self._may_cancel
        self.free.on_asking = lambda: None

    # What people do

    def join(self, *, has_one: bool) -> None:
        start = FAR + timedelta(hours=len(self.patients)) if has_one else None
        self.know(on_the_list(self.sessions, has=start), start)

    def know(self, patient: OnTheList, start: datetime | None) -> None:
        """Have a patient of the list in the diary, and watch over what they have."""
        self.patients.append(patient)
        if start is not None:
            email = self.email(patient)
            number = self.diary.note(start, email)
            self.had_one.add(email)
            with writing(self.sessions) as session:
                session.get_one(Booking, patient.booking_id).diary_reference = number

    def take(self, offer: Offer, *, is_killed_before_the_end: bool = False) -> None:
        """Say yes; ``is_killed_before_the_end``: once the booking has its outcome."""
        asked = self.diary.asked

        def new_session() -> Session:
            if is_killed_before_the_end and self.diary.asked > asked:
                raise Killed
            return self.sessions()

        with suppress(Killed):
            Taking(PRACTICE, self.desk, new_session).take(offer.id)

    def give_up(self, patient: OnTheList) -> None:
        """Cancel on the booking's own page."""
        with writing(self.sessions) as session:
            has = appointment_of(session, session.get_one(Entry, patient.entry_id))
            if has is not None and ask_release(session, has):
                self.has_nothing.add(self.email(patient))

    def move(self, patient: OnTheList, to: datetime) -> None:
        """Move what they have on the booking pages."""
        with self.sessions() as session:
            has = appointment_of(session, session.get_one(Entry, patient.entry_id))
        if has is None or not can_be_released(has) or to <= now():
            return
        start = to.astimezone(PRACTICE.zone)
        choice = Choice(staff=ANY, room=ANY)
        order = Order(
            slug=PRACTICE.slug,
            journey=f"move-{next(self._numbers)}",
            choice=choice.for_slot(start, staff_id=ANNA.id, room_id=ROOM_1.id),
            slot_start=start,
            patient=Patient(has.patient_name, has.patient_phone, has.patient_email),
            reason="",
            replaces_id=has.id,
        )
        with suppress(Killed):
            self.desk.place(order)

    def withdraw(self, offer: Offer) -> None:
        """Take an opening back, as the practice does: not out of anybody's hand."""
        with writing(self.sessions) as session:
            opening = locked_opening(session, offer.opening_id)
            if opening.condition is Condition.OPEN and opening.claimed_by_id is None:
                close(session, opening, Condition.WITHDRAWN)

    def strike_out(self, start: datetime, to: datetime | None = None) -> None:
        """Take whoever stands there out of the diary, or put them elsewhere, by the desk's hand.

        Not where that cancels without being able to see whether the new appointment still stands.
        """
        if self.diary.cancels_blindly:
            return
        if to in self.diary.held:
            return
        email = self.diary.strike_out(start, to)
        if email is not None:
            self.struck.add((email, start))
            if not self.diary.holds(email):
                self.has_nothing.add(email)

    def put_elsewhere(self, number: int) -> None:
        """Give one of all who stand in it a time of their own, by the desk's hand."""
        starts = sorted(self.diary.held)
        if Capability.MOVE in self.diary.capabilities and starts:
            self.strike_out(starts[number % len(starts)], FAR + timedelta(days=number + 7))

    def work(self) -> None:
        """Keep every promise that is due, unless killed meanwhile."""
        with suppress(Killed):
            while self.worker.run_once():
                pass

    def catch_up(self) -> None:
        """Let everything be reached again, and time pass, until all is known."""
        self.settle_down()
        self.diary.is_down = self.free.is_stale = False
        for _ in range(3):
            self.clock.shift(timedelta(minutes=30))
            self.work()

    # What is true

    def offers(self) -> list[Offer]:
        with self.sessions() as session:
            return list(session.scalars(select(Offer).order_by(Offer.id)))

    def is_free(self, offer: Offer) -> bool:
        with self.sessions() as session:
            opening = session.get_one(Opening, offer.opening_id)
        return opening.condition is Condition.OPEN and opening.claimed_by_id is None

    def email(self, patient: OnTheList) -> str:
        with self.sessions() as session:
            return session.get_one(Entry, patient.entry_id).patient_email

    def _may_book(self, request: BookingRequest) -> None:
        """Of one opening's patients one is with the diary, and has not given up what they have."""
        if not request.reason.startswith("From the ASAP list"):
            return
        with self.sessions() as session:
            under_way = session.scalars(
                select(Booking).where(
                    Booking.starts_at_utc == request.slot.start,
                    Booking.journey.startswith("asap."),
                    Booking.state.in_(UNSETTLED),
                )
            ).all()
            olds = [
                session.get_one(Booking, one.replaces_id) for one in under_way if one.replaces_id
            ]
        if [one.patient_email for one in under_way] != [request.patient.email]:
            self.wrong.append(f"{len(under_way)} are with the diary for one slot")
        if not all(can_be_released(one) for one in olds):
            self.wrong.append(f"{request.patient.email} has given up what was to be moved")

    def _may_cancel(self, booking: PlacedBooking) -> None:
        """Nothing is taken out before something else stands, unless its patient wants that."""
        email = booking.patient.email
        if email not in self.has_nothing and not set(self.diary.holds(email)) - {
            booking.slot.start
        }:
            self.wrong.append(f"{email} is taken out and has nothing else")

    def _handlers(self) -> dict[str, Callable[..., None]]:
        practices = {PRACTICE.slug: PRACTICE}
        diaries = {PRACTICE.slug: cast("Diary", self.diary)}
        availability = {PRACTICE.slug: cast("Availability", self.free)}
        post = Post(server="", sender="", links_begin="https://book.example")
        for_appointments = AppointmentHandlers(
            practices=practices,
            diaries=diaries,
            availability=availability,
            new_session=self.sessions,
            tokens=TOKENS,
            post=post,
        )
        for_asap = Handlers(
            practices=practices,
            diaries=diaries,
            availability=availability,
            new_session=self.sessions,
            tokens=TOKENS,
            post=post,
            gateway=cast("TextGateway", self.gateway),
        )
        self.end_what_is_over = for_asap.end_what_is_over
        all_of_them = for_appointments.by_kind() | for_asap.by_kind()
        letters: dict[str, Callable[..., None]] = dict.fromkeys(all_of_them, _put_aside)
        return letters | {kind: all_of_them[kind] for kind in _KEPT}


def _put_aside(_claimed: Claimed) -> None: ...


SLOTS = tuple(START + timedelta(hours=number) for number in range(3))
"""What may become free; everything that patients have is later."""
