"""The first view of two pages in a real Chromium: bytes, requests, and the first time in sight."""

from __future__ import annotations

import statistics
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from playwright.sync_api import Error, ViewportSize, sync_playwright

from tests.bench.report import CouldNotMeasure, Figure
from tests.bench.warm import PRACTICE, TIMES
from tests.setup.browser import find_chromium

if TYPE_CHECKING:
    from collections.abc import Generator

    from playwright.sync_api import Browser, BrowserContext, CDPSession

    from tests.bench.stage import Server

ARGUMENTS = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
_PHONE = ViewportSize(width=360, height=640)
_SLOW_4G = {
    "offline": False,
    "latency": 150,
    "downloadThroughput": 1_600_000 / 8,
    "uploadThroughput": 750_000 / 8,
}
_CPU_SLOWER = 4
_LIMIT_MS = 60_000
_SETTLING_MS = 300
_WATCH = """
() => {
  const look = () => {
    const slot = document.querySelector('a[href*="time="], button[formaction*="time="]');
    const box = slot && slot.getBoundingClientRect();
    if (!box || !box.height) return requestAnimationFrame(look);
    // A frame is on the screen when the next one begins.
    requestAnimationFrame(() => {
      window.firstTime = { at: performance.now(), inView: box.bottom <= window.innerHeight };
    });
  };
  requestAnimationFrame(look);
}
"""


@dataclass(frozen=True, slots=True)
class _Traffic:
    requests: int
    bytes: int


@dataclass(frozen=True, slots=True)
class _Sight:
    milliseconds: float
    in_view: bool


def measure(site: Server, beside: Server, *, loads: int) -> list[Figure]:
    """Open pages, each in a fresh profile. Raises CouldNotMeasure where no browser will."""
    found = find_chromium()
    if found is None:
        raise CouldNotMeasure("there is no Chromium: run python -m tests.setup.browser")
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=found, args=ARGUMENTS)
            try:
                return _measure(browser, site, beside, loads)
            finally:
                browser.close()
    except Error as error:
        raise CouldNotMeasure(f"the browser failed: {error.message.splitlines()[0]}") from error


def _measure(browser: Browser, site: Server, beside: Server, loads: int) -> list[Figure]:
    who = _count(browser, f"{site.url}/{PRACTICE}/")
    times = _count(browser, site.url + TIMES)
    ours, light = list[_Sight](), list[_Sight]()
    for _ in range(loads):
        ours.append(_see(browser, site.url + TIMES))
        light.append(_see(browser, f"{beside.url}/light"))
    seen = statistics.median(one.milliseconds for one in ours)
    least = statistics.median(one.milliseconds for one in light)
    return [
        Figure("who: bytes, requests", _tell(who), "< 20,000 in ≤ 3"),
        Figure("times: bytes, requests", _tell(times), "< 20,000 in ≤ 3"),
        Figure("first time in sight, slow 4G, processor 4 times slower", f"{seen:.0f} ms"),
        Figure("  the same page without style sheet and script", f"{least:.0f} ms"),
        Figure("  ours / that", f"{seen / least:.2f}"),
        Figure("  on a 360 × 640 phone without scrolling", _yes(all(one.in_view for one in ours))),
    ]


def _count(browser: Browser, url: str) -> _Traffic:
    """Count the first view's traffic as it came over the wire, heads included."""
    asked: set[str] = set()
    received: dict[str, float] = {}
    with fresh(browser) as (context, session):

        def note_request(event: dict[str, Any]) -> None:
            if not event["request"]["url"].startswith("data:"):
                asked.add(event["requestId"])

        def note_end(event: dict[str, Any]) -> None:
            received[event["requestId"]] = event["encodedDataLength"]

        session.on("Network.requestWillBeSent", note_request)
        session.on("Network.loadingFinished", note_end)
        page = context.pages[0]
        page.goto(url, wait_until="load", timeout=_LIMIT_MS)
        # Nothing marks the end of what a page may still ask for.
        page.wait_for_timeout(_SETTLING_MS)
    if asked - received.keys():
        raise CouldNotMeasure(f"{url}: a request did not end")
    return _Traffic(len(asked), round(sum(received[one] for one in asked)))


def _see(browser: Browser, url: str) -> _Sight:
    """Return when the first free time was on the screen of a slow phone, and whether in view."""
    with fresh(browser) as (context, session):
        slow_down(session)
        page = context.pages[0]
        page.add_init_script(f"({_WATCH})()")
        page.goto(url, wait_until="commit", timeout=_LIMIT_MS)
        seen = page.wait_for_function("() => window.firstTime", timeout=_LIMIT_MS).json_value()
    return _Sight(seen["at"], seen["inView"])


@contextmanager
def fresh(browser: Browser) -> Generator[tuple[BrowserContext, CDPSession]]:
    """Open a profile of its own, with nothing cached, on a phone's screen."""
    context = browser.new_context(viewport=_PHONE, device_scale_factor=2, is_mobile=True)
    try:
        session = context.new_cdp_session(context.new_page())
        session.send("Network.enable")
        yield context, session
    finally:
        context.close()


def slow_down(session: CDPSession) -> None:
    """Make the tab as slow as a cheap phone on slow 4G."""
    session.send("Network.emulateNetworkConditions", _SLOW_4G)
    session.send("Emulation.setCPUThrottlingRate", {"rate": _CPU_SLOWER})


def _tell(traffic: _Traffic) -> str:
    return f"{traffic.bytes:,}, {traffic.requests}"


def _yes(value: bool) -> str:
    return "yes" if value else "no"
