"""A practice's own web site, in a browser that blocks the cookies of third parties."""

from __future__ import annotations

import json
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import pytest

from e2e.embedding.host import LISTEN, Host

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import BrowserContext, BrowserType, Page

    from e2e.practice import Practice
    from e2e.site import HostPage

_BLOCK = {"profile": {"cookie_controls_mode": 1, "block_third_party_cookies": True}}
_PATIENCE_MILLISECONDS = 30_000


@pytest.fixture(scope="session")
def blocking_contexts(
    tmp_path_factory: pytest.TempPathFactory,
    browser_type: BrowserType,
    browser_type_launch_args: dict[str, Any],
) -> Iterator[Callable[[dict[str, Any]], BrowserContext]]:
    """Opens a browser with given options, once each: only a profile can block cookies."""
    contexts: dict[str, BrowserContext] = {}
    with ExitStack() as stack:

        def open_with(options: dict[str, Any]) -> BrowserContext:
            key = repr(sorted(options.items()))
            if key not in contexts:
                folder = tmp_path_factory.mktemp("profile")
                (folder / "Default").mkdir()
                (folder / "Default" / "Preferences").write_text(json.dumps(_BLOCK))
                context = browser_type.launch_persistent_context(
                    folder, **browser_type_launch_args | options
                )
                context.set_default_timeout(_PATIENCE_MILLISECONDS)
                context.add_init_script(LISTEN)
                contexts[key] = stack.enter_context(context)
            return contexts[key]

        yield open_with


@pytest.fixture
def context(
    request: pytest.FixtureRequest,
    browser_context_args: dict[str, Any],
    blocking_contexts: Callable[[dict[str, Any]], BrowserContext],
) -> BrowserContext:
    """Stands in for the context of the other tests."""
    marker = request.node.get_closest_marker("browser_context_args")
    return blocking_contexts(browser_context_args | (dict(marker.kwargs) if marker else {}))


@pytest.fixture
def own_site(page: Page, host: HostPage, practice: Practice) -> Host:
    """The practice's own web site, with its pages still to be written."""
    return Host(page, host, practice)


@pytest.fixture
def other_practice(next_practice: Callable[[], Practice]) -> Practice:
    """A second practice."""
    practice = next_practice()
    practice.open()
    return practice
