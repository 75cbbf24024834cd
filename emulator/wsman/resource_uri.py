"""What a resource URI means: families of URIs as typed targets (MS-WSMV 2.2.4, DSP0230)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

from emulator.wsman.faults import WsmanFault

_WMI = "http://schemas.microsoft.com/wbem/wsman/1/wmi/"
_MICROSOFT = "http://schemas.microsoft.com/wbem/wsman/1/"
_DMTF = "http://schemas.dmtf.org/wbem/wscim/1/"
_CLASS_SCHEMA = "http://schemas.dmtf.org/wbem/cim-xml/2/cim-schema/2/"
_WS_CIM_CLASS_SCHEMA = "http://schemas.dmtf.org/wbem/ws-cim/1/cim-schema/2/"
_POWERSHELL = "http://schemas.microsoft.com/powershell/"
_DEFAULT_NAMESPACE = "root/cimv2"
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_PATH = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*(?:/[A-Za-z_][A-Za-z0-9_.-]*)*")


@dataclass(frozen=True, slots=True)
class WmiTarget:
    """A WMI class, or every class (`class_name` None); with `is_dmtf` a __cimnamespace selector chooses."""

    namespace: str
    class_name: str | None
    is_dmtf: bool = False


@dataclass(frozen=True, slots=True)
class ShellTarget:
    """WinRS: `kind` is 'shell' (all), 'cmd' (the kind that can be created) or 'command'."""

    kind: str


@dataclass(frozen=True, slots=True)
class PowershellTarget:
    """A PowerShell session configuration (MS-PSRP)."""

    configuration: str


@dataclass(frozen=True, slots=True)
class ConfigurationTarget:
    """winrm/config; `path` is '' for the whole, else such as 'service/auth'."""

    path: str


@dataclass(frozen=True, slots=True)
class EventLogTarget:
    """The event log."""


@dataclass(frozen=True, slots=True)
class ClassSchemaTarget:
    """The declaration of a class, or of every class (`class_name` None): as CIM-XML, or `is_ws_cim`."""

    class_name: str | None
    is_ws_cim: bool = False


Target: TypeAlias = (
    WmiTarget | ShellTarget | PowershellTarget | ConfigurationTarget | EventLogTarget | ClassSchemaTarget
)


@lru_cache(maxsize=2048)
def parse_resource_uri(uri: str) -> Target:
    """The target of a URI; families compare without regard to case.

    Raises INVALID_RESOURCE_URI for what is no URI or a malformed one of a known family, RESOURCE_NOT_FOUND
    for a URI of no family that this machine serves.
    """
    if "://" not in uri:
        raise WsmanFault("ERROR_WSMAN_INVALID_RESOURCE_URI")
    lowered = uri.lower().rstrip("/")
    if lowered.startswith(_WMI):
        return _wmi(uri[len(_WMI) :])
    if lowered.startswith(_DMTF):
        rest = uri[len(_DMTF) :].rstrip("/")
        if rest.lower().startswith("cim-schema/2/"):
            rest = rest[len("cim-schema/2/") :]
        elif rest != "*":
            raise WsmanFault("ERROR_WSMAN_RESOURCE_NOT_FOUND")
        return WmiTarget(_DEFAULT_NAMESPACE, _class_name(rest), is_dmtf=True)
    for prefix in (_CLASS_SCHEMA, _WS_CIM_CLASS_SCHEMA):
        if lowered.startswith(prefix):
            class_name = _class_name(uri[len(prefix) :].rstrip("/"))
            return ClassSchemaTarget(class_name, is_ws_cim=prefix is _WS_CIM_CLASS_SCHEMA)
    if lowered.startswith(_POWERSHELL) and len(lowered) > len(_POWERSHELL):
        return PowershellTarget(uri[len(_POWERSHELL) :].rstrip("/"))
    if lowered.startswith(_MICROSOFT):
        found = _windows(lowered[len(_MICROSOFT) :])
        if found is not None:
            return found
    raise WsmanFault("ERROR_WSMAN_RESOURCE_NOT_FOUND")


def _wmi(path: str) -> WmiTarget:
    namespace, _, class_name = path.strip("/").rpartition("/")
    if not _PATH.fullmatch(namespace):
        raise WsmanFault("ERROR_WSMAN_INVALID_RESOURCE_URI")
    return WmiTarget(namespace, _class_name(class_name))


def _class_name(text: str) -> str | None:
    if text == "*":
        return None
    if not _NAME.fullmatch(text):
        raise WsmanFault("ERROR_WSMAN_INVALID_RESOURCE_URI")
    return text


_SHELLS = {
    "windows/shell": "shell",
    "windows/shell/cmd": "cmd",
    "windows/shell/command": "command",
}


def _windows(path: str) -> Target | None:
    if path in _SHELLS:
        return ShellTarget(_SHELLS[path])
    if path == "windows/eventlog":
        return EventLogTarget()
    if path == "config" or path.startswith("config/"):
        return ConfigurationTarget(path[len("config/") :])
    return None
