"""Ansible's own connection and action plug-ins, and modules with their C#, over both connections."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from conftest import PASSWORD, USER
from filelock import FileLock
from programs import CACHE

pytestmark = pytest.mark.slow

_PACKAGES = ("ansible-core", "pywinrm", "pypsrp")
_SECONDS = 600
_CONNECTIONS = {
    "winrm": {"ansible_winrm_transport": "ntlm", "ansible_winrm_scheme": "http"},
    "psrp": {"ansible_psrp_auth": "ntlm", "ansible_psrp_protocol": "http"},
}
_MODULE = """#!powershell
#Requires -Module Ansible.ModuleUtils.Legacy
$given = Parse-Args $args
$word = Get-AnsibleParam -obj $given -name word -type str -failifempty $true
Exit-Json @{ changed = $false; answer = $word * 2 }
"""


@pytest.fixture(scope="session")
def ansible() -> Path:
    """The command, in an environment of its own; without it the test is skipped with the reason."""
    home = CACHE / "ansible"
    command = home / "bin" / "ansible"
    CACHE.mkdir(parents=True, exist_ok=True)
    with FileLock(CACHE / "ansible.lock"):
        if not command.exists():
            steps = (
                [sys.executable, "-m", "venv", str(home)],
                [str(home / "bin" / "pip"), "install", "--quiet", *_PACKAGES],
            )
            for step in steps:
                made = subprocess.run(step, capture_output=True, text=True, timeout=_SECONDS, check=False)
                if made.returncode:
                    reason = made.stderr.strip().splitlines()[-1:]
                    pytest.skip(f"ansible-core could not be installed: {' '.join(reason)}")
    return command


@pytest.fixture(params=sorted(_CONNECTIONS))
def task(request, host, ansible, tmp_path):
    """Run one task; its result as Ansible's JSON."""
    variables = {
        "ansible_host": "127.0.0.1",
        "ansible_port": host.http_port,
        "ansible_user": USER,
        "ansible_password": PASSWORD,
        "ansible_connection": request.param,
        **_CONNECTIONS[request.param],
    }
    inventory = tmp_path / "hosts.json"
    inventory.write_text(json.dumps({"all": {"hosts": {"fake": variables}}}), encoding="utf-8")

    def run(module: str, arguments: str) -> tuple[int, str]:
        environment = {
            **{name: value for name, value in os.environ.items() if name != "PYTHONPATH"},
            "HOME": str(tmp_path),
            "ANSIBLE_LIBRARY": str(tmp_path),
        }
        answer = subprocess.run(
            [str(ansible), "-i", str(inventory), "fake", "-m", module, "-a", arguments],
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
            env=environment,
        )
        return answer.returncode, answer.stdout + answer.stderr

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


@pytest.fixture(scope="session")
def collection(ansible: Path) -> Path:
    """A folder with ansible.windows out of the package `ansible`; without it the test is skipped with the reason."""
    home = CACHE / "ansible-collections"
    with FileLock(CACHE / "ansible-collections.lock"):
        if not (home / "ansible_collections" / "ansible" / "windows").exists():
            pip = [
                str(ansible.parent / "pip"),
                "download",
                "--quiet",
                "--no-deps",
                "--dest",
                str(home),
                "ansible",
            ]
            made = subprocess.run(pip, capture_output=True, text=True, timeout=_SECONDS, check=False)
            wheels = [*home.glob("ansible-*.whl")]
            if made.returncode or not wheels:
                reason = made.stderr.strip().splitlines()[-1:]
                pytest.skip(f"the package ansible could not be fetched: {' '.join(reason)}")
            with zipfile.ZipFile(wheels[0]) as archive:
                wanted = [
                    one
                    for one in archive.namelist()
                    if one.startswith("ansible_collections/ansible/windows/")
                ]
                archive.extractall(home, wanted)
            wheels[0].unlink()
    return home


MODULES = [
    ("ansible.windows.win_ping", "", '"ping": "pong"'),
    ("ansible.windows.win_file", "path='C:/walked' state=directory", '"changed": true'),
    ("ansible.windows.win_reg_stat", "path=HKLM:\\\\SOFTWARE\\\\Microsoft", '"exists": true'),
]


@pytest.mark.parametrize(("module", "arguments", "expected"), MODULES, ids=[one[0] for one in MODULES])
def test_a_module_of_the_collection_runs(task, collection, monkeypatch, module, arguments, expected):
    monkeypatch.setenv("ANSIBLE_COLLECTIONS_PATH", str(collection))
    code, output = task(module, arguments)
    assert code == 0, output
    assert expected in output


def test_facts_are_gathered_over_psrp_and_over_winrm_it_says_what_is_missing(
    task, collection, monkeypatch, request
):
    monkeypatch.setenv("ANSIBLE_COLLECTIONS_PATH", str(collection))
    code, output = task("ansible.windows.setup", "")
    if request.node.callspec.params["task"] == "winrm":
        # powershell.exe is no process of the machine, and the module asks for its own.
        assert code != 0
        assert "[Process]::GetCurrentProcess() of powershell.exe is not emulated" in output
    else:
        assert code == 0, output
        assert '"ansible_os_family": "Windows"' in output
