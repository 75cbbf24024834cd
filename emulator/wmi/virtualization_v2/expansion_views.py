"""The views of special devices and the associations between them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from emulator.wmi.association import End, Link, itself, the_host
from emulator.wmi.virtualization_v2 import computer_system, fibre_channel, pool_service

if TYPE_CHECKING:
    from emulator.host.expansion.fibre_channel import FibreChannelAdapter, HostPort
    from emulator.host.resource_pools import ResourcePool
    from emulator.wmi.namespace import Namespace

_HOST = computer_system.HostSystem

#: Settings and devices of machines, and which of both show the same object.
SETTING_VIEWS = (fibre_channel.AdapterSettings, fibre_channel.ConnectionSettings)
DEVICE_VIEWS = (fibre_channel.Adapter,)
#: Views of devices and settings with the pool that each is allocated from.
DEVICES_OF_POOLS: tuple[tuple[Any, Any], ...] = (
    (fibre_channel.Adapter, lambda _: "698F2285-28DC-4438-A147-82D7432C5254"),
)
SETTINGS_OF_POOLS: tuple[tuple[Any, Any], ...] = (
    (fibre_channel.AdapterSettings, lambda _: "698F2285-28DC-4438-A147-82D7432C5254"),
)
STATE_OF: tuple[tuple[Any, Any], ...] = ((fibre_channel.Adapter, fibre_channel.AdapterSettings),)

VIEWS = (
    fibre_channel.EndpointView,
    fibre_channel.ExternalPort,
    fibre_channel.SanAllocation,
    fibre_channel.Switch,
    fibre_channel.SwitchPortView,
    fibre_channel.SwitchSettings,
)


def _connection(_namespace: Namespace, port: fibre_channel.SwitchPort) -> Iterable[FibreChannelAdapter]:
    return () if port.adapter is None else (port.adapter,)


def _switch_port_of_connection(
    _namespace: Namespace, adapter: FibreChannelAdapter
) -> Iterable[fibre_channel.SwitchPort]:
    return () if adapter.vm.is_checkpoint else fibre_channel.port_of_adapter(adapter)


def _switch_port(
    _namespace: Namespace, endpoint: fibre_channel.Endpoint
) -> Iterable[fibre_channel.SwitchPort]:
    if not endpoint.at_switch or endpoint.port is None:
        return ()
    return (fibre_channel.SwitchPort(endpoint.port, endpoint.adapter),)


def _external(_namespace: Namespace, endpoint: fibre_channel.Endpoint) -> Iterable[HostPort]:
    if endpoint.at_switch or endpoint.adapter is not None or endpoint.port is None:
        return ()
    return (endpoint.port,)


def _adapter(_namespace: Namespace, endpoint: fibre_channel.Endpoint) -> Iterable[FibreChannelAdapter]:
    return () if endpoint.at_switch or endpoint.adapter is None else (endpoint.adapter,)


def _from_switch(_namespace: Namespace, endpoint: fibre_channel.Endpoint) -> list[fibre_channel.Endpoint]:
    return fibre_channel.other_end(endpoint) if endpoint.at_switch else []


def _to_switch(_namespace: Namespace, endpoint: fibre_channel.Endpoint) -> list[fibre_channel.Endpoint]:
    return [] if endpoint.at_switch else fibre_channel.other_end(endpoint)


def _san(namespace: Namespace, pool: ResourcePool) -> Iterable[ResourcePool]:
    return (pool,) if pool in namespace.view(fibre_channel.SanAllocation).objects() else ()


def _connected_to(namespace: Namespace, pool: ResourcePool) -> list[FibreChannelAdapter]:
    if not list(_san(namespace, pool)):
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
        End("GroupComponent", _HOST, lambda namespace, _: fibre_channel.host_ports(namespace.host)),
        End("PartComponent", fibre_channel.ExternalPort, the_host),
    ),
    Link(
        "Msvm_SystemDevice",
        End("GroupComponent", fibre_channel.Switch, lambda _, port: fibre_channel.switch_ports(port)),
        End("PartComponent", fibre_channel.SwitchPortView, lambda _, item: (item.port,)),
    ),
    Link(
        "Msvm_SettingsDefineState",
        End("ManagedElement", fibre_channel.Switch, itself),
        End("SettingData", fibre_channel.SwitchSettings, itself),
    ),
    Link(
        "Msvm_SettingsDefineState",
        End("ManagedElement", fibre_channel.SwitchPortView, _connection),
        End("SettingData", fibre_channel.ConnectionSettings, _switch_port_of_connection),
    ),
    Link(
        "Msvm_FcDeviceSAPImplementation",
        End(
            "Antecedent",
            fibre_channel.SwitchPortView,
            lambda _, item: (fibre_channel.switch_port_endpoint(item),),
        ),
        End("Dependent", fibre_channel.EndpointView, _switch_port),
    ),
    Link(
        "Msvm_FcDeviceSAPImplementation",
        End("Antecedent", fibre_channel.ExternalPort, lambda _, port: (fibre_channel.port_endpoint(port),)),
        End("Dependent", fibre_channel.EndpointView, _external),
    ),
    Link(
        "Msvm_FcDeviceSAPImplementation",
        End(
            "Antecedent",
            fibre_channel.Adapter,
            lambda _, adapter: (fibre_channel.adapter_endpoint(adapter),),
        ),
        End("Dependent", fibre_channel.EndpointView, _adapter),
    ),
    Link(
        "Msvm_FcActiveConnection",
        End("Antecedent", fibre_channel.EndpointView, _from_switch),
        End("Dependent", fibre_channel.EndpointView, _to_switch),
        values={"IsUnidirectional": False, "TrafficType": 2},
    ),
    # Virtual SANs.
    Link(
        "Msvm_SettingsDefineState",
        End("ManagedElement", pool_service.ChildPool, _san),
        End("SettingData", fibre_channel.SanAllocation, itself),
    ),
    Link(
        "Msvm_ResourceAllocationFromPool",
        End("Antecedent", pool_service.ChildPool, _connected_to),
        End("Dependent", fibre_channel.ConnectionSettings, _san_of),
    ),
)
