"""Hyper-V Replica: cycles, recovery points, resynchronization, and the end of a replication."""

import threading
from datetime import timedelta

import pytest
from host.replica_pair import (
    GIGABYTE,
    MEGABYTE,
    RS,
    events,
    replicated,
    states,
    terms,
    write,
    written,
)

from emulator.host import InvalidState
from emulator.host.guest.key_value_pairs import PairSource
from emulator.host.replication.initial_replication import start_initial
from emulator.host.replication.replica_server import recovery_points
from emulator.host.replication.replication import (
    enable,
    modify,
    remove,
    resume,
    set_authorization_entry,
    suspend,
)
from emulator.host.replication.replication_relationship import (
    HealthIssue,
    ReplicationHealth,
    ReplicationMode,
    ReplicationType,
    mode_of,
)
from emulator.host.replication.replication_settings import AuthorizationEntry
from emulator.host.replication.resynchronization import resynchronize


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
