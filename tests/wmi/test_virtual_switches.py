"""Virtual switches, their ports and features through WMI, as os-win, Hyper-V Manager and scripts use them."""

import pytest

from emulator.host import NotSupported, PortAcl, SwitchKind, Vlan, VlanMode
from emulator.host.network.port_features import MigrationQos

V2 = "root/virtualization/v2"
SERVICE = "Msvm_VirtualEthernetSwitchManagementService"
SETTINGS = "Msvm_VirtualEthernetSwitchSettingData"
CONNECTION = "Msvm_EthernetPortAllocationSettingData"
VLAN = "Msvm_EthernetSwitchPortVlanSettingData"
ACL = "Msvm_EthernetSwitchPortAclSettingData"
SECURITY = "Msvm_EthernetSwitchPortSecuritySettingData"
DEFAULT_VLAN = "SELECT * FROM Msvm_EthernetSwitchPortVlanSettingData WHERE InstanceID LIKE '%\\\\Default'"
VLAN_EVENT = (
    "SELECT * FROM __InstanceOperationEvent WITHIN 1"
    " WHERE TargetInstance ISA 'Msvm_EthernetSwitchPortVlanSettingData'"
)
VLAN_ID = "952C5004-4465-451C-8CB8-FA9AB382B773"
HOST = '\\\\HVHOST1\\root\\virtualization\\v2:Msvm_ComputerSystem.CreationClassName="Msvm_ComputerSystem",Name="HVHOST1"'


def call(wmi, method, **arguments):
    service = wmi[V2].resolve(SERVICE, {"CreationClassName": SERVICE})
    return wmi[V2].invoke(service, method, arguments)


def select(wmi, query):
    return list(wmi[V2].query(query).instances)


def external_port(wmi):
    return select(wmi, "SELECT * FROM Msvm_ExternalEthernetPort")[0]


def connection(wmi, *, resource, **values):
    return wmi.embedded(CONNECTION, {"HostResource": [str(resource)], **values})


def switch_settings(wmi, **values):
    return wmi.embedded(SETTINGS, values)


@pytest.fixture
def adapter(wmi):
    return wmi.one.network_adapters[0]


@pytest.fixture
def port_path(adapter):
    return f'{CONNECTION}.InstanceID="Microsoft:{adapter.vm.id}\\\\{adapter.id}\\\\C"'


def test_a_switch_is_defined_with_what_it_is_connected_to(wmi):
    external = external_port(wmi)
    result = call(
        wmi,
        "DefineSystem",
        SystemSettings=switch_settings(
            wmi, ElementName="wan", Notes=["made by a test"], BandwidthReservationMode=1
        ),
        ResourceSettings=[
            connection(wmi, resource=external.path),
            connection(wmi, resource=HOST, ElementName="management"),
        ],
    )
    assert result.return_value == 0
    switch = wmi.host.virtual_switches.find("wan")[0]
    assert (switch.kind, switch.notes) == (SwitchKind.EXTERNAL, "made by a test")
    assert [each.name for each in switch.host_adapters] == ["management"]
    assert wmi[V2].find(result.out["ResultingSystem"]).item is switch
    assert external_port(wmi).value("IsBound") is True
    destroyed = call(wmi, "DestroySystem", AffectedSystem=result.out["ResultingSystem"])
    assert (destroyed.return_value, wmi.host.virtual_switches.find("wan")) == (0, [])


def test_without_connections_a_switch_is_private_and_with_the_host_internal(wmi):
    call(wmi, "DefineSystem", SystemSettings=switch_settings(wmi, ElementName="alone"))
    call(
        wmi,
        "DefineSystem",
        SystemSettings=switch_settings(wmi, ElementName="shared"),
        ResourceSettings=[connection(wmi, resource=HOST)],
    )
    kinds = [wmi.host.virtual_switches.find(name)[0].kind for name in ("alone", "shared")]
    assert kinds == [SwitchKind.PRIVATE, SwitchKind.INTERNAL]


