"""The slot that a URL names, as far as it is known, and the page for one that has gone."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from flask import render_template, request

from webapp import clock
from webapp.appointments.addresses import Step
from webapp.appointments.choice import Choice, read_choice
from webapp.availability.alternatives import Alternatives, nearest
from webapp.availability.answers import Answer, DiaryUnavailable
from webapp.availability.current import availability_of
from webapp.availability.windows import Look
from webapp.booking.steps import Route
from webapp.booking.views.scene import chosen_start, route_of

if TYPE_CHECKING:
    from datetime import datetime

    from webapp.availability.answers import Picture
    from webapp.booking.views.carried import Carried
    from webapp.booking.views.scene import Scene
    from webapp.diaries.port import Slot
    from webapp.practices.model import Practice

_NEAR = timedelta(days=7)
"""So far around a lost time others are looked for, where the diary is asked by the week."""


@dataclass(frozen=True, slots=True)
class Appointment:
    """A chosen slot. ``slot`` is None when it has gone, or could not be checked (``answer``)."""

    practice: Practice
    route: Route
    choice: Choice
    start: datetime
    answer: Answer
    slot: Slot | None

    @property
    def when(self) -> str:
        """Day and time, as said to the patient."""
        return clock.say_moment(self.start)

    @property
    def staff_name(self) -> str:
        """With whom; empty while that is not known."""
        if self.slot is not None:
            return self.slot.staff.name
        found = self.route.roster.find_staff(self.choice.slot_staff or "")
        return found.name if found else ""

    @property
    def day(self) -> str:
        """The day with its year."""
        return clock.say_day_and_year(self.start.date())

    @property
    def span(self) -> str:
        """From when to when; the start alone while the length is not known."""
        if self.slot is None:
            return clock.say_time(self.start.time())
        return clock.say_span(self.start, self.slot.minutes)

    @property
    def room_name(self) -> str:
        """Where; empty while that is not known."""
        return self.slot.room.name if self.slot is not None else ""

    @property
    def purpose(self) -> str:
        """What it is for; empty where the diary knows no types, or while that is not known."""
        if self.slot is not None:
            return self.slot.type.name if self.slot.type else ""
        found = self.route.roster.find_type(self.choice.type)
        return found.name if found else ""

    def url(self, step: Step) -> str:
        """Return a page of the journey with this slot chosen."""
        chosen = self.choice.without_time() if step is Step.TIMES else self.choice
        if step is Step.TIMES and self.choice.day is not None:
            chosen = self.choice.on(self.choice.day)
        return self.route.url(step, chosen)


class SlotNotChosen(Exception):
    """The URL names no whole slot: the patient is led to the first unanswered page."""


def from_scene(scene: Scene) -> Appointment:
    """Find the chosen slot in what is free; where the patient left it open, propose one.

    Raises SlotNotChosen.
    """
    choice = scene.choice
    start = chosen_start(choice, scene.practice)
    if choice.staff is None or choice.room is None or start is None:
        raise SlotNotChosen
    found = [
        slot
        for slot in scene.calendar.slots_at(start.date(), start.time())
        if choice.slot_staff in {None, slot.staff.id} and choice.slot_room in {None, slot.room.id}
    ]
    slot = found[0] if found else None
    if slot is not None:
        choice = choice.for_slot(start, staff_id=slot.staff.id, room_id=slot.room.id)
        answer = Answer.FREE
    else:
        asked = scene.picture.calendar(choice.slot_staff, choice.slot_room)
        answer = Answer.UNCHECKED if asked.is_partial else Answer.NONE
    return Appointment(scene.practice, scene.route, choice, start, answer, slot)


def from_request(practice: Practice) -> Appointment:
    """Find the slot that a form was posted for, asking the diary only where nothing is known.

    Raises SlotNotChosen and ChoiceUnreadable.
    """
    choice = read_choice(request.args)
    availability = availability_of(practice)
    start = chosen_start(choice, practice)
    staff_id, room_id = choice.slot_staff, choice.slot_room
    if start is None or staff_id is None or room_id is None:
        raise SlotNotChosen
    answer, slot = availability.slot(
        staff_id=staff_id,
        room_id=room_id,
        start=start,
        stale_will_do=True,
        type_id=choice.type,
    )
    route = route_of(practice, availability.roster_if_known())
    return Appointment(practice, route, choice, start, answer, slot)


def gone_page(appointment: Appointment, carried: Carried | None) -> tuple[str, int]:
    """Say that the slot has gone and offer the nearest, keeping what was typed.

    410 for a page that was opened too late, 409 for a form that was posted too late.
    """
    try:
        picture: Picture | None = availability_of(appointment.practice).picture(
            Look(
                type_id=appointment.choice.type,
                since=appointment.start.date() - _NEAR,
                until=appointment.start.date() + _NEAR,
                bounded=True,
            )
        )
    except DiaryUnavailable:
        picture = None
    body = render_template(
        "booking/gone.html",
        appointment=appointment,
        offers=_offers(appointment, picture, Step.CHECK if carried else Step.DETAILS),
        all_times=appointment.route.url(Step.TIMES, appointment.choice.without_time()),
        carried=carried,
    )
    return body, 409 if carried else 410


@dataclass(frozen=True, slots=True)
class Offer:
    """One slot in place of the lost one."""

    when: str
    detail: str
    href: str


@dataclass(frozen=True, slots=True)
class Offers:
    """What to offer in place of a lost slot: by time, and by person."""

    same_person: tuple[Offer, ...]
    with_others: tuple[Offer, ...]
    person: str


def _offers(appointment: Appointment, picture: Picture | None, step: Step) -> Offers | None:
    if picture is None or appointment.choice.slot_staff is None:
        return None
    found: Alternatives = nearest(
        picture,
        lost=appointment.start,
        staff_id=appointment.choice.slot_staff,
        room_id=appointment.choice.room_id,
    )
    if not found:
        return None
    choice = appointment.choice
    route = route_of(appointment.practice, picture.roster)
    today = picture.window.first_day

    def offer(slot: Slot) -> Offer:
        # Another person's time is that person's: the wish for the first one is given up.
        keeps = choice.staff is not None and choice.staff_id in {None, slot.staff.id}
        wish = replace(choice.without_time(), staff=choice.staff if keeps else slot.staff.id)
        chosen = wish.for_slot(slot.start, staff_id=slot.staff.id, room_id=slot.room.id)
        when = clock.say_moment_from(today, slot.start)
        return Offer(
            when=when[0].upper() + when[1:],
            detail=f"{slot.staff.name}, {slot.room.name}" if route.asks_where else slot.staff.name,
            href=route.url(step, chosen),
        )

    return Offers(
        same_person=tuple(offer(slot) for slot in found.same_person),
        with_others=tuple(offer(slot) for slot in found.with_others),
        person=appointment.staff_name,
    )
