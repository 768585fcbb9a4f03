"""What is said of a move in place that did not simply come about.

The diary has one appointment, which is at the old time or at the new one: never are there two,
and of neither may it be said that it surely stands.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_babel import gettext as _

from webapp.appointments.occasions import to_patient, to_practice, what_still_stands, when_of
from webapp.notify.email import Button, Letter

if TYPE_CHECKING:
    from webapp.appointments.occasions import Occasion


def not_moved(about: Occasion) -> Letter:
    """Tell a patient that all is as it was."""
    return to_patient(
        about,
        subject=_("Not moved: %(when)s", when=about.when),
        heading=_("Your appointment was not moved"),
        paragraphs=(
            _("Our diary had not answered, so we looked again: it has not given you this time."),
        ),
        after=(
            *what_still_stands(about),
            _("We’re sorry for the trouble. You can choose another time now."),
        ),
        buttons=(Button(_("See free times"), about.times),),
    )


def unclear_move(about: Occasion) -> Letter:
    """Tell a patient that they have one of two times, and who will say which."""
    return to_patient(
        about,
        subject=_("We’re checking your appointment: %(when)s", when=about.when),
        heading=_("We couldn’t confirm that your appointment has moved"),
        paragraphs=(
            _(
                "You asked us to move your appointment from %(old)s to the time below, and our "
                "diary did not answer clearly. You have one of the two, and we cannot see which. "
                "We have been asked to look, and will ring you on %(phone)s.",
                old=_old(about),
                phone=about.booking.patient_phone,
            ),
        ),
        after=(_("If you’d rather not wait, call us on %(phone)s.", phone=about.practice.phone),),
    )


def check_move(about: Occasion) -> Letter:
    """Ask the practice to look where an appointment is, and to ring."""
    return to_practice(
        about,
        subject=_("Please check and ring: %(when)s", when=about.when),
        heading=_("Please check the diary and ring this patient"),
        paragraphs=(
            _(
                "A patient asked online to move their appointment from %(old)s to the time below, "
                "and the diary did not say whether it has.",
                old=_old(about),
            ),
            _("Look at which of the two times the patient stands, and tell them."),
        ),
        after=(_("The patient was told that you will ring."),),
    )


def not_found(about: Occasion) -> Letter:
    """Tell a patient that what they wanted to move is not where we knew it."""
    return to_patient(
        about,
        subject=_("We couldn’t move your appointment: %(when)s", when=about.when),
        heading=_("We can’t find your appointment"),
        paragraphs=(
            _(
                "You asked us to move your appointment on %(old)s. It is not in our diary at that "
                "time any more: somebody here may have moved or cancelled it. So we have changed "
                "nothing, and you do not have this time:",
                old=_old(about),
            ),
        ),
        after=(
            _(
                "We have been asked to look, and will ring you on %(phone)s.",
                phone=about.booking.patient_phone,
            ),
            _("If you’d rather not wait, call us on %(phone)s.", phone=about.practice.phone),
        ),
    )


def ring_about_not_found(about: Occasion) -> Letter:
    """Ask the practice to ring about an appointment that is not where it was."""
    return to_practice(
        about,
        subject=_("Please ring about a move: %(when)s", when=about.when),
        heading=_("Please ring this patient"),
        paragraphs=(
            _(
                "They asked online to move their appointment from %(old)s to the time below. In "
                "the diary it is not at the old time any more: it may have been moved or "
                "cancelled there. Nothing was changed, and they do not have the new time.",
                old=_old(about),
            ),
        ),
        after=(_("The patient was told that you will ring."),),
    )


def _old(about: Occasion) -> str:
    """Say when the appointment was that was to be moved; it is erased no sooner than the new."""
    return when_of(about.earlier, about.practice) if about.earlier is not None else ""
