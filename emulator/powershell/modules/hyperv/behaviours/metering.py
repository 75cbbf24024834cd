"""Resource metering of machines: Enable-, Disable- and Reset-VMResourceMetering, Measure-VM."""

from __future__ import annotations

from collections.abc import Iterator

from emulator.host import InvalidState
from emulator.host.metering import Metering
from emulator.powershell.modules.hyperv.behaviours.virtual_machine import CHOICE
from emulator.powershell.modules.hyperv.objects.metering import MeteringReport, report_of
from emulator.powershell.modules.hyperv.support import chosen_machines, host_of, reporting
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.module import cmdlet

_BY_MACHINE = ("ComputerName", "VM", "VMName")


@cmdlet("Enable-VMResourceMetering", ignores=_BY_MACHINE)
def enable_vm_resource_metering(call: CmdletCall, _vm_name: object = None) -> None:
    """Collect every metric of machines."""
    for vm in chosen_machines(call, "VMName"):
        with reporting(call):
            vm.metering.enable()


@cmdlet("Disable-VMResourceMetering", ignores=_BY_MACHINE)
def disable_vm_resource_metering(call: CmdletCall, _vm_name: object = None) -> None:
    """Collect metrics of machines no longer."""
    for vm in chosen_machines(call, "VMName"):
        with reporting(call):
            vm.metering.disable()


@cmdlet("Reset-VMResourceMetering", ignores=_BY_MACHINE)
def reset_vm_resource_metering(call: CmdletCall, _vm_name: object = None) -> None:
    """Count the use of machines anew."""
    for vm in chosen_machines(call, "VMName"):
        with reporting(call):
            _metered(vm.metering).reset()


@cmdlet("Measure-VM", ignores=CHOICE)
def measure_vm(call: CmdletCall, _name: object = None) -> Iterator[MeteringReport]:
    """What metered machines used since metering began."""
    for vm in chosen_machines(call):
        with reporting(call):
            with host_of(call).looking():
                _metered(vm.metering)
                report = report_of(vm)
            yield report


def _metered(metering: Metering) -> Metering:
    if not metering.enabled:
        raise InvalidState(f"Metering is not enabled for the virtual machine '{metering.vm.name}'.")
    return metering
