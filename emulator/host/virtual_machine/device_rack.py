"""The devices in a virtual machine and the rules for adding and removing them."""

from typing import TYPE_CHECKING

from emulator.host.checks import check_flag, check_number, check_text
from emulator.host.errors import (
    InUse,
    InvalidParameter,
    InvalidState,
    LimitExceeded,
    NotFound,
    NotSupported,
)
from emulator.host.guest.integration_services import IntegrationService, integration_services
from emulator.host.guest.remote_desktop import RemoteDesktopComponent
from emulator.host.host_object import operation
from emulator.host.host_settings import normalize_mac_address
from emulator.host.identifiers import is_guid, normalize_guid
from emulator.host.network.network_adapter import NetworkAdapter
from emulator.host.resources.resource_kinds import ETHERNET
from emulator.host.storage import disk_sharing
from emulator.host.storage.change_tracking import lose_track
from emulator.host.virtual_machine import drive_media, drive_places
from emulator.host.virtual_machine.battery import FIRST_BUILD as FIRST_BUILD_WITH_BATTERY
from emulator.host.virtual_machine.battery import Battery
from emulator.host.virtual_machine.controllers import (
    Controller,
    ControllerType,
    IdeController,
    PersistentMemoryController,
    ScsiController,
)
from emulator.host.virtual_machine.device import ComPort, Device, FixedDevice, FixedKind
from emulator.host.virtual_machine.display import SyntheticDisplay
from emulator.host.virtual_machine.drives import (
    ControllerDrive,
    DvdDrive,
    FloppyDrive,
    HardDiskDrive,
    KeyStorageDrive,
)
from emulator.host.virtual_machine.virtual_machine_state import VirtualMachineState

if TYPE_CHECKING:
    from emulator.host.host import Host
    from emulator.host.network.virtual_switch import VirtualSwitch
    from emulator.host.virtual_machine.virtual_machine import VirtualMachine

_ANY = (VirtualMachineState.OFF, VirtualMachineState.RUNNING)


