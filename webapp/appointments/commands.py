"""What an operator does about Updox: ``flask --app wsgi updox ping|resync``."""

from __future__ import annotations

import sys
from datetime import datetime, time
from typing import TYPE_CHECKING

import click
from flask.cli import AppGroup

from webapp import clock
from webapp.appointments.telling import promise_again
from webapp.db.engine import new_session, writing
from webapp.practices.current import all_practices
from webapp.sync.doctor import examine_updox

if TYPE_CHECKING:
    from webapp.practices.model import Practice

group = AppGroup("updox", help="Keeping Updox informed of bookings.")


@group.command("ping")
@click.argument("practice", required=False)
def ping(practice: str | None) -> None:
    """Ask Updox whether it accepts us, for one practice or for each that has it.

    Tells it nothing. Ends with 1 when something is wrong.
    """
    is_well = True
    for found in _practices(practice):
        for one in examine_updox(found):
            is_well = is_well and (one.is_well or one.is_advice)
            click.echo(f"{found.slug}: {one.text}")
    sys.exit(0 if is_well else 1)


@group.command("resync")
@click.option(
    "--since",
    required=True,
    type=click.DateTime(["%Y-%m-%d"]),
    help="A day: bookings made, changed or standing since then, by the practice's clocks.",
)
@click.argument("practice", required=False)
def resync(since: datetime, practice: str | None) -> None:
    """Promise to tell Updox again how bookings stand; the worker does it. Safe to repeat."""
    turn = f"again {clock.now():%Y%m%dT%H%M%S%fZ}"
    for found in _practices(practice):
        begins = clock.wall(since.date(), time(), found.zone)
        with writing(new_session) as session:
            count = promise_again(session, found.slug, since=begins, turn=turn)
        bookings = "1 booking" if count == 1 else f"{count} bookings"
        click.echo(f"{found.slug}: {bookings} will be told again.")


def _practices(slug: str | None) -> list[Practice]:
    """Return the practice that is meant, or all that have Updox."""
    known = all_practices()
    if slug is None:
        found = [one for one in known.values() if one.updox is not None]
        if not found:
            raise click.ClickException("No practice has an [updox] table in its file.")
        return found
    if slug not in known:
        raise click.ClickException(f"There is no practice {slug}; there are {', '.join(known)}.")
    if known[slug].updox is None:
        raise click.ClickException(f"{slug} has no [updox] table: add one to its file.")
    return [known[slug]]
