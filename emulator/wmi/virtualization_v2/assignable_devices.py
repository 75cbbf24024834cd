"""Discrete device assignment: devices that were taken from the host, and the ports of machines for them."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import TYPE_CHECKING

from emulator.host.errors import InvalidParameter
from emulator.host.virtual_machine.expansion.pci import AssignedDevice, HostPciDevice
from emulator.wmi import errors
from emulator.wmi.changes import text_of, value_of
from emulator.wmi.view import View, wmi_method
from emulator.wmi.virtualization_v2.base import (
    ENABLED_ELEMENT,
    PREFIX,
    DeviceSettingView,
    DeviceView,
    ServiceView,
)
from emulator.wmi.virtualization_v2.refusals import DeviceRefusals

if TYPE_CHECKING:
    from emulator.host import Host
    from emulator.host.virtual_machine.virtual_machine import VirtualMachine
    from emulator.wmi.keys import Keys
    from emulator.wmi.method import Arguments, MethodResult

SUBTYPE = "Microsoft:Hyper-V:Virtual Pci Express Port"
RESOURCE_TYPE = 32769
_DISMOUNT_SETTINGS = "Msvm_AssignableDeviceDismountSettingData"


def dismounted_devices(host: Host) -> list[HostPciDevice]:
    """The devices that were taken from the host."""
    facts = host.hardware.facts
    if not (facts.graphics_processors or facts.assignable_devices):
        return []
    if AssignedDevice.feature not in host.release.special_devices:
        return []
    return host.expansion.assignable_devices.dismounted


class HostDevice(DeviceRefusals, View[HostPciDevice]):
    """A device that was taken from the host, so that it can be assigned."""

    class_name = "Msvm_PciExpress"
    constants = {
        **ENABLED_ELEMENT,
        "Caption": "PCI Express Port",
        "CreationClassName": "Msvm_PciExpress",
        "Description": "Microsoft Virtual PCI Express Port",
        "FunctionNumber": 0,
        "SystemCreationClassName": "Msvm_ComputerSystem",
    }

    def objects(self) -> Iterable[HostPciDevice]:
        return dismounted_devices(self.host)

    def shown_of(self, owner: object) -> Iterable[HostPciDevice] | None:
        return (owner,) if isinstance(owner, HostPciDevice) and owner.is_dismounted else ()

    def candidates(self, keys: Keys) -> Iterable[HostPciDevice] | None:
        if "SystemName" in keys and keys.text("SystemName").casefold() != self.host.name.casefold():
            return ()
        return None

    def object_id(self, item: HostPciDevice) -> Hashable:
        return item.location_path

    def DeviceID(self, device: HostPciDevice) -> str:
        return PREFIX + device.instance_path

    def SystemName(self, _device: HostPciDevice) -> str:
        return self.host.name

    def ElementName(self, device: HostPciDevice) -> str:
        return device.shown_name

    def Name(self, device: HostPciDevice) -> str:
        return device.shown_name

    def DeviceInstancePath(self, device: HostPciDevice) -> str:
        return device.instance_path

    def LocationPath(self, device: HostPciDevice) -> str:
        return device.location_path


class PortSettings(DeviceSettingView[AssignedDevice]):
    """A port of a machine; HostResource holds the device behind it."""

    class_name = "Msvm_PciExpressSettingData"
    constants = {
        "Caption": "PCI Express Port",
        "Description": "Microsoft Virtual PCI Express Port Setting Data",
        "ResourceSubType": SUBTYPE,
        "ResourceType": RESOURCE_TYPE,
        "TargetVtl": 0,
    }

    def devices(self, vm: VirtualMachine) -> Iterable[AssignedDevice]:
        return [] if vm._expansion is None else vm._expansion.of(AssignedDevice)

    def HostResource(self, port: AssignedDevice) -> list[str]:
        device = port.host_device
        return [] if device is None else [str(self.namespace.view(HostDevice).instance(device).path)]

    def VirtualFunctions(self, port: AssignedDevice) -> list[int]:
        return list(port.virtual_functions)

    def AllowDirectTranslatedP2P(self, port: AssignedDevice) -> list[bool]:
        return [False for _ in port.virtual_functions]

    def NumaAwarePlacement(self, port: AssignedDevice) -> bool:
        return port.numa_aware_placement

    def VirtualSystemIdentifiers(self, port: AssignedDevice) -> list[str]:
        return [f"{{{port.id}}}"]


class Port(DeviceView[AssignedDevice]):
    """A port of a machine that runs."""

    class_name = "Msvm_PciExpress"
    constants = {
        "Caption": "PCI Express Port",
        "Description": "Microsoft Virtual PCI Express Port",
        "FunctionNumber": 0,
    }

    def devices(self, vm: VirtualMachine) -> Iterable[AssignedDevice]:
        running = vm._expansion is not None and vm.state.holds_memory
        return vm.expansion.of(AssignedDevice) if running else []

    def DeviceInstancePath(self, port: AssignedDevice) -> str:
        device = port.host_device
        return "" if device is None else device.instance_path

    def LocationPath(self, port: AssignedDevice) -> str:
        return port.location_path


class AssignableDeviceService(ServiceView):
    """Taking devices from the host and giving them back; at once, without jobs."""

    class_name = "Msvm_AssignableDeviceService"
    constants = {
        "Caption": "Assignable Device Service",
        "Description": "Service for managing the assignable devices of the host.",
        "ElementName": "Hyper-V Assignable Device Service",
        "Name": "AssignableDeviceService",
    }

    @wmi_method
    def DismountAssignableDevice(self, host: Host, arguments: Arguments) -> MethodResult:
        """Take a device from the host."""
        settings = arguments.embedded("DismountSettingData")
        if settings is None or not settings.declaration.is_a(_DISMOUNT_SETTINGS):
            raise InvalidParameter(f"DismountSettingData does not hold a {_DISMOUNT_SETTINGS}.")
        device = host.expansion.assignable_devices.dismount(
            text_of(settings, "DeviceInstancePath"),
            text_of(settings, "DeviceLocationPath"),
            require_access_control=value_of(settings, "RequireAcsSupport") is True,
            require_mitigations=value_of(settings, "RequireDeviceMitigations") is True,
        )
        return arguments.result(errors.COMPLETED, DismountedDeviceInstancePath=device.instance_path)

    @wmi_method
    def MountAssignableDevice(self, host: Host, arguments: Arguments) -> MethodResult:
        """Give a device back to the host."""
        device = host.expansion.assignable_devices.mount(
            arguments.text("DeviceInstancePath") or "", arguments.text("DeviceLocationPath") or ""
        )
        return arguments.result(errors.COMPLETED, MountedDeviceInstancePath=device.instance_path)
