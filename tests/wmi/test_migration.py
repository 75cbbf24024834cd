"""Live and storage migration through Msvm_VirtualSystemMigrationService, between two hosts."""

from datetime import timedelta

import pytest

from emulator.host import Host, SwitchKind
from emulator.host.neighbourhood import Neighbourhood

V2 = "root/virtualization/v2"
SERVICE = "Msvm_VirtualSystemMigrationService"
SETTINGS = "Msvm_VirtualSystemMigrationSettingData"


def service(wmi):
    return wmi[V2].resolve(SERVICE, {"CreationClassName": SERVICE})


def call(wmi, method, **arguments):
    return wmi[V2].invoke(service(wmi), method, arguments)


@pytest.fixture
def there(wmi) -> Host:
    """Another host with the same switch; both may migrate."""
    profile = wmi.host.profile
    system = profile.operating_system.replaced(computer_name="HVHOST2")
    other = Host(profile.replaced(operating_system=system), "manual", start=wmi.host.clock.now())
    for vm in list(other.virtual_machines):
        if vm.state.holds_memory:
            vm.turn_off()
            other.clock.advance(timedelta(seconds=5))
        other.virtual_machines.destroy(vm)
        other.clock.advance(timedelta(seconds=5))
    other.virtual_disks.remove(other.virtual_disks.find("D:\\VMs\\one.vhd"))
    together = Neighbourhood()
    for host in (wmi.host, other):
        together.join(host)
        host.settings.configure(virtual_machine_migration_enabled=True)
        host.migration.configure(use_any_network=True)
    return other


def migrate(wmi, vm, kind, destination="HVHOST2", **arguments):
    return call(
        wmi,
        "MigrateVirtualSystemToHost",
        ComputerSystem=wmi.machine(vm).path,
        DestinationHost=destination,
        MigrationSettingData=wmi.embedded(SETTINGS, {"MigrationType": kind}),
        **arguments,
    )


def new_root(wmi, root):
    return wmi.embedded("Msvm_VirtualSystemSettingData", {"ConfigurationDataRoot": root})


def test_a_running_machine_moves_with_its_storage(wmi, there):
    identifier = wmi.one.id
    answer = migrate(wmi, wmi.one, 32771, NewSystemSettingData=new_root(wmi, "D:\\Moved"))
    assert answer.return_value == 4096
    job = wmi[V2].find(answer.out["Job"])
    assert job.declaration.name == "Msvm_MigrationJob"
    assert (job.value("JobType"), job.value("MigrationType"), job.value("DestinationHost")) == (
        306,
        32771,
        "HVHOST2",
    )
    assert job.value("VirtualSystemName") == identifier
    assert service(wmi).value("ActiveVirtualSystemMigrationCount") == 1
    assert wmi.machine(wmi.one).value("OperationalStatus") == [2, 32774]
    wmi.advance(200)
    assert wmi[V2].find(answer.out["Job"]).value("JobState") == 7
    assert identifier not in [vm.id for vm in wmi.host.virtual_machines]
    assert there.virtual_machines[identifier].state.name == "RUNNING"
    assert there.virtual_machines[identifier].hard_disk_drives[0].path == (
        "D:\\Moved\\Virtual Hard Disks\\one.vhd"
    )


def test_what_the_other_host_has_against_it_is_the_error_of_the_job(wmi, there):
    there.settings.configure(virtual_machine_migration_enabled=False)
    answer = migrate(wmi, wmi.one, 32771)
    wmi.advance(200)
    job = wmi[V2].find(answer.out["Job"])
    assert job.value("JobState") == 10
    assert job.value("ErrorDescription").endswith("actively refused it. (0x8007274D).")


def test_whether_a_machine_can_move_is_told_at_once_or_by_a_job(wmi, there):
    arguments = {
        "ComputerSystem": wmi.machine(wmi.one).path,
        "DestinationHost": "HVHOST2",
        "MigrationSettingData": wmi.embedded(SETTINGS, {"MigrationType": 32771}),
    }
    assert call(wmi, "CheckVirtualSystemIsMigratableToHost", **arguments).out["IsMigratable"] is True
    there.virtual_switches.remove(next(iter(there.virtual_switches.find("Internal"))))
    assert call(wmi, "CheckVirtualSystemIsMigratableToHost", **arguments).out["IsMigratable"] is False
    answer = call(wmi, "CheckVirtualSystemIsMigratable", **arguments)
    assert answer.return_value == 4096
    wmi.advance(5)
    job = wmi[V2].find(answer.out["Job"])
    assert (job.value("JobType"), job.value("JobState"), job.value("ErrorCode")) == (302, 10, 32784)


