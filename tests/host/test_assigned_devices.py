"""Discrete device assignment: devices that are taken from the host and given to virtual machines."""

import pytest

from emulator.host import (
    HostError,
    InUse,
    InvalidParameter,
    InvalidState,
    JobState,
    NotFound,
    NotSupported,
    StopAction,
    VirtualMachineState,
)
from emulator.host.virtual_machine.expansion.pci import NO_BUS_CONTROL, NO_MITIGATIONS, AssignedDevice
from emulator.host.windows.plug_and_play import devices
from tests.host.audit import audit

FIRST, SECOND = "PCIROOT(30)#PCI(0100)#PCI(0000)", "PCIROOT(30)#PCI(0200)#PCI(0000)"
HARDWARE = {
    "assignable_devices": [
        {
            "name": "Samsung NVMe Controller",
            "hardware_id": "PCI\\VEN_144D&DEV_A824",
            "location_path": FIRST,
            "low_memory_mapped_io": "256 MB",
            "access_control_services": False,
        },
        {
            "name": "Intel X710",
            "kind": "network",
            "hardware_id": "PCI\\VEN_8086&DEV_1572",
            "location_path": SECOND,
            "mitigations": True,
        },
    ]
}


@pytest.fixture
def host(make_host):
    return make_host(hardware=HARDWARE)


@pytest.fixture
def pool(host):
    return host.expansion.assignable_devices


@pytest.fixture
def vm(host):
    return host.virtual_machines.create("one", 2, automatic_stop_action=StopAction.TURN_OFF)


def add(vm, location=SECOND):
    return vm.expansion.add(AssignedDevice, location_path=location)


def names(host):
    return {device.identifier: (device.name, device.kind) for device in devices(host)}


def test_a_dismounted_device_is_another_device_node(host, pool):
    before = next(device for device in pool if device.location_path == FIRST).instance_path
    device = pool.dismount(before.lower())
    assert device.instance_path == before.replace("PCI\\", "PCIP\\")
    assert before not in names(host)
    assert names(host)[device.instance_path] == ("PCI Express Storage Controller - Dismounted", "System")
    with pytest.raises(InvalidState):
        pool.dismount(device.instance_path)
    assert pool.mount(location_path=FIRST).instance_path == before
    with pytest.raises(InvalidState):
        pool.mount(location_path=FIRST)


@pytest.mark.parametrize(
    ("arguments", "error", "code"),
    [
        ({}, InvalidParameter, 32773),
        ({"location_path": "PCIROOT(1)"}, NotFound, 32779),
        ({"instance_path": "PCI\\X", "location_path": FIRST}, NotFound, 32779),
        ({"location_path": FIRST, "require_access_control": True}, HostError, 32768),
        ({"location_path": FIRST, "require_mitigations": True}, HostError, 32768),
    ],
)
def test_what_is_not_dismounted(pool, arguments, error, code):
    with pytest.raises(error) as refusal:
        pool.dismount(**arguments)
    assert refusal.value.code == code
    assert pool.dismounted == []


def test_the_reasons_are_those_of_windows(pool):
    with pytest.raises(HostError) as refusal:
        pool.dismount(location_path=FIRST, require_access_control=True)
    assert refusal.value.text == NO_BUS_CONTROL
    with pytest.raises(HostError) as refusal:
        pool.dismount(location_path=FIRST, require_mitigations=True)
    assert refusal.value.text == NO_MITIGATIONS
    assert pool.dismount(location_path=SECOND, require_access_control=True, require_mitigations=True)


def test_a_device_is_assigned_to_one_machine(host, pool, vm, finish):
    with pytest.raises(NotFound):
        add(vm)
    device = pool.dismount(location_path=SECOND)
    port = add(vm)
    assert port.host_device is device
    other = host.virtual_machines.create("two", automatic_stop_action=StopAction.TURN_OFF)
    with pytest.raises(InUse):
        add(other)
    with pytest.raises(InUse):
        pool.mount(location_path=SECOND)
    assert finish(vm.start()).succeeded
    with pytest.raises(InvalidState):
        vm.expansion.remove(port)
    assert audit(host) == []
    finish(vm.turn_off())
    vm.expansion.remove(port)
    assert audit(host) == []
    pool.mount(location_path=SECOND)


def test_a_machine_with_a_device_cannot_be_saved(host, pool, vm, finish):
    pool.dismount(location_path=SECOND)
    add(vm)
    finish(vm.start())
    for forbidden in (vm.save, lambda: vm.configure(automatic_stop_action=StopAction.SAVE)):
        with pytest.raises(InvalidState):
            forbidden()
    with pytest.raises(InvalidParameter, match="startup and minimum memory must be equal"):
        vm.configure(memory={"dynamic": True})
    vm.configure(checkpoint_type=2)
    failed = finish(host.checkpoints.create(vm, kind=5))
    assert failed.state is JobState.EXCEPTION
    assert "cannot be saved" in failed.error.text
    exported = finish(vm.export("D:\\out"))
    assert exported.state is JobState.EXCEPTION
    assert vm.state is VirtualMachineState.RUNNING
    assert vm.checkpoints == []
    finish(vm.turn_off())
    memory = vm.memory.startup
    vm.configure(memory={"dynamic": True, "minimum": memory})
    assert vm.memory.dynamic


