"""Access control lists of the ports of virtual switches: plain rules, which can meter, and extended ones."""

import ipaddress
import re
from enum import IntEnum
from typing import ClassVar

from emulator.host.errors import InvalidParameter
from emulator.host.network.port_feature import PortFeature

_MAC = r"[0-9A-Fa-f]{2}([-:]?[0-9A-Fa-f]{2}){5}"
_PORTS = r"(?i)ANY|\d{1,5}(-\d{1,5})?"
ANY = "ANY"


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
            raise InvalidParameter(f"The MAC address '{text!s:.64}' is not valid.")
        return
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        raise InvalidParameter(f"The IP address '{text!s:.64}' is not valid.") from None
    if (address.version == 4) is not (kind is AclType.IPV4) or prefix_length > address.max_prefixlen:
        raise InvalidParameter(f"The address {text}/{prefix_length} is of another kind than the rule.")


class PortAcl(PortFeature):
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


class ExtendedAcl(PortFeature):
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
                    raise InvalidParameter(f"The IP address '{text!s:.64}' is not valid.") from None
        for port in (self.local_port, self.remote_port):
            numbers = [int(part) for part in port.split("-")] if _is_port_range(port) else []
            if (
                not re.fullmatch(_PORTS, port)
                or numbers != sorted(numbers)
                or max(numbers, default=0) > 65535
            ):
                raise InvalidParameter(f"The port '{port!s:.64}' is not valid.")
        protocol = self.protocol.upper()
        if protocol not in (ANY, "TCP", "UDP", "ICMP") and not (
            protocol.isdecimal() and len(protocol) < 4 and int(protocol) < 256
        ):
            raise InvalidParameter(f"The protocol '{self.protocol!s:.64}' is not valid.")
        if self.stateful and protocol not in ("TCP", "UDP", "6", "17"):
            raise InvalidParameter("Only rules for TCP and UDP can be stateful.")


def _is_port_range(text: str) -> bool:
    return re.fullmatch(_PORTS, text) is not None and text.upper() != ANY
