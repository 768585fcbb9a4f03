"""What a practice on Valomnia must say of itself, and one sentence for each mistake in it."""

from __future__ import annotations

import re
from datetime import date, time
from pathlib import Path

import pytest

from tests.practices.valomnia import PASSWORD, TEXT
from webapp.config import SettingsError
from webapp.diaries.settings import ValomniaSettings
from webapp.diaries.valomnia.tables import Stretch
from webapp.practices.loader import literal_secrets, load_practice

JARGON = ("pydantic", "instance of", "tuple", "dictionary", "pattern", "Value error", "uRL", "^")


def load(folder: Path, text: str) -> ValomniaSettings:
    file = folder / "meadow.toml"
    file.write_text(text, "utf-8")
    diary = load_practice(file).diary
    assert isinstance(diary, ValomniaSettings)
    return diary


def mistakes(folder: Path, text: str) -> list[str]:
    with pytest.raises(SettingsError) as caught:
        load(folder, text)
    for sentence in caught.value.sentences:
        assert sentence.startswith("meadow.toml: ")
        assert sentence.endswith(".")
        assert not any(word in sentence for word in JARGON), sentence
        assert PASSWORD not in sentence
    return caught.value.sentences


def only_mistake(folder: Path, text: str) -> str:
    [sentence] = mistakes(folder, text)
    return sentence.removeprefix("meadow.toml: ").removesuffix(".")


class TestAValidFile:
    def test_everything_is_read(self, tmp_path: Path):
        diary = load(tmp_path, TEXT)
        assert diary.closed_days == (date(2026, 12, 25),)
        assert diary.hours is not None
        assert diary.hours.on(0) == (
            Stretch(time(9), time(12, 20)),
            Stretch(time(13, 20), time(18)),
        )
        assert diary.hours.on(6) == ()
        person, place = diary.person("811"), diary.place("81")
        assert person is not None
        assert place is not None
        assert (person.name, person.employee_reference) == ("Grace Adeyemi", "emp-811")
        assert (place.name, place.customer_reference) == ("Garden Room", "room-81")
        assert person.works_at("81")

    def test_what_can_be_left_out(self, tmp_path: Path):
        text = re.sub(r"^(buffer|closed|customer|employee)_.*\n", "", TEXT, flags=re.MULTILINE)
        diary = load(tmp_path, text)
        assert (diary.buffer_minutes, diary.closed_days) == (0, ())
        assert diary.connections == 8

    def test_a_person_may_have_hours_and_places_of_their_own(self, tmp_path: Path):
        text = f'{TEXT}places = ["81"]\n[diary.people.hours]\nsat = ["09:00-12:00"]\n'
        person = load(tmp_path, text).person("811")
        assert person is not None
        assert person.hours is not None
        assert person.hours.on(5) == (Stretch(time(9), time(12)),)

    def test_ids_and_the_category_may_be_numbers(self, tmp_path: Path):
        text = TEXT.replace('id = "811"', "id = 811").replace('"consultation"', "3")
        diary = load(tmp_path, text)
        assert diary.people[0].id == "811"
        assert diary.appointment_category == "3"

    @pytest.mark.parametrize("prefix", ["env", "file"])
    def test_the_password_may_be_kept_elsewhere(
        self, prefix: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ):
        monkeypatch.setenv("MEADOW_PASSWORD", "kept")
        (tmp_path / "password").write_text("kept\n")
        where = "MEADOW_PASSWORD" if prefix == "env" else str(tmp_path / "password")
        diary = load(tmp_path, TEXT.replace(PASSWORD, f"{prefix}:{where}"))
        assert diary.secret.get_secret_value() == "kept"
        assert literal_secrets(tmp_path / "meadow.toml") == []

    def test_a_password_in_the_file_itself_is_told_to_the_doctor(self, tmp_path: Path):
        load(tmp_path, TEXT)
        assert literal_secrets(tmp_path / "meadow.toml") == ["diary.password"]

    def test_its_representation_has_no_password(self, tmp_path: Path):
        assert PASSWORD not in repr(load(tmp_path, TEXT))

    @pytest.mark.parametrize("host", ["127.0.0.1:8701", "[::1]:8701", "localhost"])
    def test_without_tls_it_may_be_on_this_machine_alone(self, host: str, tmp_path: Path):
        text = TEXT.replace("https://meadow.valomnia.example", f"http://{host}/valomnia")
        assert load(tmp_path, text).url.scheme == "http"


@pytest.mark.parametrize(
    "key",
    ["url", "username", "password", "appointment_category", "slot_minutes"],
)
def test_a_missing_key_is_to_be_added(key: str, tmp_path: Path):
    text = re.sub(rf"^{key} = .*\n", "", TEXT, flags=re.MULTILINE)
    assert only_mistake(tmp_path, text) == f"diary.{key} is missing; add it"


@pytest.mark.parametrize("table", ["people", "places"])
def test_missing_people_and_places_are_to_be_added(table: str, tmp_path: Path):
    text = re.sub(rf"\[\[diary\.{table}\]\]\n(?:.+\n)+", "", TEXT)
    assert only_mistake(tmp_path, text) == f"diary.{table} is missing; add it"


