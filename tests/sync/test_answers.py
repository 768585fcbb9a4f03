"""What counts as taken: the whole and each of it must say so, in either spelling."""

from __future__ import annotations

import json

from webapp.sync.updox.answers import Answer, Status, Verdict, read_answer


def answer(*statuses: object, status: int = 200, **others: object) -> Answer:
    document = {"successful": "true", "responseCode": "2000", "statuses": statuses, **others}
    return read_answer(status, json.dumps(document).encode())


def test_codes_and_booleans_as_text_say_the_same():
    found = answer(
        {"id": "a", "success": "TRUE", "updoxId": 6543}, {"id": 7, "success": "false"}, "rubbish"
    )
    assert found.verdict is Verdict.TAKEN
    assert found.statuses == {
        "a": Status(is_taken=True, updox_id="6543"),
        "7": Status(is_taken=False),
    }


def test_of_two_statuses_of_one_the_worse_counts():
    for order in ((True, False), (False, True)):
        found = answer(*({"id": "a", "success": one} for one in order))
        assert found.statuses == {"a": Status(is_taken=False)}


def test_what_is_no_clear_yes_is_none():
    assert answer({"id": "a", "success": "perhaps"}, {"id": "b"}).statuses == {}
    for successful in (None, "false", 1):
        assert answer(successful=successful).verdict is Verdict.LATER
    for code in (None, True, 2000.5, "two thousand", [2000]):
        assert answer(responseCode=code).verdict is Verdict.LATER
    assert answer(status=403).verdict is Verdict.LATER
    assert read_answer(200, b"[]").verdict is Verdict.LATER


def test_a_refusal_keeps_one_word_of_ours_and_none_of_theirs():
    found = answer({"id": "a", "success": False, "message": "Ada's calendarId is not known"})
    assert found.statuses == {"a": Status(is_taken=False, about="calendar")}
