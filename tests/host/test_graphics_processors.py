"""Graphics processors: partitions of them, and RemoteFX."""

import pytest

from emulator.host import (
    HostError,
    InUse,
    InvalidParameter,
    InvalidState,
    JobState,
    LimitExceeded,
    NotSupported,
    VirtualMachineState,
)
from emulator.host.virtual_machine.expansion.gpu import GpuPartition, RemoteFxDisplay, required_video_memory
from tests.host.audit import audit

A16 = {
    "name": "NVIDIA A16",
    "hardware_id": "PCI\\VEN_10DE&DEV_25B6",
    "location_path": "PCIROOT(16)#PCI(0200)#PCI(0000)",
    "video_memory": "1 GB",
    "partition_counts": [1, 2],
    "remotefx": True,
}


@pytest.fixture
def host(make_host):
    return make_host(hardware={"graphics_processors": [A16, {**A16, "name": "Other", "location_path": None}]})


@pytest.fixture
def older(make_host):
    return make_host(operating_system={"release": "2016"}, hardware={"graphics_processors": [A16]})


def machine(host, name="one"):
    return host.virtual_machines.create(name, 2)


def test_running_machines_share_a_gpu(host, finish):
    first, second = host.expansion.gpus
    machines = [machine(host, str(number)) for number in range(5)]
    partitions = [vm.expansion.add(GpuPartition) for vm in machines]
    for vm in machines[:4]:
        assert finish(vm.start()).succeeded
    assert [partition.host_gpu for partition in partitions] == [first, first, second, second, None]
    assert [partition.number for partition in partitions] == [0, 1, 0, 1, None]
    assert first.available("vram") == 0
    failed = finish(machines[4].start())
    assert failed.state is JobState.EXCEPTION
    assert "GPU Partition" in failed.error.text
    assert "0x800705AA" in failed.error.text
    with pytest.raises(InUse):
        first.set_partition_count(1)
    finish(machines[0].turn_off())
    assert finish(machines[4].start()).succeeded
    assert partitions[4].number == 0
    assert audit(host) == []


def test_a_wanted_gpu_and_what_it_must_have(host, finish):
    first, second = host.expansion.gpus
    vm = machine(host)
    partition = vm.expansion.add(GpuPartition, gpu=second.interface_path.lower())
    finish(vm.start())
    assert partition.host_gpu is second
    finish(vm.turn_off())
    vm.expansion.configure(partition, gpu="", resources={"min_vram": 10**9})
    assert finish(vm.start()).state is JobState.EXCEPTION
    first.set_partition_count(1)
    finish(vm.start())
    assert partition.host_gpu is first


@pytest.mark.parametrize(
    "settings",
    [
        {"gpu": "\\\\?\\PCI#nothing"},
        {"resources": {"min_vram": 5, "max_vram": 4}},
        {"resources": {"min_vram": 5, "optimal_vram": 4}},
        {"resources": {"min_watts": 5}},
        {"resources": {"min_vram": -1}},
    ],
)
def test_wrong_settings_add_nothing(host, settings):
    vm = machine(host)
    with pytest.raises(InvalidParameter):
        vm.expansion.add(GpuPartition, **settings)
    assert list(vm.expansion) == []


def test_a_partitioned_gpu_cannot_be_taken_from_the_host(host, finish):
    gpu = host.expansion.gpus[0]
    pool = host.expansion.assignable_devices
    assert [device.name for device in pool] == ["NVIDIA A16"]
    vm = machine(host)
    vm.expansion.add(GpuPartition)
    finish(vm.start())
    with pytest.raises(InUse):
        pool.dismount(location_path=gpu.pci.location_path)
    with pytest.raises(InUse):
        gpu.pci.enable(False)
    with pytest.raises(InvalidState):
        vm.save()
    finish(vm.turn_off())
    pool.dismount(location_path=gpu.pci.location_path)
    assert not gpu.is_partitionable
    with pytest.raises(NotSupported):
        gpu.set_partition_count(1)


def test_counts_are_those_of_the_hardware(host):
    gpu = host.expansion.gpus[0]
    assert gpu.partition_count == 2
    with pytest.raises(InvalidParameter, match="allowed are 1, 2"):
        gpu.set_partition_count(3)
    gpu.set_partition_count(1)
    assert gpu.share("vram") == 10**9


def test_a_host_without_a_gpu_refuses(make_host):
    host = make_host()
    vm = machine(host)
    with pytest.raises(HostError, match="no graphics processor"):
        vm.expansion.add(GpuPartition)
    with pytest.raises(NotSupported):
        vm.expansion.add(RemoteFxDisplay)


def test_memory_that_moves_keeps_a_partition_out(host):
    vm = machine(host)
    vm.configure(memory={"dynamic": True})
    with pytest.raises(InvalidParameter, match="startup and minimum"):
        vm.expansion.add(GpuPartition)


def test_remotefx_takes_video_memory(older, finish):
    (gpu,) = older.expansion.gpus
    machines = [machine(older, str(number)) for number in range(2)]
    for vm in machines:
        display = vm.expansion.add(RemoteFxDisplay, video_memory=600 << 20, monitors=2, resolution=3)
        with pytest.raises(LimitExceeded):
            vm.expansion.add(RemoteFxDisplay)
    finish(machines[0].start())
    assert gpu.available_video_memory == (1024 - 600) << 20
    assert finish(machines[1].start()).state is JobState.EXCEPTION
    with pytest.raises(InUse):
        gpu.serve_remotefx(False)
    finish(machines[0].save())
    assert gpu.available_video_memory == 1 << 30
    gpu.serve_remotefx(False)
    assert finish(machines[0].start()).state is JobState.EXCEPTION
    assert machines[0].state is VirtualMachineState.SAVED
    gpu.serve_remotefx(True)
    finish(machines[0].start())
    finish(machines[0].turn_off())
    with pytest.raises(InvalidParameter):
        machines[1].expansion.configure(display, monitors=4)
    machines[1].expansion.configure(display, monitors=4, resolution=0)
    assert display.needed_memory == 600 << 20
    with pytest.raises(NotSupported):
        machines[0].expansion.add(GpuPartition)
    assert audit(older) == []


@pytest.mark.parametrize(
    ("resolution", "monitors", "megabytes"), [(0, 1, 48), (0, 4, 70), (2, 3, 142), (3, 2, 150)]
)
def test_video_memory_for_monitors(resolution, monitors, megabytes):
    assert required_video_memory(resolution, monitors) == megabytes << 20


@pytest.mark.parametrize(("resolution", "monitors"), [(0, 0), (0, 5), (2, 4), (3, 3), (4, 1)])
def test_too_many_monitors(resolution, monitors):
    with pytest.raises(InvalidParameter):
        required_video_memory(resolution, monitors)
