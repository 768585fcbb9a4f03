from __future__ import annotations

import re
from datetime import date, time
from html import unescape
from typing import TYPE_CHECKING, cast

import pytest

from tests.reference_process import HARBOUR, ReferenceDiary
from tests.web.sites import sample_of, settings_for, site_for
from webapp.appointments.choice import Choice
from webapp.db.engine import new_session
from webapp.outbox.model import Promise, Status
from webapp.outbox.promising import promise
from webapp.web.metrics import count_booking

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from flask import Flask
    from flask.testing import FlaskClient

SLUG = HARBOUR.slug
PATIENT = {
    "name": "Ada Whitcombe",
    "phone": "07700 900123",
    "email": "ada@whitcombe.example",
    "reason": "Stiff neck",
}


@pytest.fixture(scope="module")
def process() -> Iterator[ReferenceDiary]:
    with ReferenceDiary() as diary:
        yield diary


@pytest.fixture
def diary(process: ReferenceDiary) -> ReferenceDiary:
    process.reset()
    return process


@pytest.fixture
def site(tmp_path: Path, diary: ReferenceDiary) -> Flask:
    return site_for(settings_for(tmp_path, diary.request_url()))


def scrape(app: Flask) -> str:
    answer = app.test_client().get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
    assert answer.headers["Cache-Control"] == "no-store"
    return answer.get_data(as_text=True)


class Counted:
    """What has been added since it was made: the counters are this whole process's."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._before = scrape(app)

    def __call__(self, name: str, /, **labels: str) -> float:
        return sample_of(scrape(self._app), name, **labels) - sample_of(
            self._before, name, **labels
        )


def hidden(page: str) -> dict[str, str]:
    fields: dict[str, str] = {}
    for tag in re.findall(r"<input[^>]*type=\"hidden\"[^>]*>", page):
        found = dict(cast("list[tuple[str, str]]", re.findall(r'(\w+)="([^"]*)"', tag)))
        fields[found["name"]] = unescape(found.get("value", ""))
    return fields


def book(client: FlaskClient, diary: ReferenceDiary) -> int:
    """Book Siân's first free time as a patient does; return the last page's status."""
    day, at = diary.free(SLUG, staff_id=42230, section_id=7323)[0]
    query = Choice(
        staff="42230",
        room="7323",
        day=date.fromisoformat(f"{day[:4]}-{day[4:6]}-{day[6:]}"),
        at=time.fromisoformat(f"{at[:2]}:{at[2:]}"),
    ).query()
    details = client.get(f"/{SLUG}/details{query}").get_data(as_text=True)
    check = client.post(f"/{SLUG}/check{query}", data=hidden(details) | PATIENT)
    given = hidden(check.get_data(as_text=True))
    return client.post(f"/{SLUG}/book{query}", data=given).status_code


# What is counted


def test_a_confirmed_booking_is_counted_with_its_calls(site: Flask, diary: ReferenceDiary):
    counted = Counted(site)

    assert book(site.test_client(), diary) == 303

    assert counted("openslot_bookings_total", practice=SLUG, outcome="confirmed") == 1
    call = {"system": "physiodiary", "action": "book", "result": "answered"}
    assert counted("openslot_diary_calls_total", practice=SLUG, **call) == 1
    assert counted("openslot_diary_call_seconds_count", **call) == 1
    assert counted("openslot_diary_call_seconds_sum", **call) > 0
    assert counted("openslot_diary_calls_total", action="free_times", result="answered") >= 1


@pytest.mark.parametrize(
    ("kind", "outcome", "result"),
    [
        ("drop_after", "unknown", "outcome_unknown"),
        ("refuse", "unreachable", "not_accepted"),
    ],
)
def test_each_other_outcome_is_counted_as_what_it_is(
    site: Flask, diary: ReferenceDiary, kind: str, outcome: str, result: str
):
    diary.fault(SLUG, "book", kind, times=1)
    counted = Counted(site)

    book(site.test_client(), diary)

    assert counted("openslot_bookings_total", practice=SLUG, outcome=outcome) == 1
    assert counted("openslot_diary_calls_total", action="book", result=result) == 1
    assert counted("openslot_bookings_total") == 1


def test_what_comes_to_light_later_is_counted_apart(site: Flask):
    counted = Counted(site)

    count_booking(SLUG, "not_booked", is_settled=True)

    assert counted("openslot_bookings_total", practice=SLUG, outcome="settled_not_booked") == 1


def test_answers_are_counted_by_what_the_cache_had(site: Flask):
    client, counted = site.test_client(), Counted(site)

    client.get(f"/{SLUG}/")
    missed = counted("openslot_availability_lookups_total", practice=SLUG, found="missed")
    assert missed > 2
    client.get(f"/{SLUG}/")

    assert counted("openslot_availability_lookups_total", practice=SLUG, found="fresh") == missed
    assert counted("openslot_availability_lookups_total", found="missed") == missed
    assert counted("openslot_availability_lookups_total", found="stale") == 0


def test_requests_are_counted_by_route_and_class_and_never_by_path(site: Flask):
    client, counted = site.test_client(), Counted(site)

    client.get(f"/{SLUG}/outcome/0123456789abcdef0123456789abcdef")
    client.get("/nothing/to/be/found")

    route = "/<slug>/outcome/<token>"
    assert counted("openslot_requests_total", route=route, status="4xx") == 1
    assert counted("openslot_request_seconds_count", route=route) == 1
    assert counted("openslot_requests_total", route="none", status="4xx") == 1
    text = scrape(site)
    assert "0123456789abcdef" not in text
    assert "/nothing" not in text


def test_nothing_of_a_patient_is_in_it(site: Flask, diary: ReferenceDiary):
    book(site.test_client(), diary)

    text = scrape(site)
    for word in (*PATIENT.values(), "42230", "Siân", HARBOUR.key):
        assert word not in text


# The outbox


def test_the_outbox_is_read_when_asked(site: Flask):
    with site.app_context(), new_session() as session, session.begin():
        for at in range(3):
            promise(session, "told", slug=SLUG, subject_id=at)
        session.flush()
        session.query(Promise).filter_by(subject_id=0).update({"status": Status.PARKED})

    text = scrape(site)
    assert sample_of(text, "openslot_outbox_promises", status="due") == 2
    assert sample_of(text, "openslot_outbox_promises", status="parked") == 1
    assert sample_of(text, "openslot_outbox_promises", status="done") == 0
    assert 0 < sample_of(text, "openslot_outbox_oldest_due_seconds") < 60
    assert sample_of(text, "openslot_unreadable", part="outbox") == 0


def test_an_outbox_that_cannot_be_read_says_so_and_hides_nothing_else(tmp_path: Path):
    site = site_for(settings_for(tmp_path), is_migrated=False)

    text = scrape(site)
    assert sample_of(text, "openslot_unreadable", part="outbox") == 1
    assert "openslot_outbox_promises" not in text
    assert "openslot_requests_total" in text
