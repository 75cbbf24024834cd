"""Loading an assembly by its name or its file: those of .NET are there, those of a module bring its types."""

from __future__ import annotations

import ntpath
from typing import TYPE_CHECKING

from emulator.powershell.dotnet.assemblies import FRAMEWORK, windows_assembly
from emulator.powershell.runtime.services import ByteStore, FileStore

if TYPE_CHECKING:
    from emulator.powershell.csharp.compilation import CSharpAssembly
    from emulator.powershell.runtime.engine import Engine
    from emulator.powershell.runtime.module import Module

_VERSION_OF_MODULES = "10.0.0.0"


def assembly_named(engine: Engine, name: str) -> str | None:
    """The full name of the assembly of a simple or full name, None for one that is not there or has another
    version."""
    found = _found(engine, name)
    return None if found is None else found[0]


def load_assembly(engine: Engine, name: str) -> str | None:
    """Load by the simple or the full name; gives the full name, None (counted) for one that is not there."""
    found = _found(engine, name)
    if found is None:
        engine.gap("assembly", name.partition(",")[0].strip())
        return None
    full_name, module = found
    if module is not None:
        engine.types.add(module.types())
    return full_name


def _found(engine: Engine, name: str) -> tuple[str, Module | None] | None:
    simple, *details = (one.strip() for one in name.split(","))
    found = FRAMEWORK.get(simple.lower())
    if found is not None:
        return (found, None) if _agrees(found, details) else None
    for module in engine.session.modules:
        for one in module.assemblies:
            full_name = windows_assembly(one, _VERSION_OF_MODULES)
            if one.lower() == simple.lower() and _agrees(full_name, details):
                return full_name, module
    return None


def _agrees(full_name: str, details: list[str]) -> bool:
    """Whether an assembly has the version that a name asks for; the rest of a name need not be right."""
    known = {one.strip().lower() for one in full_name.split(",")}
    return all(one.lower() in known for one in details if one.lower().startswith("version="))


def load_assembly_file(engine: Engine, path: str) -> CSharpAssembly | None:
    """Load the file of an assembly that Add-Type wrote, by its full path; None for any other file.

    None too when its types clash with others of the process. Raises PSError when the file cannot be read.
    """
    from emulator.powershell.csharp.diagnostics import CompileError, DuplicateTypeError
    from emulator.powershell.csharp.registry import loaded_from

    store = engine.find_service(ByteStore)
    if store is None or not store.exists(path) or store.is_directory(path):
        return None
    try:
        return loaded_from(engine, store.read_bytes(path), path)
    except (CompileError, DuplicateTypeError):
        return None


def assembly_path(name: str, script: str | None, engine: Engine) -> str | None:
    """The file that ``using assembly`` means by a name: beside the script, or without one from the current
    location; None when there is none, and so the name may be that of an assembly."""
    store = engine.find_service(FileStore)
    if store is None:
        return None
    is_rooted = ntpath.isabs(name) or name[1:2] == ":"
    path = name if is_rooted or not script else f"{ntpath.dirname(script)}\\{name}"
    full = store.resolve(path)
    return full if store.exists(full) else None