def test_a_refused_definition_leaves_nothing(wmi):
    before = len(wmi.host.virtual_switches)
    for settings, resources in (
        (switch_settings(wmi, ElementName=""), []),
        (switch_settings(wmi, ElementName="x"), [connection(wmi, resource="nothing")]),
        (wmi.embedded("Msvm_VirtualSystemSettingData", {"ElementName": "x"}), []),
        (switch_settings(wmi, ElementName="x", IOVPreferred=True), []),
    ):
        result = call(wmi, "DefineSystem", SystemSettings=settings, ResourceSettings=resources)
        assert result.return_value == 32773
    assert len(wmi.host.virtual_switches) == before


def test_resources_of_a_switch_come_and_go(wmi):
    switch = wmi.host.virtual_switches.find("Private")[0]
    path = f'{SETTINGS}.InstanceID="Microsoft:{switch.id}"'
    external = external_port(wmi)
    added = call(
        wmi,
        "AddResourceSettings",
        AffectedConfiguration=path,
        ResourceSettings=[connection(wmi, resource=external.path), connection(wmi, resource=HOST)],
    )
    assert (added.return_value, switch.kind) == (0, SwitchKind.EXTERNAL)
    physical, own = added.out["ResultingResourceSettings"]
    renamed = call(
        wmi,
        "ModifyResourceSettings",
        ResourceSettings=[
            wmi.embedded(
                CONNECTION, {"InstanceID": own.named_keys(["InstanceID"])["InstanceID"], "ElementName": "ops"}
            )
        ],
    )
    assert (renamed.return_value, switch.host_adapters[0].name) == (0, "ops")
    assert call(wmi, "RemoveResourceSettings", ResourceSettings=[physical]).return_value == 0
    assert switch.kind is SwitchKind.INTERNAL
    assert call(wmi, "RemoveResourceSettings", ResourceSettings=[own]).return_value == 0
    assert switch.kind is SwitchKind.PRIVATE


def test_settings_of_a_switch_change_but_not_what_was_fixed(wmi):
    switch = wmi.host.virtual_switches.find("Internal")[0]
    instance_id = f"Microsoft:{switch.id}"
    change = switch_settings(wmi, InstanceID=instance_id, ElementName="Lab", Notes=["a", "b"])
    assert call(wmi, "ModifySystemSettings", SystemSettings=change).return_value == 0
    assert (switch.name, switch.notes) == ("Lab", "a\nb")
    fixed = switch_settings(wmi, InstanceID=instance_id, BandwidthReservationMode=1)
    assert call(wmi, "ModifySystemSettings", SystemSettings=fixed).return_value == 32773
    settings = wmi[V2].resolve(SETTINGS, {"InstanceID": instance_id})
    order = switch_settings(
        wmi, InstanceID=instance_id, ExtensionOrder=settings.value("ExtensionOrder")[::-1]
    )
    before = list(switch.extensions)
    assert call(wmi, "ModifySystemSettings", SystemSettings=order).return_value == 0
    assert list(switch.extensions) == before[::-1]


def test_a_vlan_is_set_as_os_win_does_it(wmi, adapter, port_path):
    (default,) = select(wmi, DEFAULT_VLAN)
    assert default.value("InstanceID") == f"Microsoft:Definition\\{VLAN_ID}\\Default"
    wanted = wmi.embedded(
        VLAN, {"InstanceID": default.value("InstanceID"), "OperationMode": 1, "AccessVlanId": 42}
    )
    added = wmi.manage("AddFeatureSettings", AffectedConfiguration=port_path, FeatureSettings=[wanted])
    assert added.return_value == 0
    assert adapter.vlan == Vlan(VlanMode.ACCESS, 42)
    component = "Msvm_EthernetPortSettingDataComponent"
    (vlan,) = wmi[V2].associators(port_path, component, VLAN)
    assert vlan.value("InstanceID") == f"Microsoft:{adapter.vm.id}\\{adapter.id}\\C\\{VLAN_ID}"
    (port,) = wmi[V2].associators(vlan.path, component)
    assert port.path == wmi[V2].find(port_path).path
    change = wmi.embedded(
        VLAN,
        {
            "InstanceID": vlan.value("InstanceID"),
            "OperationMode": 2,
            "NativeVlanId": 5,
            "TrunkVlanIdArray": [10, 20],
        },
    )
    assert wmi.manage("ModifyFeatureSettings", FeatureSettings=[change]).return_value == 0
    assert (adapter.vlan.mode, adapter.vlan.allowed) == (VlanMode.TRUNK, (10, 20))
    assert wmi.manage("RemoveFeatureSettings", FeatureSettings=[str(vlan.path)]).return_value == 0
    assert adapter.vlan == Vlan()


