"""Speaks HTTP/1.1 as a production server does: kept-alive connections, many at once.

Werkzeug's own handler closes each connection and lingers 10 ms over it; our client's pooling
and a load test deserve better. An answer may also break off on purpose (``HangUp``).
"""

from __future__ import annotations

import io
import sys
from typing import TYPE_CHECKING

from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from _typeshed.wsgi import WSGIApplication

LONGEST_REQUEST = 1_000_000


class HangUp(Exception):
    """Raised while an answer is being written: close the connection here and now."""


class Handler(WSGIRequestHandler):
    """Runs the application once a request, on one connection as long as the client likes."""

    protocol_version = "HTTP/1.1"
    # Head and body are two writes; without this each answer waits for a delayed ACK.
    disable_nagle_algorithm = True
    timeout = 120

    def run_wsgi(self) -> None:
        body = self._read_body()
        if body is None:
            self.send_error(413)
            self.close_connection = True
            return
        environ = self.make_environ()
        environ["wsgi.input"] = io.BytesIO(body)
        environ["CONTENT_LENGTH"] = str(len(body))
        head: list[tuple[str, list[tuple[str, str]]]] = []

        def start_response(
            status: str, headers: list[tuple[str, str]], _exc_info: object = None, /
        ) -> Callable[[bytes], object]:
            head[:] = [(status, headers)]
            return self.wfile.write

        answer = self.server.app(environ, start_response)
        try:
            self._write(answer, head)
        except HangUp:
            self.close_connection = True
        except ConnectionError:
            # The caller went away; there is nobody left to tell.
            self.close_connection = True
        finally:
            close = getattr(answer, "close", None)
            if close:
                close()

    def _read_body(self) -> bytes | None:
        """Read all of it, whoever cares: what is left would be taken for the next request."""
        if self.headers.get("Expect", "").lower() == "100-continue":
            self.wfile.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        if "chunked" in self.headers.get("Transfer-Encoding", "").lower():
            body = self.make_environ()["wsgi.input"].read(LONGEST_REQUEST + 1)
            return body if len(body) <= LONGEST_REQUEST else None
        length = self.headers.get("Content-Length", "0")
        if not (length.isascii() and length.isdigit()) or int(length) > LONGEST_REQUEST:
            return None
        return self.rfile.read(int(length))

    def _write(
        self, answer: Iterable[bytes], head: list[tuple[str, list[tuple[str, str]]]]
    ) -> None:
        is_first = True
        for part in answer:
            if is_first:
                self._write_head(*head[0])
                is_first = False
            self.wfile.write(part)
        if is_first:
            self._write_head(*head[0])

    def _write_head(self, status: str, headers: list[tuple[str, str]]) -> None:
        code, _, reason = status.partition(" ")
        self.send_response(int(code), reason)
        names = {name.lower() for name, _ in headers}
        for name, value in headers:
            self.send_header(name, value)
        if "content-length" not in names and int(code) != 304:
            # Without a length only the end of the connection ends the body.
            self.send_header("Connection", "close")
        self.end_headers()

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing: the call log tells tests what came."""

    def log_error(self, format: str, *args: object) -> None:  # noqa: A002 - its parent's name
        """Say nothing of idle or broken connections."""


class Server(ThreadedWSGIServer):
    """A thread a connection, and room for a load test's worth of them to knock at once."""

    request_queue_size = 1024

    def handle_error(self, request: object, client_address: tuple[str, int] | str) -> None:
        # A caller that hangs up mid-answer is what the faults are for.
        if not isinstance(sys.exception(), ConnectionError | TimeoutError):
            super().handle_error(request, client_address)


def make_server(host: str, port: int, app: WSGIApplication) -> Server:
    """Bind and listen; port 0 picks a free one. Raises ``OSError`` where that fails."""
    return Server(host, port, app, handler=Handler)
