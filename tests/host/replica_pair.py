"""Replica servers whose clocks move together, and a machine on the first of them."""

from datetime import timedelta

from emulator.host import InstalledSystem
from emulator.host.neighbourhood import Neighbourhood
from emulator.host.replication.initial_replication import start_initial
from emulator.host.replication.replication import (
    enable,
)
from emulator.host.replication.replication_relationship import (
    ReplicationState,
    ReplicationTerms,
)
from emulator.host.replication.replication_settings import AuthorizationEntry
from emulator.host.replication.replication_terms import all_disks

GIGABYTE = 1 << 30
MEGABYTE = 1 << 20
RS = ReplicationState
LISTENER = "VIRT-HVRHTTPL-In-TCP-NoScope"


class Pair:
    """Two or three replica servers of one domain with clocks that move together."""

    def __init__(self, hosts):
        self.hosts = hosts

    def __getitem__(self, index):
        return self.hosts[index]

    def advance(self, seconds):
        """In steps: an errand runs when a step has ended."""
        for host in self.hosts:
            host.clock.advance(timedelta(seconds=seconds))

    def settle(self):
        """Let the transfers end that a job began."""
        self.advance(10)

    def finish(self, job):
        while not job.finished:
            self.advance(0.5)
        return job

    def done(self, job):
        self.finish(job).raise_if_failed()
        return job


def servers(make_host, count=2, **changes):
    together = Neighbourhood()
    hosts = []
    for number in range(1, count + 1):
        own = {"computer_name": f"HV0{number}", "domain": "contoso.local"}
        host = make_host(operating_system=own | changes.get("operating_system", {}))
        together.join(host)
        host.replication.configure(enabled=True)
        host.firewall.configure(LISTENER, enabled=True)
        host.replication.add_entry(AuthorizationEntry("*.contoso.local", "D:\\Replica", "all"))
        hosts.append(host)
    return Pair(hosts)


def machine(pair, *, disks=1):
    host = pair[0]
    vm = host.virtual_machines.create("web", 2, memory=GIGABYTE)
    host.filesystem.make_directory("D:\\VHD", exist_ok=True)
    for number in range(disks):
        path = f"D:\\VHD\\web{number}.vhdx"
        pair.done(host.virtual_disks.create(path, size=10 * GIGABYTE))
        vm.devices.add_hard_disk_drive(path)
    vm.devices.add_network_adapter("NIC")
    vm.guest.install(InstalledSystem("Windows Server 2022", "WEB", ("192.0.2.9",), 5.0))
    return vm


def terms(vm, server="HV02", **changes):
    wanted = {"recovery_connection_point": server, "recovery_port": 80, "disks": all_disks(vm), **changes}
    return ReplicationTerms(**wanted)


def replicated(pair, vm=None, **changes):
    """A machine whose initial replication is complete, and its replica."""
    vm = machine(pair) if vm is None else vm
    pair.done(enable(vm, terms(vm, **changes)))
    pair.done(start_initial(vm))
    pair.settle()
    return vm, pair[1].virtual_machines[vm.id]


def states(vm, replica):
    return vm.relationships[0].state, replica.relationships[0].state


def written(vm, number=0):
    disk = vm.hard_disk_drives[number].virtual_disk
    found = disk.leaf.written
    for lower in disk.chain[1:]:
        found |= lower.written
    return found


def write(vm, megabyte, number=0):
    vm.hard_disk_drives[number].virtual_disk.write(megabyte * MEGABYTE, MEGABYTE)


def events(host):
    return [entry.event_id for entry in host.event_log.entries("Microsoft-Windows-Hyper-V-VMMS-Admin")]