class DeviceRack:
    """Built when somebody first looks at the devices of a machine; a fresh one holds what a new machine has.

    Generation 1 (recorded): keyboard, mouse, S3 display, diskette controller and drive, serial controller
    with two ports, IDE 0 and 1, synthetic mouse and display. Generation 2: keyboard, synthetic mouse and
    display, one SCSI controller, two serial ports without a controller.
    """

    def __init__(self, vm: "VirtualMachine") -> None:
        self.vm = vm
        generation_1 = vm.generation == 1
        self.display = SyntheticDisplay(vm)
        self._built_in = [
            self.display if kind is FixedKind.SYNTHETIC_DISPLAY else FixedDevice(vm, kind)
            for kind in FixedKind
            if vm.generation in kind.value.generations
        ]
        #: Whether the machine has keyboard, mouse and display; those of generation 1 always have.
        self.has_console = True
        self.battery: Battery | None = None
        self.ide: list[IdeController] = (
            [IdeController(vm, number) for number in (0, 1)] if generation_1 else []
        )
        self.scsi: list[ScsiController] = (
            [] if generation_1 else [ScsiController(vm, 0, vm.new_device_guid())]
        )
        self.pmem: list[PersistentMemoryController] = []
        self.floppy = FloppyDrive(vm) if generation_1 else None
        self.com_ports = [ComPort(vm, number) for number in (1, 2)]
        self.network_adapters: list[NetworkAdapter] = []
        self.integration_services: list[IntegrationService] = integration_services(vm)
        self.remote_desktop = RemoteDesktopComponent(vm)

    @property
    def host(self) -> "Host":
        return self.vm.host

    @property
    def fixed(self) -> list[FixedDevice]:
        """Keyboard, mouse, display and, in generation 1, the controllers that every machine has."""
        return self._built_in if self.has_console else []

    @property
    def controllers(self) -> list[Controller]:
        return [*self.ide, *self.scsi, *self.pmem]

    @property
    def drives(self) -> list[ControllerDrive]:
        """Every drive in order of controllers and locations."""
        return [
            controller.drives[location]
            for controller in self.controllers
            for location in sorted(controller.drives)
        ]

    @property
    def unmovable(self) -> str | None:
        """What keeps the storage where it is; None when nothing does."""
        if any(each.drives for each in self.pmem):
            return "persistent memory"
        physical = (each for each in self.drives if isinstance(each, HardDiskDrive))
        return "a physical disk" if any(each.disk_number is not None for each in physical) else None

    def controller(self, kind: ControllerType, number: int) -> Controller:
        """Raises NotFound."""
        for controller in self.controllers_of(kind):
            if controller.number == number:
                return controller
        raise NotFound(f"The {kind.name} controller {number} was not found.")

    def controllers_of(self, kind: ControllerType) -> list[Controller]:
        return [controller for controller in self.controllers if controller.type is kind]

    # -- console ------------------------------------------------------------------------------

    @operation
    def enable_console(self, enabled: bool) -> None:
        """Give a machine that is off keyboard, mouse and display, or take them away. Raises NotSupported
        (generation 1), InvalidState."""
        if self.vm.generation == 1:
            raise NotSupported("Console support can be changed for generation 2 virtual machines only.")
        self.vm.require(VirtualMachineState.OFF)
        self.set_console(enabled)

    def set_console(self, enabled: bool) -> None:
        """The same for a machine that was checked."""
        if self.has_console is enabled:
            return
        self.has_console = enabled
        self.vm.reconfigured()
        if self.vm.is_registered:
            for device in self._built_in:
                self.host.observe("created" if enabled else "deleted", device)

    # -- battery ------------------------------------------------------------------------------

    @operation
    def add_battery(self) -> Battery:
        """Give a machine that is off a battery. Raises NotSupported, InvalidState, LimitExceeded."""
        if self.host.release.build < FIRST_BUILD_WITH_BATTERY:
            raise NotSupported("Virtual machines of this release have no battery.")
        self.vm.require(VirtualMachineState.OFF)
        if self.battery is not None:
            raise LimitExceeded("A virtual machine can have at most one battery.")
        self.battery = Battery(self.vm)
        self._added(self.battery)
        return self.battery

    @operation
    def remove_battery(self) -> None:
        """Raises InvalidState, NotFound."""
        self.vm.require(VirtualMachineState.OFF)
        battery, self.battery = self.battery, None
        if battery is None:
            raise NotFound("The battery was not found.")
        self._removed(battery)

    # -- controllers --------------------------------------------------------------------------

    @operation
    def add_scsi_controller(self, identifier: str | None = None) -> ScsiController:
        """Add a SCSI controller to a machine that is off. Raises InvalidState, LimitExceeded,
        InvalidParameter."""
        self.vm.require(VirtualMachineState.OFF)
        limit = self.host.release.limits.scsi_controllers
        if len(self.scsi) >= limit:
            raise LimitExceeded(f"A virtual machine can have at most {limit} SCSI controllers.")
        controller = ScsiController(self.vm, len(self.scsi), self._identifier(identifier))
        self.scsi.append(controller)
        self._added(controller)
        return controller

    @operation
    def remove_scsi_controller(self, controller: ScsiController) -> None:
        """Raises InvalidState, InUse (it has drives), NotFound."""
        self.vm.require(VirtualMachineState.OFF)
        if controller not in self.scsi:
            raise NotFound("The SCSI controller was not found.")
        if controller.drives:
            raise InUse("The SCSI controller cannot be removed: drives are attached to it.")
        self.scsi.remove(controller)
        for number, each in enumerate(self.scsi):
            each.number = number
        self._removed(controller)

    @operation
    def add_persistent_memory_controller(self, identifier: str | None = None) -> PersistentMemoryController:
        """Add the controller of persistent memory. Raises NotSupported (generation 1, before 2019),
        InvalidState (not off), LimitExceeded, InvalidParameter."""
        if "persistent_memory" not in self.host.release.special_devices or self.vm.generation == 1:
            raise NotSupported("Persistent memory is supported for generation 2 virtual machines only.")
        self.vm.require(VirtualMachineState.OFF)
        if self.pmem:
            raise LimitExceeded("A virtual machine can have at most one persistent memory controller.")
        controller = PersistentMemoryController(self.vm, 0, self._identifier(identifier))
        self.pmem.append(controller)
        self._added(controller)
        return controller

    @operation
    def remove_persistent_memory_controller(self, controller: PersistentMemoryController) -> None:
        """Raises InvalidState, InUse (it has drives), NotFound."""
        self.vm.require(VirtualMachineState.OFF)
        if controller not in self.pmem:
            raise NotFound("The persistent memory controller was not found.")
        if controller.drives:
            raise InUse("The persistent memory controller cannot be removed: drives are attached to it.")
        self.pmem.remove(controller)
        self._removed(controller)

    # -- drives -------------------------------------------------------------------------------

    @operation
    def add_hard_disk_drive(
        self,
        path: str | None = None,
        *,
        controller_type: ControllerType | None = None,
        controller_number: int | None = None,
        controller_location: int | None = None,
        disk_number: int | None = None,
        shared: bool = False,
        pool: str | None = None,
    ) -> HardDiskDrive:
        """Add a drive, with a virtual disk when ``path`` is given, with a physical disk of the host when
        ``disk_number`` is; what is None of the place is the first that is free. ``pool`` is the name of the
        pool that the virtual disk comes from.

        Raises InvalidState (IDE: only while off), NotFound (no such controller, nothing free, no such disk
        that is offline), InUse (the place, the file or the disk), FileNotFound, InvalidParameter,
        NotSupported (IDE in generation 2), SharingNotSupported (a ``shared`` disk on a volume of one host).
        """
        full = None if path is None else drive_media.check_disk(self.vm, path, shared=shared)
        controller, place = drive_places.free_place(
            self, controller_type, controller_number, controller_location
        )
        if shared:
            disk_sharing.check(controller, None if full is None else self.host.virtual_disks.get(full))
        drive_media.check_memory_kind(controller, full)
        if disk_number is not None:
            drive_media.check_physical(self.vm, None, controller, full, disk_number)
        drive = HardDiskDrive(self.vm, controller, place, None)
        drive.medium_pool_name = drive_media.check_pool(drive, full, pool)
        drive.support_persistent_reservations = shared
        controller.drives[place] = drive
        self.host.virtual_disks.attach(drive, full)
        if disk_number is not None:
            self.host.pass_through.attach(drive, disk_number)
        self._added(drive)
        return drive

    @operation
    def add_dvd_drive(
        self,
        path: str | None = None,
        *,
        controller_type: ControllerType | None = None,
        controller_number: int | None = None,
        controller_location: int | None = None,
        pool: str | None = None,
    ) -> DvdDrive:
        """Add a DVD drive, empty without ``path``; ``pool`` is the name of the pool that the image comes
        from. Errors as for hard disk drives."""
        full = None if path is None else drive_media.check_image(self.vm, path)
        controller, place = drive_places.free_place(
            self, controller_type, controller_number, controller_location
        )
        if controller.type is ControllerType.PMEM:
            raise NotSupported("A persistent memory controller holds persistent memory only.")
        drive = DvdDrive(self.vm, controller, place, full)
        drive.medium_pool_name = drive_media.check_pool(drive, full, pool)
        controller.drives[place] = drive
        self._added(drive)
        return drive

    @operation
    def add_key_storage_drive(
        self, *, controller_number: int | None = None, controller_location: int | None = None
    ) -> KeyStorageDrive:
        """Add the key storage drive, while the machine is off.

        Raises InvalidState (also while key storage is not enabled), NotSupported, LimitExceeded, NotFound,
        InUse.
        """
        if not self.vm.can_have_key_storage:
            raise NotSupported(
                "A key storage drive needs a virtual machine of generation 1 and of configuration version 8.0"
                " or later."
            )
        controller, place = drive_places.free_place(
            self, ControllerType.IDE, controller_number, controller_location
        )
        if any(isinstance(each, KeyStorageDrive) for each in self.drives):
            raise LimitExceeded(f"The virtual machine '{self.vm.name}' has a key storage drive already.")
        if not self.vm.security.ksd_enabled:
            raise InvalidState(f"Key storage is not enabled for the virtual machine '{self.vm.name}'.")
        drive = KeyStorageDrive(self.vm, controller, place, None)
        controller.drives[place] = drive
        self._added(drive)
        return drive

    @operation
    def remove_drive(self, drive: ControllerDrive) -> None:
        """Take a drive out; its file stays. Raises InvalidState, NotFound."""
        drive_places.require_present(drive)
        drive_places.require_changeable(drive.controller)
        if isinstance(drive, HardDiskDrive):
            self.host.virtual_disks.attach(drive, None)
            if drive.disk_number is not None:
                self.host.pass_through.attach(drive, None)
        del drive.controller.drives[drive.location]
        self._removed(drive)

    @operation
    def set_medium(
        self, drive: HardDiskDrive | DvdDrive | FloppyDrive, path: str | None, pool: str | None = None
    ) -> None:
        """Put another file into a drive, or none; ``pool`` is the name of the pool that it comes from, None
        for the one that the drive's files come from. Raises FileNotFound, InvalidParameter, InUse,
        InvalidState."""
        if isinstance(drive, FloppyDrive):
            if drive is not self.floppy:
                raise NotFound("The drive was not found.")
            full = None if path is None else drive_media.check_floppy(self.host, path)
            source = drive_media.check_pool(drive, full, pool)
            self.vm.require(*_ANY, VirtualMachineState.PAUSED)
            drive.path, drive.medium_pool_name = full, source
            drive.touch()
            return
        drive_places.require_present(drive)
        if isinstance(drive, DvdDrive):
            full = None if path is None else drive_media.check_image(self.vm, path)
            source = drive_media.check_pool(drive, full, pool)
            self.vm.require(*_ANY, VirtualMachineState.PAUSED)
            drive.path = full
        else:
            shared = drive.support_persistent_reservations
            full = None if path is None else drive_media.check_disk(self.vm, path, drive, shared=shared)
            source = drive_media.check_pool(drive, full, pool)
            drive_media.check_memory_kind(drive.controller, full)
            if shared and full is not None:
                disk_sharing.check(drive.controller, self.host.virtual_disks.get(full))
            drive_places.require_changeable(drive.controller)
            if drive.disk_number is not None:
                self.host.pass_through.attach(drive, None)
                drive.pool_name = ""
            self.host.virtual_disks.attach(drive, full)
            if full is None:
                drive.support_persistent_reservations = False
            lose_track(drive)
        drive.medium_pool_name = source
        drive.touch()

    @operation
    def use_medium_pool(self, drive: HardDiskDrive | DvdDrive | FloppyDrive, pool: str) -> None:
        """Let what is in a drive come from another pool, which must hold its folder. Raises InvalidParameter,
        InvalidState."""
        source = drive_media.check_pool(drive, drive.path, pool)
        self.vm.require(*_ANY, VirtualMachineState.PAUSED)
        if drive.medium_pool_name != source:
            drive.medium_pool_name = source
            drive.touch()

    @operation
    def pass_through(self, drive: HardDiskDrive, disk_number: int) -> None:
        """Put a physical disk of the host into a drive instead of what is in it. Raises NotFound (also for a
        disk that is online), InUse, InvalidState, InvalidParameter, NotSupported (persistent memory)."""
        drive_places.require_present(drive)
        drive_media.check_physical(self.vm, drive, drive.controller, None, disk_number)
        drive_places.require_changeable(drive.controller)
        self.host.virtual_disks.attach(drive, None)
        self.host.pass_through.attach(drive, disk_number)
        drive.maximum_iops = drive.minimum_iops = 0
        drive.support_persistent_reservations = False
        drive.pool_name = drive.medium_pool_name = ""
        lose_track(drive)
        drive.touch()

    @operation
    def move_drive(
        self,
        drive: ControllerDrive,
        controller_type: ControllerType,
        controller_number: int,
        controller_location: int | None = None,
    ) -> None:
        """Put a drive on another place. Raises InvalidState, NotFound, InUse, NotSupported."""
        drive_places.require_present(drive)
        drive_places.require_changeable(drive.controller)
        controller, place = drive_places.free_place(
            self, controller_type, controller_number, controller_location
        )
        if isinstance(drive, KeyStorageDrive) and controller_type is not ControllerType.IDE:
            raise NotSupported("A key storage drive is on an IDE controller only.")
        before = drive.controller.type
        if ControllerType.PMEM in (controller_type, before) and controller_type is not before:
            raise NotSupported("Persistent memory cannot be moved to or from another kind of controller.")
        if isinstance(drive, HardDiskDrive) and drive.support_persistent_reservations:
            disk_sharing.check(controller, drive.virtual_disk)
        del drive.controller.drives[drive.location]
        drive.controller, drive.location = controller, place
        controller.drives[place] = drive
        drive.touch()

    # -- network adapters ---------------------------------------------------------------------

    @operation
    def add_network_adapter(
        self,
        name: str = "Network Adapter",
        *,
        switch: "VirtualSwitch | None" = None,
        mac_address: str | None = None,
        is_legacy: bool = False,
        identifier: str | None = None,
        connection_pool: str | None = None,
    ) -> NetworkAdapter:
        """Add an adapter; without ``mac_address`` it gets a dynamic one when the machine first starts.
        ``connection_pool`` is the name of the pool that its connection comes from.

        Raises InvalidState, LimitExceeded, InvalidParameter, NotSupported (legacy in generation 2), NotFound.
        """
        vm, host = self.vm, self.host
        check_text("name", name, 255, shortest=1)
        address = None if mac_address is None else normalize_mac_address(mac_address)
        if is_legacy and vm.generation == 2:
            raise NotSupported("A generation 2 virtual machine has no legacy network adapters.")
        if switch is not None:
            host.virtual_switches.require(switch)
        # Adapters are added to running machines from generation 2 on (2016); a legacy one never.
        hot = vm.generation == 2 and host.release.build >= 14393 and not is_legacy
        vm.require(*(_ANY if hot else (VirtualMachineState.OFF,)))
        limits = host.release.limits
        limit = limits.legacy_network_adapters if is_legacy else limits.network_adapters
        if sum(each.is_legacy is is_legacy for each in self.network_adapters) >= limit:
            raise LimitExceeded(f"A virtual machine can have at most {limit} network adapters of this kind.")
        adapter = NetworkAdapter(
            vm, self._identifier(identifier), name, mac_address=address, switch=switch, is_legacy=is_legacy
        )
        if connection_pool is not None:
            adapter.connection_pool_name = host.resource_pools.check_choice(ETHERNET, connection_pool)
            used = None if switch is None else switch.id
            host.resource_pools.require_resource(ETHERNET, adapter.connection_pool_name, used)
        if vm.state.holds_memory:
            host.virtual_machines.mac_addresses.assign([adapter])
        self.network_adapters.append(adapter)
        self._added(adapter)
        if switch is not None:
            switch.touch()
        return adapter

    @operation
    def remove_network_adapter(self, adapter: NetworkAdapter) -> None:
        """Raises InvalidState, NotFound."""
        vm = self.vm
        hot = vm.generation == 2 and self.host.release.build >= 14393
        vm.require(*(_ANY if hot else (VirtualMachineState.OFF,)))
        if adapter not in self.network_adapters:
            raise NotFound("The network adapter was not found.")
        switch, adapter.switch = adapter.switch, None
        self.host.virtual_machines.mac_addresses.release(adapter)
        self.network_adapters.remove(adapter)
        self._removed(adapter)
        if switch is not None:
            switch.touch()

    # -- serial ports -------------------------------------------------------------------------

    @operation
    def set_com_port(self, number: int, path: str | None = None, *, is_debugger: bool | None = None) -> None:
        """Connect a serial port to a named pipe, or to nothing with an empty path, and say whether it is for
        a debugger; None stays. Raises InvalidParameter, InvalidState."""
        self.vm.require_configurable()
        check_number("serial port", number, 1, len(self.com_ports))
        text = check_text("path", path or "", 256)
        if text and not text.lower().startswith("\\\\.\\pipe\\"):
            raise InvalidParameter(f"The path '{text}' is not a named pipe.")
        port = self.com_ports[number - 1]
        port.path = port.path if path is None else text
        port.is_debugger = (
            port.is_debugger if is_debugger is None else check_flag("debugger mode", is_debugger)
        )
        port.touch()

    # -- ends ---------------------------------------------------------------------------------

    def check_start(self) -> None:
        """Everything that a start needs of the devices. Raises FileNotFound, ChainBroken, NotFound, InUse,
        SharingNotSupported."""
        for drive in self.drives:
            drive_media.check_start(drive)
        if self.vm._expansion is not None:
            self.vm._expansion.check_start()

    def dismantle(self) -> None:
        """The machine is destroyed: disks, switches and MAC addresses are free again."""
        if self.vm._expansion is not None:
            self.vm._expansion.dismantle()
        for drive in self.drives:
            if isinstance(drive, HardDiskDrive):
                self.host.virtual_disks.attach(drive, None)
                if drive.disk_number is not None:
                    self.host.pass_through.attach(drive, None)
        for adapter in self.network_adapters:
            self.host.virtual_machines.mac_addresses.release(adapter)
            switch, adapter.switch = adapter.switch, None
            if switch is not None:
                switch.touch()

    def _identifier(self, identifier: str | None) -> str:
        if identifier is None:
            return self.host.new_guid()
        if not is_guid(identifier):
            raise InvalidParameter(f"The identifier '{identifier!s:.64}' is not valid.")
        guid = normalize_guid(identifier)
        taken = {each.id for each in self.network_adapters}
        taken |= {each.id for each in self.scsi} | {each.id for each in self.pmem}
        if guid in taken:
            raise InvalidState(f"A device with the identifier {guid} exists.")
        return guid

    def _added(self, device: Device) -> None:
        self.vm.reconfigured()
        self.host.observe("created", device)

    def _removed(self, device: Device) -> None:
        self.vm.reconfigured()
        self.host.observe("deleted", device)
