"""One compilation: sources to types that a runspace knows."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from emulator.powershell.csharp import expressions, syntax
from emulator.powershell.csharp.bodies import compile_bodies
from emulator.powershell.csharp.declarations import (
    Declared,
    complete,
    complete_delegate,
    declare,
    enumerate_values,
)
from emulator.powershell.csharp.diagnostics import CompileError, Diagnostic, DuplicateTypeError, failure
from emulator.powershell.csharp.members import Method
from emulator.powershell.csharp.names import Surroundings, TypeNames
from emulator.powershell.csharp.powershell_view import show_members
from emulator.powershell.csharp.sources import VISUAL_BASIC, SourceSet
from emulator.powershell.csharp.syntax_errors import MOST
from emulator.powershell.csharp.types import CSharpType, DelegateType
from emulator.powershell.dotnet.enums import EnumType
from emulator.powershell.text_cache import TextCache

if TYPE_CHECKING:
    from emulator.powershell.dotnet.types import PSType
    from emulator.powershell.runtime.engine import Engine

_PARSED: TextCache[syntax.Unit] = TextCache(total_length=2_000_000, longest=400_000)


class CSharpAssembly:
    """The types of one compilation."""

    def __init__(self, name: str, path: str = "", *, is_visual_basic: bool = False) -> None:
        self.name = name
        self.path = path
        """The file that it was loaded from."""
        self.is_visual_basic = is_visual_basic
        self.types: list[PSType] = []
        self.problems: dict[Diagnostic, None] = {}
        """What the compiler of Visual Basic says about bodies, each once."""
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


def parse_source(source: str, symbols: tuple[str, ...], language: str) -> syntax.Unit:
    """The syntax tree of a source, remembered by its text. Raises CompileError and UnsupportedError."""
    key = (source, symbols, language)
    found = _PARSED.get(key)
    if found is None:
        found = _parser(language)(source, symbols)
        _PARSED.add(key, found)
    return found


def _surroundings(language: str) -> type[Surroundings]:
    if language == VISUAL_BASIC:
        from emulator.powershell.visualbasic.names import VisualBasicSurroundings

        return VisualBasicSurroundings
    return Surroundings


def _check_bodies(assembly: CSharpAssembly) -> None:
    """Compile the bodies of a language whose names are all known to be there or not. Raises CompileError."""
    for kind in assembly.types:
        if isinstance(kind, CSharpType):
            compile_bodies(kind)
    if assembly.problems:
        raise CompileError(sorted(assembly.problems, key=lambda one: (one.line, one.column))[:MOST])


def _parser(language: str) -> Callable[[str, Iterable[str]], syntax.Unit]:
    if language == VISUAL_BASIC:
        from emulator.powershell.visualbasic.parsing import parse as parse_visual_basic
        from emulator.powershell.visualbasic.statements import load

        load()
        return parse_visual_basic
    from emulator.powershell.csharp.parsing import parse

    return parse


def compile_sources(engine: Engine, given: SourceSet, name: str, path: str = "") -> CSharpAssembly:
    """Compile sources together and make their types known. Nothing is known when one is wrong. A program must
    have an entry point; ``path`` is its file.

    Raises CompileError, UnsupportedError and DuplicateTypeError.
    """
    expressions.load()
    units = [parse_source(one, given.symbols, given.language) for one in given.sources]
    assembly = CSharpAssembly(name, path, is_visual_basic=given.language == VISUAL_BASIC)
    made_by = _surroundings(given.language)
    seen: set[str] = set()
    for unit in units:
        for space in unit.namespaces:
            surroundings = made_by(engine, space.name, space.usings, space.aliases)
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
        if assembly.is_visual_basic:
            _check_bodies(assembly)
        if given.is_program:
            from emulator.powershell.csharp.entry_point import check_entry_point

            check_entry_point(assembly, path or name)
    except BaseException:
        engine.types.forget_of_process(assembly.types)
        raise
    # Scripts see no type that is nested privately; other C# finds one by the type around it.
    engine.types.forget_of_process(one for one in assembly.types if _is_hidden(one))
    return assembly


def _is_hidden(kind: PSType) -> bool:
    place: PSType | None = kind
    while isinstance(place, CSharpType) and place.outer is not None:
        if "public" not in place.node.modifiers:
            return True
        place = place.outer
    return False
