"""Lets a caller in, answers truly, or badly where a fault says so, and keeps the call log."""

from __future__ import annotations

import hmac
import json
from datetime import timedelta
from typing import TYPE_CHECKING

from flask import Response, request

from webapp.reference.faults import Fault, Kind
from webapp.reference.opendental.errors import ApiError
from webapp.reference.opendental.moments import read_moment, write_moment
from webapp.reference.spoiling import JSON, spoil_bytes
from webapp.reference.stations import Stations

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from webapp.reference.stations import Station

    Document = Mapping[str, object] | Sequence[Mapping[str, object]] | None
    Answer = tuple[int, Document] | tuple[int, Document, str]
    """Status and document; after a POST also where the new thing is, below the base."""

BASE = "/opendental/api/v1"
_ENOUGH = ApiError(429, "Too many requests")
_BROKEN = ApiError(500, "An unexpected error occurred")


def answer(
    slug: str,
    action: str,
    carry_out: Callable[[Station], Answer],
    told: Mapping[str, object] | None = None,
) -> Response:
    """Answer one request. ``told`` goes into the call log: ids and days, nobody's words."""
    station = Stations.of_this_app().get(slug)
    call = station.calls.begin(
        {"action": action, "offset": request.args.get("Offset", "0"), **(told or {})},
        at=Stations.of_this_app().clock.now(),
        came_from=request.remote_addr or "",
        port=int(request.environ.get("REMOTE_PORT", 0)),
    )
    outcome = "failed"
    try:
        turned_away = _turn_away(station)
        if turned_away is not None:
            outcome, response = "turned away", turned_away
        else:
            fault = station.faults.hit(action, None)
            call.fault = fault.kind.value if fault else None
            outcome, response = _answer(station, carry_out, fault)
    finally:
        station.calls.end(call, outcome)
    return response


def _turn_away(station: Station) -> Response | None:
    key = f"ODFHIR {station.practice.plan.key}"
    shown = request.headers.get("Authorization", "")
    if not hmac.compare_digest(shown.encode(errors="replace"), key.encode()):
        return _send_error(ApiError(401, "Invalid credentials"))
    if request.mimetype != JSON:
        return _send_error(ApiError(400, "Content-Type must be application/json"))
    retry_after = station.office.throttle.retry_after()
    if retry_after is not None:
        response = _send_error(_ENOUGH)
        response.headers["Retry-After"] = str(retry_after)
        return response
    return None


def _answer(
    station: Station, carry_out: Callable[[Station], Answer], fault: Fault | None
) -> tuple[str, Response]:
    if fault and fault.kind not in {Kind.SLOW_AFTER, Kind.DRIP}:
        fault.wait()
    truth, response = "nothing done", _send(200, {})
    if fault is None or fault.acts:
        try:
            status, document, *where = carry_out(station)
            if fault and fault.kind is Kind.WRONG_ECHO:
                document = _an_hour_later(document)
            truth, response = "answered", _send(status, document)
            for each in where:
                plan = station.practice.plan
                response.headers["Location"] = f"{request.host_url}{plan.slug}{BASE}/{each}"
        except ApiError as error:
            truth, response = f"error {error.status}", _send_error(error)
    if fault is not None:
        if fault.kind is Kind.SLOW_AFTER:
            fault.wait()
        response = _spoil(fault, station, response) or response
    return truth, response


def _spoil(fault: Fault, station: Station, response: Response) -> Response | None:
    """Return what to send in place of a true answer; None where it may go out."""
    if fault.kind is Kind.REFUSE:
        return _send_error(ApiError(401, "Invalid permissions"))
    if fault.kind is Kind.SERVER_ERROR:
        return _send_error(_BROKEN)
    if fault.kind is Kind.FIELD_ERRORS:
        words = str(fault.errors[0].get("message", ""))
        return _send_error(ApiError(fault.status or 400, words))
    return spoil_bytes(fault, station.practice, response.get_data())


def _an_hour_later(document: Document) -> Document:
    if not isinstance(document, dict):
        return document
    if "AptDateTime" not in document:
        return document
    start = read_moment("AptDateTime", document["AptDateTime"])
    return {**document, "AptDateTime": write_moment(start + timedelta(hours=1))}


def _send(status: int, document: Document) -> Response:
    body = b"" if document is None else json.dumps(document, ensure_ascii=False).encode()
    return Response(body, status=status, content_type=JSON)


def _send_error(error: ApiError) -> Response:
    return Response(error.words, status=error.status, content_type="text/plain; charset=utf-8")
