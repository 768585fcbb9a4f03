"""What a practice on Open Dental must say of itself, and one sentence for each mistake in it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.practices.opendental import CUSTOMER, DEVELOPER, TEXT
from webapp.config import SettingsError
from webapp.diaries.settings import OpenDentalSettings
from webapp.practices.loader import literal_secrets, load_practice

JARGON = ("pydantic", "instance of", "pattern", "Value error", "uRL", "^")
MARKS = "must be a multiple of 5, from 5 to 540: Open Dental counts in five-minute marks"
ALONE = "must be the key alone, without spaces or slashes"


def load(folder: Path, text: str) -> OpenDentalSettings:
    file = folder / "bridge.toml"
    file.write_text(text, "utf-8")
    diary = load_practice(file).diary
    assert isinstance(diary, OpenDentalSettings)
    return diary


def mistakes(folder: Path, text: str) -> list[str]:
    with pytest.raises(SettingsError) as caught:
        load(folder, text)
    for sentence in caught.value.sentences:
        assert sentence.startswith("bridge.toml: ")
        assert sentence.endswith(".")
        assert not any(word in sentence for word in (*JARGON, DEVELOPER, CUSTOMER)), sentence
    return caught.value.sentences


def only_mistake(folder: Path, text: str) -> str:
    [sentence] = mistakes(folder, text)
    return sentence.removeprefix("bridge.toml: ").removesuffix(".")


class TestAValidFile:
    def test_what_can_be_left_out(self, tmp_path: Path):
        diary = load(tmp_path, TEXT)
        assert (diary.length_minutes, diary.step_minutes) == (30, None)
        assert (diary.seconds_between_requests, diary.connections) == (1.1, 3)

    def test_everything_can_be_said(self, tmp_path: Path):
        more = "step_minutes = 10\nseconds_between_requests = 0.6\nconnections = 8\n"
        diary = load(tmp_path, TEXT + more)
        assert diary.step_minutes == 10
        assert (diary.seconds_between_requests, diary.connections) == (0.6, 8)

    @pytest.mark.parametrize(
        ("asap", "number"), [("", 4), ("[asap]\nclinic_num = 7\n", 7)], ids=["the same", "another"]
    )
    def test_the_clinic_has_its_number_in_our_own_api_too(
        self, asap: str, number: int, tmp_path: Path
    ):
        file = tmp_path / "bridge.toml"
        file.write_text(f"{TEXT}clinic_num = 4\n{asap}", "utf-8")
        assert load_practice(file).clinic_num == number

    @pytest.mark.parametrize("prefix", ["env", "file"])
    @pytest.mark.parametrize("key", ["developer", "customer"])
    def test_either_key_may_be_kept_elsewhere(
        self, key: str, prefix: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ):
        monkeypatch.setenv("A_KEY", "kept")
        (tmp_path / "key").write_text("kept\n")
        where = "A_KEY" if prefix == "env" else str(tmp_path / "key")
        held = {"developer": DEVELOPER, "customer": CUSTOMER}[key]
        diary = load(tmp_path, TEXT.replace(held, f"{prefix}:{where}"))
        found = {"developer": diary.developer_key, "customer": diary.customer_key}[key]
        assert found.get_secret_value() == "kept"
        other = {"developer": "customer", "customer": "developer"}[key]
        assert literal_secrets(tmp_path / "bridge.toml") == [f"diary.{other}_key"]

    def test_its_representation_has_no_key(self, tmp_path: Path):
        shown = repr(load(tmp_path, TEXT))
        assert DEVELOPER not in shown
        assert CUSTOMER not in shown

    @pytest.mark.parametrize(
        "address", ["http://127.0.0.1:30222", "http://localhost:30222", "http://192.168.1.9:30223"]
    )
    def test_the_offices_own_api_service_may_be_without_tls(self, address: str, tmp_path: Path):
        text = TEXT.replace("https://api.opendental.example", address)
        assert load(tmp_path, text).url.scheme == "http"


@pytest.mark.parametrize("key", ["url", "developer_key", "customer_key", "length_minutes"])
def test_a_missing_key_is_to_be_added(key: str, tmp_path: Path):
    text = re.sub(rf"^{key} = .*\n", "", TEXT, flags=re.MULTILINE)
    assert only_mistake(tmp_path, text) == f"diary.{key} is missing; add it"


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ("custommer_key", "diary.custommer_key is not a setting; did you mean customer_key"),
        ("step_minute", "diary.step_minute is not a setting; did you mean step_minutes"),
        ("api_key", "diary.api_key is not a setting"),
        ("note", "diary.note is not a setting"),
    ],
)
def test_a_key_that_is_none_is_told_with_the_right_one(wrong: str, told: str, tmp_path: Path):
    assert only_mistake(tmp_path, f'{TEXT}{wrong} = "x"\n') == told


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('"opendental"', '"opendentist"', "diary.system must be"),
        ("https://api", "http://api", "diary.url must begin with https://: both keys travel"),
        ("https://api.opendental.example", "http://8.8.8.8", "diary.url must begin with https://"),
        ("https://api", "https://us:pw@api", "diary.url must not contain a user or a password"),
        ("/api/v1", "/api/v1?a=1", 'diary.url must end before any "?"'),
        ("https://api.opendental.example/api/v1", "api", "diary.url must be a whole address"),
        (f'"{DEVELOPER}"', '""', f"diary.developer_key {ALONE}"),
        (f'"{CUSTOMER}"', f'"ODFHIR {CUSTOMER}"', f"diary.customer_key {ALONE}"),
        (f'"{CUSTOMER}"', f'"{CUSTOMER}/x"', f"diary.customer_key {ALONE}"),
        (f'"{CUSTOMER}"', '"env:NO_SUCH"', "diary.customer_key names the environment variable"),
        (f'"{CUSTOMER}"', "5", "diary.customer_key must be text, in quotes"),
        ("= 30", "= 32", f"diary.length_minutes {MARKS}"),
        ("= 30", "= 0", f"diary.length_minutes {MARKS}"),
        ("= 30", "= 545", f"diary.length_minutes {MARKS}"),
        ("= 30", "= 30\nstep_minutes = 7", f"diary.step_minutes {MARKS}"),
        (
            "= 30",
            "= 30\nseconds_between_requests = -1",
            "diary.seconds_between_requests is wrong: input should be greater than or equal to 0",
        ),
    ],
)
def test_a_wrong_value_is_told_with_the_mend(old: str, new: str, told: str, tmp_path: Path):
    assert only_mistake(tmp_path, TEXT.replace(old, new, 1)).startswith(told)


def test_each_of_several_mistakes_has_its_own_sentence(tmp_path: Path):
    text = TEXT.replace("= 30", "= 31").replace("Europe/London", "London").replace(CUSTOMER, "")
    assert len(mistakes(tmp_path, text)) == 3
