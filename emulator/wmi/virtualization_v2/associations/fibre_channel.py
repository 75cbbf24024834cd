"""Virtual fibre channel: the host's ports, their switches, who is logged in to them, and virtual SANs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from emulator.host.resources.resource_kinds import FIBRE_CHANNEL
from emulator.wmi.association import End, Link, itself, the_host
from emulator.wmi.virtualization_v2 import pool_service
from emulator.wmi.virtualization_v2.common_links import HOST
from emulator.wmi.virtualization_v2.fibre_channel import adapters, endpoints, ports

if TYPE_CHECKING:
    from emulator.host.resources.resource_pools import ResourcePool
    from emulator.host.virtual_machine.expansion.fibre_channel import FibreChannelAdapter, HostPort
    from emulator.wmi.namespace import Namespace


def _connection(_namespace: Namespace, port: ports.SwitchPort) -> Iterable[FibreChannelAdapter]:
    return () if port.adapter is None else (port.adapter,)


def _switch_port_of_connection(
    _namespace: Namespace, adapter: FibreChannelAdapter
) -> Iterable[ports.SwitchPort]:
    return () if adapter.vm.is_checkpoint else ports.port_of_adapter(adapter)


def _switch_port(_namespace: Namespace, endpoint: endpoints.Endpoint) -> Iterable[ports.SwitchPort]:
    if not endpoint.at_switch or endpoint.port is None:
        return ()
    return (ports.SwitchPort(endpoint.port, endpoint.adapter),)


def _external(_namespace: Namespace, endpoint: endpoints.Endpoint) -> Iterable[HostPort]:
    if endpoint.at_switch or endpoint.adapter is not None or endpoint.port is None:
        return ()
    return (endpoint.port,)


def _adapter(_namespace: Namespace, endpoint: endpoints.Endpoint) -> Iterable[FibreChannelAdapter]:
    return () if endpoint.at_switch or endpoint.adapter is None else (endpoint.adapter,)


def _from_switch(_namespace: Namespace, endpoint: endpoints.Endpoint) -> list[endpoints.Endpoint]:
    return endpoints.other_end(endpoint) if endpoint.at_switch else []


def _to_switch(_namespace: Namespace, endpoint: endpoints.Endpoint) -> list[endpoints.Endpoint]:
    return [] if endpoint.at_switch else endpoints.other_end(endpoint)


def _connected_to(namespace: Namespace, pool: ResourcePool) -> list[FibreChannelAdapter]:
    if pool.subtype != FIBRE_CHANNEL:
        return []
    return [
        adapter
        for vm in namespace.host.virtual_machines
        for adapter in vm.fibre_channel_adapters
        if adapter.san.casefold() == pool.name.casefold()
    ]


def _san_of(namespace: Namespace, adapter: FibreChannelAdapter) -> Iterable[ResourcePool]:
    if adapter.vm.is_checkpoint:
        return ()
    san = namespace.host.expansion.fibre_channel.san(adapter.san)
    return () if san is None else (san,)


LINKS: tuple[Link, ...] = (
    Link(
        "Msvm_SystemDevice",
        End("GroupComponent", HOST, lambda namespace, _: ports.host_ports(namespace.host)),
        End("PartComponent", ports.ExternalPort, the_host),
    ),
    Link(
        "Msvm_SystemDevice",
        End("GroupComponent", ports.Switch, lambda _, port: ports.switch_ports(port)),
        End("PartComponent", ports.SwitchPortView, lambda _, item: (item.port,)),
    ),
    Link(
        "Msvm_SettingsDefineState",
        End("ManagedElement", ports.Switch, itself),
        End("SettingData", ports.SwitchSettings, itself),
    ),
    Link(
        "Msvm_SettingsDefineState",
        End("ManagedElement", ports.SwitchPortView, _connection),
        End("SettingData", adapters.ConnectionSettings, _switch_port_of_connection),
    ),
    Link(
        "Msvm_FcDeviceSAPImplementation",
        End(
            "Antecedent",
            ports.SwitchPortView,
            lambda _, item: (endpoints.switch_port_endpoint(item),),
        ),
        End("Dependent", endpoints.EndpointView, _switch_port),
    ),
    Link(
        "Msvm_FcDeviceSAPImplementation",
        End("Antecedent", ports.ExternalPort, lambda _, port: (endpoints.port_endpoint(port),)),
        End("Dependent", endpoints.EndpointView, _external),
    ),
    Link(
        "Msvm_FcDeviceSAPImplementation",
        End(
            "Antecedent",
            adapters.Adapter,
            lambda _, adapter: (endpoints.adapter_endpoint(adapter),),
        ),
        End("Dependent", endpoints.EndpointView, _adapter),
    ),
    Link(
        "Msvm_FcActiveConnection",
        End("Antecedent", endpoints.EndpointView, _from_switch),
        End("Dependent", endpoints.EndpointView, _to_switch),
        values={"IsUnidirectional": False, "TrafficType": 2},
    ),
    Link(
        "Msvm_ResourceAllocationFromPool",
        End("Antecedent", pool_service.ChildPool, _connected_to),
        End("Dependent", adapters.ConnectionSettings, _san_of),
    ),
)
