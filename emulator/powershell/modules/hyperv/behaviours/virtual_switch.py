"""Virtual switches: Get-, New-, Set-, Rename- and Remove-VMSwitch."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from emulator.host import Host, HostError, InUse, SwitchKind, VirtualSwitch
from emulator.powershell.dotnet.enums import EnumValue
from emulator.powershell.dotnet.simple import Guid
from emulator.powershell.modules.hyperv.errors import FIRST_BUILD_WITH_ONE_EXCEPTION, not_found_record
from emulator.powershell.modules.hyperv.objects.network import RunningExtension
from emulator.powershell.modules.hyperv.pools import ethernet_pools, made_pool
from emulator.powershell.modules.hyperv.support import (
    has_wildcard,
    host_of,
    named,
    ready,
    reporting,
    should_continue,
    should_process,
)
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.module import cmdlet

_THING = "virtual switch"


def switches_named(call: CmdletCall, names: Iterable[str]) -> list[VirtualSwitch]:
    """The switches of names or patterns; a name without switch is an error."""
    host = host_of(call)
    found: list[VirtualSwitch] = []
    for name in names:
        with host.looking():
            matches = named(host.virtual_switches, name)
        if not matches and not has_wildcard(name):
            call.error(not_found_record(call, _THING, name))
        found += [one for one in matches if one not in found]
    return found


def one_switch(call: CmdletCall, name: str, host: Host | None = None) -> VirtualSwitch | None:
    """The switch of a name, on this host or another one; None, and an error, when there is none."""
    host = host or host_of(call)
    with host.looking():
        found = host.virtual_switches.find(name)
    if not found:
        call.error(not_found_record(call, _THING, name))
        return None
    return found[0]


@cmdlet("Get-VMSwitch", reads=("ComputerName",))
def get_vm_switch(
    call: CmdletCall,
    name: str | None = None,
    id: list[Guid] | None = None,
    switch_type: list[EnumValue] | None = None,
    resource_pool_name: list[str] | None = None,
) -> Iterator[VirtualSwitch]:
    """Switches by name, pattern, identifier, type and the pools that hold them."""
    if not ready(call):
        return
    host = host_of(call)
    pools = None if resource_pool_name is None else ethernet_pools(call, resource_pool_name)
    kinds = None if switch_type is None else {one.number for one in switch_type}
    switches: list[VirtualSwitch] = []
    if id is not None:
        for one in id:
            with host.looking():
                found = host.virtual_switches.get(str(one))
            if found is None:
                call.error(not_found_record(call, _THING, str(one), target=one))
            else:
                switches.append(found)
    elif name is not None:
        switches = switches_named(call, [name])
    else:
        with host.looking():
            switches = list(host.virtual_switches)
    for switch in switches:
        pooled = pools is None or any(pool.holds(switch.id) for pool in pools)
        if pooled and (kinds is None or int(switch.kind) in kinds):
            yield switch


@cmdlet("New-VMSwitch", reads=("ComputerName",))
def new_vm_switch(
    call: CmdletCall,
    name: str,
    switch_type: EnumValue | None = None,
    allow_management_os: bool = True,
    net_adapter_name: list[str] | str | None = None,
    net_adapter_interface_description: list[str] | str | None = None,
    notes: str = "",
    id: str | None = None,
    enable_iov: bool | None = None,
    enable_packet_direct: bool | None = None,
    enable_embedded_teaming: bool | None = None,
    minimum_bandwidth_mode: EnumValue | None = None,
) -> Iterator[VirtualSwitch]:
    """Make a switch: external with a physical adapter, otherwise internal or private.

    Several adapters make a team, from 2016 on.
    """
    if not ready(call):
        return
    adapters = net_adapter_name if net_adapter_name is not None else net_adapter_interface_description
    names = [adapters] if isinstance(adapters, str) else list(adapters or ())
    kind = SwitchKind.EXTERNAL if names else SwitchKind(switch_type.number if switch_type else 1)
    if not should_process(call, f'create virtual switch "{name}".', name):
        return
    with reporting(call):
        yield host_of(call).virtual_switches.create(
            name,
            kind,
            network_adapters=names,
            allow_management_os=allow_management_os,
            notes=notes,
            identifier=id,
            bandwidth_mode=0 if minimum_bandwidth_mode is None else minimum_bandwidth_mode.number,
            iov_preferred=bool(enable_iov),
            packet_direct_enabled=bool(enable_packet_direct),
            teaming_enabled=len(names) > 1 if enable_embedded_teaming is None else enable_embedded_teaming,
        )


def chosen_switches(call: CmdletCall, parameter: str = "Name") -> list[VirtualSwitch]:
    """The switches of a call: given as objects, or by name."""
    if not ready(call):
        return []
    objects = call.get("VMSwitch")
    if objects is not None:
        return list(objects) if isinstance(objects, list) else [objects]
    names = call.get(parameter)
    return switches_named(call, [names] if isinstance(names, str) else names or ())


@cmdlet("Remove-VMSwitch", reads=("ComputerName", "Name", "VMSwitch"))
def remove_vm_switch(
    call: CmdletCall, force: bool = False, resource_pool_name: list[str] | None = None
) -> None:
    """Remove switches, or take them out of pools."""
    for switch in chosen_switches(call):
        if resource_pool_name is not None:
            for pool in ethernet_pools(call, resource_pool_name):
                with reporting(call), host_of(call).looking():
                    made = made_pool(pool)
                    made.hold(tuple(each for each in made.resources if each != switch.id))
            continue
        if not should_process(call, f'remove virtual switch "{switch.name}".', switch.name):
            continue
        question = f'Are you sure you want to remove virtual switch "{switch.name}"?'
        if not force and not should_continue(call, question):
            continue
        with reporting(call, lambda problem: _removal_text(call, problem)):
            host_of(call).virtual_switches.remove(switch)


def _removal_text(call: CmdletCall, problem: HostError) -> str:
    """Headline and reason, and up to Server 2012 R2 what the kind of the error says (recorded)."""
    lines = ["Failed while removing virtual Ethernet switch.", problem.text]
    if isinstance(problem, InUse) and host_of(call).release.build < FIRST_BUILD_WITH_ONE_EXCEPTION:
        lines.append("The operation cannot be performed while the object is in use.")
    return "\n".join(lines)


@cmdlet("Rename-VMSwitch", reads=("ComputerName", "Name", "VMSwitch"))
def rename_vm_switch(call: CmdletCall, new_name: str, passthru: bool = False) -> Iterator[VirtualSwitch]:
    """Give a switch another name."""
    for switch in chosen_switches(call):
        if not should_process(call, f'rename virtual switch "{switch.name}" to "{new_name}".', switch.name):
            continue
        with reporting(call):
            switch.configure(name=new_name)
            if passthru:
                yield switch


@cmdlet("Set-VMSwitch", reads=("ComputerName", "Name", "VMSwitch"))
def set_vm_switch(
    call: CmdletCall,
    switch_type: EnumValue | None = None,
    net_adapter_name: str | None = None,
    net_adapter_interface_description: str | None = None,
    allow_management_os: bool | None = None,
    notes: str | None = None,
    default_flow_minimum_bandwidth_absolute: int | None = None,
    default_flow_minimum_bandwidth_weight: int | None = None,
    default_queue_vmmq_enabled: bool | None = None,
    default_queue_vmmq_queue_pairs: int | None = None,
    default_queue_vrss_enabled: bool | None = None,
    default_queue_vrss_exclude_primary_processor: bool | None = None,
    default_queue_vrss_max_queue_pairs: int | None = None,
    default_queue_vrss_min_queue_pairs: int | None = None,
    default_queue_vrss_queue_scheduling_mode: EnumValue | None = None,
    enable_software_rsc: bool | None = None,
    extensions: list[RunningExtension] | None = None,
    passthru: bool = False,
) -> Iterator[VirtualSwitch]:
    """Change type, physical adapter, sharing with the host, notes, queues and the order of extensions of
    switches."""
    adapter = net_adapter_name if net_adapter_name is not None else net_adapter_interface_description
    changes: dict[str, object] = {}
    if adapter is not None:
        changes |= {"kind": SwitchKind.EXTERNAL, "network_adapter": adapter}
    if switch_type is not None:
        changes["kind"] = switch_type.number
    if allow_management_os is not None:
        changes["allow_management_os"] = allow_management_os
    if notes is not None:
        changes["notes"] = notes
    if default_flow_minimum_bandwidth_absolute is not None:
        changes["default_flow_reservation"] = int(default_flow_minimum_bandwidth_absolute)
    if default_flow_minimum_bandwidth_weight is not None:
        changes["default_flow_weight"] = int(default_flow_minimum_bandwidth_weight)
    if extensions is not None:
        changes["extension_order"] = [each.facts.id for each in extensions]
    mode, pairs = default_queue_vrss_queue_scheduling_mode, default_queue_vmmq_queue_pairs
    most, least = default_queue_vrss_max_queue_pairs, default_queue_vrss_min_queue_pairs
    pairs = pairs if most is None else most
    queues: dict[str, object] = {
        "default_queue_vmmq_enabled": default_queue_vmmq_enabled,
        "default_queue_vmmq_queue_pairs": None if pairs is None else int(pairs),
        "default_queue_vrss_enabled": default_queue_vrss_enabled,
        "default_queue_vrss_exclude_primary_processor": default_queue_vrss_exclude_primary_processor,
        "default_queue_vrss_minimum_queue_pairs": None if least is None else int(least),
        "default_queue_vrss_scheduling_mode": None if mode is None else mode.number,
        "software_rsc_enabled": enable_software_rsc,
    }
    changes |= {name: value for name, value in queues.items() if value is not None}
    for switch in chosen_switches(call):
        if not should_process(call, f'configure virtual switch "{switch.name}".', switch.name):
            continue
        with reporting(call):
            switch.configure(**changes)
            if passthru:
                yield switch
