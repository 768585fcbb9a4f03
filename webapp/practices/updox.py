"""The ``[updox]`` table of a practice's file: who is told of its bookings, as what."""

from __future__ import annotations

import re
from typing import Annotated, Self

from pydantic import Field, HttpUrl, SecretStr, field_validator, model_validator

from webapp.config import is_here
from webapp.diaries.fields import Id, Words
from webapp.diaries.settings import ServerSettings

_PATH = re.compile(r"(/[A-Za-z0-9._~-]+)+")
_SHOWN = re.compile(r"[^\x00-\x1f\x7f]{1,200}")


class UpdoxSettings(ServerSettings):
    """How to reach Updox, and what it calls this practice's people and rooms.

    The names of the credentials are those of its page "API Method AppointmentsSync": the vendor's
    own (``application_…``), and the practice's (``account_id``).
    """

    url: HttpUrl
    """The server, such as ``https://myupdox.com``."""
    path: str = "/api/io/AppointmentsSync"
    """Of the call, as the newer pages have it; the older ones say ``/io/syncAppointments``. The
    ping is expected beside it."""
    application_id: Words
    application_password: SecretStr
    account_id: Words
    calendar: Words | None = None
    """The calendar of everybody who is not under ``calendars``."""
    calendars: dict[Id, Words] = Field(default_factory=dict[str, str])
    """By the diary's id of a person, the calendarId that Updox knows: it must have been synced."""
    locations: dict[Id, Words] = Field(default_factory=dict[str, str])
    """By the diary's id of a room, the locationId; a room that is not there has none."""
    type_id: Annotated[str, Field(max_length=200)] = ""
    patient_id: Annotated[str, Field(max_length=200)] = ""
    """A contact that stands for every patient: Updox is told nothing of who they are."""

    @field_validator("url")
    @classmethod
    def _keeps_the_password_safe(cls, value: HttpUrl) -> HttpUrl:
        if value.username or value.password:
            raise ValueError(
                "must not contain a user or a password: they have settings of their own"
            )
        if value.query is not None or value.fragment is not None:
            raise ValueError('must end before any "?" or "#"')
        if value.scheme != "https" and not is_here((value.host or "").strip("[]")):
            raise ValueError("must begin with https://: the password travels along")
        return value

    @field_validator("path")
    @classmethod
    def _is_a_path(cls, value: str) -> str:
        if not _PATH.fullmatch(value):
            raise ValueError('must be a path such as "/api/io/AppointmentsSync"')
        return value

    @field_validator("application_password")
    @classmethod
    def _is_a_password(cls, value: SecretStr) -> SecretStr:
        text = value.get_secret_value()
        if not text.strip() or not _SHOWN.fullmatch(text):
            raise ValueError("must not be empty, nor hold a line's end")
        return value

    @model_validator(mode="after")
    def _has_calendars(self) -> Self:
        if self.calendar is None and not self.calendars:
            raise ValueError(
                "has no calendar: set updox.calendar, or add [updox.calendars] with a line for "
                'each person, such as 511 = "calendar-of-511"'
            )
        return self

    @property
    def sync_address(self) -> str:
        """Where appointments are told."""
        return str(self.url).rstrip("/") + self.path

    @property
    def ping_address(self) -> str:
        """Where Updox says whether it accepts the application and the account."""
        return str(self.url).rstrip("/") + self.path.rpartition("/")[0] + "/PingWithAccountAuth"

    def calendar_of(self, staff_id: str) -> str | None:
        """Return whose calendar it is, or None where the file does not say."""
        return self.calendars.get(staff_id, self.calendar)
