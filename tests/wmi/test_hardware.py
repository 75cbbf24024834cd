# ruff: noqa: S608  WQL is no SQL
"""The hardware, the devices, the accounts and what is installed, in root/cimv2."""

from datetime import date

import pytest
from host.restarting import restart

from emulator.host import DiskKind
from emulator.host.security.security_identifiers import binary_sid
from emulator.wmi import cimv2
from emulator.wmi.rows import RowView
from emulator.wmi.tables import load_schema

CIMV2 = "root/cimv2"


def rows(wmi, class_name, *names):
    return [tuple(each.value(name) for name in names) for each in wmi[CIMV2].instances(class_name)]


def test_rows_name_only_properties_that_the_class_has(wmi):
    newest = load_schema("root_cimv2", CIMV2, "2025")
    for view_type in cimv2.VIEWS:
        if issubclass(view_type, RowView):
            view = wmi[CIMV2].view(view_type)
            known = {each.name for each in newest.find(view_type.class_name).properties}
            known |= {each.name for each in view.declaration.properties}
            assert set(vars(view_type).get("constants", ())) <= known, view_type
            for row in view.rows():
                assert set(row.values) <= known, view_type


def test_the_modules_make_up_the_memory(wmi):
    modules = rows(wmi, "Win32_PhysicalMemory", "Capacity", "DeviceLocator")
    assert sum(size for size, _ in modules) == 32 << 30
    assert [slot for _, slot in modules] == ["A1", "B1"]
    (array,) = wmi[CIMV2].instances("Win32_PhysicalMemoryArray")
    assert array.value("MemoryDevices") == 4
    assert len(wmi[CIMV2].associators(str(array.path), "Win32_PhysicalMemoryLocation")) == 2


def test_a_drive_letter_leads_to_its_partition_and_its_disk(wmi):
    space = wmi[CIMV2]
    for letter in ("C", "D"):
        (partition,) = space.associators(
            f'Win32_LogicalDisk.DeviceID="{letter}:"', "Win32_LogicalDiskToPartition"
        )
        (disk,) = space.associators(str(partition.path), "Win32_DiskDriveToDiskPartition")
        assert disk.value("DeviceID") == r"\\.\PHYSICALDRIVE0"
        volume = wmi.host.filesystem.volume(f"{letter}:")
        assert partition.value("Size") == volume.size
    (disk,) = space.instances("Win32_DiskDrive")
    parts = space.associators(str(disk.path), None, "Win32_DiskPartition")
    assert disk.value("Partitions") == len(parts) == 3
    ends = [(each.value("StartingOffset"), each.value("Size")) for each in parts]
    assert all(start + size <= disk.view.row(0)[0].shown.size for start, size in ends)
    assert all(ends[i][0] + ends[i][1] <= ends[i + 1][0] for i in range(2))


def test_a_mounted_virtual_hard_disk_is_a_disk(wmi):
    before = len(wmi[CIMV2].instances("Win32_DiskDrive"))
    wmi.host.virtual_disks.create("D:\\VMs\\new.vhd", DiskKind.DYNAMIC, size=1 << 30)
    wmi.advance(600)
    wmi.host.virtual_disks.mount(wmi.host.virtual_disks.find("D:\\VMs\\new.vhd"))
    found = rows(wmi, "Win32_DiskDrive", "Model")
    assert len(found) == before + 1
    assert found[-1] == ("Microsoft Virtual Disk",)


def test_the_drivers_of_the_hypervisor_run_with_it(make_wmi):
    def state(role, name):
        wmi = make_wmi("2022", role=role)
        found = wmi[CIMV2].query(f"SELECT State FROM Win32_SystemDriver WHERE Name='{name}'").instances
        return [each.value("State") for each in found]

    assert state("enabled", "vmbusr") == ["Running"]
    assert state("absent", "vmbusr") == []
    assert state("enabled", "storvsc") == state("absent", "storvsc") == ["Stopped"]


def test_the_bus_provider_is_a_device_of_a_host_with_the_role(make_wmi):
    for role, wanted in (("enabled", True), ("absent", False)):
        names = {name for (name,) in rows(make_wmi("2022", role=role), "Win32_PnPEntity", "Name")}
        assert ("Microsoft Hyper-V Virtual Machine Bus Provider" in names) is wanted


def test_accounts_have_groups_and_identifiers(wmi):
    space = wmi[CIMV2]
    (administrator,) = space.query("SELECT * FROM Win32_UserAccount WHERE Name='Administrator'").instances
    (group,) = space.associators(str(administrator.path), "Win32_GroupUser")
    assert group.value("SID") == "S-1-5-32-544"
    sid = space.resolve("Win32_SID", {"SID": "S-1-5-32-544"})
    assert (sid.value("AccountName"), sid.value("ReferencedDomainName")) == ("Administrators", "BUILTIN")
    assert bytes(sid.value("BinaryRepresentation")) == binary_sid("S-1-5-32-544")


def test_a_hot_fix_of_the_profile_is_shown(wmi):
    assert rows(wmi, "Win32_QuickFixEngineering", "HotFixID", "Description", "InstalledOn") == [
        ("KB5034129", "Security Update", f"{date(2024, 2, 14):%-m/%-d/%Y}")
    ]


