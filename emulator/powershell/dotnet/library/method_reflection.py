"""Methods and constructors by reflection: Type.GetMethod and its kin, MethodInfo, ParameterInfo.

Types of C# source and of scripts tell all of their methods. Of .NET's own types those are told that are
there; what they return is known where Get-Member's table has the type.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from emulator.powershell.dotnet.collections import PSArray
from emulator.powershell.dotnet.enums import EnumValue
from emulator.powershell.dotnet.exceptions import NetError, null_argument
from emulator.powershell.dotnet.framework_members import listed_members
from emulator.powershell.dotnet.library.objects import PRIMITIVE
from emulator.powershell.dotnet.psobject import unwrap
from emulator.powershell.dotnet.types import (
    Method,
    Overload,
    PSType,
    builtin,
    parse_table,
    register,
    type_of,
)
from emulator.powershell.runtime.conversion import items_of
from emulator.powershell.runtime.errors import NotEmulatedError, not_emulated
from emulator.powershell.runtime.invoke import find_type

if TYPE_CHECKING:
    from emulator.powershell.runtime.engine import Engine

_IGNORE_CASE, _DECLARED_ONLY, _INSTANCE, _STATIC, _PUBLIC, _NON_PUBLIC = 1, 2, 4, 8, 16, 32
"""Of System.Reflection.BindingFlags."""
_DEFAULT = _INSTANCE | _STATIC | _PUBLIC


class MethodInfo:
    """One method with one signature; of .NET's own types with all that a name has, when it is not known which
    of them there are."""

    __slots__ = ("is_public", "member", "owner", "static")

    def __init__(self, owner: PSType, member: Method, static: bool, *, is_public: bool = True) -> None:
        self.owner = owner
        self.member = member
        self.static = static
        self.is_public = is_public

    @property
    def overload(self) -> Overload:
        """The signature."""
        return self.member.overloads[0]


class ConstructorInfo:
    """A constructor."""

    __slots__ = ("overload", "owner")

    def __init__(self, owner: PSType, overload: Overload) -> None:
        self.owner = owner
        self.overload = overload


class ParameterInfo:
    """A parameter."""

    __slots__ = ("kind", "member", "name", "position")

    def __init__(self, name: str, kind: PSType | None, position: int, member: Any) -> None:
        self.name = name
        self.kind = kind
        self.position = position
        self.member = member


def alone(member: Method, overload: Overload) -> Method:
    """The method with just one of its signatures."""
    made = Method(member.name, member.static)
    made.overloads.append(overload)
    return made


def _is_told(kind: PSType) -> bool:
    """Whether all methods of a type are known: it is one of a script or of C# source."""
    return hasattr(kind, "make_attributes") or hasattr(kind, "own_method")


def signatures(member: Method) -> list[Overload]:
    """The overloads without those that only leave optional arguments out."""
    seen: set[int] = set()
    found = []
    for one in member.overloads:
        key = id(getattr(one, "method", one))
        if key not in seen:
            seen.add(key)
            found.append(one)
    return found


def _named(kind: PSType, name: str, ignores_case: bool) -> Iterator[MethodInfo]:
    for static, member in ((False, kind.member(name)), (True, kind.static_member(name))):
        if isinstance(member, Method) and (ignores_case or member.name == name):
            for one in signatures(member):
                yield MethodInfo(kind, alone(member, one), static)
    hidden = getattr(kind, "hidden_methods", None)
    for made in hidden(name) if hidden is not None else ():
        yield MethodInfo(kind, made, made.static, is_public=False)


def _passes(info: MethodInfo, flags: int) -> bool:
    scope, access = _STATIC if info.static else _INSTANCE, _PUBLIC if info.is_public else _NON_PUBLIC
    return bool(flags & scope) and bool(flags & access)


def get_method(
    engine: Engine, kind: PSType, name: str | None, flags: Any = None, types: Any = None
) -> MethodInfo | None:
    """Type.GetMethod: by name, flags and types of parameters. Raises AmbiguousMatchException."""
    if name is None:
        raise null_argument("name")
    number = flags.number if isinstance(flags, EnumValue) else _DEFAULT
    found = [one for one in _named(kind, name, bool(number & _IGNORE_CASE)) if _passes(one, number)]
    if types is not None:
        wanted = [one for one in items_of(types) if isinstance(one, PSType)]
        found = [one for one in found if _takes(engine, one.overload, wanted)]
    if len(found) < 2 or _same(engine, found):
        return found[0] if found else None
    if not _is_told(kind) and _known_count(kind, name, static=found[0].static) < 2:
        member = kind.static_member(name) if found[0].static else kind.member(name)
        return MethodInfo(kind, member, found[0].static) if isinstance(member, Method) else None
    raise NetError("System.Reflection.AmbiguousMatchException", "Ambiguous match found.")


