"""Hyper-V Replica: what may be replicated, and the ways of the initial replication."""

from datetime import timedelta

import pytest
from host.replica_pair import (
    GIGABYTE,
    LISTENER,
    MEGABYTE,
    RS,
    Pair,
    events,
    machine,
    replicated,
    servers,
    states,
    terms,
    write,
    written,
)

from emulator.host import InvalidState
from emulator.host.errors import InvalidParameter, NotSupported
from emulator.host.replication.initial_replica import import_initial
from emulator.host.replication.initial_replication import start_initial, stop_initial
from emulator.host.replication.replication import (
    enable,
    modify,
)
from emulator.host.replication.replication import (
    test_connection as connection_test,
)
from emulator.host.replication.replication_relationship import (
    InitialReplication,
    ReplicationHealth,
    ReplicationMode,
    mode_of,
)
from emulator.host.replication.replication_settings import AuthorizationEntry, ReplicationAuthentication
from emulator.host.replication.replication_terms import all_disks


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
