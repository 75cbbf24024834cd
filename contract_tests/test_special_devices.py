"""Special devices over the wire: fibre channel and an assigned device, made with raw WS-Management, and looked
at through PowerShell (pywinrm), through CIMV2 and after refusals."""

# ruff: noqa: S608 -- the queries are WQL and go to no database

from __future__ import annotations

import pytest
from conftest import ALLOW_BASIC
from soap import CIMV2, V2, SoapClient
from test_network import MANAGEMENT, call, embedded, powershell, text_of, texts

NAMESPACE = "root/virtualization/v2"
ASSIGNABLE = V2 + "Msvm_AssignableDeviceService"
COMPLETED, FAILED = "0", "32768"
NVME = "PCIROOT(30)#PCI(0200)#PCI(0000)"


@pytest.fixture
def special_host(serve):
    return serve(yaml="name: special\nextends: windows-server-2025-special-devices\n" + ALLOW_BASIC)


@pytest.fixture
def soap(special_host):
    with SoapClient(special_host) as client:
        yield client


def settings_of(soap: SoapClient, name: str) -> str:
    (identifier,) = texts(
        soap, NAMESPACE, f"SELECT * FROM Msvm_ComputerSystem WHERE ElementName = '{name}'", "Name"
    )
    return f'Msvm_VirtualSystemSettingData.InstanceID="Microsoft:{identifier}"'


def add(soap: SoapClient, name: str, class_name: str, **values: object):
    return call(
        soap,
        MANAGEMENT,
        "AddResourceSettings",
        AffectedConfiguration=settings_of(soap, name),
        ResourceSettings=[embedded(class_name, **values)],
    )


def nvme(soap: SoapClient, select: str = "DeviceID") -> list[str]:
    query = "SELECT * FROM Win32_PnPEntity WHERE DeviceID LIKE 'PCI%VEN_144D%' OR Name LIKE '%Dismounted'"
    return texts(soap, "root/cimv2", query, select)


def test_a_machine_gets_a_fibre_channel_adapter(soap, special_host):
    added = add(
        soap,
        "storage01",
        "Msvm_SyntheticFcPortSettingData",
        ResourceType=7,
        ResourceSubType="Microsoft:Hyper-V:Synthetic FibreChannel Port",
    )
    assert added.values("ReturnValue") == [COMPLETED]
    (shown,) = [
        each
        for each in soap.wql(NAMESPACE, "SELECT * FROM Msvm_SyntheticFcPortSettingData")
        if text_of(each, "InstanceID") in added.body.decode()
        or text_of(each, "InstanceID").replace("\\", "\\\\") in added.body.decode()
    ]
    names = {text_of(shown, name) for name in ("VirtualPortWWPN", "SecondaryWWPN")}
    assert len(names) == 2
    assert all(len(name) == 16 and name.startswith("C003FF") for name in names)
    connected = add(
        soap,
        "storage01",
        "Msvm_FcPortAllocationSettingData",
        ResourceType=64764,
        ResourceSubType="Microsoft:Hyper-V:FibreChannel Connection",
        PoolID="Production",
        Parent=f'Msvm_SyntheticFcPortSettingData.InstanceID="{text_of(shown, "InstanceID")}"'.replace(
            "\\", "\\\\"
        ),
    )
    assert connected.values("ReturnValue") == [COMPLETED]
    assert powershell(special_host, "Start-VM storage01; (Get-VM storage01).State") == "Running"
    ports = texts(soap, NAMESPACE, "SELECT * FROM Msvm_SyntheticFcPort", "ElementName")
    assert len(ports) == 3


def test_a_device_of_the_host_is_given_to_a_machine(soap, special_host):
    (path,) = [each for each in nvme(soap) if each.startswith("PCI\\")]
    assert soap.invoke(CIMV2 + "Win32_PnPEntity", "Disable", "", selectors={"DeviceID": path}).values(
        "ReturnValue"
    ) == [COMPLETED]
    taken = call(
        soap,
        ASSIGNABLE,
        "DismountAssignableDevice",
        DismountSettingData=embedded("Msvm_AssignableDeviceDismountSettingData", DeviceInstancePath=path),
    )
    assert taken.values("ReturnValue") == [COMPLETED]
    assert nvme(soap).count(path.replace("PCI\\", "PCIP\\")) == 1
    (device,) = [
        each
        for each in soap.wql(NAMESPACE, "SELECT * FROM Msvm_PciExpress")
        if text_of(each, "LocationPath") == NVME
    ]
    keys = ("CreationClassName", "DeviceID", "SystemCreationClassName", "SystemName")
    resource = "Msvm_PciExpress." + ",".join(
        '{}="{}"'.format(key, text_of(device, key).replace("\\", "\\\\")) for key in keys
    )
    added = add(
        soap,
        "storage01",
        "Msvm_PciExpressSettingData",
        ResourceType=32769,
        ResourceSubType="Microsoft:Hyper-V:Virtual Pci Express Port",
        HostResource=[resource],
    )
    assert added.values("ReturnValue") == [COMPLETED]
    shown = texts(soap, NAMESPACE, "SELECT * FROM Msvm_PciExpressSettingData", "InstanceID")
    assert len([each for each in shown if "Definition" not in each]) == 2
    assert powershell(special_host, "Start-VM storage01; (Get-VM storage01).State") == "Running"


