"""The widget on a host page: what its script weighs, and when its first step can be used."""

from __future__ import annotations

import gzip
import statistics
from typing import TYPE_CHECKING, Any

from playwright.sync_api import Error, sync_playwright

from tests.bench.browser import ARGUMENTS, fresh, slow_down
from tests.bench.report import CouldNotMeasure, Figure
from tests.bench.warm import PRACTICE
from tests.setup.browser import find_chromium

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.bench.hostpage import HostPage
    from tests.bench.stage import Server

_LIMIT_MS = 60_000
_PAGE = """<!doctype html><html lang="en"><head><title>Host</title>
<link rel="icon" href="data:,"></head><body><h1>Host</h1>
<openslot-booking practice="{practice}"><a href="{site}/{practice}/">Book</a></openslot-booking>
<script>
  document.addEventListener("openslot:ready", () => {{ window.readyAt = performance.now(); }});
</script>
<script async src="{site}/embed.js"></script></body></html>"""
_SINCE_SCRIPT = """() => {
  const all = performance.getEntriesByType("resource");
  const loaded = all.find((one) => one.name.endsWith("/embed.js"));
  return window.readyAt && loaded ? { since: window.readyAt - loaded.responseEnd } : null;
}"""
_LINKED = """() => {
  const [entry] = performance.getEntriesByType("navigation");
  return entry.domContentLoadedEventEnd ? { since: entry.domContentLoadedEventEnd } : null;
}"""


def measure(site: Server, host: HostPage, *, loads: int) -> list[Figure]:
    """Weigh the script and time the widget. Raises CouldNotMeasure where no browser will."""
    found = find_chromium()
    if found is None:
        raise CouldNotMeasure("there is no Chromium: run python -m tests.setup.browser")
    host.content = _PAGE.format(site=site.url, practice=PRACTICE)
    weight = len(gzip.compress(site.get("/embed.js").encode(), 9))
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=found, args=ARGUMENTS)
            try:
                widget = statistics.median(_widget(browser, host) for _ in range(loads))
                linked = statistics.median(_link(browser, site) for _ in range(loads))
            finally:
                browser.close()
    except Error as error:
        raise CouldNotMeasure(f"the browser failed: {error.message.splitlines()[0]}") from error
    return [
        Figure("embed.js, compressed: bytes", f"{weight:,}", "≤ 4,096"),
        Figure("from the script's arrival to a usable first step", f"{widget:.0f} ms"),
        Figure("  a plain link's page, from the tap to usable", f"{linked:.0f} ms"),
        Figure("  the widget / the link", f"{widget / linked:.2f}"),
    ]


def _widget(browser: Browser, host: HostPage) -> float:
    with fresh(browser) as (context, session):
        slow_down(session)
        page = context.pages[0]
        page.goto(host.origin, wait_until="commit", timeout=_LIMIT_MS)
        found: Any = page.wait_for_function(_SINCE_SCRIPT, timeout=_LIMIT_MS).json_value()
    return found["since"]


def _link(browser: Browser, site: Server) -> float:
    with fresh(browser) as (context, session):
        slow_down(session)
        page = context.pages[0]
        page.goto(f"{site.url}/{PRACTICE}/", wait_until="commit", timeout=_LIMIT_MS)
        found: Any = page.wait_for_function(_LINKED, timeout=_LIMIT_MS).json_value()
    return found["since"]
