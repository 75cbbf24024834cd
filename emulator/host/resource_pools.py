"""Resource pools that administrators make below the primordial ones (New-VMResourcePool)."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

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

if TYPE_CHECKING:
    from emulator.host.host import Host
    from emulator.host.memory_settings import MemorySettings
    from emulator.host.metering import Metric
    from emulator.host.processor_settings import ProcessorSettings
    from emulator.host.virtual_machine import VirtualMachine

MAXIMUM_POOLS = 1024
MAXIMUM_NAME = 100
MAXIMUM_NOTES = 1024
#: The kind of the pools that are virtual fibre channel SANs.
FIBRE_CHANNEL = "FibreChannel Connection"
#: The kinds of pools from which processors and memory of machines can be allocated.
PROCESSOR, MEMORY = "Processor", "Memory"
#: Kinds of resources that administrators put into pools -> GUID of the primordial pool (recorded: 2012).
PRIMORDIAL_POOLS = {
    MEMORY: "4764334E-E001-4176-82EE-5594EC9B530E",
    PROCESSOR: "B637F347-6A0E-4DEC-AF52-BD70CB80A21D",
    "Ethernet Connection": "72027ECE-E44A-446E-AF2B-8D8C4B8A2279",
    "Virtual Hard Disk": "70BB60D2-A9D3-46AA-B654-3DE53004B4F8",
    "Virtual CD/DVD Disk": "D92D268E-9AA8-49DD-8C7D-821CEFB5F597",
    "Virtual Floppy Disk": "4EA4F71F-16E6-4250-99A8-A2315332CC64",
    "Synthetic FibreChannel Port": "698F2285-28DC-4438-A147-82D7432C5254",
    FIBRE_CHANNEL: "146C56A0-3546-469B-9737-FCBCF82428F4",
}
#: PoolID of the pools that everything belongs to first.
PRIMORDIAL = "Primordial"


def is_primordial(name: str) -> bool:
    """Whether a PoolID is that of the pool of a kind to which everything belongs first."""
    return name.casefold() == PRIMORDIAL.casefold()


class ResourcePool(HostObject):
    """A pool of one kind of resource. ``parents`` are the PoolIDs of the pools that it takes from,
    ``resources`` the GUIDs of what a virtual SAN holds of the host."""

    is_registered = False

    def __init__(
        self, host: "Host", identifier: str, name: str, subtype: str, parents: tuple[str, ...], notes: str
    ) -> None:
        super().__init__(host)
        self.id = identifier
        self.name = name
        self.subtype = subtype
        self.parents = parents
        self.notes = notes
        self.resources: tuple[str, ...] = ()

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
            for vm in pools.users(self):
                _settings(vm, self.subtype).pool_name = wanted
                vm.touch()
            if self.subtype == FIBRE_CHANNEL:
                self.host.expansion.fibre_channel.renamed(self.name, wanted)
        self.name, self.notes = wanted, text
        self.touch()

    @operation
    def take_from(self, parents: tuple[str, ...], resources: tuple[str, ...] | None = None) -> None:
        """Change the parents, and what a virtual SAN holds; None leaves that.

        Raises InvalidParameter, NotFound, InUse.
        """
        pools = self.host.resource_pools
        pools.check_parents(self.subtype, parents, self)
        held = self.resources if resources is None else pools.check_resources(self.subtype, resources, self)
        self.parents, self.resources = parents, held
        self.touch()


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

    def find(self, subtype: str, name: str) -> ResourcePool | None:
        """The pool of a kind with this name, in any case."""
        return next(
            (each for each in self if each.subtype == subtype and each.name.casefold() == name.casefold()),
            None,
        )

    def check_choice(self, subtype: str, name: object) -> str:
        """The name of the pool that a machine's resource is to come from; empty for the primordial one.

        Raises InvalidParameter for a pool that is not there.
        """
        text = check_text("PoolID", name, MAXIMUM_NAME)
        if not text or text.casefold() == PRIMORDIAL.casefold():
            return ""
        pool = self.find(subtype, text)
        if pool is None:
            raise InvalidParameter(f"There is no resource pool '{text}' of this type.")
        return pool.name

    def users(self, pool: ResourcePool) -> "list[VirtualMachine]":
        """The machines whose processors or memory come from a pool."""
        if pool.subtype not in (PROCESSOR, MEMORY):
            return []
        wanted = pool.name.casefold()
        return [
            vm
            for vm in self.host.virtual_machines
            if _settings(vm, pool.subtype).pool_name.casefold() == wanted
        ]

    @operation
    def create(
        self,
        subtype: str,
        name: str,
        parents: tuple[str, ...] = (PRIMORDIAL,),
        notes: str = "",
        resources: tuple[str, ...] = (),
    ) -> ResourcePool:
        """Raises RoleNotInstalled, InvalidParameter, AlreadyExists, NotFound (a parent, a resource), InUse,
        NotSupported, QuotaExceeded."""
        self.host.role.require()
        check_text("PoolID", name, MAXIMUM_NAME, shortest=1)
        check_text("Notes", notes, MAXIMUM_NOTES)
        self.require_free(name, subtype)
        self.check_parents(subtype, parents, None)
        held = self.check_resources(subtype, resources, None)
        if len(self._pools) >= MAXIMUM_POOLS:
            raise QuotaExceeded(f"There are at most {MAXIMUM_POOLS} resource pools.")
        pool = ResourcePool(self.host, self.host.new_guid(), name, subtype, parents, notes)
        pool.resources = held
        self.add(pool)
        self.host.observe("created", pool)
        return pool

    def add(self, pool: ResourcePool) -> None:
        """Register a pool that was checked."""
        self._pools[pool.id] = pool
        pool.is_registered = True

    @operation
    def delete(self, pool: ResourcePool) -> None:
        """Raises NotFound, InvalidState while another pool takes from it, InUse while a running machine
        does, or processors or memory of any machine come from it."""
        if self._pools.get(pool.id) is not pool:
            raise NotFound(f"The resource pool '{pool.name}' was not found.")
        if any(self._takes_from(each, pool) for each in self):
            raise InvalidState(f"The resource pool '{pool.name}' is the parent of another pool.")
        if pool.subtype == FIBRE_CHANNEL:
            self.host.expansion.fibre_channel.check_removal(pool)
        if self.users(pool):
            raise InUse(f"Resources of virtual machines come from the resource pool '{pool.name}'.")
        del self._pools[pool.id]
        self._metered.pop(pool.id, None)
        self.host.next_revision()
        self.host.observe("deleted", pool)

    def check_resources(
        self, subtype: str, resources: tuple[str, ...], pool: ResourcePool | None
    ) -> tuple[str, ...]:
        """What a pool is to hold of the host; only virtual SANs hold something. Raises as ``create``."""
        if subtype != FIBRE_CHANNEL:
            return ()
        return self.host.expansion.fibre_channel.check_resources(resources, pool)

    def require_free(self, name: str, subtype: str) -> None:
        """Raise AlreadyExists for a name that a pool of the kind has."""
        if is_primordial(name) or self.find(subtype, name) is not None:
            raise AlreadyExists(f"A resource pool '{name}' of this type exists.")

    def rename_parent(self, subtype: str, before: str, after: str) -> None:
        """A pool gets another name: those that take from it follow."""
        for each in self:
            if each.subtype == subtype:
                each.parents = tuple(after if one == before else one for one in each.parents)

    def check_parents(self, subtype: str, parents: tuple[str, ...], child: ResourcePool | None) -> None:
        """Raise InvalidParameter (none, or a circle), NotFound (no such pool)."""
        if not parents:
            raise InvalidParameter("A resource pool needs a parent.")
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

    @staticmethod
    def _takes_from(child: ResourcePool, parent: ResourcePool) -> bool:
        names = {name.casefold() for name in child.parents}
        return child.subtype == parent.subtype and parent.name.casefold() in names


def _settings(vm: "VirtualMachine", subtype: str) -> "ProcessorSettings | MemorySettings":
    return vm.processor if subtype == PROCESSOR else vm.memory
