"""The devices that Plug and Play shows: the machine's own and those that the hypervisor's role adds."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from emulator.host.network.network_interfaces import Interface, network_interfaces
from emulator.host.storage.disk_layout import physical_disks

if TYPE_CHECKING:
    from emulator.host.host import Host
    from emulator.host.virtual_machine.expansion.pci import HostPciDevice

#: Device setup classes (Windows Driver Kit, "System-Defined Device Setup Classes").
CLASS_GUIDS = {
    "CDROM": "{4d36e965-e325-11ce-bfc1-08002be10318}",
    "Computer": "{4d36e966-e325-11ce-bfc1-08002be10318}",
    "DiskDrive": "{4d36e967-e325-11ce-bfc1-08002be10318}",
    "Display": "{4d36e968-e325-11ce-bfc1-08002be10318}",
    "Keyboard": "{4d36e96b-e325-11ce-bfc1-08002be10318}",
    "Mouse": "{4d36e96f-e325-11ce-bfc1-08002be10318}",
    "Net": "{4d36e972-e325-11ce-bfc1-08002be10318}",
    "Processor": "{50127dc3-0f36-415e-a6cc-4cb3be910b65}",
    "SCSIAdapter": "{4d36e97b-e325-11ce-bfc1-08002be10318}",
    "SecurityDevices": "{d94ee5d8-d189-4994-83d2-f68d7d41b0e6}",
    "System": "{4d36e97d-e325-11ce-bfc1-08002be10318}",
}
_MICROSOFT = "Microsoft"
#: Kind of a device on the PCI Express bus -> setup class and service of its driver.
_PCI_KINDS = {
    "display": ("Display", "nvlddmkm"),
    "network": ("Net", "NetworkAdapter"),
    "storage": ("SCSIAdapter", "stornvme"),
    "other": ("System", ""),
}
_DISK_ADAPTERS = {"NVMe": "Standard NVM Express Controller", "SATA": "Standard SATA AHCI Controller"}

# identifier | name | class | service | first build | needs (`-`, `role`, `hypervisor`)
_SOFTWARE = """
ACPI_HAL\\PNP0C08\\0 | Microsoft ACPI-Compliant System | System | ACPI | 0 | -
ACPI\\PNP0A08\\0 | PCI Express Root Complex | System | pci | 0 | -
ROOT\\VOLMGR\\0000 | Volume Manager | System | volmgr | 0 | -
ROOT\\MSSMBIOS\\0000 | Microsoft System Management BIOS Driver | System | mssmbios | 0 | -
ROOT\\VMBUS\\0000 | Microsoft Hyper-V Virtual Machine Bus Provider | System | vmbusr | 0 | hypervisor
ROOT\\VID\\0000 | Microsoft Hyper-V Virtualization Infrastructure Driver | System | Vid | 0 | hypervisor
ROOT\\STORVSP\\0000 | Microsoft Hyper-V Virtual Disk Server | System | storvsp | 0 | hypervisor
ROOT\\VPCIVSP\\0000 | Microsoft Hyper-V PCI Server | System | vpcivsp | 14393 | hypervisor
ROOT\\HVSERVICE\\0000 | Microsoft Hypervisor Service | System | hvservice | 14393 | hypervisor
ROOT\\VMS_VSMP\\0000 | Hyper-V Virtual Switch Extension Adapter | Net | VMSMP | 9200 | role
"""


@dataclass(frozen=True, slots=True)
class Device:
    """A device node. ``identifier`` is its instance path; ``kind`` the name of its setup class."""

    identifier: str
    name: str
    kind: str
    service: str
    manufacturer: str = _MICROSOFT
    started: bool = True
    #: The device on the PCI Express bus that can be switched off, if it is one.
    pci: "HostPciDevice | None" = None

    @property
    def disabled(self) -> bool:
        """It was switched off."""
        return self.pci is not None and self.pci.is_disabled

    @property
    def class_guid(self) -> str:
        return CLASS_GUIDS[self.kind]


def devices(host: "Host") -> tuple[Device, ...]:
    """Every device node. Call it with the host's lock held."""
    return (*_machine(host), *_special(host), *_of_table(host), *_of_switches(host))


def network_adapter_identifier(number: int) -> str:
    """The instance path of a physical adapter, counted from 0."""
    return f"PCI\\VEN_8086&DEV_159B&SUBSYS_00008086&REV_02\\4&{number:08X}&0&0010"


def interface_identifier(host: "Host", interface: Interface) -> str:
    """The instance path of the adapter behind an interface; those of switches count from 1."""
    if interface.team is not None:
        return f"COMPOSITEBUS\\MS_IMPLAT_MP\\{{{interface.guid}}}"
    if interface.virtual is None:
        return network_adapter_identifier(interface.number - 1)
    return f"ROOT\\VMS_MP\\{interface.number - len(host.hardware.network_adapters):04}"


def interface_service(interface: Interface) -> str:
    """The service of its driver."""
    if interface.team is not None:
        return "NdisImPlatformMp"
    return "NetworkAdapter" if interface.virtual is None else "VMSMP"


