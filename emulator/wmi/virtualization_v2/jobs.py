"""Msvm_ConcreteJob and Msvm_StorageJob: long operations, and how a method hands one out."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from emulator.cim import cim_xml
from emulator.cim.instance import ValueInstance
from emulator.host.checkpoints.reference_point_export import ExportJob
from emulator.host.job import TIME_BEFORE_REMOVAL, Job, JobKind, JobState
from emulator.host.migration.incompatibility import Incompatible
from emulator.host.migration.migration import MigrationJob
from emulator.host.virtual_machine.virtual_machine import VirtualMachine
from emulator.wmi import errors
from emulator.wmi.view import View, wmi_method
from emulator.wmi.virtualization_v2.refusals import UNSUPPORTED

if TYPE_CHECKING:
    from emulator.cim.types import CimValue
    from emulator.wmi.keys import Keys
    from emulator.wmi.method import Arguments, MethodResult
    from emulator.wmi.namespace import Namespace

#: Msvm_Error of a failed job (recorded Server 2012 host).
_MESSAGE_ID = "21024"
#: JobType -> MigrationType of Msvm_MigrationJob.
_MIGRATION_TYPES = {
    300: 32770,
    301: 32768,
    302: 32771,
    303: 32769,
    304: 32772,
    305: 32768,
    306: 32771,
    307: 32769,
}
#: RequestedState: start, suspend, terminate, kill, service.
_REQUESTS = range(2, 7)
_TERMINATE, _KILL = 4, 5
_TIMEOUT_NOT_SUPPORTED = 4098
_ERROR_VALUES: dict[str, CimValue] = {
    "CIMStatusCode": 1,
    "ErrorSourceFormat": 0,
    "ErrorType": 4,
    "OwningEntity": "Microsoft-Windows-Hyper-V-VMMS",
    "PerceivedSeverity": 5,
}


class StateChangeCodes(NamedTuple):
    """What RequestStateChange returns when it refuses; documented for each class of jobs."""

    not_supported: int
    invalid_parameter: int
    invalid_state: int
    timeout_not_supported: int


def error_text(namespace: Namespace, source: str, text: str, message_id: str) -> str:
    """An Msvm_Error about a job or an element as CIM-XML."""
    values = {**_ERROR_VALUES, "ErrorSource": source, "Message": text, "MessageID": message_id}
    declaration = namespace.schema.find("Msvm_Error")
    return cim_xml.format_instance(ValueInstance(declaration, values, namespace.name))


class JobView(View[Job]):
    """Jobs of one kind.

    Reading an unfinished job is a poll: with the fast clock, time jumps to its next event.
    """

    kind: JobKind
    index = ("InstanceID",)
    constants = {
        "CommunicationStatus": None,
        "DeleteOnCompletion": False,
        "HealthState": 5,
        "JobRunTimes": 1,
        "LocalOrUtcTime": 2,
        "Notify": "",
        "OperationalStatus": [2],
        "Owner": "",
        "Priority": 0,
        "RecoveryAction": 2,
        "Status": "OK",
        "StatusDescriptions": ["OK"],
        "TimeBeforeRemoval": TIME_BEFORE_REMOVAL,
    }
    volatile = frozenset({"ElapsedTime", "PercentComplete"})
    codes = StateChangeCodes(
        errors.NOT_SUPPORTED, errors.INVALID_PARAMETER, errors.INVALID_STATE, _TIMEOUT_NOT_SUPPORTED
    )

    def objects(self) -> Iterable[Job]:
        found = [job for job in self.host.jobs if job.kind is self.kind]
        for job in found:
            self.host.jobs.poll(job.id)
        return found

    def present(self) -> Iterable[Job]:
        return [job for job in self.host.jobs if job.kind is self.kind]

    def shown_of(self, owner: object) -> Iterable[Job] | None:
        if not isinstance(owner, Job) or owner.kind is not self.kind:
            return ()
        return (owner,) if owner in self.host.jobs else ()

    def by_key(self, keys: Keys) -> Job | None:
        job = self.host.jobs.poll(keys.text("InstanceID"))
        return job if job is not None and job.kind is self.kind else None

    def object_id(self, item: Job) -> Hashable:
        return item.id

    def InstanceID(self, job: Job) -> str:
        return job.id

    def Name(self, _job: Job) -> str:
        return self.class_name

    def Caption(self, job: Job) -> str:
        return job.description

    def Description(self, job: Job) -> str:
        return job.description

    def ElementName(self, job: Job) -> str:
        return job.description

    def JobType(self, job: Job) -> int:
        return job.type

    def Type(self, job: Job) -> int:
        """Msvm_StorageJob's name for its type."""
        return job.type

    def JobState(self, job: Job) -> int:
        return int(job.state)

    def JobStatus(self, job: Job) -> str:
        return job.status_text

    def PercentComplete(self, job: Job) -> int:
        return job.percent_complete

    def ElapsedTime(self, job: Job) -> timedelta:
        return job.elapsed()

    def TimeSubmitted(self, job: Job) -> datetime:
        return job.started

    def StartTime(self, job: Job) -> datetime:
        return job.started

    def TimeOfLastStateChange(self, job: Job) -> datetime:
        return job.last_change

    def ErrorCode(self, job: Job) -> int:
        return 0 if job.error is None else job.error.code

    def ErrorDescription(self, job: Job) -> str:
        return "" if job.error is None else job.error.text

    def ErrorSummaryDescription(self, job: Job) -> str:
        return "" if job.error is None else job.error.text

    def Cancellable(self, job: Job) -> bool:
        return job.cancellable

    def error_text(self, job: Job) -> str | None:
        """The Msvm_Error of a failed job as CIM-XML, None when it did not fail."""
        return None if job.error is None else self.as_error(job, job.error.text)

    def error_texts(self, job: Job) -> list[str] | None:
        """Every Msvm_Error of a failed job: one for each thing that did not fit, else the one that there
        is."""
        text = self.error_text(job)
        if isinstance(job.exception, Incompatible):
            found = job.exception.reasons
            return [self.as_error(job, reason.text, str(reason.message_id)) for reason in found]
        return None if text is None else [text]

    def as_error(self, job: Job, text: str, message_id: str = _MESSAGE_ID) -> str:
        """An Msvm_Error as CIM-XML."""
        return error_text(self.namespace, job.id, text, message_id)

    @wmi_method
    def GetError(self, job: Job, arguments: Arguments) -> MethodResult:
        """The error of a failed job; NULL when there is none."""
        return arguments.result(errors.COMPLETED, Error=self.error_text(job))

    @wmi_method
    def RequestStateChange(self, job: Job, arguments: Arguments) -> MethodResult:
        """Call a job off: 4 terminates and 5 kills it; the other requests are for jobs of other kinds."""
        wanted, codes = arguments.integer("RequestedState"), self.codes
        if wanted not in _REQUESTS:
            return arguments.result(codes.invalid_parameter)
        if arguments.get("TimeoutPeriod"):
            return arguments.result(codes.timeout_not_supported)
        if job.finished:
            return arguments.result(codes.invalid_state)
        if wanted not in (_TERMINATE, _KILL) or not job.cancellable:
            return arguments.result(codes.not_supported)
        self.host.jobs.cancel(job, kill=wanted == _KILL)
        return arguments.result(errors.COMPLETED)

    @wmi_method
    def KillJob(self, _job: Job, arguments: Arguments) -> MethodResult:
        """Not supported; deprecated in favour of RequestStateChange."""
        return arguments.result(UNSUPPORTED)

    @wmi_method
    def GetErrorEx(self, job: Job, arguments: Arguments) -> MethodResult:
        """Like GetError, as a list."""
        return arguments.result(errors.COMPLETED, Errors=self.error_texts(job))


