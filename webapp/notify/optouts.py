"""Numbers that have told a sender to stop."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import String, delete
from sqlalchemy.orm import Mapped, mapped_column

from webapp import clock
from webapp.db.base import Base, UtcDateTime

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

_STOP = frozenset({"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"})
_START = frozenset({"START", "UNSTOP", "YES"})


class OptOut(Base):
    """One number's "stop" to one sender. It outlives bookings: it is a wish, not a visit."""

    __tablename__ = "text_opt_out"

    sender: Mapped[str] = mapped_column(String(40), primary_key=True)
    phone: Mapped[str] = mapped_column(String(20), primary_key=True)
    since_utc: Mapped[datetime] = mapped_column(UtcDateTime)


def note_reply(session: Session, *, sender: str, phone: str, words: str, kind: str = "") -> None:
    """Take a reply for what it says: STOP and its kin, START and its kin, or nothing.

    ``kind`` is the gateway's own reading of it (Twilio's OptOutType), where it gives one. The
    words are those that Twilio's documentation lists for its default handling.
    """
    word = (kind or words).strip().upper()
    if word in _STOP:
        opt_out(session, sender=sender, phone=phone)
    elif word in _START:
        session.execute(delete(OptOut).where(OptOut.sender == sender, OptOut.phone == phone))


def opt_out(session: Session, *, sender: str, phone: str) -> None:
    """Text this number no more from this sender; a second time changes nothing."""
    if not has_opted_out(session, sender=sender, phone=phone):
        session.add(OptOut(sender=sender, phone=phone, since_utc=clock.now()))


def has_opted_out(session: Session, *, sender: str, phone: str) -> bool:
    """Say whether this number has told this sender to stop."""
    return session.get(OptOut, (sender, phone)) is not None
