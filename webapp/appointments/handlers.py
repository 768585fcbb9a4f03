"""Keeps the promises that bookings make: settles, releases, and writes messages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from webapp.appointments.addresses import Step, address
from webapp.appointments.choice import ANY, Choice
from webapp.appointments.finding import in_place_of
from webapp.appointments.kinds import Kind
from webapp.appointments.messages import MESSAGES, letter
from webapp.appointments.model import Booking, State
from webapp.appointments.occasions import Occasion
from webapp.appointments.settling import Settler
from webapp.crashing import crash_point
from webapp.diaries.port import Capability
from webapp.notify.email import compose
from webapp.notify.handing import hand_over
from webapp.outbox.results import Park

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sqlalchemy.orm import Session

    from webapp.availability.service import Availability
    from webapp.diaries.port import Diary
    from webapp.outbox.claiming import Claimed
    from webapp.practices.model import Practice
    from webapp.web.tokens import Tokens

_TO_PATIENTS = "patient-"
"""Begins the kinds of letter that go to patients."""
_TRUE_OF = {
    Kind.PATIENT_BOOKED: State.CONFIRMED,
    Kind.PATIENT_CHANGED: State.CONFIRMED,
    Kind.PATIENT_NOT_BOOKED: State.NOT_BOOKED,
    Kind.PATIENT_UNCONFIRMED: State.PRACTICE_CHECKS,
    Kind.PATIENT_NOT_FOUND: State.REFUSED,
    Kind.PRACTICE_BOOKED: State.CONFIRMED,
    Kind.PRACTICE_CHECK: State.PRACTICE_CHECKS,
    Kind.PRACTICE_NOT_FOUND: State.REFUSED,
}
"""What such a message says. A late one is no longer so: another message says what is."""


@dataclass(frozen=True, slots=True)
class Post:
    """Where messages go and how their links begin. ``server`` is empty where there is none."""

    server: str
    sender: str
    links_begin: str


class Handlers:
    """The handlers of one deployment's promises about bookings."""

    def __init__(
        self,
        *,
        practices: Mapping[str, Practice],
        diaries: Mapping[str, Diary],
        availability: Mapping[str, Availability],
        new_session: Callable[[], Session],
        tokens: Tokens,
        post: Post,
    ) -> None:
        self._practices = practices
        self._diaries = diaries
        self._availability = availability
        self._new_session = new_session
        self._tokens = tokens
        self._post = post

    def by_kind(self) -> dict[str, Callable[[Claimed], None]]:
        """Return a handler for each kind of promise."""
        messages = dict.fromkeys(MESSAGES, self._tell)
        return {
            Kind.SETTLE: lambda claimed: self._settler(claimed).settle(claimed),
            Kind.RELEASE: lambda claimed: self._settler(claimed).release(claimed),
            **messages,
        }

    def _tell(self, claimed: Claimed) -> None:
        practice = self._practice(claimed)
        about = self._occasion(claimed, practice)
        if about is None:
            # Erased since: there is nobody left to tell.
            return
        if not about.booking.patient_email and claimed.kind.startswith(_TO_PATIENTS):
            # Known to the diary alone, which has no address: their page tells them.
            return
        if about.booking.state is not _TRUE_OF.get(Kind(claimed.kind), about.booking.state):
            return
        message = compose(
            letter(Kind(claimed.kind), about),
            practice,
            sender=self._post.sender,
            message_id=f"{claimed.key.replace(':', '.')}.{about.booking.outcome_hash[:16]}",
        )
        crash_point("sending: composed")
        hand_over(self._post.server, message)
        crash_point("sending: sent")

    def _occasion(self, claimed: Claimed, practice: Practice) -> Occasion | None:
        with self._new_session() as session:
            booking = session.get(Booking, claimed.subject_id)
            if booking is None:
                return None
            earlier = session.get(Booking, booking.replaces_id) if booking.replaces_id else None
            later = in_place_of(session, booking)
        page = self._tokens.page_of(slug=practice.slug, journey=booking.journey)
        wish = Choice(
            staff=ANY if booking.any_staff else booking.staff_id,
            room=ANY if booking.any_room else booking.room_id,
            type=booking.type_id,
        )
        begin = self._post.links_begin
        return Occasion(
            booking=booking,
            practice=practice,
            page=f"{begin}/{practice.slug}/booking/{page}",
            times=begin + address(practice.slug, Step.TIMES, wish),
            diary_cancels=Capability.CANCEL in self._diaries[practice.slug].capabilities,
            earlier=earlier,
            later=later,
        )

    def _settler(self, claimed: Claimed) -> Settler:
        practice = self._practice(claimed)
        return Settler(
            practice=practice,
            diary=self._diaries[practice.slug],
            availability=self._availability[practice.slug],
            new_session=self._new_session,
        )

    def _practice(self, claimed: Claimed) -> Practice:
        practice = self._practices.get(claimed.slug)
        if practice is None:
            raise Park(f"there is no practice {claimed.slug} in this deployment any more")
        return practice
