"""The compilers that scripts reach without Add-Type: CSharpCodeProvider and VBCodeProvider."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emulator.powershell.dotnet.collections import LIST_TYPES, GenericList, PSArray
from emulator.powershell.dotnet.enums import EnumType
from emulator.powershell.dotnet.exceptions import NetError
from emulator.powershell.dotnet.library.language_types import Assembly
from emulator.powershell.dotnet.types import PSType, builtin, register
from emulator.powershell.runtime.conversion import to_text
from emulator.powershell.runtime.errors import not_emulated
from emulator.powershell.runtime.services import ByteStore, FileStore
from emulator.powershell.runtime.type_finder import construct_generic

if TYPE_CHECKING:
    from emulator.powershell.runtime.engine import Engine

_C = "System.CodeDom.Compiler."
_PLAIN = {
    "CompilerOptions": None,
    "GenerateExecutable": False,
    "GenerateInMemory": False,
    "IncludeDebugInformation": False,
    "MainClass": None,
    "OutputAssembly": None,
    "TempFiles": None,
    "TreatWarningsAsErrors": False,
    "WarningLevel": -1,
    "Win32Resource": None,
}
"""Settings of CompilerParameters with their first values; of those CompilerOptions, GenerateExecutable and
OutputAssembly change what is made."""


class CompilerParameters:
    """System.CodeDom.Compiler.CompilerParameters."""

    __slots__ = ("assemblies", "values")

    def __init__(self, assemblies: Any = (), output: str | None = None) -> None:
        kind = construct_generic(builtin("System.Collections.Generic.List`1"), (builtin("System.String"),))
        self.assemblies = GenericList([to_text(one) for one in assemblies or ()], kind)
        self.values = {**_PLAIN, "OutputAssembly": output}

    @property
    def options(self) -> str:
        """The command line."""
        return str(self.values["CompilerOptions"] or "")


class CompilerError:
    """System.CodeDom.Compiler.CompilerError."""

    __slots__ = ("column", "file", "line", "number", "text")

    def __init__(self, file: str, line: int, column: int, number: str, text: str) -> None:
        self.file = file
        self.line = line
        self.column = column
        self.number = number
        self.text = text

    def __str__(self) -> str:
        where = f"{self.file}({self.line},{self.column}) : " if self.file else ""
        return f"{where}error {self.number}: {self.text}"


class CompilerErrors(PSArray):
    """System.CodeDom.Compiler.CompilerErrorCollection."""

    __slots__ = ()


LIST_TYPES.add(CompilerErrors)


class CompilerResults:
    """System.CodeDom.Compiler.CompilerResults."""

    __slots__ = ("assembly", "errors")

    def __init__(self, errors: CompilerErrors, assembly: Assembly | None) -> None:
        self.errors = errors
        self.assembly = assembly


class CodeProvider:
    """Microsoft.CSharp.CSharpCodeProvider."""

    __slots__ = ()
    language = "CSharp"


class VisualBasicProvider(CodeProvider):
    """Microsoft.VisualBasic.VBCodeProvider."""

    __slots__ = ()
    language = "VisualBasic"


def _compile(engine: Engine, provider: CodeProvider, parameters: CompilerParameters, sources: Any) -> Any:
    from emulator.powershell.csharp.assembly_files import assembly_bytes
    from emulator.powershell.csharp.diagnostics import CompileError, DuplicateTypeError
    from emulator.powershell.csharp.options import kind_of, symbols_of
    from emulator.powershell.csharp.registry import compiled_once, random_name
    from emulator.powershell.csharp.sources import SourceSet

    options = parameters.options
    kind = kind_of(options, is_program=bool(parameters.values["GenerateExecutable"]))
    given = SourceSet(tuple(to_text(one) for one in sources), symbols_of(options), provider.language, kind)
    path = to_text(parameters.values["OutputAssembly"] or "")
    full, files = "", engine.find_service(ByteStore)
    if path:
        store = engine.find_service(FileStore)
        if store is None or files is None:
            raise not_emulated("Files of assemblies without a file system")
        full = store.resolve(path)
    key = ("provider", *given.key)
    errors = CompilerErrors()
    try:
        made = compiled_once(engine, given, key, full)
    except CompileError as problem:
        file = f"c:{engine.machine.temporary_path[2:]}{random_name(engine)}.0.{given.extension}"
        for one in problem.diagnostics:
            where = file if one.line else ""
            errors.append(CompilerError(where, one.line, one.column, one.number, one.text))
        return CompilerResults(errors, None)
    except DuplicateTypeError as problem:
        # .NET would load a second type of the name, in another assembly; here a name has one type.
        raise NetError(
            "System.NotSupportedException", f"A type named '{problem.name}' is there already."
        ) from None
    if full and files is not None:
        files.write_bytes(full, assembly_bytes(given))
    name = f"{made.name}, Version=0.0.0.0, Culture=neutral, PublicKeyToken=null"
    return CompilerResults(errors, Assembly(name, "", tuple(made.types)))


def _read(name: str) -> Any:
    return lambda parameters: parameters.values[name]


def _write(name: str) -> Any:
    def write(parameters: CompilerParameters, value: Any) -> None:
        parameters.values[name] = value

    return write


def _add_range(values: Any, items: Any) -> None:
    values.extend(to_text(one) for one in items)


register(
    PSType(
        f"{_C}CompilerParameters",
        construct={
            "new()": lambda _kind: CompilerParameters(),
            "new(string[] assemblyNames)": lambda _kind, names: CompilerParameters(names),
            "new(string[] assemblyNames, string outputName)": lambda _kind, names, output: CompilerParameters(
                names, output
            ),
        },
        instance={
            "ReferencedAssemblies": lambda parameters: parameters.assemblies,
            **{name: _read(name) for name in _PLAIN},
            **{f"{name}=": _write(name) for name in _PLAIN},
        },
    ),
    CompilerParameters,
)
register(
    PSType(
        f"{_C}CompilerError",
        instance={
            "FileName: string": lambda one: one.file,
            "Line: int": lambda one: one.line,
            "Column: int": lambda one: one.column,
            "ErrorNumber: string": lambda one: one.number,
            "ErrorText: string": lambda one: one.text,
            "IsWarning: bool": lambda _one: False,
            "ToString()": str,
        },
        to_text=str,
    ),
    CompilerError,
)
register(
    PSType(
        f"{_C}CompilerErrorCollection",
        base="System.Object[]",
        instance={"HasErrors: bool": bool, "HasWarnings: bool": lambda _all: False},
    ),
    CompilerErrors,
)
register(
    PSType(
        f"{_C}CompilerResults",
        instance={
            "Errors": lambda results: results.errors,
            "CompiledAssembly": lambda results: results.assembly,
            "NativeCompilerReturnValue: int": lambda results: int(bool(results.errors)),
        },
    ),
    CompilerResults,
)
register(
    PSType(
        f"{_C}TempFileCollection",
        construct={
            "new()": lambda _kind: PSArray(),
            "new(string tempDir)": lambda _kind, _folder: PSArray(),
            "new(string tempDir, bool keepFiles)": lambda _kind, _folder, _keep: PSArray(),
        },
    )
)
register(PSType(f"{_C}CodeDomProvider", is_abstract=True))


def _register_provider(name: str, provider: type[CodeProvider], ending: str) -> None:
    register(
        PSType(
            name,
            base=f"{_C}CodeDomProvider",
            interfaces=("System.IDisposable",),
            construct={
                "new()": lambda _kind: provider(),
                "new(System.Collections.IDictionary providerOptions)": lambda _kind, _options: provider(),
            },
            instance={
                f"@CompileAssemblyFromSource({_C}CompilerParameters options, string[] sources)": _compile,
                "FileExtension: string": lambda _provider: ending,
                "Dispose()": lambda _provider: None,
            },
        ),
        provider,
    )


_register_provider("Microsoft.CSharp.CSharpCodeProvider", CodeProvider, "cs")
_register_provider("Microsoft.VisualBasic.VBCodeProvider", VisualBasicProvider, "vb")
register(
    EnumType(
        "Microsoft.PowerShell.Commands.Language",
        {"CSharp": 0, "CSharpVersion3": 1, "CSharpVersion2": 2, "VisualBasic": 3, "JScript": 4},
    )
)
