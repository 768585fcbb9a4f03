"""What every page here is allowed, and who may send its forms."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import abort, request

if TYPE_CHECKING:
    from flask import Response

_POLICY = (
    "default-src 'none'; style-src 'self'; frame-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)


def guard_page(response: Response) -> Response:
    """Allow nothing but own styles, frames and forms, unless a view has set a policy itself."""
    response.headers.setdefault("Content-Security-Policy", _POLICY)
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def refuse_other_sites() -> None:
    """Take no form from another web page that a browser on this machine happens to show."""
    origin = request.headers.get("Origin")
    if request.method == "POST" and origin not in {None, request.host_url.rstrip("/")}:
        abort(403)
