"""The session configurations of a machine: its plug-ins that serve resources of PowerShell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from emulator.host.errors import NotFound
from emulator.host.windows.wow64 import SYSTEM_FOLDER
from emulator.host.winrm.session_configurations import (
    URI,
    account_of_sessions,
    find_session_configuration,
    may_open,
)
from emulator.shells.errors import (
    ConfigurationClosed,
    ConfigurationDisabled,
    ConfigurationNotEmulated,
    UnknownConfiguration,
)
from emulator.shells.powershell.own_classes import check_class

if TYPE_CHECKING:
    from emulator.host import Account, Host
    from emulator.host.winrm.winrm_plugins import Plugin

#: Other engines than PowerShell's own language run behind these.
_WORKFLOW = "Microsoft.PowerShell.Workflow"
_NOT_EMULATED = ("workflow", "workflows", "servermanager")
#: Initialization parameters that change what a session begins with.
SETUP_PARAMETERS = frozenset({"startupscript", "configfilepath", "sessiontype", "modulestoimport"})
#: What hosts the sessions of a configuration; that of -ProcessorArchitecture x86 on a 64-bit Windows.
_PROGRAM = "C:\\Windows\\system32\\wsmprovhost.exe"
_PROGRAM_32 = f"{SYSTEM_FOLDER}wsmprovhost.exe"
#: A quota that a plug-in does not state is the service's own.
_UNLIMITED = 0x7FFFFFFF


@dataclass(frozen=True, slots=True)
class SessionConfiguration:
    """One configuration as a caller opens it; `name` as the client spelled it, times in seconds.

    Sessions run as `account` in a process of `program`; `parameters` are the plug-in's initialization
    parameters by lower-case name.
    """

    name: str
    account: Account
    maximum_shells_per_user: int
    maximum_commands: int
    idle_timeout: float | None
    maximum_idle_timeout: float
    program: str
    parameters: Mapping[str, str] = field(default_factory=dict)

    @property
    def resource_uri(self) -> str:
        return URI + self.name


def _is_32_bit(host: Host, plugin: Plugin) -> bool:
    return (
        host.profile.operating_system.architecture == "x64" and plugin.attributes.get("Architecture") == "32"
    )


def is_seven(name: str) -> bool:
    """Whether sessions of a configuration are those of PowerShell 7."""
    return name.lower().startswith("powershell.7")


def configuration_of_process(account: Account, program: str) -> SessionConfiguration:
    """What a session has in a process that somebody enters: it asks no service for anything."""
    return SessionConfiguration(
        name="",
        account=account,
        maximum_shells_per_user=_UNLIMITED,
        maximum_commands=_UNLIMITED,
        idle_timeout=None,
        maximum_idle_timeout=_UNLIMITED,
        program=program,
    )


def open_configuration(host: Host, name: str, caller: Account) -> SessionConfiguration:
    """The configuration of a name for a caller.

    Raises UnknownConfiguration, ConfigurationDisabled, ConfigurationClosed, SessionNotCreated and, for one
    that has no engine here, ConfigurationNotEmulated.
    """
    try:
        plugin = find_session_configuration(host, name)
    except NotFound:
        raise UnknownConfiguration(name) from None
    if not plugin.enabled:
        raise ConfigurationDisabled(name)
    if not may_open(plugin, caller):
        raise ConfigurationClosed(name)
    parameters = {key.lower(): value for key, value in plugin.parameters.items()}
    if name.lower().endswith(_NOT_EMULATED) or parameters.get("assemblyname", "").startswith(_WORKFLOW):
        raise ConfigurationNotEmulated(name)
    check_class(host, name, parameters)
    try:
        account = account_of_sessions(host, plugin, caller)
    except NotFound:
        raise ConfigurationClosed(name) from None
    quotas = plugin.quotas
    idle = quotas.get("IdleTimeoutms")
    return SessionConfiguration(
        name=name,
        account=account,
        maximum_shells_per_user=quotas.get("MaxShellsPerUser", _UNLIMITED),
        maximum_commands=quotas.get("MaxConcurrentCommandsPerShell", _UNLIMITED),
        idle_timeout=None if idle is None else idle / 1000,
        program=_PROGRAM_32 if _is_32_bit(host, plugin) else _PROGRAM,
        maximum_idle_timeout=quotas.get("MaxIdleTimeoutms", _UNLIMITED) / 1000,
        parameters=parameters,
    )
