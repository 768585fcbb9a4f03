"""Reading AsapComms: one of them, and those of some days, as Open Dental's document has it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from tests.asap.api.client import (
    SOME_MOMENT,
    Client,
    explanation,
    keep_entries,
    keep_entry,
    keep_offer,
    keep_offers,
)
from tests.reference_process import ELM_TREE, HARBOUR
from tests.services.both import on_both
from tests.site.asap import BEN, PHONE, TAKE, ben_on_the_list, entries, offer, offers, on_the_list
from tests.site.ground import PATIENT, Site, free_slot
from tests.site.own import work
from webapp.asap.statuses import KeyType, Response, SendStatus

FIELDS = [
    "AsapCommNum",
    "FKey",
    "FKeyType",
    "ScheduleNum",
    "PatNum",
    "ClinicNum",
    "DateTimeEntry",
    "DateTimeExpire",
    "DateTimeSmsScheduled",
    "SmsSendStatus",
    "DateTimeSmsSent",
    "ResponseStatus",
    "DateTimeOrig",
    "TemplateText",
    "Note",
]
"""In the document's order."""
NEVER = "0001-01-01 00:00:00"
LIST = "/asapcomms"


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


def entered(site: Site, *moments: datetime) -> list[int]:
    """Keep an offer entered at each of these; return their numbers."""
    columns = [{"entered_at_utc": one} for one in moments]
    return keep_offers(site, keep_entry(site, HARBOUR.slug), HARBOUR.slug, columns)


class TestOne:
    def test_every_field_is_there_in_the_documents_order_and_form(self, site: Site, client: Client):
        entry = keep_entry(site, HARBOUR.slug)
        moments = {
            name: SOME_MOMENT + timedelta(minutes=minutes)
            for name, minutes in (("entered_at_utc", 0), ("text_due_at_utc", 1))
        }
        number = keep_offer(
            site,
            entry,
            slug=HARBOUR.slug,
            text_sent_at_utc=SOME_MOMENT + timedelta(minutes=2),
            had_at_utc=SOME_MOMENT + timedelta(days=30),
            key_type=KeyType.SCHEDULED,
            template_text="[NameF], an earlier time\n at  Harbour: [AsapURL]",
            note="Words",
            **moments,
        )
        found = client.get(f"{LIST}/{number}")
        assert list(found) == FIELDS
        assert found == {
            "AsapCommNum": number,
            "FKey": entry,
            "FKeyType": "ScheduledAppt",
            "ScheduleNum": found["ScheduleNum"],
            "PatNum": 1771,
            "ClinicNum": 4,
            "DateTimeEntry": "2026-11-20 07:30:00",
            "DateTimeExpire": "2026-12-01 07:30:00",
            "DateTimeSmsScheduled": "2026-11-20 07:31:00",
            "SmsSendStatus": "SendSuccessful",
            "DateTimeSmsSent": "2026-11-20 07:32:00",
            "ResponseStatus": "PendingRsvp",
            "DateTimeOrig": "2026-12-20 07:30:00",
            "TemplateText": "[NameF], an earlier time at Harbour: [AsapURL]",
            "Note": "Words",
        }
        assert isinstance(found["ScheduleNum"], int)

    def test_what_never_was_is_the_year_one(self, site: Site, client: Client):
        [number] = entered(site, SOME_MOMENT)
        found = client.get(f"{LIST}/{number}")
        assert found["FKeyType"] == "UnscheduledAppt"
        for name in ("DateTimeSmsScheduled", "DateTimeSmsSent", "DateTimeOrig"):
            assert found[name] == NEVER

    def test_moments_are_those_of_the_practices_own_clocks(self, site: Site, client: Client):
        summer = datetime(2026, 7, 1, 23, 30, tzinfo=UTC)
        [number] = entered(site, summer)
        assert client.get(f"{LIST}/{number}")["DateTimeEntry"] == "2026-07-02 00:30:00"

    def test_each_state_is_spelled_as_it_is_there(self, site: Site, client: Client):
        entry = keep_entry(site, HARBOUR.slug)
        for response in Response:
            number = keep_offer(site, entry, slug=HARBOUR.slug, response=response)
            assert client.get(f"{LIST}/{number}")["ResponseStatus"] == response.value
        for status in SendStatus:
            number = keep_offer(site, entry, slug=HARBOUR.slug, text_status=status)
            assert client.get(f"{LIST}/{number}")["SmsSendStatus"] == status.value

    def test_it_tells_nothing_of_the_patient_but_numbers(self, site: Site, client: Client):
        offer(site, free_slot(site.diary), on_the_list(site), ben_on_the_list(site))
        answer = client.call("GET", LIST).get_data(as_text=True)
        for words in (*PATIENT.values(), *BEN.values(), "Ada", "Ben", "+44770"):
            assert words not in answer

    def test_it_follows_what_becomes_of_it(self, site: Site, client: Client):
        address = offer(site, free_slot(site.diary), on_the_list(site))[0]
        [number] = [one.id for one in offers(site)]

        def now() -> tuple[str, str]:
            found = client.get(f"{LIST}/{number}")
            return found["ResponseStatus"], found["SmsSendStatus"]

        assert now() == ("AwaitingTransmit", "SendNotAttempted")
        work(site)
        assert now() == ("PendingRsvp", "SentAwaitingReceipt")
        assert client.get(f"{LIST}/{number}")["DateTimeSmsSent"].startswith("2026-11-20 08:")
        site.visitor.raw("GET", f"{address}/seen", headers={"User-Agent": PHONE})
        assert now() == ("Viewed", "SentAwaitingReceipt")
        site.open(address).press(TAKE)
        assert now() == ("AcceptedAndMoved", "SentAwaitingReceipt")

    def test_one_that_is_not_there_is_not_found(self, client: Client):
        for number in ("999999", "0", "2147483648", "9" * 30):
            answer = client.call("GET", f"{LIST}/{number}")
            assert explanation(answer, 404) == "AsapComm not found."
        for text in ("-1", "1.0", "abc", "%00", "1/", "٣"):
            assert explanation(client.call("GET", f"{LIST}/{text}"), 404)


