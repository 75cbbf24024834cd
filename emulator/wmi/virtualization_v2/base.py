"""What the views of the Hyper-V namespaces have in common: identities, and values of CIM's base classes.

Identities: settings of a virtual machine are ``Microsoft:<GUID>``, settings of a device
``Microsoft:<GUID>\\<device>``, a device itself has the DeviceID ``Microsoft:<device>`` and its machine's
GUID as SystemName (recorded 2012 R2 host).
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from typing import TYPE_CHECKING, Any, TypeVar

from emulator.host.virtual_machine.device import Device
from emulator.host.virtual_machine.virtual_machine import VirtualMachine
from emulator.wmi.view import View
from emulator.wmi.virtualization_v2.refusals import DeviceRefusals, ServiceRefusals

if TYPE_CHECKING:
    from emulator.host import Host
    from emulator.wmi.keys import Keys

Item = TypeVar("Item")
DeviceType = TypeVar("DeviceType", bound=Device)

PREFIX = "Microsoft:"
_GUID_LENGTH = 36
OPERATING_NORMALLY = "Operating normally"

#: CIM_EnabledLogicalElement: an element that works and waits for nothing.
ENABLED_ELEMENT: dict[str, Any] = {
    "HealthState": 5,
    "OperationalStatus": [2],
    "StatusDescriptions": ["OK"],
    "EnabledState": 2,
    "RequestedState": 12,
    "EnabledDefault": 2,
    "Status": "OK",
}


def settings_id(vm: VirtualMachine, tail: str = "") -> str:
    """InstanceID of the settings of a machine, or of one of its devices."""
    return f"{PREFIX}{vm.id}\\{tail}" if tail else PREFIX + vm.id


def machine_of(host: Host, instance_id: str) -> tuple[VirtualMachine | None, str]:
    """The machine or checkpoint that an InstanceID of settings names, and the device's part of the
    identity."""
    if instance_id[: len(PREFIX)].lower() != PREFIX.lower():
        return None, ""
    end = len(PREFIX) + _GUID_LENGTH
    guid = instance_id[len(PREFIX) : end]
    vm = host.virtual_machines.get(guid) or host.checkpoints.get(guid) or host.planned_machines.get(guid)
    return vm, instance_id[end:].removeprefix("\\")


def settings_owners(host: Host) -> Iterator[VirtualMachine]:
    """Everything that has settings of devices: machines, checkpoints, planned machines."""
    yield from host.virtual_machines
    yield from host.checkpoints
    yield from host.planned_machines


class HostElementView(View["Host"]):
    """A class with one instance that belongs to the host, such as a management service."""

    constants = ENABLED_ELEMENT
    follows_revision = True

    def objects(self) -> Iterable[Host]:
        return (self.host,)

    def object_id(self, item: Host) -> Hashable:
        return item.name

    def revision(self, item: Host) -> Hashable | None:
        return item.role.revision


class ServiceView(ServiceRefusals, HostElementView):
    """A management service (CIM_Service)."""

    constants = {
        "StatusDescriptions": ["The service is running normally"],
        "Started": True,
        "StartMode": "Automatic",
        "SystemCreationClassName": "Msvm_ComputerSystem",
    }

    def CreationClassName(self, _host: Host) -> str:
        return self.class_name

    def SystemName(self, host: Host) -> str:
        return host.name


class MachineView(View["VirtualMachine"]):
    """A class with one instance for each virtual machine, found by the InstanceID of its settings."""

    index = ("InstanceID",)
    follows_revision = True

    def objects(self) -> Iterable[VirtualMachine]:
        return self.host.virtual_machines

    def shown_of(self, owner: object) -> Iterable[VirtualMachine] | None:
        if type(self).objects is not MachineView.objects:
            return None
        return (owner,) if isinstance(owner, VirtualMachine) and not owner.is_checkpoint else ()

    def by_key(self, keys: Keys) -> VirtualMachine | None:
        vm, tail = machine_of(self.host, keys.text("InstanceID"))
        return None if tail or vm is None or vm.is_checkpoint else vm

    def object_id(self, item: VirtualMachine) -> Hashable:
        return item.id

    def InstanceID(self, vm: VirtualMachine) -> str:
        return settings_id(vm)


#: What every CIM_ResourceAllocationSettingData of a machine or a pool says alike.
ALLOCATION_CONSTANTS = {
    "Address": "",
    "AddressOnParent": "",
    "AllocationUnits": "count",
    "AutomaticAllocation": True,
    "AutomaticDeallocation": True,
    "ConsumerVisibility": 3,
    "Parent": "",
    "VirtualQuantityUnits": "count",
    "Weight": 0,
}


class DeviceSettingView(View[DeviceType]):
    """Settings of the devices of one kind (CIM_ResourceAllocationSettingData)."""

    index = ("InstanceID",)
    follows_revision = True
    constants = {
        **ALLOCATION_CONSTANTS,
        "Limit": 1,
        "OtherResourceType": None,
        "Reservation": 1,
        "VirtualQuantity": 1,
    }

    def devices(self, vm: VirtualMachine) -> Iterable[DeviceType]:
        """The devices of this kind that one machine has."""
        raise NotImplementedError

    def tail(self, device: DeviceType) -> str:
        """What follows the machine's GUID in the InstanceID."""
        return device.setting_id

    def objects(self) -> Iterator[DeviceType]:
        for vm in settings_owners(self.host):
            yield from self.devices(vm)

    def shown_of(self, owner: object) -> Iterable[DeviceType] | None:
        if type(self).objects is not DeviceSettingView.objects:
            return None
        return self.devices(owner) if isinstance(owner, VirtualMachine) else ()

    def owner_of(self, item: DeviceType) -> object:
        return item.vm

    def by_key(self, keys: Keys) -> DeviceType | None:
        vm, tail = machine_of(self.host, keys.text("InstanceID"))
        if vm is None or not tail:
            return None
        wanted = tail.lower()
        return next((device for device in self.devices(vm) if self.tail(device).lower() == wanted), None)

    def object_id(self, item: DeviceType) -> Hashable:
        return (item.vm.id, self.tail(item))

    def InstanceID(self, device: DeviceType) -> str:
        return settings_id(device.vm, self.tail(device))

    def ElementName(self, device: DeviceType) -> str:
        return device.name

    def PoolID(self, device: DeviceType) -> str:
        """The pool of administrators that the device comes from; empty for the primordial one."""
        name: str = getattr(device, "pool_name", "")
        kind = device.resource_kind
        return device.host.resource_pools.effective(kind, name) if name and kind is not None else ""


