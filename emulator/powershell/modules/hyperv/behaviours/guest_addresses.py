"""Addresses of guests: those that they take after a failover, and whether one reaches another."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from emulator.host.guest.guest_network import GuestNetworkSettings
from emulator.host.network.connection_test import round_trip
from emulator.host.replication.replication_failover import set_failover_network
from emulator.powershell.modules.hyperv.behaviours.network_adapter import BY_MACHINE, chosen_adapters
from emulator.powershell.modules.hyperv.objects.port_settings import (
    ConnectionTest,
    FailoverSetting,
    of_version,
)
from emulator.powershell.modules.hyperv.support import host_of, reporting, should_process
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.module import cmdlet

_ADAPTER = (*BY_MACHINE, "VMNetworkAdapter")
#: IP version -> the parameters of its address, subnet, gateway and two DNS servers.
_PARAMETERS = {
    4: (
        "IPv4Address",
        "IPv4SubnetMask",
        "IPv4DefaultGateway",
        "IPv4PreferredDNSServer",
        "IPv4AlternateDNSServer",
    ),
    6: (
        "IPv6Address",
        "IPv6SubnetPrefixLength",
        "IPv6DefaultGateway",
        "IPv6PreferredDNSServer",
        "IPv6AlternateDNSServer",
    ),
}
_DHCP = GuestNetworkSettings(True)


@cmdlet("Get-VMNetworkAdapterFailoverConfiguration", reads=_ADAPTER)
def get_vm_network_adapter_failover_configuration(
    call: CmdletCall, vm_network_adapter_name: str | None = None
) -> Iterator[FailoverSetting]:
    """The addresses that guests take after a failover, adapter by adapter."""
    for adapter in chosen_adapters(call, vm_network_adapter_name):
        yield FailoverSetting(adapter)


@cmdlet("Set-VMNetworkAdapterFailoverConfiguration", reads=(*_ADAPTER, *_PARAMETERS[4], *_PARAMETERS[6]))
def set_vm_network_adapter_failover_configuration(
    call: CmdletCall,
    vm_network_adapter_name: str | None = None,
    clear_failover_ipv4_settings: bool = False,
    clear_failover_ipv6_settings: bool = False,
    passthru: bool = False,
) -> Iterator[FailoverSetting]:
    """Change these addresses, of one family or both; what is not given stays."""
    cleared = {4: clear_failover_ipv4_settings, 6: clear_failover_ipv6_settings}
    for adapter in chosen_adapters(call, vm_network_adapter_name):
        sentence = f'configure the failover addresses of the network adapter "{adapter.name}".'
        if not should_process(call, sentence, adapter.name):
            continue
        with reporting(call):
            vm = adapter.vm
            with host_of(call).looking():
                present = vm.failover_network.get(adapter.id, _DHCP)
                wanted = _changed(call, present, cleared)
                set_failover_network(vm, {**vm.failover_network, adapter.id: wanted})
            if passthru:
                yield FailoverSetting(adapter)


def _changed(
    call: CmdletCall, present: GuestNetworkSettings, cleared: dict[int, bool]
) -> GuestNetworkSettings:
    """The settings of both families one after another, IPv4 first."""
    fields: dict[str, list[str]] = {"addresses": [], "subnets": [], "gateways": [], "dns_servers": []}
    for version, parameters in _PARAMETERS.items():
        if cleared[version]:
            continue
        address, subnet, gateway, *servers = (
            str(call.get(each)) if call.has(each) else None for each in parameters
        )
        pairs = zip(present.addresses, present.subnets, strict=False)
        old_subnets = [mask for each, mask in pairs if of_version([each], version)]
        old_servers = of_version(present.dns_servers, version)
        fields["addresses"] += _first(address, of_version(present.addresses, version))
        fields["subnets"] += _first(subnet, old_subnets)
        fields["gateways"] += _first(gateway, of_version(present.gateways, version))
        for place, server in enumerate(servers):
            fields["dns_servers"] += _first(server, old_servers[place : place + 1])
    values: dict[str, Any] = {name: tuple(each) for name, each in fields.items()}
    return GuestNetworkSettings(not values["addresses"], **values)


def _first(given: str | None, present: list[str]) -> list[str]:
    """What was given, else the present value; an empty text takes it away."""
    if given is not None:
        return [given] if given else []
    return present[:1]


@cmdlet("Test-VMNetworkAdapter", reads=_ADAPTER)
def ping_from_vm_network_adapter(
    call: CmdletCall,
    sender_ip_address: str,
    receiver_ip_address: str,
    name: str | None = None,
    sender: bool = False,
    receiver: bool = False,
    next_hop_mac_address: str = "",
) -> Iterator[ConnectionTest]:
    """Send a packet from one adapter to an address; a receiver only waits for one, which changes nothing."""
    for adapter in chosen_adapters(call, name):
        sentence = f'test the network adapter "{adapter.name}" of virtual machine "{adapter.vm.name}".'
        if not should_process(call, sentence, adapter.name) or (receiver and not sender):
            continue
        with reporting(call):
            with host_of(call).looking():
                passed = round_trip(adapter, receiver_ip_address, next_hop_mac_address, sender_ip_address)
            yield ConnectionTest(adapter.host, passed)
