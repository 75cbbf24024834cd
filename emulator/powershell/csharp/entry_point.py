"""Where a program begins: its Main, and what the compilers say when there is none or more than one."""

from __future__ import annotations

import ntpath
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from emulator.powershell.csharp.diagnostics import CompileError, Diagnostic, failure
from emulator.powershell.csharp.members import Method
from emulator.powershell.csharp.types import CSharpType
from emulator.powershell.dotnet.collections import TypedArray
from emulator.powershell.dotnet.types import array_of, builtin

if TYPE_CHECKING:
    from emulator.powershell.csharp.compilation import CSharpAssembly
    from emulator.powershell.dotnet.exceptions import ExceptionObject
    from emulator.powershell.runtime.engine import Engine

_RESULTS = frozenset({"System.Void", "System.Int32"})
_BY_VALUE = ("", "params")


def entry_points(assembly: CSharpAssembly) -> list[Method]:
    """The methods that could be the entry point, in the order of the source."""
    return [
        method
        for kind in assembly.types
        if isinstance(kind, CSharpType) and not kind.generic_names
        for name, methods in kind.methods.items()
        if name == "Main" or (assembly.is_visual_basic and name.lower() == "main")
        for method in methods
        if _is_entry_point(method)
    ]


def _is_entry_point(method: Method) -> bool:
    result = method.returns.fixed
    if not method.is_static or method.generics or result is None or result.name not in _RESULTS:
        return False
    if not method.parameters:
        return True
    (first, *others) = method.parameters
    return not others and first.mode in _BY_VALUE and first.kind.fixed is array_of(builtin("System.String"))


def check_entry_point(assembly: CSharpAssembly, output: str) -> None:
    """Raises CompileError where a program has not exactly one entry point."""
    found = entry_points(assembly)
    if len(found) == 1:
        return
    if assembly.is_visual_basic:
        raise _refused_by_visual_basic(found, ntpath.splitext(ntpath.basename(output))[0])
    # The compiler names the file with a small drive letter, as the provider hands it on.
    file = output[:1].lower() + output[1:]
    if not found:
        text = f"Program '{file}' does not contain a static 'Main' method suitable for an entry point"
        raise failure((0, 0), "CS5001", text)
    raise CompileError(
        [
            Diagnostic(
                *one.place,
                "CS0017",
                f"Program '{file}' has more than one entry point defined: '{_shown(one, 'string[]')}'.  "
                "Compile with /main to specify the type that contains the entry point.",
            )
            for one in found
        ]
    )


def _refused_by_visual_basic(found: list[Method], name: str) -> CompileError:
    if not found:
        return failure((0, 0), "BC30420", f"'Sub Main' was not found in '{name}'.")
    shown = ", ".join(_shown(one, "String()") for one in found)
    return failure((0, 0), "BC30738", f"'Sub Main' is declared more than once in '{name}': {shown}")


def _shown(method: Method, words: str) -> str:
    return f"{method.owner.name.replace('+', '.')}.{method.name}({words if method.parameters else ''})"


def run_program(
    assembly: CSharpAssembly,
    engine: Engine,
    words: list[str],
    unhandled: Callable[[ExceptionObject, str], int],
) -> int:
    """Run the entry point; its exit code, which ``unhandled`` gives for an exception that nobody catches in
    the named method."""
    from emulator.powershell.csharp.statements import CATCHABLE, caught_exception

    (method,) = entry_points(assembly)
    given: list[Any] = []
    if method.parameters:
        given = [TypedArray(words, array_of(builtin("System.String")))]
    try:
        result = method.invoke(engine, None, given)
    except CATCHABLE as problem:
        exception = caught_exception(problem)
        if exception is None:
            raise
        words_type = "String[] " + method.parameters[0].name if given else ""
        return unhandled(exception, f"{method.owner.name.replace('+', '.')}.{method.name}({words_type})")
    return int(result) if type(result) is int else engine.machine.exit_code
