"""The devices in a virtual machine and the rules for adding and removing them."""

from typing import TYPE_CHECKING

from emulator.host import disk_sharing
from emulator.host.battery import FIRST_BUILD as FIRST_BUILD_WITH_BATTERY
from emulator.host.battery import Battery
from emulator.host.change_tracking import lose_track
from emulator.host.checks import check_number, check_text
from emulator.host.controllers import (
    Controller,
    ControllerType,
    IdeController,
    PersistentMemoryController,
    ScsiController,
)
from emulator.host.device import ComPort, Device, FixedDevice, FixedKind
from emulator.host.display import SyntheticDisplay
from emulator.host.drives import ControllerDrive, DvdDrive, FloppyDrive, HardDiskDrive, KeyStorageDrive
from emulator.host.errors import (
    FileNotFound,
    InUse,
    InvalidParameter,
    InvalidState,
    LimitExceeded,
    NotFound,
    NotSupported,
)
from emulator.host.host_settings import normalize_mac_address
from emulator.host.identifiers import is_guid, normalize_guid
from emulator.host.integration_services import IntegrationService, integration_services
from emulator.host.network_adapter import NetworkAdapter
from emulator.host.remote_desktop import RemoteDesktopComponent
from emulator.host.virtual_disk import FORMAT_OF_ENDING, PERSISTENT_MEMORY, ending_of
from emulator.host.virtual_machine_state import VirtualMachineState

if TYPE_CHECKING:
    from emulator.host.virtual_machine import VirtualMachine
    from emulator.host.virtual_switch import VirtualSwitch

