"""Adds the ASAP list to the app: pages, API, commands, and what booking pages say of it."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from webapp.asap import views
from webapp.asap.api.views import blueprint as api
from webapp.asap.commands import group
from webapp.asap.listing import live_entry_of
from webapp.asap.presenting import say_end_of, say_wish
from webapp.asap.views.blueprint import keep_gateway
from webapp.asap.wishes import wish_of
from webapp.asap.wording import trouble_with_length
from webapp.config import Mode, SettingsError
from webapp.db.engine import new_session
from webapp.diaries.lists import asap_diary
from webapp.notify.optouts import has_opted_out
from webapp.notify.texts import TextGateway
from webapp.practices.current import current_practice

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask import Flask

    from webapp.appointments.model import Booking
    from webapp.config import Settings
    from webapp.diaries.port import Diary
    from webapp.practices.model import Practice

_log = logging.getLogger("openslot.asap")


def gateway_for(settings: Settings, practices: Mapping[str, Practice]) -> TextGateway | None:
    """Return the text gateway, or None in development without one.

    Raises SettingsError in production where a practice has a list and no text could be sent.
    """
    url = settings.sms_url.get_secret_value()
    if url:
        return TextGateway(url)
    with_a_list = [slug for slug, one in practices.items() if one.texts_itself]
    if with_a_list and settings.mode is Mode.PRODUCTION:
        sentence = (
            f"OPENSLOT_SMS_URL is not set, and {with_a_list[0]}.toml has asap.enabled: give a "
            "text gateway, such as https://ACCOUNT:TOKEN@api.twilio.com/2010-04-01."
        )
        raise SettingsError([sentence])
    return None


def see_that_lists_can_be_kept(
    practices: Mapping[str, Practice], diaries: Mapping[str, Diary]
) -> None:
    """Raise SettingsError where a list, or its record, is to be the diary's own and cannot be."""
    unable = [
        f'{slug}.toml has asap.list = "diary", and {one.diary.system} keeps no ASAP list: '
        'set list = "openslot", or leave it out.'
        for slug, one in practices.items()
        if one.lists_in_diary and asap_diary(diaries[slug]) is None
    ]
    unable += [
        f'{slug}.toml has asap.record = "diary", and its list is not kept there: set '
        'list = "diary", which takes Open Dental, or leave record out.'
        for slug, one in practices.items()
        if one.asap.enabled and one.asap.record == "diary" and not one.lists_in_diary
    ]
    if unable:
        raise SettingsError(unable)


def init_app(
    app: Flask, settings: Settings, practices: Mapping[str, Practice], gateway: TextGateway | None
) -> None:
    """Add pages, API and commands, and say at start which practice's texts are too long."""
    keep_gateway(app, gateway, settings.links_begin)
    app.register_blueprint(views.blueprint)
    app.register_blueprint(api)
    app.cli.add_command(group)
    app.add_template_global(sooner, "sooner")
    for practice in practices.values():
        trouble = practice.texts_itself and trouble_with_length(practice, settings.links_begin)
        if trouble:
            _log.warning("%s", trouble)


def sooner(booking: Booking | None = None) -> dict[str, object] | None:
    """Return what a page of the journey says of the list, or None where there is none.

    With a booking: what its patient wants, if they are on the list, else only that they may be.
    """
    practice = current_practice()
    if not practice.asap.enabled or (booking is not None and booking.is_the_diarys_own):
        return None
    if booking is None:
        return {}
    with new_session() as session:
        entry = live_entry_of(session, booking)
        if entry is None:
            return {"wish": None}
        sender, number = practice.asap.texts_from, entry.patient_phone
        opted_out = has_opted_out(session, sender=sender, phone=number)
    phone = say_end_of(number)
    return {"wish": say_wish(wish_of(entry)), "phone": phone, "has_opted_out": opted_out}
