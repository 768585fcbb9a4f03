"""A handler that keeps many promises of one kind and practice in one go."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from webapp.outbox.claiming import Claimed
    from webapp.outbox.results import Result


@dataclass(frozen=True, slots=True)
class Together:
    """Keeps up to ``most`` promises at once, all of one kind and one practice.

    ``keep`` gets them in the order in which they were made, and returns what came of each by its
    id; one that it leaves out is tried later. What it raises, as a handler of one may, is said of
    all of them. It must end well before the lease of its claims does.
    """

    keep: Callable[[Sequence[Claimed]], Mapping[int, Result]]
    most: int
