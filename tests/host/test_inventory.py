import time

import pytest

from emulator.host import DiskKind, Host, IntegrationStatus, OutOfMemory, SwitchKind
from emulator.host import VirtualMachineState as State

GIGABYTE = 1 << 30
INVENTORY = {
    "virtual_switches": [{"name": "lan", "kind": "internal"}],
    "virtual_disks": [
        {"path": "D:\\vm\\base.vhdx", "size": "40 GB", "used": "6 GB"},
        {"path": "D:\\vm\\web.vhdx", "kind": "differencing", "parent": "D:\\vm\\base.vhdx"},
    ],
    "virtual_machines": [
        {
            "name": "web",
            "generation": 2,
            "processors": 2,
            "memory": {"startup": "2 GB", "dynamic": True, "maximum": "4 GB"},
            "hard_disks": [{"path": "D:\\vm\\web.vhdx"}],
            "dvd_drives": [{"path": "D:\\iso\\setup.iso", "controller": "SCSI"}],
            "network_adapters": [{"switch": "lan"}, {"mac_address": "02-00-00-00-00-01"}],
            "state": "running",
            "notes": "front",
            "guest": {"operating_system": "Ubuntu", "host_name": "web", "ipv4_addresses": ["192.0.2.9"]},
        },
        {"name": "old", "state": "saved", "memory": {"startup": "1 GB"}},
        {"name": "held", "state": "paused"},
    ],
}


@pytest.fixture
def seeded(make_host):
    return make_host(inventory=INVENTORY)


def test_the_inventory_of_the_profile_exists_at_once_without_jobs(seeded):
    web, old, held = seeded.virtual_machines
    assert [vm.state for vm in (web, old, held)] == [State.RUNNING, State.SAVED, State.PAUSED]
    assert len(seeded.jobs) == 0
    assert (web.generation, web.processor.count, web.notes) == (2, 2, "front")
    assert (web.memory.startup, web.memory.dynamic, web.memory.maximum) == (2 * GIGABYTE, True, 4 * GIGABYTE)
    assert seeded.memory.assigned == 3 * GIGABYTE
    assert seeded.processes.get(web.process_id).name == "vmwp.exe"
    assert seeded.filesystem.entry(old.files.saved_state).size > GIGABYTE


def test_a_seeded_machine_that_runs_has_a_guest_that_answers(seeded):
    web = next(iter(seeded.virtual_machines))
    assert web.network_adapters[0].ip_addresses[0] == "192.0.2.9"
    assert IntegrationStatus.OK in {service.status for service in web.integration_services}


def test_seeded_disks_lie_in_the_file_system_and_know_their_machines(seeded):
    base, web = seeded.virtual_disks
    assert (base.file_size, web.kind, web.size) == (6 * GIGABYTE, DiskKind.DIFFERENCING, 40 * GIGABYTE)
    assert web.parent is base
    assert base.in_use()
    assert [drive.vm.name for drive in web.drives] == ["web"]
    assert seeded.filesystem.exists("D:\\iso\\setup.iso")


def test_seeded_adapters_have_addresses_and_switches(seeded):
    first, second = next(iter(seeded.virtual_machines)).network_adapters
    assert first.switch.kind is SwitchKind.INTERNAL
    assert first.mac_address == "00155D020A00"
    assert (second.mac_address, second.connected) == ("020000000001", False)


def test_a_new_machine_gets_none_of_the_addresses_that_the_profile_gave(seeded, finish):
    vm = seeded.virtual_machines.create("new")
    adapter = vm.devices.add_network_adapter()
    finish(vm.start())
    assert adapter.mac_address == "00155D020A01"


def test_identifiers_are_the_same_after_every_start(make_host):
    first, second = make_host(inventory=INVENTORY), make_host(inventory=INVENTORY)
    assert [vm.id for vm in first.virtual_machines] == [vm.id for vm in second.virtual_machines]
    assert [vm.network_adapters[0].id for vm in first.virtual_machines if vm.network_adapters] == [
        vm.network_adapters[0].id for vm in second.virtual_machines if vm.network_adapters
    ]
    assert [switch.id for switch in first.virtual_switches] == [
        switch.id for switch in second.virtual_switches
    ]


def test_seeded_machines_go_on_like_any_other(seeded, finish):
    web, old, held = seeded.virtual_machines
    for operation in (old.start, held.resume, web.save, old.turn_off, held.turn_off, web.start):
        finish(operation()).raise_if_failed()
    assert [vm.state for vm in (web, old, held)] == [State.RUNNING, State.OFF, State.OFF]
    finish(seeded.virtual_machines.destroy(old))
    assert len(seeded.virtual_machines) == 2


