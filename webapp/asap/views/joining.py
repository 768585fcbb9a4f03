"""Joining the list for an appointment, and leaving it: from the booking's own page."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from flask import abort, redirect, render_template, url_for

from webapp import clock
from webapp.appointments.finding import by_page as booking_by_page
from webapp.appointments.recording import can_be_released
from webapp.asap.forms import JoinForm, problems
from webapp.asap.listing import (
    Joining,
    live_entry_of,
)
from webapp.asap.model import Entry
from webapp.asap.views.blueprint import blueprint
from webapp.asap.views.listed import known_roster, list_or_404, put_on_list, take_off_list
from webapp.asap.wishes import wish_of
from webapp.db.engine import new_session
from webapp.diaries.port import Patient
from webapp.notify.numbers import texting_number
from webapp.practices.current import current_practice
from webapp.web.forms import journey_of_request, new_journey
from webapp.web.headers import forbid_framing, keep_private
from webapp.web.limits import asking, booking_by_address, reading

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from webapp.appointments.model import Booking
    from webapp.web.forms import Journey


@blueprint.get("/<slug>/booking/<token>/sooner")
@reading
def ask_for_booking(token: str) -> ResponseReturnValue:
    """Ask what would suit a patient who has an appointment."""
    booking, entry = _own(token)
    if not _can_be_bettered(booking):
        return redirect(_booking_url(token))
    form = _form_for(booking, entry, new_journey(booking.slug), filled=False)
    if entry is not None:
        form.want(wish_of(entry), insists=entry.staff_id is not None)
        form.consent.data = True
    return _booking_form(form, booking, token, entry)


@blueprint.post("/<slug>/booking/<token>/sooner")
@booking_by_address
def join_for_booking(token: str) -> ResponseReturnValue:
    """Put them on the list, or change what they want."""
    booking, entry = _own(token)
    if not _can_be_bettered(booking):
        return redirect(_booking_url(token), 303)
    form = _form_for(booking, entry, journey_of_request(booking.slug), filled=True)
    if not form.validate():
        return _booking_form(form, booking, token, entry)
    wish = replace(
        form.wish(staff_id=booking.staff_id, room_id=None if booking.any_room else booking.room_id),
        type_id=booking.type_id,
    )
    patient = Patient(
        name=booking.patient_name, phone=form.texting_number(), email=booking.patient_email
    )
    reference = booking.diary_reference if current_practice().lists_in_diary else None
    put_on_list(Joining(booking.slug, form.journey.id, patient, wish, booking.id, reference))
    return redirect(_booking_url(token), 303)


@blueprint.post("/<slug>/booking/<token>/sooner/leave")
@asking
def leave_for_booking(token: str) -> ResponseReturnValue:
    """Take them off the list; the appointment stays."""
    _booking, entry = _own(token)
    if entry is not None:
        take_off_list(entry.id)
    return redirect(_booking_url(token), 303)


def _own(token: str) -> tuple[Booking, Entry | None]:
    keep_private()
    forbid_framing()
    list_or_404()
    with new_session() as session:
        booking = booking_by_page(session, current_practice().slug, token)
        if booking is None:
            abort(404)
        return booking, live_entry_of(session, booking)


def _can_be_bettered(booking: Booking) -> bool:
    if current_practice().lists_in_diary and booking.diary_reference is None:
        return False
    return can_be_released(booking) and booking.starts_at_utc > clock.now()


def _form_for(booking: Booking, entry: Entry | None, journey: Journey, *, filled: bool) -> JoinForm:
    practice, roster = current_practice(), known_roster()
    is_alone = len(roster.staff) == 1 or practice.booking.staff == (booking.staff_id,)
    # What the diary offers by itself is with the same person: there is no choice to make.
    is_alone = is_alone or practice.asap.record == "diary"
    return JoinForm(
        journey,
        country=practice.country,
        filled=filled,
        person=None if is_alone else booking.staff_name,
        asks_who=False,
        known_number=entry.patient_phone
        if entry is not None
        else texting_number(booking.patient_phone, practice.country),
    )


def _booking_form(
    form: JoinForm, booking: Booking, token: str, entry: Entry | None
) -> ResponseReturnValue:
    start = booking.starts_at_utc.astimezone(current_practice().zone)
    return render_template(
        "asap/join.html",
        form=form,
        problems=problems(form),
        when=clock.say_moment(start),
        is_on_the_list=entry is not None,
        action=url_for("asap.join_for_booking", token=token),
        back=_booking_url(token),
    )


def _booking_url(token: str) -> str:
    return url_for("booking.page", token=token)
