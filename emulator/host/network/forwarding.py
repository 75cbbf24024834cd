"""What a virtual switch has learned: the addresses of what sends frames through its ports.

An adapter of a machine is learned while the machine runs, one of the host always; a physical adapter leads to
many addresses of others, which the emulator does not know.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from emulator.host.network.host_network_adapter import HostNetworkAdapter
from emulator.host.network.network_adapter import NetworkAdapter
from emulator.host.network.port_networks import Vlan
from emulator.host.network.switch_ports import Port, connected_ports, ports_of

if TYPE_CHECKING:
    from emulator.host.network.virtual_switch import VirtualSwitch
    from emulator.host.virtual_machine.virtual_machine import VirtualMachine

#: Seconds after which an address is forgotten that is not seen any more (the default of IEEE 802.1D).
AGING_TIME = 300


def is_learned(port: Port) -> bool:
    """Whether the switch has seen frames from this port."""
    peer = port.peer
    if isinstance(peer, NetworkAdapter):
        return peer.vm.state.holds_memory and not peer.vm.is_checkpoint
    return isinstance(peer, HostNetworkAdapter)


def learned_ports(switch: VirtualSwitch) -> list[Port]:
    """The ports of a switch behind which it knows an address."""
    return [port for port in connected_ports(switch) if is_learned(port)]


def learned_of(vm: VirtualMachine) -> list[Port]:
    """The ports of one machine behind which its switches know an address."""
    return [port for adapter in vm.network_adapters for port in ports_of(adapter) if is_learned(port)]


def vlan_of(port: Port) -> int:
    """The VLAN in which an address was seen; 0 without one."""
    peer = port.peer
    if isinstance(peer, NetworkAdapter | HostNetworkAdapter):
        vlan = peer.feature(Vlan)
        return vlan.access_id or vlan.native_id or vlan.primary_id
    return 0
