"""What the doctor says of texts: whether any can go out, and what each of them costs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from pydantic import SecretStr

from tests.doctoring import development, doctor, of, one, production
from tests.practices.examples import practice
from tests.reference_process import HARBOUR, ReferenceDiary
from tests.web.sites import site_for
from webapp.config import Mode, Settings
from webapp.notify.doctor import examine_texts

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

GATEWAY = SecretStr("https://ACcount:hunter2@texts.example/2010-04-01")
LIST = """
[asap]
enabled = true
texts_from = "+447700900800"
"""


@pytest.fixture(scope="module")
def process() -> Iterator[ReferenceDiary]:
    with ReferenceDiary() as diary:
        yield diary


@pytest.fixture
def diary(process: ReferenceDiary) -> ReferenceDiary:
    process.reset()
    return process


def with_a_list(settings: Settings, more: str = "") -> Settings:
    """Let the practice keep a list."""
    file = settings.practices / f"{HARBOUR.slug}.toml"
    file.write_text(file.read_text() + LIST + more)
    return settings


def test_without_a_list_texts_are_no_matter(tmp_path: Path, diary: ReferenceDiary):
    code, lines = doctor(site_for(development(tmp_path, diary)))

    assert code == 0
    assert not [line for line in lines if "text" in line.lower()]


def test_a_list_without_a_gateway_is_advised_against_in_development(
    tmp_path: Path, diary: ReferenceDiary
):
    code, lines = doctor(site_for(with_a_list(development(tmp_path, diary))))

    assert code == 0
    assert f"{HARBOUR.slug}.toml" in one(lines, "advice", "OPENSLOT_SMS_URL is not set")


@pytest.mark.parametrize(
    ("enabled", "mode", "found"),
    [
        (True, Mode.PRODUCTION, [(False, False)]),
        (True, Mode.DEVELOPMENT, [(False, True)]),
        (False, Mode.PRODUCTION, []),
    ],
)
def test_in_production_it_is_wrong(*, enabled: bool, mode: Mode, found: list[tuple[bool, bool]]):
    """A site that is started anew refuses to; one that runs already is told."""
    one_practice = practice(asap={"enabled": enabled, "texts_from": "+447700900800"})
    told = list(examine_texts(Settings(mode=mode), {one_practice.slug: one_practice}))

    assert [(each.is_well, each.is_advice) for each in told] == found


def test_a_gateway_is_named_without_its_token(tmp_path: Path, diary: ReferenceDiary):
    settings = with_a_list(production(tmp_path, diary, sms_url=GATEWAY))
    code, lines = doctor(site_for(settings))

    assert code == 0
    assert one(lines, "ok", "Texts go out by texts.example.")
    for secret in ("hunter2", "ACcount"):
        assert secret not in "\n".join(lines)


@pytest.mark.parametrize(
    ("template", "words"),
    [
        ("[NameF]: [Date], [Time] " + "and so on " * 12 + "[AsapURL]", "paid for as two"),
        ("[NameF], früher – komm: [AsapURL] " + "x" * 40, "more than twice the price"),
    ],
)
def test_texts_that_cost_more_than_one_each_are_advised_against(
    tmp_path: Path, diary: ReferenceDiary, template: str, words: str
):
    settings = with_a_list(
        production(tmp_path, diary, sms_url=GATEWAY), f'template = "{template}"\n'
    )
    code, lines = doctor(site_for(settings))

    assert code == 0
    assert words in one(lines, "advice", f"{HARBOUR.slug}: The text that asap.template makes")


def test_texts_of_one_part_are_well(tmp_path: Path, diary: ReferenceDiary):
    _code, lines = doctor(site_for(with_a_list(production(tmp_path, diary, sms_url=GATEWAY))))

    assert f"{HARBOUR.slug}: A text about an opening is sent, and paid for, as one." in of(
        lines, "ok"
    )
