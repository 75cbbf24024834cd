"""A checkpoint: the settings and devices of a virtual machine as they were, with its memory or without."""

from typing import TYPE_CHECKING, Any, NoReturn

from emulator.host.checks import check_text
from emulator.host.errors import InvalidParameter, InvalidState, NotFound
from emulator.host.host_object import operation
from emulator.host.virtual_machine.configuration_files import ConfigurationFiles
from emulator.host.virtual_machine.virtual_machine import VirtualMachine
from emulator.host.virtual_machine.virtual_machine_settings import MAXIMUM_NAME, MAXIMUM_NOTES
from emulator.host.virtual_machine.virtual_machine_state import CriticalCause, VirtualMachineState

if TYPE_CHECKING:
    from collections.abc import Mapping

    from emulator.host.checkpoints.reference_points import TrackedDisk
    from emulator.host.guest.guest import GuestMoment
    from emulator.host.storage.disk_image.extents import Extents


class CheckpointFiles(ConfigurationFiles):
    """``<snapshot root>\\Snapshots\\<GUID>.vmcx`` and ``.vmrs``, or ``.xml`` and a folder (before 2016)."""

    __slots__ = ()

    @property
    def folder(self) -> str:
        return self.vm.snapshot_path.rstrip("\\") + "\\Snapshots"


class Checkpoint(VirtualMachine):
    """Settings of ``machine`` under an identity of their own. Only name and notes change; every other
    operation of a virtual machine raises InvalidState.

    ``parent_checkpoint`` is the one that it was taken after. Its drives hold the files in which the state of
    the disks is; nobody writes to these any more.
    """

    is_checkpoint = True

    def __init__(self, vm: VirtualMachine, identifier: str, name: str) -> None:
        super().__init__(
            vm.host,
            identifier,
            name,
            generation=vm.generation,
            version=vm.version,
            processors=vm.processor.count,
            memory=vm.memory.startup,
            path=vm.path,
            notes=vm.notes,
        )
        self.machine = vm
        self.is_automatic = False
        self.is_production = False
        #: It was taken for a backup; then who tracks what changed after it, and what changed until then since
        #: each reference point, by ids of tracking.
        self.is_recovery = False
        self.tracked: tuple[TrackedDisk, ...] = ()
        self.changes: Mapping[str, Extents] = {}
        #: ReplicationType of a recovery point of a replica; 0 for a checkpoint.
        self.replication_type = 0
        self.parent_checkpoint = vm.parent_checkpoint
        #: Bytes of memory that were saved with it; 0 without memory.
        self.memory_size = 0
        self.guest_moment: GuestMoment | None = None

    def __repr__(self) -> str:
        return f"<Checkpoint {self.name!r} of {self.machine.name!r}>"

    @property
    def has_memory(self) -> bool:
        """The machine goes on where it was when this is applied."""
        return self.memory_size > 0

    @property
    def files(self) -> CheckpointFiles:
        """Where it is kept."""
        return CheckpointFiles(self)

    @property
    def children(self) -> "list[Checkpoint]":
        """Checkpoints that were taken after it."""
        return [each for each in self.host.checkpoints.of(self.machine) if each.parent_checkpoint is self]

    @property
    def subtree(self) -> "list[Checkpoint]":
        """It and all that were taken after it, parents first."""
        found: list[Checkpoint] = [self]
        for each in found:
            found += each.children
        return found

    def remember_memory(self, size: int) -> None:
        """The memory of the machine belongs to it."""
        self.memory_size = size
        self.state = VirtualMachineState.SAVED if size else VirtualMachineState.OFF

    @operation
    def forget_memory(self) -> None:
        """Delete the memory that was saved with it: applied, the machine is off. Raises NotFound,
        InvalidState without memory."""
        if self.deleted:
            raise NotFound(f"The checkpoint {self.id} was not found.")
        if not self.has_memory:
            raise InvalidState()
        self.files.drop_saved_state()
        self.remember_memory(0)
        self.guest_moment = None
        self.touch()
        self.machine.touch()

    @operation
    def configure(self, **changes: Any) -> None:
        """Change ``name`` or ``notes``. Raises InvalidParameter, NotFound."""
        if self.deleted:
            raise NotFound(f"The checkpoint {self.id} was not found.")
        for name, value in changes.items():
            if name not in ("name", "notes"):
                raise InvalidParameter(f"The setting '{name}' of a checkpoint cannot be changed.")
            longest, shortest = (MAXIMUM_NAME, 1) if name == "name" else (MAXIMUM_NOTES, 0)
            check_text(name, value, longest, shortest=shortest)
        for name, value in changes.items():
            setattr(self, name, value)
        self.touch()
        self.machine.touch()

    def require_alive(self) -> NoReturn:
        raise InvalidState("The settings of a checkpoint cannot be changed.")

    def require_idle(self) -> NoReturn:
        self.require_alive()

    def require(
        self,
        *states: VirtualMachineState,  # noqa: ARG002 - whatever the states
        tolerates: CriticalCause | None = None,  # noqa: ARG002
    ) -> NoReturn:
        self.require_alive()