class TestDays:
    def test_without_any_they_are_those_of_the_last_seven_days_and_of_today(
        self, site: Site, client: Client
    ):
        days = [datetime(2026, 11, day, 12, tzinfo=UTC) for day in (12, 13, 19)]
        _old, *rest = entered(site, *days, SOME_MOMENT)
        assert client.numbers() == rest

    @on_both
    def test_the_first_day_is_in_it_and_the_last_is_not(self, site: Site, client: Client):
        moments = [
            datetime(2026, 9, 1, 22, 59, 59, tzinfo=UTC),
            datetime(2026, 9, 1, 23, tzinfo=UTC),
            datetime(2026, 9, 4, 22, 59, 59, tzinfo=UTC),
            datetime(2026, 9, 4, 23, tzinfo=UTC),
        ]
        _before, first, last, _after = entered(site, *moments)
        found = client.numbers(dateStart="2026-09-02", dateEnd="2026-09-05")
        assert found == [first, last], "midnight is London's, which is in its summer"

    def test_one_bound_alone_leaves_the_other_as_it_is(self, site: Site, client: Client):
        days = [datetime(2026, 11, day, 12, tzinfo=UTC) for day in (1, 15, 19)]
        numbers = entered(site, *days)
        assert client.numbers(dateStart="2026-11-01") == numbers
        assert client.numbers(dateEnd="2026-11-19") == [numbers[1]]

    def test_one_day_is_the_whole_of_it_and_nothing_else(self, site: Site, client: Client):
        moments = [
            datetime(2026, 10, 24, 22, 59, tzinfo=UTC),
            datetime(2026, 10, 24, 23, tzinfo=UTC),
            datetime(2026, 10, 25, 23, 59, tzinfo=UTC),
            datetime(2026, 10, 26, tzinfo=UTC),
        ]
        _before, first, last, _after = entered(site, *moments)
        found = client.numbers(date="2026-10-25")
        assert found == [first, last], "a day of twenty-five hours, by London's clocks"

    def test_bounds_the_wrong_way_round_hold_nothing(self, site: Site, client: Client):
        entered(site, SOME_MOMENT)
        assert client.numbers(dateStart="2026-11-25", dateEnd="2026-11-01") == []

    def test_today_goes_by_the_practices_clocks(
        self, site: Site, client: Client, clock: time_machine.Traveller
    ):
        clock.move_to(datetime(2026, 7, 1, 23, 10, tzinfo=UTC))
        week = datetime(2026, 6, 24, 23, 30, tzinfo=UTC)
        _old, first = entered(site, week - timedelta(hours=1), week)
        assert client.numbers() == [first]

    def test_what_cannot_be_read_is_said(self, client: Client):
        assert client.refused(LIST, date="today") == "date format must be yyyy-MM-dd."
        assert "not a parameter" in client.refused(LIST, PatNum=1)


