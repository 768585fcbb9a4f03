"""A program that reads the description tries all that it allows, and all that it does not."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.asap.api.client import Client, authorization, keep_entry, wanted
from tests.reference_process import ELM_TREE, HARBOUR
from tests.site.asap import offer, offers, on_the_list
from tests.site.ground import Site, free_slot
from tests.web.sites import served

OPTIONS = (
    "--checks=all",
    # What the description allows may be refused all the same, for what the diary says or for two
    # answers that do not go together: 400 says why.
    "--exclude-checks=positive_data_acceptance",
    "--max-examples=30",
    "--seed=20261120",
    "--generation-database=none",
    "--no-color",
)
CONFIGURATION = """
[dictionaries.op]
values = {op}
[dictionaries.aptNum]
values = {aptNum}
[dictionaries.dateTimeStart]
values = {dateTimeStart}

[[operations]]
include-operation-id = "createAsapComm"
[operations.parameters]
"body.op" = {{ dictionary = "op", probability = 0.8 }}
"body.aptNum" = {{ dictionary = "aptNum", probability = 0.8 }}
"body.dateTimeStart" = {{ dictionary = "dateTimeStart", probability = 0.8 }}
"""
"""What there is to offer, to whom: without it no POST would get past the first look."""
LONGEST_SECONDS = 600
"""Only so that a hang ends: it takes a fraction of this."""


@pytest.mark.slow
@pytest.mark.parametrize(
    "database_url",
    # The database that minds more what it is given.
    [pytest.param("postgresql", marks=pytest.mark.postgres)],
    indirect=True,
)
def test_it_finds_no_fault(site: Site, client: Client, tmp_path: Path) -> None:
    """Among others no 500, no answer of another form than the description's, no way in."""
    waiting, other = on_the_list(site), keep_entry(site, HARBOUR.slug)
    keep_entry(site, ELM_TREE.slug)
    offer(site, free_slot(site.diary), waiting)
    bodies = [
        wanted(free_slot(site.diary, at=at), who) for at in (2, 3) for who in (waiting, other)
    ]
    values = {name: json.dumps([one[name] for one in bodies]) for name in bodies[0]}
    (tmp_path / "schemathesis.toml").write_text(CONFIGURATION.format(**values))
    with served(site.app) as begins:
        run = subprocess.run(
            [
                sys.executable,
                "-m",
                "schemathesis.cli",
                "run",
                f"{begins}/api/{HARBOUR.slug}/openapi.json",
                f"--header=Authorization: {authorization(HARBOUR.slug)}",
                *OPTIONS,
            ],
            cwd=tmp_path,
            check=False,
            capture_output=True,
            text=True,
            timeout=LONGEST_SECONDS,
        )
    assert run.returncode == 0, run.stdout + run.stderr
    assert "4 selected / 4 total" in run.stdout
    assert len(offers(site)) > 1, "some POST has got all the way"
    assert client.get("/asapcomms")
