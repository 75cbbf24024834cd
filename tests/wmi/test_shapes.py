"""What every view has to get right, for every class, on releases with different namespaces."""

from datetime import datetime, timedelta

import pytest
from host.restarting import restart

from emulator.cim.instance import Instance
from emulator.cim.object_path import ObjectPath
from emulator.cim.types import CimType, check_value
from emulator.profile import load
from emulator.wmi import cimv2, virtualization, virtualization_v2
from emulator.wmi.cimv2 import absent_hardware
from emulator.wmi.tables import load_schema
from emulator.wmi.view import View
from tests.wmi.conftest import Wmi

V1, V2, CIMV2 = "root/virtualization", "root/virtualization/v2", "root/cimv2"
#: Stands for the profile with special hardware.
SPECIAL = "special devices"
PLACES = [
    ("2008R2", CIMV2),
    ("2008R2", V1),
    ("2012", CIMV2),
    ("2012", V1),
    ("2012", V2),
    ("2012R2", V2),
    ("2022", CIMV2),
    ("2022", V2),
    ("2025", V2),
    (SPECIAL, V2),
    ("2022", "root/microsoft/windows/storage"),
    ("2012", "root/microsoft/windows/storage"),
    ("2022", "root/microsoft/windows/smb"),
    ("2022", "root/standardcimv2"),
]
#: Types that a door can write without looking twice: no IntEnum, no tuple.
PLAIN = {str, int, bool, float, list, datetime, timedelta, ObjectPath, type(None)}


@pytest.fixture(params=PLACES, ids=lambda place: f"{place[0]} {place[1]}")
def namespace(request, make_wmi):
    release, name = request.param
    if release == SPECIAL:
        found = Wmi(load("windows-server-2025-special-devices"))
    else:
        found = make_wmi(release)
    next(iter(found.host.virtual_machines)).turn_off()  # so that there is a job
    return found[name]


#: Nothing of these on a host without special hardware: test_fibre_channel.py.
SPECIAL_CLASSES = {
    "Msvm_GpuPartition",
    "Msvm_PartitionableGpu",
    "Msvm_PciExpress",
    "Msvm_ExternalFcPort",
    "Msvm_FcActiveConnection",
    "Msvm_FcDeviceSAPImplementation",
    "Msvm_FcEndpoint",
    "Msvm_FcSwitchPort",
    "Msvm_PersistentMemoryController",
    "Msvm_SyntheticFcPort",
    "Msvm_VirtualFcSwitch",
    "Msvm_WiFiDeviceSAPImplementation",
    "Msvm_WiFiEndpoint",
    "Msvm_WiFiPort",
    "Msvm_VirtualFcSwitchSettingData",
}


def instances(namespace):
    for view in namespace._catalog.all_views():
        for item in view.objects():
            yield view.instance(item)


def test_a_host_with_special_hardware_shows_all_of_it():
    wmi = Wmi(load("windows-server-2025-special-devices"))
    shown = {instance.declaration.name for instance in instances(wmi[V2])}
    assert SPECIAL_CLASSES - shown == set()