def _same(engine: Engine, found: list[MethodInfo]) -> bool:
    """Whether all have one signature: the first hides the others then."""
    first = _kinds(engine, found[0].overload)
    return all(_kinds(engine, one.overload) == first for one in found[1:])


def _known_count(kind: PSType, name: str, *, static: bool) -> int:
    listed = listed_members(kind, static=static)
    found = listed.get(name.lower()) if listed is not None else None
    return 0 if found is None else len(found.definitions)


def _kinds(engine: Engine | None, overload: Overload) -> list[PSType | None]:
    return [find_type(one, engine) for one in overload.types]


def _takes(engine: Engine, overload: Overload, wanted: list[PSType]) -> bool:
    kinds = _kinds(engine, overload)
    return len(kinds) == len(wanted) and all(
        one is not None and one.name == two.name for one, two in zip(kinds, wanted, strict=True)
    )


def get_methods(kind: PSType, flags: Any = None) -> PSArray:
    """Type.GetMethods."""
    number = flags.number if isinstance(flags, EnumValue) else _DEFAULT
    found: list[MethodInfo] = []
    for one in kind.lineage():
        if number & _DECLARED_ONLY and one is not kind:
            break
        for static, table in ((False, one.own_members), (True, one.own_statics)):
            for member in table.values():
                if isinstance(member, Method):
                    found += [MethodInfo(one, alone(member, each), static) for each in signatures(member)]
        hidden = getattr(one, "hidden_methods", None)
        if hidden is not None:
            found += [MethodInfo(one, made, made.static, is_public=False) for made in hidden(None)]
    return PSArray(one for one in found if _passes(one, number))


# Signatures


def _parameters(engine: Engine, info: MethodInfo | ConstructorInfo) -> PSArray:
    names = zip(info.overload.names, _kinds(engine, info.overload), strict=True)
    return PSArray(ParameterInfo(name, kind, place, info) for place, (name, kind) in enumerate(names))


def return_type(engine: Engine | None, info: MethodInfo) -> PSType:
    """The type that a method gives. Raises a not-emulated error for one of .NET that no table tells."""
    declared = getattr(info.overload, "returned", None) or _listed_result(info)
    found = None if declared is None else find_type("System.Void" if declared == "void" else declared, engine)
    if found is not None:
        return found
    raise not_emulated(f"MethodInfo.ReturnType of [{info.owner.name}].{info.member.name}()")


def _listed_result(info: MethodInfo) -> str | None:
    """The first word of the definition, in Get-Member's table, with as many parameters."""
    listed = listed_members(info.owner, static=info.static)
    found = listed.get(info.member.name.lower()) if listed is not None else None
    for text in found.definitions if found is not None else ():
        head, _, inside = text.partition("(")
        count = len([one for one in re.split(r",(?![^\[]*\])", inside.rstrip(")")) if one.strip()])
        if count == len(info.overload.types):
            return head.removeprefix("static ").rpartition(" ")[0] or None
    return None


def _generics(info: MethodInfo) -> tuple[str, ...]:
    """The names of the type parameters of a generic method of C#."""
    compiled = getattr(info.overload, "method", None)
    return () if compiled is None else tuple(compiled.generics)


def _make_generic(info: MethodInfo, types: Any) -> Any:
    from emulator.powershell.csharp.reflection import ReflectedMethod

    given = [one for one in items_of(types) if isinstance(one, PSType)]
    names = _generics(info)
    if not names and info.owner.name != "System.Linq.Enumerable":
        raise NetError(
            "System.InvalidOperationException",
            f"{info.member.name} is not a GenericMethodDefinition. MakeGenericMethod may only be called on a "
            "method for which MethodBase.IsGenericMethodDefinition is true.",
        )
    if names and len(names) != len(given):
        raise NetError(
            "System.ArgumentException",
            "The number of generic arguments provided doesn't equal the arity of the generic type "
            "definition.",
            parameter="instantiation",
        )
    return ReflectedMethod(info.owner, info.member.name, given)


