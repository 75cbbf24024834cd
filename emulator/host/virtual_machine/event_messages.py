"""Events that Hyper-V writes about a virtual machine: channel, id, level and text of each.

Ids and texts are those of Windows Server's own logs where somebody published them; the others say so in
docs/fidelity.md. The channels are logs of their own, not the classic ones that Win32_NTLogEvent shows.
"""

from typing import TYPE_CHECKING

from emulator.host.windows.event_log import EventLevel
from emulator.record import Record

if TYPE_CHECKING:
    from emulator.host.errors import HostError
    from emulator.host.host import Host
    from emulator.host.network.network_adapter import NetworkAdapter
    from emulator.host.network.virtual_switch import VirtualSwitch
    from emulator.host.virtual_machine.virtual_machine import VirtualMachine

_INFORMATION, _WARNING = EventLevel.INFORMATION, EventLevel.WARNING
_ERROR, _CRITICAL = EventLevel.ERROR, EventLevel.CRITICAL
_PREFIX = "Microsoft-Windows-Hyper-V-"
_FIRST_BUILD_THAT_TELLS_OF_PORTS = 9200


class Provider(Record):
    """Who writes, and into which channel."""

    source: str
    log: str


WORKER = Provider(f"{_PREFIX}Worker", f"{_PREFIX}Worker-Admin")
MANAGEMENT = Provider(f"{_PREFIX}VMMS", f"{_PREFIX}VMMS-Admin")
CONFIGURATION = Provider(f"{_PREFIX}Config", f"{_PREFIX}Config-Admin")
STORAGE = Provider(f"{_PREFIX}StorageVSP", f"{_PREFIX}StorageVSP-Admin")
SYNTHETIC_STORAGE = Provider(f"{_PREFIX}SynthStor", f"{_PREFIX}Worker-Admin")
SWITCH = Provider(f"{_PREFIX}VmSwitch", "System")


class MachineEvent(Record):
    """One event. ``text`` may name ``name``, ``id``, ``megabytes`` and what is given when it is written."""

    number: int
    provider: Provider
    level: EventLevel
    text: str


def _event(number: int, provider: Provider, level: EventLevel, text: str) -> MachineEvent:
    return MachineEvent(number, provider, level, f"{text} (Virtual machine ID {{id}})")


STARTED = _event(18500, WORKER, _INFORMATION, "'{name}' started successfully.")
TURNED_OFF = _event(18502, WORKER, _INFORMATION, "'{name}' was turned off.")
SHUT_DOWN = _event(
    18504, WORKER, _INFORMATION, "'{name}' was shut down using the Shutdown Integration Component."
)
SHUT_DOWN_BY_GUEST = _event(
    18508, WORKER, _INFORMATION, "'{name}' was shut down by the guest operating system."
)
SAVED = _event(18510, WORKER, _INFORMATION, "'{name}' saved successfully.")
RESET = _event(18512, WORKER, _INFORMATION, "'{name}' was reset using Hyper-V Manager.")
RESET_BY_GUEST = _event(18514, WORKER, _INFORMATION, "'{name}' was reset by the guest operating system.")
PAUSED = _event(18516, WORKER, _INFORMATION, "'{name}' was paused.")
RESUMED = _event(18518, WORKER, _INFORMATION, "'{name}' was resumed.")
RESTORED = _event(18596, WORKER, _INFORMATION, "'{name}' was restored successfully.")
BOOTED = _event(18601, WORKER, _INFORMATION, "'{name}' successfully booted an operating system.")
FATAL_ERROR = _event(
    18590,
    WORKER,
    _CRITICAL,
    "'{name}' has encountered a fatal error. The guest operating system reported that it failed."
    " If the problem persists, contact Product Support for the guest operating system.",
)
HYPERVISOR_NOT_RUNNING = MachineEvent(
    3112,
    WORKER,
    _ERROR,
    "Virtual machine '{name}' could not be started because the hypervisor is not running"
    " (Virtual machine ID {id}).",
)
NOT_ENOUGH_MEMORY = _event(
    3122,
    WORKER,
    _ERROR,
    "Not enough memory in the system to start the virtual machine {name}"
    " with ram size {megabytes} megabytes.",
)
RAN_OUT_OF_MEMORY = _event(
    3050, WORKER, _ERROR, "'{name}' could not initialize memory: Ran out of memory (0x8007000E)."
)
ATTACHMENT_NOT_FOUND = _event(
    12240, SYNTHETIC_STORAGE, _ERROR, "'{name}': Attachment '{path}' not found. Error: '{problem}'"
)
DEVICE_NOT_POWERED_ON = _event(
    12010, SYNTHETIC_STORAGE, _ERROR, "'{name}' {device}: Failed to Power on with Error '{problem}'."
)
FAILED_TO_START = _event(12030, WORKER, _ERROR, "'{name}' failed to start.")
FAILED_TO_RESTORE = _event(12080, WORKER, _ERROR, "'{name}' failed to restore.")
CREATED = _event(13002, MANAGEMENT, _INFORMATION, "A new virtual machine '{name}' was created.")
DELETED = _event(13003, MANAGEMENT, _INFORMATION, "The virtual machine '{name}' was deleted.")
REALIZED = _event(18304, MANAGEMENT, _INFORMATION, "The virtual machine '{name}' was realized.")
MIGRATED = MachineEvent(
    20415,
    MANAGEMENT,
    _INFORMATION,
    "The Virtual Machine Management service successfully completed the live migration of virtual machine"
    " '{name}' with a blackout time of {seconds} seconds (VMID {id}).",
)
MIGRATION_FAILED = _event(
    21024,
    MANAGEMENT,
    _ERROR,
    "Virtual machine migration operation for '{name}' failed at migration source '{host}'.",
)
OUT_OF_DISK_SPACE = _event(
    16060,
    MANAGEMENT,
    _CRITICAL,
    "'{name}' has been paused because it has run out of disk space on '{place}'.",
)
CHECKPOINT_FAILED = _event(18012, MANAGEMENT, _ERROR, "Checkpoint operation for '{name}' failed.")
MERGE_STARTED = _event(19070, MANAGEMENT, _INFORMATION, "'{name}' background disk merge has been started.")
MERGE_FINISHED = _event(
    19080, MANAGEMENT, _INFORMATION, "'{name}' background disk merge has been finished successfully."
)
MERGE_INTERRUPTED = _event(
    19090, MANAGEMENT, _WARNING, "'{name}' background disk merge has been interrupted."
)
MERGE_FAILED = _event(
    19100, MANAGEMENT, _ERROR, "'{name}' background disk merge failed to complete: {reason}"
)
_NIC = "NIC {nic} (Friendly Name: {title}) successfully"
_PORT = "port {port} (Friendly Name: {port}) on switch {switch}(Friendly Name: {switch_title})."
NIC_CONNECTED = MachineEvent(232, SWITCH, _INFORMATION, f"{_NIC} connected to {_PORT}")
NIC_DISCONNECTED = MachineEvent(234, SWITCH, _INFORMATION, f"{_NIC} disconnected from {_PORT}")
ADDRESS_IN_USE = MachineEvent(
    28,
    SWITCH,
    _WARNING,
    "Port '{port}' (Friendly Name: '{title}') was prevented from using MAC address '{address}' because it is"
    " pinned to port '{other}'.",
)
CONFIGURATION_LOST = MachineEvent(
    4096,
    CONFIGURATION,
    _ERROR,
    "The Virtual Machines configuration {id} at '{path}' is no longer accessible: The system cannot find the"
    " path specified. (0x80070003)",
)
CONFIGURATION_BACK = MachineEvent(
    4098,
    CONFIGURATION,
    _INFORMATION,
    "The Virtual Machines configuration {id} at '{path}' is now accessible.",
)
STORAGE_FAILED = MachineEvent(
    6, STORAGE, _WARNING, "Storage device '{path}' received an IO failure with error = 0xC000000E."
)
STORAGE_RECOVERED = MachineEvent(
    5,
    STORAGE,
    _INFORMATION,
    "Storage device '{path}' changed recovery state. Previous state = Recoverable Error Detected, New state ="
    " No Errors.",
)


