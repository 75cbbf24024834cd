"""root/StandardCimv2: the host's interfaces are the same there as in root/cimv2 and for its switches."""

import pytest

from emulator.cim.errors import AlreadyExists, CimError, InvalidParameter, NotSupported
from emulator.cim.instance import ValueInstance
from emulator.host.network.network_interfaces import network_interfaces

STANDARD = "root/standardcimv2"


def every(wmi, class_name):
    name = "Name" if class_name == "MSFT_NetAdapter" else "InterfaceAlias"
    return {each.value(name): each for each in ipv4(wmi[STANDARD].instances(class_name))}


def ipv4(instances):
    """What is not of IPv6."""
    return [
        each
        for each in instances
        if not each.declaration.find_property("AddressFamily") or each.value("AddressFamily") != 23
    ]


def test_the_adapters_are_those_of_win32_network_adapter(wmi):
    adapters = every(wmi, "MSFT_NetAdapter")
    assert list(adapters) == ["Ethernet", "vEthernet (Internal)"]
    older = wmi["root/cimv2"].instances("Win32_NetworkAdapter")
    assert [each.value("NetConnectionID") for each in older] == list(adapters)
    assert [each.value("GUID") for each in older] == [
        each.value("InterfaceGuid") for each in adapters.values()
    ]
    assert [each.value("Virtual") for each in adapters.values()] == [False, True]


def test_an_external_switch_takes_the_addresses_along(wmi):
    assert every(wmi, "MSFT_NetIPAddress")["Ethernet"].value("IPAddress") == "192.0.2.10"
    switch = wmi.host.virtual_switches.create("wan", 2, network_adapter="Ethernet")
    addresses = every(wmi, "MSFT_NetIPAddress")
    assert addresses["vEthernet (wan)"].value("IPAddress") == "192.0.2.10"
    assert "Ethernet" not in addresses
    assert "Ethernet" not in every(wmi, "MSFT_NetIPInterface")
    assert every(wmi, "MSFT_NetRoute")["vEthernet (wan)"].value("DestinationPrefix") == "192.0.2.0/24"
    switch.configure(allow_management_os=False)
    assert "vEthernet (wan)" not in every(wmi, "MSFT_NetIPAddress")
    wmi.host.virtual_switches.remove(switch)
    assert every(wmi, "MSFT_NetIPAddress")["Ethernet"].value("IPAddress") == "192.0.2.10"


def test_a_connection_is_renamed(wmi):
    adapter, own = every(wmi, "MSFT_NetAdapter").values()
    assert wmi[STANDARD].invoke(adapter, "Rename", {"NewName": "Uplink"}).return_value == 0
    assert wmi.host.hardware.network_adapters[0].name == "Uplink"
    assert wmi[STANDARD].invoke(own, "Rename", {"NewName": "vEthernet (Lab)"}).return_value == 0
    assert wmi.host.virtual_switches.host_adapters[0].name == "Lab"


def test_traffic_grows_with_time(wmi):
    def received():
        (statistics,) = (
            each
            for each in wmi[STANDARD].instances("MSFT_NetAdapterStatisticsSettingData")
            if each.value("Name") == "Ethernet"
        )
        return statistics.value("ReceivedBytes")

    before = received()
    wmi.advance(60)
    assert received() > before


def test_the_listeners_of_winrm_listen(wmi):
    ports = [each.value("LocalPort") for each in wmi[STANDARD].instances("MSFT_NetTCPConnection")]
    assert {each.port for each in wmi.host.winrm.listeners} | {135, 445, 2179} <= set(ports)


@pytest.mark.parametrize(("role", "groups"), [("enabled", True), ("absent", False)])
def test_the_rules_of_hyper_v_come_with_the_role(make_wmi, role, groups):
    wmi = make_wmi("2022", role=role)
    found = {each.value("DisplayGroup") for each in wmi[STANDARD].instances("MSFT_NetFirewallRule")}
    assert "Windows Remote Management" in found
    assert ("Hyper-V" in found) is groups


def standard(wmi, class_name, **wanted):
    (found,) = [
        each
        for each in ipv4(wmi[STANDARD].instances(class_name))
        if all(each.value(name) == value for name, value in wanted.items())
    ]
    return found


def put(wmi, instance, **values):
    return wmi[STANDARD].put(instance, ValueInstance(instance.declaration, values))


def static(wmi, class_name, method, **arguments):
    return wmi[STANDARD].invoke(wmi[STANDARD].schema.find(class_name), method, arguments)


