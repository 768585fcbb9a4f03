"""Asks one page over and over on kept connections; a process of its own, and a cheap one.

It asks for no compression, checks every answer's status and length, and prints one JSON object:
``seconds``, ``latencies`` (microseconds) and ``reopened`` (connections that the server closed
between two answers).
"""

from __future__ import annotations

import json
import re
import selectors
import socket
import sys
import time
from contextlib import ExitStack
from dataclasses import dataclass, field

_HOST = "127.0.0.1"
_WAIT_SECONDS = 60.0
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)\r\n", re.IGNORECASE)


class WrongAnswer(Exception):
    """An answer is not the page."""


@dataclass(frozen=True, slots=True)
class Order:
    """What to ask, how often at most, and for how many seconds at most."""

    port: int
    path: str
    length: int
    connections: int
    requests: int
    seconds: float


@dataclass(slots=True)
class _Connection:
    opened: socket.socket
    words: bytes
    asked_at: float = 0.0
    received: bytearray = field(default_factory=bytearray)

    def ask(self) -> None:
        self.received.clear()
        self.asked_at = time.perf_counter()
        self.opened.sendall(self.words)

    def is_answered(self, length: int) -> bool:
        """Read what is there; say whether that completes an answer of this many bytes."""
        part = self.opened.recv(1 << 18)
        if not part:
            raise ConnectionError
        self.received += part
        head = self.received.find(b"\r\n\r\n")
        if head < 0:
            return False
        if not self.received.startswith(b"HTTP/1.1 200 "):
            raise WrongAnswer(
                f"the status was {bytes(self.received[9:12]).decode(errors='replace')}"
            )
        told = _LENGTH.search(self.received, 0, head + 2)
        if told is None or int(told[1]) != length:
            raise WrongAnswer(f"the length was {told and int(told[1])} and not {length}")
        return len(self.received) >= head + 4 + length


def ask(order: Order) -> dict[str, object]:
    """Ask until the order is done. Raises WrongAnswer for an answer that is not the page."""
    words = (
        f"GET {order.path} HTTP/1.1\r\nHost: {_HOST}:{order.port}\r\n"
        "Accept-Encoding: identity\r\n\r\n"
    ).encode()
    latencies: list[int] = []
    asked = reopened = 0
    began = last = time.perf_counter()
    with selectors.DefaultSelector() as selector, ExitStack() as opened:

        def open_one() -> None:
            connected = opened.enter_context(socket.create_connection((_HOST, order.port)))
            connected.settimeout(_WAIT_SECONDS)
            one = _Connection(connected, words)
            selector.register(connected, selectors.EVENT_READ, one)
            one.ask()

        for _ in range(min(order.connections, order.requests)):
            open_one()
            asked += 1
        while selector.get_map():
            ready = selector.select(_WAIT_SECONDS)
            if not ready:
                raise WrongAnswer(f"no answer came within {_WAIT_SECONDS:.0f} seconds")
            for key, _ in ready:
                one: _Connection = key.data
                try:
                    if not one.is_answered(order.length):
                        continue
                except ConnectionError as error:
                    if one.received:
                        raise WrongAnswer("a connection ended within an answer") from error
                    selector.unregister(one.opened)
                    reopened += 1
                    open_one()
                    continue
                last = time.perf_counter()
                latencies.append(round((last - one.asked_at) * 1e6))
                if asked < order.requests and last - began < order.seconds:
                    asked += 1
                    one.ask()
                else:
                    selector.unregister(one.opened)
    return {"seconds": last - began, "latencies": latencies, "reopened": reopened}


def main() -> int:
    """Carry out the order on the command line, a JSON object."""
    try:
        print(json.dumps(ask(Order(**json.loads(sys.argv[1])))))
    except (WrongAnswer, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