class TestWhose:
    def test_a_clinic_is_its_own_practices_number(self, site: Site, client: Client):
        numbers = entered(site, SOME_MOMENT)
        assert client.numbers(ClinicNum=4) == numbers
        assert client.numbers(ClinicNum=5) == []
        assert client.numbers(ClinicNum=0) == []

    def test_what_another_practice_offers_is_not_here(self, site: Site, client: Client):
        [ours] = entered(site, SOME_MOMENT)
        theirs = keep_offer(site, keep_entry(site, ELM_TREE.slug), slug=ELM_TREE.slug)
        elm = Client(site, ELM_TREE.slug)
        assert (client.numbers(), elm.numbers()) == ([ours], [theirs])
        assert elm.get(f"{LIST}/{theirs}")["ClinicNum"] == 5
        assert explanation(client.call("GET", f"{LIST}/{theirs}"), 404)
        assert explanation(elm.call("GET", f"{LIST}/{ours}"), 404)


class TestPages:
    @on_both
    def test_a_hundred_at_a_time_oldest_first(self, site: Site, client: Client):
        numbers = entered(site, *[SOME_MOMENT] * 230)
        assert client.numbers() == numbers[:100]
        assert client.numbers(Offset=0) == numbers[:100]
        assert client.numbers(Offset=100) == numbers[100:200]
        assert client.numbers(Offset=200) == numbers[200:]
        assert client.numbers(Offset=230) == []
        assert client.numbers(Offset=2**31 - 1) == []
        assert client.numbers(Limit=3, Offset=1) == numbers[1:4]
        assert client.numbers(Limit=1000) == numbers[:100]

    def test_so_are_those_who_are_on_the_list(self, site: Site, client: Client):
        numbers = keep_entries(site, HARBOUR.slug, 130)
        found = [one["AptNum"] for one in client.get("/appointments/ASAP")]
        rest = [one["AptNum"] for one in client.get("/appointments/ASAP", Offset=100)]
        assert (found, rest) == (numbers[:100], numbers[100:])
        assert "Offset is invalid." in client.refused("/appointments/ASAP", Offset="-1")


class TestWhoIsOnTheList:
    def test_whoever_has_an_appointment(self, site: Site, client: Client):
        entry = on_the_list(site)
        [found] = client.get("/appointments/ASAP")
        start = site.bookings()[0].starts_at_utc
        assert found == {
            "AptNum": entry.id,
            "PatNum": entry.patient_number,
            "AptStatus": "Scheduled",
            "Op": 7323,
            "ProvNum": 42230,
            "ClinicNum": 4,
            "AptDateTime": f"{start:%Y-%m-%d %H:%M:%S}",
            "Priority": "ASAP",
        }

    def test_whoever_has_none(self, site: Site, client: Client):
        keep_entry(site, HARBOUR.slug)
        [found] = client.get("/appointments/ASAP")
        assert (found["AptStatus"], found["AptDateTime"]) == ("UnschedList", NEVER)
        assert (found["Op"], found["ProvNum"]) == (0, 0)

    def test_nobody_who_left_or_has_something_sooner_or_waited_too_long(
        self, site: Site, client: Client, clock: time_machine.Traveller
    ):
        keep_entry(site, HARBOUR.slug, ended_at_utc=SOME_MOMENT)
        keep_entry(site, ELM_TREE.slug)
        keep_entry(site, HARBOUR.slug, created_at_utc=SOME_MOMENT - timedelta(days=91))
        address = offer(site, free_slot(site.diary), on_the_list(site))[0]
        site.open(address).press(TAKE)
        waiting = ben_on_the_list(site)
        assert [one["AptNum"] for one in client.get("/appointments/ASAP")] == [waiting.id]
        clock.move_to(site.bookings()[-1].starts_at_utc)
        assert client.get("/appointments/ASAP") == []
        assert entries(site)[-1].ended_at_utc is None, "although no worker has looked yet"