def test_a_host_without_such_hardware_refuses_it(serve):
    host = serve(yaml="name: plain\nextends: windows-server-2022-datacenter\n" + ALLOW_BASIC)
    powershell(host, "New-VM plain -Generation 2 -NoVHD | Out-Null")
    with SoapClient(host) as soap:
        for name in ("Msvm_ExternalFcPort", "Msvm_PciExpress", "Msvm_PartitionableGpu", "Msvm_WiFiPort"):
            assert not soap.wql(NAMESPACE, f"SELECT * FROM {name}")
        refused = add(
            soap,
            "plain",
            "Msvm_SyntheticFcPortSettingData",
            ResourceType=7,
            ResourceSubType="Microsoft:Hyper-V:Synthetic FibreChannel Port",
        )
        assert refused.values("ReturnValue") == [FAILED]


def test_a_disk_of_the_host_is_passed_through(soap, special_host):
    machine = "New-VM -Name files01 -Generation 2 -NoVHD | Out-Null; "
    powershell(special_host, machine + "Add-VMHardDiskDrive -VMName files01 -DiskNumber 3")
    shown = powershell(special_host, 'Get-VMHardDiskDrive files01 | % { "$($_.DiskNumber) $($_.Path)" }')
    assert shown.strip() == "3 Disk 3 8192.00 GB Bus 0 Lun 0 Target 3"
    (path,) = texts(
        soap,
        NAMESPACE,
        "SELECT * FROM Msvm_ResourceAllocationSettingData WHERE InstanceID LIKE '%\\\\D'"
        f" AND InstanceID LIKE '%{settings_of(soap, 'files01')[-37:-1]}%'"
        " AND ResourceSubType = 'Microsoft:Hyper-V:Physical Disk Drive'",
        "HostResource",
    )
    assert path.endswith('SystemName="HV2025SD"')
    assert "353B3BE8-310C-4cf4-839E-4E1B14616136\\\\3" in path
    refused = powershell(
        special_host, "Checkpoint-VM files01 -ErrorAction SilentlyContinue; $Error[0].ToString()"
    )
    assert "pass-through" in refused
    # The machine of the profile has the disk as well: only one of them runs.
    powershell(special_host, "Start-VM storage01")
    refused = powershell(special_host, "Start-VM files01 -ErrorAction SilentlyContinue; $Error[0].ToString()")
    assert "used by another process" in refused
    powershell(special_host, "Get-VMHardDiskDrive files01 | Remove-VMHardDiskDrive")
    assert powershell(special_host, "(Get-VMHardDiskDrive files01 | Measure-Object).Count").strip() == "0"


def test_a_virtual_san_is_made_of_the_ports_that_windows_lists(special_host, soap):
    script = """
        Remove-VMFibreChannelHba -VMFibreChannelHba (Get-VMFibreChannelHba db01) -ErrorAction SilentlyContinue
        Stop-VM db01 -TurnOff -Force
        Get-VMFibreChannelHba db01 | Remove-VMFibreChannelHba
        Remove-VMSan Production
        $ports = Get-CimInstance MSFT_InitiatorPort -Namespace root/microsoft/windows/storage
        New-VMSan Fabric -HostBusAdapter $ports[0] | Out-Null
        Connect-VMSan Fabric -HostBusAdapter $ports[1]
        (Get-VMSan Fabric).HBAs.PortAddress
        Add-VMFibreChannelHba storage01 Fabric
    """
    assert powershell(special_host, script).split() == ["21000024FF1A2B3C", "21000024FF1A2B3D"]
    pools = "SELECT * FROM Msvm_ResourcePool WHERE ResourceSubType LIKE '%FibreChannel Connection'"
    assert "Fabric" in texts(soap, NAMESPACE, pools, "PoolID")
    assert len(texts(soap, NAMESPACE, "SELECT * FROM Msvm_SyntheticFcPort", "DeviceID")) == 1


def test_a_device_is_dismounted_and_assigned_as_the_documentation_does(special_host, soap):
    script = f"""
        Dismount-VMHostAssignableDevice -Force -LocationPath '{NVME}'
        Set-VM -Name storage01 -AutomaticStopAction TurnOff
        Add-VMAssignableDevice -LocationPath '{NVME}' -VMName storage01
        (Get-VMAssignableDevice storage01).Count
    """
    assert powershell(special_host, script).strip() == "2"
    assert any("Dismounted" in name for name in nvme(soap, "Name"))


