"""The image management service of both namespaces, as a client calls it."""

import pytest

from emulator.cim.cim_xml import parse_instance

V1, V2 = "root/virtualization", "root/virtualization/v2"
MEGABYTE, GIGABYTE = 1 << 20, 1 << 30
SETTINGS = "Msvm_VirtualHardDiskSettingData"
SERVICE = "Msvm_ImageManagementService"


@pytest.fixture
def images(wmi):
    return Images(wmi, V2)


class Images:
    """Calls of the service, and the job of each as it ends."""

    def __init__(self, wmi, namespace):
        self.wmi = wmi
        self.namespace = wmi[namespace]

    def call(self, method, **arguments):
        service = self.namespace.resolve(SERVICE, {"CreationClassName": SERVICE})
        return self.namespace.invoke(service, method, arguments)

    def job(self, method, **arguments):
        result = self.call(method, **arguments)
        assert result.return_value == 4096
        self.wmi.advance(30)
        return self.namespace.find(result.out["Job"])

    def done(self, method, **arguments):
        job = self.job(method, **arguments)
        assert job.value("JobState") == 7, job.value("ErrorDescription")
        return job

    def create(self, path, kind=3, size=GIGABYTE, **values):
        facts = {"Path": path, "Type": kind, "Format": 3 if path.endswith("x") else 2, **values}
        if size is not None:
            facts["MaxInternalSize"] = size
        return self.done("CreateVirtualHardDisk", VirtualDiskSettingData=self.settings(**facts))

    def settings(self, **facts):
        return self.wmi.embedded(SETTINGS, facts, self.namespace.name)

    def embedded(self, method, name, **arguments):
        result = self.call(method, **arguments)
        assert result.return_value == 0
        return parse_instance(result.out[name], self.namespace.schema)

    def read(self, path):
        return self.embedded("GetVirtualHardDiskSettingData", "SettingData", Path=path)

    def state(self, path):
        return self.embedded("GetVirtualHardDiskState", "State", Path=path)


def test_a_disk_is_made_by_a_storage_job_and_described_by_embedded_instances(images):
    job = images.create("D:\\a.vhdx", size=10 * GIGABYTE, BlockSize=MEGABYTE, PhysicalSectorSize=512)
    assert (job.declaration.name, job.value("JobType")) == ("Msvm_StorageJob", 1)
    settings, state = images.read("D:\\a.vhdx"), images.state("D:\\A.VHDX")
    names = (
        "Path",
        "Type",
        "Format",
        "MaxInternalSize",
        "BlockSize",
        "LogicalSectorSize",
        "PhysicalSectorSize",
    )
    assert [settings.value(name) for name in names] == [
        "D:\\a.vhdx",
        3,
        3,
        10 * GIGABYTE,
        MEGABYTE,
        512,
        512,
    ]
    assert (state.value("FileSize"), state.value("InUse")) == (4 * MEGABYTE, False)


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"Type": 3, "MaxInternalSize": GIGABYTE}, 32773),
        ({"Path": "D:\\a.vhdx", "MaxInternalSize": GIGABYTE}, 32773),
        ({"Path": "D:\\a.vhdx", "Type": 9, "MaxInternalSize": GIGABYTE}, 32773),
        ({"Path": "D:\\a.vhdx", "Type": 3}, 32773),
        ({"Path": "D:\\a.vhdx", "Type": 3, "MaxInternalSize": 5}, 32773),
        ({"Path": "D:\\a.vhd", "Type": 3, "Format": 3, "MaxInternalSize": GIGABYTE}, 32773),
        ({"Path": "D:\\a.img", "Type": 3, "MaxInternalSize": GIGABYTE}, 32773),
        ({"Path": "D:\\a|b.vhdx", "Type": 3, "MaxInternalSize": GIGABYTE}, 32773),
    ],
)
def test_wrong_settings_are_refused_at_once(images, facts, code):
    result = images.call("CreateVirtualHardDisk", VirtualDiskSettingData=images.settings(**facts))
    assert (result.return_value, result.out) == (code, {"Job": None})
    assert images.call("CreateVirtualHardDisk").return_value == 32773


