"""The coverage that a host computes of itself."""

import json

import pytest

from emulator.cli import main
from emulator.host import Host
from emulator.profile import builtin_names, load
from emulator.wmi import WmiService
from emulator.wmi.coverage import ELSEWHERE, Standing, counts, coverage, text
from emulator.wmi.furnishing import furnish

V2 = "root/virtualization/v2"
#: Classes that only special hardware, a second host, a diagnosis under way or something that a release no longer
#: has brings.
SPECIAL = (
    "Diagnostic",
    "Fc",
    "FlexIo",
    "Gpu",
    "GPU",
    "NicTeaming",
    "PciExpress",
    "PersistentMemory",
    "ReplicaSystemDependency",
    "3d",
    "3D",
    "WiFi",
)


def v2(service):
    return next(each for each in coverage(service) if each.namespace == V2)


def of(row, name):
    return next(each for each in row.classes if each.name == name)


def test_classes_properties_and_methods_are_told_apart(wmi):
    found = v2(wmi.service)
    assert found.release == "2022"
    keyboard = of(found, "Msvm_Keyboard")
    assert keyboard.instances == 2
    assert "DeviceID" in keyboard.properties
    assert "InstallDate" in keyboard.null_properties
    assert "TypeText" in keyboard.methods
    assert not any(each.name.startswith("__") for each in found.classes)
    # One of them is shown from 2016 on.
    assert {each.name for each in found.classes} & ELSEWHERE[V2] == {"Msvm_SystemComponent"}
    service = of(found, "Msvm_VirtualSystemManagementService")
    assert "AddKvpItems" in service.methods
    assert [f"{service.name}.{each}" for each in service.missing_methods] == [
        each for each in found.missing_methods if each.startswith(f"{service.name}.")
    ]


@pytest.mark.parametrize(
    ("name", "standing"),
    [
        ("Msvm_ComputerSystem", "live"),
        ("Msvm_PlannedComputerSystem", "waiting"),
        ("Msvm_CopyFileToGuestSettingData", "embedded"),
        ("Msvm_VirtualHardDiskSettingData", "embedded"),
        ("Msvm_VirtualSystemSnapshotSettingData", "embedded"),
        ("CIM_MostCurrentSnapshotInBranch", "base"),
    ],
)
def test_a_class_has_its_standing(wmi, name, standing):
    assert of(v2(wmi.service), name).standing == standing


def test_a_class_whose_views_go_is_missing_and_takes_its_methods_along(wmi):
    found = v2(wmi.service)
    namespace = wmi[V2]
    for name in ("msvm_keyboard", "msvm_guestfileservice"):
        del namespace._catalog._types[name]
    less = v2(wmi.service)
    assert of(less, "Msvm_Keyboard").standing == "missing"
    assert {"Msvm_Keyboard.TypeText", "Msvm_GuestFileService.CopyFilesToGuest"} <= set(less.missing_methods)
    # Its argument travels in no call any more.
    assert of(less, "Msvm_CopyFileToGuestSettingData").standing == "missing"
    assert less.class_share < found.class_share
    assert less.method_share < found.method_share


def test_shares_are_of_all_that_counts(wmi):
    found = v2(wmi.service)
    sizes = [len(found.of(standing)) for standing in Standing]
    assert sum(sizes) == len(found.classes)
    missing = len(found.missing_classes)
    assert found.class_share == round(100 * (len(found.classes) - missing) / len(found.classes), 1)
    assert f"{found.class_share} %" in counts(found)


def test_looking_counts_no_gap_and_changes_nothing(wmi):
    # The tasks that came with Windows are made when somebody first asks for one, and each has a revision.
    assert list(wmi.host.scheduled_tasks)
    before = wmi.host.revision
    coverage(wmi.service)
    assert wmi.host.gaps.counts("wmi") == {}
    assert wmi.host.revision == before


def test_counts_follow_the_machine(wmi):
    before = v2(wmi.service).live_classes
    wmi.one.metering.enable()
    assert v2(wmi.service).live_classes > before


@pytest.mark.parametrize(
    "name",
    ["windows-server-2012-datacenter", "windows-server-2016-datacenter", "windows-server-2025-datacenter"],
)
def test_a_furnished_host_shows_every_class_that_needs_no_special_hardware(name):
    host = Host(load(name), clock_mode="manual")
    furnish(host)
    for row in coverage(WmiService(host)):
        if row.namespace == V2:
            waiting = [each.name for each in row.of(Standing.WAITING)]
            lacking = [each for each in waiting if not any(word in each for word in SPECIAL)]
            assert not lacking, f"emulator/wmi/furnishing.py puts none of these on a host: {lacking}"


@pytest.mark.parametrize(
    "name", [name for name in builtin_names() if name.startswith(("windows-server-20", "windows-11"))]
)
def test_nothing_of_hyper_v_is_missing_on_any_release(name):
    host = Host(load(name), clock_mode="manual")
    for row in coverage(WmiService(host)):
        if row.namespace in (V2, "root/virtualization"):
            assert (row.missing_classes, row.missing_methods) == ([], [])


def test_the_text_names_what_is_there_and_what_is_not(wmi):
    shown = text(coverage(wmi.service))
    assert f"{V2} (2022): of " in shown
    assert "no instances now: Msvm_AffectedJobElement" in shown


def test_the_command_prints_json_and_refuses_an_unknown_profile(capsys):
    def run(*arguments: str) -> tuple[int, str]:
        with pytest.raises(SystemExit) as ended:
            main(["coverage", *arguments])
        return ended.value.code, capsys.readouterr().out

    profile = ["--profile", "windows-server-2012-datacenter"]
    answers = [run(*profile, "--json", *more) for more in ((), ("--furnished",))]
    assert [code for code, _ in answers] == [0, 0]
    bare, furnished = ({row["namespace"]: row for row in json.loads(printed)} for _, printed in answers)
    assert {"root/virtualization", V2} <= set(bare)
    assert bare[V2]["release"] == "2012"
    live = [sum(each["standing"] == "live" for each in rows[V2]["classes"]) for rows in (bare, furnished)]
    assert live[0] < live[1]
    assert run("--profile", "no-such-profile")[0] == 2
