"""Keeps the promises that the ASAP list makes: texts, ends of a yes, freed slots, letters."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy.exc import IntegrityError

from webapp import clock
from webapp.appointments.kinds import Kind as AppointmentKind
from webapp.appointments.model import UNSETTLED, Booking
from webapp.appointments.placing import Desk
from webapp.asap.following import Follower
from webapp.asap.kinds import Kind
from webapp.asap.listing import end, is_over, list_again
from webapp.asap.messages import joined
from webapp.asap.mirroring import Mirror
from webapp.asap.model import Ended, Entry, Offer, Opening
from webapp.asap.opening import OfferedElsewhere, Opener
from webapp.asap.passing import Passer
from webapp.asap.people import live_entries
from webapp.asap.recording import expire, locked_opening
from webapp.asap.sending import Sender
from webapp.asap.taking import Taking
from webapp.asap.telling import Teller
from webapp.asap.turns import take_turn
from webapp.asap.watching import Watcher
from webapp.availability.answers import Answer
from webapp.db.engine import writing
from webapp.diaries.lists import asap_diary
from webapp.notify.email import compose
from webapp.notify.handing import hand_over
from webapp.outbox.results import Park, TryLater

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sqlalchemy.orm import Session

    from webapp.appointments.handlers import Post
    from webapp.availability.service import Availability
    from webapp.diaries.port import Diary
    from webapp.notify.texts import TextGateway
    from webapp.outbox.claiming import Claimed
    from webapp.practices.model import Practice
    from webapp.web.tokens import Tokens

_LOOK_AGAIN_SECONDS = 45.0
"""As often as a booking without an outcome is settled, which this waits for."""
_SOON_SECONDS = 3.0


@dataclass(frozen=True, slots=True)
class Handlers:
    """The handlers of one deployment's promises about ASAP lists."""

    practices: Mapping[str, Practice]
    diaries: Mapping[str, Diary]
    availability: Mapping[str, Availability]
    new_session: Callable[[], Session]
    tokens: Tokens
    post: Post
    gateway: TextGateway | None

    def by_kind(self) -> dict[str, Callable[[Claimed], None]]:
        """Return a handler for each kind of promise."""
        return {
            Kind.TEXT: self._text,
            Kind.CONCLUDE: self._conclude,
            Kind.EXPIRE: self._expire,
            Kind.JOINED: self._tell_joined,
            Kind.LIST: self._put_on_diarys_list,
            Kind.UNLIST: self._take_off_diarys_list,
            AppointmentKind.SLOT_FREED: self._offer_freed,
            AppointmentKind.MOVED: self._list_again,
        }

    def look_at_diaries(self) -> None:
        """Offer what became free at practices that want that done for them."""
        for slug, practice in self.practices.items():
            Watcher(
                practice, self.availability[slug], self.new_session, self._opener(practice)
            ).look()

    def mirror_lists(self) -> None:
        """Read the lists that diaries keep themselves, where that is due.

        What became of their own offers comes first: whoever has taken one is off the list then.
        """
        for slug, practice in self.practices.items():
            diary = asap_diary(self.diaries[slug])
            if diary is None or not practice.lists_in_diary:
                continue
            if take_turn(practice, self.new_session):
                Follower(practice, diary, self.new_session, self.tokens).look()
                Mirror(practice, diary, self.new_session, self.tokens).look()

    def end_what_is_over(self) -> None:
        """Take those off the lists who have nothing to wait for any more."""
        now = clock.now()
        for slug, practice in self.practices.items():
            with writing(self.new_session) as session:
                for entry, appointment in live_entries(session, slug):
                    if is_over(entry, appointment, practice, at=now):
                        end(entry, Ended.OVER)

    def _text(self, claimed: Claimed) -> None:
        self._sender(self._practice(claimed)).text(claimed)

    def _sender(self, practice: Practice) -> Sender:
        """Return what texts a practice's patients, or lets the diary do it."""
        diary = asap_diary(self.diaries[practice.slug])
        sender = Sender(
            practice=practice,
            availability=self.availability[practice.slug],
            new_session=self.new_session,
            tokens=self.tokens,
            gateway=self.gateway,
            links_begin=self.post.links_begin,
        )
        if diary is None or practice.asap.record == "openslot":
            return sender
        return Passer.in_place_of(sender, diary)

    def _conclude(self, claimed: Claimed) -> None:
        practice = self._practice(claimed)
        with self.new_session() as session:
            offer = session.get(Offer, claimed.subject_id)
        if offer is None:
            return
        state = self._taking(practice).conclude(offer.id, offer.journey)
        if state in UNSETTLED:
            # Settled at this very moment, more often than not; others wait for the slot meanwhile.
            pause = min(_LOOK_AGAIN_SECONDS, _SOON_SECONDS * claimed.attempts)
            raise TryLater("nobody knows yet", after_seconds=pause)

    def _expire(self, claimed: Claimed) -> None:
        with writing(self.new_session) as session:
            if session.get(Opening, claimed.subject_id) is not None:
                expire(session, locked_opening(session, claimed.subject_id))

    def _offer_freed(self, claimed: Claimed) -> None:
        """Offer the slot of a booking that was taken out, if the diary says that it is free."""
        practice = self._practice(claimed)
        if not (practice.asap.enabled and practice.asap.automatic):
            return
        with self.new_session() as session:
            booking = session.get(Booking, claimed.subject_id)
        if booking is None or booking.starts_at_utc <= clock.now():
            return
        answer, slot = self.availability[practice.slug].slot(
            staff_id=booking.staff_id,
            room_id=booking.room_id,
            start=booking.starts_at_utc.astimezone(practice.zone),
            stale_will_do=False,
            type_id=booking.type_id,
            at_short_notice=True,
        )
        if answer is Answer.UNCHECKED:
            raise TryLater("the diary cannot say whether the slot is free")
        if slot is None:
            return
        try:
            with writing(self.new_session) as session:
                self._opener(practice).offer_to_all(session, slot)
        except OfferedElsewhere:
            return
        except IntegrityError as error:
            raise TryLater("another worker offers the same slot", after_seconds=1) from error

    def _list_again(self, claimed: Claimed) -> None:
        with writing(self.new_session) as session:
            list_again(session, claimed.subject_id)

    def _put_on_diarys_list(self, claimed: Claimed) -> None:
        teller = self._teller(claimed)
        if teller is not None:
            teller.put_on(claimed.subject_id)

    def _take_off_diarys_list(self, claimed: Claimed) -> None:
        teller = self._teller(claimed)
        if teller is not None:
            teller.take_off(claimed.subject_id)

    def _teller(self, claimed: Claimed) -> Teller | None:
        """Return what tells the practice's diary; None where that keeps no list any more."""
        practice = self._practice(claimed)
        diary = asap_diary(self.diaries[practice.slug])
        return Teller(practice, diary, self.new_session) if diary is not None else None

    def _tell_joined(self, claimed: Claimed) -> None:
        practice = self._practice(claimed)
        with self.new_session() as session:
            entry = session.get(Entry, claimed.subject_id)
        if entry is None or entry.ended_at_utc is not None:
            return
        token = self.tokens.entry_of(slug=entry.slug, journey=entry.journey)
        letter = joined(entry, practice, page=f"{self.post.links_begin}/{entry.slug}/asap/{token}")
        message = compose(
            letter,
            practice,
            sender=self.post.sender,
            message_id=f"{claimed.key.replace(':', '.')}.{entry.page_hash[:16]}",
        )
        hand_over(self.post.server, message)

    def _taking(self, practice: Practice) -> Taking:
        desk = Desk(
            practice=practice,
            diary=self.diaries[practice.slug],
            availability=self.availability[practice.slug],
            new_session=self.new_session,
            tokens=self.tokens,
        )
        return Taking(practice=practice, desk=desk, new_session=self.new_session)

    def _opener(self, practice: Practice) -> Opener:
        return Opener(practice, self.tokens)

    def _practice(self, claimed: Claimed) -> Practice:
        practice = self.practices.get(claimed.slug)
        if practice is None:
            raise Park(f"there is no practice {claimed.slug} in this deployment any more")
        return practice


LOOK_EVERY = timedelta(seconds=2)
"""How often a worker sees whether a practice's look is due."""
