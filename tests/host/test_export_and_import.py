"""Export of virtual machines, planned machines, and the three ways of importing."""

from datetime import timedelta

import pytest

from emulator.host import (
    CheckpointType,
    FileInUse,
    FileNotFound,
    Host,
    InstalledSystem,
    InvalidState,
    NotSupported,
    SwitchKind,
    VirtualMachine,
)
from emulator.host import VirtualMachineState as State
from emulator.host.errors import InvalidParameter
from emulator.host.migration.incompatibility import (
    MISSING_DISK,
    MISSING_SWITCH,
    TOO_MUCH_MEMORY,
    Incompatible,
)
from emulator.host.migration.machine_export import CaptureLiveState, CheckpointsToExport, ExportSettings
from emulator.host.virtual_machine.planned_machine import PlannedMachine

GIGABYTE = 1 << 30


def build(host: Host, finish, name: str = "web") -> VirtualMachine:
    switch = host.virtual_switches.create("LAN", SwitchKind.INTERNAL)
    vm = host.virtual_machines.create(name, 2, memory=GIGABYTE, notes="kept")
    host.filesystem.make_directory("D:\\VHD", exist_ok=True)
    finish(host.virtual_disks.create(f"D:\\VHD\\{name}.vhdx", size=10 * GIGABYTE))
    vm.devices.add_hard_disk_drive(f"D:\\VHD\\{name}.vhdx")
    vm.devices.add_network_adapter("NIC", switch=switch)
    return vm


def exported(finish, vm: VirtualMachine) -> str:
    job = finish(vm.export("D:\\Out"))
    job.raise_if_failed()
    return f"D:\\Out\\{vm.name}\\Virtual Machines\\{vm.id}.vmcx"


def test_an_export_has_the_folders_of_windows(host, finish):
    vm = build(host, finish)
    path = exported(finish, vm)
    files = host.filesystem
    assert files.exists(path)
    assert files.exists(path.replace(".vmcx", ".vmrs"))
    assert host.virtual_disks.find("D:\\Out\\web\\Virtual Hard Disks\\web.vhdx").size == 10 * GIGABYTE
    assert files.is_directory("D:\\Out\\web\\Snapshots")
    assert files.audit() == []
    assert host.virtual_disks.audit() == []


def test_before_2016_the_configuration_is_xml_with_the_saved_memory_beside_it(make_host, finish):
    host = make_host(operating_system={"release": "2012R2"})
    vm = build(host, finish)
    finish(vm.start())
    finish(vm.save())
    finish(vm.export("D:\\Out")).raise_if_failed()
    folder = f"D:\\Out\\web\\Virtual Machines\\{vm.id}"
    assert host.filesystem.exists(folder + ".xml")
    assert host.filesystem.entry(f"{folder}\\{vm.id}.bin").size == GIGABYTE


@pytest.mark.parametrize("state", [State.OFF, State.SAVED, State.RUNNING, State.PAUSED])
@pytest.mark.parametrize("release", ["2012", "2012R2", "2016", "2022"])
def test_which_states_can_be_exported(make_host, finish, release, state):
    host = make_host(operating_system={"release": release})
    vm = host.virtual_machines.create("one", memory=512 << 20)
    if state is not State.OFF:
        finish(vm.start())
    if state is State.SAVED:
        finish(vm.save())
    if state is State.PAUSED:
        finish(vm.pause())
    if release == "2012" and state in (State.RUNNING, State.PAUSED):
        with pytest.raises(InvalidState):
            vm.export("D:\\Out")
        return
    job = vm.export("D:\\Out")
    assert vm.status_descriptions[1] == "Exporting virtual machine"
    assert (job.type, job.description) == (62, "Exporting Virtual Machine")
    finish(job).raise_if_failed()
    assert vm.state is state
    assert vm.operational_status == (2,)


