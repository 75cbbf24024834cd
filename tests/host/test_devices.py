import pytest

from emulator.host import (
    SECURE_BOOT_TEMPLATES,
    ControllerType,
    FileNotFound,
    FixedKind,
    InUse,
    InvalidParameter,
    InvalidState,
    LimitExceeded,
    NotFound,
    NotSupported,
    SwitchKind,
    Vlan,
    VlanMode,
)

GIGABYTE = 1 << 30
IDE, SCSI = ControllerType.IDE, ControllerType.SCSI


@pytest.fixture
def disk(host, finish):
    def make(path="D:\\web.vhdx"):
        finish(host.virtual_disks.create(path, size=GIGABYTE))
        return path

    return make


@pytest.fixture
def vm(host):
    return host.virtual_machines.create("web")


@pytest.fixture
def vm2(host):
    return host.virtual_machines.create("web2", 2)


def test_a_fresh_generation_1_machine_has_the_recorded_devices(vm):
    assert [device.kind for device in vm.fixed_devices] == list(FixedKind)
    assert [controller.name for controller in vm.controllers] == ["IDE Controller 0", "IDE Controller 1"]
    assert [port.name for port in vm.com_ports] == ["COM 1", "COM 2"]
    assert vm.floppy is not None
    assert (vm.drives, vm.network_adapters) == ([], [])
    assert not vm.firmware.secure_boot
    assert vm.firmware.boot_order == (0, 1, 2, 3)


def test_a_fresh_generation_2_machine_has_a_scsi_controller_and_nothing_of_a_pc_of_old(vm2):
    assert (vm2.ide_controllers, vm2.floppy) == ([], None)
    assert len(vm2.scsi_controllers) == 1
    kinds = {device.kind for device in vm2.fixed_devices}
    assert kinds == {FixedKind.KEYBOARD, FixedKind.SYNTHETIC_MOUSE, FixedKind.SYNTHETIC_DISPLAY}
    assert vm2.firmware.secure_boot
    assert vm2.firmware.secure_boot_template_id == SECURE_BOOT_TEMPLATES["MicrosoftWindows"]


def test_identities_follow_the_recorded_rules(vm, vm2, disk):
    drive = vm.devices.add_hard_disk_drive(disk())
    ide = "83F8638B-8DCA-4152-9EDA-2CA8B33039B4"
    assert vm.controllers[1].setting_id == f"{ide}\\1"
    assert (drive.setting_id, drive.medium_setting_id) == (f"{ide}\\0\\0\\D", f"{ide}\\0\\0\\L")
    assert vm.memory.setting_id == "4764334d-e001-4176-82ee-5594ec9b530e"
    assert vm.memory.device_id == "4764334D-E001-4176-82EE-5594EC9B530E\\0"
    assert vm.processor.setting_id == "b637f346-6a0e-4dec-af52-bd70cb80a21d\\0"
    assert vm.com_ports[1].setting_id == "8E3A359F-559A-4B6A-98A9-1690A6100ED7\\1"
    assert vm.floppy.setting_id.endswith("\\0\\0\\D")
    keyboard = vm.fixed_devices[0]
    assert keyboard.setting_id == f"{keyboard.device_id}\\Keyboard"
    adapter = vm.devices.add_network_adapter()
    assert adapter.connection_setting_id == f"{adapter.id}\\C"
    scsi = vm2.scsi_controllers[0]
    dvd = vm2.devices.add_dvd_drive()
    assert (scsi.setting_id, dvd.setting_id) == (f"{scsi.id}\\0", f"{scsi.id}\\0\\0\\D")


def test_drives_take_the_first_free_place_and_ide_has_four(vm):
    places = [
        (drive.controller_number, drive.location)
        for drive in (vm.devices.add_hard_disk_drive() for _ in range(4))
    ]
    assert places == [(0, 0), (0, 1), (1, 0), (1, 1)]
    with pytest.raises(NotFound):
        vm.devices.add_dvd_drive()


@pytest.mark.parametrize(
    ("error", "place"),
    [
        (InUse, {"controller_type": IDE, "controller_number": 0, "controller_location": 0}),
        (InvalidParameter, {"controller_type": IDE, "controller_number": 0, "controller_location": 2}),
        (NotFound, {"controller_type": IDE, "controller_number": 2}),
        (NotFound, {"controller_type": SCSI, "controller_number": 0}),
    ],
)
def test_a_place_that_is_taken_or_does_not_exist_is_refused(host, vm, error, place):
    vm.devices.add_hard_disk_drive()
    before = host.revision
    with pytest.raises(error):
        vm.devices.add_dvd_drive(**place)
    assert (host.revision, len(vm.drives)) == (before, 1)


