"""What is sent, how often, and over which connection."""

from __future__ import annotations

import socket
import threading
import time
from contextlib import closing
from dataclasses import replace

import pytest

from tests.diaries.physiodiary.examples import CONFIRMED, REQUEST, STAFF_LIST
from tests.diaries.physiodiary.trouble import fails
from tests.diaries.physiodiary.wire import KEY, diary_at
from tests.diaries.wire import AUTHORITY, PATIENT, Server, hang_up, http, in_turn, say, say_json
from webapp.diaries.errors import (
    NoAnswer,
    NotReached,
)


def test_a_redirect_takes_neither_key_nor_patient_elsewhere():
    with Server(say_json(STAFF_LIST)) as elsewhere:
        there = say(http(b"", "307 Temporary Redirect", f"Location: {elsewhere.url}"))
        with Server(there) as server:
            fails(diary_at(server.url), write=False)
            fails(diary_at(server.url), write=True)
        assert elsewhere.peers == []


def test_a_read_is_repeated_until_it_is_answered():
    answer = in_turn(hang_up, say(http(b"", "502 Bad Gateway")), say_json(STAFF_LIST))
    with Server(answer) as server, closing(diary_at(server.url, limits=PATIENT)) as diary:
        assert [one.name for one in diary.staff()] == ["John", "Anna"]
        assert len(server.requests) == 3


def test_a_read_is_sent_three_times_at_most():
    with Server(hang_up) as server, closing(diary_at(server.url, limits=PATIENT)) as diary:
        with pytest.raises(NoAnswer):
            diary.staff()
        assert len(server.requests) == 3


def test_reads_share_connections_and_each_write_has_its_own():
    answer = in_turn(
        say_json(STAFF_LIST), say_json(STAFF_LIST), say_json(CONFIRMED), say_json(STAFF_LIST)
    )
    with Server(answer) as server, closing(diary_at(server.url, limits=PATIENT)) as diary:
        diary.staff()
        diary.staff()
        assert len(server.peers) == 1
        diary.book(REQUEST)
        assert len(server.peers) == 2
        diary.staff()
        assert len(server.peers) == 2


def test_a_kept_connection_that_the_diary_closed_costs_a_write_nothing():
    answer = in_turn(say(http(b'{"staff": []}'), keep=False), say_json(CONFIRMED))
    with Server(answer) as server, closing(diary_at(server.url, limits=PATIENT)) as diary:
        diary.staff()
        assert diary.book(REQUEST).minutes == 45


def test_no_more_questions_are_under_way_than_connections():
    most = [0, 0]
    lock = threading.Lock()
    both = threading.Event()

    def answer(connection: socket.socket, request: bytes) -> bool:
        with lock:
            most[0] += 1
            most[1] = max(most)
            if most[0] == 2:
                both.set()
        both.wait(60)
        time.sleep(0.02)
        with lock:
            most[0] -= 1
        return say_json(STAFF_LIST)(connection, request)

    with Server(answer) as server:
        with closing(diary_at(server.url, limits=PATIENT, connections=2)) as diary:
            askers = [threading.Thread(target=diary.staff) for _ in range(6)]
            for asker in askers:
                asker.start()
            for asker in askers:
                asker.join()
        assert most[1] == 2
        assert len(server.requests) == 6
        assert len(server.peers) == 2


def test_a_question_that_finds_no_turn_was_never_sent():
    arrived, may_answer = threading.Event(), threading.Event()

    def answer(connection: socket.socket, request: bytes) -> bool:
        arrived.set()
        may_answer.wait(60)
        return say_json(STAFF_LIST)(connection, request)

    with Server(answer) as server:
        with closing(diary_at(server.url, limits=PATIENT, connections=1)) as diary:
            other = threading.Thread(target=diary.staff)
            other.start()
            arrived.wait(60)
            with pytest.raises(NotReached, match="waiting"):
                diary._api.read({"action": "staffList"}, deadline=time.monotonic() + 0.05)
            may_answer.set()
            other.join()
        assert len(server.requests) == 1


def test_cookies_are_not_kept():
    body = b'{"staff": []}'
    with Server(say(http(body, "200 OK", "Set-Cookie: who=me"))) as server:
        with closing(diary_at(server.url, limits=PATIENT)) as diary:
            diary.staff()
            diary.staff()
        assert not any(b"cookie" in one.lower() for one in server.requests)


def test_the_request_is_what_the_vendor_documents():
    with Server(say_json(CONFIRMED)) as server:
        with closing(diary_at(server.url, limits=PATIENT)) as diary:
            diary.book(REQUEST)
        (document,) = server.documents()
        (request,) = server.requests
    assert document == {
        "action": "book",
        "apiKey": KEY,
        "date": "20261123",
        "time": "0915",
        "sectionId": 7323,
        "staffId": 42230,
        "name": "Zebulon Quince",
        "phone": "07700 900142",
        "email": "quince@patient.example",
        "desc": "throbbing kneecap",
    }
    head = request.partition(b"\r\n\r\n")[0].decode().split("\r\n")
    assert head[0] == "POST /api/request HTTP/1.1"
    assert "Content-Type: application/json" in head
    assert "Connection: close" in head
    # A compressed answer could unfold to any length
    assert "Accept-Encoding: identity" in head


def test_the_request_is_ascii_whatever_the_patient_typed():
    named = replace(REQUEST, patient=replace(REQUEST.patient, name="Zoë 李 \ud800"))
    with Server(say_json(CONFIRMED)) as server:
        with closing(diary_at(server.url, limits=PATIENT)) as diary:
            diary.book(named)
        assert server.requests[0].isascii()
        assert server.documents()[0]["name"] == "Zoë 李 \ud800"


def test_tls_with_a_certificate_that_is_vouched_for():
    with Server(say_json(CONFIRMED), tls=True) as server:
        diary = diary_at(server.url, limits=PATIENT, authorities=AUTHORITY)
        with closing(diary):
            assert diary.book(REQUEST).minutes == 45
