"""Hyper-V and its tools as Server Manager's roles and features, and what installing them gives.

One table for every door: the ServerManager module, servermanagercmd and the WMI classes of Server Manager.
What installing does is the role's rule (`host.role`); here is only which part of it a name means. The other
roles and features of Windows stand in `windows_features`, for the module alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, IntEnum
from typing import TYPE_CHECKING

from emulator.host.role import PendingChange
from emulator.host.windows.feature_table import SERVER_NAMES, tool_features

if TYPE_CHECKING:
    from emulator.host.host import Host

_TITLES = {
    "Hyper-V": "Hyper-V",
    "RSAT-Hyper-V": "Hyper-V Tools",
    "RSAT-Hyper-V-Tools": "Hyper-V Management Tools",
    "Hyper-V-Tools": "Hyper-V GUI Management Tools",
    "Hyper-V-PowerShell": "Hyper-V Module for Windows PowerShell",
}
_DESCRIPTIONS = {
    "Hyper-V": "Hyper-V provides the services that you can use to create and manage virtual machines and "
    "their resources.",
    "RSAT-Hyper-V": "Tools for managing Hyper-V.",
    "RSAT-Hyper-V-Tools": "Hyper-V Management Tools includes GUI and command-line tools for managing "
    "Hyper-V.",
    "Hyper-V-Tools": "Hyper-V GUI Management Tools includes the Hyper-V Manager snap-in and Virtual Machine "
    "Connection tool.",
    "Hyper-V-PowerShell": "Hyper-V Module for Windows PowerShell includes Windows PowerShell cmdlets for "
    "managing Hyper-V.",
}
_TOOLS_PATH = "Remote Server Administration Tools\\Role Administration Tools"
_TOOLS_DEPTH = 3
_FIRST_TOOL_NUMBER = 1000


class InstallState(IntEnum):
    """InstallState of the module, Installed of MSFT_ServerManagerServerComponent."""

    AVAILABLE = 0
    INSTALLED = 1
    UNINSTALL_PENDING = 2
    INSTALL_PENDING = 3
    REMOVED = 5

    @property
    def text(self) -> str:
        """The name that the module shows, such as ``InstallPending``."""
        return self.name.title().replace("_", "")


class ExitCode(Enum):
    """How an operation ended: the name that a script sees, and the number."""

    SUCCESS = ("Success", 0)
    FAILED = ("Failed", 1000)
    INVALID_ARGUMENTS = ("InvalidArgs", 1001)
    NO_CHANGE_NEEDED = ("NoChangeNeeded", 1003)
    RESTART_REQUIRED = ("SuccessRestartRequired", 3010)

    @property
    def text(self) -> str:
        """The name."""
        return self.value[0]

    @property
    def number(self) -> int:
        """The number, which servermanagercmd exits with."""
        return self.value[1]


@dataclass(frozen=True, eq=False)
class ServerFeature:
    """A role or feature of a machine; its state is the machine's at the time it is read."""

    host: "Host"
    name: str
    depth: int
    path: str
    parent: str | None
    sub_features: tuple[str, ...]

    @property
    def title(self) -> str:
        """The name for people."""
        return _TITLES.get(self.name, self.name)

    @property
    def description(self) -> str:
        """What it is for."""
        return _DESCRIPTIONS.get(self.name, self.title)

    @property
    def is_role(self) -> bool:
        """It is the role, not one of its tools."""
        return self.name == self.host.release.features.role

    @property
    def kind(self) -> str:
        """FeatureType."""
        return "Role" if self.is_role else "Feature"

    @property
    def number(self) -> int:
        """NumericId: that of Win32_ServerFeature. Those of the tools are not known; they only differ."""
        facts = self.host.release.features
        if self.is_role:
            return facts.server_feature_id or 0
        return _FIRST_TOOL_NUMBER + facts.tools.index(self.name)

    @property
    def descriptor(self) -> str:
        """The class of Server Manager's WMI namespace that names the feature in a request."""
        return "ServerComponent_HyperV" if self.is_role else f"ServerComponent_{self.name.replace('-', '_')}"

    @property
    def state(self) -> InstallState:
        """How far it is installed."""
        role = self.host.role
        if self.is_role and role.pending is not None:
            installs = role.pending is PendingChange.ENABLE
            return InstallState.INSTALL_PENDING if installs else InstallState.UNINSTALL_PENDING
        installed = role.active if self.is_role else SERVER_NAMES[self.name] in role.tools
        return InstallState.INSTALLED if installed else InstallState.AVAILABLE

    @property
    def waits(self) -> bool:
        """Its change waits for the restart."""
        return self.state in (InstallState.INSTALL_PENDING, InstallState.UNINSTALL_PENDING)

    @property
    def present(self) -> bool:
        """It is there now, also while its removal waits for the restart."""
        return self.state in (InstallState.INSTALLED, InstallState.UNINSTALL_PENDING)

    @property
    def installed(self) -> bool:
        """Installed, as the cross in the list shows it."""
        return self.state is InstallState.INSTALLED


