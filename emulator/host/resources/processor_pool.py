"""The virtual processors that run on the host."""

from typing import TYPE_CHECKING

from emulator.host.errors import LimitExceeded
from emulator.host.resources.holdings import Holdings

if TYPE_CHECKING:
    from emulator.host.host import Host

#: ERROR_NO_SYSTEM_RESOURCES.
NO_RESOURCES = 0x800705AA


class ProcessorPool:
    """How many virtual processors each machine that has a worker process holds."""

    def __init__(self, host: "Host") -> None:
        self.host = host
        self._held = Holdings()

    def seed(self) -> None:
        self._held.clear()

    @property
    def assigned(self) -> int:
        """Virtual processors that run."""
        return self._held.assigned

    @property
    def limit(self) -> int:
        """Most virtual processors that may run: the release's number, and its ratio to logical processors
        (8 in 2008 R2)."""
        limits, processors = self.host.release.limits, self.host.hardware.logical_processors
        return min(
            limits.host_virtual_processors, limits.virtual_processors_per_logical_processor * processors
        )

    def held_by(self, owner: str) -> int:
        """Virtual processors of the machine of a GUID that run."""
        return self._held.of(owner)

    def require(self, owner: str, count: int) -> None:
        """Raise LimitExceeded unless the machine of a GUID could run ``count`` virtual processors."""
        if self._held.others(owner) + count > self.limit:
            raise LimitExceeded(
                f"The computer cannot run more than {self.limit} virtual processors.",
                code=32768,
                hresult=NO_RESOURCES,
            )

    def take(self, owner: str, count: int) -> None:
        """Let the machine of a GUID run ``count`` virtual processors; 0 when it stops."""
        self._held.put(owner, count)
