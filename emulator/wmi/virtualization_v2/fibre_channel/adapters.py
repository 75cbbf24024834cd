"""Virtual fibre channel adapters of machines, their connections to virtual SANs, and DH-CHAP."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from emulator.host.errors import InvalidParameter
from emulator.host.virtual_machine.expansion.fibre_channel import FibreChannelAdapter
from emulator.wmi import errors
from emulator.wmi.changes import text_of
from emulator.wmi.view import wmi_method
from emulator.wmi.virtualization_v2.base import DeviceSettingView, DeviceView, ServiceView
from emulator.wmi.virtualization_v2.fibre_channel.ports import FIBRE_CHANNEL_PORT, switch_path
from emulator.wmi.virtualization_v2.paths import settings_path
from emulator.wmi.virtualization_v2.settings_changes import changed_target

if TYPE_CHECKING:
    from emulator.cim.instance import ValueInstance
    from emulator.host import Host
    from emulator.host.virtual_machine.virtual_machine import VirtualMachine
    from emulator.wmi.method import Arguments, MethodResult

PORT_SUBTYPE = "Microsoft:Hyper-V:Synthetic FibreChannel Port"
CONNECTION_SUBTYPE = "Microsoft:Hyper-V:FibreChannel Connection"
PORT_TYPE, CONNECTION_TYPE = 7, 64764


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
        **FIBRE_CHANNEL_PORT,
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
