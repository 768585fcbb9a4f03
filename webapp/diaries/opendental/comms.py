"""Reads AsapComms. Pure: no I/O, no clock.

Shapes are those of the samples on the vendor's page "API AsapComms". A status that we do not know
is None; so is the moment that stands for none.
"""

from __future__ import annotations

from datetime import date, datetime, time
from typing import TYPE_CHECKING, TypeVar

from webapp import clock
from webapp.diaries.documents import FromVendor, model_of, models, read_object
from webapp.diaries.errors import Unintelligible
from webapp.diaries.offers import DiarysOffer, Response, SendStatus
from webapp.diaries.opendental import mapping

if TYPE_CHECKING:
    from collections.abc import Iterable
    from enum import StrEnum
    from zoneinfo import ZoneInfo

    _Known = TypeVar("_Known", bound=StrEnum)

_RECALL = "Recall"
"""FKeyType of an offer to make an appointment anew: its FKey is no appointment's number."""


class Comm(FromVendor):
    """One AsapComm, without a word about the patient."""

    AsapCommNum: int
    FKey: int
    FKeyType: str = ""
    ScheduleNum: int = 0
    SmsSendStatus: str = ""
    DateTimeSmsSent: str = ""
    ResponseStatus: str = ""
    TemplateText: str = ""

    def is_for(self, appointment: int) -> bool:
        """Say whether it is an offer to the patient of this appointment."""
        return self.FKey == appointment and self.FKeyType != _RECALL


class _Schedule(FromVendor):
    SchedDate: str
    StartTime: str


def comm(body: bytes) -> Comm:
    """Read the answer to "AsapComms POST (create)". Raises Unintelligible."""
    found = read_object(body)
    if found is None:
        raise Unintelligible("the diary's answer is no JSON object")
    return model_of(Comm, found)


def comms(found: Iterable[object]) -> list[Comm]:
    """Read "AsapComms GET (multiple)". Raises Unintelligible."""
    return models(Comm, found)


def schedule_start(body: bytes) -> datetime:
    """Read when the slot of an offer begins, from "Schedules GET (single)"; wall time.

    Raises Unintelligible.
    """
    found = read_object(body)
    if found is None:
        raise Unintelligible("the diary's answer is no JSON object")
    one = model_of(_Schedule, found)
    try:
        return datetime.combine(
            date.fromisoformat(one.SchedDate), time.fromisoformat(one.StartTime)
        )
    except ValueError:
        pass
    raise Unintelligible("a schedule begins at no moment")


def offer(one: Comm, zone: ZoneInfo) -> DiarysOffer:
    """Say how an offer stands. Raises Unintelligible."""
    return DiarysOffer(
        reference=str(one.AsapCommNum),
        response=_known(Response, one.ResponseStatus),
        text_status=_known(SendStatus, one.SmsSendStatus),
        template_text=mapping.tidy(one.TemplateText),
        sent_at=_sent_at(one.DateTimeSmsSent, zone),
    )


def _sent_at(text: str, zone: ZoneInfo) -> datetime | None:
    if not text:
        return None
    wall = mapping.moment(text)
    return clock.wall(wall.date(), wall.time(), zone) if wall.year > 1 else None


def _known(values: type[_Known], name: str) -> _Known | None:
    return next((one for one in values if one.value == name), None)