@pytest.mark.parametrize(
    ("method", "arguments", "code", "text"),
    [
        (
            "CreateVirtualHardDisk",
            {"settings": {"Path": "D:\\there.vhdx", "Type": 3, "MaxInternalSize": GIGABYTE}},
            32768,
            "The system failed to create 'D:\\there.vhdx': The file exists. (0x80070050).",
        ),
        (
            "CreateVirtualHardDisk",
            {"settings": {"Path": "D:\\no\\a.vhdx", "Type": 3, "MaxInternalSize": GIGABYTE}},
            32779,
            "The system cannot find the path specified. (0x80070003).",
        ),
        (
            "CreateVirtualHardDisk",
            {"settings": {"Path": "D:\\a.vhdx", "Type": 2, "MaxInternalSize": 900 * GIGABYTE}},
            32768,
            "There is not enough space on the disk. (0x80070070).",
        ),
        (
            "CreateVirtualHardDisk",
            {"settings": {"Path": "D:\\a.vhdx", "Type": 4, "ParentPath": "D:\\none.vhdx"}},
            32779,
            "The system cannot find the file specified. (0x80070002).",
        ),
        (
            "ResizeVirtualHardDisk",
            {"Path": "D:\\none.vhdx", "MaxInternalSize": GIGABYTE},
            32779,
            "0x80070002",
        ),
        ("AttachVirtualHardDisk", {"Path": "D:\\VMs\\one.vhd"}, 32774, "0x80070020"),
        ("CompactVirtualHardDisk", {"Path": "D:\\VMs\\one.vhd"}, 32774, "another process. (0x80070020)."),
        ("GetVirtualHardDiskSettingData", {"Path": "D:\\text.vhdx"}, 32773, "0xC03A0004"),
        ("GetVirtualHardDiskState", {"Path": "D:\\none.vhdx"}, 32779, "0x80070002"),
        ("ValidateVirtualHardDisk", {"Path": "D:\\text.vhdx"}, 32773, "(0xC03A0004)."),
        (
            "MergeVirtualHardDisk",
            {"SourcePath": "D:\\there.vhdx", "DestinationPath": "D:\\x.vhdx"},
            32773,
            "(0xC03A001B).",
        ),
        ("ConvertVirtualHardDiskToVHDSet", {"VirtualHardDiskPath": "D:\\VMs\\one.vhd"}, 32773, "0xC03A001B"),
        ("GetVHDSetInformation", {"VHDSetPath": "D:\\there.vhdx"}, 32773, "(0xC03A001B)."),
        ("ValidatePersistentReservationSupport", {"Path": "D:\\there.vhdx"}, 32768, "does not support"),
    ],
)
def test_what_is_found_out_later_ends_the_job(wmi, images, method, arguments, code, text):
    images.create("D:\\there.vhdx")
    wmi.host.filesystem.write("D:\\text.vhdx", b"no disk")
    facts = dict(arguments)
    if "settings" in facts:
        facts["VirtualDiskSettingData"] = images.settings(**facts.pop("settings"))
    before = [(volume.letter, volume.free) for volume in wmi.host.filesystem.volumes]
    job = images.job(method, **facts)
    assert (job.value("JobState"), job.value("ErrorCode")) == (10, code)
    assert text in job.value("ErrorDescription")
    assert f"{job.value('JobCompletionStatusCode'):08X}" in job.value("ErrorDescription")
    assert [(volume.letter, volume.free) for volume in wmi.host.filesystem.volumes] == before


def test_a_chain_is_made_validated_merged_and_reconnected(wmi, images):
    images.create("D:\\base.vhdx")
    images.create("D:\\child.vhdx", kind=4, size=None, ParentPath="D:\\base.vhdx")
    settings = images.read("D:\\child.vhdx")
    assert (settings.value("Type"), settings.value("ParentPath")) == (4, "D:\\base.vhdx")
    images.done("ValidateVirtualHardDisk", Path="D:\\child.vhdx")
    wmi.host.filesystem.move("D:\\base.vhdx", "D:\\moved.vhdx")
    broken = images.job("ValidateVirtualHardDisk", Path="D:\\child.vhdx")
    assert broken.value("JobCompletionStatusCode") == 0xC03A000D
    connect = {"ChildPath": "D:\\child.vhdx", "ParentPath": "D:\\moved.vhdx", "LeafPath": ""}
    result = images.call("SetParentVirtualHardDisk", **connect, IgnoreIDMismatch=False)
    assert (result.return_value, result.out) == (0, {"Job": None})
    wmi.host.virtual_disks.find("D:\\moved.vhdx").write(0, MEGABYTE)
    changed = images.job("SetParentVirtualHardDisk", **connect, IgnoreIDMismatch=False)
    assert changed.value("JobCompletionStatusCode") == 0xC03A000E
    assert images.call("SetParentVirtualHardDisk", **connect, IgnoreIDMismatch=True).return_value == 0
    images.done("MergeVirtualHardDisk", SourcePath="D:\\child.vhdx", DestinationPath="D:\\moved.vhdx")
    assert not wmi.host.filesystem.exists("D:\\child.vhdx")


