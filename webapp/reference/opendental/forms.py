"""Reads queries and bodies. Every function raises ApiError for what cannot be read."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, TypeVar, cast

from webapp.reference.opendental.errors import missing, not_found, wrong, wrong_format
from webapp.reference.opendental.moments import read_day, read_moment
from webapp.reference.opendental.records import ASAP, NORMAL, STATUSES, Changes
from webapp.reference.opendental.register import PHONES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from webapp.reference.plan import Plan

Row = TypeVar("Row")

PAGE = 100
"""The usual and the most rows of a list."""
USUAL_PATTERN = "/XX/"
LONGEST_PATTERN = 108
"""Nine hours of five-minute marks: what is longer is cut to that."""
LONGEST_NAME = 100
"""Ours: the column's length in the vendor's schema."""


def read_body(data: bytes) -> dict[str, object]:
    """Read a request's JSON object."""
    try:
        value: object = json.loads(data)
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise wrong("The body must be a JSON object")
    return cast("dict[str, object]", value)


def cut(rows: Sequence[Row], query: Mapping[str, str]) -> Sequence[Row]:
    """Return the page that ``Offset`` and ``Limit`` ask for."""
    offset = _whole(query, "Offset", 0)
    return rows[offset : offset + min(PAGE, _whole(query, "Limit", PAGE))]


def read_days(query: Mapping[str, str], *, usual: tuple[date, date]) -> tuple[date, date]:
    """Return the first and the last day that ``date``, or ``dateStart`` and ``dateEnd``, name."""
    if "date" in query:
        day = read_day("date", query["date"])
        return day, day
    first, last = (
        read_day(name, query[name]) if name in query else None for name in ("dateStart", "dateEnd")
    )
    if first is None and last is None:
        return usual
    return first or usual[0], last or usual[1]


def read_filter(query: Mapping[str, str], name: str) -> int | None:
    """Return a number to filter by, None where there is none."""
    return _whole(query, name, 0) if name in query else None


def read_number(body: Mapping[str, object], name: str) -> int:
    """Read a number that must be there."""
    value = body.get(name)
    if value is None:
        raise missing(name)
    if not isinstance(value, int) or isinstance(value, bool):
        raise wrong(f"{name} must be a number")
    return value


def read_truth(body: Mapping[str, object], name: str) -> bool:
    """Read a boolean, which is text."""
    value = body.get(name)
    if value is None:
        raise missing(name)
    if value not in {"true", "false"}:
        raise wrong(f'{name} must be either "true" or "false"')
    return value == "true"


def read_changes(body: Mapping[str, object], plan: Plan) -> Changes:
    """Read what a body says of an appointment, and leave out what it does not say."""
    said = Changes()
    _read_where(body, plan, said)
    if "Pattern" in body:
        said["pattern"] = _pattern(body["Pattern"])
    if "AptStatus" in body:
        said["status"] = _one_of(body, "AptStatus", STATUSES)
    if "Priority" in body:
        said["priority"] = _one_of(body, "Priority", {NORMAL, ASAP})
    if "Note" in body:
        said["note"] = _text(body, "Note")
    if "IsNewPatient" in body:
        said["is_new_patient"] = read_truth(body, "IsNewPatient")
    return said


def read_patient(body: Mapping[str, object]) -> dict[str, str]:
    """Read the texts of a new patient; the names must be there."""
    for name in ("LName", "FName"):
        text = _text(body, name).strip()
        if not text:
            raise missing(name)
        if len(text) > LONGEST_NAME:
            raise wrong(f"{name} is too long")
    told = {name: _text(body, name) for name in ("LName", "FName", "Email", *PHONES)}
    usual = {"PatStatus": "Patient", "TxtMsgOk": "Unknown"}
    return told | {name: _text(body, name) or value for name, value in usual.items()}


def _read_where(body: Mapping[str, object], plan: Plan, said: Changes) -> None:
    if "AptDateTime" in body:
        said["start"] = read_moment("AptDateTime", body["AptDateTime"])
    if "Op" in body:
        said["op"] = read_number(body, "Op")
        if plan.room(said["op"]) is None:
            raise not_found("Operatory")
    if "ProvNum" in body:
        said["provider"] = read_number(body, "ProvNum")
        if plan.person(said["provider"]) is None:
            raise not_found("Provider")


def _whole(query: Mapping[str, str], name: str, usual: int) -> int:
    text = query.get(name, str(usual))
    if not re.fullmatch(r"[0-9]{1,9}", text):
        raise wrong(f"{name} must be a number")
    return int(text)


def _text(body: Mapping[str, object], name: str) -> str:
    value = body.get(name, "")
    if not isinstance(value, str):
        raise wrong(f"{name} must be a string")
    return value


def _one_of(body: Mapping[str, object], name: str, known: frozenset[str] | set[str]) -> str:
    value = _text(body, name)
    if value not in known:
        raise wrong(f"{name} is invalid")
    return value


def _pattern(value: object) -> str:
    if not isinstance(value, str) or not re.fullmatch(r"[X/]+", value):
        raise wrong_format("Pattern", "X and / characters only")
    return value[:LONGEST_PATTERN]
