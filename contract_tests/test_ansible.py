"""Ansible's own connection and action plug-ins, and modules with their C#, over both connections."""

from __future__ import annotations

import pytest
from ansible_client import CONNECTIONS, Ansible, install, inventory

pytestmark = pytest.mark.slow

_MODULE = """#!powershell
#Requires -Module Ansible.ModuleUtils.Legacy
$given = Parse-Args $args
$word = Get-AnsibleParam -obj $given -name word -type str -failifempty $true
Exit-Json @{ changed = $false; answer = $word * 2 }
"""


@pytest.fixture(scope="session")
def ansible() -> Ansible:
    """The command, in an environment of its own; without it the test is skipped with the reason."""
    return install(with_collections=False)


@pytest.fixture(scope="session")
def collections() -> Ansible:
    """The same with collections."""
    return install(with_collections=True)


@pytest.fixture(params=sorted(CONNECTIONS))
def task(request, host, ansible, tmp_path):
    """Run one task; its exit code and output."""
    hosts = inventory(tmp_path, host, request.param)

    def run(module: str, arguments: str, program: Ansible = ansible) -> tuple[int, str]:
        return program.command("-i", str(hosts), "fake", "-m", module, "-a", arguments, home=tmp_path)

    return run


def test_a_script_runs_with_its_arguments_and_in_utf_8(task, tmp_path):
    script = tmp_path / "hello.ps1"
    script.write_text('param($Name)\n"Grüße $Name from $env:COMPUTERNAME"\n', encoding="utf-8")
    code, output = task("script", f"{script} World")
    assert code == 0, output
    assert "Gr\\u00fc\\u00dfe World" in output or "Grüße World" in output


def test_a_module_of_powershell_alone_runs(task, tmp_path):
    (tmp_path / "double.ps1").write_text(_MODULE, encoding="utf-8")
    code, output = task("double", "word=ab")
    assert code == 0, output
    assert '"answer": "abab"' in output


def test_a_module_that_fails_inside_of_an_assignment_tells_why(task, tmp_path):
    (tmp_path / "double.ps1").write_text(_MODULE, encoding="utf-8")
    code, output = task("double", "")
    assert code != 0
    assert "Missing required argument: word" in output


def test_a_failing_script_tells_its_code(task, tmp_path):
    script = tmp_path / "fail.ps1"
    script.write_text("exit 7\n", encoding="utf-8")
    code, output = task("script", str(script))
    assert code != 0
    assert '"rc": 7' in output


def test_a_module_of_ansible_basic_runs(task, tmp_path):
    (tmp_path / "basic.ps1").write_text(
        "#!powershell\n#AnsibleRequires -CSharpUtil Ansible.Basic\n"
        "$spec = @{ options = @{ word = @{ type = 'str'; required = $true }; times = @{ type = 'int'; default = 2 } } }\n"
        "$module = [Ansible.Basic.AnsibleModule]::Create($args, $spec)\n"
        "$module.Result.answer = $module.Params.word * $module.Params.times\n"
        "$module.ExitJson()\n",
        encoding="utf-8",
    )
    code, output = task("basic", "word=ab times=3")
    assert code == 0, output
    assert '"answer": "ababab"' in output
    code, output = task("basic", "times=3")
    assert code != 0
    assert "missing required arguments: word" in output
    code, output = task("basic", "word=a times=x")
    assert code != 0
    assert "argument for times is of type System.String and we were unable to convert to int" in output
    code, output = task("basic", "word=a wrong=1")
    assert code != 0
    assert "Unsupported parameters for (basic) module: wrong" in output


MODULES = [
    ("ansible.windows.win_ping", "", '"ping": "pong"'),
    ("ansible.windows.win_file", "path='C:/walked' state=directory", '"changed": true'),
    (
        "ansible.windows.win_powershell",
        "script='Write-Host shown; Write-Warning careful; 40 + 2; $Ansible.Changed = $false'",
        '"host_out": "shown',
    ),
    ("ansible.windows.win_reboot", "pre_reboot_delay=2 post_reboot_delay=0", '"rebooted": true'),
    (
        "community.windows.win_firewall_rule",
        "name=web localport=80 action=allow direction=in protocol=tcp state=present enabled=yes",
        "'web' created",
    ),
    (
        "community.windows.win_lineinfile",
        "path=C:/Windows/System32/drivers/etc/hosts line='10.0.0.1 named'",
        "line added",
    ),
    ("ansible.windows.win_uri", "url=http://localhost:5985/wsman status_code=405", '"status_code": 405'),
    ("ansible.windows.win_user_right", "name=SeServiceLogonRight users=Administrator action=add", '"added"'),
    ("ansible.windows.win_reg_stat", "path=HKLM:\\\\SOFTWARE\\\\Microsoft", '"exists": true'),
]


@pytest.mark.parametrize(("module", "arguments", "expected"), MODULES, ids=[one[0] for one in MODULES])
def test_a_module_of_the_collection_runs(task, collections, module, arguments, expected):
    code, output = task(module, arguments, collections)
    assert code == 0, output
    assert expected in output


def test_facts_are_gathered(task, collections):
    code, output = task("ansible.windows.setup", "", collections)
    assert code == 0, output
    assert '"ansible_os_family": "Windows"' in output
