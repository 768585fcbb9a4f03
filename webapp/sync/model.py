"""The rows about systems that are told of bookings."""

from __future__ import annotations

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from webapp.db.base import Base


class UpdoxName(Base):
    """What Updox itself calls an appointment that it was told of, where it said so."""

    __tablename__ = "updox_name"

    key: Mapped[str] = mapped_column(String(32), primary_key=True)
    """Our own name for it, as ``changes.key_of`` makes it."""
    slug: Mapped[str] = mapped_column(String(60))
    updox_id: Mapped[str] = mapped_column(String(64))
