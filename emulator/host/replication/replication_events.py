"""Events of Hyper-V Replica in the log of the management service.

The ids 32022, 32086 and 32315 and their texts were observed on many hosts; the other ids and texts are
chosen.
"""

from typing import TYPE_CHECKING, NamedTuple

from emulator.host.virtual_machine.event_messages import MANAGEMENT
from emulator.host.windows.event_log import EventLevel

if TYPE_CHECKING:
    from emulator.host.virtual_machine.virtual_machine import VirtualMachine


class ReplicationEvent(NamedTuple):
    """An event with its text; ``{reason}`` is that of an error."""

    id: int
    level: EventLevel
    text: str


_INFORMATION, _WARNING, _ERROR = EventLevel.INFORMATION, EventLevel.WARNING, EventLevel.ERROR
_TAIL = " (Virtual machine ID {id})"

ENABLED = ReplicationEvent(29100, _INFORMATION, "Replication was enabled for virtual machine '{name}'.")
ENABLE_FAILED = ReplicationEvent(
    32000, _ERROR, "Hyper-V failed to enable replication for virtual machine '{name}': {reason}"
)
REPLICA_CREATED = ReplicationEvent(
    29104, _INFORMATION, "The virtual machine '{name}' was enabled as a replica of one on '{reason}'."
)
INITIAL_STARTED = ReplicationEvent(
    29170, _INFORMATION, "Hyper-V started the initial replication of virtual machine '{name}'."
)
INITIAL_COMPLETED = ReplicationEvent(
    29174, _INFORMATION, "Hyper-V completed the initial replication of virtual machine '{name}'."
)
INITIAL_FAILED = ReplicationEvent(
    32032, _ERROR, "Initial replication of virtual machine '{name}' failed: {reason}"
)
INITIAL_RECEIVED = ReplicationEvent(
    29176, _INFORMATION, "Hyper-V received the initial replication of virtual machine '{name}'."
)
NOT_REPLICATED = ReplicationEvent(
    32022, _ERROR, "Hyper-V could not replicate changes for virtual machine '{name}': {reason}"
)
RETRIED = ReplicationEvent(
    32315,
    _WARNING,
    "Hyper-V failed to replicate changes for virtual machine '{name}'."
    " Hyper-V will retry replication after {reason} minute(s).",
)
STOPPED = ReplicationEvent(
    32086,
    _ERROR,
    "Hyper-V suspended replication for virtual machine '{name}' due to a non-recoverable failure."
    " Resume replication after correcting the failure.",
)
SUSPENDED = ReplicationEvent(29120, _WARNING, "Replication of virtual machine '{name}' was suspended.")
RESUMED = ReplicationEvent(29122, _INFORMATION, "Replication of virtual machine '{name}' was resumed.")
RESYNCHRONIZE = ReplicationEvent(
    32544,
    _ERROR,
    "Resynchronization is required for the virtual machine '{name}'."
    " Resume replication to start resynchronization.",
)
RESYNCHRONIZED = ReplicationEvent(
    29242, _INFORMATION, "Hyper-V completed the resynchronization of virtual machine '{name}'."
)
PREPARED = ReplicationEvent(
    29200, _INFORMATION, "The virtual machine '{name}' was prepared for a planned failover."
)
FAILED_OVER = ReplicationEvent(29204, _INFORMATION, "The virtual machine '{name}' was failed over.")
REVERTED = ReplicationEvent(29206, _INFORMATION, "The failover of virtual machine '{name}' was cancelled.")
COMMITTED = ReplicationEvent(29208, _INFORMATION, "The failover of virtual machine '{name}' was completed.")
TESTED = ReplicationEvent(29210, _INFORMATION, "A test failover of virtual machine '{name}' was started.")
TEST_ENDED = ReplicationEvent(29212, _INFORMATION, "The test failover of virtual machine '{name}' ended.")
REVERSED = ReplicationEvent(
    29214, _INFORMATION, "The replication of virtual machine '{name}' was reversed: it is the primary now."
)
FAILED_BACK = ReplicationEvent(29216, _INFORMATION, "The virtual machine '{name}' was failed back.")
REMOVED = ReplicationEvent(29102, _INFORMATION, "Replication was removed for virtual machine '{name}'.")


def write_replication_event(event: ReplicationEvent, vm: "VirtualMachine", reason: str = "") -> None:
    """Write an event about the replication of a machine. Call it under the lock of its host."""
    text = (event.text + _TAIL).format(name=vm.name, id=vm.id, reason=reason)
    data = (("VmName", vm.name), ("VmId", vm.id))
    vm.host.event_log.write(MANAGEMENT.log, MANAGEMENT.source, event.id, event.level, text, data=data)
