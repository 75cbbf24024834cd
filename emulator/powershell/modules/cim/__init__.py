"""Modules whose cmdlets show and change CIM instances: CimCmdlets itself, and those with which Windows
manages its network. They are another way to the namespaces of WMI, which the session gives as
`Management`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from emulator.powershell.modules.windows_modules import of_windows
from emulator.powershell.runtime.module import CmdletTable, Module

if TYPE_CHECKING:
    from emulator.powershell.dotnet.types import PSType
    from emulator.powershell.format.views import View

__all__ = ["CIM_MODULES"]

_HERE = "emulator.powershell.modules.cim"
_TEXT, _OBJECT = "System.String", "System.Object"
#: Enumerations of the modules are taken by their names.
_ENUMERATIONS = """
Action AddressFamily AddressState AdminModes AdvertiseDefaultRoute Advertising AppliedSetting
Authentication AutomaticMetric ClampMss ConnectionState Dhcp Direction DirectedMacWolPattern
DynamicTransport EcnMarking EdgeTraversal Enabled Encryption FilteringBehaviorType
ForceArpNdWolPattern Forwarding GpoBoolean IPsecMode IPv4Connectivity IPv6Connectivity
IgnoreDefaultRoutes InterfaceType KeyModule LBAlgos LacpTimers ManagedAddressConfiguration
NeighborDiscoverySupported NeighborUnreachabilityDetection NetworkCategory OffloadState
OtherStatefulConfiguration PolicyStoreType PrefixOrigin PrimaryStatus Protocol Publish
RouterDiscovery SecurityPolicy State SuffixOrigin TeamingModes WeakHostReceive WeakHostSend
WildcardPattern type
AvailabilityType BandwidthLimitCategory CachingMode FolderEnumerationMode LeasingMode QoSFlowScope
ShareAccessRight ShareState SmbInstance
"""
#: Classes whose objects parameters take: by it the pipeline finds the parameter.
_CLASSES = """
MSFT_DNSClient MSFT_DNSClientGlobalSetting MSFT_DNSClientServerAddress MSFT_NetAdapter
MSFT_NetAdapterAdvancedPropertySettingData MSFT_NetAdapterBindingSettingData
MSFT_NetAdapterQosSettingData MSFT_NetAdapterRdmaSettingData MSFT_NetAdapterVmqSettingData
MSFT_NetAddressFilter MSFT_NetApplicationFilter MSFT_NetConnectionProfile MSFT_NetFirewallProfile
MSFT_NetFirewallRule MSFT_NetIPAddress MSFT_NetIPInterface MSFT_NetIPsecMainModeRule
MSFT_NetIPsecPhase1AuthSet MSFT_NetIPsecPhase2AuthSet MSFT_NetIPsecQuickModeCryptoSet
MSFT_NetIPsecRule MSFT_NetIPv6Protocol MSFT_NetInterfaceFilter MSFT_NetInterfaceTypeFilter
MSFT_NetLbfoTeam MSFT_NetLbfoTeamMember MSFT_NetLbfoTeamNic MSFT_NetNat MSFT_NetNatStaticMapping
MSFT_NetNeighbor MSFT_NetNetworkLayerSecurityFilter MSFT_NetProtocolPortFilter MSFT_NetRoute
MSFT_NetServiceFilter
"""
_TYPES = {
    **{name: f"Microsoft.Management.Infrastructure.CimInstance#{name}" for name in _CLASSES.split()},
    **dict.fromkeys(_ENUMERATIONS.split(), _TEXT),
    # A sum of names.
    "Profile": "System.String[]",
    "CimSession": "Microsoft.Management.Infrastructure.CimSession",
    "Microsoft.Management.Infrastructure.CimClass": _OBJECT,
    "ciminstance": "Microsoft.Management.Infrastructure.CimInstance",
}
_BEHAVIOURS = {
    "CimCmdlets": ("indications", "instances", "sessions"),
    "DnsClient": ("addresses", "resolver_settings"),
    "NetAdapter": ("network_adapters", "addresses"),
    "NetConnection": ("addresses",),
    "NetLbfo": ("network_adapters",),
    "NetNat": ("addresses",),
    "NetSecurity": ("firewall",),
    "NetTCPIP": ("addresses", "connection_tests"),
    "SmbShare": ("smb_shares",),
}
_OF_VERSION_2 = frozenset({"NetAdapter", "NetLbfo", "NetSecurity", "SmbShare"})
_ALIASES: dict[str, dict[str, str]] = {
    "CimCmdlets": {
        "gcai": "Get-CimAssociatedInstance",
        "gcim": "Get-CimInstance",
        "gcls": "Get-CimClass",
        "gcms": "Get-CimSession",
        "icim": "Invoke-CimMethod",
        "ncim": "New-CimInstance",
        "ncms": "New-CimSession",
        "ncso": "New-CimSessionOption",
        "rcie": "Register-CimIndicationEvent",
        "rcim": "Remove-CimInstance",
        "rcms": "Remove-CimSession",
        "scim": "Set-CimInstance",
    },
    "NetTCPIP": {"gip": "Get-NetIPConfiguration", "TNC": "Test-NetConnection"},
}


def _types() -> Iterable[PSType]:
    from emulator.powershell.modules.cim.objects import module_types
    from emulator.powershell.modules.cim.session_types import session_types

    return (*module_types(_CLASSES.split()), *session_types())


def _views() -> Iterable[View]:
    from emulator.powershell.modules.cim.connection_tests import RESULT_VIEWS
    from emulator.powershell.modules.cim.views import module_views

    return (*module_views(), *RESULT_VIEWS)


def _module(name: str) -> Module:
    of_classes = name != "CimCmdlets"
    return Module(
        name=name,
        version="2.0.0.0" if name in _OF_VERSION_2 else "1.0.0.0",
        table=CmdletTable(_HERE, f"{name}.json", _TYPES),
        behaviours=tuple(f"{_HERE}.{each}" for each in _BEHAVIOURS[name]),
        aliases=_ALIASES.get(name, {}),
        class_name="{verb}-{noun}"
        if of_classes
        else "Microsoft.Management.Infrastructure.CimCmdlets.{verb}{noun}Command",
        types=_types,
        early_types=() if of_classes else ("microsoft.management.infrastructure.",),
        views=_views,
    )


#: From PowerShell 3.0 on.
CIM_MODULES = tuple(of_windows(_module(name)) for name in _BEHAVIOURS)
