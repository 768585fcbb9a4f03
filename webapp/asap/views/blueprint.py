"""The ASAP list's blueprint, and what its views work with."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from flask import Blueprint, current_app

from webapp.appointments.current import current_desk
from webapp.asap.answering import Answering
from webapp.asap.taking import Taking
from webapp.db.engine import new_session
from webapp.practices.current import current_practice

if TYPE_CHECKING:
    from flask import Flask

    from webapp.notify.texts import TextGateway

blueprint = Blueprint("asap", __name__)
_GATEWAY, _LINKS = "openslot_text_gateway", "openslot_asap_links"


def keep_gateway(app: Flask, gateway: TextGateway | None, links_begin: str) -> None:
    """Keep at hand the gateway that signs receipts, and how our own addresses begin."""
    app.extensions[_GATEWAY] = gateway
    app.extensions[_LINKS] = links_begin


def current_gateway() -> TextGateway | None:
    """Return the gateway of this deployment, or None."""
    return cast("TextGateway | None", current_app.extensions[_GATEWAY])


def links_begin() -> str:
    """Return how this deployment's own addresses begin."""
    return cast("str", current_app.extensions[_LINKS])


def current_taking() -> Taking:
    """Return what takes openings at the request's practice."""
    return Taking(practice=current_practice(), desk=current_desk(), new_session=new_session)


def answering() -> Answering:
    """Return what finds offers and records answers."""
    return Answering(new_session)
