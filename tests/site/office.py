"""A dental office: the site, and the desk's own hand in its Open Dental."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import requests
import time_machine

from tests.reference_process import BRIDGE
from tests.site.asap import entries, offer
from tests.site.ground import Site, Slot, free_slot
from tests.site.own import work

OBI, SURGERY = 31, 21
ROUND = timedelta(minutes=4)
DORA = {"LName": "Quill", "FName": "Dora", "WirelessPhone": "07700 900555", "TxtMsgOk": "Yes"}
WHOLE_HEADER = {
    "Authorization": f"ODFHIR {BRIDGE.key}",
    "Content-Type": "application/json",
}


@dataclass
class Office:
    """The site, and the office's own hand in its Open Dental."""

    site: Site
    clock: time_machine.Traveller

    def slot(self, at: int) -> Slot:
        return free_slot(self.site.diary, OBI, SURGERY, slug=BRIDGE.slug, at=at)

    def ask(self, method: str, path: str, **body: object) -> Any:  # noqa: ANN401 - JSON
        address = f"{self.site.diary.opendental_url()}/{path}"
        answer = requests.request(
            method,
            address,
            data=json.dumps(body) if body else None,
            headers=WHOLE_HEADER,
            timeout=30,
        )
        answer.raise_for_status()
        return answer.json() if answer.content else None

    def write_down(self, slot: Slot, **said: object) -> int:
        """Give a patient of the office's an appointment that is on its ASAP list."""
        patient = self.ask("POST", "patients", **(DORA | said))["PatNum"]
        made = self.ask(
            "POST",
            "appointments",
            PatNum=patient,
            Op=SURGERY,
            ProvNum=OBI,
            AptDateTime=wall(slot),
            Pattern="XXXXXX",
            Note="Crown, lower left",
            Priority="ASAP",
        )
        return made["AptNum"]

    def appointment(self, number: int) -> dict[str, Any]:
        return self.ask("GET", f"appointments/{number}")

    def read_list(self) -> None:
        """Let a round pass, and the worker read the office's list."""
        self.clock.shift(ROUND)
        with self.site.app.app_context():
            self.site.app.extensions["openslot_chores"][-1].do()

    def mirror(self) -> None:
        """Let a round pass, and the worker do all its work."""
        self.read_list()
        work(self.site)

    def clear_list(self) -> None:
        """Take off it whom the demo office has on it, as though that had never been asked."""
        for one in self.ask("GET", "appointments/ASAP"):
            self.ask("PUT", f"appointments/{one['AptNum']}", Priority="Normal")
        self.site.diary.forget_calls(BRIDGE.slug)


def wall(slot: Slot) -> str:
    """Return when a slot begins, as Open Dental writes it."""
    day, at = slot.date, slot.time
    return f"{day[:4]}-{day[4:6]}-{day[6:]} {at[:2]}:{at[2:]}:00"


def offered(office: Office, at: int = 2) -> int:
    """Offer Dora a slot, and let the worker pass it on; return her appointment's number."""
    number = office.write_down(office.slot(12))
    office.mirror()
    offer(office.site, office.slot(at), *entries(office.site))
    work(office.site)
    return number
