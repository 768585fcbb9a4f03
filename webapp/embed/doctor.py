"""The doctor: reads a page of the practice's own site and says what keeps booking from it."""

from __future__ import annotations

import sys
import threading
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import TYPE_CHECKING, cast

import click
from flask import Blueprint, current_app, make_response, render_template, request
from flask.cli import AppGroup
from flask_babel import gettext as _
from wtforms import StringField
from wtforms.validators import ValidationError

from webapp.config import Mode
from webapp.embed.fetching import Fetcher, NotRead
from webapp.embed.judging import BookingSite, judge
from webapp.embed.origins import AddressUnreadable, NotListed, read_address
from webapp.embed.reading import read_page
from webapp.embed.snippet import origin_of
from webapp.practices.current import all_practices, current_practice
from webapp.practices.doctor import Finding, advice, wrong
from webapp.web.forms import (
    JourneyForm,
    journey_of_request,
    new_journey,
    no_control_characters,
)
from webapp.web.headers import forbid_framing
from webapp.web.limits import asking

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from flask import Flask, Response

    from webapp.config import Settings
    from webapp.practices.model import Practice

blueprint = Blueprint("embed_doctor", __name__)
group = AppGroup("embed", help="Booking on the practice's own site.")
_KEY = "openslot_embed_doctor"
_AT_ONCE = 2
_LONGEST_URL = 2000


@dataclass(frozen=True)
class Doctor:
    """Examines pages, no more than two at once: a slow site must not keep patients waiting."""

    links_begin: str
    fetcher: Fetcher
    room: threading.BoundedSemaphore = field(
        default_factory=lambda: threading.BoundedSemaphore(_AT_ONCE)
    )

    def examine(self, typed: str, practice: Practice) -> tuple[Finding, ...]:
        """Read the page at the address that was typed, and say what is to be said of it."""
        if not self.room.acquire(blocking=False):
            return (advice("Other pages are being checked just now: try again in a moment."),)
        try:
            fetched = self.fetcher.fetch(read_address(typed), practice.embed.origins)
        except (AddressUnreadable, NotListed, NotRead) as error:
            return (wrong(str(error)),)
        finally:
            self.room.release()
        site = BookingSite(origin_of(self.links_begin), practice.slug, list(all_practices()))
        return judge(read_page(fetched.html, fetched.url), fetched.headers, site)


class PageForm(JourneyForm):
    """The address of the page to be checked."""

    page = StringField(validators=[no_control_characters])

    def validate_page(self, field: StringField) -> None:
        """Refuse nothing at all, and what no address bar holds."""
        if not (field.data or "").strip():
            raise ValidationError(_("Enter the address of your page"))
        if len(field.data or "") > _LONGEST_URL:
            raise ValidationError(
                _("Shorten the address to %(most)s characters or fewer", most=_LONGEST_URL)
            )


def init_app(app: Flask, settings: Settings) -> None:
    """Add the doctor's page and command."""
    app.extensions[_KEY] = Doctor(
        settings.links_begin, Fetcher(may_ask_itself=settings.mode is Mode.DEVELOPMENT)
    )
    app.register_blueprint(blueprint)
    app.cli.add_command(group)


def new_form(slug: str) -> PageForm:
    """Return the doctor's form, empty."""
    return PageForm(formdata=None, meta={"csrf_context": new_journey(slug)})


@blueprint.route("/<slug>/embed/doctor", methods=("GET", "POST"))
@asking
def examine() -> Response:
    """Check a page, or ask which."""
    forbid_framing()
    practice = current_practice()
    form = PageForm(meta={"csrf_context": journey_of_request(practice.slug)})
    found: Sequence[Finding] = ()
    if request.method == "POST" and form.validate():
        found = _doctor().examine(form.page.data or "", practice)
    faults = [one for one in found if not one.is_well and not one.is_advice]
    page = render_template(
        "embed/doctor.html",
        form=form,
        trouble=_trouble(form),
        # What is wrong comes first.
        found=sorted(found, key=lambda one: (one.is_well, one.is_advice)),
        faults=len(faults),
    )
    response = make_response(page)
    response.headers["X-Robots-Tag"] = "noindex"
    return response


@group.command("doctor")
@click.argument("practice")
@click.argument("url")
def doctor(practice: str, url: str) -> None:
    """Check a page of the practice's own site, and say how to mend it. Changes nothing.

    Ends with 1 when something is wrong; advice alone is no fault.
    """
    found = all_practices().get(practice)
    if found is None:
        close = get_close_matches(practice, all_practices(), n=1)
        meant = f"did you mean {close[0]}?" if close else f"choose {', '.join(all_practices())}."
        raise click.ClickException(f"There is no practice {practice}: {meant}")
    is_well = True
    for one in _doctor().examine(url, found):
        is_well = is_well and (one.is_well or one.is_advice)
        label = "ok" if one.is_well else "advice" if one.is_advice else "WRONG"
        click.echo(f"{label:<7}{one.text}")
    sys.exit(0 if is_well else 1)


def _trouble(form: PageForm) -> list[tuple[str, str | None]]:
    """Return each problem's words and the id of the box that they are about."""
    found: list[tuple[str, str | None]] = []
    for name in ("token", "website", "page"):
        target = name if name == "page" else None
        found += [(str(text), target) for text in form.errors.get(name, ())]
    return found


def _doctor() -> Doctor:
    return cast("Mapping[str, Doctor]", current_app.extensions)[_KEY]
