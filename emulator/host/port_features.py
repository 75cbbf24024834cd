"""Settings of a port of a virtual switch ("features"): VLAN, security, bandwidth, lists of rules.

A feature is a value: a record whose field types and ``limits`` say what is allowed. Identifiers of
features: the UUID qualifier of their Msvm_EthernetSwitchPort*SettingData class in Microsoft's reference.
"""

import ipaddress
import re
from enum import IntEnum
from typing import Any, ClassVar, TypeVar

from emulator.host.checks import check_choice, check_flag, check_number, check_text
from emulator.host.errors import InvalidParameter
from emulator.host.identifiers import derived_guid, is_guid
from emulator.record import Record, names

MAXIMUM_VLAN = 4094
_NUMBER = (0, 0xFFFFFFFF)
_LARGE = (0, (1 << 64) - 1)
_WEIGHT = (0, 100)
_LONGEST_TEXT = 127
_LONGEST_LIST = 4096
_MAC = r"[0-9A-Fa-f]{2}([-:]?[0-9A-Fa-f]{2}){5}"
_PORTS = r"(?i)ANY|\d{1,5}(-\d{1,5})?"
ANY = "ANY"

Feature = TypeVar("Feature", bound="PortFeature")


class PortFeature(Record, frozen=True):
    """Base of the features. ``several``: a port may have more than one; ``since`` and ``until``: the first
    build, and the first one without it."""

    feature_id: ClassVar[str]
    title: ClassVar[str]
    several: ClassVar[bool] = False
    since: ClassVar[int] = 0
    until: ClassVar[int] = 1 << 32
    limits: ClassVar[dict[str, tuple[int, int]]] = {}

    def check(self) -> None:
        """Rules between the fields. Raises InvalidParameter."""


class VlanMode(IntEnum):
    """VMNetworkAdapterVlanMode."""

    UNTAGGED = 0
    ACCESS = 1
    TRUNK = 2
    PRIVATE = 3


class PrivateVlanMode(IntEnum):
    """VMNetworkAdapterPrivateVlanMode; NONE outside of private mode."""

    NONE = 0
    ISOLATED = 1
    COMMUNITY = 2
    PROMISCUOUS = 3


class Vlan(PortFeature, frozen=True):
    """VLAN setting of a port: ``access_id`` in access mode, ``native_id`` and ``allowed`` in trunk mode, in
    private mode ``primary_id`` with ``secondary_id`` or, when promiscuous, ``secondary_ids``."""

    feature_id: ClassVar[str] = "952C5004-4465-451C-8CB8-FA9AB382B773"
    title: ClassVar[str] = "Ethernet Switch Port VLAN Settings"
    limits: ClassVar[dict[str, tuple[int, int]]] = dict.fromkeys(
        ("access_id", "native_id", "primary_id", "secondary_id", "allowed", "secondary_ids", "pruned"),
        (0, MAXIMUM_VLAN),
    )

    mode: VlanMode = VlanMode.UNTAGGED
    access_id: int = 0
    native_id: int = 0
    allowed: tuple[int, ...] = ()
    private_mode: PrivateVlanMode = PrivateVlanMode.NONE
    primary_id: int = 0
    secondary_id: int = 0
    secondary_ids: tuple[int, ...] = ()
    pruned: tuple[int, ...] = ()

    def check(self) -> None:
        promiscuous = self.private_mode is PrivateVlanMode.PROMISCUOUS
        needed: dict[VlanMode, tuple[int, ...]] = {
            VlanMode.UNTAGGED: (),
            VlanMode.ACCESS: (self.access_id,),
            VlanMode.TRUNK: self.allowed,
            VlanMode.PRIVATE: (
                self.primary_id,
                *(self.secondary_ids if promiscuous else (self.secondary_id,)),
            ),
        }
        if any(not 1 <= identifier <= MAXIMUM_VLAN for identifier in needed[self.mode]):
            raise InvalidParameter(f"A VLAN identifier must be between 1 and {MAXIMUM_VLAN}.")
        if (self.mode is VlanMode.PRIVATE) is (self.private_mode is PrivateVlanMode.NONE):
            raise InvalidParameter("A private VLAN needs a private VLAN mode, and no other VLAN has one.")
        if self.mode is VlanMode.PRIVATE and promiscuous and not self.secondary_ids:
            raise InvalidParameter("A promiscuous port needs a list of secondary VLAN identifiers.")


class MonitorMode(IntEnum):
    """VMNetworkAdapterPortMirroringMode."""

    NONE = 0
    DESTINATION = 1
    SOURCE = 2


