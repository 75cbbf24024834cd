from datetime import timedelta

import pytest
from host.restarting import restart

from emulator.host import (
    ChainBroken,
    ChainCycle,
    ControllerType,
    DiskFormat,
    DiskFull,
    DiskKind,
    FileInUse,
    FileNotFound,
    InstalledSystem,
    InUse,
    InvalidParameter,
    InvalidState,
    JobKind,
    NotSupported,
    NotVirtualDisk,
    PathExists,
    PathNotFound,
    RoleNotInstalled,
    WrongDiskKind,
)

MEGABYTE = 1 << 20
GIGABYTE = 1 << 30


@pytest.fixture
def make(host, finish):
    def run(path, kind=DiskKind.DYNAMIC, **facts):
        if kind is not DiskKind.DIFFERENCING:
            facts.setdefault("size", 10 * GIGABYTE)
        finish(host.virtual_disks.create(path, kind, **facts)).raise_if_failed()
        return host.virtual_disks.find(path)

    return run


def test_making_a_disk_is_a_storage_job_of_the_recorded_length(host, finish):
    job = host.virtual_disks.create("D:\\a.vhdx", size=GIGABYTE)
    assert (job.kind, job.type, job.description) == (JobKind.STORAGE, 1, "Creating Virtual Hard Disk")
    assert host.virtual_disks.find("d:/A.VHDX").busy
    finish(job)
    assert job.elapsed() == timedelta(seconds=1.01)
    assert not host.virtual_disks.find("D:\\a.vhdx").busy


@pytest.mark.parametrize(
    ("path", "kind", "file_size", "block"),
    [
        ("D:\\a.vhdx", DiskKind.DYNAMIC, 4 * MEGABYTE, 32 * MEGABYTE),
        ("D:\\a.vhdx", DiskKind.FIXED, 10 * GIGABYTE + 4 * MEGABYTE, 0),
        ("D:\\a.vhd", DiskKind.FIXED, 10 * GIGABYTE + 512, 0),
        ("D:\\a.vhd", DiskKind.DYNAMIC, 512 * 4 + 20480, 2 * MEGABYTE),
    ],
)
def test_a_new_file_has_an_honest_size(host, make, path, kind, file_size, block):
    free = host.filesystem.volume("D").free
    disk = make(path, kind)
    assert (disk.size, disk.file_size, disk.block_size) == (10 * GIGABYTE, file_size, block)
    assert free - host.filesystem.volume("D").free == file_size
    assert disk.format is (DiskFormat.VHDX if path.endswith("x") else DiskFormat.VHD)
    assert (disk.logical_sector_size, disk.physical_sector_size) == (512, 4096 if path.endswith("x") else 512)


def test_a_differencing_disk_has_the_size_of_its_parent(make):
    parent = make("D:\\base.vhdx")
    child = make("D:\\child.vhdx", DiskKind.DIFFERENCING, parent="D:\\BASE.vhdx")
    assert (child.size, child.parent, parent.children) == (parent.size, parent, [child])
    assert [disk.path for disk in child.chain] == ["D:\\child.vhdx", "D:\\base.vhdx"]


