"""Starts the reference diary: ``python -m webapp.reference --port 0``."""

from __future__ import annotations

import argparse
import ipaddress
import signal
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, NoReturn

from webapp.reference.clock import Clock
from webapp.reference.demo_practices import demo_plans
from webapp.reference.mailbox import Mailbox
from webapp.reference.server import create_app
from webapp.reference.serving import make_server
from webapp.reference.texts.control import check_inbound_url
from webapp.reference.texts.gateway import Gateway

if TYPE_CHECKING:
    from types import FrameType

    from webapp.reference.catching import Catcher


def main() -> None:
    """Serve until told to stop. One line on standard output says that it listens, and where."""
    options = _read_options()
    mailbox, catcher = _catch_mail(options)
    gateway = Gateway(options.today, options.texts_inbound_url)
    app = create_app(demo_plans(), options.today, mailbox, gateway)
    try:
        server = make_server(options.host, options.port, app)
    except OSError as error:
        sys.exit(f"The reference diary cannot listen on port {options.port}: {error.strerror}.")
    # A shell that starts it in the background has SIGINT ignored: both are set.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _stop)
    host = f"[{options.host}]" if ":" in options.host else options.host
    ready = f"reference diary ready on http://{host}:{server.port}"
    if catcher is not None:
        catcher.start()
        ready += f", mail on {catcher.url}"
    with suppress(KeyboardInterrupt):
        print(server.port if options.print_port else ready, flush=True)
        server.serve_forever()
    gateway.stop()
    if catcher is not None:
        catcher.stop()


def _catch_mail(options: _Options) -> tuple[Mailbox | None, Catcher | None]:
    if options.smtp_port is None:
        return None, None
    try:
        # A tool of its own, which only an inbox needs.
        from webapp.reference.catching import Catcher  # noqa: PLC0415
    except ImportError:
        print("There is no inbox: aiosmtpd, which would catch mail, is missing.", file=sys.stderr)
        return None, None
    mailbox = Mailbox(options.today)
    try:
        return mailbox, Catcher(mailbox, options.smtp_port)
    except OSError as error:
        sys.exit(f"The inbox cannot listen on port {options.smtp_port}: {error.strerror}.")


class _Options(argparse.Namespace):
    host: str
    port: int
    today: Clock
    smtp_port: int | None
    texts_inbound_url: str | None
    print_port: bool


def _read_options() -> _Options:
    parser = argparse.ArgumentParser(
        prog="python -m webapp.reference", description="A diary to develop and test against."
    )
    parser.add_argument("--host", default="127.0.0.1", type=_loopback, help="a loopback address")
    parser.add_argument("--port", default=8901, type=int, help="0 picks a free one")
    parser.add_argument(
        "--today",
        default=Clock(),
        type=Clock.starting,
        metavar="DAY",
        help="2026-11-20, or 2026-11-20T08:00 in UTC: what the diary takes for now",
    )
    parser.add_argument(
        "--smtp-port", type=int, metavar="PORT", help="catch mail there too; 0 picks a free one"
    )
    parser.add_argument(
        "--texts-inbound-url",
        type=_inbound_url,
        metavar="URL",
        help="where replies to texts go: an address on this machine",
    )
    parser.add_argument(
        "--print-port", action="store_true", help="print the port alone, not the sentence"
    )
    return parser.parse_args(namespace=_Options())


def _loopback(host: str) -> str:
    address = "127.0.0.1" if host == "localhost" else host
    try:
        is_loopback = ipaddress.ip_address(address).is_loopback
    except ValueError:
        is_loopback = False
    if not is_loopback:
        # Its keys are printed in this repository, and its pages show whatever was typed.
        raise argparse.ArgumentTypeError("the reference diary serves this machine alone")
    return address


def _inbound_url(url: str) -> str:
    try:
        return check_inbound_url(url)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def _stop(_number: int, _frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt


if __name__ == "__main__":
    main()
