"""Network adapters: Get-, Add-, Remove-, Rename-, Connect- and Disconnect-VMNetworkAdapter."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from emulator.host import (
    Host,
    HostNetworkAdapter,
    NetworkAdapter,
    SwitchPort,
    VirtualMachine,
    VirtualSwitch,
)
from emulator.powershell.dotnet.enums import EnumValue
from emulator.powershell.modules.hyperv.behaviours.virtual_switch import one_switch
from emulator.powershell.modules.hyperv.errors import not_found_record
from emulator.powershell.modules.hyperv.support import (
    chosen_machines,
    has_wildcard,
    host_of,
    may_see,
    named,
    ready,
    reporting,
    should_process,
)
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.errors import PSError, not_emulated
from emulator.powershell.runtime.module import cmdlet

BY_MACHINE = ("ComputerName", "VMName", "VM")
DEFAULT_NAME = "Network Adapter"
_THING = "network adapter"
_WHOSE = ("VMName", "VM", "VMSnapshot", "VMNetworkAdapter", "ManagementOS")


def matching(
    call: CmdletCall, adapters: Iterable[Any], names: str | list[str] | None, thing: str = _THING
) -> list[Any]:
    """Adapters of names or patterns, all without; a name without adapter is an error."""
    items = list(adapters)
    if names is None:
        return items
    found: list[Any] = []
    for name in [names] if isinstance(names, str) else names:
        matches = named(items, name)
        if not matches and not has_wildcard(name):
            call.error(not_found_record(call, thing, name))
        found += [one for one in matches if one not in found]
    return found


def chosen_adapters(call: CmdletCall, names: str | list[str] | None) -> list[NetworkAdapter]:
    """The adapters of a call: given as objects, or by machine and name."""
    objects = call.get("VMNetworkAdapter")
    if objects is not None:
        if not ready(call):
            return []
        found = list(objects) if isinstance(objects, list) else [objects]
        if any(isinstance(one, HostNetworkAdapter) for one in found):
            raise management_gap(call)
        return found
    machines = chosen_machines(call, "VMName")
    return [one for vm in machines for one in matching(call, adapters_of(call, vm), names)]


def chosen_ports(call: CmdletCall, names: str | list[str] | None) -> list[SwitchPort]:
    """Like `chosen_adapters`, with -ManagementOS and the host's own adapters as objects."""
    objects = call.get("VMNetworkAdapter")
    own = call.get("ManagementOS")
    if objects is None and not own:
        return list(chosen_adapters(call, names))
    if not ready(call):
        return []
    if objects is not None:
        return list(objects) if isinstance(objects, list) else [objects]
    host = host_of(call)
    with host.looking():
        adapters = host.virtual_switches.host_adapters
    return matching(call, adapters, names)


def read_ports(call: CmdletCall, names: str | list[str] | None) -> list[SwitchPort]:
    """Like `chosen_ports`; of all machines when none is named, and those of a checkpoint with -VMSnapshot."""
    if not any(call.has(one) for one in _WHOSE):
        call.parameters["vmname"] = ["*"]
    return chosen_ports(call, names)


def management_gap(call: CmdletCall) -> PSError:
    """What the cmdlet does with adapters of machines and not with the host's own."""
    call.engine.gap("parameter", f"{call.name} -ManagementOS")
    return not_emulated(f"{call.name} for adapters of the management operating system")


def adapters_of(call: CmdletCall, vm: VirtualMachine) -> list[NetworkAdapter]:
    """The adapters of a machine."""
    with host_of(call).looking():
        return list(vm.network_adapters)


