"""The builder: a practice's web designer chooses how booking looks, sees it, and copies it."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from flask import Blueprint, current_app, g, make_response, render_template, request

from webapp.availability.answers import DiaryUnavailable, Roster
from webapp.availability.current import availability_of
from webapp.embed import doctor
from webapp.embed.choices import Scheme, Show, read_wanted
from webapp.embed.snippet import path_of, settings_of, write_snippet
from webapp.practices.current import current_practice
from webapp.web.headers import forbid_framing
from webapp.web.limits import reading

if TYPE_CHECKING:
    from flask import Flask, Response

    from webapp.config import Settings
    from webapp.practices.model import Practice

blueprint = Blueprint("embed", __name__)
_KEY = "openslot_embed"
_OWN_FRAMES = "frame-src 'self'; "


def init_app(app: Flask, settings: Settings) -> None:
    """Add the builder and the doctor.

    Call it before ``headers.init_app``, whose policy it widens for one page.
    """
    app.extensions[_KEY] = settings.links_begin
    app.register_blueprint(blueprint)
    doctor.init_app(app, settings)

    @app.after_request
    def let_the_live_view_in(response: Response) -> Response:
        if g.get("shows_itself_in_a_frame"):
            policy = response.headers["Content-Security-Policy"]
            before, mark, after = policy.partition("frame-ancestors")
            response.headers["Content-Security-Policy"] = before + _OWN_FRAMES + mark + after
        return response


@blueprint.get("/<slug>/embed")
@reading
def build() -> Response:
    """Show the choice, how it looks, what to copy, and what else the host's page needs."""
    forbid_framing()
    g.shows_itself_in_a_frame = True
    practice = current_practice()
    own_accent = practice.theme.accent
    roster = _roster(practice)
    found = read_wanted(request.args, own_accent=own_accent, roster=roster)
    links_begin = cast("str", current_app.extensions[_KEY])
    page = render_template(
        "embed/builder.html",
        wanted=found.wanted,
        typed_accent=found.typed_accent,
        trouble=found.problems,
        roster=roster,
        shows=Show,
        schemes=Scheme,
        settings=settings_of(found.wanted, own_accent=own_accent),
        path=path_of(practice.slug, found.wanted),
        snippet=write_snippet(
            practice.slug, found.wanted, own_accent=own_accent, links_begin=links_begin
        ),
        form=doctor.new_form(practice.slug),
    )
    response = make_response(page)
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _roster(practice: Practice) -> Roster:
    """Return whom and where is offered; nobody while the diary does not answer."""
    availability = availability_of(practice)
    known = availability.roster_if_known()
    if known.staff:
        return known
    try:
        return availability.roster()
    except DiaryUnavailable:
        return Roster((), ())
