from __future__ import annotations

import signal
import socket
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
import requests
from requests.adapters import HTTPAdapter

from tests.reference_process import ELM_TREE, HARBOUR, ReferenceDiary

if TYPE_CHECKING:
    from tests.reference.conftest import Post

STAFF_LIST = {"action": "staffList", "apiKey": HARBOUR.key}


def assert_bare_404(answer: requests.Response) -> None:
    assert answer.status_code == 404
    assert answer.content == b""
    assert "Content-Type" not in answer.headers


class FromAddress(HTTPAdapter):
    """Leaves this machine by another of its loopback addresses."""

    def __init__(self, address: str) -> None:
        self._address = address
        super().__init__()

    def init_poolmanager(
        self,
        connections: int,
        maxsize: int,
        block: bool = False,
        **pool: Any,  # noqa: ANN401 - as its parent has it
    ) -> None:
        pool["source_address"] = (self._address, 0)
        super().init_poolmanager(connections, maxsize, block, **pool)


@pytest.mark.parametrize("key", ["", "wrong", ELM_TREE.key, None, 7, "clé"])
def test_a_wrong_key_gets_a_bare_404(post: Post, key: object):
    assert_bare_404(post({"action": "staffList", "apiKey": key}))


def test_a_missing_key_gets_a_bare_404(post: Post):
    assert_bare_404(post({"action": "staffList"}))


def test_an_unregistered_address_gets_a_bare_404_with_the_right_key(
    diary: ReferenceDiary, post: Post
):
    diary.allow(HARBOUR.slug, ["203.0.113.7"])

    assert_bare_404(post(STAFF_LIST))
    assert [call["outcome"] for call in diary.calls()] == ["refused"]


def test_an_unregistered_address_gets_a_bare_404_even_for_rubbish(
    diary: ReferenceDiary, http: requests.Session
):
    diary.allow(HARBOUR.slug, [])

    assert_bare_404(http.post(diary.request_url(), data=b"rubbish", timeout=30))


def test_only_the_registered_source_address_is_let_in(
    diary: ReferenceDiary, http: requests.Session
):
    diary.allow(HARBOUR.slug, ["127.0.0.9"])
    http.mount("http://", FromAddress("127.0.0.9"))

    assert http.post(diary.request_url(), json=STAFF_LIST, timeout=30).status_code == 200
    assert diary.calls()[0]["from"] == "127.0.0.9"


def test_a_reset_brings_back_the_registered_address(diary: ReferenceDiary, post: Post):
    diary.allow(HARBOUR.slug, [])
    diary.reset(HARBOUR.slug)

    assert post(STAFF_LIST).status_code == 200


def test_an_unknown_practice_gets_a_bare_404(post: Post):
    assert_bare_404(post(STAFF_LIST, to="nowhere"))


def test_the_key_of_one_practice_opens_no_other(post: Post):
    assert_bare_404(post(STAFF_LIST, to=ELM_TREE.slug))


@pytest.mark.parametrize("body", [b"", b"rubbish", b"[]", b"null", b"\xff\xfe", b"[" * 100_000])
def test_what_is_no_json_object_gets_the_unknown_error(
    diary: ReferenceDiary, http: requests.Session, body: bytes
):
    answer = http.post(diary.request_url(), data=body, timeout=30)

    assert answer.status_code == 200
    assert [error["error"] for error in answer.json()["errors"]] == [13]


def test_the_content_type_does_not_matter(diary: ReferenceDiary, http: requests.Session):
    body = b'{"action": "staffList", "apiKey": "harbour-demo-key"}'

    assert "staff" in http.post(diary.request_url(), data=body, timeout=30).json()


def test_a_body_in_chunks_is_read(diary: ReferenceDiary, http: requests.Session):
    parts = iter([b'{"action": "staffList", ', b'"apiKey": "harbour-demo-key"}'])

    assert "staff" in http.post(diary.request_url(), data=parts, timeout=30).json()


def test_a_connection_is_kept_for_the_next_request(diary: ReferenceDiary, post: Post):
    for document in (STAFF_LIST, {"action": "staffList", "apiKey": "wrong"}, STAFF_LIST):
        post(document)

    assert len({call["fromPort"] for call in diary.calls()}) == 1


def test_the_call_log_keeps_no_key_and_none_of_the_patients_words(
    diary: ReferenceDiary, post: Post, booking: dict[str, Any]
):
    post(booking)

    told = str(diary.calls())
    for word in (HARBOUR.key, booking["name"], booking["phone"], booking["email"], booking["desc"]):
        assert word not in told


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "diary.example"])  # noqa: S104
def test_it_binds_to_this_machine_alone(host: str):
    command = [sys.executable, "-m", "webapp.reference", "--port", "0", "--host", host]

    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)

    assert done.returncode == 2
    assert "this machine alone" in done.stderr
    assert done.stdout == ""


@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_cleanly_and_says_nothing_but_where_it_is(stop: signal.Signals):
    command = [sys.executable, "-m", "webapp.reference", "--port", "0", "--print-port"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        port = int(process.stdout.readline())
        with socket.create_connection(("127.0.0.1", port), timeout=30):
            process.send_signal(stop)
            rest, errors = process.communicate(timeout=60)

    assert process.returncode == 0
    assert (rest, errors) == ("", "")