def test_a_running_machine_is_imported_in_a_saved_state(host, finish):
    vm = build(host, finish)
    finish(vm.start())
    host.clock.advance(timedelta(seconds=60))
    path = exported(finish, vm)
    planned = host.planned_machines.import_definition(path, new_identifier=True)
    finish(host.planned_machines.realize(planned)).raise_if_failed()
    copy = host.virtual_machines[planned.id]
    assert copy.state is State.SAVED
    finish(copy.start())
    assert copy.state is State.RUNNING


def test_an_export_into_a_taken_folder_fails_in_its_job_and_changes_nothing(host, finish):
    vm = build(host, finish)
    exported(finish, vm)
    job = finish(vm.export("D:\\Out"))
    assert job.exception.text.startswith("Export failed for virtual machine 'web'.")
    assert job.exception.hresult == 0x80070050


def test_an_export_without_room_leaves_nothing(host, finish):
    vm = build(host, finish)
    finish(host.virtual_disks.create("C:\\big.vhdx", 2, size=120 * GIGABYTE))
    vm.devices.add_hard_disk_drive("C:\\big.vhdx")
    job = finish(vm.export("C:\\Out"))
    assert job.exception.hresult == 0x80070070
    assert not host.filesystem.exists("C:\\Out")


def test_register_takes_the_exported_files_in_their_place(host, finish):
    vm = build(host, finish)
    path = exported(finish, vm)
    identifier = vm.id
    finish(host.virtual_machines.destroy(vm))
    planned = host.planned_machines.import_definition(path)
    assert list(host.planned_machines) == [planned]
    assert planned.incompatibilities() == []
    finish(host.planned_machines.realize(planned)).raise_if_failed()
    back = host.virtual_machines[identifier]
    assert len(host.planned_machines) == 0
    assert (back.name, back.notes, back.generation, back.path) == ("web", "kept", 2, "D:\\Out\\web")
    assert back.files.configuration == path
    assert back.hard_disk_drives[0].path == "D:\\Out\\web\\Virtual Hard Disks\\web.vhdx"
    assert back.network_adapters[0].switch.name == "LAN"
    with pytest.raises(FileInUse):
        host.planned_machines.import_definition(path)
    finish(back.start())
    assert back.state is State.RUNNING
    assert host.filesystem.audit() == []
    assert host.virtual_disks.audit() == []


def test_an_exported_folder_that_moved_still_has_its_disks(host, finish):
    vm = build(host, finish)
    exported(finish, vm)
    host.filesystem.move("D:\\Out\\web", "C:\\Elsewhere")
    planned = host.planned_machines.import_definition(
        f"C:\\Elsewhere\\Virtual Machines\\{vm.id}.vmcx", new_identifier=True
    )
    assert planned.hard_disk_drives[0].path == "C:\\Elsewhere\\Virtual Hard Disks\\web.vhdx"


def test_a_copy_has_disks_and_an_identifier_of_its_own(host, finish):
    vm = build(host, finish)
    path = exported(finish, vm)
    planned = host.planned_machines.import_definition(path, new_identifier=True)
    planned.configure(path="D:\\New", snapshot_path="D:\\New", name="copy")
    host.planned_machines.copy_storage(planned, "D:\\New\\Disks")
    finish(host.planned_machines.realize(planned)).raise_if_failed()
    copy = host.virtual_machines.find("copy")[0]
    assert copy.id != vm.id
    assert copy.hard_disk_drives[0].path == "D:\\New\\Disks\\web.vhdx"
    assert host.filesystem.exists(f"D:\\New\\Virtual Machines\\{copy.id}.vmcx")
    assert host.filesystem.exists(path)


