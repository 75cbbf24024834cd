"""World wide port names of virtual fibre channel adapters: the host gives them from its own range."""

import zlib
from typing import TYPE_CHECKING

from emulator.host.errors import InvalidParameter, LimitExceeded
from emulator.host.host_object import operation

if TYPE_CHECKING:
    from emulator.host.host import Host

#: Names that one call may take.
MAXIMUM_AT_ONCE = 256
#: Node name of every adapter, unless the host has another one (Hyper-V's own).
NODE_NAME = "C003FF0000FFFF00"
_PREFIX = "C003FF"


def default_range(host_name: str) -> tuple[str, str]:
    """First and last name: Microsoft's prefix, three octets of the host's own (chosen), and 0000 to FFFF."""
    own = f"{_PREFIX}{zlib.crc32(host_name.encode()) & 0xFFFFFF:06X}"
    return f"{own}0000", f"{own}FFFF"


class WorldWideNames:
    """The generator; a name is given once."""

    def __init__(self, host: "Host") -> None:
        self.host = host
        self._given: set[int] = set()

    def seed(self) -> None:
        """Nothing was given."""
        self._given.clear()

    def next_name(self) -> str:
        """The name that is given next. Raises LimitExceeded."""
        return self._free(1)[0]

    @operation
    def take(self, count: int) -> list[str]:
        """Give names, all or none. Raises InvalidParameter, LimitExceeded when the range has not so many
        left."""
        if not 1 <= count <= MAXIMUM_AT_ONCE:
            raise InvalidParameter(f"From 1 to {MAXIMUM_AT_ONCE} names are given at once.")
        names = self._free(count)
        self._given |= {int(name, 16) for name in names}
        self.host.next_revision()
        return names

    def _free(self, count: int) -> list[str]:
        settings = self.host.settings
        low, high = int(settings.wwpn_minimum, 16), int(settings.wwpn_maximum, 16)
        found: list[str] = []
        for number in range(low, high + 1):
            if number not in self._given:
                found.append(f"{number:016X}")
                if len(found) == count:
                    return found
            if number - low > _LONGEST_SEARCH:
                break
        raise LimitExceeded("The range of world wide port names is used up.", code=32768)


_LONGEST_SEARCH = 1 << 17
