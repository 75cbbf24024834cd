"""Virtual fibre channel: ports of the host, virtual SANs, and the adapters of virtual machines.

Each port of the host has a virtual switch of its own; a virtual SAN is a resource pool of the kind
``FibreChannel Connection`` that holds some of these switches, each in one SAN only (Microsoft's samples).
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, NamedTuple

from emulator.host.errors import HostError, InUse, InvalidParameter, InvalidState, NotFound, NotSupported
from emulator.host.host_object import operation
from emulator.host.identifiers import derived_guid
from emulator.host.resources.resource_kinds import FIBRE_CHANNEL, FIBRE_CHANNEL_PORT
from emulator.host.virtual_machine.expansion.device import (
    ELEMENT_NOT_FOUND,
    NO_RESOURCES,
    DeviceStartError,
    ExpansionDevice,
)
from emulator.host.virtual_machine.virtual_machine_state import VirtualMachineState

if TYPE_CHECKING:
    from emulator.host.host import Host
    from emulator.host.resources.resource_pools import ResourcePool
    from emulator.profile import FibreChannelPort

ADAPTERS_A_MACHINE = 4
NAME_IN_USE = (0x800700AA, "The world wide port name already exists on the fabric.")
PORT_NOT_CAPABLE = (0x80070032, "The Fibre Channel port does not support virtual ports.")
_DIGITS = frozenset("0123456789ABCDEF")
_NAMES = ("node_name_a", "port_name_a", "node_name_b", "port_name_b")
_LONGEST_SECRET = 255
ASCII_SECRET, BINARY_SECRET = 1, 2


def check_world_wide_name(value: Any) -> str:
    """16 hexadecimal digits in upper case. Raises InvalidParameter."""
    name = value.upper() if isinstance(value, str) else ""
    if len(name) != 16 or not set(name) <= _DIGITS or not name.strip("0"):
        raise InvalidParameter(f"The world wide name '{value!s:.64}' is not valid.")
    return name


class HostPort(NamedTuple):
    """A port of the host. ``switch_id`` is the GUID of its virtual switch."""

    host: "Host"
    facts: "FibreChannelPort"
    id: str
    switch_id: str


class FibreChannelAdapter(ExpansionDevice):
    """A fibre channel adapter with two sets of names: a live migration changes from one to the other.

    ``san`` is the name of a virtual SAN, empty while not connected.
    """

    __slots__ = (
        "chap_encoding",
        "chap_secret",
        "node_name_a",
        "node_name_b",
        "port_name_a",
        "port_name_b",
        "san",
        "uses_set_b",
    )
    pool_kind = FIBRE_CHANNEL_PORT
    feature = "fibre_channel"
    label = "Synthetic FibreChannel Port"
    default_name = "Fibre Channel Adapter"
    limit = ADAPTERS_A_MACHINE

    def __init__(self, vm: Any, identifier: str, name: str | None = None) -> None:
        super().__init__(vm, identifier, name)
        self.node_name_a = self.port_name_a = self.node_name_b = self.port_name_b = ""
        self.san = ""
        self.uses_set_b = False
        self.chap_encoding = 0
        self.chap_secret = b""

    @property
    def connection_setting_id(self) -> str:
        """Like ``setting_id``, for the settings of the connection to a SAN."""
        return f"{self.id}\\C"

    @property
    def node_name(self) -> str:
        """The node name in use."""
        return self.node_name_b if self.uses_set_b else self.node_name_a

    @property
    def port_name(self) -> str:
        """The port name in use."""
        return self.port_name_b if self.uses_set_b else self.port_name_a

    @property
    def host_port(self) -> HostPort | None:
        """The port of the host through which it is logged in; None while the machine does not run."""
        return self.host.expansion.fibre_channel.port_of(self)

    def check(self, name: str, value: Any) -> Any:
        if name in _NAMES:
            return check_world_wide_name(value)
        if name == "san":
            return self._check_san(value)
        raise InvalidParameter(f"There is no fibre channel adapter setting '{name}'.")

    def check_add(self) -> None:
        fibre_channel = self.host.expansion.fibre_channel
        if not fibre_channel.ports:
            raise HostError("There is no Fibre Channel host bus adapter on this computer.")
        if not any(getattr(self, name) for name in _NAMES):
            self._take_names()
        missing = [name for name in _NAMES if not getattr(self, name)]
        if missing:
            raise InvalidParameter("A fibre channel adapter needs both sets of world wide names.")
        if self.port_name_a == self.port_name_b:
            raise InvalidParameter("The two port names of a fibre channel adapter must differ.")

    @operation
    def connect(self, san: str) -> None:
        """Connect to a virtual SAN, or to none with an empty name. Raises NotFound, InvalidState."""
        self.vm.require(VirtualMachineState.OFF)
        self.san = self._check_san(san)
        self.touch()

    @operation
    def generate_names(self) -> None:
        """Take new names of the generator. Raises InvalidState, LimitExceeded."""
        self.vm.require(VirtualMachineState.OFF)
        self._take_names()
        self.touch()

    def _take_names(self) -> None:
        self.port_name_a, self.port_name_b = self.host.world_wide_names.take(2)
        self.node_name_a = self.node_name_b = self.host.settings.wwnn

    @operation
    def set_chap(self, encoding: int, secret: bytes) -> None:
        """Let it authenticate itself (DH-CHAP). ``encoding``: 1 printable ASCII, 2 binary. Raises
        InvalidParameter, InvalidState."""
        self.vm.require(VirtualMachineState.OFF)
        if encoding not in (ASCII_SECRET, BINARY_SECRET) or not 0 < len(secret) <= _LONGEST_SECRET:
            raise InvalidParameter("The shared secret is not valid.")
        if encoding == ASCII_SECRET and not all(0x20 <= byte < 0x7F for byte in secret):
            raise InvalidParameter("The shared secret holds characters that are not printable.")
        self.chap_encoding, self.chap_secret = encoding, secret
        self.touch()

    @operation
    def remove_chap(self) -> None:
        """Let it authenticate itself no more. Raises InvalidState when it does not."""
        self.vm.require(VirtualMachineState.OFF)
        if not self.chap_secret:
            raise InvalidState("The fibre channel adapter has no shared secret.")
        self.chap_encoding, self.chap_secret = 0, b""
        self.touch()

    def check_start(self) -> None:
        fibre_channel = self.host.expansion.fibre_channel
        san = fibre_channel.san(self.san)
        if san is None:
            raise DeviceStartError(self, ELEMENT_NOT_FOUND, "start reserving resources")
        ports = fibre_channel.ports_of(san)
        if not ports:
            raise DeviceStartError(self, NO_RESOURCES, "start reserving resources")
        if not any(port.facts.hyper_v_capable for port in ports):
            raise DeviceStartError(self, PORT_NOT_CAPABLE, "start reserving resources")
        if fibre_channel.login_of(self.port_name) not in (None, self):
            raise DeviceStartError(self, NAME_IN_USE, "start reserving resources")

    def power_on(self) -> None:
        self.host.expansion.fibre_channel.log_in(self)

    def power_off(self) -> None:
        self.host.expansion.fibre_channel.log_out(self)

    def problem(self) -> str | None:
        if super().problem() is None and self.host.expansion.fibre_channel.san(self.san) is not None:
            return None
        return f"Could not find Fibre Channel SAN '{self.san}'."

    def _check_san(self, name: Any) -> str:
        if not isinstance(name, str):
            raise InvalidParameter("The name of a virtual SAN is not valid.")
        if not name:
            return ""
        san = self.host.expansion.fibre_channel.san(name)
        if san is None:
            raise NotFound(f"The virtual SAN '{name!s:.100}' was not found.")
        return san.name


class FibreChannel:
    """The fibre channel ports of the host and what is logged in through them."""

    def __init__(self, host: "Host") -> None:
        self.host = host
        self.ports = tuple(
            HostPort(
                host,
                facts,
                derived_guid(host.name, "fibre channel port", facts.port_name),
                derived_guid(host.name, "fibre channel switch", facts.port_name),
            )
            for facts in host.hardware.facts.fibre_channel_ports
        )
        self._by_switch = {port.switch_id: port for port in self.ports}
        self._by_name = {port.facts.port_name: port for port in self.ports}
        self._logins: dict[FibreChannelAdapter, HostPort] = {}
        self._names: dict[str, FibreChannelAdapter] = {}

    def port_with_switch(self, identifier: str) -> HostPort | None:
        """The port whose virtual switch has this GUID."""
        return self._by_switch.get(identifier.upper())

    def port_with_name(self, port_name: str) -> HostPort | None:
        """The port of a world wide port name."""
        return self._by_name.get(port_name.upper())

    @property
    def sans(self) -> "list[ResourcePool]":
        """The virtual SANs."""
        return [pool for pool in self.host.resource_pools if pool.subtype == FIBRE_CHANNEL]

    def san(self, name: str) -> "ResourcePool | None":
        """The virtual SAN of a name, in any case."""
        return self.host.resource_pools.find(FIBRE_CHANNEL, name) if name else None

    def ports_of(self, san: "ResourcePool") -> list[HostPort]:
        """The ports that a virtual SAN holds."""
        return [port for port in self.ports if port.switch_id in san.resources]

    def check_resources(self, resources: Iterable[str], san: "ResourcePool | None") -> tuple[str, ...]:
        """The GUIDs of virtual switches that a SAN is to hold. Raises NotSupported, NotFound, InUse."""
        if "fibre_channel" not in self.host.release.special_devices:
            raise NotSupported("Virtual fibre channel is not supported on this computer.")
        wanted = tuple(dict.fromkeys(each.upper() for each in resources))
        for each in wanted:
            if each not in self._by_switch:
                raise NotFound(f"There is no Fibre Channel port {each:.64} on this computer.")
            if any(each in other.resources for other in self.sans if other is not san):
                raise InUse("The Fibre Channel port is assigned to another virtual SAN.")
        if san is not None:
            gone = {port for port in self.ports_of(san) if port.switch_id not in wanted}
            if gone & set(self._logins.values()):
                raise InUse("A running virtual machine uses a port of the virtual SAN.")
        return wanted

    def check_removal(self, san: "ResourcePool") -> None:
        """Raise InUse while a running machine uses a SAN."""
        if any(adapter.san.casefold() == san.name.casefold() for adapter in self._logins):
            raise InUse(f"A running virtual machine uses the virtual SAN '{san.name}'.")

    def renamed(self, before: str, after: str) -> None:
        """A SAN gets another name: the adapters that are connected to it follow."""
        for vm in (*self.host.virtual_machines, *self.host.planned_machines):
            for adapter in vm.fibre_channel_adapters:
                if adapter.san.casefold() == before.casefold():
                    adapter.san = after
                    adapter.touch()

    # -- who is logged in -----------------------------------------------------------------------

    def port_of(self, adapter: FibreChannelAdapter) -> HostPort | None:
        """The port through which an adapter is logged in."""
        return self._logins.get(adapter)

    def login_of(self, port_name: str) -> FibreChannelAdapter | None:
        """The adapter that is logged in with a port name."""
        return self._names.get(port_name)

    def adapters_at(self, port: HostPort) -> list[FibreChannelAdapter]:
        """The adapters that are logged in through a port."""
        return [adapter for adapter, at in self._logins.items() if at is port]

    def log_in(self, adapter: FibreChannelAdapter) -> None:
        """Give an adapter the port of its SAN that serves the fewest; it was checked."""
        san = self.san(adapter.san)
        ports = [] if san is None else [each for each in self.ports_of(san) if each.facts.hyper_v_capable]
        self._logins[adapter] = min(ports, key=lambda port: len(self.adapters_at(port)))
        self._names[adapter.port_name] = adapter

    def log_out(self, adapter: FibreChannelAdapter) -> None:
        """The adapter uses no port any more."""
        self._logins.pop(adapter, None)
        if self._names.get(adapter.port_name) is adapter:
            del self._names[adapter.port_name]