@pytest.mark.parametrize(
    ("error", "path", "facts"),
    [
        (PathExists, "D:\\base.vhdx", {"size": GIGABYTE}),
        (PathNotFound, "D:\\none\\a.vhdx", {"size": GIGABYTE}),
        (PathNotFound, "Q:\\a.vhdx", {"size": GIGABYTE}),
        (InvalidParameter, "D:\\a.img", {"size": GIGABYTE}),
        (InvalidParameter, "D:\\a.vhdx", {}),
        (InvalidParameter, "D:\\a.vhdx", {"size": 1024}),
        (InvalidParameter, "D:\\a.vhdx", {"size": 65 << 40}),
        (InvalidParameter, "D:\\a.vhd", {"size": 2041 * GIGABYTE}),
        (InvalidParameter, "D:\\a.vhdx", {"size": GIGABYTE, "block_size": 3 * MEGABYTE}),
        (InvalidParameter, "D:\\a.vhdx", {"size": GIGABYTE, "logical_sector_size": 1024}),
        (InvalidParameter, "D:\\a.vhdx", {"size": GIGABYTE, "parent": "D:\\base.vhdx"}),
        (InvalidParameter, "D:\\a.vhdx", {"kind": 4}),
        (InvalidParameter, "D:\\a.vhd", {"kind": 4, "parent": "D:\\base.vhdx"}),
        (FileNotFound, "D:\\a.vhdx", {"kind": 4, "parent": "D:\\none.vhdx"}),
        (InvalidParameter, "D:\\a.vhdx", {"kind": 9, "size": GIGABYTE}),
        (DiskFull, "D:\\a.vhdx", {"kind": 2, "size": 400 * GIGABYTE}),
    ],
)
def test_a_refused_disk_leaves_nothing_behind(host, make, error, path, facts):
    make("D:\\base.vhdx")
    before = (
        host.filesystem.budget.entries,
        len(host.virtual_disks),
        len(host.jobs),
        host.filesystem.volume("D").free,
    )
    with pytest.raises(error):
        host.virtual_disks.create(path, **facts)
    after = (
        host.filesystem.budget.entries,
        len(host.virtual_disks),
        len(host.jobs),
        host.filesystem.volume("D").free,
    )
    assert after == before


def test_vhdx_comes_with_2012_and_disks_need_the_role(make_host):
    with pytest.raises(NotSupported):
        make_host(operating_system={"release": "2008R2"}).virtual_disks.create("D:\\a.vhdx", size=GIGABYTE)
    with pytest.raises(RoleNotInstalled):
        make_host(hyper_v={"role": "absent"}).virtual_disks.create("D:\\a.vhdx", size=GIGABYTE)


def test_the_file_of_a_running_machine_cannot_be_deleted_moved_or_read(host, make, finish):
    make("D:\\a.vhdx")
    vm = host.virtual_machines.create("web")
    vm.devices.add_hard_disk_drive("D:\\a.vhdx")
    finish(vm.start())
    files = host.filesystem
    for call in (
        lambda: files.remove("D:\\a.vhdx"),
        lambda: files.move("D:\\a.vhdx", "D:\\b.vhdx"),
        lambda: files.copy("D:\\a.vhdx", "D:\\b.vhdx"),
        lambda: files.read("D:\\a.vhdx"),
        lambda: files.write("D:\\a.vhdx", b"x"),
    ):
        with pytest.raises(FileInUse):
            call()
    finish(vm.turn_off())
    files.remove("D:\\a.vhdx")
    assert len(host.virtual_disks) == 0


def test_a_parent_is_in_use_while_its_child_is(host, make, finish):
    make("D:\\base.vhdx")
    make("D:\\child.vhdx", DiskKind.DIFFERENCING, parent="D:\\base.vhdx")
    vm = host.virtual_machines.create("web")
    vm.devices.add_hard_disk_drive("D:\\child.vhdx")
    finish(vm.start())
    with pytest.raises(FileInUse):
        host.filesystem.remove("D:\\base.vhdx")


def test_a_moved_file_takes_the_disk_along_and_a_copy_makes_another(host, make):
    disk = make("D:\\a.vhdx")
    host.filesystem.make_directory("D:\\moved")
    host.filesystem.move("D:\\a.vhdx", "D:\\moved\\b.vhdx")
    assert host.virtual_disks.find("D:\\moved\\b.vhdx") is disk
    host.filesystem.move("D:\\moved", "D:\\again")
    assert disk.path == "D:\\again\\b.vhdx"
    host.filesystem.copy("D:\\again\\b.vhdx", "D:\\c.vhdx")
    copy = host.virtual_disks.find("D:\\c.vhdx")
    assert (copy is disk, copy.size, copy.id) == (False, disk.size, disk.id)