def test_an_address_is_made_changed_and_removed(wmi):
    made = static(
        wmi,
        "MSFT_NetIPAddress",
        "Create",
        InterfaceAlias="vEthernet (Internal)",
        IPAddress="192.168.7.1",
        PrefixLength=24,
        DefaultGateway="192.168.7.254",
    )
    assert made.return_value == 0
    (shown,) = made.out["CmdletOutput"]
    assert (shown.value("IPAddress"), shown.value("PrefixOrigin")) == ("192.168.7.1", 1)
    with pytest.raises(AlreadyExists):
        static(
            wmi, "MSFT_NetIPAddress", "Create", InterfaceIndex=13, IPAddress="192.168.7.1", PrefixLength=24
        )
    with pytest.raises(InvalidParameter):
        static(
            wmi,
            "MSFT_NetIPAddress",
            "Create",
            InterfaceAlias="none",
            IPAddress="192.168.7.1",
            PrefixLength=24,
        )
    address = standard(wmi, "MSFT_NetIPAddress", IPAddress="192.168.7.1")
    assert put(wmi, address, PrefixLength=16).value("SubnetMask") == "255.255.0.0"
    older = standard_older(wmi, "vEthernet (Internal)")
    assert (older.value("IPAddress")[0], older.value("DHCPEnabled")) == ("192.168.7.1", False)
    assert older.value("DefaultIPGateway") == ["192.168.7.254"]
    wmi[STANDARD].delete(standard(wmi, "MSFT_NetIPAddress", IPAddress="192.168.7.1"))
    assert not [
        each
        for each in wmi[STANDARD].instances("MSFT_NetIPAddress")
        if each.value("IPAddress") == "192.168.7.1"
    ]


def standard_older(wmi, connection):
    (adapter,) = [
        each
        for each in wmi["root/cimv2"].instances("Win32_NetworkAdapter")
        if each.value("NetConnectionID") == connection
    ]
    (found,) = wmi["root/cimv2"].associators(adapter.path, "Win32_NetworkAdapterSetting")
    return found


def test_a_route_is_made_found_and_removed(wmi):
    static(
        wmi,
        "MSFT_NetRoute",
        "Create",
        InterfaceAlias="Ethernet",
        DestinationPrefix="10.0.0.0/8",
        NextHop="192.0.2.254",
        RouteMetric=7,
    )
    route = standard(wmi, "MSFT_NetRoute", DestinationPrefix="10.0.0.0/8")
    assert (route.value("RouteMetric"), route.value("TypeOfRoute")) == (7, 4)
    found = static(wmi, "MSFT_NetRoute", "Find", RemoteIPAddress="10.1.2.3").out["CmdletOutput"]
    assert [wmi[STANDARD].find(each).declaration.name for each in found] == [
        "MSFT_NetIPAddress",
        "MSFT_NetRoute",
    ]
    assert found[1] == route.path
    assert put(wmi, route, RouteMetric=9).value("RouteMetric") == 9
    wmi[STANDARD].delete(standard(wmi, "MSFT_NetRoute", DestinationPrefix="10.0.0.0/8"))
    with pytest.raises(InvalidParameter):
        static(wmi, "MSFT_NetRoute", "Find", RemoteIPAddress="10.1.2.3")
    own = standard(wmi, "MSFT_NetRoute", DestinationPrefix="192.0.2.0/24")
    with pytest.raises(NotSupported):
        wmi[STANDARD].delete(own)


def test_dns_servers_and_interfaces_are_set(wmi):
    servers = standard(wmi, "MSFT_DNSClientServerAddress", InterfaceAlias="Ethernet")
    assert put(wmi, servers, ServerAddresses=["192.0.2.53", "192.0.2.54"]).value("ServerAddresses") == [
        "192.0.2.53",
        "192.0.2.54",
    ]
    assert standard_older(wmi, "Ethernet").value("DNSServerSearchOrder") == ["192.0.2.53", "192.0.2.54"]
    with pytest.raises(InvalidParameter):
        put(wmi, servers, ServerAddresses=["no address"])
    interface = standard(wmi, "MSFT_NetIPInterface", InterfaceAlias="Ethernet")
    assert interface.value("AutomaticMetric") == 1
    changed = put(wmi, interface, InterfaceMetric=5, NlMtu=9000)
    assert [changed.value(name) for name in ("AutomaticMetric", "InterfaceMetric", "NlMtu")] == [0, 5, 9000]
    assert put(wmi, changed, AutomaticMetric=1).value("InterfaceMetric") == 25


