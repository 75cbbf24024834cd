"""The lookups of commands and paths while a trace source is on."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from emulator.powershell.runtime.commands import AliasInfo, CmdletInfo
from emulator.powershell.runtime.errors import PSError
from emulator.powershell.runtime.tracing import Tracing

if TYPE_CHECKING:
    from emulator.powershell.parser.extents import Extent
    from emulator.powershell.providers.paths import Drive
    from emulator.powershell.runtime.command_table import CommandTable
    from emulator.powershell.runtime.commands import Command
    from emulator.powershell.runtime.scope import Scope

_DISCOVERY = "commanddiscovery"
_PATHS = "pathresolution"
_DRIVES = "psdriveinfo"


def told_command(table: CommandTable, name: str, scope: Scope, extent: Extent | None) -> Command:
    """Find a command and tell how (source CommandDiscovery). Raises CommandNotFoundException."""
    tracing = table.engine.tracing
    assert tracing is not None  # noqa: S101 - callers look first
    tracing.line(_DISCOVERY, f"Looking up command: {name}")
    first = table.find(name, scope)
    if isinstance(first, AliasInfo):
        tracing.line(_DISCOVERY, f"Alias found: {first.name}  {first.target}")
        tracing.line(_DISCOVERY, f"Looking up command: {first.target}")
    try:
        found = table.resolved(name, scope, extent)
    except PSError:
        text = f"'{name}' is not recognized as a cmdlet, function, executable program or script file."
        tracing.line(_DISCOVERY, f"ERROR: {text}", "Error")
        raise
    told = _found_text(found)
    if told:
        tracing.line(_DISCOVERY, told)
    return found


def _found_text(found: Command) -> str:
    if isinstance(found, CmdletInfo):
        return f"Cmdlet found: {found.name}  {found.class_name}"
    path = getattr(found, "path", None)
    if found.kind in ("Function", "Filter"):
        return f"{found.kind} found: {found.name}"
    if found.kind == "ExternalScript":
        return f"Command Found: path ({path}) is a script with name: {found.name}"
    if found.kind == "Application":
        return f"Command Found: path ({path}) is an application with name: {found.name}"
    return ""


def told_path(tracing: Tracing, path: str, place: Any, expand: Callable[[], list[Any]]) -> list[Any]:
    """Find the items of a path and tell how (source PathResolution)."""
    with tracing.scope(_PATHS, f'Resolving MSH path "{path}" to MSH path'):
        provider = place.provider.full_name
        if place.drive is not None:
            _tell_drive(tracing, place.drive)
            tracing.line(_PATHS, "Path is DRIVE-QUALIFIED")
            tracing.line(
                _PATHS, f"DRIVE-RELATIVE path: {place.path[len(place.drive.root) :].lstrip(chr(92))}"
            )
            tracing.line(_PATHS, f"Drive: {place.drive.name}")
            tracing.line(_PATHS, f"Provider: {provider}")
            tracing.line(_PATHS, f"PROVIDER path: {place.path}")
        else:
            tracing.line(_PATHS, "Path is PROVIDER-QUALIFIED")
            tracing.line(_PATHS, f"PROVIDER-INTERNAL path: {place.path}")
            tracing.line(_PATHS, f"Provider: {provider}")
        found = expand()
        tracing.line(_PATHS, "Wildcard matching is being performed by the engine.")
        for one in found:
            tracing.line(_PATHS, f"RESOLVED PATH: {one.shown}")
    return found


def _tell_drive(tracing: Tracing, drive: Drive) -> None:
    """Source PSDriveInfo: the drive of a path."""
    lines = (
        ("Name", drive.name),
        ("Provider", drive.provider.full_name),
        ("Root", drive.root),
        ("Description", drive.description),
    )
    tracing.line(_DRIVES, "A drive was found:")
    for name, value in lines:
        tracing.line(_DRIVES, f"\t{name}: {value}")
