"""Boot sources, storage settings and disk merges: parts of a machine's settings with methods of their own."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from emulator.cim.errors import CimError
from emulator.cim.object_path import ObjectPath
from emulator.host.errors import HostError, InvalidParameter
from emulator.host.virtual_machine.expansion.settings_parts import BootFile, StorageSettings
from emulator.host.virtual_machine.virtual_machine import VirtualMachine
from emulator.wmi import errors
from emulator.wmi.changes import Rule, flag, number, read_changes, text_of, texts, value_of, wanted_settings
from emulator.wmi.view import wmi_method
from emulator.wmi.virtualization_v2.arguments import MACHINE
from emulator.wmi.virtualization_v2.base import (
    PREFIX,
    DeviceSettingView,
    MachineView,
    ServiceView,
    machine_of,
    settings_id,
)
from emulator.wmi.virtualization_v2.drives import BootSource
from emulator.wmi.virtualization_v2.settings_changes import changed_target

if TYPE_CHECKING:
    from emulator.cim.instance import ValueInstance
    from emulator.cim.types import CimValue
    from emulator.host import Host
    from emulator.wmi.keys import Keys
    from emulator.wmi.method import Arguments, MethodResult

_FILE = 3
_TEMPORARILY_DISABLED, _ENABLED = 0, 1
_MERGE_TAIL = "DiskMergeSettingData"

STORAGE_WRITABLE = {
    "DisableInterruptBatching": Rule("", "disable_interrupt_batching", flag),
    "ThreadCountPerChannel": Rule("", "threads_per_channel", number),
    "VirtualProcessorsPerChannel": Rule("", "processors_per_channel", number),
}


def boot_sources(value: CimValue) -> tuple[str, ...]:
    """The identities of devices that paths of boot sources name. Raises InvalidParameter."""
    found = []
    for path in texts(value):
        try:
            keys = dict(ObjectPath.parse(path).keys)
        except CimError:
            keys = {}
        identity = str(keys.get("InstanceID", ""))
        # Microsoft:<GUID of the machine>\<device>\B
        _, _, tail = identity.partition("\\")
        if not identity.lower().startswith(PREFIX.lower()) or not tail.lower().endswith("\\b"):
            raise InvalidParameter(f"'{path!s:.256}' does not name a boot source.")
        found.append(tail[:-2])
    return tuple(found)


class StorageSettingView(DeviceSettingView[StorageSettings]):
    """How a machine talks to its storage."""

    class_name = "Msvm_StorageSettingData"
    constants = {"Caption": "Storage Settings", "Description": "Storage settings of a virtual machine."}

    def devices(self, vm: VirtualMachine) -> Iterable[StorageSettings]:
        return [] if vm._expansion is None else vm._expansion.of(StorageSettings)

    def DisableInterruptBatching(self, settings: StorageSettings) -> bool:
        return settings.disable_interrupt_batching

    def ThreadCountPerChannel(self, settings: StorageSettings) -> int:
        return settings.threads_per_channel

    def VirtualProcessorsPerChannel(self, settings: StorageSettings) -> int:
        return settings.processors_per_channel


class DiskMergeSettings(MachineView):
    """Whether the disks of deleted checkpoints of a machine are merged."""

    class_name = "Msvm_DiskMergeSettingData"
    constants = {
        "Caption": "Disk Merge Setting Data",
        "Description": "Microsoft Disk Merge Setting Data",
        "ElementName": "Disk Merge Setting Data",
    }

    def by_key(self, keys: Keys) -> VirtualMachine | None:
        vm, tail = machine_of(self.host, keys.text("InstanceID"))
        wrong = vm is None or vm.is_checkpoint or tail.lower() != _MERGE_TAIL.lower()
        return None if wrong else vm

    def InstanceID(self, vm: VirtualMachine) -> str:
        return settings_id(vm, _MERGE_TAIL)

    def EnabledState(self, vm: VirtualMachine) -> int:
        return _ENABLED if vm.merges_disks else _TEMPORARILY_DISABLED


class SettingsPartMethods(ServiceView):
    """Methods of the management service; at once, without jobs."""

    @wmi_method
    def AddBootSourceSettings(self, _host: Host, arguments: Arguments) -> MethodResult:
        """Add entries for files to the boot order; those for drives and adapters come by themselves."""
        vm = arguments.named("AffectedConfiguration", VirtualMachine, MACHINE)
        given = arguments.required_list("BootSourceSettings")
        added: list[BootFile] = []
        try:
            added.extend(self._add_boot_file(vm, each) for each in given)
        except HostError:
            for each in added:
                vm.expansion.remove(each)
            raise
        view = self.namespace.view(BootSource)
        paths = [view.instance(each).path for each in added]
        return arguments.result(errors.COMPLETED, ResultingBootSourceSettings=paths)

    @staticmethod
    def _add_boot_file(vm: VirtualMachine, instance: ValueInstance) -> BootFile:
        is_boot_source = instance.declaration.is_a(BootSource.class_name)
        if not is_boot_source or value_of(instance, "BootSourceType") not in (None, _FILE):
            raise InvalidParameter("Only boot sources for files can be added.")
        data = value_of(instance, "OptionalData")
        return vm.expansion.add(
            BootFile,
            name=text_of(instance, "BootSourceDescription") or text_of(instance, "ElementName"),
            firmware_path=text_of(instance, "FirmwareDevicePath"),
            optional_data=bytes(each for each in data if isinstance(each, int))
            if isinstance(data, list)
            else b"",
        )

    @wmi_method
    def RemoveBootSourceSettings(self, _host: Host, arguments: Arguments) -> MethodResult:
        """Remove entries for files from the boot order."""
        found = [target.item for target in arguments.targets("BootSourceSettings")]
        files = [item for item in found if isinstance(item, BootFile)]
        if not files or len(files) != len(found):
            raise InvalidParameter("BootSourceSettings does not name boot sources for files.")
        for each in files:
            each.vm.expansion.remove(each)
        return arguments.result(errors.COMPLETED)

    @wmi_method
    def AddSystemComponentSettings(self, _host: Host, arguments: Arguments) -> MethodResult:
        """Give a machine storage settings."""
        vm = arguments.named("AffectedConfiguration", VirtualMachine, MACHINE)
        paths: list[ObjectPath] = []
        for each in arguments.required_list("ComponentSettings"):
            if not each.declaration.is_a(StorageSettingView.class_name):
                raise InvalidParameter("ComponentSettings does not hold storage settings.")
            wanted = wanted_settings(each, STORAGE_WRITABLE).get("", {})
            item = vm.expansion.add(StorageSettings, **wanted)
            paths.append(self.namespace.view(StorageSettingView).instance(item).path)
        return arguments.result(errors.COMPLETED, ResultingComponentSettings=paths)

    @wmi_method
    def ModifySystemComponentSettings(self, _host: Host, arguments: Arguments) -> MethodResult:
        """Change storage settings."""
        paths: list[ObjectPath] = []
        for each in arguments.required_list("ComponentSettings"):
            target = changed_target(self.namespace, each)
            if not isinstance(target.item, StorageSettings):
                raise InvalidParameter("ComponentSettings does not name storage settings.")
            changes = read_changes(target.view, target.item, each, STORAGE_WRITABLE).get("")
            if changes:
                target.item.vm.expansion.configure(target.item, **changes)
            paths.append(target.path)
        return arguments.result(errors.COMPLETED, ResultingComponentSettings=paths)

    @wmi_method
    def RemoveSystemComponentSettings(self, _host: Host, arguments: Arguments) -> MethodResult:
        """Take storage settings away."""
        found: list[Any] = [target.item for target in arguments.targets("ComponentSettings")]
        if not found or not all(isinstance(item, StorageSettings) for item in found):
            raise InvalidParameter("ComponentSettings does not name storage settings.")
        for item in found:
            item.vm.expansion.remove(item)
        return arguments.result(errors.COMPLETED)

    @wmi_method
    def ModifyDiskMergeSettings(self, _host: Host, arguments: Arguments) -> MethodResult:
        """Stop the merges of a machine for a while, or let them go on."""
        settings = arguments.embedded("SettingData")
        if settings is None or not settings.declaration.is_a(DiskMergeSettings.class_name):
            raise InvalidParameter("SettingData does not hold disk merge settings.")
        vm = changed_target(self.namespace, settings).item
        state = value_of(settings, "EnabledState")
        if not isinstance(vm, VirtualMachine) or state not in (None, _TEMPORARILY_DISABLED, _ENABLED):
            raise InvalidParameter("EnabledState is not valid.")
        if state is not None:
            vm.merge_disks(state == _ENABLED)
        return arguments.result(errors.COMPLETED)
