"""What private servers share: a loopback port, a folder, a keeper, and how they start and end."""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from abc import ABC, abstractmethod
from contextlib import suppress
from pathlib import Path
from typing import Self

from tests.services.memory import in_memory

_KEEPER = Path(__file__).with_name("keeper.py")
_HOST = "127.0.0.1"
# Below every system's ephemeral ports. A client that dials one of those while nobody listens there
# may be given that very port as its own, and then talks to itself.
_PORTS = range(20_000, 32_000)
_START_SECONDS = 120
_STOP_SECONDS = 10
_LOOK_SECONDS = 0.005
_BUSY_SECONDS = 0.1
_READY = "ready to accept connections"
_BUSY = "in use"
_LAST_WORDS = 2_000


class ServerNotStarted(Exception):
    """A private server would not start. The text holds the last of what it said."""


class PrivateServer(ABC):
    """A server of one test process's own, on a loopback port, with its data in a temporary folder.

    Use it as a context manager. It ends with this process, whatever way that ends, and takes its
    folder with it. Its port stays the same from its first start on.
    """

    _name: str
    _gentle: signal.Signals
    """Asks it to end soon and in good order."""
    _firm: signal.Signals
    """Asks it to drop everything."""

    def __init__(self) -> None:
        self._account = account_for_servers()
        self._folder = Path()
        self._port = 0
        self._has_started = False
        self._keeper: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self._folder = Path(
            tempfile.mkdtemp(prefix=f"openslot-{self._name.lower()}-", dir=in_memory())
        )
        if self._account:
            os.chown(self._folder, self._account.pw_uid, self._account.pw_gid)
        try:
            self._prepare()
            self.start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_error: object) -> None:
        self._end(self._firm)
        shutil.rmtree(self._folder, ignore_errors=True)

    @property
    @abstractmethod
    def url(self) -> str:
        """Where it is, in the words of the setting that names it."""

    @property
    def is_running(self) -> bool:
        return self._keeper is not None and self._keeper.poll() is None

    def start(self) -> None:
        """Let it run, whatever was done to it, and return when it answers.

        Its port, and after a kill its memory, may be in use for a moment longer: it tries again.
        Raises ServerNotStarted.
        """
        self.resume()
        ends = time.monotonic() + _START_SECONDS
        while not self.is_running:
            # Clears away what ended by itself
            self._end(signal.SIGKILL)
            if not self._has_started:
                self._port = free_port()
            self._keeper, log = self._keep(self._command())
            while self.is_running and _READY not in _said(log).lower():
                if time.monotonic() > ends:
                    self._end(signal.SIGKILL)
                    raise ServerNotStarted(f"{self._name} took too long; it said: {_said(log)}")
                time.sleep(_LOOK_SECONDS)
            if self.is_running:
                self._has_started = True
                return
            if _BUSY not in _said(log).lower() or time.monotonic() > ends:
                raise ServerNotStarted(f"{self._name} would not start; it said: {_said(log)}")
            time.sleep(_BUSY_SECONDS)

    def stop(self) -> None:
        """End it in good order, and return when it has ended. Without effect where it has."""
        self._end(self._gentle)

    def kill(self) -> None:
        """End it on the spot, as when the machine fails: nobody is told."""
        self._end(signal.SIGKILL)

    def restart(self, *, immediate: bool = False) -> None:
        """Stop and start it; ``immediate`` drops everything instead of ending in good order."""
        self._end(self._firm if immediate else self._gentle)
        self.start()

    def pause(self) -> None:
        """Stop it in its tracks: it takes what is sent and answers nothing, until ``resume``."""
        self._send(signal.SIGSTOP)

    def resume(self) -> None:
        self._send(signal.SIGCONT)

    @abstractmethod
    def _prepare(self) -> None:
        """Make what the server needs in its folder, once."""

    @abstractmethod
    def _command(self) -> list[str]:
        """Return how it is started on our port in our folder, in the foreground."""

    def _run_to_its_end(self, command: list[str]) -> None:
        self._keeper, log = self._keep(command)
        try:
            status = self._keeper.wait(_START_SECONDS)
        except subprocess.TimeoutExpired:
            status = None
        self._end(signal.SIGKILL)
        if status != 0:
            raise ServerNotStarted(f"{Path(command[0]).name} failed; it said: {_said(log)}")

    def _keep(self, command: list[str]) -> tuple[subprocess.Popen[bytes], Path]:
        """Return a keeper of that command, and the file of what the command says."""
        log = self._folder / "log"
        account = f"{self._account.pw_uid}:{self._account.pw_gid}" if self._account else ""
        with log.open("wb") as output:
            keeper = subprocess.Popen(
                [
                    *(sys.executable, "-I", "-S", str(_KEEPER)),
                    *(str(self._folder), str(int(self._firm)), account),
                    *command,
                ],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=output,
                # Ctrl-C is for the tests, which may need the server while they end
                start_new_session=True,
            )
        return keeper, log

    def _end(self, how: signal.Signals) -> None:
        keeper = self._keeper
        if keeper is None:
            return
        self._send(how)
        if how is not signal.SIGKILL:
            self._send(signal.SIGCONT)
        try:
            keeper.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._send(signal.SIGKILL)
            keeper.wait(_STOP_SECONDS)
        self._keeper = None
        for pipe in (keeper.stdin, keeper.stdout):
            with suppress(BrokenPipeError):
                if pipe:
                    pipe.close()

    def _send(self, one: signal.Signals) -> None:
        # Through the keeper, which knows that the process is still the server
        if self._keeper and self._keeper.stdin and self._keeper.stdout:
            with suppress(BrokenPipeError):
                self._keeper.stdin.write(b"%d\n" % one)
                self._keeper.stdin.flush()
                self._keeper.stdout.readline()


def account_for_servers() -> pwd.struct_passwd | None:
    """Return whom servers run as where we are root, which PostgreSQL refuses to be; else None."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with suppress(KeyError):
            return pwd.getpwnam(name)
    raise ServerNotStarted(
        "PostgreSQL does not run as root, and here is neither a user postgres nor a user nobody"
    )


def free_port() -> int:
    """Return a port of the loopback address that nobody listens on."""
    while True:
        # Not `random`, which starts alike in each of xdist's processes
        port = secrets.choice(_PORTS)
        with socket.socket() as probe, suppress(OSError):
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((_HOST, port))
            return port


def _said(log: Path) -> str:
    return log.read_text(errors="replace")[-_LAST_WORDS:].strip()
