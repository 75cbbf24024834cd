"""VMFirmware, VMBios and VMBootSource: firmware settings of a virtual machine, live."""

from __future__ import annotations

from emulator.host import SECURE_BOOT_TEMPLATES, Device, DvdDrive, HardDiskDrive, Host, VirtualMachine
from emulator.host.virtual_machine.expansion.settings_parts import BootFile
from emulator.host.virtual_machine.virtual_machine_state import NetworkBootProtocol
from emulator.powershell.dotnet.enums import EnumType
from emulator.powershell.modules.hyperv.catalog import Readers
from emulator.powershell.modules.hyperv.objects.values import array, component, enum, enum_array, guid, on_off


class _OfMachine:
    __slots__ = ("vm",)

    def __init__(self, vm: VirtualMachine) -> None:
        self.vm = vm

    @property
    def host(self) -> Host:
        """The machine."""
        return self.vm.host


class Firmware(_OfMachine):
    """UEFI of a generation 2 machine."""

    __slots__ = ()


class Bios(_OfMachine):
    """BIOS of a generation 1 machine."""

    __slots__ = ()


class BootSource:
    """One entry of the boot order: a drive, a network adapter, or a file."""

    __slots__ = ("device",)

    def __init__(self, device: Device) -> None:
        self.device = device

    @property
    def vm(self) -> VirtualMachine:
        """The virtual machine."""
        return self.device.vm

    @property
    def host(self) -> Host:
        """The machine."""
        return self.device.host

    @property
    def is_drive(self) -> bool:
        """A drive; otherwise a network adapter."""
        return isinstance(self.device, HardDiskDrive | DvdDrive)

    @property
    def file(self) -> BootFile | None:
        """The entry for a file, if it is one."""
        return self.device if isinstance(self.device, BootFile) else None

    @property
    def boot_type(self) -> str:
        """Name of its BootSourceType."""
        if self.file is not None:
            return "File"
        return "Drive" if self.is_drive else "Network"

    @property
    def description(self) -> str:
        """What the firmware calls it."""
        if self.file is not None:
            return self.file.name
        return "EFI SCSI Device" if self.is_drive else "EFI Network"


_TEMPLATE_NAMES = {identifier: name for name, identifier in SECURE_BOOT_TEMPLATES.items()}
# BIOS boot order: 0 floppy, 1 CD, 2 IDE, 3 network; BootDevice has the same numbers.
BOOT_SOURCE_TYPE = EnumType(
    "Microsoft.HyperV.PowerShell.BootSourceType", {"Unknown": 0, "Drive": 1, "Network": 2, "File": 3}
)

FIRMWARE: Readers = {
    **component(lambda firmware: firmware.vm),
    "BootOrder": lambda firmware: array(
        "VMBootSource", [BootSource(one) for one in firmware.vm.firmware.boot_entries]
    ),
    "SecureBoot": on_off(lambda firmware: firmware.vm.firmware.secure_boot),
    "SecureBootTemplateId": lambda firmware: guid(firmware.vm.firmware.secure_boot_template_id),
    "SecureBootTemplate": lambda firmware: _TEMPLATE_NAMES.get(firmware.vm.firmware.secure_boot_template_id),
    "ConsoleMode": enum("ConsoleModeType", lambda firmware: firmware.vm.firmware.console_mode),
    "PreferredNetworkBootProtocol": enum(
        "IPProtocolPreference",
        lambda firmware: int(firmware.vm.firmware.network_boot_protocol is NetworkBootProtocol.IPV6),
    ),
    "PauseAfterBootFailure": on_off(lambda firmware: firmware.vm.firmware.pause_after_boot_failure),
}

BIOS: Readers = {
    **component(lambda bios: bios.vm),
    "NumLockEnabled": lambda bios: bios.vm.firmware.num_lock,
    "StartupOrder": lambda bios: enum_array("BootDevice", bios.vm.firmware.boot_order),
}

BOOT_SOURCE_ROW = (
    '[["BootType","Microsoft.HyperV.PowerShell.BootSourceType"],["Description","string"],["FirmwarePath","string"],'
    '["Device","Microsoft.HyperV.PowerShell.VMComponentObject"],["VMId","guid"],["VMName","string"],'
    '["VMSnapshotId","guid"],["VMSnapshotName","string"],'
    '["CimSession","Microsoft.Management.Infrastructure.CimSession"],["ComputerName","string"],["IsDeleted","bool"]]'
)
BOOT_SOURCE: Readers = {
    **component(lambda source: source.vm),
    "BootType": lambda source: BOOT_SOURCE_TYPE[source.boot_type],
    "Description": lambda source: source.description,
    "Device": lambda source: None if source.file is not None else source.device,
    "FirmwarePath": lambda source: None if source.file is None else source.file.firmware_path,
}
