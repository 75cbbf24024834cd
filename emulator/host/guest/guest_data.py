"""What a guest keeps on its disks, and its host for it: pairs, files, network settings. Apart from any host.

It belongs to the state of the disks: checkpoints hold it, exports and moves take it along.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from emulator.record import Record

if TYPE_CHECKING:
    from emulator.host.guest.guest_files import GuestFile
    from emulator.host.guest.guest_network import GuestNetworkSettings
    from emulator.host.guest.key_value_pairs import PairSource

_NOTHING: Mapping[str, str] = MappingProxyType({})


class GuestData(Record):
    """It never changes."""

    pairs: "Mapping[PairSource, Mapping[str, str]]" = MappingProxyType({})
    files: "Mapping[str, GuestFile]" = MappingProxyType({})
    folders: frozenset[str] = frozenset()
    network_settings: "Mapping[str, GuestNetworkSettings]" = MappingProxyType({})

    def with_pairs_of(self, other: "GuestData", sources: "frozenset[PairSource]") -> "GuestData":
        """The same with the pairs of these sources from elsewhere."""
        kept = {source: pairs for source, pairs in self.pairs.items() if source not in sources}
        taken = {source: other.pairs.get(source, _NOTHING) for source in sources}
        return self.replaced(pairs={**kept, **taken})


EMPTY = GuestData()
