"""A cmdlet imports the module with its behaviour and leaves the others where they are."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from emulator.powershell.modules.utility import UTILITY

ROOT = Path(__file__).parents[3]
USES_ONE = """
import sys
from emulator.powershell.modules.core import CORE
from emulator.powershell.modules.utility import UTILITY
from emulator.powershell.runtime import InitialSession, Runspace
shell = Runspace(InitialSession(modules=(CORE, UTILITY)))
result = shell.run("Select-Object -InputObject 1; [Microsoft.PowerShell.Commands.MatchInfo].Name")
assert result.failure is None, result.failure
print(*result.output, *(one for one in sys.modules if one.startswith("emulator.powershell.modules.utility.")))
"""


def test_a_script_loads_the_behaviours_of_its_cmdlets_only():
    answer = subprocess.run(
        [sys.executable, "-c", USES_ONE], check=True, capture_output=True, text=True, cwd=ROOT
    ).stdout.split()
    assert answer[:2] == ["1", "MatchInfo"]
    areas = {one.rpartition(".")[2] for one in answer[2:]}
    assert {"selection", "searching"} <= areas
    assert not areas & {"html", "clixml", "hashes", "events"}


def test_a_cmdlet_that_the_index_does_not_name_is_found_all_the_same(monkeypatch):
    monkeypatch.setattr("emulator.powershell.runtime.module.behaviour_index", dict)
    monkeypatch.setattr(UTILITY, "_behaviours", {})
    monkeypatch.setattr(UTILITY, "_imported", set())
    assert UTILITY.behaviour("Get-Random").name == "Get-Random"
    assert UTILITY.behaviour("Get-Nothing") is None