@pytest.mark.parametrize(
    ("class_name", "values", "code"),
    [
        (VLAN, {"OperationMode": 1, "AccessVlanId": 5000}, 32773),
        (SECURITY, {"VirtualSubnetId": 7}, 32773),
        (ACL, {"RemoteAddress": "nowhere"}, 32773),
        ("Msvm_VirtualEthernetSwitchBandwidthSettingData", {"DefaultFlowWeight": 3}, 32773),
    ],
)
def test_a_wrong_feature_is_refused_with_the_documented_code(
    wmi, adapter, port_path, class_name, values, code
):
    good = wmi.embedded(SECURITY, {"AllowMacSpoofing": True})
    bad = wmi.embedded(class_name, values)
    result = wmi.manage("AddFeatureSettings", AffectedConfiguration=port_path, FeatureSettings=[good, bad])
    assert (result.return_value, adapter.feature_settings()) == (code, [])


def test_a_port_has_several_rules(wmi, adapter, port_path):
    rules = [
        wmi.embedded(
            ACL,
            {
                "Action": 2,
                "Direction": 1,
                "AclType": 2,
                "RemoteAddress": "10.0.0.0",
                "RemoteAddressPrefixLength": length,
            },
        )
        for length in (8, 16)
    ]
    added = wmi.manage("AddFeatureSettings", AffectedConfiguration=port_path, FeatureSettings=rules)
    assert len(added.out["ResultingFeatureSettings"]) == 2
    assert [each.remote_prefix_length for each in adapter.features_of(PortAcl)] == [8, 16]
    first = added.out["ResultingFeatureSettings"][0]
    assert wmi[V2].find(first).value("RemoteAddressPrefixLength") == 8


def test_the_host_own_port_takes_features_from_the_switch_service(wmi):
    switch = wmi.host.virtual_switches.find("Internal")[0]
    path = f'{SETTINGS}.InstanceID="Microsoft:{switch.id}"'
    (port,) = wmi[V2].associators(path, "Msvm_VirtualEthernetSwitchSettingDataComponent", CONNECTION)
    assert port.value("HostResource") == [HOST]
    vlan = wmi.embedded(VLAN, {"OperationMode": 1, "AccessVlanId": 7})
    result = call(wmi, "AddFeatureSettings", AffectedConfiguration=str(port.path), FeatureSettings=[vlan])
    assert (result.return_value, switch.host_adapters[0].feature(Vlan).access_id) == (0, 7)
    flow = wmi.embedded(
        "Msvm_VirtualEthernetSwitchBandwidthSettingData", {"DefaultFlowReservation": 1_000_000}
    )
    result = call(wmi, "AddFeatureSettings", AffectedConfiguration=path, FeatureSettings=[flow])
    assert (result.return_value, switch.default_flow_reservation) == (0, 1_000_000)
    removed = call(wmi, "RemoveFeatureSettings", FeatureSettings=result.out["ResultingFeatureSettings"])
    assert (removed.return_value, switch.default_flow_reservation) == (0, 0)


def test_the_defaults_of_every_feature_are_reached_from_its_capabilities(wmi):
    for feature in select(wmi, "SELECT * FROM Msvm_EthernetSwitchFeatureCapabilities"):
        (default,) = wmi[V2].associators(feature.path, "Msvm_FeatureSettingsDefineCapabilities")
        assert default.value("InstanceID") == f"Microsoft:Definition\\{feature.value('FeatureId')}\\Default"
        (owner,) = wmi[V2].associators(feature.path, "Msvm_EthernetSwitchExtensionCapabilities")
        assert owner.value("ExtensionType") == 5


