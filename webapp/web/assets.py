"""Static files under a prefix that names their content, so that browsers keep them for ever."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, cast

from whitenoise import WhiteNoise

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Flask

_A_YEAR = 31_536_000


def init_app(app: Flask, folder: Path) -> None:
    """Serve ``folder`` in front of the app; templates reach a file through ``asset(path)``."""
    prefix = f"/static/{_digest(folder)}/"
    served = WhiteNoise(app.wsgi_app, max_age=_A_YEAR, allow_all_origins=False)
    served.add_files(str(folder), prefix=prefix)  # pyright: ignore[reportUnknownMemberType]
    app.wsgi_app = cast("object", served)  # type: ignore[assignment]

    def asset(path: str) -> str:
        return prefix + path

    app.add_template_global(asset, "asset")


def _digest(folder: Path) -> str:
    summed = hashlib.sha256()
    for file in sorted(folder.rglob("*")):
        if file.is_file():
            summed.update(str(file.relative_to(folder)).encode())
            summed.update(file.read_bytes())
    return summed.hexdigest()[:12]
