from datetime import timedelta

import pytest

from emulator.host import (
    AlreadyExists,
    CheckpointType,
    CriticalErrorAction,
    EventLogEntry,
    Filesystem,
    InvalidParameter,
    InvalidState,
    LimitExceeded,
    NotFound,
    NotSupported,
    OutOfMemory,
    PathNotFound,
    RecoveryAction,
    StartAction,
    StopAction,
)
from emulator.host import VirtualMachineState as State

GUID = "0F9A1C4E-6E11-4B8C-9C8A-2D1C9D0E7A55"
MEGABYTE = 1 << 20
GIGABYTE = 1 << 30


def refused(host, error, call):
    """The call raises, and nothing at all has changed."""
    before = (host.revision, len(host.virtual_machines), host.filesystem.budget.entries, len(host.jobs))
    with pytest.raises(error) as caught:
        call()
    assert before == (
        host.revision,
        len(host.virtual_machines),
        host.filesystem.budget.entries,
        len(host.jobs),
    )
    return caught.value


def test_a_new_machine_has_the_defaults_of_windows(host):
    vm = host.virtual_machines.create("web")
    assert (vm.state, vm.generation, vm.version) == (State.OFF, 1, "10.0")
    assert (vm.automatic_start_action, vm.automatic_stop_action) == (StartAction.NOTHING, StopAction.SAVE)
    assert vm.automatic_recovery_action is RecoveryAction.RESTART
    assert vm.automatic_critical_error_action is CriticalErrorAction.PAUSE
    assert vm.checkpoint_type is CheckpointType.PRODUCTION
    assert (vm.processor.count, vm.processor.limit, vm.processor.reservation) == (1, 100_000, 0)
    assert (vm.processor.relative_weight, vm.processor.maximum, vm.processor.reserve) == (100, 100, 0)
    assert (vm.memory.startup, vm.memory.weight, vm.memory.buffer) == (GIGABYTE, 5000, 20)
    assert (vm.memory.maximum, vm.memory.dynamic) == (1 << 40, False)
    assert vm.status == "Operating normally"
    assert (vm.created, vm.process_id) == (host.clock.now(), None)
    assert vm.id == vm.id.upper()
    assert len(vm.id) == 36


@pytest.mark.parametrize(
    ("release", "ending", "checkpoints"),
    [("2012R2", "xml", CheckpointType.STANDARD), ("2022", "vmcx", CheckpointType.PRODUCTION)],
)
def test_the_configuration_lies_in_the_file_system_in_the_format_of_the_release(
    make_host, release, ending, checkpoints
):
    host = make_host(operating_system={"release": release})
    vm = host.virtual_machines.create("web")
    folder = "C:\\ProgramData\\Microsoft\\Windows\\Hyper-V\\Virtual Machines"
    assert vm.files.configuration == f"{folder}\\{vm.id}.{ending}"
    assert host.filesystem.exists(vm.files.configuration)
    assert vm.checkpoint_type is checkpoints


def test_a_machine_is_found_by_its_identifier_in_any_case_and_by_its_name(host):
    vm = host.virtual_machines.create("Web", identifier="{" + GUID.lower() + "}")
    host.virtual_machines.create("web")
    assert vm.id == GUID
    assert host.virtual_machines.get(GUID.lower()) is host.virtual_machines[f"{{{GUID}}}"] is vm
    assert [each.name for each in host.virtual_machines.find("WEB")] == ["Web", "web"]
    assert host.virtual_machines.get("nothing") is None
    with pytest.raises(NotFound):
        host.virtual_machines["nothing"]


def test_machines_are_listed_in_order_of_creation(host):
    for name in "cab":
        host.virtual_machines.create(name)
    assert [vm.name for vm in host.virtual_machines] == ["c", "a", "b"]


def test_a_machine_without_a_name_gets_the_one_of_windows(host):
    assert host.virtual_machines.create("").name == "New Virtual Machine"


