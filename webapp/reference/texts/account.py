"""The one made-up account that the gateway knows, printed here for everybody to use."""

from __future__ import annotations

ACCOUNT_SID = "AC" + "0" * 32
AUTH_TOKEN = "demo-texts-token"  # noqa: S105 - it opens nothing but a stand-in on this machine
SERVICE_SENDER = "+447700900800"
"""The number that every messaging service sends from; one of Ofcom's, kept for fiction."""

API_VERSION = "2010-04-01"
PATH = f"/sms/{API_VERSION}"
"""Where the API stands on this server; at Twilio it is ``https://api.twilio.com/2010-04-01``."""
