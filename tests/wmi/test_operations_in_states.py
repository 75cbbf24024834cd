"""Everything that can be asked of a machine, in every state that one can be in: which is taken, and what the
others answer. `test_state_table` follows each request for a state to its end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest

from emulator.host import VirtualMachine
from tests.wmi.conftest import V1, V2, Wmi, profile_of

HOSTS = (
    ("2008R2", V1, "Enterprise"),
    ("2012", V1, "Datacenter"),
    ("2012", V2, "Datacenter"),
    ("2022", V2, "Datacenter"),
)
COMPLETED, STARTED, FAILED, INVALID_STATE, NOT_READY, IN_PROGRESS = 0, 4096, 32768, 32775, 32780, 32782
STATE_REQUESTS = {
    V1: {"start": 2, "turn off": 3, "save": 32769, "pause": 32768, "reboot": 10, "reset": 11},
    V2: {"start": 2, "turn off": 3, "shut down": 4, "save": 6, "pause": 9, "reboot": 10, "reset": 11},
}
#: State -> what is taken there; all else is refused.
TAKEN = {
    "running": {
        "turn off",
        "shut down",
        "save",
        "pause",
        "reboot",
        "reset",
        "checkpoint",
        "guest shutdown",
        "guest reboot",
    },
    "off": {"start", "delete", "checkpoint", "apply"},
    "paused": {"start", "turn off", "save", "checkpoint"},
    "saved": {"start", "turn off", "delete", "checkpoint", "apply"},
    "paused for want of space": {"start", "turn off", "checkpoint"},
    "paused without its storage": {"turn off"},
    "off without its configuration": {"delete"},
    "saved without its configuration": {"delete"},
    "starting": set(),
    "restoring": set(),
    "saving": set(),
    "stopping": set(),
    "pausing": set(),
    "resuming": set(),
    "resetting": set(),
    "rebooting": set(),
    "shutting down": set(),
    "being checkpointed": set(),
    "being put back": set(),
    "being deleted": set(),
}
#: EnabledState of v2 where the state is a critical one.
CRITICAL = {
    "paused for want of space": (32785, 20),
    "paused without its storage": (32785, 25),
    "off without its configuration": (32782, 25),
    "saved without its configuration": (32784, 25),
}


class Machine:
    """A machine with everything on D:, a checkpoint, and a guest that is up."""

    def __init__(self, release: str, namespace: str, edition: str) -> None:
        self.wmi = Wmi(profile_of(release, edition=edition))
        self.namespace = namespace
        self.host = self.wmi.host
        self.vm = vm = self.host.virtual_machines.create("three", path="D:\\Machines")
        vm.guest.install(self.wmi.one.guest.system)
        vm.memory.configure(startup=512 << 20)
        self.finish(self.host.virtual_disks.create("D:\\three.vhd", size=1 << 30))
        vm.add_hard_disk_drive("D:\\three.vhd")
        self.finish(self.host.checkpoints.create(vm))

    def wait(self, seconds: float = 60) -> None:
        self.host.clock.advance(timedelta(seconds=seconds))

    def finish(self, job) -> None:
        while not job.finished:
            self.host.clock.advance(self.host.clock.next_event() - self.host.clock.now())
        job.raise_if_failed()

    def bring(self, state: str) -> None:
        vm, before = self.vm, STEPS[state]
        for step in before:
            step(self, vm)
        if state in CRITICAL:
            assert vm.critical is not None

    def ask(self, what: str) -> int:
        wmi, vm, namespace = self.wmi, self.vm, self.namespace
        number = STATE_REQUESTS[namespace].get(what)
        if number is not None:
            shown = wmi.machine(vm, namespace)
            return wmi[namespace].invoke(shown, "RequestStateChange", {"RequestedState": number}).return_value
        if what.startswith("guest"):
            component = wmi[namespace].resolve("Msvm_ShutdownComponent", {"SystemName": vm.id})
            method = "InitiateShutdown" if what == "guest shutdown" else "InitiateReboot"
            return wmi[namespace].invoke(component, method, {}).return_value
        path = wmi.machine(vm, namespace).path
        checkpoint = f'Msvm_VirtualSystemSettingData.InstanceID="Microsoft:{vm.checkpoints[0].id}"'
        if namespace == V1:
            name, arguments = {
                "delete": ("DestroyVirtualSystem", {"ComputerSystem": path}),
                "checkpoint": ("CreateVirtualSystemSnapshot", {"SourceSystem": path}),
                "apply": (
                    "ApplyVirtualSystemSnapshotEx",
                    {"ComputerSystem": path, "SnapshotSettingData": checkpoint},
                ),
            }[what]
            return wmi.manage(name, V1, **arguments).return_value
        if what == "delete":
            return wmi.manage("DestroySystem", V2, AffectedSystem=path).return_value
        service = wmi[V2].resolve("Msvm_VirtualSystemSnapshotService", {})
        arguments = {"AffectedSystem": path, "SnapshotType": 2}
        if what == "apply":
            return wmi[V2].invoke(service, "ApplySnapshot", {"Snapshot": checkpoint}).return_value
        return wmi[V2].invoke(service, "CreateSnapshot", arguments).return_value


Step = Callable[[Machine, VirtualMachine], object]


def do(operation: str) -> Step:
    return lambda _, vm: getattr(vm, operation)()


def fill(machine: Machine, vm: VirtualMachine) -> None:
    files = machine.host.filesystem
    files.place("D:\\ballast", files.volume("D").free)
    vm.guest.use_disk(64 << 20)


def lose_storage(machine: Machine, _: VirtualMachine) -> None:
    machine.host.filesystem.set_online("D", False)


def lose_disk_only(machine: Machine, vm: VirtualMachine) -> None:
    """The folder of the machine is elsewhere: only its disk goes."""
    vm.path = "C:\\Machines"
    machine.host.filesystem.set_online("D", False)


def wait(machine: Machine, _: VirtualMachine) -> None:
    machine.wait()


def apply(machine: Machine, vm: VirtualMachine) -> None:
    machine.host.checkpoints.apply(vm.checkpoints[0])


UP: tuple[Step, ...] = (do("start"), wait)
STEPS: dict[str, tuple[Step, ...]] = {
    "running": UP,
    "off": (),
    "paused": (*UP, do("pause"), wait),
    "saved": (*UP, do("save"), wait),
    "paused for want of space": (*UP, fill),
    "paused without its storage": (*UP, lose_disk_only),
    "off without its configuration": (lose_storage,),
    "saved without its configuration": (*UP, do("save"), wait, lose_storage),
    "starting": (do("start"),),
    "restoring": (*UP, do("save"), wait, do("start")),
    "saving": (*UP, do("save")),
    "stopping": (*UP, do("turn_off")),
    "pausing": (*UP, do("pause")),
    "resuming": (*UP, do("pause"), wait, do("start")),
    "resetting": (*UP, do("reset")),
    "rebooting": (*UP, do("reboot")),
    "shutting down": (*UP, do("shut_down")),
    "being checkpointed": (*UP, lambda machine, vm: machine.host.checkpoints.create(vm)),
    "being put back": (apply,),
    "being deleted": (lambda machine, vm: machine.host.virtual_machines.destroy(vm),),
}


def cases() -> Iterator[object]:
    for release, namespace, edition in HOSTS:
        operations = [*STATE_REQUESTS[namespace], "delete", "checkpoint", "apply", "guest shutdown"]
        if release == "2022":
            operations.append("guest reboot")
        for state in TAKEN:
            if state == "paused without its storage" and release != "2022":
                continue
            name = f"{release}-{namespace.rpartition('/')[2]}-{state}"
            yield pytest.param(release, namespace, edition, state, operations, id=name)


@pytest.mark.parametrize(("release", "namespace", "edition", "state", "operations"), list(cases()))
def test_what_is_taken_in_a_state(release, namespace, edition, state, operations):
    for operation in operations:
        machine = Machine(release, namespace, edition)
        machine.bring(state)
        before = machine.vm.state, machine.vm.job, len(machine.host.jobs)
        code = machine.ask(operation)
        if operation in TAKEN[state]:
            assert code == (COMPLETED if operation.startswith("guest") else STARTED), operation
            continue
        if state == "shutting down" and operation in ("shut down", "guest shutdown"):
            assert code == IN_PROGRESS, operation
        elif state == "paused for want of space" and operation == "save":
            assert code == FAILED, "the memory has no room either"
        else:
            assert code == INVALID_STATE, operation
        assert (machine.vm.state, machine.vm.job, len(machine.host.jobs)) == before, operation


@pytest.mark.parametrize("state", CRITICAL)
def test_version_2_counts_critical_states_and_the_health_says_how_bad_it_is(state):
    machine = Machine("2022", V2, "Datacenter")
    machine.bring(state)
    shown = machine.wmi.machine(machine.vm)
    assert (shown.value("EnabledState"), shown.value("HealthState")) == CRITICAL[state]
    assert shown.value("OperationalStatus")[0] == 3
    assert shown.value("StatusDescriptions") != ["Operating normally"]


@pytest.mark.parametrize("release", ["2008R2", "2012"])
def test_version_1_shows_the_plain_state_and_the_health(release):
    machine = Machine(release, V1, "Enterprise" if release == "2008R2" else "Datacenter")
    machine.bring("off without its configuration")
    shown = machine.wmi.machine(machine.vm, V1)
    assert (shown.value("EnabledState"), shown.value("HealthState")) == (3, 25)


@pytest.mark.parametrize("operation", ["shut down", "guest shutdown", "reboot", "guest reboot"])
def test_a_guest_that_does_not_answer_is_not_ready(operation):
    machine = Machine("2022", V2, "Datacenter")
    machine.bring("running")
    machine.vm.guest.hang()
    assert machine.ask(operation) == NOT_READY
