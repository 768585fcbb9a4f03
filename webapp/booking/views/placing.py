"""Details, check your answers, and the one POST that books."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import TYPE_CHECKING

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.exc import SQLAlchemyError

from webapp.appointments.addresses import Step, address
from webapp.appointments.choice import read_choice
from webapp.appointments.current import current_desk
from webapp.appointments.model import STANDS_OR_MAY, State
from webapp.appointments.placing import Order, Placed
from webapp.availability.answers import Answer, DiaryUnavailable
from webapp.booking.forms import DetailsForm
from webapp.booking.views.appointment import (
    Appointment,
    SlotNotChosen,
    from_request,
    from_scene,
    gone_page,
)
from webapp.booking.views.blueprint import blueprint
from webapp.booking.views.carried import FIELDS, Carried, carry
from webapp.booking.views.scene import chosen_start, for_the_slot, read_scene
from webapp.practices.current import current_practice
from webapp.web.forms import TOKEN_FIELD, journey_of_request, new_journey
from webapp.web.limits import asking, booking_at_practice, booking_by_address, reading

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

_log = logging.getLogger("openslot.booking")


@blueprint.errorhandler(SlotNotChosen)
def not_chosen(_error: SlotNotChosen) -> ResponseReturnValue:
    """Lead a page that was opened too early to the first unanswered one."""
    slug, choice = current_practice().slug, read_choice(request.args)
    if request.method == "POST":
        # 307 keeps the POST, and with it what was typed.
        return redirect(address(slug, Step.TIMES, choice.without_time()), 307)
    return redirect(address(slug, Step.DETAILS, choice))


@blueprint.get("/<slug>/details")
@reading
def details() -> ResponseReturnValue:
    """Ask for the patient's details, once a slot is chosen and while it is free."""
    scene = read_scene(for_the_slot)
    if scene.unanswered is not Step.DETAILS:
        return redirect(scene.route.url(scene.unanswered, scene.choice))
    try:
        appointment = from_scene(scene)
    except SlotNotChosen:
        return redirect(scene.route.url(Step.TIMES, scene.choice.without_time()))
    if appointment.answer is Answer.UNCHECKED:
        raise DiaryUnavailable(not_accepted=False)
    if appointment.slot is None:
        return gone_page(appointment, carried=None)
    if appointment.choice != scene.choice:
        return redirect(appointment.url(Step.DETAILS))
    form = DetailsForm(
        new_journey(scene.practice.slug), country=scene.practice.country, filled=False
    )
    return _details_page(form, appointment)


@blueprint.post("/<slug>/details")
@asking
def change_details() -> ResponseReturnValue:
    """Show the details again as they were typed."""
    return _details_page(_form(), from_request(current_practice()))


@blueprint.post("/<slug>/check")
@asking
def check() -> ResponseReturnValue:
    """Check what was typed and show it once more before it is booked."""
    appointment, form = from_request(current_practice()), _form()
    is_valid = form.validate()
    order = _order(form) if is_valid else None
    if appointment.slot is None and (done := _outcome_of(form, order)):
        # Its slot is gone because this very patient has it.
        return done
    if not is_valid:
        return _ask_again(form, appointment)
    if appointment.answer is Answer.UNCHECKED:
        return _details_page(form, appointment, trouble=_not_reached(), status=503)
    if appointment.slot is None:
        return gone_page(appointment, _carried(form))
    return _check_page(form, appointment)


@blueprint.get("/<slug>/check")
@blueprint.get("/<slug>/book")
@reading
def check_without_answers() -> ResponseReturnValue:
    """Lead a bookmark of a page that needs answers to where they are asked."""
    return redirect(address(current_practice().slug, Step.DETAILS, read_choice(request.args)))


@blueprint.post("/<slug>/book")
@booking_by_address
@booking_at_practice
def book() -> ResponseReturnValue:
    """Book, once for each journey, and lead to what became of it."""
    practice, form = current_practice(), _form()
    if not form.validate():
        return _outcome_of(form) or _ask_again(form, from_request(practice))
    try:
        placed = current_desk().place(_order(form))
    except SQLAlchemyError:
        _log.exception("the database is away: nothing was sent to the diary")
        return _try_again(form)
    return _lead_to(placed, form)


