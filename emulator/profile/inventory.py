"""The starting inventory of a profile: switches, virtual disks and virtual machines."""

from collections.abc import Iterator
from typing import Annotated, Any, Literal, get_args

from emulator.profile.expansion import LocationPath, WorldWideName
from emulator.profile.port_settings import AccessRule, Bandwidth, Isolation, Vlan
from emulator.profile.section import Field, Rule, Section
from emulator.profile.values import (
    GIGABYTE,
    MEGABYTE,
    TERABYTE,
    Count,
    Flag,
    Guid,
    IPv4Address,
    MacAddress,
    Number,
    Seconds,
    Size,
    VersionText,
    WholeSeconds,
    WindowsPath,
    parse_size,
)

Controller = Literal["IDE", "SCSI", "PMEM"]
MachineState = Literal["off", "running", "saved", "paused"]


Extension = Literal[
    "Microsoft NDIS Capture",
    "Microsoft Windows Filtering Platform",
    "Microsoft Azure VFP Switch Extension",
]


class VirtualSwitch(Section):
    """A virtual Ethernet switch."""

    name: str = Field(min_length=1, max_length=255, description="Name; unique without regard to case.")
    kind: Literal["external", "internal", "private"] = Field(
        description="`external`: on a physical adapter; `internal`: with the host; `private`: without it."
    )
    network_adapter: str | None = Field(
        default=None,
        description="Name of the physical adapter; for external switches only.",
        examples=["Ethernet 2"],
    )
    network_adapters: tuple[str, ...] = Field(
        default=(),
        max_length=8,
        description="Names of the members of an embedded team (Server 2016 and later), instead of "
        "`network_adapter`.",
    )
    allow_management_os: Flag = Field(
        default=True, description="The host has a virtual adapter on an external switch."
    )
    bandwidth_mode: Literal["default", "weight", "absolute", "none"] = Field(
        default="default",
        description="How ports state minimum bandwidths; `default` is absolute.",
    )
    enabled_extensions: tuple[Extension, ...] = Field(
        default=(), max_length=3, description="Extensions that run beside those that always do."
    )
    disabled_extensions: tuple[Extension, ...] = Field(
        default=(), max_length=3, description="Extensions that do not run."
    )
    id: Guid | None = Field(default=None, description="GUID; left out: made from the profile and the name.")
    notes: str = Field(default="", max_length=1024, description="Notes.")


class VirtualSan(Section):
    """A virtual fibre channel SAN."""

    name: str = Field(min_length=1, max_length=100, description="Name; unique without regard to case.")
    ports: tuple[WorldWideName, ...] = Field(
        default=(),
        max_length=16,
        description="WWPNs of `hardware.fibre_channel_ports`; each in one SAN only.",
    )
    notes: str = Field(default="", max_length=1024, description="Notes.")


class VirtualDisk(Section):
    """A virtual hard disk file."""

    path: WindowsPath = Field(
        description="File, ending in .vhd, .vhdx, .vhds or .vhdpmem; unique without regard to case.",
        examples=[r"C:\VMs\web01.vhdx"],
    )
    kind: Literal["dynamic", "fixed", "differencing"] = Field(
        default="dynamic", description="How the file grows."
    )
    size: Size | None = Field(
        default=None, description="Size that a guest sees; a differencing disk takes its parent's."
    )
    used: Size | None = Field(
        default=None, description="Size of the file on the host; left out: that of a disk without data."
    )
    data: Size | None = Field(
        default=None,
        description="What the guest still uses of it, from the start; left out: all that the file holds.",
    )
    parent: WindowsPath | None = Field(
        default=None, description="Parent file, stated in `virtual_disks` too; for differencing disks only."
    )
    id: Guid | None = Field(default=None, description="Disk identifier; left out: made from the path.")


