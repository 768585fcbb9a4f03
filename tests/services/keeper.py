"""Runs one server, and ends it when whoever asked for it has gone, whatever way it went.

    python keeper.py FOLDER LAST_SIGNAL ACCOUNT COMMAND…

Each line on standard input is a signal's number, for the server, and is answered with an empty
line once it has been sent. The end of the input is the end of the asker, by SIGKILL too: the server
is sent LAST_SIGNAL, and its folder is removed. Otherwise this ends when the server does, and leaves
the folder alone. What the server says goes to standard error. ACCOUNT is ``UID:GID``, or empty for
our own. Nothing is imported but what comes with Python.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
from contextlib import suppress

_GOODBYE_SECONDS = 5


def main(folder: str, last_signal: str, account: str, *command: str) -> int:
    uid, _, gid = account.partition(":")
    server = subprocess.Popen(
        command,
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=sys.stderr,
        user=int(uid) if uid else None,
        group=int(gid) if gid else None,
        extra_groups=[] if account else None,
    )
    asker_has_gone = threading.Event()

    def heed() -> None:
        # Unbuffered: a buffer's lock, held while waiting for input, would trip up our own end
        with os.fdopen(0, "rb", buffering=0, closefd=False) as asker:
            for line in asker:
                server.send_signal(int(line))
                with suppress(BrokenPipeError):
                    os.write(1, b"\n")
        asker_has_gone.set()
        server.send_signal(int(last_signal))
        # A server that was stopped in its tracks hears of it only when it runs again
        server.send_signal(signal.SIGCONT)
        try:
            server.wait(_GOODBYE_SECONDS)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()
        shutil.rmtree(folder, ignore_errors=True)

    heeding = threading.Thread(target=heed, daemon=True)
    heeding.start()
    status = server.wait()
    if asker_has_gone.is_set():
        heeding.join()
    return status


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
