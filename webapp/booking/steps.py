"""The one place that decides which page comes next, which comes before, and where each lives."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from webapp.appointments.addresses import Step, address
from webapp.appointments.choice import ANY, Choice

if TYPE_CHECKING:
    from webapp.availability.answers import Roster


_PROGRESS = {
    Step.WHAT: 1,
    Step.WHO: 1,
    Step.WHERE: 1,
    Step.TIMES: 2,
    Step.DETAILS: 3,
    Step.CHECK: 4,
}
PROGRESS_LENGTH = 4


@dataclass(frozen=True, slots=True)
class Route:
    """One practice's way through the journey: pages with only one answer are skipped."""

    slug: str
    roster: Roster
    ask_room: bool

    @property
    def asks_what(self) -> bool:
        """Say whether there is more than one thing that an appointment can be for."""
        return len(self.roster.types) > 1

    @property
    def asks_who(self) -> bool:
        """Say whether there is more than one person to choose from."""
        return len(self.roster.staff) > 1

    @property
    def asks_where(self) -> bool:
        """Say whether the patient is asked for a room."""
        return self.ask_room and len(self.roster.rooms) > 1

    def complete(self, choice: Choice) -> Choice:
        """Fill in what is not asked: the only purpose, person or room, or any."""
        if choice.type is None and len(self.roster.types) == 1:
            choice = replace(choice, type=self.roster.types[0].id)
        if choice.staff is None and not self.asks_who and self.roster.staff:
            choice = replace(choice, staff=self.roster.staff[0].id)
        if choice.room is None and not self.asks_where:
            choice = replace(choice, room=ANY)
        return choice

    def first_unanswered(self, choice: Choice) -> Step:
        """Return the first page whose question has no answer yet; DETAILS when a slot is chosen."""
        if choice.type is None and self.asks_what:
            return Step.WHAT
        if choice.staff is None:
            return Step.WHO
        if choice.room is None:
            return Step.WHERE
        if choice.day is None or choice.at is None:
            return Step.TIMES
        return Step.DETAILS

    def before(self, step: Step) -> Step | None:
        """Return the page that Back leads to, or None on the first."""
        asked = [Step.WHAT] if self.asks_what else []
        asked += [Step.WHO] if self.asks_who else []
        asked += [Step.WHERE] if self.asks_where else []
        asked += [Step.TIMES, Step.DETAILS, Step.CHECK]
        at = asked.index(step)
        return asked[at - 1] if at else None

    def url(self, step: Step, choice: Choice) -> str:
        """Return the page's address with just the choices that it rests on."""
        return address(self.slug, step, choice)


def progress(step: Step) -> int:
    """Return how far along a page is, 1 to PROGRESS_LENGTH."""
    return _PROGRESS[step]
