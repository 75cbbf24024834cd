"""What adapters can and how they are set: hardware, queues, SR-IOV and RDMA.

SR-IOV and RDMA are those of the profile's adapters; receive side scaling and virtual machine queues every
adapter has.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from emulator.host.network import virtual_functions
from emulator.host.network.network_interfaces import Interface, network_interfaces
from emulator.wmi.association import End, Link, itself
from emulator.wmi.mi_method import mi_method
from emulator.wmi.standardcimv2.interfaces import (
    CURRENT,
    InterfaceSettingView,
    InterfaceView,
    NetAdapter,
    NetAdapterStatistics,
)

if TYPE_CHECKING:
    from emulator.host import Host, NetworkAdapter, VirtualSwitch
    from emulator.wmi.keys import Keys
    from emulator.wmi.method import Arguments, MethodResult
    from emulator.wmi.namespace import Namespace

_SUPPORTED_SRIOV = 1
_NOT_SUPPORTED_SRIOV = 3  # Missing PF driver.
_EXTERNAL_SWITCH = 1


def _functions(interface: Interface) -> int:
    """The virtual functions of a physical adapter."""
    return 0 if interface.physical is None else interface.physical.virtual_functions


class _AdapterSettings(InterfaceSettingView):
    """Settings that each physical adapter has once."""

    def objects(self) -> Iterable[Interface]:
        return [each for each in network_interfaces(self.host) if each.physical is not None]

    def ElementName(self, interface: Interface) -> str:
        return interface.name


class AdapterHardware(_AdapterSettings):
    """Where the adapter sits: the adapters follow each other on the third bus."""

    class_name = "MSFT_NetAdapterHardwareInfoSettingData"
    constants: dict[str, Any] = {
        "BusNumber": 3,
        "DeviceNumber": 0,
        "Dma64BitSupported": True,
        "LineBasedInterruptSupported": True,
        "LineBasedInterrupts": False,
        "MsiEnabled": False,
        "MsiInterruptSupported": True,
        "MsiSupported": True,
        "MsiXEnabled": True,
        "MsiXInterruptSupported": True,
        "MsiXSupported": True,
        "NoInterrupt": False,
        "NumaNode": 0,
        "PciDeviceType": 2,
        "S0WakeupSupported": False,
        "SegmentNumber": 0,
        "SlotNumber": 0,
    }

    def SriovSupport(self, interface: Interface) -> int:
        return _SUPPORTED_SRIOV if _functions(interface) else _NOT_SUPPORTED_SRIOV

    def FunctionNumber(self, interface: Interface) -> int:
        return interface.number - 1

    def LocationInformationString(self, interface: Interface) -> str:
        return f"PCI bus 3, device 0, function {interface.number - 1}"


class _SwitchedFeature(_AdapterSettings):
    """A feature that a keyword of the driver switches."""

    keyword = ""

    def revision(self, item: Interface) -> Hashable | None:
        return (super().revision(item), self.is_on(item))

    def is_on(self, interface: Interface) -> bool:
        """Whether the keyword is set."""
        return self.host.adapter_options.value(interface, self.keyword) == "1"

    @mi_method
    def Enable(self, interface: Interface, arguments: Arguments) -> MethodResult:
        """Switch the feature on."""
        self.host.adapter_options.set_value(interface, self.keyword, "1")
        return arguments.result(0)

    @mi_method
    def Disable(self, interface: Interface, arguments: Arguments) -> MethodResult:
        """Switch the feature off."""
        self.host.adapter_options.set_value(interface, self.keyword, "0")
        return arguments.result(0)

    def Enabled(self, interface: Interface) -> bool:
        return self.is_on(interface)


class AdapterSriov(_SwitchedFeature):
    """SR-IOV, of adapters with virtual functions."""

    class_name = "MSFT_NetAdapterSriovSettingData"
    keyword = "*SRIOV"
    constants: dict[str, Any] = {
        "NumActiveDefaultVPortMacAddresses": 1,
        "NumActiveDefaultVPortVlanIds": 0,
        "NumActiveNonDefaultVPortVlanIds": 0,
        "NumQueuePairsForDefaultVPort": 16,
        "NumQueuePairsForNonDefaultVPorts": 1,
        "Source": 2,
        "SriovSupport": _SUPPORTED_SRIOV,
    }

    def objects(self) -> Iterable[Interface]:
        return [each for each in super().objects() if _functions(each)]

    def revision(self, item: Interface) -> Hashable | None:
        return (super().revision(item), self.host.revision)

    def users(self, interface: Interface) -> list[NetworkAdapter]:
        """The adapters of virtual machines that have a virtual function of this adapter's switch."""
        switch = _switch_of(self.host, interface)
        return [] if switch is None else virtual_functions.users(switch)

    def NumVFs(self, interface: Interface) -> int:
        return _functions(interface) if self.is_on(interface) else 0

    def NumVPorts(self, interface: Interface) -> int:
        return self.NumVFs(interface) + 1

    def NumActiveVPorts(self, interface: Interface) -> int:
        return len(self.users(interface)) + 1

    def NumAllocatedVFs(self, interface: Interface) -> int:
        return len(self.users(interface))

    def NumActiveNonDefaultVPortMacAddresses(self, interface: Interface) -> int:
        return len(self.users(interface))

    def SwitchName(self, interface: Interface) -> str | None:
        switch = _switch_of(self.host, interface)
        return None if switch is None else switch.name

    def SwitchType(self, interface: Interface) -> int | None:
        return None if _switch_of(self.host, interface) is None else _EXTERNAL_SWITCH


