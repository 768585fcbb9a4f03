"""The ``[asap]`` table: what it says without a word, and each mistake's own sentence."""

from __future__ import annotations

import tomllib
from datetime import time
from pathlib import Path

import pytest

from tests.practices.examples import TEXT
from tests.practices.test_mistakes import JARGON, mistakes, only_mistake
from webapp.practices.loader import SITES_OWN, literal_secrets, load_practice
from webapp.practices.model import Practice

ON = 'enabled = true\ntexts_from = "+447700900800"\n'
KEYS = ("developer_key", "customer_key")
LINK = "[AsapURL]"


def written(folder: Path, table: str) -> Path:
    file = folder / "harbour.toml"
    file.write_text(f"{TEXT}[asap]\n{table}", "utf-8")
    return file


def read(folder: Path, table: str) -> Practice:
    return load_practice(written(folder, table))


def wrong(folder: Path, table: str) -> str:
    return only_mistake(folder, f"{TEXT}[asap]\n{table}")


class TestWithoutAWord:
    def test_no_practice_has_a_list_that_did_not_ask_for_one(self, tmp_path: Path):
        file = tmp_path / "harbour.toml"
        file.write_text(TEXT, "utf-8")
        rules = load_practice(file).asap
        assert not rules.enabled
        assert not rules.automatic
        assert (rules.developer_key.get_secret_value(), rules.texts_from) == ("", "")

    def test_the_rules_are_those_of_open_dental(self, tmp_path: Path):
        rules = read(tmp_path, ON).asap
        assert rules.gap_minutes == (1, 2, 4, 8)
        assert rules.most_texts_a_day == 2
        assert rules.last_text_minutes == 30
        assert rules.expire_days == 7
        assert rules.unscheduled_first
        assert rules.farthest_first
        assert (rules.texts_after, rules.texts_before) == (time(8), time(20))

    def test_the_text_has_who_where_when_and_the_link(self, tmp_path: Path):
        for tag in ("[NameF]", "[OfficeName]", "[Date]", "[Time]", LINK):
            assert tag in read(tmp_path, ON).asap.template


class TestWhatCanBeSaid:
    def test_everything(self, tmp_path: Path):
        rules = read(
            tmp_path,
            f"""{ON}automatic = true
template = "Call [OfficePhone] or [asapurl]"
texts_after = "09:30"
texts_before = 18:45:00
gap_minutes = [0, 0.5, 10, 1440]
most_texts_a_day = 20
last_text_minutes = 0
expire_days = 90
unscheduled_first = false
farthest_first = false
list_days = 366
look_every_seconds = 5
clinic_num = 4
developer_key = "a!~-_."
""",
        ).asap
        assert (rules.enabled, rules.automatic, rules.texts_from) == (True, True, "+447700900800")
        assert (rules.texts_after, rules.texts_before) == (time(9, 30), time(18, 45))
        assert rules.gap_minutes == (0, 0.5, 10, 1440)
        assert (rules.unscheduled_first, rules.farthest_first) == (False, False)
        assert (rules.list_days, rules.look_every_seconds, rules.clinic_num) == (366, 5, 4)
        assert rules.developer_key.get_secret_value() == "a!~-_."

    @pytest.mark.parametrize(
        "sender", ["+447700900800", "60123", f"MG{'5' * 32}", "Harbour", "Elm Tree 2"]
    )
    def test_texts_may_come_from_a_number_a_short_code_a_service_or_a_name(
        self, sender: str, tmp_path: Path
    ):
        table = f'enabled = true\ntexts_from = "{sender}"\n'
        assert read(tmp_path, table).asap.texts_from == sender