def test_a_disk_grows_and_only_vhdx_shrinks(host, make, finish):
    vhdx, vhd = make("D:\\a.vhdx"), make("D:\\a.vhd")
    finish(host.virtual_disks.resize(vhdx, 5 * GIGABYTE))
    assert vhdx.size == 5 * GIGABYTE
    finish(host.virtual_disks.resize(vhd, 20 * GIGABYTE))
    with pytest.raises(InvalidParameter):
        host.virtual_disks.resize(vhd, 5 * GIGABYTE)


def test_a_disk_of_a_running_machine_grows_on_scsi_only(host, make, finish):
    ide, scsi = make("D:\\ide.vhdx"), make("D:\\scsi.vhdx")
    vm = host.virtual_machines.create("web")
    vm.devices.add_scsi_controller()
    vm.devices.add_hard_disk_drive(ide.path)
    vm.devices.add_hard_disk_drive(scsi.path, controller_type=ControllerType.SCSI)
    finish(vm.start())
    finish(host.virtual_disks.resize(scsi, 20 * GIGABYTE))
    with pytest.raises(InUse):
        host.virtual_disks.resize(ide, 20 * GIGABYTE)


def test_a_merge_puts_the_child_into_its_parent(host, make, finish):
    parent = make("D:\\base.vhdx")
    child = make("D:\\child.vhdx", DiskKind.DIFFERENCING, parent="D:\\base.vhdx")
    before = parent.file_size
    child.write(0, 64 * MEGABYTE)
    job = finish(host.virtual_disks.merge(child))
    assert (job.type, job.elapsed()) == (5, timedelta(seconds=1.06))
    assert not host.filesystem.exists("D:\\child.vhdx")
    assert parent.file_size == before + 64 * MEGABYTE
    with pytest.raises(InvalidParameter):
        host.virtual_disks.merge(parent)


def test_a_disk_with_children_is_neither_merged_nor_resized(host, make):
    make("D:\\base.vhdx")
    middle = make("D:\\middle.vhdx", DiskKind.DIFFERENCING, parent="D:\\base.vhdx")
    make("D:\\top.vhdx", DiskKind.DIFFERENCING, parent="D:\\middle.vhdx")
    with pytest.raises(InvalidState):
        host.virtual_disks.merge(middle)
    with pytest.raises(InvalidState):
        host.virtual_disks.resize(middle, 20 * GIGABYTE)


def test_a_conversion_makes_a_new_file_of_another_kind(host, make, finish):
    disk = make("D:\\a.vhdx")
    finish(host.virtual_disks.convert(disk, "D:\\fixed.vhd", DiskKind.FIXED))
    fixed = host.virtual_disks.find("D:\\fixed.vhd")
    assert (fixed.kind, fixed.format, fixed.size) == (DiskKind.FIXED, DiskFormat.VHD, disk.size)


def test_a_mounted_disk_is_in_use_and_has_the_next_disk_number(host, make):
    disk = make("D:\\a.vhdx")
    assert host.virtual_disks.mount(disk) == 1
    with pytest.raises(InvalidState):
        host.virtual_disks.mount(disk)
    vm = host.virtual_machines.create("web")
    with pytest.raises(InUse):
        vm.devices.add_hard_disk_drive(disk.path)
    host.virtual_disks.dismount(disk)
    vm.devices.add_hard_disk_drive(disk.path)


# -- what a guest writes, and what stands on it -------------------------------------------------


def used(host):
    assert host.filesystem.audit() == []
    return host.filesystem.volume("D").charged


@pytest.mark.parametrize(
    ("path", "first", "again"),
    [
        ("D:\\a.vhdx", 32 * MEGABYTE, 0),
        ("D:\\a.vhd", 2 * MEGABYTE + 512, 0),
    ],
)
def test_a_file_grows_by_blocks_where_a_guest_writes(host, make, path, first, again):
    disk = make(path)
    empty = disk.file_size
    disk.write(100, 4096)
    assert disk.file_size - empty == first
    disk.write(8192, 4096)
    assert disk.file_size - empty == first + again
    assert used(host) == disk.file_size
    disk.write(disk.size - 512, 512)
    assert disk.file_size - empty == 2 * first
    for offset, length in ((-1, 5), (0, 0), (disk.size, 1), (disk.size - 1, 2)):
        with pytest.raises(InvalidParameter):
            disk.write(offset, length)


