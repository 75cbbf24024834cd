"""Msvm_VirtualSystemSettingData: the settings of a virtual machine as a whole."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from emulator.host.checkpoints.checkpoint import Checkpoint
from emulator.host.identifiers import derived_guid
from emulator.host.virtual_machine.virtual_machine_state import VirtualMachineState as State
from emulator.wmi.changes import (
    Rule,
    flag,
    interval_minutes,
    interval_seconds,
    lines,
    megabytes,
    number,
    numbers,
    text,
    unbraced,
)
from emulator.wmi.virtualization_v2.base import MachineView, machine_of
from emulator.wmi.virtualization_v2.paths import settings_path
from emulator.wmi.virtualization_v2.settings_parts import boot_sources

if TYPE_CHECKING:
    from emulator.host.virtual_machine.virtual_machine import VirtualMachine
    from emulator.wmi.keys import Keys

#: The same in every machine.
CHASSIS_ASSET_TAG = "7783-7084-3265-9085-8269-3286-77"
REALIZED = "Microsoft:Hyper-V:System:Realized"
_MEBIBYTE = 1 << 20


def bios_guid(vm: VirtualMachine) -> str:
    """The SMBIOS UUID that the guest sees: not the machine's own GUID, and the same for its whole life."""
    return derived_guid(vm.id, "bios")


def serial_number(vm: VirtualMachine, part: str) -> str:
    """Seven groups of digits, as Hyper-V makes up serial numbers; the same for the machine's whole life."""
    digits = f"{int(derived_guid(vm.id, part).replace('-', ''), 16) % 10**26:026d}"
    return "-".join(digits[at : at + 4] for at in range(0, 26, 4))


class FirmwareIdentity(MachineView):
    """What a guest sees of its firmware: the same in every WMI version, in a machine and its checkpoints."""

    def BIOSGUID(self, vm: VirtualMachine) -> str:
        return f"{{{vm.firmware.bios_guid or bios_guid(machine_behind(vm))}}}"

    def BIOSSerialNumber(self, vm: VirtualMachine) -> str:
        own = vm.firmware.bios_serial_number
        return serial_number(machine_behind(vm), "bios serial number") if own is None else own

    def BaseBoardSerialNumber(self, vm: VirtualMachine) -> str:
        own = vm.firmware.base_board_serial_number
        return serial_number(machine_behind(vm), "base board serial number") if own is None else own

    def ChassisSerialNumber(self, vm: VirtualMachine) -> str:
        own = vm.firmware.chassis_serial_number
        return serial_number(machine_behind(vm), "chassis serial number") if own is None else own

    def ChassisAssetTag(self, vm: VirtualMachine) -> str:
        own = vm.firmware.asset_tag
        return CHASSIS_ASSET_TAG if own is None else own

    def BIOSNumLock(self, vm: VirtualMachine) -> bool:
        return vm.firmware.num_lock

    def BootOrder(self, vm: VirtualMachine) -> list[int]:
        return list(vm.firmware.boot_order)


class SeldomSettings(MachineView):
    """What hardly anybody sets: kept and shown, in the settings of both namespaces."""

    def AllowFullSCSICommandSet(self, vm: VirtualMachine) -> bool:
        return vm.allow_full_scsi_command_set

    def DebugChannelId(self, vm: VirtualMachine) -> int:
        return vm.debug_channel_id

    def DebugPort(self, vm: VirtualMachine) -> int:
        return vm.debug_port

    def DebugPortEnabled(self, vm: VirtualMachine) -> int:
        return vm.debug_port_state


class OfCheckpoints(MachineView):
    """What is there once for each checkpoint, under the checkpoint's own GUID."""

    def objects(self) -> Iterable[VirtualMachine]:
        return self.host.checkpoints

    def shown_of(self, owner: object) -> Iterable[VirtualMachine] | None:
        return (owner,) if isinstance(owner, Checkpoint) else ()

    def by_key(self, keys: Keys) -> VirtualMachine | None:
        vm, tail = machine_of(self.host, keys.text("InstanceID"))
        return vm if isinstance(vm, Checkpoint) and not tail else None


