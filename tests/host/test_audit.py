"""The audit of a host finds nothing on sound ones and something on each broken one."""

from __future__ import annotations

import pytest
from host.audit import audit

from emulator.host import Host, VirtualMachineState
from emulator.profile import load


@pytest.fixture
def seeded() -> Host:
    made = Host(load("windows-server-2022-datacenter"), clock_mode="fast")
    vm = made.virtual_machines.create("audited")
    vm.devices.add_network_adapter()
    made.jobs.wait(vm.start())
    yield made
    made.close()


def test_a_sound_host_has_nothing_to_report(seeded):
    assert audit(seeded) == []


def lose_memory(host):
    host.memory.take(host.virtual_machines.find("audited")[0].id, 0)


def lie_about_the_state(host):
    host.virtual_machines.find("audited")[0].state = VirtualMachineState.OFF


def keep_a_finished_job(host):
    vm = host.virtual_machines.find("audited")[0]
    vm.job = next(iter(host.jobs))


def count_memory_twice(host):
    host.memory.take("no machine", 1 << 20)


def delete_a_machine_that_stays(host):
    host.virtual_machines.find("audited")[0].deleted = True


BREAKS = [
    lose_memory,
    lie_about_the_state,
    keep_a_finished_job,
    count_memory_twice,
    delete_a_machine_that_stays,
]


@pytest.mark.parametrize("harm", BREAKS, ids=[harm.__name__ for harm in BREAKS])
def test_a_broken_rule_is_reported(seeded, harm):
    harm(seeded)
    assert audit(seeded)
