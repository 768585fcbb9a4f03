"""The ways of browsing that the same test is run in."""

from __future__ import annotations

import pytest

with_and_without_scripts = pytest.mark.parametrize(
    "scripts",
    [
        pytest.param(True, id="scripts"),
        pytest.param(
            False,
            id="no-scripts",
            marks=pytest.mark.browser_context_args(java_script_enabled=False),
        ),
    ],
)
"""The test's ``scripts`` says whether JavaScript runs."""
