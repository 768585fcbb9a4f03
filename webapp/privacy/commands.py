"""What an operator does about patients' data: ``flask --app wsgi privacy report|purge|erase``."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from webapp.db.engine import new_session
from webapp.practices.current import all_practices
from webapp.privacy.forgetting import diaries_that_list, erase_by_email, purge, stored_fields

group = AppGroup("privacy", help="What is stored of patients, and how it is forgotten.")


@group.command("report")
def report() -> None:
    """List every stored field, why it is stored, and for how long."""
    for field in stored_fields():
        click.echo(f"{field.table}.{field.name}\n    why:  {field.why}\n    kept: {field.kept}")
    for slug, practice in all_practices().items():
        click.echo(f"[privacy] keep_days of {slug}: {practice.privacy.keep_days}")


@group.command("purge")
def purge_now() -> None:
    """Erase what has been kept long enough. The outbox worker does the same every hour."""
    click.echo(f"{purge(new_session, all_practices())} bookings erased.")


@group.command("erase")
@click.option("--email", required=True, help="The patient's address.")
def erase(email: str) -> None:
    """Erase what is stored of one patient. The practice's diary is not touched."""
    listed = diaries_that_list(new_session, email)
    click.echo(f"{erase_by_email(new_session, email)} bookings erased.")
    for slug in listed:
        click.echo(
            f"{slug}: the patient is on the diary's own ASAP list, and its next reading brings "
            "them back. Let the desk take them off it, then erase once more."
        )