def test_checkpoints_come_back_with_their_tree_and_disks(host, finish):
    vm = build(host, finish)
    for name in ("first", "second"):
        finish(host.checkpoints.create(vm, name)).raise_if_failed()
    path = exported(finish, vm)
    finish(host.virtual_machines.destroy(vm))
    planned = host.planned_machines.import_definition(path)
    assert [each.name for each in planned.checkpoints_to_come] == ["first", "second"]
    finish(host.planned_machines.realize(planned)).raise_if_failed()
    back = host.virtual_machines[planned.id]
    assert [each.name for each in back.checkpoints] == ["first", "second"]
    assert back.parent_checkpoint.name == "second"
    assert back.parent_checkpoint.parent_checkpoint.name == "first"
    chain = [disk.path for disk in back.hard_disk_drives[0].virtual_disk.chain]
    assert len(chain) == 3
    assert all(each.startswith("D:\\Out\\web\\Virtual Hard Disks\\") for each in chain)
    finish(host.checkpoints.delete(back.checkpoints[0], subtree=True))
    host.clock.advance(timedelta(minutes=1))
    assert len(back.hard_disk_drives[0].virtual_disk.chain) == 1
    assert host.virtual_disks.audit() == []


def test_one_checkpoint_is_exported_as_a_machine(host, finish):
    vm = build(host, finish)
    finish(host.checkpoints.create(vm, "golden")).raise_if_failed()
    wanted = ExportSettings(checkpoints=CheckpointsToExport.ONE, checkpoint=vm.checkpoints[0])
    finish(vm.export("D:\\Out", wanted)).raise_if_failed()
    planned = host.planned_machines.import_definition(
        f"D:\\Out\\web\\Virtual Machines\\{vm.id}.vmcx", new_identifier=True
    )
    assert planned.name == "golden"
    assert planned.checkpoints_to_come == []
    assert planned.hard_disk_drives[0].path == "D:\\Out\\web\\Virtual Hard Disks\\web.vhdx"


def test_one_checkpoint_is_exported_merged_for_a_backup(host, finish):
    vm = build(host, finish)
    finish(host.checkpoints.create(vm))
    vm.hard_disk_drives[0].virtual_disk.write(0, 1 << 20)
    finish(host.checkpoints.create_recovery(vm))
    wanted = ExportSettings(
        checkpoints=CheckpointsToExport.ONE, checkpoint=vm.checkpoints[1], merge=True, memory=False
    )
    finish(vm.export("D:\\Out", wanted)).raise_if_failed()
    folder = "D:\\Out\\web\\Virtual Hard Disks"
    assert [entry.name for entry in host.filesystem.list(folder)] == ["web.vhdx"]
    disk = host.virtual_disks.find(f"{folder}\\web.vhdx")
    assert disk.parent is None
    assert len(disk.written) == 1 << 20
    assert host.virtual_disks.audit() == []


def test_backups_and_excluded_disks_are_not_in_an_export(host, finish):
    vm = build(host, finish)
    finish(host.virtual_disks.create("D:\\VHD\\data.vhdx", size=GIGABYTE))
    vm.devices.add_hard_disk_drive("D:\\VHD\\data.vhdx")
    finish(host.checkpoints.create(vm))
    finish(host.checkpoints.create_recovery(vm))
    wanted = ExportSettings(excluded=frozenset({"d:\\vhd\\data.vhdx"}))
    finish(vm.export("D:\\Out", wanted)).raise_if_failed()
    names = [entry.name for entry in host.filesystem.list("D:\\Out\\web\\Virtual Hard Disks")]
    assert not any(name.startswith("data") for name in names)
    assert len(host.filesystem.list("D:\\Out\\web\\Snapshots")) == 2  # one checkpoint: .vmcx and .vmrs


def test_a_consistent_export_needs_a_guest_that_answers(host, finish):
    vm = build(host, finish)
    finish(vm.start())
    wanted = ExportSettings(live_state=CaptureLiveState.APPLICATION_CONSISTENT)
    assert finish(vm.export("D:\\Out", wanted)).exception is not None
    vm.guest.install(InstalledSystem("Windows Server 2022", "WEB", (), 5.0))
    finish(vm.reset())
    host.clock.advance(timedelta(seconds=30))
    finish(vm.export("D:\\Out", wanted)).raise_if_failed()


