"""root/microsoft/windows/storage: pools of drives, their virtual disks, and what the methods answer."""

import pytest

from emulator.cim.cim_xml import parse_instance

STORAGE, CIMV2 = "root/microsoft/windows/storage", "root/cimv2"
GIGABYTE = 1 << 30


@pytest.fixture
def wmi(make_wmi):
    return make_wmi("2022", offline_disks=4)


@pytest.fixture
def space(wmi):
    return wmi[STORAGE]


def one(space, class_name, **wanted):
    (found,) = [
        each
        for each in space.instances(class_name)
        if all(each.value(name) == value for name, value in wanted.items())
    ]
    return found


def free_drives(space):
    return [each for each in space.instances("MSFT_PhysicalDisk") if each.value("CanPool")]


def made_pool(space, name="Lab", drives=None):
    answer = space.invoke(
        one(space, "MSFT_StorageSubSystem"),
        "CreateStoragePool",
        {"FriendlyName": name, "PhysicalDisks": free_drives(space) if drives is None else drives},
    )
    assert answer.return_value == 0
    return parse_instance(answer.out["CreatedStoragePool"], space.schema)


def made_disk(space, pool, **more):
    arguments = {"FriendlyName": "Data", "Size": 8 * GIGABYTE, "ResiliencySettingName": "Mirror", **more}
    return space.invoke(
        one(space, "MSFT_StoragePool", UniqueId=pool.value("UniqueId")), "CreateVirtualDisk", arguments
    )


def test_a_pool_a_disk_a_volume_and_the_way_back(wmi, space):
    pool = made_pool(space)
    assert (pool.value("FriendlyName"), pool.value("IsPrimordial")) == ("Lab", False)
    assert free_drives(space) == []
    drive = one(space, "MSFT_PhysicalDisk", DeviceId="1")
    assert (drive.value("CannotPoolReason"), drive.value("StoragePoolUniqueId")) == (
        [2],
        pool.value("UniqueId"),
    )
    answer = made_disk(space, pool)
    assert answer.return_value == 0
    virtual = parse_instance(answer.out["CreatedVirtualDisk"], space.schema)
    assert virtual.value("FootprintOnPool") == 16 * GIGABYTE
    (disk,) = space.associators(str(one(space, "MSFT_VirtualDisk").path), "MSFT_VirtualDiskToDisk")
    assert (disk.value("BusType"), disk.value("UniqueId"), disk.value("FriendlyName")) == (
        16,
        virtual.value("UniqueId"),
        "Data",
    )
    assert space.invoke(disk, "Initialize", {}).return_value == 0
    disk = one(space, "MSFT_Disk", Number=disk.value("Number"))
    made = space.invoke(disk, "CreatePartition", {"UseMaximumSize": True, "DriveLetter": "V"})
    assert made.return_value == 0
    wmi.host.disk_partitions.format(wmi.host.disk_partitions.find(disk.value("Number")), 2)
    letters = {each.value("DeviceID") for each in wmi[CIMV2].instances("Win32_LogicalDisk")}
    assert "V:" in letters
    drives = {each.value("Index"): each.value("Model") for each in wmi[CIMV2].instances("Win32_DiskDrive")}
    assert drives == {0: "PERC H755", 5: "Microsoft Storage Space Device"}
    (volume,) = space.associators(
        str(one(space, "MSFT_StoragePool", FriendlyName="Lab").path), "MSFT_StoragePoolToVolume"
    )
    assert volume.value("DriveLetter") == ord("V")
    pool = one(space, "MSFT_StoragePool", FriendlyName="Lab")
    assert space.invoke(pool, "DeleteObject", {}).return_value == 48008
    assert space.invoke(one(space, "MSFT_VirtualDisk"), "DeleteObject", {}).return_value == 0
    assert space.invoke(pool, "DeleteObject", {}).return_value == 0
    assert len(free_drives(space)) == 4
    assert [each.value("FriendlyName") for each in space.instances("MSFT_StoragePool")] == ["Primordial"]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ({"Size": None}, 48010),
        ({"UseMaximumSize": True}, 48010),
        ({"ResiliencySettingName": "Stripe"}, 49000),
        ({"NumberOfDataCopies": 3}, 48004),
        ({"NumberOfDataCopies": 7}, 49003),
        ({"NumberOfColumns": 20}, 49006),
        ({"Interleave": 5}, 49005),
        ({"PhysicalDiskRedundancy": 9}, 49002),
        ({"Size": 1 << 40}, 40000),
        ({"Size": 1 << 50}, 4097),
        ({"ProvisioningType": 9}, 5),
        ({"FriendlyName": None}, 5),
        ({"WriteCacheSize": GIGABYTE}, 1),
    ],
)
def test_what_a_pool_cannot_make_has_the_documented_number(space, arguments, code):
    pool = made_pool(space)
    assert made_disk(space, pool, **arguments).return_value == code
    assert list(space.instances("MSFT_VirtualDisk")) == []


