"""Hyper-V Replica between two and three hosts of one process."""

import threading
from datetime import timedelta

import pytest
from host.audit import audit

from emulator.host import InstalledSystem, InvalidState, SwitchKind
from emulator.host.errors import InvalidParameter, NotSupported
from emulator.host.guest.guest_network import GuestNetworkSettings
from emulator.host.guest.key_value_pairs import PairSource
from emulator.host.neighbourhood import Neighbourhood
from emulator.host.replication.failback import become_primary, fail_back
from emulator.host.replication.initial_replica import import_initial
from emulator.host.replication.initial_replication import start_initial, stop_initial
from emulator.host.replication.planned_failover import cancel_preparation, prepare
from emulator.host.replication.replica_server import recovery_points
from emulator.host.replication.replication import (
    enable,
    modify,
    remove,
    resume,
    set_authorization_entry,
    suspend,
)
from emulator.host.replication.replication import (
    test_connection as connection_test,
)
from emulator.host.replication.replication_failover import commit_failover, fail_over, revert
from emulator.host.replication.replication_relationship import (
    HealthIssue,
    InitialReplication,
    ReplicationHealth,
    ReplicationMode,
    ReplicationState,
    ReplicationTerms,
    ReplicationType,
    mode_of,
)
from emulator.host.replication.replication_settings import AuthorizationEntry, ReplicationAuthentication
from emulator.host.replication.replication_terms import all_disks
from emulator.host.replication.resynchronization import resynchronize
from emulator.host.replication.reverse_replication import reverse
from emulator.host.replication.testing_failover import start_test
from emulator.host.replication.testing_failover import test_replica as find_test_replica

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


@pytest.fixture
def pair(make_host):
    """Two servers; whatever a test does to them, both are sound at its end."""
    made = servers(make_host)
    yield made
    for host in made.hosts:
        assert audit(host) == []
        assert host.virtual_disks.audit() == []
        assert host.filesystem.audit() == []


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


# -- enabling ---------------------------------------------------------------------------------


def test_enabling_makes_a_replica_that_is_off_and_waits(pair):
    vm = machine(pair)
    pair.done(enable(vm, terms(vm)))
    replica = pair[1].virtual_machines[vm.id]
    assert states(vm, replica) == (RS.READY, RS.WAITING)
    assert (mode_of(vm), mode_of(replica)) == (ReplicationMode.PRIMARY, ReplicationMode.REPLICA)
    assert replica.name == "web"
    assert replica.memory.startup == GIGABYTE
    assert replica.files.configuration.startswith("D:\\Replica\\Hyper-V Replica\\")
    assert vm.relationships[0].terms.recovery_host == "HV02.contoso.local"
    assert replica.relationships[0].terms.primary_host == "HV01.contoso.local"
    with pytest.raises(InvalidState):
        replica.start()


def test_the_initial_replication_is_a_job_with_progress_and_takes_as_long_as_its_bytes(pair):
    vm = machine(pair)
    for at in range(8):
        vm.hard_disk_drives[0].virtual_disk.write(at * GIGABYTE, GIGABYTE)
    pair.done(enable(vm, terms(vm)))
    pair.done(start_initial(vm))
    job = next(job for job in pair[0].jobs if job.type == 116)
    pair.advance(10)
    assert 20 < job.percent_complete < 80
    assert vm.relationships[0].state is RS.WAITING
    pair.done(job)
    replica = pair[1].virtual_machines[vm.id]
    assert states(vm, replica) == (RS.REPLICATING, RS.REPLICATING)
    path = replica.hard_disk_drives[0].path
    assert path == f"D:\\Replica\\Hyper-V Replica\\Virtual hard disks\\{vm.id}\\web0.vhdx"
    assert written(replica) == written(vm)
    assert {29170, 29174} <= set(events(pair[0]))
    assert 29176 in events(pair[1])