def disk_identifier(number: int, model: str) -> str:
    """The instance path of a disk."""
    name = "_".join(model.upper().split())[:24]
    return f"SCSI\\DISK&VEN_&PROD_{name}\\5&{0x1A2B3C00 + number:08X}&0&{number:06X}"


VIDEO_IDENTIFIER = "PCI\\VEN_102B&DEV_0536&SUBSYS_00000000&REV_04\\5&17C0C9FB&0&0000E0"

CDROM_IDENTIFIER = "SCSI\\CDROM&VEN_HL-DT-ST&PROD_DVD-ROM_DU90N\\4&2C97A5E&0&010000"


def _machine(host: "Host") -> list[Device]:
    hardware = host.hardware
    processor = hardware.processor
    is_x64 = processor.architecture == "x64"
    computer = "ACPI x64-based PC" if is_x64 else "ACPI x86-based PC"
    found = [Device("ROOT\\ACPI_HAL\\0000", computer, "Computer", "", "(Standard computers)")]
    service = "intelppm" if processor.vendor == "Intel" else "AmdPPM"
    prefix = processor.identifier.replace(" ", "_").upper()
    found += [
        Device(
            f"ACPI\\{processor.manufacturer.upper()}_-_{prefix}\\_{number}",
            processor.model,
            "Processor",
            service,
            processor.vendor,
        )
        for number in range(processor.logical_processors)
    ]
    if (tpm := hardware.firmware.tpm) != "none":
        name = f"Trusted Platform Module {tpm}"
        found.append(Device("ACPI\\MSFT0101\\1", name, "SecurityDevices", "TPM", "(Standard)"))
    found.append(Device("ACPI\\PNP0303\\0", "Standard PS/2 Keyboard", "Keyboard", "i8042prt"))
    found.append(Device("HID\\VID_0624&PID_0248\\0", "HID-compliant mouse", "Mouse", "mouhid"))
    found.append(Device(VIDEO_IDENTIFIER, "Microsoft Basic Display Adapter", "Display", "BasicDisplay"))
    for number, interface in enumerate(dict.fromkeys(disk.interface for disk in hardware.disks)):
        name = _DISK_ADAPTERS.get(interface, f"{interface} Controller")
        identifier = f"PCI\\VEN_1000&DEV_10E2&SUBSYS_0000{number:04X}&REV_00\\4&{number:08X}&0&0018"
        found.append(Device(identifier, name, "SCSIAdapter", "storahci"))
    for disk in physical_disks(host):
        identifier = disk_identifier(disk.number, disk.model)
        found.append(Device(identifier, disk.model, "DiskDrive", "disk", "(Standard disk drives)"))
    if hardware.facts.optical_drive:
        found.append(Device(CDROM_IDENTIFIER, "HL-DT-ST DVD-ROM DU90N", "CDROM", "cdrom"))
    for number, adapter in enumerate(hardware.network_adapters):
        maker = adapter.description.partition("(")[0].split(" ")[0] or _MICROSOFT
        found.append(
            Device(network_adapter_identifier(number), adapter.description, "Net", "NetworkAdapter", maker)
        )
    return found


def _special(host: "Host") -> list[Device]:
    """Fibre channel ports, graphics processors and what can be assigned to virtual machines."""
    facts = host.hardware.facts
    if not (facts.fibre_channel_ports or facts.graphics_processors or facts.assignable_devices):
        return []
    found = []
    for number, port in enumerate(facts.fibre_channel_ports):
        identifier = f"PCI\\VEN_1077&DEV_2261&SUBSYS_029B1077&REV_01\\4&{0x1F3D0000 + number:08X}&0&0008"
        maker = port.description.split(" ")[0]
        found.append(Device(identifier, port.description, "SCSIAdapter", "ql2300", maker))
    for pci in host.expansion.pci_devices:
        kind, service = ("System", "pcip") if pci.is_dismounted else _PCI_KINDS[pci.kind]
        started = not pci.is_disabled
        maker = _MICROSOFT if pci.is_dismounted else pci.name.split(" ")[0]
        found.append(Device(pci.instance_path, pci.shown_name, kind, service, maker, started, pci))
    return found


def _of_table(host: "Host") -> list[Device]:
    found = []
    for line in _SOFTWARE.strip().splitlines():
        identifier, name, kind, service, first, needs = (cell.strip() for cell in line.split("|"))
        if host.release.build < int(first) or (needs != "-" and not host.role.active):
            continue
        started = needs != "hypervisor" or host.hypervisor.running
        found.append(Device(identifier, name, kind, service, started=started))
    return found


def _of_switches(host: "Host") -> list[Device]:
    """The virtual adapters with which the management operating system is at its switches, and its teams."""
    return [
        Device(
            interface_identifier(host, interface),
            interface.description,
            "Net",
            interface_service(interface),
        )
        for interface in network_interfaces(host)
        if interface.physical is None
    ]