def test_a_machine_is_staged_changed_at_its_destination_and_moved_into_what_is_planned(wmi, there):
    """What Hyper-V Manager's wizard does when the other host lacks a switch."""
    there.virtual_switches.remove(there.virtual_switches.find("Internal")[0])
    other = there.virtual_switches.create("Elsewhere", SwitchKind.PRIVATE)
    staged = migrate(wmi, wmi.one, 32770, NewSystemSettingData=new_root(wmi, "D:\\Moved"))
    assert staged.return_value == 4096
    wmi.advance(5)
    job = wmi[V2].find(staged.out["Job"])
    assert (job.value("JobType"), job.value("MigrationType"), job.value("JobState")) == (300, 32770, 7)
    planned = there.planned_machines.get(wmi.one.id)
    assert planned.path == "D:\\Moved"
    planned.network_adapters[0].connect(other)
    settings = wmi.embedded(
        SETTINGS, {"MigrationType": 32771, "DestinationPlannedVirtualSystemId": planned.id}
    )
    arguments = {
        "ComputerSystem": wmi.machine(wmi.one).path,
        "DestinationHost": "HVHOST2",
        "MigrationSettingData": settings,
        "NewSystemSettingData": new_root(wmi, "D:\\Moved"),
    }
    assert call(wmi, "CheckVirtualSystemIsMigratableToHost", **arguments).out["IsMigratable"] is True
    moved = call(wmi, "MigrateVirtualSystemToHost", **arguments)
    wmi.advance(200)
    assert wmi[V2].find(moved.out["Job"]).value("JobState") == 7
    vm = there.virtual_machines[planned.id]
    assert vm.network_adapters[0].switch is other
    assert vm.hard_disk_drives[0].path == "D:\\Moved\\Virtual Hard Disks\\one.vhd"
    assert vm.state.name == "RUNNING"
    assert len(there.planned_machines) == 0


def test_a_planned_machine_that_is_not_there_is_the_error_of_the_job(wmi, there):  # noqa: ARG001
    settings = wmi.embedded(
        SETTINGS, {"MigrationType": 32771, "DestinationPlannedVirtualSystemId": wmi.one.id}
    )
    answer = call(
        wmi,
        "MigrateVirtualSystemToHost",
        ComputerSystem=wmi.machine(wmi.one).path,
        DestinationHost="HVHOST2",
        MigrationSettingData=settings,
    )
    wmi.advance(200)
    job = wmi[V2].find(answer.out["Job"])
    assert job.value("JobState") == 10
    assert job.value("ErrorDescription").endswith("was not found on 'HVHOST2'.")


@pytest.mark.parametrize(("kind", "job_type"), [(32769, 303), (32772, 304)])
def test_whether_storage_can_move_is_told_at_once_or_by_a_job(wmi, kind, job_type):
    def ask(folder):
        arguments = {
            "ComputerSystem": wmi.machine(wmi.one).path,
            "DestinationHost": "",
            "MigrationSettingData": wmi.embedded(SETTINGS, {"MigrationType": kind}),
            "NewSystemSettingData": new_root(wmi, folder),
        }
        at_once = call(wmi, "CheckVirtualSystemIsMigratableToHost", **arguments)
        answer = call(wmi, "CheckVirtualSystemIsMigratable", **arguments)
        wmi.advance(5)
        job = wmi[V2].find(answer.out["Job"])
        assert (job.value("JobType"), job.value("MigrationType")) == (job_type, kind)
        return at_once.out["IsMigratable"], job.value("JobState")

    assert ask("C:\\Fast") == (True, 7)
    assert ask("Z:\\Nowhere") == (False, 10)


