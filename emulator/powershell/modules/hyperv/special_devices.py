"""What the cmdlets of special devices share: adding them to machines and taking them out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from emulator.host import VirtualMachine
from emulator.host.virtual_machine.expansion.device import ExpansionDevice
from emulator.powershell.modules.hyperv.support import chosen_machines, reporting, should_process
from emulator.powershell.runtime.cmdlet_call import CmdletCall

Device = TypeVar("Device", bound=ExpansionDevice)


def add_to_machines(
    call: CmdletCall, label: str, make: Callable[[VirtualMachine], Device], passthru: bool
) -> Iterator[Device]:
    """Give the machines of a call a device each; ``label`` has its article ("a GPU partition adapter")."""
    for vm in chosen_machines(call, "VMName"):
        if should_process(call, f'add {label} to virtual machine "{vm.name}".', vm.name):
            with reporting(call):
                made = make(vm)
                if passthru:
                    yield made


def remove_from_machines(
    call: CmdletCall, label: str, devices: Iterable[Device], passthru: bool
) -> Iterator[Device]:
    """Take devices out of their machines."""
    for device in devices:
        vm = device.vm
        if should_process(call, f'remove {label} from virtual machine "{vm.name}".', vm.name):
            with reporting(call):
                vm.expansion.remove(device)
                if passthru:
                    yield device
