"""Displays of machines and their resolutions, and console support (2016 and later)."""

from __future__ import annotations

from collections.abc import Iterator

from emulator.host import VirtualMachine
from emulator.host.virtual_machine.display import ResolutionType, SyntheticDisplay
from emulator.powershell.dotnet.enums import EnumValue
from emulator.powershell.modules.hyperv.support import chosen_machines, reporting, should_process
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.module import cmdlet

_BY_MACHINE = ("ComputerName", "VMName", "VM")


@cmdlet("Get-VMVideo", reads=(*_BY_MACHINE, "VMSnapshot"))
def get_vm_video(call: CmdletCall, _vm_name: object = None) -> Iterator[SyntheticDisplay]:
    """The displays of machines."""
    for vm in chosen_machines(call, "VMName"):
        if vm.devices.has_console:
            yield vm.display


@cmdlet("Set-VMVideo", reads=_BY_MACHINE)
def set_vm_video(
    call: CmdletCall,
    vm_video: list[SyntheticDisplay] | None = None,
    resolution_type: EnumValue | None = None,
    horizontal_resolution: int | None = None,
    vertical_resolution: int | None = None,
    passthru: bool = False,
) -> Iterator[SyntheticDisplay]:
    """Change the resolutions of machines that are off."""
    displays = vm_video or [vm.display for vm in chosen_machines(call, "VMName") if vm.devices.has_console]
    kind = None if resolution_type is None else ResolutionType[str(resolution_type).upper()]
    for display in displays:
        vm = display.vm
        if not should_process(call, f'configure the video adapter of virtual machine "{vm.name}".', vm.name):
            continue
        with reporting(call):
            display.configure(
                resolution_type=kind,
                width=None if horizontal_resolution is None else int(horizontal_resolution),
                height=None if vertical_resolution is None else int(vertical_resolution),
            )
            if passthru:
                yield display


def _console(call: CmdletCall, enabled: bool, passthru: bool) -> Iterator[VirtualMachine]:
    verb = "enable" if enabled else "disable"
    for vm in chosen_machines(call, "VMName"):
        if should_process(call, f'{verb} console support of virtual machine "{vm.name}".', vm.name):
            with reporting(call):
                vm.devices.enable_console(enabled)
                if passthru:
                    yield vm


@cmdlet("Enable-VMConsoleSupport", reads=_BY_MACHINE)
def enable_vm_console_support(call: CmdletCall, passthru: bool = False) -> Iterator[VirtualMachine]:
    """Give generation 2 machines keyboard, mouse and display."""
    yield from _console(call, True, passthru)


@cmdlet("Disable-VMConsoleSupport", reads=_BY_MACHINE)
def disable_vm_console_support(call: CmdletCall, passthru: bool = False) -> Iterator[VirtualMachine]:
    """Take keyboard, mouse and display from generation 2 machines."""
    yield from _console(call, False, passthru)
