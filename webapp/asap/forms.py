"""The form that puts a patient on the ASAP list: how to text them, and what would suit them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from flask_babel import gettext as _
from wtforms import BooleanField, RadioField, SelectMultipleField
from wtforms.validators import ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from webapp import clock
from webapp.appointments.contact import ContactForm
from webapp.asap.presenting import NOTICES, say_end_of, say_notice, say_part
from webapp.asap.wishes import EVERY_DAY, Part, Wish
from webapp.notify.numbers import texting_number

if TYPE_CHECKING:
    from wtforms import Field

    from webapp.web.forms import Journey

ANYBODY, THIS_PERSON = "any", "this"
_USUAL_NOTICE = 2


class JoinForm(ContactForm):
    """What we ask of a patient who wants something sooner.

    ``person`` is the name of whom they see, where they may insist on that; ``asks_who`` is False
    for a patient whose name and address their appointment tells already.
    """

    whom = RadioField(validate_choice=False)
    days = SelectMultipleField(
        widget=ListWidget(), option_widget=CheckboxInput(), validate_choice=False
    )
    parts = SelectMultipleField(
        widget=ListWidget(), option_widget=CheckboxInput(), validate_choice=False
    )
    notice = RadioField(validate_choice=False)
    consent = BooleanField()

    def __init__(
        self,
        journey: Journey,
        *,
        country: str,
        filled: bool,
        person: str | None = None,
        asks_who: bool = True,
        known_number: str | None = None,
    ) -> None:
        """Make the form; ``filled`` says whether the request brings it.

        ``known_number``, in international form, is what an empty box means.
        """
        super().__init__(journey, country=country, filled=filled)
        self._known_number = known_number
        self.asks_who = asks_who
        self.person = person
        self.whom.choices = [
            (ANYBODY, _("Anybody who is free sooner")),
            (THIS_PERSON, _("Only %(name)s", name=person)),
        ]
        self.days.choices = [(str(day), clock.say_weekday(day)) for day in range(7)]
        self.parts.choices = [(part.value, say_part(part)) for part in Part]
        self.notice.choices = [(str(hours), say_notice(hours)) for hours in NOTICES]
        if not asks_who:
            del self["name"], self["email"]
        if not filled:
            self.refill()

    def want(self, wish: Wish, *, insists: bool) -> None:
        """Fill in what a patient wants, or has wanted so far."""
        self.whom.data = THIS_PERSON if insists else ANYBODY
        self.days.data = [str(day) for day in sorted(wish.weekdays)]
        self.parts.data = [part.value for part in Part if part in wish.parts]
        hours = round(wish.notice / timedelta(hours=1))
        self.notice.data = str(min(NOTICES, key=lambda one: abs(one - hours)))

    def refill(self) -> None:
        """Show the form to somebody who has typed name and number elsewhere."""
        self.want(Wish(notice=timedelta(hours=_USUAL_NOTICE)), insists=False)
        self.consent.data = False

    def validate_phone(self, field: Field) -> None:
        """Ask for a number that a text can reach."""
        if not field.data and self._known_number is not None:
            return
        super().validate_phone(field)
        if texting_number(field.data or "", self.country) is None:
            raise ValidationError(_("Enter a mobile number, so that a text can reach it"))

    def validate_days(self, field: Field) -> None:
        """Ask for at least one of the seven."""
        if not _chosen(field.data, [str(day) for day in EVERY_DAY]):
            raise ValidationError(_("Choose at least one day"))

    def validate_parts(self, field: Field) -> None:
        """Ask for at least one part of the day."""
        if not _chosen(field.data, [part.value for part in Part]):
            raise ValidationError(_("Choose at least one part of the day"))

    def validate_notice(self, field: Field) -> None:
        """Ask for one of the notices that are offered."""
        if field.data not in {str(hours) for hours in NOTICES}:
            raise ValidationError(_("Choose how much notice you need"))

    def validate_whom(self, field: Field) -> None:
        """Ask whom they would see, where that is asked."""
        if self.person is not None and field.data not in {ANYBODY, THIS_PERSON}:
            raise ValidationError(_("Choose whom you would see"))

    def validate_consent(self, field: Field) -> None:
        """Ask for their yes to being texted: without it there is nothing that we could do."""
        if not field.data:
            raise ValidationError(_("Tick the box to let us text you, or call us instead"))

    def wish(self, *, staff_id: str | None, room_id: str | None) -> Wish:
        """Return what they want; call it on a valid form. ``staff_id`` is for who insists."""
        insists = self.whom.data != ANYBODY
        return Wish(
            weekdays=frozenset(int(day) for day in self.days.data or ()),
            parts=frozenset(Part(part) for part in self.parts.data or ()),
            notice=timedelta(hours=int(self.notice.data or 0)),
            staff_id=staff_id if insists else None,
            room_id=room_id,
        )

    def texting_number(self) -> str:
        """Return the number in international form; call it on a valid form."""
        return texting_number(self.phone.data or "", self.country) or self._known_number or ""

    @property
    def number_is_known(self) -> bool:
        """Whether the box may stay empty."""
        return self._known_number is not None

    @property
    def number_hint(self) -> str:
        """What stands beside the box."""
        if self._known_number is None:
            return _("We text this number")
        return _("Leave it empty to use %(number)s", number=say_end_of(self._known_number))


def problems(form: JoinForm) -> list[tuple[str, str | None]]:
    """Return each problem's words and the id of the box that they are about, in page order."""
    found: list[tuple[str, str | None]] = []
    for name in ("token", "website"):
        found += [(str(text), None) for text in form.errors.get(name, ())]
    for name in ("name", "phone", "email", "whom", "days", "parts", "notice", "consent"):
        if name not in form:
            continue
        is_list = name in {"whom", "days", "parts", "notice"}
        target = f"{name}-0" if is_list else name
        found += [(str(text), target) for text in form[name].errors[:1]]
    return found


def _chosen(data: list[str] | None, known: list[str]) -> bool:
    return bool(data) and all(one in known for one in data)
