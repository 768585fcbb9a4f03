"""The host's theme and accent: from the first paint of each page, and readable."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from e2e.pages import Check, Details, Outcome, Times, Where, Who
from e2e.practice import ADA, ANNA, GYM
from webapp.practices.theme import DARK_PAPER, PAPER, derive_theme

if TYPE_CHECKING:
    from playwright.sync_api import ConsoleMessage, Frame, Page

    from e2e.embedding.host import Host
    from e2e.watch import Watch

_ACCENT, _OWN = "#7a1f5c", "#0b6e4f"
_TOO_PALE = "#ffd54a"
_FIRST = "() => window.firstPainted ?? null"
_NOW = """() => {
  const style = getComputedStyle(document.documentElement);
  return [style.backgroundColor, style.getPropertyValue("--accent").trim()];
}"""


@pytest.mark.parametrize(
    ("theme", "system", "is_dark"),
    [
        ("dark", "light", True),
        ("light", "dark", False),
        ("auto", "dark", True),
    ],
)
def test_on_every_page_from_its_first_paint(
    own_site: Host, page: Page, theme: str, system: str, is_dark: bool
):
    page.emulate_media(color_scheme="dark" if system == "dark" else "light")
    own_site.open(own_site.element(f'theme="{theme}" accent="{_ACCENT}"'))
    frame = own_site.shows_booking()
    wanted = _look(_ACCENT, is_dark=is_dark)
    _is_painted(own_site, frame, wanted)
    Who(frame).choose(ANNA)
    Where(frame).is_shown()
    _is_painted(own_site, frame, wanted)
    Where(frame).choose(GYM)
    Times(frame).is_shown()
    _is_painted(own_site, frame, wanted)
    Times(frame).take_first()
    Details(frame).is_shown()
    _is_painted(own_site, frame, wanted)
    button = frame.get_by_role("button", name="Continue", exact=True)
    expect(button).to_have_css("background-color", _rgb(wanted[1]))
    Details(frame).fill(ADA).go_on()
    Check(frame).is_shown()
    _is_painted(own_site, frame, wanted)
    Check(frame).book()
    Outcome(frame).is_shown()
    _is_painted(own_site, frame, wanted)


def test_night_falls_while_the_page_is_open(own_site: Host, page: Page):
    own_site.open(own_site.element(f'accent="{_ACCENT}"'))
    frame = own_site.shows_booking()
    assert frame.evaluate(_NOW) == _look(_ACCENT, is_dark=False)
    page.emulate_media(color_scheme="dark")
    own_site.until(
        lambda: frame.evaluate(_NOW) == _look(_ACCENT, is_dark=True), "the accent stays the day's"
    )


def test_the_practices_own_accent_without_another(own_site: Host, page: Page):
    own_site.open(own_site.element('theme="dark"'))
    _is_painted(own_site, own_site.shows_booking(), _look(_OWN, is_dark=True))


def test_an_accent_too_pale_to_read(own_site: Host, page: Page, watch: Watch):
    watch.expect_complaint("too pale to read")
    said: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        if message.type == "warning":
            said.append(message.text)

    page.on("console", hear)
    own_site.open(own_site.element(f'accent="{_TOO_PALE}"'))
    frame = own_site.shows_booking()
    own_site.until(lambda: said != [], "no warning on the console")
    assert _TOO_PALE in said[0]
    assert "would do" in said[0]
    assert frame.evaluate(_NOW) == _look(_OWN, is_dark=False)


def test_two_accents_of_one_practice(own_site: Host):
    own_site.open(own_site.element(f'accent="{_ACCENT}"') + own_site.element())
    for number, accent in enumerate((_ACCENT, _OWN)):
        frame = own_site.shows_booking(number)
        Who(frame).choose(ANNA)
        Where(frame).choose(GYM)
        Times(frame).is_shown()
        assert frame.evaluate(_NOW) == _look(accent, is_dark=False)


def _is_painted(own_site: Host, frame: Frame, wanted: list[str]) -> None:
    own_site.until(lambda: frame.evaluate(_FIRST) is not None, "never painted")
    assert [frame.evaluate(_FIRST), frame.evaluate(_NOW)] == [wanted, wanted], frame.url


def _look(accent: str, *, is_dark: bool) -> list[str]:
    schemes = derive_theme(accent)
    if is_dark:
        return [_rgb(DARK_PAPER), schemes.dark.accent]
    return [_rgb(PAPER), schemes.light.accent]


def _rgb(colour: str) -> str:
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return f"rgb({red}, {green}, {blue})"
