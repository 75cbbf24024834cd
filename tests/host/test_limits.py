"""What each release allows a host and a virtual machine: the table is Microsoft's, and each row is enforced."""

from typing import NamedTuple

import pytest

from emulator.host import JobState, LimitExceeded, NotSupported
from emulator.host import VirtualMachineState as State
from emulator.profile import ProfileError

GB, TB = 1 << 30, 1 << 40


class Row(NamedTuple):
    """Logical processors, memory and running machines of a host; processors and memory of a machine of each
    generation, None where there is no such generation."""

    processors: int
    memory: int
    running: int
    virtual: int
    vcpu: tuple[int, int | None]
    ram: tuple[int, int | None]


TABLE = {
    "2008R2": Row(64, TB, 384, 512, (4, None), (64 * GB, None)),
    "2012": Row(320, 4 * TB, 1024, 2048, (64, None), (TB, None)),
    "2012R2": Row(320, 4 * TB, 1024, 2048, (64, 64), (TB, TB)),
    "2016": Row(512, 24 * TB, 1024, 2048, (64, 240), (TB, 12 * TB)),
    "2019": Row(512, 24 * TB, 1024, 2048, (64, 240), (TB, 12 * TB)),
    "2022": Row(1024, 4096 * TB, 1024, 2048, (64, 1024), (TB, 240 * TB)),
    "2025": Row(2048, 4096 * TB, 1024, 2048, (64, 2048), (TB, 240 * TB)),
}
GENERATIONS = [(release, generation) for release in TABLE for generation in (1, 2)]


def system(release):
    return {"operating_system": {"release": release, "edition": "Datacenter"}}


@pytest.mark.parametrize("release", TABLE)
def test_the_release_has_the_numbers_of_the_table(make_host, release):
    limits, row = make_host(**system(release)).release.limits, TABLE[release]
    assert (
        limits.host_logical_processors,
        limits.host_memory,
        limits.running_virtual_machines,
        limits.host_virtual_processors,
    ) == row[:4]


@pytest.mark.parametrize(("release", "generation"), GENERATIONS)
def test_a_machine_may_have_as_much_as_its_generation_and_no_more(make_host, release, generation):
    host = make_host(**system(release))
    row = TABLE[release]
    processors, memory = row.vcpu[generation - 1], row.ram[generation - 1]
    if processors is None or memory is None:
        with pytest.raises(NotSupported):
            host.virtual_machines.create("vm", generation=generation)
        assert len(host.virtual_machines) == 0
        return
    vm = host.virtual_machines.create("vm", generation=generation)
    vm.configure(processor={"count": processors}, memory={"startup": memory})
    for wrong in ({"processor": {"count": processors + 1}}, {"memory": {"startup": memory + (2 << 20)}}):
        with pytest.raises(LimitExceeded) as refused:
            vm.configure(**wrong)
        assert refused.value.code == 32773
    assert (vm.processor.count, vm.memory.startup) == (processors, memory)


@pytest.mark.parametrize("release", TABLE)
def test_only_so_many_machines_run(make_host, finish, release, monkeypatch):
    host = make_host(**system(release))
    monkeypatch.setattr(type(host.memory), "holders", TABLE[release].running)
    job = finish(host.virtual_machines.create("one too many", memory=64 << 20).start())
    assert (job.state, job.error.code, job.exception.hresult) == (JobState.EXCEPTION, 32768, 0x800705AA)
    assert str(TABLE[release].running) in job.error.text


@pytest.mark.parametrize(("release", "runs"), [("2008R2", 8), ("2012", 64), ("2022", 64)])
def test_2008_r2_runs_eight_virtual_processors_on_each_logical_one(make_host, finish, release, runs):
    """One logical processor, and machines of one processor each until no more may run."""
    facts = system(release) | {"hardware": {"processor": {"cores_per_socket": 1}, "memory": "16 GB"}}
    host = make_host(**facts)
    assert host.hardware.logical_processors == 1
    for number in range(runs):
        job = finish(host.virtual_machines.create(f"vm{number}", memory=32 << 20).start())
        job.raise_if_failed()
    assert host.processors.assigned == runs
    last = host.virtual_machines.create("last", memory=32 << 20)
    job = finish(last.start())
    if release != "2008R2":
        job.raise_if_failed()
        return
    assert (last.state, job.exception.hresult) == (State.OFF, 0x800705AA)
    assert "8 virtual processors" in job.error.text
    finish(host.virtual_machines.find("vm0")[0].turn_off())
    finish(last.start()).raise_if_failed()


def test_a_machine_with_more_processors_than_the_host_does_not_start(make_host, finish):
    host = make_host()
    vm = host.virtual_machines.create("wide", processors=host.hardware.logical_processors + 1)
    job = finish(vm.start())
    assert (vm.state, job.exception.hresult, host.processors.assigned) == (State.OFF, 0x800705AA, 0)


def test_memory_and_processors_come_back_when_a_machine_stops(make_host, finish):
    host = make_host()
    vm = host.virtual_machines.create("vm", processors=4, memory=1 << 30)
    finish(vm.start())
    assert (host.processors.assigned, host.processors.held_by(vm.id), host.memory.assigned) == (4, 4, 1 << 30)
    finish(vm.pause())
    assert host.processors.assigned == 4
    finish(vm.save())
    assert (host.processors.assigned, host.memory.assigned) == (0, 0)


def test_a_machine_that_does_not_fit_into_the_memory_does_not_start(make_host, finish):
    host = make_host()
    vm = host.virtual_machines.create(
        "large", memory=host.memory.available // (2 << 20) * (2 << 20) + (2 << 20)
    )
    job = finish(vm.start())
    assert (vm.state, job.error.code, job.exception.hresult) == (State.OFF, 32778, 0x8007000E)
    vm.memory.configure(startup=vm.memory.startup - (2 << 20))
    finish(vm.start()).raise_if_failed()


def test_an_edition_uses_no_more_memory_than_it_may(make_host):
    with pytest.raises(ProfileError, match="uses 32 GB at most"):
        make_host(
            hardware={"memory": "64 GB"},
            operating_system={"release": "2008R2", "edition": "Standard"},
        )
