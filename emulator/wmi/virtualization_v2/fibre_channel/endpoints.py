"""Fibre channel endpoints: the two ends of a connection between a switch and what is logged in to it."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from typing import NamedTuple

from emulator.host.virtual_machine.expansion.fibre_channel import FibreChannelAdapter, HostPort
from emulator.host.virtual_machine.virtual_machine import VirtualMachine
from emulator.wmi.view import View
from emulator.wmi.virtualization_v2.base import ENABLED_ELEMENT, PREFIX
from emulator.wmi.virtualization_v2.fibre_channel.ports import (
    SWITCH_CLASS,
    SYSTEM_CLASS,
    SwitchPort,
    host_ports,
)
from emulator.wmi.virtualization_v2.refusals import ElementRefusals


class Endpoint(NamedTuple):
    """One end of a connection: at the switch, or at the host's port or the adapter."""

    port: HostPort | None
    adapter: FibreChannelAdapter | None
    at_switch: bool

    @property
    def id(self) -> str:
        if self.at_switch and self.port is not None:
            return SwitchPort(self.port, self.adapter).id
        if self.adapter is not None:
            return self.adapter.id
        return "" if self.port is None else self.port.id

    @property
    def revision(self) -> Hashable:
        return 0 if self.adapter is None else self.adapter.revision


def port_endpoint(port: HostPort) -> Endpoint:
    """The endpoint of a port of the host."""
    return Endpoint(port, None, False)


def adapter_endpoint(adapter: FibreChannelAdapter) -> Endpoint:
    """The endpoint of an adapter."""
    return Endpoint(adapter.host_port, adapter, False)


def switch_port_endpoint(item: SwitchPort) -> Endpoint:
    """The endpoint of a port of a virtual switch."""
    return Endpoint(item.port, item.adapter, True)


def other_end(endpoint: Endpoint) -> list[Endpoint]:
    """The endpoint with which one is connected."""
    if endpoint.port is None:
        return []
    return [endpoint._replace(at_switch=not endpoint.at_switch)]


class EndpointView(ElementRefusals, View[Endpoint]):
    """One end of a connection. That of a virtual switch to the host's port has the port's names."""

    class_name = "Msvm_FcEndpoint"
    constants = {
        **ENABLED_ELEMENT,
        "Caption": "Fibre Channel Endpoint",
        "CreationClassName": "Msvm_FcEndpoint",
        "Description": "Microsoft Virtual Fibre Channel Endpoint",
        "EnabledState": 5,
        "NameFormat": "Microsoft Virtual Device ID",
        "ProtocolIFType": 56,
    }

    def objects(self) -> Iterator[Endpoint]:
        for port in host_ports(self.host):
            yield port_endpoint(port)
            yield switch_port_endpoint(SwitchPort(port, None))
        for vm in self.host.virtual_machines:
            yield from self._of_machine(vm)

    def _of_machine(self, vm: VirtualMachine) -> Iterator[Endpoint]:
        for adapter in vm.fibre_channel_adapters:
            end = adapter_endpoint(adapter)
            yield end
            yield from other_end(end)

    def shown_of(self, owner: object) -> Iterable[Endpoint] | None:
        is_machine = isinstance(owner, VirtualMachine) and not owner.is_checkpoint
        return list(self._of_machine(owner)) if isinstance(owner, VirtualMachine) and is_machine else ()

    def owner_of(self, item: Endpoint) -> object:
        return self.host if item.adapter is None else item.adapter.vm

    def object_id(self, item: Endpoint) -> Hashable:
        return (item.at_switch, item.id)

    def Name(self, item: Endpoint) -> str:
        return PREFIX + item.id

    def ElementName(self, item: Endpoint) -> str:
        if item.adapter is not None:
            return item.adapter.name
        return "" if item.port is None else item.port.facts.description

    def SystemCreationClassName(self, item: Endpoint) -> str:
        return SWITCH_CLASS if item.at_switch else SYSTEM_CLASS

    def SystemName(self, item: Endpoint) -> str:
        if item.at_switch and item.port is not None:
            return item.port.switch_id
        return self.host.name if item.adapter is None else item.adapter.vm.id

    def WWNN(self, item: Endpoint) -> str:
        if item.adapter is not None:
            return item.adapter.node_name
        return "" if item.port is None else item.port.facts.node_name

    def WWPN(self, item: Endpoint) -> str:
        if item.adapter is not None:
            return item.adapter.port_name
        return "" if item.port is None else item.port.facts.port_name

    def Connected(self, item: Endpoint) -> bool:
        return item.port is not None
