"""What a configuration file says of a virtual machine: its settings and devices, apart from any host.

A definition is made under the lock of the host that has the machine and never changes; whoever takes it over
on another host reads it without that lock.
"""

from typing import TYPE_CHECKING, NamedTuple

from emulator.host.errors import NotSupported
from emulator.host.network.virtual_switch import VirtualSwitch
from emulator.host.virtual_machine.machine_copy import copy_settings
from emulator.host.virtual_machine.virtual_machine import VirtualMachine
from emulator.host.virtual_machine.virtual_machine_state import VirtualMachineState

if TYPE_CHECKING:
    from emulator.host.checkpoints.checkpoint import Checkpoint
    from emulator.host.guest.guest import GuestMoment, InstalledSystem
    from emulator.host.host import Host
    from emulator.host.storage.filesystem import FileBacking
    from emulator.host.virtual_machine.planned_machine import PlannedMachine


class Connection(NamedTuple):
    """The switch of an adapter: GUID and name."""

    switch_id: str
    switch_name: str


class MachineDefinition(VirtualMachine):
    """Settings and devices of a machine or of a checkpoint. Nothing can be done with it."""

    is_checkpoint = True

    def __init__(self, vm: VirtualMachine) -> None:
        super().__init__(
            vm.host,
            vm.id,
            vm.name,
            generation=vm.generation,
            version=vm.version,
            processors=vm.processor.count,
            memory=vm.memory.startup,
            path=vm.path,
            notes=vm.notes,
        )
        copy_settings(vm, self)
        self.created = vm.created
        self.connections = {
            adapter.id: Connection(adapter.switch.id, adapter.switch.name)
            for adapter in vm.network_adapters
            if adapter.switch is not None and not adapter.is_automatic
        }
        #: Bytes of memory that are saved with it; 0 without memory.
        self.memory_size = 0
        self.guest_moment: GuestMoment | None = None
        self.system: InstalledSystem | None = vm.guest._own_system
        #: GUID of the checkpoint that it comes after.
        self.parent_id = None if vm.parent_checkpoint is None else vm.parent_checkpoint.id
        self.is_production = False
        #: The planned machine with which a checkpoint comes.
        self.planned: PlannedMachine | None = None

    def remember_memory(self, size: int, moment: "GuestMoment | None") -> None:
        """The machine goes on where it was: it is saved."""
        self.memory_size, self.guest_moment = size, moment
        self.state = VirtualMachineState.SAVED if size else VirtualMachineState.OFF


class Definition(NamedTuple):
    """A machine with its checkpoints, parents first; ``root`` is the folder that they were written below."""

    machine: MachineDefinition
    checkpoints: tuple[MachineDefinition, ...]
    root: str


class DefinitionFile:
    """What is behind a configuration file that no management service holds (FileBacking).

    ``checkpoint`` is the GUID of the checkpoint that the file is about; None for that of the machine.
    """

    def __init__(self, definition: Definition, checkpoint: str | None = None) -> None:
        self.definition = definition
        self.checkpoint = checkpoint

    def in_use(self) -> bool:
        return False

    def renamed(self, path: str) -> None:
        """It says the same wherever it is."""

    def removed(self) -> None:
        """Nothing else depends on it."""

    def copied(self, path: str) -> "FileBacking | None":  # noqa: ARG002 - the protocol's parameter
        return DefinitionFile(self.definition, self.checkpoint)

    def read(self, offset: int, length: int) -> bytes:  # noqa: ARG002 - the protocol's parameters
        raise NotSupported("The emulator does not keep the content of configuration files.")


def describe(vm: VirtualMachine, *, live_state: bool = True) -> MachineDefinition:
    """A machine as it is now. Saved memory counts, and that of a running machine when ``live_state``."""
    definition = MachineDefinition(vm)
    if vm.state is VirtualMachineState.SAVED:
        definition.remember_memory(vm.memory.startup, vm.guest.moment())
    elif vm.state is not VirtualMachineState.OFF and live_state:
        definition.remember_memory(vm.assigned_memory(), vm.guest.moment())
    return definition


def describe_checkpoint(checkpoint: "Checkpoint") -> MachineDefinition:
    """A checkpoint under its own GUID."""
    definition = MachineDefinition(checkpoint)
    definition.remember_memory(checkpoint.memory_size, checkpoint.guest_moment)
    definition.is_production = checkpoint.is_production
    return definition


def fill(target: VirtualMachine, definition: MachineDefinition) -> None:
    """Give a machine the settings and devices of a definition.

    Adapters are connected to the switch of the same GUID, else of the same name, else to one that does not
    exist (``is_lost``): so its name is known until somebody connects them elsewhere.
    """
    copy_settings(definition, target)
    for adapter in target.network_adapters:
        wanted = definition.connections.get(adapter.id)
        adapter.switch = None if wanted is None else _switch(target.host, wanted)


def is_lost(switch: VirtualSwitch) -> bool:
    """The switch does not exist on its host."""
    return switch.host.virtual_switches.get(switch.id) is not switch


def _switch(host: "Host", wanted: Connection) -> VirtualSwitch:
    switches = host.virtual_switches
    found = switches.get(wanted.switch_id) or next(iter(switches.find(wanted.switch_name)), None)
    if found is None:
        found = VirtualSwitch(host, wanted.switch_id, wanted.switch_name, (), False, "")
        found.is_registered = False
    return found
