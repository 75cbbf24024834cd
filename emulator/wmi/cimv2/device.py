"""Devices and drivers as Plug and Play shows them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, time
from typing import TYPE_CHECKING

from emulator.host.network.network_interfaces import Interface, network_interfaces
from emulator.host.windows.plug_and_play import (
    CDROM_IDENTIFIER,
    VIDEO_IDENTIFIER,
    Device,
    devices,
    interface_identifier,
)
from emulator.host.windows.system_drivers import system_drivers
from emulator.wmi.cimv2.base import IN_COMPUTER, Win32RowView
from emulator.wmi.rows import Row
from emulator.wmi.view import wmi_method

if TYPE_CHECKING:
    from emulator.wmi.method import Arguments, MethodResult

_WORKING, _NOT_STARTED, _DISABLED = 0, 10, 22
#: Enable and Disable of a device that cannot be switched.
_NOT_SUPPORTED = 1


class PnPEntity(Win32RowView):
    """A device node; the classes of its own kind (disks, adapters) show it again with more."""

    class_name = "Win32_PnPEntity"
    constants = {
        **IN_COMPUTER,
        "ConfigManagerUserConfig": False,
        "CreationClassName": "Win32_PnPEntity",
        "Present": True,
    }

    def rows(self) -> Iterator[Row]:
        off = {name for name, each in self._adapters().items() if not each.enabled}
        for device in devices(self.host):
            is_off = device.disabled or device.identifier in off
            yield Row(
                device.identifier,
                {
                    "Caption": device.name,
                    "ClassGuid": device.class_guid,
                    "ConfigManagerErrorCode": _problem(device, is_off),
                    "Description": device.name,
                    "DeviceID": device.identifier,
                    "HardwareID": [device.identifier.rpartition("\\")[0]],
                    "Manufacturer": device.manufacturer,
                    "Name": device.name,
                    "PNPClass": device.kind,
                    "PNPDeviceID": device.identifier,
                    "Service": device.service or None,
                    "Status": "OK" if device.started and not is_off else "Error",
                    "SystemName": self.host.name,
                },
                device,
            )

    @wmi_method
    def Enable(self, row: Row, arguments: Arguments) -> MethodResult:
        """Switch a device on (2016 and later)."""
        return self._switch(row, arguments, enabled=True)

    @wmi_method
    def Disable(self, row: Row, arguments: Arguments) -> MethodResult:
        """Switch a device off: a network adapter, or one that could be assigned to virtual machines."""
        return self._switch(row, arguments, enabled=False)

    def _switch(self, row: Row, arguments: Arguments, *, enabled: bool) -> MethodResult:
        pci = row.shown.pci
        adapter = self._adapters().get(row.shown.identifier)
        if adapter is not None:
            self.host.ip_configuration.configure(adapter, enabled=enabled)
            return arguments.result(0, rebootNeeded=False)
        if pci is None:
            self.namespace.service.record_gap(self.namespace.name, f"{self.class_name}.{row.shown.name}")
            return arguments.result(_NOT_SUPPORTED)
        pci.enable(enabled)
        return arguments.result(0, rebootNeeded=False)

    def _adapters(self) -> dict[str, Interface]:
        """The network adapters by their instance paths."""
        return {interface_identifier(self.host, each): each for each in network_interfaces(self.host)}


def _problem(device: Device, is_off: bool) -> int:
    if is_off:
        return _DISABLED
    return _WORKING if device.started else _NOT_STARTED


class SystemDriver(Win32RowView):
    """A kernel driver. Drivers of a host are facts: they are not started and stopped here."""

    class_name = "Win32_SystemDriver"
    constants = {
        "AcceptPause": False,
        "CreationClassName": "Win32_SystemDriver",
        "DesktopInteract": False,
        "ErrorControl": "Normal",
        "ServiceSpecificExitCode": 0,
        "Status": "OK",
        "SystemCreationClassName": "Win32_ComputerSystem",
        "TagId": 0,
    }

    def rows(self) -> Iterator[Row]:
        for driver in system_drivers(self.host):
            yield Row(
                driver.name,
                {
                    "AcceptStop": driver.running and driver.start_mode != "Boot",
                    "Caption": driver.display_name,
                    "Description": driver.display_name,
                    "DisplayName": driver.display_name,
                    "ExitCode": 0 if driver.running else 1077,
                    "Name": driver.name,
                    "PathName": driver.path,
                    "ServiceType": driver.kind,
                    "Started": driver.running,
                    "StartMode": driver.start_mode,
                    "State": "Running" if driver.running else "Stopped",
                    "SystemName": self.host.name,
                },
            )


_VIRTUAL_CDROM = "SCSI\\CDROM&VEN_MSFT&PROD_VIRTUAL_DVD-ROM\\2&1F4ADFFE&0"


class CdRomDrive(Win32RowView):
    """The DVD drive of a machine that has one, without a disc, and a drive for each attached image."""

    class_name = "Win32_CDROMDrive"
    constants = {
        **IN_COMPUTER,
        "Availability": 3,
        "Capabilities": [3, 7],
        "CapabilityDescriptions": ["Random Access", "Supports Removable Media"],
        "Caption": "HL-DT-ST DVD-ROM DU90N",
        "ConfigManagerErrorCode": _WORKING,
        "ConfigManagerUserConfig": False,
        "CreationClassName": "Win32_CDROMDrive",
        "Description": "CD-ROM Drive",
        "DeviceID": CDROM_IDENTIFIER,
        "Manufacturer": "(Standard CD-ROM drives)",
        "MediaLoaded": False,
        "MediaType": "DVD-ROM",
        "Name": "HL-DT-ST DVD-ROM DU90N",
        "PNPDeviceID": CDROM_IDENTIFIER,
        "SCSIBus": 0,
        "SCSILogicalUnit": 0,
        "SCSIPort": 2,
        "SCSITargetId": 0,
        "Status": "OK",
    }

    def rows(self) -> Iterator[Row]:
        if self.host.hardware.facts.optical_drive:
            letter = self.host.optical_images.drive_letter()
            values = {"Drive": f"{letter}:", "Id": f"{letter}:", "SystemName": self.host.name}
            yield Row(0, values)
        for image in self.host.optical_images:
            drive = f"{image.letter}:" if image.letter else None
            identifier = f"{_VIRTUAL_CDROM}\\{image.unit:06}"
            yield Row(
                image.path,
                {
                    "Caption": "Microsoft Virtual DVD-ROM",
                    "DeviceID": identifier,
                    "Drive": drive,
                    "Id": drive,
                    "MediaLoaded": True,
                    "Name": "Microsoft Virtual DVD-ROM",
                    "PNPDeviceID": identifier,
                    "SCSITargetId": image.unit,
                    "Size": image.volume.size,
                    "SystemName": self.host.name,
                    "VolumeName": image.volume.label,
                    "VolumeSerialNumber": f"{image.volume.serial_number:08X}",
                },
            )


class VideoController(Win32RowView):
    """The adapter of the console. A host without a graphics driver has Microsoft's basic one."""

    class_name = "Win32_VideoController"
    constants = {
        **IN_COMPUTER,
        "AdapterCompatibility": "(Standard display types)",
        "AdapterDACType": "Integrated RAMDAC",
        "AdapterRAM": 16 << 20,
        "Availability": 3,
        "Caption": "Microsoft Basic Display Adapter",
        "ConfigManagerErrorCode": _WORKING,
        "ConfigManagerUserConfig": False,
        "CreationClassName": "Win32_VideoController",
        "CurrentBitsPerPixel": 32,
        "CurrentHorizontalResolution": 1024,
        "CurrentNumberOfColors": 1 << 32,
        "CurrentNumberOfColumns": 0,
        "CurrentNumberOfRows": 0,
        "CurrentRefreshRate": 64,
        "CurrentScanMode": 4,
        "CurrentVerticalResolution": 768,
        "Description": "Microsoft Basic Display Adapter",
        "DeviceID": "VideoController1",
        "InfFilename": "display.inf",
        "InfSection": "MSBDA",
        "Monochrome": False,
        "Name": "Microsoft Basic Display Adapter",
        "PNPDeviceID": VIDEO_IDENTIFIER,
        "Status": "OK",
        "VideoArchitecture": 5,
        "VideoMemoryType": 2,
        "VideoModeDescription": "1024 x 768 x 4294967296 colors",
    }

    def rows(self) -> Iterator[Row]:
        release = self.host.release
        yield Row(
            0,
            {
                "DriverDate": datetime(2006, 6, 21, tzinfo=UTC),
                "DriverVersion": f"{release.version}.{release.update_revision}",
                "SystemName": self.host.name,
            },
        )
        if not self.host.hardware.facts.graphics_processors:
            return
        for number, gpu in enumerate(self.host.expansion.gpus, 2):
            if gpu.pci.is_dismounted:
                continue
            facts = gpu.facts
            yield Row(
                number,
                {
                    "AdapterCompatibility": facts.driver_provider,
                    "AdapterRAM": min(facts.video_memory, (1 << 32) - (1 << 20)),
                    "Caption": gpu.name,
                    "ConfigManagerErrorCode": _DISABLED if gpu.pci.is_disabled else _WORKING,
                    "Description": gpu.name,
                    "DeviceID": f"VideoController{number}",
                    "DriverDate": datetime.combine(facts.driver_date, time(), UTC),
                    "DriverVersion": facts.driver_version,
                    "Name": gpu.name,
                    "PNPDeviceID": gpu.pci.instance_path,
                    "Status": "Error" if gpu.pci.is_disabled else "OK",
                    "SystemName": self.host.name,
                    "VideoProcessor": gpu.name,
                },
            )


VIEWS = (CdRomDrive, PnPEntity, SystemDriver, VideoController)
