"""The vendor's page "API AsapComms", request by request."""

from __future__ import annotations

from typing import Any

import pytest

from tests.reference.opendental import NO_MOMENT, SURGERY_1, SURGERY_2, Office, error_of

COMM = {
    "AsapCommNum", "FKey", "FKeyType", "ScheduleNum", "PatNum", "ClinicNum", "DateTimeEntry",
    "DateTimeExpire", "DateTimeSmsScheduled", "SmsSendStatus", "DateTimeSmsSent",
    "ResponseStatus", "DateTimeOrig", "TemplateText", "Note",
}  # fmt: skip
OPENING = "2026-11-29 14:00:00"
"""A Sunday: whatever the desk has booked, nothing is in the way."""


@pytest.fixture
def wanted(office: Office) -> dict[str, Any]:
    return office.appointment("2026-12-07 16:00:00", Priority="ASAP")


def offer(office: Office, number: int, **said: object) -> dict[str, Any]:
    document = {"op": SURGERY_2, "aptNum": number, "dateTimeStart": OPENING} | said
    answer = office.post("asapcomms", document)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_an_opening_is_offered(office: Office, wanted: dict[str, Any]):
    made = offer(office, wanted["AptNum"])
    assert set(made) == COMM
    assert (made["FKey"], made["FKeyType"]) == (wanted["AptNum"], "ScheduledAppt")
    assert made["PatNum"] == wanted["PatNum"]
    assert made["DateTimeExpire"] == "2026-12-06 14:00:00"
    assert made["DateTimeOrig"] == "2026-12-07 16:00:00"
    assert (made["SmsSendStatus"], made["ResponseStatus"]) == (
        "SendNotAttempted",
        "AwaitingTransmit",
    )
    assert made["DateTimeSmsSent"] == NO_MOMENT
    assert made["TemplateText"] == (
        "[NameF], an appointment opening has become available on 11/29/2026 at 2:00 PM at Bridge "
        "Street Dental. Visit [AsapURL] to reserve it."
    )


def test_a_broken_appointment_can_be_offered_one_too(office: Office, wanted: dict[str, Any]):
    office.put(f"appointments/{wanted['AptNum']}/Break", {"sendToUnscheduledList": "false"})
    assert offer(office, wanted["AptNum"])["FKeyType"] == "Broken"


def test_one_is_shown(office: Office, wanted: dict[str, Any]):
    made = offer(office, wanted["AptNum"])
    assert office.get(f"asapcomms/{made['AsapCommNum']}").json() == made
    assert error_of(office.get("asapcomms/999999")) == (404, "AsapComm not found")


def test_when_the_opening_begins_stands_on_its_schedule(office: Office, wanted: dict[str, Any]):
    made = offer(office, wanted["AptNum"])
    schedule = office.get(f"schedules/{made['ScheduleNum']}").json()
    assert (schedule["SchedDate"], schedule["StartTime"]) == tuple(OPENING.split())
    assert error_of(office.get("schedules/1")) == (404, "Schedule not found")


def test_they_are_listed_by_the_day_on_which_they_were_made(office: Office, wanted: dict[str, Any]):
    made = offer(office, wanted["AptNum"])
    for asked in (
        {"date": "2026-11-20"},
        {"dateStart": "2026-11-20", "dateEnd": "2026-11-21"},
        {"dateEnd": "2026-11-21", "ClinicNum": 0},
    ):
        assert office.get("asapcomms", **asked).json() == [made]
    # The end is not included, and the usual end is the midnight that today began with
    for asked in ({"dateStart": "2026-11-13", "dateEnd": "2026-11-20"}, {"ClinicNum": 4}, {}):
        assert office.get("asapcomms", **asked).json() == []
    assert error_of(office.get("asapcomms", date="x"))[0] == 400


def test_only_who_is_on_the_asap_list_is_offered_anything(office: Office):
    made = office.appointment()
    document = {"op": SURGERY_2, "aptNum": made["AptNum"], "dateTimeStart": OPENING}
    assert error_of(office.post("asapcomms", document)) == (
        400,
        "Appointment Priority must be ASAP",
    )


def test_a_time_that_is_taken_is_not_offered(office: Office, wanted: dict[str, Any]):
    office.appointment("2026-11-29 14:20:00", PatNum=wanted["PatNum"], Op=SURGERY_2)
    document = {"op": SURGERY_2, "aptNum": wanted["AptNum"], "dateTimeStart": OPENING}
    status, told = error_of(office.post("asapcomms", document))
    assert (status, "overlap" in told) == (400, True)
    offer(office, wanted["AptNum"], op=SURGERY_1)


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ({"op": None}, 400),
        ({"aptNum": None}, 400),
        ({"dateTimeStart": "2026-11-29"}, 400),
        ({"op": 999_999}, 404),
        ({"aptNum": 999_999}, 404),
    ],
)
def test_what_cannot_be_is_told(
    said: dict[str, object], status: int, office: Office, wanted: dict[str, Any]
):
    document = {"op": SURGERY_2, "aptNum": wanted["AptNum"], "dateTimeStart": OPENING}
    assert error_of(office.post("asapcomms", document | said))[0] == status
