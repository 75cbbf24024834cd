"""The Windows firewall: its three profiles and its rules.

It lets every packet pass but for those that a service of the machine asks it about (``admits``).
"""

import ipaddress
import re
from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any, NamedTuple

from emulator.host.checks import check_flag, check_number, check_text
from emulator.host.errors import AlreadyExists, InvalidParameter, NotFound, QuotaExceeded
from emulator.host.host_object import operation
from emulator.host.network.network_interfaces import network_interfaces

if TYPE_CHECKING:
    from emulator.host.host import Host

MAXIMUM_RULES = 10_000
ALLOW, BLOCK = 2, 4
INBOUND, OUTBOUND = 1, 2
ANY = "Any"
ALL_PROFILES, DOMAIN, PRIVATE, PUBLIC = 0, 1, 2, 4
PROFILE_BITS = {"Domain": DOMAIN, "Private": PRIVATE, "Public": PUBLIC}
_KEYWORDS = frozenset(
    {"any", "localsubnet", "localsubnet4", "dns", "dhcp", "wins", "defaultgateway", "internet", "intranet"}
)
_PORT_KEYWORDS = frozenset({"any", "rpc", "rpcepmap", "iphttpsin", "iphttpsout", "teredo", "playtodiscovery"})
_PORT = re.compile(r"(\d{1,5})(?:-(\d{1,5}))?")
_PROTOCOLS = frozenset({"any", "tcp", "udp", "icmpv4", "icmpv6", "igmp", "gre"})


@dataclass(frozen=True, slots=True)
class FirewallRule:
    """A rule. ``profiles`` is a sum of 1 domain, 2 private and 4 public, 0 for all; lists of addresses and
    ports hold what New-NetFirewallRule takes, or ``Any`` alone."""

    id: str
    name: str
    group: str = ""
    description: str = ""
    enabled: bool = True
    direction: int = INBOUND
    action: int = ALLOW
    profiles: int = ALL_PROFILES
    protocol: str = ANY
    local_ports: tuple[str, ...] = (ANY,)
    remote_ports: tuple[str, ...] = (ANY,)
    icmp_types: tuple[str, ...] = (ANY,)
    local_addresses: tuple[str, ...] = (ANY,)
    remote_addresses: tuple[str, ...] = (ANY,)
    program: str = ANY
    service: str = ANY
    interfaces: tuple[str, ...] = (ANY,)
    interface_type: int = 0
    edge_traversal: int = 0
    owner: str = ""


class _BuiltIn(NamedTuple):
    """A rule that comes with Windows."""

    id: str
    name: str
    group: str
    port: str
    enabled: bool = True
    profiles: int = ALL_PROFILES
    hyper_v: bool = False
    protocol: str = "TCP"
    service: str = ANY
    program: str = ANY


