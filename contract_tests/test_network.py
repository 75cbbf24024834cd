"""The virtual network over the wire: made with raw WS-Management, as Hyper-V Manager and os-win do it, and looked
at through PowerShell (pywinrm), through other namespaces and after refusals."""

from __future__ import annotations

from xml.sax.saxutils import escape

import pytest
import winrm
from conftest import ALLOW_BASIC, PASSWORD, USER
from soap import CIMV2, TRANSFER, V2, WMI, SoapClient, envelope

SERVICE = V2 + "Msvm_VirtualEthernetSwitchManagementService"
MANAGEMENT = V2 + "Msvm_VirtualSystemManagementService"
STANDARD = WMI + "root/standardcimv2/"
CONNECTION = "Msvm_EthernetPortAllocationSettingData"
IN_USE, INVALID_PARAMETER, NOT_SUPPORTED = "32774", "32773", "32770"


@pytest.fixture
def soap(basic_host):
    with SoapClient(basic_host) as client:
        yield client


def powershell(host, script: str) -> str:
    session = winrm.Session(host.http_url, auth=(USER, PASSWORD), transport="ntlm")
    answer = session.run_ps(script)
    assert answer.status_code == 0, answer.std_err.decode()
    return answer.std_out.decode().strip()


def embedded(class_name: str, **values: object) -> str:
    """An instance as CIM-XML, as System.Management's GetText(TextFormat.WmiDtd20) writes it."""
    kinds = {bool: "boolean", int: "uint32", str: "string"}
    inner = ""
    for name, value in values.items():
        if isinstance(value, list):
            items = "".join(f"<VALUE>{escape(str(each))}</VALUE>" for each in value)
            kind = kinds[type(value[0])]
            inner += f'<PROPERTY.ARRAY NAME="{name}" TYPE="{kind}"><VALUE.ARRAY>{items}</VALUE.ARRAY></PROPERTY.ARRAY>'
        else:
            text = str(value).upper() if isinstance(value, bool) else escape(str(value))
            inner += f'<PROPERTY NAME="{name}" TYPE="{kinds[type(value)]}"><VALUE>{text}</VALUE></PROPERTY>'
    return f'<INSTANCE CLASSNAME="{class_name}">{inner}</INSTANCE>'


def reference(class_name: str, **keys: str) -> str:
    selectors = "".join(f'<w:Selector Name="{k}">{escape(v)}</w:Selector>' for k, v in keys.items())
    return (
        "<a:Address>http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous</a:Address>"
        f"<a:ReferenceParameters><w:ResourceURI>{V2}{class_name}</w:ResourceURI>"
        f"<w:SelectorSet>{selectors}</w:SelectorSet></a:ReferenceParameters>"
    )


def call(soap: SoapClient, service: str, method: str, **arguments: object):
    """Invoke a method: lists are repeated, text is escaped unless it is a reference."""
    inner = ""
    for name, value in arguments.items():
        for each in value if isinstance(value, list) else [value]:
            text = str(each)
            inner += f"<p:{name}>{text if text.startswith('<a:') else escape(text)}</p:{name}>"
    answer = soap.invoke(service, method, inner)
    assert answer.status == 200, answer.body
    return answer


def text_of(item, name: str) -> str:
    return next(each.text or "" for each in item.iter() if each.tag.rpartition("}")[2] == name)


def texts(soap: SoapClient, namespace: str, query: str, name: str) -> list[str]:
    return [text_of(each, name) for each in soap.wql(namespace, query)]


def external_ports(soap: SoapClient) -> dict[str, str]:
    """Paths of the external ports by their adapter's address."""
    found = soap.wql("root/virtualization/v2", "SELECT * FROM Msvm_ExternalEthernetPort")
    return {
        text_of(each, "PermanentAddress"): (
            "\\\\.\\root\\virtualization\\v2:Msvm_ExternalEthernetPort."
            'CreationClassName="Msvm_ExternalEthernetPort",'
            f'DeviceID="{text_of(each, "DeviceID")}",SystemCreationClassName="Msvm_ComputerSystem",'
            f'SystemName="{text_of(each, "SystemName")}"'
        )
        for each in found
    }


def host_path(soap: SoapClient) -> str:
    (name,) = texts(
        soap,
        "root/virtualization/v2",
        "SELECT * FROM Msvm_ComputerSystem WHERE Caption LIKE 'Hosting%'",
        "Name",
    )
    return (
        "\\\\.\\root\\virtualization\\v2:Msvm_ComputerSystem."
        f'CreationClassName="Msvm_ComputerSystem",Name="{name}"'
    )


