"""Practices that nobody has asked about yet: one patient, and a crowd at once."""

from __future__ import annotations

import math
import statistics
import threading
import time
from collections import Counter
from typing import TYPE_CHECKING

from tests.bench.report import CouldNotMeasure, Figure, say_milliseconds
from tests.bench.stage import LOOKED_AT
from webapp.diaries.settings import PhysiodiarySettings

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.bench.stage import Server, Stage

CROWDED = "crowded"
_LISTS = 2


def listed(rounds: int) -> list[str]:
    """Return the slugs of cold practices whose files list staff and rooms."""
    return [f"cold-{number}" for number in range(rounds)]


def unlisted(rounds: int) -> list[str]:
    """Return the slugs of those whose diary must be asked for them first."""
    return [f"open-{number}" for number in range(rounds)]


def measure_pages(stage: Stage, site: Server, *, rounds: int, seconds: float) -> list[Figure]:
    """Ask for each practice's first page of times while every call takes the diary ``seconds``."""
    width: int = PhysiodiarySettings.model_fields["connections"].default
    calls = stage.size.pairs + _LISTS
    ideal = math.ceil(calls / width) * seconds
    in_turn = (math.ceil(_LISTS / width) + math.ceil(stage.size.pairs / width)) * seconds
    stage.slow_down(LOOKED_AT, "*", seconds)
    try:
        with_lists = _time_pages(site, listed(rounds))
        without = _time_pages(site, unlisted(rounds))
    finally:
        stage.diary.clear(LOOKED_AT)
    known, asked = statistics.median(with_lists), statistics.median(without)
    return [
        Figure("staff and rooms in the file: time / ideal", f"{known / ideal:.2f}", "≤ 1.30"),
        Figure("  median, and the ideal", _pair(known, ideal)),
        Figure("staff and rooms asked for first: time / ideal", f"{asked / ideal:.2f}"),
        Figure("  median, and the ideal", _pair(asked, ideal)),
        Figure("  the same / the least, the lists coming first", f"{asked / in_turn:.2f}"),
        Figure("calls at once (the pool's width), and calls", f"{width}, {calls}"),
    ]


def measure_crowd(
    stage: Stage, site: Server, *, patients: int, seconds: float, threads: int
) -> list[Figure]:
    """Let patients ask for one cold practice at the same moment, and count the diary's calls."""
    stage.diary.forget_calls(LOOKED_AT)
    stage.slow_down(LOOKED_AT, "*", seconds)
    try:
        took = _ask_at_once(site, f"/{CROWDED}/times?staff=any&room=any", patients)
    finally:
        stage.diary.clear(LOOKED_AT)
    calls = stage.diary.calls(LOOKED_AT)
    pairs = Counter(
        (one["staffId"], one["sectionId"]) for one in calls if one["action"] == "freeList"
    )
    lists = Counter(one["action"] for one in calls if one["action"] != "freeList")
    if len(pairs) != stage.size.pairs:
        raise CouldNotMeasure(f"{len(pairs)} pairs were asked about and not {stage.size.pairs}")
    told = ", ".join(f"{count} {action}" for action, count in sorted(lists.items())) or "none"
    return [
        Figure(
            f"calls a pair, {patients} patients at once: mean (most)",
            f"{pairs.total() / len(pairs):.2f}  ({max(pairs.values())})",
            "1",
        ),
        Figure("pairs, and other calls", f"{len(pairs)}, {told}"),
        Figure("the last patient's page", say_milliseconds(max(took))),
        Figure("one worker of so many threads", str(threads)),
    ]


def _time_pages(site: Server, slugs: Iterable[str]) -> list[float]:
    took: list[float] = []
    for slug in slugs:
        began = time.perf_counter()
        page = site.get(f"/{slug}/times?staff=any&room=any")
        took.append(time.perf_counter() - began)
        if "time=" not in page:
            raise CouldNotMeasure(f"{slug} showed no free time")
    return took


def _ask_at_once(site: Server, path: str, patients: int) -> list[float]:
    together = threading.Barrier(patients)
    took: list[float] = []
    failures: list[str] = []

    def ask() -> None:
        try:
            together.wait(60)
            began = time.perf_counter()
            site.get(path)
            took.append(time.perf_counter() - began)
        except (CouldNotMeasure, OSError, threading.BrokenBarrierError) as error:
            failures.append(str(error) or type(error).__name__)

    threads = [threading.Thread(target=ask, daemon=True) for _ in range(patients)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(60)
    if failures or len(took) < patients:
        raise CouldNotMeasure(f"{patients - len(took)} of {patients} had no page: {failures[:1]}")
    return took


def _pair(seconds: float, ideal: float) -> str:
    return f"{say_milliseconds(seconds)}, {say_milliseconds(ideal)}"
