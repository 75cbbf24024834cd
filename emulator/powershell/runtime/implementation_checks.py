"""What interfaces and abstract bases ask of a class: .NET makes no type without it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from emulator.powershell.dotnet.abstract_members import AbstractMethod, abstract_methods
from emulator.powershell.dotnet.types import Method, PSType
from emulator.powershell.parser import ast
from emulator.powershell.parser.errors import ParseError

if TYPE_CHECKING:
    from emulator.powershell.runtime.engine import Engine

_ASSEMBLY = "PowerShell Class Assembly, Version=1.0.0.0, Culture=neutral, PublicKeyToken=null"
Resolve = Callable[[ast.AnyTypeName], PSType | None]


def implementation_errors(
    definition: ast.TypeDefinitionAst, definitions: Sequence[ast.TypeDefinitionAst], resolve: Resolve
) -> Iterator[ParseError]:
    """The first method that the class leaves out, as the error of making its type. Nothing is asked of a
    class with a base that is not known."""
    own = [definition]
    known = {one.name.lower(): one for one in definitions}
    native: PSType | None = None
    wanted: list[AbstractMethod] = []
    for one in own:  # grows by the bases that are classes of the same text
        for place, base in enumerate(one.base_types):
            inner = known.get(base.type_name.name.lower())
            if inner is not None:
                if inner not in own:
                    own.append(inner)
                continue
            kind = resolve(base.type_name)
            if kind is None:
                return
            if place == 0 and not kind.is_interface:
                native = kind
            if one is definition:
                wanted += _asked_by(kind)
    if native is not None:
        wanted = [one for one in wanted if not _brings(native, one)]
    missing = next((one for one in wanted if not any(_has(each, one, resolve) for each in own)), None)
    if missing is not None:
        text = (
            f'Error during creation of type "{definition.name}". Error message: \r\n'
            f"Method '{missing.name}' in type '{definition.name}' from assembly '{_ASSEMBLY}' does not have "
            "an implementation."
        )
        yield ParseError(definition.extent, "TypeCreationError", text)


def _asked_by(kind: PSType) -> list[AbstractMethod]:
    compiled: Callable[[], list[AbstractMethod]] | None = getattr(kind, "abstract_methods", None)
    if compiled is not None:
        return compiled()
    name = (kind.definition or kind.name).lower()
    return abstract_methods(name, tuple(one.name.lower() for one in kind.arguments))


def _brings(kind: PSType, wanted: AbstractMethod) -> bool:
    """Whether a base that is no class of a script has such a method of its own."""
    if any(one.name == wanted.name for one in _asked_by(kind)):
        return False
    found = kind.member(wanted.name.removeprefix("get_").removeprefix("set_"))
    return found is not None and (not isinstance(found, Method) or _takes(found, len(wanted.parameters)))


def _takes(method: Method, count: int) -> bool:
    return any(len(one.types) == count for one in method.overloads)


def _has(definition: ast.TypeDefinitionAst, wanted: AbstractMethod, resolve: Resolve) -> bool:
    for member in definition.members:
        if (
            isinstance(member, ast.FunctionMemberAst)
            and not member.is_static
            and not member.is_constructor
            and member.name.lower() == wanted.name.lower()
            and len(member.parameters) == len(wanted.parameters)
            and _name(member.return_type, "system.void", resolve) == wanted.result
            and all(
                _name(_declared(one), "system.object", resolve) == name
                for one, name in zip(member.parameters, wanted.parameters, strict=True)
            )
        ):
            return True
    return False


def _declared(parameter: ast.ParameterAst) -> ast.TypeConstraintAst | None:
    return next((one for one in parameter.attributes if isinstance(one, ast.TypeConstraintAst)), None)


def _name(node: ast.TypeConstraintAst | None, default: str, resolve: Resolve) -> str:
    if node is None:
        return default
    kind = resolve(node.type_name)
    return node.type_name.name.lower() if kind is None else kind.name.lower()


def resolver(spaces: tuple[str, ...], engine: Engine) -> Resolve:
    """The types that names mean behind ``using namespace``."""

    def resolve(name: ast.AnyTypeName) -> PSType | None:
        found: Iterator[Any] = (engine.types.find(space + name.full_name) for space in ("", *spaces))
        return next((one for one in found if one is not None), None)

    return resolve
