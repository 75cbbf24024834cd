"""Initial replication by a folder: written by the primary server, carried by somebody, imported by the
replica server. Called under the host's lock.

``<folder>\\<name>_<GUID>`` holds the disks and a file that says of which machine and moment they are. Whoever
copies the files carries the replication: nothing of it is known but what they hold.
"""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from emulator.host.errors import HostError, InvalidParameter, PathExists
from emulator.host.guest.guest import InstalledSystem
from emulator.host.job import Job, JobType
from emulator.host.replication import replication_events as events
from emulator.host.replication.replica_server import receive_images_here
from emulator.host.replication.replication_cycles import wait_for_import
from emulator.host.replication.replication_events import write_replication_event
from emulator.host.replication.replication_exchange import told
from emulator.host.replication.replication_relationship import ReplicationRelationship, ReplicationState
from emulator.host.replication.replication_terms import replica_of
from emulator.host.replication.replication_transfer import begin_tracking, images, new_file
from emulator.host.storage.change_tracking import Place
from emulator.host.storage.disk_image.extents import Extents
from emulator.host.storage.disk_transfer import BYTES_PER_SECOND
from emulator.host.storage.flat_image import DiskImage, image_of
from emulator.host.virtual_machine.virtual_machine_state import VirtualMachineState

if TYPE_CHECKING:
    from emulator.host.storage.virtual_disk import VirtualDisk
    from emulator.host.virtual_machine.virtual_machine import VirtualMachine

_State = ReplicationState
_NOTE = "initial replica.json"
#: What a note may have at most.
_LONGEST_NOTE = 16 << 20


class NotedDisk(NamedTuple):
    """One exported disk: its place, its file, the system on it, and the bytes that its guest wrote. What
    these hold is not known, so that the file shows zeros there and does not say it."""

    place: Place
    file: str
    system: InstalledSystem | None
    written: Extents


class Note(NamedTuple):
    """What the file beside exported disks says: of which machine and moment they are, and of each disk."""

    machine_id: str
    moment: datetime
    disks: tuple[NotedDisk, ...]

    def as_bytes(self) -> bytes:
        """Its text."""
        import json

        disks = [
            {
                "place": each.place,
                "file": each.file,
                "system": None if each.system is None else vars(each.system),
                "written": each.written.ranges,
            }
            for each in self.disks
        ]
        facts = {"machine": self.machine_id, "moment": self.moment.isoformat(), "disks": disks}
        return json.dumps(facts, indent=1).encode()


def read_note(data: bytes) -> Note:
    """The note of a text. Raises InvalidParameter."""
    import json

    try:
        facts = json.loads(data)
        disks = tuple(
            NotedDisk(
                _place(each["place"]), str(each["file"]), _system(each["system"]), _written(each["written"])
            )
            for each in facts["disks"]
        )
        moment = datetime.fromisoformat(facts["moment"]).astimezone(UTC)
        return Note(str(facts["machine"]), moment, disks)
    except (KeyError, TypeError, ValueError, OverflowError, RecursionError):
        raise InvalidParameter(f"The file '{_NOTE}' is not valid.") from None


def _place(value: Any) -> Place:
    kind, number, location = value
    return int(kind), int(number), int(location)


def _system(value: Any) -> InstalledSystem | None:
    if value is None:
        return None
    return InstalledSystem(**{**value, "ipv4_addresses": tuple(value["ipv4_addresses"])})


def _written(value: Any) -> Extents:
    return Extents((max(int(start), 0), int(end)) for start, end in value)


def _with_written(image: DiskImage, noted: NotedDisk) -> DiskImage:
    """A carried disk with the system and the written bytes that its note knows."""
    facts = image.facts
    written = facts.written | noted.written.clipped(facts.size)
    allocated = facts.allocated
    if facts.block_size:
        allocated = allocated | written.blocks(facts.block_size)
    return image._replace(system=noted.system, facts=facts.replaced(written=written, allocated=allocated))


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
            disks = tuple(
                NotedDisk(image.place, image.name, image.system, image.facts.written) for image in wanted
            )
            host.filesystem.write(f"{root}\\{_NOTE}", Note(vm.id, moment, disks).as_bytes())
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
    found: Note | None = None
    for place in (root, f"{root}\\{vm.name}_{vm.id}"):
        path = f"{place}\\{_NOTE}"
        if files.exists(path) and files.entry(path).size <= _LONGEST_NOTE:
            note = read_note(files.read(path))
            if note.machine_id == vm.id:
                found, root = note, place
    if found is None:
        files.list(root)
        raise InvalidParameter(f"'{root}' holds no initial replica of the virtual machine '{vm.name}'.")
    disks, moment = found.disks, found.moment

    def carried() -> list[DiskImage]:
        return [
            _with_written(image_of(each.place, host.virtual_disks.find(f"{root}\\{each.file}")), each)
            for each in disks
        ]

    def finish() -> None:
        try:
            receive_images_here(relationship, carried(), moment)
        except HostError as error:
            raise told(vm, "import initial replication")(error) from None

    size = sum(files.entry(f"{root}\\{each.file}").size for each in disks)
    job = host.jobs.run(
        JobType.IMPORT_REPLICA,
        vm,
        finish,
        affected=[vm],
        seconds=JobType.IMPORT_REPLICA.seconds + size / BYTES_PER_SECOND,
    )
    relationship.job = job
    return job
