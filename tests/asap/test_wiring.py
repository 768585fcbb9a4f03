"""How the list is put into the app: its gateway, its warnings, and what other pages say of it."""

from __future__ import annotations

import logging
import shutil
from pathlib import Path

import pytest
from pydantic import SecretStr

from tests.practices.examples import practice
from tests.reference_process import HARBOUR, ReferenceDiary
from tests.site.asap import (
    LEAVE,
    SENDER,
    a_list,
    on_the_list,
    send_all_through,
    with_lists,
)
from tests.site.conftest import MakeSite, clock, diary, make_site, running_diary
from tests.site.gateway import write
from tests.site.ground import SOLO, Site
from tests.web.sites import settings_for
from webapp.app import create_app
from webapp.asap.wiring import gateway_for, sooner
from webapp.config import Mode, Settings, SettingsError
from webapp.notify.texts import TextGateway

__all__ = ["clock", "diary", "make_site", "running_diary"]
URL = SecretStr("https://ACcount:hunter2@texts.example/2010-04-01")
LISTS = {"harbour": practice(asap={"enabled": True, "texts_from": SENDER})}
NO_LISTS = {"harbour": practice()}


@pytest.fixture
def database_url(tmp_path: Path, migrated_file: Path) -> str:
    return f"sqlite:///{shutil.copy(migrated_file, tmp_path)}"


@pytest.mark.parametrize(
    ("said", "mend"),
    [("list", 'set list = "openslot"'), ("record", "leave record out")],
)
def test_a_site_whose_diary_cannot_keep_what_it_is_said_to_keep_does_not_start(
    make_site: MakeSite, said: str, mend: str
):
    with pytest.raises(SettingsError) as caught:
        make_site(HARBOUR.slug, more={HARBOUR.slug: a_list(HARBOUR.slug, **{said: "diary"})})
    [sentence] = caught.value.sentences
    for words in (f"{HARBOUR.slug}.toml", f'asap.{said} = "diary"', mend):
        assert words in sentence


class TestTheGateway:
    def test_it_is_the_one_of_the_settings(self):
        for practices in (LISTS, NO_LISTS):
            for mode in Mode:
                found = gateway_for(Settings(mode=mode, sms_url=URL), practices)
                assert isinstance(found, TextGateway)

    def test_without_one_a_site_for_patients_does_not_start_where_they_may_wait(self):
        with pytest.raises(SettingsError) as caught:
            gateway_for(Settings(mode=Mode.PRODUCTION), LISTS)
        [sentence] = caught.value.sentences
        for words in ("OPENSLOT_SMS_URL", "harbour.toml", "asap.enabled", "https://"):
            assert words in sentence

    def test_without_one_and_without_a_list_that_we_text_it_starts(self):
        texted_by_diary = {"bridge": practice(asap={"enabled": True, "record": "diary"})}
        for practices in (NO_LISTS, texted_by_diary):
            assert gateway_for(Settings(mode=Mode.PRODUCTION), practices) is None

    def test_on_a_developers_machine_it_starts_all_the_same(self):
        assert gateway_for(Settings(mode=Mode.DEVELOPMENT), LISTS) is None


class TestTheStart:
    def start(self, folder: Path, template: str) -> None:
        settings = settings_for(folder)
        file = settings.practices / f"{HARBOUR.slug}.toml"
        file.write_text(file.read_text() + a_list(HARBOUR.slug, template=template))
        create_app(settings)

    def test_texts_that_cost_twice_are_said(self, tmp_path: Path, caplog: pytest.LogCaptureFixture):
        with caplog.at_level(logging.WARNING, "openslot.asap"):
            self.start(tmp_path, "[NameF]: [Date] [Time] [AsapURL] " + "and more " * 20)
        [record] = [one for one in caplog.records if one.name == "openslot.asap"]
        assert f"{HARBOUR.slug}.toml" in record.getMessage()
        assert "two" in record.getMessage()

    def test_others_are_not(self, tmp_path: Path, caplog: pytest.LogCaptureFixture):
        with caplog.at_level(logging.WARNING, "openslot.asap"):
            self.start(tmp_path, "[NameF]: [Date] [Time] [AsapURL]")
        assert not [one for one in caplog.records if one.name == "openslot.asap"]


class TestWhatOtherPagesSay:
    @pytest.fixture
    def site(
        self,
        diary: ReferenceDiary,
        make_site: MakeSite,
        monkeypatch: pytest.MonkeyPatch,
    ) -> Site:
        send_all_through(monkeypatch, diary)
        return with_lists(make_site)

    def test_nothing_at_a_practice_without_a_list(self, site: Site):
        with site.app.test_request_context(f"/{SOLO}/"):
            site.app.preprocess_request()
            assert sooner() is None

    def test_that_there_is_one(self, site: Site):
        with site.app.test_request_context(f"/{HARBOUR.slug}/"):
            site.app.preprocess_request()
            assert sooner() == {}

    def test_of_an_appointment_whether_its_patient_is_on_it_and_what_for(self, site: Site):
        on_the_list(site)
        [booking] = site.bookings()
        page = site.own_page(booking)
        with site.app.test_request_context(page):
            site.app.preprocess_request()
            found = sooner(booking)
        assert found is not None
        assert str(found["phone"]).endswith("123")
        assert found["has_opted_out"] is False
        assert "Any day" in str(found["wish"])
        site.open(page).press(LEAVE)
        with site.app.test_request_context(page):
            site.app.preprocess_request()
            assert sooner(booking) == {"wish": None}

    def test_that_no_text_can_reach_who_said_stop(self, site: Site):
        on_the_list(site)
        [booking] = site.bookings()
        write(site, "STOP")
        with site.app.test_request_context(site.own_page(booking)):
            site.app.preprocess_request()
            found = sooner(booking)
        assert found is not None
        assert found["has_opted_out"] is True
