"""Windows' numbers of a virtual machine's states and choices. The canonical numbers are those of
root/virtualization/v2 and of the Hyper-V PowerShell module; the older v1 numbers are a matter of its door.
"""

from enum import Enum, IntEnum


class VirtualMachineState(IntEnum):
    """Msvm_ComputerSystem.EnabledState (v2)."""

    RUNNING = 2
    OFF = 3
    STOPPING = 4
    SAVED = 6
    PAUSED = 9
    STARTING = 10
    SAVING = 32773
    PAUSING = 32776
    RESUMING = 32777

    @property
    def holds_memory(self) -> bool:
        """A worker process exists and the machine's memory is taken from the host."""
        return self not in (VirtualMachineState.OFF, VirtualMachineState.SAVED)


#: States in the order in which their critical ones are counted: by Msvm_ComputerSystem of v2 from 32781 on,
#: by the enumeration VMState of PowerShell from 32785 on.
CRITICAL_ORDER = (
    VirtualMachineState.RUNNING,
    VirtualMachineState.OFF,
    VirtualMachineState.STOPPING,
    VirtualMachineState.SAVED,
    VirtualMachineState.PAUSED,
    VirtualMachineState.STARTING,
    None,
    VirtualMachineState.SAVING,
    VirtualMachineState.PAUSING,
    VirtualMachineState.RESUMING,
)


class RequestedState(IntEnum):
    """Msvm_ComputerSystem.RequestedState: 12 when idle, the target during a transition."""

    RUNNING = 2
    OFF = 3
    SAVED = 6
    PAUSED = 9
    REBOOT = 10
    RESET = 11
    NOT_APPLICABLE = 12


class StartAction(IntEnum):
    """Msvm_VirtualSystemSettingData.AutomaticStartupAction; what happens when the host boots."""

    NOTHING = 2
    START_IF_RUNNING = 3
    START = 4


class StopAction(IntEnum):
    """AutomaticShutdownAction; what happens when the host shuts down."""

    TURN_OFF = 2
    SAVE = 3
    SHUT_DOWN = 4


class HealthState(IntEnum):
    """CIM HealthState of a virtual machine."""

    OK = 5
    MAJOR_FAILURE = 20
    CRITICAL_FAILURE = 25


class CriticalCause(Enum):
    """Why a machine is in a critical state, with its health and the words for its status (chosen, but for
    the last)."""

    LOW_SPACE = (HealthState.MAJOR_FAILURE, "Low disk space")
    STORAGE = (HealthState.CRITICAL_FAILURE, "Critical I/O error")
    CONFIGURATION = (
        HealthState.CRITICAL_FAILURE,
        "Cannot connect to virtual machine configuration storage",
    )

    @property
    def health(self) -> HealthState:
        return self.value[0]

    @property
    def description(self) -> str:
        return self.value[1]


class CriticalErrorAction(IntEnum):
    """AutomaticCriticalErrorAction; what happens when storage is lost."""

    NONE = 0
    PAUSE = 1


class RecoveryAction(IntEnum):
    """AutomaticRecoveryAction; what happens when the worker process fails."""

    NONE = 2
    RESTART = 3
    REVERT = 4


class CheckpointType(IntEnum):
    """UserSnapshotType (2016 and later)."""

    DISABLED = 2
    PRODUCTION = 3
    PRODUCTION_ONLY = 4
    STANDARD = 5


class ConsoleMode(IntEnum):
    """ConsoleMode: where the firmware console is shown."""

    DEFAULT = 0
    COM1 = 1
    COM2 = 2
    NONE = 3


class NetworkBootProtocol(IntEnum):
    """NetworkBootPreferredProtocol: over what UEFI boots from the network first."""

    IPV4 = 4096
    IPV6 = 4097


class EnhancedSessionTransport(IntEnum):
    """EnhancedSessionTransportType: over what an enhanced session reaches its guest."""

    VMBUS = 0
    HV_SOCKET = 1


class OperationalStatus(IntEnum):
    """First and second values of OperationalStatus."""

    OK = 2
    DEGRADED = 3
    PREDICTIVE_FAILURE = 5
    STOPPED = 10
    IN_SERVICE = 11
    DORMANT = 15
    CREATING_CHECKPOINT = 32768
    APPLYING_CHECKPOINT = 32769
    DELETING_CHECKPOINT = 32770
    WAITING_TO_START = 32771
    MERGING_DISKS = 32772
    EXPORTING = 32773
    MIGRATING = 32774
    CRITICAL_IO_ERROR = 32795

    @property
    def description(self) -> str:
        """StatusDescriptions of what is being done with a machine."""
        return _ACTIVITIES[self]


_ACTIVITIES = {
    OperationalStatus.CREATING_CHECKPOINT: "Creating checkpoint",
    OperationalStatus.APPLYING_CHECKPOINT: "Applying checkpoint",
    OperationalStatus.DELETING_CHECKPOINT: "Deleting checkpoint",
    OperationalStatus.MERGING_DISKS: "Merging disks",
    OperationalStatus.EXPORTING: "Exporting virtual machine",
    OperationalStatus.MIGRATING: "Moving virtual machine",
}
