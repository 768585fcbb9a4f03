"""Bodies that are no form, and forms that are not as ours: a page, a right status, no booking."""

from __future__ import annotations

import io
import json

import pytest
from werkzeug.test import TestResponse

from tests.page import Page
from tests.site.ground import PATIENT, Site, Slot, free_slot

POSTED = ("", "where", "times", "details", "check", "book")
FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data; boundary=edge"

BODIES = {
    "nothing": (b"", FORM),
    "json": (json.dumps(PATIENT).encode(), "application/json"),
    "json list": (b'["name", 1, null]', "application/json"),
    "json number": (b"5", "application/json"),
    "json of other types": (b'{"name": 5, "email": {"a": []}, "token": null}', "application/json"),
    "half json": (b'{"name": "Ada', "application/json"),
    "text": (b"name=Ada", "text/plain"),
    "no type": (b"name=Ada", ""),
    "bytes": (bytes(range(256)), "application/octet-stream"),
    "bytes as a form": (bytes(range(256)), FORM),
    "rubbish as multipart": (bytes(range(256)) * 4, MULTIPART),
    "multipart without an edge": (b"--\r\n\r\n--", "multipart/form-data"),
    "multipart that breaks off": (
        b'--edge\r\nContent-Disposition: form-data; name="name"\r\n\r\nAda',
        MULTIPART,
    ),
    "xml": (b"<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a>&b;</a>", "text/xml"),
    "wrong letters": (b"name=%FF%FE&phone=%ZZ&email=%", FORM),
}


@pytest.fixture
def slot(site: Site) -> Slot:
    return free_slot(site.diary)


def post(site: Site, url: str, body: bytes, kind: str) -> TestResponse:
    return site.visitor.raw("POST", url, data=body, content_type=kind)


def read(site: Site, answer: TestResponse, url: str) -> Page:
    return site.visitor.read(answer, url)


def test_a_body_that_is_no_form_gets_a_page_and_books_nothing(site: Site, slot: Slot) -> None:
    for body in list(BODIES):
        for step in POSTED:
            url = slot.page(step)
            answer = post(site, url, *BODIES[body])
            # Only looking around needs no answers; whatever takes some says that they are amiss.
            allowed = {400} if step in {"check", "book"} else {200, 400}
            assert answer.status_code in allowed, f"{step}: {answer.status_code}"
            assert read(site, answer, url).heading
        assert not any(site.dump().values())
        assert site.writes() == 0


def test_answers_in_json_are_not_taken_for_a_form(site: Site, slot: Slot) -> None:
    body = json.dumps(PATIENT | {"token": site.token()}).encode()
    answer = post(site, slot.page("book"), body, "application/json")
    assert answer.status_code == 400
    assert site.writes() == 0


def test_a_file_in_place_of_an_answer_is_no_answer(site: Site, slot: Slot) -> None:
    for name in ("name", "email", "reason", "token", "website", "else"):
        sent = {**PATIENT, "token": site.token(), name: (io.BytesIO(b"x" * 99), "x.txt")}
        answer = site.visitor.raw("POST", slot.page("check"), data=sent)
        page = read(site, answer, slot.page("check"))
        assert page.status == {"name": 422, "email": 422, "token": 400}.get(name, 200)


def test_answers_given_twice_or_more_count_once(site: Site, slot: Slot) -> None:
    body = f"name=Ada&name=Eve&phone=07700900123&email=a@b.example&token={site.token()}&x=1&x=2"
    page = read(site, post(site, slot.page("check"), body.encode(), FORM), slot.page("check"))
    assert page.heading == "Check and book"
    assert page.fields["name"] == "Ada"


def test_a_body_that_is_too_large_gets_a_page(site: Site, slot: Slot) -> None:
    for kind in (FORM, MULTIPART, "application/json"):
        for step in ("times", "details", "check", "book"):
            url = slot.page(step)
            answer = post(site, url, b"name=" + b"x" * 70_000, kind)
            if kind != "application/json":
                assert answer.status_code == 413
                page = read(site, answer, url)
                assert page.heading == "That was too much at once"
                assert "Nothing has been booked." in page.text
            assert answer.status_code < 500
            assert site.writes() == 0


def test_a_form_of_a_thousand_boxes_is_answered(site: Site, slot: Slot) -> None:
    body = "&".join(f"a{at}=1" for at in range(5000))
    answer = post(site, slot.page("check"), body.encode(), FORM)
    assert answer.status_code in {400, 413}
    assert read(site, answer, slot.page("check")).heading


def test_a_form_from_another_place_without_our_token_does_nothing(site: Site, slot: Slot) -> None:
    visitor = site.visitor
    visitor.headers = {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}
    page = visitor.send(slot.page("book"), PATIENT, allow=400)
    assert "Please check it and continue." in page.problems[0]
    assert site.writes() == 0
