"""NetSecurity: rules, filters and profiles of the firewall."""

from __future__ import annotations

from emulator.powershell.modules.cim.noun_cmdlets import (
    Noun,
    change_cmdlet,
    create_cmdlet,
    method_cmdlet,
    query_cmdlet,
    remove_cmdlet,
    same_names,
)

_FILTERS = ("Address", "Application", "Interface", "InterfaceType", "Port", "Security", "Service")
_ASSOCIATED = (*(f"AssociatedNetFirewall{each}Filter" for each in _FILTERS), "AssociatedNetFirewallProfile")
_NAMES = {
    "Name": "InstanceID",
    "DisplayName": "DisplayName",
    "DisplayGroup": "DisplayGroup",
    "Group": "RuleGroup",
}
_RULE = Noun(
    "MSFT_NetFirewallRule",
    {
        **_NAMES,
        **same_names(
            "Description",
            "Enabled",
            "Direction",
            "Action",
            "EdgeTraversalPolicy",
            "Owner",
            "PrimaryStatus",
            "Status",
        ),
    },
    _ASSOCIATED,
)
_NAMED = Noun("MSFT_NetFirewallRule", _NAMES)
#: What a rule filters, and whom it lets in, is said by options of the operation under the parameters' names.
_OPTIONS = same_names(
    "Authentication",
    "DynamicTarget",
    "Encryption",
    "GPOSession",
    "IcmpType",
    "InterfaceAlias",
    "InterfaceType",
    "LocalAddress",
    "LocalPort",
    "LocalUser",
    "OverrideBlockRules",
    "Package",
    "Platform",
    "Program",
    "Protocol",
    "RemoteAddress",
    "RemoteDynamicKeywordAddresses",
    "RemoteMachine",
    "RemotePort",
    "RemoteUser",
    "Service",
)
_PROPERTIES = {
    **same_names(
        "Description",
        "Enabled",
        "Direction",
        "Action",
        "EdgeTraversalPolicy",
        "LocalOnlyMapping",
        "LooseSourceMapping",
        "Owner",
    ),
    "Profile": "Profiles",
}
get_rule = query_cmdlet("Get-NetFirewallRule", _RULE, ("TracePolicyStore",))
new_rule = create_cmdlet(
    "New-NetFirewallRule",
    "MSFT_NetFirewallRule",
    {**_PROPERTIES, "Name": "InstanceID", "DisplayName": "DisplayName", "Group": "RuleGroup"},
    _OPTIONS,
)
set_rule = change_cmdlet(
    "Set-NetFirewallRule", _NAMED, {**_PROPERTIES, "NewDisplayName": "DisplayName"}, _OPTIONS
)
enable_rule = method_cmdlet("Enable-NetFirewallRule", _RULE, "Enable")
disable_rule = method_cmdlet("Disable-NetFirewallRule", _RULE, "Disable")
rename_rule = method_cmdlet("Rename-NetFirewallRule", _NAMED, "Rename", {"NewName": "NewName"})
copy_rule = method_cmdlet("Copy-NetFirewallRule", _NAMED, "CloneObject", {"NewName": "NewName"})
remove_rule = remove_cmdlet("Remove-NetFirewallRule", _RULE, ("TracePolicyStore",))

_PROFILE = Noun(
    "MSFT_NetFirewallProfile", {"Name": "Name", "Profile": "Name"}, ("AssociatedNetFirewallRule",)
)
get_profile = query_cmdlet("Get-NetFirewallProfile", _PROFILE)
set_profile = change_cmdlet(
    "Set-NetFirewallProfile",
    _PROFILE,
    same_names(
        "Enabled",
        "DefaultInboundAction",
        "DefaultOutboundAction",
        "LogAllowed",
        "LogBlocked",
        "LogFileName",
        "LogMaxSizeKilobytes",
        "NotifyOnListen",
    ),
)


_OF_RULE = ("AssociatedNetFirewallRule",)
_PORTS = Noun("MSFT_NetProtocolPortFilter", same_names("Protocol"), _OF_RULE)
_ADDRESSES = Noun("MSFT_NetAddressFilter", {}, _OF_RULE)
_PROGRAMS = Noun("MSFT_NetApplicationFilter", {"Program": "AppPath"}, _OF_RULE)
_SERVICES = Noun("MSFT_NetServiceFilter", {"Service": "ServiceName"}, _OF_RULE)
_INTERFACES = Noun("MSFT_NetInterfaceFilter", {}, _OF_RULE)
_TYPES = Noun("MSFT_NetInterfaceTypeFilter", same_names("InterfaceType"), _OF_RULE)
_SECURITY = Noun("MSFT_NetNetworkLayerSecurityFilter", {}, _OF_RULE)
get_ports = query_cmdlet("Get-NetFirewallPortFilter", _PORTS)
set_ports = change_cmdlet(
    "Set-NetFirewallPortFilter",
    Noun(_PORTS.class_name),
    same_names("Protocol", "LocalPort", "RemotePort", "IcmpType"),
)
get_addresses = query_cmdlet("Get-NetFirewallAddressFilter", _ADDRESSES)
set_addresses = change_cmdlet(
    "Set-NetFirewallAddressFilter", Noun(_ADDRESSES.class_name), same_names("LocalAddress", "RemoteAddress")
)
get_programs = query_cmdlet("Get-NetFirewallApplicationFilter", _PROGRAMS)
set_programs = change_cmdlet(
    "Set-NetFirewallApplicationFilter", Noun(_PROGRAMS.class_name), {"Program": "AppPath"}
)
get_services = query_cmdlet("Get-NetFirewallServiceFilter", _SERVICES)
get_interfaces = query_cmdlet("Get-NetFirewallInterfaceFilter", _INTERFACES)
get_types = query_cmdlet("Get-NetFirewallInterfaceTypeFilter", _TYPES)
get_security = query_cmdlet("Get-NetFirewallSecurityFilter", _SECURITY)
