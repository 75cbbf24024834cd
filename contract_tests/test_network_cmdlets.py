"""The cmdlets of Windows' network modules and CimCmdlets as an administrator types them, over pywinrm; what they
did is looked at through WMI."""

from __future__ import annotations

import json

import pytest
import winrm
from conftest import ALLOW_BASIC, PASSWORD, USER
from soap import SoapClient


def session(host) -> winrm.Session:
    return winrm.Session(host.http_url, auth=(USER, PASSWORD), transport="ntlm")


def powershell(host, script: str) -> list[str]:
    answer = session(host).run_ps(script)
    assert answer.status_code == 0, answer.std_err.decode()
    return answer.std_out.decode().split()


def refused(host, script: str) -> str:
    return session(host).run_ps(script).std_err.decode().replace("\n", "").replace("\r", "").replace(" ", "")


@pytest.fixture
def soap(basic_host):
    with SoapClient(basic_host) as client:
        yield client


def value(soap: SoapClient, query: str, name: str) -> list[str | None]:
    return [
        next((each.text for each in item.iter() if each.tag.endswith("}" + name)), None)
        for item in soap.wql("root/standardcimv2", query)
    ]


def test_a_network_behind_a_nat_is_set_up_as_the_documentation_does(basic_host, soap):
    script = """
        New-VMSwitch -Name Lab -SwitchType Internal | Out-Null
        $adapter = Get-NetAdapter -Name '*Lab*'
        New-NetIPAddress -IPAddress 192.168.66.1 -PrefixLength 24 -InterfaceIndex $adapter.ifIndex | Out-Null
        New-NetNat -Name LabNat -InternalIPInterfaceAddressPrefix 192.168.66.0/24 | Out-Null
        Add-NetNatStaticMapping -NatName LabNat -Protocol TCP -ExternalIPAddress 0.0.0.0 -ExternalPort 8080 `
            -InternalIPAddress 192.168.66.5 -InternalPort 80 | Out-Null
        (Get-NetIPAddress -InterfaceAlias $adapter.Name -AddressFamily IPv4).IPAddress
        (Get-NetNatStaticMapping).Protocol
    """
    assert powershell(basic_host, script) == ["192.168.66.1", "TCP"]
    assert value(soap, "SELECT * FROM MSFT_NetNat", "Name") == ["LabNat"]
    assert "WindowsSystemError5010,New-NetIPAddress" in refused(
        basic_host,
        "New-NetIPAddress -IPAddress 192.168.66.1 -PrefixLength 24 -InterfaceAlias 'vEthernet (Lab)'",
    )
    powershell(basic_host, "Get-NetNat LabNat | Remove-NetNat -Confirm:$false")
    assert value(soap, "SELECT * FROM MSFT_NetNatStaticMapping", "NatName") == []


def test_a_firewall_rule_lives_through_its_cmdlets(basic_host, soap):
    made = """
        $rule = New-NetFirewallRule -Name lab -DisplayName 'Lab (in)' -Direction Inbound -Action Allow `
            -Protocol TCP -LocalPort 8080,8443 -RemoteAddress LocalSubnet -Profile Domain,Private
        "$($rule.Enabled) $($rule.Direction)"; "$($rule.Profile)".Replace(' ', '')
        Set-NetFirewallRule -DisplayName 'Lab*' -LocalPort 9000 -Action Block
        (Get-NetFirewallRule -Name lab | Get-NetFirewallPortFilter).LocalPort
        Get-NetFirewallPortFilter | Where-Object LocalPort -eq 9000 | Get-NetFirewallRule | ForEach-Object Name
        Disable-NetFirewallRule -DisplayGroup 'Hyper-V'
    """
    assert powershell(basic_host, made) == ["True", "Inbound", "Domain,Private", "9000", "lab"]
    assert value(soap, "SELECT * FROM MSFT_NetFirewallRule WHERE InstanceID = 'lab'", "Action") == ["4"]
    assert set(value(soap, "SELECT * FROM MSFT_NetFirewallRule WHERE RuleGroup = 'Hyper-V'", "Enabled")) == {
        "2"
    }
    assert "NotImplemented" in refused(basic_host, "New-NetFirewallRule -DisplayName x -LocalUser y")
    powershell(basic_host, "Remove-NetFirewallRule -Name lab")
    missing = refused(basic_host, "Get-NetFirewallRule -Name lab")
    assert "CmdletizationQuery_NotFound_InstanceID,Get-NetFirewallRule" in missing


def test_adapters_are_renamed_switched_off_and_teamed(serve):
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
    script = """
        Rename-NetAdapter -Name NIC1 -NewName Left
        New-NetLbfoTeam -Name T -TeamMembers Left, NIC2 -LoadBalancingAlgorithm HyperVPort | Out-Null
        Add-NetLbfoTeamNic -Team T -VlanID 7 | Out-Null
        (Get-NetAdapter -Name T).LinkSpeed.Replace(' ', '')
        Disable-NetAdapter -Name Left -Confirm:$false
        (Get-NetLbfoTeam).Status
        (Get-NetAdapter -Name Left).Status
        Set-NetLbfoTeamNic -Name 'T - VLAN 7' -Team T -VlanID 8
        (Get-NetLbfoTeamNic -Team T).VlanID
        Get-NetLbfoTeam T | Get-NetLbfoTeamMember | ForEach-Object Name
    """
    assert powershell(host, script) == ["20Gbps", "Degraded", "Disabled", "8", "Left", "NIC2"]
    powershell(host, "Remove-NetLbfoTeam -Name T -Confirm:$false")
    with SoapClient(host) as client:
        assert value(client, "SELECT * FROM MSFT_NetAdapter", "Name") == ["Left", "NIC2"]