def test_disks_are_converted_compacted_resized_and_set(wmi, images):
    images.create("D:\\a.vhdx")
    wmi.host.virtual_disks.find("D:\\a.vhdx").write(0, 100 * MEGABYTE)
    wmi.host.virtual_disks.find("D:\\a.vhdx").discard(50 * MEGABYTE, 50 * MEGABYTE)
    before = images.state("D:\\a.vhdx").value("FileSize")
    images.done("CompactVirtualHardDisk", Path="D:\\a.vhdx", Mode=0)
    assert images.state("D:\\a.vhdx").value("FileSize") == before - 64 * MEGABYTE
    images.done("ResizeVirtualHardDisk", Path="D:\\a.vhdx", MaxInternalSize=2 * GIGABYTE)
    goal = images.settings(Path="D:\\b.vhd", Type=2, Format=2)
    images.done("ConvertVirtualHardDisk", SourcePath="D:\\a.vhdx", VirtualDiskSettingData=goal)
    assert images.state("D:\\b.vhd").value("FileSize") == 2 * GIGABYTE + 512
    change = images.settings(Path="D:\\a.vhdx", PhysicalSectorSize=512)
    assert images.call("SetVirtualHardDiskSettingData", VirtualDiskSettingData=change).return_value == 0
    assert images.read("D:\\a.vhdx").value("PhysicalSectorSize") == 512
    images.done("CreateVirtualFloppyDisk", Path="D:\\boot.vfd")
    assert wmi.host.filesystem.entry("D:\\boot.vfd").size == 1_474_560


def test_an_attached_disk_is_a_mounted_image_until_it_is_detached(images):
    images.create("D:\\a.vhdx")
    find = {"SelectionCriterion": "d:\\A.vhdx", "CriterionType": 2}
    assert images.call("FindMountedStorageImageInstance", **find).return_value == 32789
    job = images.done("AttachVirtualHardDisk", Path="D:\\a.vhdx", AssignDriveLetter=False, ReadOnly=True)
    assert job.value("JobType") == 7
    result = images.call("FindMountedStorageImageInstance", **find)
    image = images.namespace.find(result.out["Image"])
    assert (image.value("Name"), image.value("Access"), image.value("Lun")) == ("D:\\a.vhdx", 1, 0)
    assert images.state("D:\\a.vhdx").value("InUse") is True
    images.done("CompactVirtualHardDisk", Path="D:\\a.vhdx", Mode=1)
    assert images.namespace.invoke(image, "DetachVirtualHardDisk", {}).return_value == 0
    assert images.namespace.invoke(image, "DetachVirtualHardDisk", {}).return_value == 1
    assert list(images.namespace.instances("Msvm_MountedStorageImage")) == []


def test_a_vhd_set_has_files_and_snapshots(wmi, images):
    images.create("D:\\shared.vhdx")
    images.done("ConvertVirtualHardDiskToVHDSet", VirtualHardDiskPath="D:\\shared.vhdx")
    path = "D:\\shared.vhds"
    assert images.read(path).value("Format") == 4
    from emulator.host.storage.vhd_set_operations import take_snapshot

    disks = wmi.host.virtual_disks
    disks.find(path).write(0, MEGABYTE)
    with wmi.host.looking():
        snapshot = take_snapshot(disks, disks.find(path))
    disks.find(path).write(4 * MEGABYTE, 8192)
    whole = images.embedded("GetVHDSetInformation", "Information", VHDSetPath=path, AdditionalInformation=[2])
    assert whole.value("SnapshotIdList") == [snapshot.id]
    assert len(whole.value("AllPaths")) == 3
    (text,) = images.call("GetVHDSnapshotInformation", VHDSetPath=path, SnapshotIds=[]).out[
        "SnapshotInformation"
    ]
    told = parse_instance(text, images.namespace.schema)
    assert told.value("SnapshotPath").endswith(".avhdx")
    changes = images.call(
        "GetVirtualDiskChanges",
        Path=path,
        LimitId=told.value("ResilientChangeTrackingId"),
        TargetSnapshotId="",
        ByteOffset=0,
        ByteLength=GIGABYTE,
    )
    assert (changes.out["ChangedByteOffsets"], changes.out["ChangedByteLengths"]) == ([4 * MEGABYTE], [8192])
    assert changes.out["ProcessedByteLength"] == GIGABYTE
    wrong = images.job("GetVirtualDiskChanges", Path=path, LimitId="none", ByteOffset=0, ByteLength=512)
    assert wrong.value("JobCompletionStatusCode") == 0xC03A0029
    images.done("DeleteVHDSnapshot", VHDSetPath=path, SnapshotId=snapshot.id, PersistReferenceSnapshot=False)
    assert len(disks.find(path).files) == 1
    disks.find(path).leaf.check_chain()
    images.done("OptimizeVHDSet", VHDSetPath=path)
    assert wmi.host.filesystem.audit() == []


