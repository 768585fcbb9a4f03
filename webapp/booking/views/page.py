"""A booking's own page: what, when, where, with whom; change it, cancel it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import Response, abort, redirect, render_template, request, url_for

from webapp import clock
from webapp.appointments.addresses import Step, address
from webapp.appointments.calendar_file import calendar_file, calendar_links, map_link, place
from webapp.appointments.choice import ANY, Choice
from webapp.appointments.current import current_diary
from webapp.appointments.finding import by_page, in_place_of, move_of
from webapp.appointments.model import Booking
from webapp.appointments.recording import ask_release, can_be_released
from webapp.appointments.standing import Standing, standing
from webapp.booking.presenters.options import cancel_reasons
from webapp.booking.views.blueprint import blueprint
from webapp.db.engine import new_session, writing
from webapp.diaries.port import CancelReason, Capability
from webapp.practices.current import current_practice
from webapp.web.headers import forbid_framing, keep_private
from webapp.web.limits import asking, reading
from webapp.web.tokens import current_tokens

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

_LOOK_AGAIN_SECONDS = 3
_IN_MOTION = frozenset({Standing.LOOKING, Standing.BEING_CANCELLED, Standing.BEING_MOVED})
_MAY_HAVE_FAILED = {Standing.LOOKING, Standing.PRACTICE_CHECKS, Standing.NOT_BOOKED}
_STANDING = {Standing.STANDS, Standing.TOO_LATE_ONLINE, Standing.BY_PHONE}


@dataclass(frozen=True, slots=True)
class OwnPage:
    """A booking as its own page knows it. ``later`` is the one in its place, or asked for there.

    ``earlier`` is the one that it was to replace and that its patient still has; of one appointment
    that may have been moved, where it was. ``before`` is the one that this stands in place of.
    """

    booking: Booking
    before: Booking | None
    earlier: Booking | None
    later: Booking | None
    standing: Standing
    url: str

    @property
    def when(self) -> str:
        """Day and time."""
        return _when(self.booking)

    @property
    def was_when(self) -> str | None:
        """Day and time from which it was moved, or None: who or where may change, at one time."""
        if self.before is None or self.before.starts_at_utc == self.booking.starts_at_utc:
            return None
        return _when(self.before)

    @property
    def first_name(self) -> str:
        """All that the page tells of the patient's name: links get forwarded."""
        return self.booking.patient_name.split(" ")[0]


def own_page(token: str) -> OwnPage:
    """Find the booking of a secret address, and keep the answer private and unframed."""
    keep_private()
    forbid_framing()
    practice = current_practice()
    with new_session() as session:
        booking = by_page(session, practice.slug, token)
        if booking is None:
            abort(404)
        later, moving = in_place_of(session, booking), move_of(session, booking)
        earlier = session.get(Booking, booking.replaces_id) if booking.replaces_id else None
    how = standing(
        booking,
        practice,
        at=clock.now(),
        is_replaced=later is not None,
        diary_cancels=Capability.CANCEL in current_diary().capabilities,
        moving=moving,
    )
    before = earlier if how in _STANDING else None
    if earlier and (
        how not in _MAY_HAVE_FAILED or not can_be_released(earlier) or booking.found_nothing_to_move
    ):
        earlier = None
    url = url_for("booking.page", token=token)
    return OwnPage(booking, before, earlier, later or moving, how, url)


@blueprint.get("/<slug>/booking/<token>")
@reading
def page(token: str) -> ResponseReturnValue:
    """Show the booking and what may be done with it. Opening it changes nothing."""
    practice, own = current_practice(), own_page(token)
    booking = own.booking
    start = booking.starts_at_utc.astimezone(practice.zone)
    body = render_template(
        "booking/page/page.html",
        own=own,
        span=clock.say_span(start, booking.minutes),
        place=place(booking, practice),
        links=calendar_links(booking, practice),
        map_link=map_link(booking, practice),
        file_url=url_for("booking.page_calendar", token=token),
        earlier=_address_of(own.earlier) if own.earlier else None,
        later=_address_of(own.later) if own.later else None,
        times=address(practice.slug, Step.TIMES, wish_of(booking)),
        zone_name=clock.say_zone(practice.zone, start),
    )
    in_motion = own.standing in _IN_MOTION
    return body, {"Refresh": str(_LOOK_AGAIN_SECONDS)} if in_motion else {}


@blueprint.get("/<slug>/booking/<token>/appointment.ics")
@reading
def page_calendar(token: str) -> ResponseReturnValue:
    """Serve a booking that stands as a calendar file."""
    own = own_page(token)
    if own.standing not in _STANDING:
        abort(404)
    return calendar_answer(own.booking)


@blueprint.get("/<slug>/booking/<token>/cancel")
@reading
def ask_cancel(token: str) -> ResponseReturnValue:
    """Ask once more before cancelling."""
    own = own_page(token)
    if own.standing is not Standing.STANDS:
        return redirect(own.url)
    able = current_diary().capabilities
    return render_template(
        "booking/page/cancel.html",
        own=own,
        diary_cancels=Capability.CANCEL in able,
        reasons=cancel_reasons() if Capability.CANCEL_REASON in able else [],
    )


@blueprint.post("/<slug>/booking/<token>/cancel")
@asking
def cancel(token: str) -> ResponseReturnValue:
    """Promise that it is cancelled; a second time does no harm."""
    own = own_page(token)
    if own.standing is Standing.STANDS:
        with writing(new_session) as session:
            # Locked, and looked at again: another tab may just be moving it.
            booking = session.get_one(Booking, own.booking.id, with_for_update=True)
            if move_of(session, booking) is None:
                ask_release(session, booking, _reason())
    return redirect(own.url, 303)


def _reason() -> CancelReason | None:
    """Return why, if that was said and the diary keeps it; what is no reason of ours is none."""
    if Capability.CANCEL_REASON not in current_diary().capabilities:
        return None
    given = request.form.get("reason", "")
    return CancelReason(given) if given in {one.value for one in CancelReason} else None


def wish_of(booking: Booking) -> Choice:
    """Return whom and where the patient had asked for."""
    return Choice(
        staff=ANY if booking.any_staff else booking.staff_id,
        room=ANY if booking.any_room else booking.room_id,
        type=booking.type_id,
    )


def calendar_answer(booking: Booking) -> Response:
    """Return a booking as a calendar file to download."""
    return Response(
        calendar_file(booking, current_practice()),
        content_type="text/calendar; charset=utf-8; method=PUBLISH",
        headers={"Content-Disposition": 'attachment; filename="appointment.ics"'},
    )


def _when(booking: Booking) -> str:
    return clock.say_moment(booking.starts_at_utc.astimezone(current_practice().zone))


def _address_of(booking: Booking) -> str:
    token = current_tokens().page_of(slug=booking.slug, journey=booking.journey)
    return url_for("booking.page", token=token)
