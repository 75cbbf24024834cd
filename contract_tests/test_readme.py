"""What README and examples show works as shown."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)


def python(code: str) -> str:
    answer = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code], capture_output=True, text=True, timeout=60
    )
    assert answer.returncode == 0, answer.stderr
    return answer.stdout


def test_the_first_script_starts_a_virtual_machine(host):
    script = blocks("python")[0]
    assert "http://127.0.0.1:5985/wsman" in script
    output = python(script.replace("http://127.0.0.1:5985/wsman", host.http_url))
    assert output.startswith(host.machine.name)
    assert '"Name":  "ci01"' in output
    (vm,) = host.machine.virtual_machines.find("ci01")
    assert vm.state.name == "RUNNING"


def test_the_profile_shown_is_good(serve):
    (text,) = blocks("yaml")
    host = serve(yaml=text)
    assert host.machine.name == yaml.safe_load(text)["operating_system"]["computer_name"]
    assert [vm.name for vm in host.machine.virtual_machines] == ["build01", "build02"]


def test_the_pytest_fixture_shown_works(tmp_path):
    (tmp_path / "test_shown.py").write_text(blocks("python")[1], encoding="utf-8")
    answer = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-p",
            "no:cacheprovider",
            "--rootdir",
            str(tmp_path),
            str(tmp_path),
        ],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert "1 passed" in answer.stdout, answer.stdout + answer.stderr


@pytest.mark.parametrize("example", sorted(path.name for path in (ROOT / "examples").glob("*.py")))
def test_each_example_runs(example):
    assert python((ROOT / "examples" / example).read_text(encoding="utf-8"))


def test_the_pester_suite_shown_runs(tmp_path):
    report = tmp_path / "out.xml"
    answer = subprocess.run(
        [
            *(sys.executable, "-m", "emulator.cli", "pester"),
            *("examples/machines.Tests.ps1", "--output-nunit", str(report)),
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert answer.returncode == 0, answer.stdout + answer.stderr
    assert "Tests Passed: 3, Failed: 0" in answer.stdout
    assert 'total="3" errors="0" failures="0"' in report.read_text(encoding="utf-8")