def test_a_fixed_file_does_not_grow(host, make):
    disk = make("D:\\a.vhdx", DiskKind.FIXED)
    before = disk.file_size
    disk.write(0, GIGABYTE)
    assert (disk.file_size, used(host)) == (before, before)


def test_a_full_volume_refuses_a_write_and_changes_nothing(host, make):
    disk = make("D:\\a.vhdx")
    host.filesystem.place("D:\\ballast", host.filesystem.volume("D").free)
    before = (disk.facts(), disk.revision, used(host))
    with pytest.raises(DiskFull):
        disk.write(0, MEGABYTE)
    assert (disk.facts(), disk.revision, used(host)) == before


def test_a_guest_that_finds_the_volume_full_stands_still_until_there_is_room(host, make, finish, advance):
    disk = make("D:\\a.vhdx")
    disk.install(InstalledSystem("Windows Server 2022", boot_seconds=10))
    vm = host.virtual_machines.create("web")
    vm.devices.add_hard_disk_drive(disk.path)
    host.filesystem.place("D:\\ballast", host.filesystem.volume("D").free)
    finish(vm.start())
    advance(10)
    assert (vm.state.name, vm.health.name) == ("PAUSED", "MAJOR_FAILURE")
    (entry,) = [
        each
        for each in host.event_log.entries("Microsoft-Windows-Hyper-V-VMMS-Admin")
        if each.event_id == 16060
    ]
    assert "'D:\\'" in entry.message
    host.filesystem.remove("D:\\ballast")
    finish(vm.resume())
    assert (vm.state.name, vm.health.name) == ("RUNNING", "OK")
    vm.guest.use_disk(100 * MEGABYTE)
    assert disk.file_size == (4 + 128) * MEGABYTE


def test_the_first_boot_grows_the_disk_and_the_next_does_not(host, make, finish, advance):
    disk = make("D:\\a.vhdx")
    disk.install(InstalledSystem("Ubuntu", boot_seconds=10))
    vm = host.virtual_machines.create("web")
    vm.devices.add_hard_disk_drive(disk.path)
    sizes = []
    for _ in range(2):
        finish(vm.start())
        advance(10)
        sizes.append(disk.file_size)
        finish(vm.turn_off())
    assert sizes == [68 * MEGABYTE, 68 * MEGABYTE]


OTHER = "00000000-0000-0000-0000-000000000001"
# Who changed the parent, and what a check of the child then says.
CHANGES = [
    ("vhdx", lambda _, base: base.write(0, 512), 0xC03A000E),
    ("vhdx", lambda host, base: host.virtual_disks.configure(base, identifier=OTHER), 0xC03A000E),
    ("vhdx", lambda host, base: host.filesystem.remove(base.path), 0xC03A000D),
    ("vhdx", lambda host, base: host.filesystem.move(base.path, "D:\\moved.vhdx"), 0xC03A000D),
    ("vhd", lambda host, base: (host.clock.advance(timedelta(seconds=5)), base.write(0, 512)), 0xC03A000F),
    ("vhd", lambda host, base: host.virtual_disks.configure(base, identifier=OTHER), 0xC03A000E),
]


