"""A planned virtual machine: what will be a virtual machine when it is realized (import, migration)."""

from typing import TYPE_CHECKING, Any

from emulator.host.errors import InvalidState
from emulator.host.host_object import operation
from emulator.host.virtual_machine.virtual_machine import VirtualMachine
from emulator.host.virtual_machine.virtual_machine_settings import checked_path

if TYPE_CHECKING:
    from emulator.host.guest.guest import GuestMoment, InstalledSystem
    from emulator.host.job import Job
    from emulator.host.migration.incompatibility import Incompatibility
    from emulator.host.virtual_machine.machine_definition import MachineDefinition


class PlannedMachine(VirtualMachine):
    """Settings and devices that can be changed, ``path`` too, and that nothing runs.

    ``checkpoints_to_come`` are the checkpoints that are made when it is realized, parents first.
    ``memory_size`` bytes of memory come with it: then the machine will be saved.
    """

    is_checkpoint = True
    is_planned = True

    def __init__(self, *arguments: Any, **facts: Any) -> None:
        super().__init__(*arguments, **facts)
        self.checkpoints_to_come: list[MachineDefinition] = []
        self.memory_size = 0
        #: How long it takes to copy its files when it is realized.
        self.copy_seconds = 0.0
        self.guest_moment: GuestMoment | None = None
        self.system: InstalledSystem | None = None
        self.parent_id: str | None = None
        #: The configuration file that it was read from.
        self.definition_file: str | None = None

    def __repr__(self) -> str:
        return f"<PlannedMachine {self.name!r}>"

    @operation
    def incompatibilities(self) -> "list[Incompatibility]":
        """What keeps it from being realized; empty when nothing does."""
        from emulator.host.migration.incompatibility import incompatibilities

        return incompatibilities(self)

    def start(self) -> "Job":
        """Raise InvalidState: it is no virtual machine yet."""
        raise InvalidState("A planned virtual machine cannot be started.")

    def export(self, directory: str, settings: Any = None) -> "Job":  # noqa: ARG002 - the machine's parameters
        """Raise InvalidState: it is no virtual machine yet."""
        raise InvalidState("A planned virtual machine cannot be exported.")

    def checked_setting(self, name: str, value: Any) -> Any:
        """Its folder is a setting too."""
        if name == "path":
            return checked_path(self, name, value)
        return super().checked_setting(name, value)