class TestKeys:
    @pytest.mark.parametrize("key", KEYS)
    def test_one_may_come_from_the_environment_or_from_a_file(
        self, key: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ):
        monkeypatch.setenv("HARBOUR_ASAP_KEY", "outside")
        (tmp_path / "key").write_text("filed\n")
        for said, meant in (
            ("env:HARBOUR_ASAP_KEY", "outside"),
            (f"file:{tmp_path / 'key'}", "filed"),
        ):
            rules = read(tmp_path, f'{key} = "{said}"\n').asap
            assert getattr(rules, key).get_secret_value() == meant

    @pytest.mark.parametrize("key", KEYS)
    def test_none_is_in_a_representation(self, key: str, tmp_path: Path):
        assert "hidden-word" not in repr(read(tmp_path, f'{key} = "hidden-word"\n'))

    @pytest.mark.parametrize("key", KEYS)
    @pytest.mark.parametrize(
        ("value", "mend"),
        [
            ('"hidden word"', "must be letters and digits, without spaces or slashes"),
            ('"hidden/word"', "must be letters and digits, without spaces or slashes"),
            ('"hidden-wörd"', "must be letters and digits, without spaces or slashes"),
            ('["hidden"]', "must be text, in quotes"),
            ('"env:NO_SUCH_KEY"', "environment variable NO_SUCH_KEY, which is not set"),
            ('"file:/no/such/file"', "names the file /no/such/file, which cannot be read"),
        ],
    )
    def test_a_wrong_one_is_told_without_it(self, key: str, value: str, mend: str, tmp_path: Path):
        sentence = wrong(tmp_path, f"{key} = {value}\n")
        assert sentence.startswith(f"harbour.toml: asap.{key} ")
        assert mend in sentence
        assert "hidden" not in sentence

    def test_those_that_stand_in_the_file_itself_are_found(self, tmp_path: Path):
        table = 'developer_key = "literal"\ncustomer_key = "env:HARBOUR_ASAP_KEY"\n'
        assert literal_secrets(written(tmp_path, table)) == [
            "diary.api_key",
            "asap.developer_key",
        ]


@pytest.mark.parametrize(
    ("key", "value", "mend"),
    [
        ("enabled", '"perhaps"', "a valid boolean"),
        ("automatic", '"perhaps"', "a valid boolean"),
        ("texts_from", "447700900800", "must be text, in quotes"),
        ("texts_from", '"07700 900800"', 'such as "+447700900800"'),
        ("texts_from", '"   "', 'such as "+447700900800"'),
        ("texts_from", '"Harbour Physiotherapy"', 'such as "+447700900800"'),
        ("texts_from", f'"MG{"x" * 32}"', 'such as "+447700900800"'),
        ("texts_from", f'"+{"4" * 41}"', "at most 40 characters"),
        ("template", '""', "at least 1 character"),
        ("template", '"Call us"', f"must hold {LINK}, or nobody could take what is offered"),
        ("template", '"See AsapURL"', f"must hold {LINK}"),
        ("template", f'"{LINK}{"x" * 480}"', "at most 480 characters"),
        ("texts_after", "9", 'must be a time of day such as "08:00"'),
        ("texts_after", '"8:00"', 'must be a time of day such as "08:00"'),
        ("texts_after", '"8am"', 'must be a time of day such as "08:00"'),
        ("texts_after", '"24:00"', 'must be a time of day such as "08:00"'),
        ("texts_after", '"08:00Z"', 'must be a time of day such as "08:00"'),
        ("texts_before", "2026-11-20T20:00:00Z", 'must be a time of day such as "08:00"'),
        ("texts_before", '"20:60"', 'must be a time of day such as "08:00"'),
        ("gap_minutes", "5", "must be a list, in square brackets"),
        ("gap_minutes", "[1, 2, 4, 8, 16]", "is too long; shorten it"),
        ("gap_minutes", "[1, 2, 4, -1]", "four numbers of minutes, such as [1, 2, 4, 8]"),
        ("gap_minutes", "[1, 2, 4, 1441]", "four numbers of minutes, such as [1, 2, 4, 8]"),
        ("gap_minutes", "[1, 2, 4, nan]", "four numbers of minutes, such as [1, 2, 4, 8]"),
        ("gap_minutes #4", "", "is missing; add it"),
        ("gap_minutes #1", "", "a valid number"),
        ("most_texts_a_day", "0", "greater than or equal to 1"),
        ("most_texts_a_day", "21", "less than or equal to 20"),
        ("last_text_minutes", "-1", "greater than or equal to 0"),
        ("last_text_minutes", "1441", "less than or equal to 1440"),
        ("expire_days", "0", "greater than or equal to 1"),
        ("expire_days", "91", "less than or equal to 90"),
        ("unscheduled_first", '"perhaps"', "a valid boolean"),
        ("farthest_first", '"perhaps"', "a valid boolean"),
        ("list_days", "0", "greater than or equal to 1"),
        ("list_days", "367", "less than or equal to 366"),
        ("look_every_seconds", "4", "greater than or equal to 5"),
        ("look_every_seconds", "3601", "less than or equal to 3600"),
        ("look_every_seconds", "nan", "less than or equal to 3600"),
        ("clinic_num", "-1", "greater than or equal to 0"),
    ],
)
def test_a_wrong_rule_is_told_in_one_sentence_with_the_mend(
    key: str, value: str, mend: str, tmp_path: Path
):
    inside = {"gap_minutes #4": "[1, 2, 4]", "gap_minutes #1": '["a", 2, 4, 8]'}
    value = inside.get(key, value)
    sentence = wrong(tmp_path, f"{key.partition(' ')[0]} = {value}\n")
    assert sentence.startswith(f"harbour.toml: asap.{key} ")
    assert mend in sentence


