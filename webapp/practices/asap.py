"""The ``[asap]`` table of a practice's file: the ASAP list, its texts, and who may ask its API."""

from __future__ import annotations

import re
from datetime import time
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator, model_validator

DEFAULT_TEMPLATE = (
    "[NameF], an earlier time at [OfficeName]: [Date], [Time]. First come first served: [AsapURL]"
)
_TIME_OF_DAY = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")
_SENDER = re.compile(
    r"\+[1-9][0-9]{6,14}|[0-9]{3,8}|MG[0-9a-f]{32}|(?=.*[A-Za-z])[A-Za-z0-9 ]{1,11}"
)
"""A number, a short code, a messaging service, or a name, as Twilio's documentation has them."""


class AsapRules(BaseModel):
    """Who is offered what, and when. The defaults are Open Dental's for Web Sched ASAP.

    Their source is its manual ("Web Sched ASAP", "ASAP Message Setup"). Minutes and hours are
    real time; ``texts_after`` and ``texts_before`` the practice's own clocks.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    enabled: bool = False
    """Patients may join the ASAP list."""
    automatic: bool = False
    """A slot that becomes free is offered without anybody's doing."""
    texts_from: Annotated[str, Field(max_length=40)] = ""
    """The gateway's number (or messaging service) that this practice's texts come from."""
    template: Annotated[str, Field(min_length=1, max_length=480)] = DEFAULT_TEMPLATE
    texts_after: time = time(8)
    texts_before: time = time(20)
    gap_minutes: tuple[float, float, float, float] = (1, 2, 4, 8)
    """Between one patient's text and the next's, with less than 2, 12, 48 hours to go, or more."""
    most_texts_a_day: Annotated[int, Field(ge=1, le=20)] = 2
    last_text_minutes: Annotated[int, Field(ge=0, le=24 * 60)] = 30
    """No text goes out when the slot is nearer than this."""
    expire_days: Annotated[int, Field(ge=1, le=90)] = 7
    """An offer expires so many days after its slot began: so the API tells it."""
    unscheduled_first: bool = True
    """Who has no appointment is asked before who has one."""
    farthest_first: bool = True
    """Of those who have one, whoever would wait longest is asked first."""
    kept_in: Annotated[Literal["diary", "openslot"] | None, Field(alias="list")] = None
    """Who keeps the list; without it Openslot, but the diary where that is Open Dental."""
    record: Literal["openslot", "diary"] = "openslot"
    """Who texts an offer to its patient, and keeps what becomes of it."""
    list_every_seconds: Annotated[float, Field(ge=60, le=3600)] = 180
    """How often a list that the diary keeps is read."""
    list_days: Annotated[int, Field(ge=1, le=366)] = 90
    """So long a patient without an appointment stays on the list."""
    look_every_seconds: Annotated[float, Field(ge=5, le=3600)] = 60
    """How often the diary is looked at for slots that became free, while anybody is on the list."""
    clinic_num: Annotated[int, Field(ge=0)] = 0
    """What the API calls this practice's clinic."""
    developer_key: SecretStr = SecretStr("")
    customer_key: SecretStr = SecretStr("")
    """What a client of the API presents; without both nobody is let in."""

    @field_validator("texts_from")
    @classmethod
    def _is_a_sender(cls, value: str) -> str:
        if value and not _SENDER.fullmatch(value):
            raise ValueError('must be a number in international form, such as "+447700900800"')
        return value

    @field_validator("texts_after", "texts_before", mode="before")
    @classmethod
    def _is_a_time_of_day(cls, value: object) -> object:
        # A bare number would count as seconds; and the zone is the practice's own.
        is_time = isinstance(value, time) and value.tzinfo is None
        if not is_time and not (isinstance(value, str) and _TIME_OF_DAY.fullmatch(value)):
            raise ValueError('must be a time of day such as "08:00"')
        return value

    @field_validator("gap_minutes")
    @classmethod
    def _are_gaps(cls, value: tuple[float, ...]) -> tuple[float, ...]:
        if any(not 0 <= one <= 24 * 60 for one in value):
            raise ValueError("must be four numbers of minutes, such as [1, 2, 4, 8]")
        return value

    @field_validator("template")
    @classmethod
    def _has_the_link(cls, value: str) -> str:
        if "[asapurl]" not in value.lower():
            raise ValueError("must hold [AsapURL], or nobody could take what is offered")
        return value

    @field_validator("developer_key", "customer_key")
    @classmethod
    def _stands_in_a_header(cls, value: SecretStr) -> SecretStr:
        key = value.get_secret_value()
        if "/" in key or any(not "!" <= one <= "~" for one in key):
            raise ValueError("must be letters and digits, without spaces or slashes")
        return value

    @model_validator(mode="after")
    def _can_send(self) -> Self:
        if self.enabled and self.record == "openslot" and not self.texts_from:
            raise ValueError(
                "needs texts_from, the number that its texts come from, where enabled is true"
            )
        if self.texts_after >= self.texts_before:
            raise ValueError("must have texts_after before texts_before, on one day")
        return self
