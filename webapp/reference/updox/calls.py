"""Updox's calls over HTTP: AppointmentsSync, and the pings. The answer is always HTTP 200.

A fault of kind ``field_errors`` spoils an answer in a way of Updox's own. Its one error is
``{"responseCode": 5100}`` for all, ``{"most": 2}`` for a call of more (4020), ``{"place": 0,
"message": "…"}`` to refuse one, ``{"place": 0}`` to say nothing of one that was taken,
``{"unnamed": "…"}`` to refuse all without an id, ``{"contradicts": true}`` to say of the whole
that it failed beside a code that says it did not, and ``{"names": true}`` to tell Updox's own ids.
"""

from __future__ import annotations

import hmac
import json
from typing import TYPE_CHECKING, cast

from flask import Blueprint, Response, request

from webapp.reference.faults import Fault, Kind
from webapp.reference.spoiling import JSON, spoil_bytes
from webapp.reference.stations import Station, Stations
from webapp.reference.updox import account
from webapp.reference.updox.forms import Refused, read_appointment

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Document = dict[str, object]

blueprint = Blueprint("updox", __name__)
_MOST = 200
"""Ours: Updox's pages name no number."""
_MESSAGES = {
    4000: "Bad request",
    4010: "Unauthorized",
    4011: "Practice does not exist or is inactive",
    4020: "Request is likely too large",
    4060: "Validation error",
    4110: "No practice id",
    5100: "Unknown error",
}


@blueprint.post(f"{account.PATH}/AppointmentsSync")
@blueprint.post(account.OLDER_PATH)
def sync() -> Response:
    """Take a list of appointments."""
    return _answer("sync", _sync)


@blueprint.post(f"{account.PATH}/PingWithAccountAuth")
def ping_with_account() -> Response:
    """Say whether the application and the account are known."""
    return _answer("ping", lambda _station, _body, _error: _say(2000))


@blueprint.post(f"{account.PATH}/PingWithApplicationAuth")
def ping_with_application() -> Response:
    return _send(_say(2000 if _knows_application(_auth(_body())) else 4010))


@blueprint.post(f"{account.PATH}/Ping")
def ping() -> Response:
    return _send(_say(2000))


def _answer(
    action: str, carry_out: Callable[[Station, Document, Mapping[str, object]], Document]
) -> Response:
    """Let the account in, and answer truly, or as a fault says."""
    body = _body()
    if body is None:
        return _send(_say(4000))
    auth = _auth(body)
    if not _knows_application(auth):
        return _send(_say(4010))
    if not auth.get("accountId"):
        return _send(_say(4110))
    station = Stations.of_this_app().find(str(auth["accountId"]))
    if station is None:
        return _send(_say(4011))
    call = station.calls.begin(
        {"action": action},
        at=Stations.of_this_app().clock.now(),
        came_from=request.remote_addr or "",
        port=int(request.environ.get("REMOTE_PORT", 0)),
    )
    outcome = "failed"
    try:
        fault = station.faults.hit(action, None)
        call.fault = fault.kind.value if fault else None
        outcome, response = _with_fault(station, body, carry_out, fault)
    finally:
        station.calls.end(call, outcome)
    return response


def _with_fault(
    station: Station,
    body: Document,
    carry_out: Callable[[Station, Document, Mapping[str, object]], Document],
    fault: Fault | None,
) -> tuple[str, Response]:
    if fault is None:
        return "answered", _send(carry_out(station, body, {}))
    if fault.kind is Kind.REFUSE:
        return "refused", _send(_say(4010))
    if fault.kind is Kind.FIELD_ERRORS:
        return "answered", _send(carry_out(station, body, fault.errors[0]))
    if fault.kind is not Kind.SLOW_AFTER:
        fault.wait()
    document = carry_out(station, body, {}) if fault.acts else {}
    if fault.kind is Kind.SLOW_AFTER:
        fault.wait()
    spoilt = spoil_bytes(fault, station.practice, json.dumps(document).encode())
    return "spoilt", spoilt or _send(document)


def _sync(station: Station, body: Document, error: Mapping[str, object]) -> Document:
    told = body.get("appointments")
    found = cast("list[object]", told) if isinstance(told, list) else []
    entries = [cast("Document", one) for one in found if isinstance(one, dict)]
    if not entries or len(entries) < len(found):
        return _say(4060)
    before = station.updox.note(entries)
    if "responseCode" in error:
        return _say(cast("int", error["responseCode"]))
    if len(entries) > cast("int", error.get("most", _MOST)):
        return _say(4020)
    statuses = [_take(station, one, place, error) for place, one in enumerate(entries)]
    # The page has booleans as such and as text: now one, now the other.
    is_text = before % 2 == 1
    document = _say(2000, is_text=is_text)
    if error.get("contradicts"):
        document["successful"] = False
    document["statuses"] = [
        {**one, "success": str(one["success"]).lower() if is_text else one["success"]}
        for one in statuses
        if one is not None
    ]
    return document


def _take(
    station: Station, told: Document, place: int, error: Mapping[str, object]
) -> Document | None:
    """Take one appointment, and return its status; None where a fault keeps it unsaid."""
    if "unnamed" in error:
        return {"id": "", "success": False, "message": error["unnamed"]}
    if error.get("place") == place and "message" in error:
        return {"id": told.get("id", ""), "success": False, "message": error["message"]}
    try:
        appointment = read_appointment(told, station.updox)
    except Refused as refused:
        return {"id": told.get("id", ""), "success": False, "message": str(refused)}
    entry = station.updox.put(appointment, at=Stations.of_this_app().clock.now())
    if error.get("place") == place:
        return None
    status: Document = {"id": appointment.id, "success": True, "message": ""}
    return {**status, "updoxId": entry.updox_id} if error.get("names") else status


def _body() -> Document | None:
    try:
        value: object = json.loads(request.get_data())
    except (ValueError, RecursionError):
        return None
    return cast("Document", value) if isinstance(value, dict) else None


def _auth(body: Document | None) -> Document:
    found = body.get("auth") if body else None
    return cast("Document", found) if isinstance(found, dict) else {}


def _knows_application(auth: Document) -> bool:
    known = {
        "applicationId": account.APPLICATION_ID,
        "applicationPassword": account.APPLICATION_PASSWORD,
    }
    return all(
        hmac.compare_digest(str(auth.get(name, "")).encode(), value.encode())
        for name, value in known.items()
    )


def _say(code: int, *, is_text: bool = False) -> Document:
    is_well = code == 2000
    return {
        "successful": str(is_well).lower() if is_text else is_well,
        "responseMessage": "OK" if is_well else _MESSAGES.get(code, "Error"),
        "responseCode": code,
    }


def _send(document: Document) -> Response:
    return Response(json.dumps(document), content_type=JSON)
