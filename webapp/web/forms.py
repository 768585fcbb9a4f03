"""The seam between WTForms and pages: signed journey token, honeypot, plain errors."""

from __future__ import annotations

import enum
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import request
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.csrf.core import CSRF
from wtforms.validators import ValidationError

from webapp.web.tokens import TokenExpired, TokenInvalid, current_tokens

if TYPE_CHECKING:
    from wtforms import Field
    from wtforms.csrf.core import CSRFTokenField
    from wtforms.fields.core import UnboundField

_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufdd0-\ufdef\ufffd-\uffff]")

TOKEN_FIELD = "token"  # noqa: S105 - a field's name
"""The form field that carries the signed journey."""


class TokenFault(enum.Enum):
    """What was wrong with the token that a form brought."""

    MISSING_OR_FOREIGN = "foreign"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Journey:
    """The journey that a form belongs to. ``fault`` tells that its token must be renewed."""

    id: str
    slug: str
    fault: TokenFault | None = None

    def token(self) -> str:
        """Return a token for this journey that is valid from now."""
        return current_tokens().sign_journey(slug=self.slug, journey=self.id)


def new_journey(slug: str) -> Journey:
    """Begin a journey: what may be sent to the diary once."""
    return Journey(id=current_tokens().new_journey(), slug=slug)


def journey_of_request(slug: str) -> Journey:
    """Return the journey whose form was posted.

    An expired token keeps its journey, so that sending again cannot book twice; a foreign or
    missing one begins a new journey.
    """
    tokens = current_tokens()
    try:
        journey = tokens.read_journey(request.form.get(TOKEN_FIELD, ""), slug=slug)
    except TokenExpired as error:
        return Journey(id=error.journey, slug=slug, fault=TokenFault.EXPIRED)
    except TokenInvalid:
        return Journey(id=tokens.new_journey(), slug=slug, fault=TokenFault.MISSING_OR_FOREIGN)
    return Journey(id=journey, slug=slug)


class JourneyToken(CSRF):
    """WTForms' forgery check, resting on the journey's signature instead of a session cookie."""

    _journey: Journey

    def setup_form(self, form: Any) -> list[tuple[str, UnboundField[Any]]]:  # noqa: ANN401
        self._journey = form.meta.csrf_context
        return super().setup_form(form)

    def generate_csrf_token(self, csrf_token_field: CSRFTokenField) -> str:
        del csrf_token_field
        return self._journey.token()

    def validate_csrf_token(self, form: Any, field: CSRFTokenField) -> None:  # noqa: ANN401
        del form, field
        if self._journey.fault is TokenFault.EXPIRED:
            raise ValidationError(
                _("This page had been open for a long time. Please check it and continue.")
            )
        if self._journey.fault is not None:
            raise ValidationError(
                _("We couldn’t be sure this came from our page. Please check it and continue.")
            )


class JourneyForm(FlaskForm):
    """A form of the journey. Make it with ``JourneyForm(meta={"csrf_context": journey})``."""

    class Meta(FlaskForm.Meta):
        csrf = True  # pyright: ignore[reportIncompatibleMethodOverride, reportAssignmentType]
        csrf_class = JourneyToken
        csrf_field_name = TOKEN_FIELD  # pyright: ignore[reportIncompatibleMethodOverride, reportAssignmentType]

        def wrap_formdata(self, form: Any, formdata: Any) -> Any:  # noqa: ANN401
            """Read the posted form alone: JSON and files bring values that are no text."""
            del form
            return None if formdata is None else request.form

    website = StringField()
    """A trap: people never see it, so whoever fills it is a program."""

    def validate_website(self, field: StringField) -> None:
        """Refuse a form whose trap was filled."""
        if field.data:
            raise ValidationError(
                _("Please leave the box that is marked “leave this empty” as it is.")
            )


def no_control_characters(form: JourneyForm, field: Field) -> None:
    """Refuse NUL and its kin, which no diary or database can be trusted with."""
    del form
    if _UNPRINTABLE.search(str(field.data or "")):
        raise ValidationError(_("Remove the characters that can’t be printed"))


def printable(value: object) -> object:
    """Return text with a mark in place of each sign that no page may hold; markup as it is."""
    return _UNPRINTABLE.sub("\ufffd", value) if type(value) is str else value