def test_an_extension_is_switched_off_and_on(wmi):
    switch = wmi.host.virtual_switches.find("Internal")[0]
    path = f'Msvm_VirtualEthernetSwitch.CreationClassName="Msvm_VirtualEthernetSwitch",Name="{switch.id}"'
    extensions = wmi[V2].associators(path, "Msvm_HostedEthernetSwitchExtension")
    assert [each.value("ElementName") for each in extensions] == [
        "Microsoft NDIS Capture",
        "Microsoft Windows Filtering Platform",
        "Microsoft Azure VFP Switch Extension",
    ]
    filtering = extensions[1]
    assert filtering.value("EnabledState") == 2
    assert wmi[V2].invoke(filtering, "RequestStateChange", {"RequestedState": 3}).return_value == 0
    assert filtering.value("EnabledState") == 3
    assert wmi[V2].invoke(filtering, "RequestStateChange", {"RequestedState": 9}).return_value == 32773


def test_from_a_machine_its_switch_is_reached_through_both_endpoints(wmi, adapter):
    machine = wmi.machine(wmi.one)
    (device,) = wmi[V2].associators(machine.path, "Msvm_SystemDevice", "Msvm_SyntheticEthernetPort")
    (end,) = wmi[V2].associators(device.path, "Msvm_EthernetDeviceSAPImplementation", "Msvm_LANEndpoint")
    (other,) = wmi[V2].associators(end.path, "Msvm_ActiveConnection")
    (port,) = wmi[V2].associators(
        other.path, "Msvm_EthernetDeviceSAPImplementation", "Msvm_EthernetSwitchPort"
    )
    (switch,) = wmi[V2].associators(port.path, "Msvm_SystemDevice", "Msvm_VirtualEthernetSwitch")
    assert switch.value("Name") == adapter.switch.id
    (settings,) = wmi[V2].associators(port.path, "Msvm_SettingsDefineState")
    assert settings.value("InstanceID").endswith(f"{adapter.id}\\C")
    (vlan,) = wmi[V2].associators(other.path, "Msvm_BindsToLANEndpoint")
    assert vlan.value("SystemName") == adapter.switch.id
    adapter.disconnect()
    assert wmi[V2].associators(end.path, "Msvm_ActiveConnection") == []


@pytest.mark.parametrize("release", ["2012", "2012R2", "2016", "2019", "2022", "2025"])
def test_every_reference_of_the_network_resolves_on_every_release(make_wmi, release):
    wmi = make_wmi(release)
    wmi.one.network_adapters[0].add_feature(Vlan(VlanMode.ACCESS, 3))
    for association in (
        "Msvm_ActiveConnection",
        "Msvm_BindsToLANEndpoint",
        "Msvm_EthernetDeviceSAPImplementation",
        "Msvm_EthernetPortInfo",
        "Msvm_EthernetPortSettingDataComponent",
        "Msvm_EthernetSwitchExtensionCapabilities",
        "Msvm_EthernetSwitchInfo",
        "Msvm_FeatureSettingsDefineCapabilities",
        "Msvm_HostedEthernetSwitchExtension",
        "Msvm_HostedSwitchService",
        "Msvm_ParentEthernetSwitchExtension",
        "Msvm_SwitchPortDynamicForwarding",
        "Msvm_TransparentBridgingDynamicForwarding",
        "Msvm_VirtualEthernetSwitchSettingDataComponent",
    ):
        found = wmi[V2].instances(association)
        assert found, association
        for each in found:
            references = [p.name for p in each.declaration.properties if p.type.name == "REFERENCE"]
            left, right = (each.value(name) for name in references)
            assert wmi[V2].find(left).path == left
            assert right in [other.path for other in wmi[V2].associators(left, association)]
            assert left in [other.path for other in wmi[V2].associators(right, association)]


