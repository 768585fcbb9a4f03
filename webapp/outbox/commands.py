"""What an operator does with promised work: ``flask --app wsgi outbox work|list|retry|park``."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING, cast

import click
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy import select, update

from webapp import clock
from webapp.db.engine import new_session, sessions_of, writing
from webapp.outbox.model import Promise, Status
from webapp.outbox.worker import Worker

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from types import FrameType

    from flask import Flask
    from sqlalchemy import ColumnElement

    from webapp.outbox.chores import Chore
    from webapp.outbox.worker import Handlers

_BEGIN = "openslot_begin_work"
_CHORES = "openslot_chores"
_KEY = "openslot_handlers"
_group = AppGroup("outbox", help="Promised work: messages, settling, sync.")


def init_app(
    app: Flask,
    handlers: Handlers,
    chores: Iterable[Chore],
    *,
    begin: Callable[[], None] = lambda: None,
) -> None:
    """Add the commands, with a handler for each kind of promise, and the worker's chores.

    ``begin`` is called in a process that is going to be a worker, before it works.
    """
    app.extensions[_BEGIN] = begin
    app.extensions[_KEY] = handlers
    app.extensions[_CHORES] = tuple(chores)
    app.cli.add_command(_group)


@_group.command("work")
@click.option("--threads", default=4, show_default=True, help="Promises kept at a time.")
@click.option("--once", is_flag=True, help="Keep what is due now, and end.")
def work(threads: int, *, once: bool) -> None:
    """Keep promises until told to end. Any number may run, on any number of machines."""
    # The app itself: its proxy would not outlive this thread's context.
    app = cast("Flask", current_app._get_current_object())  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType, reportPrivateUsage]  # noqa: SLF001
    app.extensions[_BEGIN]()
    worker = Worker(
        sessions_of(app),
        app.extensions[_KEY],
        context=app.app_context,
        chores=app.extensions[_CHORES],
    )
    if once:
        while worker.run_once():
            pass
        return

    def stop(_signal: int, _frame: FrameType | None) -> None:
        worker.stop()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    worker.run(threads)


@_group.command("list")
@click.option("--all", "everything", is_flag=True, help="Also what is done.")
def list_promises(*, everything: bool) -> None:
    """List what is due and what is parked, with the reason."""
    wanted = select(Promise).order_by(Promise.id)
    if not everything:
        wanted = wanted.where(Promise.status != Status.DONE)
    with new_session() as session:
        for row in session.scalars(wanted):
            due = row.due_at_utc.isoformat(timespec="seconds")
            click.echo(
                f"{row.id:>6}  {row.status.value:<6}  {row.slug}  {row.kind}  booking "
                f"{row.subject_id}  due {due}  attempts {row.attempts}  {row.reason or ''}".rstrip()
            )


@_group.command("retry")
@click.argument("ids", type=int, nargs=-1)
@click.option("--parked", is_flag=True, help="Everything that is parked.")
def retry(ids: tuple[int, ...], *, parked: bool) -> None:
    """Make parked or waiting promises due now."""
    which = Promise.status == Status.PARKED if parked else Promise.id.in_(ids)
    _set(which, status=Status.DUE, due_at_utc=clock.now(), attempts=0)


@_group.command("park")
@click.argument("ids", type=int, nargs=-1, required=True)
@click.option("--reason", default="parked by hand", show_default=True)
def park(ids: tuple[int, ...], reason: str) -> None:
    """Set promises aside, so that no worker tries them."""
    _set(Promise.id.in_(ids), status=Status.PARKED, reason=reason)


def _set(which: ColumnElement[bool], **values: object) -> None:
    with writing(new_session) as session:
        changed = session.execute(
            update(Promise)
            .where(which, Promise.status != Status.DONE)
            .values(claimed_by=None, claimed_until_utc=None, **values)
            .returning(Promise.id)
        )
        click.echo(f"{len(changed.all())} changed.")
