"""Hardware: the facts of the profile, read by name, and whether they are enough for a hypervisor."""

from typing import TYPE_CHECKING

from emulator.profile import Disk, Firmware, NetworkAdapter, Processor, System, Volume, unmet_requirements

if TYPE_CHECKING:
    from emulator.host.host import Host


class Hardware:
    """The machine below the operating system. Fixed, but for the connection names that Windows gives its
    network adapters."""

    def __init__(self, host: "Host") -> None:
        self.host = host
        facts = host.profile.hardware
        self.facts = facts
        self.processor: Processor = facts.processor
        self.logical_processors = facts.logical_processors
        self.numa_nodes = facts.numa_nodes
        self.memory = facts.memory
        self.disks: tuple[Disk, ...] = facts.disks
        self.volumes: tuple[tuple[int, Volume], ...] = facts.volumes
        self.firmware: Firmware = facts.firmware
        self.system: System = facts.system
        self.seed()

    def seed(self) -> None:
        self.network_adapters: tuple[NetworkAdapter, ...] = self.facts.network_adapters

    def replace_adapter(self, old: NetworkAdapter, new: NetworkAdapter) -> None:
        """Let an adapter stand for another; called with the lock held."""
        self.network_adapters = tuple(new if each is old else each for each in self.network_adapters)

    @property
    def unmet(self) -> tuple[str, ...]:
        """What is missing for this release's hypervisor: of ``cpu``, ``firmware``, ``dep``, ``slat``."""
        return unmet_requirements(self.facts, self.host.release)

    def meets(self, requirement: str) -> bool:
        """Whether one of ``cpu``, ``firmware``, ``dep``, ``slat`` is met."""
        return requirement not in self.unmet

    def network_adapter(self, name: str) -> NetworkAdapter | None:
        """The physical adapter of a connection name or interface description, in any case."""
        wanted = name.casefold()
        for adapter in self.network_adapters:
            if wanted in (adapter.name.casefold(), adapter.description.casefold()):
                return adapter
        return None
