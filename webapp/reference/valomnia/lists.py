"""Lists: the document's filters, order and pages."""

from __future__ import annotations

import operator
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar
from urllib.parse import urlencode

from webapp.reference.valomnia.errors import no_moment_filter, unknown_parameters, wrong_type
from webapp.reference.valomnia.moments import read_moment

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import datetime

    from webapp.reference.valomnia.records import Record

    Test = Callable[[Record], bool]

Row = TypeVar("Row")

USUAL_MAX = 100
MOST = 200
"""Ours: the document names no most."""
_OPERATORS = {"gt": operator.gt, "gte": operator.ge, "lt": operator.lt, "lte": operator.le}
_MOMENTS: Mapping[str, Callable[[Record], datetime]] = {
    "dateCreated": lambda one: one.created,
    "lastUpdated": lambda one: one.updated,
    "startDate": lambda one: one.fields.start,
    "endDate": lambda one: one.fields.end,
}
_WORDS: Mapping[str, Callable[[Record], str]] = {
    "title": lambda one: one.fields.title,
    "customerReference": lambda one: one.fields.customer.reference if one.fields.customer else "",
    "employeeReference": lambda one: one.user.reference,
}
_SORTS: Mapping[str, Callable[[Record], object]] = {
    **_MOMENTS,
    "id": lambda one: one.id,
    "title": lambda one: one.fields.title,
}
_PAGING = frozenset({"max", "offset", "sort", "order"})


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """One page, and the ``paging`` that goes with it."""

    rows: Sequence[Row]
    paging: Mapping[str, object]


def list_records(records: Iterable[Record], asked: Mapping[str, str], address: str) -> Page[Record]:
    """Return what a request asks for. Raises ApiError."""
    tests: list[Test] = []
    unknown: list[str] = []
    for name, text in asked.items():
        if name in _PAGING:
            continue
        test = _read_filter(name, text)
        if test is None:
            unknown.append(name)
        else:
            tests.append(test)
    if unknown:
        raise unknown_parameters(unknown)
    sort, order = asked.get("sort", "dateCreated"), asked.get("order", "asc")
    if sort not in _SORTS:
        raise unknown_parameters(["sort"])
    if order not in {"asc", "desc"}:
        raise unknown_parameters(["order"])
    found = [one for one in records if all(test(one) for test in tests)]
    # One after the other, so that ids break ties in either order
    found.sort(key=lambda one: one.id)
    found.sort(key=_key_of(sort), reverse=order == "desc")
    return cut(found, asked, address)


def cut(rows: Sequence[Row], asked: Mapping[str, str], address: str) -> Page[Row]:
    """Return the page that ``max`` and ``offset`` ask for. Its links are relative."""
    size = min(_read_number(asked, "max", USUAL_MAX), MOST)
    offset = _read_number(asked, "offset", 0)

    def link(start: int) -> str:
        rest = {key: value for key, value in asked.items() if key not in {"max", "offset"}} | {
            "sort": asked.get("sort", "dateCreated"),
            "order": asked.get("order", "asc"),
        }
        return f"{address}?{urlencode({'max': size, 'offset': start, **rest})}"

    paging: dict[str, object] = {
        "total": len(rows),
        "max": size,
        "offset": offset,
        "previous": link(max(0, offset - size)) if offset > 0 else None,
        "next": link(offset + size) if size and offset + size < len(rows) else None,
    }
    return Page(rows[offset : offset + size], paging)


def _read_filter(name: str, text: str) -> Test | None:
    if name in _WORDS:
        read = _WORDS[name]
        pattern = re.compile(".*".join(re.escape(part) for part in text.split("*")), re.DOTALL)
        return lambda one: pattern.fullmatch(read(one)) is not None
    field, _, suffix = name.partition("_")
    if field not in _MOMENTS or suffix not in _OPERATORS:
        return None
    moment = read_moment(text)
    if moment is None:
        raise no_moment_filter(text)
    at, compare = _MOMENTS[field], _OPERATORS[suffix]
    return lambda one: compare(at(one), moment)


def _key_of(sort: str) -> Callable[[Record], str]:
    """Return a key that any two values share a type under."""
    read = _SORTS[sort]

    def key(one: Record) -> str:
        value = read(one)
        return f"{value:020}" if isinstance(value, int) else str(value)

    return key


def _read_number(asked: Mapping[str, str], name: str, usual: int) -> int:
    text = asked.get(name, str(usual))
    if not re.fullmatch(r"[0-9]{1,9}", text):
        raise wrong_type(name)
    return int(text)
