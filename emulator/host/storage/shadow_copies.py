"""Shadow copies of volumes (VSS): made, listed and deleted.

What a volume held is not kept: a shadow copy has its identity and its moment, and nothing can be read from
it. It takes no space.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from emulator.host.errors import HostError, NotFound, NotSupported
from emulator.host.host_object import operation

if TYPE_CHECKING:
    from emulator.host.host import Host
    from emulator.host.storage.filesystem.volume import Volume

#: Shadow copies of one volume that clients can see (documented).
MAXIMUM_CLIENT_ACCESSIBLE = 64
CLIENT_ACCESSIBLE = "ClientAccessible"
_PATH_PREFIX = "\\\\?\\volume{"


class UnknownContext(HostError):
    """Shadow copies of this kind cannot be made by hand."""

    default_text = "The shadow copy context is not supported."


class TooManyShadowCopies(HostError):
    """The volume has as many as it can have (VSS_E_MAXIMUM_NUMBER_OF_SNAPSHOTS_REACHED)."""

    hresult = 0x80042317
    default_text = "The specified volume has already reached its maximum number of shadow copies."


@dataclass(frozen=True, slots=True)
class ShadowCopy:
    """One shadow copy. ``number`` is that of its device."""

    id: str
    set_id: str
    volume: Volume
    number: int
    created: datetime

    @property
    def device(self) -> str:
        """The path of the copy as a device."""
        return f"\\\\?\\GLOBALROOT\\Device\\HarddiskVolumeShadowCopy{self.number}"


class ShadowCopies:
    """The shadow copies by GUID, oldest first. Those of a volume that is away are away too."""

    def __init__(self, host: Host) -> None:
        self.host = host
        self._copies: dict[str, ShadowCopy] = {}
        self._last_number = 0

    def __iter__(self) -> Iterator[ShadowCopy]:
        shown = {id(volume) for volume in self.host.filesystem.volumes}
        return iter([copy for copy in self._copies.values() if id(copy.volume) in shown])

    def get(self, identifier: str) -> ShadowCopy | None:
        """The copy of a GUID, with or without braces."""
        wanted = identifier.strip("{}").upper()
        return next((copy for copy in self if copy.id == wanted), None)

    @operation
    def create(self, volume: str, context: str = CLIENT_ACCESSIBLE) -> ShadowCopy:
        """Copy a volume, named by drive letter or by its GUID path. Raises NotFound, NotSupported (a disc),
        UnknownContext, TooManyShadowCopies."""
        found = self._volume(volume)
        if found is None:
            raise NotFound(f"There is no volume {volume:.64}.")
        if found.image:
            raise NotSupported("Shadow copies of the volume are not supported.")
        if context.casefold() != CLIENT_ACCESSIBLE.casefold():
            raise UnknownContext()
        if sum(copy.volume is found for copy in self) >= MAXIMUM_CLIENT_ACCESSIBLE:
            raise TooManyShadowCopies()
        self._last_number += 1
        host = self.host
        copy = ShadowCopy(host.new_guid(), host.new_guid(), found, self._last_number, host.clock.now())
        self._copies[copy.id] = copy
        host.next_revision()
        return copy

    @operation
    def delete(self, copy: ShadowCopy) -> None:
        """Forget a copy. Raises NotFound."""
        if self._copies.pop(copy.id, None) is None:
            raise NotFound("The shadow copy was not found.")
        self.host.next_revision()

    def _volume(self, name: str) -> Volume | None:
        from emulator.host.storage.disk_layout import partitions, volume_identifier

        plain = name.strip().rstrip("\\").lower()
        if plain.startswith(_PATH_PREFIX):
            guid = plain.removeprefix(_PATH_PREFIX).rstrip("}")
            return next(
                (each.volume for each in partitions(self.host) if volume_identifier(self.host, each) == guid),
                None,
            )
        is_letter = len(plain) == len("c:") and plain.endswith(":")
        return self.host.filesystem.volume(plain) if is_letter else None