def test_excluded_disks_are_not_replicated(pair):
    vm = machine(pair, disks=2)
    first = all_disks(vm)[:1]
    _, replica = replicated(pair, vm, disks=first)
    assert [drive.path is None for drive in replica.hard_disk_drives] == [False, True]
    with pytest.raises(InvalidParameter):
        modify(vm, terms(vm, disks=()))


def test_checkpoints_of_the_primary_arrive_as_one_disk(pair):
    vm = machine(pair)
    write(vm, 1)
    pair.done(pair[0].checkpoints.create(vm))
    write(vm, 5)
    vm, replica = replicated(pair, vm)
    assert replica.checkpoints == []
    assert len(replica.hard_disk_drives[0].virtual_disk.chain) == 1
    assert written(replica) == written(vm)


@pytest.mark.parametrize(
    ("change", "hresult"),
    [
        (lambda host: host.replication.configure(enabled=False), 0x2EFD),
        (lambda host: host.replication.configure(http_port=8080), 0x2EFD),
        (lambda host: host.firewall.configure(LISTENER, enabled=False), 0x2EFD),
        (lambda host: host.replication.remove_entry("*.contoso.local"), 0x80070005),
        (lambda host: host.close(), 0x2EE7),
    ],
)
def test_a_server_that_does_not_let_the_primary_in_fails_the_job(pair, change, hresult):
    vm = machine(pair)
    change(pair[1])
    job = pair.finish(enable(vm, terms(vm)))
    assert job.exception.hresult == hresult
    assert job.exception.text.startswith("Hyper-V failed to enable replication for virtual machine 'web': ")
    assert not vm.relationships
    assert not len(pair[1].virtual_machines)
    assert 32000 in events(pair[0])
    probe = pair.finish(connection_test(pair[0], terms(vm)))
    assert probe.exception.hresult == hresult


def test_kerberos_needs_one_domain_and_certificates_a_certificate(make_host):
    pair = servers(make_host)
    outside = make_host(operating_system={"computer_name": "HV09"})
    outside.neighbourhood = pair[0].neighbourhood
    vm = machine(Pair([outside]))
    job = Pair([outside, pair[1]]).finish(enable(vm, terms(vm)))
    assert job.exception.hresult == 0x2EFE
    with pytest.raises(InvalidParameter):
        enable(vm, terms(vm, authentication=ReplicationAuthentication.CERTIFICATE, recovery_port=443))


def test_terms_are_checked(pair):
    vm = machine(pair)
    for wrong in (
        {"interval": 60},
        {"recovery_history": 25},
        {"consistent_interval": 4},
        {"recovery_port": 0},
    ):
        with pytest.raises(InvalidParameter):
            enable(vm, terms(vm, **wrong))
    pair.done(enable(vm, terms(vm)))
    with pytest.raises(InvalidState):
        enable(vm, terms(vm))


def test_server_2012_replicates_every_five_minutes_and_clients_not_at_all(make_host):
    pair = servers(make_host, operating_system={"release": "2012"})
    host = pair[0]
    vm = host.virtual_machines.create("old", memory=GIGABYTE)
    pair.done(host.virtual_disks.create("D:\\old.vhdx", size=GIGABYTE))
    vm.devices.add_hard_disk_drive("D:\\old.vhdx")
    with pytest.raises(InvalidParameter):
        enable(vm, terms(vm, interval=30))
    pair.done(enable(vm, terms(vm)))
    client = make_host(operating_system={"release": "11", "edition": "Enterprise"})
    other = client.virtual_machines.create("vm", 2, memory=GIGABYTE)
    with pytest.raises(NotSupported):
        enable(other, terms(other))
    for change in (
        lambda: client.replication.configure(enabled=True),
        lambda: client.replication.set_up(any_server=True, storage="C:\\Replica", enabled=True),
        lambda: client.replication.add_entry(AuthorizationEntry("*", "C:\\Replica", "any")),
        lambda: client.settings.configure(virtual_machine_migration_enabled=True),
    ):
        with pytest.raises(NotSupported):
            change()
    assert [client.replication.enabled, client.replication.entries] == [False, ()]
    assert not client.migration.enabled


