"""Reads lists page by page, and single appointments."""

from __future__ import annotations

from typing import TYPE_CHECKING

from webapp.diaries.errors import Unintelligible
from webapp.diaries.opendental import mapping, orders, patients
from webapp.diaries.opendental.answers import is_there
from webapp.diaries.pace import Urgency
from webapp.diaries.repeating import ask_again

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from webapp.diaries.calling import Limits
    from webapp.diaries.lists import KnownPatient
    from webapp.diaries.opendental.api import Api
    from webapp.diaries.opendental.mapping import Entry, Opening
    from webapp.diaries.port import Patient, Room, Staff

PAGE = 100
"""Rows: the usual and the most of one page ("API Implementation")."""
_LONGEST_LIST = 5000
"""Rows. A server that passes over ``Offset`` would send its first page for ever."""


class Reader:
    """Asks one office's diary. Safe to share between threads.

    Every method repeats what failed in passing, until its ``deadline`` on the ``time.monotonic``
    scale, and raises a ReadFailed or NotAccepted.
    """

    def __init__(self, api: Api, limits: Limits, clinic: int | None) -> None:
        self._api = api
        self._limits = limits
        self._clinic = clinic

    def staff(self, deadline: float) -> tuple[Staff, ...]:
        return mapping.staff(self._rows("providers", {}, Urgency.READING, deadline))

    def rooms(self, deadline: float) -> tuple[Room, ...]:
        return mapping.rooms(self._rows("operatories", {}, Urgency.READING, deadline))

    def openings(
        self,
        *,
        staff_id: str,
        room_id: str,
        first_day: date,
        last_day: date,
        minutes: int,
        deadline: float,
    ) -> tuple[Opening, ...]:
        """Return what is open for ``minutes`` and more, from the first to the last day.

        "Appointments GET Slots" takes any range of days, "inclusive of both dates".
        """
        asked = {
            "dateStart": first_day.isoformat(),
            "dateEnd": last_day.isoformat(),
            "lengthMinutes": str(minutes),
            "ProvNum": staff_id,
            "OpNum": room_id,
        }
        rows = self._rows("appointments/Slots", asked, Urgency.READING, deadline)
        # Offices before version 22.1 pass over OpNum
        return tuple(
            one
            for one in mapping.openings(rows)
            if (one.staff_id, one.room_id) == (staff_id, room_id)
        )

    def on(self, day: date, urgency: Urgency, *, deadline: float) -> tuple[Entry, ...]:
        """Return a day's appointments, with everybody and everywhere."""
        asked = {"date": day.isoformat()}
        return mapping.entries(self._rows("appointments", asked, urgency, deadline))

    def asap(self, *, deadline: float) -> tuple[Entry, ...]:
        """Return the ASAP list ("Appointments GET ASAP")."""
        asked = {} if self._clinic is None else {"ClinicNum": str(self._clinic)}
        return mapping.entries(self._rows("appointments/ASAP", asked, Urgency.READING, deadline))

    def one(
        self, number: int, *, deadline: float, urgency: Urgency = Urgency.WRITING
    ) -> Entry | None:
        """Return one appointment; None when the diary says that there is no such."""

        def ask_once() -> Entry | None:
            reply = self._api.get(f"appointments/{number}", {}, urgency=urgency, deadline=deadline)
            return mapping.entry(reply.body) if is_there(reply) else None

        return ask_again(ask_once, self._limits, deadline=deadline)

    def comms(self, *, since: date, end: date, deadline: float) -> list[object]:
        """Return the AsapComms made on ``since`` or later, and before ``end``.

        Both are always said: by default the list ends with "today at midnight", which of the two
        the document does not tell.
        """
        asked = {"dateStart": since.isoformat(), "dateEnd": end.isoformat()}
        return self._rows("asapcomms", asked, Urgency.READING, deadline)

    def schedule(self, number: int, *, deadline: float) -> bytes | None:
        """Return one schedule's document; None when the diary says that there is no such."""

        def ask_once() -> bytes | None:
            path = f"schedules/{number}"
            reply = self._api.get(path, {}, urgency=Urgency.READING, deadline=deadline)
            return reply.body if is_there(reply) else None

        return ask_again(ask_once, self._limits, deadline=deadline)

    def patient(self, reference: str, *, deadline: float) -> KnownPatient | None:
        """Return one patient; None when the diary says that there is no such."""
        if not (reference.isascii() and reference.isdigit()):
            return None

        def ask_once() -> KnownPatient | None:
            path = f"patients/{reference}"
            reply = self._api.get(path, {}, urgency=Urgency.READING, deadline=deadline)
            return patients.known_patient(reply.body) if is_there(reply) else None

        return ask_again(ask_once, self._limits, deadline=deadline)

    def numbers_of(self, patient: Patient, *, deadline: float) -> tuple[int, ...]:
        """Return the numbers under which the office knows a patient, the likeliest first."""
        asked = orders.patient_search(patient)
        rows = self._rows("patients", asked, Urgency.WRITING, deadline)
        return patients.patients_like(rows, patient)

    def _rows(
        self, path: str, asked: Mapping[str, str], urgency: Urgency, deadline: float
    ) -> list[object]:
        """Read a list to its end: until a page has fewer rows than it may have."""
        found: list[object] = []
        while len(found) < _LONGEST_LIST:
            page = self._page(path, {**asked, "Offset": str(len(found))}, urgency, deadline)
            found += page
            if len(page) < PAGE:
                return found
        raise Unintelligible("the diary's list has no end")

    def _page(
        self, path: str, asked: Mapping[str, str], urgency: Urgency, deadline: float
    ) -> list[object]:
        query = {**asked, "Limit": str(PAGE)}

        def ask_once() -> list[object]:
            reply = self._api.get(path, query, urgency=urgency, deadline=deadline)
            if not is_there(reply):
                raise Unintelligible("the diary knows no such list, or nobody of that number")
            return mapping.rows(reply.body)

        return ask_again(ask_once, self._limits, deadline=deadline)