class ConcreteJob(JobView):
    """Jobs of virtual machines."""

    class_name = "Msvm_ConcreteJob"
    kind = JobKind.CONCRETE
    codes = StateChangeCodes(UNSUPPORTED, 5, 4097, _TIMEOUT_NOT_SUPPORTED)


class StorageJob(JobView):
    """Jobs of virtual hard disks."""

    class_name = "Msvm_StorageJob"
    kind = JobKind.STORAGE

    def JobCompletionStatusCode(self, job: Job) -> int:
        """HRESULT of what ended the job; 0 when nothing did."""
        return 0 if job.exception is None else job.exception.hresult


class MigrationJobView(JobView):
    """Jobs that move machines or their storage."""

    class_name = "Msvm_MigrationJob"
    kind = JobKind.MIGRATION

    def DestinationHost(self, job: Job) -> str | None:
        return job.destination if isinstance(job, MigrationJob) else None

    def VirtualSystemName(self, job: Job) -> str | None:
        return job.machine_id if isinstance(job, MigrationJob) else None

    def MigrationType(self, job: Job) -> int | None:
        return _MIGRATION_TYPES.get(job.type)


class CopyFileJob(JobView):
    """Copies of files into guests (2012 R2 and later)."""

    class_name = "Msvm_CopyFileToGuestJob"
    kind = JobKind.COPY_FILE

    def VirtualSystemName(self, job: Job) -> str:
        owner = job.owner
        return owner.id if isinstance(owner, VirtualMachine) else ""


