"""The front desk takes an appointment out of its diary, on the day sheet."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

import pytest

from tests.reference.conftest import ROOM_2, SIAN
from tests.reference_process import HARBOUR, ReferenceDiary

if TYPE_CHECKING:
    import requests

    from tests.reference.conftest import Post

Form = tuple[str, dict[str, str]]


def read_forms(page: str) -> dict[str, Form]:
    """Return each Cancel on the page by what it says to a screen reader."""
    forms: dict[str, Form] = {}
    for action, inside in re.findall(
        r'<form class="line__cancel"\s+method="post"\s+action="([^"]+)">(.*?)</form>',
        page,
        re.DOTALL,
    ):
        fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', inside))
        forms[re.findall(r'aria-label="([^"]+)"', inside)[0]] = (action, fields)
    return forms


class Desk:
    """Looks at a day of Harbour's, and presses a button there."""

    def __init__(self, diary: ReferenceDiary, http: requests.Session, day: str) -> None:
        self.url = f"{diary.url}/{HARBOUR.slug}/?day={day}"
        self.origin = diary.url
        self._http = http

    def look(self, view: str = "") -> dict[str, Form]:
        answer = self._http.get(self.url + view, timeout=30)
        assert "form-action 'self'" in answer.headers["Content-Security-Policy"]
        assert '<meta http-equiv="refresh" content="5">' in answer.text
        return read_forms(answer.text)

    def press(self, form: Form, origin: str | None = None) -> requests.Response:
        action, fields = form
        return self._http.post(
            urljoin(self.url, action),
            data=fields,
            headers={"Origin": origin or self.origin},
            timeout=30,
            allow_redirects=False,
        )


@pytest.fixture
def slot(booking: dict[str, Any]) -> dict[str, Any]:
    return {key: booking[key] for key in ("date", "time")}


@pytest.fixture
def desk(diary: ReferenceDiary, http: requests.Session, booking: dict[str, Any]) -> Desk:
    """The desk on the day that a booking will be made for."""
    date = booking["date"]
    return Desk(diary, http, f"{date[:4]}-{date[4:6]}-{date[6:]}")


def find(forms: dict[str, Form], name: str) -> Form:
    [form] = [form for label, form in forms.items() if name in label]
    return form


@pytest.mark.parametrize("view", ["", "&by=room"])
def test_a_cancelled_slot_is_free_at_once(
    diary: ReferenceDiary,
    post: Post,
    desk: Desk,
    *,
    booking: dict[str, Any],
    slot: dict[str, Any],
    view: str,
):
    post(booking)
    before = desk.look(view)

    answer = desk.press(find(before, "Ada Whitcombe"))

    assert answer.status_code == 303
    assert urljoin(desk.url, answer.headers["Location"]) == desk.url + view
    after = desk.look(view)
    assert before.keys() - after.keys() == {
        f"Cancel Ada Whitcombe at {int(slot['time'][:2])}:{slot['time'][2:]}"
    }
    free = diary.free(HARBOUR.slug, staff_id=SIAN, section_id=ROOM_2)
    assert (slot["date"], slot["time"]) in free
    assert diary.bookings()[0]["released"] is True


def test_the_desks_own_appointments_can_be_cancelled_one_by_one(desk: Desk):
    before = desk.look()
    label, form = next(iter(before.items()))

    desk.press(form)

    assert before.keys() - desk.look().keys() == {label}


def test_a_page_that_is_out_of_date_cancels_nobody_else(
    diary: ReferenceDiary,
    post: Post,
    desk: Desk,
    *,
    booking: dict[str, Any],
    slot: dict[str, Any],
):
    post(booking)
    old = find(desk.look(), "Ada Whitcombe")
    diary.release(HARBOUR.slug, **slot, staff_id=SIAN, section_id=ROOM_2)
    diary.take(HARBOUR.slug, **slot, staff_id=SIAN, section_id=ROOM_2, name="Second Patient")

    assert desk.press(old).status_code == 303

    assert any("Second Patient" in label for label in desk.look())


def test_what_is_past_cannot_be_cancelled(diary: ReferenceDiary, http: requests.Session):
    assert Desk(diary, http, "2026-11-19").look() == {}
    assert Desk(diary, http, "2026-11-20").look() != {}


def test_no_other_site_presses_the_button(post: Post, desk: Desk, booking: dict[str, Any]):
    post(booking)
    form = find(desk.look(), "Ada Whitcombe")

    assert desk.press(form, origin="https://elsewhere.example").status_code == 403

    assert any("Ada Whitcombe" in label for label in desk.look())


@pytest.mark.parametrize(
    "change",
    [
        {"start": "soon"},
        {"start": "9999-12-31T09:00:00"},
        {"start": "2026-11-23T09:15:00+00:00"},
        {"staff": "Siân"},
        {"number": ""},
    ],
)
def test_a_form_that_no_page_has(desk: Desk, change: dict[str, str]):
    action, fields = next(iter(desk.look().values()))

    assert desk.press((action, {**fields, **change})).status_code == 400
    assert desk.press((action, {})).status_code == 400
    assert desk.press(("/nowhere/cancel", fields)).status_code == 404
