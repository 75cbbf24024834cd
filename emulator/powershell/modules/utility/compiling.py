"""What Add-Type and Import-Module make of C#: types, errors, and files of assemblies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emulator.powershell.dotnet.regex import is_wildcard
from emulator.powershell.modules.utility.files import bytes_of, resolved
from emulator.powershell.runtime.errors import NotEmulatedError

if TYPE_CHECKING:
    from emulator.powershell.csharp.compilation import CSharpAssembly
    from emulator.powershell.runtime.cmdlet_call import CmdletCall


def compiled(
    call: CmdletCall, sources: list[str], symbols: tuple[str, ...], path: str = ""
) -> CSharpAssembly:
    """The types of sources, those of before when the process compiled the same already; ``path`` is the file
    of the assembly, "" for one in memory."""
    from emulator.powershell.csharp.diagnostics import CompileError, DuplicateTypeError
    from emulator.powershell.csharp.registry import compile_and_keep, compiled_before

    engine = call.engine
    key = (*sources, *symbols)
    found = compiled_before(engine, key)
    if found is not None:
        return found
    try:
        return compile_and_keep(engine, sources, symbols, key, path)
    except NotEmulatedError as problem:
        raise call.complete(problem) from None
    except CompileError as problem:
        raise _reported(call, sources, problem.diagnostics) from None
    except DuplicateTypeError as problem:
        raise call.failure(
            "System.Exception",
            f"Cannot add type. The type name '{problem.name}' already exists.",
            "TYPE_ALREADY_EXISTS",
            "InvalidOperation",
            problem.name,
        ) from None


def written(
    call: CmdletCall, path: str, sources: list[str], symbols: tuple[str, ...], *, keep: bool
) -> CSharpAssembly:
    """Compile sources into the file of an assembly; without ``keep`` the session does not know the types, but
    for those that it knew before."""
    from emulator.powershell.csharp.assembly_files import assembly_bytes

    full = _target(call, path)
    known = call.engine.session.compiled
    key = (*sources, *symbols)
    keep = keep or key in known
    assembly = compiled(call, sources, symbols, full)
    if not keep:
        call.engine.types.forget_of_process(assembly.types)
        del known[key]
    bytes_of(call).write_bytes(full, assembly_bytes(sources, symbols))
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

    held = sources_in(bytes_of(call).read_bytes(path))
    return None if held is None else compiled(call, held[0], tuple(held[1]), path)


def _reported(call: CmdletCall, sources: list[str], diagnostics: list[Any]) -> Exception:
    """Each error of the compiler as an error of its own, then the one that ends the cmdlet."""
    from emulator.powershell.csharp.registry import random_name

    file = f"c:{call.engine.machine.temporary_path[2:]}{random_name(call.engine)}.0.cs"
    lines = sources[0].split("\n")
    for one in diagnostics:
        shown = [f"{file}({one.line}) : {one.text}"]
        for number in range(one.line - 1, one.line + 2):
            if 0 < number <= len(lines):
                mark = ">>> " if number == one.line else ""
                shown.append(f"{file}({number}) : {mark}{lines[number - 1].rstrip(chr(13))}")
        target = f"{file}({one.line},{one.column}) : error {one.number}: {one.text}"
        problem = call.failure(
            "System.Exception", "\r\n".join(shown), "SOURCE_CODE_ERROR", "InvalidData", target
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