def test_an_export_without_runtime_information_has_no_memory_of_checkpoints(host, finish):
    vm = build(host, finish)
    finish(vm.start())
    finish(host.checkpoints.create(vm, kind=CheckpointType.STANDARD))
    finish(vm.export("D:\\Out", ExportSettings(memory=False))).raise_if_failed()
    entries = host.filesystem.list("D:\\Out\\web\\Snapshots")
    assert max(entry.size for entry in entries) < GIGABYTE


def test_what_does_not_fit_is_reported_and_can_be_repaired(host, finish):
    vm = build(host, finish)
    path = exported(finish, vm)
    finish(host.virtual_machines.destroy(vm))
    host.virtual_switches.remove(host.virtual_switches.find("LAN")[0])
    host.filesystem.remove("D:\\Out\\web\\Virtual Hard Disks\\web.vhdx")
    planned = host.planned_machines.import_definition(path)
    planned.memory.configure(startup=64 * GIGABYTE, maximum=64 * GIGABYTE)
    found = planned.incompatibilities()
    assert [each.message_id for each in found] == [MISSING_SWITCH, MISSING_DISK, TOO_MUCH_MEMORY]
    assert found[0].text == "Could not find Ethernet switch 'LAN'."
    job = finish(host.planned_machines.validate(planned))
    assert isinstance(job.exception, Incompatible)
    assert len(job.exception.reasons) == 3
    assert finish(host.planned_machines.realize(planned)).exception.code == 32784
    assert len(host.virtual_machines) == 0
    assert planned in host.planned_machines
    planned.network_adapters[0].disconnect()
    planned.devices.remove_drive(planned.hard_disk_drives[0])
    planned.memory.configure(startup=GIGABYTE)
    assert planned.incompatibilities() == []
    finish(host.planned_machines.realize(planned)).raise_if_failed()


def test_a_planned_machine_does_not_run_and_holds_nothing(host, finish):
    vm = build(host, finish)
    path = exported(finish, vm)
    planned = host.planned_machines.import_definition(path, new_identifier=True)
    for refused in (planned.start, lambda: planned.export("D:\\X"), planned.save):
        with pytest.raises(InvalidState):
            refused()
    with pytest.raises(InvalidState):
        host.checkpoints.create(planned)
    assert host.virtual_disks.find(planned.hard_disk_drives[0].path).drives == []
    host.planned_machines.destroy(planned)
    assert planned.deleted
    assert host.filesystem.exists(path)


def test_only_configuration_files_can_be_imported(host, finish):
    vm = build(host, finish)
    with pytest.raises(FileNotFound):
        host.planned_machines.import_definition("D:\\none.vmcx")
    with pytest.raises(FileInUse):
        host.planned_machines.import_definition(vm.files.configuration)
    host.filesystem.write("D:\\text.xml", b"<a/>")
    with pytest.raises(InvalidParameter):
        host.planned_machines.import_definition("D:\\text.xml")


def test_a_reset_forgets_planned_machines(host, finish):
    vm = build(host, finish)
    planned = host.planned_machines.import_definition(exported(finish, vm), new_identifier=True)
    host.reset()
    assert planned.deleted
    assert len(host.planned_machines) == 0


def test_versions_are_upgraded_while_the_machine_is_off(make_host, host, finish):
    vm = host.virtual_machines.create("old", version="8.0", memory=512 << 20)
    finish(vm.start())
    with pytest.raises(InvalidState):
        vm.upgrade_version()
    finish(vm.turn_off())
    finish(vm.upgrade_version()).raise_if_failed()
    assert vm.version == "10.0"
    older = make_host(operating_system={"release": "2012R2"})
    with pytest.raises(NotSupported):
        older.virtual_machines.create("one").upgrade_version()


def test_planned_machine_is_named_in_its_text(host, finish):
    vm = build(host, finish)
    planned = host.planned_machines.import_definition(exported(finish, vm), new_identifier=True)
    assert isinstance(planned, PlannedMachine)
    assert repr(planned) == "<PlannedMachine 'web'>"
