"""Writes into the diary, and believes only answers that repeat what was written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from webapp.diaries.cliniko import mapping, orders, patients
from webapp.diaries.cliniko.answers import Invalid, Throttled, is_there
from webapp.diaries.errors import (
    FieldsRefused,
    NoAnswer,
    NotAccepted,
    NotReached,
    OutcomeUnknown,
    PatientField,
    ReadFailed,
    SlotTaken,
    Unintelligible,
    WriteRefused,
)
from webapp.diaries.outcomes import unknown_if_it_fails
from webapp.diaries.pace import Urgency
from webapp.diaries.repeating import ask_again

if TYPE_CHECKING:
    from collections.abc import Mapping

    from webapp.diaries.calling import Limits, Reply
    from webapp.diaries.cliniko.api import Api
    from webapp.diaries.cliniko.mapping import Entry
    from webapp.diaries.deadlines import Times
    from webapp.diaries.port import BookingRequest, CancelReason, Patient

_A_NEW_PATIENTS = frozenset({PatientField.NAME, PatientField.PHONE, PatientField.EMAIL})


class Writer:
    """Writes into one account. Safe to share between threads."""

    def __init__(self, api: Api, limits: Limits) -> None:
        self._api = api
        self._limits = limits

    def add_patient(self, patient: Patient, *, times: Times) -> str:
        """Make a patient whom the account does not know; return the id.

        Raises FieldsRefused, NotAccepted, and NotReached for any other failure: what was to be
        booked has not left then, and who was made is found the next time.
        """
        try:
            order = orders.patient_order(patient)
            reply = self._send("POST", "patients", order, Urgency.WRITING, times)
            if not is_there(reply):
                raise Unintelligible("the diary knows no patients")
            return patients.patient_id(reply.body)
        except Invalid as exc:
            raise FieldsRefused(exc.patients_own or _A_NEW_PATIENTS) from None
        except (NoAnswer, Unintelligible) as exc:
            raise NotReached(f"no booking was sent, for its patient was not noted: {exc}") from exc

    def add(self, request: BookingRequest, wanted: Entry, *, times: Times) -> Entry:
        """Send an appointment, once. ``wanted`` is what the diary has to answer with.

        Raises SlotTaken, FieldsRefused, NotReached or NotAccepted when nothing was written, and
        OutcomeUnknown when it may have been.
        """
        order = orders.booking_order(request, wanted)
        try:
            reply = self._send("POST", "individual_appointments", order, Urgency.WRITING, times)
            is_known = is_there(reply)
        except Throttled as exc:
            raise NotReached(f"the booking was turned away: {exc}") from exc
        except Invalid as exc:
            if exc.patients_own:
                raise FieldsRefused(exc.patients_own) from None
            raise SlotTaken(str(exc)) from None
        except (NoAnswer, Unintelligible) as exc:
            raise OutcomeUnknown(str(exc)) from exc
        if not is_known:
            raise SlotTaken("the diary does not know such an appointment's place")
        return self._believed(reply, wanted)

    def put(self, entry: Entry, *, urgency: Urgency, times: Times) -> Entry:
        """Put an appointment where ``entry`` says; harmless to repeat.

        Raises SlotTaken, NotReached or NotAccepted when nothing was written, WriteRefused when
        there is no such appointment, and OutcomeUnknown when it may have been written.
        """
        path = f"individual_appointments/{mapping.identity(entry.id)}"
        try:
            reply = self._send("PATCH", path, orders.place_order(entry), urgency, times)
            is_known = is_there(reply)
        except Throttled as exc:
            raise NotReached(f"the move was turned away: {exc}") from exc
        except Invalid as exc:
            raise SlotTaken(str(exc)) from None
        except (NoAnswer, Unintelligible) as exc:
            raise OutcomeUnknown(str(exc)) from exc
        if not is_known:
            raise WriteRefused("the booking is no longer in the diary")
        return self._believed(reply, entry)

    def undo(self, ours: Entry, *, times: Times) -> SlotTaken:
        """Cancel what came second, and return the error that says so.

        Raises OutcomeUnknown when it may still stand.
        """

        def cancel() -> None:
            self._cancel(ours.id, orders.undo_order(), Urgency.FINISHING, times.finishing)

        try:
            ask_again(cancel, self._limits, deadline=times.end)
        except (ReadFailed, NotAccepted) as exc:
            raise OutcomeUnknown(f"what came second could not be cancelled: {exc}") from exc
        return SlotTaken("somebody else had the time before")

    def cancel(self, identity: str, reason: CancelReason | None, *, times: Times) -> None:
        """Cancel an appointment; one that is gone already counts as cancelled.

        Raises a ReadFailed or NotAccepted; it may be repeated after any of them.
        """
        self._cancel(identity, orders.cancel_order(reason), Urgency.WRITING, times)

    def _cancel(
        self, identity: str, order: Mapping[str, object], urgency: Urgency, times: Times
    ) -> None:
        path = f"individual_appointments/{mapping.identity(identity)}/cancel"
        # 404 is a success too: what is gone is gone
        is_there(self._send("PATCH", path, order, urgency, times))

    def _send(
        self,
        method: str,
        path: str,
        order: Mapping[str, object],
        urgency: Urgency,
        times: Times,
    ) -> Reply:
        return self._api.write(method, path, order, urgency=urgency, times=times)

    @staticmethod
    def _believed(reply: Reply, wanted: Entry) -> Entry:
        with unknown_if_it_fails():
            told = mapping.entry(reply.body)
            mapping.compare(told, wanted)
        return told
