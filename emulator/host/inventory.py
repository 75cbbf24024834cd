"""What exists in Hyper-V at the start: built from the profile directly, without operations and jobs.

Only what somebody looks at is built: the devices of a machine are made on first use, so that 1,000 machines
cost little. Identifiers are derived from names and positions: the same after every start.
"""

from typing import TYPE_CHECKING

from emulator.host.errors import HostError, OutOfMemory, PathExists
from emulator.host.guest.guest import InstalledSystem
from emulator.host.host_settings import normalize_mac_address
from emulator.host.identifiers import derived_guid
from emulator.host.network.network_adapter import NetworkAdapter
from emulator.host.network.port_seed import port_features
from emulator.host.network.switch_extensions import installed_extensions
from emulator.host.network.virtual_switch import BandwidthMode, SwitchKind, VirtualSwitch
from emulator.host.storage.disk_image.extents import Extents
from emulator.host.storage.disk_image.kinds import DiskKind
from emulator.host.storage.virtual_disk import VirtualDisk, ending_of
from emulator.host.virtual_machine.controllers import (
    ControllerType,
    PersistentMemoryController,
    ScsiController,
)
from emulator.host.virtual_machine.device_rack import DeviceRack
from emulator.host.virtual_machine.drives import DvdDrive, HardDiskDrive
from emulator.host.virtual_machine.life_cycle import start_worker
from emulator.host.virtual_machine.virtual_machine import VirtualMachine
from emulator.host.virtual_machine.virtual_machine_state import StartAction, StopAction, VirtualMachineState

if TYPE_CHECKING:
    from emulator.host.host import Host
    from emulator.profile import VirtualDisk as DiskFacts
    from emulator.profile import VirtualMachine as MachineFacts

_SWITCH_KINDS = {
    "private": SwitchKind.PRIVATE,
    "internal": SwitchKind.INTERNAL,
    "external": SwitchKind.EXTERNAL,
}
_DISK_KINDS = {"fixed": DiskKind.FIXED, "dynamic": DiskKind.DYNAMIC, "differencing": DiskKind.DIFFERENCING}
_START_ACTIONS = {
    "nothing": StartAction.NOTHING,
    "start-if-running": StartAction.START_IF_RUNNING,
    "start": StartAction.START,
}
_STOP_ACTIONS = {"turn-off": StopAction.TURN_OFF, "save": StopAction.SAVE, "shut-down": StopAction.SHUT_DOWN}
_IMAGE_SIZE = 1 << 30
DEFAULT_SWITCH_NAME = "Default Switch"


def seed_inventory(host: "Host") -> None:
    """Build the inventory of the profile. Raises HostError when it does not fit on the machine."""
    inventory = host.profile.inventory
    _seed_switches(host)
    # Parents before the disks that stand on them; the profile has checked that they exist.
    for facts in inventory.virtual_disks:
        _seed_disk(host, facts)
    if inventory.virtual_sans:
        from emulator.host.virtual_machine.expansion.seed import seed_sans

        seed_sans(host)
    host.virtual_machines.mac_addresses.reserve(_dynamic_addresses(host))
    place = 0
    for index, machine in enumerate(inventory.virtual_machines):
        place = _seed_machine(host, machine, index, place)
    generate = inventory.generate
    for number in range(1, generate.virtual_machines + 1):
        _seed_generated(host, number, place + number - 1)
    host.filesystem.seal()


def _dynamic_addresses(host: "Host") -> int:
    inventory = host.profile.inventory
    adapters = [adapter for machine in inventory.virtual_machines for adapter in machine.network_adapters]
    stated = sum(adapter.mac_address is None for adapter in adapters)
    return stated + (inventory.generate.virtual_machines if inventory.generate.switch is not None else 0)


def _seed_switches(host: "Host") -> None:
    switches = host.virtual_switches
    default_id = host.release.default_switch_id
    if default_id is not None and host.role.active:
        switches.add(default_id, DEFAULT_SWITCH_NAME, SwitchKind.INTERNAL, (), True)
    for facts in host.profile.inventory.virtual_switches:
        identifier = facts.id or derived_guid(host.name, "switch", facts.name)
        names = facts.network_adapters or ((facts.network_adapter,) if facts.network_adapter else ())
        found = (host.hardware.network_adapter(name) for name in names)
        adapters = tuple(adapter for adapter in found if adapter is not None)
        kind = _SWITCH_KINDS[facts.kind]
        switch = switches.add(identifier, facts.name, kind, adapters, facts.allow_management_os, facts.notes)
        switch.teaming_enabled = bool(facts.network_adapters)
        switch.bandwidth_mode = BandwidthMode[facts.bandwidth_mode.upper()]
        for extension in installed_extensions(host.release):
            if extension.name in facts.enabled_extensions:
                switch.extensions[extension.id] = True
            elif extension.name in facts.disabled_extensions:
                switch.extensions[extension.id] = False


