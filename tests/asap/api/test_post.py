"""Offering an opening to one patient of the list: made once, or refused with the reason."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
import time_machine
from sqlalchemy import update

from tests.asap.api.client import Client, content, explanation, keep_entry, wanted
from tests.reference_process import ELM_TREE, HARBOUR
from tests.services.both import on_both
from tests.site.asap import (
    ADAS_PHONE,
    LEAVE,
    SENDER,
    TAKE,
    address_of,
    ben_on_the_list,
    entries,
    offers,
    on_the_list,
    openings,
    with_lists,
)
from tests.site.conftest import MakeSite
from tests.site.gateway import write
from tests.site.ground import ANNA, JAYNE, ROOM_1, ROOM_2, SIAN, Site, Slot, free_slot
from tests.site.own import work
from webapp.appointments.model import Booking
from webapp.db.engine import sessions_of, writing

OLD = timedelta(minutes=15)
"""So long an answer of the diary's is not believed."""
NEVER = "0001-01-01 00:00:00"


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


def why_not(client: Client, body: dict[str, object], code: int = 400) -> str:
    """Return why an opening is not offered; nothing has been."""
    before = client.site.dump()
    words = explanation(client.post(body), code)
    assert client.site.dump() == before
    return words


class TestOffered:
    def test_as_in_the_documents_example(self, site: Site, client: Client):
        entry = on_the_list(site)
        slot = free_slot(site.diary)
        made = content(client.post(wanted(slot, entry)))
        had = site.bookings()[0].starts_at_utc
        assert made == {
            "AsapCommNum": made["AsapCommNum"],
            "FKey": entry.id,
            "FKeyType": "ScheduledAppt",
            "ScheduleNum": openings(site)[0].id,
            "PatNum": entry.patient_number,
            "ClinicNum": 4,
            "DateTimeEntry": made["DateTimeEntry"],
            "DateTimeExpire": "2026-11-28 09:15:00",
            "DateTimeSmsScheduled": made["DateTimeEntry"],
            "SmsSendStatus": "SendNotAttempted",
            "DateTimeSmsSent": NEVER,
            "ResponseStatus": "AwaitingTransmit",
            "DateTimeOrig": f"{had:%Y-%m-%d %H:%M:%S}",
            "TemplateText": made["TemplateText"],
            "Note": "",
        }
        assert made["DateTimeEntry"].startswith("2026-11-20 08:0")
        assert "[NameF]" in made["TemplateText"]
        assert "[AsapURL]" in made["TemplateText"]
        assert client.get(f"/asapcomms/{made['AsapCommNum']}") == made

    def test_the_patient_is_texted_and_can_take_it(self, site: Site, client: Client):
        made = content(client.post(wanted(free_slot(site.diary), on_the_list(site))))
        work(site)
        assert [one.to for one in site.diary.texts.texts()] == [ADAS_PHONE]
        site.open(address_of(site, made["AsapCommNum"])).press(TAKE)
        found = client.get(f"/asapcomms/{made['AsapCommNum']}")
        assert found["ResponseStatus"] == "AcceptedAndMoved"
        assert client.get("/appointments/ASAP") == []

    def test_offered_again_it_is_the_same(self, site: Site, client: Client):
        body = wanted(free_slot(site.diary), on_the_list(site))
        first = content(client.post(body))
        rows = site.dump()
        assert content(client.post(body)) == first
        assert site.dump() == rows

    def test_two_patients_are_offered_one_opening(self, site: Site, client: Client):
        slot = free_slot(site.diary)
        people = on_the_list(site), ben_on_the_list(site)
        made = [content(client.post(wanted(slot, one))) for one in people]
        assert made[0]["ScheduleNum"] == made[1]["ScheduleNum"]
        assert made[0]["AsapCommNum"] != made[1]["AsapCommNum"]

    def test_somebody_without_an_appointment(self, site: Site, client: Client):
        made = content(client.post(wanted(free_slot(site.diary), keep_entry(site, HARBOUR.slug))))
        assert (made["FKeyType"], made["DateTimeOrig"]) == ("UnscheduledAppt", NEVER)

    def test_their_own_person_comes_first_and_then_anybody_whom_they_would_see(
        self, site: Site, client: Client
    ):
        entry = on_the_list(site)
        content(client.post(wanted(free_slot(site.diary, SIAN, ROOM_2), entry)))
        sians = site.diary.free(HARBOUR.slug, staff_id=SIAN, section_id=ROOM_1)
        annas = site.diary.free(HARBOUR.slug, staff_id=ANNA, section_id=ROOM_1)
        hers_alone = next(one for one in annas if one not in sians)
        content(client.post(wanted(Slot(HARBOUR.slug, ANNA, ROOM_1, *hers_alone), entry)))
        assert [one.staff_id for one in openings(site)] == [str(SIAN), str(ANNA)]

    def test_at_shorter_notice_than_others_may_book(
        self, site: Site, client: Client, clock: time_machine.Traveller
    ):
        entry, slot = on_the_list(site), free_slot(site.diary)
        clock.move_to(datetime.fromisoformat("2026-11-21T08:30+00:00"))
        assert content(client.post(wanted(slot, entry)))["SmsSendStatus"] == "SendNotAttempted"

    def test_too_near_for_a_text_it_is_on_their_page_all_the_same(
        self, site: Site, client: Client, clock: time_machine.Traveller
    ):
        entry, slot = on_the_list(site), free_slot(site.diary)
        clock.move_to(datetime.fromisoformat("2026-11-21T08:50+00:00"))
        made = content(client.post(wanted(slot, entry)))
        assert (made["SmsSendStatus"], made["ResponseStatus"]) == ("DoNotSend", "UnableToSend")
        assert made["DateTimeSmsScheduled"] == NEVER
        assert "30 minutes" in made["Note"]
        assert site.open(address_of(site, made["AsapCommNum"])).has(TAKE)

    def test_who_said_stop_is_not_texted_as_in_the_documents_example(
        self, site: Site, client: Client
    ):
        entry = on_the_list(site)
        write(site, "STOP", To=SENDER)
        made = content(client.post(wanted(free_slot(site.diary), entry)))
        assert (made["SmsSendStatus"], made["ResponseStatus"]) == ("DoNotSend", "UnableToSend")
        assert made["Note"] == (
            "Not sending text because the patient has opted out of automated messaging."
        )


