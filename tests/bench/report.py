"""What was measured, and how it is told."""

from __future__ import annotations

import math
import statistics
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_WIDEST_NAME = 62
_WIDEST_VALUE = 26


class CouldNotMeasure(Exception):
    """Something other than speed was wrong; the text says what."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table; without an aim it only explains another."""

    name: str
    value: str
    aim: str = ""


def print_title(title: str) -> None:
    print(f"\n{title}", flush=True)


def print_figures(figures: Iterable[Figure]) -> None:
    for one in figures:
        aim = f"aim {one.aim}" if one.aim else ""
        line = f"  {one.name:<{_WIDEST_NAME}} {one.value:>{_WIDEST_VALUE}}  {aim}"
        print(line.rstrip(), flush=True)


def quantile(values: Sequence[float], share: float) -> float:
    """Return the smallest value that at least ``share`` (0 to 1) of them do not exceed."""
    ranked = sorted(values)
    return ranked[max(0, math.ceil(share * len(ranked)) - 1)]


def say_milliseconds(seconds: float) -> str:
    return f"{seconds * 1000:.1f} ms"


def say_middle(values: Sequence[float]) -> str:
    """Tell the median and the spread of ratios."""
    middle = statistics.median(values)
    return f"{middle:.2f}  ({min(values):.2f} to {max(values):.2f})"
