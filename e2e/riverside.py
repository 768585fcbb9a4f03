"""A practice of two houses whose patients say what they come for: its diary is Cliniko."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.reference_process import RIVERSIDE

if TYPE_CHECKING:
    from pathlib import Path

EMAIL = "desk@riversidephysio.example"


def write_riverside(folder: Path, *, diary_url: str, framed_by: str) -> None:
    """Write the file that lets the site know the practice at its start.

    Its first free time may be this very day, and can be moved and cancelled all the same.
    """
    (folder / f"{RIVERSIDE.slug}.toml").write_text(
        f"""\
name = "Riverside Physio"
phone = "020 7946 0456"
email = "{EMAIL}"
address = "3 Riverside Walk, London SW13"
timezone = "Europe/London"
country = "GB"

[diary]
system = "cliniko"
url = "{diary_url}"
api_key = "{RIVERSIDE.key}"
contact_email = "developers@riversidephysio.example"

[booking]
change_notice_hours = 0

[embed]
origins = ["{framed_by}"]
""",
        encoding="utf-8",
    )
