"""Devices on the host's PCI Express bus that can be taken from it, and assigned to virtual machines
(discrete device assignment)."""

import zlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from emulator.host.checks import check_number
from emulator.host.errors import HostError, InUse, InvalidParameter, InvalidState, NotFound, NotSupported
from emulator.host.host_object import HostObject, operation
from emulator.host.resources.resource_kinds import PCI_EXPRESS
from emulator.host.virtual_machine.expansion.device import (
    ELEMENT_NOT_FOUND,
    NO_HYPERVISOR_FEATURE,
    NO_RESOURCES,
    DeviceStartError,
    ExpansionDevice,
)
from emulator.host.virtual_machine.virtual_machine_state import StopAction

if TYPE_CHECKING:
    from emulator.host.host import Host
    from emulator.profile import PciDevice

#: Texts of Dismount-VMHostAssignableDevice, as published with Microsoft's survey of such devices.
NO_BUS_CONTROL = (
    "The operation failed. The current configuration does not allow for OS control of the PCI Express bus."
    " Please check your BIOS or UEFI settings."
)
NO_MITIGATIONS = (
    "The operation failed. The manufacturer of this device has not supplied any directives for securing this"
    " device while exposing it to a virtual machine. The device should only be exposed to trusted virtual"
    " machines. This device is not supported and may behave unpredictably when directly exposed to a virtual"
    " machine."
)
_DISMOUNTED_NAMES = {
    "display": "PCI Express Graphics Processing Unit - Dismounted",
    "network": "PCI Express Network Controller - Dismounted",
    "storage": "PCI Express Storage Controller - Dismounted",
    "other": "PCI Express Device - Dismounted",
}
_BUS, _DISMOUNTED_BUS = "PCI\\", "PCIP\\"


class HostPciDevice(HostObject):
    """A device of the host; ``is_dismounted`` when it was taken from the host, so that it can be assigned.

    ``kind`` is ``storage``, ``network``, ``display`` or ``other``.
    """

    def __init__(self, host: "Host", facts: "PciDevice", name: str, kind: str, number: int) -> None:
        super().__init__(host)
        self.facts = facts
        self.name = name
        self.kind = kind
        stem, _, instance = facts.hardware_id.removeprefix(_BUS).partition("\\")
        place = facts.location_path or f"{stem}/{number}"
        self._tail = f"{stem}\\{instance or f'4&{zlib.crc32(place.encode()):08X}&0&{number:04X}'}"
        self.is_dismounted = False
        self.is_disabled = False

    @property
    def location_path(self) -> str:
        """Empty for a device that cannot be taken from the host."""
        return self.facts.location_path or ""

    @property
    def instance_path(self) -> str:
        """``PCI\\...``, and ``PCIP\\...`` while it is dismounted."""
        return (_DISMOUNTED_BUS if self.is_dismounted else _BUS) + self._tail

    @property
    def shown_name(self) -> str:
        """Name of the device node."""
        return _DISMOUNTED_NAMES[self.kind] if self.is_dismounted else self.name

    @property
    def is_used(self) -> bool:
        """Whether the host serves virtual machines with it: then it cannot be taken away."""
        return any(gpu.pci is self and gpu.partitions for gpu in self.host.expansion.gpus)

    @operation
    def enable(self, enabled: bool) -> None:
        """Switch the device on or off in the host. Raises InvalidState while it is dismounted, InUse."""
        if self.is_dismounted:
            raise InvalidState("The device is not part of the host while it is dismounted.")
        if not enabled and self.is_used:
            raise InUse(f"The device '{self.name}' is in use.")
        if self.is_disabled is enabled:
            self.is_disabled = not enabled
            self.touch()


