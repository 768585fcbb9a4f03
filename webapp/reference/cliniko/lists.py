"""Pages of lists, with the absolute links that lead from one to the next."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import quote, urlencode

from flask import request

from webapp.reference.cliniko.errors import bad_request
from webapp.reference.cliniko.filters import Field, keep, put_in_order

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

Row = TypeVar("Row")

USUAL, MOST = 50, 100
"""Rows of a page."""


def write_list(
    key: str,
    rows: Iterable[Row],
    fields: Mapping[str, Field[Row]],
    write: Callable[[Row], Mapping[str, object]],
) -> dict[str, object]:
    """Write what the present request asks of a list. Raises ApiError.

    Ours: more than 100 rows a page are cut to 100.
    """
    found = keep(rows, asked_filters(), fields)
    ordered = put_in_order(found, request.args.get("sort", ""), fields)
    return write_page(key, ordered, write)


def asked_filters() -> list[str]:
    return request.args.getlist("q[]")


def write_page(
    key: str, rows: Sequence[Row], write: Callable[[Row], Mapping[str, object]]
) -> dict[str, object]:
    """Write the page that the present request asks for. A link that leads nowhere is absent."""
    page, size = _read_number("page", 1), min(_read_number("per_page", USUAL), MOST)
    start = (page - 1) * size
    links = {"self": _link(page)}
    if page > 1:
        links["previous"] = _link(page - 1)
    if start + size < len(rows):
        links["next"] = _link(page + 1)
    return {
        key: [write(one) for one in rows[start : start + size]],
        "total_entries": len(rows),
        "links": links,
    }


def _link(page: int) -> str:
    kept = [pair for pair in request.args.items(multi=True) if pair[0] != "page"]
    asked = urlencode([*kept, ("page", str(page))], quote_via=quote)
    return f"{request.base_url}?{asked}"


def _read_number(name: str, usual: int) -> int:
    text = request.args.get(name, str(usual))
    if not re.fullmatch(r"[1-9][0-9]{0,8}", text):
        raise bad_request(f"{name} must be a positive integer")
    return int(text)
