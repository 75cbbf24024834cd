"""Search expressions of findstr.exe."""

from __future__ import annotations

import pytest

from emulator.console.programs.findstr_pattern import Pattern

CASES = [
    ("abc", "xabcx", True),
    ("a.c", "abc", True),
    ("a*c", "c", True),
    ("^abc", "xabc", False),
    ("^abc", "abcx", True),
    ("abc$", "xabc", True),
    ("abc$", "abcx", False),
    ("[a-c]x", "bx", True),
    ("[^a-c]x", "bx", False),
    ("a\\.c", "abc", False),
    ("a\\.c", "a.c", True),
    ("\\<cat\\>", "a cat sat", True),
    ("\\<cat\\>", "concat", False),
    ("^$", "", True),
    (".*b", "aaab", True),
    ("x*", "", True),
]


@pytest.mark.parametrize(("text", "line", "found"), CASES)
def test_an_expression_matches(text, line, found):
    assert Pattern(text, literal=False, ignore_case=False).matches(line) is found


def test_a_literal_text_is_taken_as_it_is():
    assert Pattern("a.c", literal=True, ignore_case=True).matches("xA.Cx")
    assert not Pattern("a.c", literal=True, ignore_case=True).matches("abc")
    assert Pattern("abc", literal=True, ignore_case=False, at_start=True, at_end=True).matches("abc")


def test_many_stars_take_no_more_than_linear_time():
    assert not Pattern("a*" * 100 + "b", literal=False, ignore_case=False).matches("a" * 8000)
