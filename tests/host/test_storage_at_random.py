"""Whatever is done in whatever order: files, disks and checkpoints add up, and refusals change nothing."""

import random
from datetime import timedelta

import pytest
from host.restarting import restart

from emulator.host import CheckpointType, ControllerType, DiskKind, HostError, InstalledSystem

MEGABYTE = 1 << 20


class Player:
    """Does one thing after the other with a host, as clients may."""

    def __init__(self, host, seed):
        self.host = host
        self.random = random.Random(seed)
        self.number = 0

    def name(self, ending=""):
        self.number += 1
        return f"D:\\{self.number}.{ending}"

    def pick(self, items):
        found = list(items)
        return self.random.choice(found) if found else None

    def disk(self):
        return self.pick(self.host.virtual_disks)

    def vm(self):
        return self.pick(self.host.virtual_machines)

    def step(self):
        action = self.random.choice(ACTIONS)
        try:
            action(self)
        except HostError:
            return False
        return True


def make(player):
    ending = player.random.choice(["vhd", "vhdx", "vhdx", "vhds"])
    kind = player.random.choice([DiskKind.DYNAMIC, DiskKind.DYNAMIC, DiskKind.FIXED])
    size = player.random.randrange(3, 3000) * MEGABYTE
    player.host.virtual_disks.create(player.name(ending), kind, size=size)


def differ(player):
    disk = player.disk()
    if disk is not None:
        ending = disk.path.rpartition(".")[2]
        player.host.virtual_disks.create(player.name(ending), DiskKind.DIFFERENCING, parent=disk.path)


def write(player):
    disk = player.disk()
    if disk is not None:
        with player.host.looking():
            start = player.random.randrange(disk.size)
            disk.write(start, min(player.random.randrange(1, 400 * MEGABYTE), disk.size - start))


def free(player):
    disk = player.disk()
    if disk is not None:
        with player.host.looking():
            disk.leaf.discard(player.random.randrange(disk.size), 100 * MEGABYTE)


def change(player):
    disks, disk = player.host.virtual_disks, player.disk()
    if disk is None:
        return
    player.random.choice(
        [
            lambda: disks.compact(disk),
            lambda: disks.resize(disk, player.random.randrange(3, 4000) * MEGABYTE),
            lambda: disks.merge(disk),
            lambda: disks.convert(disk, player.name(player.random.choice(["vhd", "vhdx", "vhds"]))),
            lambda: disks.mount(disk, read_only=player.random.random() < 0.5),
            lambda: disks.dismount(disk),
            lambda: disks.validate(disk),
            lambda: disks.configure(disk, physical_sector_size=512),
            lambda: player.host.filesystem.remove(disk.path),
            lambda: player.host.filesystem.move(disk.path, player.name(disk.path.rpartition(".")[2])),
            lambda: player.host.filesystem.copy(disk.path, player.name(disk.path.rpartition(".")[2])),
        ]
    )()


def machine(player):
    if len(player.host.virtual_machines) < 4:
        vm = player.host.virtual_machines.create(f"vm{player.number}", memory=64 * MEGABYTE)
        vm.devices.add_scsi_controller()
        vm.guest.install(InstalledSystem("Windows Server 2022", boot_seconds=5))
        vm.configure(checkpoint_type=player.random.choice(list(CheckpointType)[1:]))


def equip(player):
    vm, disk = player.vm(), player.disk()
    if vm is None or disk is None:
        return
    if player.random.random() < 0.3 and vm.hard_disk_drives:
        vm.devices.remove_drive(player.pick(vm.hard_disk_drives))
    else:
        vm.devices.add_hard_disk_drive(disk.path, controller_type=player.random.choice(list(ControllerType)))


def drive(player):
    vm = player.vm()
    if vm is not None:
        getattr(vm, player.random.choice(["start", "turn_off", "save", "pause", "resume", "reset"]))()


def checkpoint(player):
    vm = player.vm()
    if vm is None:
        return
    checkpoints = player.host.checkpoints
    chosen = player.pick(vm.checkpoints)
    if chosen is None or player.random.random() < 0.4:
        checkpoints.create(vm)
    else:
        player.random.choice(
            [
                lambda: checkpoints.apply(chosen),
                lambda: checkpoints.delete(chosen),
                lambda: checkpoints.delete(chosen, subtree=True),
                lambda: checkpoints.clear_state(chosen),
                lambda: chosen.configure(name="renamed"),
            ]
        )()


def destroy(player):
    vm = player.vm()
    if vm is not None and player.random.random() < 0.2:
        player.host.virtual_machines.destroy(vm)


def wait(player):
    player.host.clock.advance(timedelta(seconds=player.random.choice([0.05, 1, 20])))


def reboot(player):
    if player.random.random() < 0.05:
        restart(player.host)


ACTIONS = [
    *([make] * 2),
    *([differ] * 2),
    *([write] * 3),
    free,
    *([change] * 4),
    machine,
    *([equip] * 2),
    *([drive] * 3),
    *([checkpoint] * 5),
    destroy,
    *([wait] * 6),
    reboot,
]


def check(host):
    assert host.filesystem.audit() == []
    assert host.virtual_disks.audit() == []
    for vm in host.virtual_machines:
        known = vm.checkpoints
        for each in (vm, *known):
            assert each.parent_checkpoint is None or each.parent_checkpoint in known


@pytest.mark.parametrize(
    ("seed", "steps"),
    [(0, 120), (1, 120), *(pytest.param(seed, 400, marks=pytest.mark.slow) for seed in range(2, 8))],
)
def test_everything_adds_up_after_every_step(make_host, seed, steps):
    host = make_host()
    player = Player(host, seed)
    done = 0
    for _ in range(steps):
        done += player.step()
        check(host)
    assert done > steps // 4
    host.clock.advance(timedelta(hours=1))
    for vm in list(host.virtual_machines):
        if vm.state.holds_memory:
            vm.turn_off()
    host.clock.advance(timedelta(hours=1))
    jobs = [host.virtual_machines.destroy(vm) for vm in list(host.virtual_machines)]
    host.clock.advance(timedelta(seconds=1))
    assert [job.error for job in jobs if not job.succeeded] == []
    check(host)
    assert list(host.checkpoints) == []
    left = (host.checkpoints.made, host.checkpoints.released, host.checkpoints.merges)
    assert left == ({}, {}, {})