def _switch_of(host: Host, interface: Interface) -> VirtualSwitch | None:
    return None if interface.physical is None else host.virtual_switches.of_adapter(interface.physical)


class VirtualFunction(NamedTuple):
    """A virtual function that a virtual machine's adapter has."""

    interface: Interface
    number: int
    adapter: NetworkAdapter


def functions_of(host: Host, interface: Interface) -> list[VirtualFunction]:
    """The virtual functions of an adapter that are in use."""
    switch = _switch_of(host, interface) if _functions(interface) else None
    users = [] if switch is None else virtual_functions.users(switch)
    return [VirtualFunction(interface, number, each) for number, each in enumerate(users)]


class AdapterVirtualFunction(InterfaceView):
    """The virtual functions in use."""

    class_name = "MSFT_NetAdapterSriovVfSettingData"
    index = ("InstanceID",)
    constants = {"Source": 2, "SwitchID": 0}

    def objects(self) -> Iterator[Any]:
        for interface in network_interfaces(self.host):
            yield from functions_of(self.host, interface)

    def by_key(self, keys: Keys) -> Any:
        wanted = keys.text("InstanceID").lower()
        return next((each for each in self.objects() if self.InstanceID(each).lower() == wanted), None)

    def object_id(self, item: Any) -> Hashable:
        return (item.interface.guid, item.number)

    def revision(self, item: Any) -> Hashable | None:
        return (super().revision(item.interface), item.number, self.host.revision)

    def InstanceID(self, item: Any) -> str:
        return f"{{{item.interface.guid}}}::{item.number}"

    def Name(self, item: Any) -> str:
        return str(item.interface.name)

    def InterfaceDescription(self, item: Any) -> str:
        return str(item.interface.description)

    def SystemName(self, _item: Any) -> str:
        return self.host.operating_system.fully_qualified_name

    def FunctionID(self, item: Any) -> int:
        return int(item.number)

    def CurrentMacAddress(self, item: Any) -> str:
        return str(item.adapter.mac_address)

    def PermanentMacAddress(self, item: Any) -> str:
        return str(item.adapter.mac_address)

    def VmFriendlyName(self, item: Any) -> str:
        return str(item.adapter.vm.name)

    def VmID(self, item: Any) -> str:
        return str(item.adapter.vm.id)

    def VmNicID(self, item: Any) -> str:
        return f"{item.adapter.vm.id}--{item.adapter.id}"

    def VPortID(self, item: Any) -> list[int]:
        return [item.number + 1]


class AdapterRdma(_SwitchedFeature):
    """RDMA, of adapters that have it; the limits are usual ones."""

    class_name = "MSFT_NetAdapterRdmaSettingData"
    keyword = "*NetworkDirect"
    constants: dict[str, Any] = {
        "MaxCompletionQueueCount": 16777152,
        "MaxInboundReadLimit": 16,
        "MaxMemoryRegionCount": 16777152,
        "MaxMemoryWindowCount": 16777152,
        "MaxOutboundReadLimit": 16,
        "MaxProtectionDomainCount": 16777152,
        "MaxQueuePairCount": 131072,
        "MaxSharedReceiveQueueCount": 16777152,
        "Source": 2,
    }

    def objects(self) -> Iterable[Interface]:
        return [each for each in super().objects() if each.physical is not None and each.physical.rdma]

    def OperationalState(self, interface: Interface) -> bool:
        return self.is_on(interface) and interface.connected


