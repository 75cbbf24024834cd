"""The host's memory and who holds it."""

from typing import TYPE_CHECKING

from emulator.host.errors import OutOfMemory
from emulator.host.resources.holdings import Holdings

if TYPE_CHECKING:
    from emulator.host.host import Host

_MEBIBYTE = 1 << 20
_GIBIBYTE = 1 << 30


class MemoryPool:
    """Memory that virtual machines take from the host. Sizes in bytes.

    ``total`` is what the edition and the release let Windows use of the installed memory. ``reserve`` is
    kept for the parent partition: 384 MB and 30 MB for each GB (Microsoft's rule of thumb, "Hyper-V memory
    reserve").
    """

    def __init__(self, host: "Host") -> None:
        self.host = host
        self.total = min(
            host.hardware.memory, host.profile.edition.maximum_memory, host.release.limits.host_memory
        )
        self.reserve = min(384 * _MEBIBYTE + 30 * _MEBIBYTE * (self.total // _GIBIBYTE), self.total // 2)
        self._held = Holdings()

    def seed(self) -> None:
        self._held.clear()

    @property
    def assigned(self) -> int:
        """Bytes that virtual machines hold."""
        return self._held.assigned

    @property
    def available(self) -> int:
        """Bytes that a virtual machine could still get."""
        return max(0, self.total - self.reserve - self._held.assigned)

    @property
    def holders(self) -> int:
        """How many virtual machines hold memory."""
        return len(self._held)

    def held_by(self, owner: str) -> int:
        """Bytes that the virtual machine of a GUID holds."""
        return self._held.of(owner)

    def require(self, owner: str, size: int) -> None:
        """Raise OutOfMemory unless the virtual machine of a GUID could hold ``size`` bytes in all."""
        if size - self._held.of(owner) > self.available:
            raise OutOfMemory()

    def take(self, owner: str, size: int) -> None:
        """Let the virtual machine of a GUID hold ``size`` bytes in all; 0 gives everything back.

        Raises OutOfMemory and changes nothing when it does not fit.
        """
        self.require(owner, size)
        self._held.put(owner, size)
