"""The README's table of what each system can do is what the connectors declare."""

from __future__ import annotations

import re
from pathlib import Path

from tests.diaries.grounds import GROUNDS
from webapp.diaries.comparing import SYSTEMS, table
from webapp.diaries.port import Capability

README = Path(__file__).resolve().parents[2] / "README.md"


def test_the_readme_has_it_as_it_is_now():
    between = re.findall(
        r"<!-- what each system can do -->\n(.*?)<!-- end -->", README.read_text("utf-8"), re.DOTALL
    )
    assert between == [f"{table()}"], "run: flask --app wsgi diaries"


def test_it_speaks_of_every_capability_and_says_what_happens_without():
    rows = table().splitlines()[2:]
    assert len(rows) == len(Capability)
    assert all(cell.strip() for row in rows for cell in row.strip("|").split("|"))


def test_every_system_is_in_it():
    assert len(SYSTEMS) == len(GROUNDS)
