"""A diary, the site and a host page once a session; a practice and a watched browser a test."""

from __future__ import annotations

import json
from itertools import count
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from e2e.practice import ANNA, ROOM, SIAN, Practice, write_practice
from e2e.riverside import write_riverside
from e2e.site import HostPage, Site
from e2e.waiting import Listing, asap_table
from e2e.watch import Watch
from tests.reference_process import ReferenceDiary
from tests.setup.browser import find_chromium

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, BrowserContext, BrowserType, Page

_PATIENCE_MILLISECONDS = 30_000
_PRACTICES = ("practice", "other_practice")
"""The fixtures that hand out a practice without an ASAP list."""
_LISTINGS = ("listing", "watched_listing")
"""The fixtures of practices with an ASAP list; of each name, the second offers by itself."""
_FLAGS = (
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
_REFUSE = {"profile": {"default_content_setting_values": {"cookies": 2}}}
expect.set_options(timeout=_PATIENCE_MILLISECONDS)


@pytest.fixture(scope="session")
def base_url() -> None:
    """Stands in for the plugin's own, which pytest warns of; every address here is whole."""


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    browser = find_chromium()
    if browser is None:
        pytest.fail("No Chromium starts here: python -m tests.setup.browser installs one.")
    return {**browser_type_launch_args, "executable_path": browser, "args": list(_FLAGS)}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    """A phone in London, and no page transitions: a test that needs them asks for them."""
    return {
        **browser_context_args,
        "viewport": {"width": 390, "height": 844},
        "locale": "en-GB",
        "timezone_id": "Europe/London",
        "reduced_motion": "reduce",
    }


@pytest.fixture(scope="session")
def host() -> Iterator[HostPage]:
    with HostPage() as host:
        yield host


@pytest.fixture(scope="session")
def diary() -> Iterator[ReferenceDiary]:
    with ReferenceDiary() as diary:
        yield diary


@pytest.fixture(scope="session")
def slugs(request: pytest.FixtureRequest) -> list[str]:
    """A practice for each test that has one: what the site remembers of it is no other's concern.

    And for no other test of the session: the site reads them all, and one of its pages lists them.
    """
    wanted = sum(
        name in item.fixturenames
        for item in request.session.items
        if isinstance(item, pytest.Function)
        for name in _PRACTICES
    )
    return [f"practice-{number}" for number in range(1, wanted + 1)]


@pytest.fixture(scope="session")
def slugs_with_a_list(request: pytest.FixtureRequest) -> dict[str, list[str]]:
    """As many practices with an ASAP list as tests ask for, by the fixture that they ask with."""
    wanted = [
        name
        for item in request.session.items
        if isinstance(item, pytest.Function)
        for name in _LISTINGS
        if name in item.fixturenames
    ]
    return {
        name: [f"{name.replace('_', '-')}-{number}" for number in range(wanted.count(name))]
        for name in _LISTINGS
    }


@pytest.fixture(scope="session")
def site(
    slugs: list[str],
    slugs_with_a_list: dict[str, list[str]],
    diary: ReferenceDiary,
    host: HostPage,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("site")
    practices = folder / "practices"
    practices.mkdir()
    for slug in slugs:
        write_practice(practices, slug, diary_url=diary.url, framed_by=host.origin)
    for name, with_a_list in slugs_with_a_list.items():
        for slug in with_a_list:
            table = asap_table(slug, is_automatic=name == _LISTINGS[1])
            write_practice(practices, slug, diary_url=diary.url, framed_by=host.origin, more=table)
    write_riverside(practices, diary_url=diary.cliniko_url(), framed_by=host.origin)
    with Site(folder, diary.smtp_url, diary.sms_url) as site:
        yield site


@pytest.fixture(scope="session")
def next_practice(slugs: list[str], site: Site, diary: ReferenceDiary) -> Callable[[], Practice]:
    """Hands out practices that no test has had yet; they are still to be opened."""
    numbers = count()
    return lambda: Practice(slugs[next(numbers)], site.url, diary, site.stored)


@pytest.fixture
def practice(next_practice: Callable[[], Practice]) -> Iterator[Practice]:
    """Three people, who share two rooms."""
    practice = next_practice()
    practice.open()
    yield practice
    practice.recover()


@pytest.fixture(scope="session")
def next_listing(
    slugs_with_a_list: dict[str, list[str]], site: Site, diary: ReferenceDiary
) -> Callable[[str], Listing]:
    """Hands out lists of practices that no test has had yet, open and with nobody on them."""
    numbers = {name: count() for name in _LISTINGS}

    def hand_out(name: str) -> Listing:
        slug = slugs_with_a_list[name][next(numbers[name])]
        practice = Practice(slug, site.url, diary, site.stored)
        practice.open()
        return Listing(practice)

    return hand_out


@pytest.fixture
def listing(next_listing: Callable[[str], Listing]) -> Iterator[Listing]:
    """The ASAP list of a practice that offers nothing by itself."""
    listing = next_listing("listing")
    yield listing
    listing.practice.recover()


@pytest.fixture
def watched_listing(next_listing: Callable[[str], Listing]) -> Iterator[Listing]:
    """The ASAP list of a practice that offers what its desk frees, within seconds."""
    listing = next_listing("watched_listing")
    yield listing
    listing.close()
    listing.practice.recover()


@pytest.fixture
def small_practice(practice: Practice) -> Practice:
    """Two people, who share one room: nobody is asked where."""
    practice.open(staff=[ANNA, SIAN], rooms=[ROOM])
    return practice


@pytest.fixture(scope="session")
def kept_contexts(browser: Browser) -> Iterator[dict[str, BrowserContext]]:
    """The contexts that were opened so far, by the options that they were opened with."""
    contexts: dict[str, BrowserContext] = {}
    yield contexts
    for context in contexts.values():
        context.close()


@pytest.fixture
def context(
    request: pytest.FixtureRequest,
    browser: Browser,
    browser_context_args: dict[str, Any],
    kept_contexts: dict[str, BrowserContext],
) -> BrowserContext:
    """A context with the test's own options.

    A new tab costs as much work as three pages, so tests with the same options take turns with
    one. Nothing passes from one to the next: the site sets no cookie, which ``watch`` sees to,
    and each test has a practice to itself.
    """
    marker = request.node.get_closest_marker("browser_context_args")
    options: dict[str, Any] = browser_context_args | (dict(marker.kwargs) if marker else {})
    key = repr(sorted(options.items()))
    if key not in kept_contexts:
        kept_contexts[key] = browser.new_context(**options)
        kept_contexts[key].set_default_timeout(_PATIENCE_MILLISECONDS)
    return kept_contexts[key]


@pytest.fixture
def page(context: BrowserContext, browser_context_args: dict[str, Any]) -> Page:
    """A tab as it was when it was opened, but for the pages that Back leads to."""
    page = context.pages[0] if context.pages else context.new_page()
    page.set_viewport_size(browser_context_args["viewport"])
    page.emulate_media(media="null", color_scheme="light")
    return page


@pytest.fixture(autouse=True)
def watch(request: pytest.FixtureRequest) -> Iterator[Watch | None]:
    """Fails every test in whose browser something happened that must never happen."""
    if "context" not in request.fixturenames:
        yield None
        return
    context: BrowserContext = request.getfixturevalue("context")
    watch = Watch(context)
    yield watch
    for page in context.pages[1:]:
        page.close()
    for page in context.pages:
        page.goto("about:blank")
    watch.verify()


@pytest.fixture(params=[True, False], ids=["scripts", "no-scripts"])
def refusing(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    browser_type: BrowserType,
    browser_type_launch_args: dict[str, Any],
    browser_context_args: dict[str, Any],
) -> Iterator[BrowserContext]:
    """A browser whose owner has it refuse every cookie."""
    (tmp_path / "Default").mkdir()
    (tmp_path / "Default" / "Preferences").write_text(json.dumps(_REFUSE))
    options = browser_type_launch_args | browser_context_args
    with browser_type.launch_persistent_context(
        tmp_path, **options | {"java_script_enabled": request.param}
    ) as context:
        watch = Watch(context)
        yield context
        watch.verify()
