"""Profiles are read while a test holds the time."""

from __future__ import annotations

import subprocess
import sys

import pytest

_PROFILE = """
operating_system: {release: '2022', edition: Datacenter, computer_name: HOST, install_date: 2024-01-02,
  hot_fixes: [{id: KB5034129, installed_on: 2024-02-14}]}
hardware:
  processor: {vendor: Intel, model: Xeon, sockets: 1, cores_per_socket: 2, threads_per_core: 1,
              clock_megahertz: 2000, family: 6, model_number: 106, stepping: 6}
  memory: 8 GB
  disks: [{model: Disk, size: 100 GB, volumes: [{drive_letter: C}]}]
  firmware: {release_date: 2023-05-09}
users: [{name: Administrator, password: Passw0rd!, groups: [Administrators]}]
"""
_SCRIPT = """
import sys
from freezegun import freeze_time
FIRST
with freeze_time("2024-03-01 12:00:00"):
    from emulator.profile import loads
    system = loads(sys.stdin.read()).operating_system
    print(system.install_date.isoformat(), system.hot_fixes[0].installed_on.isoformat())
"""


@pytest.mark.parametrize("first", ["", "import emulator.profile.checking, emulator.profile.model"])
def test_a_profile_is_read_for_the_first_time_while_the_time_stands_still(first):
    """In a process of its own: what was read before is remembered."""
    done = subprocess.run(
        [sys.executable, "-c", _SCRIPT.replace("FIRST", first)],
        input=_PROFILE,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.stdout.split(), done.returncode) == (
        ["2024-01-02T00:00:00+00:00", "2024-02-14"],
        0,
    ), done.stderr