# -- other ways of the initial replication ----------------------------------------------------


def test_it_can_be_scheduled_and_stopped(pair):
    vm = machine(pair)
    pair.done(enable(vm, terms(vm)))
    later = pair[0].clock.now() + timedelta(hours=2)
    pair.done(start_initial(vm, start=later))
    assert vm.relationships[0].state is RS.READY
    pair.done(stop_initial(vm.relationships[0]))
    pair.advance(3 * 3600)
    assert vm.relationships[0].state is RS.READY
    pair.done(start_initial(vm, start=pair[0].clock.now() + timedelta(hours=2)))
    pair.advance(2 * 3600 + 60)
    assert vm.relationships[0].state is RS.REPLICATING
    with pytest.raises(InvalidState):
        start_initial(vm)


def carry(pair, source, target):
    """Somebody copies the bytes of a folder's files to the other host."""
    here, there = (each.filesystem for each in pair)
    there.make_directory(target)
    for entry in here.list(source):
        parts = range(0, entry.size, 1 << 20)
        data = b"".join(here.read_part(entry.path, at, 1 << 20) for at in parts)
        there.write(f"{target}\\{entry.path.rpartition(chr(92))[2]}", data)


@pytest.mark.parametrize(
    "text", [b"", b"[]", b"{}", b'{"machine": "x", "moment": "never", "disks": []}', b'{"disks": [[1]]}']
)
def test_a_folder_with_another_file_in_it_is_no_initial_replica(pair, text):
    vm = machine(pair)
    pair.done(enable(vm, terms(vm)))
    pair.done(start_initial(vm, InitialReplication.EXPORT, folder="D:\\Out"))
    pair[1].filesystem.make_directory("D:\\In")
    pair[1].filesystem.write("D:\\In\\initial replica.json", text)
    with pytest.raises(InvalidParameter):
        import_initial(pair[1].virtual_machines[vm.id], "D:\\In")


def test_it_travels_in_a_folder_and_what_was_written_meanwhile_follows(pair):
    vm = machine(pair)
    write(vm, 1)
    pair.done(enable(vm, terms(vm)))
    pair.done(start_initial(vm, InitialReplication.EXPORT, folder="D:\\Out"))
    assert pair[0].filesystem.exists(f"D:\\Out\\web_{vm.id}\\web0.vhdx")
    assert vm.relationships[0].state is RS.WAITING
    write(vm, 9)
    pair.advance(600)
    replica = pair[1].virtual_machines[vm.id]
    assert replica.relationships[0].state is RS.WAITING
    # Somebody carries the folder to the other host.
    carry(pair, f"D:\\Out\\web_{vm.id}", "D:\\In")
    pair.done(import_initial(replica, "D:\\In"))
    # The files hold zeros where a guest wrote; the note beside them says where that was.
    assert MEGABYTE in written(replica)
    assert 9 * MEGABYTE not in written(replica)
    for _ in range(3):
        pair.advance(310)
    assert states(vm, replica) == (RS.REPLICATING, RS.REPLICATING)
    # What was written since then came over the network.
    assert written(replica) == written(vm)
    disks = [each.hard_disk_drives[0].virtual_disk for each in (replica, vm)]
    assert len({(disk.size, disk.installed_system) for disk in disks}) == 1


