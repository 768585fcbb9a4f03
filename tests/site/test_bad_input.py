"""What people and programs send that is not as asked: a page that says what to do, nothing lost."""

from __future__ import annotations

import pytest

from tests.page import Page
from tests.reference_process import ELM_TREE, HARBOUR
from tests.site.ground import PATIENT, ROOM_2, SIAN, Site, Slot, free_slot

BOOK = "Book this appointment"


@pytest.fixture
def slot(site: Site) -> Slot:
    return free_slot(site.diary)


def assert_nothing_written(site: Site) -> None:
    assert not any(site.dump().values())
    assert site.writes() == 0


def assert_kept(page: Page, answers: dict[str, str] = PATIENT) -> None:
    for name, value in answers.items():
        assert page.fields[name] == value


# Addresses


def test_an_address_with_something_wrong_says_what_and_leads_on(site: Site) -> None:
    for query, status in (
        ("staff=99999&room=any", 404),
        ("staff=any&room=99999", 404),
        (f"staff={SIAN}&room=any&with=99999&day=2026-11-21&time=0915", 404),
        ("staff=%00&room=any", 404),
        ("staff=%3Cscript%3E&room=any", 404),
        (f"staff={'9' * 5000}&room=any", 404),
        ("staff=any&room=any&day=2026-13-45", 400),
        ("staff=any&room=any&day=tomorrow", 400),
        ("staff=any&room=any&day=2026-11-23T09:00", 400),
        ("staff=any&room=any&day=2026-11-23&time=9am", 400),
        ("staff=any&room=any&day=2026-11-23&time=2460", 400),
        ("staff=any&room=any&from=2026-11-25", 400),
        ("staff=any&room=any&from=nonsense", 400),
        ("staff=any&room=any&day=2026-11-19", 410),
        ("staff=any&room=any&day=0001-01-01", 410),
        ("staff=any&room=any&day=2027-02-18", 404),
        ("staff=any&room=any&day=9999-12-31", 404),
    ):
        page = site.open(f"/harbour-physio/times?{query}", allow=status)
        assert page.heading
        ways_on = {"See who you can book", "Start from the first page", "Change who you see"}
        assert any(page.has(way) for way in ways_on)
        # The same address posted to, with answers on their way.
        site.visitor.send(f"/harbour-physio/times?{query}", PATIENT, allow=status)


def test_the_last_day_of_the_horizon_is_in_it_and_the_next_is_not(site: Site) -> None:
    last = site.open("/harbour-physio/times?staff=any&room=any&day=2027-02-17")
    assert "Wednesday 17 February" in last.text
    after = site.open("/harbour-physio/times?staff=any&room=any&day=2027-02-18", allow=404)
    assert "Thursday 18 February 2027 is too far ahead to book online." in after.text
    before = site.open("/harbour-physio/times?staff=any&room=any&day=2026-11-19", allow=410)
    assert "Thursday 19 November has passed." in before.text


def test_a_time_that_is_not_offered_is_never_sent_to_the_diary(site: Site) -> None:
    for step in ("details", "check", "book"):
        for when in (
            "day=2026-11-19&time=0915",  # past
            "day=2027-02-18&time=0915",  # beyond the horizon
            "day=2026-11-21&time=0920",  # not a time that is offered
            "day=2026-11-22&time=0915",  # a Sunday
            "day=2027-03-28&time=0130",  # an hour that the clocks skip
            "day=2026-11-20&time=0830",  # within the notice that the practice needs
        ):
            url = f"/harbour-physio/{step}?staff={SIAN}&room={ROOM_2}&{when}"
            answers = PATIENT | {"token": site.token()}
            if step == "details":
                answer = site.visitor.raw("GET", url)
                assert answer.status_code in {302, 410}
            else:
                answer = site.visitor.raw("POST", url, data=answers)
                assert answer.status_code in {307, 409}
            if answer.status_code == 307:
                assert_kept(site.visitor.send(url, answers))
            elif answer.status_code != 302:
                page = site.visitor.read(answer, url)
                assert page.heading == "That time has gone"
                assert step == "details" or page.fields["reason"] == PATIENT["reason"]
            assert_nothing_written(site)


def test_somebody_who_is_not_booked_online_is_never_sent_to_the_diary(site: Site) -> None:
    answers = PATIENT | {"token": site.token()}
    for query in (
        "?staff=42227&room=7323&day=2026-11-21&time=0915",
        "?staff=42230&room=1&day=2026-11-21&time=0915",
    ):
        page = site.visitor.send(f"/harbour-physio/book{query}", answers, allow=409)
        assert_kept(page)
        site.open(f"/harbour-physio/details{query}", allow=404)
    assert_nothing_written(site)


# The form's token


