"""A deployment of two practices with a list each, whose promises are kept one by one."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, cast

from tests.appointments.desk import ObedientDiary
from tests.appointments.stored import claimed
from tests.asap.ground import TOKENS, with_a_list
from tests.asap.texters import LINKS, diary_with_the_slot
from webapp.appointments.handlers import Post
from webapp.asap.handlers import Handlers
from webapp.availability.asking import Patience
from webapp.availability.keeping import Keeping
from webapp.availability.service import Availability

if TYPE_CHECKING:
    from tests.appointments.stored import Sessions
    from tests.availability.fakes import FakeDiary
    from webapp.diaries.port import Diary
    from webapp.notify.texts import TextGateway
    from webapp.practices.model import Practice

AUTOMATIC = with_a_list(automatic=True)
ELM = AUTOMATIC.model_copy(update={"slug": "elm"})


@dataclass
class Deployment:
    """Two practices, Harbour and Elm, each with a diary in which one slot is free."""

    sessions: Sessions
    gateway: TextGateway | None = None
    mail_server: str = ""
    practices: dict[str, Practice] = field(
        default_factory=lambda: {one.slug: one for one in (AUTOMATIC, ELM)}
    )
    free: dict[str, FakeDiary] = field(
        default_factory=lambda: {one: diary_with_the_slot() for one in ("harbour", "elm")}
    )

    def __post_init__(self) -> None:
        patience = Patience(pause_after_failure=0)
        self.availability = {
            slug: Availability(one, self.free[slug], Keeping(), patience=patience)
            for slug, one in self.practices.items()
        }

    @property
    def handlers(self) -> Handlers:
        return Handlers(
            practices=self.practices,
            diaries={slug: cast("Diary", ObedientDiary()) for slug in self.practices},
            availability=self.availability,
            new_session=self.sessions,
            tokens=TOKENS,
            post=Post(server=self.mail_server, sender="", links_begin=LINKS),
            gateway=self.gateway,
        )

    def keep(self, kind: str, subject_id: int, *, attempts: int = 1, slug: str = "harbour") -> None:
        """Keep a promise as the worker does; what the handler raises comes out."""
        promise = replace(claimed(subject_id, kind, slug=slug), attempts=attempts)
        self.handlers.by_kind()[kind](promise)

    def close(self) -> None:
        for one in self.availability.values():
            one.close()