class Memory(Section):
    """Memory of a virtual machine; every value is a multiple of 2 MB."""

    startup: Size = Field(default=GIGABYTE, ge=32 * MEGABYTE, description="Memory at the start.")
    dynamic: Flag = Field(default=False, description="Dynamic memory.")
    minimum: Size = Field(
        default=512 * MEGABYTE,
        ge=32 * MEGABYTE,
        description="Least memory with dynamic memory; left out: 512 MB, or `startup` when that is less.",
    )
    maximum: Size = Field(
        default=TERABYTE,
        ge=32 * MEGABYTE,
        description="Most memory with dynamic memory; left out: 1 TB, or `startup` when that is more.",
    )
    buffer: Number = Field(default=20, ge=5, le=2000, description="Buffer in percent with dynamic memory.")
    weight: Number = Field(
        default=5000, ge=0, le=10000, description="Priority among virtual machines, 0 to 10000."
    )

    @classmethod
    def prepare(cls, data: Any) -> Any:
        """Fit the defaults of the bounds to the memory at the start."""
        if not isinstance(data, dict) or "startup" not in data:
            return data
        try:
            startup = parse_size(data["startup"])
        except ValueError:
            return data
        return {
            "minimum": min(512 * MEGABYTE, max(startup, 32 * MEGABYTE)),
            "maximum": max(TERABYTE, startup),
        } | data


class Drive(Section):
    """Where a drive sits."""

    controller: Controller = Field(
        default="IDE",
        description="Left out: IDE in generation 1, SCSI in generation 2; PMEM holds .vhdpmem files only.",
    )
    controller_number: Number = Field(
        default=0,
        ge=0,
        le=3,
        description="Controller, 0 or 1 for IDE, 0 to 3 for SCSI, 0 for PMEM; left out: the first free.",
    )
    controller_location: Number = Field(
        default=0,
        ge=0,
        le=63,
        description="Place, 0 or 1 for IDE and 0 to 63 for others; left out: the first free.",
    )


class HardDisk(Drive):
    """A hard disk drive with a virtual disk in it, or a physical disk of the host."""

    path: WindowsPath | None = Field(
        default=None,
        description="Virtual hard disk; it must be stated in `virtual_disks`.",
        examples=[r"D:\VMs\web01.vhdx"],
    )
    disk_number: Number | None = Field(
        default=None,
        ge=0,
        le=63,
        description="Instead of `path`: the physical disk that is passed through, 0 for the first of"
        " `hardware.disks`; it must be `offline`.",
    )


class DvdDrive(Drive):
    """A DVD drive."""

    path: WindowsPath | None = Field(
        default=None,
        description="Image in the drive (.iso); left out: empty.",
        examples=[r"C:\ISO\ubuntu-24.04.iso"],
    )


class VirtualNetworkAdapter(Section):
    """A network adapter of a virtual machine."""

    name: str = Field(default="Network Adapter", min_length=1, max_length=255, description="Name.")
    switch: str | None = Field(
        default=None,
        description="Name of the virtual switch, stated in `virtual_switches`; left out: not connected.",
    )
    mac_address: MacAddress | None = Field(
        default=None, description="Static address, normal form AA-BB-CC-DD-EE-FF; left out: dynamic."
    )
    vlan: Vlan | None = Field(default=None, description="VLAN of the port; left out: untagged.")
    isolation: Isolation | None = Field(
        default=None, description="Isolation of tenants (Server 2012 R2 and later); left out: none."
    )
    bandwidth: Bandwidth | None = Field(default=None, description="Bandwidth of the port; left out: as is.")
    mac_address_spoofing: Flag = Field(default=False, description="The guest may send from other addresses.")
    dhcp_guard: Flag = Field(default=False, description="The guest may not answer DHCP.")
    router_guard: Flag = Field(default=False, description="The guest may not announce routes.")
    allow_teaming: Flag = Field(default=False, description="The guest may team the adapter.")
    port_mirroring: Literal["none", "source", "destination"] = Field(
        default="none", description="Packets of the port are copied from it, or to it."
    )
    rules: tuple[AccessRule, ...] = Field(
        default=(), max_length=100, description="Rules by address, in order."
    )


class FibreChannelAdapter(Section):
    """A fibre channel adapter of a virtual machine; its names come from the host's range."""

    name: str = Field(default="Fibre Channel Adapter", min_length=1, max_length=255, description="Name.")
    san: str = Field(description="Name of the virtual SAN, stated in `virtual_sans`.")


