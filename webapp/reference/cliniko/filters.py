"""Filters and order: ``q[]=FIELD:OPVALUE``, of which all must hold, and ``sort=FIELD:desc``."""

from __future__ import annotations

import operator
import re
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

from webapp.reference.cliniko.errors import bad_request
from webapp.reference.cliniko.ids import read_id
from webapp.reference.cliniko.moments import read_day, read_moment

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

Row = TypeVar("Row")

_FILTER = re.compile(
    r"(?P<field>[a-z_]+):(?P<operator>>=|<=|!=|~~|[=><~]?)(?P<value>.*)", re.DOTALL
)
_COMPARING: Mapping[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq, "!=": operator.ne, ">=": operator.ge, ">": operator.gt,
    "<=": operator.le, "<": operator.lt,
}  # fmt: skip


class Holds(Enum):
    """What may be asked of a field, by what it holds."""

    ID = frozenset({"=", "!=", ">=", ">", "<=", "<"})
    MOMENT = frozenset({">=", ">", "<=", "<"})
    DAY = frozenset({"=", ">=", ">", "<=", "<"})
    WORDS = frozenset({"=", "!=", "~", "~~"})
    TRUTH = frozenset({"="})


@dataclass(frozen=True, slots=True)
class Field(Generic[Row]):
    """One field that can be asked for. ``read`` returns None where a row has none."""

    holds: Holds
    read: Callable[[Row], object]


def keep(rows: Iterable[Row], asked: list[str], fields: Mapping[str, Field[Row]]) -> list[Row]:
    """Return the rows that fit all filters. Raises ApiError."""
    tests = [_read_filter(one, fields) for one in asked]
    return [row for row in rows if all(test(row) for test in tests)]


def names(asked: list[str]) -> set[str]:
    """Return the fields that filters name."""
    return {one.partition(":")[0] for one in asked}


def put_in_order(rows: list[Row], asked: str, fields: Mapping[str, Field[Row]]) -> list[Row]:
    """Sort as ``sort`` asks. Raises ApiError."""
    for one in reversed([part for part in asked.split(",") if part]):
        name, _, way = one.partition(":")
        if name not in fields or way not in {"", "asc", "desc"}:
            raise bad_request(f"{name} is not sortable")
        read = fields[name].read
        there = [row for row in rows if read(row) is not None]
        there.sort(key=lambda row, read=read: cast("int", read(row)), reverse=way == "desc")
        rows = there + [row for row in rows if read(row) is None]
    return rows


def _read_filter(text: str, fields: Mapping[str, Field[Row]]) -> Callable[[Row], bool]:
    found = _FILTER.fullmatch(text)
    if found is None:
        raise bad_request("a filter is FIELD:OPVALUE")
    name, how, value = found["field"], found["operator"] or "=", found["value"]
    field = fields.get(name)
    if field is None:
        raise bad_request(f"{name} is not filterable")
    if how not in field.holds.value:
        raise bad_request(f"{name} cannot be compared by {how}")
    test = _TESTS[field.holds](name, how, value)
    read = field.read
    return lambda row: (has := read(row)) is not None and test(has)


def _test_ids(name: str, how: str, text: str) -> Callable[[object], bool]:
    # An id that is nobody's is one all the same
    values = [read_id(one) or 0 for one in text.split(",") if one.isdecimal()]
    if len(values) != len(text.split(",")) or (len(values) > 1 and how not in {"=", "!="}):
        raise bad_request(f"{name} must be int64")
    if how == "=":
        return lambda has: has in values
    if how == "!=":
        return lambda has: has not in values
    return lambda has: _COMPARING[how](has, values[0])


def _test_against(value: object, name: str, how: str) -> Callable[[object], bool]:
    if value is None:
        raise bad_request(f"{name} cannot be read")
    return lambda has: _COMPARING[how](has, value)


def _test_words(_name: str, how: str, text: str) -> Callable[[object], bool]:
    """Ours: case does not count, as in most databases' own comparisons."""
    wanted = text.casefold()
    if how in _COMPARING:
        return lambda has: _COMPARING[how](str(has).casefold(), wanted)
    parts = [f"%{wanted}%"] if how == "~" else [wanted]
    pattern = re.compile(".*".join(re.escape(one) for one in parts[0].split("%")), re.DOTALL)
    return lambda has: pattern.fullmatch(str(has).casefold()) is not None


_TESTS: Mapping[Holds, Callable[[str, str, str], Callable[[object], bool]]] = {
    Holds.ID: _test_ids,
    Holds.MOMENT: lambda name, how, text: _test_against(read_moment(text), name, how),
    Holds.DAY: lambda name, how, text: _test_against(read_day(text), name, how),
    Holds.WORDS: _test_words,
    Holds.TRUTH: lambda name, how, text: _test_against(
        {"true": True, "false": False}.get(text), name, how
    ),
}