class PortSecurity(PortFeature, frozen=True):
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


class PortBandwidth(PortFeature, frozen=True):
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


class PortOffload(PortFeature, frozen=True):
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


class IsolationMode(IntEnum):
    """VMNetworkAdapterIsolationMode."""

    NONE = 0
    NATIVE_VIRTUAL_SUBNET = 1
    EXTERNAL_VIRTUAL_SUBNET = 2
    VLAN = 3


class PortIsolation(PortFeature, frozen=True):
    """How traffic of tenants is kept apart (2012 R2 and later)."""

    feature_id: ClassVar[str] = "83AF2CCB-72C9-4479-A285-94E58A98CAA6"
    title: ClassVar[str] = "Ethernet Switch Port Isolation Settings"
    since: ClassVar[int] = 9600

    mode: IsolationMode = IsolationMode.NONE
    allow_untagged_traffic: bool = False
    default_isolation_id: int = 0
    multi_tenant_stack: bool = False

    def check(self) -> None:
        if self.mode is IsolationMode.VLAN and self.default_isolation_id > MAXIMUM_VLAN:
            raise InvalidParameter(f"A VLAN identifier must be between 0 and {MAXIMUM_VLAN}.")


class RoutingDomain(PortFeature, frozen=True):
    """A routing domain of a multi-tenant port, with its isolation identifiers (2012 R2 and later)."""

    feature_id: ClassVar[str] = "BF874DF0-F729-4312-A0FA-194271B88990"
    title: ClassVar[str] = "Ethernet Switch Port Routing Domain Settings"
    several: ClassVar[bool] = True
    since: ClassVar[int] = 9600

    routing_domain_id: str = ""
    name: str = ""
    isolation_ids: tuple[int, ...] = ()
    isolation_names: tuple[str, ...] = ()

    def check(self) -> None:
        if not is_guid(self.routing_domain_id.strip("{}")):
            raise InvalidParameter(f"{self.routing_domain_id!r:.64} is not the GUID of a routing domain.")
        if not self.isolation_ids or len(self.isolation_names) > len(self.isolation_ids):
            raise InvalidParameter(
                "A routing domain needs isolation identifiers, and a name for each at most."
            )


class AclDirection(IntEnum):
    """Direction of a rule, seen from the guest. PowerShell's Both stands for two rules."""

    INBOUND = 1
    OUTBOUND = 2


class AclAction(IntEnum):
    """VMNetworkAdapterAclAction."""

    ALLOW = 1
    DENY = 2
    METER = 3


class AclType(IntEnum):
    """What the addresses of a rule are."""

    MAC = 1
    IPV4 = 2
    IPV6 = 3


class AclApplicability(IntEnum):
    """Which address of a rule counts."""

    LOCAL = 1
    REMOTE = 2


def check_address(kind: AclType, text: str, prefix_length: int) -> None:
    """An address of a rule; empty and ANY stand for every address. Raises InvalidParameter."""
    if not text or text.upper() == ANY:
        return
    if kind is AclType.MAC:
        if not re.fullmatch(_MAC, text):
            raise InvalidParameter(f"The MAC address {text!r:.64} is not valid.")
        return
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        raise InvalidParameter(f"The IP address {text!r:.64} is not valid.") from None
    if (address.version == 4) is not (kind is AclType.IPV4) or prefix_length > address.max_prefixlen:
        raise InvalidParameter(f"The address {text}/{prefix_length} is of another kind than the rule.")


class PortAcl(PortFeature, frozen=True):
    """A rule that allows, denies or meters traffic by address."""

    feature_id: ClassVar[str] = "998BEF4A-5D55-492A-9C43-8B2F5EAE9F2B"
    title: ClassVar[str] = "Ethernet Switch Port ACL Settings"
    several: ClassVar[bool] = True
    limits: ClassVar[dict[str, tuple[int, int]]] = {
        "local_prefix_length": (0, 128),
        "remote_prefix_length": (0, 128),
    }

    name: str = ""
    direction: AclDirection = AclDirection.INBOUND
    action: AclAction = AclAction.ALLOW
    applicability: AclApplicability = AclApplicability.REMOTE
    type: AclType = AclType.IPV4
    local_address: str = ""
    local_prefix_length: int = 0
    remote_address: str = ""
    remote_prefix_length: int = 0

    def check(self) -> None:
        check_address(self.type, self.local_address, self.local_prefix_length)
        check_address(self.type, self.remote_address, self.remote_prefix_length)