def define(soap: SoapClient, name: str, *resources: list[str], **settings: object):
    return call(
        soap,
        SERVICE,
        "DefineSystem",
        SystemSettings=embedded("Msvm_VirtualEthernetSwitchSettingData", ElementName=name, **settings),
        ResourceSettings=[embedded(CONNECTION, HostResource=list(each)) for each in resources],
    )


def switch_id(soap: SoapClient, name: str) -> str:
    (found,) = texts(
        soap,
        "root/virtualization/v2",
        f"SELECT * FROM Msvm_VirtualEthernetSwitch WHERE ElementName = '{name}'",  # noqa: S608  WQL of the test's own
        "Name",
    )
    return found


def destroy(soap: SoapClient, identifier: str):
    path = reference(
        "Msvm_VirtualEthernetSwitch", CreationClassName="Msvm_VirtualEthernetSwitch", Name=identifier
    )
    return call(soap, SERVICE, "DestroySystem", AffectedSystem=path)


def connection_of(basic_host, name: str = "web01") -> str:
    (vm,) = basic_host.machine.virtual_machines.find(name)
    return f"Microsoft:{vm.id}\\{vm.network_adapters[0].id}\\C"


def add_feature(soap: SoapClient, connection: str, class_name: str, **values: object):
    return call(
        soap,
        MANAGEMENT,
        "AddFeatureSettings",
        AffectedConfiguration=reference(CONNECTION, InstanceID=connection),
        FeatureSettings=[embedded(class_name, **values)],
    )


def modify_feature(soap: SoapClient, class_name: str, **values: object):
    return call(soap, MANAGEMENT, "ModifyFeatureSettings", FeatureSettings=[embedded(class_name, **values)])


@pytest.mark.parametrize(("name", "hosts", "kind"), [("lab", True, "Internal"), ("closed", False, "Private")])
def test_a_switch_without_a_physical_adapter(soap, basic_host, name, hosts, kind):
    resources = [[host_path(soap)]] if hosts else []
    assert define(soap, name, *resources, Notes=["made over the wire"]).property("ReturnValue") == "0"
    shown = powershell(basic_host, f"$s = Get-VMSwitch {name}; $s.SwitchType; $s.Notes")
    assert shown.splitlines() == [kind, "made over the wire"]
    connections = texts(soap, "root/cimv2", "SELECT * FROM Win32_NetworkAdapter", "NetConnectionID")
    assert (f"vEthernet ({name})" in connections) is hosts
    assert destroy(soap, switch_id(soap, name)).property("ReturnValue") == "0"
    assert powershell(basic_host, f"@(Get-VMSwitch | Where-Object Name -eq {name}).Count") == "0"


def test_an_external_switch_takes_adapter_and_addresses_and_gives_them_back(soap):
    path = external_ports(soap)["B483510A1001"]
    answer = define(soap, "wan", [path], [host_path(soap)])
    assert answer.property("ReturnValue") == "0"
    (alias,) = texts(
        soap,
        "root/standardcimv2",
        "SELECT * FROM MSFT_NetIPAddress WHERE IPAddress = '192.0.2.10'",
        "InterfaceAlias",
    )
    assert alias == "vEthernet (wan)"
    second = define(soap, "again", [path])
    assert second.property("ReturnValue") == IN_USE
    assert destroy(soap, switch_id(soap, "wan")).property("ReturnValue") == "0"
    (alias,) = texts(
        soap,
        "root/standardcimv2",
        "SELECT * FROM MSFT_NetIPAddress WHERE IPAddress = '192.0.2.10'",
        "InterfaceAlias",
    )
    assert alias == "Ethernet"


def test_a_switch_that_a_running_machine_uses_stays(soap, basic_host):
    (vm,) = basic_host.machine.virtual_machines.find("web01")
    switch = vm.network_adapters[0].switch
    assert vm.state.name == "RUNNING"
    assert destroy(soap, switch.id).property("ReturnValue") == IN_USE
    assert powershell(basic_host, f"(Get-VMSwitch -Id {switch.id}).Name") == switch.name
    assert powershell(basic_host, "(Get-VMNetworkAdapter web01).SwitchName") == switch.name