def test_a_share_is_created_changed_and_deleted(wmi):
    space = wmi[CIMV2]
    declared = space.schema.find("Win32_Share")
    arguments = {"Name": "VMs", "Path": "D:\\VMs", "Type": 0, "Description": "machines"}
    assert space.invoke(declared, "Create", arguments).return_value == 0
    assert space.invoke(declared, "Create", arguments).return_value == 22
    assert space.invoke(declared, "Create", arguments | {"Path": "D:\\no"}).return_value == 24
    share = space.resolve("Win32_Share", {"Name": "vms"})
    assert space.invoke(share, "SetShareInfo", {"MaximumAllowed": 5}).return_value == 0
    assert (share.value("MaximumAllowed"), share.value("AllowMaximum")) == (5, False)
    assert space.invoke(share, "Delete", {}).return_value == 0
    assert wmi.host.shares.get("VMs") is None


def test_the_administrative_shares_are_there(wmi):
    assert [name for (name,) in rows(wmi, "Win32_Share", "Name")] == ["ADMIN$", "C$", "D$", "IPC$"]


def test_the_event_log_is_shown_and_cleared(wmi):
    space = wmi[CIMV2]
    query = "SELECT * FROM Win32_NTLogEvent WHERE Logfile='System' AND EventCode=1"
    (event,) = space.query(query).instances
    assert event.value("SourceName") == "Microsoft-Windows-Hyper-V-Hypervisor"
    log = next(
        each for each in space.instances("Win32_NTEventlogFile") if each.value("LogfileName") == "System"
    )
    assert log.value("NumberOfRecords") >= 1
    assert space.invoke(log, "ClearEventlog", {}).return_value == 0
    assert space.query(query).instances == []


def test_a_service_is_created_changed_and_deleted(wmi):
    space = wmi[CIMV2]
    declared = space.schema.find("Win32_Service")
    arguments = {"Name": "agent", "PathName": "C:\\agent.exe", "StartMode": "Automatic"}
    assert space.invoke(declared, "Create", arguments).return_value == 0
    assert space.invoke(declared, "Create", arguments).return_value == 23
    service = space.resolve("Win32_Service", {"Name": "agent"})
    assert (
        space.invoke(service, "Change", {"DisplayName": "Agent", "StartMode": "sometimes"}).return_value == 21
    )
    assert space.invoke(service, "Change", {"DisplayName": "Agent"}).return_value == 0
    assert service.value("DisplayName") == "Agent"
    restart(wmi.host)
    service = space.resolve("Win32_Service", {"Name": "agent"})
    assert service.value("State") == "Running"
    assert space.invoke(service, "Delete", {}).return_value == 0
    assert wmi.host.services.get("agent") is None
    restart(wmi.host)
    assert wmi.host.services.get("agent") is None


def test_a_restart_with_a_reason_happens_later_and_is_logged(wmi):
    (system,) = wmi[CIMV2].instances("Win32_OperatingSystem")
    before = wmi.host.operating_system.boot_time
    arguments = {"Timeout": 30, "Comment": "patches", "ReasonCode": 0x80020003, "Flags": 6}
    assert wmi[CIMV2].invoke(system, "Win32ShutdownTracker", arguments).return_value == 0
    assert wmi.host.operating_system.boot_time == before
    wmi.advance(60)
    assert wmi.host.operating_system.boot_time > before
    assert any(entry.event_id == 1074 for entry in wmi.host.event_log.entries("System"))


@pytest.mark.parametrize("line", ["", "nothing-of-the-kind.exe"])
def test_a_program_that_does_not_exist_is_not_started(wmi, line):
    from emulator.shells import ShellService

    ShellService(wmi.host)
    declared = wmi[CIMV2].schema.find("Win32_Process")
    result = wmi[CIMV2].invoke(declared, "Create", {"CommandLine": line})
    assert result.return_value == (9 if line else 21)
    assert result.out["ProcessId"] is None


def test_a_program_runs_by_itself_and_is_in_the_process_list(wmi):
    from emulator.shells import ShellService

    ShellService(wmi.host)
    declared = wmi[CIMV2].schema.find("Win32_Process")
    result = wmi[CIMV2].invoke(declared, "Create", {"CommandLine": "cmd.exe /c echo hello> C:\\made.txt"})
    assert result.return_value == 0
    assert wmi.host.wait_for(lambda: wmi.host.processes.get(result.out["ProcessId"]) is None, None)
    assert wmi.host.filesystem.read("C:\\made.txt") == b"hello\r\n"


def test_a_program_that_waits_ends_when_its_process_is_killed(wmi):
    from emulator.shells import ShellService

    shells = ShellService(wmi.host)
    declared = wmi[CIMV2].schema.find("Win32_Process")
    result = wmi[CIMV2].invoke(declared, "Create", {"CommandLine": "timeout /t 1000 /nobreak"})
    process = wmi[CIMV2].resolve("Win32_Process", {"Handle": str(result.out["ProcessId"])})
    assert process.value("Name") == "timeout.exe"
    assert wmi[CIMV2].invoke(process, "Terminate", {}).return_value == 0
    assert not shells.programs._running


@pytest.mark.parametrize("release", ["2008R2", "2012", "2022"])
def test_the_device_of_an_adapter_has_its_name_and_service(make_wmi, release):
    wmi = make_wmi(release)
    devices = {each.value("DeviceID"): each for each in wmi["root/cimv2"].instances("Win32_PnPEntity")}
    adapters = wmi["root/cimv2"].instances("Win32_NetworkAdapter")
    assert any("Hyper-V" in adapter.value("Name") for adapter in adapters)
    for adapter in adapters:
        device = devices[adapter.value("PNPDeviceID")]
        for ours, theirs in (("Name", "Name"), ("ServiceName", "Service")):
            assert adapter.value(ours) == device.value(theirs)
