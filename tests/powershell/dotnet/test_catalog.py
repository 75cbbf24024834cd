"""The .NET types load with the first script, also when two scripts are the first."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import emulator
from emulator.powershell.dotnet.library.catalog import load_on_demand
from emulator.powershell.dotnet.types import BUILTIN

PROGRAM = """
import threading
from emulator.powershell.dotnet.library.catalog import load_builtin
from emulator.powershell.dotnet.types import builtin
failed = []
def first():
    start.wait()
    load_builtin()
    try:
        builtin("System.Version")
    except KeyError as error:
        failed.append(error)
start = threading.Barrier(4)
threads = [threading.Thread(target=first) for _ in range(4)]
for thread in threads: thread.start()
for thread in threads: thread.join()
assert not failed, failed
"""


def test_whoever_comes_while_the_types_load_waits_for_them():
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], check=False, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr


def test_a_type_that_another_script_has_just_loaded_is_found():
    """A scheduled task of Terraform's provider did not know [Marshal] while another one was loading it."""
    key = "system.runtime.interopservices.marshal"
    assert [load_on_demand(key), load_on_demand(key)] == [True, True]
    assert key in BUILTIN
    assert not load_on_demand("system.nothing")


def test_every_exception_that_the_code_names_exists(shell):
    shell.values("[powershell]::Create()")
    named = {
        name
        for path in Path(emulator.__file__).parent.rglob("*.py")
        for name in re.findall(r'"((?:System|Microsoft)\.[\w.]+Exception)"', path.read_text(encoding="utf-8"))
    }
    assert len(named) > 50
    assert sorted(one for one in named if one.lower() not in BUILTIN) == []
