"""Microsoft.HyperV.PowerShell.VirtualMachine."""

from __future__ import annotations

from typing import Any

from emulator.host import VirtualMachine
from emulator.powershell.dotnet.enums import EnumValue
from emulator.powershell.dotnet.numbers import Int64, UInt32, UInt64
from emulator.powershell.dotnet.simple import Version
from emulator.powershell.modules.hyperv.catalog import Readers, enum_value
from emulator.powershell.modules.hyperv.objects import replication_values
from emulator.powershell.modules.hyperv.objects.values import (
    array,
    enum,
    enum_array,
    guid,
    local_time,
    on_off,
    span,
    texts,
    typed_list,
)

#: VMState.RunningCritical; the other critical states follow.
_FIRST_CRITICAL = 32785


def _heartbeat(vm: VirtualMachine) -> EnumValue | None:
    beat = vm.heartbeat
    return None if beat is None else enum_value("VMHeartbeatStatus", beat)


def _primary_status(vm: VirtualMachine) -> EnumValue | None:
    found = vm.operational_status
    return enum_value("VMOperationalStatus", found[0]) if found else None


def _secondary_status(vm: VirtualMachine) -> EnumValue | None:
    found = vm.operational_status
    return enum_value("VMOperationalStatus", found[1]) if len(found) > 1 else None


def _com_port(number: int) -> Any:
    def read(vm: VirtualMachine) -> object:
        ports = vm.com_ports
        return ports[number] if number < len(ports) else None

    return read


def _size_of_files(vm: VirtualMachine) -> Int64:
    files = vm.host.filesystem
    paths = {vm.files.configuration, vm.files.saved_state}
    return Int64(sum(files.entry(path).size for path in paths if files.exists(path)))


READERS: Readers = {
    "ConfigurationLocation": lambda vm: vm.path,
    "SmartPagingFilePath": lambda vm: vm.smart_paging_path,
    "SnapshotFileLocation": lambda vm: vm.snapshot_path,
    "AutomaticStartAction": enum("StartAction", lambda vm: vm.automatic_start_action),
    "AutomaticStartDelay": lambda vm: vm.automatic_start_delay,
    "AutomaticStopAction": enum("StopAction", lambda vm: vm.automatic_stop_action),
    "AutomaticCriticalErrorAction": enum(
        "CriticalErrorAction", lambda vm: vm.automatic_critical_error_action
    ),
    "AutomaticCriticalErrorActionTimeout": lambda vm: vm.automatic_critical_error_timeout,
    "AutomaticCheckpointsEnabled": lambda vm: vm.automatic_checkpoints_enabled,
    "CPUUsage": lambda vm: vm.cpu_usage(),
    "MemoryAssigned": lambda vm: Int64(vm.assigned_memory()),
    "MemoryDemand": lambda vm: Int64(vm.memory_demand()),
    "MemoryStatus": lambda vm: "OK" if vm.guest.is_ready and vm.memory.dynamic else "",
    "NumaNodesCount": lambda _: 1,
    "NumaSocketCount": lambda _: 1,
    "Heartbeat": _heartbeat,
    "ResourceMeteringEnabled": lambda vm: vm.is_metered,
    "Groups": lambda vm: typed_list(
        "VMGroup", [group for group in vm.host.virtual_machine_groups if vm in group.members]
    ),
    "ReplicationHealth": replication_values.health,
    "ReplicationMode": replication_values.mode,
    "ReplicationState": replication_values.state,
    "IntegrationServicesState": lambda _: "",
    "IntegrationServicesVersion": lambda _: Version(0, 0),
    "Uptime": lambda vm: span(vm.uptime()),
    "OperationalStatus": lambda vm: enum_array("VMOperationalStatus", vm.operational_status),
    "PrimaryOperationalStatus": _primary_status,
    "SecondaryOperationalStatus": _secondary_status,
    "StatusDescriptions": lambda vm: texts(vm.status_descriptions),
    "PrimaryStatusDescription": lambda vm: vm.status_descriptions[0],
    "SecondaryStatusDescription": lambda vm: "".join(vm.status_descriptions[1:2]) or None,
    "Status": lambda vm: vm.status,
    "CheckpointType": enum("CheckpointType", lambda vm: vm.checkpoint_type),
    "Version": lambda vm: vm.version,
    "VirtualMachineType": enum("VirtualMachineType", lambda vm: 4 if vm.is_planned else 3),
    "VirtualMachineSubType": enum("VirtualMachineSubType", lambda vm: vm.generation),
    "Notes": lambda vm: vm.notes,
    "State": enum("VMState", lambda vm: vm.state_number(_FIRST_CRITICAL)),
    "ComPort1": _com_port(0),
    "ComPort2": _com_port(1),
    "DVDDrives": lambda vm: array("DvdDrive", vm.dvd_drives),
    "FloppyDrive": lambda vm: vm.floppy,
    "HardDrives": lambda vm: array("HardDiskDrive", vm.hard_disk_drives),
    "VMIntegrationService": lambda vm: typed_list("VMIntegrationComponent", vm.integration_services),
    "DynamicMemoryEnabled": lambda vm: vm.memory.dynamic,
    "MemoryMaximum": lambda vm: Int64(vm.memory.maximum),
    "MemoryMinimum": lambda vm: Int64(vm.memory.minimum),
    "MemoryStartup": lambda vm: Int64(vm.memory.startup),
    "ProcessorCount": lambda vm: Int64(vm.processor.count),
    "Generation": lambda vm: vm.generation,
    "ParentSnapshotId": lambda vm: None if vm.parent_checkpoint is None else guid(vm.parent_checkpoint.id),
    "ParentSnapshotName": lambda vm: None if vm.parent_checkpoint is None else vm.parent_checkpoint.name,
    "Path": lambda vm: vm.path,
    "SizeOfSystemFiles": _size_of_files,
    "GuestControlledCacheTypes": lambda vm: vm.guest_controlled_cache_types,
    "LowMemoryMappedIoSpace": lambda vm: UInt32(vm.low_memory_mapped_io_space),
    "HighMemoryMappedIoSpace": lambda vm: UInt64(vm.high_memory_mapped_io_space),
    "EnhancedSessionTransportType": enum(
        "EnhancedSessionTransportType", lambda vm: vm.enhanced_session_transport
    ),
    "LockOnDisconnect": on_off(lambda vm: vm.lock_on_disconnect),
    "CreationTime": lambda vm: local_time(vm.host, vm.created),
    "Id": lambda vm: guid(vm.id),
    "Name": lambda vm: vm.name,
    "NetworkAdapters": lambda vm: typed_list("VMNetworkAdapter", vm.network_adapters),
    "ComputerName": lambda vm: vm.host.name,
    "IsDeleted": lambda vm: vm.deleted,
}

ADDED = {
    "VMName": "Name",
    "VMId": "Id",
    "CheckpointFileLocation": "SnapshotFileLocation",
    "ParentCheckpointId": "ParentSnapshotId",
    "ParentCheckpointName": "ParentSnapshotName",
}


def text(vm: VirtualMachine) -> str:
    """ToString."""
    return f"VirtualMachine (Name = '{vm.name}') [Id = '{vm.id}']"
