"""The reference Updox answers as its page has it, request by request over plain HTTP."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.reference_process import ELM_TREE, HARBOUR

if TYPE_CHECKING:
    from collections.abc import Callable

    import requests

    from tests.reference_process import ReferenceDiary

    Sync = Callable[..., dict[str, Any]]

AUTH = {
    "applicationId": "openslot-demo",
    "applicationPassword": "updox-demo-password",
    "accountId": ELM_TREE.slug,
    "userId": "",
}
APPOINTMENT = {
    "locationId": "loc-61",
    "cancelled": False,
    "blocked": False,
    "details": "details",
    "summary": "summary",
    "typeId": "456",
    "patientId": "789",
    "duration": 500,
    "date": "2015-12-30",
    "calendarId": "cal-511",
    "updoxId": 6543,
    "id": 3456,
}
"""The page's example for C#, with a calendar and a location that are synced here."""


@pytest.fixture
def call(diary: ReferenceDiary, http: requests.Session) -> Sync:
    """Send one call's document, and return the answer's; its status is always 200."""

    def send(document: object, name: str = "api/io/AppointmentsSync") -> dict[str, Any]:
        answer = http.post(f"{diary.updox_url}/{name}", data=json.dumps(document), timeout=30)
        assert answer.status_code == 200
        assert answer.headers["Content-Type"] == "application/json"
        return answer.json()

    return send


@pytest.fixture
def sync(call: Sync) -> Sync:
    """Tell of appointments with the right credentials."""

    def send(*appointments: dict[str, object], **auth: object) -> dict[str, Any]:
        return call({"appointments": list(appointments), "auth": {**AUTH, **auth}})

    return send


def test_the_pages_own_example(sync: Sync, diary: ReferenceDiary):
    assert sync(APPOINTMENT) == {
        "successful": True,
        "responseMessage": "OK",
        "responseCode": 2000,
        "statuses": [{"id": "3456", "success": True, "message": ""}],
    }
    [kept] = diary.told_updox(ELM_TREE.slug)
    assert (kept["id"], kept["date"], kept["duration"]) == ("3456", "2015-12-30 00:00", 500)


def test_the_older_address_and_fields_as_text_are_taken_too(call: Sync):
    told = {key: str(value).lower() for key, value in APPOINTMENT.items()}
    answer = call({"appointments": [told], "auth": AUTH}, "io/syncAppointments")
    assert answer["statuses"][0]["success"] is True


def test_now_and_then_its_booleans_are_text(sync: Sync):
    answers = [sync(APPOINTMENT) for _ in range(2)]
    assert [one["successful"] for one in answers] == [True, "true"]
    assert [one["statuses"][0]["success"] for one in answers] == [True, "true"]


def test_the_same_id_is_updated_then_the_old_id_and_else_it_is_new(
    sync: Sync, diary: ReferenceDiary
):
    sync(APPOINTMENT)
    sync({**APPOINTMENT, "cancelled": True})
    [one] = diary.told_updox(ELM_TREE.slug)
    assert (one["cancelled"], one["timesTold"]) == (True, 2)
    sync({**APPOINTMENT, "id": "renamed", "updoxId": one["updoxId"]})
    [one] = diary.told_updox(ELM_TREE.slug)
    assert (one["id"], one["cancelled"]) == ("renamed", False)
    sync({**APPOINTMENT, "id": "another"})
    assert len(diary.told_updox(ELM_TREE.slug)) == 2


def test_one_with_a_wrong_field_is_refused_and_the_others_are_taken(
    sync: Sync, diary: ReferenceDiary
):
    wrong: list[tuple[str, object, str]] = [
        ("date", "30/12/2015", "The appointment date is not valid: 30/12/2015"),
        ("date", "2015-12-30T09:15", "The appointment date is not valid: 2015-12-30T09:15"),
        ("duration", 0, "The appointment duration is not valid: 0"),
        ("calendarId", "", "The appointment calendar is not known: "),
        ("locationId", "loc-1", "The appointment location is not known: loc-1"),
        ("id", "", "The appointment id is required"),
        ("cancelled", "perhaps", "The appointment cancelled is not true or false"),
        ("summary", None, "The appointment summary is not valid"),
        ("patient", "Ada", "The appointment has an unknown field: patient"),
    ]
    right = {**APPOINTMENT, "id": "right"}
    answer = sync(*({**APPOINTMENT, field: value} for field, value, _ in wrong), right)
    assert (answer["successful"], answer["responseCode"]) == (True, 2000)
    *refused, taken = answer["statuses"]
    assert [one["message"] for one in refused] == [message for _, _, message in wrong]
    assert [one["success"] for one in refused] == [False] * len(wrong)
    assert taken["success"] is True
    assert [one["id"] for one in diary.told_updox(ELM_TREE.slug)] == ["right"]


def test_who_is_not_known_is_told_so_in_a_success(sync: Sync, call: Sync, diary: ReferenceDiary):
    for auth, code in (
        ({"applicationPassword": "wrong"}, 4010),
        ({"applicationId": ""}, 4010),
        ({"accountId": ""}, 4110),
        ({"accountId": "nobody"}, 4011),
    ):
        answer = sync(APPOINTMENT, **auth)
        assert (answer["successful"], answer["responseCode"]) == (False, code)
    assert call({"appointments": [APPOINTMENT]})["responseCode"] == 4010
    assert call("no object")["responseCode"] == 4000
    assert diary.told_updox(ELM_TREE.slug) == []


def test_a_call_of_none_or_of_too_many_is_refused_whole(sync: Sync, diary: ReferenceDiary):
    assert sync()["responseCode"] == 4060
    many = [{**APPOINTMENT, "id": number} for number in range(201)]
    assert sync(*many)["responseCode"] == 4020
    assert diary.told_updox(ELM_TREE.slug) == []
    assert len(sync(*many[:200])["statuses"]) == 200


def test_the_pings_ask_for_as_much_as_their_names_say(call: Sync):
    application = {key: AUTH[key] for key in ("applicationId", "applicationPassword")}
    for name, auth, code in (
        ("Ping", {}, 2000),
        ("PingWithApplicationAuth", application, 2000),
        ("PingWithApplicationAuth", {}, 4010),
        ("PingWithAccountAuth", AUTH, 2000),
        ("PingWithAccountAuth", application, 4110),
    ):
        assert call({"auth": auth}, f"api/io/{name}")["responseCode"] == code


def test_the_day_sheet_of_a_practice_that_has_it_shows_what_it_was_told(
    sync: Sync, diary: ReferenceDiary, http: requests.Session
):
    def sheet(slug: str) -> str:
        return http.get(diary.sheet_url(slug), timeout=30).text

    assert "Told to Updox" not in sheet(HARBOUR.slug)
    assert "Nothing yet. The worker tells it" in sheet(ELM_TREE.slug)
    sync({**APPOINTMENT, "date": "2026-11-23 09:15", "cancelled": True})
    assert "Mon 23 Nov, 9:15, 500 minutes" in sheet(ELM_TREE.slug)
    assert ", cancelled" in sheet(ELM_TREE.slug)


def test_no_practice_can_have_its_address(diary: ReferenceDiary, http: requests.Session):
    asked = {
        "slug": "updox",
        "key": "k",
        "staff": [{"id": 1, "name": "A"}],
        "rooms": [{"id": 1, "name": "R"}],
    }
    answer = http.post(f"{diary.url}/control/practices", json=asked, timeout=30)
    assert answer.status_code == 400
