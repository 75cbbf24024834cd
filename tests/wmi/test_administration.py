"""root/cimv2 as administrators and monitoring tools use it: files, adapters, sessions, pings, paging files."""

import pytest

from emulator.cim.errors import CimError, IllegalNull
from emulator.cim.instance import ValueInstance

CIMV2 = "root/cimv2"


def one(wmi, query):
    (found,) = wmi[CIMV2].query(query).instances
    return found


def configuration(wmi, index=1):
    return one(wmi, f"SELECT * FROM Win32_NetworkAdapterConfiguration WHERE Index = {index}")  # noqa: S608 -- WQL


def call(wmi, target, method, **arguments):
    return wmi[CIMV2].invoke(target, method, arguments).return_value


def test_static_addresses_gateways_and_names_are_set(wmi):
    adapter = configuration(wmi)
    assert (
        call(
            wmi, adapter, "EnableStatic", IPAddress=["10.0.0.5", "10.0.1.5"], SubnetMask=["255.255.255.0"] * 2
        )
        == 0
    )
    assert call(wmi, adapter, "SetGateways", DefaultIPGateway=["10.0.0.1"], GatewayCostMetric=[3]) == 0
    assert call(wmi, adapter, "SetDNSServerSearchOrder", DNSServerSearchOrder=["10.0.0.2"]) == 0
    assert call(wmi, adapter, "SetDNSDomain", DNSDomain="lab.test") == 0
    assert call(wmi, adapter, "SetTcpipNetbios", TcpipNetbiosOptions=2) == 0
    now = configuration(wmi)
    shown = {
        name: now.value(name) for name in ("IPAddress", "IPSubnet", "DefaultIPGateway", "GatewayCostMetric")
    }
    # The link-local address of IPv6 stays.
    assert shown.pop("IPAddress")[:2] == ["10.0.0.5", "10.0.1.5"]
    assert shown == {
        "IPSubnet": [*["255.255.255.0"] * 2, "64"],
        "DefaultIPGateway": ["10.0.0.1"],
        "GatewayCostMetric": [3],
    }
    assert (now.value("DNSDomain"), now.value("TcpipNetbiosOptions")) == ("lab.test", 2)
    routes = wmi[CIMV2].instances("Win32_IP4RouteTable")
    assert ("0.0.0.0", "10.0.0.1") in [(each.value("Destination"), each.value("NextHop")) for each in routes]


@pytest.mark.parametrize(
    ("method", "arguments", "code"),
    [
        ("EnableStatic", {"IPAddress": ["10.0.0.5"], "SubnetMask": []}, 68),
        ("EnableStatic", {"IPAddress": ["no"], "SubnetMask": ["255.0.0.0"]}, 70),
        ("EnableStatic", {"IPAddress": ["10.0.0.5"], "SubnetMask": ["255.0.255.0"]}, 66),
        ("SetGateways", {"DefaultIPGateway": ["10.0.0.1"] * 6}, 69),
        ("SetGateways", {"DefaultIPGateway": ["here"]}, 71),
        ("SetDNSServerSearchOrder", {"DNSServerSearchOrder": ["here"]}, 70),
        ("SetTcpipNetbios", {"TcpipNetbiosOptions": 3}, 68),
        ("ReleaseDHCPLease", {}, 84),
        ("EnableIPSec", {}, 64),
    ],
)
def test_what_is_wrong_has_the_number_of_the_class(wmi, method, arguments, code):
    before = configuration(wmi).value("IPAddress")
    assert call(wmi, configuration(wmi), method, **arguments) == code
    assert configuration(wmi).value("IPAddress") == before


def test_a_lease_is_given_back_and_taken_again(wmi):
    wmi.host.ip_configuration.enable_dhcp(configuration(wmi).item)
    leased = configuration(wmi).value("IPAddress")
    assert call(wmi, configuration(wmi), "ReleaseDHCPLease") == 0
    assert configuration(wmi).value("IPEnabled") is False
    assert call(wmi, wmi[CIMV2].schema.find("Win32_NetworkAdapterConfiguration"), "RenewDHCPLeaseAll") == 0
    assert configuration(wmi).value("IPAddress") == leased


