"""Parts of virtual switches: extensions (Get-, Enable-, Disable-VMSwitchExtension), teams and members."""

from __future__ import annotations

from collections.abc import Iterator

from emulator.host import InvalidParameter, VirtualSwitch
from emulator.powershell.dotnet.enums import EnumValue
from emulator.powershell.modules.hyperv.behaviours.network_adapter import matching
from emulator.powershell.modules.hyperv.behaviours.virtual_switch import chosen_switches
from emulator.powershell.modules.hyperv.objects.network import RunningExtension, switch_extensions
from emulator.powershell.modules.hyperv.objects.port_settings import SwitchTeam
from emulator.powershell.modules.hyperv.support import host_of, ready, reporting, should_process
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.module import cmdlet

_SWITCH = ("ComputerName", "VMSwitch", "VMSwitchName")


@cmdlet("Get-VMSwitchExtension", reads=_SWITCH)
def get_vm_switch_extension(call: CmdletCall, name: list[str] | None = None) -> Iterator[RunningExtension]:
    """The extensions of switches."""
    for switch in chosen_switches(call, "VMSwitchName"):
        yield from matching(call, switch_extensions(switch), name)


@cmdlet("Enable-VMSwitchExtension", reads=(*_SWITCH, "VMSwitchExtension"))
def enable_vm_switch_extension(call: CmdletCall, name: list[str] | None = None) -> Iterator[RunningExtension]:
    """Switch extensions on."""
    yield from _switched(call, name, True)


@cmdlet("Disable-VMSwitchExtension", reads=(*_SWITCH, "VMSwitchExtension"))
def disable_vm_switch_extension(
    call: CmdletCall, name: list[str] | None = None
) -> Iterator[RunningExtension]:
    """Switch extensions off."""
    yield from _switched(call, name, False)


def _switched(call: CmdletCall, name: list[str] | None, enabled: bool) -> Iterator[RunningExtension]:
    objects = call.get("VMSwitchExtension")
    if objects is not None:
        found = list(objects) if ready(call) else []
    else:
        if call.has("VMSwitchName") or call.has("VMSwitch"):
            switches = chosen_switches(call, "VMSwitchName")
        else:
            switches = list(host_of(call).virtual_switches) if ready(call) else []
        found = [each for switch in switches for each in matching(call, switch_extensions(switch), name)]
    for extension in found:
        with reporting(call):
            extension.switch.enable_extension(extension.facts.id, enabled)
            yield extension


def _members(call: CmdletCall, names: list[str] | None, descriptions: list[str] | None) -> list[str]:
    hardware = host_of(call).hardware
    found = [hardware.network_adapter(each) or each for each in (names or descriptions or ())]
    return [each if isinstance(each, str) else each.name for each in found]


@cmdlet("Add-VMSwitchTeamMember", reads=_SWITCH)
def add_vm_switch_team_member(
    call: CmdletCall,
    net_adapter_name: list[str] | None = None,
    net_adapter_interface_description: list[str] | None = None,
    passthru: bool = False,
) -> Iterator[VirtualSwitch]:
    """Add physical adapters to the team of switches."""
    wanted = _members(call, net_adapter_name, net_adapter_interface_description)
    for switch in chosen_switches(call, "VMSwitchName"):
        if not should_process(call, f'add a team member to virtual switch "{switch.name}".', switch.name):
            continue
        with reporting(call):
            switch.configure(network_adapters=[*(each.name for each in switch.physical_adapters), *wanted])
            if passthru:
                yield switch


@cmdlet("Remove-VMSwitchTeamMember", reads=_SWITCH)
def remove_vm_switch_team_member(
    call: CmdletCall,
    net_adapter_name: list[str] | None = None,
    net_adapter_interface_description: list[str] | None = None,
    passthru: bool = False,
) -> Iterator[VirtualSwitch]:
    """Take physical adapters out of the team of switches."""
    wanted = set(_members(call, net_adapter_name, net_adapter_interface_description))
    for switch in chosen_switches(call, "VMSwitchName"):
        if not should_process(call, f'remove a team member of virtual switch "{switch.name}".', switch.name):
            continue
        with reporting(call):
            switch.configure(
                network_adapters=[each.name for each in switch.physical_adapters if each.name not in wanted]
            )
            if passthru:
                yield switch


@cmdlet("Get-VMSwitchTeam", reads=("ComputerName", "VMSwitch", "Name"))
def get_vm_switch_team(call: CmdletCall, _name: object = None) -> Iterator[SwitchTeam]:
    """The embedded teams of switches; of all when none is named."""
    if not (call.has("VMSwitch") or call.has("Name")):
        call.parameters["name"] = "*"
    for switch in chosen_switches(call):
        if switch.teaming_enabled:
            yield SwitchTeam(switch)


@cmdlet("Set-VMSwitchTeam", reads=("ComputerName", "VMSwitch", "Name"))
def set_vm_switch_team(
    call: CmdletCall,
    net_adapter_name: list[str] | None = None,
    net_adapter_interface_description: list[str] | None = None,
    load_balancing_algorithm: EnumValue | None = None,
    passthru: bool = False,
) -> Iterator[VirtualSwitch]:
    """Give the embedded teams of switches other members, or another way to balance."""
    changes: dict[str, object] = {}
    if net_adapter_name is not None or net_adapter_interface_description is not None:
        changes["network_adapters"] = _members(call, net_adapter_name, net_adapter_interface_description)
    if load_balancing_algorithm is not None:
        changes["load_balancing"] = load_balancing_algorithm.number
    for switch in chosen_switches(call):
        if not should_process(call, f'configure the team of virtual switch "{switch.name}".', switch.name):
            continue
        with reporting(call):
            if not switch.teaming_enabled:
                raise InvalidParameter(f"The virtual switch {switch.name!r} has no embedded team.")
            switch.configure(**changes)
            if passthru:
                yield switch
