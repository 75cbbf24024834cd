"""The virtual Ethernet switches of the host: creating, finding and removing them, and the physical adapters
that they may have.
"""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from emulator.host.checks import check_choice, check_flag, check_text
from emulator.host.errors import (
    AlreadyExists,
    InUse,
    InvalidParameter,
    LimitExceeded,
    NotFound,
    NotSupported,
    QuotaExceeded,
)
from emulator.host.host_object import operation
from emulator.host.identifiers import is_guid, normalize_guid
from emulator.host.network.virtual_switch import BandwidthMode, SwitchKind, VirtualSwitch
from emulator.host.resources.resource_kinds import ETHERNET

if TYPE_CHECKING:
    from emulator.host.host import Host
    from emulator.host.network.host_network_adapter import HostNetworkAdapter
    from emulator.profile import NetworkAdapter as PhysicalAdapter

MAXIMUM_SWITCHES = 5_000
#: Members of a switch-embedded team (Microsoft, "Switch Embedded Teaming").
MAXIMUM_TEAM = 8
_TEAMING_BUILD = 14393
#: From Server 2022 on a switch takes no LBFO team (documented; New-VMSwitch has -AllowNetLbfoTeams for it).
_NO_TEAM_BUILD = 20348


class VirtualSwitches:
    """Switches by GUID, in order of creation."""

    def __init__(self, host: "Host") -> None:
        self.host = host
        self._switches: dict[str, VirtualSwitch] = {}

    def seed(self) -> None:
        self._switches.clear()

    def __iter__(self) -> Iterator[VirtualSwitch]:
        return iter(list(self._switches.values()))

    def __len__(self) -> int:
        return len(self._switches)

    def get(self, identifier: str) -> VirtualSwitch | None:
        """The switch of a GUID in any case."""
        return self._switches.get(normalize_guid(identifier))

    def __getitem__(self, identifier: str) -> VirtualSwitch:
        """The switch of a GUID in any case. Raises NotFound."""
        switch = self.get(identifier)
        if switch is None:
            raise NotFound(f"The virtual switch {identifier} was not found.")
        return switch

    def get_older(self, name: str) -> VirtualSwitch | None:
        """The switch of a Name of root/virtualization in any case."""
        wanted = name.casefold()
        chosen = (each for each in self._switches.values() if each.chosen_name)
        return self.get(name) or next(
            (each for each in chosen if each.chosen_name.casefold() == wanted), None
        )

    def find(self, name: str) -> list[VirtualSwitch]:
        """Switches of a name, in any case."""
        wanted = name.casefold()
        return [switch for switch in self._switches.values() if switch.name.casefold() == wanted]

    def position(self, switch: VirtualSwitch) -> int:
        """Place in order of creation, from 0."""
        return list(self._switches).index(switch.id) if switch.id in self._switches else 0

    def require(self, switch: VirtualSwitch) -> None:
        """Raise RoleNotInstalled, or NotFound for a switch that was removed."""
        self.host.role.require()
        if self._switches.get(switch.id) is not switch:
            raise NotFound("The virtual switch was not found.")

    @operation
    def create(
        self,
        name: str,
        kind: SwitchKind | int = SwitchKind.INTERNAL,
        *,
        network_adapter: str | None = None,
        network_adapters: Iterable[str] = (),
        allow_management_os: bool = True,
        notes: str = "",
        identifier: str | None = None,
        bandwidth_mode: BandwidthMode | int = BandwidthMode.DEFAULT,
        iov_preferred: bool = False,
        packet_direct_enabled: bool = False,
        teaming_enabled: bool = False,
    ) -> VirtualSwitch:
        """Add a switch; names may repeat. ``network_adapter`` is the connection name or description of a
        physical adapter, for external switches; ``network_adapters`` are those of a team.

        Raises RoleNotInstalled, InvalidParameter, NotFound (the adapter), InUse (it has a switch),
        AlreadyExists (the identifier), NotSupported (a feature of later releases), QuotaExceeded.
        """
        self.host.role.require()
        check_text("name", name, 255, shortest=1)
        check_text("notes", notes, 4096)
        kind = check_choice("kind", kind, SwitchKind)
        mode = check_choice("bandwidth_mode", bandwidth_mode, BandwidthMode)
        check_flag("allow_management_os", allow_management_os)
        self._check_abilities(kind, mode, iov_preferred, packet_direct_enabled, teaming_enabled)
        if identifier is not None and not is_guid(identifier):
            raise InvalidParameter(f"The identifier '{identifier!s:.64}' is not valid.")
        if len(self._switches) >= MAXIMUM_SWITCHES:
            raise QuotaExceeded("No more virtual switches can be created.")
        names = [*network_adapters] if network_adapter is None else [network_adapter, *network_adapters]
        adapters = self.check_adapters(kind, names, None, teaming_enabled)
        guid = self.host.new_guid() if identifier is None else normalize_guid(identifier)
        if guid in self._switches:
            raise AlreadyExists(f"A virtual switch with the identifier {guid} exists.")
        switch = self.add(guid, name, kind, adapters, allow_management_os, notes)
        switch.bandwidth_mode = mode
        switch.iov_preferred = iov_preferred
        switch.packet_direct_enabled = packet_direct_enabled
        switch.teaming_enabled = teaming_enabled
        self.host.observe("created", switch)
        return switch

    @operation
    def create_older(self, chosen_name: str, name: str) -> VirtualSwitch:
        """Add a private switch as root/virtualization does: its Name there is a text that no other switch
        has, or its GUID when it is empty or a GUID. Raises as ``create``."""
        check_text("Name", chosen_name, 255)
        if not chosen_name or is_guid(chosen_name):
            return self.create(name, SwitchKind.PRIVATE, identifier=chosen_name or None)
        if self.get_older(chosen_name) is not None:
            raise AlreadyExists(f"A virtual switch with the name {chosen_name} exists.")
        switch = self.create(name, SwitchKind.PRIVATE)
        switch.chosen_name = chosen_name
        return switch

    def _check_abilities(
        self, kind: SwitchKind, mode: BandwidthMode, iov: bool, packet_direct: bool, teaming: bool
    ) -> None:
        release = self.host.release
        if check_flag("iov_preferred", iov):
            if kind is not SwitchKind.EXTERNAL:
                raise InvalidParameter("Only an external virtual switch can have SR-IOV.")
            if mode in (BandwidthMode.WEIGHT, BandwidthMode.ABSOLUTE):
                raise InvalidParameter("A virtual switch with SR-IOV has no minimum bandwidths.")
        newer = release.build >= _TEAMING_BUILD
        if check_flag("packet_direct_enabled", packet_direct) and not newer:
            raise NotSupported("This version of Windows has no packet direct.")
        if check_flag("teaming_enabled", teaming):
            if not newer or release.is_client:
                raise NotSupported("This version of Windows has no switch-embedded teaming.")
            if kind is not SwitchKind.EXTERNAL:
                raise InvalidParameter("Only an external virtual switch can have a team.")

    def add(
        self,
        identifier: str,
        name: str,
        kind: SwitchKind,
        adapters: "tuple[PhysicalAdapter, ...]",
        allow_management_os: bool,
        notes: str = "",
    ) -> VirtualSwitch:
        """Add a switch that was checked."""
        management = allow_management_os if kind is SwitchKind.EXTERNAL else kind is SwitchKind.INTERNAL
        switch = VirtualSwitch(self.host, identifier, name, adapters, management, notes)
        self._switches[identifier] = switch
        return switch

    @operation
    def remove(self, switch: VirtualSwitch) -> None:
        """Remove a switch; adapters of machines that are off lose their connection.

        Raises NotFound, InUse (a machine that is not off is connected, or a resource pool holds it),
        RoleNotInstalled.
        """
        self.require(switch)
        switch.require_changeable()
        ports = switch.ports
        pooled = self.host.resource_pools.holding(ETHERNET, switch.id) is not None
        if pooled or any(port.vm.state.holds_memory for port in ports):
            raise InUse(
                f"The virtual switch '{switch.name}' cannot be deleted because it is being used by running"
                " virtual machines or assigned to child pools."
            )
        for port in ports:
            port.switch = None
            port.touch()
        del self._switches[switch.id]
        self.host.next_revision()
        self.host.observe("deleted", switch)

    def check_adapters(
        self, kind: SwitchKind, names: Iterable[str], own: VirtualSwitch | None, teaming: bool
    ) -> "tuple[PhysicalAdapter, ...]":
        """The physical adapters for a switch. Raises InvalidParameter, NotFound, InUse, LimitExceeded."""
        names = list(names)
        if kind is not SwitchKind.EXTERNAL:
            if names:
                raise InvalidParameter("Only an external virtual switch has a network adapter.")
            return ()
        if not names:
            raise InvalidParameter("An external virtual switch needs a network adapter.")
        if len(names) > 1 and not teaming:
            raise InvalidParameter(
                "Only a virtual switch with embedded teaming has several network adapters."
            )
        if len(names) > MAXIMUM_TEAM:
            raise LimitExceeded(f"A team has at most {MAXIMUM_TEAM} network adapters.")
        return tuple(self._check_adapter(name, names[:place], own) for place, name in enumerate(names))

    def _check_adapter(self, name: str, before: list[str], own: VirtualSwitch | None) -> "PhysicalAdapter":
        adapter = self._external_adapter(name)
        if any(self._external_adapter(each) is adapter for each in before):
            raise InvalidParameter(f"The network adapter '{name!s:.64}' is named twice.")
        for switch in self._switches.values():
            if switch is not own and any(each is adapter for each in switch.physical_adapters):
                raise InUse(f"The network adapter is already bound to the virtual switch '{switch.name}'.")
        return adapter

    def _external_adapter(self, name: str) -> "PhysicalAdapter":
        """The physical adapter or the interface of a team with this connection name or description.

        Raises NotFound, InUse for a member of a team, NotSupported where switches take no team.
        """
        host, wanted = self.host, name.casefold()
        for each in host.team_interfaces:
            if wanted in (each.name.casefold(), each.adapter.description.casefold()):
                if host.release.build >= _NO_TEAM_BUILD:
                    raise NotSupported(
                        f"The network adapter '{name!s:.64}' is an LBFO team, which a virtual switch of this "
                        "version of Windows does not take. Use switch embedded teaming."
                    )
                return each.adapter
        adapter = host.hardware.network_adapter(name)
        if adapter is None:
            raise NotFound(f"No physical network adapter '{name!s:.64}' was found.")
        if host.team_interfaces and host.adapter_teams.member_of(adapter) is not None:
            raise InUse(f"The network adapter '{name!s:.64}' is a member of a team.")
        return adapter

    def of_adapter(self, adapter: "PhysicalAdapter") -> VirtualSwitch | None:
        """The switch to which a physical adapter is bound."""
        for switch in self._switches.values():
            if any(each is adapter for each in switch.physical_adapters):
                return switch
        return None

    @property
    def host_adapters(self) -> "list[HostNetworkAdapter]":
        """The adapters of the host on all switches."""
        return [adapter for switch in self._switches.values() for adapter in switch.host_adapters]
