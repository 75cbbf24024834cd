"""Whatever a client sends: no traceback, no slow answer, no growing memory (200,000 messages and
200,000 scripts in the slow run).

The seed is fixed, so that a red run can be had again; HYPERV_EMULATOR_FUZZ_SEED gives another one.
"""

from __future__ import annotations

import faulthandler
import os
from collections.abc import Iterator
from functools import cache
from random import Random

import pytest
from fuzz.target import Target, no_logged_errors, run_many
from fuzz.targets import TARGETS
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

SEED = int(os.environ.get("HYPERV_EMULATOR_FUZZ_SEED", "20260801"))
QUICK = 60
#: A slow run is cut into parts of this size, so that the workers share them.
PART = 5_000
#: An input that hangs takes the process with it and shows where, instead of the whole run.
HANG_SECONDS = 600

PARTS = [(name, part) for name, (count, _) in TARGETS.items() for part in range(count // PART)]


@pytest.fixture(autouse=True)
def no_hang() -> Iterator[None]:
    faulthandler.dump_traceback_later(HANG_SECONDS, exit=True)
    yield
    faulthandler.cancel_dump_traceback_later()


@cache
def opened(name: str) -> Target:
    return TARGETS[name][1]()


@pytest.mark.parametrize("name", TARGETS)
def test_some_inputs_are_read_or_refused(name):
    run_many(name, opened(name), SEED, QUICK)


# The parser and the engine raise the limit of recursion when they run; Hypothesis wants it to stay as it was.
@pytest.mark.filterwarnings("ignore:The recursion limit will not be reset")
@pytest.mark.parametrize("name", TARGETS)
@settings(
    max_examples=15,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
@given(random=st.randoms(use_true_random=False))
def test_what_hypothesis_makes_is_read_or_refused(name: str, random: Random):
    """The same grammars; a failing input comes out as small as hypothesis can make it."""
    target = opened(name)
    with no_logged_errors() as logged:
        target.check(target.generate(random))
    assert not logged


@pytest.mark.slow
@pytest.mark.parametrize(("name", "part"), PARTS, ids=[f"{name}-{part}" for name, part in PARTS])
def test_five_thousand_inputs_are_read_or_refused_in_time_and_memory(name, part):
    run_many(name, opened(name), SEED + 1 + part, PART)


def test_the_slow_run_has_200000_messages_and_200000_scripts():
    scripts = sum(TARGETS[name][0] for name in ("script", "syntax", "damaged syntax"))
    assert scripts == 200_000
    assert len(PARTS) * PART == 200_000 + scripts
