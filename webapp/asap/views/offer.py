"""The page behind the link in a text: what they have, what is on offer, and three buttons."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from flask import Response, abort, redirect, render_template, request, url_for
from sqlalchemy.exc import SQLAlchemyError

from webapp.appointments.current import current_diary
from webapp.asap.endings import Ending, Known
from webapp.asap.scanners import is_a_person
from webapp.asap.showing import OfferPage, present
from webapp.asap.taking import Came
from webapp.asap.views.blueprint import answering, blueprint, current_taking
from webapp.availability.current import availability_of
from webapp.db.engine import new_session
from webapp.diaries.port import Capability
from webapp.notify.optouts import has_opted_out
from webapp.practices.current import current_practice, speak_for
from webapp.web.headers import forbid_framing, keep_private
from webapp.web.limits import asking, booking_by_address, reading
from webapp.web.tokens import current_tokens

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

_log = logging.getLogger("openslot.asap")
_LOOK_AGAIN_SECONDS = 3
_IN_MOTION = frozenset({Ending.LOOKING, Ending.IN_HAND, Ending.WAITING})
# The smallest picture there is: one transparent point.
_POINT = bytes.fromhex(
    "47494638396101000100800000000000ffffff21f90401000000002c00000000010001000002024401003b"
)


@blueprint.get("/a/<token>")
@reading
def offer(token: str) -> ResponseReturnValue:
    """Show an offer, or what became of it. Opening it changes nothing, however often."""
    page = _page(token)
    return _show(page)


@blueprint.get("/a/<token>/seen")
@reading
def seen(token: str) -> ResponseReturnValue:
    """Record that a browser has shown the page to a person: it asks for this picture then.

    That is all that a GET ever changes, and it costs nobody anything. A HEAD, a program that
    opens links, and a browser that fetches ahead leave it as it is.
    """
    keep_private()
    forbid_framing()
    purpose = request.headers.get("Sec-Purpose", "") + request.headers.get("Purpose", "")
    if request.method == "GET" and is_a_person(request.headers.get("User-Agent", ""), purpose):
        answering().look(token)
    return Response(_POINT, content_type="image/gif")


@blueprint.get("/a/<token>/<any(take, decline, undo, stop):_act>")
@reading
def go_back(token: str, _act: str) -> ResponseReturnValue:
    """Lead back whoever reloads what a button answered: only the button itself acts."""
    keep_private()
    return redirect(url_for("asap.offer", token=token))


@blueprint.post("/a/<token>/take")
@booking_by_address
def take(token: str) -> ResponseReturnValue:
    """Take what is on offer, if nobody was quicker."""
    known = _known(token)
    try:
        came = current_taking().take(known.offer.id)
    except SQLAlchemyError as error:
        # Nothing was sent. The kind alone: an error's text may hold what it was about.
        _log.error("a yes could not be recorded: %s", type(error).__name__)
        came = Came.UNREACHABLE
    if came is Came.SEE_PAGE:
        return redirect(url_for("asap.offer", token=token), 303)
    return _show(_page(token, came=came), 503 if came is Came.UNREACHABLE else 409)


@blueprint.post("/a/<token>/decline")
@asking
def decline(token: str) -> ResponseReturnValue:
    """Say "no, thanks" to this one; they stay on the list."""
    _known(token)
    answering().decline(token)
    return redirect(url_for("asap.offer", token=token), 303)


@blueprint.post("/a/<token>/undo")
@asking
def undo(token: str) -> ResponseReturnValue:
    """Take "no, thanks" back."""
    _known(token)
    answering().undo(token)
    return redirect(url_for("asap.offer", token=token), 303)


@blueprint.post("/a/<token>/stop")
@asking
def stop(token: str) -> ResponseReturnValue:
    """Hear no more: off the list, and no texts about it."""
    _known(token)
    answering().stop(token)
    return redirect(url_for("asap.offer", token=token), 303)


def _known(token: str) -> Known:
    keep_private()
    forbid_framing()
    known = answering().find(token)
    if known is None or not speak_for(known.offer.slug):
        abort(404)
    return known


def _page(token: str, *, came: Came = Came.SEE_PAGE) -> OfferPage:
    known = _known(token)
    practice = current_practice()
    with new_session() as session:
        phone, sender = known.entry.patient_phone, practice.asap.texts_from
        opted_out = has_opted_out(session, sender=sender, phone=phone)
    return present(
        known,
        answering().others(known),
        practice,
        tokens=current_tokens(),
        availability=availability_of(practice),
        diary_cancels=Capability.CANCEL in current_diary().capabilities,
        has_opted_out=opted_out,
        came=came,
    )


def _show(page: OfferPage, status: int = 200) -> ResponseReturnValue:
    body = render_template("asap/offer.html", page=page, how=page.how.value)
    # Never from the address of a button: what is there looks again by itself at the page's own.
    looks_again = page.how in _IN_MOTION and page.came is Came.SEE_PAGE
    headers = {"Refresh": str(_LOOK_AGAIN_SECONDS)} if looks_again else {}
    return body, status, headers
