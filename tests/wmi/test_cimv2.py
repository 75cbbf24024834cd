# ruff: noqa: S608  WQL is no SQL
"""Windows itself: facts of the release and the hardware, services, files and features."""

from datetime import timedelta

import pytest

CIMV2 = "root/cimv2"


def only(wmi, class_name):
    (instance,) = wmi[CIMV2].instances(class_name)
    return instance


@pytest.mark.parametrize(
    ("release", "edition", "expected"),
    [
        ("2008R2", "Datacenter", ("Microsoft Windows Server 2008 R2 Datacenter ", "6.1.7601", 8, 400, 1)),
        ("2012", "Standard", ("Microsoft Windows Server 2012 Standard", "6.2.9200", 7, 272, 0)),
        ("2022", "Datacenter", ("Microsoft Windows Server 2022 Datacenter", "10.0.20348", 8, 400, 0)),
    ],
)
def test_the_operating_system_says_which_it_is(make_wmi, release, edition, expected):
    system = only(make_wmi(release, edition=edition), "Win32_OperatingSystem")
    names = ("Caption", "Version", "OperatingSystemSKU", "SuiteMask", "ServicePackMajorVersion")
    assert tuple(system.value(name) for name in names) == expected
    assert system.value("BuildNumber") == expected[1].rpartition(".")[2]
    assert (system.value("OSLanguage"), system.value("OSType"), system.value("ProductType")) == (1033, 18, 3)
    dep = [
        system.value(f"DataExecutionPrevention_{name}")
        for name in ("Available", "32BitApplications", "Drivers", "SupportPolicy")
    ]
    assert dep == [True, True, True, 3]


def test_times_are_local_and_follow_the_clock(make_wmi):
    wmi = make_wmi("2022", zone="W. Europe Standard Time")
    system = only(wmi, "Win32_OperatingSystem")
    before = system.value("LocalDateTime")
    assert before.utcoffset() == timedelta(hours=1)
    assert system.value("CurrentTimeZone") == 60
    wmi.advance(90)
    assert system.value("LocalDateTime") - before == timedelta(seconds=90)
    assert system.value("LastBootUpTime") == wmi.host.operating_system.boot_time


def test_memory_that_machines_hold_is_not_free(wmi):
    system = only(wmi, "Win32_OperatingSystem")
    before = system.value("FreePhysicalMemory")
    wmi.two.start()
    wmi.advance(5)
    assert before - system.value("FreePhysicalMemory") == 512 * 1024


@pytest.mark.parametrize("release", ["2012", "2022"])
def test_a_running_hypervisor_hides_the_processors_virtualization(make_wmi, release):
    for role, running in (("enabled", True), ("absent", False)):
        wmi = make_wmi(release, role=role)
        assert only(wmi, "Win32_ComputerSystem").value("HypervisorPresent") is running
        for processor in wmi[CIMV2].instances("Win32_Processor"):
            flags = {
                processor.value(name)
                for name in (
                    "VirtualizationFirmwareEnabled",
                    "VMMonitorModeExtensions",
                    "SecondLevelAddressTranslationExtensions",
                )
            }
            assert flags == {not running}


def test_there_is_a_processor_for_each_socket(wmi):
    processors = wmi[CIMV2].instances("Win32_Processor")
    assert [each.value("DeviceID") for each in processors] == ["CPU0", "CPU1"]
    first = processors[0]
    assert (first.value("NumberOfCores"), first.value("NumberOfLogicalProcessors")) == (4, 8)
    assert first.value("ProcessorId") == "BFEBFBFF000606A6"
    assert first.value("Manufacturer") == "GenuineIntel"
    assert only(wmi, "Win32_ComputerSystem").value("NumberOfLogicalProcessors") == 16


def test_the_machine_has_its_makers_identity(wmi):
    product = only(wmi, "Win32_ComputerSystemProduct")
    assert product.value("UUID") == "4C4C4544-0048-3510-8056-B4C04F4E4732"
    assert product.value("IdentifyingNumber") == "7KD8PQ3"


def call(wmi, service, method, **arguments):
    target = wmi[CIMV2].get("Win32_Service", {"Name": service})
    return wmi[CIMV2].invoke(target, method, arguments).return_value


def test_a_service_is_stopped_and_started(wmi):
    service = wmi[CIMV2].get("Win32_Service", {"Name": "spooler"})
    assert (service.value("State"), service.value("Started")) == ("Running", True)
    assert call(wmi, "Spooler", "StopService") == 0
    assert (service.value("State"), service.value("ProcessId")) == ("Stopped", 0)
    assert call(wmi, "Spooler", "StopService") == 6
    assert call(wmi, "Spooler", "StartService") == 0
    assert call(wmi, "Spooler", "StartService") == 10


