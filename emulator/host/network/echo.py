"""Whether an address answers an echo request. Only the emulated network is asked, never a real one."""

import ipaddress
from typing import TYPE_CHECKING

from emulator.host.network.network_interfaces import network_interfaces

if TYPE_CHECKING:
    from emulator.host.host import Host


def answers(host: "Host", address: str) -> bool:
    """Whether an address is one of this machine, a gateway of it, of a guest that runs on a switch that the
    host has an adapter on, of a host beside it, or of a web site."""
    if ipaddress.ip_address(address).is_loopback:
        return True
    for each in network_interfaces(host):
        if address in each.addresses or (each.connected and address in each.settings.gateways):
            return True
    if host.neighbourhood is not None and host.neighbourhood.find(address) is not None:
        return True
    if host.web_pages.name_at(address) is not None:
        return True
    return any(
        adapter.switch is not None and adapter.switch.allow_management_os and address in adapter.ip_addresses
        for vm in host.virtual_machines
        for adapter in vm.network_adapters
    )
