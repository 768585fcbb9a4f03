"""What a patient is told of the ASAP list by e-mail."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_babel import gettext as _

from webapp.asap.presenting import say_wish
from webapp.asap.wishes import wish_of
from webapp.notify.email import Button, Fact, Letter
from webapp.notify.numbers import say_number

if TYPE_CHECKING:
    from webapp.asap.model import Entry
    from webapp.practices.model import Practice


def joined(entry: Entry, practice: Practice, *, page: str) -> Letter:
    """Tell a patient that they are on the list, and where to leave it. ``page`` is whole."""
    keeps = _("Your appointment stays as it is unless you take another.")
    return Letter(
        to=entry.patient_email,
        subject=_("You’re on the list for something sooner"),
        heading=_("You’re on the list for something sooner"),
        paragraphs=(
            _("Hello %(name)s,", name=entry.patient_name),
            _(
                "When an earlier time opens up that suits you, we’ll text you a link. Several "
                "people may get one: the first to take it has it."
            ),
            *((keeps,) if entry.booking_id is not None else ()),
        ),
        facts=(
            Fact(_("Text to"), say_number(entry.patient_phone, practice.country)),
            *(Fact(name, value) for name, value in say_wish(wish_of(entry))),
        ),
        after=(_("To hear no more, leave the list, or answer STOP to any of the texts."),),
        buttons=(Button(_("See or leave the list"), page),),
    )
