"""Goes through a page with the keyboard alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

_MOST_STOPS = 60
_UNSEEN = """() => {
  const one = document.activeElement;
  const box = one.getBoundingClientRect();
  const style = getComputedStyle(one);
  const isInView =
    box.top < innerHeight && box.bottom > 0 && box.left < innerWidth && box.right > 0;
  const hasRing = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  const hasSize = box.width > 1 && box.height > 1;
  return isInView && hasRing && hasSize ? null : one.outerHTML.slice(0, 120);
}"""


def press(page: Page, target: Locator) -> None:
    """Go to the target and press Enter."""
    tab_to(page, target)
    page.keyboard.press("Enter")


def tab_to(page: Page, target: Locator) -> int:
    """Press Tab until the target has the focus; every stop must show that it has it."""
    element = target.element_handle()
    for stops in range(1, _MOST_STOPS):
        page.keyboard.press("Tab")
        assert page.evaluate(_UNSEEN) is None
        if element.evaluate("one => one === document.activeElement"):
            return stops
    raise AssertionError(f"{_MOST_STOPS} times Tab do not lead to {target}")
