"""What takes from the pools that administrators made: devices of virtual machines, what is in their drives,
and their connections to switches.

A device that comes from the primordial pool of its kind has no pool's name. A name that came with a machine
from another host, where there is such a pool, means the primordial one here.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from emulator.host.resources.resource_kinds import (
    ETHERNET,
    GPU_PARTITION,
    MEMORY,
    PCI_EXPRESS,
    PHYSICAL_DISK,
    PROCESSOR,
    STORAGE,
)

if TYPE_CHECKING:
    from emulator.host.host import Host
    from emulator.host.virtual_machine.virtual_machine import VirtualMachine


#: Kind of special devices -> the attribute that says what they use of what pools of the kind hold.
USED_RESOURCES = {PCI_EXPRESS: "location_path", GPU_PARTITION: "gpu"}


class Member(NamedTuple):
    """Something that comes from pools of a kind; ``attribute`` is where it keeps the name of its pool."""

    kind: str
    item: Any
    attribute: str

    @property
    def vm(self) -> "VirtualMachine":
        """The machine."""
        vm: VirtualMachine = self.item.vm
        return vm

    @property
    def pool_name(self) -> str:
        """The name of the pool; empty for the primordial one."""
        return str(getattr(self.item, self.attribute))

    @property
    def resource(self) -> str | None:
        """What of the host it uses of what pools of its kind hold, as pools name it; None for nothing."""
        item = self.item
        if self.kind in STORAGE:
            path: str | None = item.path
            return path
        if self.kind == ETHERNET:
            return None if item.switch is None else str(item.switch.id)
        if self.kind in USED_RESOURCES:
            return str(getattr(item, USED_RESOURCES[self.kind])) or None
        if self.kind == PHYSICAL_DISK:
            return str(item.disk_number)
        return None


def members(vm: "VirtualMachine") -> Iterator[Member]:
    """Everything of a machine that comes from a pool."""
    yield Member(PROCESSOR, vm.processor, "pool_name")
    yield Member(MEMORY, vm.memory, "pool_name")
    if vm._devices is None:
        # Nobody has looked at its devices, so nobody has put one into a pool.
        return
    for controller in vm.devices.controllers:
        if controller.resource_kind is not None:
            yield Member(controller.resource_kind, controller, "pool_name")
    drives: list[Any] = [*vm.devices.drives, *([] if vm.floppy is None else [vm.floppy])]
    for drive in drives:
        if drive.resource_kind is not None:
            yield Member(drive.resource_kind, drive, "pool_name")
        if drive.medium_kind is not None:
            yield Member(drive.medium_kind, drive, "medium_pool_name")
    for adapter in vm.network_adapters:
        yield Member(adapter.resource_kind, adapter, "pool_name")
        yield Member(ETHERNET, adapter, "connection_pool_name")
    for device in vm._expansion or ():
        if device.resource_kind is not None:
            yield Member(device.resource_kind, device, "pool_name")


def members_of(host: "Host", kind: str, name: str, *, everywhere: bool = False) -> list[Member]:
    """What comes from the pool of a kind and name: of the machines, with ``everywhere`` also of checkpoints
    and of machines that are not realized."""
    wanted = name.casefold()
    owners: list[VirtualMachine] = list(host.virtual_machines)
    if everywhere:
        owners += [*host.checkpoints, *host.planned_machines]
    return [
        member
        for vm in owners
        for member in members(vm)
        if member.kind == kind and member.pool_name.casefold() == wanted
    ]
