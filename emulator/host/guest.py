"""The guest: what is installed in a virtual machine, how far it has booted, and what it reports."""

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, NamedTuple, cast

from emulator.host.checks import check_flag, check_number
from emulator.host.clock import Timer
from emulator.host.errors import DiskFull, InvalidParameter
from emulator.host.host_object import Part, operation
from emulator.host.virtual_machine_state import VirtualMachineState

if TYPE_CHECKING:
    from emulator.host.network_adapter import NetworkAdapter
    from emulator.host.virtual_disk import VirtualDisk
    from emulator.host.virtual_machine import VirtualMachine

#: What a guest writes while it boots (chosen).
BOOT_WRITES = 48 << 20


@dataclass(frozen=True, slots=True)
class InstalledSystem:
    """An operating system on a disk. ``ipv4_addresses`` are given to the adapters in order."""

    operating_system: str
    host_name: str = ""
    ipv4_addresses: tuple[str, ...] = ()
    boot_seconds: float = 20.0
    integration_services: bool = True


class GuestState(Enum):
    """How far the guest is."""

    DOWN = "down"
    NO_SYSTEM = "no-system"
    BOOTING = "booting"
    UP = "up"
    SHUTTING_DOWN = "shutting-down"
    HUNG = "hung"


class GuestMoment(NamedTuple):
    """How far a guest was, and how many seconds its boot still takes."""

    state: GuestState
    remaining: float


