"""Initial replication by a folder: written by the primary server, carried by somebody, imported by the
replica server. Called under the host's lock.

``<folder>\\<name>_<GUID>`` holds the disks and a file that says of which machine and moment they are.
"""

from datetime import datetime
from typing import TYPE_CHECKING

from emulator.host import replication_events as events
from emulator.host.disk_transfer import BYTES_PER_SECOND
from emulator.host.errors import HostError, InvalidParameter, NotSupported, PathExists
from emulator.host.flat_image import DiskImage
from emulator.host.job import Job, JobType
from emulator.host.replica_server import receive_images_here
from emulator.host.replication_cycles import wait_for_import
from emulator.host.replication_events import write_replication_event
from emulator.host.replication_exchange import told
from emulator.host.replication_relationship import ReplicationRelationship, ReplicationState
from emulator.host.replication_terms import replica_of
from emulator.host.replication_transfer import begin_tracking, images, new_file
from emulator.host.virtual_machine_state import VirtualMachineState

if TYPE_CHECKING:
    from emulator.host.filesystem import FileBacking
    from emulator.host.virtual_disk import VirtualDisk
    from emulator.host.virtual_machine import VirtualMachine

_State = ReplicationState
_NOTE = "initial replica.xml"
_NOTE_SIZE = 4096


class InitialReplicaFile:
    """What is behind the file beside exported disks (FileBacking)."""

    def __init__(self, machine_id: str, moment: datetime, wanted: list[DiskImage]) -> None:
        self.machine_id = machine_id
        self.moment = moment
        self.images = wanted

    def in_use(self) -> bool:
        return False

    def renamed(self, path: str) -> None:
        """It says the same wherever it is."""

    def removed(self) -> None:
        """Nothing else depends on it."""

    def copied(self, path: str) -> "FileBacking | None":  # noqa: ARG002 - the protocol's parameter
        return InitialReplicaFile(self.machine_id, self.moment, self.images)

    def read(self, offset: int, length: int) -> bytes:  # noqa: ARG002 - the protocol's parameters
        raise NotSupported("The emulator does not keep the content of initial replica files.")


def export_initial(relationship: ReplicationRelationship, folder: str) -> Job:
    """Write the disks of a source below a folder (job 118); cycles begin when the replica server has imported
    them. Raises PathExists, PathNotFound, DiskFull, NotFound."""
    vm, host = relationship.vm, relationship.host
    root = f"{host.filesystem.normalize(folder).rstrip(chr(92))}\\{vm.name}_{vm.id}"
    if host.filesystem.exists(root):
        raise PathExists(root)
    wanted = images(relationship)
    size = sum(image.size for image in wanted)
    host.filesystem.require_space(root, size)
    begin_tracking(relationship)
    moment = host.clock.now()
    relationship.problem = None
    relationship.enter(_State.WAITING)
    write_replication_event(events.INITIAL_STARTED, vm)

    def back() -> None:
        relationship.job = None
        if relationship.is_live:
            relationship.enter(_State.READY)

    def finish() -> None:
        made: list[VirtualDisk] = []
        try:
            for image in wanted:
                disk = new_file(host, f"{root}\\{image.name}", image)
                made.append(disk)
            host.filesystem.place(f"{root}\\{_NOTE}", _NOTE_SIZE, InitialReplicaFile(vm.id, moment, wanted))
        except HostError as error:
            for disk in reversed(made):
                host.virtual_disks.remove(disk)
            relationship.problem = error
            back()
            raise told(vm, "export initial replication")(error) from None
        for disk in made:
            host.observe("created", disk)
        relationship.job = None
        relationship.last_time = moment
        wait_for_import(relationship)
        relationship.touch()

    seconds = JobType.EXPORT_INITIAL.seconds + size / BYTES_PER_SECOND
    job = host.jobs.run(JobType.EXPORT_INITIAL, vm, finish, affected=[vm], seconds=seconds, abandon=back)
    relationship.job = job
    return job


def import_initial(vm: "VirtualMachine", folder: str) -> Job:
    """Take the initial replication of a replica from a folder (job 95): that of the machine, or the one that
    has the machine's in it. Raises InvalidState, InvalidParameter, PathNotFound."""
    relationship = replica_of(vm, _State.WAITING)
    vm.require(VirtualMachineState.OFF)
    host = vm.host
    files = host.filesystem
    root = files.normalize(folder).rstrip("\\")
    found = None
    for place in (root, f"{root}\\{vm.name}_{vm.id}"):
        path = f"{place}\\{_NOTE}"
        backing = files.backing(path) if files.exists(path) else None
        if isinstance(backing, InitialReplicaFile) and backing.machine_id == vm.id:
            found = backing
            root = place
    if found is None:
        files.list(root)
        raise InvalidParameter(f"'{root}' holds no initial replica of the virtual machine '{vm.name}'.")
    note = found

    def finish() -> None:
        missing = [image.name for image in note.images if not files.exists(f"{root}\\{image.name}")]
        try:
            if missing:
                raise InvalidParameter(f"The file '{root}\\{missing[0]}' is missing.")
            receive_images_here(relationship, note.images, note.moment)
        except HostError as error:
            raise told(vm, "import initial replication")(error) from None

    size = sum(image.size for image in note.images)
    job = host.jobs.run(
        JobType.IMPORT_REPLICA,
        vm,
        finish,
        affected=[vm],
        seconds=JobType.IMPORT_REPLICA.seconds + size / BYTES_PER_SECOND,
    )
    relationship.job = job
    return job
