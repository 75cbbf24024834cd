"""Settings of a virtual machine as a whole: which there are, what they may be, and when they may change."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from emulator.host.checks import check_choice, check_flag, check_number, check_text
from emulator.host.errors import InvalidParameter, NotSupported
from emulator.host.virtual_machine.virtual_machine_state import (
    CheckpointType,
    CriticalErrorAction,
    EnhancedSessionTransport,
    RecoveryAction,
    StartAction,
    StopAction,
    VirtualMachineState,
)

if TYPE_CHECKING:
    from emulator.host.virtual_machine.virtual_machine import VirtualMachine

    Check = Callable[[VirtualMachine, str, Any], Any]

MAXIMUM_NAME = 100
MAXIMUM_NOTES = 4096
MAXIMUM_SCOPE = 255
#: What a host is to know after a disaster; 16 KiB are chosen.
MAXIMUM_RECOVERY_INFORMATION = 16_384
#: The most seconds, or minutes, that a delay or timeout may have.
_LONGEST = 0x7FFFFFFF
#: Bytes of memory-mapped I/O space: the least, and the most below and above 4 GB.
_LEAST_IO_SPACE, _MOST_LOW, _MOST_HIGH = 128 << 20, 3584 << 20, 1 << 50
_CHOICES = {
    "automatic_start_action": StartAction,
    "automatic_critical_error_action": CriticalErrorAction,
    "automatic_recovery_action": RecoveryAction,
    "enhanced_session_transport": EnhancedSessionTransport,
}
#: Channel and port of the kernel debugger, and whether it listens: no, yes, yes with numbers of its own.
_MOST_CHANNELS, _MOST_PORTS, _MOST_DEBUG_STATES = 0xFFFFFFFF, 0xFFFF, 2


def checked(vm: "VirtualMachine", name: str, value: Any) -> Any:
    """The value to keep for one setting. Raises InvalidParameter, InvalidState, NotSupported."""
    check = _CHECKS.get(name)
    if check is None:
        raise InvalidParameter(f"There is no virtual machine setting '{name}'.")
    return check(vm, name, value)


def _text(longest: int, shortest: int = 0) -> "Check":
    return lambda _vm, name, value: check_text(name, value, longest, shortest=shortest)


def _choice(_vm: "VirtualMachine", name: str, value: Any) -> Any:
    return check_choice(name, value, _CHOICES[name])


def _stop_action(vm: "VirtualMachine", name: str, value: Any) -> StopAction:
    choice = check_choice(name, value, StopAction)
    vm.require_stop_action(choice)
    return choice


def _checkpoint_type(vm: "VirtualMachine", name: str, value: Any) -> CheckpointType:
    if not vm.host.release.production_checkpoints:
        raise NotSupported()
    return check_choice(name, value, CheckpointType)


def _duration(_vm: "VirtualMachine", name: str, value: Any) -> int:
    return check_number(name, value, 0, _LONGEST)


def _flag(_vm: "VirtualMachine", name: str, value: Any) -> bool:
    return check_flag(name, value)


def _flag_while_off(vm: "VirtualMachine", name: str, value: Any) -> bool:
    vm.require(VirtualMachineState.OFF)
    return check_flag(name, value)


def _io_space(most: int) -> "Check":
    def check(vm: "VirtualMachine", name: str, value: Any) -> int:
        vm.require(VirtualMachineState.OFF)
        return check_number(name, value, _LEAST_IO_SPACE, most)

    return check


def _number_while_off(most: int) -> "Check":
    def check(vm: "VirtualMachine", name: str, value: Any) -> int:
        vm.require(VirtualMachineState.OFF)
        return check_number(name, value, 0, most)

    return check


def checked_path(vm: "VirtualMachine", _name: str, value: Any) -> str:
    """A path on a drive that there is. Raises InvalidPath, PathNotFound."""
    path = vm.host.filesystem.normalize(str(value))
    vm.host.filesystem.require_drive(path)
    return path


_CHECKS: "dict[str, Check]" = {
    "name": _text(MAXIMUM_NAME, shortest=1),
    "notes": _text(MAXIMUM_NOTES),
    "additional_recovery_information": _text(MAXIMUM_RECOVERY_INFORMATION),
    "scope_of_residence": _text(MAXIMUM_SCOPE),
    **dict.fromkeys(_CHOICES, _choice),
    "automatic_stop_action": _stop_action,
    "checkpoint_type": _checkpoint_type,
    "automatic_start_delay": _duration,
    "automatic_critical_error_timeout": _duration,
    "automatic_checkpoints_enabled": _flag,
    "lock_on_disconnect": _flag,
    "snapshot_path": checked_path,
    "smart_paging_path": checked_path,
    "incremental_backup_enabled": _flag,
    "guest_controlled_cache_types": _flag_while_off,
    "virtual_numa_enabled": _flag_while_off,
    "allow_full_scsi_command_set": _flag_while_off,
    "allow_reduced_fc_redundancy": _flag_while_off,
    "debug_channel_id": _number_while_off(_MOST_CHANNELS),
    "debug_port": _number_while_off(_MOST_PORTS),
    "debug_port_state": _number_while_off(_MOST_DEBUG_STATES),
    "low_memory_mapped_io_space": _io_space(_MOST_LOW),
    "high_memory_mapped_io_space": _io_space(_MOST_HIGH),
}
