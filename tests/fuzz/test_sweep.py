"""Each member of each type and each parameter of each cmdlet takes or refuses awkward values as Windows does:
with a value or with an error of PowerShell, in bounded time and memory.
"""

from __future__ import annotations

import faulthandler
from collections.abc import Iterator
from functools import cache

import pytest
from fuzz.awkward import AWKWARD, FEW
from fuzz.specimens import Specimens
from fuzz.sweep import CmdletSweep, MemberSweep

from emulator.powershell.runtime.recursion import allow_depth

HANG_SECONDS = 900
TYPE_PARTS = 24
CMDLET_PARTS = 48
#: Types whose members many scripts call.
USUAL = (
    *("System.String", "System.Int32", "System.Decimal", "System.DateTime", "System.TimeSpan", "System.Math"),
    *("System.Convert", "System.Collections.ArrayList", "System.Collections.Hashtable", "System.Guid"),
    *(
        "System.Text.StringBuilder",
        "System.Text.RegularExpressions.Regex",
        "System.IO.Path",
        "System.Version",
    ),
)


@pytest.fixture(autouse=True)
def no_hang() -> Iterator[None]:
    allow_depth()
    faulthandler.dump_traceback_later(HANG_SECONDS, exit=True)
    yield
    faulthandler.cancel_dump_traceback_later()


@cache
def specimens() -> Specimens:
    return Specimens()


@pytest.mark.parametrize("name", USUAL)
def test_members_that_many_scripts_call(name):
    sweep = MemberSweep(specimens(), FEW)
    sweep.type(next(one for one in specimens().types() if one.name == name))
    assert not sweep.faults.found, str(sweep.faults)
    assert sweep.faults.calls > len(FEW)


def test_most_types_that_have_members_have_a_specimen():
    kinds = [
        one for one in specimens().types() if one.instance_table and not (one.is_abstract or one.is_interface)
    ]
    without = [one.name for one in kinds if one.name not in specimens().scripts]
    assert len(without) < len(kinds) * 0.2, without


@pytest.mark.slow
@pytest.mark.parametrize("part", range(TYPE_PARTS))
def test_every_member_of_every_type(part):
    sweep = MemberSweep(specimens(), AWKWARD)
    for kind in specimens().types()[part::TYPE_PARTS]:
        sweep.type(kind)
    assert not sweep.faults.found, str(sweep.faults)


@pytest.mark.slow
@pytest.mark.parametrize("part", range(CMDLET_PARTS))
def test_every_parameter_of_every_cmdlet(part):
    sweep = CmdletSweep(specimens())
    for name in sweep.names()[part::CMDLET_PARTS]:
        sweep.cmdlet(name)
    assert not sweep.faults.found, str(sweep.faults)
