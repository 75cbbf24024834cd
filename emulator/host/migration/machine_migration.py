"""What can be asked of a virtual machine that shall move. The moves themselves are in ``migration``."""

from typing import TYPE_CHECKING

from emulator.host.host_object import operation
from emulator.host.job import Job
from emulator.host.migration import migration
from emulator.host.migration.migration import Move

if TYPE_CHECKING:
    from emulator.host.virtual_machine.virtual_machine import VirtualMachine


class MachineMigration:
    """The migrations of one machine."""

    def __init__(self, vm: "VirtualMachine") -> None:
        self._vm = vm
        self.host = vm.host

    @operation
    def move(self, destination: str, move: Move | None = None) -> Job:
        """Move the machine to another host of the neighbourhood, running or not (jobs 305, 306).

        Raises InvalidState (also: migration is not enabled), LimitExceeded, InvalidParameter; what the other
        host has against it ends the job in EXCEPTION.
        """
        return migration.move(self._vm, destination, move or Move())

    @operation
    def check(self, destination: str, move: Move) -> Job:
        """Ask another host whether the machine could be moved there (jobs 301, 302). Raises InvalidState,
        InvalidParameter."""
        return migration.check(self._vm, destination, move)

    @operation
    def stage(self, destination: str, move: Move) -> Job:
        """Plan the machine on another host (job 300). Raises InvalidState, InvalidParameter."""
        return migration.stage(self._vm, destination, move)

    @operation
    def check_storage(self, move: Move, *, deep: bool = False) -> Job:
        """Whether the files of the machine could be moved on its host (job 303; 304 when ``deep``)."""
        return migration.check_storage(self._vm, move, deep=deep)

    @operation
    def move_storage(self, move: Move) -> Job:
        """Move the files of the machine on its host, running or not (job 307). Raises InvalidState,
        LimitExceeded, PathExists, DiskFull, NotSupported."""
        return migration.move_storage(self._vm, move)