class GuestSystem(Section):
    """What is installed in a virtual machine."""

    operating_system: str = Field(
        min_length=1,
        max_length=128,
        description="Name of the guest's system.",
        examples=["Ubuntu 24.04 LTS", "Windows Server 2022 Datacenter"],
    )
    host_name: str = Field(
        default="", max_length=255, description="Name that the guest reports; left out: none."
    )
    ipv4_addresses: tuple[IPv4Address, ...] = Field(
        default=(), max_length=64, description="Addresses that the guest reports when it runs."
    )
    boot_seconds: Seconds | None = Field(
        default=None,
        description="Time from power-on until integration services answer; left out: what it usually takes.",
    )
    integration_services: Flag = Field(
        default=True, description="Integration services are installed in the guest."
    )
    hangs_after: Seconds | None = Field(
        default=None, description="Scenario: seconds after each boot until the guest stops answering."
    )
    crashes_after: Seconds | None = Field(
        default=None, description="Scenario: seconds after each boot until the guest has a fatal error."
    )


class Checkpoint(Section):
    """A checkpoint of a virtual machine; its differencing files are made at the start, without data."""

    name: str = Field(min_length=1, max_length=100, description="Name; unique in its machine.")
    parent: str | None = Field(
        default=None,
        description="Name of an earlier checkpoint that it was taken after; left out: the one before it.",
    )
    memory: Flag = Field(
        default=False, description="With the memory of the running machine, as a standard checkpoint has it."
    )
    notes: str = Field(default="", max_length=4096, description="Notes.")


class Replication(Section):
    """One end of a replication that has been going on when the emulator starts (Hyper-V Replica).

    A primary sends to its partner at the interval; a partner that cannot be reached makes it critical, as on
    a real host. A replica waits, and makes its host a replica server that its partner may send to.
    """

    mode: Literal["primary", "replica"] = Field(description="What the machine is.")
    partner: str = Field(
        min_length=1,
        max_length=255,
        description="Full name of the other server.",
        examples=["HVHOST2.contoso.com"],
    )
    frequency: Literal[30, 300, 900] = Field(default=300, description="Seconds between two cycles.")
    recovery_history: Annotated[Number, Rule(ge=0, le=24)] = Field(
        default=0, description="Recovery points to keep."
    )
    state: Literal["ready", "replicating", "suspended", "critical", "resynchronization-required"] = Field(
        default="replicating", description="How far it is; `ready`: before the initial replication."
    )


class VirtualMachine(Section):
    """A virtual machine."""

    name: str = Field(min_length=1, max_length=100, description="Name; may repeat.", examples=["web01"])
    id: Guid | None = Field(
        default=None, description="GUID; left out: made from the profile and the position."
    )
    generation: Literal[1, 2] = Field(
        default=1, description="1 (BIOS) or 2 (UEFI; Windows Server 2012 R2 and later)."
    )
    version: VersionText | None = Field(
        default=None, description="Configuration version; left out: the release's default.", examples=["10.0"]
    )
    processors: Count = Field(default=1, le=2048, description="Virtual processors.")
    memory: Memory = Field(default_factory=Memory, description="Memory.")
    hard_disks: tuple[HardDisk, ...] = Field(default=(), max_length=256, description="Hard disk drives.")
    dvd_drives: tuple[DvdDrive, ...] = Field(default=(), max_length=64, description="DVD drives.")
    network_adapters: tuple[VirtualNetworkAdapter, ...] = Field(
        default=(), max_length=64, description="Network adapters."
    )
    fibre_channel_adapters: tuple[FibreChannelAdapter, ...] = Field(
        default=(), max_length=4, description="Fibre channel adapters."
    )
    assigned_devices: tuple[LocationPath, ...] = Field(
        default=(),
        max_length=16,
        description="Location paths of host devices that are assigned; they are taken from the host.",
    )
    gpu_partitions: Annotated[Number, Rule(ge=0, le=8)] = Field(
        default=0, description="How many GPU partitions the machine has."
    )
    state: MachineState = Field(default="off", description="State at the start of the emulator.")
    notes: str = Field(default="", max_length=4096, description="Notes.")
    automatic_start_action: Literal["nothing", "start-if-running", "start"] = Field(
        default="start-if-running", description="What happens when the host boots."
    )
    automatic_start_delay: WholeSeconds = Field(
        default=0, description="Delay of the automatic start in seconds."
    )
    automatic_stop_action: Literal["turn-off", "save", "shut-down"] = Field(
        default="save", description="What happens when the host shuts down."
    )
    checkpoints: tuple[Checkpoint, ...] = Field(
        default=(), max_length=50, description="Checkpoints in the order in which they were taken."
    )
    guest: GuestSystem | None = Field(default=None, description="Installed guest; left out: nothing to boot.")
    replication: Replication | None = Field(
        default=None, description="Replication that it takes part in; left out: none."
    )

    @classmethod
    def prepare(cls, data: Any) -> Any:
        """Give each drive without a stated place the first free one, so that places are explicit later on."""
        if not isinstance(data, dict):
            return data
        kind = "SCSI" if data.get("generation") == 2 else "IDE"
        drives: dict[str, list[Any]] = {}
        taken: set[tuple[str, int, int]] = set()
        for key in ("hard_disks", "dvd_drives"):
            if not isinstance(data.get(key), list | tuple):
                continue
            drives[key] = [
                {"controller": kind} | drive if isinstance(drive, dict) else drive for drive in data[key]
            ]
            for drive in drives[key]:
                if isinstance(drive, dict) and isinstance(drive.get("controller_location"), int):
                    number = drive.setdefault("controller_number", 0)
                    if isinstance(number, int):
                        taken.add((str(drive["controller"]), number, drive["controller_location"]))
        for key, items in drives.items():
            for drive in items:
                if isinstance(drive, dict) and "controller_location" not in drive:
                    _place(drive, taken, last_first=key == "dvd_drives")
        return data | drives


