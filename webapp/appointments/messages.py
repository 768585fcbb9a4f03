"""What patients and practices are told of a booking, in words."""

from __future__ import annotations

from flask_babel import gettext as _

from webapp.appointments.kinds import Kind
from webapp.appointments.letters_of_moves import (
    check_move,
    not_found,
    not_moved,
    ring_about_not_found,
    unclear_move,
)
from webapp.appointments.occasions import (
    Occasion,
    to_patient,
    to_practice,
    what_still_stands,
    when_of,
)
from webapp.notify.email import Button, Letter


def letter(kind: Kind, occasion: Occasion) -> Letter:
    """Write the message of this kind."""
    return _WRITERS[kind](occasion)


def _booked(about: Occasion) -> Letter:
    return to_patient(
        about,
        subject=_("You’re booked: %(when)s", when=about.when),
        heading=_("You’re booked"),
        paragraphs=(_("Your appointment is in our diary."),),
        after=(_("The attached file adds it to your calendar."),),
        buttons=(Button(_("Change or cancel"), about.page),),
        calendar="PUBLISH",
    )


def _changed(about: Occasion) -> Letter:
    earlier = when_of(about.earlier, about.practice) if about.earlier else ""
    # With somebody else, or elsewhere
    is_same_time = earlier == about.when
    return to_patient(
        about,
        subject=_("Your appointment is now %(when)s", when=about.when),
        heading=_("Your appointment has changed")
        if is_same_time
        else _("Your appointment has moved"),
        paragraphs=(
            _("It is still at the same time. This is the new one:")
            if is_same_time
            else _("It is no longer %(earlier)s. This is the new one:", earlier=earlier),
        ),
        after=(
            *(
                ()
                if about.diary_cancels or about.booking.is_move
                else (_("We will take the old one out of our diary by hand: you need do nothing."),)
            ),
            _("The attached file moves it in your calendar too."),
        ),
        buttons=(Button(_("Change or cancel"), about.page),),
        calendar="PUBLISH",
    )


def _cancelled(about: Occasion) -> Letter:
    return to_patient(
        about,
        subject=_("Cancelled: %(when)s", when=about.when),
        heading=_("Your appointment is cancelled"),
        paragraphs=(_("This appointment is no longer in our diary:"),),
        buttons=(Button(_("Book another time"), about.times),),
        calendar="CANCEL",
    )


def _cancel_asked(about: Occasion) -> Letter:
    return to_patient(
        about,
        subject=_("We have your request to cancel: %(when)s", when=about.when),
        heading=_("We have your request to cancel"),
        paragraphs=(
            _("You need not come. We will take this appointment out of our diary by hand:"),
        ),
        after=(
            _("If you did not ask for this, call us on %(phone)s.", phone=about.practice.phone),
        ),
    )


def _not_booked(about: Occasion) -> Letter:
    if about.booking.is_move:
        return not_moved(about)
    return to_patient(
        about,
        subject=_("Not booked: %(when)s", when=about.when),
        heading=_("Your appointment was not booked"),
        paragraphs=(
            _(
                "Our diary had not answered, so we looked again: this time is still free, and you "
                "do not have it."
            ),
        ),
        after=(
            *what_still_stands(about),
            _("We’re sorry for the trouble. You can book it, or another time, now."),
        ),
        buttons=(Button(_("See free times"), about.times),),
    )


def _unconfirmed(about: Occasion) -> Letter:
    if about.booking.is_move:
        return unclear_move(about)
    return to_patient(
        about,
        subject=_("We’re checking your appointment: %(when)s", when=about.when),
        heading=_("We couldn’t confirm your appointment"),
        paragraphs=(
            _(
                "Our diary did not answer clearly when you booked. The time is no longer free: it "
                "may be yours, or somebody else’s. We have been asked to look, and will ring you "
                "on %(phone)s.",
                phone=about.booking.patient_phone,
            ),
            _("Please don’t book again until you have heard from us."),
        ),
        after=(
            *what_still_stands(about),
            _("If you’d rather not wait, call us on %(phone)s.", phone=about.practice.phone),
        ),
    )


def _practice_booked(about: Occasion) -> Letter:
    return to_practice(
        about,
        subject=_("New online booking: %(when)s", when=about.when),
        heading=_("New online booking"),
        paragraphs=(_("It is in the diary. There is nothing to do."),),
    )


def _practice_check(about: Occasion) -> Letter:
    if about.booking.is_move:
        return check_move(about)
    return to_practice(
        about,
        subject=_("Please check and ring: %(when)s", when=about.when),
        heading=_("Please check the diary and ring this patient"),
        paragraphs=(
            _(
                "A patient booked online, and the diary did not say whether it took the booking. "
                "The time is no longer free."
            ),
            _(
                "Look at this time in the diary. If the patient stands there, tell them that the "
                "appointment is theirs. If somebody else does, or nobody, offer another."
            ),
        ),
        after=(
            *what_still_stands(about, _("It was to replace %(when)s, which still stands.")),
            _("The patient was told that you will ring."),
        ),
    )


def _practice_release(about: Occasion) -> Letter:
    if about.later is not None:
        return to_practice(
            about,
            subject=_("Please take out the old appointment: %(when)s", when=about.when),
            heading=_("Please take an appointment out of the diary"),
            paragraphs=(
                _(
                    "This patient has moved to %(later)s, which is in the diary already. The old "
                    "appointment below is still there, because the diary lets nobody but you "
                    "remove it.",
                    later=when_of(about.later, about.practice),
                ),
            ),
        )
    return to_practice(
        about,
        subject=_("Please cancel: %(when)s", when=about.when),
        heading=_("A patient has cancelled online"),
        paragraphs=(
            _(
                "Please take this appointment out of the diary, which lets nobody but you remove "
                "it. The patient has been told that they need not come."
            ),
        ),
    )


def _practice_release_stuck(about: Occasion) -> Letter:
    if about.later is not None:
        text = _(
            "This patient has moved to %(later)s. We asked the diary to take out the old "
            "appointment below, and it has not done so: for now the patient may stand there twice.",
            later=when_of(about.later, about.practice),
        )
    else:
        text = _(
            "This patient has cancelled. We asked the diary to take out the appointment below, "
            "and it has not done so."
        )
    return to_practice(
        about,
        subject=_("Please look in the diary: %(when)s", when=about.when),
        heading=_("An appointment may still be in the diary"),
        paragraphs=(
            text,
            _("If it is still there, please take it out by hand. We go on trying meanwhile."),
        ),
    )


_WRITERS = {
    Kind.PATIENT_BOOKED: _booked,
    Kind.PATIENT_CHANGED: _changed,
    Kind.PATIENT_CANCELLED: _cancelled,
    Kind.PATIENT_CANCEL_ASKED: _cancel_asked,
    Kind.PATIENT_NOT_BOOKED: _not_booked,
    Kind.PATIENT_UNCONFIRMED: _unconfirmed,
    Kind.PATIENT_NOT_FOUND: not_found,
    Kind.PRACTICE_BOOKED: _practice_booked,
    Kind.PRACTICE_CHECK: _practice_check,
    Kind.PRACTICE_NOT_FOUND: ring_about_not_found,
    Kind.PRACTICE_RELEASE: _practice_release,
    Kind.PRACTICE_RELEASE_STUCK: _practice_release_stuck,
}
MESSAGES = tuple(_WRITERS)
"""The kinds of promise that are a message."""
