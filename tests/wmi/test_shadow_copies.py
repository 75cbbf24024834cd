"""Shadow copies through root/cimv2, as backup scripts make and delete them."""

import pytest

CIMV2 = "root/cimv2"


@pytest.fixture
def space(wmi):
    return wmi[CIMV2]


def create(space, volume="C:\\", **more):
    shadows = space.schema.find("Win32_ShadowCopy")
    return space.invoke(shadows, "Create", {"Volume": volume, **more})


def test_a_copy_is_made_found_by_its_id_and_deleted(space):
    made = create(space, Context="ClientAccessible")
    assert made.return_value == 0
    copy = space.resolve("Win32_ShadowCopy", {"ID": made.out["ShadowID"]})
    assert copy.value("DeviceObject") == "\\\\?\\GLOBALROOT\\Device\\HarddiskVolumeShadowCopy1"
    assert (copy.value("State"), copy.value("ClientAccessible")) == (12, True)
    (volume,) = space.associators(copy.path, "Win32_ShadowFor")
    assert (volume.value("DriveLetter"), volume.value("DeviceID")) == ("C:", copy.value("VolumeName"))
    (provider,) = space.associators(copy.path, "Win32_ShadowBy")
    assert [each.path for each in space.associators(provider.path, "Win32_ShadowBy")] == [copy.path]
    supported = space.associators(provider.path, "Win32_ShadowVolumeSupport")
    assert {each.value("DriveLetter") for each in supported} == {"C:", "D:"}
    again = create(space, volume.value("DeviceID"))
    assert again.return_value == 0
    space.delete(copy)
    (left,) = space.instances("Win32_ShadowCopy")
    assert left.value("ID") == again.out["ShadowID"]
    assert left.value("DeviceObject").endswith("Copy2")


@pytest.mark.parametrize(
    ("volume", "context", "code"),
    [
        ("Q:\\", "ClientAccessible", 3),
        ("folder", "ClientAccessible", 3),
        ("", "ClientAccessible", 2),
        ("C:\\", "NASRollback", 5),
    ],
)
def test_refusals_have_their_documented_numbers(space, volume, context, code):
    assert create(space, volume, Context=context).return_value == code
    assert list(space.instances("Win32_ShadowCopy")) == []


def test_a_volume_has_64_at_most_and_another_one_its_own(space):
    for _ in range(64):
        assert create(space).return_value == 0
    assert create(space).return_value == 8
    assert create(space, "D:\\").return_value == 0


def test_copies_are_away_with_their_volume(wmi, space):
    create(space, "D:\\")
    wmi.host.filesystem.attached_volumes.set_online("D", False)
    assert list(space.instances("Win32_ShadowCopy")) == []
    wmi.host.filesystem.attached_volumes.set_online("D", True)
    assert len(list(space.instances("Win32_ShadowCopy"))) == 1


def test_no_copy_of_a_disc(wmi, space):
    wmi.host.filesystem.write("C:\\tools.iso", bytes(0x8001) + b"CD001" + bytes(4000))
    letter = wmi.host.optical_images.attach("C:\\tools.iso").letter
    assert create(space, f"{letter}:\\").return_value == 4
