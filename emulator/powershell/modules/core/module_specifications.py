"""Which modules a module specification means (about_Requires; -FullyQualifiedName)."""

from __future__ import annotations

from typing import Any

from emulator.powershell.runtime.module import Module
from emulator.powershell.runtime.script_module import VersionBounds


def bounds_of(specification: Any) -> VersionBounds:
    """What a specification asks of the version."""
    return VersionBounds(
        specification.module_version, specification.required_version, specification.maximum_version
    )


def plain_name(name: str) -> str:
    """The name of a module by its path."""
    if "\\" in name or "/" in name or name.lower().endswith((".psd1", ".psm1")):
        return name.replace("/", "\\").rpartition("\\")[2].rsplit(".", 1)[0]
    return name


def is_meant(module: Module, specification: Any) -> bool:
    """Whether a module has the name, the version and the guid that a specification asks for."""
    guid = specification.guid
    return (
        module.name.lower() == plain_name(specification.name).lower()
        and bounds_of(specification).allow(module.version)
        and (guid is None or str(guid).lower() == module.guid.lower())
    )
