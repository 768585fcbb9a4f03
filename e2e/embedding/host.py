"""A practice's own web site: its pages with a snippet each, and what a visitor meets there."""

from __future__ import annotations

import json
from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING

from playwright.sync_api import Error, expect

from e2e.pages import Check, Details, Outcome, Times, Where, Who
from e2e.practice import ADA, ANNA, GYM

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Frame, Locator, Page

    from e2e.practice import Practice
    from e2e.site import HostPage

LISTEN = """(() => {
  requestAnimationFrame(() => {
    const style = getComputedStyle(document.documentElement);
    window.firstPainted = [style.backgroundColor, style.getPropertyValue("--accent").trim()];
  });
  if (window !== top) return;
  window.heard = [];
  window.refused = [];
  window.scrolls = 0;
  for (const name of ["ready", "step", "submitted", "confirmed", "failed"])
    document.addEventListener("openslot:" + name, ({ target, detail }) =>
      heard.push([name, target.id || target.localName, JSON.stringify(detail)]));
  document.addEventListener("securitypolicyviolation", (violation) =>
    refused.push(`${violation.effectiveDirective} ${violation.blockedURI}`));
  document.addEventListener("scroll", () => (scrolls += 1));
  const later = setTimeout;
  window.setTimeout = (then, wait) => later(then, wait >= 8000 && wait < 60000 ? 60000 : wait);
})();"""
"""Runs in each page before its own scripts: keeps what the host is told, as its document hears it,
and in which colours a page is painted first. A host waits a minute for a site that does not answer:
a busy machine takes longer than a patient would put up with."""

_TWO_FRAMES = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
_HEIGHTS = """async view => {
  const heights = new Set();
  for (let paints = 0; paints < 20; paints += 1) {
    heights.add(view.getBoundingClientRect().height);
    await new Promise(requestAnimationFrame);
  }
  return [...heights];
}"""
_PATIENCE = 30.0
_LINK = "Book online"
_ON_ITS_WAY = ("context was destroyed", "Cannot find context", "Frame was detached")
_STORED = "() => { try { return [localStorage.length, sessionStorage.length, document.cookie] } \
catch (refusal) { return [refusal.name] } }"
_OVERHANG = """() => {
  const page = document.documentElement, body = document.body.getBoundingClientRect();
  return [page.scrollHeight - page.clientHeight, page.clientHeight - Math.ceil(body.height)];
}"""


@dataclass(frozen=True, slots=True)
class Heard:
    """One event, as it was heard at the host's document. ``detail`` is JSON."""

    name: str
    target: str
    detail: str

    @property
    def step(self) -> str:
        """Return the step. Raises AssertionError if the event says anything besides."""
        detail = json.loads(self.detail)
        assert list(detail) == ["step"], self
        return detail["step"]


class Host:
    """One tab on the practice's own site."""

    def __init__(self, page: Page, server: HostPage, practice: Practice) -> None:
        self.page = page
        self.practice = practice
        self._server = server

    @property
    def link(self) -> Locator:
        return self.page.get_by_role("link", name=_LINK)

    @property
    def frames(self) -> Locator:
        return self.page.locator("iframe")

    @property
    def dialog(self) -> Locator:
        return self.page.get_by_role("dialog")

    @property
    def script(self) -> str:
        return f'<script src="{self.practice.site_url}/embed.js" async></script>'

    def element(self, attributes: str = "", *, of: Practice | None = None) -> str:
        """Return the snippet's element, with its link inside."""
        practice = of or self.practice
        link = f'<a href="{practice.home}">{_LINK}</a>'
        return (
            f'<openslot-booking practice="{practice.slug}" {attributes}>{link}</openslot-booking>'
        )

    def open(
        self,
        body: str,
        *,
        before: str = "",
        after: str = "",
        head: str = "",
        policy: str = "",
        stranger: bool = False,
        script: str | None = None,
        icon: str = '<link rel="icon" href="data:,">',
    ) -> None:
        """Open a page with this body, under a name that the practice lists or a stranger's."""
        path = self._server.serve(
            '<!doctype html><html lang="en"><meta charset="utf-8"><title>Our practice</title>'
            '<meta name="viewport" content="width=device-width">'
            f"{icon}{self.script if script is None else script}{head}"
            f"<main><h1>Our practice</h1>{before}{body}{after}</main>",
            policy=policy,
        )
        origin = self._server.strangers_origin if stranger else self._server.origin
        self.page.goto(origin + path, wait_until="domcontentloaded")

    def frame(self, number: int = 0) -> Frame:
        """Return what the frame shows, as soon as there is one."""
        view = self.frames.nth(number)
        expect(view).to_be_attached()
        frame = view.element_handle().content_frame()
        assert frame is not None
        return frame

    def shows_booking(self, number: int = 0) -> Frame:
        """Expect the journey's first page in the frame."""
        frame = self.frame(number)
        Who(frame).is_shown()
        return frame

    def heard(self) -> list[Heard]:
        return [Heard(*one) for one in self.page.evaluate("heard")]

    def names_heard(self) -> list[str]:
        return [one.name for one in self.heard()]

    def refused(self) -> list[str]:
        """Return what the host's own policy refused."""
        return self.page.evaluate("refused")

    def next_frames(self) -> None:
        """Let the browser paint twice."""
        self.page.evaluate(_TWO_FRAMES)

    def height(self, number: int = 0) -> float:
        """Return how high the frame stands."""
        return self.frames.nth(number).evaluate("one => one.getBoundingClientRect().height")

    def until(self, is_so: Callable[[], bool], what: str) -> None:
        """Paint until it is so. Raises AssertionError with ``what`` when it does not become so.

        A frame that is on its way to another page cannot answer: it is not so yet.
        """
        end = monotonic() + _PATIENCE
        while not _answers(is_so):
            assert monotonic() < end, what
            self.next_frames()

    def fits(self, number: int = 0) -> None:
        """Expect the frame as high as its page: nothing to scroll in it, nothing white below."""
        frame = self.frame(number)
        self.until(
            lambda: _is_snug(frame.evaluate(_OVERHANG)), f"not as high as its page: {frame.url}"
        )

    def rests(self, number: int = 0) -> None:
        """Expect the height to stay as it is, over many paints."""
        heights: list[float] = self.frames.nth(number).evaluate(_HEIGHTS)
        assert len(heights) == 1, heights

    def scroll(self) -> float:
        return self.page.evaluate("scrollY")

    def keeps_nothing(self) -> None:
        """Expect no cookie and no storage, of the host's own or of the frame's."""
        assert self.page.context.cookies() == []
        for frame in self.page.frames:
            assert frame.evaluate(_STORED) in ([0, 0, ""], ["SecurityError"])


def go_to_details(frame: Frame) -> Details:
    """Choose a person, a room and the first free time."""
    Who(frame).is_shown().choose(ANNA)
    Where(frame).is_shown().choose(GYM)
    Times(frame).is_shown().take_first()
    return Details(frame).is_shown()


def book_in(frame: Frame) -> Outcome:
    """Walk the whole journey."""
    go_to_details(frame).fill(ADA).go_on()
    Check(frame).is_shown().book()
    return Outcome(frame).is_shown()


def _answers(is_so: Callable[[], bool]) -> bool:
    try:
        return is_so()
    except Error as error:
        if not any(words in error.message for words in _ON_ITS_WAY):
            raise
        return False


def _is_snug(overhang: list[int]) -> bool:
    hidden, spare = overhang
    return hidden <= 0 and 0 <= spare <= 1
