"""An offer's page: all that it shows, in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from flask_babel import gettext as _

from webapp import clock
from webapp.appointments.addresses import Step, address
from webapp.appointments.choice import ANY, Choice
from webapp.appointments.recording import can_be_released
from webapp.asap.endings import Ending, Known, OldOne, ending, is_open, old_one
from webapp.asap.taking import Came
from webapp.availability.alternatives import nearest
from webapp.availability.answers import DiaryUnavailable
from webapp.availability.service import Availability
from webapp.availability.windows import Look

if TYPE_CHECKING:
    from datetime import datetime

    from webapp.appointments.model import Booking
    from webapp.asap.model import Opening
    from webapp.diaries.port import Slot
    from webapp.practices.model import Practice
    from webapp.web.tokens import Tokens

_MOST_ALTERNATIVES = 3
_NEAR = timedelta(days=7)
"""So far around a lost time others are looked for, where the diary is asked by the week."""
_GONE = frozenset({Ending.GONE, Ending.EXPIRED, Ending.WITHDRAWN})
_SAID_YES = frozenset({Ending.YOURS, Ending.PRACTICE_CHECKS, Ending.LOOKING, Ending.GIVEN_UP})


@dataclass(frozen=True, slots=True)
class Held:
    """An appointment in words, and its own page."""

    when: str
    with_whom: str
    url: str


@dataclass(frozen=True, slots=True)
class Another:
    """Another of the patient's offers. ``url`` is its own page."""

    when: str
    with_whom: str
    url: str


@dataclass(frozen=True, slots=True)
class Free:
    """A slot that anybody may book, in place of the one that has gone."""

    when: str
    with_whom: str
    url: str


@dataclass(frozen=True, slots=True)
class OfferPage:
    """All that the page shows.

    ``had`` is the appointment that the patient has, or had when they took this one; ``has`` the
    one that came of it. ``old`` says how the old one is being taken out; ``may_have_moved`` that
    the diary may have moved what they had, and nobody knows yet.
    """

    how: Ending
    came: Came
    url: str
    first_name: str
    when: str
    span: str
    minutes: int
    with_whom: str
    room: str
    place: str
    had: Held | None
    may_have_moved: bool
    has: Held | None
    old: OldOne | None
    is_on_the_list: bool
    has_opted_out: bool
    may_undo: bool
    others: tuple[Another, ...]
    alternatives: tuple[Free, ...]
    all_times: str


def present(
    known: Known,
    others: list[Known],
    practice: Practice,
    *,
    tokens: Tokens,
    availability: Availability,
    diary_cancels: bool,
    has_opted_out: bool,
    came: Came,
) -> OfferPage:
    """Lay out the page as it is now. Asks the diary only where it offers something else."""
    now = clock.now()
    how = ending(known, at=now)
    opening = known.opening
    start = opening.starts_at_utc.astimezone(practice.zone)
    booked = known.booking if how in _SAID_YES else None
    before = known.replaced if booked is not None else known.appointment
    # What the practice made keeps its length, in a longer slot too.
    is_kept = known.appointment is not None and known.appointment.is_the_diarys_own
    minutes = known.appointment.minutes if known.appointment and is_kept else opening.minutes
    speaker = _Speaker(practice, tokens)
    is_on_the_list = known.entry.ended_at_utc is None
    return OfferPage(
        how=how,
        came=came,
        url=speaker.offer_url(known),
        first_name=known.entry.first_name or _("Hello"),
        when=clock.say_moment(start),
        span=clock.say_span(start, minutes),
        minutes=minutes,
        with_whom=opening.staff_name,
        room=opening.room_name,
        place=f"{opening.room_name}, {opening.room_address or practice.address}",
        had=speaker.held(before)
        if before is not None and _matters(before, how) and not known.is_lost
        else None,
        may_have_moved=known.moving is not None and not known.is_lost,
        has=speaker.held(booked) if booked is not None else None,
        old=old_one(known, diary_cancels=diary_cancels) if how is Ending.YOURS else None,
        is_on_the_list=is_on_the_list,
        has_opted_out=has_opted_out,
        may_undo=how is Ending.DECLINED and is_on_the_list and is_open(known, at=now),
        others=tuple(speaker.another(one) for one in others),
        alternatives=_alternatives(known, speaker, availability) if how in _GONE else (),
        all_times=address(practice.slug, Step.TIMES, speaker.anybody(opening)),
    )


def _matters(before: Booking, how: Ending) -> bool:
    """Say whether an appointment is one that the page must speak of: it stands, or was replaced."""
    stands = can_be_released(before) and before.starts_at_utc > clock.now()
    return how is Ending.YOURS or stands


@dataclass(frozen=True, slots=True)
class _Speaker:
    """Writes a practice's appointments and offers for its patients."""

    practice: Practice
    tokens: Tokens

    def held(self, booking: Booking) -> Held:
        return Held(
            when=clock.say_moment(booking.starts_at_utc.astimezone(self.practice.zone)),
            with_whom=booking.staff_name,
            url=self.page_url(booking),
        )

    def page_url(self, booking: Booking) -> str:
        token = self.tokens.page_of(slug=booking.slug, journey=booking.journey)
        return f"/{booking.slug}/booking/{token}"

    def another(self, known: Known) -> Another:
        return Another(
            when=self.say(known.opening.starts_at_utc),
            with_whom=known.opening.staff_name,
            url=self.offer_url(known),
        )

    def offer_url(self, known: Known) -> str:
        token = self.tokens.offer_of(slug=known.offer.slug, nonce=known.offer.nonce)
        return f"/a/{token}"

    def free(self, slot: Slot, known: Known) -> Free:
        anybody = self.anybody(known.opening)
        choice = anybody.for_slot(slot.start, staff_id=slot.staff.id, room_id=slot.room.id)
        slug, appointment = self.practice.slug, known.appointment
        if appointment is not None and can_be_released(appointment):
            # What they have is moved, so that they do not end up with two.
            url = f"{self.page_url(appointment)}/change{choice.query()}"
        else:
            url = address(slug, Step.DETAILS, choice)
        return Free(when=self.say(slot.start), with_whom=slot.staff.name, url=url)

    @staticmethod
    def anybody(opening: Opening) -> Choice:
        """Return the choice of whoever is free for the same purpose."""
        return Choice(staff=ANY, room=ANY, type=opening.type_id)

    def say(self, moment: datetime) -> str:
        zone = self.practice.zone
        said = clock.say_moment_from(clock.today(zone), moment.astimezone(zone))
        return said[0].upper() + said[1:]


def _alternatives(known: Known, speaker: _Speaker, availability: Availability) -> tuple[Free, ...]:
    """Return what else is free and sooner than what they have, the nearest to what has gone."""
    if known.appointment is not None and known.appointment.is_the_diarys_own:
        # Only what is offered moves it: anything else takes a call.
        return ()
    lost = known.opening.starts_at_utc.astimezone(speaker.practice.zone)
    try:
        picture = availability.picture(
            Look(
                type_id=known.opening.type_id,
                since=lost.date() - _NEAR,
                until=lost.date() + _NEAR,
                bounded=True,
            )
        )
    except DiaryUnavailable:
        return ()
    found = nearest(picture, lost=lost, staff_id=known.opening.staff_id, room_id=None)
    before = known.appointment.starts_at_utc if known.appointment else None
    slots = sorted((*found.same_person, *found.with_others), key=lambda one: one.start)
    sooner = [one for one in slots if before is None or clock.to_utc(one.start) < before]
    return tuple(speaker.free(one, known) for one in sooner[:_MOST_ALTERNATIVES])