@pytest.mark.parametrize(("ending", "change", "hresult"), CHANGES)
def test_a_changed_parent_breaks_the_chain_for_everything_that_needs_it(
    host, make, finish, ending, change, hresult
):
    base = make(f"D:\\base.{ending}")
    child = make(f"D:\\child.{ending}", DiskKind.DIFFERENCING, parent=base.path)
    child.check_chain()
    change(host, base)
    vm = host.virtual_machines.create("web")
    vm.devices.add_hard_disk_drive(child.path)
    for call in (
        child.check_chain,
        lambda: host.virtual_disks.merge(child),
        lambda: host.virtual_disks.convert(child, f"D:\\copy.{ending}"),
        lambda: host.virtual_disks.mount(child),
        lambda: host.virtual_disks.create(f"D:\\more.{ending}", DiskKind.DIFFERENCING, parent=child.path),
    ):
        with pytest.raises((ChainBroken, FileNotFound)) as caught:
            call()
        assert caught.value.hresult == hresult
    for job in (vm.start(), host.virtual_disks.validate(child)):
        assert finish(job).exception.hresult == hresult
    assert vm.state.name == "OFF"
    used(host)


def test_an_error_further_up_says_so(make, host):
    base = make("D:\\base.vhdx")
    middle = make("D:\\middle.vhdx", DiskKind.DIFFERENCING, parent=base.path)
    top = make("D:\\top.vhdx", DiskKind.DIFFERENCING, parent=middle.path)
    base.write(0, 512)
    with pytest.raises(ChainBroken) as caught:
        top.check_chain()
    assert caught.value.hresult == 0xC03A0019
    host.virtual_disks.set_parent(middle, base.path, ignore_mismatch=True)
    top.check_chain()


def test_a_new_parent_must_be_the_old_one_unless_that_is_ignored(host, make):
    base, other = make("D:\\base.vhdx"), make("D:\\other.vhdx")
    child = make("D:\\child.vhdx", DiskKind.DIFFERENCING, parent=base.path)
    host.filesystem.copy(base.path, "D:\\copy.vhdx")
    host.virtual_disks.set_parent(child, "D:\\copy.vhdx")
    assert (child.parent.path, base.children) == ("D:\\copy.vhdx", [])
    with pytest.raises(ChainBroken):
        host.virtual_disks.set_parent(child, other.path)
    host.virtual_disks.set_parent(child, other.path, ignore_mismatch=True)
    grandchild = make("D:\\grandchild.vhdx", DiskKind.DIFFERENCING, parent=child.path)
    with pytest.raises(ChainCycle):
        host.virtual_disks.set_parent(child, grandchild.path, ignore_mismatch=True)
    with pytest.raises(WrongDiskKind):
        host.virtual_disks.set_parent(base, other.path)
    used(host)


def test_compaction_gives_blocks_back_that_hold_nothing(host, make, finish):
    disk = make("D:\\a.vhdx")
    disk.write(0, 320 * MEGABYTE)
    disk.discard(64 * MEGABYTE, 128 * MEGABYTE)
    before = disk.file_size
    job = finish(host.virtual_disks.compact(disk))
    assert (job.type, before - disk.file_size) == (3, 128 * MEGABYTE)
    assert used(host) == disk.file_size
    with pytest.raises(WrongDiskKind):
        host.virtual_disks.compact(make("D:\\fixed.vhdx", DiskKind.FIXED))
    with pytest.raises(InvalidParameter):
        host.virtual_disks.compact(disk, 9)
    host.virtual_disks.mount(disk)
    with pytest.raises(InUse):
        host.virtual_disks.compact(disk)
    host.virtual_disks.dismount(disk)
    host.virtual_disks.mount(disk, read_only=True)
    host.virtual_disks.compact(disk)


def test_a_disk_is_not_shrunk_below_its_data(host, make, finish):
    disk = make("D:\\a.vhdx")
    disk.write(0, GIGABYTE)
    assert disk.minimum_size == GIGABYTE
    with pytest.raises(InvalidParameter) as caught:
        host.virtual_disks.resize(disk, GIGABYTE - MEGABYTE)
    assert caught.value.hresult == 0xC03A0025
    finish(host.virtual_disks.resize(disk, GIGABYTE))
    disk.install(InstalledSystem("Ubuntu"))
    assert disk.minimum_size == disk.size


