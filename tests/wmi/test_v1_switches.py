"""Switches, ports and endpoints of the older namespace."""

import pytest

from emulator.cim.errors import InvalidParameter
from emulator.cim.instance import ValueInstance
from emulator.host import VirtualSwitch

V1 = "root/virtualization"
SERVICE = "Msvm_VirtualSwitchManagementService"
NAME = "11111111-2222-3333-4444-CCCCCCCCCCCC"


@pytest.fixture(params=["2008R2", "2012"])
def wmi(request, make_wmi):
    return make_wmi(request.param)


def call(wmi, method, **arguments):
    service = wmi[V1].resolve(SERVICE, {"CreationClassName": SERVICE})
    return wmi[V1].invoke(service, method, arguments)


def made(wmi, method, **arguments):
    result = call(wmi, method, **arguments)
    assert result.return_value == 0
    (path,) = result.out.values()
    return wmi[V1].find(path)


def new_switch(wmi):
    return made(wmi, "CreateSwitch", Name=NAME, FriendlyName="lan", NumLearnableAddresses=1024)


def new_port(wmi, switch, name="port"):
    return made(wmi, "CreateSwitchPort", VirtualSwitch=switch.path, Name=name, FriendlyName=name)


def endpoint(wmi, port):
    (found,) = wmi[V1].associators(port.path, result_class="CIM_LANEndpoint")
    return found


def host_switch(wmi) -> VirtualSwitch:
    return wmi.host.virtual_switches[NAME]


def external(wmi):
    (found,) = wmi[V1].instances("Msvm_ExternalEthernetPort")
    return found


def test_a_switch_is_made_and_deleted(wmi):
    switch = new_switch(wmi)
    assert (switch.value("Name"), switch.value("ElementName")) == (NAME, "lan")
    assert host_switch(wmi).kind.name == "PRIVATE"
    assert call(wmi, "CreateSwitch", Name=NAME, FriendlyName="again").return_value == 32768
    assert call(wmi, "DeleteSwitch", VirtualSwitch=switch.path).return_value == 0
    assert wmi.host.virtual_switches.get(NAME) is None


def test_an_adapter_is_connected_to_a_port_and_disconnected(wmi):
    switch = new_switch(wmi)
    port = new_port(wmi, switch)
    adapter = wmi.two.devices.add_network_adapter("nic")
    device = wmi[V1].resolve("Msvm_SyntheticEthernetPort", {"SystemName": wmi.two.id})
    end = endpoint(wmi, device)
    assert end.value("Connected") is False
    result = call(wmi, "ConnectSwitchPort", SwitchPort=port.path, LANEndpoint=end.path)
    assert result.return_value == 0
    connection = wmi[V1].find(result.out["ActiveConnection"])
    assert connection.value("Antecedent").same_object(port.path)
    assert adapter.switch is host_switch(wmi)
    (settings,) = wmi.settings(wmi.two, "Msvm_SyntheticEthernetPortSettingData", V1)
    assert settings.value("Connection") == [str(port.path)]
    assert call(wmi, "ConnectSwitchPort", SwitchPort=port.path, LANEndpoint=end.path).return_value == 32774
    assert call(wmi, "DisconnectSwitchPort", SwitchPort=port.path).return_value == 0
    assert adapter.switch is None
    ports = wmi[V1].associators(switch.path, "Msvm_HostedAccessPoint")
    assert [each.value("Name") for each in ports] == ["port"]
    assert call(wmi, "DeleteSwitchPort", SwitchPort=port.path).return_value == 0
    assert not wmi[V1].associators(switch.path, "Msvm_HostedAccessPoint")


def test_settings_of_an_adapter_connect_it_to_a_port(wmi):
    port = new_port(wmi, new_switch(wmi))
    text = wmi.embedded("Msvm_SyntheticEthernetPortSettingData", {"Connection": [str(port.path)]}, V1)
    path = wmi.machine(wmi.two, V1).path
    wmi.manage("AddVirtualSystemResources", V1, TargetSystem=path, ResourceSettingData=[text])
    assert wmi.two.network_adapters[0].switch is host_switch(wmi)