def test_settings_that_do_not_go_with_a_device_keep_it_out(host, pool, vm):
    pool.dismount(location_path=SECOND)
    vm.configure(automatic_stop_action=StopAction.SHUT_DOWN)
    with pytest.raises(InvalidState, match="turn off"):
        add(vm)
    vm.configure(automatic_stop_action=StopAction.TURN_OFF, memory={"dynamic": True})
    with pytest.raises(InvalidParameter):
        add(vm)
    assert list(vm.expansion) == []
    assert pool.owner_of(pool.at(SECOND)) is None
    assert audit(host) == []


def test_too_little_mapped_io_space_keeps_a_machine_from_starting(pool, vm, finish):
    pool.dismount(location_path=FIRST)
    port = add(vm, FIRST)
    job = finish(vm.start())
    assert job.error.text == (
        f"'one' Virtual Pci Express Port (Instance ID {port.id}): Failed to Power on with Error 'Insufficient"
        f" system resources exist to complete the requested service.' (0x800705AA). (Virtual machine ID {vm.id})"
    )
    vm.configure(low_memory_mapped_io_space=256 << 20)
    assert finish(vm.start()).succeeded


def test_the_hypervisor_of_a_client_does_not_let_it_start(make_host, finish):
    host = make_host(operating_system={"release": "11", "edition": "Professional"}, hardware=HARDWARE)
    vm = host.virtual_machines.create("one", 2, automatic_stop_action=StopAction.TURN_OFF)
    host.expansion.assignable_devices.dismount(location_path=SECOND)
    add(vm)
    job = finish(vm.start())
    assert "'A hypervisor feature is not available to the user.' (0xC035001E)" in job.error.text


def test_older_releases_have_no_such_devices(make_host):
    host = make_host(operating_system={"release": "2012R2"}, hardware=HARDWARE)
    with pytest.raises(NotSupported):
        host.expansion.assignable_devices.dismount(location_path=SECOND)


def test_an_imported_machine_needs_the_device(host, pool, vm, finish):
    pool.dismount(location_path=SECOND)
    port = add(vm)
    finish(vm.export("D:\\out"))
    vm.expansion.remove(port)
    pool.mount(location_path=SECOND)
    path = f"D:\\out\\one\\Virtual Machines\\{vm.id}.vmcx"
    planned = host.planned_machines.import_definition(path, new_identifier=True)
    (reason,) = planned.incompatibilities()
    assert SECOND in reason.text
    pool.dismount(location_path=SECOND)
    assert finish(host.planned_machines.realize(planned)).succeeded
    copy = host.virtual_machines.get(planned.id)
    (own,) = copy.expansion.of(AssignedDevice)
    assert pool.owner_of(pool.at(SECOND)) is own
    assert audit(host) == []


def test_a_checkpoint_gives_the_device_back(host, pool, vm, finish):
    pool.dismount(location_path=SECOND)
    port = add(vm)
    finish(host.checkpoints.create(vm))
    vm.expansion.remove(port)
    assert pool.owner_of(pool.at(SECOND)) is None
    finish(host.checkpoints.apply(vm.checkpoints[0]))
    (back,) = vm.expansion.of(AssignedDevice)
    assert pool.owner_of(pool.at(SECOND)) is back
    assert audit(host) == []
    finish(host.virtual_machines.destroy(vm))
    assert pool.owner_of(pool.at(SECOND)) is None


def test_a_device_can_be_switched_off_in_the_host(host, pool):
    device = pool.at(FIRST)
    device.enable(False)
    (node,) = [each for each in devices(host) if each.pci is device]
    assert node.disabled
    assert not node.started
    pool.dismount(location_path=FIRST)
    with pytest.raises(InvalidState):
        device.enable(True)
    assert not pool.mount(location_path=FIRST).is_disabled


def test_a_host_that_shuts_down_turns_the_machine_off(make_host):
    host = make_host(
        hardware=HARDWARE,
        inventory={
            "virtual_machines": [
                {
                    "name": "one",
                    "assigned_devices": [FIRST],
                    "automatic_stop_action": "turn-off",
                    "automatic_start_action": "nothing",
                }
            ]
        },
    )
    (vm,) = host.virtual_machines
    (port,) = vm.expansion.of(AssignedDevice)
    assert port.host_device.is_dismounted
    assert audit(host) == []
    host.reset()
    assert [device.location_path for device in host.expansion.assignable_devices.dismounted] == [FIRST]
    assert audit(host) == []
