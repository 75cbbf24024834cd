"""NIC teams of Windows Server (load balancing and failover, LBFO): several physical adapters behind one.

A team has at least one member and one interface, its primary one, which Windows and virtual switches use like
a network adapter. Members have no protocol but the team's. Limits, modes and what each mode allows are
documented (Microsoft, "Windows Server NIC Teaming (LBFO) Deployment and Management").
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum
from typing import TYPE_CHECKING

from emulator.host.checks import check_choice, check_flag, check_number, check_text
from emulator.host.errors import (
    AlreadyExists,
    InUse,
    InvalidParameter,
    LimitExceeded,
    NotFound,
    NotSupported,
)
from emulator.host.host_object import operation
from emulator.host.identifiers import derived_guid
from emulator.host.network.network_connections import check_connection_name, replace_adapter
from emulator.host.network.network_interfaces import adapter_guid
from emulator.profile import NetworkAdapter as PhysicalAdapter

if TYPE_CHECKING:
    from collections.abc import Iterable

    from emulator.host.host import Host

MAXIMUM_MEMBERS = 32
MAXIMUM_INTERFACES = 32
MAXIMUM_VLAN = 4094
DESCRIPTION = "Microsoft Network Adapter Multiplexor Driver"
#: Server 2012 R2 brought the dynamic algorithm and made it the default, 2016 the timer of LACP.
_DYNAMIC_BUILD, _TIMER_BUILD = 9600, 14393
_LARGEST_NAME = 256


class TeamingMode(IntEnum):
    """TeamingMode."""

    STATIC = 0
    SWITCH_INDEPENDENT = 1
    LACP = 2


class TeamBalancing(IntEnum):
    """LoadBalancingAlgorithm."""

    TRANSPORT_PORTS = 0
    IP_ADDRESSES = 2
    MAC_ADDRESSES = 3
    HYPER_V_PORT = 4
    DYNAMIC = 5


class LacpTimer(IntEnum):
    """How often members of a team with LACP speak to the switch."""

    SLOW = 0
    FAST = 1


class TeamStatus(IntEnum):
    """Status of a team."""

    UP = 0
    DOWN = 1
    DEGRADED = 2


class MemberFailure(IntEnum):
    """FailureReason of a member."""

    NONE = 0
    ADMINISTRATIVE_DECISION = 1
    MEDIA_DISCONNECTED = 3


@dataclass(eq=False, slots=True)
class TeamMember:
    """A physical adapter in a team, told by its hardware address because its name may change."""

    team: AdapterTeam
    mac_address: str
    is_standby: bool = False

    @property
    def adapter(self) -> PhysicalAdapter:
        """The adapter as it is now."""
        adapters = self.team.host.hardware.network_adapters
        return next(each for each in adapters if each.mac_address == self.mac_address)

    @property
    def failure(self) -> MemberFailure:
        """Why the member carries nothing."""
        host = self.team.host
        if not host.ip_configuration.is_switched_on(adapter_guid(host, self.adapter)):
            return MemberFailure.ADMINISTRATIVE_DECISION
        return MemberFailure.NONE if self.adapter.connected else MemberFailure.MEDIA_DISCONNECTED

    @property
    def is_active(self) -> bool:
        """Whether traffic goes through it: a standby member helps out while another one has failed."""
        if self.failure:
            return False
        return not self.is_standby or any(each.failure for each in self.team.members)


@dataclass(eq=False, slots=True)
class TeamInterface:
    """An interface of a team. ``adapter`` is how it looks to switches; ``vlan`` is None for the default one,
    which takes what belongs to no other interface."""

    team: AdapterTeam
    id: str
    adapter: PhysicalAdapter
    is_primary: bool
    vlan: int | None = None

    @property
    def name(self) -> str:
        """The connection's name."""
        return self.adapter.name


@dataclass(eq=False, slots=True)
class AdapterTeam:
    """A team."""

    host: Host
    id: str
    name: str
    mode: TeamingMode
    balancing: TeamBalancing
    timer: LacpTimer = LacpTimer.SLOW
    members: list[TeamMember] = field(default_factory=list)
    interfaces: list[TeamInterface] = field(default_factory=list)

    @property
    def status(self) -> TeamStatus:
        """Up, down without a member that works, degraded while one does not."""
        failed = [each for each in self.members if each.failure]
        if len(failed) == len(self.members):
            return TeamStatus.DOWN
        return TeamStatus.DEGRADED if failed else TeamStatus.UP

    @property
    def link_speed(self) -> int:
        """Bits per second of the active members together."""
        return sum(each.adapter.link_speed for each in self.members if each.is_active)


