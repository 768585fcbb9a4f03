"""Reads the bodies that make and change appointments, and finds the document's faults in them."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from webapp.reference.valomnia.errors import missing, not_saved, unknown, wrong_date, wrong_type
from webapp.reference.valomnia.moments import read_moment
from webapp.reference.valomnia.records import CATEGORIES, Fields, Known

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

LONGEST_TITLE = 255
"""Ours: the document says that saving may fail, not when."""


def read_fields(
    body: Mapping[str, object],
    customers: Sequence[Known],
    *,
    before: Fields | None = None,
    reference: str | None = None,
) -> Fields:
    """Check a body. Raises ApiError.

    ``before`` is what stands, for an update: what the body leaves out stays. ``reference`` comes
    from the address of an upsert; there the document has ids as text alone, and we take either
    kind of id. Elsewhere ``useExternalId`` says which kind they are.
    """
    is_upsert = reference is not None
    required = ("title", "startDate", "endDate", "appointmentCategoryId")
    for name in required if is_upsert else ("reference", *required):
        if body.get(name) in (None, ""):
            raise missing(name)
    called = reference if reference is not None else _text(body, "reference")
    start, end = _moment(body, "startDate", called), _moment(body, "endDate", called)
    if end < start:
        raise wrong_date(called, "endDate")
    if len(_text(body, "title")) > LONGEST_TITLE:
        raise not_saved()
    ways = ("reference", "id") if is_upsert else (_way(body),)
    is_done, note = body.get("done"), body.get("note")
    if not isinstance(is_done, bool | None):
        raise wrong_type("done")
    if not isinstance(note, str | None):
        raise wrong_type("note")
    category = _find(body, "appointmentCategoryId", CATEGORIES, ways, "appointmentCategory")
    assert category is not None, "it is required"  # noqa: S101
    customer = _find(body, "customerId", customers, ways, "customer")
    return Fields(
        reference=called,
        title=_text(body, "title"),
        start=start,
        end=end,
        category=category,
        note=note if "note" in body or before is None else before.note,
        is_done=is_done if is_done is not None else before is not None and before.is_done,
        customer=customer if "customerId" in body or before is None else before.customer,
        contacts=_contacts(body) if "contacts" in body or before is None else before.contacts,
    )


def _way(body: Mapping[str, object]) -> str:
    chosen = body.get("useExternalId", False)
    if not isinstance(chosen, bool):
        raise wrong_type("useExternalId")
    return "reference" if chosen else "id"


def _find(
    body: Mapping[str, object],
    name: str,
    known: Iterable[Known],
    ways: tuple[str, ...],
    what: str,
) -> Known | None:
    value = body.get(name)
    if value is None:
        return None
    # Ours: an id may also come as text, as "Long/String" has it; an upsert's comes as nothing else
    is_number = isinstance(value, int) and not isinstance(value, bool)
    if not (isinstance(value, str) or (is_number and ways == ("id",))):
        raise wrong_type(name)
    if ways == ("id",) and not str(value).isdecimal():
        raise wrong_type(name)
    for way in ways:
        for one in known:
            if str(value) == (one.reference if way == "reference" else str(one.id)):
                return one
    raise unknown(what, value)


def _text(body: Mapping[str, object], name: str) -> str:
    value = body.get(name)
    if not isinstance(value, str):
        raise wrong_type(name)
    return value


def _moment(body: Mapping[str, object], name: str, reference: str) -> datetime:
    moment = read_moment(body.get(name))
    if moment is None:
        raise wrong_date(reference, name)
    return moment


def _contacts(body: Mapping[str, object]) -> tuple[int, ...]:
    value = body.get("contacts")
    if value is None:
        return ()
    listed = cast("list[object]", value) if isinstance(value, list) else [None]
    numbers = [one for one in listed if isinstance(one, int) and not isinstance(one, bool)]
    if len(numbers) != len(listed):
        raise wrong_type("contacts")
    return tuple(numbers)
