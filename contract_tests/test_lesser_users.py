"""What somebody who is no administrator gets over the wire, and that nothing of the machine changes."""

from __future__ import annotations

import pytest
from conftest import ALLOW_BASIC
from remote_scripts import LESSER_USERS, run_as
from soap import CIMV2, SoapClient

PROFILE = f"""
name: lesser
extends: windows-server-2022-datacenter
{ALLOW_BASIC}
{LESSER_USERS}
"""
MACHINES = "SELECT Name FROM Msvm_ComputerSystem WHERE Caption = 'Virtual Machine'"


@pytest.fixture
def lesser(serve):
    return serve(yaml=PROFILE)


def test_machines_are_seen_by_those_who_may_and_the_others_get_an_empty_list(lesser):
    for user, count in (("Administrator", 3), ("operator", 3), ("reader", 0)):
        with SoapClient(lesser, user) as soap:
            assert len(soap.wql("root/virtualization/v2", MACHINES)) == count


def test_the_hyper_v_module_says_that_the_permission_is_missing(lesser):
    assert run_as(lesser, "operator", "(Get-VM).Count") == (["3"], [], [])
    assert run_as(lesser, "reader", "Get-VM")[:2] == (
        [],
        ["AccessDenied,Microsoft.HyperV.PowerShell.Commands.GetVM"],
    )


@pytest.mark.parametrize("user", ["operator", "reader"])
def test_windows_itself_is_for_administrators(lesser, user):
    machine = lesser.machine
    (process,) = (each for each in machine.processes if each.name.lower() == "vmms.exe")
    with SoapClient(lesser, user) as soap:
        for name, method, keys in (
            ("Win32_Service", "StopService", {"Name": "vmms"}),
            ("Win32_Process", "Terminate", {"Handle": str(process.id)}),
        ):
            answer = soap.invoke(CIMV2 + name, method, selectors=keys)
            assert (answer.status, answer.property("ReturnValue")) == (200, "2")
    errors = run_as(lesser, user, "Stop-Process -Name vmms -Force; Stop-Service vmms").error_ids
    assert [each.partition(",")[0] for each in errors] == ["CouldNotStopProcess", "StopServiceFailed"]
    assert machine.services.is_running("vmms")
    assert machine.processes.get(process.id) is process
