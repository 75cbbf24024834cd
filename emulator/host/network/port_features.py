"""Settings of a port of a virtual switch ("features"): VLAN, security, bandwidth, lists of rules.

Identifiers of features: the UUID qualifier of their Msvm_EthernetSwitchPort*SettingData class in Microsoft's
reference.
"""

from enum import IntEnum
from typing import ClassVar

from emulator.host.errors import InvalidParameter
from emulator.host.identifiers import derived_guid
from emulator.host.network.port_access_lists import ExtendedAcl, PortAcl
from emulator.host.network.port_feature import PortFeature
from emulator.host.network.port_networks import PortIsolation, RoutingDomain, Vlan

_LARGE = (0, (1 << 64) - 1)
_WEIGHT = (0, 100)


class MonitorMode(IntEnum):
    """VMNetworkAdapterPortMirroringMode."""

    NONE = 0
    DESTINATION = 1
    SOURCE = 2


class PortSecurity(PortFeature):
    """Guards, mirroring, teaming in the guest, and limits. ``virtual_subnet_id`` is 0 or 4096 to 16777214."""

    feature_id: ClassVar[str] = "776E0BA7-94A1-41C8-8F28-951F524251B5"
    title: ClassVar[str] = "Ethernet Switch Port Security Settings"
    limits: ClassVar[dict[str, tuple[int, int]]] = {
        "monitor_session": (0, 255),
        "virtual_subnet_id": (0, 0xFFFFFE),
    }

    mac_address_spoofing: bool = False
    dhcp_guard: bool = False
    router_guard: bool = False
    monitor_mode: MonitorMode = MonitorMode.NONE
    monitor_session: int = 0
    ieee_priority_tag: bool = False
    virtual_subnet_id: int = 0
    allow_teaming: bool = False
    team_number: int = 0
    team_name: str = ""
    dynamic_ip_address_limit: int = 0
    storm_limit: int = 0
    fix_speed_10g: bool = False
    reserved: bool = False

    def check(self) -> None:
        if 0 < self.virtual_subnet_id < 4096:
            raise InvalidParameter("A virtual subnet identifier must be 0, or between 4096 and 16777214.")


class PortBandwidth(PortFeature):
    """Bits per second, except ``burst_size`` (bytes) and ``weight``. Zero: no limit, no reservation."""

    feature_id: ClassVar[str] = "24AD3CE1-69BD-4978-B2AC-DAAD389D699C"
    title: ClassVar[str] = "Ethernet Switch Port Bandwidth Settings"
    limits: ClassVar[dict[str, tuple[int, int]]] = {
        **dict.fromkeys(("limit", "burst_limit", "burst_size", "reservation"), _LARGE),
        "weight": _WEIGHT,
    }

    limit: int = 0
    burst_limit: int = 0
    burst_size: int = 0
    reservation: int = 0
    weight: int = 0

    def check(self) -> None:
        if self.reservation and self.weight:
            raise InvalidParameter("A reservation is either absolute or a weight.")
        if self.limit and self.reservation > self.limit:
            raise InvalidParameter("The minimum bandwidth is greater than the maximum bandwidth.")


class PortOffload(PortFeature):
    """What may be handed to hardware: virtual machine queues, SR-IOV, IPsec, receive side scaling."""

    feature_id: ClassVar[str] = "C885BFD1-ABB7-418F-8163-9F379C9F7166"
    title: ClassVar[str] = "Ethernet Switch Port Offload Settings"
    limits: ClassVar[dict[str, tuple[int, int]]] = {
        "vmq_weight": _WEIGHT,
        "iov_weight": _WEIGHT,
        "vmmq_queue_pairs": (1, 0xFFFFFFFF),
        "vrss_minimum_queue_pairs": (1, 0xFFFFFFFF),
        "vrss_queue_scheduling_mode": (0, 2),
        "vrss_channel_affinity_policy": (1, 4),
    }

    vmq_weight: int = 100
    iov_weight: int = 0
    iov_queue_pairs: int = 1
    iov_interrupt_moderation: int = 0
    ipsec_limit: int = 512
    packet_direct_processors: int = 0
    packet_direct_moderation_count: int = 0
    packet_direct_moderation_interval: int = 0
    rsc_enabled: bool = True
    vmmq_enabled: bool = False
    vmmq_queue_pairs: int = 16
    vrss_enabled: bool = True
    vrss_exclude_primary_processor: bool = False
    vrss_independent_host_spreading: bool = False
    vrss_minimum_queue_pairs: int = 1
    vrss_queue_scheduling_mode: int = 2
    vrss_channel_affinity_policy: int = 1

    def check(self) -> None:
        if self.iov_interrupt_moderation not in (0, 1, 2, 100, 200, 300):
            raise InvalidParameter("The interrupt moderation is not one of 0, 1, 2, 100, 200 and 300.")


