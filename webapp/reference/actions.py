"""The action API over HTTP: lets a caller in, answers truly, or badly where a fault says so."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, cast

from flask import Blueprint, Response, request

from webapp.reference import physiodiary
from webapp.reference.faults import Fault, Kind
from webapp.reference.spoiling import refuse_bare, send, spoil
from webapp.reference.stations import Station, Stations

if TYPE_CHECKING:
    from collections.abc import Mapping

    from webapp.reference.physiodiary import Answer

blueprint = Blueprint("actions", __name__)


@blueprint.post("/<slug>/api/request")
def answer_request(slug: str) -> Response:
    """Answer one request, whatever its content type: the vendor's page asks for none."""
    station = Stations.of_this_app().find(slug)
    if station is None:
        return refuse_bare()
    asked = _read_json_object(request.get_data())
    call = station.calls.begin(
        asked or {},
        at=Stations.of_this_app().clock.now(),
        came_from=request.remote_addr or "",
        port=int(request.environ.get("REMOTE_PORT", 0)),
    )
    outcome = "failed"
    try:
        if asked is None:
            outcome, response = _answer_what_is_no_json(station)
        elif not station.lets_in(key=asked.get("apiKey"), address=request.remote_addr or ""):
            outcome, response = "refused", refuse_bare()
        else:
            fault = station.faults.hit(str(asked.get("action")), asked.get("staffId"))
            call.fault = fault.kind.value if fault else None
            outcome, response = _answer(station, asked, fault)
    finally:
        station.calls.end(call, outcome)
    return response


@blueprint.route("/<slug>/elsewhere", methods=["GET", "POST"])
def count_visitor(slug: str) -> Response:
    """Where the fault ``redirect`` points. A client that comes here shows in the call log."""
    station = Stations.of_this_app().find(slug)
    if station is not None:
        call = station.calls.begin(
            {"action": "elsewhere"},
            at=Stations.of_this_app().clock.now(),
            came_from=request.remote_addr or "",
            port=0,
        )
        station.calls.end(call, "followed a redirect")
    return Response("{}", content_type="application/json")


def _answer_what_is_no_json(station: Station) -> tuple[str, Response]:
    """Without JSON there is no key to judge by, so that the address alone decides."""
    if (request.remote_addr or "") not in station.allowed_addresses:
        return "refused", refuse_bare()
    answer = physiodiary.refuse_unknown(station.practice, "")
    return answer.outcome, send(answer, _choose_status(station, {}, answer))


def _answer(
    station: Station, asked: Mapping[str, object], fault: Fault | None
) -> tuple[str, Response]:
    if fault and fault.kind not in {Kind.SLOW_AFTER, Kind.DRIP}:
        fault.wait()
    answer = None
    if fault is None or fault.acts:
        answer = _carry_out(station, asked)
    truth = answer.outcome if answer else "nothing done"
    if fault is not None:
        if fault.kind is Kind.SLOW_AFTER:
            fault.wait()
        answer, response = spoil(fault, station.practice, asked, answer)
        if response is not None:
            return truth, response
    if answer is None:
        return truth, refuse_bare()
    return truth, send(answer, _choose_status(station, asked, answer))


def _choose_status(station: Station, asked: Mapping[str, object], answer: Answer) -> int:
    """Return 200, which the vendor's page leaves to be guessed, or what a fault says instead."""
    if not answer.is_errors:
        return 200
    return station.faults.error_status(str(asked.get("action")), asked.get("staffId"))


def _carry_out(station: Station, asked: Mapping[str, object]) -> Answer:
    answer = physiodiary.answer(station.practice, asked)
    if answer.booking:
        received = {key: value for key, value in asked.items() if key != "apiKey"}
        station.received[answer.booking.number] = received
    return answer


def _read_json_object(body: bytes) -> dict[str, object] | None:
    try:
        value: object = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return cast("dict[str, object]", value) if isinstance(value, dict) else None
