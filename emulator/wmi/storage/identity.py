"""ObjectId and UniqueId of storage objects, and how the views make them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from emulator.host.identifiers import derived_guid

if TYPE_CHECKING:
    from emulator.host import Host

#: Status values (MSFT_StorageObject's classes, "HealthStatus", "OperationalStatus").
HEALTHY, OK = 0, 2


#: The short names of the kinds of objects.
_KINDS = {
    "Disk": "DI",
    "Partition": "PR",
    "PhysicalDisk": "PD",
    "StoragePool": "SP",
    "StorageProvider": "PV",
    "StorageSubSystem": "SS",
    "Volume": "VO",
}


def object_id(host: Host, kind: str, identifier: str) -> str:
    """The key of an object: server, provider, and the object with its kind, as Windows writes it."""
    provider = derived_guid(host.hardware.firmware.uuid, "storage provider").lower()
    place = f"\\\\{host.name}\\root/Microsoft/Windows/Storage/Providers_v2"
    return f'{{1}}{place}\\SPACES_{kind}.ObjectId="{{{provider}}}:{_KINDS[kind]}:{identifier}"'
