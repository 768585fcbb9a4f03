"""Makes of any page the plain template and the data that render the very same bytes.

So the bare page that ours is held against follows every change of our templates by itself. The
template is what a programmer in a hurry would write: rows of a table and entries of a list are
loops over data that is ready, other text and links are values, everything is escaped.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING

from markupsafe import escape

if TYPE_CHECKING:
    from collections.abc import Sequence

_ROW = re.compile(r"\s*(?:<(td|th|li)\b[^>]*>.*?</\1>|</?tr\b[^>]*>)", re.DOTALL)
_VALUE = re.compile(r'(?<==")[^"]*(?=")|(?<=>)[^<>]*[^<>\s][^<>]*(?=<)')
_VALUE_OUTSIDE_ROWS = re.compile(r'(?<=href=")[^"]*(?=")|(?<=>)[^<>]*[^<>\s][^<>]*(?=<)')


@dataclass(frozen=True, slots=True)
class Plain:
    """A Jinja template and what it is rendered with."""

    template: str
    data: dict[str, object]


@dataclass(frozen=True, slots=True)
class _Row:
    """A row's markup, and the values that stand between its parts."""

    markup: tuple[str, ...]
    values: tuple[str, ...]


@dataclass(slots=True)
class _Maker:
    template: list[str] = field(default_factory=list)
    values: list[str] = field(default_factory=list)
    loops: list[list[dict[str, object]]] = field(default_factory=list)

    def add_markup(self, text: str) -> None:
        row = _take_apart(text, _VALUE_OUTSIDE_ROWS)
        parts = [row.markup[0]]
        for value, after in zip(row.values, row.markup[1:], strict=True):
            parts += [f"{{{{ values[{len(self.values)}] }}}}", after]
            self.values.append(html.unescape(value))
        self.template += parts

    def add_rows(self, texts: Sequence[str]) -> None:
        rows = [_take_apart(text, _VALUE) for text in texts]
        kinds = list(dict.fromkeys(row.markup for row in rows))
        varying: list[list[int]] = []
        self.template.append(f"{{% for row in loops[{len(self.loops)}] %}}")
        for number, markup in enumerate(kinds):
            alike = [row.values for row in rows if row.markup == markup]
            columns = list(zip(*alike, strict=True))
            varying.append([at for at, column in enumerate(columns) if len(set(column)) > 1])
            self.template += [
                f"{{% {'elif' if number else 'if'} row.kind == {number} %}}",
                markup[0],
            ]
            for at, after in enumerate(markup[1:]):
                place = varying[-1].index(at) if at in varying[-1] else None
                value = alike[0][at] if place is None else f"{{{{ row.cells[{place}] }}}}"
                self.template += [value, after]
        self.template.append("{% endif %}{% endfor %}")
        loop: list[dict[str, object]] = []
        for row in rows:
            kind = kinds.index(row.markup)
            changed = [html.unescape(row.values[at]) for at in varying[kind]]
            # Not ``values``: in a template that is a dictionary's own method.
            loop.append({"kind": kind, "cells": changed})
        self.loops.append(loop)


def make_plain(page: str) -> Plain:
    """Return the plain template of a page, and its data."""
    maker = _Maker()
    for is_row, texts in groupby(_split(page), lambda text: _ROW.fullmatch(text) is not None):
        if is_row:
            maker.add_rows(list(texts))
        else:
            maker.add_markup("".join(texts))
    return Plain("".join(maker.template), {"values": maker.values, "loops": maker.loops})


def _split(page: str) -> list[str]:
    parts: list[str] = []
    at = 0
    for row in _ROW.finditer(page):
        parts += [page[at : row.start()], row[0]]
        at = row.end()
    return [part for part in (*parts, page[at:]) if part]


def _take_apart(text: str, pattern: re.Pattern[str]) -> _Row:
    markup, values, at = list[str](), list[str](), 0
    for found in pattern.finditer(text):
        # What autoescaping would write otherwise stays in the template as it is.
        if str(escape(html.unescape(found[0]))) == found[0]:
            markup.append(text[at : found.start()])
            values.append(found[0])
            at = found.end()
    return _Row((*markup, text[at:]), tuple(values))