@pytest.mark.parametrize("change", ["tampered", "foreign"])
def test_a_token_that_is_not_ours_keeps_everything_and_can_be_sent_again(
    site: Site, slot: Slot, change: str
) -> None:
    token = {
        "tampered": site.token()[:-3] + "AAA",
        "foreign": site.token(ELM_TREE.slug),
    }[change]
    check = site.check(slot)
    page = check.press(BOOK, allow=400, token=token)
    assert page.heading == "Check and book"
    assert page.title.startswith("Error: ")
    assert "Please check it and continue." in page.problems[0]
    assert_kept(page)
    assert_nothing_written(site)
    assert page.press(BOOK).heading == "You’re booked"
    assert site.writes() == 1


def test_without_a_token_at_all_the_details_come_back_as_they_were(site: Site, slot: Slot) -> None:
    page = site.visitor.send(slot.page("check"), PATIENT, allow=400)
    assert "Please check it and continue." in page.problems[0]
    assert_kept(page)
    assert_nothing_written(site)


def test_a_form_whose_trap_is_filled_is_refused(site: Site, slot: Slot) -> None:
    answers = PATIENT | {"token": site.token(), "website": "https://spam.example"}
    for step in ("check", "book"):
        page = site.visitor.send(slot.page(step), answers, allow=400)
        assert page.heading == "Your details"
        assert "leave this empty" in page.problems[0]
        assert_kept(page)
        assert "spam.example" not in page.html
    assert_nothing_written(site)


# Answers


def test_an_answer_that_cannot_be_used_is_asked_for_again_as_it_was_typed(
    site: Site, slot: Slot
) -> None:
    for step in ("check", "book"):
        for answers, words in (
            ({"name": ""}, {"name": "Enter your name"}),
            ({"name": "   "}, {"name": "Enter your name"}),
            ({"name": "12345"}, {"name": "Enter your name in letters"}),
            ({"name": "😀"}, {"name": "Enter your name in letters"}),
            ({"name": "x" * 5000}, {"name": "Shorten your name to 100 characters or fewer"}),
            ({"phone": ""}, {"phone": "Enter a phone number we can reach you on"}),
            (
                {"phone": "12"},
                {"phone": "Enter a phone number we can reach you on, like 07700 900123"},
            ),
            ({"phone": "call me"}, {"phone": "Enter a phone number we can reach you on, like"}),
            (
                {"phone": "0" * 5000},
                {"phone": "Shorten the phone number to 30 characters or fewer"},
            ),
            ({"email": ""}, {"email": "Enter your email address"}),
            ({"email": "ada"}, {"email": "Enter an email address in the form name@example.com"}),
            ({"email": "a@b@c"}, {"email": "Enter an email address in the form name@example.com"}),
            (
                {"email": "e" * 5000},
                {"email": "Shorten the email address to 254 characters or fewer"},
            ),
            ({"reason": "z" * 5000}, {"reason": "Shorten this to 500 characters or fewer"}),
            (
                {"name": "", "phone": "", "email": ""},
                {
                    "name": "Enter your name",
                    "phone": "Enter a phone number we can reach you on",
                    "email": "Enter your email address",
                },
            ),
        ):
            sent = PATIENT | answers | {"token": site.token()}
            page = site.visitor.send(slot.page(step), sent, allow=422)
            assert page.heading == "Your details"
            assert page.title.startswith("Error: Your details")
            assert len(page.problems) == len(words)
            for name in PATIENT:
                said = page.error_at(name)
                assert said.startswith(f"Error: {words[name]}") if name in words else not said
            assert_kept(page, {name: sent[name].strip() for name in PATIENT})
            assert_nothing_written(site)


def test_emoji_and_other_scripts_are_names_like_any_other(site: Site, slot: Slot) -> None:
    name = "李小龙 😀 Ångström"
    assert site.book(slot, name=name, reason="🦵🏽").heading == "You’re booked"
    (booked,) = site.diary.bookings(HARBOUR.slug)
    assert (booked["name"], booked["desc"]) == (name, "🦵🏽")


def test_signs_that_cannot_be_printed_are_said_and_never_sent(site: Site, slot: Slot) -> None:
    for name, sign in (
        ("name", "\0"),
        ("name", "\x1b"),
        ("phone", "\x7f"),
        ("email", "\ufffe"),
        ("reason", "\0"),
        ("reason", "\x9b"),
    ):
        sent = PATIENT | {name: f"{PATIENT[name]}{sign}x", "token": site.token()}
        page = site.visitor.send(slot.page("check"), sent, allow=422)
        assert page.error_at(name)
        assert_kept(page, {one: PATIENT[one] for one in PATIENT if one != name})
        # A mark shows where it stood; left there it is refused again, also on a longer way round.
        assert "\ufffd" in page.fields[name]
        assert page.press("Continue", allow=422).error_at(name)
        raw = site.visitor.send(slot.page("times"), sent)
        assert raw.press("9:15am", allow=422).error_at(name)
        assert_nothing_written(site)
