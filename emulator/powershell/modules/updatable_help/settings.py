"""What the registry says of updatable help (RegistryAccessor of 5.1)."""

from __future__ import annotations

from emulator.powershell.dotnet.exceptions import NetError
from emulator.powershell.runtime.engine import Engine
from emulator.powershell.runtime.registry_service import RegistryStore
from emulator.powershell.runtime.services import expanded

_POLICY = "HKEY_LOCAL_MACHINE\\Software\\Policies\\Microsoft\\Windows\\PowerShell\\UpdatableHelp"
_POWERSHELL = (
    "HKEY_LOCAL_MACHINE\\Software\\Microsoft\\PowerShell",
    "HKEY_LOCAL_MACHINE\\Software\\Wow6432Node\\Microsoft\\PowerShell",
)


def default_source(engine: Engine) -> str | None:
    """The folder that Group Policy gives for help files, or None."""
    registry = engine.find_service(RegistryStore)
    for name, kind, data in (registry.values(_POLICY) if registry is not None else None) or ():
        if name.lower() == "defaultsourcepath" and isinstance(data, str) and data:
            return expanded(engine.environment, data) if kind == "REG_EXPAND_SZ" else data
    return None


def ask_no_more(engine: Engine) -> None:
    """Get-Help asks whether help shall be updated until Update-Help has run; without rights it goes on to."""
    registry = engine.find_service(RegistryStore)
    if registry is None:
        return
    for path in _POWERSHELL:
        if registry.subkeys(path) is not None and registry.may_write(path):
            try:
                registry.set_value(path, "DisablePromptToUpdateHelp", "REG_DWORD", 1)
            except NetError:
                return
