"""Hands a promised message to the mail server, in the outbox's words for what goes wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

from webapp.notify.smtp import MailNotSent, MailRefused, MailServer
from webapp.outbox.results import Park, TryLater

if TYPE_CHECKING:
    from email.message import EmailMessage


def hand_over(server: str, message: EmailMessage) -> None:
    """Send a message through the server of this address; empty where there is none.

    Raises Park where a person must look, and TryLater.
    """
    if not server:
        raise Park("OPENSLOT_SMTP_URL is not set, so no message can be sent")
    try:
        MailServer(server).send(message)
    except MailRefused as error:
        raise Park(f"the mail server refused it: {error}") from error
    except MailNotSent as error:
        raise TryLater(f"the mail server did not take it: {error}") from error
