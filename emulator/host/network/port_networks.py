"""The networks that a port of a virtual switch is in: its VLAN, its isolation and its routing domains."""

from enum import IntEnum
from typing import ClassVar

from emulator.host.errors import InvalidParameter
from emulator.host.identifiers import is_guid
from emulator.host.network.port_feature import PortFeature

MAXIMUM_VLAN = 4094


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


class Vlan(PortFeature):
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


class IsolationMode(IntEnum):
    """VMNetworkAdapterIsolationMode."""

    NONE = 0
    NATIVE_VIRTUAL_SUBNET = 1
    EXTERNAL_VIRTUAL_SUBNET = 2
    VLAN = 3


class PortIsolation(PortFeature):
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


class RoutingDomain(PortFeature):
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
            raise InvalidParameter(f"'{self.routing_domain_id!s:.64}' is not the GUID of a routing domain.")
        if not self.isolation_ids or len(self.isolation_names) > len(self.isolation_ids):
            raise InvalidParameter(
                "A routing domain needs isolation identifiers, and a name for each at most."
            )
