from __future__ import annotations

from pathlib import Path

import pytest

from tests.practices.examples import KEY, TEXT
from webapp.config import SettingsError
from webapp.practices.loader import load_practice, load_practices

DEMO = Path(__file__).resolve().parents[2] / "webapp" / "practices" / "demo"

FULL = f"""{TEXT}\
source_address = "203.0.113.7"
proxy = "http://egress.internal:3128"
connections = 4

[booking]
days_ahead = 60
minimum_notice_hours = 1.5
staff = [42230, "b-7", 42228]
rooms = [7322]
ask_room = false

[embed]
origins = ["https://www.harbour.example", "http://localhost:8080"]

[theme]
accent = "#0B6E4F"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


def write(folder: Path, text: str, name: str = "harbour.toml") -> Path:
    file = folder / name
    file.write_text(text, "utf-8")
    return file


class TestAValidFile:
    def test_it_is_a_practice_whose_slug_is_the_files_name(self, folder: Path):
        practice = load_practice(write(folder, TEXT, "harbour-physio.toml"))
        assert practice.slug == "harbour-physio"
        assert practice.name == "Harbour Physiotherapy"
        assert practice.zone.key == "Europe/London"

    def test_what_is_left_out_has_the_defaults_of_the_handbook(self, folder: Path):
        practice = load_practice(write(folder, TEXT))
        assert practice.booking.days_ahead == 90
        assert practice.booking.minimum_notice_hours == 2
        assert (practice.booking.staff, practice.booking.rooms) == (None, None)
        assert practice.booking.ask_room
        assert practice.embed.origins == ()
        assert practice.theme.accent == "#0b6e4f"

    def test_everything_can_be_said(self, folder: Path):
        practice = load_practice(write(folder, FULL))
        assert practice.diary.source_address == "203.0.113.7"
        assert str(practice.diary.proxy) == "http://egress.internal:3128/"
        assert practice.diary.connections == 4
        assert practice.booking.days_ahead == 60
        assert practice.booking.minimum_notice_hours == 1.5
        assert not practice.booking.ask_room
        assert practice.embed.origins == ("https://www.harbour.example", "http://localhost:8080")
        assert practice.theme.accent == "#0b6e4f"

    def test_ids_may_be_numbers_or_text_and_keep_their_order(self, folder: Path):
        practice = load_practice(write(folder, FULL))
        assert practice.booking.staff == ("42230", "b-7", "42228")
        assert practice.booking.rooms == ("7322",)

    def test_its_representation_has_no_key(self, folder: Path):
        assert KEY not in repr(load_practice(write(folder, FULL)))

    def test_the_key_may_come_from_the_environment(
        self, folder: Path, monkeypatch: pytest.MonkeyPatch
    ):
        monkeypatch.setenv("HARBOUR_DIARY_KEY", "outside")
        practice = load_practice(write(folder, TEXT.replace(KEY, "env:HARBOUR_DIARY_KEY")))
        assert practice.diary.secret.get_secret_value() == "outside"

    def test_the_key_may_come_from_a_file(self, folder: Path):
        (folder / "key").write_text("filed\n")
        practice = load_practice(write(folder, TEXT.replace(KEY, f"file:{folder / 'key'}")))
        assert practice.diary.secret.get_secret_value() == "filed"

    @pytest.mark.parametrize(
        ("phone", "link"),
        [
            ("020 7946 0123", "+442079460123"),
            ("+1 202-555-0123", "+12025550123"),
        ],
    )
    def test_its_phone_can_be_dialled_from_abroad(self, phone: str, link: str, folder: Path):
        practice = load_practice(write(folder, TEXT.replace("020 7946 0123", phone)))
        assert practice.phone_link == link


class TestAFolder:
    def test_it_is_read_in_the_order_of_slugs(self, folder: Path):
        for name in ("river.toml", "elm.toml", "harbour.toml"):
            write(folder, TEXT, name)
        write(folder, "not read", "notes.txt")
        assert list(load_practices(folder)) == ["elm", "harbour", "river"]

    def test_the_bundled_demo_can_be_read(self):
        assert list(load_practices(DEMO)) == [
            "bridge-street-dental",
            "elm-tree-clinic",
            "harbour-physio",
            "meadow-clinic",
            "riverside-physio",
        ]

    def test_an_empty_one_is_told(self, folder: Path):
        with pytest.raises(SettingsError, match=r"holds no practice: add a file such as") as caught:
            load_practices(folder)
        assert str(folder) in str(caught.value)

    def test_none_at_all_is_told(self, folder: Path):
        with pytest.raises(SettingsError, match=r"OPENSLOT_PRACTICES names .*not a folder"):
            load_practices(folder / "missing")

    def test_a_file_in_its_place_is_told(self, folder: Path):
        with pytest.raises(SettingsError, match="which is not a folder"):
            load_practices(write(folder, TEXT))

    def test_the_mistakes_of_all_files_are_told_at_once(self, folder: Path):
        write(folder, TEXT.replace("Europe/London", "London"), "elm.toml")
        write(folder, TEXT, "harbour.toml")
        write(folder, f"{TEXT}[booking]\ndays_ahead = 0\nstaff = []\n", "river.toml")
        with pytest.raises(SettingsError) as caught:
            load_practices(folder)
        begins = [" ".join(one.split()[:2]) for one in caught.value.sentences]
        assert begins == [
            "elm.toml: timezone",
            "river.toml: booking.days_ahead",
            "river.toml: booking.staff",
        ]