def test_a_team_is_made_of_two_adapters(serve):
    host = serve(
        yaml="name: team\nextends: windows-server-2022-datacenter\ninventory: {virtual_switches: [],"
        " virtual_disks: [], virtual_machines: []}\n" + ALLOW_BASIC
    )
    with SoapClient(host) as client:
        ports = external_ports(client)
        alone = define(client, "team", list(ports.values()))
        assert alone.property("ReturnValue") == INVALID_PARAMETER
        assert (
            define(client, "team", list(ports.values()), TeamingEnabled=True).property("ReturnValue") == "0"
        )
        identifier = switch_id(client, "team")
        members = client.wql(
            "root/virtualization/v2", "SELECT * FROM Msvm_VirtualEthernetSwitchNicTeamingMember"
        )
        assert len(members) == 2
        assert texts(
            client,
            "root/virtualization/v2",
            "SELECT * FROM Msvm_VirtualEthernetSwitchNicTeamingSettingData",
            "InstanceID",
        )[1].startswith(f"Microsoft:{identifier}")
    shown = powershell(host, "$s = Get-VMSwitch team; $s.EmbeddedTeamingEnabled; $s.BandwidthReservationMode")
    assert shown.splitlines()[0] == "True"


def test_a_vlan_goes_from_access_over_trunk_to_private(soap, basic_host):
    name = "Msvm_EthernetSwitchPortVlanSettingData"
    connection = connection_of(basic_host)
    added = add_feature(soap, connection, name, OperationMode=1, AccessVlanId=42)
    assert added.property("ReturnValue") == "0"
    assert add_feature(soap, connection, name, OperationMode=1, AccessVlanId=7).property("ReturnValue") != "0"
    show = "$v = Get-VMNetworkAdapterVlan -VMName web01; $v.OperationMode; $v.AccessVlanId; $v.NativeVlanId"
    assert powershell(basic_host, show).splitlines() == ["Access", "42", "0"]
    (setting,) = texts(
        soap,
        "root/virtualization/v2",
        "SELECT * FROM Msvm_EthernetSwitchPortVlanSettingData WHERE AccessVlanId = 42",
        "InstanceID",
    )
    trunk = modify_feature(
        soap, name, InstanceID=setting, OperationMode=2, NativeVlanId=9, TrunkVlanIdArray=[10, 20, 30]
    )
    assert trunk.property("ReturnValue") == "0"
    assert powershell(basic_host, show).splitlines()[0] == "Trunk"
    assert modify_feature(soap, name, InstanceID=setting, AccessVlanId=4095).property("ReturnValue") != "0"
    private = modify_feature(
        soap, name, InstanceID=setting, OperationMode=3, PvlanMode=1, PrimaryVlanId=10, SecondaryVlanId=200
    )
    assert private.property("ReturnValue") == "0"
    answer = soap.get(V2 + name, {"InstanceID": setting})
    assert (answer.property("PvlanMode"), answer.property("SecondaryVlanId")) == ("1", "200")
    removed = call(
        soap, MANAGEMENT, "RemoveFeatureSettings", FeatureSettings=[reference(name, InstanceID=setting)]
    )
    assert removed.property("ReturnValue") == "0"
    assert powershell(basic_host, show).splitlines()[0] == "Untagged"


def test_access_lists_isolation_and_mirroring_are_what_powershell_sees(soap, basic_host):
    connection = connection_of(basic_host)
    acl = "Msvm_EthernetSwitchPortAclSettingData"
    for direction in (1, 2):
        answer = add_feature(
            soap, connection, acl, AclType=2, Action=2, Applicability=2, Direction=direction,
            RemoteAddress="198.51.100.0", RemoteAddressPrefixLength=24,
        )  # fmt: skip
        assert answer.property("ReturnValue") == "0"
    wrong = add_feature(soap, connection, acl, AclType=2, Action=2, RemoteAddress="no address")
    assert wrong.property("ReturnValue") == INVALID_PARAMETER
    shown = powershell(
        basic_host, 'Get-VMNetworkAdapterAcl -VMName web01 | ForEach-Object { "$($_.Action)" }'
    )
    assert shown.splitlines() == ["Deny", "Deny"]
    isolation = add_feature(
        soap,
        connection,
        "Msvm_EthernetSwitchPortIsolationSettingData",
        IsolationMode=1,
        DefaultIsolationId=100,
    )
    assert isolation.property("ReturnValue") == "0"
    shown = powershell(
        basic_host,
        "$i = Get-VMNetworkAdapterIsolation -VMName web01; $i.IsolationMode; $i.DefaultIsolationID",
    )
    assert shown.splitlines()[-1] == "100"
    mirror = add_feature(
        soap, connection, "Msvm_EthernetSwitchPortSecuritySettingData", MonitorMode=2, AllowMacSpoofing=True
    )
    assert mirror.property("ReturnValue") == "0"
    shown = powershell(
        basic_host, "$a = Get-VMNetworkAdapter web01; $a.PortMirroringMode; $a.MacAddressSpoofing"
    )
    assert shown.splitlines() == ["Source", "On"]


