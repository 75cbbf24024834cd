"""Allocation settings of pools that administrators made: what each takes from a parent.

One instance a parent, of the class of the kind's templates; HostResource is what the pool holds of the host.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from emulator.host.errors import InvalidParameter, NotSupported
from emulator.host.network.virtual_switch import VirtualSwitch
from emulator.host.resources.resource_kinds import (
    ETHERNET,
    FIBRE_CHANNEL,
    GPU_PARTITION,
    PCI_EXPRESS,
    PHYSICAL_DISK,
    is_primordial,
)
from emulator.host.resources.resource_pools import Allocation, ResourcePool
from emulator.host.virtual_machine.expansion.fibre_channel import HostPort
from emulator.host.virtual_machine.expansion.gpu import HostGpu
from emulator.host.virtual_machine.expansion.pci import HostPciDevice
from emulator.wmi.changes import value_of
from emulator.wmi.view import View
from emulator.wmi.virtualization_v2 import assignable_devices, graphics
from emulator.wmi.virtualization_v2.base import ALLOCATION_CONSTANTS, PREFIX
from emulator.wmi.virtualization_v2.fibre_channel.ports import switch_path as san_switch_path
from emulator.wmi.virtualization_v2.paths import named_object, physical_disk_number, physical_disk_path
from emulator.wmi.virtualization_v2.pool_templates import TEMPLATE_VIEWS, TemplateView
from emulator.wmi.virtualization_v2.pools import ALL_POOLS, Template, settings_class
from emulator.wmi.virtualization_v2.switches import switch_path

if TYPE_CHECKING:
    from emulator.cim.instance import ValueInstance
    from emulator.wmi.keys import Keys
    from emulator.wmi.namespace import Namespace

KINDS = {pool.subtype: pool for pool in ALL_POOLS if pool.subtype}


class PoolShare(NamedTuple):
    """What a pool takes from one of its parents."""

    pool: ResourcePool
    number: int

    @property
    def allocation(self) -> Allocation:
        return self.pool.allocations[self.number]


def shares(pool: ResourcePool) -> list[PoolShare]:
    """What a pool takes from each parent."""
    return [PoolShare(pool, number) for number in range(len(pool.allocations))]


class PoolAllocationView(View[PoolShare]):
    """Allocation settings of one class."""

    index = ("InstanceID",)
    follows_revision = True
    constants = ALLOCATION_CONSTANTS

    def objects(self) -> Iterator[PoolShare]:
        for pool in self.host.resource_pools:
            if self.shows(pool):
                yield from shares(pool)

    def shows(self, pool: ResourcePool) -> bool:
        """Whether allocations of a pool are of this class."""
        kind = KINDS.get(pool.subtype)
        return kind is not None and settings_class(self.namespace, kind) == self.class_name

    def shown_of(self, owner: object) -> Iterable[PoolShare] | None:
        return shares(owner) if isinstance(owner, ResourcePool) and self.shows(owner) else ()

    def owner_of(self, item: PoolShare) -> object:
        return item.pool

    def by_key(self, keys: Keys) -> PoolShare | None:
        prefix, _, number = keys.text("InstanceID").partition("\\")
        pool = self.host.resource_pools.get(prefix.rpartition(":")[2])
        if pool is None or not self.shows(pool) or not number.isdecimal() or len(number) > 4:
            return None
        return next((each for each in shares(pool) if each.number == int(number)), None)

    def object_id(self, item: PoolShare) -> Hashable:
        return (item.pool.id, item.number)

    def revision(self, item: PoolShare) -> Hashable | None:
        return item.pool.revision

    def InstanceID(self, share: PoolShare) -> str:
        return f"{PREFIX}{share.pool.id}\\{share.number}"

    def ElementName(self, share: PoolShare) -> str:
        return share.pool.name

    def PoolID(self, share: PoolShare) -> str:
        """The parent; empty for the primordial pool."""
        parent = share.allocation.parent
        return "" if is_primordial(parent) else parent

    def ResourceType(self, share: PoolShare) -> int:
        return KINDS[share.pool.subtype].resource_type

    def ResourceSubType(self, share: PoolShare) -> str:
        return KINDS[share.pool.subtype].full_subtype

    def HostResource(self, share: PoolShare) -> list[str]:
        write = _WRITTEN.get(share.pool.subtype)
        held = share.allocation.resources
        return list(held) if write is None else [write(self.namespace, each) for each in held]


def _allocation_view(template: type[TemplateView]) -> type[PoolAllocationView]:
    """The class of a kind's templates is that of its allocations too."""

    class Allocations(PoolAllocationView):
        class_name = template.class_name

    return Allocations


