"""One compilation: sources to types that a runspace knows."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from emulator.powershell.csharp import expressions, syntax
from emulator.powershell.csharp.declarations import (
    Declared,
    complete,
    complete_delegate,
    declare,
    enumerate_values,
)
from emulator.powershell.csharp.diagnostics import DuplicateTypeError, failure
from emulator.powershell.csharp.members import Method
from emulator.powershell.csharp.names import Surroundings, TypeNames
from emulator.powershell.csharp.parsing import parse
from emulator.powershell.csharp.powershell_view import show_members
from emulator.powershell.csharp.types import CSharpType, DelegateType
from emulator.powershell.dotnet.enums import EnumType
from emulator.powershell.text_cache import TextCache

if TYPE_CHECKING:
    from emulator.powershell.dotnet.types import PSType
    from emulator.powershell.runtime.engine import Engine

_PARSED: TextCache[syntax.Unit] = TextCache(total_length=2_000_000, longest=400_000)


class CSharpAssembly:
    """The types of one compilation."""

    def __init__(self, name: str, path: str = "") -> None:
        self.name = name
        self.path = path
        """The file that it was loaded from."""
        self.types: list[PSType] = []
        self._entries: list[tuple[Declared, syntax.TypeDeclaration, CSharpType | None, Surroundings]] = []
        self._extensions: dict[str, list[Method]] = {}

    def add(
        self,
        kind: Declared,
        node: syntax.TypeDeclaration,
        outer: CSharpType | None,
        surroundings: Surroundings,
    ) -> None:
        """A type that was declared."""
        self.types.append(kind)
        self._entries.append((kind, node, outer, surroundings))

    def add_extension(self, method: Method) -> None:
        """A method with ``this`` before its first parameter."""
        self._extensions.setdefault(method.name, []).append(method)

    def extensions(self, name: str) -> list[Method] | None:
        """The extension methods of a name."""
        return self._extensions.get(name)

    def complete(self, engine: Engine) -> None:
        """Give all types their members; enumerations first, since others may use their values."""
        entries = [one for one in self._entries if isinstance(one[0], EnumType)]
        entries += [one for one in self._entries if not isinstance(one[0], EnumType)]
        self._entries = []
        shown = []
        for kind, node, outer, surroundings in entries:
            names = TypeNames(surroundings, outer, outer.type_names.generics if outer is not None else {})
            if isinstance(kind, EnumType):
                enumerate_values(kind, node, names, engine)
            elif isinstance(kind, DelegateType):
                complete_delegate(kind, node, names)
            elif kind.state == "declared":
                complete(kind)
                shown.append(kind)
        for one in shown:
            show_members(one)


def parse_source(source: str, symbols: Iterable[str]) -> syntax.Unit:
    """The syntax tree of a source, remembered by its text. Raises CompileError and UnsupportedError."""
    key = (source, tuple(sorted(symbols)), None)
    found = _PARSED.get(key)
    if found is None:
        found = parse(source, key[1])
        _PARSED.add(key, found)
    return found


def compile_sources(
    engine: Engine, sources: list[str], symbols: Iterable[str], name: str, path: str = ""
) -> CSharpAssembly:
    """Compile sources together and make their types known. Nothing is known when one is wrong.

    Raises CompileError and UnsupportedError.
    """
    expressions.load()
    units = [parse_source(one, symbols) for one in sources]
    assembly = CSharpAssembly(name, path)
    seen: set[str] = set()
    for unit in units:
        for space in unit.namespaces:
            surroundings = Surroundings(engine, space.name, space.usings, space.aliases)
            for node in space.types:
                made = declare(node, space.name, engine, surroundings, None, assembly)
                if made.name in seen:
                    where = space.name or "<global namespace>"
                    text = f"The namespace '{where}' already contains a definition for '{node.name}'"
                    raise failure(node.place, "CS0101", text)
                seen.add(made.name)
    for kind in assembly.types:
        if engine.types.is_own(kind.name):
            raise DuplicateTypeError(kind.name)
    engine.types.add_of_process(assembly.types)
    try:
        assembly.complete(engine)
    except BaseException:
        engine.types.forget_of_process(assembly.types)
        raise
    return assembly
