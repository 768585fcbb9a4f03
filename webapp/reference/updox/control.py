"""What a practice's Updox was told, for tests."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify

from webapp.reference.control import let_in_tests_only
from webapp.reference.stations import Stations

blueprint = Blueprint("updox_control", __name__, url_prefix="/control/<slug>/updox")
blueprint.before_request(let_in_tests_only)


@blueprint.get("")
def list_all(slug: str) -> Response:
    """List what it has, oldest first, and each call's appointments as they came."""
    account = Stations.of_this_app().get(slug).updox
    return jsonify(
        appointments=[
            {
                "id": one.appointment.id,
                "updoxId": one.updox_id,
                "calendarId": one.appointment.calendar_id,
                "date": f"{one.appointment.start:%Y-%m-%d %H:%M}",
                "duration": one.appointment.minutes,
                "cancelled": one.appointment.is_cancelled,
                "timesTold": one.times_told,
            }
            for one in account.all()[::-1]
        ],
        batches=account.batches(),
    )