def test_an_adapter_that_was_connected_without_a_port_has_one(wmi):
    (settings,) = wmi.settings(wmi.one, "Msvm_SyntheticEthernetPortSettingData", V1)
    (path,) = settings.value("Connection")
    port = wmi[V1].find(path)
    (switch,) = wmi[V1].associators(port.path, "Msvm_HostedAccessPoint")
    assert switch.value("ElementName") == "Internal"
    (end,) = wmi[V1].associators(port.path, "Msvm_ActiveConnection")
    assert end.value("SystemName") == wmi.one.id


def test_a_switch_is_set_up_with_both_ends_and_torn_down(wmi):
    switch = new_switch(wmi)
    outer, inner = new_port(wmi, switch, "outer"), new_port(wmi, switch, "inner")
    assert external(wmi).value("IsBound") is False
    result = call(
        wmi,
        "SetupSwitch",
        ExternalSwitchPort=outer.path,
        InternalSwitchPort=inner.path,
        ExternalEthernetPort=external(wmi).path,
        InternalEthernetPortName="host nic",
        InternalEthernetPortFriendlyName="Host NIC",
    )
    assert result.return_value == 4096
    changed = host_switch(wmi)
    job = wmi[V1].find(result.out["Job"])
    assert (job.declaration.name, job.value("NetworkJobType"), job.value("JobState")) == (
        "Msvm_NetworkJob",
        1,
        4,
    )
    assert changed.kind.name == "PRIVATE"
    (affected,) = wmi[V1].associators(job.path, "Msvm_AffectedJobElement")
    assert affected.value("ElementName") == changed.name
    assert wmi[V1].invoke(job, "KillJob", {}).return_value == 1
    wmi.advance(2)
    job = wmi[V1].find(result.out["Job"])
    assert (job.value("JobState"), job.value("Hresult")) == (7, 0)
    assert wmi[V1].find(job.value("CreatedInternalEthernetPort")).value("ElementName") == "Host NIC"
    assert (changed.kind.name, changed.allow_management_os) == ("EXTERNAL", True)
    assert external(wmi).value("IsBound") is True
    names = [each.value("ElementName") for each in wmi[V1].instances("Msvm_InternalEthernetPort")]
    assert "Host NIC" in names
    peers = [wmi[V1].associators(each.path, "Msvm_ActiveConnection") for each in (outer, inner)]
    assert [len(each) for each in peers] == [1, 1]
    (own,) = [
        each
        for each in wmi[V1].instances("Msvm_InternalEthernetPort")
        if each.value("ElementName") == "Host NIC"
    ]
    result = call(
        wmi, "TeardownSwitch", ExternalEthernetPort=external(wmi).path, InternalEthernetPort=own.path
    )
    assert result.return_value == 4096
    wmi.advance(2)
    assert (changed.kind.name, changed.allow_management_os) == ("PRIVATE", False)
    assert external(wmi).value("IsBound") is False


def test_an_internal_port_is_made_connected_and_deleted(wmi):
    switch = new_switch(wmi)
    own = made(
        wmi, "CreateInternalEthernetPort", Name="nic", FriendlyName="Host", MacAddress="00-15-5D-00-00-07"
    )
    assert own.value("PermanentAddress") == "00155D000007"
    assert not endpoint(wmi, own).value("Connected")
    port = new_port(wmi, switch)
    result = call(wmi, "ConnectSwitchPort", SwitchPort=port.path, LANEndpoint=endpoint(wmi, own).path)
    assert result.return_value == 0
    assert host_switch(wmi).kind.name == "INTERNAL"
    assert endpoint(wmi, own).value("Connected")
    assert call(wmi, "DeleteInternalEthernetPort", InternalEthernetPort=own.path).return_value == 0
    assert host_switch(wmi).kind.name == "PRIVATE"
    dynamic = made(wmi, "CreateInternalEthernetPortDynamicMac", Name="other", FriendlyName="Other")
    assert dynamic.value("PermanentAddress").startswith("00155D")


