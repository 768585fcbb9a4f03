"""The session: made when it is needed, made anew when it has ended, and by one thread alone."""

from __future__ import annotations

import json
import threading
from contextlib import closing, suppress
from datetime import time, timedelta
from time import monotonic
from urllib.parse import parse_qs

import pytest

from tests.diaries.grounds import MONDAY
from tests.diaries.valomnia.meadow import diary_at
from tests.diaries.valomnia.vendor import (
    PLACED,
    REQUEST,
    START,
    TICKET,
    TO_LOGIN,
    Vendor,
    refuse,
    say_document,
)
from tests.diaries.wire import LIMITS, Answer, hang_up, http, say
from webapp.diaries.errors import DiaryError, NoAnswer, NotAccepted, NotReached, Unintelligible
from webapp.diaries.port import Diary

ENDED: dict[str, Answer] = {
    "to_login": TO_LOGIN,
    "to_login_elsewhere": say(
        http(b"", "302 Found", "Location: https://elsewhere.example/login/auth?x=1")
    ),
    "unauthorized": say(http(b"", "401 Unauthorized")),
    "forbidden": say(http(b"{}", "403 Forbidden")),
}
WELCOME: dict[str, Answer] = {
    "token": say_document({"success": True, "token": TICKET, "user": {}}),
    "cookie": say_document({"success": "true"}, "200 OK", f"Set-Cookie: JSESSIONID={TICKET}"),
    "redirect_with_cookies": say(
        http(
            b"",
            "302 Found",
            "Location: https://another.example/login/ajaxSuccess",
            "Set-Cookie: other=1; Path=/",
            "Set-Cookie: JSESSIONID=OLD; Path=/",
            f'Set-Cookie: JSESSIONID="{TICKET}"; Path=/; Secure',
        )
    ),
}
FAIL = say(http(b"", "302 Found", "Location: /login/authfail?ajax=true"))
NOT_LET_IN: dict[str, tuple[Answer, type[DiaryError]]] = {
    "error": (say_document({"error": "wrong"}), NotAccepted),
    "no_success": (say_document({"success": False}), NotAccepted),
    "odd_success": (say_document({"success": [True]}), NotAccepted),
    "unauthorized": (say(http(b"", "401 Unauthorized")), NotAccepted),
    "failed": (FAIL, NotAccepted),
    "broken_redirect": (say(http(b"", "302 Found", "Location: http://[")), Unintelligible),
    "elsewhere": (say(http(b"", "301 Moved", "Location: https://x.example/j")), Unintelligible),
    "no_cookie": (say(http(b"", "302 Found", "Location: /login/ajaxSuccess")), Unintelligible),
    "evil_token": (say_document({"success": True, "token": "a b\r\nX: 1"}), Unintelligible),
    "page": (say(http(b"<h1>Welcome</h1>")), Unintelligible),
    "not_found": (say(http(b"", "404 Not Found")), Unintelligible),
    "out_of_order": (say_document({"error": "x"}, "503 Service Unavailable"), NoAnswer),
    "too_many": (say(http(b"", "429 Too Many Requests")), NoAnswer),
    "hang_up": (hang_up, NoAnswer),
}


def ask(diary: Diary) -> object:
    return diary.free_times(staff_id="811", room_id="81", first_day=MONDAY, days=7)


def test_user_and_password_travel_in_the_body_alone():
    with Vendor() as vendor, closing(diary_at(vendor.origin, username="o slot")) as diary:
        ask(diary)
    head, _, body = vendor.requests[0].partition(b"\r\n\r\n")
    assert head.split(b"\r\n")[0] == b"POST /j_spring_security_check HTTP/1.1"
    assert b"Content-Type: application/x-www-form-urlencoded" in head
    assert parse_qs(body.decode()) == {
        "j_username": ["o slot"],
        "j_password": ["meadow-demo-password"],
        "ajax": ["true"],
    }


def test_one_login_serves_reads_and_writes():
    with Vendor() as vendor, closing(diary_at(vendor.origin)) as diary:
        ask(diary)
        diary.book(REQUEST)
        diary.cancel(PLACED)
        assert vendor.count("login") == 1
        cookies = {b"\r\nCookie: JSESSIONID=TICKET1\r\n" in one for one in vendor.requests[1:]}
    assert cookies == {True}


@pytest.mark.parametrize("ended", ENDED)
@pytest.mark.parametrize("action", ["list", "upsert", "delete"])
def test_an_ended_session_is_renewed_and_costs_nothing(ended: str, action: str):
    with Vendor() as vendor, closing(diary_at(vendor.origin)) as diary:
        ask(diary)
        vendor.instead[action] = [ENDED[ended]]
        made = diary.book(REQUEST)
        diary.cancel(PLACED)
        assert made.minutes == 40
        assert vendor.count("login") == 2
        assert vendor.rows == {}


