"""Processor, memory, drives, controllers, ports and integration services of a virtual machine."""

from __future__ import annotations

from typing import Any

from emulator.host import DvdDrive, HardDiskDrive, IntegrationService, KeyStorageDrive
from emulator.host.resources.resource_kinds import PRIMORDIAL
from emulator.host.storage.pass_through import disk_name
from emulator.powershell.dotnet.enums import EnumValue
from emulator.powershell.dotnet.numbers import Int64, UInt64
from emulator.powershell.modules.hyperv.catalog import Readers, enum_value
from emulator.powershell.modules.hyperv.objects.values import (
    DEVICE,
    array,
    enum,
    enum_array,
    guid,
    on_off,
    texts,
)

PROCESSOR: Readers = {
    **DEVICE,
    "ResourcePoolName": lambda processor: processor.pool or PRIMORDIAL,
    "Count": lambda processor: Int64(processor.count),
    "CompatibilityForMigrationEnabled": lambda processor: processor.limit_features_for_migration,
    "CompatibilityForOlderOperatingSystemsEnabled": lambda processor: (
        processor.limit_features_for_old_systems
    ),
    "HwThreadCountPerCore": lambda processor: Int64(processor.hw_thread_count_per_core),
    "ExposeVirtualizationExtensions": lambda processor: processor.expose_virtualization_extensions,
    "EnablePerfmonPmu": lambda processor: "pmu" in processor.perfmon,
    "EnablePerfmonLbr": lambda processor: "lbr" in processor.perfmon,
    "EnablePerfmonPebs": lambda processor: "pebs" in processor.perfmon,
    "EnablePerfmonIpt": lambda processor: "ipt" in processor.perfmon,
    "EnableLegacyApicMode": lambda processor: processor.legacy_apic_mode,
    "AllowACountMCount": lambda processor: processor.allow_acount_mcount,
    "Maximum": lambda processor: Int64(processor.maximum),
    "Reserve": lambda processor: Int64(processor.reserve),
    "RelativeWeight": lambda processor: processor.relative_weight,
    "MaximumCountPerNumaNode": lambda processor: Int64(processor.maximum_count_per_numa_node),
    "MaximumCountPerNumaSocket": lambda processor: Int64(processor.maximum_count_per_numa_socket),
    "EnableHostResourceProtection": lambda processor: processor.enable_host_resource_protection,
}

MEMORY: Readers = {
    **DEVICE,
    "ResourcePoolName": lambda memory: memory.pool or PRIMORDIAL,
    "Buffer": lambda memory: memory.buffer,
    "DynamicMemoryEnabled": lambda memory: memory.dynamic,
    "Maximum": lambda memory: Int64(memory.maximum),
    # In megabytes, unlike the other sizes.
    "MaximumPerNumaNode": lambda memory: Int64(memory.maximum_per_numa_node >> 20),
    "Minimum": lambda memory: Int64(memory.minimum),
    "Priority": lambda memory: memory.priority,
    "Startup": lambda memory: Int64(memory.startup),
}


def drive_name(drive: HardDiskDrive | DvdDrive | KeyStorageDrive) -> str:
    """Name of a drive: what it is and where."""
    return (
        f"{drive.name} on {drive.controller_type.name} controller number {drive.controller_number} "
        f"at location {drive.location}"
    )


_DRIVE: Readers = {
    **DEVICE,
    "Name": drive_name,
    "PoolName": lambda drive: drive.medium_pool or PRIMORDIAL,
    "Path": lambda drive: drive.path,
    "ControllerLocation": lambda drive: drive.location,
    "ControllerNumber": lambda drive: drive.controller_number,
    "ControllerType": enum("ControllerType", lambda drive: drive.controller_type),
    "IsDeleted": lambda drive: drive.vm.deleted or drive.controller.drives.get(drive.location) is not drive,
}


#: What stands for no policy of the quality of storage.
_NO_POLICY = "00000000-0000-0000-0000-000000000000"


def _disk_path(drive: HardDiskDrive) -> str | None:
    """The file; of a physical disk its name, while it is offline on the host."""
    if drive.disk_number is None:
        return drive.path
    disk = drive.host.pass_through.get(drive.disk_number)
    return None if disk is None else disk_name(disk)


def _disk_number(drive: HardDiskDrive) -> int | None:
    number = drive.disk_number
    return None if number is None or drive.host.pass_through.get(number) is None else number


HARD_DISK_DRIVE: Readers = {
    **_DRIVE,
    "DiskNumber": _disk_number,
    "Path": _disk_path,
    "MaximumIOPS": lambda drive: UInt64(drive.maximum_iops),
    "MinimumIOPS": lambda drive: UInt64(drive.minimum_iops),
    "QoSPolicyID": lambda drive: guid(drive.qos_policy_id or _NO_POLICY),
    "WriteHardeningMethod": enum("CacheAttributes", lambda drive: drive.write_hardening_method),
    "SupportPersistentReservations": lambda drive: drive.support_persistent_reservations,
}

DVD_DRIVE: Readers = {
    **_DRIVE,
    "DvdMediaType": enum("DvdMediaType", lambda drive: 0 if drive.path is None else 1),
}

KEY_STORAGE_DRIVE: Readers = {**_DRIVE, "Path": lambda _: None}

FLOPPY_DRIVE: Readers = {
    **DEVICE,
    "Path": lambda drive: drive.path,
    "PoolName": lambda drive: drive.medium_pool or PRIMORDIAL,
}

COM_PORT: Readers = {
    **DEVICE,
    "Path": lambda port: port.path,
    "DebuggerMode": on_off(lambda port: port.is_debugger),
}


VIDEO: Readers = {
    **DEVICE,
    "ResolutionType": enum("ResolutionType", lambda display: display.resolution_type),
    "HorizontalResolution": lambda display: display.width,
    "VerticalResolution": lambda display: display.height,
}


def _controller_name(controller: Any) -> str:
    return str(controller.name)


CONTROLLER: Readers = {
    **DEVICE,
    "Name": _controller_name,
    "ControllerNumber": lambda controller: controller.number,
    "Drives": lambda controller: array(
        "Drive", [controller.drives[location] for location in sorted(controller.drives)]
    ),
}


def _service_status(service: IntegrationService) -> EnumValue | None:
    # The guest's side of a service exists only while the machine is on.
    if not service.vm.state.holds_memory:
        return None
    return enum_value("VMIntegrationComponentOperationalStatus", service.status)


def _service_description(service: IntegrationService) -> str:
    return service.status.description if service.vm.state.holds_memory else ""


INTEGRATION_SERVICE: Readers = {
    **DEVICE,
    "Enabled": lambda service: service.enabled,
    "OperationalStatus": lambda service: enum_array(
        "VMIntegrationComponentOperationalStatus",
        [service.status] if service.vm.state.holds_memory else [],
    ),
    "PrimaryOperationalStatus": _service_status,
    "PrimaryStatusDescription": _service_description,
    "SecondaryStatusDescription": lambda _: "",
    "StatusDescription": lambda service: texts(
        [service.status.description] if service.vm.state.holds_memory else []
    ),
}
