"""Fibre channel ports of the host, the virtual switch of each, and that switch's ports."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from emulator.cim.object_path import ObjectPath
from emulator.host.identifiers import derived_guid
from emulator.host.virtual_machine.expansion.fibre_channel import FibreChannelAdapter, HostPort
from emulator.host.virtual_machine.virtual_machine import VirtualMachine
from emulator.wmi.view import View
from emulator.wmi.virtualization_v2.base import ENABLED_ELEMENT, PREFIX
from emulator.wmi.virtualization_v2.power_refusals import PowerRefusals
from emulator.wmi.virtualization_v2.refusals import DeviceRefusals, ElementRefusals

if TYPE_CHECKING:
    from emulator.host import Host
    from emulator.wmi.keys import Keys
    from emulator.wmi.namespace import Namespace

SWITCH_CLASS = "Msvm_VirtualFcSwitch"
SYSTEM_CLASS = "Msvm_ComputerSystem"
#: CIM_FCPort: an N port for SCSI.
FIBRE_CHANNEL_PORT: dict[str, Any] = {
    **ENABLED_ELEMENT,
    "ActiveCOS": [3],
    "ActiveFC4Types": [8],
    "AdditionalAvailability": [6],
    "Availability": 6,
    "FullDuplex": True,
    "LinkTechnology": 4,
    "PortType": 10,
    "SupportedCOS": [3],
    "SupportedFC4Types": [8],
    "UsageRestriction": 4,
}


def host_ports(host: Host) -> tuple[HostPort, ...]:
    """The fibre channel ports of the host; none where Hyper-V has no use for them."""
    if not host.hardware.facts.fibre_channel_ports:
        return ()
    usable = "fibre_channel" in host.release.special_devices
    return host.expansion.fibre_channel.ports if usable else ()


def switch_path(namespace: Namespace, identifier: str) -> str:
    """The full path of a virtual switch, as HostResource holds it."""
    keys = [("CreationClassName", SWITCH_CLASS), ("Name", identifier)]
    return str(ObjectPath(SWITCH_CLASS, keys, namespace=namespace.name, server=namespace.server))


class _HostPortView(View[HostPort]):
    def objects(self) -> Iterable[HostPort]:
        return host_ports(self.host)

    def shown_of(self, owner: object) -> Iterable[HostPort] | None:
        del owner
        return ()

    def object_id(self, item: HostPort) -> Hashable:
        return item.id

    def revision(self, item: HostPort) -> Hashable | None:  # noqa: ARG002  hardware does not change
        return 0

    def ElementName(self, port: HostPort) -> str:
        return port.facts.description

    def _switch(self, identifier: str) -> HostPort | None:
        return self.host.expansion.fibre_channel.port_with_switch(identifier) if self.objects() else None


class ExternalPort(DeviceRefusals, _HostPortView):
    """A port of a host bus adapter."""

    class_name = "Msvm_ExternalFcPort"
    constants = {
        **FIBRE_CHANNEL_PORT,
        "Caption": "Fibre Channel Port",
        "CreationClassName": "Msvm_ExternalFcPort",
        "Description": "Microsoft External Fibre Channel Port",
        "SystemCreationClassName": SYSTEM_CLASS,
    }

    def DeviceID(self, port: HostPort) -> str:
        return f"{PREFIX}{{{port.id}}}"

    def Name(self, port: HostPort) -> str:
        return port.facts.description

    def SystemName(self, _port: HostPort) -> str:
        return self.host.name

    def IsHyperVCapable(self, port: HostPort) -> bool:
        return port.facts.hyper_v_capable

    def WWNN(self, port: HostPort) -> str:
        return port.facts.node_name

    def WWPN(self, port: HostPort) -> str:
        return port.facts.port_name

    def PermanentAddress(self, port: HostPort) -> str:
        return port.facts.port_name

    def NetworkAddresses(self, port: HostPort) -> list[str]:
        return [port.facts.port_name]

    def Speed(self, port: HostPort) -> int:
        return port.facts.speed

    def MaxSpeed(self, port: HostPort) -> int:
        return port.facts.speed


class Switch(ElementRefusals, PowerRefusals, _HostPortView):
    """The virtual switch that each port of the host has."""

    class_name = SWITCH_CLASS
    index = ("Name",)
    constants = {
        **ENABLED_ELEMENT,
        "Caption": "Virtual Fibre Channel Switch",
        "CreationClassName": SWITCH_CLASS,
        "Description": "Microsoft Virtual Fibre Channel Switch",
        "EnabledState": 5,
    }

    def by_key(self, keys: Keys) -> HostPort | None:
        return self._switch(keys.text("Name"))

    def Name(self, port: HostPort) -> str:
        return port.switch_id


class SwitchSettings(_HostPortView):
    """The settings of such a switch."""

    class_name = "Msvm_VirtualFcSwitchSettingData"
    index = ("InstanceID",)
    constants = {
        "Caption": "Virtual Fibre Channel Switch Settings",
        "Description": "Virtual Fibre Channel Switch Settings",
        "VirtualSystemType": "Microsoft:Hyper-V:Virtual Fibre Channel Switch",
    }

    def by_key(self, keys: Keys) -> HostPort | None:
        prefix, _, identifier = keys.text("InstanceID").partition(":")
        return self._switch(identifier) if f"{prefix}:".lower() == PREFIX.lower() else None

    def InstanceID(self, port: HostPort) -> str:
        return PREFIX + port.switch_id

    def VirtualSystemIdentifier(self, port: HostPort) -> str:
        return port.switch_id


class SwitchPort(NamedTuple):
    """A port of a virtual switch: the one to the host's port, or that of an adapter that is logged in."""

    port: HostPort
    adapter: FibreChannelAdapter | None

    @property
    def id(self) -> str:
        return derived_guid(self.port.switch_id, "port", self.adapter.id if self.adapter else self.port.id)

    @property
    def revision(self) -> Hashable:
        return 0 if self.adapter is None else self.adapter.revision