def reason_of(error: "HostError") -> str:
    """What an event says about an error: its text and number."""
    return f"{error.default_text} (0x{error.hresult:08X})"


def write_service_started(host: "Host") -> None:
    """The management service runs."""
    text = "Virtual Machine Management service is started successfully."
    host.event_log.write(MANAGEMENT.log, MANAGEMENT.source, 14094, _INFORMATION, text)


def event_text(event: MachineEvent, vm: "VirtualMachine", **values: str) -> str:
    """The text of an event about a virtual machine."""
    return event.text.format(name=vm.name, id=vm.id, megabytes=vm.memory.startup >> 20, **values)


def write_connection(event: MachineEvent, adapter: "NetworkAdapter", switch: "VirtualSwitch") -> None:
    """Write that an adapter of a running machine was connected or disconnected (2012 and later)."""
    vm = adapter.vm
    if vm.state.holds_memory and vm.host.release.build >= _FIRST_BUILD_THAT_TELLS_OF_PORTS:
        write_event(
            event,
            vm,
            nic=f"{vm.id}--{adapter.id}",
            title=adapter.name,
            port=adapter.id,
            switch=switch.id,
            switch_title=switch.name,
        )


def write_address_conflicts(vm: "VirtualMachine") -> None:
    """Write which static hardware addresses a machine that starts cannot use, because another running machine
    has them on the same switch. Windows starts it all the same (2012 and later)."""
    if vm.host.release.build < _FIRST_BUILD_THAT_TELLS_OF_PORTS:
        return
    for adapter in vm.network_adapters:
        if adapter.switch is None or adapter.dynamic_mac_address:
            continue
        for other in adapter.switch.ports:
            if other.vm is vm or not other.vm.state.holds_memory or other.mac_address != adapter.mac_address:
                continue
            address = "-".join(adapter.mac_address[place : place + 2] for place in range(0, 12, 2))
            write_event(
                ADDRESS_IN_USE, vm, port=adapter.id, title=adapter.name, address=address, other=other.id
            )


def write_event(event: MachineEvent, vm: "VirtualMachine", **values: str) -> None:
    """Write an event about a virtual machine."""
    data = (("VmName", vm.name), ("VmId", vm.id), *values.items())
    provider = event.provider
    text = event_text(event, vm, **values)
    vm.host.event_log.write(provider.log, provider.source, event.number, event.level, text, data=data)
