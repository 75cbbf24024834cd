"""NetTCPIP: addresses, interfaces, routes, neighbours and endpoints. NetNat: translated networks. DnsClient,
NetConnection: names and networks of interfaces."""

from __future__ import annotations

from emulator.powershell.modules.cim.noun_cmdlets import (
    Noun,
    change_cmdlet,
    create_cmdlet,
    method_cmdlet,
    query_cmdlet,
    remove_cmdlet,
    same_names,
    static_cmdlet,
)

_INTERFACE = same_names("InterfaceIndex", "InterfaceAlias")
_ORIGINS = same_names("PrefixOrigin", "SuffixOrigin", "AddressState")
_ADDRESS = Noun(
    "MSFT_NetIPAddress",
    {
        **same_names("IPAddress", "AddressFamily", "Type", "PrefixLength", "SkipAsSource"),
        **_INTERFACE,
        **_ORIGINS,
    },
    ("AssociatedIPInterface",),
)
get_address = query_cmdlet("Get-NetIPAddress", _ADDRESS)
new_address = static_cmdlet(
    "New-NetIPAddress",
    "MSFT_NetIPAddress",
    "Create",
    {
        **_INTERFACE,
        **same_names(
            "IPAddress",
            "AddressFamily",
            "PrefixLength",
            "DefaultGateway",
            "SkipAsSource",
            "Type",
            "PolicyStore",
        ),
    },
)
set_address = change_cmdlet(
    "Set-NetIPAddress",
    Noun("MSFT_NetIPAddress", {**same_names("IPAddress", "AddressFamily", "Type"), **_INTERFACE, **_ORIGINS}),
    same_names("PrefixLength", "SkipAsSource"),
)
remove_address = remove_cmdlet("Remove-NetIPAddress", _ADDRESS)

_IP_INTERFACE = Noun(
    "MSFT_NetIPInterface",
    {
        **_INTERFACE,
        **same_names(
            "AddressFamily", "Forwarding", "InterfaceMetric", "Dhcp", "ConnectionState", "AutomaticMetric"
        ),
        "NlMtuBytes": "NlMtu",
    },
    ("AssociatedRoute", "AssociatedIPAddress", "AssociatedNeighbor", "AssociatedAdapter"),
)
get_interface = query_cmdlet("Get-NetIPInterface", _IP_INTERFACE)
set_interface = change_cmdlet(
    "Set-NetIPInterface",
    Noun("MSFT_NetIPInterface", {**_INTERFACE, **same_names("AddressFamily")}),
    same_names("Forwarding", "InterfaceMetric", "Dhcp", "AutomaticMetric", NlMtuBytes="NlMtu"),
)

_ROUTE = Noun(
    "MSFT_NetRoute",
    {
        **_INTERFACE,
        **same_names(
            "DestinationPrefix", "NextHop", "AddressFamily", "Protocol", "RouteMetric", "InterfaceMetric"
        ),
    },
    ("AssociatedIPInterface",),
)
get_route = query_cmdlet("Get-NetRoute", _ROUTE)
new_route = static_cmdlet(
    "New-NetRoute",
    "MSFT_NetRoute",
    "Create",
    {
        **_INTERFACE,
        **same_names("DestinationPrefix", "NextHop", "RouteMetric", "AddressFamily", "PolicyStore"),
    },
)
remove_route = remove_cmdlet("Remove-NetRoute", _ROUTE)
find_route = static_cmdlet(
    "Find-NetRoute",
    "MSFT_NetRoute",
    "Find",
    same_names("InterfaceIndex", "LocalIPAddress", "RemoteIPAddress"),
)

get_neighbor = query_cmdlet(
    "Get-NetNeighbor",
    Noun(
        "MSFT_NetNeighbor",
        {**_INTERFACE, **same_names("IPAddress", "LinkLayerAddress", "State", "AddressFamily")},
        ("AssociatedIPInterface",),
    ),
)
get_tcp_connection = query_cmdlet(
    "Get-NetTCPConnection",
    Noun(
        "MSFT_NetTCPConnection",
        same_names("LocalAddress", "LocalPort", "RemoteAddress", "RemotePort", "State", "OwningProcess"),
    ),
)
get_udp_endpoint = query_cmdlet(
    "Get-NetUDPEndpoint",
    Noun("MSFT_NetUDPEndpoint", same_names("LocalAddress", "LocalPort", "OwningProcess")),
)

