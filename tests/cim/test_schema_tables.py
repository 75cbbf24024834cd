"""The shipped tables: integrity, and the classes that clients cannot do without."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from emulator.cim.schema import Schema
from emulator.cim.types import CimType

RELEASES = ("2008R2", "2012", "2012R2", "2016", "2019", "2022", "2025")
TABLES = Path(__file__).parents[2] / "emulator" / "wmi" / "schema"
FILES = sorted(set(TABLES.glob("*.cim")) - {TABLES / "system.cim"})


def load(name: str, release: str) -> Schema:
    return Schema.load([TABLES / "system.cim", TABLES / f"{name}.cim"], name, RELEASES, release)


def test_the_tables_stay_small():
    assert sum(path.stat().st_size for path in FILES) < 1_500_000


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
@pytest.mark.parametrize("release", ["2008R2", "2012", "2019", "2025"])
def test_every_class_of_every_release_can_be_built(path, release):
    schema = load(path.stem, release)
    for name in schema.names():
        declaration = schema.find(name)
        for ancestor in declaration.derivation[1:]:
            assert ancestor in schema, f"{name} derives from {ancestor}"
        spelled = [each.name.lower() for each in declaration.properties]
        assert spelled == sorted(set(spelled)), name
        assert all(declaration.property(key).is_key for key in declaration.keys)


@pytest.mark.parametrize("name", ["root_virtualization_v2", "root_cimv2"])
def test_the_first_use_of_a_namespace_takes_milliseconds(name):
    fastest = 1.0
    for _ in range(5):
        start = time.thread_time()
        load(name, "2022").find("CIM_ManagedSystemElement")
        fastest = min(fastest, time.thread_time() - start)
    assert fastest < 0.05


KEYS = {
    "root_cimv2": {
        "Win32_ComputerSystem": ("Name",),
        "Win32_Processor": ("DeviceID",),
        "Win32_DiskDrive": ("DeviceID",),
        "Win32_Volume": ("DeviceID",),
        "Win32_Service": ("Name",),
        "Win32_Process": ("Handle",),
        "Win32_NetworkAdapterConfiguration": ("Index",),
        "Win32_ComputerSystemProduct": ("IdentifyingNumber", "Name", "Version"),
        "Win32_QuickFixEngineering": ("HotFixID", "ServicePackInEffect"),
        "Win32_UserAccount": ("Domain", "Name"),
        "Win32_OperatingSystem": (),
        "Win32_ServerFeature": ("ID",),
        "Win32_NTLogEvent": ("Logfile", "RecordNumber"),
        "Win32_PerfFormattedData_PerfOS_Processor": ("Name",),
        "CIM_DataFile": ("Name",),
    },
    "root_virtualization_v2": {
        "Msvm_ComputerSystem": ("CreationClassName", "Name"),
        "Msvm_VirtualSystemSettingData": ("InstanceID",),
        "Msvm_ConcreteJob": ("InstanceID",),
        "Msvm_Keyboard": ("CreationClassName", "DeviceID", "SystemCreationClassName", "SystemName"),
        "Msvm_SettingsDefineState": ("ManagedElement", "SettingData"),
    },
    "root_virtualization": {"Msvm_ComputerSystem": ("CreationClassName", "Name")},
    "root_microsoft_windows_storage": {"MSFT_Disk": ("ObjectId",)},
    "root_standardcimv2": {
        "MSFT_NetAdapter": ("CreationClassName", "DeviceID", "SystemCreationClassName", "SystemName")
    },
}


@pytest.mark.parametrize(
    ("table", "name", "keys"),
    [(table, name, keys) for table, classes in KEYS.items() for name, keys in classes.items()],
)
def test_a_class_has_the_keys_that_its_paths_show(table, name, keys):
    release = "2008R2" if table == "root_virtualization" else "2022"
    assert load(table, release).find(name).keys == keys


def test_every_msvm_class_with_instances_has_keys_or_is_only_ever_embedded():
    schema = load("root_virtualization_v2", "2025")
    without = {
        name
        for name in schema.names()
        if name.startswith("Msvm_")
        and not (declaration := schema.find(name)).keys
        and not (declaration.is_abstract or declaration.is_indication or declaration.is_singleton)
    }
    assert without == {
        "Msvm_CompatibilityVector", "Msvm_GuestClusterInformation", "Msvm_InteractiveSessionACE",
        "Msvm_KvpExchangeDataItem", "Msvm_MoveUnmanagedVhd", "Msvm_NetworkConnectionDiagnosticInformation",
        "Msvm_NumaNodeTopology", "Msvm_VHDSetInformation",
        "Msvm_VHDSnapshotInformation", "Msvm_VirtualHardDiskState", "Msvm_VirtualMachineToDisks",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("table", "class_name", "name"),
    [
        ("root_virtualization_v2", "Msvm_ConcreteJob", "ElapsedTime"),
        ("root_virtualization_v2", "Msvm_ConcreteJob", "TimeBeforeRemoval"),
        ("root_virtualization_v2", "Msvm_VirtualSystemSettingData", "AutomaticStartupActionDelay"),
        ("root_virtualization_v2", "Msvm_VirtualSystemSettingData", "AutomaticCriticalErrorActionTimeout"),
        ("root_virtualization", "Msvm_VirtualSystemGlobalSettingData", "AutomaticStartupActionDelay"),
        ("root_microsoft_windows_storage", "MSFT_StorageJob", "ElapsedTime"),
    ],
)
def test_an_interval_is_marked(table, class_name, name):
    found = load(table, "2012" if table == "root_virtualization" else "2022").find(class_name).property(name)
    assert found.type is CimType.DATETIME
    assert found.is_interval


def test_a_point_in_time_is_not_marked_as_an_interval():
    job = load("root_virtualization_v2", "2022").find("Msvm_ConcreteJob")
    assert not job.property("StartTime").is_interval
    assert not job.property("TimeOfLastStateChange").is_interval


def test_2008_r2_has_no_virtualization_properties():
    old, new = load("root_cimv2", "2008R2"), load("root_cimv2", "2012")
    assert old.find("Win32_Processor").find_property("VirtualizationFirmwareEnabled") is None
    assert old.find("Win32_ComputerSystem").find_property("HypervisorPresent") is None
    assert new.find("Win32_Processor").find_property("VirtualizationFirmwareEnabled") is not None
    assert new.find("Win32_ComputerSystem").find_property("HypervisorPresent") is not None


def test_server_2012_has_the_associations_that_clients_use_against_it():
    schema = load("root_virtualization_v2", "2012")
    assert "Msvm_SettingsDefineState" in schema
    assert "Msvm_KvpExchangeDataItem" in schema
    assert "Msvm_SummaryInformationBase" not in schema
    assert schema.find("Msvm_SummaryInformation").find_property("EnabledState") is not None


def test_embedded_parameters_name_their_class():
    service = load("root_virtualization_v2", "2022").find("Msvm_VirtualSystemManagementService")
    settings = service.method("AddResourceSettings").parameter("ResourceSettings")
    assert settings is not None
    assert (settings.is_array, settings.embedded_as) == (True, "instance")
    assert settings.embedded_class == "CIM_ResourceAllocationSettingData"
    summary = service.method("GetSummaryInformation").parameter("SummaryInformation")
    assert summary is not None
    assert (summary.is_out, summary.embedded_as, summary.type) == (True, "object", CimType.OBJECT)
