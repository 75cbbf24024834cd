"""Get-VMVideo and Set-VMVideo: the resolutions that a machine's display offers (2016 and later)."""

from __future__ import annotations

from collections.abc import Iterator

from emulator.host.display import ResolutionType, SyntheticDisplay
from emulator.powershell.dotnet.enums import EnumValue
from emulator.powershell.modules.hyperv.support import chosen_machines, reporting, should_process
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.module import cmdlet

_BY_MACHINE = ("ComputerName", "VMName", "VM")


@cmdlet("Get-VMVideo", ignores=_BY_MACHINE)
def get_vm_video(call: CmdletCall, _vm_name: object = None) -> Iterator[SyntheticDisplay]:
    """The displays of machines."""
    for vm in chosen_machines(call, "VMName"):
        yield vm.display


@cmdlet("Set-VMVideo", ignores=_BY_MACHINE)
def set_vm_video(
    call: CmdletCall,
    vm_video: list[SyntheticDisplay] | None = None,
    resolution_type: EnumValue | None = None,
    horizontal_resolution: int | None = None,
    vertical_resolution: int | None = None,
    passthru: bool = False,
) -> Iterator[SyntheticDisplay]:
    """Change the resolutions of machines that are off."""
    displays = vm_video or [vm.display for vm in chosen_machines(call, "VMName")]
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