@pytest.mark.parametrize(
    ("mode", "code", "shown"),
    [("Disabled", 0, "Disabled"), ("manual", 0, "Manual"), ("Automatic", 0, "Auto"), ("Never", 21, "Auto")],
)
def test_the_start_mode_of_a_service_is_changed(wmi, mode, code, shown):
    assert call(wmi, "Spooler", "ChangeStartMode", StartMode=mode) == code
    assert wmi[CIMV2].get("Win32_Service", {"Name": "Spooler"}).value("StartMode") == shown


def test_a_disabled_service_does_not_start(wmi):
    call(wmi, "Spooler", "StopService")
    call(wmi, "Spooler", "ChangeStartMode", StartMode="Disabled")
    assert call(wmi, "Spooler", "StartService") == 14


def test_the_management_service_comes_with_the_role(make_wmi):
    names = {
        role: {each.value("Name") for each in make_wmi("2022", role=role)[CIMV2].instances("Win32_Service")}
        for role in ("enabled", "absent")
    }
    assert "vmms" in names["enabled"] - names["absent"]


def test_features_say_whether_the_role_is_there(make_wmi):
    for role, state, features in (("enabled", 1, ["Hyper-V"]), ("absent", 2, []), ("pending-reboot", 2, [])):
        wmi = make_wmi("2022", role=role)
        assert (
            wmi[CIMV2].get("Win32_OptionalFeature", {"Name": "microsoft-hyper-v"}).value("InstallState")
            == state
        )
        assert [each.value("Name") for each in wmi[CIMV2].instances("Win32_ServerFeature")] == features


def test_a_file_of_a_client_is_a_data_file(wmi):
    wmi.host.filesystem.write("D:\\notes.txt", b"hello")
    file = wmi[CIMV2].get("CIM_DataFile", {"Name": "D:\\Notes.TXT"})
    assert (file.value("FileName"), file.value("Extension"), file.value("FileSize")) == ("notes", "txt", 5)
    assert file.value("Version") is None
    key = file.cache_key
    wmi.host.filesystem.write("D:\\notes.txt", b"hello again")
    assert wmi[CIMV2].get("CIM_DataFile", {"Name": "D:\\Notes.TXT"}).cache_key != key


def test_volumes_have_sizes_that_virtual_disks_take_from(wmi):
    disk = wmi[CIMV2].get("Win32_LogicalDisk", {"DeviceID": "d:"})
    before = disk.value("FreeSpace")
    wmi.host.filesystem.write("D:\\big.bin", b"x" * 4096)
    assert before - disk.value("FreeSpace") == 4096
    assert disk.value("Size") == 300 << 30


def test_a_running_machine_has_a_worker_process(wmi):
    text = f"SELECT Name, CommandLine FROM Win32_Process WHERE ProcessId = {wmi.one.process_id}"
    (process,) = wmi[CIMV2].query(text).instances
    assert process.value("Name") == "vmwp.exe"
    assert wmi.one.id in process.value("CommandLine")
    owner = wmi[CIMV2].invoke(process, "GetOwner", {})
    assert owner.out == {"Domain": "NT VIRTUAL MACHINE", "User": wmi.one.id}


def test_the_addresses_of_the_host_are_shown(wmi):
    # The host has an adapter of its own on the internal switch, without a DHCP server.
    configuration, own = (
        wmi[CIMV2].query("SELECT * FROM Win32_NetworkAdapterConfiguration WHERE IPEnabled = TRUE").instances
    )
    assert own.value("Description") == "Hyper-V Virtual Ethernet Adapter"
    assert own.value("IPAddress")[0].startswith("169.254.")
    address, link_local = configuration.value("IPAddress")
    assert (address, link_local[:6]) == ("192.0.2.10", "fe80::")
    assert configuration.value("IPSubnet") == ["255.255.255.0", "64"]
    assert configuration.value("MACAddress") == "AA:BB:CC:00:00:01"


def test_the_host_is_restarted(wmi):
    boot = wmi.host.operating_system.boot_time
    wmi.advance(600)
    system = only(wmi, "Win32_OperatingSystem")
    assert wmi[CIMV2].invoke(system, "Win32Shutdown", {"Flags": 6}).return_value == 0
    assert wmi[CIMV2].invoke(system, "Reboot", {}).return_value == 1115
    wmi.advance(60)
    assert wmi.host.operating_system.boot_time > boot
