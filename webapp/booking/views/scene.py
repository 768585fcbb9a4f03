"""What a page of the journey rests on: practice, choice, and what is free."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from flask import request

from webapp import clock
from webapp.appointments.addresses import Step
from webapp.appointments.choice import ANY, Choice, read_choice
from webapp.availability.current import availability_of
from webapp.availability.windows import Look
from webapp.booking.steps import Route
from webapp.practices.current import current_practice

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date, datetime

    from webapp.availability.answers import Calendar, Picture, Roster
    from webapp.practices.model import Practice


class NotOffered(Exception):
    """The URL names a person, a room or a purpose that this practice does not offer online."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


@dataclass(frozen=True, slots=True)
class Scene:
    """One request's practice, choice and picture of what is free."""

    practice: Practice
    picture: Picture
    route: Route
    choice: Choice

    @property
    def calendar(self) -> Calendar:
        """What is free for the person and room that were asked for."""
        return self.picture.calendar(self.choice.staff_id, self.choice.room_id)

    @property
    def unanswered(self) -> Step:
        """The first page whose question is still open."""
        return self.route.first_unanswered(self.choice)


def read_scene(look: Callable[[Choice], Look]) -> Scene:
    """Read the request's choice and ask what is free, as far as ``look`` wants it.

    Raises ChoiceUnreadable, NotOffered and DiaryUnavailable, for which the blueprint has pages.
    """
    return scene_of(read_choice(request.args), look)


def scene_of(choice: Choice, look: Callable[[Choice], Look]) -> Scene:
    """Ask what is free for a choice. Raises as :func:`read_scene`."""
    practice = current_practice()
    picture = availability_of(practice).picture(look(choice))
    route = route_of(practice, picture.roster)
    choice = route.complete(choice)
    _check_ids(choice, picture.roster)
    return Scene(practice, picture, route, choice)


def for_everybody(choice: Choice) -> Look:
    """Look for everybody's first free time."""
    return Look(type_id=choice.type)


def for_the_chosen(choice: Choice) -> Look:
    """Look for the first free time of whom and where the patient asked for."""
    return Look(type_id=choice.type, staff_id=choice.staff_id, room_id=choice.room_id)


def for_the_slot(choice: Choice) -> Look:
    """Look at the chosen day alone, or for a first free time where there is none."""
    return replace(for_the_chosen(choice), only=choice.day)


def looking_further(scene: Scene, last_day: date) -> Scene:
    """Return the scene with what is free up to a day, asking only for what is not known."""
    until = scene.calendar.merged.until
    if until is None or until >= min(last_day, scene.calendar.window.last_day):
        return scene
    look = replace(for_the_chosen(scene.choice), until=last_day)
    return replace(scene, picture=availability_of(scene.practice).picture(look))


def route_of(practice: Practice, roster: Roster) -> Route:
    """Return this practice's way through the journey."""
    return Route(practice.slug, roster, practice.booking.ask_room)


def chosen_start(choice: Choice, practice: Practice) -> datetime | None:
    """Return the chosen moment, or None while it is open or where clocks skip it."""
    if choice.day is None or choice.at is None:
        return None
    start = clock.wall(choice.day, choice.at, practice.zone)
    return start if clock.exists(start) else None


def _check_ids(choice: Choice, roster: Roster) -> None:
    if choice.type is not None and roster.find_type(choice.type) is None:
        raise NotOffered("type")
    for staff in (choice.staff, choice.with_staff):
        if staff not in {None, ANY} and roster.find_staff(staff or "") is None:
            raise NotOffered("staff")
    for room in (choice.room, choice.in_room):
        if room not in {None, ANY} and roster.find_room(room or "") is None:
            raise NotOffered("room")