@cmdlet("Get-VMNetworkAdapter", reads=(*BY_MACHINE, "VMSnapshot"))
def get_vm_network_adapter(
    call: CmdletCall,
    name: str | None = None,
    is_legacy: bool | None = None,
    all: bool = False,
    management_os: bool = False,
    switch_name: str | None = None,
) -> Iterator[object]:
    """Adapters of machines, of the host itself (-ManagementOS), or both (-All)."""
    if management_os or all:
        if not ready(call):
            return
        host = host_of(call)
        with host.looking():
            own = [
                one
                for one in host.virtual_switches.host_adapters
                if switch_name is None or one.switch.name.lower() == switch_name.lower()
            ]
            seen = [vm for vm in host.virtual_machines if may_see(call, vm)] if all else []
            others = [one for vm in seen for one in vm.network_adapters]
        yield from matching(call, [*own, *others], name)
        return
    for vm in chosen_machines(call, "VMName"):
        adapters = adapters_of(call, vm)
        if is_legacy is not None:
            adapters = [one for one in adapters if one.is_legacy is is_legacy]
        yield from matching(call, adapters, name)


@cmdlet("Add-VMNetworkAdapter", reads=BY_MACHINE)
def add_vm_network_adapter(
    call: CmdletCall,
    switch_name: str | None = None,
    name: str = DEFAULT_NAME,
    is_legacy: bool = False,
    static_mac_address: str | None = None,
    management_os: bool = False,
    resource_pool_name: str | None = None,
    device_naming: EnumValue | None = None,
    numa_aware_placement: bool | None = None,
    passthru: bool = False,
) -> Iterator[NetworkAdapter | HostNetworkAdapter]:
    """Add an adapter to machines, or one of the host to a switch (-ManagementOS)."""
    if management_os:
        yield from _add_host_adapter(call, switch_name, name, static_mac_address, passthru)
        return
    machines = chosen_machines(call, "VMName")
    switch = None
    if switch_name is not None and machines:
        switch = one_switch(call, switch_name)
        if switch is None:
            return
    for vm in machines:
        if not should_process(call, f'add a network adapter to virtual machine "{vm.name}".', vm.name):
            continue
        with reporting(call):
            adapter = vm.devices.add_network_adapter(
                name,
                switch=switch,
                mac_address=static_mac_address,
                is_legacy=is_legacy,
                connection_pool=resource_pool_name,
            )
            options = {
                "device_naming": None if device_naming is None else str(device_naming) == "On",
                "numa_aware_placement": numa_aware_placement,
            }
            chosen = {option: value for option, value in options.items() if value is not None}
            if chosen:
                adapter.configure(**chosen)
            if passthru:
                yield adapter


def _add_host_adapter(
    call: CmdletCall, switch_name: str | None, name: str, mac_address: str | None, passthru: bool
) -> Iterator[HostNetworkAdapter]:
    if not ready(call):
        return
    host = host_of(call)
    with host.looking():
        first = next(iter(host.virtual_switches), None)
    switch = first if switch_name is None else one_switch(call, switch_name)
    if switch is None:
        if switch_name is None:
            call.error(not_found_record(call, "virtual switch", ""))
        return
    if not should_process(call, f'add a network adapter to virtual switch "{switch.name}".', switch.name):
        return
    with reporting(call):
        adapter = switch.add_host_adapter(name, mac_address)
        if passthru:
            yield adapter


def _remove_host_adapters(
    call: CmdletCall, name: str | None, switch_name: str | None, passthru: bool
) -> Iterator[HostNetworkAdapter]:
    for adapter in chosen_ports(call, name):
        if not isinstance(adapter, HostNetworkAdapter):
            continue
        if switch_name is not None and adapter.switch.name.casefold() != switch_name.casefold():
            continue
        sentence = f'remove the network adapter "{adapter.name}" of the management operating system.'
        if not should_process(call, sentence, adapter.name):
            continue
        with reporting(call):
            adapter.switch.remove_host_adapter(adapter)
            if passthru:
                yield adapter


