"""Virtual fibre channel: ports of the host and their switches, virtual SANs, adapters of machines."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from emulator.cim.object_path import ObjectPath
from emulator.host.errors import InvalidParameter
from emulator.host.expansion.fibre_channel import FibreChannelAdapter, HostPort
from emulator.host.identifiers import derived_guid
from emulator.host.resource_pools import ResourcePool
from emulator.host.virtual_machine import VirtualMachine
from emulator.wmi import errors
from emulator.wmi.changes import first_text, text_of, unbraced
from emulator.wmi.view import View, wmi_method
from emulator.wmi.virtualization_v2.base import (
    ENABLED_ELEMENT,
    PREFIX,
    DeviceSettingView,
    DeviceView,
    ServiceView,
)
from emulator.wmi.virtualization_v2.paths import named_object, settings_path
from emulator.wmi.virtualization_v2.power_refusals import PowerRefusals
from emulator.wmi.virtualization_v2.refusals import DeviceRefusals, ElementRefusals
from emulator.wmi.virtualization_v2.settings_changes import changed_target

if TYPE_CHECKING:
    from emulator.cim.instance import ValueInstance
    from emulator.host import Host
    from emulator.wmi.keys import Keys
    from emulator.wmi.method import Arguments, MethodResult
    from emulator.wmi.namespace import Namespace

SWITCH_CLASS = "Msvm_VirtualFcSwitch"
_SYSTEM_CLASS = "Msvm_ComputerSystem"
PORT_SUBTYPE = "Microsoft:Hyper-V:Synthetic FibreChannel Port"
CONNECTION_SUBTYPE = "Microsoft:Hyper-V:FibreChannel Connection"
PORT_TYPE, CONNECTION_TYPE = 7, 64764
#: CIM_FCPort: an N port for SCSI.
_FC_PORT: dict[str, Any] = {
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


# -- a machine's adapters --------------------------------------------------------------------------


class AdapterSettings(DeviceSettingView[FibreChannelAdapter]):
    """A fibre channel adapter with its two sets of names."""

    class_name = "Msvm_SyntheticFcPortSettingData"
    constants = {
        "Caption": "Virtual Fibre Channel Port Default Settings",
        "Description": "Describes the default settings for the virtual Fibre Channel port resources.",
        "ResourceSubType": PORT_SUBTYPE,
        "ResourceType": PORT_TYPE,
    }

    def devices(self, vm: VirtualMachine) -> Iterable[FibreChannelAdapter]:
        return vm.fibre_channel_adapters

    def VirtualPortWWNN(self, adapter: FibreChannelAdapter) -> str:
        return adapter.node_name_a

    def VirtualPortWWPN(self, adapter: FibreChannelAdapter) -> str:
        return adapter.port_name_a

    def SecondaryWWNN(self, adapter: FibreChannelAdapter) -> str:
        return adapter.node_name_b

    def SecondaryWWPN(self, adapter: FibreChannelAdapter) -> str:
        return adapter.port_name_b

    def ChapEnabled(self, adapter: FibreChannelAdapter) -> bool:
        return bool(adapter.chap_secret)

    def VirtualSystemIdentifiers(self, adapter: FibreChannelAdapter) -> list[str]:
        return [f"{{{adapter.id}}}"]


class ConnectionSettings(DeviceSettingView[FibreChannelAdapter]):
    """The connection of an adapter to a virtual SAN, which PoolID names."""

    class_name = "Msvm_FcPortAllocationSettingData"
    constants = {
        "Caption": "Virtual Fibre Channel VDev Default Settings",
        "Description": "The default settings for the virtual Fibre Channel connection pool.",
        "ElementName": "Fibre Channel Connection",
        "ResourceSubType": CONNECTION_SUBTYPE,
        "ResourceType": CONNECTION_TYPE,
    }

    def devices(self, vm: VirtualMachine) -> Iterable[FibreChannelAdapter]:
        return [adapter for adapter in vm.fibre_channel_adapters if adapter.san]

    def tail(self, device: FibreChannelAdapter) -> str:
        return device.connection_setting_id

    def PoolID(self, adapter: FibreChannelAdapter) -> str:
        return adapter.san

    def Parent(self, adapter: FibreChannelAdapter) -> str:
        return settings_path(self.namespace, AdapterSettings.class_name, adapter.vm, adapter.setting_id)

    def HostResource(self, adapter: FibreChannelAdapter) -> list[str]:
        """The virtual switch through which it is logged in."""
        port = adapter.host_port
        return [] if port is None else [switch_path(self.namespace, port.switch_id)]


class Adapter(DeviceView[FibreChannelAdapter]):
    """A fibre channel adapter as a device."""

    class_name = "Msvm_SyntheticFcPort"
    constants = {
        **_FC_PORT,
        "Caption": "Virtual Fibre Channel Port",
        "Description": "Microsoft Virtual Fibre Channel Port",
    }

    def devices(self, vm: VirtualMachine) -> Iterable[FibreChannelAdapter]:
        return vm.fibre_channel_adapters

    def PermanentAddress(self, adapter: FibreChannelAdapter) -> str:
        return adapter.port_name_a

    def NetworkAddresses(self, adapter: FibreChannelAdapter) -> list[str]:
        return [adapter.port_name]

    def Speed(self, adapter: FibreChannelAdapter) -> int:
        port = adapter.host_port
        return 0 if port is None else port.facts.speed


# -- the host's ports and their switches -----------------------------------------------------------


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
        **_FC_PORT,
        "Caption": "Fibre Channel Port",
        "CreationClassName": "Msvm_ExternalFcPort",
        "Description": "Microsoft External Fibre Channel Port",
        "SystemCreationClassName": _SYSTEM_CLASS,
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
        **_FC_PORT,
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
        return SWITCH_CLASS if item.at_switch else _SYSTEM_CLASS

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


# -- virtual SANs ----------------------------------------------------------------------------------


class SanAllocation(View[ResourcePool]):
    """What a virtual SAN holds: the switches of ports of the host."""

    class_name = ConnectionSettings.class_name
    index = ("InstanceID",)
    constants = {**DeviceSettingView.constants, **ConnectionSettings.constants}

    def objects(self) -> Iterable[ResourcePool]:
        if "fibre_channel" not in self.host.release.special_devices:
            return ()
        return self.host.expansion.fibre_channel.sans

    def by_key(self, keys: Keys) -> ResourcePool | None:
        wanted = keys.text("InstanceID").lower()
        return next((pool for pool in self.objects() if self.InstanceID(pool).lower() == wanted), None)

    def object_id(self, item: ResourcePool) -> Hashable:
        return item.id

    def InstanceID(self, pool: ResourcePool) -> str:
        return f"{PREFIX}{pool.id}\\0"

    def PoolID(self, pool: ResourcePool) -> str:
        return pool.name

    def HostResource(self, pool: ResourcePool) -> list[str]:
        return [switch_path(self.namespace, each) for each in pool.resources]


def resources_of(namespace: Namespace, settings: list[ValueInstance]) -> tuple[str, ...]:
    """The GUIDs of the virtual switches that allocation settings of a SAN name. Raises InvalidParameter."""
    found: list[str] = []
    for each in settings:
        value = each.value("HostResource")
        for path in value if isinstance(value, list) else ():
            port = named_object(namespace, str(path))
            if not isinstance(port, HostPort):
                raise InvalidParameter("HostResource does not name a virtual Fibre Channel switch.")
            found.append(port.switch_id)
    return tuple(found)


# -- methods ---------------------------------------------------------------------------------------


def wanted_names(instance: ValueInstance) -> dict[str, Any]:
    """The settings of an adapter that an instance states."""
    names = {
        "node_name_a": "VirtualPortWWNN",
        "port_name_a": "VirtualPortWWPN",
        "node_name_b": "SecondaryWWNN",
        "port_name_b": "SecondaryWWPN",
    }
    return {setting: text for setting, name in names.items() if (text := text_of(instance, name))}


class ChapMethods(ServiceView):
    """DH-CHAP of fibre channel adapters; at once, without jobs."""

    @wmi_method
    def AddFibreChannelChap(self, _host: Host, arguments: Arguments) -> MethodResult:
        """Give adapters a shared secret."""
        secret = bytes(arguments.integers("SharedSecret"))
        for adapter in self._adapters(arguments):
            adapter.set_chap(arguments.integer("SecretEncoding") or 0, secret)
        return arguments.result(errors.COMPLETED)

    @wmi_method
    def RemoveFibreChannelChap(self, _host: Host, arguments: Arguments) -> MethodResult:
        """Take the shared secrets of adapters away."""
        for adapter in self._adapters(arguments):
            adapter.remove_chap()
        return arguments.result(errors.COMPLETED)

    def _adapters(self, arguments: Arguments) -> list[FibreChannelAdapter]:
        found = [
            changed_target(self.namespace, each).item for each in arguments.embedded_list("FcPortSettings")
        ]
        adapters = [item for item in found if isinstance(item, FibreChannelAdapter)]
        if not adapters or len(adapters) != len(found):
            raise InvalidParameter("FcPortSettings does not name fibre channel adapters.")
        return adapters


def identifier_of(instance: ValueInstance) -> str | None:
    """The GUID that a client wants a device to have."""
    text = first_text(instance, "VirtualSystemIdentifiers")
    return None if text is None else unbraced(text)
