"""A practice's file whose diary is Open Dental, as a test wants it."""

from __future__ import annotations

import tomllib

DEVELOPER = "developer-key-that-no-sentence-may-show"
CUSTOMER = "customer-key-that-no-sentence-may-show"

TEXT = f"""\
name = "Bridge Street Dental"
phone = "0114 496 0345"
email = "desk@bridgestreetdental.example"
address = "8 Bridge Street, Sheffield"
timezone = "Europe/London"
country = "GB"

[diary]
system = "opendental"
url = "https://api.opendental.example/api/v1"
developer_key = "{DEVELOPER}"
customer_key = "{CUSTOMER}"
length_minutes = 30
"""

TABLE: dict[str, object] = tomllib.loads(TEXT)["diary"]
"""Its ``[diary]`` table."""
