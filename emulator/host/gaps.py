"""What somebody asked of the machine that is not emulated. Gaps are loud: doors record each here by name."""

from datetime import datetime
from typing import TYPE_CHECKING

from emulator.record import MutableRecord

if TYPE_CHECKING:
    from emulator.host.host import Host

# Different gaps that are remembered; a client that invents names cannot fill the memory.
MAXIMUM_GAPS = 1000
_LONGEST_NAME = 256


class Gap(MutableRecord):
    """``kind`` is what sort of thing it is (program, cmdlet, class ...), ``count`` how often it was asked
    for."""

    kind: str
    name: str
    count: int
    first: datetime
    last: datetime


class Gaps:
    """Gaps in order of their first occurrence. They outlive ``host.reset``: they are about the emulator."""

    def __init__(self, host: "Host") -> None:
        self.host = host
        self._gaps: dict[tuple[str, str], Gap] = {}

    def record(self, kind: str, name: str) -> None:
        """Count a gap; beyond the bound new ones are dropped."""
        with self.host.looking():
            now, key = self.host.clock.now(), (kind, name[:_LONGEST_NAME])
            gap = self._gaps.get(key)
            if gap is not None:
                gap.count += 1
                gap.last = now
            elif len(self._gaps) < MAXIMUM_GAPS:
                self._gaps[key] = Gap(kind, key[1], 1, now, now)

    def entries(self) -> list[Gap]:
        """All gaps, oldest first."""
        with self.host.looking():
            return list(self._gaps.values())

    def counts(self, kind: str) -> dict[str, int]:
        """How often each thing of a kind was asked for."""
        return {gap.name: gap.count for gap in self.entries() if gap.kind == kind}

    def clear(self) -> None:
        """Forget all gaps."""
        with self.host.looking():
            self._gaps.clear()
