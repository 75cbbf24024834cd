"""What Add-Type and Import-Module make of sources: types, errors, and files of assemblies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from emulator.powershell.dotnet.regex import is_wildcard
from emulator.powershell.modules.utility.files import bytes_of, resolved
from emulator.powershell.runtime.errors import NotEmulatedError

if TYPE_CHECKING:
    from emulator.powershell.csharp.compilation import CSharpAssembly
    from emulator.powershell.csharp.diagnostics import Diagnostic
    from emulator.powershell.csharp.sources import SourceSet
    from emulator.powershell.runtime.cmdlet_call import CmdletCall


def compiled(call: CmdletCall, given: SourceSet, path: str = "") -> CSharpAssembly:
    """The types of sources, those of before when the process compiled the same already; ``path`` is the file
    of the assembly, "" for one in memory."""
    from emulator.powershell.csharp.diagnostics import CompileError, DuplicateTypeError
    from emulator.powershell.csharp.registry import compiled_once

    try:
        return compiled_once(call.engine, given, given.key, path)
    except NotEmulatedError as problem:
        raise call.complete(problem) from None
    except CompileError as problem:
        raise _reported(call, given, problem.diagnostics) from None
    except DuplicateTypeError as problem:
        raise call.failure(
            "System.Exception",
            f"Cannot add type. The type name '{problem.name}' already exists.",
            "TYPE_ALREADY_EXISTS",
            "InvalidOperation",
            problem.name,
        ) from None


def written(call: CmdletCall, path: str, given: SourceSet, *, keep: bool) -> CSharpAssembly:
    """Compile sources into the file of an assembly; without ``keep`` the session does not know the types, but
    for those that it knew before."""
    from emulator.powershell.csharp.assembly_files import assembly_bytes

    full = _target(call, path)
    session = call.engine.session
    with session.compiling:
        keep = keep or given.key in session.compiled
        assembly = compiled(call, given, full)
        if not keep:
            call.engine.types.forget_of_process(assembly.types)
            del session.compiled[given.key]
    bytes_of(call).write_bytes(full, assembly_bytes(given))
    return assembly


def _target(call: CmdletCall, path: str) -> str:
    if is_wildcard(path):
        found = call.engine.paths.expand(path)
        if len(found) != 1:
            raise call.failure(
                "System.Exception",
                f"Cannot set output assembly. The path {path} did not resolve to a single file.",
                "INVALID_OUTPUT_ASSEMBLY",
                "InvalidArgument",
                path,
            )
        return resolved(call, found[0].path)
    return resolved(call, path)


def loaded(call: CmdletCall, path: str) -> CSharpAssembly | None:
    """The types of an assembly's file, made known; None for a file that holds no such assembly."""
    from emulator.powershell.csharp.assembly_files import sources_in
    from emulator.powershell.csharp.sources import SourceSet

    held = sources_in(bytes_of(call).read_bytes(path))
    if held is None:
        return None
    return compiled(call, SourceSet(held.sources, held.symbols, held.language), path)


def _reported(call: CmdletCall, given: SourceSet, diagnostics: list[Diagnostic]) -> Exception:
    """Each error of the compiler as an error of its own, then the one that ends the cmdlet. An error of the
    whole program stands in no file, at line 0."""
    from emulator.powershell.csharp.registry import random_name

    made = f"c:{call.engine.machine.temporary_path[2:]}{random_name(call.engine)}.0.{given.extension}"
    lines = given.sources[0].split("\n")
    for one in diagnostics:
        file = made if one.line else ""
        shown = [f"{file}({one.line}) : {one.text}"]
        for number in range(one.line - 1, one.line + 2):
            if 0 < number <= len(lines):
                mark = ">>> " if number == one.line else ""
                shown.append(f"{file}({number}) : {mark}{lines[number - 1].rstrip(chr(13))}")
        where = f"{file}({one.line},{one.column}) : " if file else ""
        problem = call.failure(
            "System.Exception",
            "\r\n".join(shown),
            "SOURCE_CODE_ERROR",
            "InvalidData",
            f"{where}error {one.number}: {one.text}",
        )
        problem.record.reason = "Exception"
        problem.record.target_type = "CompilerError"
        call.error(problem.record)
    return call.failure(
        "System.InvalidOperationException",
        "Cannot add type. Compilation errors occurred.",
        "COMPILER_ERRORS",
        "InvalidData",
    )