def test_the_primordial_pool_makes_nothing(space):
    pool = one(space, "MSFT_StoragePool")
    for method, arguments in (
        ("CreateVirtualDisk", {"FriendlyName": "x", "Size": GIGABYTE}),
        ("DeleteObject", {}),
        ("SetFriendlyName", {"FriendlyName": "x"}),
        ("GetSupportedSize", {"ResiliencySettingName": "Simple"}),
        ("AddPhysicalDisk", {"PhysicalDisks": free_drives(space)}),
    ):
        assert space.invoke(pool, method, arguments).return_value == 48000


def test_drives_join_leave_and_are_refused(space):
    drives = free_drives(space)
    pool = made_pool(space, drives=drives[:2])
    live = one(space, "MSFT_StoragePool", UniqueId=pool.value("UniqueId"))
    subsystem = one(space, "MSFT_StorageSubSystem")
    taken = {"FriendlyName": "More", "PhysicalDisks": drives[:1]}
    assert space.invoke(subsystem, "CreateStoragePool", taken).return_value == 51002
    system = {"FriendlyName": "More", "PhysicalDisks": [one(space, "MSFT_PhysicalDisk", DeviceId="0")]}
    assert space.invoke(subsystem, "CreateStoragePool", system).return_value == 51000
    assert space.invoke(subsystem, "CreateStoragePool", {"FriendlyName": "More"}).return_value == 51001
    assert space.invoke(live, "AddPhysicalDisk", {"PhysicalDisks": [pool]}).return_value == 5
    assert space.invoke(live, "AddPhysicalDisk", {"PhysicalDisks": drives[2:3]}).return_value == 0
    assert len(space.associators(str(live.path), "MSFT_StoragePoolToPhysicalDisk")) == 3
    assert made_disk(space, pool, ResiliencySettingName="Simple").return_value == 0
    assert space.invoke(live, "RemovePhysicalDisk", {"PhysicalDisks": drives[:1]}).return_value == 51004
    used = space.associators(str(one(space, "MSFT_VirtualDisk").path), "MSFT_VirtualDiskToPhysicalDisk")
    assert [each.value("DeviceId") for each in used] == ["1", "2", "3"]


def test_sizes_of_a_resiliency_setting_are_those_that_can_be_made(space):
    pool = made_pool(space)
    live = one(space, "MSFT_StoragePool", UniqueId=pool.value("UniqueId"))
    for name in ("Simple", "Mirror", "Parity"):
        answer = space.invoke(live, "GetSupportedSize", {"ResiliencySettingName": name})
        most, step = answer.out["VirtualDiskSizeMax"], answer.out["VirtualDiskSizeDivisor"]
        more = {"ResiliencySettingName": name}
        assert made_disk(space, pool, Size=most + step, **more).return_value == 40000
        assert made_disk(space, pool, Size=most, **more).return_value == 0
        assert space.invoke(one(space, "MSFT_VirtualDisk"), "DeleteObject", {}).return_value == 0


def test_a_disk_is_detached_attached_and_renamed(space):
    made_disk(space, made_pool(space))
    disk = one(space, "MSFT_VirtualDisk")
    assert space.invoke(disk, "Attach", {}).return_value == 50003
    assert space.invoke(disk, "Detach", {}).return_value == 0
    away = one(space, "MSFT_VirtualDisk")
    assert [away.value(name) for name in ("OperationalStatus", "HealthStatus", "DetachedReason")] == [
        [0xD002],
        5,
        2,
    ]
    assert space.associators(str(away.path), "MSFT_VirtualDiskToDisk") == []
    assert space.invoke(disk, "Attach", {}).return_value == 0
    assert space.invoke(disk, "SetFriendlyName", {"FriendlyName": "Other"}).return_value == 0
    assert one(space, "MSFT_VirtualDisk").value("FriendlyName") == "Other"
    answer = space.invoke(disk, "Resize", {"Size": 9 * GIGABYTE})
    assert (answer.return_value, answer.out["Size"]) == (0, 9 * GIGABYTE)
    assert space.invoke(disk, "Resize", {"Size": GIGABYTE}).return_value == 4097


