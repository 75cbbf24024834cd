"""What state a virtual machine is in, how it is, and what may be done with it now."""

from emulator.host.errors import InvalidState, NotFound
from emulator.host.host_object import HostObject
from emulator.host.job import Job, JobType
from emulator.host.virtual_machine.virtual_machine_state import (
    CRITICAL_ORDER,
    CriticalCause,
    HealthState,
    OperationalStatus,
    VirtualMachineState,
)


class MachineStatus(HostObject):
    """The state of a machine in the words of Msvm_ComputerSystem, and the guards of its operations."""

    id: str
    state: VirtualMachineState
    #: The job that changes it at the moment.
    job: Job | None
    #: It was destroyed; whoever still holds it can do nothing with it.
    deleted: bool
    #: What a checkpoint or a merge does with the machine.
    activity: OperationalStatus | None = None
    #: Why it is in a critical state.
    critical: CriticalCause | None = None

    def require_alive(self) -> None:
        """Raise NotFound for a machine that was destroyed."""
        if self.deleted:
            raise NotFound(f"The virtual machine {self.id} was not found.")

    def require_configurable(self) -> None:
        """Raise NotFound, or InvalidState while it is being deleted or its configuration is gone: what may
        change in any other state."""
        self.require_alive()
        if self.critical is CriticalCause.CONFIGURATION or self._is_being_deleted:
            raise InvalidState()

    def require_idle(self) -> None:
        """Raise NotFound or, while an operation is under way, InvalidState."""
        self.require_alive()
        if self.job is not None or not self._works():
            raise InvalidState()

    def require(self, *states: VirtualMachineState, tolerates: CriticalCause | None = None) -> None:
        """Raise RoleNotInstalled, NotFound, or InvalidState unless the machine is idle in one of the states.

        A machine that has lost its storage or its configuration is in none of them, unless ``tolerates``
        names the cause.
        """
        self.host.role.require()
        self.require_alive()
        if self.job is not None or self.state not in states or not self._works(tolerates):
            raise InvalidState(legal=[state.name for state in states])

    @property
    def _is_being_deleted(self) -> bool:
        return self.job is not None and self.job.job_type is JobType.DESTROY

    def _works(self, tolerated: CriticalCause | None = None) -> bool:
        return self.critical in (None, CriticalCause.LOW_SPACE, tolerated)

    @property
    def health(self) -> HealthState:
        return HealthState.OK if self.critical is None else self.critical.health

    @property
    def operational_status(self) -> tuple[OperationalStatus, ...]:
        """The machine's own status, then what is being done with it or what is wrong."""
        own = () if self.activity is None else (self.activity,)
        if self.critical is None:
            return (OperationalStatus.OK, *own)
        failed = (OperationalStatus.CRITICAL_IO_ERROR,) if self.critical is CriticalCause.STORAGE else ()
        return (OperationalStatus.DEGRADED, *own, *failed)

    @property
    def status_descriptions(self) -> tuple[str, ...]:
        """StatusDescriptions (recorded for a machine that is not critical)."""
        own = () if self.activity is None else (self.activity.description,)
        if self.critical is None:
            return ("Operating normally", *own)
        return (self.critical.description, *own)

    def state_number(self, first_critical: int) -> int:
        """The number of the state, counting the critical ones from ``first_critical`` on."""
        if self.critical is None:
            return int(self.state)
        return first_critical + CRITICAL_ORDER.index(self.state)

    @property
    def status(self) -> str:
        """What Hyper-V Manager and PowerShell show as status."""
        return self.status_descriptions[0]
