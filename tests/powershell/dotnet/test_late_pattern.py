"""Patterns that are compiled when they are first used."""

from __future__ import annotations

import re

import pytest

from emulator.powershell.late_pattern import late_pattern


def test_each_method_does_what_that_of_a_compiled_pattern_does():
    text = "a1 B22"
    for method, arguments in (
        ("match", (text,)),
        ("search", (text, 2)),
        ("fullmatch", (text, 3)),
        ("findall", (text,)),
        ("split", (text,)),
        ("sub", ("-", text)),
    ):
        late = late_pattern(r"[a-z]\d+", re.IGNORECASE)
        expected = getattr(re.compile(r"[a-z]\d+", re.IGNORECASE), method)(*arguments)
        for _ in range(2):  # the first use compiles
            assert _shown(getattr(late, method)(*arguments)) == _shown(expected)


def _shown(result: object) -> object:
    return result.span() if isinstance(result, re.Match) else result


def test_a_bad_pattern_is_found_out_at_its_first_use():
    late = late_pattern("(")
    with pytest.raises(re.error):
        late.match("x")