def test_an_adapter_is_switched_off_and_on(wmi):
    query = "SELECT * FROM Win32_NetworkAdapter WHERE NetConnectionID = 'Ethernet'"
    assert call(wmi, one(wmi, query), "Disable") == 0
    assert [one(wmi, query).value(name) for name in ("NetEnabled", "NetConnectionStatus")] == [False, 0]
    assert call(wmi, configuration(wmi), "EnableDHCP") == 84
    assert call(wmi, one(wmi, query), "Enable") == 0
    assert one(wmi, query).value("NetConnectionStatus") == 2


def test_a_file_is_copied_renamed_and_deleted(wmi):
    wmi.host.filesystem.write("C:\\Users\\first.txt", b"hello")
    query = "SELECT * FROM CIM_DataFile WHERE Name = 'C:\\\\Users\\\\first.txt'"
    assert call(wmi, one(wmi, query), "Copy", FileName="C:\\Users\\second.txt") == 0
    assert call(wmi, one(wmi, query), "Copy", FileName="C:\\Users\\second.txt") == 10
    assert call(wmi, one(wmi, query), "Copy", FileName="second.txt") == 21
    assert call(wmi, one(wmi, query), "Rename", FileName="D:\\first.txt") == 21
    assert call(wmi, one(wmi, query), "Rename", FileName="C:\\Users\\third.txt") == 0
    assert wmi.host.filesystem.read("C:\\Users\\third.txt") == b"hello"
    second = one(wmi, "SELECT * FROM CIM_DataFile WHERE Name = 'C:\\\\Users\\\\second.txt'")
    assert call(wmi, second, "Delete") == 0
    assert not wmi.host.filesystem.exists("C:\\Users\\second.txt")


def test_a_file_that_a_machine_uses_is_not_deleted(wmi):
    disk = one(wmi, "SELECT * FROM CIM_DataFile WHERE Name = 'D:\\\\VMs\\\\one.vhd'")
    assert call(wmi, disk, "Delete") == 15
    assert wmi.host.filesystem.exists("D:\\VMs\\one.vhd")


def test_a_folder_leads_to_what_is_in_it_and_is_deleted_with_it(wmi):
    wmi.host.filesystem.make_directory("C:\\lab\\inner")
    wmi.host.filesystem.write("C:\\lab\\a.txt", b"a")
    folder = one(wmi, "SELECT * FROM Win32_Directory WHERE Name = 'C:\\\\lab'")
    assert [
        each.value("Name") for each in wmi[CIMV2].associators(folder.path, "CIM_DirectoryContainsFile")
    ] == ["c:\\lab\\a.txt"]
    inside = wmi[CIMV2].associators(folder.path, "Win32_SubDirectory", role="GroupComponent")
    assert [each.value("Name") for each in inside] == ["c:\\lab\\inner"]
    assert call(wmi, folder, "Delete") == 0
    assert not wmi.host.filesystem.exists("C:\\lab")


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("127.0.0.1", 0),
        ("localhost", 0),
        ("HVHOST1", 0),
        ("192.0.2.21", 0),
        ("one", 0),
        ("203.0.113.9", 11010),
    ],
)
def test_only_the_emulated_network_is_pinged(wmi, address, status):
    found = one(wmi, f"SELECT * FROM Win32_PingStatus WHERE Address = '{address}'")  # noqa: S608 -- WQL
    assert (found.value("Address"), found.value("StatusCode")) == (address, status)


def test_a_name_that_nobody_has_is_not_resolved(wmi):
    found = one(wmi, "SELECT * FROM Win32_PingStatus WHERE Address = 'example.com' AND Timeout = 50")
    assert (found.value("StatusCode"), found.value("PrimaryAddressResolutionStatus")) == (None, 11001)
    assert found.value("Timeout") == 50
    assert list(wmi[CIMV2].instances("Win32_PingStatus")) == []


def test_a_paging_file_is_set_when_windows_does_not_manage_them(wmi):
    namespace = wmi[CIMV2]
    declaration = namespace.schema.find("Win32_PageFileSetting")
    wanted = ValueInstance(
        declaration, {"Name": "D:\\pagefile.sys", "InitialSize": 1024, "MaximumSize": 2048}
    )
    with pytest.raises(CimError):
        namespace.create(wanted)
    wmi.host.operating_system.configure(automatic_managed_pagefile=False)
    made = namespace.create(wanted)
    assert made.value("MaximumSize") == 2048
    changed = namespace.put(made, ValueInstance(declaration, {"InitialSize": 2048}))
    assert changed.value("InitialSize") == 2048
    with pytest.raises(CimError):
        namespace.put(made, ValueInstance(declaration, {"InitialSize": 4096}))
    with pytest.raises(IllegalNull):
        namespace.create(ValueInstance(declaration, {"InitialSize": 1}))
    namespace.delete(made)
    assert list(namespace.instances("Win32_PageFileSetting")) == []


