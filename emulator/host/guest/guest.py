"""The guest: what is installed in a virtual machine, how far it has booted, and what it reports."""

from enum import Enum
from typing import TYPE_CHECKING, cast

from emulator.host.checks import check_flag, check_number
from emulator.host.clock import Timer
from emulator.host.errors import DiskFull, InvalidParameter, InvalidState
from emulator.host.guest.guest_data import EMPTY, GuestData
from emulator.host.guest.key_value_pairs import KeyValuePairs
from emulator.host.host_object import Part, operation
from emulator.host.virtual_machine import event_messages as events
from emulator.host.virtual_machine.virtual_machine_state import VirtualMachineState
from emulator.profile.guest_systems import GuestSystemFacts, guest_system
from emulator.record import Record

if TYPE_CHECKING:
    from emulator.host.guest.console.guest_console import GuestConsole
    from emulator.host.guest.guest_communication import GuestCommunicationService
    from emulator.host.guest.guest_files import GuestFiles
    from emulator.host.guest.guest_network import GuestNetworkSettings
    from emulator.host.network.network_adapter import NetworkAdapter
    from emulator.host.storage.virtual_disk import VirtualDisk
    from emulator.host.virtual_machine.virtual_machine import VirtualMachine

_FIRST_BUILD_THAT_TELLS_OF_BOOTS = 9600
#: Bytes that a client may leave for the first start.
MAXIMUM_INITIAL_CONFIGURATION = 1 << 20
_RESUME_SHARE = 0.25
#: What a guest writes while it boots (chosen).
BOOT_WRITES = 48 << 20


class InstalledSystem(Record):
    """An operating system on a disk. ``ipv4_addresses`` are given to the adapters in order.

    ``boot_seconds`` of None is what systems of that name take. ``hangs_after`` and ``crashes_after`` are a
    scenario: seconds after each boot until the guest stops answering, or stops with a fatal error.
    """

    operating_system: str
    host_name: str = ""
    ipv4_addresses: tuple[str, ...] = ()
    boot_seconds: float | None = None
    integration_services: bool = True
    hangs_after: float | None = None
    crashes_after: float | None = None

    @property
    def facts(self) -> GuestSystemFacts:
        """What is known of systems of that name."""
        return guest_system(self.operating_system)

    @property
    def boot_time(self) -> float:
        """Seconds from power-on until integration services answer."""
        return self.facts.boot if self.boot_seconds is None else self.boot_seconds


class GuestState(Enum):
    """How far the guest is."""

    DOWN = "down"
    NO_SYSTEM = "no-system"
    BOOTING = "booting"
    UP = "up"
    SHUTTING_DOWN = "shutting-down"
    HUNG = "hung"
    CRASHED = "crashed"


class GuestMoment(Record):
    """How far a guest was, and how many seconds its boot still takes."""

    state: GuestState
    remaining: float