def _places(controller: str, *, last_first: bool) -> Iterator[tuple[int, int]]:
    controllers = range({"IDE": 2, "SCSI": 4}.get(controller, 1))
    # On IDE a new DVD drive goes to the second controller, as New-VM does in generation 1.
    order = reversed(controllers) if last_first and controller == "IDE" else controllers
    for number in order:
        for location in range(2 if controller == "IDE" else 64):
            yield number, location


def _place(drive: dict[str, Any], taken: set[tuple[str, int, int]], *, last_first: bool) -> None:
    controller = drive["controller"]
    if controller not in get_args(Controller):
        return
    wanted = drive.get("controller_number")
    for number, location in _places(controller, last_first=last_first):
        if (wanted is None or number == wanted) and (controller, number, location) not in taken:
            drive |= {"controller_number": number, "controller_location": location}
            taken.add((controller, number, location))
            return


class Generate(Section):
    """Many equal virtual machines, made at the start without cost; for load tests."""

    virtual_machines: Number = Field(default=0, ge=0, le=100_000, description="How many to make.")
    name_prefix: str = Field(
        default="vm-",
        max_length=80,
        description="Names are this prefix and a number of five digits, from 00001.",
    )
    generation: Literal[1, 2] = Field(default=1, description="Generation.")
    processors: Count = Field(default=1, le=2048, description="Virtual processors of each.")
    memory: Size = Field(default=GIGABYTE, ge=32 * MEGABYTE, description="Static memory of each.")
    state: Literal["off", "running"] = Field(default="off", description="State of each.")
    switch: str | None = Field(
        default=None, description="Virtual switch of the network adapter; left out: none."
    )


class Inventory(Section):
    """What exists in Hyper-V when the emulator starts, and after a reset."""

    virtual_switches: tuple[VirtualSwitch, ...] = Field(
        default=(), max_length=1000, description="Virtual switches."
    )
    virtual_sans: tuple[VirtualSan, ...] = Field(
        default=(), max_length=64, description="Virtual fibre channel SANs."
    )
    virtual_disks: tuple[VirtualDisk, ...] = Field(
        default=(), max_length=10_000, description="Virtual hard disks."
    )
    virtual_machines: tuple[VirtualMachine, ...] = Field(
        default=(), max_length=10_000, description="Virtual machines."
    )
    generate: Generate = Field(default_factory=Generate, description="Many equal virtual machines.")

    def disk(self, path: str) -> VirtualDisk | None:
        """The stated virtual disk of a path, without regard to case."""
        return next((disk for disk in self.virtual_disks if disk.path.lower() == path.lower()), None)

    def size_of(self, disk: VirtualDisk) -> int:
        """Bytes that a guest sees; a differencing disk without a size has its parent's."""
        while disk.size is None and disk.parent is not None:
            parent = self.disk(disk.parent)
            if parent is None:
                break
            disk = parent
        return disk.size or 0