class AdapterTeams:
    """The teams of the host in order of creation."""

    def __init__(self, host: Host) -> None:
        self.host = host
        self.teams: list[AdapterTeam] = []

    @property
    def members(self) -> list[TeamMember]:
        """The members of all teams."""
        return [each for team in self.teams for each in team.members]

    @property
    def interfaces(self) -> list[TeamInterface]:
        """The interfaces of all teams."""
        return [each for team in self.teams for each in team.interfaces]

    def find(self, name: str) -> AdapterTeam | None:
        """The team of a name in any case."""
        return next((each for each in self.teams if each.name.casefold() == name.casefold()), None)

    def __getitem__(self, name: str) -> AdapterTeam:
        """The team of a name in any case. Raises NotFound."""
        found = self.find(name)
        if found is None:
            raise NotFound(f"No team '{name!s:.64}' was found.")
        return found

    def member_of(self, adapter: PhysicalAdapter) -> TeamMember | None:
        """The membership of a physical adapter."""
        return next((each for each in self.members if each.mac_address == adapter.mac_address), None)

    def interface_of(self, adapter: PhysicalAdapter) -> TeamInterface | None:
        """The interface that looks like this adapter to a switch."""
        return next((each for each in self.interfaces if each.adapter is adapter), None)

    # -- operations -------------------------------------------------------------------------------

    @operation
    def create(
        self,
        name: str,
        members: Iterable[str],
        *,
        interface: str | None = None,
        mode: int = TeamingMode.SWITCH_INDEPENDENT,
        balancing: int | None = None,
        timer: int | None = None,
    ) -> AdapterTeam:
        """Make a team of physical adapters, named by their connections; its first interface has the team's
        name unless another is given.

        Raises NotSupported (a client of Windows, a later release's feature), AlreadyExists, NotFound (an
        adapter), InUse (an adapter has a team or a switch), InvalidParameter, LimitExceeded.
        """
        host = self.host
        if host.release.is_client:
            raise NotSupported(
                "The LBFO feature is not currently enabled, or LBFO is not supported on this SKU."
            )
        _check_name(name)
        if self.find(name) is not None:
            raise AlreadyExists(f"There is a team '{name!s:.64}' already.")
        if balancing is None:
            newer = host.release.build >= _DYNAMIC_BUILD
            balancing = TeamBalancing.DYNAMIC if newer else TeamBalancing.TRANSPORT_PORTS
        adapters = self._checked_adapters(members)
        if not adapters:
            raise InvalidParameter("A team needs a member.")
        team = AdapterTeam(
            host,
            host.new_guid(),
            name,
            check_choice("TeamingMode", mode, TeamingMode),
            self._checked_balancing(balancing),
            self._checked_timer(timer),
        )
        shown = self._new_adapter(interface or name, adapters[0])
        team.members = [TeamMember(team, each.mac_address) for each in adapters]
        team.interfaces = [TeamInterface(team, derived_guid(team.id, "primary"), shown, is_primary=True)]
        self.teams.append(team)
        self._changed()
        return team

    @operation
    def configure(
        self,
        team: AdapterTeam,
        *,
        mode: int | None = None,
        balancing: int | None = None,
        timer: int | None = None,
    ) -> None:
        """Change a team. Raises NotFound, InvalidParameter, NotSupported, InUse (a standby member needs the
        mode without the switch)."""
        self._require(team)
        wanted = team.mode if mode is None else check_choice("TeamingMode", mode, TeamingMode)
        algorithm = team.balancing if balancing is None else self._checked_balancing(balancing)
        every = team.timer if timer is None else self._checked_timer(timer)
        if wanted is not TeamingMode.SWITCH_INDEPENDENT and any(each.is_standby for each in team.members):
            raise InUse("A team with a standby member must be independent of the switch.")
        team.mode, team.balancing, team.timer = wanted, algorithm, every
        self._changed()

    @operation
    def rename(self, team: AdapterTeam, name: str) -> None:
        """Give a team another name; its interfaces keep theirs. Raises NotFound, AlreadyExists,
        InvalidParameter."""
        self._require(team)
        _check_name(name)
        if self.find(name) not in (None, team):
            raise AlreadyExists(f"There is a team '{name!s:.64}' already.")
        team.name = name
        self._changed()

    @operation
    def remove(self, team: AdapterTeam) -> None:
        """Take a team apart: its adapters have protocols again. Raises NotFound, InUse (a virtual switch
        uses it)."""
        self._require(team)
        for each in team.interfaces:
            self._require_unused(each)
        self.teams.remove(team)
        self._changed()

    @operation
    def add_member(self, team: AdapterTeam, name: str, *, standby: bool = False) -> TeamMember:
        """Add a physical adapter. Raises NotFound, InUse, LimitExceeded, InvalidParameter."""
        self._require(team)
        (adapter,) = self._checked_adapters([name])
        if len(team.members) >= MAXIMUM_MEMBERS:
            raise LimitExceeded(f"A team has at most {MAXIMUM_MEMBERS} members.")
        member = TeamMember(team, adapter.mac_address)
        if check_flag("standby", standby):
            self._check_standby(team)
            member.is_standby = True
        team.members.append(member)
        self._changed()
        return member

    @operation
    def set_standby(self, member: TeamMember, standby: bool) -> None:
        """Let a member wait until another one fails. Raises NotFound, InvalidParameter, InUse."""
        self._require_member(member)
        if check_flag("standby", standby) and not member.is_standby:
            self._check_standby(member.team)
        member.is_standby = standby
        self._changed()

    @operation
    def remove_member(self, member: TeamMember) -> None:
        """Take an adapter out. Raises NotFound, InvalidParameter for the last one."""
        self._require_member(member)
        if len(member.team.members) == 1:
            raise InvalidParameter("The last member of a team cannot be removed.")
        member.team.members.remove(member)
        self._changed()

    @operation
    def add_interface(self, team: AdapterTeam, vlan: int, name: str | None = None) -> TeamInterface:
        """Add an interface for a VLAN. Raises NotFound, AlreadyExists, InvalidParameter, LimitExceeded."""
        self._require(team)
        check_number("VlanID", vlan, 1, MAXIMUM_VLAN)
        self._require_free_vlan(team, vlan)
        if len(team.interfaces) >= MAXIMUM_INTERFACES:
            raise LimitExceeded(f"A team has at most {MAXIMUM_INTERFACES} interfaces.")
        shown = self._new_adapter(name or _vlan_name(team, vlan), team.members[0].adapter)
        identifier = derived_guid(team.id, "interface", self.host.new_guid())
        made = TeamInterface(team, identifier, shown, is_primary=False, vlan=vlan)
        team.interfaces.append(made)
        self._changed()
        return made

    @operation
    def set_vlan(self, interface: TeamInterface, vlan: int | None) -> None:
        """Give an interface another VLAN and the name that follows from it; None lets the primary one take
        what belongs to no other.

        Raises NotFound, InvalidParameter, AlreadyExists.
        """
        team = interface.team
        self._require_interface(interface)
        if vlan is None and not interface.is_primary:
            raise InvalidParameter("Only the primary interface of a team has no VLAN.")
        if vlan is not None:
            check_number("VlanID", vlan, 1, MAXIMUM_VLAN)
        if vlan == interface.vlan:
            return
        self._require_free_vlan(team, vlan)
        name = team.name if vlan is None else _vlan_name(team, vlan)
        if not self._is_taken(name, interface):
            self._show(interface, interface.adapter.replaced(name=name))
        interface.vlan = vlan
        self._changed()

    @operation
    def rename_interface(self, interface: TeamInterface, name: str) -> None:
        """Give an interface's connection another name. Raises NotFound, AlreadyExists, InvalidParameter."""
        self._require_interface(interface)
        check_connection_name(name)
        if self._is_taken(name, interface):
            raise AlreadyExists(f"There is a connection {name} already.")
        self._show(interface, interface.adapter.replaced(name=name))
        self._changed()

    @operation
    def remove_interface(self, interface: TeamInterface) -> None:
        """Remove an interface. Raises NotFound, InvalidParameter for the primary one, InUse."""
        self._require_interface(interface)
        if interface.is_primary:
            raise InvalidParameter("The primary interface of a team cannot be removed.")
        self._require_unused(interface)
        interface.team.interfaces.remove(interface)
        self._changed()

    def refresh(self) -> None:
        """Let the interfaces show what their members can now; called with the lock held."""
        for interface in self.interfaces:
            speed = interface.team.link_speed
            shown = interface.adapter.replaced(link_speed=speed, connected=bool(speed))
            if shown != interface.adapter:
                self._show(interface, shown)

    # -- pieces -----------------------------------------------------------------------------------

    def _changed(self) -> None:
        self.refresh()
        self.host.next_revision()

    def _show(self, interface: TeamInterface, adapter: PhysicalAdapter) -> None:
        replace_adapter(self.host, interface.adapter, adapter)
        interface.adapter = adapter

    def _new_adapter(self, name: str, first: PhysicalAdapter) -> PhysicalAdapter:
        check_connection_name(name)
        if self._is_taken(name, None):
            raise AlreadyExists(f"There is a connection {name} already.")
        taken = {each.adapter.description for each in self.interfaces}
        numbers = ("", *(f" #{number}" for number in range(2, len(taken) + 3)))
        description = next(f"{DESCRIPTION}{each}" for each in numbers if f"{DESCRIPTION}{each}" not in taken)
        return PhysicalAdapter(
            name=name, description=description, mac_address=first.mac_address, dhcp=first.dhcp
        )

    def _is_taken(self, name: str, but: TeamInterface | None) -> bool:
        others = [each.name for each in self.host.hardware.network_adapters]
        others += [each.name for each in self.interfaces if each is not but]
        return name.casefold() in {each.casefold() for each in others}

    def _checked_adapters(self, names: Iterable[str]) -> list[PhysicalAdapter]:
        found: list[PhysicalAdapter] = []
        for name in names:
            adapter = self.host.hardware.network_adapter(name)
            if adapter is None:
                raise NotFound(f"No physical network adapter '{name!s:.64}' was found.")
            if adapter.wireless:
                raise InvalidParameter(f"The wireless adapter '{name!s:.64}' cannot be in a team.")
            if self.member_of(adapter) is not None:
                raise InUse(f"The network adapter '{name!s:.64}' is a member of a team already.")
            if self.host.virtual_switches.of_adapter(adapter) is not None:
                raise InUse(f"The network adapter '{name!s:.64}' is bound to a virtual switch.")
            if adapter not in found:
                found.append(adapter)
        if len(found) > MAXIMUM_MEMBERS:
            raise LimitExceeded(f"A team has at most {MAXIMUM_MEMBERS} members.")
        return found

    def _checked_balancing(self, value: int) -> TeamBalancing:
        found = check_choice("LoadBalancingAlgorithm", value, TeamBalancing)
        if found is TeamBalancing.DYNAMIC and self.host.release.build < _DYNAMIC_BUILD:
            raise NotSupported("This version of Windows does not balance teams dynamically.")
        return found

    def _checked_timer(self, value: int | None) -> LacpTimer:
        if value is None:
            return LacpTimer.SLOW
        if self.host.release.build < _TIMER_BUILD:
            raise NotSupported("This version of Windows has one timer for LACP.")
        return check_choice("LacpTimer", value, LacpTimer)

    def _check_standby(self, team: AdapterTeam) -> None:
        if team.mode is not TeamingMode.SWITCH_INDEPENDENT:
            raise InvalidParameter("Only a team that is independent of the switch has a standby member.")
        if any(each.is_standby for each in team.members):
            raise InUse("The team has a standby member already.")

    def _require_free_vlan(self, team: AdapterTeam, vlan: int | None) -> None:
        if any(each.vlan == vlan for each in team.interfaces):
            raise AlreadyExists(f"The team has an interface for the VLAN {vlan or 0} already.")

    def _require(self, team: AdapterTeam) -> None:
        if team not in self.teams:
            raise NotFound("The team was not found.")

    def _require_member(self, member: TeamMember) -> None:
        if member not in self.members:
            raise NotFound("The member of the team was not found.")

    def _require_interface(self, interface: TeamInterface) -> None:
        if interface not in self.interfaces:
            raise NotFound("The interface of the team was not found.")

    def _require_unused(self, interface: TeamInterface) -> None:
        switch = self.host.virtual_switches.of_adapter(interface.adapter)
        if switch is not None:
            raise InUse(f"The virtual switch '{switch.name}' uses the team.")


def _vlan_name(team: AdapterTeam, vlan: int) -> str:
    return f"{team.name} - VLAN {vlan}"


def _check_name(name: str) -> None:
    check_text("the name of the team", name, _LARGEST_NAME, shortest=1)
    if not name.strip() or not name.isprintable():
        raise InvalidParameter(f"The name '{name!s:.64}' of the team is not valid.")
