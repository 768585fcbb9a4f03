from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.reference.cliniko.clinic import Clinic

if TYPE_CHECKING:
    import requests

    from tests.reference_process import ReferenceDiary


@pytest.fixture
def clinic(diary: ReferenceDiary, http: requests.Session) -> Clinic:
    """A customer of Cliniko's, at the physiotherapists by the river."""
    return Clinic(diary, http)
