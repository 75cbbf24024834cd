"""Loading an assembly by its name: those of .NET are there, those of a module bring its types."""

from __future__ import annotations

from typing import TYPE_CHECKING

from emulator.powershell.dotnet.assemblies import FRAMEWORK, windows_assembly

if TYPE_CHECKING:
    from emulator.powershell.runtime.engine import Engine

_VERSION_OF_MODULES = "10.0.0.0"


def load_assembly(engine: Engine, name: str) -> str | None:
    """Load by the simple or the full name; gives the full name, None (counted) for one that is not there."""
    simple = name.partition(",")[0].strip()
    found = FRAMEWORK.get(simple.lower())
    if found is not None:
        return found
    for module in engine.session.modules:
        for one in module.assemblies:
            if one.lower() == simple.lower():
                engine.types.add(module.types())
                return windows_assembly(one, _VERSION_OF_MODULES)
    engine.gap("assembly", simple)
    return None