@pytest.mark.parametrize(
    ("error", "arguments"),
    [
        (InvalidParameter, {"name": "x" * 101}),
        (InvalidParameter, {"name": "x", "generation": 3}),
        (InvalidParameter, {"name": "x", "identifier": "not a guid"}),
        (AlreadyExists, {"name": "x", "identifier": GUID}),
        (NotSupported, {"name": "x", "version": "99.0"}),
        (InvalidParameter, {"name": "x", "processors": 0}),
        (LimitExceeded, {"name": "x", "processors": 65}),
        (InvalidParameter, {"name": "x", "memory": GIGABYTE + 1}),
        (InvalidParameter, {"name": "x", "memory": 16 * MEGABYTE}),
        (LimitExceeded, {"name": "x", "memory": 2 << 40}),
        (PathNotFound, {"name": "x", "path": "Q:\\machines"}),
        (InvalidParameter, {"name": "x", "automatic_start_action": 7}),
        (InvalidParameter, {"name": "x", "colour": "red"}),
    ],
)
def test_a_refused_creation_leaves_nothing_behind(host, error, arguments):
    host.virtual_machines.create("first", identifier=GUID)
    before = (len(host.virtual_machines), host.filesystem.budget.entries)
    with pytest.raises(error):
        host.virtual_machines.create(**arguments)
    assert (len(host.virtual_machines), host.filesystem.budget.entries) == before


@pytest.mark.parametrize(("release", "allowed"), [("2008R2", False), ("2012", False), ("2012R2", True)])
def test_generation_2_exists_from_2012_r2_on(make_host, release, allowed):
    host = make_host(operating_system={"release": release})
    if allowed:
        assert host.virtual_machines.create("web", 2).generation == 2
    else:
        refused(host, NotSupported, lambda: host.virtual_machines.create("web", 2))


@pytest.mark.parametrize(
    ("release", "generation", "limit"),
    [("2008R2", 1, 4), ("2012", 1, 64), ("2022", 1, 64), ("2022", 2, 1024), ("2025", 2, 2048)],
)
def test_the_processor_limit_is_that_of_release_and_generation(make_host, release, generation, limit):
    vm = make_host(operating_system={"release": release}).virtual_machines.create("web", generation)
    vm.processor.configure(count=limit)
    with pytest.raises(LimitExceeded):
        vm.processor.configure(count=limit + 1)
    assert vm.processor.count == limit


def test_several_settings_change_together_or_not_at_all(host):
    vm = host.virtual_machines.create("web")
    vm.configure(notes="a", processor={"count": 2}, memory={"startup": 2 * GIGABYTE})
    assert (vm.notes, vm.processor.count, vm.memory.startup) == ("a", 2, 2 * GIGABYTE)
    for bad in ({"notes": 5}, {"automatic_stop_action": 9}, {"memory": {"weight": 20_000}}, {"nothing": 1}):
        refused(host, InvalidParameter, lambda bad=bad: vm.configure(processor={"count": 4}, **bad))
    assert (vm.notes, vm.processor.count) == ("a", 2)


def test_numbers_of_windows_become_members_of_the_enumerations(host):
    vm = host.virtual_machines.create("web", automatic_start_action=4, automatic_stop_action=2)
    assert (vm.automatic_start_action, vm.automatic_stop_action) == (StartAction.START, StopAction.TURN_OFF)


def test_a_name_can_change_while_the_machine_runs(host, finish):
    vm = host.virtual_machines.create("web")
    finish(vm.start())
    vm.rename("web02")
    assert host.virtual_machines.find("web02") == [vm]
    refused(host, InvalidParameter, lambda: vm.rename(""))


def test_processor_percentages_are_the_thousandths_of_wmi(host):
    vm = host.virtual_machines.create("web")
    vm.processor.configure(maximum=75, reserve=10)
    assert (vm.processor.limit, vm.processor.reservation) == (75_000, 10_000)
    vm.processor.configure(limit=33_333)
    assert vm.processor.maximum == 33
    refused(host, InvalidParameter, lambda: vm.processor.configure(reserve=90))
    refused(host, InvalidParameter, lambda: vm.processor.configure(relative_weight=0))


def test_a_running_machine_keeps_its_processors_and_changes_their_weight(host, finish):
    vm = host.virtual_machines.create("web")
    finish(vm.start())
    vm.processor.configure(relative_weight=200)
    assert refused(host, InvalidState, lambda: vm.processor.configure(count=2)).code == 32775


def test_nested_virtualization_comes_with_2016(make_host):
    old = make_host(operating_system={"release": "2012R2"}).virtual_machines.create("web")
    with pytest.raises(NotSupported):
        old.processor.configure(expose_virtualization_extensions=True)
    new = make_host().virtual_machines.create("web")
    new.processor.configure(expose_virtualization_extensions=True)
    assert new.processor.expose_virtualization_extensions