def test_storage_moves_by_its_settings(wmi):
    disk = next(
        each
        for each in wmi.settings(wmi.one, "Msvm_StorageAllocationSettingData")
        if "one.vhd" in str(each.value("HostResource"))
    )
    place = wmi.embedded(
        "Msvm_StorageAllocationSettingData",
        {"InstanceID": disk.value("InstanceID"), "HostResource": ["C:\\Fast\\one.vhd"]},
    )
    answer = migrate(wmi, wmi.one, 32769, "", NewResourceSettingData=[place])
    assert answer.return_value == 4096
    wmi.advance(200)
    assert wmi[V2].find(answer.out["Job"]).value("JobState") == 7
    assert wmi.one.hard_disk_drives[0].path == "C:\\Fast\\one.vhd"


def test_settings_and_networks(wmi):
    settings = next(iter(wmi[V2].instances("Msvm_VirtualSystemMigrationServiceSettingData")))
    assert settings.value("EnableVirtualSystemMigration") is False
    given = wmi.embedded(
        "Msvm_VirtualSystemMigrationServiceSettingData",
        {
            "InstanceID": settings.value("InstanceID"),
            "EnableVirtualSystemMigration": True,
            "AuthenticationType": 1,
            "MaximumActiveVirtualSystemMigration": 4,
        },
    )
    assert call(wmi, "ModifyServiceSettings", ServiceSettingData=given).return_value == 0
    assert wmi.host.migration.enabled
    assert wmi.host.migration.authentication == 1
    assert wmi.host.settings.maximum_virtual_machine_migrations == 4
    network = wmi.embedded(
        "Msvm_VirtualSystemMigrationNetworkSettingData",
        {"SubnetNumber": "192.0.2.0", "PrefixLength": 24, "Metric": 5},
    )
    assert call(wmi, "AddNetworkSettings", NetworkSettings=[network]).return_value == 0
    assert service(wmi).value("MigrationServiceListenerIPAddressList") == ["192.0.2.10"]
    shown = next(iter(wmi[V2].instances("Msvm_VirtualSystemMigrationNetworkSettingData")))
    assert (shown.value("SubnetNumber"), shown.value("PrefixLength"), shown.value("Metric")) == (
        "192.0.2.0",
        24,
        5,
    )
    changed = wmi.embedded(
        "Msvm_VirtualSystemMigrationNetworkSettingData",
        {"InstanceID": shown.value("InstanceID"), "Metric": 9},
    )
    assert call(wmi, "ModifyNetworkSettings", NetworkSettings=[changed]).return_value == 0
    assert wmi.host.migration.networks[0].priority == 9
    assert call(wmi, "RemoveNetworkSettings", NetworkSettings=[shown.path]).return_value == 0
    assert wmi.host.migration.networks == ()


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"InstanceID": "of another host", "MaximumActiveStorageMigration": 3}, 0),
        ({"Description": "mine"}, 32768),
        ({"MaximumActiveStorageMigration": 0}, 32773),
    ],
)
def test_settings_that_cannot_be_changed_are_a_return_value_and_no_fault(wmi, values, code):
    given = wmi.embedded("Msvm_VirtualSystemMigrationServiceSettingData", values)
    assert call(wmi, "ModifyServiceSettings", ServiceSettingData=given).return_value == code
    assert wmi.host.settings.maximum_storage_migrations == (3 if code == 0 else 2)


def test_the_blob_of_one_host_is_checked_by_another(wmi, make_wmi):
    blob = call(wmi, "GetSystemCompatibilityInfo", ComputerSystem=wmi.machine(wmi.one).path)
    info = blob.out["CompatibilityInfo"]
    assert call(wmi, "CheckSystemCompatibilityInfo", CompatibilityInfo=info).return_value == 0
    old = make_wmi("2016")
    assert call(old, "CheckSystemCompatibilityInfo", CompatibilityInfo=info).return_value == 32784
    assert call(wmi, "CheckSystemCompatibilityInfo", CompatibilityInfo=[1, 2]).return_value == 32773


@pytest.mark.parametrize(
    ("kind", "destination", "code"),
    [(32768, "HVHOST1", 32773), (7, "HVHOST2", 32773), (32772, "HVHOST2", 32773), (32769, "HVHOST2", 32773)],
)
def test_refusals(wmi, kind, destination, code):
    wmi.host.settings.configure(virtual_machine_migration_enabled=True)
    assert migrate(wmi, wmi.two, kind, destination).return_value == code


def test_a_host_without_migration_refuses(wmi):
    assert migrate(wmi, wmi.two, 32768).return_value == 32775
    assert wmi.host.virtual_switches.find("Internal")[0].kind is SwitchKind.INTERNAL