class TestRefused:
    def test_a_number_that_nobody_has(self, site: Site, client: Client):
        slot = free_slot(site.diary)
        assert why_not(client, wanted(slot, 99_999), 404) == "Appointment not found."
        theirs = keep_entry(site, ELM_TREE.slug)
        assert why_not(client, wanted(slot, theirs), 404) == "Appointment not found."

    def test_somebody_who_is_not_on_the_list(self, site: Site, client: Client):
        slot = free_slot(site.diary)
        entry = on_the_list(site)
        site.open(site.own_page(site.bookings()[0])).press(LEAVE)
        assert "not on the ASAP list" in why_not(client, wanted(slot, entry))

    def test_somebody_who_gave_the_appointment_up(self, site: Site, client: Client):
        entry = on_the_list(site)
        own = site.open(site.own_page(site.bookings()[0]))
        own.follow("Cancel it").press("Yes, cancel it")
        assert "not on the ASAP list" in why_not(client, wanted(free_slot(site.diary), entry))

    def test_a_slot_that_is_not_free(
        self, site: Site, client: Client, clock: time_machine.Traveller
    ):
        entry, slot = on_the_list(site), free_slot(site.diary)
        slot.taken_by_the_desk(site.diary)
        clock.shift(OLD)
        assert "not free" in why_not(client, wanted(slot, entry))
        nobody = wanted(slot, entry) | {"dateTimeStart": "2026-11-22 03:00:00"}
        assert "not free" in why_not(client, nobody)

    def test_a_slot_of_somebody_whom_they_would_not_see(self, site: Site, client: Client):
        entry = keep_entry(site, HARBOUR.slug, staff_id=str(JAYNE))
        assert "not free" in why_not(client, wanted(free_slot(site.diary), entry))

    def test_a_slot_that_overlaps_with_what_they_have(self, site: Site, client: Client):
        entry = on_the_list(site)
        own = site.bookings()[0].starts_at_utc
        free = site.diary.free(HARBOUR.slug, staff_id=ANNA, section_id=ROOM_1)
        same = next(one for one in free if one == (f"{own:%Y%m%d}", f"{own:%H%M}"))
        slot = Slot(HARBOUR.slug, ANNA, ROOM_1, *same)
        assert "overlaps with the appointment" in why_not(client, wanted(slot, entry))

    def test_a_slot_that_is_later_than_what_they_have(self, site: Site, client: Client):
        entry = on_the_list(site)
        assert "later" in why_not(client, wanted(free_slot(site.diary, at=20), entry))

    def test_a_slot_that_is_shorter_than_what_they_have(self, site: Site, client: Client):
        entry = on_the_list(site)
        with writing(sessions_of(site.app)) as session:
            session.execute(update(Booking).values(minutes=60))
        assert "shorter" in why_not(client, wanted(free_slot(site.diary), entry))

    def test_a_slot_that_has_passed(
        self, site: Site, client: Client, clock: time_machine.Traveller
    ):
        entry, slot = on_the_list(site), free_slot(site.diary)
        clock.move_to(datetime.fromisoformat("2026-11-21T09:15+00:00"))
        assert why_not(client, wanted(slot, entry)) == "dateTimeStart has passed."

    def test_a_time_that_is_on_offer_in_another_room(self, site: Site, client: Client):
        entry, slot = on_the_list(site), free_in_two_rooms(site)
        content(client.post(wanted(slot, ben_on_the_list(site))))
        assert "another operatory" in why_not(client, wanted(slot, entry) | {"op": ROOM_1})
        assert content(client.post(wanted(slot, entry)))

    def test_while_the_diary_does_not_answer(
        self, make_site: MakeSite, site: Site, clock: time_machine.Traveller
    ):
        body = wanted(free_slot(site.diary), on_the_list(site))
        site.diary.fault(HARBOUR.slug, "*", "drop_before")
        clock.shift(OLD)
        for one in (site, with_lists(make_site)):
            assert "diary cannot be asked" in why_not(Client(one, HARBOUR.slug), body)

    @pytest.mark.parametrize("body", ["", "[]", "nonsense", '{"op": 7323}', '{"op": "\\ud800"}'])
    def test_what_cannot_be_read(self, site: Site, client: Client, body: str):
        rows = site.dump()
        assert explanation(client.call("POST", "/asapcomms", data=body), 400)
        assert site.dump() == rows


