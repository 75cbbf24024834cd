"""The devices that are built into a virtual machine, by kind."""

from typing import TYPE_CHECKING

from emulator.host.errors import NotFound
from emulator.host.guest.integration_services import IntegrationService, IntegrationServiceKind
from emulator.host.host_object import HostObject
from emulator.host.network.network_adapter import NetworkAdapter
from emulator.host.virtual_machine.controllers import Controller, IdeController, ScsiController
from emulator.host.virtual_machine.device import ComPort, FixedDevice
from emulator.host.virtual_machine.device_rack import DeviceRack
from emulator.host.virtual_machine.drives import ControllerDrive, DvdDrive, FloppyDrive, HardDiskDrive

if TYPE_CHECKING:
    from emulator.host.guest.remote_desktop import RemoteDesktopComponent
    from emulator.host.virtual_machine.battery import Battery
    from emulator.host.virtual_machine.display import SyntheticDisplay


class FittedDevices(HostObject):
    """Reads a machine's rack; ``devices`` is the rack itself, which changes them."""

    @property
    def devices(self) -> DeviceRack:
        """What changes the devices that are built in."""
        raise NotImplementedError

    @property
    def fixed_devices(self) -> list[FixedDevice]:
        return self.devices.fixed

    @property
    def controllers(self) -> list[Controller]:
        """IDE, then SCSI."""
        return self.devices.controllers

    @property
    def ide_controllers(self) -> list[IdeController]:
        return self.devices.ide

    @property
    def scsi_controllers(self) -> list[ScsiController]:
        return self.devices.scsi

    @property
    def drives(self) -> list[ControllerDrive]:
        """Hard disk and DVD drives in order of controllers and locations."""
        return self.devices.drives

    @property
    def hard_disk_drives(self) -> list[HardDiskDrive]:
        return [drive for drive in self.devices.drives if isinstance(drive, HardDiskDrive)]

    @property
    def dvd_drives(self) -> list[DvdDrive]:
        return [drive for drive in self.devices.drives if isinstance(drive, DvdDrive)]

    @property
    def floppy(self) -> FloppyDrive | None:
        """The diskette drive; generation 1 only."""
        return self.devices.floppy

    @property
    def display(self) -> "SyntheticDisplay":
        """The synthetic display."""
        return self.devices.display

    @property
    def battery(self) -> "Battery | None":
        """The virtual battery, if there is one."""
        return self.devices.battery

    @property
    def com_ports(self) -> list[ComPort]:
        return self.devices.com_ports

    @property
    def network_adapters(self) -> list[NetworkAdapter]:
        return self.devices.network_adapters

    @property
    def remote_desktop(self) -> "RemoteDesktopComponent":
        return self.devices.remote_desktop

    @property
    def integration_services(self) -> list[IntegrationService]:
        return self.devices.integration_services

    def integration_service(self, kind: IntegrationServiceKind) -> IntegrationService:
        """One integration service. Raises NotFound when machines of this release have it not."""
        for service in self.integration_services:
            if service.kind is kind:
                return service
        raise NotFound(f"The integration service '{kind.value.name}' was not found.")