def test_every_class_has_an_instance_or_a_known_reason_for_none(namespace):
    if namespace.host.hardware.facts.fibre_channel_ports:
        pytest.skip("what the other machines of this profile have is seen on the other hosts")
    empty = {view.class_name for view in namespace._catalog.all_views()}
    empty -= {instance.declaration.name for instance in instances(namespace)}
    rare = SPECIAL_CLASSES | {
        "Win32_LogicalShareSecuritySetting",  # nothing is shared: test_security_settings.py
        "Win32_SecurityDescriptorHelper",  # static methods only
        "MSFT_InitiatorPort",  # no fibre channel: test_special_devices.py of the module
        "Msvm_BootSourceSettingData",  # generation 2 only
        "Msvm_BootSourceComponent",
        "Msvm_StorageSettingData",  # nobody added it: test_settings_parts.py
        "Msvm_FlexIoDevice",  # nobody added one: test_special_devices.py
        "Msvm_CopyFileToGuestJob",  # nobody copies a file into a guest
        "Msvm_GuestCommunicationServiceSettingData",  # nobody added one
        "Msvm_GuestServiceInterfaceSettingDataComponent",
        "Msvm_EmulatedEthernetPort",
        "Msvm_EmulatedEthernetPortSettingData",
        "Msvm_EthernetPortSettingDataComponent",  # no port has settings: test_virtual_switches.py
        "Msvm_LastAppliedSettingData",  # no checkpoint: test_v1_graph.py
        "Msvm_LastAppliedSnapshot",  # no checkpoint: test_checkpoints.py
        "Msvm_MostCurrentSnapshotInBranch",
        "Msvm_ParentChildSettingData",
        "Msvm_PreviousSettingData",
        "Msvm_SnapshotOfVirtualSystem",
        "Msvm_NetworkJob",  # no switch is set up: test_v1_switches.py
        "Msvm_TerminalConnection",  # nobody is connected: test_plain_classes.py
        "Msvm_MigrationJob",  # nothing moves: test_migration.py
        "Msvm_VirtualSystemMigrationNetworkSettingData",
        "Msvm_VirtualSystemMigrationServiceSettingDataComponent",
        "Msvm_PlannedComputerSystem",  # nothing is planned: test_export_and_import.py
        "Msvm_CollectedReferencePoints",  # no backups: test_reference_points.py
        "Msvm_CollectedSnapshots",
        "Msvm_CollectionReferencePointExportJob",
        "Msvm_ReferencePointCollection",
        "Msvm_ReferencePointOfVirtualSystem",
        "Msvm_ReferencePointOfVirtualSystemCollection",
        "Msvm_SnapshotCollection",
        "Msvm_SnapshotOfVirtualSystemCollection",
        "Msvm_VirtualSystemReferencePoint",
        "Msvm_VirtualSystemReferencePointExportJob",
        "Msvm_ReplicaSystemDependency",  # nothing is tested: test_replication.py
        "Msvm_ReplicationAuthorizationSettingData",  # nobody may replicate: test_replication_settings.py
        "Msvm_MountedStorageImage",  # nothing is attached: test_image_service.py
        "Msvm_ProtocolControllerForUnit",  # no drive on a SCSI controller
        "Msvm_SCSIProtocolController",
        "Msvm_AggregationMetricValue",  # nothing is metered
        "Msvm_BaseMetricValue",
        "Msvm_MetricForME",
        "Msvm_MetricInstance",
        "Msvm_CollectedCollections",  # there is no group
        "Msvm_CollectedVirtualSystems",
        "Msvm_ManagementCollection",
        "Msvm_VirtualSystemCollection",
        "Msvm_FlexIoDeviceSettingData",  # declared before there are any
        "Msvm_Physical3dGraphicsProcessor",  # RemoteFX: test_special_devices.py
        "Msvm_PhysicalGPUInfo",
        "Msvm_Synthetic3DDisplayController",
        "Msvm_VirtualEthernetSwitchNicTeamingMember",  # no switch has a team
        "Msvm_TPM",  # generation 2 only
        "Msvm_StorageJob",  # test_jobs.py
        "Msvm_AffectedStorageJobElement",
        "Msvm_Battery",  # no machine has one: test_plain_classes.py
        "Msvm_GuestCommunicationService",
        "Msvm_LogicalIdentity",  # generation 2 only
        "Msvm_SystemTerminalConnection",  # nobody is connected: test_plain_classes.py
        "Msvm_SyntheticKeyboard",  # generation 2 only
        "Msvm_SummaryInformation",  # v1: only an answer
        "Msvm_VirtualSystemImportSettingData",  # the same
        "Win32_PerfFormattedData_BalancerStats_HyperVDynamicMemoryVM",  # no machine with dynamic memory
        "Win32_PerfRawData_BalancerStats_HyperVDynamicMemoryVM",
        "StdRegProv",  # only static methods
        *absent_hardware.CLASSES,
        "Msvm_NetworkConnectionDiagnosticSettingData",  # only an argument
        "MSFT_DiskImage",  # no file is attached: test_storage.py
        "MSFT_StoragePoolToVirtualDisk",  # no pool is made: test_storage_spaces.py
        "MSFT_StoragePoolToVolume",
        "MSFT_StorageSubSystemToVirtualDisk",
        "MSFT_VirtualDisk",
        "MSFT_VirtualDiskToDisk",
        "MSFT_VirtualDiskToPhysicalDisk",
        "MSFT_DNSClientCache",  # no name was looked up
        "MSFT_NetAdapterRdmaElementSetting",  # no adapter has it: test_adapter_hardware.py
        "MSFT_NetAdapterRdmaSettingData",
        "MSFT_NetAdapterSriovElementSetting",
        "MSFT_NetAdapterSriovSettingData",
        "MSFT_NetAdapterSriovVfElementSetting",
        "MSFT_NetAdapterSriovVfSettingData",
        "MSFT_NetLbfoTeam",  # nobody made one: test_operation_options.py
        "MSFT_NetLbfoTeam_TeamMember",
        "MSFT_NetLbfoTeam_TeamNic",
        "MSFT_NetLbfoTeamMember",
        "MSFT_NetLbfoTeamNic",
        "MSFT_NetNat",  # there is no NAT: contract_tests/test_network.py
        "MSFT_NetNatExternalAddress",
        "MSFT_NetNatSession",
        "MSFT_NetNatStaticMapping",
        "MSFT_SmbConnection",  # nobody reaches the machine over SMB
        "MSFT_SmbMapping",
        "MSFT_SmbOpenFile",
        "MSFT_SmbSession",
        "Win32_NetworkConnection",  # nobody is logged on
        "Win32_ScheduledJob",  # nobody used the AT command
        "Win32_ServerConnection",  # nobody reaches the machine over SMB
        "Win32_PageFileSetting",  # Windows manages the paging file
        "Win32_PingStatus",  # only for a query that names an address
        "Win32_SCSIController",  # the disk of the tests is a SATA disk
        "Win32_SCSIControllerDevice",
        "Win32_StartupCommand",  # from 1809 on
        "Win32_PerfFormattedData_EthernetPerfProvider_HyperVLegacyNetworkAdapter",  # no legacy adapter
        "Win32_PerfRawData_EthernetPerfProvider_HyperVLegacyNetworkAdapter",
        "Win32_Product",  # a fresh machine of 2008 R2 has none
        "Win32_ShadowBy",  # no shadow copy is made: test_shadow_copies.py
        "Win32_ShadowCopy",
        "Win32_ShadowFor",
        "Win32_ShadowOn",
        "Win32_SID",  # found by its key, never listed
        "__Win32Provider",  # only where one is known
        "__NAMESPACE",  # only where there are namespaces in it
    }
    assert {name for name in empty if name.lower() not in {each.lower() for each in rare}} == set()


