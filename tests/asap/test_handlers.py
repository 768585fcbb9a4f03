"""Each promise that the list makes is kept by its handler, and a worker's chores by theirs."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy.exc import IntegrityError

from tests.appointments.stored import NOW, START, keep
from tests.asap.ground import (
    ANNA,
    FAR,
    ROOM_1,
    ROOM_2,
    TOKENS,
    entry_now,
    offer_now,
    offers,
    on_the_list,
    open_to_all,
    opening_now,
    slot,
    with_a_list,
)
from tests.asap.texters import LINKS
from tests.availability.fakes import pair
from tests.services.both import on_both
from webapp.appointments import handlers as appointments
from webapp.appointments.handlers import Post
from webapp.appointments.kinds import Kind as AppointmentKind
from webapp.appointments.model import UNSETTLED, State
from webapp.appointments.telling import Tellers
from webapp.asap.kinds import Kind
from webapp.asap.listing import end
from webapp.asap.model import Condition, Ended, Entry, Offer
from webapp.asap.opening import Opener
from webapp.asap.recording import locked_opening
from webapp.asap.statuses import Response, SendStatus
from webapp.db.engine import writing
from webapp.notify.texts import TextGateway
from webapp.outbox.results import MOST_ATTEMPTS, Park, TryLater

if TYPE_CHECKING:
    import time_machine

    from tests.asap.deployed import Deployment
    from tests.reference_process import ReferenceDiary
    from tests.reference_texts import Texts

FREED = AppointmentKind.SLOT_FREED


def test_every_promise_has_one_handler_and_no_two_packages_want_the_same(deployment: Deployment):
    ours = set(deployment.handlers.by_kind())
    theirs = set(
        appointments.Handlers(
            practices={},
            diaries={},
            availability={},
            new_session=deployment.sessions,
            tokens=TOKENS,
            post=Post(server="", sender="", links_begin=LINKS),
        ).by_kind()
    )
    telling = set(Tellers({}, {}, deployment.sessions).by_kind())
    assert ours | theirs | telling == {*Kind, *AppointmentKind}
    assert len(ours) + len(theirs) + len(telling) == len({*Kind, *AppointmentKind})


@pytest.mark.parametrize("kind", [Kind.TEXT, Kind.CONCLUDE, Kind.JOINED, FREED])
def test_what_a_practice_promised_that_has_gone_is_for_a_person_to_look_at(
    deployment: Deployment, kind: str
):
    with pytest.raises(Park, match="there is no practice gone in this deployment any more"):
        deployment.keep(kind, 1, slug="gone")


@pytest.mark.parametrize("kind", [Kind.TEXT, Kind.CONCLUDE, Kind.EXPIRE, Kind.JOINED, FREED])
def test_what_was_promised_about_a_row_that_was_erased_needs_nothing(
    deployment: Deployment, kind: str
):
    deployment.keep(kind, 99)
    assert offers(deployment.sessions) == []


def test_a_text_goes_out_with_a_link_of_this_deployment(
    deployment: Deployment, gateway_process: ReferenceDiary, texts: Texts
):
    deployment.gateway = TextGateway(gateway_process.sms_url)
    on_the_list(deployment.sessions)
    [offer] = open_to_all(deployment.sessions)
    deployment.keep(Kind.TEXT, offer.id)
    [text] = texts.texts()
    assert text.links[0].startswith(f"{LINKS}/a/")


class TestConcluding:
    @pytest.fixture
    def offer(self, deployment: Deployment) -> Offer:
        """Its patient has said yes, and the opening is theirs as far as we know."""
        on_the_list(deployment.sessions)
        [offer] = open_to_all(deployment.sessions)
        with writing(deployment.sessions) as session:
            found = session.get_one(Offer, offer.id)
            found.response, found.attempts = Response.VIEWED, 1
            locked_opening(session, offer.opening_id).claimed_by_id = offer.id
        return offer

    def booked(self, deployment: Deployment, offer: Offer, state: State) -> None:
        journey = offer_now(deployment.sessions, offer).journey
        keep(deployment.sessions, journey=journey, state=state)

    @pytest.mark.parametrize("state", sorted(UNSETTLED))
    def test_while_nobody_knows_it_is_looked_at_again_soon_and_then_less_often(
        self, deployment: Deployment, offer: Offer, state: State
    ):
        self.booked(deployment, offer, state)
        waits: list[float] = []
        for attempts in range(1, MOST_ATTEMPTS):
            with pytest.raises(TryLater, match="nobody knows yet") as caught:
                deployment.keep(Kind.CONCLUDE, offer.id, attempts=attempts)
            assert caught.value.after_seconds is not None
            waits.append(caught.value.after_seconds)
        assert waits == sorted(waits)
        assert waits[0] <= 5
        # Settling gives up after twenty minutes: this must not do so before.
        assert sum(waits) > timedelta(minutes=22).total_seconds()
        assert opening_now(deployment.sessions, offer).condition is Condition.OPEN

    def test_what_the_diary_has_confirmed_is_theirs(self, deployment: Deployment, offer: Offer):
        self.booked(deployment, offer, State.CONFIRMED)
        for _ in range(2):
            deployment.keep(Kind.CONCLUDE, offer.id)
        assert offer_now(deployment.sessions, offer).response is Response.ACCEPTED_AND_MOVED
        assert opening_now(deployment.sessions, offer).condition is Condition.TAKEN

    def test_what_did_not_come_about_may_be_taken_again(self, deployment: Deployment, offer: Offer):
        self.booked(deployment, offer, State.NOT_BOOKED)
        deployment.keep(Kind.CONCLUDE, offer.id)
        opening = opening_now(deployment.sessions, offer)
        assert (opening.condition, opening.claimed_by_id) == (Condition.OPEN, None)


def test_when_its_time_is_over_an_opening_is(deployment: Deployment):
    on_the_list(deployment.sessions)
    [offer] = open_to_all(deployment.sessions)
    deployment.keep(Kind.EXPIRE, offer.opening_id)
    now = offer_now(deployment.sessions, offer)
    assert (now.response, now.text_status) == (Response.EXPIRED, SendStatus.DO_NOT_SEND)
    assert opening_now(deployment.sessions, offer).live_key is None


class TestAFreedSlot:
    @pytest.fixture
    def booking_id(self, deployment: Deployment) -> int:
        """An appointment that was taken out of the diary; two patients wait for such a time."""
        on_the_list(deployment.sessions)
        on_the_list(deployment.sessions, has=None)
        return keep(deployment.sessions, state=State.CANCELLED)

    def test_it_is_offered_to_everybody_whom_it_fits_once(
        self, deployment: Deployment, booking_id: int
    ):
        for _ in range(2):
            deployment.keep(FREED, booking_id)
        made = offers(deployment.sessions)
        assert sorted(one.entry_id for one in made) == [1, 2]
        opening = opening_now(deployment.sessions, made[0])
        assert (opening.starts_at_utc, opening.staff_id, opening.room_id) == (
            START,
            ANNA.id,
            ROOM_1.id,
        )

    @pytest.mark.parametrize("off", [{"automatic": False}, {"enabled": False}])
    def test_a_practice_that_does_not_want_that_does_it_by_hand(
        self, deployment: Deployment, booking_id: int, off: dict[str, bool]
    ):
        deployment.practices["harbour"] = with_a_list(**({"automatic": True} | off))
        deployment.keep(FREED, booking_id)
        assert offers(deployment.sessions) == []
        assert deployment.free["harbour"].asked == []

    def test_what_somebody_else_has_booked_already_is_not(
        self, deployment: Deployment, booking_id: int
    ):
        deployment.free["harbour"].free.clear()
        deployment.keep(FREED, booking_id)
        assert offers(deployment.sessions) == []

    def test_while_the_diary_cannot_say_it_is_asked_again(
        self, deployment: Deployment, booking_id: int
    ):
        deployment.free["harbour"].fail(pair(ANNA, ROOM_1))
        with pytest.raises(TryLater, match="the diary cannot say whether the slot is free"):
            deployment.keep(FREED, booking_id)
        assert offers(deployment.sessions) == []
        deployment.free["harbour"].recover()
        deployment.keep(FREED, booking_id)
        assert len(offers(deployment.sessions)) == 2

    def test_what_has_begun_is_not(
        self, deployment: Deployment, booking_id: int, clock: time_machine.Traveller
    ):
        clock.move_to(START)
        deployment.keep(FREED, booking_id)
        assert deployment.free["harbour"].asked == []

    def test_until_it_begins_it_is_whatever_notice_the_practice_wants_of_others(
        self, deployment: Deployment, booking_id: int, clock: time_machine.Traveller
    ):
        clock.move_to(START - timedelta(minutes=45))
        deployment.keep(FREED, booking_id)
        assert len(offers(deployment.sessions)) == 2

    def test_a_person_who_is_on_offer_then_in_another_room_is_not_twice(
        self, deployment: Deployment, booking_id: int
    ):
        before = open_to_all(deployment.sessions, slot(room=ROOM_2))
        deployment.keep(FREED, booking_id)
        assert len(offers(deployment.sessions)) == len(before)

    @on_both
    def test_offered_by_another_worker_at_this_very_moment_it_is_looked_at_again(
        self, deployment: Deployment, booking_id: int, monkeypatch: pytest.MonkeyPatch
    ):
        def too_late(*_asked: object) -> None:
            raise IntegrityError("INSERT", {}, Exception("live_key"))

        with monkeypatch.context() as patched:
            patched.setattr(Opener, "offer_to_all", too_late)
            with pytest.raises(TryLater) as caught:
                deployment.keep(FREED, booking_id)
        assert caught.value.after_seconds == 1
        deployment.keep(FREED, booking_id)
        assert len(offers(deployment.sessions)) == 2


class TestChores:
    @on_both
    def test_who_has_nothing_to_wait_for_is_taken_off_every_list(
        self, deployment: Deployment, clock: time_machine.Traveller
    ):
        over, waits, elsewhere, left = (
            on_the_list(deployment.sessions, has=has) for has in (START, FAR, START, FAR)
        )
        alone = on_the_list(deployment.sessions, has=None)
        with writing(deployment.sessions) as session:
            session.get_one(Entry, elsewhere.entry_id).slug = "elm"
            end(session.get_one(Entry, left.entry_id), Ended.LEFT)
        clock.move_to(START)
        deployment.handlers.end_what_is_over()
        ended = {
            one.entry_id: entry_now(deployment.sessions, one.entry_id).ended
            for one in (over, waits, elsewhere, left, alone)
        }
        assert ended == {
            over.entry_id: Ended.OVER,
            waits.entry_id: None,
            elsewhere.entry_id: Ended.OVER,
            left.entry_id: Ended.LEFT,
            alone.entry_id: None,
        }
        assert entry_now(deployment.sessions, over.entry_id).ended_at_utc == START
        clock.move_to(NOW + timedelta(days=91))
        deployment.handlers.end_what_is_over()
        assert entry_now(deployment.sessions, alone.entry_id).ended is Ended.OVER

    def test_every_practices_diary_is_looked_at(self, deployment: Deployment):
        on_the_list(deployment.sessions)
        elsewhere = on_the_list(deployment.sessions)
        with writing(deployment.sessions) as session:
            session.get_one(Entry, elsewhere.entry_id).slug = "elm"
        deployment.handlers.look_at_diaries()
        asked = {slug: one.count(pair(ANNA, ROOM_1)) for slug, one in deployment.free.items()}
        assert asked == {"harbour": 1, "elm": 1}
