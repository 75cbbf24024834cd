"""What a name means where it stands: a type, or a member of a module or of a type that is imported."""

from __future__ import annotations

from typing import TYPE_CHECKING

from emulator.powershell.csharp import syntax
from emulator.powershell.csharp.diagnostics import Diagnostic
from emulator.powershell.csharp.frames import Body, TypeCode
from emulator.powershell.csharp.statements import inferred
from emulator.powershell.csharp.types import CSharpType
from emulator.powershell.dotnet.enums import EnumType
from emulator.powershell.dotnet.types import PSType
from emulator.powershell.visualbasic.names import (
    RUNTIME,
    local_name,
    member_name,
    modules_in_reach,
    modules_of,
    own_member,
    type_named,
)
from emulator.powershell.visualbasic.syntax import Access, Identifier

if TYPE_CHECKING:
    from emulator.powershell.runtime.engine import Engine

RUNTIME_MODULES = (
    *("Strings", "Information", "Interaction", "Constants", "Conversion", "DateAndTime", "VBMath"),
    *("FileSystem", "Financial"),
)
"""The modules of the language's own namespace, whose members need no module before them."""


def problem(body: Body, node: syntax.Node, number: str, text: str) -> None:
    """Say what the compiler says about a body."""
    body.owner.assembly.problems[Diagnostic(node.place[0], node.place[1], number, text)] = None


def dotted(node: syntax.Expression) -> syntax.TypeName | None:
    """A chain of names as the name of a type, or None."""
    parts: list[tuple[str, list[syntax.TypeName] | None]] = []
    one = node
    while isinstance(one, Access):
        parts.append((one.name, one.generics))
        one = one.target
    if not isinstance(one, Identifier):
        return None
    parts.append((one.name, one.generics))
    parts.reverse()
    arguments: dict[int, list[syntax.TypeName] | int] = {
        place: inside for place, (_, inside) in enumerate(parts) if inside
    }
    return syntax.TypeName(node.place, ".".join(name for name, _ in parts), arguments)


def type_target(node: syntax.Expression, body: Body) -> TypeCode | None:
    """The type that stands left of a dot; None when it is a value."""
    if isinstance(node, syntax.TypeExpression):
        return body.owner.type_names.code(node.type_name, body.open_names)
    name = dotted(node)
    if name is None:
        return None
    first = name.name.partition(".")[0]
    if local_name(body, first) is not None:
        return None
    member = own_member(body, first)
    if member is not None and not isinstance(member[2], list):
        # A member named as its type means the type where that is an enumeration (Color Color).
        kind = member[2].kind
        is_both = isinstance(kind.fixed, EnumType) and kind.text.lower() == first.lower() == name.name.lower()
        return kind if is_both else None
    if first in body.open_names or body.owner.type_names.find(name) is not None:
        return body.owner.type_names.code(name, body.open_names)
    if name.name.lower().startswith(RUNTIME.lower() + "."):
        found = type_named(body.owner.engine, name.name)
        return inferred(found) if found is not None else None
    return None


def owner_of(node: Access, body: Body) -> TypeCode | None:
    """The type whose shared member ``node`` is: its target, or a module in the namespace that is its
    target."""
    found = type_target(node.target, body)
    if found is not None:
        return found
    space = dotted(node.target)
    if space is None:
        return None
    first = space.name.partition(".")[0]
    if local_name(body, first) is not None or own_member(body, first) is not None:
        return None
    wanted = space.name.lower()
    module: PSType | None = None
    if wanted == RUNTIME.lower():
        module = runtime_module(node.name, body.owner.engine)
    for one in modules_of(body):
        if (one.namespace or "").lower() == wanted and member_name(one, node.name) is not None:
            module = one
    return inferred(module) if module is not None else None


def shared_owner(name: str, body: Body) -> PSType | None:
    """The module of the source, the imported type or the module of the language whose shared member a simple
    name means."""
    for module in modules_in_reach(body):
        if member_name(module, name) is not None:
            return module
    surroundings = body.owner.type_names.surroundings
    for one in surroundings.usings:
        imported = type_named(surroundings.engine, one)
        if imported is not None and _has_shared(imported, name):
            return imported
    if any(one.lower() == RUNTIME.lower() for one in surroundings.usings):
        return runtime_module(name, surroundings.engine)
    return None


def _has_shared(kind: PSType, name: str) -> bool:
    if isinstance(kind, CSharpType):
        return member_name(kind, name) is not None
    if isinstance(kind, EnumType):
        return any(one.lower() == name.lower() for one in kind.names)
    return kind.static_member(name) is not None


def runtime_module(name: str, engine: Engine) -> PSType | None:
    """The module of the language that has a member."""
    for one in RUNTIME_MODULES:
        found = engine.types.find(f"{RUNTIME}.{one}")
        if found is not None and found.static_member(name) is not None:
            return found
    return None
