"""Which modules a module specification means (about_Requires; -FullyQualifiedName)."""

from __future__ import annotations

from typing import Any

from emulator.powershell.runtime.module import Module
from emulator.powershell.runtime.script_module import VersionBounds


def is_meant(module: Module, specification: Any) -> bool:
    """Whether a module has the name, the version and the guid that a specification asks for."""
    given = (
        specification.module_version,
        specification.required_version,
        specification.maximum_version,
    )
    bounds = VersionBounds(*(None if one is None else str(one) for one in given))
    guid = specification.guid
    return (
        module.name.lower() == specification.name.lower()
        and bounds.allow(module.version)
        and (guid is None or str(guid).lower() == module.guid.lower())
    )
