"""The ``[diary]`` table of a practice's file, one model for each system."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Literal, cast

from pydantic import (
    AfterValidator,
    Field,
    HttpUrl,
    SecretStr,
    ValidationInfo,
    field_validator,
    model_validator,
)

from webapp.diaries.cliniko.address import address_for
from webapp.diaries.fields import Id, Words
from webapp.diaries.server_settings import ServerSettings, is_private, is_this_machine
from webapp.diaries.valomnia.tables import Person, Place, WeekHours

MARK_MINUTES = 5
"""Open Dental's ``Pattern`` has a mark for so many minutes ("API Appointments")."""
LONGEST_PATTERN_MINUTES = 540
"""Longer patterns are cut to this without a word (the same page)."""

_KEY = re.compile(r"[!-.0-~]+")
# Both stand in a header of every request
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9 .-]{0,59}")
_EMAIL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,63}")


def _not_empty(value: SecretStr) -> SecretStr:
    if not value.get_secret_value().strip():
        raise ValueError("must not be empty")
    return value


class PhysiodiarySettings(ServerSettings):
    """How to reach a Physiodiary diary (vendor's page "Using the API for online bookings").

    ``url`` is the address that the vendor gave for this practice, such as
    ``https://api456.physiodiary.example:1234/api/request``.
    """

    system: Literal["physiodiary"]
    api_key: SecretStr

    _key_is_not_empty = field_validator("api_key")(_not_empty)

    @field_validator("url")
    @classmethod
    def _carries_no_password(cls, value: HttpUrl) -> HttpUrl:
        if value.username or value.password:
            raise ValueError("must not contain a user or a password: the key belongs in api_key")
        return value

    @property
    def secret(self) -> SecretStr:
        """What the vendor knows us by, to be shown nowhere."""
        return self.api_key


class ValomniaSettings(ServerSettings):
    """How to reach appointments in Valomnia, and what Valomnia does not know of the practice.

    ``url`` is what the vendor's "72 Appointments - Reference Documentation 2.1" calls BASE_URL,
    such as ``https://meadow.valomnia.example``: without ``/api``.
    """

    system: Literal["valomnia"]
    username: Words
    password: SecretStr
    appointment_category: Id
    """The appointmentCategoryId that online bookings get."""
    slot_minutes: Annotated[int, Field(ge=5, le=480)]
    buffer_minutes: Annotated[int, Field(ge=0, le=240)] = 0
    """Kept free before and after every appointment."""
    closed_days: tuple[date, ...] = ()
    hours: WeekHours | None = None
    # Before the people, who work in them
    places: tuple[Place, ...]
    people: tuple[Person, ...]

    _password_is_not_empty = field_validator("password")(_not_empty)

    @field_validator("url")
    @classmethod
    def _keeps_the_password_safe(cls, value: HttpUrl) -> HttpUrl:
        if value.username or value.password:
            raise ValueError("must not contain a user or a password: they have keys of their own")
        if value.query is not None or value.fragment is not None:
            raise ValueError('must end before any "?" or "#"')
        if value.scheme != "https" and not is_this_machine(value.host or ""):
            raise ValueError("must begin with https://: the password travels along")
        return value

    @field_validator("places")
    @classmethod
    def _places_differ(cls, value: tuple[Place, ...]) -> tuple[Place, ...]:
        if not value:
            raise ValueError("must list at least one place")
        _refuse_repeats([one.id for one in value], "id")
        _refuse_repeats([one.customer_reference for one in value], "customer_reference")
        return value

    @field_validator("people")
    @classmethod
    def _people_can_be_told_apart(
        cls, value: tuple[Person, ...], info: ValidationInfo
    ) -> tuple[Person, ...]:
        if not value:
            raise ValueError("must list at least one person")
        _refuse_repeats([one.id for one in value], "id")
        _refuse_repeats([one.employee_reference for one in value], "employee_reference")
        places: tuple[Place, ...] = info.data.get("places", ())
        unknown = {id_ for one in value for id_ in one.places or ()} - {one.id for one in places}
        if places and unknown:
            raise ValueError(
                f'name the place "{min(unknown)}", which diary.places does not list: add it there'
            )
        if info.data.get("hours", ...) is None and any(one.hours is None for one in value):
            raise ValueError("have no hours: add [diary.hours], or give each person their own")
        return value

    @property
    def secret(self) -> SecretStr:
        """What the vendor knows us by, to be shown nowhere."""
        return self.password

    def person(self, person_id: str) -> Person | None:
        return next((one for one in self.people if one.id == person_id), None)

    def place(self, place_id: str) -> Place | None:
        return next((one for one in self.places if one.id == place_id), None)


def _is_a_whole_key(value: SecretStr) -> SecretStr:
    if not _KEY.fullmatch(value.get_secret_value()):
        raise ValueError("must be the key alone, without spaces or slashes")
    return value


