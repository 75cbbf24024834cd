"""Virtual Ethernet switches."""

from collections.abc import Iterator
from enum import IntEnum
from typing import TYPE_CHECKING, Any

from emulator.host.checks import check_choice, check_flag, check_text
from emulator.host.errors import AlreadyExists, InUse, InvalidParameter, NotFound, QuotaExceeded
from emulator.host.host_object import HostObject, operation
from emulator.host.identifiers import derived_guid, is_guid, normalize_guid

if TYPE_CHECKING:
    from emulator.host.host import Host
    from emulator.host.network_adapter import NetworkAdapter
    from emulator.profile import NetworkAdapter as PhysicalAdapter

MAXIMUM_SWITCHES = 5_000


class SwitchKind(IntEnum):
    """VMSwitchType."""

    PRIVATE = 0
    INTERNAL = 1
    EXTERNAL = 2


class VirtualSwitch(HostObject):
    """A switch. ``physical_adapter`` is set for external ones; ``allow_management_os`` tells whether the host
    itself has an adapter on it (always for internal, never for private switches)."""

    def __init__(
        self,
        host: "Host",
        identifier: str,
        name: str,
        kind: SwitchKind,
        physical_adapter: "PhysicalAdapter | None",
        allow_management_os: bool,
        notes: str,
    ) -> None:
        super().__init__(host)
        self.id = identifier
        self.name = name
        self.kind = kind
        self.physical_adapter = physical_adapter
        self.allow_management_os = allow_management_os
        self.notes = notes
        self._leases: dict[str, int] = {}

    @property
    def ports(self) -> "list[NetworkAdapter]":
        """Adapters of virtual machines that are connected."""
        return [
            adapter
            for vm in self.host.virtual_machines
            for adapter in vm.network_adapters
            if adapter.switch is self
        ]

    @property
    def host_adapter_id(self) -> str:
        """GUID of the host's own adapter on this switch."""
        return derived_guid(self.id, "management")

    @property
    def host_adapter_name(self) -> str:
        """Connection name of the host's own adapter."""
        return f"vEthernet ({self.name})"

    def lease(self, adapter: "NetworkAdapter") -> list[str]:
        """The address that a guest without its own gets here: 172.16.0.0/12, the same for the adapter's life.

        Empty on private switches, where no DHCP server is.
        """
        if self.kind is SwitchKind.PRIVATE:
            return []
        number = self._leases.setdefault(adapter.id, len(self._leases) + 10)
        network = 16 + self.host.virtual_switches.position(self) % 16
        return [f"172.{network}.{number // 250 % 256}.{number % 250 + 2}"]

    @operation
    def configure(self, **changes: Any) -> None:
        """Change ``name``, ``notes``, ``kind``, ``network_adapter`` (name or description) or
        ``allow_management_os``, all or none. Raises InvalidParameter, NotFound, InUse."""
        self.host.virtual_switches.require(self)
        facts = dict(changes)
        name = check_text("name", facts.pop("name", self.name), 255, shortest=1)
        notes = check_text("notes", facts.pop("notes", self.notes), 4096)
        kind = check_choice("kind", facts.pop("kind", self.kind), SwitchKind)
        default = self.physical_adapter.name if self.physical_adapter is not None else None
        wanted = facts.pop("network_adapter", default if kind is SwitchKind.EXTERNAL else None)
        management = check_flag(
            "allow_management_os", facts.pop("allow_management_os", self.allow_management_os)
        )
        if facts:
            raise InvalidParameter(f"There is no switch setting {next(iter(facts))!r}.")
        adapter = self.host.virtual_switches.check_adapter(kind, wanted, self)
        self.name, self.notes, self.kind, self.physical_adapter = name, notes, kind, adapter
        self.allow_management_os = management if kind is SwitchKind.EXTERNAL else kind is SwitchKind.INTERNAL
        self.touch()
        for port in self.ports:
            port.touch()


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
        allow_management_os: bool = True,
        notes: str = "",
        identifier: str | None = None,
    ) -> VirtualSwitch:
        """Add a switch; names may repeat. ``network_adapter`` is the connection name or description of a
        physical adapter, for external switches.

        Raises RoleNotInstalled, InvalidParameter, NotFound (the adapter), InUse (it has a switch),
        AlreadyExists (the identifier), QuotaExceeded.
        """
        self.host.role.require()
        check_text("name", name, 255, shortest=1)
        check_text("notes", notes, 4096)
        kind = check_choice("kind", kind, SwitchKind)
        if identifier is not None and not is_guid(identifier):
            raise InvalidParameter(f"The identifier {identifier!r:.64} is not valid.")
        if len(self._switches) >= MAXIMUM_SWITCHES:
            raise QuotaExceeded("No more virtual switches can be created.")
        adapter = self.check_adapter(kind, network_adapter, None)
        guid = self.host.new_guid() if identifier is None else normalize_guid(identifier)
        if guid in self._switches:
            raise AlreadyExists(f"A virtual switch with the identifier {guid} exists.")
        switch = self.add(guid, name, kind, adapter, allow_management_os, notes)
        self.host.observe("created", switch)
        return switch

    def add(
        self,
        identifier: str,
        name: str,
        kind: SwitchKind,
        adapter: "PhysicalAdapter | None",
        allow_management_os: bool,
        notes: str = "",
    ) -> VirtualSwitch:
        """Add a switch that was checked."""
        management = allow_management_os if kind is SwitchKind.EXTERNAL else kind is SwitchKind.INTERNAL
        switch = VirtualSwitch(self.host, identifier, name, kind, adapter, management, notes)
        self._switches[identifier] = switch
        return switch

    @operation
    def remove(self, switch: VirtualSwitch) -> None:
        """Remove a switch; adapters of machines that are off lose their connection.

        Raises NotFound, InUse (a machine that is not off is connected), RoleNotInstalled.
        """
        self.require(switch)
        ports = switch.ports
        if any(port.vm.state.holds_memory for port in ports):
            raise InUse(
                "The operation failed because the virtual switch is in use by running virtual machines."
            )
        for port in ports:
            port.switch = None
            port.touch()
        del self._switches[switch.id]
        self.host.next_revision()
        self.host.observe("deleted", switch)

    def check_adapter(
        self, kind: SwitchKind, name: str | None, own: VirtualSwitch | None
    ) -> "PhysicalAdapter | None":
        """The physical adapter for a switch. Raises InvalidParameter, NotFound, InUse."""
        if kind is not SwitchKind.EXTERNAL:
            if name is not None:
                raise InvalidParameter("Only an external virtual switch has a network adapter.")
            return None
        if name is None:
            raise InvalidParameter("An external virtual switch needs a network adapter.")
        adapter = self.host.hardware.network_adapter(name)
        if adapter is None:
            raise NotFound(f"No physical network adapter {name!r:.64} was found.")
        for switch in self._switches.values():
            if switch is not own and switch.physical_adapter is adapter:
                raise InUse(f"The network adapter is already bound to the virtual switch {switch.name!r}.")
        return adapter
