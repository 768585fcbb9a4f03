"""The work that the ASAP list promises through the outbox."""

from __future__ import annotations

import enum


class Kind(enum.StrEnum):
    """One kind of promise; ``asap.handlers`` keeps them."""

    TEXT = "asap-text"
    """Text a patient about an offer."""
    CONCLUDE = "asap-conclude"
    """See what became of a yes, and let everybody else know."""
    EXPIRE = "asap-expire"
    """An opening's time is over: so are its offers."""
    LIST = "asap-list"
    """Put an appointment on the list that the diary keeps."""
    UNLIST = "asap-unlist"
    """Take it off that list."""
    JOINED = "asap-joined"
    """Tell a patient by e-mail that they are on the list, and where to leave it."""
