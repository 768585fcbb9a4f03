"""A kill at any step of telling Updox leaves it to be told again, and never told an untruth."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.proof.stack import SLUG, Stack, begin, look, submit
from tests.proof.test_kills import KILLED, cancel

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.reference_process import ReferenceDiary

TABLE = """
[updox]
url = "{url}"
application_id = "openslot-demo"
application_password = "updox-demo-password"
account_id = "harbour-physio"
calendar = "cal-42228"
"""


@pytest.fixture
def stack(tmp_path: Path, shared_diary: ReferenceDiary) -> Iterator[Stack]:
    """A deployment whose practice has Updox, on SQLite: only the worker's own steps matter."""
    shared_diary.reset()
    with Stack(tmp_path, shared_diary, f"sqlite:///{tmp_path / 'openslot.sqlite'}") as stack:
        file = tmp_path / "practices" / f"{SLUG}.toml"
        file.write_text(file.read_text() + TABLE.format(url=shared_diary.updox_url), "utf-8")
        yield stack


@pytest.mark.parametrize(
    ("point", "told_before"), [("syncing: looked up", []), ("syncing: told", [False])]
)
def test_while_telling(stack: Stack, point: str, told_before: list[bool]) -> None:
    [slot] = stack.free_slots(1)
    stack.start()
    done = submit(stack, slot, begin(stack, slot))
    assert look(stack, done) == "You’re booked"

    assert stack.work(OPENSLOT_CRASH_AT=point) == -KILLED
    assert [one["cancelled"] for one in stack.diary.told_updox(SLUG)] == told_before
    # The claim of the dead holds until it lapses: nobody else tells meanwhile.
    assert stack.work() == 0
    assert len(stack.diary.updox_batches(SLUG)) == len(told_before)
    # By then it stands no more.
    cancel(stack, done)
    for _ in range(2):
        stack.let_time_pass()
        assert stack.work() == 0

    [told] = stack.diary.told_updox(SLUG)
    assert told["cancelled"] is True
    first = stack.diary.updox_batches(SLUG)[len(told_before)]
    assert first[0]["id"] == told["id"]
    assert stack.unkept() == []
