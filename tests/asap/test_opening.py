"""A free slot is offered to everybody whom it fits, one after another, and to each once."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import time_machine
from sqlalchemy import select

from tests.appointments.stored import Sessions, keep
from tests.asap.ground import (
    ANNA,
    FAR,
    NOW,
    ROOM_1,
    SENDER,
    SIAN,
    START,
    entry_now,
    offer_now,
    offers,
    on_the_list,
    open_to_all,
    opening_now,
    slot,
    token_of,
    with_a_list,
)
from tests.services.both import on_both
from webapp.appointments.model import Booking, State
from webapp.asap.kinds import Kind
from webapp.asap.listing import end
from webapp.asap.model import Condition, Ended, Entry, Offer, Opening
from webapp.asap.statuses import KeyType, Response, SendStatus
from webapp.asap.wishes import Wish
from webapp.db.engine import writing
from webapp.notify.optouts import opt_out
from webapp.outbox.model import Promise
from webapp.web.tokens import hash_of

A_MINUTE, A_DAY = timedelta(minutes=1), timedelta(days=1)

pytestmark = pytest.mark.usefixtures("clock")


def asked(made: list[Offer]) -> list[int]:
    return [one.entry_id for one in made]


def dues(made: list[Offer]) -> list[timedelta | None]:
    """How long from now each text is due; None for one that will not be sent."""
    return [one.text_due_at_utc - NOW if one.text_due_at_utc else None for one in made]


def promises(sessions: Sessions, kind: Kind) -> dict[int, timedelta]:
    """What is promised of this kind: about which row, and how long from now it is due."""
    with sessions() as session:
        rows = session.scalars(select(Promise).where(Promise.kind == kind))
        return {row.subject_id: row.due_at_utc - NOW for row in rows}


def openings(sessions: Sessions) -> list[Opening]:
    with sessions() as session:
        return list(session.scalars(select(Opening).order_by(Opening.id)))


class TestToWhom:
    def test_to_everybody_whom_it_fits_and_to_nobody_else(self, sessions: Sessions):
        fits = on_the_list(sessions)
        wants_another = on_the_list(sessions, wish=Wish(staff_id=SIAN.id))
        sooner = on_the_list(sessions, has=START - A_DAY)
        assert asked(open_to_all(sessions)) == [fits.entry_id]
        assert asked(open_to_all(sessions, slot(staff=SIAN))) == [
            fits.entry_id,
            wants_another.entry_id,
        ]
        assert sooner.entry_id not in asked(offers(sessions))

    def test_nothing_is_opened_where_it_fits_nobody(self, sessions: Sessions):
        on_the_list(sessions, has=START - A_DAY)
        assert open_to_all(sessions) == []
        assert openings(sessions) == []
        assert promises(sessions, Kind.EXPIRE) == {}

    @pytest.mark.parametrize(
        ("unscheduled_first", "farthest_first", "order"),
        [
            (True, True, ["none", "far", "near"]),
            (True, False, ["none", "near", "far"]),
            (False, True, ["far", "near", "none"]),
            (False, False, ["near", "far", "none"]),
        ],
    )
    def test_in_the_order_that_the_practice_wants(
        self,
        sessions: Sessions,
        order: list[str],
        *,
        unscheduled_first: bool,
        farthest_first: bool,
    ):
        by_name = {
            "near": on_the_list(sessions, has=START + A_DAY),
            "far": on_the_list(sessions, has=FAR),
            "none": on_the_list(sessions, has=None),
        }
        practice = with_a_list(unscheduled_first=unscheduled_first, farthest_first=farthest_first)
        made = open_to_all(sessions, of=practice)
        assert asked(made) == [by_name[one].entry_id for one in order]
        assert dues(made) == [timedelta(), 8 * A_MINUTE, 16 * A_MINUTE]

    def test_not_to_those_for_whom_it_is_over(
        self, sessions: Sessions, clock: time_machine.Traveller
    ):
        on_the_list(sessions, has=None)
        gone, cancelled = on_the_list(sessions), on_the_list(sessions)
        with writing(sessions) as session:
            end(session.get_one(Entry, gone.entry_id), Ended.LEFT)
            session.get_one(Booking, cancelled.booking_id).state = State.CANCELLED
        waits = on_the_list(sessions)
        clock.shift(timedelta(days=2))
        assert asked(open_to_all(sessions, of=with_a_list(list_days=1))) == [waits.entry_id]

    @pytest.mark.parametrize("state", [State.SENDING, State.UNKNOWN, State.PRACTICE_CHECKS])
    def test_not_to_those_who_have_asked_for_another_time_with_no_answer_yet(
        self, sessions: Sessions, state: State
    ):
        moving, waits = on_the_list(sessions), on_the_list(sessions)
        keep(sessions, state=state, replaces_id=moving.booking_id)
        assert asked(open_to_all(sessions)) == [waits.entry_id]

    def test_by_what_they_have_now_and_not_by_what_they_joined_with(self, sessions: Sessions):
        one = on_the_list(sessions, has=START + A_DAY)
        with writing(sessions) as session:
            session.get_one(Booking, one.booking_id).state = State.CANCELLED
        keep(
            sessions,
            state=State.CONFIRMED,
            replaces_id=one.booking_id,
            starts_at_utc=START - A_DAY,
        )
        assert open_to_all(sessions) == []

    def test_not_to_another_practices_list(self, sessions: Sessions):
        one = on_the_list(sessions)
        with writing(sessions) as session:
            session.get_one(Entry, one.entry_id).slug = "elm"
        assert open_to_all(sessions) == []


class TestWhatIsKept:
    @on_both
    def test_of_the_opening_all_that_a_page_or_the_api_tells(self, sessions: Sessions):
        on_the_list(sessions)
        [offer] = open_to_all(sessions)
        opening = opening_now(sessions, offer)
        assert (opening.staff_id, opening.staff_name) == (ANNA.id, ANNA.name)
        assert (opening.room_id, opening.room_name) == (ROOM_1.id, ROOM_1.name)
        assert (opening.starts_at_utc, opening.minutes) == (START, 45)
        assert (opening.condition, opening.claimed_by_id) == (Condition.OPEN, None)
        assert opening.created_at_utc == NOW
        assert opening.expires_at_utc == START + timedelta(days=7)
        due = opening.expires_at_utc - NOW
        assert promises(sessions, Kind.EXPIRE) == {opening.id: due}

    @pytest.mark.parametrize(
        ("has", "key_type"), [(FAR, KeyType.SCHEDULED), (None, KeyType.UNSCHEDULED)]
    )
    def test_of_the_offer_too(self, sessions: Sessions, has: datetime | None, key_type: KeyType):
        one = on_the_list(sessions, has=has)
        [made] = open_to_all(sessions)
        offer = offer_now(sessions, made)
        assert (offer.entry_id, offer.key_type, offer.had_at_utc) == (one.entry_id, key_type, has)
        assert (offer.response, offer.text_status) == (
            Response.AWAITING_TRANSMIT,
            SendStatus.SEND_NOT_ATTEMPTED,
        )
        assert (offer.note, offer.attempts, offer.gateway_id) == ("", 0, None)
        assert (offer.entered_at_utc, offer.text_due_at_utc) == (NOW, NOW)
        assert offer.expires_at_utc == START + timedelta(days=7)
        assert offer.template_text == (
            "[NameF], an earlier time at Harbour Physiotherapy: Mon 23 Nov, 9:15am. First come "
            "first served: [AsapURL]"
        )
        assert promises(sessions, Kind.TEXT) == {offer.id: timedelta()}

    def test_its_address_can_be_found_and_not_made_from_what_is_stored(self, sessions: Sessions):
        for _ in range(3):
            on_the_list(sessions)
        made = open_to_all(sessions)
        assert len({one.nonce for one in made}) == len({one.token_hash for one in made}) == 3
        assert [one.token_hash for one in made] == [hash_of(token_of(one)) for one in made]

    def test_offers_end_at_the_same_time_by_the_clocks_so_many_days_later(
        self, sessions: Sessions, clock: time_machine.Traveller
    ):
        before_the_change = START.replace(month=10, day=23, hour=8)
        clock.move_to(before_the_change - A_DAY)
        on_the_list(sessions)
        [offer] = open_to_all(sessions, slot(before_the_change))
        assert opening_now(sessions, offer).expires_at_utc == (
            before_the_change + timedelta(days=7, hours=1)
        )
        on_the_list(sessions)
        [_, other] = open_to_all(
            sessions, slot(before_the_change, staff=SIAN), of=with_a_list(expire_days=1)
        )
        assert opening_now(sessions, other).expires_at_utc == before_the_change + A_DAY


class TestWhoHearsOfItHow:
    def test_one_after_another_with_the_gaps_of_the_practice(self, sessions: Sessions):
        for _ in range(3):
            on_the_list(sessions)
        made = open_to_all(sessions, of=with_a_list(gap_minutes=[1, 2, 4, 0.5]))
        half = timedelta(seconds=30)
        assert dues(made) == [timedelta(), half, 2 * half]
        assert promises(sessions, Kind.TEXT) == {
            one.id: due for one, due in zip(made, dues(made), strict=True)
        }

    def test_what_comes_at_night_waits_for_the_morning(
        self, sessions: Sessions, clock: time_machine.Traveller
    ):
        on_the_list(sessions)
        on_the_list(sessions)
        clock.move_to(NOW + timedelta(hours=13))
        made = open_to_all(sessions, of=with_a_list(texts_after="08:00", texts_before="20:00"))
        assert dues(made) == [A_DAY, A_DAY + 8 * A_MINUTE]

    def test_whoever_may_not_be_texted_has_it_on_their_page_and_costs_nobody_a_wait(
        self, sessions: Sessions
    ):
        for _ in range(3):
            on_the_list(sessions)
        phone = entry_now(sessions, 2).patient_phone
        with writing(sessions) as session:
            opt_out(session, sender=SENDER, phone=phone)
        made = open_to_all(sessions)
        assert dues(made) == [timedelta(), None, 8 * A_MINUTE]
        quiet = offer_now(sessions, made[1])
        assert (quiet.response, quiet.text_status) == (
            Response.UNABLE_TO_SEND,
            SendStatus.DO_NOT_SEND,
        )
        assert quiet.note == (
            "Not sending text because the patient has opted out of automated messaging."
        )
        assert set(promises(sessions, Kind.TEXT)) == {made[0].id, made[2].id}

    def test_of_more_openings_than_a_day_allows_texts_the_last_are_on_the_page_alone(
        self, sessions: Sessions
    ):
        on_the_list(sessions)
        made = [
            one
            for hour in range(3)
            for one in open_to_all(sessions, slot(START + timedelta(hours=hour)))
        ]
        assert [one.response for one in made] == [
            Response.AWAITING_TRANSMIT,
            Response.AWAITING_TRANSMIT,
            Response.UNABLE_TO_SEND,
        ]
        assert made[2].note == (
            "Not sending text because the patient has already received 2 texts today."
        )

    def test_two_places_of_one_patient_share_what_a_day_allows(self, sessions: Sessions):
        for has in (FAR, None):
            on_the_list(sessions, has=has, name="Ada Whitcombe", phone="+447700900123")
        made = open_to_all(sessions, of=with_a_list(most_texts_a_day=1))
        assert [one.response for one in made] == [
            Response.AWAITING_TRANSMIT,
            Response.UNABLE_TO_SEND,
        ]

    def test_in_the_last_half_hour_nobody_is_texted(
        self, sessions: Sessions, clock: time_machine.Traveller
    ):
        on_the_list(sessions)
        clock.move_to(START - 29 * A_MINUTE)
        [offer] = open_to_all(sessions)
        assert offer.response is Response.UNABLE_TO_SEND
        assert "less than 30 minutes before the time slot" in offer.note