@dataclass(frozen=True)
class Operation:
    """What an installation or removal gave: the features that changed, and whether a restart is due."""

    exit_code: ExitCode
    changed: tuple[ServerFeature, ...] = ()

    @property
    def restart_needed(self) -> bool:
        """The change waits for a restart."""
        return self.exit_code is ExitCode.RESTART_REQUIRED


def server_features(host: "Host") -> list[ServerFeature]:
    """What the release and edition have: the role (unless the edition cannot have it), then the tools."""
    facts = host.release.features
    found: list[ServerFeature] = []
    if facts.role and host.role.available:
        found.append(ServerFeature(host, facts.role, 1, _TITLES.get(facts.role, facts.role), None, ()))
    if facts.tools:
        first, *others = facts.tools
        path = f"{_TOOLS_PATH}\\{_TITLES.get(first, first)}"
        found.append(ServerFeature(host, first, _TOOLS_DEPTH, path, None, tuple(others)))
        found += [
            ServerFeature(host, name, _TOOLS_DEPTH + 1, f"{path}\\{_TITLES.get(name, name)}", first, ())
            for name in others
        ]
    return found


def find_feature(host: "Host", name: str) -> ServerFeature | None:
    """The feature of a name, without regard to case."""
    wanted = name.casefold()
    return next((one for one in server_features(host) if one.name.casefold() == wanted), None)


def install(
    host: "Host",
    features: Sequence[ServerFeature],
    *,
    with_tools: bool = False,
    with_sub_features: bool = False,
) -> Operation:
    """Install features, and those that they lie in, with Server Manager's checks. Raises RequirementNotMet
    and then changes nothing."""
    with host.looking():
        before = _states(host)
        restart = False
        if any(feature.is_role for feature in features):
            restart = host.role.enable(checked=True)
        names = {feature.name for feature in features if not feature.is_role}
        names |= {feature.parent for feature in features if feature.parent is not None}
        if with_sub_features:
            names |= {name for feature in features for name in feature.sub_features}
        tools = frozenset(SERVER_NAMES[name] for name in names)
        host.role.change_tools(frozenset(tool_features(host)) if with_tools else tools, frozenset())
        return _result(host, before, restart)


def uninstall(host: "Host", features: Sequence[ServerFeature], *, with_tools: bool = False) -> Operation:
    """Remove features with all that lies in them."""
    with host.looking():
        before = _states(host)
        restart = False
        if any(feature.is_role for feature in features):
            restart = host.role.disable()
        names = {name for each in features if not each.is_role for name in (each.name, *each.sub_features)}
        tools = frozenset(SERVER_NAMES[name] for name in names)
        host.role.change_tools(frozenset(), frozenset(tool_features(host)) if with_tools else tools)
        return _result(host, before, restart)


def _states(host: "Host") -> dict[str, InstallState]:
    return {feature.name: feature.state for feature in server_features(host)}


def _result(host: "Host", before: dict[str, InstallState], restart: bool) -> Operation:
    changed = tuple(one for one in server_features(host) if before[one.name] != one.state)
    if restart:
        return Operation(ExitCode.RESTART_REQUIRED, changed)
    return Operation(ExitCode.SUCCESS if changed else ExitCode.NO_CHANGE_NEEDED, changed)