def test_a_machine_does_not_start_when_the_range_of_addresses_is_used_up(soap, basic_host):
    powershell(
        basic_host,
        "Set-VMHost -MacAddressMinimum 00155D00AA00 -MacAddressMaximum 00155D00AA00; "
        "New-VM first -MemoryStartupBytes 64MB -NoVHD -SwitchName Internal | Out-Null; "
        "New-VM second -MemoryStartupBytes 64MB -NoVHD -SwitchName Internal | Out-Null; Start-VM first",
    )
    assert powershell(basic_host, "(Get-VMNetworkAdapter first).MacAddress") == "00155D00AA00"
    (vm,) = basic_host.machine.virtual_machines.find("second")
    answer = soap.invoke(
        V2 + "Msvm_ComputerSystem",
        "RequestStateChange",
        "<p:RequestedState>2</p:RequestedState>",
        {"CreationClassName": "Msvm_ComputerSystem", "Name": vm.id},
    )
    assert answer.property("ReturnValue") != "0"
    basic_host.machine.sleep(5)
    assert powershell(basic_host, '"$((Get-VM second).State)"') == "Off"


def instance(uri: str, **values: object) -> str:
    inner = "".join(f"<p:{name}>{escape(str(value))}</p:{name}>" for name, value in values.items())
    name = uri.rpartition("/")[2]
    return f'<p:{name} xmlns:p="{uri}">{inner}</p:{name}>'


def test_a_nat_and_its_mappings_are_made_changed_and_removed(soap, basic_host):
    nat, mapping = STANDARD + "MSFT_NetNat", STANDARD + "MSFT_NetNatStaticMapping"
    made = soap.call(
        TRANSFER + "Create",
        nat,
        instance(nat, Name="Lab", InternalIPInterfaceAddressPrefix="192.168.77.0/24"),
    )
    assert {each.get("Name"): each.text for each in made.all("w:Selector")} == {"InstanceID": "Lab;0"}
    again = soap.call(
        TRANSFER + "Create", nat, instance(nat, Name="Two", InternalIPInterfaceAddressPrefix="192.168.0.0/16")
    )
    assert again.status == 500
    put = soap.call(TRANSFER + "Put", nat, instance(nat, UdpIdleSessionTimeout=300), {"InstanceID": "Lab;0"})
    assert (put.property("UdpIdleSessionTimeout"), put.property("IcmpQueryTimeout")) == ("300", "30")
    values = {
        "NatName": "Lab", "Protocol": 6, "ExternalIPAddress": "0.0.0.0", "ExternalPort": 8080,
        "InternalIPAddress": "192.168.77.5", "InternalPort": 80,
    }  # fmt: skip
    assert soap.call(TRANSFER + "Create", mapping, instance(mapping, **values)).status == 200
    assert soap.call(TRANSFER + "Create", mapping, instance(mapping, **values)).status == 500
    (found,) = basic_host.machine.network_translation.static_mappings
    assert (found.nat.name, found.external_port, found.internal_port) == ("Lab", 8080, 80)
    assert soap.call(TRANSFER + "Delete", nat, selectors={"InstanceID": "Lab;0"}).status == 200
    assert soap.wql("root/standardcimv2", "SELECT * FROM MSFT_NetNatStaticMapping") == []


def test_clients_have_a_default_switch_that_stays_as_it_is_and_translates(serve):
    host = serve(yaml="name: client\nextends: windows-11-pro\n" + ALLOW_BASIC)
    with SoapClient(host) as client:
        identifier = switch_id(client, "Default Switch")
        assert destroy(client, identifier).property("ReturnValue") == NOT_SUPPORTED
        (prefix,) = texts(
            client,
            "root/standardcimv2",
            "SELECT * FROM MSFT_NetIPAddress WHERE InterfaceAlias = 'vEthernet (Default Switch)' "
            "AND AddressFamily = 2",
            "PrefixLength",
        )
        assert prefix == "20"
        answer = client.get(CIMV2 + "Win32_NetworkAdapterConfiguration", {"Index": "3"})
        assert answer.property("IPAddress") == "172.20.16.1"