_UNSECURED_CALLS = "%systemroot%\\system32\\wbem\\unsecapp.exe"
_WINRM = "Windows Remote Management"
_SHARING = "File and Printer Sharing"
_WMI = "Windows Management Instrumentation (WMI)"
_REPLICA = "Hyper-V Replica HTTP"
_SVCHOST_RPC = "RPC"
#: Identifiers, names and groups as Get-NetFirewallRule lists them.
_BUILT_IN = (
    _BuiltIn("WINRM-HTTP-In-TCP", f"{_WINRM} (HTTP-In)", _WINRM, "5985", profiles=DOMAIN | PRIVATE),
    _BuiltIn("WINRM-HTTP-In-TCP-PUBLIC", f"{_WINRM} (HTTP-In)", _WINRM, "5985", profiles=PUBLIC),
    _BuiltIn(
        "FPS-SMB-In-TCP", f"{_SHARING} (SMB-In)", _SHARING, "445", enabled=False, profiles=DOMAIN | PRIVATE
    ),
    _BuiltIn(
        "FPS-ICMP4-ERQ-In",
        f"{_SHARING} (Echo Request - ICMPv4-In)",
        _SHARING,
        ANY,
        enabled=False,
        protocol="ICMPv4",
    ),
    _BuiltIn(
        "RemoteDesktop-UserMode-In-TCP",
        "Remote Desktop - User Mode (TCP-In)",
        "Remote Desktop",
        "3389",
        enabled=False,
        service="termservice",
    ),
    _BuiltIn("WMI-RPCSS-In-TCP", f"{_WMI[:-6]} (DCOM-In)", _WMI, "135", enabled=False, service="rpcss"),
    _BuiltIn("WMI-WINMGMT-In-TCP", f"{_WMI[:-6]} (WMI-In)", _WMI, ANY, enabled=False, service="winmgmt"),
    _BuiltIn(
        "WMI-ASYNC-In-TCP", f"{_WMI[:-6]} (ASync-In)", _WMI, ANY, enabled=False, program=_UNSECURED_CALLS
    ),
    _BuiltIn(
        "RemoteEventLogSvc-In-TCP",
        "Remote Event Log Management (RPC)",
        "Remote Event Log Management",
        _SVCHOST_RPC,
        enabled=False,
        service="Eventlog",
    ),
    _BuiltIn(
        "RemoteSvcAdmin-In-TCP",
        "Remote Service Management (RPC)",
        "Remote Service Management",
        _SVCHOST_RPC,
        enabled=False,
    ),
    _BuiltIn("VIRT-WMI-RPCSS-In-TCP-NoScope", "Hyper-V - WMI (DCOM-In)", "Hyper-V", "135", hyper_v=True),
    _BuiltIn(
        "VIRT-WMI-WINMGMT-In-TCP-NoScope",
        "Hyper-V - WMI (TCP-In)",
        "Hyper-V",
        ANY,
        hyper_v=True,
        service="winmgmt",
    ),
    _BuiltIn(
        "VIRT-WMI-ASYNC-In-TCP-NoScope",
        "Hyper-V - WMI (Async-In)",
        "Hyper-V",
        ANY,
        hyper_v=True,
        program=_UNSECURED_CALLS,
    ),
    _BuiltIn(
        "VIRT-REMOTEDESKTOP-In-TCP-NoScope",
        "Hyper-V (REMOTE_DESKTOP_TCP_IN)",
        "Hyper-V",
        "2179",
        hyper_v=True,
    ),
    _BuiltIn("VIRT-VMMS-RPC-In-TCP-NoScope", "Hyper-V (RPC)", "Hyper-V", _SVCHOST_RPC, hyper_v=True),
    _BuiltIn(
        "VIRT-VMMS-RPC-EPMAP-In-TCP-NoScope", "Hyper-V (RPC-EPMAP)", "Hyper-V", "RPCEPMap", hyper_v=True
    ),
    _BuiltIn("VIRT-MIGL-In-TCP-NoScope", "Hyper-V (MIG-TCP-In)", "Hyper-V", "6600", hyper_v=True),
    _BuiltIn(
        "VIRT-HVRHTTPL-In-TCP-NoScope",
        f"{_REPLICA} Listener (TCP-In)",
        _REPLICA,
        "80",
        enabled=False,
        hyper_v=True,
    ),
    _BuiltIn(
        "VIRT-HVRHTTPSL-In-TCP-NoScope",
        f"{_REPLICA}S Listener (TCP-In)",
        f"{_REPLICA}S",
        "443",
        enabled=False,
        hyper_v=True,
    ),
)


@dataclass(slots=True)
class FirewallProfile:
    """Domain, private or public. Actions: 0 not configured, 2 allow, 4 block; other numbers: 0 not
    configured, 1 true, 2 false."""

    name: str
    enabled: int = 1
    default_inbound: int = 0
    default_outbound: int = 0
    log_allowed: int = 2
    log_blocked: int = 2
    log_file: str = "%systemroot%\\system32\\LogFiles\\Firewall\\pfirewall.log"
    log_kilobytes: int = 4096
    notify: int = 2
    unicast_response: int = 0
    remote_management: int = 2

    @property
    def bit(self) -> int:
        """Its bit in ``FirewallRule.profiles``."""
        return PROFILE_BITS[self.name]


