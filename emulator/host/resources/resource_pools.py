"""Resource pools that administrators make below the primordial ones (New-VMResourcePool, CreatePool).

A pool takes from parents; of each it may hold certain resources of the host (`pool_resources`). Devices of
machines come from it (`pool_members`) and use nothing of the host but what it holds.
"""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from emulator.host.checks import check_text
from emulator.host.errors import (
    AlreadyExists,
    InUse,
    InvalidParameter,
    InvalidState,
    NotFound,
    QuotaExceeded,
)
from emulator.host.host_object import HostObject, operation
from emulator.host.resources.pool_members import Member, members_of
from emulator.host.resources.pool_resources import check_resources, is_within, known_as
from emulator.host.resources.resource_kinds import FIBRE_CHANNEL, PRIMORDIAL, STORAGE, is_primordial
from emulator.host.virtual_machine.virtual_machine_state import VirtualMachineState

if TYPE_CHECKING:
    from emulator.host.host import Host
    from emulator.host.resources.metering import Metric
    from emulator.host.virtual_machine.virtual_machine import VirtualMachine

MAXIMUM_POOLS = 1024
MAXIMUM_NAME = 100
MAXIMUM_NOTES = 1024


class Allocation(NamedTuple):
    """What a pool takes from one parent: ``resources`` of the host, as `pool_resources` names them."""

    parent: str = PRIMORDIAL
    resources: tuple[str, ...] = ()


class ResourcePool(HostObject):
    """A pool of one kind of resource, with an allocation from each parent."""

    is_registered = False

    def __init__(
        self,
        host: "Host",
        identifier: str,
        name: str,
        subtype: str,
        allocations: tuple[Allocation, ...],
        notes: str,
    ) -> None:
        super().__init__(host)
        self.id = identifier
        self.name = name
        self.subtype = subtype
        self.allocations = allocations
        self.notes = notes

    @property
    def parents(self) -> tuple[str, ...]:
        """The PoolIDs of the pools that it takes from."""
        return tuple(each.parent for each in self.allocations)

    @property
    def resources(self) -> tuple[str, ...]:
        """Everything of the host that it holds."""
        return tuple(resource for each in self.allocations for resource in each.resources)

    @property
    def takes_from_primordial(self) -> bool:
        """Whether the primordial pool is one of its parents."""
        return any(is_primordial(name) for name in self.parents)

    @operation
    def configure(self, *, name: str | None = None, notes: str | None = None) -> None:
        """Rename a pool or change its notes. Raises InvalidParameter, AlreadyExists."""
        pools = self.host.resource_pools
        if name is not None and name.casefold() != self.name.casefold():
            pools.require_free(name, self.subtype)
        wanted = self.name if name is None else check_text("PoolID", name, MAXIMUM_NAME, shortest=1)
        text = self.notes if notes is None else check_text("Notes", notes, MAXIMUM_NOTES)
        if wanted != self.name:
            pools.rename_parent(self.subtype, self.name, wanted)
            for member in members_of(self.host, self.subtype, self.name, everywhere=True):
                setattr(member.item, member.attribute, wanted)
                member.item.touch()
            if self.subtype == FIBRE_CHANNEL:
                self.host.expansion.fibre_channel.renamed(self.name, wanted)
        self.name, self.notes = wanted, text
        self.touch()

    @operation
    def allocate(self, allocations: tuple[Allocation, ...]) -> None:
        """Change what it takes from whom.

        Raises as ``ResourcePools.create``; InUse for a resource that a machine or another pool has from it.
        """
        pools = self.host.resource_pools
        checked = pools.check_allocations(self.subtype, allocations, self)
        held = tuple(resource for each in checked for resource in each.resources)
        pools.require_unused(self, held)
        self.allocations = checked
        self.touch()

    @operation
    def take_from(self, parents: tuple[str, ...]) -> None:
        """Change the parents; each resource stays with the first of them that has it. Raises as
        ``allocate``."""
        pools = self.host.resource_pools
        self.allocate(pools.spread(self.subtype, parents, self.resources))

    @operation
    def hold(self, resources: tuple[str, ...]) -> None:
        """Change what it holds of the host; the parents stay. Raises as ``allocate``."""
        pools = self.host.resource_pools
        held = check_resources(self.host, self.subtype, resources, self)
        self.allocate(pools.spread(self.subtype, self.parents, held))


