"""The planned virtual machines of a host."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from emulator.host.errors import InvalidState, NotFound, QuotaExceeded
from emulator.host.host_object import operation
from emulator.host.identifiers import normalize_guid

if TYPE_CHECKING:
    from emulator.host.host import Host
    from emulator.host.job import Job
    from emulator.host.migration.directory_import import Export, ImportSettings
    from emulator.host.virtual_machine.machine_definition import MachineDefinition
    from emulator.host.virtual_machine.planned_machine import PlannedMachine

# Each costs as much as a machine; nobody needs many at a time.
MAXIMUM_PLANNED_MACHINES = 1_000


class PlannedMachines:
    """Planned machines by GUID, in order of creation. A host without any costs nothing here."""

    def __init__(self, host: "Host") -> None:
        self.host = host
        self._machines: dict[str, PlannedMachine] = {}

    def seed(self) -> None:
        for machine in self._machines.values():
            machine.deleted = True
        self._machines.clear()

    def __iter__(self) -> "Iterator[PlannedMachine]":
        return iter(list(self._machines.values()))

    def __len__(self) -> int:
        return len(self._machines)

    def get(self, identifier: str) -> "PlannedMachine | None":
        """The planned machine of a GUID in any case."""
        if not self._machines:
            return None
        return self._machines.get(identifier) or self._machines.get(normalize_guid(identifier))

    def require(self, machine: "PlannedMachine") -> None:
        """Raise RoleNotInstalled, or NotFound for one that was realized or destroyed."""
        self.host.role.require()
        if self._machines.get(machine.id) is not machine:
            raise NotFound(f"The planned virtual machine {machine.id} was not found.")

    def add(self, machine: "PlannedMachine") -> None:
        """Register a planned machine; one of the same identifier gives way. Raises QuotaExceeded."""
        old = self._machines.get(machine.id)
        if old is None and len(self._machines) >= MAXIMUM_PLANNED_MACHINES:
            raise QuotaExceeded("No more planned virtual machines can be created.")
        if old is not None:
            if old.job is not None:
                raise InvalidState("A planned virtual machine with the same identifier is being realized.")
            self.drop(old)
        self._machines[machine.id] = machine
        machine.is_registered = True
        self.host.next_revision()
        self.host.observe("created", machine)

    def drop(self, machine: "PlannedMachine") -> None:
        """Forget a planned machine."""
        for drive in machine.hard_disk_drives:
            self.host.virtual_disks.attach(drive, None)
        del self._machines[machine.id]
        machine.deleted = True
        self.host.next_revision()
        self.host.observe("deleted", machine)

    # -- operations ---------------------------------------------------------------------------

    @operation
    def import_definition(
        self, path: str, snapshot_folder: str | None = None, *, new_identifier: bool = False
    ) -> "PlannedMachine":
        """Plan a machine from an exported configuration file, with the checkpoints that lie beside it or in
        ``snapshot_folder``; ``new_identifier`` gives it a new GUID, else it keeps its own.

        Raises FileNotFound, PathNotFound, FileInUse (a machine of this host has the file), InvalidParameter
        (no configuration file).
        """
        from emulator.host.migration import machine_import

        return machine_import.import_definition(self.host, path, snapshot_folder, new_identifier)

    @operation
    def read_export(self, directory: str) -> "Export":
        """The machine in the folder of an export. Raises RoleNotInstalled, InvalidParameter, InvalidPath."""
        from emulator.host.migration import directory_import

        return directory_import.read_export(self.host, directory)

    @operation
    def import_directory(self, directory: str, settings: "ImportSettings | None" = None) -> "Job":
        """Make a virtual machine of the folder of an export at one go (job 61). Raises RoleNotInstalled."""
        from emulator.host.migration import directory_import

        return directory_import.import_directory(
            self.host, directory, settings or directory_import.ImportSettings()
        )

    @operation
    def import_checkpoints(self, machine: "PlannedMachine", folder: str) -> "list[MachineDefinition]":
        """Let a planned machine have the checkpoints whose files are in a folder. Raises PathNotFound,
        NotFound."""
        from emulator.host.migration import machine_import

        self.require(machine)
        return machine_import.import_checkpoints(machine, folder)

    @operation
    def validate(self, machine: "PlannedMachine") -> "Job":
        """Check whether a planned machine fits (job 140); when not, the job fails with Incompatible 32784.
        Raises NotFound."""
        from emulator.host.migration import machine_import

        return machine_import.validate(machine)

    @operation
    def realize(self, machine: "PlannedMachine") -> "Job":
        """Make a virtual machine of a planned one (job 141), off or saved. What does not fit ends the job in
        EXCEPTION, and the planned machine stays. Raises NotFound, InvalidState."""
        from emulator.host.migration import machine_import

        return machine_import.realize(machine)

    @operation
    def copy_storage(self, machine: "PlannedMachine", folder: str, source: str | None = None) -> None:
        """Copy the disks of a planned machine to a folder; the machine and its checkpoints name the copies.

        ``source`` is where the files are now when they are not where the configuration says; the realization
        takes as much longer. Raises FileNotFound, PathExists, DiskFull, InvalidPath.
        """
        from emulator.host.migration import machine_import

        self.require(machine)
        machine_import.copy_storage(machine, folder, source)

    @operation
    def destroy(self, machine: "PlannedMachine") -> None:
        """Drop a planned machine; its files stay. Raises NotFound, InvalidState."""
        self.require(machine)
        if machine.job is not None:
            raise InvalidState()
        self.drop(machine)
