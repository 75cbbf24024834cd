"""The coverage that a host computes of itself."""

import json

from click.testing import CliRunner

from emulator.cli import main
from emulator.wmi.coverage import coverage, text

V2 = "root/virtualization/v2"


def v2(wmi):
    return next(each for each in coverage(wmi.service) if each.namespace == V2)


def test_classes_properties_and_methods_are_told_apart(wmi):
    found = v2(wmi)
    assert found.release == "2022"
    keyboard = next(each for each in found.classes if each.name == "Msvm_Keyboard")
    assert keyboard.instances == 2
    assert "DeviceID" in keyboard.properties
    assert "InstallDate" in keyboard.null_properties
    assert "TypeText" in keyboard.methods
    names = {each.name for each in found.classes}
    assert not names & set(found.missing_classes)
    assert not any(name.startswith("__") for name in names)
    service = next(each for each in found.classes if each.name == "Msvm_VirtualSystemManagementService")
    assert "AddKvpItems" in service.methods
    assert [f"{service.name}.{each}" for each in service.missing_methods] == [
        each for each in found.missing_methods if each.startswith(f"{service.name}.")
    ]


def test_looking_counts_no_gap_and_changes_nothing(wmi):
    before = wmi.host.revision
    coverage(wmi.service)
    assert wmi.host.gaps.counts("wmi") == {}
    assert wmi.host.revision == before


def test_counts_follow_the_machine(wmi):
    before = v2(wmi).live_classes
    wmi.one.metering.enable()
    assert v2(wmi).live_classes > before


def test_the_text_names_what_is_not_there(wmi):
    shown = text(coverage(wmi.service))
    assert f"{V2} (2022): " in shown
    assert "Msvm_Battery" in shown


def test_the_command_prints_json_and_refuses_an_unknown_profile():
    answer = CliRunner().invoke(main, ["coverage", "--profile", "windows-server-2012-datacenter", "--json"])
    assert answer.exit_code == 0
    rows = {row["namespace"]: row for row in json.loads(answer.stdout)}
    assert {"root/virtualization", V2} <= set(rows)
    assert rows[V2]["release"] == "2012"
    assert CliRunner().invoke(main, ["coverage", "--profile", "no-such-profile"]).exit_code == 2
