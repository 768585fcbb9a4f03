"""The AsapComms API's three methods, the list they need, and its description."""

from __future__ import annotations

import hmac
import json
import math
from functools import wraps
from http import HTTPStatus
from typing import TYPE_CHECKING, ParamSpec

from flask import Blueprint, Response, request
from sqlalchemy import Select, select
from werkzeug.exceptions import HTTPException

from webapp import clock
from webapp.asap.api.description import describe
from webapp.asap.api.offering import CannotOffer, NoSuchThing, entry_of, offer_to_one
from webapp.asap.api.wire import (
    LARGEST_NUMBER,
    PAGE,
    BadRequest,
    appointment,
    asap_comm,
    read_listing,
    read_number,
    read_wanted,
)
from webapp.asap.listing import is_over
from webapp.asap.model import Entry, Offer, Opening
from webapp.asap.people import live_entries
from webapp.db.engine import new_session
from webapp.practices.current import current_practice
from webapp.web.headers import forbid_framing, keep_private
from webapp.web.limits import by_client, limiter

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.typing import ResponseReturnValue

blueprint = Blueprint("asap_api", __name__, url_prefix="/api/<slug>")
_SCHEME = "ODFHIR "
_Arguments = ParamSpec("_Arguments")


def _for_clients(
    view: Callable[_Arguments, ResponseReturnValue],
) -> Callable[_Arguments, ResponseReturnValue]:
    """Let in who presents the practice's keys, and say in plain text what went wrong."""

    @wraps(view)
    def checked(*args: _Arguments.args, **kwargs: _Arguments.kwargs) -> ResponseReturnValue:
        keep_private()
        forbid_framing()
        if not current_practice().asap.enabled:
            return _no_list()
        if not _may_come_in():
            answer = _explain("The Authorization header must be ODFHIR and valid keys.", 401)
            answer.headers["WWW-Authenticate"] = "ODFHIR"
            return answer
        try:
            return view(*args, **kwargs)
        except (BadRequest, CannotOffer) as error:
            return _explain(str(error), 400)
        except NoSuchThing as error:
            return _explain(str(error), 404)

    return checked


@blueprint.errorhandler(HTTPException)
def explain(error: HTTPException) -> Response:
    """Say in plain text what went wrong before a method was reached."""
    code = error.code or 500
    answer = _explain(error.description or error.name, code)
    if code == HTTPStatus.TOO_MANY_REQUESTS:
        limit = limiter.current_limit
        left = limit.reset_at - clock.now().timestamp() if limit else 1.0
        answer.headers["Retry-After"] = str(max(1, math.ceil(left)))
    return answer


@blueprint.get("/asapcomms/<int:number>")
@by_client
@_for_clients
def show(number: int) -> ResponseReturnValue:
    """Return one AsapComm."""
    practice = current_practice()
    if not 1 <= number <= LARGEST_NUMBER:
        raise NoSuchThing("AsapComm not found.")
    with new_session() as session:
        row = session.execute(
            _rows().where(Offer.id == number, Offer.slug == practice.slug)
        ).first()
    if row is None:
        raise NoSuchThing("AsapComm not found.")
    return _json(asap_comm(row[0], row[1], row[2], practice))


@blueprint.get("/asapcomms")
@by_client
@_for_clients
def list_them() -> ResponseReturnValue:
    """Return the AsapComms of some days, a hundred at a time."""
    practice = current_practice()
    wanted = read_listing(request.args.to_dict(), practice.zone)
    if wanted.clinic not in {None, practice.clinic_num}:
        return _json([])
    with new_session() as session:
        rows = session.execute(
            _rows()
            .where(
                Offer.slug == practice.slug,
                Offer.entered_at_utc >= clock.to_utc(wanted.since),
                Offer.entered_at_utc < clock.to_utc(wanted.until),
            )
            .order_by(Offer.id)
            .offset(wanted.offset)
            .limit(wanted.most)
        ).all()
    return _json([asap_comm(row[0], row[1], row[2], practice) for row in rows])


@blueprint.post("/asapcomms")
@by_client
@_for_clients
def create() -> ResponseReturnValue:
    """Offer an opening to one patient of the list, and return the AsapComm."""
    practice = current_practice()
    room_id, number, start = read_wanted(request.get_data(), practice.zone)
    entry_id = entry_of(practice, number)
    offer_id = offer_to_one(practice, room_id=room_id, entry_id=entry_id, start=start)
    with new_session() as session:
        row = session.execute(_rows().where(Offer.id == offer_id)).one()
    return _json(asap_comm(row[0], row[1], row[2], practice))


@blueprint.get("/appointments/ASAP")
@by_client
@_for_clients
def list_appointments() -> ResponseReturnValue:
    """Return who is on the list: where a client of the document finds its aptNum."""
    practice = current_practice()
    now = clock.now()
    with new_session() as session:
        found = [
            appointment(entry, booking, practice)
            for entry, booking in live_entries(session, practice.slug)
            if not is_over(entry, booking, practice, at=now)
            # One that the diary's own list has not got has no number of its own there.
            and (entry.diary_reference is not None or not practice.lists_in_diary)
        ]
    begin = read_number(request.args, "Offset") or 0
    return _json(found[begin : begin + PAGE])


@blueprint.get("/openapi.json")
@by_client
def description() -> ResponseReturnValue:
    """Return the API's own description, which anybody may read."""
    practice = current_practice()
    forbid_framing()
    return _json(describe(practice)) if practice.asap.enabled else _no_list()


def _rows() -> Select[Offer, Opening, Entry]:
    return (
        select(Offer, Opening, Entry)
        .join(Opening, Offer.opening_id == Opening.id)
        .join(Entry, Offer.entry_id == Entry.id)
    )


def _may_come_in() -> bool:
    rules = current_practice().asap
    keys = (rules.developer_key.get_secret_value(), rules.customer_key.get_secret_value())
    given = request.headers.get("Authorization", "")
    right = f"{_SCHEME}{keys[0]}/{keys[1]}"
    return all(keys) and hmac.compare_digest(given.encode(), right.encode())


def _json(content: object) -> Response:
    # In the document's order of fields, which people read.
    return Response(json.dumps(content), content_type="application/json")


def _no_list() -> Response:
    return _explain("This practice has no ASAP list.", 404)


def _explain(text: str, status: int) -> Response:
    return Response(text, status, content_type="text/plain; charset=utf-8")
