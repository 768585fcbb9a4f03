"""Booking: for whom, what is sent, and what each answer means for the patient."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace

import pytest

from tests.cliniko_description import Description
from tests.diaries.cliniko.clinic import (
    FOLLOW_UP,
    HILLTOP,
    ISLA,
    LATER,
    PATIENT_ASKING,
    PLACED,
    REQUEST,
    RIVERSIDE_HOUSE,
    SLOT,
    WORDS,
    Clinic,
)
from tests.diaries.cliniko.relay import Relay, invalid, too_many
from tests.diaries.cliniko.riverside import diary_at
from tests.diaries.wire import PATIENT, Answer, http, say, say_json
from tests.reference_process import RIVERSIDE, ReferenceDiary
from webapp.diaries.cliniko.diary import ClinikoDiary
from webapp.diaries.errors import (
    FieldsRefused,
    NotAccepted,
    NotReached,
    OutcomeUnknown,
    PatientField,
    SlotTaken,
)
from webapp.diaries.port import CancelReason
from webapp.diaries.transport import CallLimits

MAKE, REGISTER = "POST appointments", "POST patients"
HURRIED = replace(PATIENT, write=CallLimits(connect=5, read=0.3, total=9))


class TestThePatient:
    def test_somebody_new_is_made_once_and_known_again(self, diary: ClinikoDiary, clinic: Clinic):
        diary.book(REQUEST)
        diary.book(replace(REQUEST, slot=LATER, key="another"))
        [known] = clinic.patients()
        assert (known["first_name"], known["last_name"]) == ("Zebulon", "Quince")
        assert known["patient_phone_numbers"][0]["number"] == WORDS[1]

    def test_one_of_the_same_address_and_name_is_the_same_person_in_any_spelling(
        self, relay: Relay, diary: ClinikoDiary, clinic: Clinic
    ):
        clinic.know(first_name="Zelda")
        known = clinic.know(first_name="ZÉBULON", last_name="Quince")
        diary.book(REQUEST)
        assert relay.count(REGISTER) == 0
        assert relay.bodies(MAKE)[0]["patient_id"] == known

    def test_another_of_the_family_is_somebody_else(
        self, relay: Relay, diary: ClinikoDiary, clinic: Clinic
    ):
        clinic.know(first_name="Zelda")
        diary.book(REQUEST)
        assert relay.count(REGISTER) == 1

    @pytest.mark.parametrize(
        ("errors", "fields"),
        [
            ({"email": "is invalid"}, {PatientField.EMAIL}),
            ({"last_name": ["is too long"]}, {PatientField.NAME}),
            (
                {"title": "is not included"},
                {PatientField.NAME, PatientField.PHONE, PatientField.EMAIL},
            ),
        ],
    )
    def test_fault_found_with_them_is_asked_for_again(
        self,
        relay: Relay,
        diary: ClinikoDiary,
        errors: dict[str, object],
        fields: set[PatientField],
    ):
        relay.instead[REGISTER] = [invalid(**errors)]
        with pytest.raises(FieldsRefused) as caught:
            diary.book(REQUEST)
        assert caught.value.fields == fields
        assert relay.count(MAKE) == 0


class TestWhatIsSent:
    def test_the_order_is_whole_and_its_ids_are_text(self, relay: Relay, diary: ClinikoDiary):
        made = diary.book(REQUEST)
        [order] = relay.bodies(MAKE)
        mark, *words = order.pop("notes").split("\n")
        assert order.pop("patient_id").isdecimal()
        assert order == {
            "appointment_type_id": FOLLOW_UP.id,
            "business_id": RIVERSIDE_HOUSE.id,
            "practitioner_id": ISLA.id,
            "starts_at": "2026-12-15T09:00:00Z",
            "ends_at": "2026-12-15T09:30:00Z",
        }
        assert mark.startswith("Booked online (openslot-")
        assert words == [f"Phone: {WORDS[1]}.", f"E-mail: {WORDS[2]}.", f"Reason: {WORDS[3]}"]
        assert made.minutes == 30
        assert len(made.reference or "") == 19

    def test_every_request_names_the_key_and_whom_to_write_to(
        self, relay: Relay, diary: ClinikoDiary
    ):
        diary.book(REQUEST)
        assert {one.headers["User-Agent"] for one in relay.asked} == {
            "Openslot (developers@riversidephysio.example)"
        }
        # "riverside-demo-key-uk1:" in base 64
        assert {one.headers["Authorization"] for one in relay.asked} == {
            "Basic cml2ZXJzaWRlLWRlbW8ta2V5LXVrMTo="
        }

    def test_all_of_it_is_as_the_vendor_describes(self, relay: Relay, diary: ClinikoDiary):
        described = Description(relay.root)
        diary.appointment_types()
        made = diary.book(REQUEST)
        placed = replace(PLACED, reference=made.reference)
        diary.find(PLACED)
        diary.move(placed, LATER)
        diary.cancel(replace(placed, slot=LATER), CancelReason.SICK)
        for one in relay.asked:
            described.check_request(one.method, one.url, one.body)
        assert {one.action for one in relay.asked} >= {
            "GET times", "GET types", "GET patients", "GET appointments", "GET one",
            "GET conflicts", REGISTER, MAKE, "PATCH one", "PATCH cancel",
        }  # fmt: skip

    def test_a_booking_takes_few_requests(self, relay: Relay, diary: ClinikoDiary, clinic: Clinic):
        clinic.know()
        diary.book(REQUEST)
        # Who is there, what is offered, who it is; the booking; its conflicts
        assert [one.action for one in relay.asked] == [
            "GET appointments", "GET times", "GET patients", MAKE, "GET conflicts",
        ]  # fmt: skip


class TestBeforeItIsSent:
    def test_a_time_that_is_not_offered_is_not_written_to(self, relay: Relay, diary: ClinikoDiary):
        # Isla is at Riverside on Tuesdays
        with pytest.raises(SlotTaken):
            diary.book(replace(REQUEST, slot=replace(SLOT, room=HILLTOP)))
        assert relay.count(MAKE) == 0

    def test_without_a_look_nothing_is_sent(self, relay: Relay, diary: ClinikoDiary):
        relay.instead["GET times"] = [say(http(b"{}", "500 Internal Server Error"))] * 3
        with pytest.raises(NotReached, match="nothing was sent"):
            diary.book(REQUEST)
        assert relay.count(MAKE) == 0

    def test_a_slot_without_a_type_is_a_mistake(self, diary: ClinikoDiary):
        with pytest.raises(ValueError, match="type"):
            diary.book(replace(REQUEST, slot=replace(SLOT, type=None)))


ANSWERS: dict[str, tuple[Answer, type[Exception]]] = {
    "turned_away": (too_many("X-RateLimit-Reset: 1"), NotReached),
    "wrong_key": (say(http(b"{}", "401 Unauthorized")), NotAccepted),
    "nobody_of_that_id": (say(http(b"", "404 Not Found")), SlotTaken),
    "not_then": (invalid(starts_at="is invalid"), SlotTaken),
    "words_too_long": (invalid(notes="is too long"), FieldsRefused),
    "failed": (say(http(b"{}", "502 Bad Gateway")), OutcomeUnknown),
    "bad_request": (say(http(b"{}", "400 Bad Request")), OutcomeUnknown),
    "nonsense": (say(http(b"<html>", "201 Created")), OutcomeUnknown),
    "another_document": (say_json({"id": "5"}, "201 Created"), OutcomeUnknown),
}


class TestWhatAnAnswerMeans:
    @pytest.mark.parametrize("kind", ANSWERS)
    def test_each(self, relay: Relay, diary: ClinikoDiary, kind: str):
        answer, error = ANSWERS[kind]
        relay.instead[MAKE] = [answer]
        with pytest.raises(error) as caught:
            diary.book(REQUEST)
        assert caught.type is error
        assert relay.count(MAKE) == 1

    def test_an_answer_about_another_hour_is_not_believed(
        self, reference: ReferenceDiary, diary: ClinikoDiary
    ):
        reference.fault(RIVERSIDE.slug, "save", "wrong_echo", times=1)
        with pytest.raises(OutcomeUnknown, match="starts_at"):
            diary.book(REQUEST)

    def test_a_lost_answer_is_settled_by_looking_and_never_sent_again(
        self, relay: Relay, diary: ClinikoDiary, clinic: Clinic
    ):
        relay.lost = {MAKE}
        with closing(diary_at(relay.root, HURRIED)) as hurried, pytest.raises(OutcomeUnknown):
            hurried.book(REQUEST)
        [made] = clinic.standing()
        found = diary.find(PLACED)
        assert found is not None
        assert (found.reference, found.minutes) == (made["id"], 30)
        # Also who only tries once more
        assert diary.book(REQUEST) == found
        assert relay.count(MAKE) == 1
        assert diary.find(replace(PLACED, key="another")) is None

    def test_it_is_found_by_its_patient_where_the_desk_wrote_over_our_notes(
        self, diary: ClinikoDiary, clinic: Clinic
    ):
        made = diary.book(REQUEST)
        path = f"individual_appointments/{made.reference}"
        clinic.ask("PATCH", path, json={"notes": "Rang to confirm"}).raise_for_status()
        assert diary.find(PLACED) == made
        stranger = replace(PATIENT_ASKING, name="Vera Cole", email="vera@cole.example")
        assert diary.find(replace(PLACED, patient=stranger)) is None