class AssignableDevices:
    """The host's devices that have a location path, and who they are assigned to."""

    def __init__(self, host: "Host", devices: list[HostPciDevice]) -> None:
        self.host = host
        self._devices = [device for device in devices if device.location_path]
        self._owners: dict[HostPciDevice, AssignedDevice] = {}

    def __iter__(self) -> Iterator[HostPciDevice]:
        return iter(self._devices)

    @property
    def dismounted(self) -> list[HostPciDevice]:
        """Those that were taken from the host."""
        return [device for device in self._devices if device.is_dismounted]

    def at(self, location_path: str) -> HostPciDevice | None:
        """The device at a location path, in any case."""
        wanted = location_path.upper()
        return next((device for device in self._devices if device.location_path == wanted), None)

    def find(self, instance_path: str, location_path: str) -> HostPciDevice:
        """The device that one of the paths names, or both. Raises InvalidParameter, NotFound."""
        if not instance_path and not location_path:
            raise InvalidParameter("The path of a device is missing.")
        for device in self._devices:
            if location_path and device.location_path != location_path.upper():
                continue
            if instance_path and device.instance_path != instance_path.upper():
                continue
            return device
        raise NotFound(f"The device '{instance_path or location_path!s:.256}' was not found.", code=32779)

    @operation
    def dismount(
        self,
        instance_path: str = "",
        location_path: str = "",
        *,
        require_access_control: bool = False,
        require_mitigations: bool = False,
    ) -> HostPciDevice:
        """Take a device from the host.

        Raises NotSupported, RoleNotInstalled, InvalidParameter, NotFound, InvalidState (it is dismounted),
        InUse, HostError when a demand is not met.
        """
        self._require()
        device = self.find(instance_path, location_path)
        if device.is_dismounted:
            raise InvalidState("The device is dismounted already.")
        if device.is_used:
            raise InUse(f"The device '{device.name}' is in use.")
        if require_access_control and not device.facts.access_control_services:
            raise HostError(NO_BUS_CONTROL)
        if require_mitigations and not device.facts.mitigations:
            raise HostError(NO_MITIGATIONS)
        device.is_dismounted = True
        device.touch()
        return device

    @operation
    def mount(self, instance_path: str = "", location_path: str = "") -> HostPciDevice:
        """Give a device back to the host. Raises as ``dismount``, and InUse while a machine has it."""
        self._require()
        device = self.find(instance_path, location_path)
        if not device.is_dismounted:
            raise InvalidState("The device is not dismounted.")
        if device in self._owners:
            raise InUse(f"The device is assigned to the virtual machine '{self._owners[device].vm.name}'.")
        pool = self.host.resource_pools.holding(PCI_EXPRESS, device.location_path)
        if pool is not None:
            raise InUse(f"The device is in the resource pool '{pool.name}'.")
        device.is_dismounted = False
        device.is_disabled = False
        device.touch()
        return device

    def owner_of(self, device: HostPciDevice) -> "AssignedDevice | None":
        """What a device is assigned to."""
        return self._owners.get(device)

    def assign(self, assigned: "AssignedDevice") -> None:
        """A machine has a device; the first one keeps it."""
        device = self.at(assigned.location_path)
        if device is not None:
            self._owners.setdefault(device, assigned)
            device.touch()

    def free(self, assigned: "AssignedDevice") -> None:
        """A machine has a device no more."""
        device = self.at(assigned.location_path)
        if device is not None and self._owners.get(device) is assigned:
            del self._owners[device]
            device.touch()

    def _require(self) -> None:
        self.host.role.require()
        if AssignedDevice.feature not in self.host.release.special_devices:
            raise NotSupported()


class AssignedDevice(ExpansionDevice):
    """A virtual PCI Express port with a device of the host behind it; ``location_path`` says which.

    A machine with one is turned off when the host shuts down, has a fixed amount of memory at its start, and
    cannot be saved or moved while it runs (documented).
    """

    __slots__ = ("location_path", "numa_aware_placement", "virtual_functions")
    pool_kind = PCI_EXPRESS
    feature = "assignable_device"
    label = "Virtual Pci Express Port"
    default_name = "PCI Express Port"
    limit = 16
    can_be_saved = False
    can_migrate = False
    fixes_memory = True
    needs_turn_off = True

    def __init__(self, vm: Any, identifier: str, name: str | None = None) -> None:
        super().__init__(vm, identifier, name)
        self.location_path = ""
        self.virtual_functions: tuple[int, ...] = (0,)
        self.numa_aware_placement = False

    @property
    def host_device(self) -> HostPciDevice | None:
        """The device behind the port, while the host has it dismounted."""
        device = self.host.expansion.assignable_devices.at(self.location_path)
        return device if device is not None and device.is_dismounted else None

    def check(self, name: str, value: Any) -> Any:
        if name == "location_path":
            return str(value).upper()
        if name == "virtual_functions":
            return tuple(check_number(name, each, 0, 0xFFFF) for each in value)
        if name == "numa_aware_placement" and isinstance(value, bool):
            return value
        raise InvalidParameter(f"The setting '{name}' of an assigned device is not valid.")

    def check_add(self) -> None:
        device = self.host_device
        if device is None:
            raise NotFound("The device was not found, or it is not dismounted from the host.", code=32779)
        if self.host.expansion.assignable_devices.owner_of(device) is not None:
            raise InUse("The device is assigned to a virtual machine already.")
        vm = self.vm
        if vm.automatic_stop_action is not StopAction.TURN_OFF:
            raise InvalidState(
                f"'{vm.name}' cannot have an assigned device: its automatic stop action must be to turn off"
                f" the virtual machine. (Virtual machine ID {vm.id})"
            )
        memory = vm.memory
        self.check_memory(memory.dynamic, memory.startup, memory.minimum)

    def plugged(self) -> None:
        if not self.vm.is_checkpoint:
            self.host.expansion.assignable_devices.assign(self)

    def unplugged(self) -> None:
        self.host.expansion.assignable_devices.free(self)

    def check_start(self) -> None:
        device = self.host_device
        devices = self.host.expansion.assignable_devices
        if device is None or devices.owner_of(device) is not self:
            raise DeviceStartError(self, ELEMENT_NOT_FOUND)
        if self.host.release.is_client:
            raise DeviceStartError(self, NO_HYPERVISOR_FEATURE)
        vm = self.vm
        others = [each.host_device for each in vm.expansion.of(AssignedDevice)]
        low = sum(each.facts.low_memory_mapped_io for each in others if each is not None)
        high = sum(each.facts.high_memory_mapped_io for each in others if each is not None)
        if low > vm.low_memory_mapped_io_space or high > vm.high_memory_mapped_io_space:
            raise DeviceStartError(self, NO_RESOURCES)

    def problem(self) -> str | None:
        device = self.host_device
        if super().problem() is not None or device is None:
            return f"Could not find the assignable device '{self.location_path}'."
        return None


def seed_assigned(device: AssignedDevice, location: str) -> None:
    """Take a device from the host for a machine of the profile, which has checked it."""
    found = device.host.expansion.assignable_devices.at(location)
    if found is not None:
        found.is_dismounted = True
        device.location_path = found.location_path
