"""The work that bookings promise through the outbox."""

from __future__ import annotations

import enum


class Kind(enum.StrEnum):
    """One kind of promise; most have a handler in ``appointments.handlers``."""

    SETTLE = "settle"
    """Find out what became of a booking that has no outcome by its deadline."""
    RELEASE = "release"
    """Take a booking out of the diary, or have the practice do it."""
    SLOT_FREED = "slot-freed"
    """Its slot is free again: the ASAP list, if the practice has one, may offer it."""
    MOVED = "moved"
    """The diary has moved it, which may have taken it off the ASAP list that it keeps."""
    SYNC = "sync"
    """Tell the systems that must know how it stands: ``appointments.telling``."""

    PATIENT_BOOKED = "patient-booked"
    PATIENT_CHANGED = "patient-changed"
    PATIENT_CANCELLED = "patient-cancelled"
    PATIENT_CANCEL_ASKED = "patient-cancel-asked"
    PATIENT_NOT_BOOKED = "patient-not-booked"
    PATIENT_UNCONFIRMED = "patient-unconfirmed"
    PATIENT_NOT_FOUND = "patient-not-found"
    """What they wanted to move is not in the diary where we knew it."""

    PRACTICE_BOOKED = "practice-booked"
    PRACTICE_CHECK = "practice-check"
    """A booking may or may not stand: look in the diary, and ring the patient."""
    PRACTICE_NOT_FOUND = "practice-not-found"
    """The same: ring the patient."""
    PRACTICE_RELEASE = "practice-release"
    """Take an appointment out: its patient cancelled it, or has another in its place."""
    PRACTICE_RELEASE_STUCK = "practice-release-stuck"
    """The same, because the diary did not do it when we asked."""
