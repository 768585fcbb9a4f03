"""The one form of the journey: who is coming, how to reach them, and what is the matter."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, cast

from flask_babel import gettext as _
from wtforms import TextAreaField

from webapp.appointments.contact import AtMost, ContactForm
from webapp.diaries.errors import PatientField
from webapp.web.forms import TOKEN_FIELD, Journey, no_control_characters

if TYPE_CHECKING:
    from collections.abc import Iterable

    from wtforms.csrf.core import CSRFTokenField

LONGEST_REASON = 500


def _tidy_lines(value: str | None) -> str | None:
    if not value:
        return value
    lines = unicodedata.normalize("NFC", value).replace("\r\n", "\n").strip().split("\n")
    return "\n".join(line.rstrip() for line in lines)


class DetailsForm(ContactForm):
    """What we ask of a patient."""

    reason = TextAreaField(
        filters=[_tidy_lines], validators=[AtMost(LONGEST_REASON, "reason"), no_control_characters]
    )

    def renew(self, journey: Journey) -> None:
        """Go on as another journey, with the same answers."""
        self.journey = journey
        cast("CSRFTokenField", self[TOKEN_FIELD]).current_token = journey.token()

    def refuse(self, fields: Iterable[PatientField]) -> None:
        """Mark the answers that the diary found fault with, in our own words."""
        words = {
            PatientField.NAME: _(
                "The practice’s diary didn’t accept this name. Try it without unusual characters"
            ),
            PatientField.PHONE: self.phone_words(),
            PatientField.EMAIL: _(
                "The practice’s diary didn’t accept this email address. Check it, or use another"
            ),
            PatientField.REASON: _(
                "The practice’s diary didn’t accept this. Try a few plain words"
            ),
        }
        for one in fields:
            self[one.value].errors = [*self[one.value].errors, words[one]]