def _is_a_plain_name(value: str) -> str:
    if not _NAME.fullmatch(value):
        raise ValueError("must be a name of letters, digits, spaces, dots and hyphens")
    return value


def _is_an_email(value: str) -> str:
    if not _EMAIL.fullmatch(value):
        raise ValueError("must be an e-mail address, such as developers@practice.example")
    return value


def _is_in_marks(value: int) -> int:
    if value % MARK_MINUTES or not MARK_MINUTES <= value <= LONGEST_PATTERN_MINUTES:
        raise ValueError(
            f"must be a multiple of {MARK_MINUTES}, from {MARK_MINUTES} to "
            f"{LONGEST_PATTERN_MINUTES}: Open Dental counts in five-minute marks"
        )
    return value


InMarks = Annotated[int, AfterValidator(_is_in_marks)]


class OpenDentalSettings(ServerSettings):
    """How to reach an office's Open Dental, and how long what it books online is to be.

    ``url`` is what the vendor's page "API Implementation" calls the endpoint,
    ``https://api.opendental.com/api/v1``, or the office's own API Service, which is on its network.
    """

    system: Literal["opendental"]
    developer_key: SecretStr
    customer_key: SecretStr
    length_minutes: InMarks
    step_minutes: InMarks | None = None
    """How far apart offered times begin within a time that is open; ``length_minutes`` without
    it."""
    clinic_num: Annotated[int, Field(ge=1)] | None = None
    """Whose ASAP list it is, where the office has clinics: its list cannot be asked for then
    without one ("Appointments GET ASAP")."""
    seconds_between_requests: Annotated[float, Field(ge=0, le=60)] = 1.1
    """The vendor lets one request in a second for each customer's key, and one each half second
    for Enterprise; a tenth more allows for one that is longer under way than the next. An API
    Service of the office's own asks for no pause."""
    connections: Annotated[int, Field(ge=1, le=32)] = 3
    """How many questions may be asked at once by one process: at one request a second more would
    only make each of them slower."""

    _keys_are_whole = field_validator("developer_key", "customer_key")(_is_a_whole_key)

    @field_validator("url")
    @classmethod
    def _keeps_the_keys_safe(cls, value: HttpUrl) -> HttpUrl:
        if value.username or value.password:
            raise ValueError(
                "must not contain a user or a password: they have settings of their own"
            )
        if value.query is not None or value.fragment is not None:
            raise ValueError('must end before any "?" or "#"')
        host = value.host or ""
        if value.scheme != "https" and not (is_this_machine(host) or is_private(host)):
            raise ValueError("must begin with https://: both keys travel along")
        return value

    @property
    def secret(self) -> SecretStr:
        """What the vendor knows the office by, to be shown nowhere."""
        return self.customer_key


class ClinikoSettings(ServerSettings):
    """How to reach a practice's Cliniko, and who it is told that asks.

    Without ``url`` it is where the key says: each key ends in the name of its account's shard.
    """

    system: Literal["cliniko"]
    api_key: SecretStr
    vendor_name: Annotated[str, AfterValidator(_is_a_plain_name)] = "Openslot"
    contact_email: Annotated[str, AfterValidator(_is_an_email)]
    """Whom the vendor writes to when our requests make trouble: it wants both of every caller."""
    requests_per_minute: Annotated[int, Field(ge=20, le=1000)] = 200
    """The vendor's own limit for each of its users; less, where other software shares the key."""
    connections: Annotated[int, Field(ge=1, le=32)] = 6

    _key_is_whole = field_validator("api_key")(_is_a_whole_key)

    @model_validator(mode="before")
    @classmethod
    def _goes_where_the_key_says(cls, data: object) -> object:
        if not isinstance(data, dict) or "url" in data:
            return cast("object", data)
        table = cast("dict[str, object]", data)
        key = table.get("api_key")
        if isinstance(key, SecretStr):
            key = key.get_secret_value()
        return {**table, "url": address_for(key)} if isinstance(key, str) else table

    @field_validator("url")
    @classmethod
    def _keeps_the_key_safe(cls, value: HttpUrl) -> HttpUrl:
        if value.username or value.password:
            raise ValueError("must not contain a user or a password: the key belongs in api_key")
        if value.query is not None or value.fragment is not None:
            raise ValueError('must end before any "?" or "#"')
        if value.scheme != "https" and not is_this_machine(value.host or ""):
            raise ValueError("must begin with https://: the key travels along")
        return value

    @property
    def secret(self) -> SecretStr:
        """What the vendor knows us by, to be shown nowhere."""
        return self.api_key


def _refuse_repeats(values: list[str | None] | list[str], key: str) -> None:
    given = [one for one in values if one is not None]
    for one in given:
        if given.count(one) > 1:
            raise ValueError(f'have the {key} "{one}" twice; give each their own')


DiarySettings = Annotated[
    PhysiodiarySettings | ValomniaSettings | OpenDentalSettings | ClinikoSettings,
    Field(discriminator="system"),
]
"""The systems that a practice's file may name, told apart by ``system``."""
