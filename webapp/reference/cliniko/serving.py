"""Lets a caller in, answers truly, or badly where a fault says so, and keeps the call log."""

from __future__ import annotations

import hmac
import json
import re
from datetime import timedelta
from typing import TYPE_CHECKING

from flask import Response, request

from webapp.reference.cliniko.budget import headers_until
from webapp.reference.cliniko.documents import BASE
from webapp.reference.cliniko.errors import ApiError
from webapp.reference.cliniko.moments import read_moment, write_moment
from webapp.reference.faults import Fault, Kind
from webapp.reference.spoiling import JSON, spoil_bytes
from webapp.reference.stations import Stations

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from webapp.reference.stations import Station

    Document = Mapping[str, object] | None
    Answer = tuple[int, Document] | tuple[int, Document, str]
    """Status and document; after a POST also where the new thing is, below the base."""

_CALLER = re.compile(r"[^()]*\S[^()]* \([^()\s@]+@[^()\s@]+\)")
"""``APP_VENDOR_NAME (APP_VENDOR_EMAIL)``"""
_STRANGER = ApiError(401, {"message": "HTTP Basic: Access denied."})
_NAMELESS = ApiError(403, {"message": "A User-Agent with a contact e-mail address is required."})
_ENOUGH = ApiError(429, {"message": "Too many requests."})
_BROKEN = ApiError(500, {"status": "500", "error": "Internal Server Error"})


def answer(
    slug: str,
    action: str,
    carry_out: Callable[[Station], Answer],
    told: Mapping[str, object] | None = None,
) -> Response:
    """Answer one request. ``told`` goes into the call log: ids and days, nobody's words."""
    station = Stations.of_this_app().get(slug)
    call = station.calls.begin(
        {"action": action, "page": request.args.get("page", "1"), **(told or {})},
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
            fault = station.faults.hit(action, (told or {}).get("staffId"))
            call.fault = fault.kind.value if fault else None
            outcome, response = _answer(station, carry_out, fault)
    finally:
        station.calls.end(call, outcome)
    return response


def _turn_away(station: Station) -> Response | None:
    if not _knows(station.practice.plan.key):
        return _send_error(_STRANGER)
    if not _CALLER.fullmatch(request.headers.get("User-Agent", "")):
        return _send_error(_NAMELESS)
    resets_at = station.cliniko.budget.spend()
    if resets_at is None:
        return None
    response = _send_error(_ENOUGH)
    response.headers.update(headers_until(resets_at))
    return response


def _knows(key: str) -> bool:
    """Say whether the caller has the key, which may go without its shard; no password."""
    shown = request.authorization
    if shown is None or shown.type != "basic" or shown.password:
        return False
    name = (shown.username or "").encode(errors="replace")
    whole, bare = (hmac.compare_digest(name, one.encode()) for one in (key, without_shard(key)))
    return whole or bare


def without_shard(key: str) -> str:
    return key.rpartition("-")[0] or key


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
        return _send_error(_STRANGER)
    if fault.kind is Kind.SERVER_ERROR:
        return _send_error(_BROKEN)
    if fault.kind is Kind.FIELD_ERRORS:
        document = {"message": "Validation Failed", "errors": fault.errors[0]}
        return _send_error(ApiError(fault.status or 422, document))
    return spoil_bytes(fault, station.practice, response.get_data())


def _an_hour_later(document: Document) -> Document:
    starts = read_moment(document.get("starts_at")) if document else None
    if document is None or starts is None:
        return document
    return {**document, "starts_at": write_moment(starts + timedelta(hours=1))}


def _send(status: int, document: Document) -> Response:
    body = b"" if document is None else json.dumps(document, ensure_ascii=False).encode()
    response = Response(body, status=status, content_type=JSON)
    if document is None:
        del response.headers["Content-Type"]
    return response


def _send_error(error: ApiError) -> Response:
    return _send(error.status, error.document)
