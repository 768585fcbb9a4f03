"""A practice's file whose diary is Valomnia, as a test wants it."""

from __future__ import annotations

import tomllib

PASSWORD = "the-password-that-no-sentence-may-show"

TEXT = f"""\
name = "Meadow Clinic"
phone = "0113 496 0789"
email = "hello@meadowclinic.example"
address = "3 Meadow Way, Leeds"
timezone = "Europe/London"
country = "GB"

[diary]
system = "valomnia"
url = "https://meadow.valomnia.example"
username = "openslot"
password = "{PASSWORD}"
appointment_category = "consultation"
slot_minutes = 40
buffer_minutes = 5
closed_days = [2026-12-25]

[diary.hours]
mon = ["09:00-12:20", "13:20-18:00"]

[[diary.places]]
id = "81"
name = "Garden Room"
customer_reference = "room-81"

[[diary.people]]
id = "811"
name = "Grace Adeyemi"
employee_reference = "emp-811"
"""

TABLE: dict[str, object] = tomllib.loads(TEXT)["diary"]
"""Its ``[diary]`` table."""
