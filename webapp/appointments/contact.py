"""The questions of who is coming and how to reach them, which more than one form asks."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

import phonenumbers
from email_validator import EmailNotValidError, validate_email
from flask_babel import gettext as _
from wtforms import EmailField, StringField, TelField
from wtforms.validators import StopValidation, ValidationError

from webapp.diaries.port import Patient
from webapp.web.forms import Journey, JourneyForm, no_control_characters

if TYPE_CHECKING:
    from wtforms import Field

LONGEST_NAME = 100
LONGEST_PHONE = 30
LONGEST_EMAIL = 254


def tidy(value: str | None) -> str | None:
    """Put text in its composed form, with single spaces: as a person would read it aloud."""
    return " ".join(unicodedata.normalize("NFC", value).split()) if value else value


class AtMost:
    """Refuses text longer than ``most`` characters, in words that name the field."""

    def __init__(self, most: int, name: str) -> None:
        self._most = most
        self._name = name

    def __call__(self, form: JourneyForm, field: Field) -> None:
        del form
        if len(field.data or "") > self._most:
            raise StopValidation(self._words())

    def _words(self) -> str:
        most = self._most
        match self._name:
            case "name":
                return _("Shorten your name to %(most)s characters or fewer", most=most)
            case "phone":
                return _("Shorten the phone number to %(most)s characters or fewer", most=most)
            case "email":
                return _("Shorten the email address to %(most)s characters or fewer", most=most)
            case _:
                return _("Shorten this to %(most)s characters or fewer", most=most)


class ContactForm(JourneyForm):
    """Name, phone and e-mail. ``country`` tells how a phone number without +… is read."""

    name = StringField(
        filters=[tidy], validators=[AtMost(LONGEST_NAME, "name"), no_control_characters]
    )
    phone = TelField(
        filters=[tidy], validators=[AtMost(LONGEST_PHONE, "phone"), no_control_characters]
    )
    email = EmailField(
        filters=[tidy], validators=[AtMost(LONGEST_EMAIL, "email"), no_control_characters]
    )

    def __init__(self, journey: Journey, *, country: str, filled: bool) -> None:
        """Make the form; ``filled`` says whether the request brings it."""
        given: dict[str, object] = {} if filled else {"formdata": None}
        super().__init__(meta={"csrf_context": journey}, **given)  # pyright: ignore[reportUnknownMemberType]
        self.country = country
        self.journey = journey

    def validate_name(self, field: Field) -> None:
        """Ask for a name that has at least one letter."""
        if not field.data:
            raise ValidationError(_("Enter your name"))
        if not any(one.isalpha() for one in field.data):
            raise ValidationError(_("Enter your name in letters"))

    def validate_phone(self, field: Field) -> None:
        """Ask for a number that could be rung."""
        if not field.data:
            raise ValidationError(_("Enter a phone number we can reach you on"))
        try:
            number = phonenumbers.parse(field.data, self.country)
        except phonenumbers.NumberParseException:
            number = None
        # Possible, not valid: a number plan that we carry may be older than the patient's number.
        # Wholly possible: `is_possible_number` would take what can only be rung next door.
        wholly = phonenumbers.ValidationResult.IS_POSSIBLE
        if number is None or phonenumbers.is_possible_number_with_reason(number) != wholly:
            raise ValidationError(self.phone_words())

    def validate_email(self, field: Field) -> None:
        """Ask for an address that mail could be sent to; nothing is looked up."""
        if not field.data:
            raise ValidationError(_("Enter your email address"))
        try:
            validate_email(field.data, check_deliverability=False, test_environment=True)
        except EmailNotValidError as error:
            raise ValidationError(
                _("Enter an email address in the form name@example.com")
            ) from error

    def patient(self) -> Patient:
        """Return who is coming; call it on a valid form."""
        return Patient(
            name=self.name.data or "", phone=self.phone.data or "", email=self.email.data or ""
        )

    def phone_words(self) -> str:
        """Ask for a phone number, with an example where we have one."""
        example = _EXAMPLES.get(self.country)
        if example is None:
            return _("Enter a phone number we can reach you on")
        return _("Enter a phone number we can reach you on, like %(example)s", example=example)


_EXAMPLES = {"GB": "07700 900123", "US": "(202) 555-0123"}
"""Numbers set apart for fiction, by Ofcom and by the North American Numbering Plan."""
