"""A bare Flask application: one page from a plain template, with no hooks and nothing else."""

from __future__ import annotations

import gzip
import json
import os
import re
from pathlib import Path

from flask import Flask, Response, render_template

FOLDER = "OPENSLOT_BENCH_BARE"
"""The environment variable that names the folder of the template, its data, and the light page."""
TEMPLATE = "page.html"
DATA = "data.json"
LIGHT = "light.html"
_FURNITURE = re.compile(r'<link rel="stylesheet"[^>]*>|<script\b.*?</script>', re.DOTALL)


def create_app() -> Flask:
    """Return the application, for gunicorn."""
    folder = Path(os.environ[FOLDER])
    app = Flask(__name__, template_folder=str(folder), static_folder=None)
    app.jinja_env.keep_trailing_newline = True
    data = json.loads((folder / DATA).read_text("utf-8"))
    light = gzip.compress((folder / LIGHT).read_bytes())

    @app.get("/")
    def page() -> str:
        return render_template(TEMPLATE, **data)

    @app.get("/light")
    def light_page() -> Response:
        """Answer with the page as it would be without a style sheet and a script."""
        return Response(light, mimetype="text/html", headers={"Content-Encoding": "gzip"})

    return app


def without_furniture(page: str) -> str:
    """Return the page without its style sheet and its scripts."""
    return _FURNITURE.sub("", page)