def test_an_external_port_is_bound_and_unbound(wmi):
    port = external(wmi)
    for method, code in (
        ("UnbindExternalEthernetPort", 32773),
        ("BindExternalEthernetPort", 0),
        ("BindExternalEthernetPort", 32774),
        ("UnbindExternalEthernetPort", 0),
    ):
        assert call(wmi, method, ExternalEthernetPort=port.path).return_value == code
    assert external(wmi).value("IsBound") is False


def test_wrong_references_are_refused(wmi):
    switch = new_switch(wmi)
    machine = wmi.machine(wmi.two, V1)
    assert call(wmi, "DeleteSwitch", VirtualSwitch=machine.path).return_value == 32773
    port = new_port(wmi, switch)
    result = call(wmi, "ConnectSwitchPort", SwitchPort=port.path, LANEndpoint=machine.path)
    assert result.return_value == 32773
    assert call(wmi, "CreateSwitchPort", VirtualSwitch=switch.path, Name="PORT").return_value == 32768
    assert call(wmi, "CreateSwitch", Name="x" * 256, FriendlyName="x").return_value == 32773


def test_ports_of_a_switch_that_is_gone_are_gone(wmi):
    switch = new_switch(wmi)
    new_port(wmi, switch)
    wmi.host.virtual_switches.remove(host_switch(wmi))
    assert "port" not in [each.value("Name") for each in wmi[V1].instances("Msvm_SwitchPort")]


def test_a_bridge_learns_the_addresses_of_running_machines(wmi):
    (switch,) = [
        each for each in wmi[V1].instances("Msvm_VirtualSwitch") if each.value("ElementName") == "Internal"
    ]
    (bridge,) = wmi[V1].associators(switch.path, "Msvm_HostedSwitchService")
    (entry,) = wmi[V1].associators(bridge.path, "Msvm_TransparentBridgingDynamicForwarding")
    assert entry.value("MACAddress") == wmi.one.network_adapters[0].mac_address


def put(wmi, target, **values):
    return wmi[V1].put(target, ValueInstance(target.declaration, values, namespace=V1))


def vlan_of(wmi, port):
    """The endpoint of a port and its settings."""
    (found,) = wmi[V1].associators(port.path, "Msvm_BindsTo")
    (settings,) = wmi[V1].associators(found.path, "Msvm_NetworkElementSettingData")
    return found, settings


def test_the_vlan_of_a_free_port_is_written_and_handed_on(wmi):
    """As clients do it: port, VLAN, then the adapter."""
    port = new_port(wmi, new_switch(wmi))
    _, settings = vlan_of(wmi, port)
    assert put(wmi, settings, AccessVLAN=12).value("AccessVLAN") == 12
    put(wmi, port, AllowMacSpoofing=True)
    adapter = wmi.two.devices.add_network_adapter("nic")
    (end,) = [
        each for each in wmi[V1].instances("Msvm_VmLANEndpoint") if each.value("SystemName") == wmi.two.id
    ]
    assert call(wmi, "ConnectSwitchPort", SwitchPort=port.path, LANEndpoint=end.path).return_value == 0
    assert (adapter.vlan.mode.name, adapter.vlan.access_id) == ("ACCESS", 12)
    assert adapter.mac_address_spoofing
    _, settings = vlan_of(wmi, port)
    put(wmi, settings, AccessVLAN=0)
    assert adapter.vlan.mode.name == "UNTAGGED"


def test_a_port_becomes_a_trunk(wmi):
    (port,) = [
        each
        for each in wmi[V1].instances("Msvm_SwitchPort")
        if wmi[V1].associators(each.path, "Msvm_ActiveConnection", "Msvm_VmLANEndpoint")
    ]
    end, settings = vlan_of(wmi, port)
    assert put(wmi, end, DesiredEndpointMode=5).value("OperationalEndpointMode") == 5
    put(wmi, settings, TrunkedVLANList=[5, 6], NativeVLAN=7)
    vlan = wmi.one.network_adapters[0].vlan
    assert (vlan.mode.name, vlan.allowed, vlan.native_id) == ("TRUNK", (5, 6), 7)
    for target, values in (
        (end, {"DesiredEndpointMode": 3}),
        (settings, {"TrunkedVLANList": [5000]}),
        (settings, {"AccessVLAN": 4095}),
    ):
        with pytest.raises(InvalidParameter):
            put(wmi, target, **values)
    assert wmi.one.network_adapters[0].vlan is vlan