def test_name_servers_routes_and_interfaces(basic_host, soap):
    script = """
        Set-DnsClientServerAddress -InterfaceAlias Ethernet -ServerAddresses 192.0.2.53, 192.0.2.54
        (Get-DnsClientServerAddress -InterfaceAlias Ethernet -AddressFamily IPv4).ServerAddresses
        New-NetRoute -DestinationPrefix 10.9.0.0/16 -InterfaceAlias Ethernet -NextHop 192.0.2.9 | Out-Null
        (Get-NetRoute -DestinationPrefix 10.9.0.0/16).NextHop
        Set-NetIPInterface -InterfaceAlias Ethernet -AddressFamily IPv4 -InterfaceMetric 7
        (Get-NetIPInterface -InterfaceAlias Ethernet -AddressFamily IPv4).InterfaceMetric
        Set-DnsClientServerAddress -InterfaceAlias Ethernet -ResetServerAddresses
        (Test-NetConnection localhost -Port 5985).TcpTestSucceeded
        Test-NetConnection nowhere.example -InformationLevel Quiet -WarningAction SilentlyContinue
    """
    expected = ["192.0.2.53", "192.0.2.54", "192.0.2.9", "7", "True", "False"]
    assert powershell(basic_host, script) == expected
    routes = value(soap, "SELECT * FROM MSFT_NetRoute WHERE DestinationPrefix = '10.9.0.0/16'", "NextHop")
    assert routes == ["192.0.2.9"]


def test_instances_are_read_changed_and_called(basic_host):
    script = """
        $service = Get-CimInstance Win32_Service -Filter "Name = 'W32Time'"
        $result = Invoke-CimMethod -InputObject $service -MethodName StopService
        $again = $service | Get-CimInstance
        $vm = Get-CimInstance -Namespace root/virtualization/v2 -Query `
            "SELECT * FROM Msvm_ComputerSystem WHERE ElementName = 'web01'"
        $settings = $vm | Get-CimAssociatedInstance -ResultClassName Msvm_VirtualSystemSettingData
        $variable = New-CimInstance Win32_Environment -Property @{
            Name = 'LAB'; VariableValue = 'one'; UserName = '<SYSTEM>' }
        $variable.VariableValue = 'two'
        Set-CimInstance $variable
        @{ Return = $result.ReturnValue; State = $again.State; Type = $vm.GetType().Name
           Settings = @($settings).Count; Class = $vm.CimSystemProperties.ClassName
           Value = (Get-CimInstance Win32_Environment -Filter "Name = 'LAB'").VariableValue
           Boot = (Get-CimInstance Win32_OperatingSystem).LastBootUpTime.GetType().Name } | ConvertTo-Json
    """
    answer = session(basic_host).run_ps(script)
    assert answer.status_code == 0, answer.std_err
    found = json.loads(answer.std_out)
    assert found == {
        "Return": 0,
        "State": "Stopped",
        "Type": "CimInstance",
        "Settings": 1,
        "Class": "Msvm_ComputerSystem",
        "Value": "two",
        "Boot": "DateTime",
    }
    assert "HRESULT0x80041010" in refused(basic_host, "Get-CimInstance Win32_Nonsense")
    assert "HRESULT0x8004100e" in refused(basic_host, "Get-CimInstance -Namespace root/none Win32_BIOS")
    assert "HRESULT0x80041017" in refused(basic_host, "Get-CimInstance -Query 'SELECT nothing'")


def test_ipv6_is_configured_and_taken_back(basic_host, soap):
    script = """
        $index = (Get-NetAdapter | Where-Object Status -eq Up)[0].ifIndex
        New-NetIPAddress -InterfaceIndex $index -IPAddress 2001:db8::10 -PrefixLength 64 `
            -DefaultGateway 2001:db8::1 | Out-Null
        New-NetRoute -InterfaceIndex $index -DestinationPrefix 2001:db8:9::/48 -NextHop 2001:db8::2 | Out-Null
        Set-NetIPAddress -IPAddress 2001:db8::10 -PrefixLength 56
        Set-DnsClientServerAddress -InterfaceIndex $index -ServerAddresses 2001:db8::53, 192.0.2.53
        (Find-NetRoute -RemoteIPAddress 2001:db8:5::1).IPAddress
    """
    assert powershell(basic_host, script) == ["2001:db8::10"]
    query = "SELECT * FROM MSFT_NetIPAddress WHERE IPAddress = '2001:db8::10'"
    assert value(soap, query, "PrefixLength") == ["56"]
    query = "SELECT * FROM MSFT_NetRoute WHERE AddressFamily = 23 AND NextHop <> '::'"
    assert sorted(map(str, value(soap, query, "DestinationPrefix"))) == ["2001:db8:9::/48", "::/0"]
    query = "SELECT * FROM MSFT_DNSClientServerAddress WHERE AddressFamily = 23"
    assert "2001:db8::53" in value(soap, query, "ServerAddresses")
    again = "New-NetIPAddress -InterfaceIndex (Get-NetAdapter)[0].ifIndex -IPAddress 2001:DB8::10 -PrefixLength 64"
    assert "WindowsSystemError" in refused(basic_host, again)
    script = """
        Remove-NetRoute -AddressFamily IPv6 -NextHop 2001:db8::2 -Confirm:$false
        Remove-NetIPAddress -IPAddress 2001:db8::10 -Confirm:$false
        (Get-NetIPAddress -AddressFamily IPv6 | Where-Object PrefixOrigin -eq Manual | Measure-Object).Count
    """
    assert powershell(basic_host, script) == ["0"]
