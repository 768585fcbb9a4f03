"""Where the pages of the booking journey live, for whoever leads a patient there."""

from __future__ import annotations

import enum

from webapp.appointments.choice import Choice


class Step(enum.Enum):
    """The pages of the journey, each with its part of the URL.

    WHAT is where WHO is, for a practice that has to ask it first.
    """

    WHAT = "what"
    WHO = ""
    WHERE = "where"
    TIMES = "times"
    DETAILS = "details"
    CHECK = "check"
    BOOK = "book"


def address(slug: str, step: Step, choice: Choice) -> str:
    """Return a page's address with just the choices that it rests on."""
    if step is Step.WHAT:
        # Whom they wanted is kept while they say what for.
        return f"/{slug}/{Choice(staff=choice.staff, room=choice.room).query()}"
    if step is Step.WHO:
        return f"/{slug}/{Choice(type=choice.type).query()}"
    if step is Step.WHERE:
        choice = Choice(staff=choice.staff, type=choice.type)
    return f"/{slug}/{step.value}{choice.query()}"
