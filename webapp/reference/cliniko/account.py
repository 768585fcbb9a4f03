"""What stands behind one practice's Cliniko address."""

from __future__ import annotations

from typing import TYPE_CHECKING

from webapp.reference.cliniko.budget import Budget
from webapp.reference.cliniko.records import Records

if TYPE_CHECKING:
    from webapp.reference.practice import Practice


class Account:
    """A practice's appointments and patients, and how many requests it has left."""

    def __init__(self, practice: Practice) -> None:
        self.records = Records(practice)
        self.budget = Budget()
