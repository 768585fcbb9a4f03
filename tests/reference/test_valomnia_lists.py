"""The vendor's "72.1 List", and its page "Service: Authentication"."""

from __future__ import annotations

from operator import ge, gt, le, lt
from typing import TYPE_CHECKING

import pytest

from tests.reference.valomnia import APPOINTMENT, ROW, error_of, log_in
from tests.reference_process import MEADOW, ReferenceDiary

if TYPE_CHECKING:
    import requests


class TestLogin:
    """The vendor's page "Service: Authentication"."""

    def test_it_answers_with_a_cookie_and_a_way_to_the_details(
        self, diary: ReferenceDiary, http: requests.Session
    ):
        answer = log_in(diary, http, MEADOW.key)
        assert answer.status_code == 302
        ticket = answer.cookies["JSESSIONID"]
        assert answer.headers["Set-Cookie"] == f"JSESSIONID={ticket}; Path=/; HttpOnly"
        details = http.get(diary.url + answer.headers["Location"], timeout=30).json()
        assert (details["success"], details["token"]) == (True, ticket)

    def test_it_may_stand_in_the_address(self, diary: ReferenceDiary, http: requests.Session):
        address = f"{diary.valomnia_url()}/j_spring_security_check"
        words = {"j_username": "openslot", "j_password": MEADOW.key, "ajax": "true"}
        answer = http.post(address, params=words, timeout=30, allow_redirects=False)
        assert answer.headers["Location"].endswith("/login/ajaxSuccess")

    def test_a_wrong_password_gets_no_session(self, diary: ReferenceDiary, http: requests.Session):
        answer = log_in(diary, http, "wrong")
        assert answer.status_code == 302
        assert "/login/authfail" in answer.headers["Location"]
        assert "JSESSIONID" not in answer.cookies

    @pytest.mark.parametrize("cookie", ["", "JSESSIONID=6E3487971234567896704A9EB4AE501F"])
    def test_without_a_session_there_is_a_way_to_the_login_alone(
        self, base: str, diary: ReferenceDiary, http: requests.Session, cookie: str
    ):
        answer = http.get(
            f"{base}/appointments", headers={"Cookie": cookie}, timeout=30, allow_redirects=False
        )
        assert (answer.status_code, answer.content) == (302, b"")
        assert answer.headers["Location"].endswith("/login/auth")
        assert [one["outcome"] for one in diary.calls(MEADOW.slug)] == ["signed out"]

    def test_a_session_can_end(self, base: str, diary: ReferenceDiary, signed_in: requests.Session):
        assert diary.end_sessions() >= 1
        answer = signed_in.get(f"{base}/appointments", timeout=30, allow_redirects=False)
        assert answer.status_code == 302