class _ExportJobView(JobView):
    """Exports of reference points (2016 and later)."""

    def ExportDirectory(self, job: Job) -> str | None:
        return job.folder if isinstance(job, ExportJob) else None

    def ExportedLogFilePaths(self, job: Job) -> list[str]:
        return job.exported.logs if isinstance(job, ExportJob) else []

    def ExportedDisks(self, job: Job) -> list[str]:
        return job.exported.disks if isinstance(job, ExportJob) else []


class ReferencePointExportJob(_ExportJobView):
    """The export of one reference point."""

    class_name = "Msvm_VirtualSystemReferencePointExportJob"
    kind = JobKind.REFERENCE_POINT_EXPORT

    def VirtualMachineId(self, job: Job) -> str | None:
        return job.exports[0].point.vm.id if isinstance(job, ExportJob) else None

    def ReferencePointId(self, job: Job) -> str | None:
        return job.exports[0].point.id if isinstance(job, ExportJob) else None

    def BaseReferencePointId(self, job: Job) -> str | None:
        base = job.exports[0].base if isinstance(job, ExportJob) else None
        return None if base is None else base.id

    def ExportedConfigFilePath(self, job: Job) -> str | None:
        return next(iter(job.exported.configurations), None) if isinstance(job, ExportJob) else None

    def ExportedRuntimeFilePath(self, job: Job) -> str | None:
        return next(iter(job.exported.runtime_states), None) if isinstance(job, ExportJob) else None


class CollectionExportJob(_ExportJobView):
    """The export of the reference points of a collection."""

    class_name = "Msvm_CollectionReferencePointExportJob"
    kind = JobKind.COLLECTION_EXPORT

    def CollectionId(self, job: Job) -> str | None:
        return job.group_id if isinstance(job, ExportJob) else None

    def ReferencePointGroupId(self, job: Job) -> str | None:
        return job.collection_id if isinstance(job, ExportJob) else None

    def BaseReferencePointGroupId(self, job: Job) -> str | None:
        return job.base_collection_id or None if isinstance(job, ExportJob) else None

    def VirtualMachineId(self, job: Job) -> list[str]:
        return [each.point.vm.id for each in job.exports] if isinstance(job, ExportJob) else []

    def ExportedConfigFilePaths(self, job: Job) -> list[str]:
        return job.exported.configurations if isinstance(job, ExportJob) else []

    def ExportedRuntimeFilePaths(self, job: Job) -> list[str]:
        return job.exported.runtime_states if isinstance(job, ExportJob) else []


_VIEWS: dict[JobKind, type[JobView]] = {
    view.kind: view
    for view in (
        ConcreteJob,
        StorageJob,
        CopyFileJob,
        MigrationJobView,
        ReferencePointExportJob,
        CollectionExportJob,
    )
}


def started(arguments: Arguments, job: Job, **out: CimValue) -> MethodResult:
    """The answer of an asynchronous method: 4096 and a reference to the job, or 0 when it is done already."""
    if job.finished and job.state is JobState.COMPLETED:
        return arguments.result(errors.COMPLETED, **out)
    view: View[Job] = arguments.namespace.view(_VIEWS.get(job.kind, ConcreteJob))
    return arguments.result(errors.JOB_STARTED, Job=view.instance(job).path, **out)