#: FirewallProfile.enabled.
_OFF = 2
_PROFILE_LIMITS = {
    "enabled": (0, 2),
    "default_inbound": (0, 4),
    "default_outbound": (0, 4),
    "log_allowed": (0, 2),
    "log_blocked": (0, 2),
    "log_kilobytes": (1, 32767),
    "notify": (0, 2),
    "unicast_response": (0, 2),
    "remote_management": (1, 2),
}


class Firewall:
    """Rules by their identifiers; those of Hyper-V are there while the role is."""

    def __init__(self, host: "Host") -> None:
        self.host = host
        self.profiles = [FirewallProfile(name) for name in PROFILE_BITS]
        self._hyper_v = {each.id.casefold() for each in _BUILT_IN if each.hyper_v}
        self._rules: dict[str, FirewallRule] = {
            each.id.casefold(): FirewallRule(
                each.id,
                each.name,
                each.group,
                enabled=each.enabled,
                profiles=each.profiles,
                protocol=each.protocol,
                local_ports=(each.port,),
                service=each.service,
                program=each.program,
            )
            for each in _BUILT_IN
        }

    def __iter__(self) -> Iterator[FirewallRule]:
        active = self.host.role.active
        return iter([rule for key, rule in self._rules.items() if active or key not in self._hyper_v])

    def get(self, identifier: str) -> FirewallRule | None:
        """The rule of an identifier in any case."""
        key = identifier.casefold()
        return self._rules.get(key) if self.host.role.active or key not in self._hyper_v else None

    @operation
    def create(self, name: str, identifier: str | None = None, **settings: Any) -> FirewallRule:
        """Add a rule; without an identifier it gets a GUID, as in Windows.

        Raises InvalidParameter, AlreadyExists, QuotaExceeded.
        """
        own = f"{{{self.host.new_guid()}}}" if identifier is None else identifier
        rule = _checked(FirewallRule(own, name), settings)
        if self.get(own) is not None or own.casefold() in self._rules:
            raise AlreadyExists("Cannot create a file when that file already exists.")
        if len(self._rules) >= MAXIMUM_RULES:
            raise QuotaExceeded("The firewall cannot have more rules.")
        self._rules[own.casefold()] = rule
        self.host.next_revision()
        return rule

    @operation
    def configure(self, identifier: str, **settings: Any) -> FirewallRule:
        """Change settings of a rule by their names, all or none. Raises NotFound, InvalidParameter."""
        rule = self._require(identifier)
        changed = self._rules[rule.id.casefold()] = _checked(rule, settings)
        self.host.next_revision()
        return changed

    @operation
    def copy(self, identifier: str, new: str) -> FirewallRule:
        """Make a copy under another identifier. Raises NotFound, AlreadyExists, InvalidParameter."""
        rule = self._require(identifier)
        values = {
            each.name: getattr(rule, each.name) for each in fields(rule) if each.name not in ("id", "name")
        }
        return self.create(rule.name, new, **values)

    @operation
    def rename(self, identifier: str, new: str) -> FirewallRule:
        """Give a rule another identifier. Raises NotFound, AlreadyExists, InvalidParameter."""
        self._require(identifier)
        made = self.copy(identifier, new)
        self.remove(identifier)
        return made

    @operation
    def remove(self, identifier: str) -> None:
        """Remove a rule, also one of Windows. Raises NotFound."""
        del self._rules[self._require(identifier).id.casefold()]
        self.host.next_revision()

    @operation
    def configure_profile(self, profile: FirewallProfile, **settings: Any) -> None:
        """Change settings of a profile by their names, all or none. Raises InvalidParameter."""
        for name, value in settings.items():
            if name == "log_file":
                check_text(name, value, 260, shortest=1)
            elif name in _PROFILE_LIMITS:
                check_number(name, value, *_PROFILE_LIMITS[name])
                if name.startswith("default_") and value not in (0, ALLOW, BLOCK):
                    raise InvalidParameter(f"The value {value} of {name} is not valid: allowed are 0, 2, 4.")
            else:
                raise InvalidParameter(f"There is no setting '{name}' of a profile.")
        for name, value in settings.items():
            setattr(profile, name, value)
        self.host.next_revision()

    @property
    def current_profiles(self) -> int:
        """The bits of the profiles of the networks that the machine is in; in none, that of a public one."""
        if self.host.operating_system.domain is not None:
            return DOMAIN
        bits = 0
        for each in network_interfaces(self.host):
            if each.addresses and each.connected:
                bits |= PRIVATE if each.settings.category else PUBLIC
        return bits or PUBLIC

    def admits(self, port: int) -> bool:
        """Whether a TCP connection from another computer reaches a port of this one. Rules for a program or
        service do not count, and addresses in rules are not looked at."""
        bits = self.current_profiles
        profiles = [each for each in self.profiles if each.bit & bits]
        if any(each.enabled == _OFF or each.default_inbound == ALLOW for each in profiles):
            return True
        fitting = [
            rule.action
            for rule in self
            if rule.enabled
            and rule.direction == INBOUND
            and (not rule.profiles or rule.profiles & bits)
            and rule.protocol.casefold() in ("any", "tcp", "6")
            and (rule.program, rule.service) == (ANY, ANY)
            and any(_holds(ports, port) for ports in rule.local_ports)
        ]
        return bool(fitting) and BLOCK not in fitting

    def _require(self, identifier: str) -> FirewallRule:
        rule = self.get(identifier)
        if rule is None:
            raise NotFound(f"No rule '{identifier!s:.300}' was found.")
        return rule


