"""The machine's hardware as a profile states it."""

import datetime
from typing import Annotated, Any, Literal

from emulator.profile.expansion import (
    AssignableDevice,
    DeviceEmulator,
    FibreChannelPort,
    GraphicsProcessor,
)
from emulator.profile.section import Field, Rule, Section
from emulator.profile.values import (
    GIGABYTE,
    Count,
    Day,
    Flag,
    Guid,
    IPv4Address,
    MacAddress,
    Number,
    Size,
    Speed,
    WindowsPath,
)


class Capability(Section):
    """A processor feature that firmware may switch off."""

    supported: Flag = Field(default=True, description="The processor has the feature.")
    enabled: Flag = Field(
        default=True, description="Firmware has the feature switched on; left out: the same as `supported`."
    )

    @classmethod
    def prepare(cls, data: Any) -> Any:
        """What the processor does not support is off too."""
        if isinstance(data, dict) and data.get("supported") is False:
            return {"enabled": False} | data
        return data

    @property
    def usable(self) -> bool:
        """True when the feature is present and switched on."""
        return self.supported and self.enabled


class Processor(Section):
    """The processors; all sockets hold the same model."""

    vendor: Literal["Intel", "AMD"] = Field(description="Manufacturer of the processor.")
    model: str = Field(
        min_length=1,
        max_length=128,
        description="Marketing name, as Win32_Processor.Name shows it.",
        examples=["Intel(R) Xeon(R) Gold 6338 CPU @ 2.00GHz"],
    )
    architecture: Literal["x64", "x86"] = Field(
        default="x64", description="`x64` for a 64-bit processor, `x86` for one that has 32-bit mode only."
    )
    sockets: Count = Field(default=1, le=64, description="Processors in the machine.")
    cores_per_socket: Count = Field(default=1, le=512, description="Cores of one processor.")
    threads_per_core: Annotated[Number, Rule(ge=1, le=2)] = Field(
        default=1, description="2 with Hyper-Threading or SMT, otherwise 1."
    )
    clock_megahertz: Number = Field(ge=100, le=10000, description="Nominal clock in MHz.", examples=[2000])
    family: Number = Field(ge=0, le=270, description="CPUID family, extended family added.", examples=[6])
    model_number: Number = Field(
        ge=0, le=255, description="CPUID model, extended model added.", examples=[106]
    )
    stepping: Number = Field(ge=0, le=15, description="CPUID stepping.", examples=[6])
    level_2_cache: Size = Field(default=0, description="Level 2 cache of one socket; 0 when not stated.")
    level_3_cache: Size = Field(default=0, description="Level 3 cache of one socket; 0 when not stated.")
    virtualization: Capability = Field(
        default_factory=Capability,
        description="Intel VT-x or AMD-V: supported by the processor, enabled in firmware.",
    )
    dep: Capability = Field(
        default_factory=Capability,
        description="Data Execution Prevention (Intel XD, AMD NX): supported, enabled.",
    )
    slat: Flag = Field(default=True, description="Second level address translation (Intel EPT, AMD RVI).")

    @property
    def cores(self) -> int:
        """Cores of all sockets."""
        return self.sockets * self.cores_per_socket

    @property
    def logical_processors(self) -> int:
        """Hardware threads of all sockets."""
        return self.cores * self.threads_per_core

    @property
    def manufacturer(self) -> str:
        """CPUID vendor text, e.g. ``GenuineIntel``."""
        return "GenuineIntel" if self.vendor == "Intel" else "AuthenticAMD"

    @property
    def identifier(self) -> str:
        """Win32_Processor.Caption, e.g. ``Intel64 Family 6 Model 106 Stepping 6``."""
        name = ("Intel64" if self.vendor == "Intel" else "AMD64") if self.architecture == "x64" else "x86"
        return f"{name} Family {self.family} Model {self.model_number} Stepping {self.stepping}"

    @property
    def signature(self) -> int:
        """CPUID leaf 1 EAX: the low half of Win32_Processor.ProcessorId, e.g. 0x206C2."""
        base_family = min(self.family, 15)
        extended_family = self.family - base_family
        return (
            extended_family << 20
            | (self.model_number >> 4) << 16
            | base_family << 8
            | (self.model_number & 15) << 4
            | self.stepping
        )


class Volume(Section):
    """A formatted volume of a disk."""

    drive_letter: Annotated[str, Rule(pattern="^[C-Zc-z]?$")] = Field(
        default="",
        description="Drive letter without colon; may be left out when there are `mount_points`.",
        examples=["C", "D"],
    )
    mount_points: tuple[WindowsPath, ...] = Field(
        default=(),
        max_length=16,
        description="Folders of volumes with drive letters in which it is mounted; made when missing.",
        examples=[["D:\\Mounted\\Data"]],
    )
    label: str = Field(default="", max_length=32, description="Volume label.")
    size: Size | None = Field(
        default=None, description="Size; left out: what the other volumes leave of the disk."
    )
    used: Size = Field(
        default=20 * GIGABYTE,
        description="Space that the system's own files take; virtual disks come on top.",
    )
    direct_access: Flag = Field(
        default=False, description="Formatted for direct access (DAX); on a disk with `media: SCM` only."
    )
    shared_virtual_disks: Flag = Field(
        default=False,
        description="Virtual hard disks on it can be shared by virtual machines, as on a cluster's volume.",
    )


