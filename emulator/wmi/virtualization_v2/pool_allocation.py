"""What pools give: the devices of machines and their settings, and the host's own devices in the pools.

Which device is allocated from which pool was recorded on a 2012 R2 host, but for synthetic keyboards, legacy
network adapters and floppy images, whose pools are chosen. Other emulated devices are from none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from emulator.host.resources.resource_kinds import ETHERNET, PRIMORDIAL_POOLS
from emulator.host.resources.resource_pools import ResourcePool
from emulator.wmi.association import End, Link
from emulator.wmi.virtualization_v2.pools import Pool
from emulator.wmi.virtualization_v2.processor_memory import ProcessorDevice, VirtualProcessor

if TYPE_CHECKING:
    from emulator.host import VirtualMachine
    from emulator.wmi.namespace import Namespace
    from emulator.wmi.view import View

AnyView = type["View[Any]"]
_ELEMENT, _ALLOCATION = "Msvm_ElementAllocatedFromPool", "Msvm_ResourceAllocationFromPool"


class Aspect(NamedTuple):
    """What of an object comes from a pool: of which kind, and where it keeps the name of a pool that
    administrators made."""

    kind: Callable[[Any], str | None]
    attribute: str

    def primordial(self, item: Any) -> str | None:
        """The GUID of the primordial pool of the kind."""
        kind = self.kind(item)
        return None if kind is None else PRIMORDIAL_POOLS[kind]

    def made(self, item: Any) -> ResourcePool | None:
        """The pool of administrators; None for what comes from the primordial one."""
        name, kind = getattr(_owner(item), self.attribute, ""), self.kind(item)
        return item.vm.host.resource_pools.find(kind, name) if name and kind is not None else None


def _owner(item: Any) -> Any:
    return item.vm.processor if isinstance(item, VirtualProcessor) else item


def _device_kind(item: Any) -> str | None:
    kind: str | None = _owner(item).resource_kind
    return kind


def _medium_kind(drive: Any) -> str | None:
    kind: str | None = drive.medium_kind
    return kind


#: A device or its settings, what is in a drive, the connection of an adapter to a switch.
DEVICE = Aspect(_device_kind, "pool_name")
MEDIUM = Aspect(_medium_kind, "medium_pool_name")
CONNECTION = Aspect(lambda _: ETHERNET, "connection_pool_name")


def links(
    pools: Mapping[str, Pool],
    pool_view: AnyView,
    processor_pool_view: AnyView,
    devices: Iterable[tuple[AnyView, Aspect]],
    settings: Iterable[tuple[AnyView, Aspect]],
    processor_settings: AnyView,
    made_view: AnyView | None = None,
) -> tuple[Link, ...]:
    """One row for each view of devices or settings whose objects come from pools.

    ``pools`` are the primordial ones of the namespace by their GUIDs, ``made_view`` shows those of
    administrators; without it everything comes from a primordial one. Devices of checkpoints and planned
    machines take nothing.
    """
    rows: list[tuple[str, AnyView, AnyView, Aspect]] = [
        *((_ELEMENT, pool_view, view, aspect) for view, aspect in devices),
        *((_ALLOCATION, pool_view, view, aspect) for view, aspect in settings),
        (_ELEMENT, processor_pool_view, ProcessorDevice, DEVICE),
        (_ALLOCATION, processor_pool_view, processor_settings, DEVICE),
    ]
    found = [
        _from_primordial(association, shown, pools, view, aspect, shows_made=made_view is not None)
        for association, shown, view, aspect in rows
    ]
    if made_view is not None:
        found += [_from_made(association, made_view, view, aspect) for association, _, view, aspect in rows]
    return tuple(found)


def _from_primordial(
    association: str,
    pool_view: AnyView,
    pools: Mapping[str, Pool],
    view: AnyView,
    aspect: Aspect,
    *,
    shows_made: bool,
) -> Link:
    def pool_of(item: Any) -> str | None:
        if not _is_allocated(item.vm) or (shows_made and aspect.made(item) is not None):
            return None
        return aspect.primordial(item)

    def given(namespace: Namespace, pool: Pool) -> Iterable[Any]:
        return [each for each in namespace.view(view).objects() if pool_of(each) == pool.guid]

    def source(_namespace: Namespace, item: Any) -> Iterable[Pool]:
        pool = pools.get(pool_of(item) or "")
        return () if pool is None or pool.pool_class != pool_view.class_name else (pool,)

    return Link(association, End("Antecedent", pool_view, given), End("Dependent", view, source))


def _from_made(association: str, made_view: AnyView, view: AnyView, aspect: Aspect) -> Link:
    def given(namespace: Namespace, pool: ResourcePool) -> Iterable[Any]:
        return [each for each in namespace.view(view).objects() if pool in source(namespace, each)]

    def source(_namespace: Namespace, item: Any) -> Iterable[ResourcePool]:
        pool = aspect.made(item) if _is_allocated(item.vm) else None
        return () if pool is None else (pool,)

    return Link(association, End("Antecedent", made_view, given), End("Dependent", view, source))


def _is_allocated(vm: VirtualMachine) -> bool:
    return not vm.is_checkpoint
