"""Settings of virtual machines in root/virtualization.

Two classes for the machine, and processor and memory.
"""

from __future__ import annotations

from collections.abc import Hashable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from emulator.wmi.changes import Rule, flag, interval_seconds, lines, number, numbers, text
from emulator.wmi.virtualization_v2.base import machine_of, settings_id
from emulator.wmi.virtualization_v2.paths import settings_path
from emulator.wmi.virtualization_v2.processor_memory import MemorySettingView, ProcessorSettingView
from emulator.wmi.virtualization_v2.system_settings import (
    IDENTITY_WRITABLE,
    SELDOM_WRITABLE,
    FirmwareIdentity,
    OfCheckpoints,
    SeldomSettings,
    machine_behind,
)

if TYPE_CHECKING:
    from emulator.cim.types import CimValue
    from emulator.host.virtual_machine.processor_settings import ProcessorSettings
    from emulator.host.virtual_machine.virtual_machine import VirtualMachine
    from emulator.wmi.keys import Keys

_VIRTUAL_SYSTEM_TYPE = 301
_CURRENT_SETTINGS = 3
_GLOBAL_SETTINGS = 32768
_GLOBAL = "Global"
#: Actions are counted from 0 here and from 2 by the host.
_ACTION_OFFSET = 2
_HIGHEST_ACTION = 2


def _action(value: CimValue) -> int:
    """An action as the host counts it; numbers that do not exist here exist nowhere."""
    action = number(value)
    return action + _ACTION_OFFSET if action <= _HIGHEST_ACTION else -1


class CurrentSettings(FirmwareIdentity):
    """The settings that are in force: firmware and notes."""

    class_name = "Msvm_VirtualSystemSettingData"
    constants = {
        "AutoActivate": True,
        "Caption": "Virtual Machine",
        "Description": "Microsoft Virtual Machine Settings",
        "NumaNodesAreRequired": False,
        "SettingType": _CURRENT_SETTINGS,
        "VirtualSystemType": _VIRTUAL_SYSTEM_TYPE,
    }

    def Parent(self, vm: VirtualMachine) -> str | None:
        """The checkpoint that they come after."""
        parent = vm.parent_checkpoint
        return None if parent is None else settings_path(self.namespace, self.class_name, parent)

    def ElementName(self, vm: VirtualMachine) -> str:
        return vm.name

    def SystemName(self, vm: VirtualMachine) -> str:
        return vm.id

    def Notes(self, vm: VirtualMachine) -> str:
        return vm.notes

    def CreationTime(self, vm: VirtualMachine) -> datetime:
        return vm.created


class SnapshotSettings(OfCheckpoints, CurrentSettings):
    """The settings of a checkpoint, under its own GUID; SystemName names the machine."""

    constants = {"SettingType": 5}

    def SystemName(self, vm: VirtualMachine) -> str:
        return machine_behind(vm).id


SNAPSHOT_WRITABLE = {"ElementName": Rule("", "name", text), "Notes": Rule("", "notes", lines)}
CURRENT_WRITABLE = {
    "ElementName": Rule("", "name", text),
    "Notes": Rule("", "notes", lines),
    **IDENTITY_WRITABLE,
    "BIOSNumLock": Rule("firmware", "num_lock", flag),
    "BootOrder": Rule("firmware", "boot_order", numbers),
}


class GlobalSettings(SeldomSettings):
    """The settings that no checkpoint changes: name, paths and automatic actions."""

    class_name = "Msvm_VirtualSystemGlobalSettingData"
    constants = {
        "AutoActivate": True,
        "Caption": "Global Virtual Machine Settings",
        "Description": "Microsoft Global Virtual Machine Settings",
        "SettingType": _GLOBAL_SETTINGS,
        "VirtualSystemType": _VIRTUAL_SYSTEM_TYPE,
    }

    def by_key(self, keys: Keys) -> VirtualMachine | None:
        vm, tail = machine_of(self.host, keys.text("InstanceID"))
        return vm if tail.lower() == _GLOBAL.lower() and vm and not vm.is_checkpoint else None

    def object_id(self, item: VirtualMachine) -> Hashable:
        return item.id

    def InstanceID(self, vm: VirtualMachine) -> str:
        return settings_id(vm, _GLOBAL)

    def ElementName(self, vm: VirtualMachine) -> str:
        return vm.name

    def SystemName(self, vm: VirtualMachine) -> str:
        return vm.id

    def AdditionalRecoveryInformation(self, vm: VirtualMachine) -> str | None:
        return vm.additional_recovery_information or None

    def CreationTime(self, vm: VirtualMachine) -> datetime:
        return vm.created

    def ExternalDataRoot(self, vm: VirtualMachine) -> str:
        return vm.path

    def SnapshotDataRoot(self, vm: VirtualMachine) -> str:
        return vm.snapshot_path

    def ScopeOfResidence(self, vm: VirtualMachine) -> str:
        return vm.scope_of_residence

    def Version(self, vm: VirtualMachine) -> str | None:
        return vm.version or None

    def AutomaticStartupAction(self, vm: VirtualMachine) -> int:
        return int(vm.automatic_start_action) - _ACTION_OFFSET

    def AutomaticStartupActionDelay(self, vm: VirtualMachine) -> timedelta:
        return timedelta(seconds=vm.automatic_start_delay)

    def AutomaticShutdownAction(self, vm: VirtualMachine) -> int:
        return int(vm.automatic_stop_action) - _ACTION_OFFSET

    def AutomaticRecoveryAction(self, vm: VirtualMachine) -> int:
        return int(vm.automatic_recovery_action) - _ACTION_OFFSET


GLOBAL_WRITABLE = {
    **SELDOM_WRITABLE,
    "ElementName": Rule("", "name", text),
    "AdditionalRecoveryInformation": Rule("", "additional_recovery_information", text),
    "ScopeOfResidence": Rule("", "scope_of_residence", text),
    "SnapshotDataRoot": Rule("", "snapshot_path", text),
    "AutomaticStartupAction": Rule("", "automatic_start_action", _action),
    "AutomaticStartupActionDelay": Rule("", "automatic_start_delay", interval_seconds),
    "AutomaticShutdownAction": Rule("", "automatic_stop_action", _action),
    "AutomaticRecoveryAction": Rule("", "automatic_recovery_action", _action),
}


class ProcessorSettingsV1(ProcessorSettingView):
    """Processor settings; Limit and Reservation as in the newer namespace."""

    constants = {"ResourceSubType": "Microsoft Processor", "IsVirtualized": True, "ThreadsEnabled": True}

    def SocketCount(self, _processor: ProcessorSettings) -> int:
        return 1

    def ProcessorsPerSocket(self, processor: ProcessorSettings) -> int:
        return processor.count


class MemorySettingsV1(MemorySettingView):
    """Memory settings in MB."""

    constants = {
        "AllocationUnits": "MB",
        "Caption": "Memory",
        "ResourceSubType": "Microsoft Virtual Machine Memory",
    }
