from datetime import timedelta

import pytest

from emulator.host import (
    ControllerType,
    DiskFormat,
    DiskFull,
    DiskKind,
    FileInUse,
    FileNotFound,
    InUse,
    InvalidParameter,
    InvalidState,
    JobKind,
    NotSupported,
    PathExists,
    PathNotFound,
    RoleNotInstalled,
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
        host.filesystem._entries,
        len(host.virtual_disks),
        len(host.jobs),
        host.filesystem.volume("D").free,
    )
    with pytest.raises(error):
        host.virtual_disks.create(path, **facts)
    after = (
        host.filesystem._entries,
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
    vm.add_hard_disk_drive("D:\\a.vhdx")
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
    vm.add_hard_disk_drive("D:\\child.vhdx")
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
    vm.add_scsi_controller()
    vm.add_hard_disk_drive(ide.path)
    vm.add_hard_disk_drive(scsi.path, controller_type=ControllerType.SCSI)
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
        vm.add_hard_disk_drive(disk.path)
    host.virtual_disks.dismount(disk)
    vm.add_hard_disk_drive(disk.path)
