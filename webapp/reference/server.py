"""Puts the reference diary together: its practices, pages and endpoints in one application."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Flask

from webapp.reference import actions, control, daysheet, inbox
from webapp.reference.stations import Stations

if TYPE_CHECKING:
    from collections.abc import Iterable

    from webapp.reference.clock import Clock
    from webapp.reference.mailbox import Mailbox
    from webapp.reference.plan import Plan


def create_app(plans: Iterable[Plan], clock: Clock, mailbox: Mailbox | None = None) -> Flask:
    """Return the application, with the practices in their initial state.

    Its inbox shows what ``mailbox`` caught; without one there is no inbox.
    """
    app = Flask(__name__)
    Stations(plans, clock).serve_in(app)
    if mailbox is not None:
        mailbox.serve_in(app)
    for blueprint in (
        actions.blueprint,
        control.blueprint,
        daysheet.blueprint,
        inbox.blueprint,
    ):
        app.register_blueprint(blueprint)
    return app