class TestList:
    """72.1."""

    def test_rows_lack_what_show_has(self, base: str, signed_in: requests.Session):
        document = signed_in.get(f"{base}/appointments", timeout=30).json()
        assert set(document) == {"paging", "data"}
        assert document["paging"]["max"] == 100
        assert len(document["data"]) == 100
        assert all(set(row) == ROW for row in document["data"])

    def test_pages_link_to_each_other(self, base: str, signed_in: requests.Session):
        asked = f"{base}/appointments?max=2&offset=2&sort=dateCreated&order=asc"
        paging = signed_in.get(asked, timeout=30).json()["paging"]
        assert (paging["max"], paging["offset"]) == (2, 2)
        path = "/meadow-clinic/valomnia/api/v1.0/appointments"
        assert paging["next"] == f"{path}?max=2&offset=4&sort=dateCreated&order=asc"
        assert paging["previous"] == f"{path}?max=2&offset=0&sort=dateCreated&order=asc"

    def test_the_first_and_the_last_page_have_one_link(
        self, base: str, signed_in: requests.Session
    ):
        first = signed_in.get(f"{base}/appointments?max=200", timeout=30).json()["paging"]
        assert first["previous"] is None
        rest = first["total"] - 1
        last = signed_in.get(f"{base}/appointments?offset={rest}", timeout=30).json()
        assert last["paging"]["next"] is None
        assert len(last["data"]) == 1

    def test_following_next_tells_every_row_once(
        self, base: str, diary: ReferenceDiary, signed_in: requests.Session
    ):
        address, ids = f"{base}/appointments?sort=id&max=150", list[int]()
        while True:
            document = signed_in.get(address, timeout=30).json()
            ids += [row["id"] for row in document["data"]]
            if document["paging"]["next"] is None:
                break
            address = diary.url + document["paging"]["next"]
        assert ids == sorted(set(ids))
        assert len(ids) == document["paging"]["total"]

    def test_order_turns_round(self, base: str, signed_in: requests.Session):
        asked = f"{base}/appointments?sort=startDate&order=desc&max=50"
        rows = signed_in.get(asked, timeout=30).json()["data"]
        starts = [row["startDate"] for row in rows]
        assert starts == sorted(starts, reverse=True)

    @pytest.mark.parametrize("field", ["dateCreated", "lastUpdated", "startDate", "endDate"])
    @pytest.mark.parametrize("operator", ["gt", "gte", "lt", "lte"])
    def test_every_moment_filters_by_every_operator(
        self, base: str, signed_in: requests.Session, field: str, operator: str
    ):
        rows = signed_in.get(f"{base}/appointments?sort={field}", timeout=30).json()["data"]
        edge = rows[len(rows) // 2][field]
        asked = f"{base}/appointments?{field}_{operator}={edge}&max=200&sort={field}"
        found = [row[field] for row in signed_in.get(asked, timeout=30).json()["data"]]
        compare = {"gt": gt, "gte": ge, "lt": lt, "lte": le}[operator]
        assert all(compare(at, edge) for at in found)
        assert (edge in found) == operator.endswith("e")

    def test_two_filters_make_an_overlap(self, base: str, signed_in: requests.Session):
        asked = {"endDate_gt": "2026-11-24T10:00:00Z", "startDate_lt": "2026-11-24T12:00:00Z"}
        rows = signed_in.get(f"{base}/appointments", params=asked, timeout=30).json()["data"]
        assert rows
        assert all(
            row["startDate"] < asked["startDate_lt"] and row["endDate"] > asked["endDate_gt"]
            for row in rows
        )

    @pytest.mark.parametrize(
        ("pattern", "is_found"),
        [("emp-811", True), ("emp-8*", True), ("*-811", True), ("*p-8*", True), ("811", False)],
    )
    @pytest.mark.parametrize("name", ["employeeReference", "customerReference", "title"])
    def test_words_are_found_by_wildcards(
        self, base: str, signed_in: requests.Session, name: str, pattern: str, *, is_found: bool
    ):
        values = {"customerReference": "room-81", "title": "emp-811", "employeeReference": ""}
        made = APPOINTMENT | {"title": values["title"]}
        signed_in.post(f"{base}/appointments", json=made, timeout=30).raise_for_status()
        if name == "customerReference":
            pattern = pattern.replace("emp", "room").replace("*p-8", "*m-8").replace("811", "81")
        asked = {name: pattern, "max": "1"}
        document = signed_in.get(f"{base}/appointments", params=asked, timeout=30).json()
        assert bool(document["data"]) == is_found

    def test_an_unknown_parameter_is_refused(self, base: str, signed_in: requests.Session):
        asked = f"{base}/appointments?dateCreated_gta=2016-08-15T14:52:48Z"
        assert error_of(signed_in.get(asked, timeout=30)) == (
            400,
            "invalid_param",
            "The parameters [dateCreated_gta] you provided are not valid for this request.",
        )

    def test_a_filter_that_is_no_moment_is_refused(self, base: str, signed_in: requests.Session):
        asked = f"{base}/appointments?dateCreated_gt=2016-08-1Z"
        assert error_of(signed_in.get(asked, timeout=30)) == (
            400,
            "invalid_datetime_format",
            "Invalid datetime filter (not ISO-8601 formatted): [2016-08-1Z]",
        )
