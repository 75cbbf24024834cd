"""What was found out about the machine and stays true until its next change."""

from __future__ import annotations

from collections.abc import Hashable
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from emulator.host import Host

Kept = TypeVar("Kept")


class RevisionMemory(Generic[Kept]):
    """A bounded memory that is empty after every change of the machine. Use it with the host held still.

    Only what follows the host's revision may be kept: values and memberships that move with time alone are
    not told apart.
    """

    def __init__(self, host: Host, maximum_weight: int) -> None:
        self._host = host
        self._maximum = maximum_weight
        self._weight = 0
        self._revision = -1
        self._kept: dict[Hashable, Kept] = {}

    def get(self, key: Hashable) -> Kept | None:
        """What was kept since the last change."""
        return self._kept.get(key) if self._revision == self._host.revision else None

    def keep(self, key: Hashable, value: Kept, weight: int = 1) -> None:
        """Keep a value; when it would get too much, what was kept before goes."""
        revision = self._host.revision
        if self._revision != revision or self._weight + weight > self._maximum:
            self._kept, self._weight, self._revision = {}, 0, revision
        if weight <= self._maximum:
            self._kept[key] = value
            self._weight += weight
