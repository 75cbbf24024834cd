"""Events that Hyper-V writes about a virtual machine: Worker-Admin log ids and texts, observed on Windows
Server."""

from typing import TYPE_CHECKING

from emulator.host.event_log import EventLevel

if TYPE_CHECKING:
    from emulator.host.virtual_machine import VirtualMachine

LOG = "Microsoft-Windows-Hyper-V-Worker-Admin"
SOURCE = "Microsoft-Windows-Hyper-V-Worker"

STARTED = 18500
TURNED_OFF = 18502
SHUT_DOWN = 18504
RESET = 18512
RESET_BY_GUEST = 18514
FATAL_ERROR = 18590
HYPERVISOR_NOT_RUNNING = 3112
NOT_ENOUGH_MEMORY = 3122
RAN_OUT_OF_MEMORY = 3050
FAILED_TO_START = 12030
OUT_OF_DISK_SPACE = 16060

MANAGEMENT_LOG = "Microsoft-Windows-Hyper-V-VMMS-Admin"
MANAGEMENT_SOURCE = "Microsoft-Windows-Hyper-V-VMMS"
CREATED = 13002
DELETED = 13003
_MANAGEMENT_TEXTS = {
    CREATED: "A new virtual machine '{name}' was created. (Virtual machine ID {id})",
    DELETED: "The virtual machine '{name}' was deleted. (Virtual machine ID {id})",
}

_TEXTS: dict[int, tuple[EventLevel, str]] = {
    STARTED: (EventLevel.INFORMATION, "'{name}' started successfully. (Virtual machine ID {id})"),
    TURNED_OFF: (EventLevel.INFORMATION, "'{name}' was turned off. (Virtual machine ID {id})"),
    SHUT_DOWN: (
        EventLevel.INFORMATION,
        "'{name}' was shut down using the Shutdown Integration Component. (Virtual machine ID {id})",
    ),
    RESET: (EventLevel.INFORMATION, "'{name}' was reset using Hyper-V Manager. (Virtual machine ID {id})"),
    RESET_BY_GUEST: (
        EventLevel.INFORMATION,
        "'{name}' was reset by the guest operating system. (Virtual machine ID {id})",
    ),
    FATAL_ERROR: (
        EventLevel.CRITICAL,
        "'{name}' has encountered a fatal error. The guest operating system reported that it failed."
        " If the problem persists, contact Product Support for the guest operating system."
        " (Virtual machine ID {id})",
    ),
    HYPERVISOR_NOT_RUNNING: (
        EventLevel.ERROR,
        "Virtual machine '{name}' could not be started because the hypervisor is not running"
        " (Virtual machine ID {id}).",
    ),
    NOT_ENOUGH_MEMORY: (
        EventLevel.ERROR,
        "Not enough memory in the system to start the virtual machine {name}"
        " with ram size {megabytes} megabytes. (Virtual machine ID {id})",
    ),
    RAN_OUT_OF_MEMORY: (
        EventLevel.ERROR,
        "'{name}' could not initialize memory: Ran out of memory (0x8007000E). (Virtual machine ID {id})",
    ),
    FAILED_TO_START: (EventLevel.ERROR, "'{name}' failed to start. (Virtual machine ID {id})"),
}

_STORAGE_TEXTS: dict[int, tuple[EventLevel, str]] = {
    OUT_OF_DISK_SPACE: (
        EventLevel.CRITICAL,
        "'{name}' has been paused because it has run out of disk space on '{place}'."
        " (Virtual machine ID {id})",
    ),
}


def event_text(event_id: int, vm: "VirtualMachine") -> str:
    """The text of an event about a virtual machine."""
    return _TEXTS[event_id][1].format(name=vm.name, id=vm.id, megabytes=vm.memory.startup >> 20)


def write_event(event_id: int, vm: "VirtualMachine") -> None:
    """Write an event about a virtual machine to the worker's log."""
    data = (("VmName", vm.name), ("VmId", vm.id))
    vm.host.event_log.write(LOG, SOURCE, event_id, _TEXTS[event_id][0], event_text(event_id, vm), data=data)


def write_management_event(event_id: int, vm: "VirtualMachine") -> None:
    """Write an event about a virtual machine to the log of the management service."""
    text = _MANAGEMENT_TEXTS[event_id].format(name=vm.name, id=vm.id)
    data = (("VmName", vm.name), ("VmId", vm.id))
    log = vm.host.event_log
    log.write(MANAGEMENT_LOG, MANAGEMENT_SOURCE, event_id, EventLevel.INFORMATION, text, data=data)


def write_storage_event(event_id: int, vm: "VirtualMachine", place: str) -> None:
    """Write an event about the storage of a virtual machine to the management service's log."""
    level, text = _STORAGE_TEXTS[event_id]
    message = text.format(name=vm.name, id=vm.id, place=place)
    data = (("VmName", vm.name), ("VmId", vm.id))
    vm.host.event_log.write(MANAGEMENT_LOG, MANAGEMENT_SOURCE, event_id, level, message, data=data)