def test_every_property_has_a_value_of_its_declared_type(namespace):
    for instance in instances(namespace):
        for declared in instance.declaration.properties:
            value = instance.value(declared.name)
            where = f"{instance.declaration.name}.{declared.name} = {value!r}"
            assert value is None or isinstance(value, list) is declared.is_array, where
            for each in value if isinstance(value, list) else [value]:
                assert type(each) in PLAIN or isinstance(each, Instance), where
                if declared.type is not CimType.OBJECT:
                    assert check_value(declared.type, each) == each, where
                    assert each is None or isinstance(each, str) is (declared.type is CimType.STRING), where


def test_every_instance_is_found_by_its_keys_and_by_its_path(namespace):
    seen = set()
    for instance in instances(namespace):
        if not instance.declaration.keys:
            continue
        path = instance.path
        assert path not in seen, f"{path} occurs twice"
        seen.add(path)
        upper_case = {name.upper(): str(value).upper() for name, value in path.keys}
        for found in (
            namespace.get(instance.declaration.name, upper_case),
            namespace.find(str(path)),
            namespace.resolve(instance.declaration.name.lower(), dict(path.keys)),
        ):
            assert found.path == path


def test_only_volatile_properties_change_while_the_cache_key_stays(namespace):
    def snapshot():
        with namespace.reading():
            return {
                instance.cache_key: {
                    declared.name: instance.value(declared.name)
                    for declared in instance.declaration.properties
                    if declared.name not in instance.volatile and declared.type is not CimType.OBJECT
                }
                for instance in instances(namespace)
                if instance.cache_key is not None
            }

    before = snapshot()
    host = namespace.host
    one, two, *_ = host.virtual_machines
    steps = [
        lambda: host.clock.advance(timedelta(seconds=30)),
        lambda: one.start(),
        lambda: host.clock.advance(timedelta(seconds=300)),
        lambda: two.rename("renamed"),
        lambda: two.devices.add_network_adapter(switch=next(iter(host.virtual_switches))),
        lambda: next(iter(host.virtual_switches)).configure(name="renamed too"),
        lambda: host.settings.configure(virtual_machine_path="D:\\VMs"),
        lambda: host.services["Spooler"].stop(),
        lambda: restart(host),
    ]
    for step in steps:
        step()
        after = snapshot()
        for key in before.keys() & after.keys():
            assert after[key] == before[key], key
        before = after