def _seed_disk(host: "Host", facts: "DiskFacts") -> None:
    path = host.filesystem.normalize(facts.path)
    host.filesystem.make_directory(path.rpartition("\\")[0] + "\\", exist_ok=True)
    kind = _DISK_KINDS[facts.kind]
    parent = host.virtual_disks.get(host.filesystem.normalize(facts.parent)) if facts.parent else None
    disk = VirtualDisk(
        host,
        path
        if ending_of(path) != "vhds"
        else f"{path[:-5]}_{derived_guid(host.name, 'set', path.lower())}.avhdx",
        facts.id or derived_guid(host.name, "disk", path.lower()),
        kind,
        host.profile.inventory.size_of(facts),
        link=None if parent is None else parent.as_parent_of(path),
    )
    _fill(disk, facts)
    host.virtual_disks.place_new(path, disk)


def _fill(disk: VirtualDisk, facts: "DiskFacts") -> None:
    """Blocks for the stated size of the file, from the start of the disk; the rest of the file is of no use.

    Without a statement the guest has written all of them.
    """
    if disk.kind is DiskKind.FIXED:
        disk.written = Extents([(0, min(facts.data or 0, disk.size))])
        return
    empty = disk.needed_size()
    if facts.used is not None and facts.used > empty:
        one = disk.needed_size(allocated=Extents([(0, 1)])) - empty
        # A sector bitmap comes with the first block of each group, so that the count can be a little too
        # high.
        count = min((facts.used - empty) // one + 1, -(-disk.size // disk.block_size))
        while count and disk.needed_size(allocated=Extents([(0, count)])) > facts.used:
            count -= 1
        disk.allocated = Extents([(0, count)])
        disk.slack = facts.used - disk.needed_size()
    most = min(len(disk.allocated) * disk.block_size, disk.size)
    disk.written = Extents([(0, most if facts.data is None else min(facts.data, most))])


def _seed_machine(host: "Host", facts: "MachineFacts", index: int, place: int) -> int:
    """Build one machine; the number of dynamic addresses that are given away after it."""
    identifier = facts.id or derived_guid(host.name, "machine", str(index), facts.name)
    vm = VirtualMachine(
        host,
        identifier,
        facts.name,
        generation=facts.generation,
        version=facts.version or host.release.default_configuration_version or "",
        processors=facts.processors,
        memory=facts.memory.startup,
        path=host.settings.virtual_machine_path,
        notes=facts.notes,
    )
    memory = facts.memory
    vm.memory.minimum, vm.memory.maximum = memory.minimum, memory.maximum
    vm.memory.dynamic, vm.memory.buffer, vm.memory.weight = memory.dynamic, memory.buffer, memory.weight
    vm.automatic_start_action = _START_ACTIONS[facts.automatic_start_action]
    vm.automatic_start_delay = facts.automatic_start_delay
    vm.automatic_stop_action = _STOP_ACTIONS[facts.automatic_stop_action]
    if facts.guest is not None:
        guest = facts.guest
        system = InstalledSystem(
            guest.operating_system,
            guest.host_name,
            tuple(str(address) for address in guest.ipv4_addresses),
            _seconds(guest.boot_seconds),
            guest.integration_services,
            _seconds(guest.hangs_after),
            _seconds(guest.crashes_after),
        )
        vm.guest.install(system)
    vm.derives_identifiers = True
    _register(vm)
    # Drives register with their disks at once: a disk must know that somebody holds it.
    if facts.hard_disks or facts.dvd_drives:
        _seed_drives(vm, facts)
        if facts.guest is not None and vm.hard_disk_drives:
            disk = vm.hard_disk_drives[0].virtual_disk
            if disk is not None:
                # A clone of the disk gets addresses of its own.
                disk.install(system.replaced(ipv4_addresses=()))
    dynamic = 0
    for adapter in facts.network_adapters:
        switch = _switch(host, adapter.switch)
        address = None if adapter.mac_address is None else normalize_mac_address(adapter.mac_address)
        built = NetworkAdapter(vm, vm.new_device_guid(), adapter.name, mac_address=address, switch=switch)
        if address is None:
            # Machines of the profile were started before: their dynamic addresses are given.
            built.mac_address = host.virtual_machines.mac_addresses.reserved(place + dynamic)
            dynamic += 1
        features = port_features(adapter)
        if features:
            built.seed_features(features)
        vm.devices.network_adapters.append(built)
    if facts.checkpoints:
        from emulator.host.checkpoints.checkpoint_seed import seed_checkpoints

        seed_checkpoints(vm, facts.checkpoints)
    if facts.fibre_channel_adapters or facts.assigned_devices or facts.gpu_partitions:
        from emulator.host.virtual_machine.expansion.seed import seed_devices

        seed_devices(vm, facts)
    _seed_state(vm, facts.state)
    if facts.replication is not None:
        from emulator.host.replication.replication_seed import seed_replication

        seed_replication(vm, facts.replication)
    return place + dynamic


def _seconds(value: float | None) -> float | None:
    return None if value is None else float(value)


def _seed_drives(vm: VirtualMachine, facts: "MachineFacts") -> None:
    rack, host = vm.devices, vm.host
    kinds = {kind.name: kind for kind in ControllerType}
    for drive in (*facts.hard_disks, *facts.dvd_drives):
        while kinds[drive.controller] is ControllerType.SCSI and len(rack.scsi) <= drive.controller_number:
            rack.scsi.append(ScsiController(vm, len(rack.scsi), vm.new_device_guid()))
        if kinds[drive.controller] is ControllerType.PMEM and not rack.pmem:
            rack.pmem.append(PersistentMemoryController(vm, 0, vm.new_device_guid()))
    for disk in facts.hard_disks:
        controller = rack.controller(kinds[disk.controller], disk.controller_number)
        hard_disk = HardDiskDrive(vm, controller, disk.controller_location, None)
        controller.drives[disk.controller_location] = hard_disk
        if disk.path is not None:
            host.virtual_disks.attach(hard_disk, host.filesystem.normalize(disk.path))
        if disk.disk_number is not None:
            host.pass_through.attach(hard_disk, disk.disk_number)
    for dvd in facts.dvd_drives:
        controller = rack.controller(kinds[dvd.controller], dvd.controller_number)
        path = None if dvd.path is None else host.filesystem.normalize(dvd.path)
        if path is not None and not host.filesystem.exists(path):
            host.filesystem.make_directory(path.rpartition("\\")[0] + "\\", exist_ok=True)
            host.filesystem.place(path, _IMAGE_SIZE)
        controller.drives[dvd.controller_location] = DvdDrive(vm, controller, dvd.controller_location, path)


def _seed_generated(host: "Host", number: int, place: int) -> None:
    facts = host.profile.inventory.generate
    name = f"{facts.name_prefix}{number:05}"
    vm = VirtualMachine(
        host,
        derived_guid(host.name, "generated", name),
        name,
        generation=facts.generation,
        version=host.release.default_configuration_version or "",
        processors=facts.processors,
        memory=facts.memory,
        path=host.settings.virtual_machine_path,
    )
    vm.derives_identifiers = True
    switch = _switch(host, facts.switch)
    if switch is not None:

        def add_adapter(rack: DeviceRack) -> None:
            adapter = NetworkAdapter(vm, vm.new_device_guid(), "Network Adapter", switch=switch)
            adapter.mac_address = host.virtual_machines.mac_addresses.reserved(place)
            rack.network_adapters.append(adapter)

        vm.blueprint = add_adapter
    _register(vm)
    _seed_state(vm, facts.state)


def _register(vm: VirtualMachine) -> None:
    try:
        vm.files.create()
    except PathExists:
        raise HostError(f"Two virtual machines of the profile have the identifier {vm.id}.") from None
    vm.host.virtual_machines.add(vm)


def _seed_state(vm: VirtualMachine, state: str) -> None:
    """Running, paused or saved as if it had been so for long. Without a hypervisor nothing can run: off."""
    host = vm.host
    if state == "off" or (state != "saved" and not host.hypervisor.running):
        return
    vm.guest.seed_up()
    if state == "saved":
        vm.files.write_saved_state(vm.memory.startup)
        vm.state = VirtualMachineState.SAVED
        return
    try:
        start_worker(vm)
    except OutOfMemory:
        raise OutOfMemory(
            "The running virtual machines of the profile need more memory than the host has:"
            f" '{vm.name}' does not fit."
        ) from None
    vm.on_since = host.operating_system.boot_time
    vm.state = VirtualMachineState.PAUSED if state == "paused" else VirtualMachineState.RUNNING


def _switch(host: "Host", name: str | None) -> VirtualSwitch | None:
    return None if name is None else next(iter(host.virtual_switches.find(name)), None)
