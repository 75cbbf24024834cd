"""Each event that the facts name: whether it is written, when, and with which level. Those that nothing here can
bring about are named as such, so that none is forgotten."""

from __future__ import annotations

from datetime import timedelta

import pytest

from emulator.host import EventLevel, Host
from emulator.host.neighbourhood import Neighbourhood
from tests.host.conftest import START

HYPERVISOR = "Microsoft-Windows-Hyper-V-Hypervisor"
WORKER = "Microsoft-Windows-Hyper-V-Worker"
MANAGEMENT = "Microsoft-Windows-Hyper-V-VMMS"
#: What no emulated machine can come to: a broken file of the hypervisor, settings of Trusted Execution, a loader
#: that fails.
NEVER = {32, 33, 34, 60, 80}
OLD = {"model_number": 79, "threads_per_core": 2}
AMD = {"vendor": "AMD", "model": "AMD EPYC 7763", "family": 25, "model_number": 1, "stepping": 1}


def system(release, edition="Datacenter"):
    return {"release": release, "edition": edition}


def processor(**features):
    return {"hardware": {"processor": features}}


#: Hypervisor event -> what brings it about at the first boot, and its level.
AT_BOOT = {
    1: ({}, EventLevel.INFORMATION),
    2: ({}, EventLevel.INFORMATION),
    129: ({}, EventLevel.INFORMATION),
    5: ({"hyper_v": {"hypervisor_launch": "off"}}, EventLevel.INFORMATION),
    41: (processor(virtualization={"enabled": False}), EventLevel.ERROR),
    42: (processor(**AMD, virtualization={"enabled": False}), EventLevel.ERROR),
    44: (processor(dep={"enabled": False}), EventLevel.ERROR),
    59: (processor(slat=False), EventLevel.ERROR),
    156: (processor(**OLD) | {"operating_system": system("2016")}, EventLevel.WARNING),
    157: (processor(**OLD) | {"operating_system": system("11", "Professional")}, EventLevel.WARNING),
}


def of(host, log, source):
    return [entry for entry in host.event_log.entries(log) if entry.source == source]


@pytest.mark.parametrize("number", AT_BOOT)
def test_an_event_of_the_hypervisor_is_written_at_the_first_boot(make_host, number):
    changes, level = AT_BOOT[number]
    booted = START - timedelta(days=3)
    facts = {"last_boot": booted.isoformat(), **changes.get("operating_system", {})}
    host = make_host(**{**changes, "operating_system": facts})
    found = {entry.event_id: entry for entry in of(host, "System", HYPERVISOR)}
    assert (found[number].level, found[number].time) == (level, booted)
    if number in (1, 2, 129, 156, 157):
        assert host.hypervisor.running
        assert 1 in found
    else:
        assert not host.hypervisor.running
        assert set(found) == {number}


def test_the_facts_name_no_other_event_of_the_hypervisor():
    assert set(AT_BOOT) | NEVER == {1, 2, 5, 32, 33, 34, 41, 42, 44, 59, 60, 80, 129, 156, 157}


@pytest.mark.parametrize(
    "changes",
    [
        {},
        processor(threads_per_core=2),
        processor(model_number=85, stepping=7, threads_per_core=2),
        processor(model_number=79, threads_per_core=1),
    ],
)
def test_processors_without_the_weakness_are_not_warned_of(make_host, changes):
    host = make_host(**changes, operating_system=system("2016"))
    assert not {156, 157} & {entry.event_id for entry in of(host, "System", HYPERVISOR)}


def test_the_first_boot_is_in_the_log_at_its_time(make_host):
    booted = START - timedelta(days=3)
    host = make_host(operating_system={"last_boot": booted.isoformat(), "boot_seconds": 20})
    found = [(each.event_id, each.time - booted) for each in host.event_log.entries("System")]
    kernel = [(number, timedelta(0)) for number in (12, 20, 25, 27, 18, 32, 1, 2, 129)]
    services = [(number, timedelta(seconds=20)) for number in (6009, 6005, 6013)]
    assert found == [*kernel, *services]
    (started,) = of(host, "Microsoft-Windows-Hyper-V-VMMS-Admin", MANAGEMENT)
    assert (started.event_id, started.time) == (14094, booted + timedelta(seconds=20))


