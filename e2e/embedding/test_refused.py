"""Where the frame may not be, or cannot come: the page's own link stays, and somebody says why."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Route, expect

from e2e.embedding.host import book_in
from e2e.pages import Who
from e2e.practice import ANNA, GYM

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import ConsoleMessage

    from e2e.embedding.host import Host
    from e2e.practice import Practice
    from e2e.watch import Watch

# A refusal is known at once: nobody waits as long as for a site that does not answer
_WITHIN_MILLISECONDS = 20_000
_HASTE = """<script>
  const later = setTimeout;
  window.setTimeout = (then, wait) => later(then, wait > 9000 ? 1e9 : wait / 10);
</script>"""
"""Ten times as fast as the clock on the wall, for waits that a patient would put up with."""
_EXPLAINED = "could not be shown in a frame here, so its link stays"


def test_an_origin_that_is_not_listed(own_site: Host, watch: Watch):
    watch.expect_complaint("frame-ancestors")
    said = _explained(own_site, watch)
    own_site.open(own_site.element(), stranger=True)
    origin = own_site.page.evaluate("location.origin")
    _link_comes_back(own_site)
    _hears(own_site, said, f"{origin} is not in [embed] origins")
    _hears(own_site, said, f"/{own_site.practice.slug}/embed")


def test_a_policy_of_the_host_without_our_frame(own_site: Host, watch: Watch):
    said = _explained(own_site, watch)
    watch.expect_complaint("frame-src")
    _open_in_haste(own_site, own_site.element(), policy="frame-src 'self'")
    _link_comes_back(own_site)
    _hears(own_site, said, f'lacks "frame-src {own_site.practice.site_url}"')


def test_a_policy_of_the_host_without_our_script(own_site: Host, watch: Watch):
    watch.expect_complaint("script-src")
    own_site.open(own_site.element(), policy="script-src 'self'")
    expect(own_site.frames).to_have_count(0)
    own_site.link.click()
    Who(own_site.page).is_shown()


def test_a_site_that_refuses_to_answer(own_site: Host, practice: Practice, watch: Watch):
    _explained(own_site, watch)
    watch.expect_complaint("ERR_CONNECTION_REFUSED")
    with _routed(own_site, f"{practice.home}**", lambda route: route.abort("connectionrefused")):
        _open_in_haste(own_site, own_site.element())
        _link_comes_back(own_site)


def test_a_site_that_never_answers(own_site: Host, practice: Practice, watch: Watch):
    said = _explained(own_site, watch)
    with _routed(own_site, f"{practice.home}**", lambda route: None):
        _open_in_haste(own_site, own_site.element())
        # Until then too: nobody waits before an empty space
        expect(own_site.link).to_be_visible()
        _link_comes_back(own_site)
        _hears(own_site, said, "did not answer")


def test_a_script_that_does_not_come(own_site: Host, practice: Practice, watch: Watch):
    watch.expect_complaint("ERR_CONNECTION_REFUSED")
    with _routed(own_site, "**/embed.js", lambda route: route.abort("connectionrefused")):
        own_site.open(own_site.element())
        expect(own_site.link).to_be_visible()
    own_site.link.click()
    Who(own_site.page).is_shown()


@pytest.mark.parametrize("way", ["link", "button"])
def test_a_dialog_whose_frame_is_refused_becomes_the_page(
    own_site: Host, practice: Practice, watch: Watch, way: str
):
    watch.expect_complaint("frame-src")
    _explained(own_site, watch)
    body = {
        "link": own_site.element('show="dialog"'),
        "button": f'<button data-openslot-dialog="{practice.slug}">Book online</button>',
    }[way]
    _open_in_haste(own_site, body, policy="frame-src 'self'")
    role = "link" if way == "link" else "button"
    own_site.page.get_by_role(role, name="Book online").click()
    own_site.page.wait_for_url(f"{practice.home}**")
    Who(own_site.page).is_shown()


def test_a_dialog_that_was_closed_again_takes_nobody_away(own_site: Host, watch: Watch):
    watch.expect_complaint("frame-src")
    said = _explained(own_site, watch)
    _open_in_haste(own_site, own_site.element('show="dialog"'), policy="frame-src 'self'")
    own_site.link.click()
    own_site.page.keyboard.press("Escape")
    own_site.until(lambda: said() != "", "nobody said why")
    own_site.next_frames()
    assert own_site.page.url.startswith("http://localhost")
    expect(own_site.link).to_be_visible()


@pytest.mark.parametrize("show", ["", "floating"])
def test_the_strictest_policy_is_enough(own_site: Host, practice: Practice, show: str):
    slot = practice.first_free(ANNA, GYM)
    site = practice.site_url
    own_site.open(
        own_site.element(f'show="{show}" accent="#7a1f5c" theme="dark"'),
        policy=f"default-src 'none'; script-src 'self' {site}; frame-src {site}; style-src 'self'",
        icon="",
    )
    if show:
        own_site.page.get_by_text("Book online", exact=True).locator("visible=true").click()
    frame = own_site.shows_booking()
    book_in(frame).says(slot)
    if not show:
        own_site.fits()
    assert own_site.refused() == []


def _open_in_haste(own_site: Host, body: str, *, policy: str = "") -> None:
    own_site.open(body, policy=policy, script=_HASTE + own_site.script)


def _link_comes_back(own_site: Host) -> None:
    expect(own_site.frames).to_have_count(0, timeout=_WITHIN_MILLISECONDS)
    expect(own_site.link).to_be_visible()
    own_site.link.click()
    Who(own_site.page).is_shown()


def _explained(own_site: Host, watch: Watch) -> Callable[[], str]:
    """Collect what the script says on the console about the frame."""
    watch.expect_complaint(_EXPLAINED)
    said: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        if _EXPLAINED in message.text:
            said.append(message.text)

    own_site.page.on("console", hear)
    return lambda: "\n".join(said)


def _hears(own_site: Host, said: Callable[[], str], words: str) -> None:
    """Expect words on the console: what a page has written there comes after what it shows."""
    own_site.until(lambda: words in said(), f"nobody said {words}")


class _routed:  # noqa: N801 - reads as a word
    """Lets the browser meet this answer at these addresses, for as long as it lasts."""

    def __init__(self, own_site: Host, address: str, answer: Callable[[Route], object]) -> None:
        self._page = own_site.page
        self._address = address
        self._answer = answer

    def __enter__(self) -> None:
        self._page.route(self._address, self._once_in_a_frame)

    def __exit__(self, *_error: object) -> None:
        self._page.unroute(self._address)

    def _once_in_a_frame(self, route: Route) -> None:
        # The link is followed by the tab itself
        if route.request.frame.parent_frame or route.request.resource_type == "script":
            self._answer(route)
        else:
            route.continue_()
