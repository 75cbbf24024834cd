"""MSFT_NetAdapter and its statistics, MSFT_NetConnectionProfile."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import TYPE_CHECKING, Any

from emulator.host import InvalidParameter
from emulator.host.network.network_connections import rename_connection
from emulator.host.network.network_interfaces import Interface, network_interfaces
from emulator.wmi import errors
from emulator.wmi.changes import Rule, number
from emulator.wmi.mi_method import mi_method
from emulator.wmi.view import View

if TYPE_CHECKING:
    from emulator.host import Host
    from emulator.wmi.keys import Keys
    from emulator.wmi.method import Arguments, MethodResult

_STARTED, _DISABLED_STATE = 2, 3
_DEVICE_DISABLED = 22
_NOT_PRESENT = 6
#: Traffic of a connected interface: the emulator's own even flow, in bytes a second and a packet.
_BYTES_A_SECOND, _BYTES_A_PACKET = 1200, 300

#: MSFT_*ElementSetting: settings are those in force.
CURRENT = {"IsCurrent": 1, "IsDefault": 0, "IsNext": 0}


class InterfaceView(View[Interface]):
    """A class with one instance for each interface."""

    def objects(self) -> Iterable[Interface]:
        return network_interfaces(self.host)

    def object_id(self, item: Interface) -> Hashable:
        return item.guid

    def revision(self, item: Interface) -> Hashable | None:
        return (item.name, item.guid, item.settings, item.has_cable, item.link_speed, item.is_bound)


class InterfaceSettingView(InterfaceView):
    """Settings that an interface has once, found by its GUID."""

    index = ("InstanceID",)

    def by_key(self, keys: Keys) -> Interface | None:
        wanted = keys.text("InstanceID").lower()
        return next((each for each in self.objects() if self.InstanceID(each).lower() == wanted), None)

    def InstanceID(self, interface: Interface) -> str:
        return f"{{{interface.guid}}}"

    def Name(self, interface: Interface) -> str:
        return interface.name

    def InterfaceDescription(self, interface: Interface) -> str:
        return interface.description

    def SystemName(self, _interface: Interface) -> str:
        return self.host.operating_system.fully_qualified_name


def set_enabled(host: Host, interface: Interface, enabled: bool) -> None:
    """Switch an adapter on or off. Raises NotFound; InvalidParameter for one that a virtual switch has."""
    host.ip_configuration.configure(interface, enabled=enabled)


class NetAdapter(InterfaceView):
    """A network adapter."""

    class_name = "MSFT_NetAdapter"
    constants: dict[str, Any] = {
        "AdminLocked": False,
        "Availability": 3,
        "CreationClassName": "MSFT_NetAdapter",
        "EnabledDefault": 2,
        "EndPointInterface": False,
        "FullDuplex": True,
        "Hidden": False,
        "IMFilter": False,
        "InterfaceType": 6,
        "MediaDuplexState": 2,
        "NdisMedium": 0,
        "NdisPhysicalMedium": 14,
        "NotUserRemovable": False,
        "PromiscuousMode": False,
        "RequestedState": 12,
        "SystemCreationClassName": "CIM_NetworkPort",
        "VlanID": 0,
    }

    def DeviceID(self, interface: Interface) -> str:
        return f"{{{interface.guid}}}"

    def InterfaceGuid(self, interface: Interface) -> str:
        return f"{{{interface.guid}}}"

    def InstanceID(self, interface: Interface) -> str:
        return f"{{{interface.guid}}}"

    def SystemName(self, _interface: Interface) -> str:
        return self.host.operating_system.fully_qualified_name

    def Name(self, interface: Interface) -> str:
        return interface.name

    def ElementName(self, interface: Interface) -> str:
        return interface.name

    def InterfaceDescription(self, interface: Interface) -> str:
        return interface.description

    def DriverDescription(self, interface: Interface) -> str:
        return interface.description

    def InterfaceIndex(self, interface: Interface) -> int:
        return interface.interface_index

    def PermanentAddress(self, interface: Interface) -> str:
        return interface.mac_address.replace("-", "")

    def NetworkAddresses(self, interface: Interface) -> list[str]:
        return [interface.mac_address.replace("-", "")]

    def Virtual(self, interface: Interface) -> bool:
        return interface.physical is None

    def HardwareInterface(self, interface: Interface) -> bool:
        return interface.physical is not None

    def ConnectorPresent(self, interface: Interface) -> bool:
        return interface.physical is not None

    def EnabledState(self, interface: Interface) -> int:
        return 5 if interface.enabled else 3

    def InterfaceAdminStatus(self, interface: Interface) -> int:
        return 1 if interface.enabled else 2

    def State(self, interface: Interface) -> int:
        return _STARTED if interface.enabled else _DISABLED_STATE

    def ConfigManagerErrorCode(self, interface: Interface) -> int:
        return 0 if interface.enabled else _DEVICE_DISABLED

    def ConfigManagerUserConfig(self, _interface: Interface) -> bool:
        return False

    def MtuSize(self, interface: Interface) -> int:
        return interface.settings.mtu

    def ActiveMaximumTransmissionUnit(self, interface: Interface) -> int:
        return interface.settings.mtu

    def MediaConnectState(self, interface: Interface) -> int:
        return 1 if interface.connected else 2

    def InterfaceOperationalStatus(self, interface: Interface) -> int:
        if not interface.enabled:
            return _NOT_PRESENT
        return 1 if interface.connected else 2

    def Speed(self, interface: Interface) -> int:
        return interface.link_speed if interface.connected else 0

    def ReceiveLinkSpeed(self, interface: Interface) -> int:
        return self.Speed(interface)

    def TransmitLinkSpeed(self, interface: Interface) -> int:
        return self.Speed(interface)

    @mi_method
    def Enable(self, interface: Interface, arguments: Arguments) -> MethodResult:
        """Switch the adapter on."""
        set_enabled(self.host, interface, True)
        return arguments.result(errors.COMPLETED)

    @mi_method
    def Disable(self, interface: Interface, arguments: Arguments) -> MethodResult:
        """Switch the adapter off: it has no link and no addresses."""
        set_enabled(self.host, interface, False)
        return arguments.result(errors.COMPLETED)

    @mi_method
    def Restart(self, interface: Interface, arguments: Arguments) -> MethodResult:
        """Switch the adapter off and on."""
        set_enabled(self.host, interface, False)
        set_enabled(self.host, network_interfaces(self.host)[interface.number - 1], True)
        return arguments.result(errors.COMPLETED)

    @mi_method
    def Rename(self, interface: Interface, arguments: Arguments) -> MethodResult:
        """Give the connection another name."""
        name = arguments.text("NewName")
        if name is None:
            raise InvalidParameter("NewName is missing.")
        if interface.physical is not None:
            rename_connection(self.host, interface.physical, name)
        elif interface.team is not None:
            self.host.adapter_teams.rename_interface(interface.team, name)
        elif interface.virtual is not None:
            interface.virtual.rename(name.removeprefix("vEthernet (").removesuffix(")"))
        return arguments.result(errors.COMPLETED)


class NetAdapterStatistics(InterfaceSettingView):
    """Traffic since boot; moves with time."""

    class_name = "MSFT_NetAdapterStatisticsSettingData"
    constants: dict[str, Any] = {
        **dict.fromkeys(
            (
                "OutboundDiscardedPackets",
                "OutboundPacketErrors",
                "ReceivedBroadcastBytes",
                "ReceivedBroadcastPackets",
                "ReceivedDiscardedPackets",
                "ReceivedMulticastBytes",
                "ReceivedMulticastPackets",
                "ReceivedPacketErrors",
                "SentBroadcastBytes",
                "SentBroadcastPackets",
                "SentMulticastBytes",
                "SentMulticastPackets",
            ),
            0,
        ),
        "Source": 2,
    }
    volatile = frozenset(
        {
            "ReceivedBytes",
            "ReceivedUnicastBytes",
            "ReceivedUnicastPackets",
            "SentBytes",
            "SentUnicastBytes",
            "SentUnicastPackets",
        }
    )

    def traffic(self, interface: Interface) -> int:
        """Bytes in each direction since boot."""
        up = self.host.clock.now() - self.host.operating_system.boot_time
        return int(up.total_seconds()) * _BYTES_A_SECOND if interface.connected else 0

    def ReceivedBytes(self, interface: Interface) -> int:
        return self.traffic(interface)

    def ReceivedUnicastBytes(self, interface: Interface) -> int:
        return self.traffic(interface)

    def ReceivedUnicastPackets(self, interface: Interface) -> int:
        return self.traffic(interface) // _BYTES_A_PACKET

    def SentBytes(self, interface: Interface) -> int:
        return self.traffic(interface)

    def SentUnicastBytes(self, interface: Interface) -> int:
        return self.traffic(interface)

    def SentUnicastPackets(self, interface: Interface) -> int:
        return self.traffic(interface) // _BYTES_A_PACKET


class NetConnectionProfile(InterfaceView):
    """The network that an interface is in: the domain's, or a private one."""

    class_name = "MSFT_NetConnectionProfile"
    index = ("InstanceID",)
    writable = {"NetworkCategory": Rule("", "category", number)}

    def write(self, item: Interface, settings: dict[str, Any]) -> None:
        if self.host.operating_system.domain:
            raise InvalidParameter("The category of the domain's network cannot be changed.")
        self.host.ip_configuration.configure(item, **settings)

    def refreshed(self, item: Interface) -> Interface:
        return network_interfaces(self.host)[item.number - 1]

    constants = {"IPv4Connectivity": 4, "IPv6Connectivity": 1}

    def objects(self) -> Iterable[Interface]:
        return [each for each in network_interfaces(self.host) if each.addresses and each.connected]

    def by_key(self, keys: Any) -> Interface | None:
        wanted = keys.text("InstanceID").lower()
        return next((each for each in self.objects() if self.InstanceID(each).lower() == wanted), None)

    def InstanceID(self, interface: Interface) -> str:
        return f"{{{interface.guid}}}"

    def InterfaceAlias(self, interface: Interface) -> str:
        return interface.name

    def InterfaceIndex(self, interface: Interface) -> int:
        return interface.interface_index

    def Name(self, _interface: Interface) -> str:
        return self.host.operating_system.domain or "Network"

    def NetworkCategory(self, interface: Interface) -> int:
        return 2 if self.host.operating_system.domain else interface.settings.category


VIEWS = (NetAdapter, NetAdapterStatistics, NetConnectionProfile)
