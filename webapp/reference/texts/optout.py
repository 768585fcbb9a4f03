"""The words that stop a sender's texts and start them again.

From Twilio's pages on opt-out keywords and on Advanced Opt-Out: a text that is one of these words
and nothing else, in any case, counts; "stop please" does not.
"""

from __future__ import annotations

from enum import StrEnum


class Wish(StrEnum):
    """What a word asks for: the webhook's ``OptOutType``."""

    STOP = "STOP"
    START = "START"
    HELP = "HELP"


_WISHES = {
    **dict.fromkeys(
        ("STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"), Wish.STOP
    ),
    **dict.fromkeys(("START", "UNSTOP", "YES"), Wish.START),
    **dict.fromkeys(("HELP", "INFO"), Wish.HELP),
}


def read_wish(words: str) -> Wish | None:
    """Return what the words ask for; none where they are just words."""
    return _WISHES.get(words.strip().upper())
