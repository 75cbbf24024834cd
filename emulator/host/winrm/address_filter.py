"""The IPv4Filter and IPv6Filter of WinRM: which of its addresses the machine listens on.

MS-WSMV 2.2.4.36: ``*`` is all, blank is none, else ranges ``first-last`` with commas between them.
"""

import ipaddress
from typing import Literal

from emulator.record import Record

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
_MAXIMUM_RANGES = 256


class AddressFilter(Record):
    """Ranges of addresses of one family; ``everything`` lets all of the family through."""

    version: Literal[4, 6]
    everything: bool
    ranges: tuple[tuple[Address, Address], ...] = ()

    def accepts(self, address: Address) -> bool:
        """Whether the machine listens on one of its addresses; those of the other family never pass."""
        if address.version != self.version:
            return False
        return self.everything or any(int(low) <= int(address) <= int(high) for low, high in self.ranges)


def parse_filter(text: str, version: Literal[4, 6]) -> AddressFilter:
    """The filter of a setting. Raises ValueError."""
    parts = [part.strip() for part in text.split(",")]
    if "*" in parts:
        return AddressFilter(version, True)
    if len(parts) > _MAXIMUM_RANGES:
        raise ValueError("too many ranges")
    ranges = tuple(_range(part, version) for part in parts if part or len(parts) > 1)
    return AddressFilter(version, False, ranges)


def _range(text: str, version: int) -> tuple[Address, Address]:
    first, dash, last = text.partition("-")
    low = ipaddress.ip_address(first.strip())
    high = ipaddress.ip_address(last.strip()) if dash else low
    if low.version != version or high.version != version or int(low) > int(high):
        raise ValueError(f"{text!r} is no range of IPv{version} addresses")
    return low, high