@pytest.mark.parametrize(
    ("after", "wrong", "told"),
    [
        ("[diary]", "passwrd", "diary.passwrd is not a setting; did you mean password"),
        ("[diary]", "api_key", "diary.api_key is not a setting"),
        ("[diary.hours]", "mn", "diary.hours.mn is not a setting; did you mean mon"),
        (
            "[[diary.people]]",
            "employe_reference",
            "diary.people #1.employe_reference is not a setting; did you mean employee_reference",
        ),
        ("[[diary.places]]", "nme", "diary.places #1.nme is not a setting; did you mean name"),
    ],
)
def test_a_misspelt_key_is_told_with_the_right_one(
    after: str, wrong: str, told: str, tmp_path: Path
):
    text = TEXT.replace(f"{after}\n", f'{after}\n{wrong} = "x"\n')
    assert only_mistake(tmp_path, text) == told


def test_a_setting_of_the_other_system_is_none_of_this_one(tmp_path: Path):
    text = TEXT.replace('system = "valomnia"', 'system = "physiodiary"')
    told = mistakes(tmp_path, text)
    assert "meadow.toml: diary.api_key is missing; add it." in told
    assert "meadow.toml: diary.password is not a setting." in told


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('"valomnia"', '"valomnya"', "diary.system must be 'physiodiary' or 'valomnia'"),
        ("https://meadow", "http://meadow", "diary.url must begin with https://"),
        ("https://meadow", "https://us:pw@meadow", "diary.url must not contain a user"),
        ("nia.example", "nia.example/?a=1", 'diary.url must end before any "?"'),
        ('"openslot"', '" "', "diary.username must not be empty"),
        (f'"{PASSWORD}"', '""', "diary.password must not be empty"),
        (f'"{PASSWORD}"', '"env:NO_SUCH"', "diary.password names the environment variable NO_SUCH"),
        ("= 40", "= 4", "diary.slot_minutes is wrong: input should be greater than or equal to 5"),
        ("= 5\n", "= -1\n", "diary.buffer_minutes is wrong: input should be greater"),
        ("2026-12-25", '"Christmas"', "diary.closed_days #1 must be a day such as 2026-12-25"),
        ("[2026-12-25]", "2026-12-25", "diary.closed_days must be a list, in square brackets"),
        ('"09:00-12:20"', '"9-12"', 'diary.hours.mon #1 must be a stretch of a day such as "09:00'),
        ('"09:00-12:20"', '"12:20-09:00"', "diary.hours.mon #1 must be a stretch of a day"),
        ('"09:00-12:20"', '"09:00-13:40"', "diary.hours.mon must list its stretches in order"),
        ("[diary.hours]", "[[diary.hours]]", "diary.hours must be a table"),
        ('id = "811"', 'id = "Grace A."', "diary.people #1.id must be letters, digits, hyphens"),
        ('"emp-811"', '"emp-*"', "diary.people #1.employee_reference must be the whole reference"),
        ('"emp-811"', '"emp-811"\nplaces = []', "diary.people #1.places must list at least one"),
        ('"emp-811"', '"emp-811"\nplaces = ["9"]', 'diary.people name the place "9", which diary.'),
    ],
)
def test_a_wrong_value_is_told_with_the_mend(old: str, new: str, told: str, tmp_path: Path):
    assert only_mistake(tmp_path, TEXT.replace(old, new, 1)).startswith(told)


def test_two_people_cannot_share_an_id(tmp_path: Path):
    text = f'{TEXT}[[diary.people]]\nid = "811"\nname = "Ewan Sinclair"\n'
    assert (
        only_mistake(tmp_path, text) == 'diary.people have the id "811" twice; give each their own'
    )


def test_two_places_cannot_share_a_customer(tmp_path: Path):
    text = f'{TEXT}[[diary.places]]\nid = "82"\nname = "Upstairs"\ncustomer_reference = "room-81"\n'
    assert only_mistake(tmp_path, text).startswith(
        'diary.places have the customer_reference "room-81" twice'
    )


def test_somebody_must_have_hours(tmp_path: Path):
    text = re.sub(r"\[diary\.hours\]\n.*\n", "", TEXT)
    assert only_mistake(tmp_path, text) == (
        "diary.people have no hours: add [diary.hours], or give each person their own"
    )


@pytest.mark.parametrize(("key", "table"), [("staff", "people"), ("rooms", "places")])
def test_only_whom_the_file_lists_can_be_offered(key: str, table: str, tmp_path: Path):
    told = only_mistake(tmp_path, f'{TEXT}[booking]\n{key} = ["9"]\n')
    assert told.startswith(f'booking has in {key} the id "9", which diary.{table} does not list')


def test_each_of_several_mistakes_has_its_own_sentence(tmp_path: Path):
    text = TEXT.replace("= 40", "= 0").replace("Europe/London", "London").replace("-12:20", "")
    assert len(mistakes(tmp_path, text)) == 3
