"""Hyper-V Replica: planned, unplanned and test failovers, the ways back, and extended replication."""

import pytest
from host.replica_pair import MEGABYTE, RS, replicated, servers, states, terms, write, written

from emulator.host import InvalidState, SwitchKind
from emulator.host.errors import InvalidParameter
from emulator.host.guest.guest_network import GuestNetworkSettings
from emulator.host.replication.failback import become_primary, fail_back
from emulator.host.replication.initial_replication import start_initial
from emulator.host.replication.planned_failover import cancel_preparation, prepare
from emulator.host.replication.replica_server import recovery_points
from emulator.host.replication.replication import (
    enable,
)
from emulator.host.replication.replication_failover import commit_failover, fail_over, revert
from emulator.host.replication.replication_relationship import (
    InitialReplication,
    ReplicationMode,
    ReplicationType,
    mode_of,
)
from emulator.host.replication.reverse_replication import reverse
from emulator.host.replication.testing_failover import start_test
from emulator.host.replication.testing_failover import test_replica as find_test_replica


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