@cmdlet("Remove-VMNetworkAdapter", reads=(*BY_MACHINE, "VMNetworkAdapter"))
def remove_vm_network_adapter(
    call: CmdletCall,
    name: str | None = None,
    management_os: bool = False,
    switch_name: str | None = None,
    passthru: bool = False,
    vm_network_adapter_name: str | None = None,
) -> Iterator[NetworkAdapter | HostNetworkAdapter]:
    """Take adapters out of machines, or the host's own off their switches (-ManagementOS). 2012 has two
    parameters for the name."""
    name = vm_network_adapter_name if name is None else name
    if management_os:
        yield from _remove_host_adapters(call, name, switch_name, passthru)
        return
    for adapter in chosen_adapters(call, name):
        sentence = f'remove the network adapter "{adapter.name}" from virtual machine "{adapter.vm.name}".'
        if not should_process(call, sentence, adapter.name):
            continue
        with reporting(call):
            adapter.vm.devices.remove_network_adapter(adapter)
            if passthru:
                yield adapter


@cmdlet("Rename-VMNetworkAdapter", reads=(*BY_MACHINE, "VMNetworkAdapter", "ManagementOS"))
def rename_vm_network_adapter(
    call: CmdletCall,
    new_name: str,
    name: str | None = None,
    passthru: bool = False,
    vm_network_adapter_name: str | None = None,
) -> Iterator[SwitchPort]:
    """Give adapters of machines, or of the host itself (-ManagementOS), another name. 2012 has two parameters
    for the old one."""
    for port in chosen_ports(call, vm_network_adapter_name if name is None else name):
        if not should_process(call, f'rename the network adapter "{port.name}" to "{new_name}".', port.name):
            continue
        with reporting(call):
            if isinstance(port, NetworkAdapter):
                port.configure(name=new_name)
            elif isinstance(port, HostNetworkAdapter):
                port.rename(new_name)
            if passthru:
                yield port


@cmdlet("Connect-VMNetworkAdapter", reads=("ComputerName", "VMName", "VMNetworkAdapter"))
def connect_vm_network_adapter(
    call: CmdletCall,
    name: list[str] | None = None,
    switch_name: str | None = None,
    vm_switch: VirtualSwitch | None = None,
    use_automatic_connection: bool = False,
    passthru: bool = False,
) -> Iterator[NetworkAdapter]:
    """Connect adapters to a switch of their own host (a planned machine's is elsewhere), or to one that their
    pool chooses."""
    adapters = chosen_adapters(call, name)
    if use_automatic_connection:
        yield from _connect_automatically(call, adapters, passthru)
        return
    switches: dict[Host, VirtualSwitch | None] = {}
    for adapter in adapters:
        if vm_switch is None and switch_name is not None and adapter.host not in switches:
            switches[adapter.host] = one_switch(call, switch_name, adapter.host)
        switch = vm_switch or switches.get(adapter.host)
        if switch is None:
            continue
        sentence = f'connect the network adapter "{adapter.name}" to virtual switch "{switch.name}".'
        if not should_process(call, sentence, adapter.name):
            continue
        with reporting(call):
            adapter.connect(switch)
            if passthru:
                yield adapter


def _connect_automatically(
    call: CmdletCall, adapters: list[NetworkAdapter], passthru: bool
) -> Iterator[NetworkAdapter]:
    for adapter in adapters:
        if not should_process(
            call, f'connect the network adapter "{adapter.name}" automatically.', adapter.name
        ):
            continue
        with reporting(call):
            adapter.connect_automatically()
            if passthru:
                yield adapter


@cmdlet("Disconnect-VMNetworkAdapter", reads=("ComputerName", "VMName", "VMNetworkAdapter"))
def disconnect_vm_network_adapter(
    call: CmdletCall, name: list[str] | None = None, passthru: bool = False
) -> Iterator[NetworkAdapter]:
    """Disconnect adapters from their switches."""
    for adapter in chosen_adapters(call, name):
        if not should_process(call, f'disconnect the network adapter "{adapter.name}".', adapter.name):
            continue
        with reporting(call):
            adapter.disconnect()
            if passthru:
                yield adapter
