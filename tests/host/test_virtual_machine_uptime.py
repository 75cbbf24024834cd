"""How long a virtual machine has run, as every door says it."""

from __future__ import annotations

from datetime import timedelta

from emulator.host import Host
from emulator.profile import load


def test_uptime_counts_whole_milliseconds():
    host = Host(load("windows-server-2022-datacenter"), clock_mode="manual")
    machine = next(one for one in host.virtual_machines if one.uptime())
    before = machine.uptime()
    host.clock.advance(timedelta(seconds=1.234567))
    assert machine.uptime() % timedelta(milliseconds=1) == timedelta(0)
    assert timedelta(seconds=1.233) <= machine.uptime() - before <= timedelta(seconds=1.235)
