"""Moves in the site's database what a test cannot wait for, or cannot bring about in a browser."""

from __future__ import annotations

import time
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select, update
from sqlalchemy.orm import Session, sessionmaker

from webapp.appointments.model import UNSETTLED, Booking
from webapp.db.engine import make_engine, writing
from webapp.outbox.model import Promise, Status
from webapp.outbox.promising import promise
from webapp.web.tokens import Tokens

if TYPE_CHECKING:
    from pathlib import Path

    from webapp.appointments.kinds import Kind

_PATIENCE = 120.0
_PAUSE = 0.25


class Stored:
    """The database of a site that runs. ``slug`` names the practice throughout."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._engine = make_engine(f"sqlite:///{file}")
        self._sessions = sessionmaker(self._engine)
        self.sessions = sessionmaker(self._engine, expire_on_commit=False)
        """Opens sessions whose rows can be read when they are over."""

    def close(self) -> None:
        self._engine.dispose()

    @property
    def tokens(self) -> Tokens:
        """Makes the same secret addresses as the site, with the key that it keeps."""
        return Tokens(self._file.with_name("secret_key").read_text().strip())

    def let_time_pass(self, slug: str) -> None:
        """Let all time be over that a booking's outcome or promised work waits for.

        On return each booking has its outcome. A look at the diary that came to nothing is made
        again, as it would be in time. Raises TimeoutError where an outcome stays away.
        """
        deadline = time.monotonic() + _PATIENCE
        self._make_all_due(slug)
        while self._is_unsettled(slug):
            if time.monotonic() > deadline:
                raise TimeoutError(f"{slug}: no worker found out what became of a booking")
            time.sleep(_PAUSE)
            self._make_all_due(slug)

    def _make_all_due(self, slug: str) -> None:
        now = datetime.now(UTC)
        with writing(self._sessions) as session:
            session.execute(
                update(Booking)
                .where(Booking.slug == slug, Booking.state.in_(UNSETTLED))
                .values(deadline_utc=now - timedelta(seconds=1))
            )
            session.execute(
                update(Promise)
                .where(Promise.slug == slug, Promise.status == Status.DUE, Promise.due_at_utc > now)
                .values(due_at_utc=now)
            )

    def _is_unsettled(self, slug: str) -> bool:
        found = select(Booking.id).where(Booking.slug == slug, Booking.state.in_(UNSETTLED))
        with closing(self._sessions()) as session:
            return session.scalar(found.limit(1)) is not None

    def change(self, slug: str, **values: object) -> None:
        """Change the newest booking."""
        with writing(self._sessions) as session:
            newest = self._newest(session, slug)
            for name, value in values.items():
                setattr(newest, name, value)

    def promise_again(self, slug: str, kind: Kind) -> None:
        """Promise work about the newest booking, whether it was promised before or not."""
        with writing(self._sessions) as session:
            newest = self._newest(session, slug)
            promise(session, kind, slug=slug, subject_id=newest.id, turn="again")

    def promised(self, slug: str) -> list[str]:
        """Return the kinds of all that was promised, kept or not, in order."""
        with closing(self._sessions()) as session:
            found = select(Promise.kind).where(Promise.slug == slug).order_by(Promise.id)
            return list(session.scalars(found))

    @staticmethod
    def _newest(session: Session, slug: str) -> Booking:
        found = select(Booking).where(Booking.slug == slug).order_by(Booking.id.desc()).limit(1)
        return session.scalars(found).one()