class Guest(Part):
    """Follows its machine: boots on the clock, stands still while the machine is paused or saved.

    A machine without an own ``system`` boots the one on its first hard disk (differencing disks and copies
    bring it along). Without any the machine runs, and no integration service ever answers.
    """

    __slots__ = (
        "_console",
        "_files",
        "_own_system",
        "_pairs",
        "_remaining",
        "_scenario",
        "_timer",
        "communication_services",
        "cpu_usage",
        "hibernated",
        "initial_configuration",
        "locked",
        "network_settings",
        "state",
        "waits_for_storage",
        "was_up",
    )

    def __init__(self, vm: "VirtualMachine", system: InstalledSystem | None = None) -> None:
        super().__init__(vm)
        self._own_system = system
        self.state = GuestState.DOWN
        self.cpu_usage = 0
        self.locked = False
        self.was_up = False
        self.waits_for_storage = False
        self.hibernated = False
        self._timer: Timer | None = None
        self._scenario: Timer | None = None
        self._remaining = 0.0
        # Made when somebody first looks: a host has thousands of guests, and most are never asked.
        self._pairs: KeyValuePairs | None = None
        self._files: GuestFiles | None = None
        self._console: GuestConsole | None = None
        #: What the host had the guest take for an adapter, by the adapter's identifier.
        self.network_settings: dict[str, GuestNetworkSettings] = {}
        #: Data that the host left for the first start.
        self.initial_configuration = b""
        self.communication_services: list[GuestCommunicationService] = []

    @property
    def pairs(self) -> KeyValuePairs:
        """Key-value pairs that host and guest exchange."""
        if self._pairs is None:
            self._pairs = KeyValuePairs(self.vm)
        return self._pairs

    @property
    def files(self) -> "GuestFiles":
        """The guest's own file system."""
        if self._files is None:
            from emulator.host.guest.guest_files import GuestFiles

            self._files = GuestFiles(self)
        return self._files

    @property
    def used_console(self) -> "GuestConsole | None":
        """The console when somebody has used it; to look at it without making one."""
        return self._console

    @property
    def console(self) -> "GuestConsole":
        """Keyboard, mouse and screen."""
        if self._console is None:
            from emulator.host.guest.console.guest_console import GuestConsole

            self._console = GuestConsole(self.vm)
        return self._console

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

    @operation
    def set_initial_configuration(self, data: bytes) -> None:
        """Leave data for the next start; the machine must be off. Raises InvalidParameter, InvalidState."""
        if not 0 < len(data) <= MAXIMUM_INITIAL_CONFIGURATION:
            raise InvalidParameter("The initial configuration is missing or too long.")
        self.vm.require(VirtualMachineState.OFF)
        self.initial_configuration = data
        self.touch()

    @property
    def has_integration_services(self) -> bool:
        return self.system is not None and self.system.integration_services

    @property
    def is_windows(self) -> bool:
        return self.system is not None and self.system.facts.is_windows

    @property
    def is_ready(self) -> bool:
        """Up in a running machine, with integration services that answer."""
        running = self.vm.state is VirtualMachineState.RUNNING
        return running and self.state is GuestState.UP and self.has_integration_services

    @property
    def data(self) -> GuestData:
        """What it keeps on its disks, and the host for it."""
        if self._pairs is None and self._files is None and not self.network_settings:
            return EMPTY
        files, folders = ({}, frozenset()) if self._files is None else self._files.kept()
        return GuestData(
            {} if self._pairs is None else self._pairs.kept(), files, folders, dict(self.network_settings)
        )

    def take_over(self, data: GuestData) -> None:
        """Have this and nothing else on the disks; nobody is told."""
        if data is EMPTY and self.data is EMPTY:
            return
        self.pairs.take_over(data.pairs)
        self.files.take_over(data.files, data.folders)
        self.network_settings = dict(data.network_settings)

    # -- following the machine ----------------------------------------------------------------

    def power_on(self) -> None:
        """The machine starts or was reset: boot from the beginning."""
        self.power_off()
        system = self.system
        if system is None:
            self.state = GuestState.NO_SYSTEM
            return
        self.state = GuestState.BOOTING
        # Reading memory back is faster than a boot (chosen).
        self._boot_in(system.boot_time * (_RESUME_SHARE if self.hibernated else 1))
        self.hibernated = False

    def power_off(self) -> None:
        """The machine lost its power."""
        self._stop_timer()
        if self._console is not None:
            self._console.reset()
        self.state = GuestState.DOWN
        self.was_up = self.waits_for_storage = False
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
        elif self.state is GuestState.UP:
            self._follow_scenario()
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
        if self.was_up:
            self._follow_scenario()

    @operation
    def shut_down(self) -> None:
        """Let somebody inside the guest shut it down: the machine goes off. Raises InvalidState."""
        self._leave(restarts=False)

    @operation
    def restart(self) -> None:
        """Let somebody inside the guest restart it. Raises InvalidState."""
        self._leave(restarts=True)

    def _leave(self, *, restarts: bool) -> None:
        from emulator.host.virtual_machine.life_cycle import leave_by_itself

        leave_by_itself(self.vm, restarts=restarts)

    @operation
    def hang(self, hung: bool = True, *, waits_for_storage: bool = False) -> None:
        """Let the guest stop answering, or answer again. Only a guest that is up can hang."""
        if hung and self.state is GuestState.UP:
            self.state = GuestState.HUNG
            self.waits_for_storage = waits_for_storage
        elif not hung and self.state is GuestState.HUNG:
            self.state = GuestState.UP
        self.touch()

    @operation
    def crash(self) -> None:
        """Let the guest stop with a fatal error; it stays so until the machine is reset or turned off.

        Raises InvalidState unless the guest has booted and the machine runs.
        """
        self.vm.require(VirtualMachineState.RUNNING)
        if self.state not in (GuestState.UP, GuestState.HUNG):
            raise InvalidState("Only a guest that has booted can crash.")
        self._stop_timer()
        self.state = GuestState.CRASHED
        events.write_event(events.FATAL_ERROR, self.vm)
        self.touch()

    def _boot_in(self, seconds: float) -> None:
        self._timer = self.host.clock.schedule(seconds, self._booted)

    def _booted(self) -> None:
        self._timer = None
        self.state = GuestState.UP
        self.was_up = True
        if self.host.release.build >= _FIRST_BUILD_THAT_TELLS_OF_BOOTS:
            events.write_event(events.BOOTED, self.vm)
        self._follow_scenario()
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
        from emulator.host.virtual_machine.critical_state import pause_for_space

        try:
            disk.write(offset, length)
        except DiskFull:
            pause_for_space(self.vm, disk)

    def _follow_scenario(self) -> None:
        """Hang or crash on the clock when the system says so."""
        system = self.system
        if system is None:
            return
        if system.crashes_after is not None:
            self._scenario = self.host.clock.schedule(system.crashes_after, self._crash_as_stated)
        elif system.hangs_after is not None:
            self._scenario = self.host.clock.schedule(system.hangs_after, self.hang)

    def _crash_as_stated(self) -> None:
        if self.is_ready and self.vm.job is None:
            self.crash()

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._scenario is not None:
            self._scenario.cancel()
            self._scenario = None

    # -- what it reports ----------------------------------------------------------------------

    def addresses_of(self, adapter: "NetworkAdapter") -> list[str]:
        """IPv4 and IPv6 addresses of an adapter; empty unless the guest is ready and the adapter connected.

        Addresses that the system states go to the connected adapters in order, one each, the last one gets
        the rest. An adapter for which none is left gets an address from its switch, as from a DHCP server.
        """
        system = self.system
        if not self.is_ready or system is None or adapter.switch is None:
            return []
        taken = self.network_settings.get(adapter.id)
        if taken is not None and not taken.dhcp:
            return [*taken.addresses, _link_local(adapter.mac_address)]
        if taken is not None:
            return [*adapter.switch.lease(adapter), _link_local(adapter.mac_address)]
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
        facts = system.facts
        major, minor, build = [*facts.version.split("."), "", ""][:3]
        items = {
            "FullyQualifiedDomainName": system.host_name,
            "OSName": system.operating_system,
            "OSVersion": facts.version,
            "OSMajorVersion": major,
            "OSMinorVersion": minor,
            "OSBuildNumber": facts.build or build,
            "ProcessorArchitecture": "9" if facts.is_windows else "x86_64",
            "NetworkAddressIPv4": ";".join(ipv4),
            "NetworkAddressIPv6": ";".join(ipv6),
        }
        if facts.is_windows:
            pack = facts.service_pack
            items |= {
                "CSDVersion": f"Service Pack {pack}" if pack else "",
                "OSPlatformId": "2",
                "ServicePackMajor": str(pack),
                "ServicePackMinor": "0",
            }
            items |= {"RDPAddressIPv4": ipv4[0] if ipv4 else "", "RDPAddressIPv6": ipv6[0] if ipv6 else ""}
        return {key: value for key, value in items.items() if value or key == "CSDVersion"}


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
