"""Translates Valomnia's JSON into our words. Pure: no I/O, no clock. ``orders`` goes the other way.

Shapes are those of "72 Appointments - Reference Documentation 2.1": moments are
``YYYY-MM-DDTHH:MM:SSZ``, and rows of a list have neither ``reference`` nor ``user``. Keys that we
do not know are passed over; no text of an answer enters an error.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import parse_qs, urljoin, urlsplit

from pydantic import BaseModel, ConfigDict, ValidationError

from webapp.diaries.errors import Unintelligible
from webapp.diaries.port import Confirmation
from webapp.diaries.valomnia.answers import Refusal, is_yes, read_error
from webapp.diaries.valomnia.orders import mark_in, mark_of, span_of, written

if TYPE_CHECKING:
    from collections.abc import Mapping

    from webapp.diaries.port import Slot
    from webapp.diaries.valomnia.orders import Mark

PAGE = 500
"""How many rows we ask for at once: the document names a default of 100 and no most."""
MINUTE = timedelta(minutes=1)
"""The least that an appointment takes up, even one that ends as it begins, as in a sample."""

_MOMENT = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})T([0-9]{2}:[0-9]{2}:[0-9]{2})(?:\.[0-9]+)?Z")


@dataclass(frozen=True, slots=True)
class Entry:
    """One appointment as a list tells it, without a word about the patient. Times are in UTC."""

    id: int
    created: datetime
    start: datetime
    end: datetime
    mark: Mark | None
    """None for what was not booked through us."""
    customer: str | None
    """The reference of the customer that it is at."""


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list; ``next_offset`` is None on the last."""

    entries: tuple[Entry, ...]
    total: int
    next_offset: int | None


@dataclass(frozen=True, slots=True)
class Whole:
    """One appointment as Show tells it, with what an update must send back as it was."""

    entry: Entry
    reference: str
    note: str = field(repr=False)
    kept: Mapping[str, object] = field(repr=False)
    """The update's other keys and values: category, customer, contacts, done."""


class _FromVendor(BaseModel):
    """Strict, for a true or a 1 where text is due means that we misread the rest as well."""

    model_config = ConfigDict(strict=True, extra="ignore", frozen=True, hide_input_in_errors=True)


class _Customer(_FromVendor):
    id: int
    reference: str | None = None


class _Row(_FromVendor):
    id: int
    dateCreated: str  # noqa: N815 - the vendor's keys
    title: str | None = None
    note: str | None = None
    startDate: str  # noqa: N815
    endDate: str  # noqa: N815
    customer: _Customer | None = None


class _Contact(_FromVendor):
    id: int


class _Shown(_Row):
    reference: str | None = None
    done: bool | None = None
    appointmentCategoryId: int | str | None = None  # noqa: N815
    customerId: int | str | None = None  # noqa: N815
    contacts: list[_Contact] | None = None


class _Paging(_FromVendor):
    total: int
    next: str | None = None


class _List(_FromVendor):
    paging: _Paging
    data: list[_Row]


_Model = TypeVar("_Model", bound=_FromVendor)


# Questions


def overlapping(since: datetime, until: datetime, *, employee: str | None = None) -> dict[str, str]:
    """Ask for what lies, even in part, between two moments: of one employee, or of all."""
    asked = {
        "endDate_gt": written(since),
        "startDate_lt": written(until),
        "max": str(PAGE),
        # Unlike dates, ids never tie: no row changes places between two pages
        "sort": "id",
        "order": "asc",
    }
    return asked | ({} if employee is None else {"employeeReference": employee})


# Answers


def page(answer: Mapping[str, object] | Refusal, *, address: str, offset: int) -> Page:
    """Read one page of the list that was asked for at ``address`` from ``offset`` on.

    Raises Unintelligible, also for a next page on another host than the list's own, or one that
    leads nowhere.
    """
    found = _model(_List, answer)
    return Page(
        entries=tuple(_entry(row) for row in found.data),
        total=found.paging.total,
        next_offset=_next_offset(found.paging.next, address=address, offset=offset),
    )


