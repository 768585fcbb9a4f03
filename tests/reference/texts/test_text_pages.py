from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.reference_texts import PATIENT

if TYPE_CHECKING:
    import requests

    from tests.reference.texts.conftest import Customer, Site
    from tests.reference_process import ReferenceDiary


def fetch(diary: ReferenceDiary, http: requests.Session, path: str = "", status: int = 200) -> str:
    answer = http.get(f"{diary.url}/inbox/texts/{path}", timeout=30)
    assert answer.status_code == status
    if status == 200:
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "form-action 'self'" in policy
        assert len(re.findall(r"<h1\b", answer.text)) == 1
        assert "<script" not in answer.text
        assert "style=" not in answer.text
    return answer.text


def test_the_newest_text_is_shown_first(
    diary: ReferenceDiary, http: requests.Session, customer: Customer
):
    assert "Nothing yet" in fetch(diary, http)
    customer.send(Body="The <first>")
    customer.send(Body="The second, Siân ŵ")
    diary.texts.wait_for(2, status="delivered")

    text = fetch(diary, http)
    assert text.index("The second") < text.index("The &lt;first&gt;")
    assert f"To {PATIENT}" in text
    assert "delivered" in text
    assert "1 segment, 11 characters, GSM-7" in text
    assert "1 segment, 18 characters, UCS-2" in text


def test_mail_and_texts_lead_to_each_other(diary: ReferenceDiary, http: requests.Session):
    assert 'href="/inbox/"' in fetch(diary, http)
    assert 'href="/inbox/texts/"' in http.get(f"{diary.url}/inbox/", timeout=30).text
    assert 'href="/inbox/texts/"' in http.get(f"{diary.url}/", timeout=30).text


def test_a_link_opens_beside(diary: ReferenceDiary, http: requests.Session, customer: Customer):
    sid = customer.send(Body="Take it: http://127.0.0.1:8700/harbour/asap/abc.").json()["sid"]

    for path in ("", f"{sid}/"):
        [link] = re.findall(r"<a [^>]*asap/abc[^>]*>", fetch(diary, http, path))
        assert 'href="http://127.0.0.1:8700/harbour/asap/abc"' in link
        assert 'target="_blank"' in link
        assert "noopener" in link


@pytest.mark.parametrize("words", ["Yes please", "STOP"])
def test_the_form_replies_as_the_patient(
    diary: ReferenceDiary,
    http: requests.Session,
    customer: Customer,
    site: Site,
    words: str,
):
    diary.texts.set_inbound_url(site.url)
    sid = customer.send().json()["sid"]
    page = fetch(diary, http, f"{sid}/")
    assert 'name="words"' in page
    action = re.findall(r'action="([^"]+)"', page)[0]

    answer = http.post(
        diary.url + action,
        data={"words": words},
        headers={"Origin": diary.url},
        timeout=30,
        allow_redirects=False,
    )

    assert answer.status_code == 303
    [call] = site.calls
    assert (call.form["Body"], call.form["From"]) == (words, PATIENT)
    after = http.get(diary.url + answer.headers["Location"], timeout=30).text
    assert words in after
    assert "and answered 204" in after
    assert ("has opted out" in after) == (words == "STOP")


def test_a_name_has_no_form(diary: ReferenceDiary, http: requests.Session, customer: Customer):
    sid = customer.send(From="Harbour").json()["sid"]

    assert "<form" not in fetch(diary, http, f"{sid}/")
    answer = http.post(f"{diary.url}/inbox/texts/{sid}/reply", data={"words": "x"}, timeout=30)
    assert answer.status_code == 400


def test_no_other_site_replies(diary: ReferenceDiary, http: requests.Session, customer: Customer):
    sid = customer.send().json()["sid"]

    answer = http.post(
        f"{diary.url}/inbox/texts/{sid}/reply",
        data={"words": "STOP"},
        headers={"Origin": "https://elsewhere.example"},
        timeout=30,
    )

    assert answer.status_code == 403
    assert diary.texts.replies() == []


def test_a_text_that_is_not_there(diary: ReferenceDiary, http: requests.Session):
    fetch(diary, http, f"SM{'0' * 32}/", status=404)


def test_a_phone_that_was_not_reached_says_so(
    diary: ReferenceDiary, http: requests.Session, customer: Customer
):
    diary.texts.fault("undelivered", times=1)
    customer.send(StatusCallback="http://203.0.113.7/")
    [text] = diary.texts.wait_for(1, status="undelivered")
    diary.texts.wait_until_told(text, "undelivered")

    page = fetch(diary, http, f"{text.sid}/")
    assert "undelivered, error 30003" in page
    assert "the address is not on this machine" in page
