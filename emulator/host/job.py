"""Long operations: Msvm_ConcreteJob, Msvm_StorageJob, Msvm_MigrationJob as state.

Types are the JobType values of those classes; descriptions and durations were recorded on a Server 2012 host
(those marked "chosen" were not recorded). A job runs on the clock: ``percent_complete`` and ``elapsed``
follow time and move no revision (volatile); state changes do.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from enum import Enum, IntEnum
from typing import TYPE_CHECKING, NamedTuple

from emulator.host.clock import Timer, from_microseconds
from emulator.host.errors import Canceled, HostError, InvalidState, NotSupported
from emulator.host.host_object import HostObject, Part, operation
from emulator.host.identifiers import normalize_guid
from emulator.log import Log
from emulator.record import Record

if TYPE_CHECKING:
    from emulator.host.host import Host

logger = Log(__name__)

TIME_BEFORE_REMOVAL = timedelta(minutes=5)


class JobState(IntEnum):
    """CIM_ConcreteJob.JobState."""

    NEW = 2
    STARTING = 3
    RUNNING = 4
    COMPLETED = 7
    TERMINATED = 8
    KILLED = 9
    EXCEPTION = 10
    COMPLETED_WITH_WARNINGS = 32768


class JobKind(Enum):
    """Which WMI class shows the job; the number spaces of their types are separate."""

    CONCRETE = "Msvm_ConcreteJob"
    STORAGE = "Msvm_StorageJob"
    MIGRATION = "Msvm_MigrationJob"
    COPY_FILE = "Msvm_CopyFileToGuestJob"
    REFERENCE_POINT_EXPORT = "Msvm_VirtualSystemReferencePointExportJob"
    COLLECTION_EXPORT = "Msvm_CollectionReferencePointExportJob"
    NETWORK = "Msvm_NetworkJob"


class JobFacts(Record):
    """Type number, kind, description and duration in seconds."""

    number: int
    kind: JobKind
    description: str
    seconds: float


class JobType:
    """The jobs that the machine runs: no enumeration, which would take a hundredth of the time of a start."""

    DEFINE = JobFacts(1, JobKind.CONCRETE, "Creating Virtual Machine", 0.05)  # chosen
    MODIFY = JobFacts(2, JobKind.CONCRETE, "Modifying Virtual Machine", 0.05)  # chosen
    DESTROY = JobFacts(3, JobKind.CONCRETE, "Destroying Virtual Machine", 0.033)
    START = JobFacts(12, JobKind.CONCRETE, "Initializing and Starting Virtual Machine", 1.27)
    TURN_OFF = JobFacts(13, JobKind.CONCRETE, "Turning Off Virtual Machine", 0.135)
    SAVE = JobFacts(14, JobKind.CONCRETE, "Saving Virtual Machine", 0.64)
    RESTORE = JobFacts(15, JobKind.CONCRETE, "Initializing and Restoring Virtual Machine", 0.99)
    SHUT_DOWN = JobFacts(16, JobKind.CONCRETE, "Shutting Down Virtual Machine", 5.0)  # chosen
    PAUSE = JobFacts(26, JobKind.CONCRETE, "Pausing Virtual Machine", 0.011)
    RESUME = JobFacts(27, JobKind.CONCRETE, "Resuming Virtual Machine", 0.005)
    RESET = JobFacts(28, JobKind.CONCRETE, "Resetting Virtual Machine", 1.2)
    REBOOT = JobFacts(29, JobKind.CONCRETE, "Rebooting Virtual Machine", 1.2)  # chosen
    # Its class has no JobType; the number is chosen, the length follows the file.
    COPY_FILE_TO_GUEST = JobFacts(0, JobKind.COPY_FILE, "Copying File to Guest", 0.05)
    MERGE_CHECKPOINT = JobFacts(50, JobKind.CONCRETE, "Merging Virtual Hard Disks", 1.06)  # chosen
    READ_IMPORT = JobFacts(60, JobKind.CONCRETE, "Getting Import Setting Data", 0.1)  # chosen
    IMPORT = JobFacts(61, JobKind.CONCRETE, "Importing Virtual Machine", 0.5)  # chosen
    EXPORT = JobFacts(62, JobKind.CONCRETE, "Exporting Virtual Machine", 0.5)  # chosen
    CREATE_CHECKPOINT = JobFacts(70, JobKind.CONCRETE, "Taking Virtual Machine Snapshot", 1.46)
    APPLY_CHECKPOINT = JobFacts(71, JobKind.CONCRETE, "Applying Virtual Machine Snapshot", 0.5)  # chosen
    DELETE_CHECKPOINT = JobFacts(72, JobKind.CONCRETE, "Deleting Snapshot", 0.11)
    CREATE_REPLICATION = JobFacts(91, JobKind.CONCRETE, "Creating Replication Relationship", 0.5)  # chosen
    MODIFY_REPLICATION = JobFacts(92, JobKind.CONCRETE, "Modifying Replication Settings", 0.2)  # chosen
    REMOVE_REPLICATION = JobFacts(93, JobKind.CONCRETE, "Removing Replication Relationship", 0.2)  # chosen
    START_REPLICATION = JobFacts(94, JobKind.CONCRETE, "Starting Initial Replication", 0.2)  # chosen
    IMPORT_REPLICA = JobFacts(95, JobKind.CONCRETE, "Importing Initial Replica", 0.5)  # chosen
    REPLICATION_STATE = JobFacts(96, JobKind.CONCRETE, "Changing Replication State", 0.2)  # chosen
    FAIL_OVER = JobFacts(97, JobKind.CONCRETE, "Failing Over Virtual Machine", 0.5)  # chosen
    REVERT_FAILOVER = JobFacts(98, JobKind.CONCRETE, "Reverting Failover", 0.5)  # chosen
    COMMIT_FAILOVER = JobFacts(99, JobKind.CONCRETE, "Committing Failover", 0.2)  # chosen
    SYNCHRONIZE_REPLICA = JobFacts(100, JobKind.CONCRETE, "Preparing for Planned Failover", 0.5)  # chosen
    CANCEL_SYNCHRONIZATION = JobFacts(101, JobKind.CONCRETE, "Cancelling Planned Failover", 0.2)  # chosen
    TEST_REPLICA = JobFacts(102, JobKind.CONCRETE, "Creating Test Virtual Machine", 0.5)  # chosen
    REVERSE_REPLICATION = JobFacts(104, JobKind.CONCRETE, "Reversing Replication", 0.5)  # chosen
    RESYNCHRONIZE = JobFacts(107, JobKind.CONCRETE, "Resynchronizing Replica", 0.5)  # chosen
    STOP_INITIAL = JobFacts(109, JobKind.CONCRETE, "Stopping Initial Replication", 0.2)  # chosen
    STOP_RESYNCHRONIZING = JobFacts(110, JobKind.CONCRETE, "Stopping Resynchronization", 0.2)  # chosen
    TEST_CONNECTION = JobFacts(115, JobKind.CONCRETE, "Testing Replication Connection", 0.2)  # chosen
    SEND_INITIAL = JobFacts(116, JobKind.CONCRETE, "Sending Initial Replica", 0.5)  # chosen
    EXPORT_INITIAL = JobFacts(118, JobKind.CONCRETE, "Exporting Initial Replica", 0.5)  # chosen
    BECOME_PRIMARY = JobFacts(123, JobKind.CONCRETE, "Changing Replication Mode to Primary", 0.5)  # chosen
    FAIL_BACK = JobFacts(124, JobKind.CONCRETE, "Failing Back Virtual Machine", 0.5)  # chosen
    VALIDATE = JobFacts(140, JobKind.CONCRETE, "Validating Planned Virtual Machine", 0.2)  # chosen
    REALIZE = JobFacts(141, JobKind.CONCRETE, "Realizing Virtual Machine", 0.5)  # chosen
    UPGRADE = JobFacts(2, JobKind.CONCRETE, "Upgrading Virtual Machine Configuration Version", 0.5)  # chosen
    SNAPSHOT_COLLECTION = JobFacts(198, JobKind.CONCRETE, "Taking Snapshot of Collection", 1.5)  # chosen
    CONVERT_TO_REFERENCE_POINT = JobFacts(
        200, JobKind.CONCRETE, "Converting Snapshot to Reference Point", 0.5
    )  # chosen
    CREATE_REFERENCE_POINT = JobFacts(201, JobKind.CONCRETE, "Creating Reference Point", 0.5)  # chosen
    DESTROY_REFERENCE_POINT = JobFacts(202, JobKind.CONCRETE, "Deleting Reference Point", 0.1)  # chosen
    EXPORT_REFERENCE_POINT = JobFacts(
        203, JobKind.REFERENCE_POINT_EXPORT, "Exporting Reference Point", 0.5
    )  # chosen
    REMOVE_ASSOCIATED_DATA = JobFacts(204, JobKind.CONCRETE, "Removing Associated Data", 0.1)  # chosen
    CREATE_COLLECTION_POINT = JobFacts(
        205, JobKind.CONCRETE, "Creating Reference Point of Collection", 1.0
    )  # chosen
    EXPORT_COLLECTION_POINT = JobFacts(
        206, JobKind.COLLECTION_EXPORT, "Exporting Reference Point of Collection", 0.5
    )  # chosen
    REMOVE_COLLECTION_DATA = JobFacts(
        207, JobKind.CONCRETE, "Removing Associated Data of Collection", 0.1
    )  # chosen
    DESTROY_COLLECTION_POINT = JobFacts(
        208, JobKind.CONCRETE, "Deleting Reference Point of Collection", 0.1
    )  # chosen
    IMPORT_REFERENCE_POINT = JobFacts(
        209, JobKind.CONCRETE, "Importing Reference Point Metadata", 0.2
    )  # chosen
    STAGE_MOVE = JobFacts(300, JobKind.MIGRATION, "Creating Remote Virtual Machine", 0.5)  # chosen
    CHECK_MOVE = JobFacts(301, JobKind.MIGRATION, "Checking Virtual Machine Compatibility", 0.5)  # chosen
    CHECK_MOVE_WITH_STORAGE = JobFacts(
        302, JobKind.MIGRATION, "Checking Virtual Machine and Storage Compatibility", 0.5
    )  # chosen
    CHECK_STORAGE = JobFacts(303, JobKind.MIGRATION, "Checking Storage Compatibility", 0.5)  # chosen
    CHECK_MOVE_STORAGE = JobFacts(304, JobKind.MIGRATION, "Checking Storage Migration", 0.5)  # chosen
    MOVE = JobFacts(305, JobKind.MIGRATION, "Moving Virtual Machine", 1.5)  # chosen
    MOVE_WITH_STORAGE = JobFacts(306, JobKind.MIGRATION, "Moving Virtual Machine and Storage", 2.0)  # chosen
    MOVE_STORAGE = JobFacts(307, JobKind.MIGRATION, "Moving Storage", 1.0)  # chosen
    CREATE_DISK = JobFacts(1, JobKind.STORAGE, "Creating Virtual Hard Disk", 1.01)
    CREATE_FLOPPY = JobFacts(2, JobKind.STORAGE, "Creating Virtual Floppy Disk", 0.1)  # chosen
    COMPACT_DISK = JobFacts(3, JobKind.STORAGE, "Compacting Virtual Hard Disk", 1.0)  # chosen
    RESIZE_DISK = JobFacts(4, JobKind.STORAGE, "Resizing Virtual Hard Disk", 0.2)  # chosen
    MERGE_DISK = JobFacts(5, JobKind.STORAGE, "Merging Virtual Disk", 1.06)
    CONVERT_DISK = JobFacts(6, JobKind.STORAGE, "Converting Virtual Hard Disk", 1.06)  # chosen
    MOUNT_DISK = JobFacts(7, JobKind.STORAGE, "Attaching Virtual Hard Disk", 0.5)  # chosen
    INSPECT_DISK = JobFacts(8, JobKind.STORAGE, "Getting Virtual Hard Disk Information", 0.1)  # chosen
    CHANGE_DISK = JobFacts(0, JobKind.STORAGE, "Changing Virtual Hard Disk", 0.1)  # chosen
    SET_UP_SWITCH = JobFacts(1, JobKind.NETWORK, "Setting Up Virtual Switch", 1.0)  # chosen
    TEAR_DOWN_SWITCH = JobFacts(2, JobKind.NETWORK, "Tearing Down Virtual Switch", 1.0)  # chosen
    VALIDATE_DISK = JobFacts(9, JobKind.STORAGE, "Validating Virtual Hard Disk", 0.5)  # chosen


class JobError(NamedTuple):
    """ErrorCode and ErrorDescription of a failed job."""

    code: int
    text: str


class Job(HostObject):
    """One long operation. ``id`` is a bare GUID in upper case."""

    def __init__(
        self,
        host: "Host",
        kind: JobFacts,
        owner: HostObject | None,
        affected: Sequence[HostObject | Part],
        description: str | None = None,
    ) -> None:
        super().__init__(host)
        self.id = host.new_guid()
        self.job_type = kind
        self.description = description or kind.description
        self.owner = owner
        self.affected = list(affected)
        self.state = JobState.RUNNING
        self.error: JobError | None = None
        self.exception: HostError | None = None
        self._began = host.clock.read()
        self._ends = self._began
        self._ended: int | None = None
        self._timer: Timer | None = None
        self._on_abandon: Callable[[], None] | None = None
        #: Whether the operation can be called off, which leaves things as they were before it.
        self.cancellable = False

    @property
    def type(self) -> int:
        """JobType number within the class of ``kind``."""
        return self.job_type.number

    @property
    def kind(self) -> JobKind:
        return self.job_type.kind

    @property
    def finished(self) -> bool:
        return self._ended is not None

    @property
    def succeeded(self) -> bool:
        return self.state in (JobState.COMPLETED, JobState.COMPLETED_WITH_WARNINGS)

    @property
    def started(self) -> datetime:
        """When the job began, UTC."""
        return from_microseconds(self._began)

    @property
    def ended(self) -> datetime | None:
        """When the job ended, UTC; None while it runs."""
        return None if self._ended is None else from_microseconds(self._ended)

    @property
    def last_change(self) -> datetime:
        """When the state last changed, UTC."""
        return self.ended or self.started

    def elapsed(self) -> timedelta:
        """Time that the job has run. Volatile until it ends."""
        end = self._ended if self._ended is not None else self.host.clock.read()
        return timedelta(microseconds=max(0, end - self._began))

    def remaining(self) -> float:
        """Seconds until it is as good as done. Volatile."""
        return max(0, self._ends - self.host.clock.read()) / 1_000_000

    @property
    def percent_complete(self) -> int:
        """0 to 100; follows the clock. Volatile until the job ends; a failed job stays where it failed."""
        if self.succeeded:
            return 100
        at = self._ended if self._ended is not None else self.host.clock.read()
        length = self._ends - self._began
        return 0 if length <= 0 else max(0, min(99, (at - self._began) * 100 // length))

    @property
    def status_text(self) -> str:
        """JobStatus: the sentence that CIM clients show."""
        if self.state is JobState.EXCEPTION:
            return "Job is completed with error"
        if self.state in (JobState.TERMINATED, JobState.KILLED):
            return "Job was canceled"
        return "Job is running" if not self.finished else "Job has completed successfully"

    def raise_if_failed(self) -> None:
        """Raise the error that ended the job, if one did."""
        if self.exception is not None:
            raise self.exception

    def _finish(self, state: JobState, error: HostError | None = None) -> None:
        self._ended = self.host.clock.read()
        self.state = state
        self._timer = None
        self._on_abandon = None
        self.cancellable = False
        if error is not None:
            self.exception = error
            self.error = JobError(error.code, error.text)
        self.touch()


class Jobs:
    """Registry of the jobs by id, in order of creation; a job leaves five minutes after its end."""

    def __init__(self, host: "Host") -> None:
        self.host = host
        self._jobs: dict[str, Job] = {}
        self._running: dict[str, Job] = {}

    def seed(self) -> None:
        self._jobs.clear()
        self._running.clear()

    def forget(self) -> None:
        """The management service ends and with it every job object; what ran is to be abandoned before."""
        for job in self:
            del self._jobs[job.id]
            self.host.next_revision()
            self.host.observe("deleted", job)

    @property
    def running(self) -> list[Job]:
        """Jobs that have not ended, unregistered ones included."""
        return list(self._running.values())

    def __iter__(self) -> Iterator[Job]:
        return iter(list(self._jobs.values()))

    def __len__(self) -> int:
        return len(self._jobs)

    def __contains__(self, job: object) -> bool:
        return isinstance(job, Job) and self._jobs.get(job.id) is job

    def get(self, identifier: str) -> Job | None:
        """The job of a GUID in any case, or None when it is unknown or was removed."""
        return self._jobs.get(normalize_guid(identifier))

    def run(
        self,
        kind: JobFacts,
        owner: HostObject | None,
        finish: Callable[[], None] | None = None,
        *,
        affected: Sequence[HostObject | Part] = (),
        seconds: float | None = None,
        description: str | None = None,
        registered: bool = True,
        abandon: Callable[[], None] | None = None,
        cancellable: bool = False,
    ) -> Job:
        """Start a job that calls ``finish`` at its end; a HostError raised there fails the job.

        ``registered=False`` keeps it out of the registry: operations that Windows runs without a job object.
        ``abandon`` undoes what the beginning did when the job is superseded by ``abandon``, and for a
        ``cancellable`` job everything that it did, when somebody calls it off.
        """
        job = Job(self.host, kind, owner, affected, description)
        length = kind.seconds if seconds is None else seconds
        job._on_abandon = abandon
        job.cancellable = cancellable
        self._running[job.id] = job
        if registered:
            self._jobs[job.id] = job
            self.host.observe("created", job)
        job._timer = self.host.clock.schedule(length, lambda: self._end(job, finish))
        # One reading of the clock for both ends: a job lasts exactly as long as it should.
        job._ends = job._timer.due
        job._began = job._ends - round(length * 1_000_000)
        return job

    def begin(
        self, job: Job, seconds: float, step: Callable[[], None], *, abandon: Callable[[], None] | None = None
    ) -> None:
        """Start a job that somebody ends with ``end``; ``step`` is called after ``seconds``, when it is as
        good as done on this host. It can be called off until then."""
        job._on_abandon = abandon
        job.cancellable = True
        self._running[job.id] = self._jobs[job.id] = job
        self.host.observe("created", job)
        job._timer = self.host.clock.schedule(seconds, step)
        job._ends = job._timer.due
        job._began = job._ends - round(seconds * 1_000_000)

    def is_running(self, job: Job) -> bool:
        """Whether a job has neither ended nor been forgotten by a reset."""
        return self._running.get(job.id) is job

    def end(self, job: Job, error: HostError | None = None) -> None:
        """End a job that was begun."""
        if self._running.pop(job.id, None) is None:
            return
        if job._timer is not None:
            job._timer.cancel()
        job._finish(JobState.COMPLETED if error is None else JobState.EXCEPTION, error)
        self._remove_later(job)

    def fail(
        self,
        kind: JobFacts,
        owner: HostObject | None,
        error: HostError,
        finish: Callable[[], None] | None = None,
        *,
        affected: Sequence[HostObject | Part] = (),
        seconds: float = 0.1,
    ) -> Job:
        """Start a job that ends in EXCEPTION with ``error`` after ``seconds`` (chosen), calling ``finish``
        first."""

        def end() -> None:
            if finish is not None:
                finish()
            raise error

        return self.run(kind, owner, end, affected=affected, seconds=seconds)

    def abandon(self, job: Job, error: HostError) -> None:
        """End a running job early with an error (the operation was overtaken, e.g. by a reboot of the
        host)."""
        if not job.finished:
            self._break_off(job, JobState.EXCEPTION, error)

    @operation
    def cancel(self, job: Job, *, kill: bool = False) -> None:
        """Call a job off: what it did is undone, and whoever waits for it gets an error. ``kill`` only says
        which state it ends in, KILLED or TERMINATED. Raises InvalidState when it has ended, NotSupported when
        it cannot be called off."""
        if job.finished:
            raise InvalidState("The job has already ended.")
        if not job.cancellable:
            raise NotSupported("The job cannot be canceled.")
        self._break_off(job, JobState.KILLED if kill else JobState.TERMINATED, Canceled())

    def _break_off(self, job: Job, state: JobState, error: HostError) -> None:
        if job._timer is not None:
            job._timer.cancel()
        self._running.pop(job.id, None)
        undo = job._on_abandon
        if undo is not None:
            undo()
        job._finish(state, error)
        self._remove_later(job)

    def poll(self, identifier: str) -> Job | None:
        """Look at a job as a waiting client does: with the fast clock time jumps to the job's end."""
        with self.host.looking():
            job = self.get(identifier)
            if job is not None and not job.finished:
                self.host.skip_to(job._ends)
            return job

    def wait(
        self, job: Job, timeout: float | None = None, interrupted: Callable[[], bool] | None = None
    ) -> bool:
        """Sleep until the job has ended; false on timeout or interruption."""
        return self.host.wait_for(lambda: job.finished, timeout, interrupted)

    def _end(self, job: Job, finish: Callable[[], None] | None) -> None:
        self._running.pop(job.id, None)
        try:
            if finish is not None:
                finish()
        except HostError as error:
            job._finish(JobState.EXCEPTION, error)
        except Exception as error:
            # The job must end whatever happens, or everybody who waits for it hangs.
            logger.exception("job %s (%s) broke", job.id, job.description)
            job._finish(JobState.EXCEPTION, HostError(f"Unexpected error: {error}."))
        else:
            job._finish(JobState.COMPLETED)
        self._remove_later(job)

    def _remove_later(self, job: Job) -> None:
        def remove() -> None:
            if self._jobs.pop(job.id, None) is not None:
                self.host.next_revision()
                self.host.observe("deleted", job)

        if job.id in self._jobs:
            self.host.clock.schedule(TIME_BEFORE_REMOVAL.total_seconds(), remove)