class ResourcePools:
    """The pools by their identifiers, in order of creation."""

    def __init__(self, host: "Host") -> None:
        self.host = host
        self._pools: dict[str, ResourcePool] = {}
        self._metered: dict[str, frozenset[Metric]] = {}

    def seed(self) -> None:
        """None at the start."""
        self._pools.clear()
        self._metered.clear()

    def metered(self, identifier: str) -> "frozenset[Metric]":
        """The metrics that are collected of a pool, primordial ones too."""
        return self._metered.get(identifier, frozenset())

    @operation
    def meter(self, identifier: str, metrics: "Iterable[Metric]") -> None:
        """Collect these metrics of a pool and no other. Its figures are those of the machines that are
        metered themselves and have resources from it."""
        self.host.role.require()
        self._metered[identifier] = frozenset(metrics)
        self.host.next_revision()

    def __iter__(self) -> Iterator[ResourcePool]:
        return iter(list(self._pools.values()))

    def get(self, identifier: str) -> ResourcePool | None:
        """The pool of a GUID in any case."""
        return self._pools.get(identifier.upper())

    def of(self, subtype: str) -> list[ResourcePool]:
        """The pools of a kind."""
        return [pool for pool in self._pools.values() if pool.subtype == subtype]

    def find(self, subtype: str, name: str) -> ResourcePool | None:
        """The pool of a kind with this name, in any case."""
        return next((each for each in self.of(subtype) if each.name.casefold() == name.casefold()), None)

    def effective(self, subtype: str, name: str) -> str:
        """The name of the pool that a device comes from; empty for the primordial one, also when the pool
        that came with the machine is not there."""
        found = self.find(subtype, name) if name else None
        return found.name if found is not None else ""

    def check_choice(self, subtype: str, name: object) -> str:
        """The name of the pool that a machine's resource is to come from; empty for the primordial one.

        Raises InvalidParameter for a pool that is not there.
        """
        text = check_text("PoolID", name, MAXIMUM_NAME)
        if not text or is_primordial(text):
            return ""
        pool = self.find(subtype, text)
        if pool is None:
            raise InvalidParameter(f"There is no resource pool '{text}' of this type.")
        return pool.name

    def require_resource(self, subtype: str, name: str, resource: str | None) -> None:
        """Raise InvalidParameter for a file, switch or device that the pool does not hold from which it is to
        come; ``name`` is empty for the primordial pool, which holds all, and None is nothing."""
        pool = self.find(subtype, name) if name else None
        if pool is None or resource is None or is_within(subtype, resource, pool.resources):
            return
        if subtype in STORAGE:
            raise InvalidParameter(f"The path '{resource}' is not in the resource pool '{pool.name}'.")
        raise InvalidParameter(f"The resource pool '{pool.name}' does not hold the resource.")

    @operation
    def assign(self, device: Any, name: str) -> None:
        """Let a device of a machine that is off come from another pool of its kind; empty for the primordial
        one. Raises InvalidParameter, InvalidState."""
        kind = device.resource_kind
        if kind is None:
            raise InvalidParameter("The device comes from no resource pool.")
        wanted = self.check_choice(kind, name)
        self.require_resource(kind, wanted, Member(kind, device, "pool_name").resource)
        device.vm.require(VirtualMachineState.OFF)
        self.begin(device, wanted)

    @operation
    def begin(self, device: Any, name: str) -> None:
        """A device, which may just have been added, comes from a pool whose name was checked."""
        if device.pool_name != name:
            device.pool_name = name
            device.touch()

    def users(self, pool: ResourcePool) -> "list[VirtualMachine]":
        """The machines of which something comes from a pool, each once."""
        return list(dict.fromkeys(member.vm for member in members_of(self.host, pool.subtype, pool.name)))

    @operation
    def create(
        self,
        subtype: str,
        name: str,
        allocations: tuple[Allocation, ...] = (Allocation(),),
        notes: str = "",
    ) -> ResourcePool:
        """Raises RoleNotInstalled, InvalidParameter, AlreadyExists, NotFound (a parent, a resource),
        PathNotFound, InUse, NotSupported, QuotaExceeded."""
        self.host.role.require()
        check_text("PoolID", name, MAXIMUM_NAME, shortest=1)
        check_text("Notes", notes, MAXIMUM_NOTES)
        self.require_free(name, subtype)
        checked = self.check_allocations(subtype, allocations, None)
        if len(self._pools) >= MAXIMUM_POOLS:
            raise QuotaExceeded(f"There are at most {MAXIMUM_POOLS} resource pools.")
        pool = ResourcePool(self.host, self.host.new_guid(), name, subtype, checked, notes)
        self.add(pool)
        self.host.observe("created", pool)
        return pool

    def add(self, pool: ResourcePool) -> None:
        """Register a pool that was checked."""
        self._pools[pool.id] = pool
        pool.is_registered = True

    @operation
    def delete(self, pool: ResourcePool) -> None:
        """Raises NotFound, InvalidState while another pool takes from it, InUse while a running machine does
        (a virtual SAN), or something of any machine comes from it."""
        if self._pools.get(pool.id) is not pool:
            raise NotFound(f"The resource pool '{pool.name}' was not found.")
        if self.children(pool):
            raise InvalidState(f"The resource pool '{pool.name}' is the parent of another pool.")
        if pool.subtype == FIBRE_CHANNEL:
            self.host.expansion.fibre_channel.check_removal(pool)
        if members_of(self.host, pool.subtype, pool.name):
            raise InUse(f"Resources of virtual machines come from the resource pool '{pool.name}'.")
        del self._pools[pool.id]
        self._metered.pop(pool.id, None)
        self.host.next_revision()
        self.host.observe("deleted", pool)

    def holding(self, subtype: str, resource: str) -> ResourcePool | None:
        """A pool of the kind that holds a resource of the host."""
        pools = self.of(subtype)
        return next((pool for pool in pools if is_within(subtype, resource, pool.resources)), None)

    def children(self, pool: ResourcePool) -> list[ResourcePool]:
        """The pools that take from a pool."""
        wanted = pool.name.casefold()
        return [
            each for each in self.of(pool.subtype) if any(name.casefold() == wanted for name in each.parents)
        ]

    def check_allocations(
        self, subtype: str, allocations: tuple[Allocation, ...], pool: ResourcePool | None
    ) -> tuple[Allocation, ...]:
        """The allocations with the names as the parents have them. Raises as ``create``."""
        self.check_parents(subtype, tuple(each.parent for each in allocations), pool)
        wanted = tuple(resource for each in allocations for resource in each.resources)
        known = {each.casefold(): each for each in check_resources(self.host, subtype, wanted, pool)}
        checked = []
        for each in allocations:
            parent = None if is_primordial(each.parent) else self.find(subtype, each.parent)
            mine = []
            for resource in (known_as(self.host, subtype, one) for one in each.resources):
                if parent is not None and not is_within(subtype, resource, parent.resources):
                    raise InvalidParameter(
                        f"The parent resource pool '{parent.name}' does not hold a resource of the pool."
                    )
                if resource.casefold() in known:
                    mine.append(known.pop(resource.casefold()))
            checked.append(Allocation(PRIMORDIAL if parent is None else parent.name, tuple(mine)))
        return tuple(checked)

    def spread(
        self, subtype: str, parents: tuple[str, ...], resources: tuple[str, ...]
    ) -> tuple[Allocation, ...]:
        """Allocations from parents; each resource comes from the first parent that has it, and from the first
        of all when none does, which ``check_allocations`` refuses. Resources are as the pools name them."""
        taken: dict[str, list[str]] = {name: [] for name in parents}
        for resource in resources:
            owner = next((name for name in parents if self._has(subtype, name, resource)), None)
            if taken:
                taken[owner or parents[0]].append(resource)
        return tuple(Allocation(name, tuple(held)) for name, held in taken.items())

    def _has(self, subtype: str, name: str, resource: str) -> bool:
        if is_primordial(name):
            return True
        pool = self.find(subtype, name)
        return pool is not None and is_within(subtype, resource, pool.resources)

    def require_unused(self, pool: ResourcePool, kept: tuple[str, ...]) -> None:
        """Raise InUse when a pool, that is to hold nothing but ``kept``, would lose what a machine or another
        pool has from it."""
        for member in members_of(self.host, pool.subtype, pool.name):
            resource = member.resource
            if resource is not None and not is_within(pool.subtype, resource, kept):
                raise InUse(
                    f"The virtual machine '{member.vm.name}' uses a resource of the pool '{pool.name}'."
                )
        for child in self.children(pool):
            for allocation in child.allocations:
                if allocation.parent.casefold() == pool.name.casefold() and not all(
                    is_within(pool.subtype, each, kept) for each in allocation.resources
                ):
                    raise InUse(f"The resource pool '{child.name}' has a resource of the pool '{pool.name}'.")

    def require_free(self, name: str, subtype: str) -> None:
        """Raise AlreadyExists for a name that a pool of the kind has."""
        if is_primordial(name) or self.find(subtype, name) is not None:
            raise AlreadyExists(f"A resource pool '{name}' of this type exists.")

    def rename_parent(self, subtype: str, before: str, after: str) -> None:
        """A pool gets another name: those that take from it follow."""
        for each in self.of(subtype):
            each.allocations = tuple(
                one._replace(parent=after) if one.parent == before else one for one in each.allocations
            )

    def check_parents(self, subtype: str, parents: tuple[str, ...], child: ResourcePool | None) -> None:
        """Raise InvalidParameter (none, one twice, or a circle), NotFound (no such pool)."""
        if not parents:
            raise InvalidParameter("A resource pool needs a parent.")
        if len({name.casefold() for name in parents}) < len(parents):
            raise InvalidParameter("A parent of the resource pool is named twice.")
        waiting, seen = list(parents), set[str]()
        while waiting:
            name = waiting.pop()
            if is_primordial(name) or name.casefold() in seen:
                continue
            seen.add(name.casefold())
            pool = self.find(subtype, name)
            if pool is None:
                raise NotFound(f"There is no resource pool '{name}' of this type.")
            if pool is child:
                raise InvalidParameter("A resource pool cannot be its own parent.")
            waiting += pool.parents