_ANY = (VirtualMachineState.OFF, VirtualMachineState.RUNNING)
_LAST_DISK_NUMBER = (1 << 32) - 1


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
        self.fixed = [
            self.display if kind is FixedKind.SYNTHETIC_DISPLAY else FixedDevice(vm, kind)
            for kind in FixedKind
            if vm.generation in kind.value.generations
        ]
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
        for controller in self._rack(kind):
            if controller.number == number:
                return controller
        raise NotFound(f"The {kind.name} controller {number} was not found.")

    def _rack(self, kind: ControllerType) -> list[Controller]:
        return [controller for controller in self.controllers if controller.type is kind]

    # -- battery ------------------------------------------------------------------------------

    def add_battery(self) -> Battery:
        if self.vm.host.release.build < FIRST_BUILD_WITH_BATTERY:
            raise NotSupported("Virtual machines of this release have no battery.")
        self.vm.require(VirtualMachineState.OFF)
        if self.battery is not None:
            raise LimitExceeded("A virtual machine can have at most one battery.")
        self.battery = Battery(self.vm)
        self._added(self.battery)
        return self.battery

    def remove_battery(self) -> None:
        self.vm.require(VirtualMachineState.OFF)
        battery, self.battery = self.battery, None
        if battery is None:
            raise NotFound("The battery was not found.")
        self._removed(battery)

    # -- controllers --------------------------------------------------------------------------

    def add_scsi_controller(self, identifier: str | None) -> ScsiController:
        self.vm.require(VirtualMachineState.OFF)
        limit = self.vm.host.release.limits.scsi_controllers
        if len(self.scsi) >= limit:
            raise LimitExceeded(f"A virtual machine can have at most {limit} SCSI controllers.")
        controller = ScsiController(self.vm, len(self.scsi), self._identifier(identifier))
        self.scsi.append(controller)
        self._added(controller)
        return controller

    def remove_scsi_controller(self, controller: ScsiController) -> None:
        self.vm.require(VirtualMachineState.OFF)
        if controller not in self.scsi:
            raise NotFound("The SCSI controller was not found.")
        if controller.drives:
            raise InUse("The SCSI controller cannot be removed: drives are attached to it.")
        self.scsi.remove(controller)
        for number, each in enumerate(self.scsi):
            each.number = number
        self._removed(controller)

    def add_pmem_controller(self, identifier: str | None) -> PersistentMemoryController:
        if "persistent_memory" not in self.vm.host.release.special_devices or self.vm.generation == 1:
            raise NotSupported("Persistent memory is supported for generation 2 virtual machines only.")
        self.vm.require(VirtualMachineState.OFF)
        if self.pmem:
            raise LimitExceeded("A virtual machine can have at most one persistent memory controller.")
        controller = PersistentMemoryController(self.vm, 0, self._identifier(identifier))
        self.pmem.append(controller)
        self._added(controller)
        return controller

    def remove_pmem_controller(self, controller: PersistentMemoryController) -> None:
        self.vm.require(VirtualMachineState.OFF)
        if controller not in self.pmem:
            raise NotFound("The persistent memory controller was not found.")
        if controller.drives:
            raise InUse("The persistent memory controller cannot be removed: drives are attached to it.")
        self.pmem.remove(controller)
        self._removed(controller)

    # -- drives -------------------------------------------------------------------------------

    def add_hard_disk_drive(
        self,
        path: str | None,
        kind: ControllerType | None,
        number: int | None,
        location: int | None,
        disk_number: int | None = None,
        shared: bool = False,
    ) -> HardDiskDrive:
        full = None if path is None else self.check_disk(path, shared=shared)
        controller, place = self._free_place(kind, number, location)
        if shared:
            disk_sharing.check(controller, None if full is None else self.vm.host.virtual_disks.get(full))
        self._check_memory_kind(controller, full)
        if disk_number is not None:
            self._check_physical(None, controller, full, disk_number)
        drive = HardDiskDrive(self.vm, controller, place, None)
        drive.support_persistent_reservations = shared
        controller.drives[place] = drive
        self.vm.host.virtual_disks.attach(drive, full)
        if disk_number is not None:
            self.vm.host.pass_through.attach(drive, disk_number)
        self._added(drive)
        return drive

    def add_dvd_drive(
        self, path: str | None, kind: ControllerType | None, number: int | None, location: int | None
    ) -> DvdDrive:
        full = None if path is None else self.check_image(path)
        controller, place = self._free_place(kind, number, location)
        if controller.type is ControllerType.PMEM:
            raise NotSupported("A persistent memory controller holds persistent memory only.")
        drive = DvdDrive(self.vm, controller, place, full)
        controller.drives[place] = drive
        self._added(drive)
        return drive

    def add_key_storage_drive(self, number: int | None, location: int | None) -> KeyStorageDrive:
        if not self.vm.can_have_key_storage:
            raise NotSupported(
                "A key storage drive needs a virtual machine of generation 1 and of configuration version 8.0"
                " or later."
            )
        controller, place = self._free_place(ControllerType.IDE, number, location)
        if any(isinstance(each, KeyStorageDrive) for each in self.drives):
            raise LimitExceeded(f"The virtual machine '{self.vm.name}' has a key storage drive already.")
        if not self.vm.security.ksd_enabled:
            raise InvalidState(f"Key storage is not enabled for the virtual machine '{self.vm.name}'.")
        drive = KeyStorageDrive(self.vm, controller, place, None)
        controller.drives[place] = drive
        self._added(drive)
        return drive

    def remove_drive(self, drive: ControllerDrive) -> None:
        self._require_present(drive)
        self._require_changeable(drive.controller)
        if isinstance(drive, HardDiskDrive):
            self.vm.host.virtual_disks.attach(drive, None)
            if drive.disk_number is not None:
                self.vm.host.pass_through.attach(drive, None)
        del drive.controller.drives[drive.location]
        self._removed(drive)

    def set_medium(self, drive: HardDiskDrive | DvdDrive | FloppyDrive, path: str | None) -> None:
        """Change what is in a drive: removable media at any time, a hard disk where drives may change."""
        if isinstance(drive, FloppyDrive):
            if drive is not self.floppy:
                raise NotFound("The drive was not found.")
            full = None if path is None else self.check_floppy(path)
            self.vm.require(*_ANY, VirtualMachineState.PAUSED)
            drive.path = full
            drive.touch()
            return
        self._require_present(drive)
        if isinstance(drive, DvdDrive):
            full = None if path is None else self.check_image(path)
            self.vm.require(*_ANY, VirtualMachineState.PAUSED)
            drive.path = full
        else:
            shared = drive.support_persistent_reservations
            full = None if path is None else self.check_disk(path, drive, shared=shared)
            self._check_memory_kind(drive.controller, full)
            if shared and full is not None:
                disk_sharing.check(drive.controller, self.vm.host.virtual_disks.get(full))
            self._require_changeable(drive.controller)
            if drive.disk_number is not None:
                self.vm.host.pass_through.attach(drive, None)
            self.vm.host.virtual_disks.attach(drive, full)
            if full is None:
                drive.support_persistent_reservations = False
            lose_track(drive)
        drive.touch()

    def pass_through(self, drive: HardDiskDrive, disk_number: int) -> None:
        """Put a physical disk into a drive, instead of what was in it."""
        self._require_present(drive)
        self._check_physical(drive, drive.controller, None, disk_number)
        self._require_changeable(drive.controller)
        self.vm.host.virtual_disks.attach(drive, None)
        self.vm.host.pass_through.attach(drive, disk_number)
        drive.maximum_iops = drive.minimum_iops = 0
        drive.support_persistent_reservations = False
        lose_track(drive)
        drive.touch()

    def _check_physical(
        self, drive: HardDiskDrive | None, controller: Controller, path: str | None, disk_number: int
    ) -> None:
        if path is not None:
            raise InvalidParameter("A drive holds a virtual hard disk or a physical disk, not both.")
        if controller.type is ControllerType.PMEM:
            raise NotSupported("A persistent memory controller holds persistent memory only.")
        check_number("disk number", disk_number, 0, _LAST_DISK_NUMBER)
        self.vm.host.pass_through.check(drive, disk_number, self.vm)

    def move_drive(
        self, drive: ControllerDrive, kind: ControllerType, number: int, location: int | None
    ) -> None:
        """Put a drive on another place. Raises what adding raises; the drive stays where it was then."""
        self._require_present(drive)
        self._require_changeable(drive.controller)
        controller, place = self._free_place(kind, number, location)
        if isinstance(drive, KeyStorageDrive) and kind is not ControllerType.IDE:
            raise NotSupported("A key storage drive is on an IDE controller only.")
        if ControllerType.PMEM in (kind, drive.controller.type) and kind is not drive.controller.type:
            raise NotSupported("Persistent memory cannot be moved to or from another kind of controller.")
        if isinstance(drive, HardDiskDrive) and drive.support_persistent_reservations:
            disk_sharing.check(controller, drive.virtual_disk)
        del drive.controller.drives[drive.location]
        drive.controller, drive.location = controller, place
        controller.drives[place] = drive
        drive.touch()

    def check_disk(self, path: str, own: HardDiskDrive | None = None, *, shared: bool = False) -> str:
        """A path that a hard disk drive of this machine may hold: the file must be a virtual disk that no
        other drive of the machine and no running machine holds, unless both share it. Raises FileNotFound,
        PathNotFound, InvalidParameter, InUse."""
        disk = self.vm.host.virtual_disks.find(path)
        for drive in disk.drives:
            if shared and drive.support_persistent_reservations and drive.vm is not self.vm:
                continue
            if drive is not own and (drive.vm is self.vm or drive.vm.state.holds_memory):
                raise InUse(f"The file {disk.path} is being used by the virtual machine {drive.vm.name!r}.")
        if disk.mounted_as is not None:
            raise InUse(f"The file {disk.path} is attached to the host.")
        return disk.path

    def check_image(self, path: str) -> str:
        """A path that a DVD drive may hold. Raises FileNotFound, PathNotFound, InvalidParameter."""
        entry = self.vm.host.filesystem.entry(path)
        if entry.is_directory or ending_of(entry.path) in FORMAT_OF_ENDING:
            raise InvalidParameter(f"The file {entry.path} is not a CD or DVD image.")
        return entry.path

    def check_floppy(self, path: str) -> str:
        """A path that the diskette drive may hold. Raises FileNotFound, PathNotFound, InvalidParameter."""
        entry = self.vm.host.filesystem.entry(path)
        if entry.is_directory or ending_of(entry.path) != "vfd":
            raise InvalidParameter(f"The file {entry.path} is not a virtual floppy disk.")
        return entry.path

    def _free_place(
        self, kind: ControllerType | None, number: int | None, location: int | None
    ) -> tuple[Controller, int]:
        if kind is None:
            kind = ControllerType.IDE if self.ide else ControllerType.SCSI
        if kind is ControllerType.IDE and not self.ide:
            raise NotSupported("A generation 2 virtual machine has no IDE controllers.")
        if number is None:
            candidates = self._rack(kind)
            usable = [
                each
                for each in candidates
                if (len(each.drives) < each.locations if location is None else location not in each.drives)
            ]
            if not usable:
                raise NotFound(f"There is no {kind.name} controller with a free location.")
            controller = usable[0]
        else:
            controller = self.controller(kind, number)
        self._require_changeable(controller)
        if location is None:
            return controller, controller.free_location
        check_number("controller location", location, 0, controller.locations - 1)
        if location in controller.drives:
            raise InUse(f"Location {location} of {controller.name} is not free.")
        return controller, location

    def _require_changeable(self, controller: Controller) -> None:
        """SCSI drives change also while the machine runs, others only while it is off."""
        if controller.type is ControllerType.SCSI:
            self.vm.require(*_ANY)
        else:
            self.vm.require(VirtualMachineState.OFF)

    @staticmethod
    def _check_memory_kind(controller: Controller, path: str | None) -> None:
        """Persistent memory goes to its controller, and nothing else does."""
        if path is None:
            return
        is_memory = ending_of(path) == PERSISTENT_MEMORY
        if is_memory is not (controller.type is ControllerType.PMEM):
            raise InvalidParameter(
                f"The file {path} is virtual persistent memory: it needs a persistent memory controller."
                if is_memory
                else f"The file {path} is no virtual persistent memory."
            )

    def _require_present(self, drive: ControllerDrive) -> None:
        if drive.controller.drives.get(drive.location) is not drive:
            raise NotFound("The drive was not found.")

    # -- network adapters ---------------------------------------------------------------------

    def add_network_adapter(
        self,
        name: str,
        switch: "VirtualSwitch | None",
        mac_address: str | None,
        is_legacy: bool,
        identifier: str | None,
    ) -> NetworkAdapter:
        vm, host = self.vm, self.vm.host
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
        if vm.state.holds_memory:
            host.virtual_machines.mac_addresses.assign([adapter])
        self.network_adapters.append(adapter)
        self._added(adapter)
        if switch is not None:
            switch.touch()
        return adapter

    def remove_network_adapter(self, adapter: NetworkAdapter) -> None:
        vm = self.vm
        hot = vm.generation == 2 and vm.host.release.build >= 14393
        vm.require(*(_ANY if hot else (VirtualMachineState.OFF,)))
        if adapter not in self.network_adapters:
            raise NotFound("The network adapter was not found.")
        switch, adapter.switch = adapter.switch, None
        vm.host.virtual_machines.mac_addresses.release(adapter)
        self.network_adapters.remove(adapter)
        self._removed(adapter)
        if switch is not None:
            switch.touch()

    # -- ends ---------------------------------------------------------------------------------

    def check_start(self) -> None:
        """Everything that a start needs of the devices. Raises FileNotFound, ChainBroken, NotFound, InUse,
        SharingNotSupported."""
        for drive in self.drives:
            if isinstance(drive, HardDiskDrive) and drive.disk_number is not None:
                self.vm.host.pass_through.check_start(drive, drive.disk_number)
            if drive.path is None:
                continue
            if not self.vm.host.filesystem.exists(drive.path):
                raise FileNotFound(drive.path)
            disk = drive.virtual_disk if isinstance(drive, HardDiskDrive) else None
            if disk is None:
                continue
            disk.check_chain()
            if disk.busy or disk.mounted_as is not None or any(child.in_use() for child in disk.children):
                raise InUse()
            if isinstance(drive, HardDiskDrive) and drive.support_persistent_reservations:
                disk_sharing.check(drive.controller, disk)
            if any(self._is_rival(drive, other) for other in disk.drives):
                raise InUse()
        if self.vm._expansion is not None:
            self.vm._expansion.check_start()

    def _is_rival(self, drive: ControllerDrive, other: HardDiskDrive) -> bool:
        """Whether a running machine has the disk of a drive and does not share it."""
        if other.vm is self.vm or not other.vm.state.holds_memory:
            return False
        return not (isinstance(drive, HardDiskDrive) and disk_sharing.are_partners(drive, other))

    def dismantle(self) -> None:
        """The machine is destroyed: disks, switches and MAC addresses are free again."""
        if self.vm._expansion is not None:
            self.vm._expansion.dismantle()
        for drive in self.drives:
            if isinstance(drive, HardDiskDrive):
                self.vm.host.virtual_disks.attach(drive, None)
                if drive.disk_number is not None:
                    self.vm.host.pass_through.attach(drive, None)
        for adapter in self.network_adapters:
            self.vm.host.virtual_machines.mac_addresses.release(adapter)
            switch, adapter.switch = adapter.switch, None
            if switch is not None:
                switch.touch()

    def _identifier(self, identifier: str | None) -> str:
        if identifier is None:
            return self.vm.host.new_guid()
        if not is_guid(identifier):
            raise InvalidParameter(f"The identifier {identifier!r:.64} is not valid.")
        guid = normalize_guid(identifier)
        taken = {each.id for each in self.network_adapters}
        taken |= {each.id for each in self.scsi} | {each.id for each in self.pmem}
        if guid in taken:
            raise InvalidState(f"A device with the identifier {guid} exists.")
        return guid

    def _added(self, device: Device) -> None:
        self.vm.touch()
        self.vm.host.observe("created", device)

    def _removed(self, device: Device) -> None:
        self.vm.touch()
        self.vm.host.observe("deleted", device)