def test_nothing_runs_at_the_start_when_there_is_no_hypervisor(make_profile):
    profile = make_profile(inventory=INVENTORY)
    settings = profile.hyper_v.replaced(hypervisor_launch="off")
    host = Host(profile.replaced(hyper_v=settings), "manual")
    assert [vm.state for vm in host.virtual_machines] == [State.OFF, State.SAVED, State.OFF]


def test_a_profile_whose_running_machines_do_not_fit_names_the_one_that_does_not(make_profile):
    profile = make_profile()
    generate = profile.inventory.generate.replaced(virtual_machines=5, memory=8 * GIGABYTE, state="running")
    inventory = profile.inventory.replaced(generate=generate)
    with pytest.raises(OutOfMemory, match="vm-0000"):
        Host(profile.replaced(inventory=inventory), "manual")


def test_a_thousand_generated_machines_are_there_at_once(make_profile):
    profile = make_profile(
        inventory={
            "virtual_switches": [{"name": "lan", "kind": "private"}],
            "generate": {"virtual_machines": 1000, "memory": "64 MB", "switch": "lan"},
        }
    )
    began = time.thread_time()
    host = Host(profile, "manual")
    # Measured at 0.07 s; the bound leaves room for a busy machine.
    assert time.thread_time() - began < 1.5
    assert len(host.virtual_machines) == 1000
    assert all(vm._devices is None for vm in host.virtual_machines)
    addresses = {vm.network_adapters[0].mac_address for vm in host.virtual_machines}
    assert len(addresses) == 1000
    assert host.virtual_machines.find("VM-01000")[0].network_adapters[0].connected


def test_generated_machines_can_run_from_the_start(make_host):
    host = make_host(
        inventory={"generate": {"virtual_machines": 100, "memory": "128 MB", "state": "running"}}
    )
    assert host.memory.assigned == 100 * (128 << 20)
    assert {vm.state for vm in host.virtual_machines} == {State.RUNNING}


def test_a_part_of_the_memory_is_kept_for_the_parent_partition(host):
    assert host.memory.total == 32 * GIGABYTE
    assert host.memory.available == 32 * GIGABYTE - host.memory.reserve
    assert GIGABYTE < host.memory.reserve < 2 * GIGABYTE


CHECKPOINTS = {
    "virtual_disks": [{"path": "D:\\web.vhdx", "size": "10 GB", "used": "2 GB", "data": "1 GB"}],
    "virtual_machines": [
        {
            "name": "web",
            "hard_disks": [{"path": "D:\\web.vhdx"}],
            "checkpoints": [
                {"name": "installed"},
                {"name": "patched", "memory": True, "notes": "while it ran"},
                {"name": "other", "parent": "installed"},
            ],
            "state": "running",
            "guest": {"operating_system": "Windows Server 2022 Datacenter"},
        }
    ],
}


def test_checkpoints_of_the_profile_are_a_tree_with_files(make_host):
    host, again = make_host(inventory=CHECKPOINTS), make_host(inventory=CHECKPOINTS)
    (vm,) = host.virtual_machines
    installed, patched, other = vm.checkpoints
    assert [each.parent_checkpoint for each in (installed, patched, other, vm)] == [
        None,
        installed,
        installed,
        other,
    ]
    assert (installed.has_memory, patched.has_memory, patched.notes) == (False, True, "while it ran")
    assert vm.state.name == "RUNNING"
    assert [disk.path.rpartition(".")[2] for disk in vm.hard_disk_drives[0].virtual_disk.chain] == [
        "avhdx",
        "avhdx",
        "vhdx",
    ]
    vm.hard_disk_drives[0].virtual_disk.check_chain()
    assert host.filesystem.audit() == []
    (same,) = again.virtual_machines
    assert [each.id for each in same.checkpoints] == [each.id for each in vm.checkpoints]
    assert same.hard_disk_drives[0].path == vm.hard_disk_drives[0].path


def test_a_stated_file_size_is_kept_and_what_the_guest_does_not_use_can_be_given_back(make_host, finish):
    host = make_host(inventory={"virtual_disks": CHECKPOINTS["virtual_disks"]})
    disk = host.virtual_disks.find("D:\\web.vhdx")
    assert (disk.file_size, disk.written.end) == (2 << 30, 1 << 30)
    finish(host.virtual_disks.compact(disk)).raise_if_failed()
    assert disk.file_size == (1 << 30) + (4 << 20)
