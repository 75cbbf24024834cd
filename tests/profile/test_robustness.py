"""Whatever a profile holds, reading it gives a profile or a ProfileError, nothing else."""

from __future__ import annotations

import copy
import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from emulator.profile import Profile, ProfileError, builtin_path, loads
from emulator.profile.source import read

BASES = [
    read(builtin_path(name)).plain()
    for name in ("windows-server-2022-datacenter", "windows-server-2008r2-enterprise", "windows-11-pro")
]
JUNK = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**70), 2**70),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=12),
    st.sampled_from(
        ["off", "64 GB", "1e9 TB", "2012", 10.0, r"C:\a.vhdx", [], {}, [[]], [{}], [None], {"a": 1}]
    ),
)


def read_text(text: str) -> Profile | list[str]:
    try:
        return loads(text, "p.yaml")
    except ProfileError as error:
        return error.problems


def paths(data: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [path] if path else []
    for key, value in data.items() if isinstance(data, dict) else enumerate(data):
        found += paths(value, (*path, key)) if isinstance(value, dict | list) else [(*path, key)]
    return found


@st.composite
def changed_profiles(draw):
    data = copy.deepcopy(draw(st.sampled_from(BASES)))
    for _ in range(draw(st.integers(1, 3))):
        *way, last = draw(st.sampled_from(paths(data)))
        holder = data
        for step in way:
            holder = holder[step]
        holder[last] = draw(JUNK)
    return data


@settings(max_examples=150, deadline=None)
@given(changed_profiles())
def test_a_changed_profile_is_accepted_or_refused_with_lines(data):
    outcome = read_text(json.dumps(data, indent=1))

    assert isinstance(outcome, Profile) or outcome
    assert isinstance(outcome, Profile) or all(problem.startswith("p.yaml:") for problem in outcome)


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet="ab:-[]{}&*!|>'\"#%@ \n\t<?,0", max_size=40))
def test_any_text_is_accepted_or_refused_with_lines(text):
    outcome = read_text(text)

    assert isinstance(outcome, Profile) or all(problem.startswith("p.yaml:") for problem in outcome)