class RealizedSettings(SeldomSettings, FirmwareIdentity):
    """The settings that are in force; those of checkpoints are further instances of the same class."""

    class_name = "Msvm_VirtualSystemSettingData"
    constants = {
        "Architecture": "x64",
        "Caption": "Virtual Machine Settings",
        "Description": "Microsoft Virtual Machine Settings",
        "TurnOffOnGuestRestart": False,
        "VirtualSystemType": REALIZED,
    }

    def Parent(self, vm: VirtualMachine) -> str | None:
        """The checkpoint that they come after."""
        parent = vm.parent_checkpoint
        return None if parent is None else settings_path(self.namespace, self.class_name, parent)

    def IsAutomaticSnapshot(self, vm: VirtualMachine) -> bool:
        return isinstance(vm, Checkpoint) and vm.is_automatic

    def ElementName(self, vm: VirtualMachine) -> str:
        return vm.name

    def VirtualSystemIdentifier(self, vm: VirtualMachine) -> str:
        return vm.id

    def ConfigurationID(self, vm: VirtualMachine) -> str:
        return vm.id

    def VirtualSystemSubType(self, vm: VirtualMachine) -> str:
        return f"Microsoft:Hyper-V:SubType:{vm.generation}"

    def Version(self, vm: VirtualMachine) -> str:
        return vm.version

    def Notes(self, vm: VirtualMachine) -> list[str]:
        return [vm.notes] if vm.notes else []

    def CreationTime(self, vm: VirtualMachine) -> datetime:
        return vm.created

    def AdditionalRecoveryInformation(self, vm: VirtualMachine) -> str | None:
        return vm.additional_recovery_information or None

    def IsSaved(self, vm: VirtualMachine) -> bool:
        return vm.state is State.SAVED

    def ConfigurationDataRoot(self, vm: VirtualMachine) -> str:
        return vm.path

    def ConfigurationFile(self, vm: VirtualMachine) -> str:
        return vm.files.configuration.removeprefix(vm.path).removeprefix("\\")

    def GuestStateDataRoot(self, vm: VirtualMachine) -> str:
        return vm.path

    def LogDataRoot(self, vm: VirtualMachine) -> str:
        return vm.path

    def SnapshotDataRoot(self, vm: VirtualMachine) -> str:
        return vm.snapshot_path

    def SuspendDataRoot(self, vm: VirtualMachine) -> str:
        return vm.path

    def SwapFileDataRoot(self, vm: VirtualMachine) -> str:
        return vm.smart_paging_path

    def AutomaticStartupAction(self, vm: VirtualMachine) -> int:
        return int(vm.automatic_start_action)

    def AutomaticStartupActionDelay(self, vm: VirtualMachine) -> timedelta:
        return timedelta(seconds=vm.automatic_start_delay)

    def AutomaticShutdownAction(self, vm: VirtualMachine) -> int:
        return int(vm.automatic_stop_action)

    def AutomaticRecoveryAction(self, vm: VirtualMachine) -> int:
        return int(vm.automatic_recovery_action)

    def AutomaticCriticalErrorAction(self, vm: VirtualMachine) -> int:
        return int(vm.automatic_critical_error_action)

    def AutomaticCriticalErrorActionTimeout(self, vm: VirtualMachine) -> timedelta:
        return timedelta(minutes=vm.automatic_critical_error_timeout)

    def AutomaticSnapshotsEnabled(self, vm: VirtualMachine) -> bool:
        return vm.automatic_checkpoints_enabled

    def UserSnapshotType(self, vm: VirtualMachine) -> int:
        return int(vm.checkpoint_type)

    def LockOnDisconnect(self, vm: VirtualMachine) -> bool:
        return vm.lock_on_disconnect

    def GuestControlledCacheTypes(self, vm: VirtualMachine) -> bool:
        return vm.guest_controlled_cache_types

    def LowMmioGapSize(self, vm: VirtualMachine) -> int:
        return vm.low_memory_mapped_io_space // _MEBIBYTE

    def HighMmioGapSize(self, vm: VirtualMachine) -> int:
        return vm.high_memory_mapped_io_space // _MEBIBYTE

    def BootSourceOrder(self, vm: VirtualMachine) -> list[str] | None:
        """Generation 2: paths of the boot sources in their order."""
        if vm.generation == 1:
            return []
        return [
            settings_path(self.namespace, "Msvm_BootSourceSettingData", device.vm, f"{device.setting_id}\\B")
            for device in vm.firmware.boot_entries
        ]

    def SecureBootEnabled(self, vm: VirtualMachine) -> bool:
        return vm.firmware.secure_boot

    def SecureBootTemplateId(self, vm: VirtualMachine) -> str | None:
        return vm.firmware.secure_boot_template_id if vm.generation == 2 else None

    def PauseAfterBootFailure(self, vm: VirtualMachine) -> bool:
        return vm.firmware.pause_after_boot_failure

    def ConsoleMode(self, vm: VirtualMachine) -> int:
        return int(vm.firmware.console_mode)

    def NetworkBootPreferredProtocol(self, vm: VirtualMachine) -> int:
        return int(vm.firmware.network_boot_protocol)

    def EnhancedSessionTransportType(self, vm: VirtualMachine) -> int:
        return int(vm.enhanced_session_transport)

    def IncrementalBackupEnabled(self, vm: VirtualMachine) -> bool:
        return vm.incremental_backup_enabled

    def AllowReducedFcRedundancy(self, vm: VirtualMachine) -> bool:
        return vm.allow_reduced_fc_redundancy

    def VirtualNumaEnabled(self, vm: VirtualMachine) -> bool:
        return vm.virtual_numa_enabled


