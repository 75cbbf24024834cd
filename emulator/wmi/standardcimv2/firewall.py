"""The firewall: its three profiles, its rules, and the filters of each rule.

A rule and its filters share an InstanceID. What a rule filters is said by options of the Create or Put, as
New- and Set-NetFirewallRule do, or by a Put of the filter.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

from emulator.cim.errors import IllegalNull
from emulator.cim.types import CimType
from emulator.host.errors import InvalidParameter
from emulator.host.network.firewall import FirewallProfile, FirewallRule
from emulator.wmi import errors
from emulator.wmi.association import End, Link
from emulator.wmi.changes import Rule, number, text
from emulator.wmi.mi_method import mi_method
from emulator.wmi.operation_options import OptionRule
from emulator.wmi.standardcimv2.base import ShownView, number_value, text_value

if TYPE_CHECKING:
    from emulator.cim.instance import ValueInstance
    from emulator.cim.types import CimValue
    from emulator.wmi.keys import Keys
    from emulator.wmi.method import Arguments, MethodResult
    from emulator.wmi.namespace import Namespace

_TRUE, _FALSE, _NOT_CONFIGURED = 1, 2, 0
_RULE_CLASS = "MSFT|FW|FirewallRule"


def _truth(value: CimValue) -> bool:
    """Enabled: 1 or 2."""
    if value not in (_TRUE, _FALSE):
        raise InvalidParameter(f"'{value!s:.64}' is neither 1 (True) nor 2 (False).")
    return value == _TRUE


def _texts(value: CimValue) -> tuple[str, ...]:
    given = value if isinstance(value, list) else [value]
    return tuple(str(each) for each in given) or ("Any",)


class FirewallProfileView(ShownView[FirewallProfile]):
    """Domain, private or public profile."""

    class_name = "MSFT_NetFirewallProfile"
    index = ("InstanceID",)
    constants: dict[str, Any] = {
        "AllowInboundRules": _NOT_CONFIGURED,
        "AllowLocalFirewallRules": _NOT_CONFIGURED,
        "AllowLocalIPsecRules": _NOT_CONFIGURED,
        "AllowUserApps": _NOT_CONFIGURED,
        "AllowUserPorts": _NOT_CONFIGURED,
        "DisabledInterfaceAliases": ["NotConfigured"],
        "EnableStealthModeForIPsec": _NOT_CONFIGURED,
        "LogIgnored": _NOT_CONFIGURED,
    }
    writable = {
        "AllowUnicastResponseToMulticast": Rule("", "unicast_response", number),
        "DefaultInboundAction": Rule("", "default_inbound", number),
        "DefaultOutboundAction": Rule("", "default_outbound", number),
        "Enabled": Rule("", "enabled", number),
        "LogAllowed": Rule("", "log_allowed", number),
        "LogBlocked": Rule("", "log_blocked", number),
        "LogFileName": Rule("", "log_file", text),
        "LogMaxSizeKilobytes": Rule("", "log_kilobytes", number),
        "NotifyOnListen": Rule("", "notify", number),
    }

    def objects(self) -> Iterable[FirewallProfile]:
        return self.host.firewall.profiles

    def by_key(self, keys: Keys) -> FirewallProfile | None:
        wanted = keys.text("InstanceID").lower()
        return next((each for each in self.objects() if self.InstanceID(each).lower() == wanted), None)

    def write(self, item: FirewallProfile, settings: dict[str, Any]) -> None:
        self.host.firewall.configure_profile(item, **settings)

    def InstanceID(self, profile: FirewallProfile) -> str:
        return f"MSFT|FW|FirewallProfile|{profile.name}"

    def Name(self, profile: FirewallProfile) -> str:
        return profile.name

    def Enabled(self, profile: FirewallProfile) -> int:
        return profile.enabled

    def AllowUnicastResponseToMulticast(self, profile: FirewallProfile) -> int:
        return profile.unicast_response

    def DefaultInboundAction(self, profile: FirewallProfile) -> int:
        return profile.default_inbound

    def DefaultOutboundAction(self, profile: FirewallProfile) -> int:
        return profile.default_outbound

    def LogAllowed(self, profile: FirewallProfile) -> int:
        return profile.log_allowed

    def LogBlocked(self, profile: FirewallProfile) -> int:
        return profile.log_blocked

    def LogFileName(self, profile: FirewallProfile) -> str:
        return profile.log_file

    def LogMaxSizeKilobytes(self, profile: FirewallProfile) -> int:
        return profile.log_kilobytes

    def NotifyOnListen(self, profile: FirewallProfile) -> int:
        return profile.notify


#: Names of the parameters of New-NetFirewallRule that are no properties of the rule, which are the options'.
#: PolicyStore, LocalAddress and RemoteAddress are those of a published client; an empty array is any.
_OPTIONS = {
    "IcmpType": OptionRule("icmp_types", is_array=True),
    "InterfaceAlias": OptionRule("interfaces", is_array=True),
    "InterfaceType": OptionRule("interface_type", CimType.UINT32),
    "LocalAddress": OptionRule("local_addresses", is_array=True),
    "LocalPort": OptionRule("local_ports", is_array=True),
    "Program": OptionRule("program"),
    "Protocol": OptionRule("protocol"),
    "RemoteAddress": OptionRule("remote_addresses", is_array=True),
    "RemotePort": OptionRule("remote_ports", is_array=True),
    "Service": OptionRule("service"),
}


def _filters(settings: dict[str, Any]) -> dict[str, Any]:
    """Lists of options as those of a rule."""
    return {
        name: _texts(value) if isinstance(value, list) else "Any" if value is None else value
        for name, value in settings.items()
    }


class FirewallRuleView(ShownView[FirewallRule]):
    """A rule."""

    class_name = "MSFT_NetFirewallRule"
    index = ("InstanceID",)
    constants: dict[str, Any] = {
        "CreationClassName": _RULE_CLASS,
        "EnforcementStatus": [0],
        "LocalOnlyMapping": False,
        "LooseSourceMapping": False,
        "Platforms": [],
        "PolicyRuleName": "",
        "PolicyStoreSource": "PersistentStore",
        "PolicyStoreSourceType": 1,
        "PrimaryStatus": 1,
        "Status": "The rule was parsed successfully from the store. (65536)",
        "StatusCode": 65536,
        "SystemCreationClassName": "",
        "SystemName": "",
    }
    writable = {
        "Action": Rule("", "action", number),
        "Description": Rule("", "description", text),
        "Direction": Rule("", "direction", number),
        "DisplayName": Rule("", "name", text),
        "EdgeTraversalPolicy": Rule("", "edge_traversal", number),
        "ElementName": Rule("", "name", text),
        "Enabled": Rule("", "enabled", _truth),
        "Owner": Rule("", "owner", text),
        "Profiles": Rule("", "profiles", number),
    }
    options = _OPTIONS

    def objects(self) -> Iterable[FirewallRule]:
        return self.host.firewall

    def by_key(self, keys: Keys) -> FirewallRule | None:
        return self.host.firewall.get(keys.text("InstanceID"))

    def is_unique(self, keys: Keys) -> bool:
        return "InstanceID" in keys

    def object_id(self, item: FirewallRule) -> Hashable:
        return item.id

    def create_with(self, values: ValueInstance, settings: dict[str, Any]) -> FirewallRule:
        name = text_value(values, "DisplayName") or text_value(values, "ElementName")
        if not name:
            raise IllegalNull("DisplayName")
        enabled = values.value("Enabled")
        properties: dict[str, Any] = {
            "group": text_value(values, "RuleGroup"),
            "description": text_value(values, "Description"),
            "direction": number_value(values, "Direction"),
            "action": number_value(values, "Action"),
            "profiles": number_value(values, "Profiles"),
            "edge_traversal": number_value(values, "EdgeTraversalPolicy"),
            "owner": text_value(values, "Owner"),
            "enabled": None if enabled is None else _truth(enabled),
        }
        return self.host.firewall.create(
            name,
            text_value(values, "InstanceID") or None,
            **{key: value for key, value in properties.items() if value is not None},
            **_filters(settings),
        )

    def write(self, item: FirewallRule, settings: dict[str, Any]) -> None:
        self.host.firewall.configure(item.id, **_filters(settings))

    def refreshed(self, item: FirewallRule) -> FirewallRule:
        return self.host.firewall.get(item.id) or item

    def delete(self, item: FirewallRule) -> None:
        self.host.firewall.remove(item.id)

    def InstanceID(self, rule: FirewallRule) -> str:
        return rule.id

    def ElementName(self, rule: FirewallRule) -> str:
        return rule.name

    def DisplayName(self, rule: FirewallRule) -> str:
        return rule.name

    def DisplayGroup(self, rule: FirewallRule) -> str:
        return rule.group

    def RuleGroup(self, rule: FirewallRule) -> str:
        return rule.group

    def Description(self, rule: FirewallRule) -> str:
        return rule.description

    def Profiles(self, rule: FirewallRule) -> int:
        return rule.profiles

    def Enabled(self, rule: FirewallRule) -> int:
        return _TRUE if rule.enabled else _FALSE

    def Action(self, rule: FirewallRule) -> int:
        return rule.action

    def Direction(self, rule: FirewallRule) -> int:
        return rule.direction

    def EdgeTraversalPolicy(self, rule: FirewallRule) -> int:
        return rule.edge_traversal

    def Owner(self, rule: FirewallRule) -> str | None:
        return rule.owner or None

    @mi_method
    def Enable(self, rule: FirewallRule, arguments: Arguments) -> MethodResult:
        """Switch the rule on."""
        self.host.firewall.configure(rule.id, enabled=True)
        return arguments.result(errors.COMPLETED)

    @mi_method
    def Disable(self, rule: FirewallRule, arguments: Arguments) -> MethodResult:
        """Switch the rule off."""
        self.host.firewall.configure(rule.id, enabled=False)
        return arguments.result(errors.COMPLETED)

    @mi_method
    def Rename(self, rule: FirewallRule, arguments: Arguments) -> MethodResult:
        """Give the rule another InstanceID."""
        self.host.firewall.rename(rule.id, _new_name(arguments))
        return arguments.result(errors.COMPLETED)

    @mi_method
    def CloneObject(self, rule: FirewallRule, arguments: Arguments) -> MethodResult:
        """Copy the rule under another InstanceID; there is one policy store."""
        self.host.firewall.copy(rule.id, _new_name(arguments))
        return arguments.result(errors.COMPLETED)

    @mi_method
    def EnumerateFull(self, rule: FirewallRule, arguments: Arguments) -> MethodResult:
        """The filters of the rule."""
        paths = [self.namespace.view(each).instance(rule).path for each in FILTER_VIEWS]
        return arguments.result(errors.COMPLETED, Dependents=paths)


def _new_name(arguments: Arguments) -> str:
    return arguments.required_text("NewName")


class _FilterView(ShownView[FirewallRule]):
    """One filter of each rule."""

    index = ("Name",)
    constants: dict[str, Any] = {"IsNegated": False, "SystemCreationClassName": "", "SystemName": ""}

    def objects(self) -> Iterable[FirewallRule]:
        return self.host.firewall

    def by_key(self, keys: Keys) -> FirewallRule | None:
        return self.host.firewall.get(keys.text("Name"))

    def object_id(self, item: FirewallRule) -> Hashable:
        return item.id

    def write(self, item: FirewallRule, settings: dict[str, Any]) -> None:
        self.host.firewall.configure(item.id, **settings)

    def refreshed(self, item: FirewallRule) -> FirewallRule:
        return self.host.firewall.get(item.id) or item

    def Name(self, rule: FirewallRule) -> str:
        return rule.id

    def InstanceID(self, rule: FirewallRule) -> str:
        return rule.id

    def CreationClassName(self, rule: FirewallRule) -> str:
        return f"{_RULE_CLASS}|{rule.id}"


class PortFilter(_FilterView):
    """Protocol and ports."""

    class_name = "MSFT_NetProtocolPortFilter"
    constants = {"DynamicTransport": 0}
    writable = {
        "IcmpType": Rule("", "icmp_types", _texts),
        "LocalPort": Rule("", "local_ports", _texts),
        "Protocol": Rule("", "protocol", text),
        "RemotePort": Rule("", "remote_ports", _texts),
    }

    def Protocol(self, rule: FirewallRule) -> str:
        return rule.protocol

    def LocalPort(self, rule: FirewallRule) -> list[str]:
        return list(rule.local_ports)

    def RemotePort(self, rule: FirewallRule) -> list[str]:
        return list(rule.remote_ports)

    def IcmpType(self, rule: FirewallRule) -> list[str]:
        return list(rule.icmp_types)


class AddressFilter(_FilterView):
    """Addresses."""

    class_name = "MSFT_NetAddressFilter"
    writable = {
        "LocalAddress": Rule("", "local_addresses", _texts),
        "RemoteAddress": Rule("", "remote_addresses", _texts),
    }

    def LocalAddress(self, rule: FirewallRule) -> list[str]:
        return list(rule.local_addresses)

    def RemoteAddress(self, rule: FirewallRule) -> list[str]:
        return list(rule.remote_addresses)


class ApplicationFilter(_FilterView):
    """The program."""

    class_name = "MSFT_NetApplicationFilter"
    writable = {"AppPath": Rule("", "program", text)}

    def AppPath(self, rule: FirewallRule) -> str:
        return rule.program


class ServiceFilter(_FilterView):
    """The service."""

    class_name = "MSFT_NetServiceFilter"
    writable = {"ServiceName": Rule("", "service", text)}

    def ServiceName(self, rule: FirewallRule) -> str:
        return rule.service


class InterfaceFilter(_FilterView):
    """Interfaces by name."""

    class_name = "MSFT_NetInterfaceFilter"
    writable = {"InterfaceAlias": Rule("", "interfaces", _texts)}

    def InterfaceAlias(self, rule: FirewallRule) -> list[str]:
        return list(rule.interfaces)


class InterfaceTypeFilter(_FilterView):
    """Interfaces by type; 0 is any."""

    class_name = "MSFT_NetInterfaceTypeFilter"
    writable = {"InterfaceType": Rule("", "interface_type", number)}

    def InterfaceType(self, rule: FirewallRule) -> int:
        return rule.interface_type


class SecurityFilter(_FilterView):
    """IPsec: not asked for."""

    class_name = "MSFT_NetNetworkLayerSecurityFilter"
    constants = {
        "Authentication": 0,
        "Encryption": 0,
        "LocalUsers": "Any",
        "OverrideBlockRules": False,
        "RemoteMachines": "Any",
        "RemoteUsers": "Any",
    }


FILTER_VIEWS: tuple[type[_FilterView], ...] = (
    AddressFilter,
    ApplicationFilter,
    InterfaceFilter,
    InterfaceTypeFilter,
    PortFilter,
    SecurityFilter,
    ServiceFilter,
)
_ASSOCIATIONS = {
    AddressFilter: "Address",
    ApplicationFilter: "Application",
    InterfaceFilter: "Interface",
    InterfaceTypeFilter: "InterfaceType",
    PortFilter: "ProtocolPort",
    SecurityFilter: "Security",
    ServiceFilter: "Service",
}


def _same(_namespace: Namespace, rule: FirewallRule) -> Iterable[FirewallRule]:
    return (rule,)


def _applies(profile: FirewallProfile, rule: FirewallRule) -> bool:
    return not rule.profiles or bool(rule.profiles & profile.bit)


def _rules_of(namespace: Namespace, profile: FirewallProfile) -> Iterator[FirewallRule]:
    return (rule for rule in namespace.host.firewall if _applies(profile, rule))


def _profiles_of(namespace: Namespace, rule: FirewallRule) -> Iterator[FirewallProfile]:
    return (profile for profile in namespace.host.firewall.profiles if _applies(profile, rule))


VIEWS = (FirewallProfileView, FirewallRuleView, *FILTER_VIEWS)
LINKS: tuple[Link, ...] = (
    *(
        Link(
            f"MSFT_NetFirewallRuleFilterBy{name}",
            End("GroupComponent", FirewallRuleView, _same),
            End("PartComponent", view, _same),
        )
        for view, name in _ASSOCIATIONS.items()
    ),
    Link(
        "MSFT_NetFirewallRuleInProfile",
        End("GroupComponent", FirewallProfileView, _rules_of),
        End("PartComponent", FirewallRuleView, _profiles_of),
    ),
)