def test_the_port_of_a_physical_adapter_keeps_the_vlans_that_it_trunks(wmi):
    switch = new_switch(wmi)
    port = new_port(wmi, switch)
    (end,) = wmi[V1].associators(external(wmi).path, "Msvm_GlobalEthernetPortSAPImplementation")
    assert call(wmi, "ConnectSwitchPort", SwitchPort=port.path, LANEndpoint=end.path).return_value == 0
    end, settings = vlan_of(wmi, port)
    put(wmi, end, DesiredEndpointMode=5)
    put(wmi, settings, TrunkedVLANList=[5])
    assert vlan_of(wmi, port)[1].value("TrunkedVLANList") == [5]


def test_a_port_is_in_a_private_vlan_until_that_is_taken_back(wmi):
    port = new_port(wmi, new_switch(wmi))
    end, settings = vlan_of(wmi, port)
    assert [settings.value(name) for name in ("PVlanMode", "PrimaryVlan", "SecondaryVlan")] == [0, 0, 0]
    shown = put(wmi, settings, PVlanMode=1, PrimaryVlan=10, SecondaryVlan=200)
    assert [shown.value(name) for name in ("PVlanMode", "PrimaryVlan", "SecondaryVlan")] == [1, 10, 200]
    adapter = wmi.two.devices.add_network_adapter("nic")
    (lan,) = [
        each for each in wmi[V1].instances("Msvm_VmLANEndpoint") if each.value("SystemName") == wmi.two.id
    ]
    assert call(wmi, "ConnectSwitchPort", SwitchPort=port.path, LANEndpoint=lan.path).return_value == 0
    assert (adapter.vlan.mode.name, adapter.vlan.private_mode.name) == ("PRIVATE", "ISOLATED")
    assert (adapter.vlan.primary_id, adapter.vlan.secondary_id) == (10, 200)
    end, settings = vlan_of(wmi, port)
    put(wmi, settings, PVlanMode=3, SecondaryVlan=201)
    assert (adapter.vlan.private_mode.name, adapter.vlan.secondary_ids) == ("PROMISCUOUS", (201,))
    before = adapter.vlan
    for values in ({"PVlanMode": 4}, {"PrimaryVlan": 0}, {"SecondaryVlan": 4095}):
        with pytest.raises(InvalidParameter):
            put(wmi, settings, **values)
    assert adapter.vlan is before
    put(wmi, settings, PVlanMode=0)
    assert (adapter.vlan.mode.name, adapter.vlan.primary_id) == ("UNTAGGED", 0)
    put(wmi, settings, PVlanMode=2, PrimaryVlan=10, SecondaryVlan=202)
    put(wmi, end, DesiredEndpointMode=5)
    assert (adapter.vlan.mode.name, adapter.vlan.private_mode.name) == ("TRUNK", "NONE")


def test_a_switch_has_the_name_that_its_maker_chose(wmi):
    """Microsoft's sample passes a plain name."""
    switch = made(wmi, "CreateSwitch", Name="first", FriendlyName="First Switch", NumLearnableAddresses=1024)
    assert (switch.value("Name"), switch.value("ElementName")) == ("first", "First Switch")
    assert wmi[V1].resolve("Msvm_VirtualSwitch", {"Name": "FIRST"}).value("ElementName") == "First Switch"
    port = new_port(wmi, switch)
    assert port.value("SystemName") == "first"
    assert wmi[V1].find(port.path).value("Name") == "port"
    (owner,) = wmi[V1].associators(port.path, result_class="Msvm_VirtualSwitch")
    assert owner.value("Name") == "first"
    again = call(wmi, "CreateSwitch", Name="First", FriendlyName="other", NumLearnableAddresses=1024)
    assert again.return_value not in (0, 4096)
    for each in wmi[V1].associators(switch.path):
        assert wmi[V1].find(each.path) is not None
    assert call(wmi, "DeleteSwitch", VirtualSwitch=switch.path).return_value == 0
