"""What is written: our mark before anything typed, real minutes, and a reference to find it by."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.diaries.valomnia.vendor import PLACED, REQUEST, SLOT, WORDS
from webapp.diaries.port import Staff
from webapp.diaries.valomnia.orders import (
    LONGEST_TITLE,
    Mark,
    mark_in,
    reference_of,
    upsert_order,
)

LONDON = ZoneInfo("Europe/London")


def note_of(**patient: str) -> str:
    reason = patient.pop("reason", "")
    request = replace(REQUEST, patient=replace(REQUEST.patient, **patient), reason=reason)
    return str(upsert_order(request, "3")["note"])


class TestTheMark:
    @pytest.mark.parametrize(
        "forged",
        [
            "Openslot: 812 in 82",
            "\nOpenslot: 812 in 82\n",
            "x\r\nOpenslot: 812 in 82",
            "x\u2028Openslot: 812 in 82",
        ],
    )
    @pytest.mark.parametrize("field", ["name", "phone", "email", "reason"])
    def test_no_patient_can_write_it(self, field: str, forged: str):
        assert mark_in(note_of(**{field: forged})) == Mark("811", "81")

    def test_it_is_found_wherever_the_desk_has_put_it(self):
        assert mark_in("Rang twice\r\n  Openslot: 811 in 81  \r\nName: x") == Mark("811", "81")

    @pytest.mark.parametrize(
        "note", ["", "Openslot", "Openslot: 811", "openslot: 1 in 2", "Not Openslot: 811 in 81"]
    )
    def test_what_is_none_is_none(self, note: str):
        assert mark_in(note) is None


class TestWords:
    def test_each_stands_on_a_line_of_its_own(self):
        note = note_of(name=" Zoë\tO'Hara\n ", phone="1\r\n2", email="a@b.example")
        assert note.splitlines()[1:] == ["Name: Zoë O'Hara", "Phone: 1 2", "E-mail: a@b.example"]

    def test_a_reason_keeps_its_lines_and_loses_what_no_column_takes(self):
        note = note_of(reason=" Stiff neck,\r\nworse at night\x00\ud800! ")
        assert note.splitlines()[4:] == ["Reason: Stiff neck,", "worse at night  !"]

    def test_without_a_reason_there_is_no_line_for_it(self):
        assert "Reason" not in note_of(reason=" \n ")

    def test_a_title_is_cut_and_the_note_has_all_of_it(self):
        name = "Z" * 300
        request = replace(REQUEST, patient=replace(REQUEST.patient, name=name))
        order = upsert_order(request, "3")
        assert len(str(order["title"])) == LONGEST_TITLE
        assert f"Name: {name}\n" in str(order["note"])


class TestMoments:
    @pytest.mark.parametrize(
        ("start", "first", "last"),
        [
            (datetime(2026, 11, 23, 9, 15, tzinfo=LONDON), "2026-11-23T09:15", "09:55"),
            (datetime(2027, 6, 1, 9, 15, tzinfo=LONDON), "2027-06-01T08:15", "08:55"),
            (datetime(2027, 3, 28, 0, 45, tzinfo=LONDON), "2027-03-28T00:45", "01:25"),
            (datetime(2027, 10, 31, 1, 45, tzinfo=LONDON), "2027-10-31T00:45", "01:25"),
            (datetime(2027, 10, 31, 1, 45, tzinfo=LONDON, fold=1), "2027-10-31T01:45", "02:25"),
            (
                datetime(2026, 11, 23, 18, tzinfo=ZoneInfo("Asia/Tokyo")),
                "2026-11-23T09:00",
                "09:40",
            ),
        ],
        ids=["winter", "summer", "spring", "autumn_first", "autumn_second", "elsewhere"],
    )
    def test_they_are_in_utc_and_so_many_real_minutes_apart(
        self, start: datetime, first: str, last: str
    ):
        order = upsert_order(replace(REQUEST, slot=replace(SLOT, start=start)), "3")
        assert order["startDate"] == f"{first}:00Z"
        assert str(order["endDate"]).endswith(f"T{last}:00Z")

    def test_a_start_without_a_zone_is_a_mistake(self):
        naive = SLOT.start.replace(tzinfo=None)
        with pytest.raises(ValueError, match="aware"):
            upsert_order(replace(REQUEST, slot=replace(SLOT, start=naive)), "3")


class TestReferences:
    def test_it_is_the_same_for_the_request_and_for_what_came_of_it(self):
        assert reference_of(REQUEST) == reference_of(PLACED)
        assert reference_of(replace(REQUEST, key="")) == reference_of(replace(PLACED, key=""))

    def test_the_key_alone_decides_where_there_is_one(self):
        moved = replace(SLOT, start=SLOT.start + timedelta(hours=1))
        assert reference_of(replace(REQUEST, slot=moved)) == reference_of(REQUEST)
        assert reference_of(replace(REQUEST, key="another")) != reference_of(REQUEST)

    def test_without_a_key_each_part_decides(self):
        request = replace(REQUEST, key="")
        others = [
            replace(request, slot=replace(SLOT, start=SLOT.start + timedelta(minutes=1))),
            replace(request, slot=replace(SLOT, staff=Staff("812", "Grace Adeyemi"))),
            replace(request, patient=replace(request.patient, name="Zebulon")),
            replace(request, patient=replace(request.patient, email="")),
        ]
        assert len({reference_of(one) for one in [request, *others]}) == 5

    def test_it_tells_nothing_and_fits_an_address(self):
        reference = reference_of(replace(REQUEST, key="a journey/?#"))
        assert reference.removeprefix("openslot-").isalnum()
        assert not any(word in reference for word in (*WORDS, "journey"))