class ExtendedAcl(PortFeature, frozen=True):
    """A rule by address, port and protocol, with a weight that is unique for its direction (2012 R2)."""

    feature_id: ClassVar[str] = "CD168FF0-A16D-4514-B7B5-8BBBA791A928"
    title: ClassVar[str] = "Ethernet Switch Port Extended ACL Settings"
    several: ClassVar[bool] = True
    since: ClassVar[int] = 9600
    limits: ClassVar[dict[str, tuple[int, int]]] = {"weight": (0, 65535), "idle_session_timeout": (0, 65535)}

    name: str = ""
    direction: AclDirection = AclDirection.INBOUND
    action: AclAction = AclAction.ALLOW
    local_address: str = ANY
    remote_address: str = ANY
    local_port: str = ANY
    remote_port: str = ANY
    protocol: str = ANY
    weight: int = 0
    stateful: bool = False
    idle_session_timeout: int = 255
    isolation_id: int = 0

    def check(self) -> None:
        if self.action is AclAction.METER:
            raise InvalidParameter("An extended rule allows or denies.")
        for text in (self.local_address, self.remote_address):
            if text.upper() != ANY:
                try:
                    ipaddress.ip_network(text, strict=False)
                except ValueError:
                    raise InvalidParameter(f"The IP address {text!r:.64} is not valid.") from None
        for port in (self.local_port, self.remote_port):
            numbers = [int(part) for part in port.split("-")] if _is_port_range(port) else []
            if (
                not re.fullmatch(_PORTS, port)
                or numbers != sorted(numbers)
                or max(numbers, default=0) > 65535
            ):
                raise InvalidParameter(f"The port {port!r:.64} is not valid.")
        protocol = self.protocol.upper()
        if protocol not in (ANY, "TCP", "UDP", "ICMP") and not (protocol.isdecimal() and int(protocol) < 256):
            raise InvalidParameter(f"The protocol {self.protocol!r:.64} is not valid.")
        if self.stateful and protocol not in ("TCP", "UDP", "6", "17"):
            raise InvalidParameter("Only rules for TCP and UDP can be stateful.")


def _is_port_range(text: str) -> bool:
    return re.fullmatch(_PORTS, text) is not None and text.upper() != ANY


class PortRdma(PortFeature, frozen=True):
    """Remote direct memory access: 0 is off, any other weight on (2016 and later)."""

    feature_id: ClassVar[str] = "7A498FC4-8572-4FDC-92AB-7A6FC7042D53"
    title: ClassVar[str] = "Ethernet Switch Port Rdma Settings"
    since: ClassVar[int] = 14393
    limits: ClassVar[dict[str, tuple[int, int]]] = {"weight": _WEIGHT}

    weight: int = 0


class TeamMapping(PortFeature, frozen=True):
    """Which member of the switch's team carries the port (2016 and later)."""

    feature_id: ClassVar[str] = "8D45D4BD-8C18-435C-98A7-D632A7C618FF"
    title: ClassVar[str] = "Ethernet Switch Port Team Mapping Settings"
    since: ClassVar[int] = 14393
    limits: ClassVar[dict[str, tuple[int, int]]] = {"disable_on_failover": (0, 1)}

    adapter_name: str = ""
    adapter_device_id: str = ""
    disable_on_failover: int = 0


class PortProfile(PortFeature, frozen=True):
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


class MigrationQos(PortFeature, frozen=True):
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


class VirtualFilteringPlatform(PortFeature, frozen=True):
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


def checked_feature(feature: Feature) -> Feature:
    """The feature with every field of its exact type. Raises InvalidParameter."""
    kind = type(feature)
    values: dict[str, Any] = {}
    usual = kind()
    for name in names(kind):
        values[name] = _checked(kind, name, getattr(feature, name), getattr(usual, name))
    found = feature.replaced(**values)
    found.check()
    return found


def _checked(kind: type[PortFeature], name: str, value: Any, default: Any) -> Any:
    if isinstance(default, bool):
        return check_flag(name, value)
    if isinstance(default, IntEnum):
        return check_choice(name, value, type(default))
    if isinstance(default, int):
        return check_number(name, value, *kind.limits.get(name, _NUMBER))
    if isinstance(default, str):
        return check_text(name, value, _LONGEST_TEXT)
    if not isinstance(value, tuple) or len(value) > _LONGEST_LIST:
        raise InvalidParameter(f"The value of {name} is not a list of at most {_LONGEST_LIST} elements.")
    low, high = kind.limits.get(name, _NUMBER)
    return tuple(
        check_text(name, each, _LONGEST_TEXT)
        if isinstance(each, str)
        else check_number(name, each, low, high)
        for each in value
    )
