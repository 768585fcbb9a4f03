"""The parts of the bench, how much each measures, and the servers that they share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.bench import browser, cold, embedded, submit, warm
from tests.bench.stage import BOOKED_AT, THREADS, Size

if TYPE_CHECKING:
    from tests.bench.report import Figure
    from tests.bench.stage import Stage


@dataclass(frozen=True, slots=True)
class Amounts:
    """How much is measured."""

    size: Size = field(default_factory=Size)
    load: warm.Load = field(default_factory=warm.Load)
    cold_rounds: int = 5
    call_seconds: float = 0.3
    patients: int = 50
    crowd_threads: int = 64
    bookings: int = 40
    slow_seconds: float = 0.2
    loads: int = 3


class Run:
    """One run: its practices, the site, and the bare application."""

    def __init__(self, stage: Stage, amounts: Amounts) -> None:
        self.stage = stage
        self.amounts = amounts
        for slug in (warm.PRACTICE, cold.CROWDED, *cold.listed(amounts.cold_rounds)):
            stage.add_practice(slug)
        for slug in cold.unlisted(amounts.cold_rounds):
            stage.add_practice(slug, is_listed=False)
        stage.add_practice(submit.PRACTICE, diary=BOOKED_AT)
        self.site = stage.start_site()
        self.bare = warm.prepare(stage, self.site)


def _warm(run: Run) -> list[Figure]:
    return warm.measure(run.site, run.bare, run.amounts.load)


def _cold(run: Run) -> list[Figure]:
    amounts = run.amounts
    return cold.measure_pages(
        run.stage, run.site, rounds=amounts.cold_rounds, seconds=amounts.call_seconds
    )


def _submit(run: Run) -> list[Figure]:
    amounts = run.amounts
    return submit.measure(run.stage, run.site, bookings=amounts.bookings, slow=amounts.slow_seconds)


def _crowd(run: Run) -> list[Figure]:
    amounts, threads = run.amounts, run.amounts.crowd_threads
    return cold.measure_crowd(
        run.stage,
        run.site if threads == THREADS else run.stage.start_site(threads=threads),
        patients=amounts.patients,
        seconds=amounts.call_seconds,
        threads=threads,
    )


def _browser(run: Run) -> list[Figure]:
    return browser.measure(run.site, run.bare, loads=run.amounts.loads)


def _embedded(run: Run) -> list[Figure]:
    return embedded.measure(run.site, run.stage.host_page, loads=run.amounts.loads)


PARTS: dict[str, tuple[str, Callable[[Run], list[Figure]]]] = {
    "warm": ("The warm page of times, beside a bare Flask page of the same bytes", _warm),
    "cold": ("The cold page of times, the diary taking 300 ms over each call", _cold),
    "submit": ("A submit", _submit),
    "crowd": ("A cold practice that many ask for at once", _crowd),
    "browser": ("The first view in Chromium, compressed", _browser),
    "embedded": ("The widget on a host page, on a slow phone", _embedded),
}
"""Each part's name, its title, and what measures it. They may be run in any order."""
