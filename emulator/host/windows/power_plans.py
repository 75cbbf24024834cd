"""Power schemes of Windows, of which one is active, and hibernation (powercfg)."""

from typing import TYPE_CHECKING

from emulator.host.errors import InvalidParameter, NotFound, NotSupported
from emulator.host.host_object import HostObject, operation
from emulator.record import Record

if TYPE_CHECKING:
    from emulator.host.host import Host

BALANCED = "381b4222-f694-41f0-9685-ff5bb260df2e"
#: Alias of powercfg, identifier and name of the schemes that every Windows has (documented).
_SCHEMES = (
    ("SCHEME_BALANCED", BALANCED, "Balanced"),
    ("SCHEME_MIN", "8c5e7fda-e8bf-4a96-9a85-a6e23a8c635c", "High performance"),
    ("SCHEME_MAX", "a1841308-3541-4fab-bc81-f71556f20b4a", "Power saver"),
)
#: Settings that are minutes of waiting, as `powercfg /change` names them; a server's defaults (0: never).
TIMEOUTS = {
    f"{what}-timeout-{supply}": minutes
    for what, minutes in (("monitor", 10), ("disk", 20), ("standby", 0), ("hibernate", 0))
    for supply in ("ac", "dc")
}
_LONGEST_WAIT = 0xFFFFFFFF // 60


class PowerScheme(Record):
    """A power scheme."""

    alias: str
    guid: str
    name: str


class PowerPlans(HostObject):
    """The schemes, which of them is active, and what was set for the active one."""

    def __init__(self, host: "Host") -> None:
        super().__init__(host)
        self.schemes = tuple(PowerScheme(*row) for row in _SCHEMES)
        self.active = self.schemes[0]
        self._timeouts: dict[str, dict[str, int]] = {each.guid: dict(TIMEOUTS) for each in self.schemes}
        self.hibernates = False

    @property
    def may_hibernate(self) -> bool:
        """Whether the system can; not beside a running hypervisor with the role on a server."""
        return not self.host.hypervisor.running

    def find(self, text: str) -> PowerScheme:
        """The scheme of a GUID or an alias (SCHEME_CURRENT is the active one). Raises NotFound."""
        wanted = text.strip("{}").casefold()
        if wanted == "scheme_current":
            return self.active
        for each in self.schemes:
            if wanted in (each.guid, each.alias.casefold()):
                return each
        raise NotFound("The power scheme, subgroup or setting specified does not exist.")

    def timeout(self, name: str) -> int:
        """Minutes of a wait in the active scheme."""
        return self._timeouts[self.active.guid][name]

    @operation
    def activate(self, scheme: PowerScheme) -> None:
        """Make a scheme the active one."""
        self.active = scheme
        self.touch()

    @operation
    def set_timeout(self, name: str, minutes: int) -> None:
        """Set a wait of the active scheme. Raises InvalidParameter."""
        if name not in TIMEOUTS or not 0 <= minutes <= _LONGEST_WAIT:
            raise InvalidParameter('Invalid Parameters -- try "/?" for help')
        self._timeouts[self.active.guid][name] = minutes
        self.touch()

    @operation
    def hibernate(self, wanted: bool) -> None:
        """Allow hibernation or not. Raises NotSupported."""
        if wanted and not self.may_hibernate:
            raise NotSupported("Hibernation failed with the following error: The request is not supported.")
        self.hibernates = wanted
        self.touch()