def test_an_adapter_is_switched_off_and_on(wmi):
    adapter = every(wmi, "MSFT_NetAdapter")["Ethernet"]
    assert wmi[STANDARD].invoke(adapter, "Disable", {}).return_value == 0
    off = every(wmi, "MSFT_NetAdapter")["Ethernet"]
    assert [off.value(name) for name in ("State", "InterfaceAdminStatus", "MediaConnectState")] == [3, 2, 2]
    assert "Ethernet" not in every(wmi, "MSFT_NetIPAddress")
    wmi[STANDARD].invoke(off, "Restart", {})
    assert every(wmi, "MSFT_NetIPAddress")["Ethernet"].value("IPAddress") == "192.0.2.10"


def rule_instance(wmi, **values):
    return ValueInstance(wmi[STANDARD].schema.find("MSFT_NetFirewallRule"), values)


def test_a_firewall_rule_is_made_narrowed_switched_off_and_removed(wmi):
    made = wmi[STANDARD].create(
        rule_instance(wmi, InstanceID="lab", DisplayName="Lab", Direction=1, Action=4, Enabled=1, Profiles=2)
    )
    with pytest.raises(AlreadyExists):
        wmi[STANDARD].create(rule_instance(wmi, InstanceID="LAB", DisplayName="again"))
    with pytest.raises(InvalidParameter):
        wmi[STANDARD].create(rule_instance(wmi, DisplayName="Lab", Action=9))
    (ports,) = wmi[STANDARD].associators(made.path, "MSFT_NetFirewallRuleFilterByProtocolPort")
    put(wmi, ports, Protocol="TCP", LocalPort=["8080", "9000-9010"])
    with pytest.raises(InvalidParameter):
        put(wmi, ports, LocalPort=["99999"])
    rule = wmi.host.firewall.get("lab")
    assert (rule.local_ports, rule.action, rule.profiles) == (("8080", "9000-9010"), 4, 2)
    profiles = wmi[STANDARD].associators(made.path, "MSFT_NetFirewallRuleInProfile")
    assert [each.value("Name") for each in profiles] == ["Private"]
    wmi[STANDARD].invoke(made, "Disable", {})
    assert not wmi.host.firewall.get("lab").enabled
    wmi[STANDARD].invoke(made, "Rename", {"NewName": "other"})
    wmi[STANDARD].delete(standard(wmi, "MSFT_NetFirewallRule", InstanceID="other"))
    assert wmi.host.firewall.get("other") is None


def test_a_profile_of_the_firewall_is_switched_off(wmi):
    public = standard(wmi, "MSFT_NetFirewallProfile", Name="Public")
    assert put(wmi, public, Enabled=2, DefaultInboundAction=4).value("Enabled") == 2
    with pytest.raises(InvalidParameter):
        put(wmi, public, DefaultInboundAction=3)


def test_a_guest_on_a_switch_of_the_host_is_its_neighbour(wmi):
    own = next(each for each in network_interfaces(wmi.host) if each.virtual is not None)
    wmi.host.ip_configuration.add_address(own, "192.0.2.129", 24)
    wmi.host.ip_configuration.configure(network_interfaces(wmi.host)[0], enabled=False)
    found = standard(wmi, "MSFT_NetNeighbor", IPAddress="192.0.2.21")
    assert (found.value("State"), found.value("InterfaceAlias")) == (5, "vEthernet (Internal)")
    assert found.value("LinkLayerAddress").replace("-", "") == wmi.one.network_adapters[0].mac_address


def test_the_adapter_of_a_switch_is_bound_to_its_protocol_only(wmi):
    def bound():
        return {
            each.value("ComponentID")
            for each in wmi[STANDARD].instances("MSFT_NetAdapterBindingSettingData")
            if each.value("Name") == "Ethernet" and each.value("Enabled")
        }

    assert "ms_tcpip" in bound()
    wmi.host.virtual_switches.create("wan", 2, network_adapter="Ethernet")
    assert bound() == {"vms_pp"}


def test_a_component_is_unbound_and_bound_but_not_where_a_switch_decides(wmi):
    def binding():
        return standard(wmi, "MSFT_NetAdapterBindingSettingData", Name="Ethernet", ComponentID="ms_tcpip6")

    wmi[STANDARD].invoke(binding(), "Disable", {})
    assert binding().value("Enabled") is False
    wmi[STANDARD].invoke(binding(), "Enable", {})
    assert binding().value("Enabled") is True
    wmi.host.virtual_switches.create("wan", 2, network_adapter="Ethernet")
    assert binding().value("Enabled") is False
    with pytest.raises(CimError):
        wmi[STANDARD].invoke(binding(), "Enable", {})


