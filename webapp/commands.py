"""What a deployer types: ``flask --app wsgi db upgrade`` and ``flask --app wsgi doctor``."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click
from flask.cli import AppGroup, with_appcontext

from webapp.db.engine import current_engine, is_current
from webapp.db.engine import upgrade as upgrade_database
from webapp.practices.doctor import examine

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask import Flask

    from webapp.diaries.port import Diary
    from webapp.practices.model import Practice

_database = AppGroup("db", help="The database.")


@_database.command("upgrade")
def upgrade() -> None:
    """Bring the database to this version's tables. Safe to repeat."""
    upgrade_database(current_engine())
    click.echo("The database is up to date.")


def init_app(app: Flask, practices: Mapping[str, Practice], diaries: Mapping[str, Diary]) -> None:
    """Add the commands to the app."""

    @click.command("doctor")
    @with_appcontext
    def doctor() -> None:
        """Check what a deployer can get wrong, and say how to mend it."""
        wrong = 0
        if is_current(current_engine()):
            click.echo("ok     The database is up to date.")
        else:
            wrong += 1
            click.echo("WRONG  The database is not up to date: run flask --app wsgi db upgrade.")
        for slug, practice in practices.items():
            for finding in examine(practice, diaries[slug]):
                wrong += not finding.is_well
                click.echo(f"{'ok    ' if finding.is_well else 'WRONG '} {slug}: {finding.text}")
        sys.exit(1 if wrong else 0)

    app.cli.add_command(_database)
    app.cli.add_command(doctor)