def _holds(ports: str, port: int) -> bool:
    if ports.casefold() == "any":
        return True
    found = _PORT.fullmatch(ports)
    return found is not None and int(found[1]) <= port <= int(found[2] or found[1])


def _checked(rule: FirewallRule, settings: dict[str, Any]) -> FirewallRule:
    known = {each.name for each in fields(FirewallRule)} - {"id"}
    unknown = [name for name in settings if name not in known]
    if unknown:
        raise InvalidParameter(f"There is no setting '{unknown[0]!s:.64}' of a rule.")
    made = replace(rule, **settings)
    check_text("InstanceID", made.id, 255, shortest=1)
    check_text("DisplayName", made.name, 10_000, shortest=1)
    check_text("Description", made.description, 10_000)
    check_flag("Enabled", made.enabled)
    if "|" in made.name or made.name.casefold() == "all":
        raise InvalidParameter("The name of the rule is not valid.")
    if made.action not in (ALLOW, BLOCK) or made.direction not in (INBOUND, OUTBOUND):
        raise InvalidParameter("The action or the direction of the rule is not valid.")
    check_number("Profiles", made.profiles, 0, 7)
    check_number("EdgeTraversalPolicy", made.edge_traversal, 0, 3)
    _check_protocol(made)
    for address in (*made.local_addresses, *made.remote_addresses):
        _check_address(address)
    return made


def _check_protocol(rule: FirewallRule) -> None:
    protocol = rule.protocol.casefold()
    number = int(protocol) if protocol.isdecimal() and len(protocol) < 4 else None
    if protocol not in _PROTOCOLS and (number is None or number > 255):
        raise InvalidParameter(f"The protocol '{rule.protocol!s:.64}' is not valid.")
    ports = [port for port in (*rule.local_ports, *rule.remote_ports) if port.casefold() != "any"]
    if ports and protocol not in ("tcp", "udp", "6", "17"):
        raise InvalidParameter("Only rules for TCP and UDP have ports.")
    for port in ports:
        if port.casefold() in _PORT_KEYWORDS:
            continue
        found = _PORT.fullmatch(port)
        ends = [int(each) for each in found.groups() if each] if found else []
        if not ends or max(ends) > 65535 or ends != sorted(ends):
            raise InvalidParameter(f"The port '{port!s:.64}' is not valid.")


def _check_address(text: str) -> None:
    if text.casefold() in _KEYWORDS:
        return
    low, dash, high = text.partition("-")
    try:
        if dash:
            ends = (ipaddress.ip_address(low.strip()), ipaddress.ip_address(high.strip()))
            if ends[0].version != ends[1].version or int(ends[0]) > int(ends[1]):
                raise ValueError
        else:
            ipaddress.ip_network(text.strip(), strict=False)
    except ValueError:
        raise InvalidParameter(f"The address '{text!s:.64}' is not valid.") from None
