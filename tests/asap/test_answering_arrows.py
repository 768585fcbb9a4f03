"""From wherever an offer stands, each answer goes along arrows alone."""

from __future__ import annotations

import shutil
from itertools import product
from typing import TYPE_CHECKING

import pytest

from tests.asap.arrows import arrows_only
from tests.asap.ground import offer_now, on_the_list, open_to_all, token_of
from webapp.asap.answering import Answering
from webapp.asap.model import Condition, Entry, Offer, Opening
from webapp.asap.statuses import ARROWS, Response, SendStatus
from webapp.db.engine import writing

if TYPE_CHECKING:
    from pathlib import Path

    from tests.appointments.stored import Sessions

pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def database_url(tmp_path: Path, migrated_file: Path) -> str:
    """On SQLite alone: what is decided here is decided in Python."""
    return f"sqlite:///{shutil.copy(migrated_file, tmp_path)}"


def test_every_answer_from_every_stand(sessions: Sessions) -> None:
    patient = on_the_list(sessions)
    [offer] = open_to_all(sessions)
    mine, anothers = offer.id, offer.id + 1
    standings = [
        (Condition.OPEN, None),
        (Condition.OPEN, mine),
        (Condition.OPEN, anothers),
        (Condition.TAKEN, mine),
        (Condition.TAKEN, anothers),
        (Condition.GONE, None),
        (Condition.WITHDRAWN, None),
    ]
    answering = Answering(sessions)
    acts = (answering.look, answering.decline, answering.undo, answering.stop)
    moved: set[Response] = set()
    for act, before, (condition, by) in product(acts, Response, standings):
        with writing(sessions) as session:
            row = session.get_one(Offer, offer.id)
            row.response, row.text_status = before, SendStatus.SEND_SUCCESSFUL
            opening = session.get_one(Opening, offer.opening_id)
            opening.condition, opening.claimed_by_id = condition, by
            entry = session.get_one(Entry, patient.entry_id)
            entry.ended = entry.ended_at_utc = None
        with arrows_only():
            act(token_of(offer))
        if offer_now(sessions, offer).response is not before:
            moved.add(before)
    # From the rest no answer leads away: only the diary's does, or none.
    assert moved == {one for one in Response if ARROWS[one]}