def test_a_machine_without_the_role_has_no_word_of_it(make_host):
    host = make_host(hyper_v={"role": "absent"})
    assert {each.event_id for each in host.event_log.entries("System")} == {
        12,
        20,
        25,
        27,
        18,
        32,
        6009,
        6005,
        6013,
    }
    assert of(host, "Microsoft-Windows-Hyper-V-VMMS-Admin", MANAGEMENT) == []


def test_older_releases_do_not_tell_how_they_were_booted(make_host):
    host = make_host(operating_system=system("2008R2"))
    assert [each.event_id for each in host.event_log.entries("System")] == [12, 1, 6009, 6005, 6013]


def test_a_profile_that_was_reset_has_booted_again(make_host):
    host = make_host()
    before = [entry.event_id for entry in host.event_log.entries("System")]
    host.reset()
    assert [entry.event_id for entry in host.event_log.entries("System")] == before


def management_ids(host):
    return [entry.event_id for entry in of(host, "Microsoft-Windows-Hyper-V-VMMS-Admin", MANAGEMENT)]


def test_the_management_service_tells_of_its_start(host):
    host.services["vmms"].stop()
    host.services["vmms"].start()
    assert management_ids(host) == [14094, 14094]


def test_an_imported_machine_is_realized(host, finish):
    vm = host.virtual_machines.create("vm")
    finish(vm.export("D:\\Out")).raise_if_failed()
    planned = host.planned_machines.import_definition(
        f"D:\\Out\\vm\\Virtual Machines\\{vm.id}.vmcx", new_identifier=True
    )
    finish(host.planned_machines.realize(planned)).raise_if_failed()
    assert management_ids(host)[-1] == 18304


def test_a_merge_without_room_fails_and_says_why(host, finish):
    finish(host.virtual_disks.create("D:\\a.vhdx", size=4 << 30))
    vm = host.virtual_machines.create("vm")
    vm.devices.add_hard_disk_drive("D:\\a.vhdx")
    finish(host.checkpoints.create(vm)).raise_if_failed()
    vm.hard_disk_drives[0].virtual_disk.write(0, 1 << 30)
    finish(host.checkpoints.delete(vm.checkpoints[0])).raise_if_failed()
    host.filesystem.place("D:\\ballast", host.filesystem.volume("D").free)
    host.clock.advance(timedelta(seconds=10))
    assert management_ids(host)[-2:] == [19070, 19100]
    last = of(host, "Microsoft-Windows-Hyper-V-VMMS-Admin", MANAGEMENT)[-1]
    assert last.message.startswith("'vm' background disk merge failed to complete: There is not enough space")
    assert last.level is EventLevel.ERROR


@pytest.mark.parametrize("fits", [True, False])
def test_a_live_migration_tells_how_it_ended(make_profile, fits):
    here, there = (
        Host(make_profile(operating_system={"computer_name": name}), "manual", start=START)
        for name in ("HV01", "HV02")
    )
    together = Neighbourhood()
    for host in (here, there):
        together.join(host)
        host.settings.configure(virtual_machine_migration_enabled=True)
        host.migration.configure(use_any_network=True)
    vm = here.virtual_machines.create("vm")
    vm.start()
    here.clock.advance(timedelta(seconds=10))
    if not fits:
        there.settings.configure(virtual_machine_migration_enabled=False)
    job = vm.migration.move("HV02")
    for _ in range(20):
        for host in (here, there):
            host.clock.advance(timedelta(seconds=10))
    with here.looking():
        assert job.finished
        assert job.succeeded is fits
    assert management_ids(here)[-1] == (20415 if fits else 21024)
