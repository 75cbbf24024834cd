"""What the type files of Windows' network modules add to CIM instances: other names of properties, properties
that are made of others, and names for numbers. From what their documentation and output show."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from emulator.powershell.dotnet.enums import EnumType
from emulator.powershell.dotnet.types import Property

if TYPE_CHECKING:
    from emulator.cim.declaration import ClassDeclaration
    from emulator.powershell.modules.cim.objects import CimObject

Read = Callable[["CimObject"], Any]
_GENERATED = "Microsoft.PowerShell.Cmdletization.GeneratedTypes"
_GIGABIT, _MEGABIT = 1_000_000_000, 1_000_000


def _alias(target: str) -> Read:
    def read(value: CimObject) -> Any:
        member = value.ps_type.member(target)
        return member.getter(value) if isinstance(member, Property) else None

    return read


def _value(value: CimObject, name: str) -> Any:
    return value.values.get(name)


def link_speed(bits: int) -> str:
    """A speed as Get-NetAdapter writes it: `10 Gbps`."""
    for unit, name in ((_GIGABIT, "Gbps"), (_MEGABIT, "Mbps")):
        if bits >= unit:
            return f"{bits / unit:g} {name}"
    return f"{bits} bps"


def _mac(value: CimObject) -> str:
    text = str(_value(value, "PermanentAddress") or "")
    return "-".join(text[place : place + 2] for place in range(0, len(text), 2))


_ADMIN_DOWN, _CONNECTED = 2, 1


def _adapter_status(value: CimObject) -> str:
    if _value(value, "InterfaceAdminStatus") == _ADMIN_DOWN:
        return "Disabled"
    return "Up" if _value(value, "MediaConnectState") == _CONNECTED else "Disconnected"


def _named(name: str, names: tuple[str, ...]) -> Read:
    """Texts of a number that counts from 0; Unknown for others."""

    def read(value: CimObject) -> str:
        number = _value(value, name)
        return names[number] if isinstance(number, int) and number < len(names) else "Unknown"

    return read


_INTERFACE = {"ifAlias": "InterfaceAlias", "ifIndex": "InterfaceIndex"}
_ADAPTER_NAMES = {"ifAlias": "Name", "InterfaceAlias": "Name", "ifDesc": "InterfaceDescription"}
_ALIASES: dict[str, dict[str, str]] = {
    "MSFT_NetAdapter": {**_ADAPTER_NAMES, "ifIndex": "InterfaceIndex", "ifName": "InterfaceName"},
    "MSFT_NetAdapterSettingData": _ADAPTER_NAMES,
    "MSFT_NetIPAddress": _INTERFACE,
    "MSFT_NetIPInterface": {**_INTERFACE, "NlMtu(Bytes)": "NlMtu"},
    "MSFT_NetRoute": _INTERFACE,
    "MSFT_NetNeighbor": _INTERFACE,
    "MSFT_NetFirewallRule": {
        "Name": "InstanceID",
        "ID": "InstanceID",
        "Group": "RuleGroup",
        "Profile": "Profiles",
    },
    "MSFT_NetApplicationFilter": {"Program": "AppPath"},
    "MSFT_NetServiceFilter": {"Service": "ServiceName"},
    "MSFT_DNSClientServerAddress": {"Address": "ServerAddresses"},
}
_MADE: dict[str, dict[str, Read]] = {
    "MSFT_NetAdapter": {
        "Status": _adapter_status,
        "AdminStatus": _named("InterfaceAdminStatus", ("Unknown", "Up", "Down", "Testing")),
        "MediaConnectionState": _named("MediaConnectState", ("Unknown", "Connected", "Disconnected")),
        "ifOperStatus": _named(
            "InterfaceOperationalStatus",
            ("Unknown", "Up", "Down", "Testing", "Unknown", "Dormant", "NotPresent", "LowerLayerDown"),
        ),
        "LinkSpeed": lambda value: link_speed(int(_value(value, "Speed") or 0)),
        "MacAddress": _mac,
        "LinkLayerAddress": _mac,
        "MediaType": lambda _: "802.3",
        "PhysicalMediaType": lambda _: "802.3",
    },
}
#: Numbers without labels in the schema.
_LABELS: dict[str, dict[str, dict[str, int]]] = {
    "MSFT_NetLbfoTeam": {
        "TeamingMode": {"Static": 0, "SwitchIndependent": 1, "Lacp": 2},
        "LoadBalancingAlgorithm": {
            "TransportPorts": 0,
            "IPAddresses": 2,
            "MacAddresses": 3,
            "HyperVPort": 4,
            "Dynamic": 5,
        },
        "Status": {"Up": 0, "Down": 1, "Degraded": 2},
        "LacpTimer": {"Slow": 0, "Fast": 1},
    },
    "MSFT_NetLbfoTeamMember": {
        "AdministrativeMode": {"Active": 0, "Standby": 1},
        "OperationalMode": {"Active": 0, "Standby": 1},
    },
    "MSFT_NetFirewallRule": {
        "Enabled": {"True": 1, "False": 2},
        "Direction": {"Inbound": 1, "Outbound": 2},
        "Action": {"NotConfigured": 0, "Allow": 2, "Block": 4},
        "Profiles": {"Any": 0, "Domain": 1, "Private": 2, "Public": 4, "NotApplicable": 65535},
        "EdgeTraversalPolicy": {"Block": 0, "Allow": 1, "DeferToUser": 2, "DeferToApp": 3},
        "PrimaryStatus": {"Unknown": 0, "OK": 1, "Inactive": 2, "Error": 3},
        "PolicyStoreSourceType": {
            "None": 0,
            "Local": 1,
            "GroupPolicy": 2,
            "Dynamic": 3,
            "Generated": 4,
            "Hardcoded": 5,
        },
    },
    "MSFT_NetInterfaceTypeFilter": {
        "InterfaceType": {"Any": 0, "Wired": 1, "Wireless": 2, "RemoteAccess": 4}
    },
    "MSFT_NetFirewallProfile": {
        **{
            name: {"NotConfigured": 0, "True": 1, "False": 2}
            for name in (
                "AllowInboundRules",
                "AllowLocalFirewallRules",
                "AllowLocalIPsecRules",
                "AllowUnicastResponseToMulticast",
                "AllowUserApps",
                "AllowUserPorts",
                "EnableStealthModeForIPsec",
                "Enabled",
                "LogAllowed",
                "LogBlocked",
                "LogIgnored",
                "NotifyOnListen",
            )
        },
        **{
            name: {"NotConfigured": 0, "Allow": 2, "Block": 4}
            for name in ("DefaultInboundAction", "DefaultOutboundAction")
        },
    },
    "MSFT_NetNatStaticMapping": {"Protocol": {"TCP": 6, "UDP": 17}},
    "MSFT_NetNat": {
        "Active": {"False": 0, "True": 1},
        "UdpInboundRefresh": {"False": 0, "True": 1},
        "TcpFilteringBehavior": {"EndpointIndependentFiltering": 0, "AddressDependentFiltering": 1},
        "UdpFilteringBehavior": {"EndpointIndependentFiltering": 0, "AddressDependentFiltering": 1},
        "Store": {"Local": 0},
    },
    "MSFT_NetConnectionProfile": {
        "NetworkCategory": {"Public": 0, "Private": 1, "DomainAuthenticated": 2},
        "IPv4Connectivity": {
            "Disconnected": 0,
            "NoTraffic": 1,
            "Subnet": 2,
            "LocalNetwork": 3,
            "Internet": 4,
        },
        "IPv6Connectivity": {
            "Disconnected": 0,
            "NoTraffic": 1,
            "Subnet": 2,
            "LocalNetwork": 3,
            "Internet": 4,
        },
    },
    "MSFT_SmbShare": {
        "AvailabilityType": {"NonClustered": 0, "Clustered": 1, "ScaleOut": 2, "CSV": 3, "DFS": 4},
        "CachingMode": {
            "None": 0,
            "Manual": 1,
            "Documents": 2,
            "Programs": 3,
            "BranchCache": 4,
            "Unknown": 5,
        },
        "FolderEnumerationMode": {"AccessBased": 0, "Unrestricted": 1},
        "LeasingMode": {"Full": 0, "Shared": 1, "None": 2},
        "ShareState": {"Pending": 0, "Online": 1, "Offline": 2},
        "ShareType": {
            "FileSystemDirectory": 0,
            "PrintQueue": 1,
            "CommunicationDevice": 2,
            "InterprocessCommunication": 3,
        },
        "SmbInstance": {"Default": 0, "CSV": 1},
    },
    "MSFT_SmbShareAccessControlEntry": {
        "AccessControlType": {"Allow": 0, "Deny": 1},
        "AccessRight": {"Full": 0, "Change": 1, "Read": 2, "Custom": 3},
    },
    "MSFT_ScheduledTask": {"State": {"Unknown": 0, "Disabled": 1, "Queued": 2, "Ready": 3, "Running": 4}},
    "MSFT_TaskPrincipal2": {
        "LogonType": {
            "None": 0,
            "Password": 1,
            "S4U": 2,
            "Interactive": 3,
            "Group": 4,
            "ServiceAccount": 5,
            "InteractiveOrPassword": 6,
        },
        "ProcessTokenSidType": {"None": 0, "Unrestricted": 1, "Default": 2},
        "RunLevel": {"Limited": 0, "Highest": 1},
    },
    "MSFT_TaskSettings3": {
        "Compatibility": {"At": 0, "V1": 1, "Vista": 2, "Win7": 3, "Win8": 4},
        "MultipleInstances": {"Parallel": 0, "Queue": 1, "IgnoreNew": 2, "StopExisting": 3},
    },
    "MSFT_NetNetworkLayerSecurityFilter": {
        "Authentication": {"NotRequired": 0, "Required": 1, "NoEncap": 2},
        "Encryption": {"NotRequired": 0, "Required": 1, "Dynamic": 2},
    },
    "MSFT_DNSClientServerAddress": {"AddressFamily": {"IPv4": 2, "IPv6": 23}},
    "MSFT_NetIPAddress": {"Type": {"Unicast": 1, "Anycast": 2}},
    "MSFT_NetIPInterface": {"ConnectionState": {"Disconnected": 0, "Connected": 1}},
}
#: Numbers that are sums.
_FLAGS = frozenset({("MSFT_NetFirewallRule", "Profiles")})
#: What is shown of an instance without a view of its own.
DEFAULT_DISPLAY: dict[str, tuple[str, ...]] = {
    "Win32_BIOS": ("SMBIOSBIOSVersion", "Manufacturer", "Name", "SerialNumber", "Version"),
    "Win32_ComputerSystem": (
        "Domain",
        "Manufacturer",
        "Model",
        "Name",
        "PrimaryOwnerName",
        "TotalPhysicalMemory",
    ),
    "Win32_LogicalDisk": ("DeviceID", "DriveType", "ProviderName", "FreeSpace", "Size", "VolumeName"),
    "Win32_NetworkAdapterConfiguration": ("ServiceName", "DHCPEnabled", "Index", "Description"),
    "Win32_OperatingSystem": (
        "SystemDirectory",
        "Organization",
        "BuildNumber",
        "RegisteredUser",
        "SerialNumber",
        "Version",
    ),
    "Win32_Process": ("ProcessId", "Name", "HandleCount", "WorkingSetSize", "VirtualSize"),
    "Win32_Processor": (
        "Caption",
        "DeviceID",
        "Manufacturer",
        "MaxClockSpeed",
        "Name",
        "SocketDesignation",
    ),
    "Win32_Service": ("ProcessId", "Name", "StartMode", "State", "Status", "ExitCode"),
}
#: Classes whose numbers the type files show by the labels of the schema.
_OF_THE_SCHEMA: dict[str, tuple[str, ...]] = {
    "MSFT_NetIPAddress": ("AddressFamily", "AddressState", "PrefixOrigin", "SuffixOrigin"),
    "MSFT_NetIPInterface": (
        "AddressFamily",
        "AdvertiseDefaultRoute",
        "Advertising",
        "AutomaticMetric",
        "Dhcp",
        "DirectedMacWolPattern",
        "EcnMarking",
        "ForceArpNdWolPattern",
        "Forwarding",
        "IgnoreDefaultRoutes",
        "ManagedAddressConfiguration",
        "NeighborDiscoverySupported",
        "NeighborUnreachabilityDetection",
        "OtherStatefulConfiguration",
        "RouterDiscovery",
        "WeakHostReceive",
        "WeakHostSend",
    ),
    "MSFT_NetRoute": ("AddressFamily", "Protocol", "Publish"),
    "MSFT_NetNeighbor": ("AddressFamily", "State"),
    "MSFT_NetTCPConnection": ("State", "AppliedSetting", "OffloadState"),
}


def added_members(derivation: Iterable[str]) -> list[Property]:
    """The properties that are added to the instances of a class with these names, its own first."""
    found: dict[str, Property] = {}
    for name in derivation:
        for added, target in _ALIASES.get(name, {}).items():
            found.setdefault(added, Property(added, _alias(target), kind="AliasProperty"))
        for added, read in _MADE.get(name, {}).items():
            found.setdefault(added, Property(added, read))
    return list(found.values())


def enumerations_of(declaration: ClassDeclaration) -> dict[str, EnumType]:
    """The properties of a class whose numbers are shown by names, with the enumeration of each."""
    name = declaration.name
    noun = name.removeprefix("MSFT_")
    labels = {
        each: {label.replace(" ", ""): int(number) for number, label in _declared(declaration, each)}
        for each in _OF_THE_SCHEMA.get(name, ())
    } | _LABELS.get(name, {})
    return {
        each: EnumType(f"{_GENERATED}.{noun}.{each}", numbers, flags=(name, each) in _FLAGS)
        for each, numbers in labels.items()
        if declaration.find_property(each) is not None and numbers
    }


def _declared(declaration: ClassDeclaration, name: str) -> list[tuple[str, str]]:
    found = declaration.find_property(name)
    values = {} if found is None else found.values
    return [(number, label) for number, label in values.items() if label and number.isdecimal()]


def number_of(declaration: ClassDeclaration, name: str, text: str) -> int | None:
    """The number that a name of an enumerated property stands for."""
    found = next(
        (kind for each, kind in enumerations_of(declaration).items() if each.lower() == name.lower()), None
    )
    parsed = None if found is None else found.parse(text)
    return None if parsed is None else parsed.number
