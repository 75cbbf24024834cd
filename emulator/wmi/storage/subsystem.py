"""The storage provider of Windows itself and its subsystem."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from emulator.cim.cim_xml import format_instance
from emulator.host.errors import NotSupported
from emulator.host.storage.storage_errors import storage_code
from emulator.host.storage.storage_objects import (
    SUBSYSTEM_ABILITIES,
    object_id,
    provider_identifier,
    subsystem_identifier,
)
from emulator.wmi.rows import Row, RowView
from emulator.wmi.storage.identity import HEALTHY, OK, drive_numbers
from emulator.wmi.view import wmi_method

if TYPE_CHECKING:
    from emulator.host.errors import HostError
    from emulator.wmi.method import Arguments, MethodResult


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
        identifier = provider_identifier(self.host)
        values = {
            "ObjectId": object_id(self.host, "StorageProvider", identifier),
            "UniqueId": identifier,
            "Version": self.host.release.version,
        }
        yield Row(0, values)


class StorageSubSystem(RowView):
    """The disks of this machine, and its storage pools."""

    class_name = "MSFT_StorageSubSystem"
    constants = {
        "AutomaticClusteringEnabled": False,
        "HealthStatus": HEALTHY,
        "Manufacturer": "Microsoft Corporation",
        "OperationalStatus": [OK],
        "PhysicalDisksPerStoragePoolMin": 1,
        **SUBSYSTEM_ABILITIES,
    }

    def rows(self) -> Iterator[Row]:
        title = self.host.release.storage_spaces["subsystem"]
        identifier = subsystem_identifier(self.host)
        values = {
            "FriendlyName": f"{title} on {self.host.name}",
            "Model": title,
            "Name": self.host.operating_system.fully_qualified_name,
            "ObjectId": object_id(self.host, "StorageSubSystem", identifier),
            "UniqueId": identifier,
        }
        yield Row(0, values)

    def return_value(self, error: HostError) -> int:
        return storage_code(error)

    @wmi_method
    def CreateStoragePool(self, _subsystem: Row, arguments: Arguments) -> MethodResult:
        """Make a pool of physical disks that can join one."""
        for name in ("LogicalSectorSizeDefault", "WriteCacheSizeDefault"):
            if arguments.integer(name):
                raise NotSupported(f"{name} is not emulated.")
        pools = self.host.storage_pools
        made = pools.create(
            arguments.required_text("FriendlyName"),
            drive_numbers(arguments, "PhysicalDisks"),
            resiliency=arguments.text("ResiliencySettingNameDefault") or None,
            provisioning=arguments.integer("ProvisioningTypeDefault") or None,
        )
        usage = arguments.integer("Usage")
        if usage is not None:
            pools.set_usage(made, usage, arguments.text("OtherUsageDescription") or "")
        from emulator.wmi.storage.pool import StoragePool

        view = self.namespace.view(StoragePool)
        (row,) = view.row(made.id)
        return arguments.result(0, CreatedStoragePool=format_instance(view.instance(row)))


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