ALLOCATION_VIEWS = tuple(_allocation_view(template) for template in TEMPLATE_VIEWS)


def _switch(namespace: Namespace, resource: str) -> str:
    switch = namespace.host.virtual_switches.get(resource)
    return "" if switch is None else switch_path(namespace, switch)


def _pci_device(namespace: Namespace, resource: str) -> str:
    device = namespace.host.expansion.assignable_devices.at(resource)
    if device is None or not device.is_dismounted:
        return ""
    return str(namespace.view(assignable_devices.HostDevice).instance(device).path)


def _gpu(namespace: Namespace, resource: str) -> str:
    found = (each for each in namespace.host.expansion.gpus if each.interface_path == resource)
    gpu = next(found, None)
    return "" if gpu is None else str(namespace.view(graphics.PartitionableGpu).instance(gpu).path)


#: Kind of pool -> the text of HostResource for what the host calls a resource; other kinds name it alike.
_WRITTEN: dict[str, Callable[[Namespace, str], str]] = {
    ETHERNET: _switch,
    FIBRE_CHANNEL: san_switch_path,
    GPU_PARTITION: _gpu,
    PCI_EXPRESS: _pci_device,
    PHYSICAL_DISK: lambda namespace, resource: physical_disk_path(namespace, int(resource)),
}
#: Kind of pool -> what HostResource must name, and what the host calls that.
_NAMED: dict[str, tuple[type[Any], Callable[[Any], str]]] = {
    ETHERNET: (VirtualSwitch, lambda switch: switch.id),
    FIBRE_CHANNEL: (HostPort, lambda port: port.switch_id),
    GPU_PARTITION: (HostGpu, lambda gpu: gpu.interface_path),
    PCI_EXPRESS: (HostPciDevice, lambda device: device.location_path),
}


def allocations_of(
    namespace: Namespace, kind: str, parents: tuple[str, ...], settings: list[ValueInstance]
) -> tuple[Allocation, ...]:
    """What a pool is to take from each parent: one of the settings for each.

    Raises NotSupported for one that several parents share (documented), and for a limit, which no kind of
    pool has here; InvalidParameter.
    """
    if len(settings) == 1 and len(parents) > 1:
        raise NotSupported("Resource pools share no capacity of several parents.")
    if settings and len(settings) != len(parents):
        raise InvalidParameter("AllocationSettings must hold one element for each of ParentPools.")
    if not settings:
        return tuple(Allocation(parent) for parent in parents)
    return tuple(
        Allocation(parent, _resources(namespace, kind, each))
        for parent, each in zip(parents, settings, strict=True)
    )


def _require_no_limit(namespace: Namespace, kind: str, settings: ValueInstance) -> None:
    """A client may send back what the template of the kind says."""
    pool = KINDS[kind]
    shown = next(each for each in TEMPLATE_VIEWS if each.class_name == settings_class(namespace, pool))
    view, template = namespace.view(shown), Template(pool, "Default")
    for name in ("Limit", "Reservation"):
        if value_of(settings, name) not in (None, 0, view.read(template, name)):
            raise NotSupported(f"Resource pools of the kind {kind} have no {name.lower()}.")


def _resources(namespace: Namespace, kind: str, settings: ValueInstance) -> tuple[str, ...]:
    _require_no_limit(namespace, kind, settings)
    given = value_of(settings, "HostResource")
    texts = [str(each) for each in given if each] if isinstance(given, list) else []
    return tuple(_resource(namespace, kind, each) for each in texts)


def _resource(namespace: Namespace, kind: str, text: str) -> str:
    if kind == PHYSICAL_DISK:
        return str(physical_disk_number(namespace, text))
    if kind not in _NAMED:
        return text
    wanted, name = _NAMED[kind]
    item = named_object(namespace, text)
    if not isinstance(item, wanted):
        raise InvalidParameter(f"HostResource does not name a resource of the kind {kind}: '{text:.128}'")
    return name(item)
