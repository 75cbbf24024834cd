"""Every member of every type and every parameter of every cmdlet, each with a few awkward values: nothing of
Python's comes out, nothing hangs or grows. `fuzz/whole_sweep.py` takes all values.
"""

from __future__ import annotations

import faulthandler
from collections.abc import Iterator

import pytest
from fuzz.awkward import FEW
from fuzz.specimens import Specimens
from fuzz.sweep import CmdletSweep, MemberSweep

from emulator.powershell.runtime.recursion import allow_depth

pytestmark = pytest.mark.slow

HANG_SECONDS = 900
#: Values that each parameter gets in one run: all parameters together get all of them.
VALUES_A_PARAMETER = 2
PARTS = 2
PROFILES = ("windows-server-2022-datacenter", "windows-server-2008r2-enterprise")


@pytest.fixture(autouse=True)
def no_hang() -> Iterator[None]:
    allow_depth()
    faulthandler.dump_traceback_later(HANG_SECONDS, exit=True)
    yield
    faulthandler.cancel_dump_traceback_later()


@pytest.mark.parametrize("part", range(PARTS))
def test_members_of_every_type(part):
    sweep = MemberSweep(Specimens(), FEW)
    for kind in sweep.specimens.types()[part::PARTS]:
        sweep.type(kind)
    assert not sweep.faults.found, str(sweep.faults)
    assert sweep.faults.calls > 1000


@pytest.mark.parametrize("profile", PROFILES)
def test_parameters_of_every_cmdlet(profile):
    sweep = CmdletSweep(Specimens(whole=False, profile=profile), most=VALUES_A_PARAMETER)
    for name in sweep.names():
        sweep.cmdlet(name)
    assert not sweep.faults.found, str(sweep.faults)
    assert sweep.faults.calls > 1000