POOLS = V2 + "Msvm_ResourcePoolConfigurationService"
CONNECTION = {"ResourceType": 64764, "ResourceSubType": "Microsoft:Hyper-V:FibreChannel Connection"}
PRIMORDIAL = 'Msvm_ResourcePool.InstanceID="Microsoft:146C56A0-3546-469B-9737-FCBCF82428F4"'


def allocation(san: str, switch: str) -> str:
    values = {**CONNECTION, "PoolID": san, "HostResource": [switch]}
    return embedded("Msvm_ResourceAllocationSettingData", **values)


def test_a_virtual_san_is_made_changed_and_deleted_by_the_methods_of_wmi(special_host, soap):
    """Microsoft's samples: a pool of the switch behind a port, an adapter connected to it, a machine that runs,
    other ports, and the end of it; the cmdlets show the same."""
    script = "Stop-VM db01 -TurnOff -Force; Get-VMFibreChannelHba db01 | Remove-VMFibreChannelHba; Remove-VMSan Production"
    powershell(special_host, script)
    ports = soap.wql(NAMESPACE, "SELECT * FROM Msvm_ExternalFcPort")
    switches = []
    for port in ports:
        query = (
            "SELECT * FROM Msvm_FcEndpoint WHERE SystemCreationClassName = 'Msvm_VirtualFcSwitch'"
            f" AND WWPN = '{text_of(port, 'WWPN')}'"
        )
        (name,) = texts(soap, NAMESPACE, query, "SystemName")
        switches.append(f'Msvm_VirtualFcSwitch.CreationClassName="Msvm_VirtualFcSwitch",Name="{name}"')
    first, second = switches
    settings = embedded("Msvm_ResourcePoolSettingData", **CONNECTION, PoolID="Fabric", Notes="made by WMI")
    made = call(
        soap,
        POOLS,
        "CreatePool",
        PoolSettings=settings,
        ParentPools=[PRIMORDIAL],
        AllocationSettings=[allocation("Fabric", first)],
    )
    assert made.values("ReturnValue") == [COMPLETED]
    assert powershell(special_host, "(Get-VMSan Fabric).Note") == "made by WMI"
    # One port belongs to one SAN.
    again = call(
        soap,
        POOLS,
        "CreatePool",
        PoolSettings=embedded("Msvm_ResourcePoolSettingData", **CONNECTION, PoolID="Other"),
        ParentPools=[PRIMORDIAL],
        AllocationSettings=[allocation("Other", first)],
    )
    assert again.values("ReturnValue") == ["32774"]
    kind = {"ResourceType": 7, "ResourceSubType": "Microsoft:Hyper-V:Synthetic FibreChannel Port"}
    added = add(soap, "storage01", "Msvm_SyntheticFcPortSettingData", **kind)
    assert added.values("ReturnValue") == [COMPLETED]
    identifier = powershell(special_host, "(Get-VM storage01).Id.ToString().ToUpper()")
    query = f"SELECT * FROM Msvm_SyntheticFcPortSettingData WHERE InstanceID LIKE 'Microsoft:{identifier}%'"
    (adapter,) = texts(soap, NAMESPACE, query, "InstanceID")
    parent = 'Msvm_SyntheticFcPortSettingData.InstanceID="' + adapter.replace("\\", "\\\\") + '"'
    connected = add(
        soap, "storage01", "Msvm_FcPortAllocationSettingData", **CONNECTION, PoolID="Fabric", Parent=parent
    )
    assert connected.values("ReturnValue") == [COMPLETED]
    assert powershell(special_host, "(Get-VMFibreChannelHba storage01).SanName") == "Fabric"
    powershell(special_host, "Start-VM storage01")
    assert len(texts(soap, NAMESPACE, "SELECT * FROM Msvm_FcActiveConnection", "TrafficType")) >= 1
    (pool,) = texts(soap, NAMESPACE, "SELECT * FROM Msvm_ResourcePool WHERE PoolID = 'Fabric'", "InstanceID")
    san = f'Msvm_ResourcePool.InstanceID="{pool}"'
    # While a running machine uses it, it is neither changed nor deleted.
    moved = {
        "ChildPool": san,
        "ParentPools": [PRIMORDIAL],
        "AllocationSettings": [allocation("Fabric", second)],
    }
    assert call(soap, POOLS, "DeletePool", Pool=san).values("ReturnValue") == ["32774"]
    powershell(special_host, "Stop-VM storage01 -TurnOff -Force")
    assert call(soap, POOLS, "ModifyPoolResources", **moved).values("ReturnValue") == [COMPLETED]
    assert powershell(special_host, "(Get-VMSan Fabric).HBAs.PortAddress") == text_of(ports[1], "WWPN")
    powershell(special_host, "Get-VMFibreChannelHba storage01 | Remove-VMFibreChannelHba")
    assert call(soap, POOLS, "DeletePool", Pool=san).values("ReturnValue") == [COMPLETED]
    assert powershell(special_host, "@(Get-VMSan).Count") == "0"