def test_a_copy_on_the_replica_server_is_compared(pair):
    vm = machine(pair)
    write(vm, 1)
    copy = pair[1].virtual_machines.create("web", 2, memory=GIGABYTE, identifier=vm.id)
    pair.done(pair[1].virtual_disks.create("D:\\copy.vhdx", size=10 * GIGABYTE))
    copy.devices.add_hard_disk_drive("D:\\copy.vhdx")
    pair.done(enable(copy, terms(copy)))
    assert states(copy, copy) == (RS.WAITING, RS.WAITING)
    pair.done(enable(vm, terms(vm)))
    pair.done(start_initial(vm, InitialReplication.SEEDED))
    pair.settle()
    assert states(vm, copy) == (RS.REPLICATING, RS.REPLICATING)
    assert copy.hard_disk_drives[0].path == "D:\\copy.vhdx"
    assert written(copy) == written(vm)


def test_a_failed_initial_replication_can_be_started_again(pair):
    vm = machine(pair)
    pair.done(enable(vm, terms(vm)))
    pair[1].replication.configure(enabled=False)
    pair.done(start_initial(vm))
    pair.settle()
    relationship = vm.relationships[0]
    assert relationship.state is RS.READY
    assert relationship.health is ReplicationHealth.CRITICAL
    pair[1].replication.configure(enabled=True)
    pair.done(start_initial(vm))
    pair.settle()
    assert relationship.state is RS.REPLICATING
    assert relationship.health is ReplicationHealth.OK


# -- cycles -----------------------------------------------------------------------------------


def test_changes_follow_in_cycles_and_are_counted(pair):
    vm, replica = replicated(pair)
    write(vm, 3)
    assert vm.relationships[0].pending_size == MEGABYTE
    pair.advance(300)
    assert written(replica) == written(vm)
    assert vm.relationships[0].pending_size == 0
    counted = vm.relationships[0].statistics
    assert (counted.successes, counted.total_size, counted.greatest_size) == (1, MEGABYTE, MEGABYTE)
    pair.advance(3600)
    assert counted.successes == 13
    assert vm.relationships[0].health is ReplicationHealth.OK


def test_the_frequency_of_the_terms_counts(pair):
    vm, replica = replicated(pair, interval=30)
    write(vm, 3)
    pair.advance(30)
    assert written(replica) == written(vm)
    pair.done(modify(vm, terms(vm, interval=900)))
    before = vm.relationships[0].statistics.successes
    pair.advance(899)
    assert vm.relationships[0].statistics.successes == before
    pair.advance(2)
    assert vm.relationships[0].statistics.successes == before + 1


def test_what_a_merge_brings_together_is_tracked_on(pair):
    vm, replica = replicated(pair)
    pair.done(pair[0].checkpoints.create(vm))
    write(vm, 4)
    pair.done(pair[0].checkpoints.delete(vm.checkpoints[0]))
    pair.advance(60)
    write(vm, 8)
    pair.advance(300)
    assert written(replica) == written(vm)
    assert len(written(replica)) == 2 * MEGABYTE


