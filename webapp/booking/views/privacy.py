"""What is done with a patient's words, in plain ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import render_template

from webapp.booking.views.blueprint import blueprint
from webapp.web.limits import reading

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue


@blueprint.get("/<slug>/privacy")
@reading
def privacy() -> ResponseReturnValue:
    """Say what is stored, why, and for how long."""
    return render_template("booking/privacy.html")
