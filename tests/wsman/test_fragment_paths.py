"""Fragment paths from outside: whatever the text, an answer in time and of the right kind."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emulator.wmi.tables import load_schema
from emulator.wsman.envelope import Envelope
from emulator.wsman.faults import WsmanFault
from emulator.wsman.fragment import Fragment, parse_fragment

PIECES = [
    "Name",
    "Roles",
    "Win32_ComputerSystem",
    "p:",
    "/",
    "./",
    "//",
    "[1]",
    "[0]",
    "[",
    "]",
    "*",
    "@",
    "text()",
    "\u00e9",
    " ",
    "2",
]


DECLARATION = load_schema("root_cimv2", "root/cimv2", "2022").find("Win32_ComputerSystem")


def outcome(path: str) -> Fragment | str:
    """The fragment, or the name of the fault."""
    try:
        return parse_fragment(Envelope(fragment=path), DECLARATION)
    except WsmanFault as fault:
        return fault.row.name


@settings(max_examples=2000, deadline=None)
@given(st.one_of(st.text(max_size=60), st.lists(st.sampled_from(PIECES), max_size=8).map("".join)))
def test_every_path_is_a_fragment_or_a_fault_that_names_the_path(path):
    found = outcome(path)
    if isinstance(found, Fragment):
        fragment = found
        assert fragment.declared.name in path
        assert fragment.index is None or (fragment.declared.is_array and fragment.index > 0)
    else:
        assert found in ("ERROR_WSMAN_INVALID_FRAGMENT_PATH", "ERROR_WSMAN_CANNOT_PROCESS_FILTER")


@pytest.mark.parametrize("piece", ["[", "a", "a:", "/", "[1", "p:a/", "[a]", "a(", "((", "\u00e9"])
def test_long_paths_cost_no_backtracking(piece):
    start = time.process_time()
    for length in (2048, 100_000):
        with pytest.raises(WsmanFault):
            parse_fragment(Envelope(fragment=(piece * length)[:length]), DECLARATION)
    assert time.process_time() - start < 0.5
