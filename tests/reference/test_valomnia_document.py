"""The vendor's document, request by request: "72 Appointments - Reference Documentation 2.1".

Requests have the shape of the document's own examples, and answers the keys of its samples. Next
to each oddity of the samples stands that it is one. Its lists have a file of their own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.reference.valomnia import APPOINTMENT, GONE, UPSERT, WHOLE, error_of

if TYPE_CHECKING:
    import requests


class TestShow:
    """72.2."""

    def test_an_appointment_is_shown_by_id_and_by_reference(
        self, base: str, signed_in: requests.Session
    ):
        made = signed_in.post(f"{base}/appointments", json=APPOINTMENT, timeout=30).json()
        by_id = signed_in.get(f"{base}/appointments/{made['id']}", timeout=30)
        by_reference = signed_in.get(f"{base}/appointments/reference/ref-01", timeout=30)
        assert by_id.status_code == by_reference.status_code == 200
        assert by_id.json() == by_reference.json() == made

    def test_an_id_that_is_no_number_is_refused(self, base: str, signed_in: requests.Session):
        assert error_of(signed_in.get(f"{base}/appointments/x", timeout=30)) == (
            400,
            "invalid_param_type",
            "The type of parameter id you provided is not valid for this request.",
        )

    def test_what_is_not_there(self, base: str, signed_in: requests.Session):
        assert error_of(signed_in.get(f"{base}/appointments/{GONE}", timeout=30)) == (
            404,
            "not_found",
            f"The appointment with the id {GONE} doesn't exist.",
        )


class TestSave:
    """72.3."""

    def test_an_appointment_is_made(self, base: str, signed_in: requests.Session):
        answer = signed_in.post(f"{base}/appointments", json=APPOINTMENT, timeout=30)
        assert answer.status_code == 201
        document = answer.json()
        assert set(document) == WHOLE
        told = {key: document[key] for key in APPOINTMENT if key != "contacts"}
        assert told == {key: value for key, value in APPOINTMENT.items() if key != "contacts"}
        assert document["contacts"] == [
            {"id": 9, "href": "/api/v1.0/contacts/9"},
            {"id": 8, "href": "/api/v1.0/contacts/8"},
        ]
        assert document["customer"] == {
            "id": 81,
            "reference": "room-81",
            "name": "Garden Room",
            "href": "/api/v1.0/customers/81",
        }
        assert document["appointmentCategory"]["reference"] == "consultation"
        assert document["dateCreated"] == document["lastUpdated"]
        assert document["dateCreated"].startswith("2026-11-20T08:")

    def test_what_is_not_required_may_be_missing(self, base: str, signed_in: requests.Session):
        required = ("reference", "title", "startDate", "endDate", "appointmentCategoryId")
        least = {key: APPOINTMENT[key] for key in required}
        document = signed_in.post(f"{base}/appointments", json=least, timeout=30).json()
        assert (document["note"], document["customerId"], document["customer"]) == (None,) * 3
        assert (document["done"], document["contacts"]) == (False, [])

    def test_external_ids_are_references(self, base: str, signed_in: requests.Session):
        external = APPOINTMENT | {
            "useExternalId": True,
            "appointmentCategoryId": "meeting",
            "customerId": "room-82",
        }
        document = signed_in.post(f"{base}/appointments", json=external, timeout=30).json()
        assert (document["appointmentCategoryId"], document["customerId"]) == (2, 82)

    def test_it_may_end_as_it_begins(self, base: str, signed_in: requests.Session):
        """An oddity of the list's second sample."""
        moment = {"endDate": APPOINTMENT["startDate"]}
        answer = signed_in.post(f"{base}/appointments", json=APPOINTMENT | moment, timeout=30)
        assert answer.status_code == 201

    @pytest.mark.parametrize(
        "name", ["reference", "title", "startDate", "endDate", "appointmentCategoryId"]
    )
    def test_a_missing_parameter(self, base: str, signed_in: requests.Session, name: str):
        body = {key: value for key, value in APPOINTMENT.items() if key != name}
        answer = signed_in.post(f"{base}/appointments", json=body, timeout=30)
        assert error_of(answer) == (400, "missing_param", f"{name} parameter is missing")

    @pytest.mark.parametrize("name", ["startDate", "endDate"])
    @pytest.mark.parametrize("text", ["2016-10-12", "2016-10-12T09:20:00", "12/10/2016", 5])
    def test_a_wrong_date(self, base: str, signed_in: requests.Session, name: str, text: str | int):
        answer = signed_in.post(
            f"{base}/appointments", json={**APPOINTMENT, name: text}, timeout=30
        )
        status, error, words = error_of(answer)
        assert (status, error) == (400, "date_validation_error")
        assert words.endswith(f": {name} incorrect Date Format")

    def test_a_category_of_the_wrong_type(self, base: str, signed_in: requests.Session):
        wrong = {"appointmentCategoryId": "meeting"}
        answer = signed_in.post(f"{base}/appointments", json=APPOINTMENT | wrong, timeout=30)
        status, error, words = error_of(answer)
        assert (status, error) == (400, "invalid_param_type")
        assert words.startswith("The type of parameter appointmentCategoryId you provided is not")

    def test_a_customer_who_is_not_there(self, base: str, signed_in: requests.Session):
        wrong = {"customerId": 999}
        answer = signed_in.post(f"{base}/appointments", json=APPOINTMENT | wrong, timeout=30)
        assert error_of(answer) == (
            400,
            "not_found",
            "The customer with the id 999 doesn't exist.",
        )

    def test_a_title_that_no_column_holds(self, base: str, signed_in: requests.Session):
        long = {"title": "x" * 256}
        answer = signed_in.post(f"{base}/appointments", json=APPOINTMENT | long, timeout=30)
        assert error_of(answer) == (400, "save_failed", "Failed to save instance")

    def test_a_reference_that_is_taken(self, base: str, signed_in: requests.Session):
        signed_in.post(f"{base}/appointments", json=APPOINTMENT, timeout=30)
        answer = signed_in.post(f"{base}/appointments", json=APPOINTMENT, timeout=30)
        assert error_of(answer)[:2] == (400, "not_unique")

    def test_two_may_be_in_one_slot(self, base: str, signed_in: requests.Session):
        """The document has no refusal for that."""
        for reference in ("ref-01", "ref-02"):
            body = APPOINTMENT | {"reference": reference}
            answer = signed_in.post(f"{base}/appointments", json=body, timeout=30)
            assert answer.status_code == 201