class Guest(Part):
    """Follows its machine: boots on the clock, stands still while the machine is paused or saved.

    A machine without an own ``system`` boots the one on its first hard disk (differencing disks and copies
    bring it along). Without any the machine runs, and no integration service ever answers.
    """

    __slots__ = ("_own_system", "_remaining", "_timer", "cpu_usage", "locked", "state", "was_up")

    def __init__(self, vm: "VirtualMachine", system: InstalledSystem | None = None) -> None:
        super().__init__(vm)
        self._own_system = system
        self.state = GuestState.DOWN
        self.cpu_usage = 0
        self.locked = False
        self.was_up = False
        self._timer: Timer | None = None
        self._remaining = 0.0

    @property
    def vm(self) -> "VirtualMachine":
        return cast("VirtualMachine", self.owner)

    @property
    def system(self) -> InstalledSystem | None:
        """What the machine boots."""
        if self._own_system is not None:
            return self._own_system
        for drive in self.vm.hard_disk_drives:
            disk = drive.virtual_disk
            if disk is not None and disk.installed_system is not None:
                return disk.installed_system
        return None

    @operation
    def install(self, system: InstalledSystem | None) -> None:
        """Put a system into the machine, or take it out; it boots at the next start."""
        self._own_system = system
        self.touch()

    @operation
    def configure(self, *, cpu_usage: int | None = None, locked: bool | None = None) -> None:
        """Set what nobody can find out by itself: CPU usage in percent, and whether the guest is
        locked."""
        usage = self.cpu_usage if cpu_usage is None else check_number("cpu_usage", cpu_usage, 0, 100)
        self.locked = self.locked if locked is None else check_flag("locked", locked)
        self.cpu_usage = usage
        self.touch()

    @property
    def has_integration_services(self) -> bool:
        return self.system is not None and self.system.integration_services

    @property
    def is_windows(self) -> bool:
        return self.system is not None and "windows" in self.system.operating_system.lower()

    @property
    def is_ready(self) -> bool:
        """Up in a running machine, with integration services that answer."""
        running = self.vm.state is VirtualMachineState.RUNNING
        return running and self.state is GuestState.UP and self.has_integration_services

    # -- following the machine ----------------------------------------------------------------

    def power_on(self) -> None:
        """The machine starts or was reset: boot from the beginning."""
        self.power_off()
        system = self.system
        if system is None:
            self.state = GuestState.NO_SYSTEM
            return
        self.state = GuestState.BOOTING
        self._boot_in(system.boot_seconds)

    def power_off(self) -> None:
        """The machine lost its power."""
        self._stop_timer()
        self.state = GuestState.DOWN
        self.was_up = False
        self._remaining = 0.0

    def freeze(self) -> None:
        """The machine was paused or saved: keep how far the guest was."""
        if self._timer is not None and self._timer.pending:
            self._remaining = max(0.0, (self._timer.due - self.host.clock.read()) / 1_000_000)
        self._stop_timer()
        self.was_up = self.state is GuestState.UP
        if self.state is not GuestState.BOOTING:
            self._remaining = 0.0

    def thaw(self) -> None:
        """The machine runs again: go on where the guest stood."""
        if self.state is GuestState.BOOTING:
            self._boot_in(self._remaining)
        self.was_up = self.state is GuestState.UP

    def moment(self) -> "GuestMoment":
        """How far the guest is, for a checkpoint with memory."""
        left = self._remaining
        if self._timer is not None and self._timer.pending:
            left = max(0.0, (self._timer.due - self.host.clock.read()) / 1_000_000)
        return GuestMoment(self.state, left)

    def restore(self, moment: "GuestMoment | None") -> None:
        """A checkpoint was applied: as far as the guest was then; down without memory."""
        self.power_off()
        if moment is not None:
            self.state, self._remaining = moment.state, moment.remaining
            self.was_up = moment.state is GuestState.UP

    def seed_up(self) -> None:
        """The profile's machine runs since long."""
        self.state = GuestState.UP if self.system is not None else GuestState.NO_SYSTEM
        self.was_up = self.state is GuestState.UP

    @operation
    def hang(self, hung: bool = True) -> None:
        """Let the guest stop answering, or answer again. Only a guest that is up can hang."""
        if hung and self.state is GuestState.UP:
            self.state = GuestState.HUNG
        elif not hung and self.state is GuestState.HUNG:
            self.state = GuestState.UP
        self.touch()

    def _boot_in(self, seconds: float) -> None:
        self._timer = self.host.clock.schedule(seconds, self._booted)

    def _booted(self) -> None:
        self._timer = None
        self.state = GuestState.UP
        self.was_up = True
        self.touch()
        # Logs and the page file: the same place at every boot, so that the file grows at the first one only.
        disk = self.system_disk
        if disk is not None:
            self._write(disk, 0, min(BOOT_WRITES, disk.size))

    @property
    def system_disk(self) -> "VirtualDisk | None":
        """The virtual disk that the guest boots from: the first with a system, otherwise the first."""
        disks = [disk for drive in self.vm.hard_disk_drives if (disk := drive.virtual_disk) is not None]
        return next(
            (disk for disk in disks if disk.installed_system is not None), disks[0] if disks else None
        )

    @operation
    def use_disk(self, size: int, disk: "VirtualDisk | None" = None) -> None:
        """Let a running guest write ``size`` bytes behind what is there (at most to the end of the disk).

        Raises InvalidState (it does not run), InvalidParameter. When the volume of the host is full the
        machine pauses, as on Windows.
        """
        self.vm.require(VirtualMachineState.RUNNING)
        target = self.system_disk if disk is None else disk
        if target is None or target.drives == []:
            raise InvalidParameter("The virtual machine has no such virtual hard disk.")
        check_number("size", size, 1, target.size)
        start = min(target.leaf.written.end, target.size - 1)
        self._write(target, start, min(size, target.size - start))

    def _write(self, disk: "VirtualDisk", offset: int, length: int) -> None:
        from emulator.host.life_cycle import pause_critical

        try:
            disk.write(offset, length)
        except DiskFull:
            pause_critical(self.vm, disk)

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    # -- what it reports ----------------------------------------------------------------------

    def addresses_of(self, adapter: "NetworkAdapter") -> list[str]:
        """IPv4 and IPv6 addresses of an adapter; empty unless the guest is ready and the adapter connected.

        Addresses that the system states go to the connected adapters in order, one each, the last one gets
        the rest. An adapter for which none is left gets an address from its switch, as from a DHCP server.
        """
        system = self.system
        if not self.is_ready or system is None or adapter.switch is None:
            return []
        connected = [each for each in self.vm.network_adapters if each.switch is not None]
        index = next(number for number, each in enumerate(connected) if each is adapter)
        stated = system.ipv4_addresses
        last = index == len(connected) - 1
        own = list(stated[index:] if last else stated[index : index + 1])
        return [*(own or adapter.switch.lease(adapter)), _link_local(adapter.mac_address)]

    def intrinsic_items(self) -> dict[str, str]:
        """Key-value pairs that the guest publishes by itself (GuestIntrinsicExchangeItems); empty until it
        is ready.

        Names as the guest writes them (Hyper-V "Data Exchange", registry key Guest\\Parameters\\Auto).
        """
        system = self.system
        if not self.is_ready or system is None:
            return {}
        addresses = [address for each in self.vm.network_adapters for address in self.addresses_of(each)]
        ipv4 = [address for address in addresses if ":" not in address]
        ipv6 = [address for address in addresses if ":" in address]
        name = system.operating_system
        version = _os_version(name)
        major, minor, build = [*version.split("."), "", ""][:3]
        items = {
            "FullyQualifiedDomainName": system.host_name,
            "OSName": name,
            "OSVersion": version,
            "OSMajorVersion": major,
            "OSMinorVersion": minor,
            "OSBuildNumber": build,
            "ProcessorArchitecture": "9" if self.is_windows else "x86_64",
            "NetworkAddressIPv4": ";".join(ipv4),
            "NetworkAddressIPv6": ";".join(ipv6),
        }
        if self.is_windows:
            items |= {"CSDVersion": "", "OSPlatformId": "2", "ServicePackMajor": "0", "ServicePackMinor": "0"}
            items |= {"RDPAddressIPv4": ipv4[0] if ipv4 else "", "RDPAddressIPv6": ipv6[0] if ipv6 else ""}
        return {key: value for key, value in items.items() if value or key == "CSDVersion"}


_WINDOWS_VERSIONS = (
    ("2025", "10.0.26100"),
    ("2022", "10.0.20348"),
    ("2019", "10.0.17763"),
    ("2016", "10.0.14393"),
    ("2012 R2", "6.3.9600"),
    ("2012", "6.2.9200"),
    ("2008 R2", "6.1.7601"),
    ("Windows 11", "10.0.26100"),
    ("Windows 10", "10.0.19045"),
    ("Windows 8.1", "6.3.9600"),
    ("Windows 7", "6.1.7601"),
)


def _os_version(name: str) -> str:
    """The version that a system of that name reports; empty when the name does not tell."""
    if "windows" in name.lower():
        return next((version for text, version in _WINDOWS_VERSIONS if text.lower() in name.lower()), "")
    return ""


def _link_local(mac_address: str) -> str:
    """The IPv6 link-local address of a MAC address (RFC 4291, appendix A)."""
    octets = bytearray.fromhex(mac_address)
    octets[0] ^= 2
    groups = [
        octets[0] << 8 | octets[1],
        octets[2] << 8 | 0xFF,
        0xFE00 | octets[3],
        octets[4] << 8 | octets[5],
    ]
    return "fe80::" + ":".join(f"{group:x}" for group in groups)
