"""What the pages of the list share: whether there is one, who works there, joining, leaving."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import abort
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from webapp.asap.listing import Joining, end, join
from webapp.asap.model import Ended, Entry
from webapp.availability.answers import DiaryUnavailable
from webapp.availability.current import availability_of
from webapp.db.engine import new_session, writing
from webapp.practices.current import current_practice
from webapp.web.tokens import current_tokens

if TYPE_CHECKING:
    from webapp.availability.answers import Roster


def list_or_404() -> None:
    """End the request where the practice keeps no list."""
    if not current_practice().asap.enabled:
        abort(404)


def open_list_or_404() -> None:
    """End the request where nobody can be on the list without an appointment."""
    list_or_404()
    if current_practice().lists_in_diary:
        abort(404)


def put_on_list(joining: Joining) -> Entry:
    """Put a patient on the list, and return their place; one they have already is the same."""
    try:
        with writing(new_session) as session:
            return join(session, joining, current_tokens())
    except IntegrityError:
        # The same form, sent twice at once: the other one has made the entry.
        with new_session() as session:
            return session.scalars(
                select(Entry).where(Entry.slug == joining.slug, Entry.journey == joining.journey)
            ).one()


def take_off_list(entry_id: int) -> None:
    """Take a patient off the list, by their own hand."""
    with writing(new_session) as session:
        end(session.get_one(Entry, entry_id, with_for_update=True), Ended.LEFT)


def known_roster() -> Roster:
    """Return who works at the practice and where, as far as the diary says so just now."""
    availability = availability_of(current_practice())
    try:
        return availability.roster()
    except DiaryUnavailable:
        return availability.roster_if_known()
