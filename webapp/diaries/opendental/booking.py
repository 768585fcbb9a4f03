"""Writes a booking, after registering its patient where the office does not know them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from webapp.diaries.errors import FieldsRefused
from webapp.diaries.opendental import orders
from webapp.diaries.outcomes import nothing_sent
from webapp.diaries.pace import Urgency

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from webapp.diaries.deadlines import Times
    from webapp.diaries.opendental.looking import Looker
    from webapp.diaries.opendental.mapping import Entry
    from webapp.diaries.opendental.reading import Reader
    from webapp.diaries.opendental.writing import Writer
    from webapp.diaries.port import BookingRequest, Patient


class Booker:
    """Books in one office's diary. Safe to share between threads."""

    def __init__(self, reader: Reader, looker: Looker, writer: Writer, zone: ZoneInfo) -> None:
        self._reader = reader
        self._looker = looker
        self._writer = writer
        self._zone = zone

    def book(self, request: BookingRequest, wanted: Entry, *, times: Times) -> Entry:
        """Register the patient if need be, and write the appointment; see ``Writer.add``."""
        known = self._known(request.patient, times)
        number = known or self._register(request.patient, times)
        order = orders.booking_order(request, self._zone, patient=number, is_new=known is None)

        def look_for_ours() -> Entry | None:
            seen = self._reader.on(wanted.start.date(), Urgency.FINISHING, deadline=times.end)
            return self._looker.marked(wanted, seen)

        return self._writer.add(
            order, replace(wanted, patient=number), look_for_ours=look_for_ours, times=times
        )

    def _known(self, patient: Patient, times: Times) -> int | None:
        with nothing_sent():
            numbers = self._reader.numbers_of(patient, deadline=times.leave_by)
        return numbers[0] if numbers else None

    def _register(self, patient: Patient, times: Times) -> int:
        try:
            return self._writer.add_patient(patient, times=times)
        except FieldsRefused:
            # The vendor makes nobody twice: another booking of theirs may have been quicker
            known = self._known(patient, times)
            if known is None:
                raise
            return known
