"""What a deployer types: ``flask --app wsgi db upgrade`` and ``flask --app wsgi doctor``."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click
from flask.cli import AppGroup, with_appcontext
from sqlalchemy.exc import SQLAlchemyError

from webapp.asap.doctor import examine_list
from webapp.db.engine import current_engine, is_current, new_session
from webapp.db.engine import upgrade as upgrade_database
from webapp.diaries.comparing import table
from webapp.notify.doctor import examine_mail, examine_texts
from webapp.outbox.doctor import examine_outbox
from webapp.practices.deployment import (
    examine_cache,
    examine_database,
    examine_file,
    examine_settings,
)
from webapp.practices.doctor import Finding, examine
from webapp.sync.doctor import examine_updox

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from flask import Flask

    from webapp.config import Settings
    from webapp.diaries.port import Diary
    from webapp.practices.model import Practice

_database = AppGroup("db", help="The database.")


@_database.command("upgrade")
def upgrade() -> None:
    """Bring the database to this version's tables. Safe to repeat."""
    upgrade_database(current_engine())
    click.echo("The database is up to date.")


@click.command("diaries")
def compare() -> None:
    """Print which system can do what, as the README has it."""
    click.echo(table(), nl=False)


def init_app(
    app: Flask,
    settings: Settings,
    practices: Mapping[str, Practice],
    diaries: Mapping[str, Diary],
) -> None:
    """Add the commands to the app."""

    @click.command("doctor")
    @with_appcontext
    def doctor() -> None:
        """Check what a deployer can get wrong, and say how to mend it. Changes nothing.

        Ends with 1 when something is wrong; advice alone is no fault.
        """
        is_well = True
        for about, finding in _everything(settings, practices, diaries):
            is_well = is_well and (finding.is_well or finding.is_advice)
            click.echo(f"{_label(finding):<7}{about}{finding.text}")
        sys.exit(0 if is_well else 1)

    app.cli.add_command(_database)
    app.cli.add_command(compare)
    app.cli.add_command(doctor)


def _everything(
    settings: Settings, practices: Mapping[str, Practice], diaries: Mapping[str, Diary]
) -> Iterator[tuple[str, Finding]]:
    """Yield each finding after what it is about: nothing, or a practice."""
    yield from (("", one) for one in _deployment(settings))
    yield from (("", one) for one in examine_texts(settings, practices))
    for slug, practice in practices.items():
        yield from ((f"{slug}: ", one) for one in examine_file(practice, settings))
        yield from ((f"{slug}: ", one) for one in examine_list(practice, settings.links_begin))
        yield from ((f"{slug}: ", one) for one in examine(practice, diaries[slug]))
        yield from ((f"{slug}: ", one) for one in examine_updox(practice))


def _deployment(settings: Settings) -> Iterator[Finding]:
    yield from examine_settings(settings)
    yield from examine_database(current_engine(), settings)
    if _has_tables():
        yield from examine_outbox(new_session)
    yield from examine_cache(settings)
    yield from examine_mail(settings)


def _has_tables() -> bool:
    try:
        return is_current(current_engine())
    except SQLAlchemyError:
        return False


def _label(finding: Finding) -> str:
    if finding.is_well:
        return "ok"
    return "advice" if finding.is_advice else "WRONG"