def test_a_list_without_a_number_to_text_from_is_told(tmp_path: Path):
    assert wrong(tmp_path, "enabled = true\n") == (
        "harbour.toml: asap needs texts_from, the number that its texts come from, where enabled "
        "is true."
    )


@pytest.mark.parametrize("hours", [("20:00", "08:00"), ("08:00", "08:00"), ("20:00", "20:00")])
def test_hours_that_end_before_they_begin_are_told(hours: tuple[str, str], tmp_path: Path):
    after, before = hours
    assert wrong(tmp_path, f'texts_after = "{after}"\ntexts_before = "{before}"\n') == (
        "harbour.toml: asap must have texts_after before texts_before, on one day."
    )


@pytest.mark.parametrize(
    ("typed", "right"),
    [
        ("enable", "enabled"),
        ("text_from", "texts_from"),
        ("templates", "template"),
        ("gap_minute", "gap_minutes"),
        ("max_texts_a_day", "most_texts_a_day"),
        ("developers_key", "developer_key"),
        ("custommer_key", "customer_key"),
        ("look_every_second", "look_every_seconds"),
    ],
)
def test_a_misspelt_key_is_told_with_the_nearest_one(typed: str, right: str, tmp_path: Path):
    assert wrong(tmp_path, f"{typed} = 1\n") == (
        f"harbour.toml: asap.{typed} is not a setting; did you mean {right}."
    )


def test_several_mistakes_have_a_sentence_each(tmp_path: Path):
    table = '[asap]\ntexts_after = 9\ncustomer_key = "env:NO_SUCH_KEY"\nclinic_num = -1\n'
    found = mistakes(tmp_path, TEXT + table)
    assert [one.split()[1] for one in found] == [
        "asap.customer_key",
        "asap.texts_after",
        "asap.clinic_num",
    ]
    assert not any(word in sentence for word in JARGON for sentence in found)


class TestAddressesOfTheSitesOwn:
    @pytest.mark.parametrize("slug", sorted(SITES_OWN))
    def test_no_practice_may_have_one(self, slug: str, tmp_path: Path):
        assert only_mistake(tmp_path, TEXT, f"{slug}.toml") == (
            f"{slug}.toml: /{slug}/ is an address of the site's own; give the file another name, "
            "such as harbour-physio.toml."
        )

    @pytest.mark.parametrize("slug", ["asap", "text", "apis"])
    def test_any_other_will_do(self, slug: str, tmp_path: Path):
        file = tmp_path / f"{slug}.toml"
        file.write_text(TEXT, "utf-8")
        assert load_practice(file).slug == slug


def test_the_demo_keeps_a_list_whose_texts_go_out_at_any_hour():
    demo = Path(__file__).resolve().parents[2] / "webapp" / "practices" / "demo"
    file = demo / "harbour-physio.toml"
    assert load_practice(file).asap.enabled
    assert tomllib.loads(file.read_text("utf-8"))["asap"]["texts_after"] == "00:00"