def test_an_advanced_property_is_set_by_its_name_or_value_and_reset(wmi):
    def option(keyword):
        return standard(
            wmi, "MSFT_NetAdapterAdvancedPropertySettingData", Name="Ethernet", RegistryKeyword=keyword
        )

    changed = put(wmi, option("*JumboPacket"), DisplayValue="9014 Bytes")
    assert (changed.value("RegistryValue"), changed.value("DisplayValue")) == (["9014"], "9014 Bytes")
    assert put(wmi, option("VlanID"), RegistryValue=["42"]).value("DisplayValue") == "42"
    for values in ({"RegistryValue": ["5000"]}, {"DisplayValue": "many"}):
        with pytest.raises(InvalidParameter):
            put(wmi, option("VlanID"), **values)
    wmi[STANDARD].invoke(option("VlanID"), "Reset", {})
    assert option("VlanID").value("RegistryValue") == ["0"]
    rss = standard(wmi, "MSFT_NetAdapterRssSettingData", Name="Ethernet")
    wmi[STANDARD].invoke(rss, "Disable", {})
    assert option("*RSS").value("DisplayValue") == "Disabled"


def test_an_interface_leads_to_its_adapter_addresses_and_routes(wmi):
    interface = standard(wmi, "MSFT_NetIPInterface", InterfaceAlias="Ethernet")
    (adapter,) = wmi[STANDARD].associators(interface.path, "MSFT_NetIPInterfaceAdapter")
    assert adapter.value("Name") == "Ethernet"
    (address,) = wmi[STANDARD].associators(interface.path, "MSFT_NetIPInterfaceIPAddress")
    assert address.value("IPAddress") == "192.0.2.10"
    routes = wmi[STANDARD].associators(interface.path, "MSFT_NetIPInterfaceRoute")
    assert "192.0.2.0/24" in {each.value("DestinationPrefix") for each in routes}
    (back,) = wmi[STANDARD].associators(address.path, "MSFT_NetIPInterfaceIPAddress")
    assert back.path == interface.path


def test_every_instance_is_found_by_its_path(wmi):
    namespace = wmi[STANDARD]
    for view in namespace._catalog.all_views():
        for item in view.objects():
            instance = view.instance(item)
            if instance.declaration.keys:
                assert namespace.find(str(instance.path)).path == instance.path


def test_each_connected_interface_has_a_link_local_address_of_ipv6(wmi):
    def shown(class_name, alias="Ethernet"):
        return [
            each
            for each in wmi[STANDARD].instances(class_name)
            if each.value("InterfaceAlias") == alias and each.value("AddressFamily") == 23
        ]

    (address,) = shown("MSFT_NetIPAddress")
    text = address.value("IPAddress")
    assert text.startswith("fe80::")
    assert text.endswith("%13")
    assert [address.value(name) for name in ("PrefixLength", "PrefixOrigin", "SuffixOrigin")] == [64, 2, 4]
    prefixes = {each.value("DestinationPrefix") for each in shown("MSFT_NetRoute")}
    assert prefixes == {"fe80::/64", "ff00::/8", text.removesuffix("%13") + "/128"}
    (interface,) = shown("MSFT_NetIPInterface")
    (found,) = wmi[STANDARD].associators(interface.path, "MSFT_NetIPInterfaceIPAddress")
    assert found.path == address.path
    (back,) = wmi[STANDARD].associators(address.path, "MSFT_NetIPInterfaceIPAddress")
    assert back.path == interface.path
    with pytest.raises(NotSupported):
        wmi[STANDARD].delete(address)
    wmi.host.ip_configuration.configure(network_interfaces(wmi.host)[0], enabled=False)
    assert shown("MSFT_NetIPAddress") == []
    loopback = [
        each for each in wmi[STANDARD].instances("MSFT_NetIPAddress") if each.value("IPAddress") == "::1"
    ]
    assert [each.value("InterfaceIndex") for each in loopback] == [1]


def test_guests_of_the_own_switch_are_neighbours_in_both_families(wmi):
    wmi.advance(120)
    guest = {each for each in wmi.one.network_adapters[0].ip_addresses if ":" in each}
    found = [
        each
        for each in wmi[STANDARD].instances("MSFT_NetNeighbor")
        if each.value("State") == 5 and each.value("AddressFamily") == 23
    ]
    assert {each.value("IPAddress") for each in found} == guest
