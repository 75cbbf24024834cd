"""What virtual switches and their ports report: bandwidth, offloads and modes in use."""

from __future__ import annotations

from typing import Any

from emulator.host import PortBandwidth, VirtualSwitch
from emulator.host.network import virtual_functions
from emulator.host.network.switch_ports import ExternalPort, Port
from emulator.wmi.virtualization_v2.base import PREFIX
from emulator.wmi.virtualization_v2.switch_port_views import PortView, function_of
from emulator.wmi.virtualization_v2.switches import SWITCH_CLASS, SwitchView


class _SwitchData(SwitchView):
    constants = {"SystemCreationClassName": SWITCH_CLASS}
    title = ""

    def CreationClassName(self, _switch: VirtualSwitch) -> str:
        return self.class_name

    def Name(self, switch: VirtualSwitch) -> str:
        return switch.id

    def SystemName(self, switch: VirtualSwitch) -> str:
        return switch.id

    def Caption(self, _switch: VirtualSwitch) -> str:
        return self.title

    def ElementName(self, _switch: VirtualSwitch) -> str:
        return self.title

    def InstanceID(self, switch: VirtualSwitch) -> str:
        return PREFIX + switch.id


class SwitchBandwidthData(_SwitchData):
    """Bandwidth of a switch, and how much of it ports have reserved."""

    class_name = "Msvm_EthernetSwitchBandwidthData"
    title = "Ethernet Switch Bandwidth data"

    def Capacity(self, switch: VirtualSwitch) -> int:
        return switch.link_speed

    def Reservation(self, switch: VirtualSwitch) -> int:
        return sum(port.feature(PortBandwidth).reservation for port in switch.ports)

    def DefaultFlowReservation(self, switch: VirtualSwitch) -> int:
        return switch.default_flow_reservation

    def DefaultFlowReservationPercentage(self, switch: VirtualSwitch) -> int:
        return switch.default_flow_reservation * 100 // (switch.link_speed or 1)

    def DefaultFlowWeight(self, switch: VirtualSwitch) -> int:
        return switch.default_flow_weight


class SwitchOffloadData(_SwitchData):
    """Hardware queues of a switch, of which the emulated adapters have none, and virtual functions."""

    class_name = "Msvm_EthernetSwitchHardwareOffloadData"
    title = "Ethernet Switch Offload Resource Status"
    constants: dict[str, Any] = {
        **dict.fromkeys(
            (
                "DefaultQueueVmmqQueuePairs",
                "DefaultQueueVrssMinQueuePairs",
                "DefaultQueueVrssQueueSchedulingMode",
                "IPsecSACapacity",
                "IPsecSAUsage",
                "VmqCapacity",
                "VmqUsage",
            ),
            0,
        ),
        "DefaultQueueVmmqEnabled": False,
        "DefaultQueueVrssEnabled": False,
        "DefaultQueueVrssExcludePrimaryProcessor": False,
        "DefaultQueueVrssIndependentHostSpreading": True,
        "PacketDirectInUse": False,
    }

    def IovVfCapacity(self, switch: VirtualSwitch) -> int:
        return virtual_functions.capacity(switch)

    def IovVfUsage(self, switch: VirtualSwitch) -> int:
        return len(virtual_functions.users(switch))

    def IovQueuePairCapacity(self, switch: VirtualSwitch) -> int:
        """One pair for each function."""
        return virtual_functions.capacity(switch)

    def IovQueuePairUsage(self, switch: VirtualSwitch) -> int:
        return len(virtual_functions.users(switch))


class SwitchOperationalData(_SwitchData):
    """The switching mode: 802.1Q."""

    class_name = "Msvm_EthernetSwitchOperationalData"
    title = "Ethernet Switch Modes Supported"
    constants = {"CurrentSwitchingMode": 1, "SupportedSwitchingModes": [1]}


class _PortData(PortView):
    constants = {
        "DeviceCreationClassName": "Msvm_EthernetSwitchPort",
        "SystemCreationClassName": SWITCH_CLASS,
    }
    title = ""

    def CreationClassName(self, _port: Port) -> str:
        return self.class_name

    def DeviceID(self, port: Port) -> str:
        return PREFIX + port.id

    def Name(self, port: Port) -> str:
        return port.id

    def Caption(self, _port: Port) -> str:
        return self.title

    def ElementName(self, _port: Port) -> str:
        return self.title

    def InstanceID(self, port: Port) -> str:
        return f"{PREFIX}{port.switch.id}\\{port.id}"


class PortBandwidthData(_PortData):
    """The share of the switch's bandwidth that a port has reserved."""

    class_name = "Msvm_EthernetSwitchPortBandwidthData"
    title = "Ethernet Switch Port Bandwidth Feature Status"

    def CurrentBandwidthReservationPercentage(self, port: Port) -> int:
        if isinstance(port.connected, ExternalPort):
            return 0
        wanted = port.connected.feature(PortBandwidth)
        if wanted.weight:
            total = sum(each.feature(PortBandwidth).weight for each in port.switch.ports)
            return wanted.weight * 100 // (total + port.switch.default_flow_weight or 1)
        return wanted.reservation * 100 // (port.switch.link_speed or 1)


class PortOffloadData(_PortData):
    """Hardware queues of a port, of which the emulated adapters have none, and its virtual function."""

    class_name = "Msvm_EthernetSwitchPortOffloadData"
    title = "Ethernet Switch Port Offload Feature Status"
    constants: dict[str, Any] = {
        **dict.fromkeys(
            (
                "IpsecCurrentOffloadSaCount",
                "VMQId",
                "VMQOffloadUsage",
                "VmmqQueuePairs",
                "VrssMinQueuePairs",
                "VrssQueueSchedulingMode",
                "VrssVmbusChannelAffinityPolicy",
            ),
            0,
        ),
        "RscEnabled": False,
        "VmmqEnabled": False,
        "VrssEnabled": False,
        "VrssExcludePrimaryProcessor": False,
        "VrssIndependentHostSpreading": False,
    }

    def IovOffloadUsage(self, port: Port) -> int:
        return int(function_of(port) is not None)

    def IovQueuePairUsage(self, port: Port) -> int:
        return int(function_of(port) is not None)

    def IovVfId(self, port: Port) -> int:
        return function_of(port) or 0

    def IovVfDataPathActive(self, port: Port) -> bool:
        return function_of(port) is not None


VIEWS = (PortBandwidthData, PortOffloadData, SwitchBandwidthData, SwitchOffloadData, SwitchOperationalData)
