"""What importing the engine loads: the parser, the compiler and the types that few scripts need come later."""

from __future__ import annotations

import subprocess
import sys

import pytest

_LOADED = "import sys, emulator.powershell.runtime; print(*sys.modules)"


@pytest.fixture(scope="module")
def loaded() -> frozenset[str]:
    """The modules of a process that has imported the engine and nothing else."""
    answer = subprocess.run([sys.executable, "-c", _LOADED], check=True, capture_output=True, text=True)
    return frozenset(answer.stdout.split())


@pytest.mark.parametrize(
    "late",
    [
        *("emulator.powershell.parser", "emulator.powershell.runtime.compiler", "emulator.powershell.csharp"),
        "emulator.powershell.visualbasic",
        *("emulator.powershell.modules", "emulator.host", "emulator.powershell.format"),
        *("cryptography", "lxml", "inspect", "tree_sitter"),
    ],
)
def test_the_engine_starts_without_it(loaded: frozenset[str], late: str) -> None:
    assert not [one for one in loaded if one == late or one.startswith(f"{late}.")]
