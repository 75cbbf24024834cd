"""The storage provider of Windows itself, its subsystem and the pool of what is in no pool."""

from __future__ import annotations

from collections.abc import Iterator

from emulator.host.disk_layout import SECTOR, physical_disks
from emulator.host.identifiers import derived_guid
from emulator.wmi.rows import Row, RowView
from emulator.wmi.storage.identity import HEALTHY, OK, object_id


class StorageProvider(RowView):
    """The provider of Windows itself."""

    class_name = "MSFT_StorageProvider"
    constants = {
        "Manufacturer": "Microsoft Corporation",
        "Name": "Windows Storage Management Provider",
        "SupportsSubsystemRegistration": False,
        "Type": 2,
    }

    def rows(self) -> Iterator[Row]:
        identifier = derived_guid(self.host.hardware.firmware.uuid, "storage provider")
        values = {
            "ObjectId": object_id(self.host, "StorageProvider", identifier),
            "UniqueId": identifier,
            "Version": self.host.release.version,
        }
        yield Row(0, values)


class StorageSubSystem(RowView):
    """The disks of this machine."""

    class_name = "MSFT_StorageSubSystem"
    constants = {
        "HealthStatus": HEALTHY,
        "Manufacturer": "Microsoft Corporation",
        "Model": "Windows Storage",
        "OperationalStatus": [OK],
        "SupportsStoragePoolCreation": False,
        "SupportsVirtualDiskCreation": False,
        "SupportsVolumeCreation": False,
    }

    def rows(self) -> Iterator[Row]:
        name = self.host.operating_system.fully_qualified_name
        identifier = derived_guid(self.host.hardware.firmware.uuid, "storage subsystem")
        values = {
            "FriendlyName": f"Windows Storage on {self.host.name}",
            "Name": name,
            "ObjectId": object_id(self.host, "StorageSubSystem", identifier),
            "UniqueId": identifier,
        }
        yield Row(0, values)


class StoragePool(RowView):
    """The primordial pool: every drive, since no other pool is made here."""

    class_name = "MSFT_StoragePool"
    constants = {
        "ClearOnDeallocate": False,
        "FriendlyName": "Primordial",
        "HealthStatus": HEALTHY,
        "IsClustered": False,
        "IsPrimordial": True,
        "IsReadOnly": False,
        "LogicalSectorSize": SECTOR,
        "Name": "Primordial",
        "OperationalStatus": [OK],
        "PhysicalSectorSize": 4096,
        "SupportsDeduplication": True,
    }

    def rows(self) -> Iterator[Row]:
        disks = [disk for disk in physical_disks(self.host) if disk.virtual_disk is None]
        identifier = derived_guid(self.host.hardware.firmware.uuid, "primordial pool")
        values = {
            "AllocatedSize": sum(part.size for disk in disks for part in disk.partitions),
            "ObjectId": object_id(self.host, "StoragePool", identifier),
            "Size": sum(disk.size for disk in disks),
            "UniqueId": identifier,
        }
        yield Row(0, values)


class InitiatorPort(RowView):
    """The fibre channel ports of the machine; no iSCSI initiator runs here."""

    class_name = "MSFT_InitiatorPort"
    constants = {"ConnectionType": 1, "OperationalStatus": [OK], "PortType": 5}

    def rows(self) -> Iterator[Row]:
        if not self.host.hardware.facts.fibre_channel_ports:
            return
        for number, port in enumerate(self.host.expansion.fibre_channel.ports):
            values = {
                "InstanceName": f"{port.facts.description}_{number}",
                "NodeAddress": port.facts.node_name,
                "ObjectId": f"{port.facts.node_name},{port.facts.port_name}",
                "PortAddress": port.facts.port_name,
            }
            yield Row(number, values)
