"""How instances of the network classes are shown, from what the cmdlets of Windows print."""

from __future__ import annotations

from emulator.powershell.format.views import Column, View, listing, table
from emulator.powershell.modules.cim.objects import INSTANCE

_SHARES = f"{INSTANCE}#root/Microsoft/Windows/SMB"
_PLACE = f"{INSTANCE}#root/StandardCimv2"


def _column(label: str, width: int, value: str = "", alignment: str = "") -> Column:
    return Column(label, value or label, width, alignment)


def _class(name: str) -> str:
    return f"{_PLACE}/MSFT_{name}"


#: Tables of common classes of root/cimv2, in place of the list of their default properties.
_WIN32 = {
    "OperatingSystem": "SystemDirectory Organization BuildNumber RegisteredUser SerialNumber Version",
    "ComputerSystem": "Name PrimaryOwnerName Domain TotalPhysicalMemory Model Manufacturer",
    "LogicalDisk": "DeviceID DriveType ProviderName VolumeName Size FreeSpace",
    "Process": "ProcessId Name HandleCount WorkingSetSize VirtualSize",
    "Service": "ProcessId Name StartMode State Status ExitCode",
    "Processor": "DeviceID Name Caption MaxClockSpeed SocketDesignation Manufacturer",
    "DiskDrive": "DeviceID Caption Partitions Size Model",
    "NetworkAdapter": "DeviceID Name AdapterType ServiceName",
    "NetworkAdapterConfiguration": "ServiceName DHCPEnabled Index Description",
    "QuickFixEngineering": "Source Description HotFixID InstalledBy InstalledOn",
    "Share": "Name Path Description",
    "UserAccount": "Name Caption AccountType SID Domain",
}


def _win32_tables() -> list[View]:
    return [
        table(
            f"{INSTANCE}#root/cimv2/Win32_{name}",
            columns=tuple(Column(one, one) for one in columns.split()),
            auto_size=True,
        )
        for name, columns in _WIN32.items()
    ]


