"""The firewall: its three profiles, and the rules that Windows has for WinRM and, with the role, Hyper-V.

The emulated firewall lets everything pass: it can be read only.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import TYPE_CHECKING, Any, NamedTuple

from emulator.wmi.view import View

if TYPE_CHECKING:
    from emulator.wmi.keys import Keys

_TRUE, _FALSE = 1, 2
_NOT_CONFIGURED = 0
_LOG = "%systemroot%\\system32\\LogFiles\\Firewall\\pfirewall.log"
_DOMAIN, _PRIVATE, _PUBLIC = 1, 2, 4


class FirewallProfile(View[str]):
    """Domain, private or public profile."""

    class_name = "MSFT_NetFirewallProfile"
    index = ("InstanceID",)
    constants: dict[str, Any] = {
        "AllowInboundRules": _NOT_CONFIGURED,
        "AllowLocalFirewallRules": _NOT_CONFIGURED,
        "AllowLocalIPsecRules": _NOT_CONFIGURED,
        "AllowUnicastResponseToMulticast": _NOT_CONFIGURED,
        "AllowUserApps": _NOT_CONFIGURED,
        "AllowUserPorts": _NOT_CONFIGURED,
        "DefaultInboundAction": 0,
        "DefaultOutboundAction": 0,
        "DisabledInterfaceAliases": ["NotConfigured"],
        "Enabled": _TRUE,
        "EnableStealthModeForIPsec": _NOT_CONFIGURED,
        "LogAllowed": _FALSE,
        "LogBlocked": _FALSE,
        "LogFileName": _LOG,
        "LogIgnored": _NOT_CONFIGURED,
        "LogMaxSizeKilobytes": 4096,
        "NotifyOnListen": _FALSE,
    }

    def objects(self) -> Iterable[str]:
        return ("Domain", "Private", "Public")

    def by_key(self, keys: Keys) -> str | None:
        wanted = keys.text("InstanceID").lower()
        return next((each for each in self.objects() if self.InstanceID(each).lower() == wanted), None)

    def object_id(self, item: str) -> Hashable:
        return item

    def revision(self, item: str) -> Hashable | None:  # noqa: ARG002  nobody changes the profiles
        return 0

    def InstanceID(self, name: str) -> str:
        return f"MSFT|FW|FirewallProfile|{name}"

    def Name(self, name: str) -> str:
        return name


class Rule(NamedTuple):
    """An inbound rule that allows."""

    id: str
    name: str
    group: str
    profiles: int
    hyper_v: bool = False


_ALL = 0
_WINRM = "Windows Remote Management"
_REPLICA = "Hyper-V Replica HTTP"
_RULES = (
    Rule("WINRM-HTTP-In-TCP", f"{_WINRM} (HTTP-In)", _WINRM, _DOMAIN | _PRIVATE),
    Rule("WINRM-HTTP-In-TCP-PUBLIC", f"{_WINRM} (HTTP-In)", _WINRM, _PUBLIC),
    Rule("VIRT-WMI-RPCSS-In-TCP-NoScope", "Hyper-V - WMI (DCOM-In)", "Hyper-V", _ALL, True),
    Rule("VIRT-WMI-WINMGMT-In-TCP-NoScope", "Hyper-V - WMI (TCP-In)", "Hyper-V", _ALL, True),
    Rule("VIRT-WMI-ASYNC-In-TCP-NoScope", "Hyper-V - WMI (Async-In)", "Hyper-V", _ALL, True),
    Rule("VIRT-REMOTEDESKTOP-In-TCP-NoScope", "Hyper-V (REMOTE_DESKTOP_TCP_IN)", "Hyper-V", _ALL, True),
    Rule("VIRT-VMMS-RPC-In-TCP-NoScope", "Hyper-V (RPC)", "Hyper-V", _ALL, True),
    Rule("VIRT-VMMS-RPC-EPMAP-In-TCP-NoScope", "Hyper-V (RPC-EPMAP)", "Hyper-V", _ALL, True),
    Rule("VIRT-MIGL-In-TCP-NoScope", "Hyper-V (MIG-TCP-In)", "Hyper-V", _ALL, True),
    Rule("VIRT-HVRHTTPL-In-TCP-NoScope", f"{_REPLICA} Listener (TCP-In)", _REPLICA, _ALL, True),
    Rule("VIRT-HVRHTTPSL-In-TCP-NoScope", f"{_REPLICA}S Listener (TCP-In)", f"{_REPLICA}S", _ALL, True),
)


class FirewallRule(View[Rule]):
    """A rule. Those of the replica are off until somebody needs them."""

    class_name = "MSFT_NetFirewallRule"
    index = ("InstanceID",)
    constants: dict[str, Any] = {
        "Action": 2,
        "CreationClassName": "MSFT|FW|FirewallRule",
        "Direction": 1,
        "EdgeTraversalPolicy": 0,
        "EnforcementStatus": [0],
        "LocalOnlyMapping": False,
        "LooseSourceMapping": False,
        "PolicyStoreSource": "PersistentStore",
        "PolicyStoreSourceType": 1,
        "PrimaryStatus": 1,
        "Status": "The rule was parsed successfully from the store. (65536)",
        "StatusCode": 65536,
        "SystemCreationClassName": "",
        "SystemName": "",
    }

    def objects(self) -> Iterable[Rule]:
        return [each for each in _RULES if self.host.role.active or not each.hyper_v]

    def by_key(self, keys: Keys) -> Rule | None:
        wanted = keys.text("InstanceID").lower()
        return next((each for each in self.objects() if each.id.lower() == wanted), None)

    def object_id(self, item: Rule) -> Hashable:
        return item.id

    def revision(self, item: Rule) -> Hashable | None:  # noqa: ARG002  nobody changes the rules
        return 0

    def InstanceID(self, rule: Rule) -> str:
        return rule.id

    def PolicyRuleName(self, _rule: Rule) -> str:
        return ""

    def ElementName(self, rule: Rule) -> str:
        return rule.name

    def DisplayName(self, rule: Rule) -> str:
        return rule.name

    def DisplayGroup(self, rule: Rule) -> str:
        return rule.group

    def RuleGroup(self, rule: Rule) -> str:
        return rule.group

    def Profiles(self, rule: Rule) -> int:
        return rule.profiles

    def Enabled(self, rule: Rule) -> int:
        return _FALSE if "Replica" in rule.name else _TRUE


VIEWS = (FirewallProfile, FirewallRule)