def test_a_reset_of_the_host_is_seen(namespace):
    host = namespace.host
    keys = {instance.cache_key for instance in instances(namespace)}
    name = next(iter(host.virtual_machines)).name
    next(iter(host.virtual_machines)).rename("other")
    host.reset()
    assert next(iter(host.virtual_machines)).name == name
    machines = [i for i in instances(namespace) if i.declaration.name == "Msvm_ComputerSystem"]
    assert all(i.cache_key not in keys for i in machines[1:])


def declared_names():
    """Class of a view or of its bases -> names that some class of some release declares."""
    found = {}
    packages = (cimv2, virtualization, virtualization_v2)
    tables = ("root_cimv2", "root_virtualization", "root_virtualization_v2")
    for package, table in zip(packages, tables, strict=True):
        for release in ("2008R2", "2012", "2012R2", "2016", "2019", "2022", "2025"):
            schema = load_schema(table, table, release)
            for view_type in package.VIEWS:
                declaration = schema.get(view_type.class_name)
                names = () if declaration is None else (*declaration.properties, *declaration.methods)
                for base in view_type.__mro__:
                    if issubclass(base, View) and base is not View:
                        found.setdefault(base, set()).update(each.name for each in names)
    return list(found.items())


@pytest.mark.parametrize(
    ("view_type", "declared"), declared_names(), ids=lambda each: getattr(each, "__name__", "")
)
def test_every_name_that_a_view_defines_is_declared_in_some_release(view_type, declared):
    """A misspelt property method would never be called, and nobody would notice."""
    own = vars(view_type)
    written = {
        name for name in (*own, *own.get("constants", ()), *own.get("volatile", ())) if name[0].isupper()
    }
    assert written - declared == set()


@pytest.mark.parametrize(
    ("release", "has_them"), [("2008R2", False), ("2012", True), ("2022", True)], ids=str
)
def test_properties_that_a_release_does_not_have_are_not_declared(make_wmi, release, has_them):
    schema = make_wmi(release)[CIMV2].schema
    system, processor = schema.find("Win32_ComputerSystem"), schema.find("Win32_Processor")
    assert (system.find_property("HypervisorPresent") is not None) is has_them
    for name in (
        "VirtualizationFirmwareEnabled",
        "VMMonitorModeExtensions",
        "SecondLevelAddressTranslationExtensions",
    ):
        assert (processor.find_property(name) is not None) is has_them
