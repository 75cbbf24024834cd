"""HNetCfg.FwPolicy2 and HNetCfg.FWRule: the firewall as scripts reach it by COM (netfw.h).

A rule that a script makes is a value of its own until it is added; one that was found is the machine's, and
what is set there counts at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import fields, replace
from typing import Any, NamedTuple

from emulator.host import Account, Host, HostError
from emulator.host.errors import AccessDenied, InvalidParameter, NotFound
from emulator.host.network.firewall import ALLOW, ANY, BLOCK, FirewallProfile, FirewallRule
from emulator.host.security.callers import administering
from emulator.powershell.dotnet.exceptions import NetError
from emulator.powershell.dotnet.psobject import unwrap
from emulator.powershell.dotnet.types import PSType
from emulator.powershell.dotnet.win32_messages import com_exception
from emulator.powershell.runtime.conversion import to_text

_COM = "System.__ComObject"
#: NET_FW_PROFILE_TYPE2.
_ALL_PROFILES = 0x7FFFFFFF
_ANY_PROTOCOL = 256
_PROTOCOLS = {"any": _ANY_PROTOCOL, "icmpv4": 1, "igmp": 2, "tcp": 6, "udp": 17, "gre": 47, "icmpv6": 58}
_PROTOCOL_NAMES = {1: "ICMPv4", 2: "IGMP", 6: "TCP", 17: "UDP", 47: "GRE", 58: "ICMPv6", _ANY_PROTOCOL: ANY}
#: Bits of FirewallRule.interface_type.
_INTERFACE_TYPES = {"Lan": 1, "Wireless": 2, "RemoteAccess": 4}
_NO_ENTRY, _ACCESS_DENIED, _WRONG = 0x80070002, 0x80070005, 0x80070057
_ON, _OFF = 1, 2


def _refused(problem: HostError) -> NetError:
    number = _ACCESS_DENIED if isinstance(problem, AccessDenied) else problem.hresult & 0xFFFFFFFF or _WRONG
    if isinstance(problem, NotFound):
        number = _NO_ENTRY
    return com_exception(number, problem.text)


class _Property(NamedTuple):
    """A property of INetFwRule: its type, the field of a rule, and how its values are told and taken."""

    kind: str
    field: str
    told: Callable[[Any], Any]
    taken: Callable[[Any], Any]


def _text(value: Any) -> str:
    return "" if value is None else to_text(value)


def _told_text(value: str) -> str | None:
    return value or None


def _told_name(value: str) -> str | None:
    return None if value == ANY else value


def _told_list(values: tuple[str, ...]) -> str:
    return "*" if values == (ANY,) else ",".join(values)


def _taken_list(value: Any) -> tuple[str, ...]:
    text = _text(value).strip()
    return (ANY,) if text in ("", "*") else tuple(part.strip() for part in text.split(","))


def _told_protocol(value: str) -> int:
    known = _PROTOCOLS.get(value.casefold())
    return int(value) if known is None else known


def _taken_protocol(value: Any) -> str:
    number = int(value)
    return _PROTOCOL_NAMES.get(number, str(number))


def _told_interfaces(value: int) -> str:
    return ",".join(name for name, bit in _INTERFACE_TYPES.items() if value & bit) or "All"


def _taken_interfaces(value: Any) -> int:
    total = 0
    for part in _text(value).split(","):
        name = next((one for one in _INTERFACE_TYPES if one.casefold() == part.strip().casefold()), None)
        if name is None and part.strip().casefold() not in ("", "all"):
            raise InvalidParameter("The parameter is incorrect.")
        total |= _INTERFACE_TYPES[name] if name is not None else 0
    return 0 if total == sum(_INTERFACE_TYPES.values()) else total


def _taken_profiles(value: Any) -> int:
    number = int(value)
    return 0 if number == _ALL_PROFILES else number


_LIST = (_told_list, _taken_list)
_PROPERTIES: dict[str, _Property] = {
    "Name": _Property("string", "name", _told_text, _text),
    "Description": _Property("string", "description", _told_text, _text),
    "ApplicationName": _Property("string", "program", _told_name, lambda value: _text(value) or ANY),
    "ServiceName": _Property("string", "service", _told_name, lambda value: _text(value) or ANY),
    "Protocol": _Property("int", "protocol", _told_protocol, _taken_protocol),
    "LocalPorts": _Property("string", "local_ports", *_LIST),
    "RemotePorts": _Property("string", "remote_ports", *_LIST),
    "LocalAddresses": _Property("string", "local_addresses", *_LIST),
    "RemoteAddresses": _Property("string", "remote_addresses", *_LIST),
    "IcmpTypesAndCodes": _Property("string", "icmp_types", *_LIST),
    "Direction": _Property("int", "direction", int, int),
    "InterfaceTypes": _Property("string", "interface_type", _told_interfaces, _taken_interfaces),
    "Enabled": _Property("bool", "enabled", bool, bool),
    "Grouping": _Property("string", "group", _told_text, _text),
    "Profiles": _Property("int", "profiles", lambda value: value or _ALL_PROFILES, _taken_profiles),
    "EdgeTraversal": _Property("bool", "edge_traversal", bool, int),
    "EdgeTraversalOptions": _Property("int", "edge_traversal", int, int),
    "Action": _Property(
        "int", "action", lambda value: int(value == ALLOW), lambda value: ALLOW if value else BLOCK
    ),
}


class Rule:
    """INetFwRule3. ``policy`` is that of the machine whose rule it is, None for one that was not added."""

    __slots__ = ("policy", "value")
    ps_type: PSType

    def __init__(self, value: FirewallRule | None = None, policy: Policy | None = None) -> None:
        self.value = value or FirewallRule("", "", enabled=False)
        self.policy = policy

    def change(self, field: str, value: Any) -> None:
        """Set a field; in the machine at once. Raises HostError."""
        if self.policy is None:
            self.value = replace(self.value, **{field: value})
            return
        with self.policy.changes():
            self.value = self.policy.host.firewall.configure(self.value.id, **{field: value})


def _reader(item: _Property) -> Callable[[Rule], Any]:
    return lambda rule: item.told(getattr(rule.value, item.field))


def _writer(item: _Property) -> Callable[[Rule, Any], None]:
    def write(rule: Rule, value: Any) -> None:
        try:
            rule.change(item.field, item.taken(value))
        except HostError as problem:
            raise _refused(problem) from None

    return write


_RULE: dict[str, Any] = {}
for _name, _item in _PROPERTIES.items():
    _RULE[f"{_name}: {_item.kind}"] = _reader(_item)
    _RULE[f"{_name}="] = _writer(_item)
#: Authentication of connections is no state of a rule here.
_RULE["SecureFlags"] = lambda _rule: 0
Rule.ps_type = PSType(f"{_COM}#INetFwRule3", instance=_RULE)


class Rules:
    """INetFwRules."""

    __slots__ = ("policy",)
    ps_type: PSType

    def __init__(self, policy: Policy) -> None:
        self.policy = policy

    def unroll(self) -> Iterator[Rule]:
        """All rules of the machine."""
        return iter([Rule(one, self.policy) for one in self.policy.host.firewall])

    def item(self, name: str) -> Rule:
        """The first rule of a name."""
        found = self._find(name)
        if found is None:
            raise _refused(NotFound("The system cannot find the file specified."))
        return found

    def _find(self, name: str) -> Rule | None:
        return next((one for one in self.unroll() if one.value.name.casefold() == name.casefold()), None)

    def add(self, given: Any) -> None:
        """Add; a rule of the same name is no obstacle."""
        rule = unwrap(given)
        if not isinstance(rule, Rule):
            raise _refused(InvalidParameter("The parameter is incorrect."))
        names = (one.name for one in fields(FirewallRule) if one.name not in ("id", "name"))
        settings = {name: getattr(rule.value, name) for name in names}
        try:
            with self.policy.changes():
                rule.value = self.policy.host.firewall.create(rule.value.name, **settings)
        except HostError as problem:
            raise _refused(problem) from None
        rule.policy = self.policy

    def remove(self, name: str) -> None:
        """Remove the first rule of a name; none is no error."""
        try:
            with self.policy.changes():
                found = self._find(name)
                if found is not None:
                    self.policy.host.firewall.remove(found.value.id)
        except HostError as problem:
            raise _refused(problem) from None


Rules.ps_type = PSType(
    f"{_COM}#INetFwRules",
    instance={
        "Count": lambda rules: sum(1 for _ in rules.policy.host.firewall),
        "Item(string name)": Rules.item,
        "Add(object rule)": Rules.add,
        "Remove(string name)": Rules.remove,
    },
)


class Policy:
    """INetFwPolicy2."""

    __slots__ = ("account", "host")
    ps_type: PSType

    def __init__(self, host: Host, account: Account) -> None:
        self.host = host
        self.account = account

    def changes(self) -> AbstractContextManager[None]:
        """One step of changes. Raises AccessDenied for somebody who is no administrator."""
        return administering(self.host, self.account)

    def profile(self, bit: Any) -> FirewallProfile:
        """A profile by its number."""
        found = next((one for one in self.host.firewall.profiles if one.bit == int(bit)), None)
        if found is None:
            raise _refused(InvalidParameter("The parameter is incorrect."))
        return found

    def group(self, bits: Any, group: str) -> list[FirewallRule]:
        """The rules of a group that belong to one of the profiles."""
        wanted = int(bits)
        found = [
            one
            for one in self.host.firewall
            if one.group.casefold() == group.casefold() and (not one.profiles or one.profiles & wanted)
        ]
        if not found:
            raise _refused(InvalidParameter("The parameter is incorrect."))
        return found

    def enable(self, bits: Any, group: str, is_enabled: bool) -> None:
        """EnableRuleGroup."""
        try:
            with self.changes():
                for one in self.group(bits, group):
                    self.host.firewall.configure(one.id, enabled=is_enabled)
        except HostError as problem:
            raise _refused(problem) from None


Policy.ps_type = PSType(
    f"{_COM}#INetFwPolicy2",
    instance={
        "Rules": Rules,
        "CurrentProfileTypes": lambda policy: policy.host.firewall.current_profiles,
        "LocalPolicyModifyState": lambda _policy: 0,
        "FirewallEnabled(int profileType)": lambda policy, bit: policy.profile(bit).enabled != _OFF,
        # No profile here can refuse what its rules allow.
        "BlockAllInboundTraffic(int profileType)": lambda policy, bit: not policy.profile(bit),
        "NotificationsDisabled(int profileType)": lambda policy, bit: policy.profile(bit).notify != _ON,
        "DefaultInboundAction(int profileType)": lambda policy, bit: int(
            policy.profile(bit).default_inbound == ALLOW
        ),
        "DefaultOutboundAction(int profileType)": lambda policy, bit: int(
            policy.profile(bit).default_outbound != BLOCK
        ),
        "EnableRuleGroup(int profileTypesBitmask, string group, bool enable)": Policy.enable,
        "IsRuleGroupEnabled(int profileTypesBitmask, string group)": lambda policy, bits, group: all(
            one.enabled for one in policy.group(bits, group)
        ),
        "IsRuleGroupCurrentlyEnabled(string group)": lambda policy, group: all(
            one.enabled for one in policy.group(policy.host.firewall.current_profiles, group)
        ),
    },
)