def test_a_session_that_ends_between_two_pages_is_renewed_and_no_row_is_lost():
    with Vendor() as vendor, closing(diary_at(vendor.origin)) as diary:
        vendor.most = 2
        for number in range(5):
            vendor.add(START + timedelta(minutes=40 * number), employee="emp-811")
        pages = iter(range(100))

        def end_the_session_once() -> None:
            if next(pages) == 0:
                vendor.tickets.clear()

        vendor.after["list"] = end_the_session_once
        found = diary.free_times(staff_id="811", room_id="81", first_day=MONDAY, days=1)
        assert found.days[MONDAY][0] == time(13, 20)
        assert vendor.count("login") == 2


def test_many_threads_that_lose_the_session_at_once_log_in_once():
    with Vendor() as vendor, closing(diary_at(vendor.origin)) as diary:
        ask(diary)
        vendor.tickets.clear()
        errors: list[BaseException] = []

        def look() -> None:
            try:
                diary.find(PLACED)
            except BaseException as error:  # noqa: BLE001 - told by the test's own thread
                errors.append(error)

        askers = [threading.Thread(target=look) for _ in range(8)]
        for one in askers:
            one.start()
        for one in askers:
            one.join()
        assert errors == []
        assert vendor.count("login") == 2


def test_a_session_that_is_refused_at_once_is_an_operators_matter():
    with Vendor() as vendor, closing(diary_at(vendor.origin)) as diary:
        vendor.instead["list"] = [say(http(b"", "403 Forbidden"))] * 9
        for _ in range(3):
            with pytest.raises(NotAccepted):
                ask(diary)
        assert (vendor.count("list"), vendor.count("login")) == (2, 2)


def test_a_user_who_may_not_write_may_still_read():
    with Vendor() as vendor, closing(diary_at(vendor.origin)) as diary:
        vendor.instead["upsert"] = [say(http(b"", "403 Forbidden"))] * 9
        with pytest.raises(NotAccepted):
            diary.book(REQUEST)
        assert vendor.count("upsert") == 2
        ask(diary)


def test_a_refused_password_is_not_sent_over_and_over():
    with Vendor() as vendor, closing(diary_at(vendor.origin)) as diary:
        vendor.instead["login"] = [FAIL] * 9
        for _ in range(3):
            with pytest.raises(NotAccepted, match="user and password"):
                ask(diary)
        with pytest.raises(NotAccepted):
            diary.book(REQUEST)
        assert vendor.actions == ["login"]


@pytest.mark.parametrize("welcome", WELCOME)
def test_each_way_to_be_let_in(welcome: str):
    with Vendor() as vendor, closing(diary_at(vendor.origin)) as diary:
        vendor.instead["login"] = [WELCOME[welcome]]
        ask(diary)
        assert vendor.actions == ["login", "list"]


@pytest.mark.parametrize("way", NOT_LET_IN)
def test_each_way_not_to_be(way: str):
    answer, error = NOT_LET_IN[way]
    with Vendor() as vendor:
        vendor.instead["login"] = [answer] * 9
        with closing(diary_at(vendor.origin)) as diary, pytest.raises(error) as caught:
            ask(diary)
        assert type(caught.value) is error
        # Nothing is written before somebody is logged in
        for write in (lambda: diary.book(REQUEST), lambda: diary.cancel(PLACED)):
            with closing(diary_at(vendor.origin)) as diary:
                vendor.instead["login"] = [answer] * 9
                with pytest.raises(NotAccepted if error is NotAccepted else NotReached):
                    write()
        assert set(vendor.actions) == {"login"}


def test_a_login_that_passes_off_is_tried_again_for_a_question():
    with Vendor() as vendor, closing(diary_at(vendor.origin)) as diary:
        vendor.instead["login"] = [hang_up, refuse("server_error", status="500 Oops")]
        ask(diary)
        assert vendor.count("login") == 3


def test_nobody_waits_longer_than_the_limit_for_anothers_login():
    arrived, may_answer = threading.Event(), threading.Event()

    def dawdle(connection: object, _request: bytes) -> bool:
        arrived.set()
        may_answer.wait(60)
        return False

    with Vendor() as vendor:
        vendor.instead["login"] = [dawdle]
        with closing(diary_at(vendor.origin)) as diary:

            def look() -> None:
                with suppress(DiaryError):
                    diary.find(PLACED)

            held = threading.Thread(target=look)
            held.start()
            arrived.wait(60)
            started = monotonic()
            with pytest.raises(NotReached, match="logging in"):
                diary._api.get("appointments", {}, deadline=monotonic() + 0.1)
            assert monotonic() - started < LIMITS.reads.total + 10
            may_answer.set()
            held.join()


def test_the_samples_own_details_can_be_read():
    """The vendor's page "Service: Authentication", in short."""
    sample = {"warning": {"warning_code": "deprecated_version"}, "success": True, "token": TICKET}
    with Vendor() as vendor, closing(diary_at(vendor.origin)) as diary:
        vendor.instead["login"] = [say(http(json.dumps(sample).encode()))]
        ask(diary)
        assert f"Cookie: JSESSIONID={TICKET}".encode() in vendor.requests[1]