def test_recovery_points_are_kept_hourly_and_the_oldest_go(pair):
    vm, replica = replicated(pair, recovery_history=3)
    for hour in range(5):
        write(vm, hour)
        pair.advance(3600)
        pair.settle()
    points = recovery_points(replica)
    assert len(points) == 3
    assert {point.replication_type for point in points} == {ReplicationType.REGULAR}
    assert " - Standard Replica - (" in points[0].name
    assert [len(written(point)) // MEGABYTE for point in points] == [3, 4, 5]
    pair.done(modify(vm, terms(vm, recovery_history=1)))
    assert len(recovery_points(replica)) == 1


def test_application_consistent_points_need_a_guest_that_answers(pair):
    vm, replica = replicated(pair, recovery_history=2, consistent_interval=1)
    pair.done(vm.start())
    pair.advance(30)
    pair.advance(3600)
    assert replica.relationships[0].last_consistent_time is not None
    assert ReplicationType.APPLICATION_CONSISTENT in {
        each.replication_type for each in recovery_points(replica)
    }
    vm.guest.hang()
    pair.advance(3600)
    assert vm.relationships[0].statistics.consistent_failures == 1


def test_a_server_that_is_away_is_tried_again_and_gets_everything(pair):
    vm, replica = replicated(pair)
    pair[1].replication.configure(enabled=False)
    write(vm, 3)
    pair.advance(600)
    relationship = vm.relationships[0]
    assert relationship.state is RS.REPLICATING
    assert relationship.statistics.network_failures == 2
    assert {32022, 32315} <= set(events(pair[0]))
    assert 32086 not in events(pair[0])
    assert HealthIssue.MISSED_CYCLES in [issue for issue, _ in relationship.issues()]
    pair[1].replication.configure(enabled=True)
    pair.advance(300)
    assert written(replica) == written(vm)
    assert relationship.failures == 0


def test_too_many_failures_stop_it_until_it_is_resumed(pair):
    vm, replica = replicated(pair)
    pair[1].replication.configure(enabled=False)
    write(vm, 3)
    pair.advance(3600)
    relationship = vm.relationships[0]
    assert relationship.state is RS.CRITICAL
    assert 32086 in events(pair[0])
    assert relationship.health is ReplicationHealth.CRITICAL
    pair[1].replication.configure(enabled=True)
    pair.done(resume(relationship))
    pair.settle()
    assert relationship.state is RS.REPLICATING
    assert written(replica) == written(vm)


def test_a_replica_that_was_removed_stops_its_primary(pair):
    vm, replica = replicated(pair)
    pair.done(remove(replica))
    assert mode_of(replica) is ReplicationMode.NONE
    pair.done(replica.start())
    pair.advance(300)
    assert vm.relationships[0].state is RS.CRITICAL
    pair.done(remove(vm))
    assert not vm.relationships
    assert not pair[0].replication.relationships
    pair.advance(600)


def test_the_last_replication_too_long_ago_is_a_warning(pair):
    _vm, replica = replicated(pair)
    pair[0].neighbourhood.leave(pair[0])
    pair.advance(3700)
    relationship = replica.relationships[0]
    assert relationship.health is ReplicationHealth.WARNING
    assert HealthIssue.LAST_REPLICATION_OLD in [issue for issue, _ in relationship.issues()]


def test_suspended_it_waits_and_resumed_it_catches_up(pair):
    vm, replica = replicated(pair)
    relationship = vm.relationships[0]
    pair.done(suspend(relationship))
    write(vm, 3)
    pair.advance(900)
    assert relationship.state is RS.SUSPENDED
    assert not written(replica)
    assert relationship.health is ReplicationHealth.WARNING
    with pytest.raises(InvalidState):
        suspend(relationship)
    pair.done(resume(relationship))
    pair.settle()
    assert written(replica) == written(vm)


def test_a_suspended_replica_refuses(pair):
    vm, replica = replicated(pair)
    pair.done(suspend(replica.relationships[0]))
    pair.advance(300)
    assert vm.relationships[0].state is RS.CRITICAL
    pair.done(resume(replica.relationships[0]))
    pair.done(resume(vm.relationships[0]))
    pair.settle()
    assert states(vm, replica) == (RS.REPLICATING, RS.REPLICATING)


def test_an_applied_checkpoint_needs_a_resynchronization(pair):
    vm, replica = replicated(pair)
    pair.done(pair[0].checkpoints.create(vm))
    write(vm, 3)
    pair.advance(300)
    assert written(replica)
    pair.done(pair[0].checkpoints.apply(vm.checkpoints[0]))
    pair.advance(300)
    relationship = vm.relationships[0]
    assert relationship.state is RS.WAITING_FOR_RESYNCHRONIZATION
    assert relationship.health is ReplicationHealth.CRITICAL
    assert 32544 in events(pair[0])
    pair.done(resume(relationship))
    assert states(vm, replica) == (RS.REPLICATING, RS.REPLICATING)
    assert not written(replica)


def test_a_resynchronization_begins_by_itself_in_its_hours(pair):
    vm, replica = replicated(
        pair,
        auto_resynchronize=True,
        resynchronize_from=timedelta(0),
        resynchronize_until=timedelta(hours=23, minutes=59),
    )
    pair.done(pair[0].checkpoints.create(vm))
    pair.done(pair[0].checkpoints.apply(vm.checkpoints[0]))
    pair.advance(310)
    assert states(vm, replica) == (RS.REPLICATING, RS.REPLICATING)
    later = pair[0].clock.now() + timedelta(hours=1)
    pair.done(resynchronize(vm.relationships[0], later))
    assert vm.relationships[0].state is RS.WAITING_FOR_RESYNCHRONIZATION
    pair.advance(3700)
    assert vm.relationships[0].state is RS.REPLICATING


def test_another_trust_group_is_refused_until_it_is_allowed(pair):
    vm, replica = replicated(pair)
    server = pair[1].replication
    server.add_entry(AuthorizationEntry("HV01.contoso.local", "D:\\Other", "others"))
    pair.advance(300)
    assert vm.relationships[0].state is RS.CRITICAL
    set_authorization_entry(replica, "HV01.contoso.local", "others")
    pair.done(resume(vm.relationships[0]))
    pair.settle()
    assert vm.relationships[0].state is RS.REPLICATING


# -- failover ---------------------------------------------------------------------------------


def test_a_planned_failover_loses_nothing_and_is_reversed(pair):
    vm, replica = replicated(pair, recovery_history=2)
    replica.failover_network = {
        replica.network_adapters[0].id: GuestNetworkSettings(
            False, ("198.51.100.7",), ("255.255.255.0",), ("198.51.100.1",), ()
        )
    }
    write(vm, 6)
    pair.done(prepare(vm))
    assert vm.relationships[0].state is RS.SYNCHRONIZED
    with pytest.raises(InvalidState):
        vm.start()
    replica.network_adapters[0].connect(pair[1].virtual_switches.create("LAN", SwitchKind.INTERNAL))
    pair.done(fail_over(replica))
    assert replica.relationships[0].state is RS.RECOVERED
    assert replica.relationships[0].failed_over is ReplicationType.PLANNED
    assert written(replica) == written(vm)
    pair.done(replica.start())
    pair.advance(30)
    assert replica.guest.addresses_of(replica.network_adapters[0])[0] == "198.51.100.7"
    write(replica, 7)
    pair.done(reverse(replica, terms(replica, "HV01")))
    assert states(replica, vm) == (RS.REPLICATING, RS.REPLICATING)
    assert (mode_of(replica), mode_of(vm)) == (ReplicationMode.PRIMARY, ReplicationMode.REPLICA)
    pair.advance(300)
    assert written(vm) == written(replica)
    assert 7 * MEGABYTE in written(vm)
    assert not recovery_points(replica)
    with pytest.raises(InvalidState):
        vm.start()


def test_a_preparation_is_cancelled_and_needs_a_machine_that_is_off(pair):
    vm, replica = replicated(pair)
    pair.done(prepare(vm))
    pair.done(cancel_preparation(vm))
    assert vm.relationships[0].state is RS.REPLICATING
    pair.done(vm.start())
    with pytest.raises(InvalidState):
        prepare(vm)
    write(vm, 3)
    pair.advance(310)
    assert written(replica) == written(vm)


def test_a_preparation_that_fails_leaves_the_primary_replicating(pair):
    vm, replica = replicated(pair)
    write(vm, 3)
    pair[1].replication.configure(enabled=False)
    assert pair.finish(prepare(vm)).exception.hresult == 0x2EFD
    pair[1].replication.configure(enabled=True)
    pair.advance(310)
    assert vm.relationships[0].state is RS.REPLICATING
    assert written(replica) == written(vm)


def test_an_unplanned_failover_goes_to_a_recovery_point_and_back(pair):
    vm, replica = replicated(pair, recovery_history=4)
    for megabyte in range(3):
        write(vm, megabyte)
        pair.advance(3600)
    first = recovery_points(replica)[0]
    pair.done(fail_over(replica, first))
    assert replica.relationships[0].failed_over is ReplicationType.REGULAR
    assert len(written(replica)) == MEGABYTE
    pair.done(replica.start())
    with pytest.raises(InvalidState):
        revert(replica)
    pair.done(replica.turn_off())
    pair.done(revert(replica))
    assert replica.relationships[0].state is RS.REPLICATING
    assert len(written(replica)) == 3 * MEGABYTE
    assert len(recovery_points(replica)) == 3


def test_a_committed_failover_is_reversed_with_a_new_initial_replication(pair):
    vm, replica = replicated(pair, recovery_history=2)
    write(vm, 1)
    pair.advance(3600)
    pair.done(fail_over(replica))
    pair.done(commit_failover(replica))
    assert replica.relationships[0].state is RS.COMMITTED
    assert not recovery_points(replica)
    with pytest.raises(InvalidState):
        revert(replica)
    write(vm, 5)
    write(replica, 9)
    pair.done(reverse(replica, terms(replica, "HV01")))
    assert states(replica, vm) == (RS.READY, RS.WAITING)
    pair.done(start_initial(replica, InitialReplication.SEEDED))
    pair.settle()
    assert states(replica, vm) == (RS.REPLICATING, RS.REPLICATING)
    assert written(vm) == written(replica)


def test_a_reverse_that_the_old_primary_refuses_changes_nothing(pair):
    vm, replica = replicated(pair)
    pair.done(fail_over(replica))
    pair.done(vm.start())
    assert pair.finish(reverse(replica, terms(replica, "HV01"))).exception is not None
    assert replica.relationships[0].state is RS.RECOVERED
    assert not replica.relationships[0].is_source
    assert vm.relationships[0].is_source


def test_a_failback_brings_the_old_primary_up_to_date(pair):
    vm, replica = replicated(pair)
    with pytest.raises(InvalidState):
        fail_over(vm)
    pair.done(fail_over(replica))
    pair.done(replica.start())
    write(replica, 4)
    assert pair.finish(fail_back(vm)).exception is not None
    pair.done(replica.turn_off())
    pair.done(fail_back(vm))
    assert vm.relationships[0].state is RS.FAILBACK_COMPLETE
    assert written(vm) == written(replica)
    pair.done(become_primary(vm))
    assert states(vm, replica) == (RS.REPLICATING, RS.REPLICATING)
    write(vm, 8)
    pair.advance(310)
    assert written(vm) == written(replica)


def test_a_failback_to_a_recovery_point_brings_its_state(pair):
    vm, replica = replicated(pair, recovery_history=4)
    for megabyte in range(3):
        write(vm, megabyte)
        pair.advance(3600)
    first = recovery_points(replica)[0]
    pair.done(fail_over(replica))
    write(replica, 9)
    missing = pair.finish(fail_back(vm, "11111111-2222-3333-4444-555555555555"))
    assert "was not found" in missing.error.text
    assert vm.relationships[0].state is RS.REPLICATING
    pair.done(fail_back(vm, first.id.lower()))
    assert vm.relationships[0].state is RS.FAILBACK_COMPLETE
    assert len(written(vm)) == MEGABYTE


def test_a_test_failover_runs_beside_the_replication(pair):
    vm, replica = replicated(pair)
    write(vm, 1)
    pair.advance(300)
    job = pair.done(start_test(replica))
    test = find_test_replica(replica)
    assert test in job.affected
    assert test.name == "web - Test"
    assert mode_of(test) is ReplicationMode.TEST_REPLICA
    assert written(test) == written(vm)
    assert test.network_adapters[0].switch is None
    pair.done(test.start())
    write(test, 5)
    write(vm, 2)
    pair.advance(310)
    assert written(replica) == written(vm)
    with pytest.raises(InvalidState):
        start_test(replica)
    pair.done(test.turn_off())
    files = [drive.path for drive in test.hard_disk_drives]
    pair.done(pair[1].virtual_machines.destroy(test))
    pair.settle()
    assert find_test_replica(replica) is None
    assert not recovery_points(replica)
    assert not any(pair[1].filesystem.exists(path) for path in files)
    assert written(replica) == written(vm)
    assert len(replica.hard_disk_drives[0].virtual_disk.chain) == 1


# -- extended replication ---------------------------------------------------------------------


def test_a_replica_is_extended_to_a_third_host(make_host):
    trio = servers(make_host, 3)
    vm, replica = replicated(trio)
    with pytest.raises(InvalidParameter):
        enable(replica, terms(replica, "HV03", interval=30))
    trio.done(enable(replica, terms(replica, "HV03")))
    extended = trio[2].virtual_machines[vm.id]
    assert mode_of(extended) is ReplicationMode.EXTENDED_REPLICA
    assert mode_of(replica) is ReplicationMode.REPLICA
    trio.done(start_initial(replica))
    trio.settle()
    write(vm, 3)
    trio.advance(320)
    trio.advance(320)
    assert replica.relationships[1].state is RS.REPLICATING
    assert written(extended) == written(vm)
    with pytest.raises(InvalidState):
        enable(extended, terms(extended, "HV01"))


# -- the rest ---------------------------------------------------------------------------------


def test_a_destroyed_primary_ends_its_replication(pair):
    vm, replica = replicated(pair)
    pair.done(pair[0].virtual_machines.destroy(vm))
    pair.advance(900)
    assert not pair[0].replication.relationships
    assert replica.relationships


def test_a_reset_forgets_everything(pair):
    vm, _ = replicated(pair)
    relationship = vm.relationships[0]
    pair[0].reset()
    assert not relationship.is_live
    pair.advance(900)


def test_pairs_and_files_of_the_guest_are_replicated_with_its_disks(pair):
    vm, replica = replicated(pair)
    vm.guest.pairs.add(PairSource.GUEST, {"version": "2"})
    vm.guest.pairs.add(PairSource.HOST_ONLY, {"owner": "me"})
    replica.guest.pairs.add(PairSource.HOST, {"site": "two"})
    pair.advance(300)
    assert replica.guest.pairs.items(PairSource.GUEST) == {"version": "2"}
    assert replica.guest.pairs.items(PairSource.HOST_ONLY) == {"owner": "me"}
    assert replica.guest.pairs.items(PairSource.HOST) == {"site": "two"}
    pair.done(modify(vm, terms(vm, host_only_pairs=False)))
    vm.guest.pairs.replace(PairSource.HOST_ONLY, {"owner": "you"})
    pair.advance(300)
    assert replica.guest.pairs.items(PairSource.HOST_ONLY) == {"owner": "me"}


def test_two_hosts_that_replicate_to_each_other_do_not_wait_for_each_other(pair):
    there = pair[1]
    vm, replica = replicated(pair, interval=30)
    other = there.virtual_machines.create("db", 2, memory=GIGABYTE)
    pair.done(there.virtual_disks.create("D:\\db.vhdx", size=10 * GIGABYTE))
    other.devices.add_hard_disk_drive("D:\\db.vhdx")
    pair.done(enable(other, terms(other, "HV01", interval=30)))
    pair.done(start_initial(other))
    pair.settle()
    begin = threading.Barrier(2)

    def run(host, machine):
        begin.wait(10)
        for step in range(60):
            write(machine, step)
            host.clock.advance(timedelta(seconds=30))

    threads = [
        threading.Thread(target=run, args=each, daemon=True) for each in ((pair[0], vm), (there, other))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
        assert not thread.is_alive()
    pair.advance(30)
    assert written(replica) == written(vm)
    assert written(pair[0].virtual_machines[other.id]) == written(other)
