"""Special devices at the start: built from the profile, like the rest of the inventory."""

from typing import TYPE_CHECKING

from emulator.host.identifiers import derived_guid
from emulator.host.resources.resource_kinds import FIBRE_CHANNEL
from emulator.host.resources.resource_pools import Allocation, ResourcePool
from emulator.host.virtual_machine.expansion.fibre_channel import FibreChannelAdapter
from emulator.host.virtual_machine.expansion.gpu import GpuPartition
from emulator.host.virtual_machine.expansion.pci import AssignedDevice, seed_assigned

if TYPE_CHECKING:
    from emulator.host.host import Host
    from emulator.host.virtual_machine.virtual_machine import VirtualMachine
    from emulator.profile import VirtualMachine as MachineFacts


def seed_sans(host: "Host") -> None:
    """The virtual SANs of the profile, which has checked their ports."""
    if not host.role.active:
        return
    fibre_channel = host.expansion.fibre_channel
    for facts in host.profile.inventory.virtual_sans:
        identifier = derived_guid(host.name, "virtual san", facts.name)
        ports = [fibre_channel.port_with_name(name) for name in facts.ports]
        held = Allocation(resources=tuple(port.switch_id for port in ports if port is not None))
        pool = ResourcePool(host, identifier, facts.name, FIBRE_CHANNEL, (held,), facts.notes)
        host.resource_pools.add(pool)


def seed_devices(vm: "VirtualMachine", facts: "MachineFacts") -> None:
    """The special devices of one machine. Called before its state is set."""
    for adapter in facts.fibre_channel_adapters:
        device = FibreChannelAdapter(vm, vm.new_device_guid(), adapter.name)
        device.check_add()
        device.san = adapter.san
        vm.expansion.attach(device)
    for location in facts.assigned_devices:
        port = AssignedDevice(vm, vm.new_device_guid())
        seed_assigned(port, location)
        vm.expansion.attach(port)
    for _ in range(facts.gpu_partitions):
        vm.expansion.attach(GpuPartition(vm, vm.new_device_guid()))
