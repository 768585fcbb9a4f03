"""A kill around the diary's moving an appointment leaves one appointment, and one truth."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING

import pytest
import requests

from tests.proof.stack import Stack, heading_of
from tests.reference_process import MEADOW
from tests.site.ground import PATIENT, Slot, free_slot, practice_file

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.reference_process import ReferenceDiary

SLUG, EWAN, UPSTAIRS = MEADOW.slug, 812, 82
_LIMIT = 120.0
_TOKEN = re.compile(r'name="token"\s+value="([^"]+)"')
_OWN = re.compile(rf'href="(/{SLUG}/booking/[^"/]+)"')


@pytest.fixture
def stack(tmp_path: Path, shared_diary: ReferenceDiary) -> Iterator[Stack]:
    """A practice on Valomnia, which moves; on SQLite alone."""
    shared_diary.reset()
    content = practice_file(SLUG, shared_diary.valomnia_url())
    url = f"sqlite:///{tmp_path / 'openslot.sqlite'}"
    with Stack(tmp_path, shared_diary, url, slug=SLUG, content=content) as stack:
        yield stack


def origin(stack: Stack) -> str:
    return stack.url.rsplit("/", 1)[0]


def token_on(address: str) -> str:
    found = _TOKEN.search(requests.get(address, timeout=_LIMIT).text)
    assert found
    return unescape(found[1])


def book(stack: Stack, slot: Slot) -> str:
    """Book; return the path of the booking's own page."""
    token = token_on(f"{stack.url}/details{slot.choice}")
    answers = {**PATIENT, "token": token}
    done = requests.post(f"{stack.url}/book{slot.choice}", data=answers, timeout=_LIMIT)
    found = _OWN.search(done.text)
    assert found, heading_of(done.text)
    return found[1]


@pytest.mark.parametrize(
    ("point", "is_moved"), [("placing: promised", False), ("placing: moved", True)]
)
def test_killed_while_moving(stack: Stack, point: str, is_moved: bool) -> None:
    old, to = (free_slot(stack.diary, EWAN, UPSTAIRS, slug=SLUG, at=at) for at in (12, 20))
    stack.start()
    own = book(stack, old)
    change = f"{own}/change{to.choice}"
    token = token_on(origin(stack) + change)
    stack.stop()

    stack.start(OPENSLOT_CRASH_AT=point)
    with pytest.raises(requests.ConnectionError):
        requests.post(origin(stack) + change, data={"token": token}, timeout=_LIMIT)
    stack.stop()
    stack.stop_time()

    stack.start()
    page = requests.get(origin(stack) + own, timeout=_LIMIT).text
    assert heading_of(page) == "Moving your appointment"
    requests.post(origin(stack) + change, data={"token": token}, timeout=_LIMIT)
    stack.let_time_pass()
    assert stack.work() == 0

    assert stack.states() == (
        ["cancelled", "confirmed"] if is_moved else ["confirmed", "not_booked"]
    )
    standing = [(one["date"], one["time"]) for one in stack.diary.bookings(SLUG)]
    there = to if is_moved else old
    assert standing == [(there.date, there.time)]
    assert [len(stack.diary.calls(SLUG, one)) for one in ("upsert", "delete")] == [1, 0]
    assert stack.unkept() == []