class Disk(Section):
    """A physical disk, or what a RAID controller shows as one."""

    model: str = Field(min_length=1, max_length=128, description="Model name.", examples=["PERC H755 Front"])
    size: Size = Field(ge=GIGABYTE, description="Capacity.")
    interface: Literal["SATA", "SAS", "NVMe", "RAID", "SCSI", "IDE", "SCM"] = Field(
        default="SATA", description="Bus type; `SCM` for persistent memory (storage class memory)."
    )
    media: Literal["SSD", "HDD", "SCM"] = Field(
        default="SSD", description="Kind of storage medium; `SCM` for persistent memory."
    )
    serial_number: str = Field(default="", max_length=64, description="Serial number.")
    offline: Flag = Field(
        default=False,
        description="Windows leaves the disk alone, so that a virtual machine can have it; without volumes.",
    )
    volumes: tuple[Volume, ...] = Field(
        default=(),
        description="Volumes. When no disk of the machine states any, the first disk holds C: alone.",
    )


class NetworkAdapter(Section):
    """A physical network adapter."""

    name: str = Field(
        default="Ethernet", min_length=1, max_length=64, description="Connection name.", examples=["Ethernet"]
    )
    description: str = Field(
        min_length=1,
        max_length=128,
        description="Interface description; external virtual switches show it.",
        examples=["Intel(R) Ethernet Controller X710 for 10GbE SFP+"],
    )
    mac_address: MacAddress = Field(description="Hardware address; normal form AA-BB-CC-DD-EE-FF.")
    link_speed: Speed = Field(default=10**9, description="Speed in bits per second, e.g. '10 Gbps'.")
    connected: Flag = Field(default=True, description="A cable is plugged in.")
    wireless: Flag = Field(default=False, description="A Wi-Fi adapter.")
    virtual_functions: Annotated[Number, Rule(ge=0, le=256)] = Field(
        default=0, description="Virtual functions of an adapter with SR-IOV; 0 without."
    )
    rdma: Flag = Field(default=False, description="An adapter with RDMA (Network Direct).")
    dhcp: Flag = Field(default=False, description="The addresses come from a DHCP server.")
    ipv4_addresses: tuple[IPv4Address, ...] = Field(
        default=(), description="IPv4 addresses, without prefix length."
    )
    prefix_length: Number = Field(default=24, ge=1, le=32, description="Prefix length of the addresses.")
    gateway: IPv4Address | None = Field(default=None, description="Default gateway.")
    dns_servers: tuple[IPv4Address, ...] = Field(default=(), description="DNS servers.")


class Firmware(Section):
    """UEFI or BIOS."""

    type: Literal["UEFI", "BIOS"] = Field(default="UEFI", description="Firmware type.")
    vendor: str = Field(
        default="American Megatrends Inc.", max_length=64, description="Maker of the firmware."
    )
    version: str = Field(
        default="1.0", max_length=64, description="SMBIOS firmware version.", examples=["2.12.4"]
    )
    release_date: Day = Field(
        default=datetime.date(2023, 1, 1), description="Date of the firmware.", examples=["2023-05-09"]
    )
    serial_number: str = Field(
        default="", max_length=64, description="Serial number or service tag of the machine."
    )
    uuid: Guid = Field(
        default="4C4C4544-0048-3510-8056-B4C04F4E4732", description="SMBIOS UUID of the machine."
    )
    tpm: Literal["none", "1.2", "2.0"] = Field(
        default="none", description="Specification of the Trusted Platform Module, or `none`."
    )
    secure_boot: Flag = Field(default=False, description="Secure boot is on; needs `type: UEFI`.")


class System(Section):
    """The machine as its maker sells it."""

    manufacturer: str = Field(default="Dell Inc.", max_length=64, description="Maker of the machine.")
    model: str = Field(default="PowerEdge R750", max_length=64, description="Product name.")


class Hardware(Section):
    """Everything below the operating system."""

    system: System = Field(default_factory=System, description="Maker and product name.")
    firmware: Firmware = Field(default_factory=Firmware, description="UEFI or BIOS, serial number and UUID.")
    processor: Processor = Field(description="Processors and what they can do.")
    numa_nodes: Count = Field(default=1, le=64, description="NUMA nodes; at most one per core.")
    memory: Size = Field(ge=GIGABYTE // 2, description="Installed memory, e.g. '128 GB'.")
    disks: tuple[Disk, ...] = Field(min_length=1, max_length=64, description="Physical disks.")
    network_adapters: tuple[NetworkAdapter, ...] = Field(
        default=(), max_length=64, description="Network adapters."
    )
    optical_drive: Flag = Field(default=False, description="The machine has a DVD drive, without a disc.")
    fibre_channel_ports: tuple[FibreChannelPort, ...] = Field(
        default=(), max_length=16, description="Ports of fibre channel host bus adapters."
    )
    graphics_processors: tuple[GraphicsProcessor, ...] = Field(
        default=(), max_length=16, description="Graphics processors beside the basic display adapter."
    )
    assignable_devices: tuple[AssignableDevice, ...] = Field(
        default=(),
        max_length=64,
        description="Devices that can be taken from the host and assigned to virtual machines.",
    )
    device_emulators: tuple[DeviceEmulator, ...] = Field(
        default=(), max_length=16, description="Programs that emulate flexible I/O devices."
    )

    @property
    def logical_processors(self) -> int:
        """Hardware threads of all sockets."""
        return self.processor.logical_processors

    @property
    def volumes(self) -> tuple[tuple[int, Volume], ...]:
        """(disk number, volume) pairs with every size filled in; there is always a C:."""
        stated = [(number, volume) for number, disk in enumerate(self.disks) for volume in disk.volumes]
        if not stated:
            stated = [(0, Volume(drive_letter="C"))]
        result = []
        for number, volume in stated:
            taken = sum(other.size or 0 for index, other in stated if index == number)
            size = self.disks[number].size - taken if volume.size is None else volume.size
            letter = volume.drive_letter.upper()
            result.append((number, volume.replaced(size=size, drive_letter=letter)))
        return tuple(result)
