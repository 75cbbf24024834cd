"""Members and parameters that many scripts use take or refuse awkward values as Windows does: with a value or
with an error of PowerShell, in bounded time and memory. `fuzz/whole_sweep.py` looks at all of them.
"""

from __future__ import annotations

import faulthandler
from collections.abc import Iterator
from functools import cache

import pytest
from fuzz.awkward import FEW
from fuzz.specimens import Specimens
from fuzz.sweep import CmdletSweep, MemberSweep

from emulator.powershell.runtime.recursion import allow_depth

HANG_SECONDS = 600
TYPES = (
    *("System.String", "System.Int32", "System.Decimal", "System.DateTime", "System.TimeSpan", "System.Math"),
    *("System.Convert", "System.Collections.ArrayList", "System.Collections.Hashtable", "System.Guid"),
    *("System.Text.RegularExpressions.Regex", "System.IO.Path", "System.Version"),
)
CMDLETS = ("New-TimeSpan", "Get-Variable", "Push-Location", "Set-StrictMode", "Get-WmiObject", "Get-Module")


@pytest.fixture(autouse=True)
def no_hang() -> Iterator[None]:
    allow_depth()
    faulthandler.dump_traceback_later(HANG_SECONDS, exit=True)
    yield
    faulthandler.cancel_dump_traceback_later()


@cache
def specimens() -> Specimens:
    return Specimens(whole=False)


@pytest.mark.parametrize("name", TYPES)
def test_members_that_many_scripts_call(name):
    sweep = MemberSweep(specimens(), FEW)
    sweep.type(next(one for one in specimens().types() if one.name == name))
    assert not sweep.faults.found, str(sweep.faults)
    assert sweep.faults.calls > len(FEW)


@pytest.mark.parametrize("name", CMDLETS)
def test_parameters_of_cmdlets(name):
    sweep = CmdletSweep(specimens())
    sweep.cmdlet(name)
    assert not sweep.faults.found, str(sweep.faults)
    assert sweep.faults.calls > len(FEW)
