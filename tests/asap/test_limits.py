"""Whom an offer may be texted to, and the note that says why not."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta

import pytest

from tests.appointments.stored import Sessions
from tests.asap.ground import NOW, SENDER, START, OnTheList, on_the_list, with_a_list
from tests.services.both import on_both
from webapp.asap import notes
from webapp.asap.limits import Occasion, Texting, why_not
from webapp.asap.listing import end
from webapp.asap.model import Condition, Ended, Entry, Offer, Opening
from webapp.asap.statuses import KeyType, Response, SendStatus
from webapp.db.engine import writing
from webapp.notify.optouts import opt_out
from webapp.practices.model import Practice

ENOUGH = "Not sending text because the patient has already received 2 texts today."
TOO_NEAR = "Not sending text because it would be sent less than 30 minutes before the time slot."
A_SECOND, A_DAY = timedelta(seconds=1), timedelta(days=1)
_numbers = itertools.count(1)

pytestmark = pytest.mark.usefixtures("clock")


def texted(
    sessions: Sessions,
    to: OnTheList,
    *,
    due: datetime | None = NOW,
    sent: datetime | None = None,
    status: SendStatus = SendStatus.SEND_NOT_ATTEMPTED,
) -> int:
    """Keep an offer whose text stands like this; return its id."""
    number = next(_numbers)
    with writing(sessions) as session:
        opening = Opening(
            slug="harbour",
            staff_id="42228",
            staff_name="Anna Müller",
            room_id="7322",
            room_name="Treatment Room 1",
            starts_at_utc=START,
            minutes=45,
            condition=Condition.OPEN,
            created_at_utc=NOW,
            expires_at_utc=START,
        )
        session.add(opening)
        session.flush()
        offer = Offer(
            slug="harbour",
            opening_id=opening.id,
            entry_id=to.entry_id,
            nonce=f"nonce {number}",
            token_hash=f"hash {number}",
            key_type=KeyType.SCHEDULED,
            response=Response.AWAITING_TRANSMIT,
            text_status=status,
            note="",
            template_text="",
            entered_at_utc=NOW,
            expires_at_utc=START,
            text_due_at_utc=due,
            text_sent_at_utc=sent,
            attempts=0,
        )
        session.add(offer)
        session.flush()
        return offer.id


def note(
    sessions: Sessions,
    to: OnTheList,
    *,
    starts_at: datetime = START,
    due: datetime = NOW,
    offer_id: int | None = None,
    practice: Practice | None = None,
) -> str | None:
    """Why a text may not go to them then, if so."""
    with sessions() as session:
        entry = session.get_one(Entry, to.entry_id)
        occasion = Occasion(entry, starts_at, due, offer_id)
        return why_not(session, practice or with_a_list(), occasion)


@pytest.fixture
def ada(sessions: Sessions) -> OnTheList:
    return on_the_list(sessions, name="Ada Whitcombe", phone="+447700900123")


def test_there_is_no_reason_not_to_text_somebody_on_the_list(sessions: Sessions, ada: OnTheList):
    assert note(sessions, ada) is None


@pytest.mark.parametrize(
    ("why", "said"),
    [
        (Ended.TAKEN, notes.TOOK_ANOTHER),
        (Ended.OVER, notes.NOTHING_TO_BETTER),
        (Ended.LEFT, notes.NO_LONGER_ON_LIST),
        (Ended.STOPPED, notes.NO_LONGER_ON_LIST),
    ],
)
def test_whoever_is_off_the_list_hears_no_more(
    sessions: Sessions, ada: OnTheList, why: Ended, said: str
):
    with writing(sessions) as session:
        end(session.get_one(Entry, ada.entry_id), why)
    assert note(sessions, ada) == said


class TestTheLastMoment:
    @pytest.mark.parametrize(
        ("to_go", "said"),
        [
            (timedelta(minutes=30), None),
            (
                timedelta(minutes=30) - A_SECOND,
                TOO_NEAR,
            ),
            (A_SECOND, TOO_NEAR),
            (timedelta(), notes.AFTER_THE_SLOT),
            (-A_DAY, notes.AFTER_THE_SLOT),
        ],
    )
    def test_none_goes_out_in_the_last_half_hour(
        self, sessions: Sessions, ada: OnTheList, to_go: timedelta, said: str | None
    ):
        assert note(sessions, ada, due=START - to_go) == said

    def test_a_practice_that_wants_no_such_time_sends_until_the_slot_begins(
        self, sessions: Sessions, ada: OnTheList
    ):
        brave = with_a_list(last_text_minutes=0)
        assert note(sessions, ada, due=START - A_SECOND, practice=brave) is None
        assert note(sessions, ada, due=START, practice=brave) == notes.AFTER_THE_SLOT


class TestWhoSaidStop:
    def test_they_are_left_alone(self, sessions: Sessions, ada: OnTheList):
        with writing(sessions) as session:
            opt_out(session, sender=SENDER, phone="+447700900123")
        assert note(sessions, ada) == notes.OPTED_OUT

    def test_but_for_what_comes_from_another_sender(self, sessions: Sessions, ada: OnTheList):
        with writing(sessions) as session:
            opt_out(session, sender="+447700900801", phone="+447700900123")
            opt_out(session, sender=SENDER, phone="+447700900124")
        assert note(sessions, ada) is None


class TestTwoADay:
    def test_a_third_on_one_day_is_one_too_many(self, sessions: Sessions, ada: OnTheList):
        texted(sessions, ada)
        assert note(sessions, ada) is None
        texted(sessions, ada, sent=NOW, status=SendStatus.SEND_SUCCESSFUL)
        assert note(sessions, ada) == ENOUGH

    @pytest.mark.parametrize(("most", "before"), [(1, 1), (3, 3)])
    def test_a_practice_may_want_more_or_fewer(
        self, sessions: Sessions, ada: OnTheList, most: int, before: int
    ):
        practice = with_a_list(most_texts_a_day=most)
        for _ in range(before):
            assert note(sessions, ada, practice=practice) is None
            texted(sessions, ada)
        told = note(sessions, ada, practice=practice)
        assert told == (
            f"Not sending text because the patient has already received {most} texts today."
        )

    def test_one_that_was_made_already_does_not_stand_in_its_own_way(
        self, sessions: Sessions, ada: OnTheList
    ):
        first = texted(sessions, ada)
        texted(sessions, ada)
        assert note(sessions, ada, offer_id=first) is None
        assert note(sessions, ada) == ENOUGH

    @pytest.mark.parametrize(
        ("sent", "status", "counts"),
        [
            (None, SendStatus.SEND_NOT_ATTEMPTED, True),
            (None, SendStatus.SENT_AWAITING_RECEIPT, True),
            (NOW, SendStatus.SENT_AWAITING_RECEIPT, True),
            (NOW, SendStatus.SEND_SUCCESSFUL, True),
            (NOW, SendStatus.SEND_FAILED, True),
            (None, SendStatus.SEND_FAILED, False),
            (None, SendStatus.DO_NOT_SEND, False),
        ],
    )
    def test_what_was_sent_or_may_be_counts_and_what_never_was_does_not(
        self,
        sessions: Sessions,
        ada: OnTheList,
        sent: datetime | None,
        status: SendStatus,
        counts: bool,
    ):
        for _ in range(2):
            texted(sessions, ada, sent=sent, status=status)
        assert (note(sessions, ada) == ENOUGH) is counts

    @on_both
    def test_they_are_counted_by_the_number_that_gets_them(
        self, sessions: Sessions, ada: OnTheList
    ):
        """A patient with two places, or a family with one phone, is woken no more often."""
        again = on_the_list(sessions, has=None, name="ADA whitcombe", phone="+447700900123")
        son = on_the_list(sessions, name="Ben Whitcombe", phone="+447700900123")
        other = on_the_list(sessions, name="Ada Whitcombe", phone="+447700900124")
        texted(sessions, ada)
        texted(sessions, again)
        assert {note(sessions, one) for one in (ada, again, son)} == {ENOUGH}
        assert note(sessions, other) is None

    def test_what_is_promised_meanwhile_counts_too(self, sessions: Sessions, ada: OnTheList):
        with sessions() as session:
            texting = Texting(session, with_a_list(), since=NOW)
            entry = session.get_one(Entry, ada.entry_id)
            for number in (101, 102):
                assert texting.why_not(Occasion(entry, START, NOW)) is None
                texting.add(number, entry.patient_phone, NOW)
            assert texting.why_not(Occasion(entry, START, NOW)) == ENOUGH
            assert texting.why_not(Occasion(entry, START, NOW, 101)) is None
            assert texting.why_not(Occasion(entry, START, NOW + A_DAY)) is None

    def test_at_another_practice_they_are_counted_apart(self, sessions: Sessions, ada: OnTheList):
        for _ in range(2):
            texted(sessions, ada)
        with writing(sessions) as session:
            session.get_one(Entry, ada.entry_id).slug = "elm"
        assert note(sessions, ada) is None


class TestADay:
    """It is the practice's own, from midnight to midnight."""

    @pytest.mark.parametrize(
        ("zone", "midnight"),
        [
            ("Europe/London", datetime(2026, 11, 21, tzinfo=UTC)),
            ("America/New_York", datetime(2026, 11, 21, 5, tzinfo=UTC)),
            ("Pacific/Auckland", datetime(2026, 11, 20, 11, tzinfo=UTC)),
        ],
    )
    def test_midnight_there_begins_another(
        self, sessions: Sessions, ada: OnTheList, zone: str, midnight: datetime
    ):
        practice = with_a_list().model_copy(update={"timezone": zone})
        for _ in range(2):
            texted(sessions, ada, due=midnight - A_SECOND)
        assert note(sessions, ada, due=midnight - A_DAY, practice=practice) == ENOUGH
        assert note(sessions, ada, due=midnight - A_SECOND, practice=practice) == ENOUGH
        assert note(sessions, ada, due=midnight, practice=practice) is None
        assert note(sessions, ada, due=midnight - A_DAY - A_SECOND, practice=practice) is None

    @pytest.mark.parametrize(
        ("midnight", "hours"),
        [
            (datetime(2026, 3, 29, 0, tzinfo=UTC), 23),
            (datetime(2026, 10, 24, 23, tzinfo=UTC), 25),
        ],
    )
    def test_it_may_have_23_hours_or_25(
        self, sessions: Sessions, ada: OnTheList, midnight: datetime, hours: int
    ):
        for _ in range(2):
            texted(sessions, ada, due=midnight)
        last = midnight + timedelta(hours=hours) - A_SECOND
        far = midnight + timedelta(days=9)
        assert note(sessions, ada, due=last, starts_at=far) == ENOUGH
        assert note(sessions, ada, due=last + A_SECOND, starts_at=far) is None

    @on_both
    def test_one_that_went_out_late_counts_on_the_day_on_which_it_went(
        self, sessions: Sessions, ada: OnTheList
    ):
        for days in (1, 3):
            texted(
                sessions,
                ada,
                due=NOW - days * A_DAY,
                sent=NOW,
                status=SendStatus.SEND_SUCCESSFUL,
            )
        assert note(sessions, ada) == ENOUGH
        assert note(sessions, ada, due=NOW - A_DAY) is None
