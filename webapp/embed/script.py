"""Serves the one script that a host page loads, at an address that never changes."""

from __future__ import annotations

import hashlib
from pathlib import Path

from flask import Blueprint, Response, request

blueprint = Blueprint("embed_script", __name__)
_SCRIPT = (Path(__file__).parents[2] / "static" / "embed" / "embed.js").read_bytes()
_TAG = hashlib.sha256(_SCRIPT).hexdigest()[:16]
_AN_HOUR = 3600


@blueprint.get("/embed.js")
def embed_script() -> Response:
    """Serve the script: kept for an hour, since its address cannot name its content."""
    response = Response(_SCRIPT, content_type="text/javascript; charset=utf-8")
    response.set_etag(_TAG)
    response.headers["Cache-Control"] = f"public, max-age={_AN_HOUR}"
    # A host page that isolates itself may load it all the same.
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    response.make_conditional(request)
    return response