def _invoke(engine: Engine, info: MethodInfo, owner: Any, arguments: Any) -> Any:
    from emulator.powershell.runtime.invoke import run_method

    target = unwrap(owner)
    if not info.static and target is None:
        raise NetError("System.Reflection.TargetException", "Non-static method requires a target.")
    if not info.static and _is_told(info.owner) and not type_of(target).is_assignable_to(info.owner):
        raise NetError("System.Reflection.TargetException", "Object does not match target type.")
    return run_method(info.member, owner, list(items_of(arguments)), engine, static=info.static)


def _attributes(info: MethodInfo | ConstructorInfo) -> tuple[Any, ...]:
    return tuple(getattr(info.overload, "attributes", ()))


def method_text(info: MethodInfo) -> str:
    """The signature, as MethodInfo.ToString writes it; the name alone where the result is not known."""
    engine: Engine | None = getattr(info.owner, "engine", None)
    given = ", ".join(_shown(one) for one in _kinds(engine, info.overload))
    try:
        return f"{_shown(return_type(engine, info))} {info.member.name}({given})"
    except NotEmulatedError:
        return info.member.name


def _shown(kind: PSType | None) -> str:
    """The name of a type in a signature: of the primitive ones without the namespace."""
    if kind is None:
        return "System.Object"
    return kind.short_name if kind.name in PRIMITIVE or kind.name == "System.Void" else kind.name


def method_members(common: dict[str, Any]) -> dict[str, Any]:
    """The table of MethodInfo over what all members have."""
    return {
        **common,
        "IsStatic: bool": lambda i: i.static,
        "IsPublic: bool": lambda i: i.is_public,
        "IsPrivate: bool": lambda i: not i.is_public,
        "IsGenericMethod: bool": lambda i: bool(_generics(i)),
        "IsGenericMethodDefinition: bool": lambda i: bool(_generics(i)),
        "@ReturnType: type": return_type,
        "@GetParameters()": _parameters,
        "MakeGenericMethod(params type[] typeArguments)": _make_generic,
        "@Invoke(object obj, object parameters)": _invoke,
        "ToString()": method_text,
    }


register(
    PSType(
        "System.Reflection.ParameterInfo",
        instance={
            "Name: string": lambda p: p.name,
            "ParameterType: type": lambda p: p.kind or builtin("System.Object"),
            "Position: int": lambda p: p.position,
            "Member": lambda p: p.member,
            "ToString()": lambda p: f"{p.kind or 'System.Object'} {p.name}",
        },
        to_text=lambda p: f"{p.kind or 'System.Object'} {p.name}",
    ),
    ParameterInfo,
)


# Constructors


def get_constructors(kind: PSType) -> PSArray:
    """Type.GetConstructors: the public ones."""
    own = getattr(kind, "public_constructors", None)
    if own is not None:
        return PSArray(ConstructorInfo(kind, one) for one in own())
    made = parse_table(kind.construct, static=True).get("new") if kind.construct else None
    return (
        PSArray(ConstructorInfo(kind, one) for one in made.overloads)
        if isinstance(made, Method)
        else PSArray()
    )


def get_constructor(engine: Engine, kind: PSType, types: Any) -> ConstructorInfo | None:
    """Type.GetConstructor by the types of the parameters."""
    wanted = [one for one in items_of(types) if isinstance(one, PSType)]
    return next((one for one in get_constructors(kind) if _takes(engine, one.overload, wanted)), None)


def _construct(engine: Engine, info: ConstructorInfo, arguments: Any) -> Any:
    from emulator.powershell.runtime.invoke import construct

    return construct(info.owner, list(items_of(arguments)), engine)


register(
    PSType(
        "System.Reflection.ConstructorInfo",
        instance={
            "Name: string": lambda _c: ".ctor",
            "DeclaringType: type": lambda c: c.owner,
            "IsPublic: bool": lambda _c: True,
            "IsStatic: bool": lambda _c: False,
            "@GetParameters()": _parameters,
            "@Invoke(object parameters)": _construct,
            "ToString()": lambda c: f"Void .ctor({', '.join(c.overload.types)})",
        },
        to_text=lambda c: f"Void .ctor({', '.join(c.overload.types)})",
    ),
    ConstructorInfo,
)