def test_a_change_of_a_feature_is_an_event(wmi, adapter):
    events = wmi[V2].subscribe(VLAN_EVENT)
    adapter.add_feature(Vlan(VlanMode.ACCESS, 3))
    adapter.set_feature(Vlan(VlanMode.ACCESS, 4))
    wmi.advance(2)
    found = events.take(10)
    assert [each.declaration.name for each in found][:1] == ["__InstanceCreationEvent"]
    events.close()


def test_a_switch_knows_the_addresses_of_what_runs_behind_its_ports(wmi, adapter):
    adapter.add_feature(Vlan(VlanMode.ACCESS, 42))

    def known():
        entries = wmi[V2].instances("Msvm_DynamicForwardingEntry")
        return {each.value("MACAddress"): each.value("VlanId") for each in entries}

    own = adapter.switch.host_adapters[0]
    assert known() == {adapter.mac_address: 42, own.mac_address: 0}
    (switch,) = (
        each for each in wmi[V2].instances("Msvm_VirtualEthernetSwitch") if each.item is adapter.switch
    )
    (service,) = wmi[V2].associators(switch.path, "Msvm_HostedSwitchService")
    assert len(wmi[V2].associators(service.path, "Msvm_TransparentBridgingDynamicForwarding")) == 2
    wmi.one.turn_off()
    wmi.advance(10)
    assert known() == {own.mac_address: 0}


@pytest.mark.parametrize(
    ("release", "there"), [("2012R2", False), ("2016", True), ("2022", True), ("2025", False)]
)
def test_bandwidth_of_migrations_is_a_feature_of_some_releases(make_wmi, release, there):
    name = "Msvm_EthernetSwitchPortMigrationQosSettingData"
    wmi = make_wmi(release)
    assert (name in wmi[V2].schema) is there
    adapter = wmi.one.network_adapters[0]
    path = f'{CONNECTION}.InstanceID="Microsoft:{adapter.vm.id}\\\\{adapter.id}\\\\C"'
    if not there:
        with pytest.raises(NotSupported):
            adapter.add_feature(MigrationQos())
        return
    feature = wmi.embedded(name, {"OutboundMaximumMbps": 500, "OutboundReservedValue": 100})
    result = wmi.manage("AddFeatureSettings", AffectedConfiguration=path, FeatureSettings=[feature])
    assert (result.return_value, adapter.feature(MigrationQos).outbound_maximum) == (0, 500)
    wrong = wmi.embedded(
        name,
        {
            "InstanceID": str(result.out["ResultingFeatureSettings"][0].keys[0][1]),
            "OutboundReservedValue": 600,
        },
    )
    assert wmi.manage("ModifyFeatureSettings", FeatureSettings=[wrong]).return_value == 32773


def test_queues_and_coalescing_of_an_external_switch_are_settings(wmi):
    name = "Msvm_EthernetSwitchHardwareOffloadSettingData"
    switch = wmi.host.virtual_switches.create("outer", 2, network_adapter="Ethernet")
    (setting,) = [each for each in wmi[V2].instances(name) if switch.id in each.value("InstanceID")]
    assert (setting.value("DefaultQueueVrssEnabled"), setting.value("SoftwareRscEnabled")) == (True, True)
    values = {"DefaultQueueVmmqEnabled": True, "DefaultQueueVmmqQueuePairs": 4, "SoftwareRscEnabled": False}
    change = wmi.embedded(name, {"InstanceID": setting.value("InstanceID"), **values})
    assert call(wmi, "ModifyFeatureSettings", FeatureSettings=[change]).return_value == 0
    again = wmi[V2].find(setting.path)
    assert {each: again.value(each) for each in values} == values
    wrong = {"InstanceID": setting.value("InstanceID"), "DefaultQueueVrssQueueSchedulingMode": 3}
    refused = call(wmi, "ModifyFeatureSettings", FeatureSettings=[wmi.embedded(name, wrong)])
    assert refused.return_value == 32773
    assert call(wmi, "RemoveFeatureSettings", FeatureSettings=[str(setting.path)]).return_value == 0
    assert wmi[V2].find(setting.path).value("DefaultQueueVmmqQueuePairs") == 16
