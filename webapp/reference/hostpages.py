"""A made-up practice's own web site, which shows online booking in each of its ways.

    python -m webapp.reference.hostpages --port 8702 --site http://127.0.0.1:8700

It stands on another origin than the booking site, by another host name, and under a policy as
strict as a careful web designer's: what works here needs no more anywhere.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

from typing_extensions import override

if TYPE_CHECKING:
    from collections.abc import Callable

_HOST = "127.0.0.1"
_SLUG = "harbour-physio"
_STYLE = """
body { margin: 0 auto; max-width: 60rem; padding: 1rem; font: 1.1rem/1.5 Georgia, serif;
  color: #222; background: #fff; }
nav a { margin-inline-end: 1rem; }
.call { display: inline-block; padding: .75rem 1.5rem; border: 0; border-radius: .4rem;
  background: #14213d; color: #fff; font: inherit; text-decoration: none; cursor: pointer; }
"""


@dataclass(frozen=True, slots=True)
class _Way:
    title: str
    words: str
    snippet: Callable[[str], str]


def _link(site: str, words: str = "Book online", extra: str = "") -> str:
    return f'<a {extra}href="{site}/{_SLUG}/">{words}</a>'


_WAYS = {
    "inline": _Way(
        "In the page",
        "The widget is part of the page and as tall as what it shows.",
        lambda site: f'<openslot-booking practice="{_SLUG}">{_link(site)}</openslot-booking>',
    ),
    "div": _Way(
        "In the page, for site builders",
        "The same from a div, where unknown tags are stripped; here in the host's own accent.",
        lambda site: f'<div data-openslot="{_SLUG}" data-accent="#14213d">{_link(site)}</div>',
    ),
    "dialog": _Way(
        "In a dialog",
        "Any link or button opens it; the link still works where scripts do not.",
        lambda site: _link(
            site, "Book an appointment", f'class="call" data-openslot-dialog="{_SLUG}" '
        ),
    ),
    "floating": _Way(
        "From a floating button",
        "A button that stays in the corner.",
        lambda site: (
            f'<openslot-booking practice="{_SLUG}" show="floating" accent="#14213d">'
            f"{_link(site)}</openslot-booking>"
        ),
    ),
}


def main(arguments: list[str] | None = None) -> int:
    """Serve until ended."""
    parser = argparse.ArgumentParser(
        description=__doc__, prog="python -m webapp.reference.hostpages"
    )
    parser.add_argument("--port", type=int, default=8702)
    parser.add_argument("--site", default="http://127.0.0.1:8700")
    options = parser.parse_args(arguments)
    site: str = options.site.rstrip("/")
    handler = type("Handler", (_Pages,), {"site": site})
    with ThreadingHTTPServer((_HOST, options.port), handler) as server:
        print(f"host pages ready on http://localhost:{server.server_port}", flush=True)
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            return 0
    return 0


class _Pages(BaseHTTPRequestHandler):
    site = ""

    def do_GET(self) -> None:
        path = self.path.partition("?")[0].strip("/")
        if path == "host.css":
            self._answer(200, "text/css", _STYLE)
        elif path == "":
            self._answer(200, "text/html", _page("A practice's own site", _contents()))
        elif path in _WAYS:
            way = _WAYS[path]
            body = f"<p>{way.words}</p>\n{way.snippet(self.site)}\n<p>And the page goes on.</p>"
            script = f'<script async src="{self.site}/embed.js"></script>'
            self._answer(200, "text/html", _page(way.title, body + script))
        else:
            self._answer(404, "text/html", _page("Not here", _contents()))

    def _answer(self, status: int, kind: str, text: str) -> None:
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.send_header(
            "Content-Security-Policy",
            f"default-src 'none'; script-src 'self' {self.site}; frame-src {self.site}; "
            "style-src 'self'",
        )
        self.end_headers()
        self.wfile.write(body)

    @override
    def log_message(self, format: str, *args: object) -> None:
        """Say nothing of each request."""


def _contents() -> str:
    rows = "\n".join(
        f'<li><a href="/{path}">{way.title}</a>: {way.words}</li>' for path, way in _WAYS.items()
    )
    return f"<ul>\n{rows}\n</ul>"


def _page(title: str, body: str) -> str:
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<link rel="stylesheet" href="/host.css">
<link rel="icon" href="data:,">
</head>
<body>
<nav><a href="/">Harbour Physiotherapy (its own site)</a></nav>
<main>
<h1>{title}</h1>
{body}
</main>
</body>
</html>
"""


if __name__ == "__main__":
    sys.exit(main())
