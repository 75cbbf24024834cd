"""Settings of network adapters: Set-VMNetworkAdapter, Get- and Set-VMNetworkAdapterVlan."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from emulator.host import NetworkAdapter, Vlan, VlanMode
from emulator.powershell.modules.hyperv.behaviours.network_adapter import BY_MACHINE, chosen_adapters
from emulator.powershell.modules.hyperv.errors import argument_record
from emulator.powershell.modules.hyperv.objects.network import VlanSetting
from emulator.powershell.modules.hyperv.support import given, reporting, should_process
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.module import cmdlet

_SWITCHES = {
    "MacAddressSpoofing": "mac_address_spoofing",
    "DhcpGuard": "dhcp_guard",
    "RouterGuard": "router_guard",
    "AllowTeaming": "allow_teaming",
}
_NUMBERS = {"MaximumBandwidth": "maximum_bandwidth", "MinimumBandwidthWeight": "minimum_bandwidth_weight"}
MAXIMUM_VLAN = 4094


@cmdlet(
    "Set-VMNetworkAdapter",
    ignores=(*BY_MACHINE, "VMNetworkAdapter", *_SWITCHES, *_NUMBERS),
)
def set_vm_network_adapter(
    call: CmdletCall,
    name: str | None = None,
    static_mac_address: str | None = None,
    dynamic_mac_address: bool = False,
    passthru: bool = False,
) -> Iterator[NetworkAdapter]:
    """Change addresses, guards and bandwidth of adapters."""
    changes: dict[str, Any] = given(call, _NUMBERS)
    changes |= {
        setting: str(call.get(parameter)) == "On"
        for parameter, setting in _SWITCHES.items()
        if call.has(parameter)
    }
    if static_mac_address is not None:
        changes["mac_address"] = static_mac_address
    elif dynamic_mac_address:
        changes["mac_address"] = None
    for adapter in chosen_adapters(call, name):
        sentence = f'configure the network adapter "{adapter.name}" of virtual machine "{adapter.vm.name}".'
        if not should_process(call, sentence, adapter.name):
            continue
        with reporting(call):
            adapter.configure(**changes)
            if passthru:
                yield adapter


@cmdlet("Get-VMNetworkAdapterVlan", ignores=(*BY_MACHINE, "VMNetworkAdapter"))
def get_vm_network_adapter_vlan(
    call: CmdletCall, vm_network_adapter_name: str | None = None
) -> Iterator[VlanSetting]:
    """The VLAN settings of adapters; of all machines when none is named."""
    if not any(call.has(one) for one in ("VMName", "VM", "VMNetworkAdapter")):
        call.parameters["vmname"] = ["*"]
    for adapter in chosen_adapters(call, vm_network_adapter_name):
        yield VlanSetting(adapter)


@cmdlet("Set-VMNetworkAdapterVlan", ignores=(*BY_MACHINE, "VMNetworkAdapter", "Untagged"))
def set_vm_network_adapter_vlan(
    call: CmdletCall,
    vm_network_adapter_name: str | None = None,
    access: bool = False,
    vlan_id: int | None = None,
    trunk: bool = False,
    native_vlan_id: int | None = None,
    allowed_vlan_id_list: str | None = None,
    passthru: bool = False,
) -> Iterator[VlanSetting]:
    """Put adapters into a VLAN, make them trunks, or leave them untagged."""
    try:
        if trunk:
            allowed = _identifiers(allowed_vlan_id_list or "")
            vlan = Vlan(VlanMode.TRUNK, 0, int(native_vlan_id or 0), allowed)
        elif access or vlan_id is not None:
            vlan = Vlan(VlanMode.ACCESS, int(vlan_id or 0))
        else:
            vlan = Vlan()
    except ValueError:
        text = f'The list of VLAN identifiers "{allowed_vlan_id_list}" is not valid.'
        call.error(argument_record(call, text, allowed_vlan_id_list))
        return
    for adapter in chosen_adapters(call, vm_network_adapter_name):
        sentence = f'configure the VLAN of the network adapter "{adapter.name}".'
        if not should_process(call, sentence, adapter.name):
            continue
        with reporting(call):
            adapter.configure(vlan=vlan)
            if passthru:
                yield VlanSetting(adapter)


def _identifiers(text: str) -> tuple[int, ...]:
    """``1-100,200``: the identifiers. Raises ValueError."""
    found: set[int] = set()
    for part in filter(None, (one.strip() for one in text.split(","))):
        low, _, high = part.partition("-")
        first, last = int(low), int(high or low)
        if not 0 < first <= last <= MAXIMUM_VLAN:
            raise ValueError(part)
        found.update(range(first, last + 1))
    return tuple(sorted(found))
