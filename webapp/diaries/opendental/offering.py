"""Lets Open Dental offer a slot to a patient of its ASAP list, and reads what became of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from webapp import clock
from webapp.diaries.errors import NotAsOffered, SlotTaken, Unintelligible, WriteRefused
from webapp.diaries.opendental import comms, mapping, orders
from webapp.diaries.opendental.looking import number_of
from webapp.diaries.opendental.rivals import in_the_way
from webapp.diaries.outcomes import unknown_if_it_fails
from webapp.diaries.pace import Urgency

if TYPE_CHECKING:
    from datetime import date
    from zoneinfo import ZoneInfo

    from webapp.diaries.deadlines import Times
    from webapp.diaries.offers import DiarysOffer
    from webapp.diaries.opendental.reading import Reader
    from webapp.diaries.opendental.writing import Writer
    from webapp.diaries.port import PlacedBooking, Slot

_PAST_MIDNIGHT = timedelta(days=2)
"""The office's clock may be ahead of ours: what it has made since is wanted too."""


class Offerer:
    """Makes AsapComms in one office's diary. Safe to share between threads."""

    def __init__(self, reader: Reader, writer: Writer, zone: ZoneInfo) -> None:
        self._reader = reader
        self._writer = writer
        self._zone = zone

    def offer(self, booking: PlacedBooking, slot: Slot, *, times: Times) -> str:
        """Have an AsapComm made, once; return its number. Raises as the port says."""
        number = number_of(booking)
        if number is None:
            raise NotAsOffered("the diary has no number for it")
        body = self._writer.offer(orders.offer_order(number, slot, self._zone), times=times)
        if body is None:
            raise self._refused(number, slot, times=times)
        with unknown_if_it_fails():
            made = comms.comm(body)
            if not made.is_for(number):
                raise Unintelligible("the answer is about another appointment")
        return str(made.AsapCommNum)

    def of(self, reference: str, slot: Slot, *, since: date, deadline: float) -> tuple[str, ...]:
        """Return the numbers of the AsapComms of a slot to an appointment's patient.

        The slot's time is on the schedule alone that each belongs to. Where the desk has deleted
        that, it counts. Raises a ReadFailed or NotAccepted.
        """
        if not (reference.isascii() and reference.isdigit()):
            return ()
        start = orders.wall_start(slot, self._zone)
        found: list[str] = []
        for one in self._comms(since, deadline):
            if not one.is_for(int(reference)):
                continue
            schedule = self._reader.schedule(one.ScheduleNum, deadline=deadline)
            if schedule is None or comms.schedule_start(schedule) == start:
                found.append(str(one.AsapCommNum))
        return tuple(found)

    def made(self, *, since: date, deadline: float) -> tuple[DiarysOffer, ...]:
        """Return the AsapComms made since that day. Raises a ReadFailed or NotAccepted."""
        return tuple(comms.offer(one, self._zone) for one in self._comms(since, deadline))

    def _comms(self, since: date, deadline: float) -> list[comms.Comm]:
        end = clock.today(self._zone) + _PAST_MIDNIGHT
        return comms.comms(self._reader.comms(since=since, end=end, deadline=deadline))

    def _refused(self, number: int, slot: Slot, *, times: Times) -> WriteRefused:
        """See by the diary itself why it would not: its explanation is never read.

        Raises OutcomeUnknown when there was no telling.
        """
        with unknown_if_it_fails():
            before = self._reader.one(number, deadline=times.end)
            if before is None or not before.stands or before.priority != mapping.ASAP:
                return NotAsOffered("it is off the ASAP list")
            there = replace(
                before,
                start=orders.wall_start(slot, self._zone),
                room_id=slot.room.id,
                staff_id=slot.staff.id,
            )
            seen = self._reader.on(there.start.date(), Urgency.FINISHING, deadline=times.end)
        if in_the_way(there, seen):
            return SlotTaken("the slot is taken")
        return WriteRefused("the diary would not offer it")
