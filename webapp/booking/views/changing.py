"""Another time for an appointment: the old one stays until the new one is in the diary."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.exc import SQLAlchemyError

from webapp import clock
from webapp.appointments.choice import ANY, Choice, read_choice, read_day
from webapp.appointments.current import current_desk
from webapp.appointments.model import STANDS_OR_MAY, State
from webapp.appointments.placing import Order, Placed
from webapp.appointments.standing import Standing
from webapp.booking.presenters.times import last_day_shown, present_times, starts_on_a_page
from webapp.booking.views.appointment import Appointment, SlotNotChosen, from_scene
from webapp.booking.views.blueprint import blueprint
from webapp.booking.views.page import OwnPage, own_page, wish_of
from webapp.booking.views.scene import (
    NotOffered,
    Scene,
    chosen_start,
    for_the_chosen,
    for_the_slot,
    looking_further,
    scene_of,
)
from webapp.booking.views.ways import ChangeRoute
from webapp.diaries.port import Patient
from webapp.practices.current import current_practice
from webapp.web.forms import TokenFault, journey_of_request, new_journey
from webapp.web.limits import booking_at_practice, booking_by_address, reading

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue


@blueprint.get("/<slug>/booking/<token>/change")
@reading
def change(token: str) -> ResponseReturnValue:
    """Show other times, or the chosen one beside the present one."""
    own = own_page(token)
    if own.standing is not Standing.STANDS:
        return redirect(own.url)
    scene = _scene(own)
    if scene.choice.at is None:
        return _times(own, scene)
    try:
        appointment = from_scene(scene)
    except SlotNotChosen:
        return redirect(scene.route.url(scene.unanswered, scene.choice.without_time()))
    if appointment.slot is None:
        return _times(own, scene, notice=_gone(appointment), status=410)
    return _confirm(own, appointment)


@blueprint.post("/<slug>/booking/<token>/change")
@booking_by_address
@booking_at_practice
def make_change(token: str) -> ResponseReturnValue:
    """Book the new time; the old one is released when the diary has said yes, and not before."""
    practice, own = current_practice(), own_page(token)
    journey = journey_of_request(practice.slug)
    if own.standing is not Standing.STANDS:
        return redirect(own.url, 303)
    choice = replace(read_choice(request.args), type=own.booking.type_id)
    start = chosen_start(choice, practice)
    if start is None or choice.slot_staff is None or choice.slot_room is None:
        return redirect(f"{own.url}/change", 303)
    if journey.fault is TokenFault.MISSING_OR_FOREIGN:
        return redirect(f"{own.url}/change{choice.query()}", 303)
    booking = own.booking
    order = Order(
        slug=practice.slug,
        journey=journey.id,
        choice=choice,
        slot_start=start,
        patient=Patient(
            name=booking.patient_name, phone=booking.patient_phone, email=booking.patient_email
        ),
        reason=_("Moved online from %(when)s", when=own.when),
        replaces_id=booking.id,
    )
    try:
        placed = current_desk().place(order)
    except SQLAlchemyError:
        placed = Placed(State.UNREACHABLE, "")
    return _lead_to(own, placed)


def _lead_to(own: OwnPage, placed: Placed) -> ResponseReturnValue:
    if placed.state in STANDS_OR_MAY:
        return redirect(url_for("booking.page", token=placed.page), 303)
    if placed.nothing_to_move:
        # Its own page says it, now and whenever it is opened.
        return redirect(own.url, 303)
    if placed.state is State.UNREACHABLE:
        trouble = _(
            "We couldn’t reach the practice’s diary just now. Your appointment stays as it is: "
            "try again in a minute, or call us."
        )
        status = 503
    elif placed.state is State.TAKEN:
        trouble = _("That time has just gone. Your appointment stays as it is.")
        status = 409
    else:
        trouble = _(
            "We couldn’t move it there. Your appointment stays as it is: choose another time, "
            "or call us."
        )
        status = 409
    scene = _scene(own)
    scene = replace(scene, choice=scene.choice.without_time())
    return _times(own, scene, notice=trouble, status=status)


def _scene(own: OwnPage) -> Scene:
    wish, choice = wish_of(own.booking), read_choice(request.args)
    if choice.staff is None:
        choice = wish.without_time()
    # What it is for stays as it was.
    choice = replace(choice, type=wish.type)
    try:
        scene = scene_of(choice, for_the_slot if choice.at is not None else for_the_chosen)
    except NotOffered:
        # Whoever they had an appointment with has left, say: anybody else may do.
        scene = scene_of(Choice(staff=ANY, room=ANY, type=wish.type), for_the_chosen)
    choice = scene.choice
    route = ChangeRoute(scene.route.slug, scene.route.roster, scene.route.ask_room, page=own.url)
    return Scene(scene.practice, scene.picture, route, route.complete(choice))


def _times(
    own: OwnPage, scene: Scene, *, notice: str | None = None, status: int = 200
) -> ResponseReturnValue:
    if scene.choice.at is not None:
        # The one day that was looked at is not enough for a calendar.
        scene = replace(scene, picture=scene_of(scene.choice, for_the_chosen).picture)
    turned_to = read_day(request.args.get("from"))
    if turned_to is not None and not starts_on_a_page(scene.calendar, turned_to):
        turned_to = None
    scene = looking_further(scene, last_day_shown(scene.calendar, scene.choice.day, turned_to))
    calendar = scene.calendar
    day = scene.choice.day
    window = calendar.window
    is_open = day is not None and window.first_day <= day <= window.last_day
    choice = scene.choice if is_open else scene.choice.without_time()
    shown = present_times(
        scene.picture, calendar, scene.route, choice, turned_to=turned_to, notice=notice
    )
    anyone = Choice(staff=ANY, room=ANY, type=scene.choice.type)
    anybody = f"{own.url}/change{anyone.query()}"
    body = render_template(
        "booking/page/change.html",
        own=own,
        page=shown,
        carried=None,
        change_who=anybody if scene.choice.staff_id else None,
        try_again=None,
        zone_name=clock.say_zone(scene.practice.zone, clock.now()),
    )
    return body, status


def _confirm(own: OwnPage, appointment: Appointment) -> ResponseReturnValue:
    return render_template(
        "booking/page/confirm_change.html",
        own=own,
        appointment=appointment,
        token=new_journey(appointment.practice.slug).token(),
        action=f"{own.url}/change{appointment.choice.query()}",
        other=f"{own.url}/change{appointment.choice.without_time().query()}",
    )


def _gone(appointment: Appointment) -> str:
    return _("%(when)s is no longer free. Your appointment stays as it is.", when=appointment.when)