def test_a_merge_reaches_any_parent_or_a_new_file(host, make, finish):
    base = make("D:\\base.vhdx")
    base.write(0, 32 * MEGABYTE)
    middle = make("D:\\middle.vhdx", DiskKind.DIFFERENCING, parent=base.path)
    middle.write(32 * MEGABYTE, 32 * MEGABYTE)
    top = make("D:\\top.vhdx", DiskKind.DIFFERENCING, parent=middle.path)
    top.write(64 * MEGABYTE, 32 * MEGABYTE)
    finish(host.virtual_disks.merge(top, "D:\\whole.vhdx")).raise_if_failed()
    whole = host.virtual_disks.find("D:\\whole.vhdx")
    assert (whole.kind, whole.written.ranges) == (DiskKind.DYNAMIC, ((0, 96 * MEGABYTE),))
    assert host.filesystem.exists(top.path)
    finish(host.virtual_disks.merge(top, base.path)).raise_if_failed()
    assert (base.written, base.file_size) == (whole.written, whole.file_size)
    assert not host.filesystem.exists("D:\\middle.vhdx")
    used(host)


def test_a_merge_that_a_reboot_ends_leaves_both_files_as_they_were(host, make):
    base = make("D:\\base.vhdx")
    child = make("D:\\child.vhdx", DiskKind.DIFFERENCING, parent=base.path)
    child.write(0, GIGABYTE)
    before = (base.file_size, child.file_size, used(host))
    job = host.virtual_disks.merge(child)
    assert base.file_size > before[0]
    restart(host)
    assert job.finished
    assert (base.file_size, child.file_size, used(host)) == before
    child.check_chain()


def test_a_conversion_keeps_the_data_and_only_that(host, make, finish):
    disk = make("D:\\a.vhdx")
    disk.write(0, 33 * MEGABYTE)
    disk.discard(10 * MEGABYTE, 10 * MEGABYTE)
    finish(host.virtual_disks.convert(disk, "D:\\b.vhdx", block_size=MEGABYTE))
    copy = host.virtual_disks.find("D:\\b.vhdx")
    assert (copy.written, len(copy.allocated), copy.file_size) == (disk.written, 23, (4 + 23) * MEGABYTE)
    child = make("D:\\child.vhdx", DiskKind.DIFFERENCING, parent=copy.path)
    child.write(0, MEGABYTE)
    finish(host.virtual_disks.convert(child, "D:\\thin.vhdx", DiskKind.DIFFERENCING, block_size=MEGABYTE))
    thin = host.virtual_disks.find("D:\\thin.vhdx")
    assert (thin.parent, thin.block_size, len(thin.allocated)) == (copy, MEGABYTE, 1)
    finish(host.virtual_disks.convert(disk, "D:\\set.vhds"))
    assert host.virtual_disks.find("D:\\set.vhds").leaf.written == disk.written
    used(host)


# -- bytes ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("ending", ["vhd", "vhdx"])
def test_a_client_reads_a_file_that_another_host_recognises(make_host, host, make, ending):
    disk = make(f"D:\\a.{ending}", size=64 * MEGABYTE)
    disk.write(0, MEGABYTE)
    data = host.filesystem.read(disk.path)
    assert len(data) == disk.file_size
    assert host.filesystem.read_part(disk.path, len(data) - 512, 9999) == data[-512:]
    other = make_host()
    other.filesystem.write(f"D:\\b.{ending}", data)
    found = other.virtual_disks.find(f"d:\\B.{ending}")
    assert (found.id, found.size, found.kind, len(found.allocated)) == (disk.id, disk.size, disk.kind, 1)
    assert other.filesystem.read(found.path) == data
    other.virtual_machines.create("web").devices.add_hard_disk_drive(found.path)
    found.write(2 * MEGABYTE, 4096)
    assert other.filesystem.read(found.path) != data
    assert other.filesystem.audit() == []


