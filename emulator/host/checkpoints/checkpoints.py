"""The checkpoints of the host's virtual machines, and the files that they leave behind."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from emulator.host.host_object import operation
from emulator.host.identifiers import normalize_guid
from emulator.host.virtual_machine.virtual_machine_state import CheckpointType

if TYPE_CHECKING:
    from emulator.host.checkpoints.checkpoint import Checkpoint
    from emulator.host.host import Host
    from emulator.host.job import Job
    from emulator.host.storage.virtual_disk import VirtualDisk
    from emulator.host.virtual_machine.virtual_machine import VirtualMachine


class Checkpoints:
    """Checkpoints by GUID, in order of creation. A machine without any costs nothing here."""

    def __init__(self, host: "Host") -> None:
        self.host = host
        self._checkpoints: dict[str, Checkpoint] = {}
        self._of: dict[str, dict[Checkpoint, None]] = {}
        #: By machine: differencing files that checkpoints made, files that nobody needs, the job that merges
        #: them.
        self.made: dict[str, dict[VirtualDisk, None]] = {}
        self.released: dict[str, dict[VirtualDisk, None]] = {}
        self.merges: dict[str, Job] = {}

    def seed(self) -> None:
        for checkpoint in self._checkpoints.values():
            checkpoint.deleted = True
        for table in (self._checkpoints, self._of, self.made, self.released, self.merges):
            table.clear()

    def __iter__(self) -> "Iterator[Checkpoint]":
        return iter(list(self._checkpoints.values()))

    def __len__(self) -> int:
        return len(self._checkpoints)

    def __contains__(self, checkpoint: object) -> bool:
        return self._checkpoints.get(getattr(checkpoint, "id", "")) is checkpoint

    def get(self, identifier: str) -> "Checkpoint | None":
        """The checkpoint of a GUID in any case."""
        if not self._checkpoints:
            return None
        return self._checkpoints.get(identifier) or self._checkpoints.get(normalize_guid(identifier))

    def of(self, vm: "VirtualMachine") -> "list[Checkpoint]":
        """The checkpoints of a machine, in order of creation."""
        return list(self._of.get(vm.id, ()))

    def add(self, checkpoint: "Checkpoint") -> None:
        """Register a checkpoint whose files were made."""
        self._checkpoints[checkpoint.id] = checkpoint
        self._of.setdefault(checkpoint.machine.id, {})[checkpoint] = None
        checkpoint.is_registered = True
        self.host.next_revision()
        self.host.observe("created", checkpoint)

    def drop(self, checkpoint: "Checkpoint") -> None:
        """Forget a checkpoint."""
        del self._checkpoints[checkpoint.id]
        own = self._of[checkpoint.machine.id]
        del own[checkpoint]
        if not own:
            del self._of[checkpoint.machine.id]
        checkpoint.deleted = True
        self.host.next_revision()
        self.host.observe("deleted", checkpoint)

    # -- operations ---------------------------------------------------------------------------

    @operation
    def create(
        self, vm: "VirtualMachine", name: str | None = None, kind: CheckpointType | int | None = None
    ) -> "Job":
        """Take a checkpoint (job 70) of a machine that is off, saved, running or paused.

        ``kind`` is that of the machine's setting unless given. A production checkpoint of a running machine
        needs a guest with the VSS service; without one a standard checkpoint is taken, unless production only
        is set: then the job fails. Raises InvalidState (also when checkpoints are disabled), LimitExceeded,
        InvalidParameter; what is wrong with files or space ends the job in EXCEPTION.
        """
        from emulator.host.checkpoints import checkpoint_operations

        return checkpoint_operations.create(vm, name, kind)

    @operation
    def create_recovery(self, vm: "VirtualMachine", consistency: int | None = None) -> "Job":
        """Take a recovery snapshot for a backup (job 70): the disks alone, application (1) or crash
        consistent (2); without a choice the best that the guest can. Raises InvalidState, InvalidParameter,
        LimitExceeded."""
        from emulator.host.checkpoints import checkpoint_operations

        return checkpoint_operations.create_recovery(vm, consistency)

    @operation
    def apply(self, checkpoint: "Checkpoint") -> "Job":
        """Put a machine that is off or saved back to a checkpoint (job 71): off, or saved when the checkpoint
        has memory. What was not in a checkpoint is lost. Raises InvalidState, NotFound, NotSupported (VHD
        sets)."""
        from emulator.host.checkpoints import checkpoint_operations

        return checkpoint_operations.apply(checkpoint)

    @operation
    def apply_at_once(self, checkpoint: "Checkpoint") -> None:
        """The same without a job, for a caller who is answered when it is done. Raises what the job would end
        with too."""
        from emulator.host.checkpoints import checkpoint_operations

        checkpoint_operations.apply_at_once(checkpoint)

    @operation
    def delete(self, checkpoint: "Checkpoint", *, subtree: bool = False) -> "Job":
        """Delete a checkpoint, with ``subtree`` those after it too (job 72); then its files are merged on the
        clock (jobs 50). Raises InvalidState, NotFound."""
        from emulator.host.checkpoints import checkpoint_operations

        return checkpoint_operations.delete(checkpoint, subtree=subtree)

    @operation
    def clear_state(self, checkpoint: "Checkpoint") -> None:
        """Drop the memory of a checkpoint: the machine will be off when it is applied. Raises NotFound,
        InvalidState (it has none)."""
        from emulator.host.checkpoints import checkpoint_operations

        checkpoint_operations.clear_state(checkpoint)

    def starting(self, vm: "VirtualMachine") -> None:
        """A machine starts: automatic checkpoints are taken now."""
        if vm.automatic_checkpoints_enabled:
            from emulator.host.checkpoints import checkpoint_operations

            checkpoint_operations.take_automatic(vm)

    def stopped(self, vm: "VirtualMachine") -> None:
        """A machine is off: automatic checkpoints go, and merges that had to wait go on."""
        if vm.id in self._of or vm.id in self.released:
            from emulator.host.checkpoints import checkpoint_operations

            checkpoint_operations.stopped(vm)

    def merge(self, vm: "VirtualMachine") -> None:
        """Merges that had to wait go on, if they may."""
        if vm.id in self.released:
            from emulator.host.checkpoints.checkpoint_merging import collect

            collect(vm)

    def dismantle(self, vm: "VirtualMachine") -> None:
        """A machine is destroyed: its checkpoints go, and its disks are merged at once."""
        if vm.id in self._of or vm.id in self.released or vm.id in self.made:
            from emulator.host.checkpoints import checkpoint_operations

            checkpoint_operations.dismantle(vm)
