"""No script reaches the real machine: `escape.py` watches what its process does (PEP 578)."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = Path(__file__).with_name("escape.py")
SEED = os.environ.get("HYPERV_EMULATOR_FUZZ_SEED", "20261127")


def run(scripts: int, rounds: int, seconds: int) -> None:
    done = subprocess.run(
        [sys.executable, str(PROGRAM), SEED, str(scripts), str(rounds)],
        check=False,
        capture_output=True,
        text=True,
        timeout=seconds,
    )
    assert (done.stdout, done.returncode) == ("", 0), done.stdout[:4000] + done.stderr[-2000:]


def test_attempts_and_every_cmdlet_touch_nothing_real():
    run(scripts=50, rounds=1, seconds=300)


@pytest.mark.slow
def test_many_calls_and_scripts_touch_nothing_real():
    run(scripts=500, rounds=2, seconds=600)
