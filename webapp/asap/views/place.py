"""A place on the list: joining without an appointment, seeing it, leaving it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from flask import abort, redirect, render_template, request, url_for
from flask_babel import gettext as _

from webapp import clock
from webapp.appointments.choice import ChoiceUnreadable, read_choice
from webapp.appointments.recording import can_be_released
from webapp.asap.forms import JoinForm, problems
from webapp.asap.listing import Joining, appointment_of, by_page, places_of
from webapp.asap.presenting import say_end_of, say_wish
from webapp.asap.views.blueprint import blueprint
from webapp.asap.views.listed import (
    known_roster,
    open_list_or_404,
    put_on_list,
    take_off_list,
)
from webapp.asap.wishes import wish_of
from webapp.db.engine import new_session
from webapp.diaries.port import Patient
from webapp.notify.optouts import has_opted_out
from webapp.practices.current import current_practice
from webapp.web.forms import journey_of_request, new_journey
from webapp.web.headers import forbid_framing, keep_private
from webapp.web.limits import asking, booking_at_practice, booking_by_address, reading
from webapp.web.tokens import current_tokens

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from webapp.appointments.choice import Choice
    from webapp.appointments.model import Booking
    from webapp.asap.model import Entry

_GET_AND_POST = ("GET", "POST")
_MOST_PLACES = 3
"""A family may share a number; a stranger's is not to be texted for ever."""


@blueprint.route("/<slug>/asap", methods=_GET_AND_POST)
@reading
def ask() -> ResponseReturnValue:
    """Ask somebody without an appointment. A POST brings what they typed elsewhere: it acts not."""
    open_list_or_404()
    practice, choice = current_practice(), _choice()
    filled = request.method == "POST"
    journey = journey_of_request(practice.slug) if filled else new_journey(practice.slug)
    form = JoinForm(
        journey, country=practice.country, filled=filled, person=_person(choice.staff_id)
    )
    if filled:
        form.refill()
    return _open_form(form, choice)


@blueprint.get("/<slug>/asap/join")
@reading
def go_back_to_form() -> ResponseReturnValue:
    """Lead whoever reloads an answered form back to it."""
    return redirect(url_for("asap.ask") + _choice().query())


@blueprint.post("/<slug>/asap/join")
@booking_by_address
@booking_at_practice
def join_without() -> ResponseReturnValue:
    """Put somebody without an appointment on the list."""
    open_list_or_404()
    practice, choice = current_practice(), _choice()
    form = JoinForm(
        journey_of_request(practice.slug),
        country=practice.country,
        filled=True,
        person=_person(choice.staff_id),
    )
    if not form.validate() or _has_places_enough(form):
        return _open_form(form, choice)
    patient = Patient(
        name=form.name.data or "", phone=form.texting_number(), email=form.email.data or ""
    )
    wish = replace(form.wish(staff_id=choice.staff_id, room_id=choice.room_id), type_id=choice.type)
    entry = put_on_list(Joining(practice.slug, form.journey.id, patient, wish))
    token = current_tokens().entry_of(slug=practice.slug, journey=entry.journey)
    return redirect(url_for("asap.joined", token=token), 303)


@blueprint.get("/<slug>/asap/<token>/joined")
@reading
def joined(token: str) -> ResponseReturnValue:
    """Say that they are on the list. It may be framed like the journey: it acts on nothing."""
    keep_private()
    entry, _appointment = _entry(token)
    return render_template(
        "asap/joined.html",
        entry=entry,
        wish=say_wish(wish_of(entry)),
        phone=say_end_of(entry.patient_phone),
        has_opted_out=_has_opted_out(entry),
        page_url=url_for("asap.own", token=token),
    )


@blueprint.get("/<slug>/asap/<token>")
@reading
def own(token: str) -> ResponseReturnValue:
    """Show somebody's place on the list, and let them leave it."""
    keep_private()
    forbid_framing()
    practice = current_practice()
    entry, appointment = _entry(token)
    when, appointment_url = None, None
    if appointment is not None and can_be_released(appointment):
        when = clock.say_moment(appointment.starts_at_utc.astimezone(practice.zone))
        page = current_tokens().page_of(slug=practice.slug, journey=appointment.journey)
        appointment_url = url_for("booking.page", token=page)
    return render_template(
        "asap/own.html",
        entry=entry,
        when=when,
        appointment_url=appointment_url,
        wish=say_wish(wish_of(entry)),
        phone=say_end_of(entry.patient_phone),
        has_opted_out=_has_opted_out(entry),
        leave_url=url_for("asap.leave", token=token),
    )


@blueprint.post("/<slug>/asap/<token>/leave")
@asking
def leave(token: str) -> ResponseReturnValue:
    """Take them off the list."""
    entry, _appointment = _entry(token)
    take_off_list(entry.id)
    return redirect(url_for("asap.own", token=token), 303)


def _has_places_enough(form: JoinForm) -> bool:
    """Say, on the form too, whether its number is on the list as often as one may be."""
    with new_session() as session:
        taken = places_of(session, current_practice().slug, form.texting_number())
    if taken < _MOST_PLACES:
        return False
    form.phone.errors = [_("This number is on the list already: call us to change that")]
    return True


def _has_opted_out(entry: Entry) -> bool:
    sender = current_practice().asap.texts_from
    with new_session() as session:
        return has_opted_out(session, sender=sender, phone=entry.patient_phone)


def _entry(token: str) -> tuple[Entry, Booking | None]:
    with new_session() as session:
        entry = by_page(session, current_practice().slug, token)
        if entry is None:
            abort(404)
        return entry, appointment_of(session, entry)


def _open_form(form: JoinForm, choice: Choice) -> ResponseReturnValue:
    query = choice.query()
    return render_template(
        "asap/join.html",
        form=form,
        problems=problems(form),
        when=None,
        is_on_the_list=False,
        action=url_for("asap.join_without") + query,
        back=f"/{current_practice().slug}/times{query}",
    )


def _choice() -> Choice:
    try:
        choice = read_choice(request.args).without_time()
    except ChoiceUnreadable:
        abort(400)
    roster = known_roster()
    for wanted, find in ((choice.staff_id, roster.find_staff), (choice.room_id, roster.find_room)):
        # While nobody knows who works there, the practice is believed to offer what is asked for.
        if wanted and not (find(wanted) if roster.staff else wanted.isprintable()):
            abort(404)
    if not roster.staff:
        return choice
    purpose = roster.find_type(choice.type)
    if roster.types and purpose is None:
        abort(404)
    return replace(choice, type=purpose.id if purpose is not None else None)


def _person(staff_id: str | None) -> str | None:
    roster = known_roster()
    found = roster.find_staff(staff_id) if staff_id else None
    return found.name if found and len(roster.staff) > 1 else None
