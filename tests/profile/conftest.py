"""Fixtures of the profile tests."""

from __future__ import annotations

import textwrap
from collections.abc import Callable

import pytest

from emulator.profile import ProfileError, loads

COMPLETE = """\
hardware:
  processor:
    vendor: Intel
    model: A processor
    sockets: 1
    cores_per_socket: 4
    clock_megahertz: 2000
    family: 6
    model_number: 106
    stepping: 6
  memory: 16 GB
  disks:
    - {model: A disk, size: 1 TB}
  network_adapters:
    - {name: Ethernet, description: An adapter, mac_address: 00-15-17-00-00-01}
operating_system:
  release: 2022
  edition: Datacenter
  computer_name: HOST
hyper_v:
  role: enabled
users:
  - {name: Administrator, password: Passw0rd!, groups: [Administrators]}
"""
"""The least that a profile states; 23 lines, so that what a test appends starts in line 24."""


@pytest.fixture
def problems_of() -> Callable[[str], list[str]]:
    """The problems of a profile text."""

    def find(text: str) -> list[str]:
        with pytest.raises(ProfileError) as caught:
            loads(textwrap.dedent(text), "p.yaml")
        assert str(caught.value) == "\n".join(caught.value.problems)
        return caught.value.problems

    return find


@pytest.fixture
def complete() -> str:
    """A profile text without problems."""
    return COMPLETE
