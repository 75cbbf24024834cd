"""WinRM clients of other languages, each with the library that people use there: the machine is the same."""

from __future__ import annotations

import json

import pytest
from conftest import ALLOW_BASIC
from programs import program
from soap import V2, SoapClient

from emulator import HyperVHost

pytestmark = pytest.mark.slow

#: Language and authentication. 'encrypted' is NTLM with sealed messages, 'ntlm' leaves them plain.
COMBINATIONS = [
    ("go", "basic"),
    ("go", "ntlm"),
    ("go", "encrypted"),
    ("node", "basic"),
    ("node", "ntlm"),
    ("java", "basic"),
    ("java", "encrypted"),
]


@pytest.fixture
def host(serve) -> HyperVHost:
    """Plain messages and Basic are allowed: some of the libraries know nothing else."""
    return serve(
        yaml="name: others\nextends: windows-server-2022-datacenter\n"
        + ALLOW_BASIC
        + "inventory: {virtual_machines: [{name: web01}, {name: db01}]}\n"
    )


@pytest.mark.parametrize(("language", "authentication"), COMBINATIONS)
def test_it_runs_a_command(host, language, authentication):
    answer = program(language).run(host, authentication, "cmd", "hostname")
    assert "error" not in answer
    assert answer["stdout"].strip() == host.machine.name
    assert answer.get("code", 0) == 0


@pytest.mark.parametrize(("language", "authentication"), COMBINATIONS)
def test_it_lists_the_machines_and_starts_one_that_soap_then_shows_running(host, language, authentication):
    client = program(language)
    listed = client.run(
        host, authentication, "powershell", "Get-VM | Select-Object Name,State | ConvertTo-Json"
    )
    names = {each["Name"]: each["State"] for each in json.loads(listed["stdout"])}
    assert names == {"web01": 3, "db01": 3}
    started = client.run(host, authentication, "powershell", "Start-VM -Name web01")
    assert not started.get("error")
    assert not started.get("stderr")
    (vm,) = host.machine.virtual_machines.find("web01")
    with SoapClient(host) as soap:
        selectors = {"CreationClassName": "Msvm_ComputerSystem", "Name": vm.id}
        assert soap.get(V2 + "Msvm_ComputerSystem", selectors).property("EnabledState") == "2"


# After a refused NTLM handshake winrm4j waits for ever without another request, so it is asked with Basic only.
@pytest.mark.parametrize(
    ("language", "authentication"), [each for each in COMBINATIONS if each != ("java", "encrypted")]
)
def test_a_wrong_password_is_an_error_and_nothing_runs(host, language, authentication):
    answer = program(language).run(
        host, authentication, "powershell", "Remove-VM -Name web01 -Force", password="wrong"
    )
    assert answer["error"]
    assert len(host.machine.virtual_machines) == 2


@pytest.mark.parametrize("language", ["go", "java"])
def test_the_exit_code_and_both_streams_come_back(host, language):
    answer = program(language).run(host, "basic", "cmd", "echo out& echo err 1>&2& exit 7")
    assert (answer["stdout"].strip(), answer["stderr"].strip(), answer["code"]) == ("out", "err", 7)
