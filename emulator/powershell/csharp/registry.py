"""What each process has compiled: the same source again is nothing new, as with Add-Type."""

from __future__ import annotations

import ntpath
from typing import TYPE_CHECKING, Any

from emulator.powershell.csharp.assembly_files import sources_in
from emulator.powershell.csharp.compilation import CSharpAssembly, compile_sources
from emulator.powershell.csharp.diagnostics import UnsupportedError
from emulator.powershell.csharp.entry_point import check_entry_point
from emulator.powershell.csharp.sources import VISUAL_BASIC, SourceSet
from emulator.powershell.runtime.errors import NotEmulatedError, not_emulated

if TYPE_CHECKING:
    from emulator.powershell.runtime.engine import Engine

_LETTERS = "abcdefghijklmnopqrstuvwxyz012345"
MOST = 500
"""Compilations of one process."""


def compiled_once(engine: Engine, given: SourceSet, key: tuple[Any, ...], path: str = "") -> CSharpAssembly:
    """The types of sources, those of before when the process compiled the same already; ``path`` is the file
    of the assembly, "" for one in memory.

    Raises CompileError, DuplicateTypeError, and NotEmulatedError for what is not interpreted.
    """
    with engine.session.compiling:
        found: CSharpAssembly | None = engine.session.compiled.get(key)
        if found is None:
            return _compile_and_keep(engine, given, key, path)
    if given.is_program:
        check_entry_point(found, path or found.name)
    return found


def _compile_and_keep(engine: Engine, given: SourceSet, key: tuple[Any, ...], path: str) -> CSharpAssembly:
    kept = engine.session.compiled
    if len(kept) >= MOST:
        raise not_emulated(f"{name_of(given)}: more than {MOST} compilations in one process")
    name = ntpath.splitext(ntpath.basename(path))[0] if path else random_name(engine)
    try:
        assembly = compile_sources(engine, given, name, path)
    except UnsupportedError as problem:
        raise refused(engine, problem, name_of(given)) from None
    kept[key] = assembly
    return assembly


def loaded_from(engine: Engine, data: bytes, path: str) -> CSharpAssembly | None:
    """The assembly that the bytes of a file are, its types made known; None for a file that holds none.

    Raises CompileError and DuplicateTypeError when the process has other types of the same names.
    """
    held = sources_in(data)
    if held is None:
        return None
    library = SourceSet(held.sources, held.symbols, held.language)
    return compiled_once(engine, library, held.key, path)


def random_name(engine: Engine) -> str:
    """The name of the file that a compilation makes, as the framework chooses it."""
    return "".join(_LETTERS[engine.random.generator.getrandbits(5)] for _ in range(8))


def name_of(given: SourceSet) -> str:
    """The language of sources as messages of the emulator name it."""
    return "Visual Basic" if given.language == VISUAL_BASIC else "C#"


def refused(engine: Engine, problem: UnsupportedError, language: str) -> NotEmulatedError:
    """The error for a source that is not interpreted; it counts as a gap."""
    engine.gap(language, problem.construct)
    return not_emulated(f"{language}: {problem.construct} (line {problem.place[0]})")