def test_generation_2_has_no_ide_and_no_legacy_adapter(vm2):
    with pytest.raises(NotSupported):
        vm2.devices.add_dvd_drive(controller_type=IDE)
    with pytest.raises(NotSupported):
        vm2.devices.add_network_adapter(is_legacy=True)


def test_scsi_drives_change_while_the_machine_runs_and_ide_drives_do_not(host, vm, disk, finish):
    vm.devices.add_scsi_controller()
    ide = vm.devices.add_hard_disk_drive(disk())
    finish(vm.start())
    scsi = vm.devices.add_hard_disk_drive(disk("D:\\data.vhdx"), controller_type=SCSI)
    vm.devices.remove_drive(scsi)
    before = host.revision
    with pytest.raises(InvalidState):
        vm.devices.remove_drive(ide)
    with pytest.raises(InvalidState):
        vm.devices.add_dvd_drive()
    with pytest.raises(InvalidState):
        vm.devices.set_medium(ide, None)
    assert host.revision == before


def test_a_dvd_can_be_changed_while_the_machine_runs(host, vm, finish):
    host.filesystem.write("C:\\setup.iso", b"iso")
    drive = vm.devices.add_dvd_drive(controller_number=1)
    finish(vm.start())
    vm.devices.set_medium(drive, "c:\\SETUP.iso")
    assert drive.path == "C:\\setup.iso"
    vm.devices.set_medium(drive, None)
    assert drive.path is None
    with pytest.raises(FileNotFound):
        vm.devices.set_medium(drive, "C:\\none.iso")


def test_a_hard_disk_drive_takes_virtual_disks_only(host, vm):
    host.filesystem.write("C:\\text.vhdx", b"no disk")
    with pytest.raises(InvalidParameter):
        vm.devices.add_hard_disk_drive("C:\\text.vhdx")
    with pytest.raises(FileNotFound):
        vm.devices.add_hard_disk_drive("C:\\none.vhdx")
    assert vm.drives == []


def test_a_disk_is_in_one_drive_of_a_machine_and_in_one_running_machine(host, vm, disk, finish):
    path = disk()
    vm.devices.add_hard_disk_drive(path)
    with pytest.raises(InUse):
        vm.devices.add_hard_disk_drive(path)
    other = host.virtual_machines.create("other")
    other.devices.add_hard_disk_drive(path)
    finish(vm.start())
    job = finish(other.start())
    assert isinstance(job.exception, InUse)
    third = host.virtual_machines.create("third")
    with pytest.raises(InUse):
        third.devices.add_hard_disk_drive(path)


def test_a_drive_can_move_to_another_controller(vm, disk):
    vm.devices.add_scsi_controller()
    drive = vm.devices.add_hard_disk_drive(disk())
    vm.devices.move_drive(drive, SCSI, 0, 5)
    assert (drive.controller_type, drive.location) == (SCSI, 5)
    assert vm.ide_controllers[0].drives == {}
    with pytest.raises(InUse):
        vm.devices.move_drive(drive, SCSI, 0, 5)


def test_a_machine_has_at_most_four_scsi_controllers_and_only_empty_ones_go(vm, finish):
    controllers = [vm.devices.add_scsi_controller() for _ in range(4)]
    with pytest.raises(LimitExceeded):
        vm.devices.add_scsi_controller()
    vm.devices.add_dvd_drive(controller_type=SCSI, controller_number=1)
    with pytest.raises(InUse):
        vm.devices.remove_scsi_controller(controllers[1])
    vm.devices.remove_scsi_controller(controllers[0])
    assert [controller.number for controller in vm.scsi_controllers] == [0, 1, 2]
    finish(vm.start())
    with pytest.raises(InvalidState):
        vm.devices.add_scsi_controller()


def test_a_dynamic_mac_address_comes_from_the_pool_of_the_host_at_the_first_start(vm, finish):
    first, second = vm.devices.add_network_adapter(), vm.devices.add_network_adapter()
    assert first.mac_address == "000000000000"
    finish(vm.start())
    assert (first.mac_address, second.mac_address) == ("00155D020A00", "00155D020A01")
    finish(vm.turn_off())
    finish(vm.start())
    assert first.mac_address == "00155D020A00"


