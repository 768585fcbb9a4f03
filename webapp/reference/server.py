"""Puts the reference diary together: its practices, pages and endpoints in one application."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Flask

from webapp.reference import actions, control, daysheet, inbox
from webapp.reference.cliniko import appointments as cliniko_appointments
from webapp.reference.cliniko import catalogue as cliniko_catalogue
from webapp.reference.opendental import appointments, offers, people
from webapp.reference.stations import Stations
from webapp.reference.texts import api as texts_api
from webapp.reference.texts import control as texts_control
from webapp.reference.texts import pages as texts_pages
from webapp.reference.texts.gateway import Gateway
from webapp.reference.updox import calls as updox
from webapp.reference.updox import control as updox_control
from webapp.reference.valomnia import endpoints as valomnia

if TYPE_CHECKING:
    from collections.abc import Iterable

    from webapp.reference.clock import Clock
    from webapp.reference.mailbox import Mailbox
    from webapp.reference.plan import Plan


def create_app(
    plans: Iterable[Plan],
    clock: Clock,
    mailbox: Mailbox | None = None,
    gateway: Gateway | None = None,
) -> Flask:
    """Return the application, with the practices in their initial state.

    Its inbox shows what ``mailbox`` caught; without one there is no inbox for mail. There are
    always texts: ``gateway`` is for whoever wants to stop it at the end.
    """
    app = Flask(__name__)
    Stations(plans, clock).serve_in(app)
    if mailbox is not None:
        mailbox.serve_in(app)
    (gateway or Gateway(clock)).serve_in(app)
    for blueprint in (
        actions.blueprint,
        control.blueprint,
        daysheet.blueprint,
        inbox.blueprint,
        texts_api.blueprint,
        texts_control.blueprint,
        texts_pages.blueprint,
        valomnia.blueprint,
        appointments.blueprint,
        people.blueprint,
        offers.blueprint,
        cliniko_appointments.blueprint,
        cliniko_catalogue.blueprint,
        updox.blueprint,
        updox_control.blueprint,
    ):
        app.register_blueprint(blueprint)
    return app
