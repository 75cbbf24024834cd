"""wmic.exe over the same WMI as the other doors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from emulator.profile import load

Run = Callable[..., Any]


def test_values_are_shown_in_every_format(run: Run, machine: Any) -> None:
    assert run("wmic os get Version").out == "Version     \r\r\n10.0.20348  \r\r\n"
    value = run("wmic os get Version,BuildNumber /value").out
    assert value.replace("\r", "") == "\n\nBuildNumber=20348\nVersion=10.0.20348\n\n\n\n"
    csv = run("wmic os get Version /format:csv").out
    assert csv.replace("\r", "") == f"\nNode,Version\n{machine.host.name},10.0.20348\n"
    disks = run("wmic logicaldisk list brief").out.split("\n")[0].split()
    assert disks == ["DeviceID", "DriveType", "FreeSpace", "ProviderName", "Size", "VolumeName"]


@pytest.mark.parametrize(
    "condition",
    ["name='Spooler'", "\"name='Spooler'\"", '(name="Spooler")', 'name="Spooler" and state="Running"'],
)
def test_a_condition_is_written_in_many_ways(run: Run, condition: str) -> None:
    shown = run(f"wmic service where {condition} get Name /value").out
    assert shown.replace("\r", "").strip() == "Name=Spooler"


def test_a_method_is_called_on_the_machine(run: Run, machine: Any) -> None:
    called = run('wmic service where name="Spooler" call StopService')
    assert "Method execution successful." in called.out
    assert "\tReturnValue = 0;\r\n" in called.out
    assert machine.host.services["Spooler"].state.name == "STOPPED"
    assert run('wmic service where name="Spooler" call Nothing').code == 1


def test_another_namespace_is_reached(run: Run) -> None:
    line = "wmic /namespace:\\\\root\\virtualization\\v2 path Msvm_ComputerSystem get Nothing"
    assert "Invalid query" in run(line).err
    shown = run(line.replace("Nothing", "ElementName /value"))
    assert shown.code == 0
    assert "ElementName=" in shown.out


def test_bad_input_is_named(run: Run, machine: Any) -> None:
    assert (run("wmic nothing get x").code, run("wmic os frobnicate").code) == (44135, 44135)
    assert run("wmic service where name='no' get name").err == "No Instance(s) Available.\r\r\n"
    assert "Invalid query" in run("wmic service where name== get name").err
    assert "not emulated" in run("wmic /output:x os get Version").err
    assert machine.host.gaps.counts("program") == {"wmic /output": 1}


def test_the_newest_windows_has_no_wmic(make_machine: Any) -> None:
    machine = make_machine(load("windows-server-2025-datacenter"))
    assert "is not recognized" in machine.run("wmic os get Version").err


def test_wmic_makes_changes_and_deletes(run: Run, machine: Any) -> None:
    made = run('wmic environment create name="COLOUR",variablevalue="red",username="<system>"')
    assert "Instance creation successful." in made.out
    assert run("echo %COLOUR%").out == "red\r\n"
    changed = run("wmic environment where name='COLOUR' set VariableValue=\"dark red\"")
    assert "Property(s) update successful." in changed.out
    assert run("echo %COLOUR%").out == "dark red\r\n"
    assert "Instance deletion successful." in run("wmic environment where name='COLOUR' delete").out
    assert machine.host.environment_variables.find("<SYSTEM>", "COLOUR") is None
    assert "No Instance(s) Available." in run("wmic environment where name='COLOUR' delete").err
    assert run("wmic environment where name='Path' set Nonsense=1").code == 1
    assert run("wmic environment where name='Path' set").code != 0


def test_wmic_reaches_this_machine_only(run: Run, machine: Any) -> None:
    assert machine.host.name in run(f"wmic /node:{machine.host.name} computersystem get Name").out
    refused = run("wmic /node:other computersystem get Name")
    assert refused.code != 0
    assert "The RPC server is unavailable." in refused.err
