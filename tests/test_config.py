from __future__ import annotations

import json
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from webapp.config import Mode, Settings, SettingsError, Switch, read_secret, read_settings
from webapp.db.engine import is_current, make_engine, upgrade

ROOT = Path(__file__).resolve().parents[1]
LONG_KEY = "k" * 32

ASK_FOR_KEYS = """
import json, sys
from pathlib import Path
from webapp.config import Settings
folders = json.loads(sys.argv[1])
print("ready", flush=True)
sys.stdin.readline()
keys = [Settings(mode="development", instance=Path(one)).signing_key() for one in folders]
print(json.dumps(keys))
"""


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    """No setting of the machine that the tests run on."""
    for name in Settings.model_fields:
        monkeypatch.delenv(f"OPENSLOT_{name.upper()}", raising=False)
    monkeypatch.chdir(tmp_path)


def mistakes() -> list[str]:
    with pytest.raises(SettingsError) as caught:
        read_settings()
    return caught.value.sentences


class TestSettings:
    def test_without_any_the_defaults_are_those_of_production(self):
        settings = read_settings()
        assert settings.mode is Mode.PRODUCTION
        assert settings.rate_limits is Switch.ON
        assert settings.trusted_proxies == 0
        assert (settings.redis_url, settings.base_url) == ("", "")
        assert settings.uses_the_demo

    def test_each_is_read_from_the_environment(self, monkeypatch: pytest.MonkeyPatch):
        given = {
            "MODE": "development",
            "PRACTICES": "/etc/openslot/practices",
            "INSTANCE": "/var/lib/openslot",
            "DATABASE_URL": "postgresql+psycopg://openslot@db/openslot",
            "REDIS_URL": "redis://cache:6379/0",
            "SECRET_KEY": LONG_KEY,
            "BASE_URL": "https://book.example/",
            "SMTP_URL": "smtp+starttls://user:word@mail.example:587",
            "MAIL_FROM": "bookings@book.example",
            "SMS_URL": "https://AC1:gateway-word@api.twilio.com/2010-04-01",
            "METRICS_TOKEN": "a-token",
            "RATE_LIMITS": "off",
            "TRUSTED_PROXIES": "1",
        }
        for name, value in given.items():
            monkeypatch.setenv(f"OPENSLOT_{name}", value)
        settings = read_settings()
        assert settings.mode is Mode.DEVELOPMENT
        assert settings.practices == Path("/etc/openslot/practices")
        assert not settings.uses_the_demo
        assert settings.instance == Path("/var/lib/openslot")
        assert settings.database() == "postgresql+psycopg://openslot@db/openslot"
        assert settings.redis_url == "redis://cache:6379/0"
        assert settings.signing_key() == LONG_KEY
        assert settings.base_url == settings.links_begin == "https://book.example"
        assert settings.mail_server == "smtp+starttls://user:word@mail.example:587"
        assert settings.mail_from == "bookings@book.example"
        assert settings.metrics_token.get_secret_value() == "a-token"
        assert settings.sms_url.get_secret_value() == given["SMS_URL"]
        secrets = ("user:word", "gateway-word", "a-token", LONG_KEY)
        assert not any(secret in repr(settings) for secret in secrets)
        assert settings.rate_limits is Switch.OFF
        assert settings.trusted_proxies == 1

    def test_one_that_is_set_to_nothing_counts_as_not_set(self, monkeypatch: pytest.MonkeyPatch):
        bare = read_settings()
        # As a line `OPENSLOT_REDIS_URL=` in a container's environment does.
        for name in Settings.model_fields:
            monkeypatch.setenv(f"OPENSLOT_{name.upper()}", "")
        assert read_settings() == bare

    @pytest.mark.parametrize("name", ["50%", "a%20b", "%2f", "%s and more", "practice’s"])
    def test_the_instance_folder_may_have_any_name(self, tmp_path: Path, name: str):
        engine = make_engine(Settings(instance=tmp_path / name).database())
        upgrade(engine)
        assert is_current(engine)
        engine.dispose()
        assert (tmp_path / name / "openslot.sqlite").is_file()
        assert [one.name for one in tmp_path.iterdir()] == [name]

    def test_the_database_is_a_file_in_the_instance_folder_which_is_made(self, tmp_path: Path):
        folder = tmp_path / "kept" / "here"
        assert Settings(instance=folder).database() == f"sqlite:///{folder / 'openslot.sqlite'}"
        assert folder.is_dir()

    @pytest.mark.parametrize(
        ("name", "value", "mend"),
        [
            ("MODE", "live", "'production' or 'development'"),
            ("RATE_LIMITS", "sometimes", "'on' or 'off'"),
            ("TRUSTED_PROXIES", "6", "less than or equal to 5"),
            ("TRUSTED_PROXIES", "-1", "greater than or equal to 0"),
            ("TRUSTED_PROXIES", "one", "a valid integer"),
            ("BASE_URL", "book.example", "must begin with https:// or http://"),
            ("SMTP_URL", "mail.example:587", "must begin with smtp://, smtp+starttls:// or"),
        ],
    )
    def test_a_wrong_one_is_one_sentence_with_its_name_and_the_mend(
        self, name: str, value: str, mend: str, monkeypatch: pytest.MonkeyPatch
    ):
        monkeypatch.setenv(f"OPENSLOT_{name}", value)
        [sentence] = mistakes()
        assert sentence.startswith(f"OPENSLOT_{name} is wrong: ")
        assert mend in sentence
        assert "value error" not in sentence
        assert sentence.endswith(".")

    def test_several_wrong_ones_are_all_told(self, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setenv("OPENSLOT_MODE", "live")
        monkeypatch.setenv("OPENSLOT_BASE_URL", "book.example")
        assert sorted(one.split()[0] for one in mistakes()) == [
            "OPENSLOT_BASE_URL",
            "OPENSLOT_MODE",
        ]

    def test_the_key_is_in_no_representation(self):
        assert LONG_KEY not in repr(Settings.model_validate({"secret_key": LONG_KEY}))


class TestMail:
    @pytest.mark.parametrize("name", ["BASE_URL", "SMTP_URL"])
    def test_production_sends_none_without_what_it_needs(
        self, name: str, monkeypatch: pytest.MonkeyPatch
    ):
        monkeypatch.setenv("OPENSLOT_BASE_URL", "https://book.example")
        monkeypatch.setenv("OPENSLOT_SMTP_URL", "smtp://mail.example")
        monkeypatch.delenv(f"OPENSLOT_{name}")
        with pytest.raises(SettingsError, match=f"OPENSLOT_{name} is not set: .* such as"):
            _ = (read_settings().links_begin, read_settings().mail_server)

    def test_development_does_without(self):
        settings = Settings(mode=Mode.DEVELOPMENT)
        assert settings.links_begin.startswith("http://127.0.0.1:")
        assert settings.mail_server == ""


class TestTexts:
    def test_without_a_gateway_there_is_none(self):
        assert read_settings().sms_url.get_secret_value() == ""

    @pytest.mark.parametrize(
        "url",
        [
            "https://AC1:word@api.twilio.com/2010-04-01",
            "https://AC1:word@gateway.example:8443",
            "http://AC1:word@127.0.0.1:8701/sms/2010-04-01",
            "http://AC1:word@localhost:8701/sms",
            "http://AC1:word@[::1]:8701/sms",
        ],
    )
    def test_it_is_reached_in_secret_or_on_this_machine(
        self, url: str, monkeypatch: pytest.MonkeyPatch
    ):
        monkeypatch.setenv("OPENSLOT_SMS_URL", url)
        assert read_settings().sms_url.get_secret_value() == url

    @pytest.mark.parametrize(
        ("url", "mend"),
        [
            ("http://AC1:gateway-word@api.twilio.com/2010-04-01", "must begin with https://"),
            ("http://AC1:gateway-word@127.0.0.1.example/sms", "must begin with https://"),
            ("ftp://AC1:gateway-word@api.twilio.com", "must begin with https://"),
            ("AC1:gateway-word@api.twilio.com", "must begin with https://"),
            ("api.twilio.com/2010-04-01", "must begin with https://"),
            ("https://api.twilio.com/2010-04-01", "https://ACCOUNT:TOKEN@host/path"),
            ("https://AC1@api.twilio.com/2010-04-01", "https://ACCOUNT:TOKEN@host/path"),
            ("https://:gateway-word@api.twilio.com", "https://ACCOUNT:TOKEN@host/path"),
            ("https://AC1:gateway-word@/2010-04-01", "https://ACCOUNT:TOKEN@host/path"),
            ("https://", "https://ACCOUNT:TOKEN@host/path"),
        ],
    )
    def test_a_wrong_address_is_one_sentence_without_the_token(
        self, url: str, mend: str, monkeypatch: pytest.MonkeyPatch
    ):
        monkeypatch.setenv("OPENSLOT_SMS_URL", url)
        [sentence] = mistakes()
        assert sentence.startswith("OPENSLOT_SMS_URL is wrong: must ")
        assert mend in sentence
        assert "gateway-word" not in sentence


class TestSigningKey:
    def test_production_does_not_start_without_one(self):
        with pytest.raises(SettingsError, match=r"OPENSLOT_SECRET_KEY is not set: make one"):
            Settings().signing_key()

    def test_production_does_not_take_a_short_one_and_does_not_repeat_it(self):
        settings = Settings.model_validate({"secret_key": "hunter2-hunter2"})
        with pytest.raises(
            SettingsError, match=r"OPENSLOT_SECRET_KEY is shorter than 32"
        ) as caught:
            settings.signing_key()
        assert "hunter2" not in str(caught.value)

    def test_development_takes_a_short_one(self):
        settings = Settings.model_validate({"secret_key": "short", "mode": "development"})
        assert settings.signing_key() == "short"

    def test_development_makes_one_and_keeps_it_for_its_owner_alone(self, tmp_path: Path):
        settings = Settings(mode=Mode.DEVELOPMENT, instance=tmp_path / "instance")
        key = settings.signing_key()
        assert len(key) >= 32
        assert settings.signing_key() == key
        file = tmp_path / "instance" / "secret_key"
        assert [file] == list(file.parent.iterdir())
        assert file.stat().st_mode & 0o077 == 0

    def test_threads_that_start_together_agree_on_one(self, tmp_path: Path):
        asking = 8
        together = threading.Barrier(asking)

        def ask(number: int) -> str:
            together.wait(60)
            folder = tmp_path / str(number)
            return Settings(mode=Mode.DEVELOPMENT, instance=folder).signing_key()

        with ThreadPoolExecutor(asking) as pool:
            for round_number in range(25):
                keys = set(pool.map(ask, [round_number] * asking))
                assert [len(key) for key in keys] == [64]

    def test_processes_that_start_together_agree_on_one(self, tmp_path: Path):
        folders = json.dumps([str(tmp_path / str(number)) for number in range(100)])
        processes = [
            subprocess.Popen(
                [sys.executable, "-c", ASK_FOR_KEYS, folders],
                cwd=ROOT,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
            for _ in range(2)
        ]
        for process in processes:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
        for process in processes:
            assert process.stdin is not None
            process.stdin.write("go\n")
            process.stdin.flush()
        one, other = (json.loads(process.communicate(timeout=120)[0]) for process in processes)
        assert one == other
        assert {len(key) for key in one} == {64}


class TestSecrets:
    def test_a_plain_text_stands_for_itself(self):
        assert read_secret("a-plain-key") == "a-plain-key"
        assert read_secret("odd:but-a-key") == "odd:but-a-key"

    def test_it_is_read_from_the_environment(self, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setenv("HARBOUR_DIARY_KEY", "from-outside")
        assert read_secret("env:HARBOUR_DIARY_KEY") == "from-outside"

    def test_it_is_read_from_a_file_without_the_line_end(self, tmp_path: Path):
        (tmp_path / "key").write_text("from-a-file\n")
        assert read_secret(f"file:{tmp_path / 'key'}") == "from-a-file"

    def test_a_variable_that_is_not_set_is_named(self):
        with pytest.raises(ValueError, match=r"environment variable NO_SUCH_KEY, which is not set"):
            read_secret("env:NO_SUCH_KEY")

    def test_a_file_that_cannot_be_read_is_named(self, tmp_path: Path):
        with pytest.raises(ValueError, match=r"names the file .*/missing, which cannot be read"):
            read_secret(f"file:{tmp_path / 'missing'}")
        with pytest.raises(ValueError, match="which cannot be read"):
            read_secret(f"file:{tmp_path}")

    def test_a_file_that_is_not_text_is_named_and_nothing_of_it_is_shown(self, tmp_path: Path):
        (tmp_path / "key").write_bytes(b"half-a-key\xff\xfe")
        with pytest.raises(ValueError, match=r"/key, which cannot be read") as caught:
            read_secret(f"file:{tmp_path / 'key'}")
        assert "half-a-key" not in str(caught.value)
        assert "0xff" not in str(caught.value)