@pytest.mark.parametrize(
    "changes",
    [
        {"startup": 100 * MEGABYTE + 1},
        {"dynamic": True, "minimum": 2 * GIGABYTE},
        {"dynamic": True, "maximum": 512 * MEGABYTE},
        {"buffer": 4},
        {"weight": 10_001},
        {"priority": 101},
        {"startup": True},
        {"startup": "1 GB"},
        {"unknown": 1},
    ],
)
def test_memory_outside_its_range_is_refused(host, changes):
    vm = host.virtual_machines.create("web")
    assert refused(host, InvalidParameter, lambda: vm.memory.configure(**changes)).code == 32773


def test_static_memory_below_the_default_minimum_moves_the_minimum(host):
    vm = host.virtual_machines.create("small", memory=256 * MEGABYTE)
    assert vm.memory.minimum == 256 * MEGABYTE


def test_a_running_machine_with_dynamic_memory_may_only_widen_its_bounds(host, finish):
    vm = host.virtual_machines.create("web")
    vm.memory.configure(dynamic=True, minimum=512 * MEGABYTE, maximum=2 * GIGABYTE)
    finish(vm.start())
    vm.memory.configure(minimum=256 * MEGABYTE, maximum=4 * GIGABYTE, buffer=50, priority=80)
    assert vm.memory.weight == 8000
    for changes in (
        {"minimum": 512 * MEGABYTE},
        {"maximum": 3 * GIGABYTE},
        {"startup": 2 * GIGABYTE},
        {"dynamic": False},
    ):
        refused(host, InvalidState, lambda changes=changes: vm.memory.configure(**changes))


def test_static_memory_of_a_running_machine_can_be_resized_from_2016_on_if_the_host_has_it(make_host, finish):
    host = make_host()
    vm = host.virtual_machines.create("web")
    finish(vm.start())
    vm.memory.configure(startup=4 * GIGABYTE)
    assert vm.assigned_memory() == host.memory.assigned == 4 * GIGABYTE
    refused(host, OutOfMemory, lambda: vm.memory.configure(startup=64 * GIGABYTE))
    old = make_host(operating_system={"release": "2012R2"})
    vm = old.virtual_machines.create("web")
    finish(vm.start())
    refused(old, InvalidState, lambda: vm.memory.configure(startup=4 * GIGABYTE))


def test_a_change_of_a_part_moves_the_revision_of_machine_part_and_siblings(host):
    vm = host.virtual_machines.create("web")
    other = host.virtual_machines.create("other")
    before, untouched = vm.revision, other.revision
    vm.processor.configure(count=2)
    assert vm.processor.revision == vm.memory.revision == vm.revision > before
    assert other.revision == untouched
    assert vm.revision == host.revision


def test_a_change_that_changes_nothing_moves_no_revision(host):
    vm = host.virtual_machines.create("web")
    before = host.revision
    vm.processor.configure(count=1)
    vm.memory.configure(startup=GIGABYTE)
    assert host.revision == before


def test_observers_hear_of_what_exists_only(host, finish):
    seen = []

    def observe(change, thing):
        if not isinstance(thing, Filesystem | EventLogEntry):
            seen.append((change, type(thing).__name__))

    host.observers.append(observe)
    vm = host.virtual_machines.create("web", notes="x", automatic_start_action=4)
    assert seen == [("created", "VirtualMachine")]
    seen.clear()
    vm.processor.configure(count=2)
    assert seen == [("modified", "VirtualMachine"), ("modified", "ProcessorSettings")]
    seen.clear()
    finish(host.virtual_machines.destroy(vm))
    assert ("created", "Job") in seen
    assert ("deleted", "VirtualMachine") in seen


def test_machines_are_found_by_name_whatever_became_of_them(host):
    names = host.virtual_machines
    first, second = names.create("twin"), names.create("TWIN")
    assert names.find("Twin") == [first, second]
    first.rename("single")
    first.rename("twin")
    assert names.find("twin") == [first, second]
    second.rename("other")
    assert (names.find("twin"), names.find("OTHER")) == ([first], [second])
    names.destroy(first)
    host.clock.advance(timedelta(seconds=1))
    assert names.find("twin") == []
    host.reset()
    assert names.find("other") == []
