"""What a patient has typed, carried from page to page in the form: no session, no cookie."""

from __future__ import annotations

from dataclasses import dataclass

from flask import request

from webapp.web.forms import TOKEN_FIELD, Journey, journey_of_request

FIELDS = ("name", "phone", "email", "reason")
_LONGEST = 10_000
"""More than any field allows, so that what was typed too long can still be shortened."""


@dataclass(frozen=True, slots=True)
class Carried:
    """Hidden fields by name. Pages that carry answers have buttons where others have links."""

    fields: dict[str, str]


def carried_answers(slug: str) -> Carried | None:
    """Return what the request brings along, or None when it is a plain GET."""
    if request.method != "POST":
        return None
    return carry(journey_of_request(slug), {name: request.form.get(name, "") for name in FIELDS})


def carry(journey: Journey, answers: dict[str, str]) -> Carried:
    """Return answers as hidden fields of this journey."""
    kept = {name: value[:_LONGEST] for name, value in answers.items()}
    return Carried({TOKEN_FIELD: journey.token(), **kept})
