"""The end of the journey: what became of the booking, however often it is opened."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Response, abort, render_template, url_for
from sqlalchemy import select

from webapp import clock
from webapp.booking.calendar_file import calendar_file, calendar_links, map_link, place
from webapp.booking.choice import ANY, Choice
from webapp.booking.model import Booking, State
from webapp.booking.steps import Step, address
from webapp.booking.views.blueprint import blueprint
from webapp.db.engine import new_session
from webapp.practices.current import current_practice
from webapp.web.headers import keep_private
from webapp.web.limits import reading
from webapp.web.tokens import hash_of

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

_TEMPLATES = {
    State.CONFIRMED: "booking/outcome/confirmed.html",
    State.SENDING: "booking/outcome/sending.html",
    State.UNKNOWN: "booking/outcome/unknown.html",
}
_LOOK_AGAIN_SECONDS = 3
_NOT_BOOKED = "booking/outcome/not_booked.html"


@blueprint.get("/<slug>/outcome/<token>")
@reading
def outcome(token: str) -> ResponseReturnValue:
    """Show what became of a booking. Opening it changes nothing."""
    keep_private()
    practice, booking = current_practice(), _find(token)
    start = booking.starts_at_utc.astimezone(practice.zone)
    state = booking.state_at(clock.now())
    body = render_template(
        _TEMPLATES.get(state, _NOT_BOOKED),
        booking=booking,
        state=state,
        when=clock.say_moment(start),
        span=clock.say_span(start, booking.minutes),
        place=place(booking, practice),
        links=calendar_links(booking, practice),
        map_link=map_link(practice),
        file_url=url_for("booking.outcome_calendar", token=token),
        start_again=address(practice.slug, Step.TIMES, _wish(booking)),
        zone_name=clock.say_zone(practice.zone, start),
    )
    # As a header, which works without JavaScript; only until the diary has answered.
    headers = {"Refresh": str(_LOOK_AGAIN_SECONDS)} if state is State.SENDING else {}
    return body, headers


@blueprint.get("/<slug>/outcome/<token>/appointment.ics")
@reading
def outcome_calendar(token: str) -> ResponseReturnValue:
    """Serve the confirmed appointment as a calendar file."""
    keep_private()
    booking = _find(token)
    if booking.state is not State.CONFIRMED:
        abort(404)
    return Response(
        calendar_file(booking, current_practice()),
        content_type="text/calendar; charset=utf-8; method=PUBLISH",
        headers={"Content-Disposition": 'attachment; filename="appointment.ics"'},
    )


def _find(token: str) -> Booking:
    with new_session() as session:
        booking = session.scalar(
            select(Booking).where(
                Booking.slug == current_practice().slug, Booking.outcome_hash == hash_of(token)
            )
        )
    if booking is None:
        abort(404)
    return booking


def _wish(booking: Booking) -> Choice:
    return Choice(
        staff=ANY if booking.any_staff else booking.staff_id,
        room=ANY if booking.any_room else booking.room_id,
    )