def switch_ports(port: HostPort) -> list[SwitchPort]:
    """The ports of the virtual switch of one of the host's ports."""
    adapters = port.host.expansion.fibre_channel.adapters_at(port)
    return [SwitchPort(port, None), *(SwitchPort(port, adapter) for adapter in adapters)]


def port_of_adapter(adapter: FibreChannelAdapter) -> list[SwitchPort]:
    """The switch port at which an adapter is logged in, if it is."""
    port = adapter.host_port
    return [] if port is None else [SwitchPort(port, adapter)]


class SwitchPortView(DeviceRefusals, View[SwitchPort]):
    """A port of a virtual switch."""

    class_name = "Msvm_FcSwitchPort"
    constants = {
        **FIBRE_CHANNEL_PORT,
        "Caption": "Fibre Channel Switch Port",
        "CreationClassName": "Msvm_FcSwitchPort",
        "Description": "Microsoft Virtual Fibre Channel Switch Port",
        "PortType": 15,
        "SystemCreationClassName": SWITCH_CLASS,
    }

    def objects(self) -> Iterator[SwitchPort]:
        for port in host_ports(self.host):
            yield from switch_ports(port)

    def shown_of(self, owner: object) -> Iterable[SwitchPort] | None:
        adapters = owner.fibre_channel_adapters if isinstance(owner, VirtualMachine) else []
        return [each for adapter in adapters for each in port_of_adapter(adapter)]

    def owner_of(self, item: SwitchPort) -> object:
        return item.port.host if item.adapter is None else item.adapter.vm

    def candidates(self, keys: Keys) -> Iterable[SwitchPort] | None:
        if "SystemName" not in keys or not host_ports(self.host):
            return None
        port = self.host.expansion.fibre_channel.port_with_switch(keys.text("SystemName"))
        return () if port is None else switch_ports(port)

    def object_id(self, item: SwitchPort) -> Hashable:
        return (item.port.switch_id, item.id)

    def DeviceID(self, item: SwitchPort) -> str:
        return PREFIX + item.id

    def Name(self, item: SwitchPort) -> str:
        return item.id

    def ElementName(self, item: SwitchPort) -> str:
        return item.port.facts.description if item.adapter is None else item.adapter.name

    def SystemName(self, item: SwitchPort) -> str:
        return item.port.switch_id

    def Speed(self, item: SwitchPort) -> int:
        return item.port.facts.speed

    def PermanentAddress(self, item: SwitchPort) -> str:
        return item.port.facts.port_name if item.adapter is None else item.adapter.port_name


VIEWS = (ExternalPort, Switch, SwitchPortView, SwitchSettings)
