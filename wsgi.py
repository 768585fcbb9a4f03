"""The application, for gunicorn and for Flask's command line."""

from __future__ import annotations

import sys

from webapp.app import create_app
from webapp.config import SettingsError
from webapp.web.logging import set_up

set_up()
try:
    app = create_app()
except SettingsError as error:
    sys.exit(f"Openslot cannot start.\n{error}")
