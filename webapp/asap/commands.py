"""What a practice's operator does with the ASAP list: ``flask --app wsgi asap …``."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import click
from flask.cli import AppGroup
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from webapp import clock
from webapp.asap.api.offering import free_slot
from webapp.asap.api.wire import LARGEST_NUMBER
from webapp.asap.listing import is_over
from webapp.asap.model import Condition, Offer, Opening
from webapp.asap.opening import OfferedElsewhere, Opener, openings_of
from webapp.asap.people import live_entries
from webapp.asap.presenting import say_wish
from webapp.asap.recording import close, locked_opening
from webapp.asap.wishes import wish_of
from webapp.availability.answers import Answer
from webapp.availability.current import availability_of
from webapp.availability.service import DiaryUnavailable
from webapp.db.engine import new_session, writing
from webapp.practices.current import all_practices
from webapp.web.tokens import current_tokens

if TYPE_CHECKING:
    from webapp.practices.model import Practice

group = AppGroup("asap", help="The ASAP list and its openings.")


@group.command("list")
@click.argument("practice")
def show_list(practice: str) -> None:
    """List who is on a practice's list, in numbers and wishes: no names."""
    found = _practice(practice)
    now = clock.now()
    with new_session() as session:
        for entry, appointment in live_entries(session, found.slug):
            if is_over(entry, appointment, found, at=now):
                continue
            has = "no appointment"
            if appointment is not None:
                start = appointment.starts_at_utc.astimezone(found.zone)
                has = f"has {start:%Y-%m-%d %H:%M}, {appointment.minutes} minutes"
            wants = "; ".join(value for _name, value in say_wish(wish_of(entry)))
            click.echo(f"{entry.id:>6}  {has}  wants {wants}")


@group.command("offer")
@click.argument("practice")
@click.option("--staff", required=True, help="The diary's id of the person.")
@click.option("--room", required=True, help="The diary's id of the room.")
@click.option("--at", "when", required=True, help='By the practice\'s clocks: "2026-11-23 09:15".')
@click.option("--type", "type_id", help="The diary's id of what it is for, where it knows types.")
def offer(practice: str, staff: str, room: str, when: str, type_id: str | None) -> None:
    """Offer a free slot to everybody on the list whom it fits, one after another."""
    found = _practice(practice)
    try:
        wall = datetime.strptime(when, "%Y-%m-%d %H:%M")  # noqa: DTZ007 - the practice's clocks
    except ValueError as error:
        raise click.ClickException('--at must be like "2026-11-23 09:15".') from error
    start = clock.wall(wall.date(), wall.time(), found.zone)
    if not clock.exists(start) or start <= clock.now():
        raise click.ClickException(f"{when} has passed, or is no time on the practice's clocks.")
    answer, slot = free_slot(
        found, staff_id=staff, room_id=room, start=start, type_id=_type(found, type_id)
    )
    if answer is Answer.UNCHECKED:
        raise click.ClickException("The diary cannot be asked just now: nothing was offered.")
    if slot is None:
        raise click.ClickException("The diary does not have that slot free: nothing was offered.")
    opener = Opener(found, current_tokens())
    try:
        with writing(new_session) as session:
            made = opener.offer_to_all(session, slot)
    except OfferedElsewhere as error:
        raise click.ClickException("That time is on offer already, in another room.") from error
    except IntegrityError as error:
        raise click.ClickException(
            "That time was put on offer this very moment, by a worker or the API: try once more."
        ) from error
    if not made:
        click.echo("Nobody on the list whom it fits, or everybody knows of it.")
    for one in made:
        due = one.text_due_at_utc
        said = f"text at {due.astimezone(found.zone):%Y-%m-%d %H:%M}" if due else one.note
        click.echo(f"{one.id:>6}  to {one.entry_id}  {said}")


@group.command("openings")
@click.argument("practice")
def show_openings(practice: str) -> None:
    """List a practice's live openings."""
    found = _practice(practice)
    with new_session() as session:
        for one in openings_of(session, found.slug):
            start = one.starts_at_utc.astimezone(found.zone)
            count = session.scalar(select(func.count()).where(Offer.opening_id == one.id))
            hand = "  being taken" if one.claimed_by_id is not None else ""
            click.echo(
                f"{one.id:>6}  {start:%Y-%m-%d %H:%M}  {one.staff_name}, {one.room_name}  "
                f"offered to {count}{hand}"
            )


@group.command("withdraw")
@click.argument("opening", type=click.IntRange(1, LARGEST_NUMBER))
def withdraw(opening: int) -> None:
    """Take an opening back: no more texts, and the page says so."""
    with writing(new_session) as session:
        if session.get(Opening, opening) is None:
            raise click.ClickException(f"There is no opening {opening}.")
        found = locked_opening(session, opening)
        if found.condition is not Condition.OPEN:
            raise click.ClickException(f"Opening {opening} is {found.condition.value} already.")
        if found.claimed_by_id is not None:
            raise click.ClickException("A patient is just taking it: look again in a minute.")
        close(session, found, Condition.WITHDRAWN)
    click.echo(f"Opening {opening} is withdrawn.")


def _type(practice: Practice, type_id: str | None) -> str | None:
    """Return what a slot is to be for, None where the diary does not ask."""
    availability = availability_of(practice)
    if not availability.knows_types:
        return None
    try:
        roster = availability.roster()
    except DiaryUnavailable as error:
        raise click.ClickException(
            "The diary cannot be asked just now: nothing was offered."
        ) from error
    wanted = roster.find_type(type_id)
    if wanted is None:
        known = ", ".join(f"{one.id} ({one.name})" for one in roster.types)
        raise click.ClickException(f"--type must say what it is for: {known}.")
    return wanted.id


def _practice(slug: str) -> Practice:
    found = all_practices().get(slug)
    if found is None:
        known = ", ".join(all_practices())
        raise click.ClickException(f"There is no practice {slug}; there are {known}.")
    if not found.asap.enabled:
        raise click.ClickException(f"{slug} has no ASAP list: set enabled = true under [asap].")
    return found