class TestUpdate:
    """72.4, whose success status reads 20."""

    @pytest.mark.parametrize("by", ["id", "reference"])
    def test_an_appointment_is_changed(self, base: str, signed_in: requests.Session, by: str):
        made = signed_in.post(f"{base}/appointments", json=APPOINTMENT, timeout=30).json()
        where = str(made["id"]) if by == "id" else "reference/ref-01"
        changed = {key: value for key, value in APPOINTMENT.items() if key != "note"}
        changed |= {"title": "Later", "startDate": "2026-12-01T09:20:00Z"}
        changed |= {"endDate": "2026-12-01T09:50:00Z"}
        answer = signed_in.put(f"{base}/appointments/{where}", json=changed, timeout=30)
        assert answer.status_code == 200
        document = answer.json()
        assert (document["id"], document["title"]) == (made["id"], "Later")
        assert document["startDate"] == changed["startDate"]
        assert document["note"] == APPOINTMENT["note"]
        assert document["dateCreated"] == made["dateCreated"]

    def test_the_desks_own_can_be_changed(self, base: str, signed_in: requests.Session):
        row = signed_in.get(f"{base}/appointments?max=1", timeout=30).json()["data"][0]
        changed = APPOINTMENT | {"reference": "now-it-has-one"}
        answer = signed_in.put(f"{base}/appointments/{row['id']}", json=changed, timeout=30)
        assert (answer.status_code, answer.json()["id"]) == (200, row["id"])
        shown = signed_in.get(f"{base}/appointments/{row['id']}", timeout=30).json()
        assert shown["reference"] == "now-it-has-one"

    def test_what_is_not_there(self, base: str, signed_in: requests.Session):
        answer = signed_in.put(f"{base}/appointments/{GONE}", json=APPOINTMENT, timeout=30)
        assert error_of(answer)[:2] == (404, "not_found")

    def test_what_is_required_is_so_here_too(self, base: str, signed_in: requests.Session):
        made = signed_in.post(f"{base}/appointments", json=APPOINTMENT, timeout=30).json()
        body = {key: value for key, value in APPOINTMENT.items() if key != "title"}
        answer = signed_in.put(f"{base}/appointments/{made['id']}", json=body, timeout=30)
        assert error_of(answer) == (400, "missing_param", "title parameter is missing")


