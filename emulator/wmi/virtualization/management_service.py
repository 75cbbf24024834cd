"""Msvm_VirtualSystemManagementService and the summaries of root/virtualization."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from emulator.host.checkpoints.checkpoint import Checkpoint
from emulator.host.errors import HostError, InvalidParameter, NotSupported
from emulator.host.virtual_machine.machine_template import machine_like
from emulator.host.virtual_machine.virtual_machine import VirtualMachine
from emulator.wmi import errors
from emulator.wmi.changes import Rule, value_of, wanted_settings
from emulator.wmi.view import wmi_method
from emulator.wmi.virtualization.computer_system import MachineSystem, state_of
from emulator.wmi.virtualization.export_import import ExportMethods, ImportMethods
from emulator.wmi.virtualization.resource_changes import add_resource, change_resource, remove_resource
from emulator.wmi.virtualization.settings import (
    CURRENT_WRITABLE,
    GLOBAL_WRITABLE,
    SNAPSHOT_WRITABLE,
    CurrentSettings,
    GlobalSettings,
    SnapshotSettings,
)
from emulator.wmi.virtualization_v2.arguments import checkpoint_argument, machine_argument, template_argument
from emulator.wmi.virtualization_v2.base import machine_of
from emulator.wmi.virtualization_v2.compatibility import CompatibilityMethods
from emulator.wmi.virtualization_v2.console import ThumbnailMethods
from emulator.wmi.virtualization_v2.guest_items import KvpMethods
from emulator.wmi.virtualization_v2.jobs import started
from emulator.wmi.virtualization_v2.management_methods import CommonMethods
from emulator.wmi.virtualization_v2.management_service_settings import SERVICE_WRITABLE
from emulator.wmi.virtualization_v2.settings_changes import change_parts, changed_target
from emulator.wmi.virtualization_v2.summary import SummaryBase

if TYPE_CHECKING:
    from emulator.cim.instance import Instance, ValueInstance
    from emulator.host import Host
    from emulator.wmi.method import Arguments, MethodResult
    from emulator.wmi.view import View, ViewInstance

#: View of settings -> what can be written of them.
_WRITABLE: dict[type[View[Any]], Mapping[str, Rule]] = {
    CurrentSettings: CURRENT_WRITABLE,
    GlobalSettings: GLOBAL_WRITABLE,
    SnapshotSettings: SNAPSHOT_WRITABLE,
}
#: What ModifyServiceSettings can write.
_SERVICE_WRITABLE = {
    name: SERVICE_WRITABLE[name]
    for name in (
        "DefaultExternalDataRoot",
        "DefaultVirtualHardDiskPath",
        "MaximumMacAddress",
        "MinimumMacAddress",
        "NumaSpanningEnabled",
    )
}


class Summary(SummaryBase):
    """A summary; it exists only as the answer of GetSummaryInformation."""

    def objects(self) -> Iterable[VirtualMachine]:
        return ()

    def EnabledState(self, vm: VirtualMachine) -> int:
        return state_of(vm)

    def Snapshots(self, vm: VirtualMachine) -> list[Instance]:
        """The settings of its checkpoints."""
        view = self.namespace.view(SnapshotSettings)
        return [view.instance(each) for each in vm.checkpoints]


class ManagementService(
    ExportMethods, ImportMethods, CompatibilityMethods, KvpMethods, ThumbnailMethods, CommonMethods
):
    """The virtual machine management service."""

    class_name = "Msvm_VirtualSystemManagementService"
    constants = {
        "Caption": "Virtual System Management Service",
        "Description": "Service for creating, manipulating, and managing virtual machines.",
        "ElementName": "Virtual System Management Service",
        "Name": "vmms",
    }
    service_writable = _SERVICE_WRITABLE
    summary = Summary

    @wmi_method
    def DefineVirtualSystem(self, host: Host, arguments: Arguments) -> MethodResult:
        """Create a machine; at once, without a job (recorded Server 2012 host)."""
        vm = self.define(
            host,
            arguments.embedded("SystemSettingData"),
            arguments.embedded_list("ResourceSettingData"),
            template_argument(arguments, "SourceSetting", CurrentSettings),
        )
        return arguments.result(errors.COMPLETED, DefinedSystem=self.path_of(MachineSystem, vm))

    @wmi_method
    def DestroyVirtualSystem(self, host: Host, arguments: Arguments) -> MethodResult:
        """Delete a machine that is off or saved; 4096 with a job."""
        return started(
            arguments, host.virtual_machines.destroy(machine_argument(arguments, "ComputerSystem"))
        )

    @wmi_method
    def ModifyVirtualSystem(self, host: Host, arguments: Arguments) -> MethodResult:
        """Change one of the two settings of a machine."""
        vm = machine_argument(arguments, "ComputerSystem")
        settings = arguments.required_embedded("SystemSettingData")
        view_type: type[View[Any]] = CurrentSettings
        item = vm
        if settings.declaration.is_a(GlobalSettings.class_name):
            view_type = GlobalSettings
        else:
            # A checkpoint is renamed by its own settings, with the machine that it belongs to.
            named = machine_of(host, str(settings.value("InstanceID") or ""))[0]
            if isinstance(named, Checkpoint) and named.machine is vm:
                view_type, item = SnapshotSettings, named
        change_parts(self.namespace.view(view_type), item, settings, _WRITABLE[view_type])
        return arguments.result(errors.COMPLETED, ModifiedSettingData=self.path_of(view_type, item))

    @wmi_method
    def CreateVirtualSystemSnapshot(self, host: Host, arguments: Arguments) -> MethodResult:
        """Take a checkpoint; 4096 with a job and no settings (recorded Server 2012 host)."""
        return started(arguments, host.checkpoints.create(machine_argument(arguments, "SourceSystem")))

    @wmi_method
    def ApplyVirtualSystemSnapshot(self, host: Host, arguments: Arguments) -> MethodResult:
        """Put a machine back to a checkpoint. This method has no job to hand out: 0 when it is done."""
        host.checkpoints.apply_at_once(self.applied(arguments))
        return arguments.result(errors.COMPLETED)

    @wmi_method
    def ApplyVirtualSystemSnapshotEx(self, host: Host, arguments: Arguments) -> MethodResult:
        """Put a machine back to a checkpoint; 4096 with a job."""
        return started(arguments, host.checkpoints.apply(self.applied(arguments)))

    @wmi_method
    def RemoveVirtualSystemSnapshot(self, host: Host, arguments: Arguments) -> MethodResult:
        """Delete one checkpoint; 4096 with a job."""
        checkpoint = checkpoint_argument(arguments, "SnapshotSettingData")
        return started(arguments, host.checkpoints.delete(checkpoint))

    @wmi_method
    def RemoveVirtualSystemSnapshotTree(self, host: Host, arguments: Arguments) -> MethodResult:
        """Delete a checkpoint and all that were taken after it; 4096 with a job."""
        checkpoint = checkpoint_argument(arguments, "SnapshotSettingData")
        return started(arguments, host.checkpoints.delete(checkpoint, subtree=True))

    def applied(self, arguments: Arguments) -> Checkpoint:
        """The checkpoint of a call that names the machine too. Raises InvalidParameter."""
        vm = machine_argument(arguments, "ComputerSystem")
        checkpoint = checkpoint_argument(arguments, "SnapshotSettingData")
        if checkpoint.machine is not vm:
            raise InvalidParameter("The checkpoint belongs to another virtual machine.")
        return checkpoint

    @wmi_method
    def AddVirtualSystemResources(self, _host: Host, arguments: Arguments) -> MethodResult:
        """Add devices, all or none; at once, without a job (recorded Server 2012 host)."""
        vm = machine_argument(arguments, "TargetSystem")
        paths = self.add_all(
            arguments.required_list("ResourceSettingData"),
            lambda each: add_resource(self.namespace, vm, each, "AddVirtualSystemResources"),
            self.undo,
        )
        return arguments.result(errors.COMPLETED, NewResources=paths)

    @wmi_method
    def ModifyVirtualSystemResources(self, _host: Host, arguments: Arguments) -> MethodResult:
        """Change devices of a machine; at once, without a job."""
        vm = machine_argument(arguments, "ComputerSystem")
        settings = arguments.required_list("ResourceSettingData")
        targets = [changed_target(self.namespace, each) for each in settings]
        if any(target.item.vm is not vm for target in targets):
            raise InvalidParameter("The settings belong to another virtual machine.")
        for target, each in zip(targets, settings, strict=True):
            change_resource(target, each)
        return arguments.result(errors.COMPLETED)

    @wmi_method
    def RemoveVirtualSystemResources(self, _host: Host, arguments: Arguments) -> MethodResult:
        """Remove devices; at once, without a job."""
        vm = machine_argument(arguments, "TargetSystem")
        targets = arguments.targets("ResourceSettingData")
        if not targets or any(getattr(target.item, "vm", None) is not vm for target in targets):
            raise InvalidParameter("ResourceSettingData does not name devices of the virtual machine.")
        for target in targets:
            remove_resource(target)
        return arguments.result(errors.COMPLETED)

    def define(
        self,
        host: Host,
        settings: ValueInstance | None,
        resources: list[ValueInstance],
        template: VirtualMachine | None,
    ) -> VirtualMachine:
        """Create a machine with its devices, or raise and leave nothing behind. What the settings leave out
        is that of the template."""
        facts: dict[str, Any] = {}
        if settings is not None:
            facts = dict(wanted_settings(settings, GLOBAL_WRITABLE).get("", {}))
            root = value_of(settings, "ExternalDataRoot")
            facts["path"] = str(root) if root else None
        if template is None:
            vm = host.virtual_machines.create(facts.pop("name", ""), **facts)
        else:
            vm = machine_like(template, facts.pop("name", None), facts.pop("path", None))
        try:
            if template is not None:
                vm.configure(**facts)
            for each in resources:
                add_resource(self.namespace, vm, each, "DefineVirtualSystem")
        except HostError:
            host.virtual_machines.destroy(vm)
            raise
        return vm

    @staticmethod
    def undo(added: ViewInstance[Any]) -> None:
        """Take an added device away again."""
        with suppress(NotSupported):
            remove_resource(added)
