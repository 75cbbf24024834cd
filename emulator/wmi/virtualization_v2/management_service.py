"""Msvm_VirtualSystemManagementService: defining, changing and destroying virtual machines."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from emulator.host.errors import HostError, InvalidParameter
from emulator.host.virtual_machine.machine_template import machine_like
from emulator.host.virtual_machine.virtual_machine import VirtualMachine
from emulator.wmi import errors
from emulator.wmi.changes import Rule, value_of, wanted_settings
from emulator.wmi.view import View, wmi_method
from emulator.wmi.virtualization_v2.arguments import machine_argument, template_argument
from emulator.wmi.virtualization_v2.computer_system import MachineSystem
from emulator.wmi.virtualization_v2.console import ThumbnailMethods
from emulator.wmi.virtualization_v2.fibre_channel.adapters import ChapMethods
from emulator.wmi.virtualization_v2.guest_items import KvpMethods
from emulator.wmi.virtualization_v2.guest_services import GuestNetworkMethods
from emulator.wmi.virtualization_v2.jobs import started
from emulator.wmi.virtualization_v2.management_methods import ManagementMethods
from emulator.wmi.virtualization_v2.planned_systems import (
    PLANNED_WRITABLE,
    PlannedSettings,
    find_planned,
)
from emulator.wmi.virtualization_v2.port_features_change import (
    add_features,
    change_features,
    port_argument,
    remove_features,
)
from emulator.wmi.virtualization_v2.resources_add import add_resource
from emulator.wmi.virtualization_v2.resources_change import change_resource, is_removable, remove_resource
from emulator.wmi.virtualization_v2.settings_changes import change_parts, changed_target
from emulator.wmi.virtualization_v2.settings_parts import SettingsPartMethods
from emulator.wmi.virtualization_v2.system_definitions import SystemDefinitionMethods
from emulator.wmi.virtualization_v2.system_settings import (
    SNAPSHOT_WRITABLE,
    WRITABLE,
    RealizedSettings,
    SnapshotSettings,
)

if TYPE_CHECKING:
    from emulator.cim.instance import ValueInstance
    from emulator.cim.object_path import ObjectPath
    from emulator.cim.types import CimValue
    from emulator.host import Host
    from emulator.wmi.method import Arguments, MethodResult
    from emulator.wmi.view import ViewInstance

_SYSTEM_SETTINGS: dict[type[View[Any]], Mapping[str, Rule]] = {
    PlannedSettings: PLANNED_WRITABLE,
    RealizedSettings: WRITABLE,
    SnapshotSettings: SNAPSHOT_WRITABLE,
}
_GENERATIONS = {"microsoft:hyper-v:subtype:1": 1, "microsoft:hyper-v:subtype:2": 2}


class ManagementService(
    SystemDefinitionMethods,
    KvpMethods,
    GuestNetworkMethods,
    ThumbnailMethods,
    ChapMethods,
    SettingsPartMethods,
    ManagementMethods,
):
    """The virtual machine management service."""

    class_name = "Msvm_VirtualSystemManagementService"
    constants = {
        "Caption": "Virtual System Management Service",
        "Description": "Service for creating, manipulating, and managing virtual machines.",
        "ElementName": "Hyper-V Virtual System Management Service",
        "Name": "vmms",
    }

    @wmi_method
    def DefineSystem(self, host: Host, arguments: Arguments) -> MethodResult:
        """Create a machine from settings; at once, without a job.

        Nothing stays behind when a part is refused.
        """
        vm = self.define(
            host,
            arguments.embedded("SystemSettings"),
            arguments.embedded_list("ResourceSettings"),
            template_argument(arguments, "ReferenceConfiguration", RealizedSettings),
        )
        return arguments.result(errors.COMPLETED, ResultingSystem=self.path_of(MachineSystem, vm))

    @wmi_method
    def DestroySystem(self, host: Host, arguments: Arguments) -> MethodResult:
        """Delete a machine that is off or saved; 4096 with a job. A planned one goes at once."""
        gone = self.destroy_planned(host, arguments, "AffectedSystem")
        if gone is not None:
            return gone
        return started(
            arguments, host.virtual_machines.destroy(machine_argument(arguments, "AffectedSystem"))
        )

    @wmi_method
    def ModifySystemSettings(self, _host: Host, arguments: Arguments) -> MethodResult:
        """Change settings of a machine as a whole."""
        settings = arguments.required_embedded("SystemSettings")
        target = changed_target(self.namespace, settings)
        writable = _SYSTEM_SETTINGS.get(type(target.view))
        if writable is None:
            raise InvalidParameter("SystemSettings does not name the settings of a virtual machine.")
        change_parts(target.view, target.item, settings, writable)
        return arguments.result(errors.COMPLETED)

    @wmi_method
    def AddResourceSettings(self, _host: Host, arguments: Arguments) -> MethodResult:
        """Add devices to a machine; at once, without a job."""
        vm = find_planned(arguments, "AffectedConfiguration") or machine_argument(
            arguments, "AffectedConfiguration"
        )
        instances = arguments.required_list("ResourceSettings")
        paths = self.add_all(instances, lambda each: add_resource(self.namespace, vm, each), self.undo)
        return arguments.result(errors.COMPLETED, ResultingResourceSettings=paths)

    @wmi_method
    def ModifyResourceSettings(self, _host: Host, arguments: Arguments) -> MethodResult:
        """Change devices; at once, without a job."""
        return arguments.result(
            errors.COMPLETED, ResultingResourceSettings=self.change_resources(arguments, "ResourceSettings")
        )

    @wmi_method
    def RemoveResourceSettings(self, _host: Host, arguments: Arguments) -> MethodResult:
        """Remove devices; at once, without a job."""
        for target in arguments.targets("ResourceSettings"):
            remove_resource(target)
        return arguments.result(errors.COMPLETED)

    @wmi_method
    def ModifyGuestServiceSettings(self, _host: Host, arguments: Arguments) -> MethodResult:
        """Switch integration components on or off (2016 and later)."""
        changed = self.change_resources(arguments, "GuestServiceSettings")
        return arguments.result(errors.COMPLETED, ResultingGuestServiceSettings=changed)

    @wmi_method
    def AddFeatureSettings(self, _host: Host, arguments: Arguments) -> MethodResult:
        """Give the port of a network adapter settings of features; at once, without a job."""
        port = port_argument(arguments.target("AffectedConfiguration"))
        made = add_features(self.namespace, port, arguments.required_list("FeatureSettings"))
        return arguments.result(errors.COMPLETED, ResultingFeatureSettings=made)

    @wmi_method
    def ModifyFeatureSettings(self, _host: Host, arguments: Arguments) -> MethodResult:
        """Change settings of features of ports; at once, without a job."""
        changed = change_features(self.namespace, arguments.required_list("FeatureSettings"))
        return arguments.result(errors.COMPLETED, ResultingFeatureSettings=changed)

    @wmi_method
    def RemoveFeatureSettings(self, _host: Host, arguments: Arguments) -> MethodResult:
        """Take settings of features of ports away; at once, without a job."""
        remove_features(arguments.targets("FeatureSettings"))
        return arguments.result(errors.COMPLETED)

    # What the methods are made of.

    def define(
        self,
        host: Host,
        settings: ValueInstance | None,
        resources: list[ValueInstance],
        template: VirtualMachine | None,
    ) -> VirtualMachine:
        """Create a machine with all its settings and devices, or raise and leave nothing behind. What the
        settings leave out is that of the template."""
        wanted = {} if settings is None else wanted_settings(settings, WRITABLE)
        facts = dict(wanted.get("", {}))
        subtype: CimValue = None
        version: CimValue = None
        root: CimValue = None
        if settings is not None:
            if not settings.declaration.is_a("CIM_VirtualSystemSettingData"):
                raise InvalidParameter("SystemSettings does not hold settings of a virtual machine.")
            subtype = value_of(settings, "VirtualSystemSubType")
            version = value_of(settings, "Version")
            root = value_of(settings, "ConfigurationDataRoot")
        wanted_version, path = str(version) if version else None, str(root) if root else None
        if template is None:
            vm = host.virtual_machines.create(
                facts.pop("name", ""),
                self.generation_of(subtype),
                version=wanted_version,
                path=path,
                notes=facts.pop("notes", ""),
                **facts,
            )
        else:
            generation = self.generation_of(subtype) if subtype else None
            vm = machine_like(
                template, facts.pop("name", None), path, generation=generation, version=wanted_version
            )
        try:
            if template is not None:
                vm.configure(**facts)
            if "firmware" in wanted:
                vm.firmware.configure(**wanted["firmware"])
            for each in resources:
                add_resource(self.namespace, vm, each)
        except HostError:
            host.virtual_machines.destroy(vm)
            raise
        return vm

    def generation_of(self, subtype: object) -> int:
        """The generation that a VirtualSystemSubType names; 1 without one."""
        if not subtype:
            return 1
        generation = _GENERATIONS.get(str(subtype).lower())
        if generation is None:
            raise InvalidParameter(f"There is no virtual machine of the kind '{subtype!s:.64}'.")
        return generation

    def undo(self, added: ViewInstance[Any]) -> None:
        """Take an added device away again."""
        if is_removable(added):
            remove_resource(added)

    def change_resources(self, arguments: Arguments, name: str) -> list[ObjectPath]:
        """Change the devices that a parameter's embedded instances name; the paths of their settings."""
        instances = arguments.required_list(name)
        targets = [changed_target(self.namespace, each) for each in instances]
        for target, each in zip(targets, instances, strict=True):
            change_resource(target, each)
        return [target.path for target in targets]