@pytest.mark.parametrize("release", ["2008R2", "2012"])
def test_the_older_service_has_its_own_methods(make_wmi, release):
    wmi = make_wmi(release)
    images = Images(wmi, V1)
    images.done("CreateDynamicVirtualHardDisk", Path="D:\\dynamic.vhd", MaxInternalSize=GIGABYTE)
    images.done("CreateFixedVirtualHardDisk", Path="D:\\fixed.vhd", MaxInternalSize=GIGABYTE)
    images.done("CreateDifferencingVirtualHardDisk", Path="D:\\child.vhd", ParentPath="D:\\dynamic.vhd")
    info = images.embedded("GetVirtualHardDiskInfo", "Info", Path="D:\\child.vhd")
    assert [
        info.value(name) for name in ("Type", "ParentPath", "MaxInternalSize", "InUse", "InSavedState")
    ] == [
        4,
        "D:\\dynamic.vhd",
        GIGABYTE,
        False,
        False,
    ]
    images.done("ExpandVirtualHardDisk", Path="D:\\fixed.vhd", MaxInternalSize=2 * GIGABYTE)
    assert images.call("ExpandVirtualHardDisk", Path="D:\\fixed.vhd", MaxInternalSize=1).return_value == 32773
    images.done("ValidateVirtualHardDisk", Path="D:\\child.vhd")
    result = images.call(
        "ReconnectParentVirtualHardDisk", ChildPath="D:\\child.vhd", ParentPath="D:\\dynamic.vhd", Force=False
    )
    assert (result.return_value, result.out) == (0, {"Job": None})
    images.done("MergeVirtualHardDisk", SourcePath="D:\\child.vhd", DestinationPath="D:\\dynamic.vhd")
    images.done("CompactVirtualHardDisk", Path="D:\\dynamic.vhd")
    images.done("ConvertVirtualHardDisk", SourcePath="D:\\fixed.vhd", DestinationPath="D:\\c.vhd", Type=3)
    to_drive = {"SourcePath": "D:\\fixed.vhd", "DestinationPath": "D:\\d.vhd", "Type": 5}
    assert images.call("ConvertVirtualHardDisk", **to_drive).return_value == 32770
    images.done("Mount", Path="D:\\c.vhd")
    (image,) = images.namespace.instances("Msvm_MountedStorageImage")
    assert images.namespace.invoke(image, "Unmount", {}).return_value == 0
    images.done("Mount", Path="D:\\c.vhd")
    assert images.call("Unmount", Path="D:\\c.vhd").return_value == 0
    images.done("CreateVirtualFloppyDisk", Path="D:\\boot.vfd")
    assert wmi.host.filesystem.audit() == []


@pytest.mark.parametrize("path", ["a.vhdx", "D:a.vhdx", "\\a.vhdx", "..\\a.vhdx"])
def test_a_path_that_is_not_in_full_is_refused(images, path):
    """The service has no folder that such a path could begin at."""
    facts = images.settings(Path=path, Type=3, Format=3, MaxInternalSize=GIGABYTE)
    assert images.call("CreateVirtualHardDisk", VirtualDiskSettingData=facts).return_value == 32773
    assert images.call("GetVirtualHardDiskState", Path=path).return_value == 32773
    images.create("D:\\base.vhdx")
    child = images.settings(Path="D:\\child.vhdx", Type=4, Format=3, ParentPath=path)
    assert images.call("CreateVirtualHardDisk", VirtualDiskSettingData=child).return_value == 32773
    assert not images.wmi.host.filesystem.exists("D:\\child.vhdx")
