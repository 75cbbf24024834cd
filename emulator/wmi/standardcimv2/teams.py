"""Teams of network adapters (LBFO), their members and their interfaces.

New-NetLbfoTeam names the members and the first interface in options of the Create (TeamMembers, TeamNicName),
Add-NetLbfoTeamMember the adapter (Name), Set-NetLbfoTeamNic the VLAN (VlanID), as published clients do.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import TYPE_CHECKING, Any

from emulator.cim.errors import IllegalNull
from emulator.cim.types import CimType
from emulator.host.errors import InvalidParameter
from emulator.host.network.adapter_teams import AdapterTeam, TeamInterface, TeamMember
from emulator.host.network.network_interfaces import adapter_guid
from emulator.wmi.association import End, Link
from emulator.wmi.changes import Rule, number
from emulator.wmi.mi_method import mi_method
from emulator.wmi.operation_options import OptionRule
from emulator.wmi.standardcimv2.base import ShownView, number_value, text_value

if TYPE_CHECKING:
    from emulator.cim.instance import ValueInstance
    from emulator.wmi.keys import Keys
    from emulator.wmi.method import Arguments, MethodResult

_DONE = 0
_ACTIVE, _STANDBY = 0, 1
#: CIM_EnabledLogicalElement.
_ENABLED, _ENABLED_BUT_OFFLINE = 2, 6


def _required(values: ValueInstance, name: str) -> str:
    found = text_value(values, name)
    if not found:
        raise IllegalNull(name)
    return found


def _standby(value: int | None) -> bool:
    if value not in (None, _ACTIVE, _STANDBY):
        raise InvalidParameter("AdministrativeMode is 0 (active) or 1 (standby).")
    return value == _STANDBY


class LbfoTeam(ShownView[AdapterTeam]):
    """A team."""

    class_name = "MSFT_NetLbfoTeam"
    index = ("InstanceID",)
    writable = {
        "LacpTimer": Rule("", "timer", number),
        "LoadBalancingAlgorithm": Rule("", "balancing", number),
        "TeamingMode": Rule("", "mode", number),
    }
    options = {
        "LacpTimer": OptionRule("timer", CimType.UINT32),
        "LoadBalancingAlgorithm": OptionRule("balancing", CimType.UINT32),
        "TeamMembers": OptionRule("members", is_array=True),
        "TeamNicName": OptionRule("interface"),
        "TeamingMode": OptionRule("mode", CimType.UINT32),
    }

    def objects(self) -> Iterable[AdapterTeam]:
        return self.host.adapter_teams.teams

    def by_key(self, keys: Keys) -> AdapterTeam | None:
        wanted = keys.text("InstanceID").lower()
        return next((each for each in self.objects() if self.InstanceID(each).lower() == wanted), None)

    def object_id(self, item: AdapterTeam) -> Hashable:
        return item.id

    def create_with(self, values: ValueInstance, settings: dict[str, Any]) -> AdapterTeam:
        members = settings.pop("members", [])
        properties = {
            "mode": number_value(values, "TeamingMode"),
            "balancing": number_value(values, "LoadBalancingAlgorithm"),
            "timer": number_value(values, "LacpTimer"),
        }
        properties = {name: value for name, value in properties.items() if value is not None}
        return self.host.adapter_teams.create(_required(values, "Name"), members, **(properties | settings))

    def write(self, item: AdapterTeam, settings: dict[str, Any]) -> None:
        if not settings.keys() <= {"mode", "balancing", "timer"}:
            raise InvalidParameter("Members and interfaces of a team are objects of their own.")
        self.host.adapter_teams.configure(item, **settings)

    def delete(self, item: AdapterTeam) -> None:
        self.host.adapter_teams.remove(item)

    def InstanceID(self, team: AdapterTeam) -> str:
        return f"{{{team.id}}}"

    def Name(self, team: AdapterTeam) -> str:
        return team.name

    def Caption(self, team: AdapterTeam) -> str:
        return team.name

    def ElementName(self, team: AdapterTeam) -> str:
        return team.name

    def Status(self, team: AdapterTeam) -> int:
        return team.status

    def TeamingMode(self, team: AdapterTeam) -> int:
        return team.mode

    def LoadBalancingAlgorithm(self, team: AdapterTeam) -> int:
        return team.balancing

    def LacpTimer(self, team: AdapterTeam) -> int:
        return team.timer

    @mi_method
    def Rename(self, team: AdapterTeam | None, arguments: Arguments) -> MethodResult:
        """Give a team another name; called of the class, ``Name`` says which."""
        name, new = arguments.text("Name"), arguments.text("NewName")
        if team is None:
            if not name:
                raise InvalidParameter("Name is missing.")
            team = self.host.adapter_teams[name]
        if not new:
            raise InvalidParameter("NewName is missing.")
        self.host.adapter_teams.rename(team, new)
        return arguments.result(_DONE, CmdletOutput=self.instance(team))


class LbfoTeamMember(ShownView[TeamMember]):
    """A physical adapter in a team."""

    class_name = "MSFT_NetLbfoTeamMember"
    index = ("InstanceID",)
    constants: dict[str, Any] = {"EnabledDefault": 2, "NumberOfFailures": 0, "RequestedState": 12}
    writable = {"AdministrativeMode": Rule("", "mode", number)}
    options = {
        "AdministrativeMode": OptionRule("mode", CimType.UINT32),
        "Name": OptionRule("name"),
        "Team": OptionRule("team"),
    }

    def objects(self) -> Iterable[TeamMember]:
        return self.host.adapter_teams.members

    def by_key(self, keys: Keys) -> TeamMember | None:
        wanted = keys.text("InstanceID").lower()
        return next((each for each in self.objects() if self.InstanceID(each).lower() == wanted), None)

    def object_id(self, item: TeamMember) -> Hashable:
        return item.mac_address

    def create_with(self, values: ValueInstance, settings: dict[str, Any]) -> TeamMember:
        team = settings.get("team") or _required(values, "Team")
        name = settings.get("name") or _required(values, "Name")
        mode = settings.get("mode", number_value(values, "AdministrativeMode"))
        teams = self.host.adapter_teams
        return teams.add_member(teams[team], name, standby=_standby(mode))

    def write(self, item: TeamMember, settings: dict[str, Any]) -> None:
        if not settings.keys() <= {"mode"}:
            raise InvalidParameter("A member stays in its team.")
        self.host.adapter_teams.set_standby(item, _standby(settings["mode"]))

    def delete(self, item: TeamMember) -> None:
        self.host.adapter_teams.remove_member(item)

    def InstanceID(self, member: TeamMember) -> str:
        return f"{{{adapter_guid(self.host, member.adapter)}}}"

    def Name(self, member: TeamMember) -> str:
        return member.adapter.name

    def ElementName(self, member: TeamMember) -> str:
        return member.adapter.name

    def InterfaceDescription(self, member: TeamMember) -> str:
        return member.adapter.description

    def Team(self, member: TeamMember) -> str:
        return member.team.name

    def AdministrativeMode(self, member: TeamMember) -> int:
        return _STANDBY if member.is_standby else _ACTIVE

    def OperationalMode(self, member: TeamMember) -> int:
        return _ACTIVE if member.is_active else _STANDBY

    def FailureReason(self, member: TeamMember) -> int:
        return member.failure

    def EnabledState(self, member: TeamMember) -> int:
        return _ENABLED_BUT_OFFLINE if member.failure else _ENABLED

    def ReceiveLinkSpeed(self, member: TeamMember) -> int:
        return 0 if member.failure else member.adapter.link_speed

    def TransmitLinkSpeed(self, member: TeamMember) -> int:
        return self.ReceiveLinkSpeed(member)


class LbfoTeamNic(ShownView[TeamInterface]):
    """An interface of a team."""

    class_name = "MSFT_NetLbfoTeamNic"
    index = ("InstanceID",)
    constants: dict[str, Any] = {"EnabledDefault": 2, "NumberOfFailures": 0, "RequestedState": 12}
    writable = {"VlanID": Rule("", "vlan", number)}
    options = {
        "Default": OptionRule("default", CimType.BOOLEAN),
        "Name": OptionRule("name"),
        "Team": OptionRule("team"),
        "VlanID": OptionRule("vlan", CimType.UINT32),
    }

    def objects(self) -> Iterable[TeamInterface]:
        return self.host.adapter_teams.interfaces

    def by_key(self, keys: Keys) -> TeamInterface | None:
        wanted = keys.text("InstanceID").lower()
        return next((each for each in self.objects() if self.InstanceID(each).lower() == wanted), None)

    def object_id(self, item: TeamInterface) -> Hashable:
        return item.id

    def create_with(self, values: ValueInstance, settings: dict[str, Any]) -> TeamInterface:
        team = settings.get("team") or _required(values, "Team")
        vlan = settings.get("vlan", number_value(values, "VlanID"))
        if vlan is None:
            raise IllegalNull("VlanID")
        name = settings.get("name") or text_value(values, "Name") or None
        teams = self.host.adapter_teams
        return teams.add_interface(teams[team], vlan, name)

    def write(self, item: TeamInterface, settings: dict[str, Any]) -> None:
        if not settings.keys() <= {"vlan", "default"}:
            raise InvalidParameter("An interface stays in its team, and is renamed as a network adapter is.")
        if settings.get("default") and settings.get("vlan") is not None:
            raise InvalidParameter("The default interface has no VLAN.")
        vlan = settings.get("vlan")
        if vlan is None and not settings.get("default"):
            raise InvalidParameter("Neither VlanID nor Default is given.")
        self.host.adapter_teams.set_vlan(item, vlan)

    def delete(self, item: TeamInterface) -> None:
        self.host.adapter_teams.remove_interface(item)

    def InstanceID(self, interface: TeamInterface) -> str:
        return f"{{{interface.id}}}"

    def Name(self, interface: TeamInterface) -> str:
        return interface.name

    def ElementName(self, interface: TeamInterface) -> str:
        return interface.name

    def InterfaceDescription(self, interface: TeamInterface) -> str:
        return interface.adapter.description

    def Team(self, interface: TeamInterface) -> str:
        return interface.team.name

    def VlanID(self, interface: TeamInterface) -> int | None:
        return interface.vlan

    def Primary(self, interface: TeamInterface) -> bool:
        return interface.is_primary

    def Default(self, interface: TeamInterface) -> bool:
        return interface.vlan is None

    def FailureReason(self, interface: TeamInterface) -> int:
        return 0 if interface.adapter.connected else 3

    def EnabledState(self, interface: TeamInterface) -> int:
        return _ENABLED if interface.adapter.connected else _ENABLED_BUT_OFFLINE

    def ReceiveLinkSpeed(self, interface: TeamInterface) -> int:
        return interface.adapter.link_speed

    def TransmitLinkSpeed(self, interface: TeamInterface) -> int:
        return interface.adapter.link_speed


VIEWS = (LbfoTeam, LbfoTeamMember, LbfoTeamNic)
LINKS: tuple[Link, ...] = (
    Link(
        "MSFT_NetLbfoTeam_TeamMember",
        End("GroupComponent", LbfoTeam, lambda _, team: team.members),
        End("PartComponent", LbfoTeamMember, lambda _, member: (member.team,)),
    ),
    Link(
        "MSFT_NetLbfoTeam_TeamNic",
        End("GroupComponent", LbfoTeam, lambda _, team: team.interfaces),
        End("PartComponent", LbfoTeamNic, lambda _, interface: (interface.team,)),
    ),
)
