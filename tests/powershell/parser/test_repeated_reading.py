"""Rules that go back after an attribute read no text twice: nesting does not double the time."""

from __future__ import annotations

import time

import pytest

from emulator.powershell.parser import parse

NESTED = [
    "($(try { } catch [I ",
    "{[I(",
    "@{a={[I(param(",
    "[I(class C{[J(",
    "param([I(",
    "[DscProperty()$([A(",
    "class C { [A($(",
]


@pytest.mark.parametrize("text", NESTED)
def test_nesting_costs_a_level_what_the_level_before_cost(text):
    parse(text)
    started = time.process_time()
    assert parse(text * 40).errors
    # Doubling at every level would take years.
    assert time.process_time() - started < 10


def test_what_was_wrong_in_an_attribute_is_said_once():
    errors = [error.error_id for error in parse("try { } catch [I(1, ] { }").errors]
    assert len(errors) == len(set(errors))
