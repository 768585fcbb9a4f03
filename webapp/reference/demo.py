"""Everything at once on one machine, until Ctrl-C: reference servers, the site, its worker."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from webapp.reference import story
from webapp.reference.clock import Clock
from webapp.reference.texts.account import ACCOUNT_SID, AUTH_TOKEN, PATH

if TYPE_CHECKING:
    from types import FrameType

_ROOT = Path(__file__).parents[2]
_HOST = "127.0.0.1"
_DIARY_PORT = 8701
"""The bundled practices' files name it."""
_SITE_PORT = 8700
_HOST_PAGES_PORT = 8702
"""Their origin, by the name `localhost`, stands in the bundled practices' files."""
_MAIL_PORT = 8725
_PATIENCE_SECONDS = 30
_GOODBYE_SECONDS = 10


_STORY_SLUG = "harbour-physio"
_STORY = """\
Two patients there want something sooner. Press Cancel beside any appointment of the next days in
  {diary}/harbour-physio/ and within seconds the first of them gets a text, a few
moments later the second. Open a link, take it: the other link then says that it has gone.
"""


class _Ended(Exception):
    """Somebody asked us to stop."""


def main() -> int:
    """Start what a newcomer needs, print where it is, and end all of it together."""
    port = int(os.environ.get("PORT", str(_SITE_PORT)))
    for wanted, what in (
        (_DIARY_PORT, "the reference diary"),
        (_HOST_PAGES_PORT, "the practice's own web site"),
        (_MAIL_PORT, "the inbox"),
        (port, "the site"),
    ):
        if _is_taken(wanted):
            print(
                f"Port {wanted}, which {what} needs, is in use: end what holds it"
                + (", or choose another with PORT=8800 make run." if wanted == port else "."),
                file=sys.stderr,
            )
            return 1
    for one in (signal.SIGTERM, signal.SIGINT):
        signal.signal(one, _end)
    environment = {
        "OPENSLOT_MODE": "development",
        "OPENSLOT_BASE_URL": f"http://{_HOST}:{port}",
    } | os.environ
    running: list[subprocess.Popen[bytes]] = []
    try:
        running.append(_start(_reference(port), environment))
        _wait_for(_DIARY_PORT, running)
        # Without aiosmtpd there is no inbox, and the diary has said so.
        has_inbox = _is_taken(_MAIL_PORT)
        if has_inbox:
            environment.setdefault("OPENSLOT_SMTP_URL", f"smtp://{_HOST}:{_MAIL_PORT}")
        environment.setdefault("OPENSLOT_SMS_URL", _texts_url())
        _flask(["db", "upgrade"], environment)
        running.append(_start(_gunicorn(port), environment))
        running.append(_start(_worker(), environment))
        running.append(_start(_host_pages(port), environment))
        _wait_for(port, running)
        _tell(port, has_inbox=has_inbox, has_story=_tell_story(port, environment))
        while all(one.poll() is None for one in running):
            time.sleep(0.5)
        print("One of the parts has ended; ending the others.", file=sys.stderr)
    except _Ended:
        return 0
    finally:
        _stop(running)
    return 1


def _reference(port: int) -> list[str]:
    return [
        "webapp.reference",
        "--port",
        str(_DIARY_PORT),
        "--smtp-port",
        str(_MAIL_PORT),
        "--texts-inbound-url",
        f"http://{_HOST}:{port}/texts/inbound",
    ]


def _texts_url() -> str:
    return f"http://{ACCOUNT_SID}:{AUTH_TOKEN}@{_HOST}:{_DIARY_PORT}{PATH}"


def _worker() -> list[str]:
    return ["flask", "--app", "wsgi", "outbox", "work"]


def _host_pages(port: int) -> list[str]:
    site = f"http://{_HOST}:{port}"
    return ["webapp.reference.hostpages", "--port", str(_HOST_PAGES_PORT), "--site", site]


def _gunicorn(port: int) -> list[str]:
    return [
        "gunicorn",
        "--bind",
        f"{_HOST}:{port}",
        "--worker-class",
        "gthread",
        "--workers",
        "1",
        "--threads",
        "8",
        "--log-level",
        "warning",
        "--no-control-socket",
        "wsgi:app",
    ]


def _tell(port: int, *, has_inbox: bool, has_story: bool) -> None:
    site, diary = f"http://{_HOST}:{port}", f"http://{_HOST}:{_DIARY_PORT}"
    print(
        "\nOpenslot is running, with five made-up practices:\n"
        f"  Book as a patient       {site}/\n"
        f"    with several rooms    {site}/harbour-physio/\n"
        f"    with one room         {site}/elm-tree-clinic/   (Updox is told: see its diary)\n"
        f"    that asks what for    {site}/riverside-physio/ (Cliniko)\n"
        f"    at the dentist's      {site}/bridge-street-dental/ (Open Dental)\n"
        f"    on a third diary      {site}/meadow-clinic/ (Valomnia)\n"
        f"    on its own web site   http://localhost:{_HOST_PAGES_PORT}/\n"
        f"  Build the snippet       {site}/harbour-physio/embed\n"
        f"  The practices' diaries  {diary}/\n"
        + (f"  Mail that was sent      {diary}/inbox/\n" if has_inbox else "")
        + f"  Texts that were sent    {diary}/inbox/texts/\n"
        + (_STORY.format(diary=diary) if has_story else "")
        + "Ctrl-C ends it.\n",
        flush=True,
    )


def _start(module: list[str], environment: dict[str, str]) -> subprocess.Popen[bytes]:
    # A session of its own: Ctrl-C reaches this process alone, which then ends the parts in order.
    return subprocess.Popen(  # noqa: S603 - our own modules
        [sys.executable, "-m", *module],
        cwd=_ROOT,
        env=environment,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )


def _tell_story(port: int, environment: dict[str, str]) -> bool:
    """Put the story's patients on the ASAP list afresh; say whether that worked."""
    if "OPENSLOT_PRACTICES" in environment:
        # Real practices, perhaps: nobody made up belongs there.
        return False
    for patient in story.PATIENTS:
        _flask(["privacy", "erase", "--email", patient.email], environment)
    try:
        story.tell(f"http://{_HOST}:{port}", _STORY_SLUG, Clock().now().date())
    except story.StoryUntold as error:
        print(f"Nobody is on the ASAP list: {error}.", file=sys.stderr)
        return False
    return True


def _flask(arguments: list[str], environment: dict[str, str]) -> None:
    command = [sys.executable, "-m", "flask", "--app", "wsgi", *arguments]
    subprocess.run(  # noqa: S603 - our own command
        command, cwd=_ROOT, env=environment, check=True, capture_output=True, text=True
    )


def _wait_for(port: int, running: list[subprocess.Popen[bytes]]) -> None:
    ends = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < ends and all(one.poll() is None for one in running):
        if _is_taken(port):
            return
        time.sleep(0.1)
    raise SystemExit(f"Nothing answers on port {port}; what it printed stands above.")


def _is_taken(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex((_HOST, port)) == 0


def _stop(running: list[subprocess.Popen[bytes]]) -> None:
    for one in reversed(running):
        one.terminate()
    for one in running:
        try:
            one.wait(_GOODBYE_SECONDS)
        except subprocess.TimeoutExpired:
            one.kill()


def _end(_signal: int, _frame: FrameType | None) -> None:
    raise _Ended


if __name__ == "__main__":
    sys.exit(main())