_NAT = Noun("MSFT_NetNat", same_names("Name"))
_TIMES = same_names(
    "IcmpQueryTimeout",
    "TcpEstablishedConnectionTimeout",
    "TcpTransientConnectionTimeout",
    "TcpFilteringBehavior",
    "UdpFilteringBehavior",
    "UdpIdleSessionTimeout",
    "UdpInboundRefresh",
)
get_nat = query_cmdlet("Get-NetNat", _NAT)
new_nat = create_cmdlet(
    "New-NetNat",
    "MSFT_NetNat",
    same_names(
        "Name",
        "ExternalIPInterfaceAddressPrefix",
        "InternalIPInterfaceAddressPrefix",
        "InternalRoutingDomainId",
    ),
)
set_nat = change_cmdlet("Set-NetNat", _NAT, _TIMES)
remove_nat = remove_cmdlet("Remove-NetNat", _NAT)
get_mapping = query_cmdlet("Get-NetNatStaticMapping", Noun("MSFT_NetNatStaticMapping", same_names("NatName")))
add_mapping = create_cmdlet(
    "Add-NetNatStaticMapping",
    "MSFT_NetNatStaticMapping",
    same_names(
        "NatName",
        "Protocol",
        "ExternalIPAddress",
        "ExternalPort",
        "InternalIPAddress",
        "InternalPort",
        "InternalRoutingDomainId",
        "RemoteExternalIPAddressPrefix",
    ),
)
remove_mapping = remove_cmdlet(
    "Remove-NetNatStaticMapping", Noun("MSFT_NetNatStaticMapping", same_names("NatName", "StaticMappingID"))
)
add_external = create_cmdlet(
    "Add-NetNatExternalAddress",
    "MSFT_NetNatExternalAddress",
    same_names("NatName", "IPAddress", "PortStart", "PortEnd"),
)
get_external = query_cmdlet(
    "Get-NetNatExternalAddress", Noun("MSFT_NetNatExternalAddress", same_names("NatName"))
)
get_session = query_cmdlet("Get-NetNatSession", Noun("MSFT_NetNatSession", same_names("NatName")))

_SERVERS = Noun("MSFT_DNSClientServerAddress", {**_INTERFACE, **same_names("AddressFamily")})
get_dns_servers = query_cmdlet("Get-DnsClientServerAddress", _SERVERS)
get_suffixes = query_cmdlet("Get-DnsClientGlobalSetting", Noun("MSFT_DNSClientGlobalSetting"))
set_suffixes = change_cmdlet(
    "Set-DnsClientGlobalSetting", Noun("MSFT_DNSClientGlobalSetting"), same_names("SuffixSearchList")
)
clear_cache = static_cmdlet("Clear-DnsClientCache", "MSFT_DNSClientCache", "Clear", {})
get_dns_client = query_cmdlet("Get-DnsClient", Noun("MSFT_DNSClient", _INTERFACE))
set_dns_client = change_cmdlet(
    "Set-DnsClient",
    Noun("MSFT_DNSClient", _INTERFACE),
    same_names("ConnectionSpecificSuffix", "RegisterThisConnectionsAddress"),
)

_NETWORK = Noun(
    "MSFT_NetConnectionProfile",
    {**_INTERFACE, **same_names("Name", "NetworkCategory", "IPv4Connectivity", "IPv6Connectivity")},
)
get_network = query_cmdlet("Get-NetConnectionProfile", _NETWORK)
set_network = change_cmdlet(
    "Set-NetConnectionProfile",
    Noun("MSFT_NetConnectionProfile", {**_INTERFACE, **same_names("Name")}),
    same_names("NetworkCategory"),
)
reset_property = method_cmdlet(
    "Reset-NetAdapterAdvancedProperty",
    Noun("MSFT_NetAdapterAdvancedPropertySettingData", same_names("Name", "DisplayName")),
    "Reset",
)
