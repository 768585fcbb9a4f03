"""Fifty patients are texted of one opening, and all tap at once: over two web processes."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from itertools import repeat
from typing import TYPE_CHECKING

import pytest

from tests.proof.asap import AsapStack, Phone
from tests.proof.stack import SLUG
from webapp.asap.model import Condition

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.reference_process import ReferenceDiary
    from tests.services.postgres import PrivatePostgres
    from tests.services.redis import PrivateRedis

PROCESSES = 2
PATIENTS = 50

pytestmark = [pytest.mark.postgres, pytest.mark.redis]


@pytest.fixture(scope="module")
def stack(
    tmp_path_factory: pytest.TempPathFactory,
    shared_diary: ReferenceDiary,
    postgres: PrivatePostgres,
    redis_server: PrivateRedis,
) -> Iterator[AsapStack]:
    """A deployment of two web processes on PostgreSQL and Redis."""
    shared_diary.reset()
    postgres.start()
    redis_server.start()
    redis_server.flush()
    url = postgres.new_database()
    folder = tmp_path_factory.mktemp("crowd")
    with AsapStack(folder, shared_diary, url, redis_url=redis_server.url) as stack:
        stack.start(workers=PROCESSES, threads=16)
        yield stack
    postgres.drop(url)


def test_of_fifty_who_tap_at_once_one_has_it_and_the_others_are_told_so(stack: AsapStack) -> None:
    [slot] = stack.free_slots(1)
    haves = stack.far_slots(PATIENTS)
    for number in range(PATIENTS):
        stack.join(haves[number] if number % 2 else None)
    phones = stack.offer_by_hand(slot)
    assert len(phones) == PATIENTS
    stack.diary.forget_calls(SLUG)
    # So long that all the others tap while the first one's yes is with the diary.
    stack.diary.fault(SLUG, "book", "slow", seconds=2)

    with ThreadPoolExecutor(PATIENTS) as pool:
        assert set(pool.map(Phone.tap, phones)) == {303}
        headings = list(pool.map(Phone.look, phones))
    stack.diary.clear(SLUG)

    assert Counter(headings) == {"It’s yours": 1, "Somebody else has it": PATIENTS - 1}
    assert len(stack.diary.calls(SLUG, action="book")) == 1
    assert len(stack.booked(slot)) == 1
    assert stack.responses(phones) == {
        "AcceptedAndMoved": 1,
        "AcceptedAndNotAvailable": PATIENTS - 1,
    }
    [winner] = [one for one, heading in zip(phones, headings, strict=True) if "yours" in heading]
    assert stack.opening(slot) == (Condition.TAKEN, winner.offer_id)
    # And nobody is texted of what is gone.
    assert stack.work() == 0
    assert stack.diary.texts.texts() == []


def test_thirty_taps_of_one_patient_are_one(stack: AsapStack) -> None:
    [slot] = stack.free_slots(1)
    [phone] = stack.offer_to(slot, stack.join(stack.far_slots(1)[0]))
    stack.diary.forget_calls(SLUG)
    stack.diary.fault(SLUG, "book", "slow", seconds=1)

    with ThreadPoolExecutor(30) as pool:
        assert set(pool.map(Phone.tap, repeat(phone, 30))) == {303}
    stack.diary.clear(SLUG)

    assert phone.look() == "It’s yours"
    assert len(stack.diary.calls(SLUG, action="book")) == 1
    assert len(stack.booked(slot)) == 1
    assert stack.responses([phone]) == {"AcceptedAndMoved": 1}