class DeviceView(DeviceRefusals, View[DeviceType]):
    """Devices of one kind (CIM_LogicalDevice): what a running machine has, not how it is configured."""

    constants = {
        **ENABLED_ELEMENT,
        "SystemCreationClassName": "Msvm_ComputerSystem",
        "Availability": 6,
        "AdditionalAvailability": [6],
    }

    def devices(self, vm: VirtualMachine) -> Iterable[DeviceType]:
        """The devices of this kind that one machine has."""
        raise NotImplementedError

    def device_id(self, device: DeviceType) -> str:
        """What follows ``Microsoft:`` in the DeviceID."""
        return device.device_id

    def objects(self) -> Iterator[DeviceType]:
        for vm in self.host.virtual_machines:
            yield from self.devices(vm)

    def shown_of(self, owner: object) -> Iterable[DeviceType] | None:
        if type(self).objects is not DeviceView.objects:
            return None
        return self.devices(owner) if isinstance(owner, VirtualMachine) and not owner.is_checkpoint else ()

    def owner_of(self, item: DeviceType) -> object:
        return item.vm

    def candidates(self, keys: Keys) -> Iterable[DeviceType] | None:
        if "SystemName" not in keys:
            return None
        vm = self.host.virtual_machines.get(keys.text("SystemName"))
        return () if vm is None else self.devices(vm)

    def object_id(self, item: DeviceType) -> Hashable:
        return (item.vm.id, self.device_id(item))

    def CreationClassName(self, _device: DeviceType) -> str:
        return self.class_name

    def DeviceID(self, device: DeviceType) -> str:
        return PREFIX + self.device_id(device)

    def SystemName(self, device: DeviceType) -> str:
        return device.vm.id

    def ElementName(self, device: DeviceType) -> str:
        return device.name

    def Name(self, device: DeviceType) -> str:
        return device.name
