"""The .NET types of drives, providers and paths."""

from __future__ import annotations

from typing import Any

from emulator.powershell.dotnet.numbers import Int64, UInt64
from emulator.powershell.dotnet.types import Property, PSType, register
from emulator.powershell.providers.file_system import AlternateStream
from emulator.powershell.providers.paths import Drive, PathInfo
from emulator.powershell.providers.provider import Provider
from emulator.powershell.providers.session_items import EnvironmentEntry

_A = "System.Management.Automation."


def _bytes(drive: Drive, part: int) -> UInt64 | None:
    """Used (0) or free (1) bytes of the volume that a drive is on; None for drives without one."""
    found = drive.provider.room(drive.root)
    return None if found is None else UInt64(found[part])


def _drives(provider: Provider) -> Any:
    from emulator.powershell.dotnet.collections import PSArray

    return PSArray(one for one in provider.engine.paths.drives.values() if one.provider is provider)


register(
    PSType(
        "Microsoft.PowerShell.Commands.AlternateStreamData",
        instance={
            "FileName: string": lambda s: s.file_name,
            "Stream: string": lambda s: s.stream,
            "Length: long": lambda s: Int64(s.length),
        },
    ),
    AlternateStream,
)
register(
    PSType(
        f"{_A}PSDriveInfo",
        instance={
            "CurrentLocation: string": lambda d: d.current,
            "Name: string": lambda d: d.name,
            "Provider": lambda d: d.provider,
            "Root: string": lambda d: d.root,
            "Description: string": lambda d: d.description,
            "MaximumSize": lambda d: d.maximum_size,
            "Credential": lambda _d: None,
            "DisplayRoot": lambda _d: None,
            "ToString()": lambda d: d.name,
        },
        extended=tuple(
            Property(name, lambda d, part=part: _bytes(d, part), kind="ScriptProperty")
            for part, name in enumerate(("Used", "Free"))
        ),
        to_text=lambda d: d.name,
    ),
    Drive,
)
register(
    PSType(
        f"{_A}ProviderInfo",
        instance={
            "ImplementingType: string": lambda p: f"Microsoft.PowerShell.Commands.{p.name}Provider",
            "HelpFile: string": lambda _p: "System.Management.Automation.dll-Help.xml",
            "Name: string": lambda p: p.name,
            "PSSnapIn: string": lambda p: p.module,
            "ModuleName: string": lambda p: p.module,
            "Module": lambda _p: None,
            "Description: string": lambda _p: "",
            "Capabilities: string": lambda p: p.capabilities,
            "Home: string": lambda p: p.engine.machine.home if p.name == "FileSystem" else "",
            "Drives": _drives,
            "ToString()": lambda p: f"{p.module}\\{p.name}",
        },
        to_text=lambda p: f"{p.module}\\{p.name}",
    ),
    Provider,
)
register(
    PSType(
        f"{_A}PathInfo",
        instance={
            "Drive": lambda p: p.place.drive,
            "Provider": lambda p: p.place.provider,
            "ProviderPath: string": lambda p: p.place.path,
            "Path: string": str,
            "ToString()": str,
        },
        to_text=str,
    ),
    PathInfo,
)
register(
    PSType(
        "System.Collections.DictionaryEntry#Environment",
        base="System.Collections.DictionaryEntry",
    ),
    EnvironmentEntry,
)
