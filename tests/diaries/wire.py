"""Servers made of bare sockets, to break off, dawdle and answer nonsense to the byte."""

from __future__ import annotations

import json
import select
import socket
import ssl
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from webapp.diaries.calling import Limits
from webapp.diaries.transport import CallLimits

ZONE = ZoneInfo("Europe/London")
TLS = Path(__file__).parent / "tls"
AUTHORITY = str(TLS / "authority.pem")

LIMITS = Limits(
    reads=CallLimits(connect=0.8, read=0.2, total=0.8),
    write=CallLimits(connect=0.8, read=0.2, total=0.8),
    pause=0.01,
)
# For the exchanges that are to succeed: a slow machine fails none of them
PATIENT = Limits(
    reads=CallLimits(connect=5, read=5, total=9),
    write=CallLimits(connect=5, read=5, total=9),
    pause=0.01,
)

Answer = Callable[[socket.socket, bytes], bool]
"""Answers one request on its connection; false closes the connection."""


def http(body: bytes, status: str = "200 OK", *headers: str) -> bytes:
    """An HTTP answer with its length."""
    head = "\r\n".join([f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers])
    return head.encode() + b"\r\n\r\n" + body


def say(data: bytes, *, keep: bool = True) -> Answer:
    def answer(connection: socket.socket, _request: bytes) -> bool:
        connection.sendall(data)
        return keep

    return answer


def say_json(document: object, status: str = "200 OK") -> Answer:
    return say(http(json.dumps(document).encode(), status))


def hang_up(_connection: socket.socket, _request: bytes) -> bool:
    return False


def reset(connection: socket.socket, _request: bytes) -> bool:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    return False


def in_turn(*answers: Answer) -> Answer:
    """Each answer once, the last one for ever."""
    waiting = list(answers)
    lock = threading.Lock()

    def answer(connection: socket.socket, request: bytes) -> bool:
        with lock:
            chosen = waiting.pop(0) if len(waiting) > 1 else waiting[0]
        return chosen(connection, request)

    return answer


class Listener:
    """Accepts connections, each served on a thread, until the block ends."""

    def __init__(self) -> None:
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listening.getsockname()[1]
        self.peers: list[str] = []
        self.over = threading.Event()
        self._open: list[socket.socket] = []
        self._threads: list[threading.Thread] = []
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        self._start(self._accept)
        return self

    def __exit__(self, *_: object) -> None:
        self.over.set()
        with suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        with self._lock:
            for one in self._open:
                with suppress(OSError):
                    one.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(60)

    def serve(self, connection: socket.socket) -> None:
        raise NotImplementedError

    def _start(self, task: Callable[[], None]) -> None:
        thread = threading.Thread(target=task, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while True:
            try:
                connection, peer = self._listening.accept()
            except OSError:
                return
            with self._lock:
                if self.over.is_set():
                    connection.close()
                    return
                self._open.append(connection)
                self.peers.append(peer[0])
            self._start(lambda connection=connection: self._serve_quietly(connection))

    def _serve_quietly(self, connection: socket.socket) -> None:
        # A client that gives up, or the end of the test, breaks the connection off
        with connection, suppress(OSError, ValueError):
            self.serve(connection)


class Server(Listener):
    """An HTTP server that keeps every request and leaves the answer to ``answer``."""

    def __init__(self, answer: Answer, *, tls: bool = False) -> None:
        super().__init__()
        self.requests: list[bytes] = []
        self._answer = answer
        self._context: ssl.SSLContext | None = None
        if tls:
            self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self._context.load_cert_chain(TLS / "server.pem")

    @property
    def origin(self) -> str:
        return f"{'https' if self._context else 'http'}://127.0.0.1:{self.port}"

    @property
    def url(self) -> str:
        """An address on it, such as a vendor gives."""
        return f"{self.origin}/api/request"

    def documents(self) -> list[dict[str, object]]:
        """What was asked, each request's JSON."""
        return [json.loads(one.partition(b"\r\n\r\n")[2]) for one in self.requests]

    def serve(self, connection: socket.socket) -> None:
        if self._context is not None:
            # It takes over the connection's handle, so the end of the block must know it
            connection = self._context.wrap_socket(connection, server_side=True)
            self._open.append(connection)
        with connection:
            while (request := read_request(connection)) is not None:
                self.requests.append(request)
                if not self._answer(connection, request):
                    return


class Proxy(Listener):
    """An egress proxy: CONNECT for https, whole addresses for http; or it refuses all."""

    def __init__(self, *, refusal: str | None = None) -> None:
        super().__init__()
        self.heads: list[str] = []
        self._refusal = refusal

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def serve(self, connection: socket.socket) -> None:
        request = read_request(connection)
        if request is None:
            return
        head, _, body = request.partition(b"\r\n\r\n")
        self.heads.append(head.decode())
        if self._refusal is not None:
            connection.sendall(http(b"", self._refusal))
            return
        method, target, _ = head.split(b"\r\n")[0].decode().split(" ")
        is_tunnel = method == "CONNECT"
        to = urlsplit(f"//{target}" if is_tunnel else target)
        with socket.create_connection((to.hostname or "", to.port or 80)) as onward:
            if is_tunnel:
                connection.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
            else:
                onward.sendall(head.replace(target.encode(), to.path.encode(), 1))
                onward.sendall(b"\r\n\r\n" + body)
            self._carry(connection, onward)

    def _carry(self, one: socket.socket, other: socket.socket) -> None:
        while not self.over.is_set():
            for ready in select.select([one, other], [], [], 0.05)[0]:
                data = ready.recv(65536)
                if not data:
                    return
                (other if ready is one else one).sendall(data)


def read_request(connection: socket.socket) -> bytes | None:
    data = b""
    while b"\r\n\r\n" not in data:
        more = connection.recv(65536)
        if not more:
            return None
        data += more
    head, _, body = data.partition(b"\r\n\r\n")
    lengths = [
        int(line.split(b":")[1])
        for line in head.split(b"\r\n")
        if line.lower().startswith(b"content-length:")
    ]
    while len(body) < sum(lengths):
        more = connection.recv(65536)
        if not more:
            return None
        body += more
    return head + b"\r\n\r\n" + body


def closed_port() -> int:
    """A port on which nothing listens."""
    with socket.create_server(("127.0.0.1", 0)) as once:
        return once.getsockname()[1]
