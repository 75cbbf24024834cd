"""Sources of Visual Basic with a few words left out, doubled or moved, compiled and called: whatever comes out is
the compiler's or PowerShell's, nothing of Python's."""

from __future__ import annotations

import re
from random import Random

import pytest

from emulator.powershell.runtime.limits import Limits
from tests.powershell.visualbasic.test_language import ANIMALS, CASES

_WORDS = re.findall(r"\w+|[ \t]+|\n|.", ANIMALS)
_CALLS = "\n".join(script for script, _ in CASES)


def _altered(random: Random) -> str:
    words = list(_WORDS)
    for _ in range(random.choice((1, 1, 1, 2, 4))):
        place, change = random.randrange(len(words)), random.random()
        if change < 0.4:
            del words[place]
        elif change < 0.7:
            words[place] = random.choice(_WORDS)
        else:
            words.insert(place, random.choice(_WORDS))
    return "".join(words)


def _check(make_shell, seed: int, count: int) -> None:
    random = Random(seed)
    for _ in range(count):
        source = _altered(random)
        shell = make_shell(limits=Limits(steps=20_000))
        result = shell.run(
            f"Add-Type -Language VisualBasic -TypeDefinition @'\n{source}\n'@ -ErrorAction Stop\n{_CALLS}"
        )
        problems = [*result.errors, *([result.failure] if result.failure is not None else [])]
        assert not [one.message for one in problems if one.error_id == "InternalFault"], source


@pytest.mark.parametrize("seed", range(2))
def test_altered_sources_end_with_errors_of_their_own(make_shell, seed):
    _check(make_shell, seed, 25)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(100, 102))
def test_many_altered_sources_end_with_errors_of_their_own(make_shell, seed):
    _check(make_shell, seed, 600)
