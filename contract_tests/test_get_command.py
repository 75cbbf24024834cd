"""What Get-Command tells a remote client, as pypsrp reads it."""

from __future__ import annotations

import pytest
from conftest import PASSWORD, USER

pypsrp = pytest.importorskip("pypsrp.powershell", reason="pypsrp is not installed")
wsman = pytest.importorskip("pypsrp.wsman", reason="pypsrp is not installed")


def run(host, script: str):
    client = wsman.WSMan("127.0.0.1", port=host.http_port, ssl=False, username=USER, password=PASSWORD)
    with client, pypsrp.RunspacePool(client) as pool:
        shell = pypsrp.PowerShell(pool)
        shell.add_script(script)
        output = shell.invoke()
        assert [str(one) for one in shell.streams.error] == []
        return output


def test_a_parameter_has_the_text_that_windows_gives(host):
    (parameter,) = run(host, "(Get-Command Get-VM).Parameters['Name']")
    assert type(parameter).__name__ == "ParameterMetadata"
    assert parameter.name == "Name"
    (text,) = run(host, "[string](Get-Command Get-VM).Parameters['Name']")
    assert text == "System.Management.Automation.ParameterMetadata"
    (found,) = run(host, "(Get-Command Get-VM).ParameterSets[0].Parameters[0]")
    assert found.types[0] == "System.Management.Automation.CommandParameterInfo"
    assert found.adapted_properties["Position"] == 0


def test_the_window_of_a_command_is_described_in_plain_objects(host):
    (shown,) = run(host, "Get-Command Get-VM -ShowCommandInfo")
    assert shown.extended_properties["Name"] == "Get-VM"
    sets = shown.extended_properties["ParameterSets"]
    assert "Name" in [one.extended_properties["Name"] for one in sets]


def test_commands_are_found_by_what_they_take(host):
    found = run(host, "(Get-Command -Module Hyper-V -ParameterType *VirtualMachine -ParameterName VM).Name")
    assert "Start-VM" in found
    assert "Get-VMHost" not in found
