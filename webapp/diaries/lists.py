"""What Openslot asks besides of a diary that keeps an ASAP list, and what stands on that."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol, cast

from webapp.diaries.port import Capability, Diary

if TYPE_CHECKING:
    from datetime import date, datetime

    from webapp.diaries.offers import DiarysOffer
    from webapp.diaries.port import Confirmation, PlacedBooking, Slot


@dataclass(frozen=True, slots=True)
class AsapAppointment:
    """An appointment whose patient would take an earlier one.

    ``reference`` and ``patient_reference`` are the diary's own numbers. ``start`` is aware and in
    the practice's zone; None where the appointment stands on no day, as one that was cancelled.
    """

    reference: str
    patient_reference: str
    staff_id: str
    room_id: str
    start: datetime | None
    minutes: int


@dataclass(frozen=True, slots=True)
class KnownPatient:
    """A patient as the practice's diary knows them; what it does not know is empty.

    ``may_be_texted`` says that they have agreed to it there.
    """

    name: str = field(repr=False)
    mobile: str = field(repr=False)
    email: str = field(repr=False)
    may_be_texted: bool


class AsapDiary(Diary, Protocol):
    """A diary that keeps an ASAP list: one whose ``capabilities`` have ASAP_LIST."""

    def patient(self, reference: str) -> KnownPatient | None:
        """Return a patient by the diary's own number; None when there is no such.

        Raises a ReadFailed or NotAccepted.
        """
        ...

    def appointment(self, reference: str) -> AsapAppointment | None:
        """Return an appointment by the diary's own number, listed or not; None when it is gone.

        Nobody waits for it. Raises a ReadFailed or NotAccepted.
        """
        ...

    def want_sooner(self, booking: PlacedBooking, *, wanted: bool) -> None:
        """Put an appointment on the ASAP list, or take it off; one that is gone needs nothing.

        Raises NotReached, NoAnswer, Unintelligible or NotAccepted; it may be repeated.
        """
        ...

    def move_sooner(self, booking: PlacedBooking, to: Slot) -> Confirmation:
        """Move an appointment that is on the ASAP list, as ``move`` does; it leaves the list.

        Raises NotAsOffered too, where it is not on the list any more or of another length.
        """
        ...

    def offer_sooner(self, booking: PlacedBooking, slot: Slot) -> str:
        """Let the diary offer a slot to an appointment's patient, once: its own text, its own page.

        Returns its number of the offer. Raises NotAsOffered when the appointment is not on the
        ASAP list, and SlotTaken: nothing was made. Raises NotReached or NotAccepted: likewise.
        WriteRefused says that it would not, for a reason that nobody can see; as OutcomeUnknown
        does, it leaves open whether the offer is made until ``write_limit_seconds`` have passed.
        """
        ...

    def offers_of(self, booking_reference: str, slot: Slot, *, since: date) -> tuple[str, ...]:
        """Return the diary's numbers of its offers of a slot to an appointment's patient.

        Only those made on ``since`` or later. Raises a ReadFailed or NotAccepted.
        """
        ...

    def offers_made(self, *, since: date) -> tuple[DiarysOffer, ...]:
        """Return all offers that the diary made on ``since`` or later, as they stand.

        Raises a ReadFailed or NotAccepted.
        """
        ...


def asap_diary(diary: Diary) -> AsapDiary | None:
    """Return a diary as one that keeps an ASAP list, or None where it keeps none."""
    return cast("AsapDiary", diary) if Capability.ASAP_LIST in diary.capabilities else None