def test_a_disk_that_arrives_in_pieces_is_a_disk_when_it_is_whole(host, make):
    data = host.filesystem.read(make("D:\\a.vhd", size=16 * MEGABYTE).path)
    half = len(data) // 2
    host.filesystem.write("D:\\b.vhd", data[:200])
    with pytest.raises(NotVirtualDisk):
        host.virtual_disks.find("D:\\b.vhd")
    host.filesystem.write("D:\\b.vhd", data[200:half], append=True)
    host.filesystem.write("D:\\b.vhd", data[half:], append=True)
    assert host.virtual_disks.find("D:\\b.vhd").size == 16 * MEGABYTE
    host.filesystem.write("D:\\b.vhd", b"text")
    with pytest.raises(NotVirtualDisk):
        host.virtual_disks.find("D:\\b.vhd")


@pytest.mark.parametrize("ending", ["vhd", "vhdx"])
def test_an_uploaded_child_finds_its_parent_beside_it(make_host, host, make, ending):
    make(f"D:\\base.{ending}", size=16 * MEGABYTE)
    make(f"D:\\child.{ending}", DiskKind.DIFFERENCING, parent=f"D:\\base.{ending}")
    other = make_host()
    other.filesystem.make_directory("C:\\lab")
    for name in ("base", "child"):
        other.filesystem.write(f"C:\\lab\\{name}.{ending}", host.filesystem.read(f"D:\\{name}.{ending}"))
    child = other.virtual_disks.find(f"C:\\lab\\child.{ending}")
    child.check_chain()
    assert child.parent_path == f"C:\\lab\\base.{ending}"
    assert other.virtual_disks.find(f"C:\\lab\\base.{ending}").children == [child]


@pytest.mark.parametrize(
    ("path", "data", "hresult"),
    [
        ("D:\\a.vhdx", b"text", 0xC03A0004),
        ("D:\\a.txt", b"text", 0xC03A0014),
        ("D:\\a.vhd", b"x" * 4000 + b"conectix" + bytes(504), 0xC03A0005),
    ],
)
def test_a_file_that_is_no_disk_says_so(host, path, data, hresult):
    host.filesystem.write(path, data)
    with pytest.raises(NotVirtualDisk) as caught:
        host.virtual_disks.find(path)
    assert caught.value.hresult == hresult


def test_the_content_of_the_format_counts_not_its_name(host, make):
    make("D:\\a.vhdx")
    host.filesystem.move("D:\\a.vhdx", "D:\\a.vhd")
    with pytest.raises(NotVirtualDisk):
        host.virtual_disks.find("D:\\a.vhd")
    host.filesystem.move("D:\\a.vhd", "D:\\b.vhdx")
    assert host.virtual_disks.find("D:\\b.vhdx").size == 10 * GIGABYTE


def test_what_a_client_uploaded_survives_changes_of_the_disk_and_counts_against_the_budget(
    host, make, finish
):
    from emulator.host.storage.disk_image.extents import Extents
    from emulator.host.storage.disk_image.payload import Payload

    disk = make("D:\\a.vhdx", size=64 * MEGABYTE)
    with host.looking():
        first = Extents([(0, 4096)])
        disk.store(
            written=first,
            allocated=first.blocks(disk.block_size),
            payload=Payload([(0, memoryview(b"boot"))]),
        )
    data = host.filesystem.read(disk.path)
    host.filesystem.write("D:\\up.vhdx", data)
    found = host.virtual_disks.find("D:\\up.vhdx")
    finish(host.virtual_disks.convert(found, "D:\\up.vhd"))
    copy = host.virtual_disks.find("D:\\up.vhd")
    assert b"boot" in host.filesystem.read(copy.path)
    copy.write(0, 512)
    assert b"boot" not in host.filesystem.read(copy.path)
    child = make("D:\\child.vhdx", DiskKind.DIFFERENCING, parent=found.path)
    child.write(8 * MEGABYTE, 512)
    finish(host.virtual_disks.merge(child))
    assert b"boot" in host.filesystem.read(found.path)
    used(host)