class TestUpsert:
    """72.5."""

    def test_it_inserts_once_and_then_updates(self, base: str, signed_in: requests.Session):
        address = f"{base}/appointments/reference/ref-07"
        made = signed_in.post(address, json=UPSERT, timeout=30)
        again = signed_in.post(address, json=UPSERT | {"title": "Other"}, timeout=30)
        assert made.status_code == again.status_code == 201
        assert made.json()["reference"] == again.json()["reference"] == "ref-07"
        assert made.json()["id"] == again.json()["id"]
        assert again.json()["title"] == "Other"

    def test_its_ids_are_text(self, base: str, signed_in: requests.Session):
        address = f"{base}/appointments/reference/ref-07"
        number = UPSERT | {"appointmentCategoryId": 1}
        answer = signed_in.post(address, json=number, timeout=30)
        assert error_of(answer)[:2] == (400, "invalid_param_type")

    def test_they_may_be_references(self, base: str, signed_in: requests.Session):
        address = f"{base}/appointments/reference/ref-07"
        external = UPSERT | {"appointmentCategoryId": "meeting"}
        document = signed_in.post(address, json=external, timeout=30).json()
        assert document["appointmentCategory"]["reference"] == "meeting"

    @pytest.mark.parametrize("name", ["title", "startDate", "endDate", "appointmentCategoryId"])
    def test_a_missing_parameter(self, base: str, signed_in: requests.Session, name: str):
        body = {key: value for key, value in UPSERT.items() if key != name}
        answer = signed_in.post(f"{base}/appointments/reference/ref-07", json=body, timeout=30)
        assert error_of(answer) == (400, "missing_param", f"{name} parameter is missing")


class TestDelete:
    """72.6."""

    @pytest.mark.parametrize("by", ["id", "reference"])
    def test_an_appointment_is_taken_out(self, base: str, signed_in: requests.Session, by: str):
        made = signed_in.post(f"{base}/appointments", json=APPOINTMENT, timeout=30).json()
        where = str(made["id"]) if by == "id" else "reference/ref-01"
        answer = signed_in.delete(f"{base}/appointments/{where}", timeout=30)
        assert answer.status_code == 200
        # An oddity of the sample: it is text
        assert answer.json() == {
            "success": "true",
            "success_description": "Instance deleted successfully",
        }
        again = signed_in.delete(f"{base}/appointments/{where}", timeout=30)
        assert error_of(again)[:2] == (404, "not_found")


class TestCategories:
    """The vendor's page "71 Appointment Categories"."""

    def test_they_are_listed_and_shown(self, base: str, signed_in: requests.Session):
        document = signed_in.get(f"{base}/appointmentCategories?max=2", timeout=30).json()
        assert document["paging"]["total"] > len(document["data"]) == 2
        first = document["data"][0]
        assert set(first) == {"id", "reference", "name", "isActive", "isDefault", "color"}
        address = f"{base}/appointmentCategories/reference/{first['reference']}"
        assert signed_in.get(address, timeout=30).json() == first
        gone = signed_in.get(f"{base}/appointmentCategories/{GONE}", timeout=30)
        assert error_of(gone)[:2] == (404, "not_found")
