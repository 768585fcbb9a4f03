"""Lets a caller in, answers truly, or badly where a fault says so, and keeps the call log."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING

from flask import Response, request

from webapp.reference.faults import Fault, Kind
from webapp.reference.spoiling import JSON, spoil_bytes
from webapp.reference.stations import Stations
from webapp.reference.valomnia.errors import ApiError, broken
from webapp.reference.valomnia.moments import read_moment, write_moment

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from webapp.reference.calls import Call
    from webapp.reference.stations import Station

    Answer = tuple[int, Mapping[str, object]]

_TOLD = ("max", "offset", "employeeReference")


def answer(station: Station, action: str, carry_out: Callable[[Station], Answer]) -> Response:
    """Answer one request to the API; without a session, with a way to the login page.

    Ours: the document does not say what becomes of a caller who is not logged in. This is what
    the framework does whose address the login has.
    """
    told = {name: request.args[name] for name in _TOLD if name in request.args}
    call = _begin(station, action, told)
    outcome = "failed"
    try:
        if not station.sessions.is_open(request.cookies.get("JSESSIONID", "")):
            outcome, response = "signed out", _redirect(station, "login/auth")
        else:
            fault = station.faults.hit(action, None)
            call.fault = fault.kind.value if fault else None
            outcome, response = _answer(station, carry_out, fault)
    finally:
        station.calls.end(call, outcome)
    return response


def answer_login(station: Station, given: Mapping[str, str]) -> Response:
    """Answer a login: a way to the page that welcomes, or to the one that does not."""
    call = _begin(station, "login", {})
    outcome = "failed"
    try:
        fault = station.faults.hit("login", None)
        call.fault = fault.kind.value if fault else None
        if fault and fault.kind not in {Kind.SLOW_AFTER, Kind.DRIP}:
            fault.wait()
        ticket = station.sessions.log_in(given.get("j_username", ""), given.get("j_password", ""))
        if ticket is None or (fault and fault.kind is Kind.REFUSE):
            outcome, response = "refused", _redirect(station, "login/authfail?ajax=true")
        else:
            outcome, response = "logged in", _redirect(station, "login/ajaxSuccess")
            response.headers["Set-Cookie"] = f"JSESSIONID={ticket}; Path=/; HttpOnly"
        if fault:
            if fault.kind is Kind.SLOW_AFTER:
                fault.wait()
            response = _spoil(fault, station, b"{}") or response
    finally:
        station.calls.end(call, outcome)
    return response


def _answer(
    station: Station, carry_out: Callable[[Station], Answer], fault: Fault | None
) -> tuple[str, Response]:
    if fault and fault.kind not in {Kind.SLOW_AFTER, Kind.DRIP}:
        fault.wait()
    truth, status, document = "nothing done", 200, {}
    if fault is None or fault.acts:
        try:
            status, document = carry_out(station)
            truth = "answered"
        except ApiError as error:
            status, document = error.status, error.as_json()
            truth = f"error {error.error}"
    if fault is not None:
        if fault.kind is Kind.SLOW_AFTER:
            fault.wait()
        if fault.kind is Kind.WRONG_ECHO:
            document = _an_hour_later(document)
        spoilt = _spoil(fault, station, _encode(document))
        if spoilt is not None:
            return truth, spoilt
    return truth, _send(status, document)


def _spoil(fault: Fault, station: Station, body: bytes) -> Response | None:
    """Return what to send in place of a true answer; None where it may go out."""
    if fault.kind is Kind.REFUSE:
        return None if request.path.endswith("j_spring_security_check") else Response(status=401)
    if fault.kind is Kind.SERVER_ERROR:
        return _send(500, broken().as_json())
    if fault.kind is Kind.FIELD_ERRORS:
        return _send(fault.status or 400, fault.errors[0])
    return spoil_bytes(fault, station.practice, body)


def _an_hour_later(document: Mapping[str, object]) -> Mapping[str, object]:
    start = read_moment(document.get("startDate"))
    if start is None:
        return document
    return {**document, "startDate": write_moment(start + timedelta(hours=1))}


def _begin(station: Station, action: str, told: Mapping[str, str]) -> Call:
    return station.calls.begin(
        {"action": action, **told},
        at=Stations.of_this_app().clock.now(),
        came_from=request.remote_addr or "",
        port=int(request.environ.get("REMOTE_PORT", 0)),
    )


def _redirect(station: Station, where: str) -> Response:
    location = f"/{station.practice.plan.slug}/valomnia/{where}"
    return Response(status=302, headers={"Location": location})


def _send(status: int, document: Mapping[str, object]) -> Response:
    return Response(_encode(document), status=status, content_type=JSON)


def _encode(document: Mapping[str, object]) -> bytes:
    return json.dumps(document, ensure_ascii=False).encode()