def test_a_user_without_rights_gets_no_network(basic_host):
    with SoapClient(basic_host, "user") as client:
        body = f'<p:DefineSystem_INPUT xmlns:p="{SERVICE}"/>'
        answer = client.post(envelope(f"{SERVICE}/DefineSystem", SERVICE, body))
        assert answer.status != 200


def test_an_address_is_given_over_the_wire_and_seen_in_the_older_classes(soap):
    address = STANDARD + "MSFT_NetIPAddress"
    parameters = (
        "<p:InterfaceAlias>vEthernet (Internal)</p:InterfaceAlias><p:IPAddress>192.168.77.1</p:IPAddress>"
        "<p:PrefixLength>24</p:PrefixLength>"
    )
    made = soap.invoke(address, "Create", parameters)
    assert (made.property("ReturnValue"), made.property("PrefixOrigin")) == ("0", "1")
    again = soap.invoke(address, "Create", parameters)
    assert again.status == 500
    (older,) = soap.wql(
        "root/cimv2",
        "SELECT * FROM Win32_NetworkAdapterConfiguration WHERE DHCPEnabled = FALSE AND Index = 4",
    )
    assert text_of(older, "IPAddress") == "192.168.77.1"
    servers = STANDARD + "MSFT_DNSClientServerAddress"
    keys = {
        each: text_of(
            soap.wql(
                "root/standardcimv2",
                "SELECT * FROM MSFT_DNSClientServerAddress WHERE InterfaceAlias = 'Ethernet'",
            )[0],
            each,
        )
        for each in ("CreationClassName", "Name", "SystemCreationClassName", "SystemName")
    }
    put = soap.call(TRANSFER + "Put", servers, instance(servers, ServerAddresses="192.0.2.53"), keys)
    assert put.property("ServerAddresses") == "192.0.2.53"


def test_a_firewall_rule_is_made_and_removed_over_the_wire(soap, basic_host):
    rule = STANDARD + "MSFT_NetFirewallRule"
    made = soap.call(
        TRANSFER + "Create", rule, instance(rule, InstanceID="lab", DisplayName="Lab", Direction=1, Action=2)
    )
    assert made.status == 200, made.body
    keys = {each.get("Name"): each.text or "" for each in made.all("w:Selector")}
    assert soap.invoke(rule, "Disable", selectors=keys).property("ReturnValue") == "0"
    assert not basic_host.machine.firewall.get("lab").enabled
    assert soap.call(TRANSFER + "Delete", rule, selectors=keys).status == 200
    assert basic_host.machine.firewall.get("lab") is None


def options(*sent: tuple[str, str]) -> str:
    """A header with options as MI's clients send them."""
    inner = "".join(
        f'<w:Option Name="{name}" Type="xs:string">{escape(value)}</w:Option>' for name, value in sent
    )
    return f'<w:OptionSet s:mustUnderstand="true">{inner}</w:OptionSet>'


def test_a_firewall_rule_is_made_as_new_netfirewallrule_sends_it(soap, basic_host):
    rule = STANDARD + "MSFT_NetFirewallRule"
    sent = options(
        ("wmi:__MI_OPERATIONOPTIONS_WRITEERRORMODE", "1"),
        ("wmiarray:__MI_OPERATIONOPTIONS_CHANNELVALUE", "0"),
        ("wmi:Protocol", "TCP"),
        ("wmiarray:LocalPort", "8080"),
        ("wmiarray:LocalPort", "8443"),
        ("wmiarray:RemoteAddress", "LocalSubnet"),
    )
    body = instance(rule, InstanceID="lab", ElementName="Lab", Direction=1, Action=2, Enabled=1)
    made = soap.call(TRANSFER + "Create", rule, body, extra=sent)
    assert made.status == 200, made.body
    (ports,) = soap.wql(
        "root/standardcimv2", "SELECT * FROM MSFT_NetProtocolPortFilter WHERE InstanceID = 'lab'"
    )
    assert [each.text for each in ports if each.tag.endswith("}LocalPort")] == ["8080", "8443"]
    assert basic_host.machine.firewall.get("lab").remote_addresses == ("LocalSubnet",)
    group_policy = options(("wmi:PolicyStore", "localhost"))
    refused = soap.call(
        TRANSFER + "Create", rule, instance(rule, InstanceID="two", ElementName="Two"), extra=group_policy
    )
    assert refused.status == 500
    assert basic_host.machine.firewall.get("two") is None


