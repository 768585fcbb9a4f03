"""The story of `make run`: two patients on the list of the first demo practice, told by pages."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import requests

from tests.proof.stack import Stack
from tests.reference_process import HARBOUR, ReferenceDiary
from webapp.reference import story

if TYPE_CHECKING:
    from collections.abc import Iterator

_BUNDLED = Path(__file__).parents[2] / "webapp" / "practices" / "demo" / "harbour-physio.toml"
_DIARY = "http://127.0.0.1:8701"
_KEYS = {"Authorization": "ODFHIR harbour-demo-developer/harbour-demo-customer"}


class Demo:
    """The site as `make run` starts it, with the bundled practice, on ports of its own."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        self.site = stack.url.removesuffix(f"/{HARBOUR.slug}")

    def tell(self) -> None:
        story.tell(self.site, HARBOUR.slug, _today())

    def forget(self) -> None:
        for patient in story.PATIENTS:
            self.stack._run("privacy", "erase", "--email", patient.email)

    def on_the_list(self) -> list[dict[str, Any]]:
        """Return who is on the list, as the practice's own programs are told."""
        url = f"{self.site}/api/{HARBOUR.slug}/appointments/ASAP"
        answer = requests.get(url, headers=_KEYS, timeout=60)
        answer.raise_for_status()
        return answer.json()


@pytest.fixture(scope="module")
def running_diary() -> Iterator[ReferenceDiary]:
    """A diary whose today is the site's own."""
    with ReferenceDiary() as diary:
        yield diary


@pytest.fixture
def demo(tmp_path: Path, running_diary: ReferenceDiary) -> Iterator[Demo]:
    running_diary.reset()
    url = f"sqlite:///{tmp_path / 'openslot.sqlite'}"
    with Stack(tmp_path, running_diary, url) as stack:
        text = _BUNDLED.read_text("utf-8")
        assert _DIARY in text
        file = tmp_path / "practices" / _BUNDLED.name
        file.write_text(text.replace(_DIARY, running_diary.url), "utf-8")
        stack.start(OPENSLOT_SMS_URL=running_diary.sms_url)
        yield Demo(stack)


def test_two_patients_are_on_the_list_and_whatever_is_cancelled_soon_is_sooner(
    demo: Demo, running_diary: ReferenceDiary
):
    demo.tell()

    listed = demo.on_the_list()
    assert [one["AptStatus"] for one in listed] == ["Scheduled", "Scheduled"]
    assert len({one["PatNum"] for one in listed}) == 2
    soon = _today() + timedelta(days=40)
    assert all(date.fromisoformat(one["AptDateTime"][:10]) > soon for one in listed)
    booked = running_diary.bookings(HARBOUR.slug)
    assert {one["name"] for one in booked} == {patient.name for patient in story.PATIENTS}
    assert all(one["desc"] == "" for one in booked)


def test_it_can_be_told_again_once_its_patients_are_forgotten(demo: Demo):
    demo.tell()
    demo.forget()
    assert demo.on_the_list() == []

    demo.tell()

    assert len(demo.on_the_list()) == 2


def test_a_diary_without_a_free_time_ends_it_with_a_sentence(
    demo: Demo, running_diary: ReferenceDiary
):
    running_diary.fill(HARBOUR.slug)

    with pytest.raises(story.StoryUntold, match="no time was free"):
        demo.tell()

    assert demo.on_the_list() == []


def test_a_site_that_is_not_there_ends_it_with_the_kind_of_error(demo: Demo):
    demo.stack.stop()

    with pytest.raises(story.StoryUntold, match="ConnectionError"):
        demo.tell()


def _today() -> date:
    return datetime.now(UTC).date()
