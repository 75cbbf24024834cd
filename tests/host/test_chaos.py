"""Clients that make, start, checkpoint and delete machines at random, in several threads: nothing locks up, and
the host is sound at each moment and afterwards."""

from __future__ import annotations

import random
import threading
import time

import pytest
from host.audit import audit

from emulator.host import Host, HostError
from emulator.profile import load

pytestmark = pytest.mark.slow

SECONDS = 15.0
THREADS = 4
MOST_MACHINES = 12
GRACE = 20.0


class Client(threading.Thread):
    """One client; what the host refuses is an answer, any other exception a failure."""

    def __init__(self, host: Host, seed: int, ends: float) -> None:
        super().__init__(daemon=True)
        self.host = host
        self.random = random.Random(seed)
        self.ends = ends
        self.done: dict[str, int] = {}
        self.failure: BaseException | None = None

    def run(self) -> None:
        try:
            while time.monotonic() < self.ends:
                self.step()
        except BaseException as failure:  # noqa: BLE001  the test reports it
            self.failure = failure

    def step(self) -> None:
        name = self.random.choice(
            [
                "create",
                "begin",
                "turn_off",
                "save",
                "pause",
                "checkpoint",
                "apply",
                "prune",
                "destroy",
                "wait",
            ]
        )
        try:
            getattr(self, name)()
        except HostError:
            name += " refused"
        self.done[name] = self.done.get(name, 0) + 1

    def machine(self):
        machines = list(self.host.virtual_machines)
        if not machines:
            return self.host.virtual_machines.create("first")
        return self.random.choice(machines)

    def create(self) -> None:
        if len(self.host.virtual_machines) < MOST_MACHINES:
            vm = self.host.virtual_machines.create(f"chaos{self.random.randrange(1000)}")
            vm.memory.configure(startup=64 << 20)

    def begin(self) -> None:
        self.machine().start()

    def turn_off(self) -> None:
        self.machine().turn_off()

    def save(self) -> None:
        self.machine().save()

    def pause(self) -> None:
        self.machine().pause()

    def checkpoint(self) -> None:
        self.host.checkpoints.create(self.machine())

    def apply(self) -> None:
        with self.host.looking():
            found = list(self.machine().checkpoints)
        if found:
            self.host.checkpoints.apply(self.random.choice(found))

    def prune(self) -> None:
        with self.host.looking():
            found = list(self.machine().checkpoints)
        if found:
            self.host.checkpoints.delete(self.random.choice(found), subtree=self.random.random() < 0.3)

    def destroy(self) -> None:
        self.host.virtual_machines.destroy(self.machine())

    def wait(self) -> None:
        with self.host.looking():
            running = list(self.host.jobs.running)
        if running:
            self.host.jobs.wait(self.random.choice(running))


def test_random_clients_leave_a_sound_host():
    host = Host(load("windows-server-2022-datacenter"), clock_mode="fast")
    ends = time.monotonic() + SECONDS
    clients = [Client(host, seed, ends) for seed in range(THREADS)]
    for client in clients:
        client.start()
    broken: list[str] = []
    while time.monotonic() < ends and not broken:
        broken = audit(host)
        time.sleep(0.2)
    for client in clients:
        client.join(GRACE)
    assert not [client for client in clients if client.is_alive()], "a client is locked up"
    assert [client.failure for client in clients] == [None] * THREADS
    assert not broken
    with host.looking():
        jobs = list(host.jobs.running)
    for job in jobs:
        host.jobs.wait(job)
    assert not audit(host)
    for name in ("create", "begin", "checkpoint", "destroy"):
        assert sum(client.done.get(name, 0) for client in clients), name
    host.close()