def test_the_pool_gives_an_address_again_after_its_adapter_is_gone(host, finish):
    host.settings.configure(mac_address_minimum="00-15-5D-00-00-00", mac_address_maximum="00155d000000")
    vm = host.virtual_machines.create("a")
    adapter = vm.devices.add_network_adapter()
    finish(vm.start())
    other = host.virtual_machines.create("b")
    other.devices.add_network_adapter()
    job = finish(other.start())
    assert isinstance(job.exception, LimitExceeded)
    finish(vm.turn_off())
    vm.devices.remove_network_adapter(adapter)
    finish(other.start())
    assert other.network_adapters[0].mac_address == "00155D000000"


@pytest.mark.parametrize("text", ["02-AA-BB-CC-00-01", "02:aa:bb:cc:00:01", "02aabbcc0001"])
def test_a_static_mac_address_may_be_written_in_several_ways(vm, text):
    adapter = vm.devices.add_network_adapter(mac_address=text)
    assert (adapter.mac_address, adapter.dynamic_mac_address) == ("02AABBCC0001", False)


def test_a_mac_address_changes_only_while_the_machine_is_off(vm, finish):
    adapter = vm.devices.add_network_adapter()
    with pytest.raises(InvalidParameter):
        adapter.configure(mac_address="02AABB")
    adapter.configure(mac_address="02AABBCC0001")
    finish(vm.start())
    with pytest.raises(InvalidState):
        adapter.configure(mac_address=None, name="changed")
    assert adapter.name == "Network Adapter"


@pytest.mark.parametrize(("release", "limit"), [("2016", 8), ("2022", 64)])
def test_the_number_of_adapters_is_limited_by_the_release(make_host, release, limit):
    vm = make_host(operating_system={"release": release}).virtual_machines.create("web")
    for _ in range(limit):
        vm.devices.add_network_adapter()
    with pytest.raises(LimitExceeded):
        vm.devices.add_network_adapter()


def test_adapters_are_added_to_running_machines_of_generation_2_only(vm, vm2, finish):
    finish(vm.start())
    with pytest.raises(InvalidState):
        vm.devices.add_network_adapter()
    finish(vm2.start())
    assert vm2.devices.add_network_adapter().mac_address != "000000000000"


def test_a_vlan_is_checked(vm):
    adapter = vm.devices.add_network_adapter()
    adapter.configure(vlan=Vlan(VlanMode.ACCESS, 100))
    assert adapter.vlan.access_id == 100
    with pytest.raises(InvalidParameter):
        adapter.configure(vlan=Vlan(VlanMode.ACCESS, 4095))


def test_connecting_and_disconnecting_moves_the_revisions_of_both_sides(host, vm):
    switch = host.virtual_switches.create("lan", SwitchKind.INTERNAL)
    adapter = vm.devices.add_network_adapter()
    before = switch.revision
    adapter.connect(switch)
    assert switch.ports == [adapter]
    assert adapter.connected
    assert switch.revision > before
    adapter.disconnect()
    assert switch.ports == []


def test_the_firmware_of_the_other_generation_does_not_exist(vm, vm2):
    vm.firmware.configure(boot_order=(1, 0, 3, 2), num_lock=True)
    assert vm.firmware.boot_order == (1, 0, 3, 2)
    with pytest.raises(NotSupported):
        vm.firmware.configure(secure_boot=True)
    vm2.firmware.configure(secure_boot=False)
    with pytest.raises(NotSupported):
        vm2.firmware.configure(boot_order=(0, 1, 2, 3))
    with pytest.raises(InvalidParameter):
        vm.firmware.configure(boot_order=(0, 0, 1, 2))


def test_generation_2_boots_devices_in_order(vm2):
    dvd, adapter = vm2.devices.add_dvd_drive(), vm2.devices.add_network_adapter()
    assert vm2.firmware.boot_entries == [adapter, dvd]
    vm2.firmware.configure(boot_devices=[dvd])
    assert vm2.firmware.boot_entries == [dvd, adapter]


def test_quality_of_service_of_a_drive_is_checked(host, vm):
    drive = vm.devices.add_hard_disk_drive()
    drive.configure(maximum_iops=500, minimum_iops=100)
    before = host.revision
    with pytest.raises(InvalidParameter):
        drive.configure(maximum_iops=50)
    assert (drive.maximum_iops, host.revision) == (500, before)


def test_a_serial_port_connects_to_a_named_pipe(vm):
    vm.devices.set_com_port(1, "\\\\.\\pipe\\web")
    assert vm.com_ports[0].path == "\\\\.\\pipe\\web"
    with pytest.raises(InvalidParameter):
        vm.devices.set_com_port(1, "C:\\file")
    with pytest.raises(InvalidParameter):
        vm.devices.set_com_port(3, "")
