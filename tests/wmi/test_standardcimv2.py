"""root/StandardCimv2: the host's interfaces are the same there as in root/cimv2 and for its switches."""

import pytest

STANDARD = "root/standardcimv2"


def every(wmi, class_name):
    name = "Name" if class_name == "MSFT_NetAdapter" else "InterfaceAlias"
    return {each.value(name): each for each in wmi[STANDARD].instances(class_name)}


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
    assert sorted(ports) == sorted({each.port for each in wmi.host.winrm.listeners})


@pytest.mark.parametrize(("role", "groups"), [("enabled", True), ("absent", False)])
def test_the_rules_of_hyper_v_come_with_the_role(make_wmi, role, groups):
    wmi = make_wmi("2022", role=role)
    found = {each.value("DisplayGroup") for each in wmi[STANDARD].instances("MSFT_NetFirewallRule")}
    assert "Windows Remote Management" in found
    assert ("Hyper-V" in found) is groups


def test_every_instance_is_found_by_its_path(wmi):
    namespace = wmi[STANDARD]
    for view in namespace._catalog.all_views():
        for item in view.objects():
            instance = view.instance(item)
            if instance.declaration.keys:
                assert namespace.find(str(instance.path)).path == instance.path
