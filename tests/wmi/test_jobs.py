"""Jobs that are called off, in the classes of root/virtualization/v2."""

from datetime import timedelta

import pytest

from emulator.host.errors import Canceled
from emulator.host.guest.integration_services import IntegrationServiceKind

V2 = "root/virtualization/v2"
TERMINATE, KILL = 4, 5


def stop(wmi, job, state=KILL, **arguments):
    path = wmi.service.namespace(V2).find(job).path
    target = wmi[V2].find(path)
    return wmi[V2].invoke(target, "RequestStateChange", {"RequestedState": state, **arguments}).return_value


def exporting(wmi):
    answer = wmi.manage(
        "ExportSystemDefinition",
        ComputerSystem=wmi.machine(wmi.two).path,
        ExportDirectory="D:\\Exports",
        ExportSettingData=wmi.embedded("Msvm_VirtualSystemExportSettingData", {"CopyVmStorage": True}),
    )
    return answer.out["Job"]


def creating_a_disk(wmi):
    name = "Msvm_ImageManagementService"
    service = wmi[V2].resolve(name, {"CreationClassName": name})
    facts = {"Path": "D:\\VMs\\new.vhdx", "Type": 3, "Format": 3, "MaxInternalSize": 1 << 30}
    settings = wmi.embedded("Msvm_VirtualHardDiskSettingData", facts)
    return wmi[V2].invoke(service, "CreateVirtualHardDisk", {"VirtualDiskSettingData": settings}).out["Job"]


def copying_a_file(wmi):
    wmi.one.integration_service(IntegrationServiceKind.GUEST_SERVICE_INTERFACE).enable()
    wmi.host.filesystem.write("D:\\setup.txt", b"hello")
    values = {"SourcePath": "D:\\setup.txt", "DestinationPath": "C:\\Temp\\"}
    service = wmi[V2].resolve("Msvm_GuestFileService", {"SystemName": wmi.one.id})
    text = wmi.embedded("Msvm_CopyFileToGuestSettingData", values)
    return wmi[V2].invoke(service, "CopyFilesToGuest", {"CopyFileToGuestSettings": [text]}).out["Job"]


def moving_storage(wmi):
    name = "Msvm_VirtualSystemMigrationService"
    service = wmi[V2].resolve(name, {"CreationClassName": name})
    kind = wmi.embedded("Msvm_VirtualSystemMigrationSettingData", {"MigrationType": 32769})
    root = wmi.embedded("Msvm_VirtualSystemSettingData", {"ConfigurationDataRoot": "D:\\Moved"})
    arguments = {
        "ComputerSystem": wmi.machine(wmi.one).path,
        "DestinationHost": None,
        "MigrationSettingData": kind,
        "NewSystemSettingData": root,
    }
    return wmi[V2].invoke(service, "MigrateVirtualSystemToHost", arguments).out["Job"]


#: How to start a job, its class, and what would be there had it run to its end.
CANCELLABLE = [
    (exporting, "Msvm_ConcreteJob", lambda wmi: wmi.host.filesystem.exists("D:\\Exports\\Virtual Machines")),
    (creating_a_disk, "Msvm_StorageJob", lambda wmi: wmi.host.filesystem.exists("D:\\VMs\\new.vhdx")),
    (
        copying_a_file,
        "Msvm_CopyFileToGuestJob",
        lambda wmi: wmi.one.guest.files.get("C:\\Temp\\setup.txt") is not None,
    ),
    (moving_storage, "Msvm_MigrationJob", lambda wmi: wmi.one.path.startswith("D:\\Moved")),
]


@pytest.mark.parametrize(("start", "class_name", "done"), CANCELLABLE)
@pytest.mark.parametrize(("request_", "state"), [(TERMINATE, 8), (KILL, 9)])
def test_a_job_that_is_called_off_leaves_nothing_behind(wmi, start, class_name, done, request_, state):
    job = wmi[V2].find(start(wmi))
    assert (job.declaration.name, job.value("JobState"), job.value("Cancellable")) == (class_name, 4, True)
    assert stop(wmi, job.path, request_) == 0
    assert (job.value("JobState"), job.value("Cancellable")) == (state, False)
    assert (job.value("ErrorCode"), job.value("JobStatus")) == (32768, "Job was canceled")
    wmi.advance(60)
    assert job.value("JobState") == state
    assert not done(wmi)
    for vm in (wmi.one, wmi.two):
        assert vm.job is None
        assert wmi.machine(vm).value("OperationalStatus") == [2]


@pytest.mark.parametrize(("start", "class_name", "done"), CANCELLABLE)
def test_the_same_job_runs_to_its_end_when_nobody_calls_it_off(wmi, start, class_name, done):
    job = wmi[V2].find(start(wmi))
    wmi.advance(60)
    assert (job.value("JobState"), job.value("Cancellable")) == (7, False), class_name
    assert done(wmi)


#: Class -> codes for an unknown request, a time-out, a job that has ended, a request for other jobs.
CODES = {
    "Msvm_ConcreteJob": (exporting, 5, 4098, 4097, 1),
    "Msvm_StorageJob": (creating_a_disk, 32773, 4098, 32775, 32770),
    "Msvm_CopyFileToGuestJob": (copying_a_file, 32773, 4098, 32775, 32770),
    "Msvm_MigrationJob": (moving_storage, 32773, 4098, 32775, 32770),
}


@pytest.mark.parametrize("name", CODES)
def test_refusals_have_the_numbers_of_the_class(wmi, name):
    start, unknown, timeout, ended, unsupported = CODES[name]
    job = wmi[V2].find(start(wmi))
    assert job.declaration.name == name
    assert stop(wmi, job.path, 1) == stop(wmi, job.path, 7) == unknown
    assert stop(wmi, job.path, KILL, TimeoutPeriod=timedelta(seconds=5)) == timeout
    assert {stop(wmi, job.path, state) for state in (2, 3, 6)} == {unsupported}
    assert wmi[V2].invoke(job, "KillJob", {"DeleteOnKill": True}).return_value == 1
    assert job.value("JobState") == 4
    wmi.advance(60)
    assert stop(wmi, job.path) == ended


def test_a_machine_that_starts_cannot_be_stopped_through_its_job(wmi):
    answer = wmi[V2].invoke(wmi.machine(wmi.two), "RequestStateChange", {"RequestedState": 2})
    job = wmi[V2].find(answer.out["Job"])
    assert job.value("Cancellable") is False
    assert stop(wmi, job.path) == 1
    wmi.advance(5)
    assert job.value("JobState") == 7


def test_whoever_waits_for_the_job_hears_that_it_was_canceled(wmi):
    job = wmi.host.virtual_disks.create("D:\\VMs\\new.vhdx", size=1 << 30)
    wmi.host.jobs.cancel(job)
    with pytest.raises(Canceled) as told:
        job.raise_if_failed()
    assert told.value.hresult == 0x800704C7
    shown = wmi[V2].get("Msvm_StorageJob", {"InstanceID": job.id})
    assert shown.value("JobCompletionStatusCode") == 0x800704C7


def test_the_end_of_a_job_is_an_event(wmi):
    job = wmi.host.virtual_disks.create("D:\\VMs\\new.vhdx", size=1 << 30)
    query = "SELECT * FROM __InstanceModificationEvent WHERE TargetInstance ISA 'Msvm_StorageJob'"
    events = wmi[V2].subscribe(query)
    wmi.host.jobs.cancel(job, kill=True)
    (event,) = events.take(5)
    assert event.value("TargetInstance").value("JobState") == 9