_SNAPSHOT_TYPES = ("Realized", "Replica:Standard", "Replica:ApplicationConsistent", "Replica:PlannedFailover")


class SnapshotSettings(OfCheckpoints, RealizedSettings):
    """The settings of a checkpoint, under its own GUID; VirtualSystemIdentifier names the machine."""

    constants = {"Caption": "Virtual Machine Settings"}

    def VirtualSystemType(self, vm: VirtualMachine) -> str:
        """A checkpoint, a snapshot for a backup, or a recovery point of a replica (documented)."""
        if isinstance(vm, Checkpoint) and vm.is_recovery:
            return "Microsoft:Hyper-V:Snapshot:Recovery"
        return "Microsoft:Hyper-V:Snapshot:" + _SNAPSHOT_TYPES[getattr(vm, "replication_type", 0)]

    def VirtualSystemIdentifier(self, vm: VirtualMachine) -> str:
        return machine_behind(vm).id


def machine_behind(vm: VirtualMachine) -> VirtualMachine:
    """The machine itself, also from a checkpoint."""
    return vm.machine if isinstance(vm, Checkpoint) else vm


#: What a guest reads in SMBIOS tables; both namespaces let it be written.
IDENTITY_WRITABLE = {
    "BIOSGUID": Rule("firmware", "bios_guid", unbraced),
    "BIOSSerialNumber": Rule("firmware", "bios_serial_number", text),
    "BaseBoardSerialNumber": Rule("firmware", "base_board_serial_number", text),
    "ChassisSerialNumber": Rule("firmware", "chassis_serial_number", text),
    "ChassisAssetTag": Rule("firmware", "asset_tag", text),
}
SELDOM_WRITABLE = {
    "AllowFullSCSICommandSet": Rule("", "allow_full_scsi_command_set", flag),
    "DebugChannelId": Rule("", "debug_channel_id", number),
    "DebugPort": Rule("", "debug_port", number),
    "DebugPortEnabled": Rule("", "debug_port_state", number),
}
#: What ModifySystemSettings can write on a checkpoint.
SNAPSHOT_WRITABLE = {"ElementName": Rule("", "name", text), "Notes": Rule("", "notes", lines)}

#: What ModifySystemSettings and DefineSystem can write: the property, whose setting it is, and how it is
#: read.
WRITABLE = {
    "ElementName": Rule("", "name", text),
    "Notes": Rule("", "notes", lines),
    "AdditionalRecoveryInformation": Rule("", "additional_recovery_information", text),
    "AutomaticStartupAction": Rule("", "automatic_start_action", number),
    "AutomaticStartupActionDelay": Rule("", "automatic_start_delay", interval_seconds),
    "AutomaticShutdownAction": Rule("", "automatic_stop_action", number),
    "AutomaticRecoveryAction": Rule("", "automatic_recovery_action", number),
    "AutomaticCriticalErrorAction": Rule("", "automatic_critical_error_action", number),
    "AutomaticCriticalErrorActionTimeout": Rule("", "automatic_critical_error_timeout", interval_minutes),
    "AutomaticSnapshotsEnabled": Rule("", "automatic_checkpoints_enabled", flag),
    "UserSnapshotType": Rule("", "checkpoint_type", number),
    "LockOnDisconnect": Rule("", "lock_on_disconnect", flag),
    "GuestControlledCacheTypes": Rule("", "guest_controlled_cache_types", flag),
    "LowMmioGapSize": Rule("", "low_memory_mapped_io_space", megabytes),
    "HighMmioGapSize": Rule("", "high_memory_mapped_io_space", megabytes),
    "SnapshotDataRoot": Rule("", "snapshot_path", text),
    "SwapFileDataRoot": Rule("", "smart_paging_path", text),
    "EnhancedSessionTransportType": Rule("", "enhanced_session_transport", number),
    "IncrementalBackupEnabled": Rule("", "incremental_backup_enabled", flag),
    "VirtualNumaEnabled": Rule("", "virtual_numa_enabled", flag),
    "AllowReducedFcRedundancy": Rule("", "allow_reduced_fc_redundancy", flag),
    **SELDOM_WRITABLE,
    **IDENTITY_WRITABLE,
    "NetworkBootPreferredProtocol": Rule("firmware", "network_boot_protocol", number),
    "BootOrder": Rule("firmware", "boot_order", numbers),
    "BIOSNumLock": Rule("firmware", "num_lock", flag),
    "BootSourceOrder": Rule("firmware", "boot_sources", boot_sources),
    "SecureBootEnabled": Rule("firmware", "secure_boot", flag),
    "SecureBootTemplateId": Rule("firmware", "secure_boot_template_id", unbraced),
    "PauseAfterBootFailure": Rule("firmware", "pause_after_boot_failure", flag),
    "ConsoleMode": Rule("firmware", "console_mode", number),
}
