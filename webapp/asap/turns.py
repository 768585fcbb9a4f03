"""Lets one of several workers read what a practice's diary keeps of its ASAP list."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from webapp import clock
from webapp.asap.model import MirrorTurn
from webapp.db.engine import writing

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session

    from webapp.practices.model import Practice


def take_turn(practice: Practice, new_session: Callable[[], Session]) -> bool:
    """Say whether reading is due, and ours to do; it is due again after the practice's interval."""
    now, slug = clock.now(), practice.slug
    with new_session() as session:
        turn = session.get(MirrorTurn, slug)
        if turn is not None and turn.due_at_utc > now:
            return False
    due = now + timedelta(seconds=practice.asap.list_every_seconds)
    try:
        with writing(new_session) as session:
            if turn is None:
                session.add(MirrorTurn(slug=slug, due_at_utc=due))
                return True
            taken = session.execute(
                update(MirrorTurn)
                .where(MirrorTurn.slug == slug, MirrorTurn.due_at_utc <= now)
                .values(due_at_utc=due)
                .returning(MirrorTurn.slug)
                .execution_options(synchronize_session=False)
            )
            return taken.first() is not None
    except IntegrityError:
        return False
