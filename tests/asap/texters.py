"""A practice that texts through the reference gateway, and whose diary does as it is told."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, time
from typing import TYPE_CHECKING

from tests.appointments.stored import Sessions, claimed
from tests.asap.ground import (
    ANNA,
    ROOM_1,
    ROOM_2,
    SIAN,
    TOKENS,
    offer_now,
    on_the_list,
    open_to_all,
    with_a_list,
)
from tests.availability.fakes import FakeDiary
from webapp.asap.kinds import Kind
from webapp.asap.sending import Sender
from webapp.availability.asking import Patience
from webapp.availability.keeping import Keeping
from webapp.availability.service import Availability
from webapp.notify.texts import TextGateway
from webapp.outbox.results import TryLater

if TYPE_CHECKING:
    from tests.reference_texts import Text, Texts
    from webapp.asap.model import Offer
    from webapp.practices.model import Practice

LINKS = "https://book.example"
MONDAY, QUARTER_PAST = date(2026, 11, 23), time(9, 15)
"""When the slot begins that is offered, by the practice's clocks."""


def diary_with_the_slot() -> FakeDiary:
    return FakeDiary(
        {(ANNA, ROOM_1): {MONDAY: (QUARTER_PAST,)}}, staff=(ANNA, SIAN), rooms=(ROOM_1, ROOM_2)
    )


@dataclass
class Texter:
    """Keeps promises of texts as the worker does, one at a time."""

    sessions: Sessions
    texts: Texts
    gateway: TextGateway | None
    practice: Practice = field(default_factory=with_a_list)
    diary: FakeDiary = field(default_factory=diary_with_the_slot)

    def __post_init__(self) -> None:
        self.availability = Availability(
            self.practice, self.diary, Keeping(), patience=Patience(pause_after_failure=0)
        )

    def start_anew(self, practice: Practice) -> None:
        """Begin again with another file of the practice's."""
        self.close()
        self.practice = practice
        self.__post_init__()

    def offer(self) -> Offer:
        """An offer to somebody of their own, whose text is due now."""
        on_the_list(self.sessions)
        return open_to_all(self.sessions, of=self.practice)[-1]

    def text(self, offer: Offer) -> None:
        """Keep the promise of one text; what the handler raises comes out."""
        Sender(
            practice=self.practice,
            availability=self.availability,
            new_session=self.sessions,
            tokens=TOKENS,
            gateway=self.gateway,
            links_begin=LINKS,
        ).text(claimed(offer.id, Kind.TEXT))

    def put_off(self, offer: Offer) -> TryLater:
        """Try to text; return why it is to be tried again."""
        try:
            self.text(offer)
        except TryLater as later:
            return later
        raise AssertionError("it was not put off")

    def now(self, offer: Offer) -> Offer:
        return offer_now(self.sessions, offer)

    def sent_to(self, offer: Offer) -> list[Text]:
        """What the gateway has taken for the patient of an offer."""
        address = TOKENS.offer_of(slug=offer.slug, nonce=offer.nonce)
        return [one for one in self.texts.texts() if one.body.endswith(address)]

    def close(self) -> None:
        self.availability.close()