def test_defaults_of_a_pool_and_of_its_settings_make_the_next_disk(space):
    pool = made_pool(space)
    live = one(space, "MSFT_StoragePool", UniqueId=pool.value("UniqueId"))
    given = {"ResiliencySettingNameDefault": "parity", "ProvisioningTypeDefault": 1}
    assert space.invoke(live, "SetDefaults", given).return_value == 0
    settings = space.associators(str(live.path), "MSFT_StoragePoolToResiliencySetting")
    (parity,) = [each for each in settings if each.value("Name") == "Parity"]
    assert space.invoke(parity, "SetDefaults", {"NumberOfColumnsDefault": 3}).return_value == 0
    assert space.invoke(parity, "SetDefaults", {"NumberOfColumnsDefault": 2}).return_value == 49006
    assert made_disk(space, pool, ResiliencySettingName=None).return_value == 0
    made = one(space, "MSFT_VirtualDisk")
    facts = [made.value(name) for name in ("ResiliencySettingName", "ProvisioningType", "NumberOfColumns")]
    assert facts == ["Parity", 1, 3]


def test_a_volume_is_made_at_once_or_not_at_all(space, wmi):
    pool = made_pool(space)
    live = one(space, "MSFT_StoragePool", UniqueId=pool.value("UniqueId"))
    given = {"FriendlyName": "Vol", "Size": 4 * GIGABYTE, "FileSystem": 14, "AccessPath": "W:\\"}
    assert space.invoke(live, "CreateVolume", {**given, "AccessPath": "C:\\none"}).return_value == 42007
    assert list(space.instances("MSFT_VirtualDisk")) == []
    assert space.invoke(live, "CreateVolume", given).return_value == 0
    assert wmi.host.filesystem.volume("W").label == "Vol"
    assert one(space, "MSFT_VirtualDisk").value("FriendlyName") == "Vol"


def test_the_subsystem_is_called_as_the_release_calls_it(make_wmi):
    names = {
        release: one(make_wmi(release)[STORAGE], "MSFT_StorageSubSystem").value("Model")
        for release in ("2012", "2012R2", "2016", "2022")
    }
    assert names == {
        "2012": "Storage Spaces",
        "2012R2": "Storage Spaces",
        "2016": "Windows Storage",
        "2022": "Windows Storage",
    }


def test_drives_of_its_pool_are_added_to_a_virtual_disk_and_taken_from_it(space):
    drives = free_drives(space)
    pool = made_pool(space, drives=drives[:2])
    assert made_disk(space, pool).return_value == 0
    shown = one(space, "MSFT_StoragePool", UniqueId=pool.value("UniqueId"))
    assert space.invoke(shown, "AddPhysicalDisk", {"PhysicalDisks": drives[2:3]}).return_value == 0
    disk = one(space, "MSFT_VirtualDisk")
    assert space.invoke(disk, "AddPhysicalDisk", {"PhysicalDisks": drives[3:]}).return_value == 51000
    assert space.invoke(disk, "AddPhysicalDisk", {"PhysicalDisks": drives[2:3]}).return_value == 0
    assert space.invoke(disk, "RemovePhysicalDisk", {"PhysicalDisks": drives[:1]}).return_value == 0
    lies = {
        each.value("DeviceId"): each.value("VirtualDiskFootprint")
        for each in space.instances("MSFT_PhysicalDisk")
    }
    first, _, third = (each.value("DeviceId") for each in drives[:3])
    assert lies[first] == 0
    assert lies[third] >= 8 * GIGABYTE


@pytest.mark.parametrize("method", ["CreateSnapshot", "CreateClone", "CreateReplica", "Show", "Hide"])
def test_what_only_storage_arrays_can_do_is_not_supported_as_the_subsystem_says(space, method):
    pool = made_pool(space)
    assert made_disk(space, pool).return_value == 0
    assert one(space, "MSFT_StorageSubSystem").value("SupportsSnapshotLocal") is False
    assert space.invoke(one(space, "MSFT_VirtualDisk"), method, {}).return_value == 1
    assert len(list(space.instances("MSFT_VirtualDisk"))) == 1
