"""Catches mail by SMTP on this machine. Nothing is ever sent on."""

from __future__ import annotations

import asyncio
import threading
from typing import TYPE_CHECKING

from aiosmtpd.smtp import SMTP, AuthResult

from webapp.reference.mailbox import MailFault, MailFaultKind

if TYPE_CHECKING:
    from aiosmtpd.smtp import Envelope, Session

    from webapp.reference.mailbox import Mailbox

_HOST = "127.0.0.1"
_STOP_SECONDS = 5


class Catcher:
    """An SMTP server with a thread of its own. ``port`` 0 picks a free one."""

    def __init__(self, mailbox: Mailbox, port: int) -> None:
        self._mailbox = mailbox
        self._loop = asyncio.new_event_loop()
        self._server = self._loop.run_until_complete(
            self._loop.create_server(self._answer_one, _HOST, port)
        )
        self.port: int = self._server.sockets[0].getsockname()[1]
        self._thread = threading.Thread(target=self._loop.run_forever, name="smtp", daemon=True)

    @property
    def url(self) -> str:
        return f"smtp://{_HOST}:{self.port}"

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Take no more mail, and let go what a fault holds up."""
        self._mailbox.clear_faults()
        self._loop.call_soon_threadsafe(self._server.close)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(_STOP_SECONDS)

    def _answer_one(self) -> SMTP:
        return SMTP(
            _Handler(self._mailbox),
            hostname="mail.openslot.example",
            ident="reference mail server",
            enable_SMTPUTF8=True,
            authenticator=_let_in,
            auth_require_tls=False,
            loop=self._loop,
        )


def _let_in(*_who: object) -> AuthResult:
    """Let anybody log in: whether a client does is the client's matter."""
    return AuthResult(success=True)


class _Handler:
    """What aiosmtpd calls, by name, for each step of a delivery."""

    def __init__(self, mailbox: Mailbox) -> None:
        self._mailbox = mailbox

    async def handle_RCPT(
        self,
        _server: SMTP,
        _session: Session,
        envelope: Envelope,
        address: str,
        options: list[str],
    ) -> str:
        fault = self._mailbox.hit([address], for_the_recipient=True)
        if fault is not None and fault.kind is MailFaultKind.REFUSE:
            return "550 5.1.1 There is no such mailbox here"
        if fault is not None:
            return "451 4.3.2 Not now; come again later"
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:
        recipients = [str(one) for one in envelope.rcpt_tos]
        fault = self._mailbox.hit(recipients, for_the_recipient=False)
        if fault is not None and fault.kind is MailFaultKind.SLOW:
            await asyncio.to_thread(fault.wait)
        self._keep(envelope, recipients, fault)
        if fault is not None and fault.kind is MailFaultKind.DROP and server.transport is not None:
            server.transport.close()
        return "250 OK"

    def _keep(self, envelope: Envelope, recipients: list[str], fault: MailFault | None) -> None:
        if fault is not None and not fault.is_kept:
            return
        content = envelope.content
        raw = content.encode() if isinstance(content, str) else content or b""
        self._mailbox.put(sender=envelope.mail_from or "", recipients=recipients, raw=raw)
