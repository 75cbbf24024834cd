"""Writing reference points to a folder, and reading back what they were. Called under the host's lock.

Below the folder: ``Virtual Machines\\<GUID of the point>.vmcx`` and ``.vmrs``, and for each disk a log of
what changed since the base, or of the whole disk without one.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from emulator.host.checkpoints.reference_points import ReferencePoint, TrackedDisk
from emulator.host.errors import HostError, InvalidParameter, NotFound, NotSupported, PathExists
from emulator.host.job import Job, JobFacts, JobType
from emulator.host.storage.change_tracking import Place, drives_by_place, track
from emulator.host.storage.disk_conversion import flat_facts
from emulator.host.storage.disk_transfer import BYTES_PER_SECOND
from emulator.host.virtual_machine.configuration_files import CONFIGURATION_SIZE, RUNTIME_STATE_SIZE

if TYPE_CHECKING:
    from emulator.host.host import Host
    from emulator.host.host_object import HostObject
    from emulator.host.storage.filesystem import FileBacking
    from emulator.host.virtual_machine.virtual_machine import VirtualMachine


@dataclass(slots=True)
class Exported:
    """The files that an export wrote."""

    configurations: list[str] = field(default_factory=list)
    runtime_states: list[str] = field(default_factory=list)
    logs: list[str] = field(default_factory=list)
    disks: list[str] = field(default_factory=list)


class ExportJob(Job):
    """Msvm_VirtualSystemReferencePointExportJob, or that of a collection."""

    def __init__(
        self, host: "Host", kind: JobFacts, owner: "HostObject", exports: "Sequence[PointExport]", folder: str
    ) -> None:
        super().__init__(host, kind, owner, [each.point.vm for each in exports])
        self.exports = tuple(exports)
        self.folder = folder
        self.exported = Exported()
        #: GUIDs of the collection, its points and those that they are compared with.
        self.group_id = ""
        self.collection_id = ""
        self.base_collection_id = ""


class PointExport(NamedTuple):
    """What is exported of one point: the changes since ``base``, of the disks at these places or of all."""

    point: ReferencePoint
    base: ReferencePoint | None = None
    places: frozenset[Place] | None = None


class PointFile:
    """What is behind the exported configuration of a point (FileBacking)."""

    def __init__(self, point: ReferencePoint) -> None:
        self.machine_id = point.vm.id
        self.id, self.type, self.consistency = point.id, point.type, point.consistency
        self.created = point.created
        self.tracked = tuple((disk.place, disk.tracking_id) for disk in point.disks)

    def in_use(self) -> bool:
        return False

    def renamed(self, path: str) -> None:
        """It says the same wherever it is."""

    def removed(self) -> None:
        """Nothing else depends on it."""

    def copied(self, path: str) -> "FileBacking | None":  # noqa: ARG002 - the protocol's parameter
        return self

    def read(self, offset: int, length: int) -> bytes:  # noqa: ARG002 - the protocol's parameters
        raise NotSupported("The emulator does not keep the content of configuration files.")


class _Log(NamedTuple):
    path: str
    size: int
    disk: str


def export(job: ExportJob) -> Job:
    """Run an export that was described by its job. Raises PathNotFound, PathExists, DiskFull,
    InvalidParameter (a base of another machine), NotFound."""
    host = job.host
    logs: list[tuple[PointExport, list[_Log]]] = []
    for each in job.exports:
        if each.point not in host.reference_points or (
            each.base is not None and each.base not in host.reference_points
        ):
            raise NotFound("The reference point was not found.")
        if each.base is not None and each.base.vm is not each.point.vm:
            raise InvalidParameter("The base reference point belongs to another virtual machine.")
        logs.append((each, _logs(host, job.folder, each)))
    size = sum(log.size for _, some in logs for log in some)
    files = host.filesystem
    files.require_space(job.folder, size + len(logs) * (CONFIGURATION_SIZE + RUNTIME_STATE_SIZE))
    for each, some in logs:
        for path in (_configuration(job.folder, each.point), *(log.path for log in some)):
            if files.exists(path):
                raise PathExists(path)

    def finish() -> None:
        try:
            for each, some in logs:
                _write(job, each, some)
        except HostError as error:
            host.jobs.end(job, error)
        else:
            host.jobs.end(job)

    host.jobs.begin(job, job.job_type.seconds + size / BYTES_PER_SECOND, finish)
    return job


def export_point(
    point: ReferencePoint,
    folder: str,
    base: ReferencePoint | None = None,
    places: frozenset[Place] | None = None,
) -> Job:
    """Export one point (job 203). Raises as ``export``."""
    host = point.host
    host.role.require()
    full = host.filesystem.normalize(folder).rstrip("\\")
    what = PointExport(point, base, places)
    return export(ExportJob(host, JobType.EXPORT_REFERENCE_POINT, point.vm, [what], full))


def import_metadata(vm: "VirtualMachine", configuration: str) -> Job:
    """Let a restored machine know an exported point again (job 209): its disks are tracked from now on.
    Raises FileNotFound, InvalidParameter (another file, a point that is known), LimitExceeded."""
    host = vm.host
    host.reference_points.require(vm)
    path = host.filesystem.entry(configuration).path
    found = host.filesystem.backing(path)
    if not isinstance(found, PointFile):
        raise InvalidParameter(f"The file '{path}' is not the configuration of a reference point.")
    known = found
    if host.reference_points.get(known.id) is not None or any(
        host.reference_points.tracked(identifier) for _, identifier in known.tracked
    ):
        raise InvalidParameter(f"The reference point {known.id} exists.")

    def finish() -> None:
        drives = drives_by_place(vm)
        disks = tuple(
            TrackedDisk(place, identifier, track(drives[place]))
            for place, identifier in known.tracked
            if place in drives
        )
        point = ReferencePoint(vm, known.type, known.consistency, disks, known.id, known.created)
        point.has_data = False
        host.reference_points.add(point)

    return host.jobs.run(JobType.IMPORT_REFERENCE_POINT, vm, finish, affected=[vm])


def _configuration(folder: str, point: ReferencePoint) -> str:
    return f"{folder}\\Virtual Machines\\{point.id}.vmcx"


def _logs(host: "Host", folder: str, export: PointExport) -> list[_Log]:
    found: list[_Log] = []
    drives = drives_by_place(export.point.vm)
    for disk in export.point.disks:
        drive = drives.get(disk.place)
        if (export.places is not None and disk.place not in export.places) or drive is None:
            continue
        if drive.path is None:
            continue
        own = host.virtual_disks.find(drive.path)
        if export.base is None:
            size = len(flat_facts(own).written)
        else:
            earlier = next((each for each in export.base.disks if each.place == disk.place), None)
            changed = None
            if earlier is not None:
                changed = export.point.changes.get(earlier.tracking_id.lower())
            if changed is None:
                raise InvalidParameter("The base is not a reference point before the exported one.")
            size = len(changed)
        stem = own.chain[-1].path.rpartition("\\")[2].rpartition(".")[0]
        found.append(_Log(f"{folder}\\{stem}_{export.point.id}.hrl", size, own.path))
    return found


def _write(job: ExportJob, export: PointExport, logs: list[_Log]) -> None:
    files = job.host.filesystem
    configuration = _configuration(job.folder, export.point)
    state = configuration.removesuffix("vmcx") + "vmrs"
    undo: list[Callable[[], None]] = []
    try:
        files.make_directory(f"{job.folder}\\Virtual Machines", exist_ok=True)
        wanted: list[tuple[str, int, FileBacking | None]] = [
            (configuration, CONFIGURATION_SIZE, PointFile(export.point)),
            (state, RUNTIME_STATE_SIZE, None),
            *((log.path, log.size, None) for log in logs),
        ]
        for path, size, backing in wanted:
            files.place(path, size, backing)
            undo.append(lambda path=path: files.discard(path))  # type: ignore[misc]  # a default argument of a lambda
    except HostError:
        for step in reversed(undo):
            step()
        raise
    job.exported.configurations.append(configuration)
    job.exported.runtime_states.append(state)
    job.exported.logs += [log.path for log in logs]
    job.exported.disks += [log.disk for log in logs]
