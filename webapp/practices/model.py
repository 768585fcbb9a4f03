"""What a practice's file says, typed."""

from __future__ import annotations

import re
from functools import cached_property
from typing import Annotated
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import phonenumbers
from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ValidationInfo,
    field_validator,
)

from webapp.diaries.fields import Id, Words
from webapp.diaries.settings import DiarySettings, OpenDentalSettings, ValomniaSettings
from webapp.practices.asap import AsapRules
from webapp.practices.theme import Schemes, derive_theme, is_colour
from webapp.practices.updox import UpdoxSettings


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class BookingRules(_Table):
    """The ``[booking]`` table: who and what is offered, and how far ahead."""

    days_ahead: Annotated[int, Field(ge=1, le=90)] = 90
    minimum_notice_hours: Annotated[float, Field(ge=0, le=24 * 30)] = 2
    staff: tuple[Id, ...] | None = None
    """Who is shown, in this order; everybody in the diary without it."""
    rooms: tuple[Id, ...] | None = None
    types: tuple[Id, ...] | None = None
    """What can be booked, in this order, where the diary has appointment types."""
    change_notice_hours: Annotated[float, Field(ge=0, le=24 * 30)] = 24
    """Until how long before it a patient may change or cancel online; then by phone."""
    ask_room: bool = True
    """False: the patient is not asked, any room will do."""

    @field_validator("staff", "rooms", "types")
    @classmethod
    def _has_no_repeats(cls, value: tuple[str, ...] | None) -> tuple[str, ...] | None:
        if value is not None and (not value or len(set(value)) != len(value)):
            raise ValueError("must list at least one id, and none twice")
        return value


class NotifyRules(_Table):
    """The ``[notify]`` table: what the practice's own address is told beside what it must know."""

    new_bookings: bool = False
    """A message for each new booking; without it, only requests and trouble."""


class PrivacyRules(_Table):
    """The ``[privacy]`` table."""

    keep_days: Annotated[int, Field(ge=1, le=366)] = 30
    """Bookings are erased so many days after the appointment."""


class EmbedRules(_Table):
    """The ``[embed]`` table: the only sites that may frame these pages."""

    origins: tuple[str, ...] = ()

    @field_validator("origins")
    @classmethod
    def _are_origins(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for origin in value:
            parts = urlsplit(origin)
            if (
                parts.scheme not in {"https", "http"}
                or not parts.hostname
                or origin != f"{parts.scheme}://{parts.netloc}"
                # A header holds ASCII alone; a password, or a port of letters, voids the rule
                or not origin.isascii()
                or not re.fullmatch(r"[^@:]+(:[0-9]{1,5})?", parts.netloc)
                or any(mark in origin for mark in " ;,*'\"")
            ):
                raise ValueError(
                    f'has "{origin}", which is not an origin such as "https://www.harbour.example" '
                    "(no path, no slash at the end)"
                )
        return value


class ThemeRules(_Table):
    """The ``[theme]`` table."""

    accent: str = "#0b6e4f"

    @field_validator("accent")
    @classmethod
    def _can_be_read(cls, value: str) -> str:
        if not is_colour(value):
            raise ValueError('must be a colour such as "#0b6e4f"')
        derive_theme(value)
        return value.lower()


class Practice(_Table):
    """One practice. ``slug`` is its file's name and the first part of each of its URLs."""

    slug: Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]
    name: Words
    # Before the phone, whose number is read as this country's.
    country: str
    phone: Words
    email: Annotated[str, Field(pattern=r"^[^@\s]+@[^@\s]+$", max_length=254)]
    address: Words
    timezone: str
    diary: DiarySettings
    booking: BookingRules = BookingRules()
    notify: NotifyRules = NotifyRules()
    privacy: PrivacyRules = PrivacyRules()
    asap: AsapRules = AsapRules()
    embed: EmbedRules = EmbedRules()
    theme: ThemeRules = ThemeRules()
    updox: UpdoxSettings | None = None
    """Who else is told of bookings; nobody without it."""

    @field_validator("timezone")
    @classmethod
    def _is_a_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise ValueError('must be a time zone such as "Europe/London"') from error
        return value

    @field_validator("country")
    @classmethod
    def _has_phone_numbers(cls, value: str) -> str:
        if value not in phonenumbers.SUPPORTED_REGIONS:
            raise ValueError('must be a country\'s two letters such as "GB"')
        return value

    @field_validator("phone")
    @classmethod
    def _can_be_rung(cls, value: str, info: ValidationInfo) -> str:
        country: str | None = info.data.get("country")
        try:
            number = phonenumbers.parse(value, country)
        except phonenumbers.NumberParseException:
            number = None
        if country and (number is None or not phonenumbers.is_possible_number(number)):
            raise ValueError('must be a number that can be rung, such as "020 7946 0123"')
        return value

    @field_validator("booking")
    @classmethod
    def _offers_whom_the_file_lists(cls, value: BookingRules, info: ValidationInfo) -> BookingRules:
        """Some diaries list who and where themselves; for others this very file does."""
        diary: DiarySettings | None = info.data.get("diary")
        if isinstance(diary, ValomniaSettings):
            _refuse_unlisted("staff", value.staff, "people", [one.id for one in diary.people])
            _refuse_unlisted("rooms", value.rooms, "places", [one.id for one in diary.places])
        return value

    @field_validator("updox")
    @classmethod
    def _knows_everybodys_calendar(
        cls, value: UpdoxSettings | None, info: ValidationInfo
    ) -> UpdoxSettings | None:
        booking: BookingRules | None = info.data.get("booking")
        diary: DiarySettings | None = info.data.get("diary")
        people, where = booking.staff if booking else None, "booking.staff"
        if people is None and isinstance(diary, ValomniaSettings):
            people, where = tuple(one.id for one in diary.people), "diary.people"
        without = [one for one in people or () if value and value.calendar_of(one) is None]
        if without:
            raise ValueError(
                f"has no calendar for {without[0]}, who is in {where}: add a line to "
                "[updox.calendars], or set updox.calendar for all who have none"
            )
        return value

    @property
    def lists_in_diary(self) -> bool:
        """Whether the practice's ASAP list is the diary's own."""
        usual = "diary" if isinstance(self.diary, OpenDentalSettings) else "openslot"
        return self.asap.enabled and (self.asap.kept_in or usual) == "diary"

    @property
    def clinic_num(self) -> int:
        """The clinic's number in the AsapComms API: the diary's own, unless the file says another.

        0 where there is none.
        """
        own = self.diary.clinic_num if isinstance(self.diary, OpenDentalSettings) else None
        return self.asap.clinic_num or own or 0

    @property
    def texts_itself(self) -> bool:
        """Whether it has an ASAP list whose offers are texted by us, and not by the diary."""
        return self.asap.enabled and self.asap.record == "openslot"

    @cached_property
    def zone(self) -> ZoneInfo:
        """The practice's time zone."""
        return ZoneInfo(self.timezone)

    @cached_property
    def colours(self) -> Schemes:
        """The practice's colours, by day and by night."""
        return derive_theme(self.theme.accent)

    @cached_property
    def phone_link(self) -> str:
        """What a ``tel:`` link takes: the number in international form."""
        number = phonenumbers.parse(self.phone, self.country)
        return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _refuse_unlisted(
    key: str, wanted: tuple[str, ...] | None, table: str, listed: list[str]
) -> None:
    missing = [one for one in wanted or () if one not in listed]
    if missing:
        raise ValueError(
            f'has in {key} the id "{missing[0]}", which diary.{table} does not list; it has '
            f"{', '.join(listed)}"
        )
