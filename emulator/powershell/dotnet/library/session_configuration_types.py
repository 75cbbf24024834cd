"""Enumerations and options of session configurations."""

from __future__ import annotations

from operator import attrgetter
from typing import Any

from emulator.powershell.dotnet.enums import EnumType
from emulator.powershell.dotnet.types import PSType, register
from emulator.record import MutableRecord

_A = "System.Management.Automation."
_R = _A + "Runspaces."


def _enum(name: str, *names: str) -> EnumType:
    made = EnumType(name, {one: place for place, one in enumerate(names)})
    register(made)
    return made


ACCESS_MODE = _enum(f"{_R}PSSessionConfigurationAccessMode", "Disabled", "Local", "Remote")
_enum(f"{_R}PSSessionType", "DefaultRemoteShell", "Workflow")
_enum(f"{_A}Remoting.SessionType", "Empty", "RestrictedRemoteServer", "Default")
LANGUAGE_MODE = _enum(
    f"{_A}PSLanguageMode", "FullLanguage", "RestrictedLanguage", "NoLanguage", "ConstrainedLanguage"
)
BUFFERING = _enum(f"{_R}OutputBufferingMode", "None", "Drop", "Block")
_enum("System.Threading.ApartmentState", "STA", "MTA", "Unknown")
EXECUTION_POLICY = EnumType(
    "Microsoft.PowerShell.ExecutionPolicy",
    {
        "Unrestricted": 0,
        "RemoteSigned": 1,
        "AllSigned": 2,
        "Restricted": 3,
        "Default": 3,
        "Bypass": 4,
        "Undefined": 5,
    },
)
register(EXECUTION_POLICY)


class TransportOption(MutableRecord, eq=False):
    """What New-PSTransportOption makes: quotas of a configuration; None leaves one as it is."""

    process_idle_timeout_sec: int | None = None
    max_idle_timeout_sec: int | None = None
    max_sessions: int | None = None
    max_concurrent_commands_per_session: int | None = None
    max_sessions_per_user: int | None = None
    max_memory_per_session_mb: int | None = None
    max_processes_per_session: int | None = None
    max_concurrent_users: int | None = None
    idle_timeout_sec: int | None = None
    output_buffering_mode: Any = None


register(PSType(f"{_A}PSTransportOption"))
register(PSType(f"{_A}PSSessionTypeOption", is_abstract=True))
register(
    PSType(
        "Microsoft.PowerShell.Commands.WSManConfigurationOption",
        base=f"{_A}PSTransportOption",
        instance={
            "ProcessIdleTimeoutSec": attrgetter("process_idle_timeout_sec"),
            "MaxIdleTimeoutSec": attrgetter("max_idle_timeout_sec"),
            "MaxSessions": attrgetter("max_sessions"),
            "MaxConcurrentCommandsPerSession": attrgetter("max_concurrent_commands_per_session"),
            "MaxSessionsPerUser": attrgetter("max_sessions_per_user"),
            "MaxMemoryPerSessionMB": attrgetter("max_memory_per_session_mb"),
            "MaxProcessesPerSession": attrgetter("max_processes_per_session"),
            "MaxConcurrentUsers": attrgetter("max_concurrent_users"),
            "IdleTimeoutSec": attrgetter("idle_timeout_sec"),
            "OutputBufferingMode": attrgetter("output_buffering_mode"),
        },
    ),
    TransportOption,
)
