"""The words of a text, and what a practice is told of how long they get."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.asap.ground import with_a_list
from tests.practices.examples import practice
from webapp.asap.model import Entry
from webapp.asap.wording import (
    address_of,
    complete,
    fill_in,
    longest,
    trouble_with_length,
)
from webapp.notify import gsm
from webapp.practices.asap import DEFAULT_TEMPLATE
from webapp.practices.model import Practice

START = datetime(2026, 11, 23, 9, 15, tzinfo=UTC)
BEGIN = "https://book.example"
LINK = "[AsapURL]"


def saying(template: str, *, name: str | None = None, zone: str = "Europe/London") -> Practice:
    table = {"enabled": True, "texts_from": "+447700900800", "template": template}
    return practice(asap=table, name=name or "Harbour Physiotherapy", timezone=zone)


class TestFillingIn:
    def test_everything_but_name_and_link_is_filled_in(self):
        assert fill_in(with_a_list(), START) == (
            "[NameF], an earlier time at Harbour Physiotherapy: Mon 23 Nov, 9:15am. First come "
            "first served: [AsapURL]"
        )

    @pytest.mark.parametrize(
        ("tag", "said"),
        [
            ("[Date]", "Mon 23 Nov"),
            ("[Time]", "9:15am"),
            ("[OfficeName]", "Harbour Physiotherapy"),
            ("[OfficePhone]", "020 7946 0123"),
        ],
    )
    def test_a_tag_may_be_written_in_any_case(self, tag: str, said: str):
        for written in (tag, tag.lower(), tag.upper(), tag.swapcase()):
            found = fill_in(saying(f"a {written} b {written} {LINK}"), START)
            assert found == f"a {said} b {said} {LINK}"

    @pytest.mark.parametrize("tag", ["[NameF]", "[AsapURL]", "[namef]", "[ASAPURL]"])
    def test_name_and_link_stay_as_they_are_written(self, tag: str):
        assert fill_in(saying(f"{tag} {LINK}"), START) == f"{tag} {LINK}"

    @pytest.mark.parametrize(
        "words",
        ["[NameL]", "[Dates]", "[]", "[ Date ]", "[Date", "Date]", "[Da te]", "[Date-Time]"],
    )
    def test_what_is_no_tag_stays(self, words: str):
        assert fill_in(saying(f"{words} {LINK}"), START) == f"{words} {LINK}"
        assert words in complete(words, first_name="Ada", address="x")

    def test_time_and_day_are_the_practices_own(self):
        abroad = saying(f"[Date] [Time] {LINK}", zone="Pacific/Auckland")
        assert fill_in(abroad, START) == f"Mon 23 Nov 10:15pm {LINK}"
        summer = datetime(2026, 7, 1, 23, 30, tzinfo=UTC)
        assert fill_in(saying(f"[Date] [Time] {LINK}"), summer) == f"Thu 2 Jul 12:30am {LINK}"

    def test_midday_is_said_as_people_say_it(self):
        assert fill_in(saying(f"[Time] {LINK}"), START.replace(hour=12, minute=0)).startswith(
            "midday "
        )

    def test_a_practices_name_that_looks_like_a_tag_is_left_alone(self):
        named = saying(f"[OfficeName] {LINK}", name="The [Date] Clinic")
        assert fill_in(named, START) == f"The [Date] Clinic {LINK}"


class TestCompleting:
    def test_name_and_link_are_the_patients(self):
        text = complete(
            fill_in(with_a_list(), START), first_name="Ada", address=address_of(BEGIN, "t" * 26)
        )
        assert text == (
            "Ada, an earlier time at Harbour Physiotherapy: Mon 23 Nov, 9:15am. First come first "
            f"served: https://book.example/a/{'t' * 26}"
        )

    @pytest.mark.parametrize(("name", "link"), [("[namef]", "[ASAPURL]"), ("[NAMEF]", "[asapUrl]")])
    def test_in_whatever_case_they_are_written(self, name: str, link: str):
        assert complete(f"{name} {link}", first_name="Ada", address="x") == "Ada x"

    def test_a_name_that_looks_like_a_tag_is_a_name(self):
        assert complete("[NameF] [AsapURL]", first_name="[AsapURL]", address="x") == "[AsapURL] x"


class TestTheName:
    """Anybody may type one on the public form, and it goes to a phone."""

    @pytest.mark.parametrize(
        ("name", "first"),
        [
            ("Ada Whitcombe", "Ada"),
            ("Siân O’Brien", "Siân"),
            ("Anne-Marie Dupont", "Anne-Marie"),
            ("O'Neill Shaquille", "O'Neill"),
            ("李 小龙", "李"),
            ("Ada", "Ada"),
        ],
    )
    def test_it_is_all_that_a_text_says(self, name: str, first: str):
        assert Entry(patient_name=name).first_name == first

    @pytest.mark.parametrize(
        "name",
        [
            "https://evil.example/win now",
            "evil.example Ada",
            "Call07700900123 Ada",
            "WINNER!!! Ada",
            "[AsapURL] Ada",
            "x" * 21 + " Ada",
            "A_B Ada",
            "- Ada",
        ],
    )
    def test_in_place_of_what_is_no_name_a_text_says_hello(self, name: str):
        assert Entry(patient_name=name).first_name == ""
        assert complete("[NameF], [AsapURL]", first_name="", address="x") == "Hello, x"


class TestHowLongItGets:
    def test_the_longest_one_has_a_long_name_a_long_day_and_a_whole_link(self):
        text = longest(saying(f"[NameF] [Date] [Time] {LINK}"), BEGIN)
        assert text == f"Christopher Wed 23 Sept 12:45pm https://book.example/a/{'x' * 26}"
        assert max((text[12:23], "Mon 23 Nov"), key=len) == "Wed 23 Sept"

    def test_the_usual_text_is_one_part_for_a_practice_of_a_usual_name(self):
        assert trouble_with_length(saying(DEFAULT_TEMPLATE), BEGIN) is None

    @pytest.mark.parametrize(("spare", "is_told"), [(0, False), (1, True)])
    def test_a_text_of_more_than_one_part_is_told_with_its_length(self, spare: int, is_told: bool):
        bare = gsm.length(longest(saying(LINK), BEGIN))
        template = "x" * (gsm.ONE_PART - bare + spare) + LINK
        told = trouble_with_length(saying(template), BEGIN)
        assert (told is not None) is is_told
        if told:
            assert told == (
                "harbour.toml: the text that asap.template makes can be 161 characters long, which "
                "is sent and paid for as two: keep it to 160."
            )

    def test_signs_that_count_twice_do_so(self):
        bare = gsm.length(longest(saying(LINK), BEGIN))
        template = "€" * ((gsm.ONE_PART - bare) // 2 + 1) + LINK
        told = trouble_with_length(saying(template), BEGIN)
        assert told is not None
        assert "paid for as two" in told

    def test_a_sign_outside_the_alphabet_is_told_by_itself(self):
        template = f"You’re in luck – [NameF]: [Date], [Time] {LINK}"
        told = trouble_with_length(saying(template), BEGIN)
        assert told is not None
        assert told.startswith("harbour.toml: the text that asap.template makes has ’ – in it,")
        assert f"it is {len(longest(saying(template), BEGIN))} characters long." in told

    def test_a_practices_own_name_may_bring_such_a_sign(self):
        told = trouble_with_length(saying(DEFAULT_TEMPLATE, name="Siân’s Clinic"), BEGIN)
        assert told is not None
        assert "â ’ in it" in told

    def test_such_a_sign_does_no_harm_in_a_text_that_is_short_enough(self):
        assert trouble_with_length(saying(f"It’s {LINK}"), BEGIN) is None

    def test_a_longer_address_of_the_site_makes_a_longer_text(self):
        assert trouble_with_length(saying(DEFAULT_TEMPLATE), f"https://{'x' * 60}.example")