class PortRdma(PortFeature):
    """Remote direct memory access: 0 is off, any other weight on (2016 and later)."""

    feature_id: ClassVar[str] = "7A498FC4-8572-4FDC-92AB-7A6FC7042D53"
    title: ClassVar[str] = "Ethernet Switch Port Rdma Settings"
    since: ClassVar[int] = 14393
    limits: ClassVar[dict[str, tuple[int, int]]] = {"weight": _WEIGHT}

    weight: int = 0


class TeamMapping(PortFeature):
    """Which member of the switch's team carries the port (2016 and later)."""

    feature_id: ClassVar[str] = "8D45D4BD-8C18-435C-98A7-D632A7C618FF"
    title: ClassVar[str] = "Ethernet Switch Port Team Mapping Settings"
    since: ClassVar[int] = 14393
    limits: ClassVar[dict[str, tuple[int, int]]] = {"disable_on_failover": (0, 1)}

    adapter_name: str = ""
    adapter_device_id: str = ""
    disable_on_failover: int = 0


class PortProfile(PortFeature):
    """A profile that a forwarding extension or a network controller applies."""

    feature_id: ClassVar[str] = "9940CD46-8B06-43BB-B9D5-93D50381FD56"
    title: ClassVar[str] = "Ethernet Switch Port Profile Settings"

    profile_id: str = ""
    profile_name: str = ""
    vendor_id: str = "{00000000-0000-0000-0000-000000000000}"
    vendor_name: str = ""
    profile_data: int = 0
    interface_id: str = "{00000000-0000-0000-0000-000000000000}"
    label_id: int = 0
    label: str = ""
    pci_segment: int = 0
    pci_bus: int = 0
    pci_device: int = 0
    pci_function: int = 0


class MigrationQos(PortFeature):
    """Bandwidth that live migration may take on a port (2016 to 2022)."""

    feature_id: ClassVar[str] = derived_guid("Ethernet Switch Port Migration Qos Settings")
    title: ClassVar[str] = "Ethernet Switch Port Migration Qos Settings"
    since: ClassVar[int] = 14393
    until: ClassVar[int] = 20349
    limits: ClassVar[dict[str, tuple[int, int]]] = {
        "inbound_maximum": _LARGE,
        "outbound_maximum": _LARGE,
        "outbound_reserved": _LARGE,
        "default_reservation": _LARGE,
        "link_speed_percentage": _WEIGHT,
        "reservation_mode": (0, 1),
    }

    inbound_maximum: int = 0
    outbound_maximum: int = 0
    outbound_reserved: int = 0
    queue_id: str = ""
    default_reservation: int = 0
    hardware_limits: bool = False
    hardware_reservations: bool = False
    software_reservations: bool = False
    link_speed_percentage: int = 0
    reservation_mode: int = 0

    def check(self) -> None:
        if self.outbound_maximum and self.outbound_reserved > self.outbound_maximum:
            raise InvalidParameter("The reserved bandwidth is greater than the maximum.")


class VirtualFilteringPlatform(PortFeature):
    """The port is governed by the virtual filtering platform (2016 to 2022); it has no values."""

    feature_id: ClassVar[str] = derived_guid("Ethernet Switch Port Vfp Settings")
    title: ClassVar[str] = "Ethernet Switch Port Vfp Settings"
    since: ClassVar[int] = 14393
    until: ClassVar[int] = 20349


PORT_FEATURES: tuple[type[PortFeature], ...] = (
    PortAcl,
    PortBandwidth,
    ExtendedAcl,
    PortIsolation,
    MigrationQos,
    PortOffload,
    PortProfile,
    PortRdma,
    RoutingDomain,
    PortSecurity,
    TeamMapping,
    VirtualFilteringPlatform,
    Vlan,
)