@on_both
class TestOnBothDatabases:
    def test_two_patients_at_once_are_offered_one_opening(self, site: Site, client: Client):
        slot = free_slot(site.diary)
        bodies = [wanted(slot, one) for one in (on_the_list(site), ben_on_the_list(site))] * 2
        together = Barrier(len(bodies))

        def send(body: dict[str, object]) -> Any:  # noqa: ANN401 - JSON
            together.wait(60)
            return content(client.post(body))

        with ThreadPoolExecutor(len(bodies)) as crowd:
            made = list(crowd.map(send, bodies))
        assert len({one["ScheduleNum"] for one in made}) == 1
        assert len({one["AsapCommNum"] for one in made}) == 2
        assert (len(openings(site)), len(offers(site))) == (1, 2)

    def test_nothing_that_a_body_holds_does_harm(self, site: Site, client: Client):
        body = wanted(free_slot(site.diary), on_the_list(site))
        for op in (1, 0, -5, "7323 ", "gym", "\0", "9" * 5000, 61):
            assert why_not(client, body | {"op": op}, 404) == "Operatory not found."
        assert content(client.post(body | {"op": str(ROOM_2)}))


def free_in_two_rooms(site: Site) -> Slot:
    """A time of Siân's that is free in the first room and in the second."""
    first, second = (
        site.diary.free(HARBOUR.slug, staff_id=SIAN, section_id=room) for room in (ROOM_1, ROOM_2)
    )
    return Slot(HARBOUR.slug, SIAN, ROOM_2, *next(one for one in second if one in first))


def test_how_it_is_sent_does_not_matter(site: Site, client: Client) -> None:
    """As ``curl -d`` sends it, which says that it is a form."""
    slot, entry = free_slot(site.diary), on_the_list(site)
    start = wanted(slot, entry)["dateTimeStart"]
    body = f'{{"op": {ROOM_2}, "aptNum": {entry.id}, "dateTimeStart": "{start}"}}'
    form = "application/x-www-form-urlencoded"
    content(client.call("POST", "/asapcomms", data=body, content_type=form))
    assert entries(site)[0].created_at_utc - timedelta(minutes=1) < offers(site)[0].entered_at_utc
