"""The virtual machines of the host."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from emulator.host.checks import check_number, check_text
from emulator.host.errors import AlreadyExists, InvalidParameter, NotFound, NotSupported, QuotaExceeded
from emulator.host.host_object import operation
from emulator.host.identifiers import is_guid, normalize_guid
from emulator.host.job import Job, JobType
from emulator.host.network.network_adapter import MacAddressPool
from emulator.host.virtual_machine.event_messages import CREATED, DELETED, write_event
from emulator.host.virtual_machine.memory_settings import DEFAULT_STARTUP
from emulator.host.virtual_machine.virtual_machine import VirtualMachine
from emulator.host.virtual_machine.virtual_machine_settings import MAXIMUM_NAME, MAXIMUM_NOTES
from emulator.host.virtual_machine.virtual_machine_state import CriticalCause, VirtualMachineState

if TYPE_CHECKING:
    from emulator.host.host import Host

# A profile may state 110,000; clients get some more.
MAXIMUM_VIRTUAL_MACHINES = 120_000
DEFAULT_NAME = "New Virtual Machine"


class VirtualMachines:
    """Machines by GUID, in order of creation."""

    def __init__(self, host: "Host") -> None:
        self.host = host
        self.mac_addresses = MacAddressPool(host)
        self._machines: dict[str, VirtualMachine] = {}
        #: Machines by their case-folded names, which may repeat.
        self._names: dict[str, set[VirtualMachine]] = {}

    def seed(self) -> None:
        for vm in self._machines.values():
            vm.deleted = True
        self._machines.clear()
        self._names.clear()
        self.mac_addresses.seed()

    def __iter__(self) -> Iterator[VirtualMachine]:
        return iter(list(self._machines.values()))

    def __len__(self) -> int:
        return len(self._machines)

    def __contains__(self, vm: object) -> bool:
        return isinstance(vm, VirtualMachine) and self._machines.get(vm.id) is vm

    def get(self, identifier: str) -> VirtualMachine | None:
        """The machine of a GUID, in any case and with or without braces; None otherwise."""
        return self._machines.get(identifier) or self._machines.get(normalize_guid(identifier))

    def __getitem__(self, identifier: str) -> VirtualMachine:
        """The machine of a GUID. Raises NotFound."""
        vm = self.get(identifier)
        if vm is None:
            raise NotFound(f"The virtual machine {identifier:.64} was not found.")
        return vm

    def find(self, name: str) -> list[VirtualMachine]:
        """Machines of a name, in any case; names may repeat."""
        found = self._names.get(name.casefold(), ())
        return list(found) if len(found) < 2 else [vm for vm in self._machines.values() if vm in found]

    def renamed(self, vm: VirtualMachine, old: str) -> None:
        """Follow another name of a registered machine."""
        self._forget_name(vm, old)
        self._names.setdefault(vm.name.casefold(), set()).add(vm)

    def _take_out(self, vm: VirtualMachine) -> None:
        self._machines.pop(vm.id, None)
        self._forget_name(vm, vm.name)

    def _forget_name(self, vm: VirtualMachine, name: str) -> None:
        key = name.casefold()
        same = self._names.get(key, set())
        same.discard(vm)
        if not same:
            self._names.pop(key, None)

    @operation
    def create(
        self,
        name: str = DEFAULT_NAME,
        generation: int = 1,
        *,
        version: str | None = None,
        processors: int = 1,
        memory: int = DEFAULT_STARTUP,
        path: str | None = None,
        identifier: str | None = None,
        notes: str = "",
        **settings: Any,
    ) -> VirtualMachine:
        """Define a machine; it is off and has the default devices (DefineSystem: at once, without a job).

        ``path`` is the root folder of its configuration (default: the host's setting); ``settings`` go to
        ``configure``. Raises RoleNotInstalled, InvalidParameter, NotSupported (generation, version),
        LimitExceeded, AlreadyExists (identifier), QuotaExceeded, PathNotFound, DiskFull; nothing is left
        behind then.
        """
        host = self.host
        host.role.require()
        check_text("name", name, MAXIMUM_NAME)
        check_text("notes", notes, MAXIMUM_NOTES)
        check_number("generation", generation, 1, 2)
        if generation == 2 and not host.release.generation_2:
            raise NotSupported("Generation 2 virtual machines are not supported on this computer.")
        if identifier is not None and not is_guid(identifier):
            raise InvalidParameter(f"The identifier '{identifier!s:.64}' is not valid.")
        guid = host.new_guid() if identifier is None else normalize_guid(identifier)
        if guid in self._machines:
            raise AlreadyExists(f"A virtual machine with the identifier {guid} exists.")
        if len(self._machines) >= MAXIMUM_VIRTUAL_MACHINES:
            raise QuotaExceeded("No more virtual machines can be created.")
        root = host.filesystem.normalize(path if path is not None else host.settings.virtual_machine_path)
        vm = VirtualMachine(
            host,
            guid,
            name or DEFAULT_NAME,
            generation=generation,
            version=self._check_version(version),
            processors=1,
            memory=DEFAULT_STARTUP,
            path=root,
            notes=notes,
        )
        vm.processor.apply(vm.processor.check({"count": processors}))
        vm.memory.apply(vm.memory.check({"startup": memory}))
        if settings:
            vm.configure(**settings)
        vm.files.create()
        self.add(vm)
        host.next_revision()
        host.observe("created", vm)
        write_event(CREATED, vm)
        return vm

    def add(self, vm: VirtualMachine) -> None:
        """Register a machine that was checked."""
        self._machines[vm.id] = vm
        self._names.setdefault(vm.name.casefold(), set()).add(vm)
        vm.is_registered = True

    def drop(self, vm: VirtualMachine) -> None:
        """Forget a machine that has no files any more."""
        self.host.forget_backups(vm)
        self._take_out(vm)
        vm.deleted = True
        vm.touch()
        self.host.observe("deleted", vm)

    @operation
    def destroy(self, vm: VirtualMachine) -> Job:
        """Delete a machine that is off or saved: its configuration and saved state, not its virtual disks.

        Raises InvalidState, NotFound, RoleNotInstalled.
        """
        self.host.role.require()
        vm.require(VirtualMachineState.OFF, VirtualMachineState.SAVED, tolerates=CriticalCause.CONFIGURATION)

        def finish() -> None:
            vm.job = None
            tested = []
            if vm.test_replica_of is not None:
                tested = [disk for drive in vm.hard_disk_drives if (disk := drive.virtual_disk) is not None]
            if vm.relationships:
                from emulator.host.replication.replication import forget

                forget(vm)
            self.host.forget_backups(vm)
            self.host.checkpoints.dismantle(vm)
            vm.devices.dismantle()
            vm.files.delete()
            vm.guest.power_off()
            self._take_out(vm)
            vm.deleted = True
            vm.touch()
            self.host.observe("deleted", vm)
            write_event(DELETED, vm)
            if vm.test_replica_of is not None:
                from emulator.host.replication.testing_failover import end_test

                end_test(vm, tested)

        def abandon() -> None:
            vm.job = None

        vm.job = self.host.jobs.run(JobType.DESTROY, vm, finish, affected=[vm], abandon=abandon)
        vm.touch()
        return vm.job

    def _check_version(self, version: str | None) -> str:
        release = self.host.release
        if version is None:
            return release.default_configuration_version or ""
        if version not in release.configuration_versions:
            allowed = ", ".join(release.configuration_versions) or "none"
            raise NotSupported(
                f"The configuration version '{version!s:.16}' is not supported: allowed are {allowed}."
            )
        return version
