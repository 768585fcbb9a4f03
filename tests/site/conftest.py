"""A site for each test, over one reference diary that is as new before each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from jinja2.bccache import Bucket, BytecodeCache
from sqlalchemy import Engine

from tests.reference_process import BRIDGE, ELM_TREE, HARBOUR, ReferenceDiary
from tests.site.asap import a_list, send_all_through
from tests.site.ground import (
    MAX,
    SIGNING_KEY,
    SOLO,
    SOLO_KEY,
    STUDIO,
    TODAY,
    Site,
    practice_file,
)
from tests.site.logs import Everything, everything_logged
from tests.site.office import Office
from webapp.app import create_app
from webapp.availability.limits import Limits as PageLimits
from webapp.config import Mode, Settings, Switch
from webapp.diaries.calling import Limits
from webapp.diaries.transport import CallLimits

MakeSite = Callable[..., Site]


class _Compiled(BytecodeCache):
    """Templates compiled for one site serve all others: compiling takes longer than a test."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self._kept:
            bucket.bytecode_from_string(self._kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._kept[bucket.key] = bucket.bytecode_to_string()


_compiled = _Compiled()

_PATIENT = CallLimits(connect=30, read=30, total=60)
_HASTY = CallLimits(connect=5, read=0.2, total=7)


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    """Begin each test on the same Friday at eight in the morning."""
    begins = datetime.fromisoformat(f"{TODAY}T08:00").replace(tzinfo=UTC)
    with time_machine.travel(begins, tick=True) as traveller:
        yield traveller


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let sites wait for a diary as long as a busy machine takes.

    How long a page waits at most is proved where a diary dawdles.
    """
    monkeypatch.setattr("webapp.availability.service.Limits", lambda: PageLimits(page=60))
    monkeypatch.setattr("webapp.diaries.connect.Limits", lambda: Limits(reads=_PATIENT))


@pytest.fixture(scope="session")
def running_diary() -> Iterator[ReferenceDiary]:
    with ReferenceDiary(today=f"{TODAY}T08:00") as diary:
        diary.create_practice(
            SOLO,
            key=SOLO_KEY,
            staff=[{"id": MAX, "name": "Max Ortega"}],
            rooms=[{"id": STUDIO, "name": "Studio"}],
            zone="America/New_York",
        )
        yield diary


@pytest.fixture
def diary(running_diary: ReferenceDiary) -> Iterator[ReferenceDiary]:
    """The reference diary in its initial state; afterwards it holds nobody up."""
    running_diary.reset()
    yield running_diary
    running_diary.clear()


@pytest.fixture
def make_site(
    diary: ReferenceDiary, engine: Engine, database_url: str, tmp_path: Path
) -> Iterator[MakeSite]:
    """Make a site. ``urls`` and ``keys`` stand in for a practice's own, by slug.

    ``more`` is written at the end of a practice's file.
    """
    made: list[Site] = []

    def make(
        *slugs: str,
        urls: dict[str, str] | None = None,
        keys: dict[str, str] | None = None,
        more: dict[str, str] | None = None,
        rate_limits: Switch = Switch.OFF,
    ) -> Site:
        folder = tmp_path / f"practices-{len(made)}"
        folder.mkdir()
        for slug in slugs or (HARBOUR.slug, ELM_TREE.slug, SOLO):
            url = (urls or {}).get(slug, diary.request_url(slug))
            content = practice_file(slug, url, key=(keys or {}).get(slug))
            (folder / f"{slug}.toml").write_text(content + (more or {}).get(slug, ""), "utf-8")
        app = create_app(
            Settings(
                mode=Mode.DEVELOPMENT,
                practices=folder,
                instance=tmp_path / "instance",
                database_url=database_url,
                secret_key=SIGNING_KEY,  # pyright: ignore[reportArgumentType] - pydantic wraps it
                rate_limits=rate_limits,
            )
        )
        app.jinja_env.bytecode_cache = _compiled
        made.append(Site(app, engine, diary))
        return made[-1]

    yield make
    for site in made:
        for one in site.app.extensions["openslot_availability"].values():
            one.close()
        site.app.extensions["openslot_engine"].dispose()


@pytest.fixture
def site(make_site: MakeSite) -> Site:
    """Three practices: four people in three rooms, two in one, and one alone in New York."""
    return make_site()


@pytest.fixture
def site_hasty_in_writing(monkeypatch: pytest.MonkeyPatch, make_site: MakeSite) -> Site:
    """The same, by a connector that waits a moment only for the answer to a booking."""
    monkeypatch.setattr("webapp.diaries.connect.Limits", lambda: Limits(write=_HASTY))
    return make_site()


@pytest.fixture
def site_hasty_in_reading(monkeypatch: pytest.MonkeyPatch, make_site: MakeSite) -> Site:
    """The same, by a connector that waits a moment only for what is free."""
    monkeypatch.setattr("webapp.diaries.connect.Limits", lambda: Limits(reads=_HASTY))
    return make_site()


@pytest.fixture
def pass_time(clock: time_machine.Traveller) -> Callable[[timedelta], None]:
    """Let the clock run on at once."""
    return clock.shift


@pytest.fixture
def log() -> Iterator[Everything]:
    """All that anybody logs at the finest level."""
    with everything_logged() as handler:
        yield handler


@pytest.fixture
def office(
    diary: ReferenceDiary,
    make_site: MakeSite,
    monkeypatch: pytest.MonkeyPatch,
    clock: time_machine.Traveller,
) -> Office:
    """An office whose Open Dental keeps the ASAP list, with nobody on it."""
    send_all_through(monkeypatch, diary)
    urls = {BRIDGE.slug: diary.opendental_url()}
    site = make_site(BRIDGE.slug, urls=urls, more={BRIDGE.slug: a_list(BRIDGE.slug)})
    office = Office(site, clock)
    office.clear_list()
    return office


@pytest.fixture
def recording_office(
    diary: ReferenceDiary,
    make_site: MakeSite,
    monkeypatch: pytest.MonkeyPatch,
    clock: time_machine.Traveller,
) -> Office:
    """An office where all is as at one that keeps the list, but for who texts."""
    send_all_through(monkeypatch, diary)
    monkeypatch.delenv("OPENSLOT_SMS_URL")
    rules = a_list(BRIDGE.slug, record="diary", texts_from="")
    urls = {BRIDGE.slug: diary.opendental_url()}
    office = Office(make_site(BRIDGE.slug, urls=urls, more={BRIDGE.slug: rules}), clock)
    office.clear_list()
    return office
