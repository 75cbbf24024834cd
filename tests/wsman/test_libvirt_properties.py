"""What libvirt's driver for Hyper-V deserializes: every property is an element, one instance a Pull."""

from __future__ import annotations

from pathlib import Path

import pytest

from emulator.host import Host
from emulator.profile import builtin_names, load
from emulator.shells import ShellService
from emulator.wmi import WmiService
from emulator.wsman import WsmanService

WMI = "http://schemas.microsoft.com/wbem/wsman/1/wmi/"
V2, CIMV2 = WMI + "root/virtualization/v2/", WMI + "root/cimv2/"
V1 = WMI + "root/virtualization/"
#: Classes without instances at rest: jobs; counters that are not emulated yet.
EMPTY = {"Msvm_ConcreteJob", "Win32_PerfRawData_HvStats_HyperVHypervisorVirtualProcessor"}
#: What came with 2012 R2 (Microsoft's list of additions of that release). A real Server 2012 does not have them
#: either, and libvirt says that it manages "Hyper-V 2012 R2 and newer"; a 2012 that had them would be none.
SINCE_2012_R2 = {
    "Msvm_ComputerSystem": {"EnhancedSessionModeState"},
    "Msvm_StorageAllocationSettingData": {
        "IOPSAllocationUnits",
        "IOPSLimit",
        "IOPSReservation",
        "PersistentReservationsSupported",
    },
    "Msvm_SyntheticEthernetPortSettingData": {"ClusterMonitored"},
    "Msvm_VirtualSystemSettingData": {
        "BootSourceOrder",
        "LowMmioGapSize",
        "NetworkBootPreferredProtocol",
        "PauseAfterBootFailure",
        "SecureBootEnabled",
        "VirtualSystemSubType",
    },
}


def table(name: str) -> dict[str, list[str]]:
    rows: dict[str, list[str]] = {}
    text = (Path(__file__).parent / name).read_text()
    for line in text.splitlines():
        if line.startswith("  "):
            rows[next(reversed(rows))] += line.split()
        elif line and not line.startswith("#"):
            rows[line] = []
    return rows


TABLE = table("libvirt_properties.txt")
OLDER = table("libvirt_v1_properties.txt")
PROFILES = [
    name
    for name in builtin_names()
    if load(name).hyper_v.role == "enabled" and "v2" in load(name).release.wmi_namespaces
]


@pytest.fixture(scope="module", params=PROFILES)
def machine(request):
    host = Host(load(request.param), "manual")
    machines = list(host.virtual_machines)
    # Some devices only machines of generation 1 have.
    if not any(adapter.connected for vm in machines for adapter in vm.network_adapters) or not any(
        vm.generation == 1 for vm in machines
    ):
        host.virtual_machines.create("another").devices.add_network_adapter("nic")
    service = WsmanService(host, WmiService(host), ShellService(host))
    yield service
    service.close()


@pytest.fixture
def real(machine, client):
    client.service = machine
    client.account = machine.wmi.host.accounts.find("Administrator")
    if not client.account or not client.account.is_administrator:
        client.account = next(each for each in machine.wmi.host.accounts if each.is_administrator)
    return client


@pytest.mark.parametrize("class_name", TABLE)
def test_every_property_is_there(real, class_name):
    base = V2 if class_name.startswith("Msvm_") else CIMV2
    query = f"SELECT * FROM {class_name}"  # noqa: S608  WQL is no SQL
    if class_name == "CIM_DataFile":
        query += " WHERE Path = '\\\\windows\\\\system32\\\\' AND FileName = 'vmms'"
    reply = real.wql(base + "*", query)
    if not missing_in_release(real, class_name):
        count = 0
        while not reply.all("//n:EndOfSequence"):
            reply = real.pull(base + class_name, reply.context)
            items = reply.all("//n:Items/*")
            assert len(items) <= 1
            for item in items:
                found = {str(each.tag).rpartition("}")[2] for each in item}
                space = {str(each.tag).rpartition("}")[0][1:] for each in item}
                assert space == {base + class_name}
                is_old = real.service.wmi.host.release.key == "2012"
                assert set(TABLE[class_name]) - found == (
                    SINCE_2012_R2.get(class_name, set()) if is_old else set()
                )
                count += 1
        assert count or class_name in EMPTY


def missing_in_release(real, class_name) -> bool:
    name = "root/virtualization/v2" if class_name.startswith("Msvm_") else "root/cimv2"
    return class_name not in real.service.wmi.namespace(name).schema


OLDER_PROFILES = [
    name
    for name in builtin_names()
    if load(name).hyper_v.role == "enabled" and "v1" in load(name).release.wmi_namespaces
]


@pytest.mark.parametrize("profile", OLDER_PROFILES)
def test_every_property_that_an_older_libvirt_reads_is_there(profile, client):
    host = Host(load(profile), "manual")
    host.virtual_machines.create("another").start()
    service = WsmanService(host, WmiService(host), ShellService(host))
    client.service = service
    client.account = next(each for each in host.accounts if each.is_administrator)
    try:
        for class_name, properties in OLDER.items():
            reply = client.wql(V1 + "*", f"SELECT * FROM {class_name}")  # noqa: S608  WQL is no SQL
            count = 0
            while not reply.all("//n:EndOfSequence"):
                reply = client.pull(V1 + class_name, reply.context)
                items = reply.all("//n:Items/*")
                assert len(items) <= 1
                for item in items:
                    found = {str(each.tag).rpartition("}")[2] for each in item}
                    assert set(properties) <= found, class_name
                    count += 1
            assert count, class_name
    finally:
        service.close()