def _lead_to(placed: Placed, form: DetailsForm) -> ResponseReturnValue:
    """Show what came of a booking. Where nothing was booked, what was typed is kept."""
    practice = current_practice()
    if placed.diary_refuses_us:
        raise DiaryUnavailable(not_accepted=True)
    if placed.state in STANDS_OR_MAY:
        return redirect(url_for("booking.outcome", token=placed.token), 303)
    # This journey has had its one write: what the patient sends next is another.
    form.renew(new_journey(practice.slug))
    if placed.state is State.UNREACHABLE:
        return _try_again(form)
    appointment = from_request(practice)
    if placed.state is State.REFUSED:
        form.refuse(placed.refused)
        return _details_page(form, appointment, status=422)
    return gone_page(replace(appointment, slot=None), _carried(form))


def _outcome_of(form: DetailsForm, order: Order | None = None) -> ResponseReturnValue | None:
    """Lead to what this form's journey, or this patient's other tab, has booked already."""
    desk = current_desk()
    try:
        placed = desk.outcome_of(current_practice().slug, form.journey.id)
        if placed is None and order is not None:
            placed = desk.outcome_for_patient(order)
    except SQLAlchemyError as error:
        _log.exception("the database is away: nobody can tell what was booked before")
        raise DiaryUnavailable(not_accepted=False) from error
    if placed is None:
        return None
    return redirect(url_for("booking.outcome", token=placed.token), 303)


def _order(form: DetailsForm) -> Order:
    """Return what a valid form asks to book. Raises SlotNotChosen."""
    practice, choice = current_practice(), read_choice(request.args)
    start = chosen_start(choice, practice)
    if start is None or choice.slot_staff is None or choice.slot_room is None:
        raise SlotNotChosen
    return Order(
        slug=practice.slug,
        journey=form.journey.id,
        choice=choice,
        slot_start=start,
        patient=form.patient(),
        reason=form.reason.data or "",
    )


def _ask_again(form: DetailsForm, appointment: Appointment) -> ResponseReturnValue:
    """Show a form that cannot be used as it is, with what to do about it."""
    if form.errors.keys() == {TOKEN_FIELD} and appointment.slot is not None:
        return _check_page(form, appointment, trouble=str(form[TOKEN_FIELD].errors[0]), status=400)
    not_our_form = TOKEN_FIELD in form.errors or form.errors.keys() == {"website"}
    return _details_page(form, appointment, status=400 if not_our_form else 422)


def _try_again(form: DetailsForm) -> ResponseReturnValue:
    appointment, trouble = from_request(current_practice()), _not_reached()
    if appointment.slot is None:
        return _details_page(form, appointment, trouble=trouble, status=503)
    return _check_page(form, appointment, trouble=trouble, status=503)


def _details_page(
    form: DetailsForm, appointment: Appointment, *, trouble: str | None = None, status: int = 200
) -> ResponseReturnValue:
    body = render_template(
        "booking/details.html",
        form=form,
        appointment=appointment,
        trouble=trouble,
        step=Step.DETAILS,
        back=appointment.url(Step.TIMES),
    )
    return body, status


def _check_page(
    form: DetailsForm, appointment: Appointment, *, trouble: str | None = None, status: int = 200
) -> ResponseReturnValue:
    body = render_template(
        "booking/check.html",
        form=form,
        appointment=appointment,
        trouble=trouble,
        step=Step.CHECK,
        back=appointment.url(Step.DETAILS),
        carried=_carried(form),
    )
    return body, status


def _form() -> DetailsForm:
    practice = current_practice()
    return DetailsForm(journey_of_request(practice.slug), country=practice.country, filled=True)


def _carried(form: DetailsForm) -> Carried:
    return carry(form.journey, {name: form[name].data or "" for name in FIELDS})


def _not_reached() -> str:
    return _(
        "We couldn’t reach the practice’s diary just now, so nothing has been booked. "
        "Your answers are still here: try again in a minute, or call us."
    )
