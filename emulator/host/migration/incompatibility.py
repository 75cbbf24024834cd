"""Why a virtual machine cannot be realized on a host: what Compare-VM and ValidatePlannedSystem report.

33012 and its text were observed on many hosts; the other numbers and texts are chosen.
"""

from typing import TYPE_CHECKING, NamedTuple

from emulator.host.errors import HostError
from emulator.host.virtual_machine.device import Device
from emulator.host.virtual_machine.machine_definition import is_lost

if TYPE_CHECKING:
    from emulator.host.virtual_machine.virtual_machine import VirtualMachine

MISSING_SWITCH = 33012
MISSING_DISK = 40010
TOO_MUCH_MEMORY = 23116
TOO_MANY_PROCESSORS = 24000
UNSUPPORTED_VERSION = 21050
MISSING_DEVICE = 21002
IDENTIFIER_IN_USE = 21008


class Incompatibility(NamedTuple):
    """One reason. ``source`` is the device that it is about, or the machine."""

    message_id: int
    text: str
    source: "Device | VirtualMachine"


class Incompatible(HostError):
    """A machine does not fit on a host; ``reasons`` says why, and its text names the first ones."""

    def __init__(self, vm: "VirtualMachine", computer: str, reasons: list[Incompatibility]) -> None:
        self.reasons = reasons
        first = f"The virtual machine '{vm.name}' is not compatible with physical computer '{computer}'."
        super().__init__("\n".join([first, *(reason.text for reason in reasons)]), code=32784)


def incompatibilities(vm: "VirtualMachine") -> list[Incompatibility]:
    """What keeps a planned machine from its host; devices in their order, then the machine as a whole."""
    host = vm.host
    found: list[Incompatibility] = []
    for adapter in vm.network_adapters:
        if adapter.switch is not None and is_lost(adapter.switch):
            text = f"Could not find Ethernet switch '{adapter.switch.name}'."
            found.append(Incompatibility(MISSING_SWITCH, text, adapter))
    for drive in vm.drives:
        if drive.path is not None and not host.filesystem.exists(drive.path):
            text = f"The file '{drive.path}' could not be found."
            found.append(Incompatibility(MISSING_DISK, text, drive))
    for disk in vm.hard_disk_drives:
        if disk.disk_number is not None and host.pass_through.get(disk.disk_number) is None:
            text = f"The physical disk {disk.disk_number} could not be found, or it is online."
            found.append(Incompatibility(MISSING_DISK, text, disk))
    for device in vm.expansion if vm._expansion is not None else ():
        problem = device.problem()
        if problem is not None:
            found.append(Incompatibility(MISSING_DEVICE, problem, device))
    if vm.memory.startup > host.hardware.memory:
        text = (
            f"The virtual machine needs {vm.memory.startup >> 20} MB of memory and the physical computer has"
            f" {host.hardware.memory >> 20} MB."
        )
        found.append(Incompatibility(TOO_MUCH_MEMORY, text, vm.memory))
    if vm.processor.count > host.hardware.logical_processors:
        text = (
            f"The virtual machine has {vm.processor.count} virtual processors and the physical computer has"
            f" {host.hardware.logical_processors} logical processors."
        )
        found.append(Incompatibility(TOO_MANY_PROCESSORS, text, vm.processor))
    versions = host.release.configuration_versions
    if vm.version not in versions and (vm.version or versions):
        text = f"The configuration version '{vm.version}' of the virtual machine is not supported."
        found.append(Incompatibility(UNSUPPORTED_VERSION, text, vm))
    if host.virtual_machines.get(vm.id) is not None:
        text = f"A virtual machine with the identifier '{vm.id}' exists on the physical computer."
        found.append(Incompatibility(IDENTIFIER_IN_USE, text, vm))
    return found
