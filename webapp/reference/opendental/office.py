"""What stands behind one practice's Open Dental address."""

from __future__ import annotations

from typing import TYPE_CHECKING

from webapp.reference.opendental.asap import Comms
from webapp.reference.opendental.records import Records
from webapp.reference.opendental.throttle import Throttle

if TYPE_CHECKING:
    from webapp.reference.practice import Practice


class Office:
    """A practice's appointments, patients, texts and throttle."""

    def __init__(self, practice: Practice) -> None:
        self.records = Records(practice)
        self.comms = Comms(practice, self.records)
        self.throttle = Throttle()
