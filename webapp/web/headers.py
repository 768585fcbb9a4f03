"""The headers of every answer: what a browser may load, keep, send on, and frame."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Flask, g, request

if TYPE_CHECKING:
    from flask import Response

_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; "
    "img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors {ancestors}"
)
_FIXED = {
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
}


def init_app(app: Flask) -> None:
    """Add the headers to every answer of the app."""

    @app.after_request
    def secure(response: Response) -> Response:
        headers = response.headers
        for name, value in _FIXED.items():
            headers.setdefault(name, value)
        origins: tuple[str, ...] = g.get("framed_by", ())
        headers["Content-Security-Policy"] = _POLICY.format(
            ancestors=" ".join(origins) if origins else "'none'"
        )
        headers.setdefault(
            "Referrer-Policy", "no-referrer" if g.get("is_private") else "same-origin"
        )
        if g.get("is_private"):
            headers["Cache-Control"] = "no-store"
        else:
            # Asked again each time, but kept for Back: what was typed must still stand there.
            headers.setdefault("Cache-Control", "private, no-cache")
        if g.get("varies_by_destination"):
            headers.add("Vary", "Sec-Fetch-Dest")
        if request.is_secure:
            headers.setdefault("Strict-Transport-Security", "max-age=31536000")
        return response


def allow_framing_by(origins: tuple[str, ...]) -> None:
    """Let pages of these origins, and no others, frame the answer to this request."""
    g.framed_by = origins


def forbid_framing() -> None:
    """Let nobody frame the answer to this request: it acts on something."""
    g.framed_by = ()


def keep_private() -> None:
    """Mark this answer's URL as secret: stored nowhere, told to nobody."""
    g.is_private = True