def test_sessions_lead_to_accounts_and_processes(wmi):
    system = one(wmi, "SELECT * FROM Win32_LogonSession WHERE LogonId = '999'")
    (account,) = wmi[CIMV2].associators(system.path, "Win32_LoggedOnUser")
    assert account.value("Name") == "SYSTEM"
    processes = wmi[CIMV2].associators(system.path, "Win32_SessionProcess")
    assert "lsass.exe" in {each.value("Name") for each in processes}


def test_services_lead_to_what_they_need_both_ways(wmi):
    found = wmi[CIMV2].instances("Win32_DependentService")
    assert found
    for each in found:
        needed, needing = each.value("Antecedent"), each.value("Dependent")
        assert needing in [other.path for other in wmi[CIMV2].associators(needed, "Win32_DependentService")]


def test_a_disk_leads_to_its_medium_and_controller(wmi):
    disk = one(wmi, "SELECT * FROM Win32_DiskDrive WHERE Index = 0")
    (medium,) = wmi[CIMV2].associators(disk.path, "Win32_DiskDrivePhysicalMedia")
    assert medium.value("Tag") == disk.value("DeviceID")
    (controller,) = wmi[CIMV2].associators(disk.path, "Win32_IDEControllerDevice")
    assert "AHCI" in controller.value("Name")


def test_local_time_follows_the_zone_and_the_clock(make_wmi):
    wmi = make_wmi("2022", zone="Tokyo Standard Time")
    local, utc = (wmi[CIMV2].instances(name)[0] for name in ("Win32_LocalTime", "Win32_UTCTime"))
    assert (local.value("Hour") - utc.value("Hour")) % 24 == 9
    assert (utc.value("Day"), utc.value("DayOfWeek"), utc.value("WeekInMonth")) == (1, 5, 1)


def test_a_workgroup_is_joined_and_a_domain_is_not_there(wmi):
    system = wmi[CIMV2].instances("Win32_ComputerSystem")[0]
    assert call(wmi, system, "JoinDomainOrWorkgroup", Name="LAB") == 0
    assert wmi[CIMV2].instances("Win32_ComputerSystem")[0].value("Workgroup") == "LAB"
    assert call(wmi, system, "JoinDomainOrWorkgroup", Name="lab.test", FJoinOptions=3) == 1355
    assert call(wmi, system, "JoinDomainOrWorkgroup", Name="") == 87
    assert call(wmi, system, "UnjoinDomainOrWorkgroup", FUnjoinOptions=0) == 2692
    assert wmi.host.operating_system.workgroup == "LAB"


def test_a_volume_is_named_checked_and_formatted_where_that_is_possible(wmi):
    def volume(letter):
        return one(wmi, f"SELECT * FROM Win32_Volume WHERE DriveLetter = '{letter}:'")  # noqa: S608 -- WQL

    declaration = wmi[CIMV2].schema.find("Win32_Volume")
    named = wmi[CIMV2].put(volume("D"), ValueInstance(declaration, {"Label": "Machines"}))
    assert (named.value("Label"), wmi.host.filesystem.volume("D").label) == ("Machines", "Machines")
    assert call(wmi, volume("C"), "Chkdsk", FixErrors=True) == 1
    assert call(wmi, volume("D"), "Chkdsk", FixErrors=True) == 0
    assert call(wmi, volume("C"), "Format", FileSystem="NTFS") == 7
    assert call(wmi, volume("D"), "Format", FileSystem="NTFS") == 18
    assert wmi.host.filesystem.exists("D:\\VMs\\one.vhd")
    analysis = wmi[CIMV2].invoke(volume("D"), "DefragAnalysis", {})
    assert analysis.out["DefragAnalysis"].value("VolumeName") == "Machines"
    with pytest.raises(CimError):
        wmi[CIMV2].put(volume("D"), ValueInstance(declaration, {"DriveLetter": "X:"}))
