"""Writes into the diary, and believes only answers that repeat what was written."""

from __future__ import annotations

from typing import TYPE_CHECKING

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
from webapp.diaries.opendental import mapping, orders, patients
from webapp.diaries.opendental.answers import Refused, Throttled, is_there, pause_asked
from webapp.diaries.outcomes import unknown_if_it_fails
from webapp.diaries.pace import Urgency
from webapp.diaries.repeating import ask_again

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from webapp.diaries.calling import Limits, Reply
    from webapp.diaries.deadlines import Times
    from webapp.diaries.opendental.api import Api
    from webapp.diaries.opendental.mapping import Entry
    from webapp.diaries.port import Patient

_A_NEW_PATIENTS = frozenset({PatientField.NAME, PatientField.PHONE, PatientField.EMAIL})


class Writer:
    """Writes into one office's diary. Safe to share between threads."""

    def __init__(self, api: Api, limits: Limits) -> None:
        self._api = api
        self._limits = limits

    def add_patient(self, patient: Patient, *, times: Times) -> int:
        """Register a patient whom the office does not know; return the number.

        Raises FieldsRefused, NotAccepted, and NotReached for any other failure: what was to be
        booked has not left then, and who was registered is found the next time.
        """
        order = orders.patient_order(patient)
        try:
            reply = self._send("POST", "patients", order, Urgency.WRITING, times)
            if pause_asked(reply) is not None:
                # Harmless, for the vendor makes nobody twice
                reply = self._send("POST", "patients", order, Urgency.WRITING, times)
            if not is_there(reply):
                raise Unintelligible("the diary knows no patients")
            return patients.patient_number(reply.body)
        except Refused:
            # The same for a patient whom the office knows after all: nobody learns who they are
            raise FieldsRefused(_A_NEW_PATIENTS) from None
        except (NoAnswer, Unintelligible) as exc:
            raise NotReached(f"no booking was sent, for its patient was not noted: {exc}") from exc

    def add(
        self,
        order: Mapping[str, object],
        wanted: Entry,
        *,
        look_for_ours: Callable[[], Entry | None],
        times: Times,
    ) -> Entry:
        """Send an appointment, once. ``wanted`` is what the diary has to answer with.

        Only where the vendor turned it away for too many requests is it sent again, and then not
        before ``look_for_ours`` has found none. Raises SlotTaken, NotReached or NotAccepted when
        nothing was written, and OutcomeUnknown when it may have been.
        """
        try:
            reply = self._send("POST", "appointments", order, Urgency.WRITING, times)
            is_known = is_there(reply)
        except Throttled:
            with unknown_if_it_fails():
                ours = look_for_ours()
                if ours is not None:
                    return ours
                reply = self._send(
                    "POST", "appointments", order, Urgency.FINISHING, times.finishing
                )
                is_known = is_there(reply)
        except (NoAnswer, Unintelligible) as exc:
            raise OutcomeUnknown(str(exc)) from exc
        if not is_known:
            raise SlotTaken("the diary does not know such a provider, operatory or patient")
        return self._believed(reply, wanted)

    def put(self, entry: Entry, *, urgency: Urgency, times: Times) -> Entry:
        """Put an appointment where ``entry`` says; harmless to repeat.

        Raises NotReached or NotAccepted when nothing was written, WriteRefused when there is no
        such appointment, and OutcomeUnknown when it may have been written.
        """
        order = orders.move_order(entry)
        path = f"appointments/{entry.number}"
        try:
            reply = self._send("PUT", path, order, urgency, times)
            is_known = is_there(reply)
        except Throttled:
            with unknown_if_it_fails():
                reply = self._send("PUT", path, order, Urgency.FINISHING, times.finishing)
                is_known = is_there(reply)
        except (NoAnswer, Unintelligible) as exc:
            raise OutcomeUnknown(str(exc)) from exc
        if not is_known:
            raise WriteRefused("the booking is no longer in the diary")
        return self._believed(reply, entry)

    def undo(self, ours: Entry, *, times: Times) -> SlotTaken:
        """Take off the book what came second, and return the error that says so.

        Raises OutcomeUnknown when it may still stand.
        """

        def take_off() -> None:
            path = f"appointments/{ours.number}"
            reply = self._send("PUT", path, orders.undo_order(), Urgency.FINISHING, times.finishing)
            # What is gone already counts as taken off
            if is_there(reply) and mapping.entry(reply.body).stands:
                raise Unintelligible("the diary kept it on the book")

        try:
            ask_again(take_off, self._limits, deadline=times.end)
        except (ReadFailed, NotAccepted) as exc:
            raise OutcomeUnknown(f"what came second could not be taken off: {exc}") from exc
        return SlotTaken("somebody else was in the slot before")

    def set_priority(self, number: int, priority: str, *, times: Times) -> None:
        """Put an appointment on the ASAP list or take it off; one that is gone needs nothing.

        Raises a ReadFailed or NotAccepted; it may be repeated.
        """
        order = orders.priority_order(priority)
        reply = self._send("PUT", f"appointments/{number}", order, Urgency.WRITING, times)
        if is_there(reply) and mapping.entry(reply.body).priority != priority:
            raise Unintelligible("the diary did not take the priority")

    def offer(self, order: Mapping[str, object], *, times: Times) -> bytes | None:
        """Have an AsapComm made, once; return its document.

        None where the diary refused, which may be said too when it was only slow. Raises
        NotReached or NotAccepted when nothing was made, and OutcomeUnknown.
        """
        try:
            reply = self._send("POST", "asapcomms", order, Urgency.WRITING, times)
            return reply.body if is_there(reply) else None
        except Refused:
            return None
        except (NoAnswer, Unintelligible) as exc:
            raise OutcomeUnknown(str(exc)) from exc

    def break_off(self, number: int, *, times: Times) -> bool:
        """Cancel an appointment; False when the diary would not, or is away itself.

        One that is gone already counts as cancelled. Raises a ReadFailed or NotAccepted.
        """
        path = f"appointments/{number}/Break"
        try:
            is_there(self._send("PUT", path, orders.break_order(), Urgency.WRITING, times))
        except Refused:
            return False
        return True

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
