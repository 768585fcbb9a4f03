"""The end of the journey: what became of the booking, however often it is opened."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import abort, render_template, url_for

from webapp import clock
from webapp.appointments.addresses import Step, address
from webapp.appointments.calendar_file import calendar_links, map_link, place
from webapp.appointments.finding import by_outcome, move_of
from webapp.appointments.model import UNSETTLED, Booking, State
from webapp.booking.views.blueprint import blueprint
from webapp.booking.views.page import calendar_answer, wish_of
from webapp.db.engine import new_session
from webapp.practices.current import current_practice
from webapp.web.headers import keep_private
from webapp.web.limits import reading
from webapp.web.tokens import current_tokens

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

_LOOK_AGAIN_SECONDS = 3
_TEMPLATES = {
    State.CONFIRMED: "booking/outcome/confirmed.html",
    State.SENDING: "booking/outcome/sending.html",
    State.UNKNOWN: "booking/outcome/unknown.html",
    State.PRACTICE_CHECKS: "booking/outcome/practice_checks.html",
    State.CANCELLED: "booking/outcome/cancelled.html",
}
_NOT_BOOKED = "booking/outcome/not_booked.html"
_MOVING = "booking/outcome/moving.html"


@blueprint.get("/<slug>/outcome/<token>")
@reading
def outcome(token: str) -> ResponseReturnValue:
    """Show what became of a booking. Opening it changes nothing."""
    keep_private()
    practice, booking = current_practice(), _find(token)
    with new_session() as session:
        is_moving = move_of(session, booking) is not None
    start = booking.starts_at_utc.astimezone(practice.zone)
    state = booking.state_at(clock.now())
    if booking.release_asked_at_utc is not None:
        # Whatever the diary still says: the patient has given it up.
        state = State.CANCELLED
    template = _TEMPLATES.get(state, _NOT_BOOKED)
    if is_moving and state is State.CONFIRMED:
        template = _MOVING
    page = current_tokens().page_of(slug=practice.slug, journey=booking.journey)
    body = render_template(
        template,
        booking=booking,
        state=state,
        when=clock.say_moment(start),
        span=clock.say_span(start, booking.minutes),
        place=place(booking, practice),
        links=calendar_links(booking, practice),
        map_link=map_link(booking, practice),
        file_url=url_for("booking.outcome_calendar", token=token),
        page_url=url_for("booking.page", token=page),
        start_again=address(practice.slug, Step.TIMES, wish_of(booking)),
        zone_name=clock.say_zone(practice.zone, start),
    )
    # As a header, which works without JavaScript; only while somebody is looking.
    return body, {"Refresh": str(_LOOK_AGAIN_SECONDS)} if state in UNSETTLED else {}


@blueprint.get("/<slug>/outcome/<token>/appointment.ics")
@reading
def outcome_calendar(token: str) -> ResponseReturnValue:
    """Serve the confirmed appointment as a calendar file."""
    keep_private()
    booking = _find(token)
    if booking.state is not State.CONFIRMED or booking.release_asked_at_utc is not None:
        abort(404)
    return calendar_answer(booking)


def _find(token: str) -> Booking:
    with new_session() as session:
        booking = by_outcome(session, current_practice().slug, token)
    if booking is None:
        abort(404)
    return booking
