"""What a Server 2012 host was seen to answer in root/virtualization: codes, kinds of jobs and their lengths."""

import pytest

V1 = "root/virtualization"
SERVICE, IMAGES = "Msvm_VirtualSystemManagementService", "Msvm_ImageManagementService"


@pytest.fixture
def wmi(make_wmi):
    return make_wmi("2012")


def call(wmi, class_name, method, **arguments):
    service = wmi[V1].resolve(class_name, {"CreationClassName": class_name})
    return wmi[V1].invoke(service, method, arguments)


def seconds(job):
    return job.value("ElapsedTime").total_seconds()


def finished(wmi, result, class_name, description, length):
    """The job of a result: it runs, and after its length it has ended."""
    assert result.return_value == 4096
    path = result.out["Job"]
    job = wmi[V1].find(path)
    assert job.declaration.name == class_name
    assert (job.value("JobState"), job.value("Description")) == (4, description)
    wmi.advance(length + 0.05)
    job = wmi[V1].find(path)
    assert job.value("JobState") == 7
    assert seconds(job) == pytest.approx(length, rel=0.1, abs=0.003)


#: State before, RequestedState, description, seconds.
STATES = [
    ("off", 2, "Initializing and Starting Virtual Machine", 1.272),
    ("running", 3, "Turning Off Virtual Machine", 0.135),
    ("running", 32768, "Pausing Virtual Machine", 0.011),
    ("running", 10, "Resetting Virtual Machine", 1.216),
    ("saved", 2, "Initializing and Restoring Virtual Machine", 0.994),
    ("running", 32769, "Saving Virtual Machine", 0.641),
    ("paused", 2, "Resuming Virtual Machine", 0.005),
]


@pytest.mark.parametrize(("before", "state", "description", "length"), STATES)
def test_states_take_as_long_as_recorded(wmi, before, state, description, length):
    vm = wmi.one
    {"off": vm.turn_off, "saved": vm.save, "paused": vm.pause, "running": lambda: None}[before]()
    wmi.advance(5)
    result = wmi[V1].invoke(wmi.machine(vm, V1), "RequestStateChange", {"RequestedState": state})
    finished(wmi, result, "Msvm_ConcreteJob", description, length)


def test_a_state_that_is_there_already_is_refused_without_a_job(wmi):
    result = wmi[V1].invoke(wmi.machine(wmi.one, V1), "RequestStateChange", {"RequestedState": 2})
    assert (result.return_value, result.out) == (32775, {"Job": None})


def test_disks_are_made_in_storage_jobs(wmi):
    text = "Creating Virtual Hard Disk"
    result = call(wmi, IMAGES, "CreateDynamicVirtualHardDisk", Path="D:\\new.vhd", MaxInternalSize=1 << 30)
    finished(wmi, result, "Msvm_StorageJob", text, 1.01)
    result = call(
        wmi, IMAGES, "CreateDifferencingVirtualHardDisk", Path="D:\\child.vhd", ParentPath="D:\\new.vhd"
    )
    finished(wmi, result, "Msvm_StorageJob", text, 1.01)
    result = call(wmi, IMAGES, "ReconnectParentVirtualHardDisk", ChildPath="D:\\child.vhd",
                  ParentPath="D:\\new.vhd", Force=True)  # fmt: skip
    assert (result.return_value, result.out) == (0, {"Job": None})
    result = call(
        wmi, IMAGES, "MergeVirtualHardDisk", SourcePath="D:\\child.vhd", DestinationPath="D:\\new.vhd"
    )
    finished(wmi, result, "Msvm_StorageJob", "Merging Virtual Disk", 1.06)
    result = call(wmi, IMAGES, "GetVirtualHardDiskInfo", Path="D:\\new.vhd")
    assert (result.return_value, result.out["Job"]) == (0, None)
    assert "Msvm_VirtualHardDiskInfo" in result.out["Info"]


def test_checkpoints_are_taken_and_deleted_in_jobs(wmi):
    path = wmi.machine(wmi.two, V1).path
    result = call(wmi, SERVICE, "CreateVirtualSystemSnapshot", SourceSystem=path)
    assert result.out["SnapshotSettingData"] is None
    finished(wmi, result, "Msvm_ConcreteJob", "Taking Virtual Machine Snapshot", 1.456)
    (checkpoint,) = wmi.two.checkpoints
    settings = wmi[V1].resolve("Msvm_VirtualSystemSettingData", {"InstanceID": f"Microsoft:{checkpoint.id}"})
    result = call(wmi, SERVICE, "RemoveVirtualSystemSnapshot", SnapshotSettingData=settings.path)
    finished(wmi, result, "Msvm_ConcreteJob", "Deleting Snapshot", 0.113)


def test_machines_are_defined_at_once_and_destroyed_in_a_job(wmi):
    text = wmi.embedded("Msvm_VirtualSystemGlobalSettingData", {"ElementName": "new"}, V1)
    result = call(wmi, SERVICE, "DefineVirtualSystem", SystemSettingData=text)
    assert (result.return_value, result.out["Job"]) == (0, None)
    result = call(wmi, SERVICE, "DestroyVirtualSystem", ComputerSystem=result.out["DefinedSystem"])
    finished(wmi, result, "Msvm_ConcreteJob", "Destroying Virtual Machine", 0.033)


@pytest.mark.parametrize(
    ("class_name", "method", "arguments"),
    [
        ("Msvm_Keyboard", "Reset", {}),
        ("Msvm_DiskDrive", "LockMedia", {"Lock": True}),
        ("Msvm_IDEController", "EnableDevice", {"Enabled": False}),
        ("Msvm_Processor", "RequestStateChange", {"RequestedState": 3}),
        ("Msvm_VirtualSwitch", "SetPowerState", {"PowerState": 1}),
        (SERVICE, "StopService", {}),
    ],
)
def test_inherited_methods_are_not_supported(wmi, class_name, method, arguments):
    target = wmi[V1].instances(class_name)[0]
    before = wmi.host.revision
    assert wmi[V1].invoke(target, method, arguments).return_value == 1
    assert wmi.host.revision == before