def whole(answer: Mapping[str, object] | Refusal) -> Whole:
    """Read one appointment, as Show and every write answer with it. Raises Unintelligible."""
    found = _model(_Shown, answer)
    kept: dict[str, object] = {
        "title": found.title or "",
        "startDate": found.startDate,
        "endDate": found.endDate,
        "note": found.note,
        "reference": found.reference,
        "appointmentCategoryId": found.appointmentCategoryId,
        "customerId": found.customerId,
        "done": found.done,
        "contacts": [one.id for one in found.contacts or []] or None,
    }
    return Whole(
        entry=_entry(found),
        reference=found.reference or "",
        note=found.note or "",
        kept={key: value for key, value in kept.items() if value is not None},
    )


def compare(whole: Whole, slot: Slot, *, reference: str) -> None:
    """Believe an answer to a write only when it repeats what was asked.

    Raises Unintelligible, naming the keys that differ.
    """
    # In UTC: Python calls no two moments of different zones equal in an hour that repeats
    agrees = {
        "reference": whole.reference == reference,
        "startDate": whole.entry.start == span_of(slot)[0],
        "endDate": whole.entry.end == span_of(slot)[1],
        "note": whole.entry.mark == mark_of(slot),
    }
    differing = ", ".join(key for key, is_so in agrees.items() if not is_so)
    if differing:
        raise Unintelligible(f"the answer differs from the booking in: {differing}")


def confirmation(whole: Whole, slot: Slot) -> Confirmation:
    """Say yes, with the diary's own number."""
    return Confirmation(minutes=slot.minutes, reference=str(whole.entry.id))


def is_deleted(answer: Mapping[str, object]) -> bool:
    """Read the answer to a delete: the vendor's sample has the text ``"true"``."""
    return is_yes(answer.get("success"))


def _model(model: type[_Model], answer: Mapping[str, object] | Refusal) -> _Model:
    if isinstance(answer, Refusal):
        raise read_error(answer)
    try:
        return model.model_validate(answer)
    except ValidationError as exc:
        where = ".".join(str(step) for step in exc.errors(include_input=False)[0]["loc"])
    # Out here, so that the answer's own text does not travel along
    raise Unintelligible(f"the answer is not as documented at {where}")


def _entry(row: _Row) -> Entry:
    return Entry(
        id=row.id,
        created=_moment(row.dateCreated),
        start=_moment(row.startDate),
        end=_moment(row.endDate),
        mark=mark_in(row.note or ""),
        customer=None if row.customer is None else row.customer.reference,
    )


def _next_offset(link: str | None, *, address: str, offset: int) -> int | None:
    """Return where the next page begins. Nothing else of a link is used: we build our own.

    The document's samples have it relative; an absolute one must be on the very same host.
    """
    if not link:
        return None
    try:
        there, here = urlsplit(urljoin(address, link)), urlsplit(address)
        is_here = (there.scheme, there.hostname, there.port) == (
            here.scheme,
            here.hostname,
            here.port,
        )
        found = parse_qs(there.query).get("offset", [""])[-1]
    except ValueError:
        is_here, found = False, ""
    if not is_here:
        raise Unintelligible("the next page of the list is said to be on another host")
    if not re.fullmatch(r"[0-9]{1,9}", found) or int(found) <= offset:
        raise Unintelligible("the next page of the list leads nowhere")
    return int(found)


def _moment(text: str) -> datetime:
    if parts := _MOMENT.fullmatch(text.strip()):
        try:
            return datetime.fromisoformat(f"{parts[1]}T{parts[2]}").replace(tzinfo=UTC)
        except ValueError:
            pass
    raise Unintelligible("a moment is not YYYY-MM-DDTHH:MM:SSZ")