def test_a_team_is_made_over_the_wire_and_a_switch_stands_on_it(serve):
    host = serve(
        yaml="name: teaming\nextends: windows-server-2019-datacenter\n"
        + ALLOW_BASIC
        + """
hardware:
  network_adapters:
    - {name: NIC1, description: Intel X710, mac_address: AA-BB-CC-00-00-01, link_speed: 10 Gbps}
    - {name: NIC2, description: Intel X710 no 2, mac_address: AA-BB-CC-00-00-02, link_speed: 10 Gbps}
inventory: {virtual_switches: [], virtual_machines: []}
"""
    )
    team, member = STANDARD + "MSFT_NetLbfoTeam", STANDARD + "MSFT_NetLbfoTeamMember"
    with SoapClient(host) as client:
        sent = options(("wmiarray:TeamMembers", "NIC1"), ("wmi:TeamNicName", "Team1"))
        body = instance(team, Name="Team1", TeamingMode=1, LoadBalancingAlgorithm=4)
        made = client.call(TRANSFER + "Create", team, body, extra=sent)
        assert made.status == 200, made.body
        keys = {each.get("Name"): each.text or "" for each in made.all("w:Selector")}
        joined = client.call(
            TRANSFER + "Create", member, instance(member, Team="Team1"), extra=options(("wmi:Name", "NIC2"))
        )
        assert joined.status == 200, joined.body
        speed = texts(
            client, "root/standardcimv2", "SELECT * FROM MSFT_NetAdapter WHERE Name = 'Team1'", "Speed"
        )
        assert speed == ["20000000000"]
        ports = external_ports(client)
        assert list(ports) == ["AABBCC000001"]
        names = texts(client, "root/virtualization/v2", "SELECT * FROM Msvm_ExternalEthernetPort", "Name")
        assert names == ["Microsoft Network Adapter Multiplexor Driver"]
        output = powershell(host, "(New-VMSwitch -Name wan -NetAdapterName Team1).SwitchType")
        assert output == "External"
        assert client.call(TRANSFER + "Delete", team, selectors=keys).status == 500
        powershell(host, "Remove-VMSwitch wan -Force")
        assert client.call(TRANSFER + "Delete", team, selectors=keys).status == 200
        assert client.wql("root/standardcimv2", "SELECT * FROM MSFT_NetLbfoTeamNic") == []


def test_an_address_and_a_route_are_made_by_create_of_their_classes(soap, basic_host):
    index = powershell(basic_host, "(Get-NetAdapter -Name Ethernet).ifIndex")
    body = (
        f'<p:MSFT_NetIPAddress xmlns:p="{STANDARD}MSFT_NetIPAddress"><p:InterfaceIndex>{index}</p:InterfaceIndex>'
        "<p:IPAddress>10.77.0.5</p:IPAddress><p:PrefixLength>24</p:PrefixLength></p:MSFT_NetIPAddress>"
    )
    made = soap.call(TRANSFER + "Create", STANDARD + "MSFT_NetIPAddress", body)
    assert made.status == 200, made.body
    assert powershell(basic_host, "(Get-NetIPAddress 10.77.0.5).PrefixLength") == "24"
    script = (
        "New-CimInstance -Namespace root/StandardCimv2 -ClassName MSFT_NetRoute -Property "
        f"@{{InterfaceIndex=[uint32]{index}; DestinationPrefix='10.78.0.0/16'; NextHop='10.77.0.1'}} | Out-Null; "
        "New-CimInstance -Namespace root/StandardCimv2 -ClassName MSFT_NetIPAddress -Property "
        f"@{{InterfaceIndex=[uint32]{index}; IPAddress='2001:db8::77'; PrefixLength=[byte]64}} | Out-Null; "
        "(Get-NetRoute 10.78.0.0/16).NextHop; (Get-NetIPAddress 2001:db8::77).AddressFamily"
    )
    assert powershell(basic_host, script).split() == ["10.77.0.1", "IPv6"]
    again = soap.call(TRANSFER + "Create", STANDARD + "MSFT_NetIPAddress", body)
    assert (again.status, bool(again.fault_code)) == (500, True), "it is there already"
    wrong = body.replace("10.77.0.5", "nonsense")
    assert soap.call(TRANSFER + "Create", STANDARD + "MSFT_NetIPAddress", wrong).status == 500
    assert (
        b"10.78.0.0"
        in winrm.Session(basic_host.http_url, auth=(USER, PASSWORD), transport="ntlm")
        .run_cmd("route print")
        .std_out
    )
