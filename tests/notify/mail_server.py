"""A mail server on this machine that can ask for TLS and a login, and keeps what it is sent."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

if TYPE_CHECKING:
    from collections.abc import Generator

TLS = Path(__file__).parents[1] / "diaries" / "tls"
USER, PASSWORD = "desk@book.example", "p@ss/word"


@dataclass
class Kept:
    """``port`` is where it listens; ``seen`` what it was sent, with whether the line was secure."""

    port: int = 0
    seen: list[tuple[bool, str]] = field(default_factory=list[tuple[bool, str]])

    async def handle_DATA(self, _server: Any, session: Any, envelope: Any) -> str:  # noqa: ANN401
        self.seen.append((session.ssl is not None, envelope.rcpt_tos[0]))
        return "250 kept"


def certified() -> ssl.SSLContext:
    """Return the server's side of TLS, with a certificate for 127.0.0.1."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(TLS / "server.pem")
    return context


@contextmanager
def mail_server(**options: Any) -> Generator[Kept]:  # noqa: ANN401 - aiosmtpd's own
    """Serve until the end of the block. ``wrapped`` speaks TLS from the first byte.

    The loop is made and run in the server's own thread: a browser's loop may already hold ours.
    """
    kept = Kept()
    wrapped: ssl.SSLContext | None = options.pop("wrapped", None)

    def let_in(*given: Any) -> AuthResult:  # noqa: ANN401
        is_right = given[-1] == LoginPassword(USER.encode(), PASSWORD.encode())
        # Not handled: the server says the no.
        return AuthResult(success=is_right, handled=False)

    async def serve(started: Future[Callable[[], object]]) -> None:
        loop, over = asyncio.get_running_loop(), asyncio.Event()
        server = await loop.create_server(
            lambda: SMTP(kept, hostname="mail.example", authenticator=let_in, loop=loop, **options),
            "127.0.0.1",
            0,
            ssl=wrapped,
        )
        kept.port = server.sockets[0].getsockname()[1]
        started.set_result(partial(loop.call_soon_threadsafe, over.set))
        await over.wait()
        server.close()

    started = Future[Callable[[], object]]()
    with ThreadPoolExecutor(max_workers=1) as thread:
        served = thread.submit(asyncio.run, serve(started))
        end = started.result(timeout=60)
        try:
            yield kept
        finally:
            end()
            served.result(timeout=60)
