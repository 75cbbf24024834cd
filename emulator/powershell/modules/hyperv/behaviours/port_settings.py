"""Settings of ports: extended rules, routing domains, RDMA, team mapping; cmdlets of one pattern."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeVar

from emulator.host import AclAction, AclDirection, NotFound, RoutingDomain, SwitchPort, TeamMapping
from emulator.host.network.network_interfaces import adapter_guid
from emulator.host.network.port_access_lists import ExtendedAcl
from emulator.host.network.port_features import PortRdma
from emulator.powershell.dotnet.enums import EnumValue
from emulator.powershell.dotnet.simple import Guid
from emulator.powershell.modules.hyperv.behaviours.network_adapter import BY_MACHINE, chosen_ports, read_ports
from emulator.powershell.modules.hyperv.errors import not_found_record
from emulator.powershell.modules.hyperv.objects.network import PortSetting
from emulator.powershell.modules.hyperv.objects.port_settings import (
    ExtendedAclSetting,
    RdmaSetting,
    RoutingDomainSetting,
    TeamMappingSetting,
    extended_acls,
    rdma_setting,
    routing_domains,
    team_mappings,
)
from emulator.powershell.modules.hyperv.support import given, host_of, ready, reporting, should_process
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.module import cmdlet

_PORT = (*BY_MACHINE, "VMNetworkAdapter", "ManagementOS")
_READ = (*_PORT, "VMSnapshot")
Setting = TypeVar("Setting", bound=PortSetting)
#: Parameters of Add-VMNetworkAdapterExtendedAcl that are fields of the rule.
_TEXTS = {
    "LocalIPAddress": "local_address",
    "RemoteIPAddress": "remote_address",
    "LocalPort": "local_port",
    "RemotePort": "remote_port",
    "Protocol": "protocol",
}
_VALUES = {
    "Weight": "weight",
    "Stateful": "stateful",
    "IdleSessionTimeout": "idle_session_timeout",
    "IsolationID": "isolation_id",
}


def _for_each(
    call: CmdletCall,
    names: str | None,
    sentence: str,
    change: Callable[[SwitchPort], Setting],
    passthru: bool,
) -> Iterator[Setting]:
    """Do something with each chosen port."""
    for port in _chosen(call, names):
        if should_process(call, f'{sentence} the network adapter "{port.name}".', port.name):
            with reporting(call):
                changed = change(port)
                if passthru:
                    yield changed


def _chosen(call: CmdletCall, names: str | None) -> list[SwitchPort]:
    """The ports of a call; -SwitchName narrows those of the management operating system."""
    switch_name = call.get("SwitchName")
    return [
        port
        for port in chosen_ports(call, names)
        if switch_name is None
        or (port.switch is not None and port.switch.name.casefold() == switch_name.casefold())
    ]


def _remove(call: CmdletCall, settings: Iterable[Setting], passthru: bool) -> Iterator[Setting]:
    for shown in settings:
        port = shown.setting.port
        if should_process(call, f'remove a setting of the network adapter "{port.name}".', port.name):
            with reporting(call):
                port.remove_feature(shown.setting)
                if passthru:
                    yield shown


# -- extended rules ---------------------------------------------------------------------------------


@cmdlet("Add-VMNetworkAdapterExtendedAcl", reads=(*_PORT, *_TEXTS, *_VALUES))
def add_vm_network_adapter_extended_acl(
    call: CmdletCall,
    action: EnumValue,
    direction: EnumValue,
    vm_network_adapter_name: str | None = None,
    passthru: bool = False,
) -> Iterator[ExtendedAclSetting]:
    """Add a rule by address, port and protocol to each port."""
    rule = ExtendedAcl(direction=AclDirection(direction.number), action=AclAction(action.number)).replaced(
        **{field: value for field, value in given(call, {**_TEXTS, **_VALUES}).items() if value is not None}
    )
    yield from _for_each(
        call,
        vm_network_adapter_name,
        "add a rule to",
        lambda port: ExtendedAclSetting(port.add_feature(rule)),
        passthru,
    )


@cmdlet("Get-VMNetworkAdapterExtendedAcl", reads=_READ)
def get_vm_network_adapter_extended_acl(
    call: CmdletCall, vm_network_adapter_name: str | None = None
) -> Iterator[ExtendedAclSetting]:
    """The extended rules of ports; of all machines when none is named."""
    for port in read_ports(call, vm_network_adapter_name):
        yield from extended_acls(port)


@cmdlet("Remove-VMNetworkAdapterExtendedAcl", reads=_PORT)
def remove_vm_network_adapter_extended_acl(
    call: CmdletCall,
    input_object: list[ExtendedAclSetting] | None = None,
    weight: int | None = None,
    direction: EnumValue | None = None,
    vm_network_adapter_name: str | None = None,
    passthru: bool = False,
) -> Iterator[ExtendedAclSetting]:
    """Remove rules: given as objects, or by weight and direction."""
    if input_object is not None:
        yield from _remove(call, input_object if ready(call) else (), passthru)
        return
    for port in chosen_ports(call, vm_network_adapter_name):
        found = [
            shown
            for shown, rule in zip(extended_acls(port), port.features_of(ExtendedAcl), strict=True)
            if direction is not None and (rule.weight, rule.direction) == (weight, direction.number)
        ]
        if not found:
            call.error(not_found_record(call, "rule", f"{direction} {weight}"))
        yield from _remove(call, found, passthru)


# -- routing domains --------------------------------------------------------------------------------


@cmdlet("Add-VMNetworkAdapterRoutingDomainMapping", reads=_PORT)
def add_vm_network_adapter_routing_domain_mapping(
    call: CmdletCall,
    routing_domain_id: Guid,
    routing_domain_name: str,
    isolation_id: list[int],
    isolation_name: list[str] | None = None,
    vm_network_adapter_name: str | None = None,
    passthru: bool = False,
) -> Iterator[RoutingDomainSetting]:
    """Give ports a routing domain with its isolation identifiers."""
    domain = RoutingDomain(
        routing_domain_id=f"{{{routing_domain_id}}}",
        name=routing_domain_name,
        isolation_ids=tuple(int(each) for each in isolation_id),
        isolation_names=tuple(isolation_name or ()),
    )
    yield from _for_each(
        call,
        vm_network_adapter_name,
        "add a routing domain to",
        lambda port: RoutingDomainSetting(port.add_feature(domain)),
        passthru,
    )


def _domains(
    port: SwitchPort, identifier: Guid | None, name: str | None
) -> Iterator[tuple[RoutingDomainSetting, RoutingDomain]]:
    """The routing domains of a port that an identifier and a name, as far as they are given, say."""
    for shown, domain in zip(routing_domains(port), port.features_of(RoutingDomain), strict=True):
        if identifier is not None and Guid.parse(domain.routing_domain_id.strip("{}")) != identifier:
            continue
        if name is None or domain.name.casefold() == name.casefold():
            yield shown, domain


@cmdlet("Get-VMNetworkAdapterRoutingDomainMapping", reads=_READ)
def get_vm_network_adapter_routing_domain_mapping(
    call: CmdletCall,
    routing_domain_id: Guid | None = None,
    routing_domain_name: str | None = None,
    vm_network_adapter_name: str | None = None,
) -> Iterator[RoutingDomainSetting]:
    """The routing domains of ports; of all machines when none is named."""
    for port in read_ports(call, vm_network_adapter_name):
        for shown, _ in _domains(port, routing_domain_id, routing_domain_name):
            yield shown


@cmdlet("Set-VMNetworkAdapterRoutingDomainMapping", reads=_PORT)
def set_vm_network_adapter_routing_domain_mapping(
    call: CmdletCall,
    input_object: RoutingDomainSetting | None = None,
    routing_domain_id: Guid | None = None,
    routing_domain_name: str | None = None,
    new_routing_domain_name: str | None = None,
    isolation_id: list[int] | None = None,
    isolation_name: list[str] | None = None,
    vm_network_adapter_name: str | None = None,
    passthru: bool = False,
) -> Iterator[RoutingDomainSetting]:
    """Change the name, the isolation identifiers or their names of routing domains."""
    changes: dict[str, Any] = {}
    if new_routing_domain_name is not None:
        changes["name"] = new_routing_domain_name
    if isolation_id is not None:
        changes["isolation_ids"] = tuple(int(each) for each in isolation_id)
    if isolation_name is not None:
        changes["isolation_names"] = tuple(isolation_name)
    for shown in _named_domains(
        call, input_object, routing_domain_id, routing_domain_name, vm_network_adapter_name
    ):
        port = shown.setting.port
        if should_process(call, f'configure a routing domain of "{port.name}".', port.name):
            with reporting(call):
                port.change_feature(shown.setting, shown.setting.feature.replaced(**changes))
                if passthru:
                    yield shown


def _named_domains(
    call: CmdletCall,
    given_object: RoutingDomainSetting | list[RoutingDomainSetting] | None,
    identifier: Guid | None,
    name: str | None,
    adapter_name: str | None,
) -> list[RoutingDomainSetting]:
    """Routing domains as objects, or of the chosen ports; one that a port does not have is an error."""
    if given_object is not None:
        objects = given_object if isinstance(given_object, list) else [given_object]
        return objects if ready(call) else []
    found: list[RoutingDomainSetting] = []
    for port in chosen_ports(call, adapter_name):
        own = [shown for shown, _ in _domains(port, identifier, name)]
        if not own:
            call.error(not_found_record(call, "routing domain", str(name or identifier or "")))
        found += own
    return found


@cmdlet("Remove-VMNetworkAdapterRoutingDomainMapping", reads=_PORT)
def remove_vm_network_adapter_routing_domain_mapping(
    call: CmdletCall,
    input_object: list[RoutingDomainSetting] | None = None,
    routing_domain_id: Guid | None = None,
    routing_domain_name: str | None = None,
    vm_network_adapter_name: str | None = None,
    passthru: bool = False,
) -> Iterator[RoutingDomainSetting]:
    """Take routing domains away."""
    found = _named_domains(
        call, input_object, routing_domain_id, routing_domain_name, vm_network_adapter_name
    )
    yield from _remove(call, found, passthru)


# -- RDMA and team mapping --------------------------------------------------------------------------


@cmdlet("Get-VMNetworkAdapterRdma", reads=(*_PORT, "SwitchName"))
def get_vm_network_adapter_rdma(call: CmdletCall, name: str | None = None) -> Iterator[RdmaSetting]:
    """The RDMA settings of ports."""
    for port in _chosen(call, name):
        yield rdma_setting(port)


@cmdlet("Set-VMNetworkAdapterRdma", reads=_PORT)
def set_vm_network_adapter_rdma(
    call: CmdletCall,
    name: str | None = None,
    rdma_weight: int | None = None,
    passthru: bool = False,
) -> Iterator[RdmaSetting]:
    """Switch RDMA of ports on (a weight) or off (0)."""
    weight = None if rdma_weight is None else int(rdma_weight)

    def change(port: SwitchPort) -> RdmaSetting:
        if weight is not None:
            port.set_feature(PortRdma(weight=weight))
        return rdma_setting(port)

    yield from _for_each(call, name, "configure RDMA of", change, passthru)


@cmdlet("Get-VMNetworkAdapterTeamMapping", reads=(*_PORT, "SwitchName"))
def get_vm_network_adapter_team_mapping(
    call: CmdletCall, name: str | None = None
) -> Iterator[TeamMappingSetting]:
    """Which member of a team carries each port, where somebody said so."""
    for port in _chosen(call, name):
        yield from team_mappings(port)


@cmdlet("Set-VMNetworkAdapterTeamMapping", reads=(*_PORT, "SwitchName"))
def set_vm_network_adapter_team_mapping(
    call: CmdletCall,
    physical_net_adapter_name: str,
    vm_network_adapter_name: str | None = None,
    disable_on_failover: EnumValue | None = None,
    passthru: bool = False,
) -> Iterator[TeamMappingSetting]:
    """Tie ports to a member of the team of their switch."""

    def change(port: SwitchPort) -> TeamMappingSetting:
        adapter = host_of(call).hardware.network_adapter(physical_net_adapter_name)
        if adapter is None:
            raise NotFound(f"The network adapter {physical_net_adapter_name!r:.100} was not found.")
        mapping = TeamMapping(
            adapter_name=adapter.name,
            adapter_device_id=f"{{{adapter_guid(port.host, adapter)}}}",
            disable_on_failover=disable_on_failover.number if disable_on_failover is not None else 0,
        )
        return TeamMappingSetting(port.set_feature(mapping))

    yield from _for_each(call, vm_network_adapter_name, "configure the team mapping of", change, passthru)


@cmdlet("Remove-VMNetworkAdapterTeamMapping", reads=(*_PORT, "SwitchName"))
def remove_vm_network_adapter_team_mapping(
    call: CmdletCall, name: str | None = None, passthru: bool = False
) -> Iterator[TeamMappingSetting]:
    """Let the team choose again."""
    for port in _chosen(call, name):
        found = team_mappings(port)
        if not found:
            call.error(not_found_record(call, "team mapping", port.name))
        yield from _remove(call, found, passthru)