def module_views() -> list[View]:
    """The views of the modules."""
    return [
        *_win32_tables(),
        table(
            f"{_SHARES}/MSFT_SmbShare",
            columns=tuple(Column(one, one) for one in ("Name", "ScopeName", "Path", "Description")),
            auto_size=True,
        ),
        table(
            f"{_SHARES}/MSFT_SmbShareAccessControlEntry",
            columns=tuple(
                Column(one, one)
                for one in ("Name", "ScopeName", "AccountName", "AccessControlType", "AccessRight")
            ),
            auto_size=True,
        ),
        table(
            _class("NetAdapter"),
            columns=(
                _column("Name", 25),
                _column("InterfaceDescription", 39),
                _column("ifIndex", 7, alignment="right"),
                _column("Status", 12),
                _column("MacAddress", 17),
                _column("LinkSpeed", 14, alignment="right"),
            ),
        ),
        table(
            _class("NetAdapterBindingSettingData"),
            columns=(
                _column("Name", 30),
                _column("DisplayName", 50),
                _column("ComponentID", 20),
                _column("Enabled", 12),
            ),
        ),
        table(
            _class("NetAdapterAdvancedPropertySettingData"),
            columns=(
                _column("Name", 25),
                _column("DisplayName", 30),
                _column("DisplayValue", 30),
                _column("RegistryKeyword", 15),
                _column("RegistryValue", 15),
            ),
        ),
        table(
            _class("NetAdapterStatisticsSettingData"),
            columns=(
                _column("Name", 32),
                _column("ReceivedBytes", 15, alignment="right"),
                _column("ReceivedUnicastPackets", 22, alignment="right"),
                _column("SentBytes", 15, alignment="right"),
                _column("SentUnicastPackets", 18, alignment="right"),
            ),
        ),
        table(
            _class("NetAdapterVmqSettingData"),
            columns=(
                _column("Name", 30),
                _column("InterfaceDescription", 30),
                _column("Enabled", 7),
                _column("BaseVmqProcessor", 16, "BaseProcessorNumber"),
                _column("MaxProcessors", 13),
                _column("NumberOfReceiveQueues", 21),
            ),
        ),
        listing(
            _class("NetIPAddress"),
            entries=(
                "IPAddress",
                "InterfaceIndex",
                "InterfaceAlias",
                "AddressFamily",
                "Type",
                "PrefixLength",
                "PrefixOrigin",
                "SuffixOrigin",
                "AddressState",
                "ValidLifetime",
                "PreferredLifetime",
                "SkipAsSource",
            ),
        ),
        table(
            _class("NetIPInterface"),
            columns=(
                _column("ifIndex", 7),
                _column("InterfaceAlias", 31),
                _column("AddressFamily", 15),
                _column("NlMtu(Bytes)", 12, alignment="right"),
                _column("InterfaceMetric", 15, alignment="right"),
                _column("Dhcp", 8),
                _column("ConnectionState", 15),
            ),
        ),
        table(
            _class("NetRoute"),
            columns=(
                _column("ifIndex", 7),
                _column("DestinationPrefix", 48),
                _column("NextHop", 39),
                _column("RouteMetric", 11, alignment="right"),
                _column("ifMetric", 8, "InterfaceMetric"),
            ),
        ),
        table(
            _class("NetNeighbor"),
            columns=(
                _column("ifIndex", 7),
                _column("IPAddress", 45),
                _column("LinkLayerAddress", 20),
                _column("State", 11),
            ),
        ),
        table(
            _class("NetTCPConnection"),
            columns=(
                _column("LocalAddress", 35),
                _column("LocalPort", 9),
                _column("RemoteAddress", 35),
                _column("RemotePort", 10),
                _column("State", 11),
                _column("OwningProcess", 13),
            ),
        ),
        table(
            _class("NetUDPEndpoint"),
            columns=(_column("LocalAddress", 40), _column("LocalPort", 9)),
        ),
        listing(
            _class("NetFirewallRule"),
            entries=(
                "Name",
                "DisplayName",
                "Description",
                "DisplayGroup",
                "Group",
                "Enabled",
                "Profile",
                "Direction",
                "Action",
                "EdgeTraversalPolicy",
                "LooseSourceMapping",
                "LocalOnlyMapping",
                "Owner",
                "PrimaryStatus",
                "Status",
                "EnforcementStatus",
                "PolicyStoreSource",
                "PolicyStoreSourceType",
            ),
        ),
        listing(
            _class("NetProtocolPortFilter"),
            entries=("Protocol", "LocalPort", "RemotePort", "IcmpType", "DynamicTransport"),
        ),
        listing(_class("NetAddressFilter"), entries=("LocalAddress", "RemoteAddress")),
        listing(_class("NetApplicationFilter"), entries=("Program", "Package")),
        listing(
            _class("NetFirewallProfile"),
            entries=(
                "Name",
                "Enabled",
                "DefaultInboundAction",
                "DefaultOutboundAction",
                "AllowInboundRules",
                "AllowLocalFirewallRules",
                "AllowLocalIPsecRules",
                "AllowUserApps",
                "AllowUserPorts",
                "AllowUnicastResponseToMulticast",
                "NotifyOnListen",
                "EnableStealthModeForIPsec",
                "LogFileName",
                "LogMaxSizeKilobytes",
                "LogAllowed",
                "LogBlocked",
                "LogIgnored",
                "DisabledInterfaceAliases",
            ),
        ),
        listing(
            _class("NetNat"),
            entries=(
                "Name",
                "ExternalIPInterfaceAddressPrefix",
                "InternalIPInterfaceAddressPrefix",
                "IcmpQueryTimeout",
                "TcpEstablishedConnectionTimeout",
                "TcpTransientConnectionTimeout",
                "TcpFilteringBehavior",
                "UdpFilteringBehavior",
                "UdpIdleSessionTimeout",
                "UdpInboundRefresh",
                "Store",
                "Active",
            ),
        ),
        listing(
            _class("NetNatStaticMapping"),
            entries=(
                "StaticMappingID",
                "NatName",
                "Protocol",
                "RemoteExternalIPAddressPrefix",
                "ExternalIPAddress",
                "ExternalPort",
                "InternalIPAddress",
                "InternalPort",
                "InternalRoutingDomainId",
                "Active",
            ),
        ),
        listing(
            _class("NetLbfoTeam"),
            entries=("Name", "TeamingMode", "LoadBalancingAlgorithm", "Status", "LacpTimer"),
        ),
        listing(
            _class("NetLbfoTeamMember"),
            entries=(
                "Name",
                "InterfaceDescription",
                "Team",
                "AdministrativeMode",
                "OperationalMode",
                "TransmitLinkSpeed",
                "ReceiveLinkSpeed",
                "FailureReason",
            ),
        ),
        listing(
            _class("NetLbfoTeamNic"),
            entries=(
                "Name",
                "InterfaceDescription",
                "Team",
                "VlanID",
                "Primary",
                "Default",
                "TransmitLinkSpeed",
                "ReceiveLinkSpeed",
            ),
        ),
        table(
            _class("DNSClientServerAddress"),
            columns=(
                _column("InterfaceAlias", 32),
                _column("Interface Index", 9, "InterfaceIndex", "right"),
                _column("Address Family", 7, "AddressFamily"),
                _column("ServerAddresses", 0),
            ),
        ),
        listing(
            _class("NetConnectionProfile"),
            entries=(
                "Name",
                "InterfaceAlias",
                "InterfaceIndex",
                "NetworkCategory",
                "IPv4Connectivity",
                "IPv6Connectivity",
            ),
        ),
    ]
