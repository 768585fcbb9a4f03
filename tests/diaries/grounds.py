"""A diary for each connector, and the hand behind its server, for what all of them promise."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Protocol

from tests.diaries.cliniko.riverside import diary_at as riverside_diary_at
from tests.diaries.cliniko.riverside import identity
from tests.diaries.opendental.bridge import diary_at as bridge_diary_at
from tests.diaries.valomnia.meadow import diary_at
from tests.diaries.wire import LIMITS, PATIENT, ZONE, closed_port
from tests.reference_process import BRIDGE, HARBOUR, MEADOW, RIVERSIDE, ReferenceDiary
from webapp.diaries.calling import Limits
from webapp.diaries.free_times import FreeTimes
from webapp.diaries.physiodiary.api import Api
from webapp.diaries.physiodiary.diary import PhysiodiaryDiary
from webapp.diaries.port import BookingRequest, Diary, Patient, Slot
from webapp.diaries.settings import PhysiodiarySettings
from webapp.diaries.transport import CallLimits

HURRIED = replace(PATIENT, write=CallLimits(connect=5, read=0.3, total=9))
MONDAY = date(2026, 11, 23)
PATIENT_ASKING = Patient(name="Robin Reed", phone="020 7946 0101", email="robin@reed.example")


class Ground(Protocol):
    """A diary and the hand behind its server."""

    staff_id: str
    room_id: str
    type_id: str | None

    def diary(self, limits: Limits = PATIENT) -> Diary: ...

    def diary_without_server(self) -> Diary: ...

    def diary_with_wrong_key(self) -> Diary: ...

    def truly_free(self) -> set[datetime]: ...

    def take(self, slot: Slot) -> None: ...

    def bookings(self) -> list[datetime]: ...

    def writes(self) -> int: ...

    def fall_silent(self) -> None:
        """Carry out what is asked from now on, and answer none of it in time."""
        ...

    def fall_silent_about_bookings(self) -> None:
        """Carry out what is booked from now on, and confirm none of it in time."""
        ...

    def stumble_once(self) -> None:
        """Break off the next read."""
        ...


@dataclass
class PhysiodiaryGround:
    reference: ReferenceDiary
    staff_id: str = "42228"
    room_id: str = "7322"
    type_id: str | None = None

    def diary(self, limits: Limits = PATIENT) -> Diary:
        return self._diary(self.reference.request_url(HARBOUR.slug), HARBOUR.key, limits)

    def diary_without_server(self) -> Diary:
        return self._diary(f"http://127.0.0.1:{closed_port()}/api/request", HARBOUR.key, LIMITS)

    def diary_with_wrong_key(self) -> Diary:
        return self._diary(self.reference.request_url(HARBOUR.slug), "another-key", PATIENT)

    def truly_free(self) -> set[datetime]:
        listed = self.reference.free(
            HARBOUR.slug, staff_id=int(self.staff_id), section_id=int(self.room_id)
        )
        return {_start(day, at) for day, at in listed}

    def take(self, slot: Slot) -> None:
        self.reference.take(
            HARBOUR.slug,
            date=f"{slot.start:%Y%m%d}",
            time=f"{slot.start:%H%M}",
            staff_id=int(slot.staff.id),
            section_id=int(slot.room.id),
        )

    def bookings(self) -> list[datetime]:
        return [_start(one["date"], one["time"]) for one in self.reference.bookings()]

    def writes(self) -> int:
        return len(self.reference.calls(HARBOUR.slug, "book"))

    def fall_silent(self) -> None:
        self.reference.fault(HARBOUR.slug, "*", "slow_after", seconds=30)

    def fall_silent_about_bookings(self) -> None:
        self.reference.fault(HARBOUR.slug, "book", "slow_after", seconds=30)

    def stumble_once(self) -> None:
        self.reference.fault(HARBOUR.slug, "*", "drop_before", times=1)

    @staticmethod
    def _diary(url: str, key: str, limits: Limits) -> Diary:
        settings = PhysiodiarySettings.model_validate(
            {"system": "physiodiary", "url": url, "api_key": key}
        )
        return PhysiodiaryDiary(Api(settings, limits), ZONE, limits)


@dataclass
class ValomniaGround:
    reference: ReferenceDiary
    staff_id: str = "812"
    room_id: str = "82"
    type_id: str | None = None

    def diary(self, limits: Limits = PATIENT) -> Diary:
        return diary_at(self.reference.valomnia_url(), limits)

    def diary_without_server(self) -> Diary:
        return diary_at(f"http://127.0.0.1:{closed_port()}", LIMITS)

    def diary_with_wrong_key(self) -> Diary:
        return diary_at(self.reference.valomnia_url(), password="another-password")

    def truly_free(self) -> set[datetime]:
        listed = self.reference.free(
            MEADOW.slug, staff_id=int(self.staff_id), section_id=int(self.room_id)
        )
        return {_start(day, at) for day, at in listed}

    def take(self, slot: Slot) -> None:
        self.reference.take(
            MEADOW.slug,
            date=f"{slot.start:%Y%m%d}",
            time=f"{slot.start:%H%M}",
            staff_id=int(slot.staff.id),
            section_id=int(slot.room.id),
        )

    def bookings(self) -> list[datetime]:
        listed = self.reference.bookings(MEADOW.slug)
        return [_start(one["date"], one["time"]) for one in listed if not one["released"]]

    def writes(self) -> int:
        return len(self.reference.calls(MEADOW.slug, "upsert"))

    def fall_silent(self) -> None:
        self.reference.fault(MEADOW.slug, "*", "slow_after", seconds=30)

    def fall_silent_about_bookings(self) -> None:
        self.reference.fault(MEADOW.slug, "upsert", "slow_after", seconds=30)

    def stumble_once(self) -> None:
        self.reference.fault(MEADOW.slug, "*", "drop_before", times=1)


@dataclass
class OpenDentalGround:
    reference: ReferenceDiary
    staff_id: str = "32"
    room_id: str = "22"
    type_id: str | None = None

    def diary(self, limits: Limits = PATIENT) -> Diary:
        return bridge_diary_at(self.reference.opendental_url(), limits)

    def diary_without_server(self) -> Diary:
        return bridge_diary_at(f"http://127.0.0.1:{closed_port()}/api/v1", LIMITS)

    def diary_with_wrong_key(self) -> Diary:
        return bridge_diary_at(self.reference.opendental_url(), customer_key="another-key")

    def truly_free(self) -> set[datetime]:
        listed = self.reference.free(
            BRIDGE.slug, staff_id=int(self.staff_id), section_id=int(self.room_id)
        )
        return {_start(day, at) for day, at in listed}

    def take(self, slot: Slot) -> None:
        self.reference.take(
            BRIDGE.slug,
            date=f"{slot.start:%Y%m%d}",
            time=f"{slot.start:%H%M}",
            staff_id=int(slot.staff.id),
            section_id=int(slot.room.id),
        )

    def bookings(self) -> list[datetime]:
        listed = self.reference.bookings(BRIDGE.slug)
        return [_start(one["date"], one["time"]) for one in listed if not one["released"]]

    def writes(self) -> int:
        return len(self.reference.calls(BRIDGE.slug, "save"))

    def fall_silent(self) -> None:
        self.reference.fault(BRIDGE.slug, "*", "slow_after", seconds=30)

    def fall_silent_about_bookings(self) -> None:
        self.reference.fault(BRIDGE.slug, "save", "slow_after", seconds=30)

    def stumble_once(self) -> None:
        self.reference.fault(BRIDGE.slug, "*", "drop_before", times=1)


@dataclass
class ClinikoGround:
    reference: ReferenceDiary
    staff_id: str = identity(51)
    room_id: str = identity(41)
    type_id: str | None = identity(402)

    def diary(self, limits: Limits = PATIENT) -> Diary:
        return riverside_diary_at(self.reference.cliniko_url(), limits)

    def diary_without_server(self) -> Diary:
        return riverside_diary_at(f"http://127.0.0.1:{closed_port()}/v1", LIMITS)

    def diary_with_wrong_key(self) -> Diary:
        return riverside_diary_at(self.reference.cliniko_url(), api_key="another-key-uk1")

    def truly_free(self) -> set[datetime]:
        listed = self.reference.free(RIVERSIDE.slug, staff_id=51, section_id=41, minutes=30)
        return {_start(day, at) for day, at in listed}

    def take(self, slot: Slot) -> None:
        self.reference.take(
            RIVERSIDE.slug,
            date=f"{slot.start:%Y%m%d}",
            time=f"{slot.start:%H%M}",
            staff_id=51,
            section_id=41,
            minutes=slot.minutes,
        )

    def bookings(self) -> list[datetime]:
        listed = self.reference.bookings(RIVERSIDE.slug)
        return [_start(one["date"], one["time"]) for one in listed if not one["released"]]

    def writes(self) -> int:
        return len(self.reference.calls(RIVERSIDE.slug, "save"))

    def fall_silent(self) -> None:
        self.reference.fault(RIVERSIDE.slug, "*", "slow_after", seconds=30)

    def fall_silent_about_bookings(self) -> None:
        self.reference.fault(RIVERSIDE.slug, "save", "slow_after", seconds=30)

    def stumble_once(self) -> None:
        self.reference.fault(RIVERSIDE.slug, "*", "drop_before", times=1)


def _start(day: str, at: str) -> datetime:
    return datetime.strptime(day + at, "%Y%m%d%H%M").replace(tzinfo=ZONE)


GROUNDS: dict[str, Callable[[ReferenceDiary], Ground]] = {
    "physiodiary": PhysiodiaryGround,
    "valomnia": ValomniaGround,
    "opendental": OpenDentalGround,
    "cliniko": ClinikoGround,
}


def ask_free(ground: Ground, diary: Diary, days: int = 90) -> FreeTimes:
    return diary.free_times(
        staff_id=ground.staff_id,
        room_id=ground.room_id,
        first_day=MONDAY,
        days=days,
        type_id=ground.type_id,
    )


def starts(found: FreeTimes) -> list[datetime]:
    return [datetime.combine(day, at, ZONE) for day, times in found.days.items() for at in times]


def booking(found: FreeTimes, place: int = 0) -> BookingRequest:
    slot = Slot(found.staff, found.room, starts(found)[place], found.minutes, found.type)
    return BookingRequest(slot, PATIENT_ASKING, reason="Stiff neck")