class AdapterVmq(_SwitchedFeature):
    """Virtual machine queues: they can be switched on and off; none is in use."""

    class_name = "MSFT_NetAdapterVmqSettingData"
    keyword = "*VMQ"
    constants: dict[str, Any] = {
        "AnyVlanSupported": True,
        "BaseProcessorGroup": 0,
        "BaseProcessorNumber": 0,
        "DynamicProcessorAffinityChangeSupported": True,
        "InterruptVectorCoalescingSupported": True,
        "LookaheadSplitSupported": False,
        "MaxLookaheadSplitSize": 0,
        "MinLookaheadSplitSize": 0,
        "NumMacAddressesPerPort": 1,
        "NumVlansPerPort": 1,
        "NumberOfReceiveQueues": 0,
        "Source": 2,
        "TotalNumberOfMacAddresses": 0,
        "VlanFilteringSupported": True,
    }

    def MaxProcessors(self, _interface: Interface) -> int:
        return self.host.hardware.logical_processors

    def MaxProcessorNumber(self, _interface: Interface) -> int:
        return min(self.host.hardware.logical_processors, 64) - 1


class AdapterRss(_SwitchedFeature):
    """Receive side scaling."""

    class_name = "MSFT_NetAdapterRssSettingData"
    keyword = "*RSS"
    constants: dict[str, Any] = {
        "BaseProcessorGroup": 0,
        "BaseProcessorNumber": 0,
        "IPv4HashEnabled": True,
        "IPv6HashEnabled": True,
        "MaxProcessorGroup": 0,
        "MsiSupported": True,
        "MsiXEnabled": True,
        "MsiXSupported": True,
        "NumberOfReceiveQueues": 8,
        "Profile": 4,
        "Source": 2,
        "TcpIPv4HashEnabled": True,
        "TcpIPv4HashSupported": True,
        "TcpIPv6HashEnabled": True,
        "TcpIPv6HashSupported": True,
        "ToeplitzHashFunctionEnabled": True,
        "ToeplitzHashFunctionSupported": True,
    }

    def MaxProcessors(self, _interface: Interface) -> int:
        return min(self.host.hardware.logical_processors, 16)

    def MaxProcessorNumber(self, _interface: Interface) -> int:
        return min(self.host.hardware.logical_processors, 64) - 1


_ONCE = {
    AdapterHardware: "HardwareInfo",
    AdapterRss: "Rss",
    AdapterVmq: "Vmq",
}
VIEWS = (*_ONCE, AdapterRdma, AdapterSriov, AdapterVirtualFunction)


def _physical(_namespace: Namespace, interface: Interface) -> Iterable[Interface]:
    return (interface,) if interface.physical is not None else ()


def _with_functions(_namespace: Namespace, interface: Interface) -> Iterable[Interface]:
    return (interface,) if _functions(interface) else ()


def _with_rdma(_namespace: Namespace, interface: Interface) -> Iterable[Interface]:
    return (interface,) if interface.physical is not None and interface.physical.rdma else ()


LINKS: tuple[Link, ...] = (
    *(
        Link(
            f"MSFT_NetAdapter{name}ElementSetting",
            End("ManagedElement", NetAdapter, _physical),
            End("SettingData", view, _physical),
            values=CURRENT,
        )
        for view, name in _ONCE.items()
    ),
    Link(
        "MSFT_NetAdapterSriovElementSetting",
        End("ManagedElement", NetAdapter, _with_functions),
        End("SettingData", AdapterSriov, itself),
        values=CURRENT,
    ),
    Link(
        "MSFT_NetAdapterRdmaElementSetting",
        End("ManagedElement", NetAdapter, _with_rdma),
        End("SettingData", AdapterRdma, itself),
        values=CURRENT,
    ),
    Link(
        "MSFT_NetAdapterSriovVfElementSetting",
        End("ManagedElement", NetAdapter, lambda namespace, each: functions_of(namespace.host, each)),
        End("SettingData", AdapterVirtualFunction, lambda _, function: (function.interface,)),
        values=CURRENT,
    ),
    Link(
        "MSFT_NetAdapterStatisticsElementSetting",
        End("ManagedElement", NetAdapter, itself),
        End("SettingData", NetAdapterStatistics, itself),
        values=CURRENT,
    ),
)
