"""Microsoft.PowerShell.Commands.ModuleSpecification: a module by its name, version and GUID."""

from __future__ import annotations

from typing import Any

from emulator.powershell.dotnet.exceptions import NetError
from emulator.powershell.dotnet.types import PSType, register
from emulator.powershell.parser.requirements import MODULE_KEYS
from emulator.powershell.parser.values import ModuleSpecification


def version_of(text: str | None) -> Any:
    """A version as a script requires it: 5 is 5.0."""
    from emulator.powershell.dotnet.simple import Version

    return None if text is None else Version.parse(text if "." in text else f"{text}.0")


def _guid(text: str | None) -> Any:
    from emulator.powershell.dotnet.simple import Guid

    return None if text is None else Guid.parse(text)


def _specification(_kind: PSType, table: Any) -> ModuleSpecification:
    """A module as a table names it. Raises ArgumentException and MissingMemberException."""
    from emulator.powershell.runtime.conversion import to_text

    values: dict[str, str] = {}
    unknown = []
    for key, value in table.items():
        name = MODULE_KEYS.get(to_text(key).lower())
        if name is None:
            unknown.append(f"'{to_text(key)}'")
        else:
            values[name] = to_text(value)
    if unknown:
        raise NetError(
            "System.ArgumentException",
            "The hashtable describing a module contains one or more members that are not valid.  The valid "
            "members are ('ModuleName', 'ModuleVersion', 'RequiredVersion', 'MaximumVersion', 'GUID'). "
            f"Remove the members that are not valid ({', '.join(unknown)}), then try again.",
        )
    if "name" not in values:
        raise NetError(
            "System.MissingMemberException",
            "The 'ModuleName' member does not exist in the hashtable that describes this module.",
        )
    if not values.keys() & {"module_version", "required_version", "maximum_version"}:
        raise NetError(
            "System.MissingMemberException",
            "The 'ModuleVersion', 'MaximumVersion' and 'RequiredVersion' members do not exist in the "
            "hashtable that describes this module. One of these three members must exist, and be assigned a "
            "version number in the format 'n.n.n.n'.",
        )
    return ModuleSpecification(**values)


register(
    PSType(
        "Microsoft.PowerShell.Commands.ModuleSpecification",
        instance={
            "Name: string": lambda m: m.name,
            "Guid": lambda m: _guid(m.guid),
            "Version": lambda m: version_of(m.module_version),
            "RequiredVersion": lambda m: version_of(m.required_version),
            "MaximumVersion: string": lambda m: m.maximum_version,
            "ToString()": lambda m: m.name,
        },
        construct={
            "new(string moduleName)": lambda _kind, name: ModuleSpecification(name),
            "new(System.Collections.Hashtable moduleSpecification)": _specification,
        },
        to_text=lambda m: m.name,
    ),
    ModuleSpecification,
)
