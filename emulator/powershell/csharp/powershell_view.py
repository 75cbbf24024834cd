"""C# types as PowerShell sees them: public members without regard to case, calls with its conversions."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from emulator.powershell.csharp.members import Field, Member, Method, Property
from emulator.powershell.csharp.native_calls import materialized
from emulator.powershell.csharp.objects import ByReference, Sequence
from emulator.powershell.csharp.overloads import infer
from emulator.powershell.dotnet.exceptions import NetError
from emulator.powershell.dotnet.psobject import Reference
from emulator.powershell.dotnet.types import Member as ShownMember
from emulator.powershell.dotnet.types import Method as ShownMethod
from emulator.powershell.dotnet.types import Overload, PSType
from emulator.powershell.dotnet.types import Property as ShownProperty

if TYPE_CHECKING:
    from emulator.powershell.csharp.types import CSharpType
    from emulator.powershell.runtime.engine import Engine

_SHORT = {
    "System.String": "string",
    "System.Int32": "int",
    "System.Boolean": "bool",
    "System.Object": "object",
    "System.Char": "char",
    "System.Double": "double",
}


def type_text(kind: PSType | None) -> str:
    """The name of a type in a signature."""
    return "object" if kind is None else _SHORT.get(kind.name, kind.name)


_IsVisible = Callable[[Member], bool]


def show_members(kind: CSharpType) -> None:
    """Fill the tables that the engine reads."""
    kind._members, kind._statics = _tables(kind, lambda one: one.is_public)


def family_members(kind: CSharpType) -> dict[str, ShownMember]:
    """The members of objects as code of derived classes sees them, by lower-case name."""
    return _tables(kind, lambda one: one.is_for_derived)[0]


def _tables(
    kind: CSharpType, is_visible: _IsVisible
) -> tuple[dict[str, ShownMember], dict[str, ShownMember]]:
    members: dict[str, ShownMember] = {}
    statics: dict[str, ShownMember] = {}
    for field in kind.fields.values():
        if is_visible(field):
            (statics if field.is_static else members)[field.name.lower()] = _shown_field(field)
    for item in kind.properties_by_name.values():
        if is_visible(item):
            (statics if item.is_static else members)[item.name.lower()] = _shown_property(item, is_visible)
    for name, methods in kind.methods.items():
        shown = [one for one in methods if is_visible(one)]
        for is_static, table in ((True, statics), (False, members)):
            some = [one for one in shown if one.is_static is is_static]
            if some:
                made = ShownMethod(name, is_static)
                made.overloads = [over for one in some for over in _overloads(one)]
                made.overloads += _inherited(kind, name, is_static, made.overloads)
                table[name.lower()] = made
    if kind.indexers:
        _show_indexers(kind, members)
    return members, statics


def _inherited(kind: CSharpType, name: str, is_static: bool, own: list[Overload]) -> list[Overload]:
    base = kind.base_type
    found = base.static_member(name) if is_static else base.member(name)
    if not isinstance(found, ShownMethod):
        return []
    taken = {one.types for one in own}
    return [one for one in found.overloads if one.types not in taken]


def _show_indexers(kind: CSharpType, members: dict[str, ShownMember]) -> None:
    for name, accessors in (
        ("Item", [one.getter for one in kind.indexers if one.getter is not None]),
        ("set_Item", [one.setter for one in kind.indexers if one.setter is not None]),
    ):
        if accessors:
            made = ShownMethod(name, False)
            made.overloads = [over for one in accessors for over in _overloads(one)]
            members[name.lower()] = made


def outward(value: Any, engine: Engine) -> Any:
    """What C# gives, for PowerShell: a sequence with all its items."""
    return materialized(value, engine) if isinstance(value, Sequence) else value


def _shown_field(field: Field) -> ShownProperty:
    def read(engine: Engine | None, value: Any = None) -> Any:
        engine = engine if engine is not None else field.owner.engine
        return outward(field.read(engine, value), engine)

    def write(engine: Engine | None, *given: Any) -> None:
        from emulator.powershell.runtime.conversion import convert

        engine = engine if engine is not None else field.owner.engine
        value = given[-1]
        if field.kind.fixed is not None:
            value = convert(value, field.kind.fixed, engine)
        field.write(engine, given[0] if len(given) > 1 else None, value)

    return ShownProperty(
        field.name,
        read,
        None if field.is_read_only else write,
        type_name=_shown_type(field.kind.fixed),
        contextual=True,
    )


def _shown_type(kind: PSType | None) -> str:
    return kind.name if kind is not None else "System.Object"


def _shown_property(item: Property, is_visible: _IsVisible) -> ShownProperty:
    owner = item.owner

    def read(engine: Engine | None, value: Any = None) -> Any:
        engine = engine if engine is not None else owner.engine
        if value is None:
            assert item.getter is not None  # noqa: S101 - one without is not readable, see below
            return outward(item.getter.invoke(engine, None, []), engine)
        from emulator.powershell.csharp.invocation import read_member

        return outward(read_member(value, item.name, engine), engine)

    def write(engine: Engine | None, *given: Any) -> None:
        from emulator.powershell.csharp.invocation import write_property
        from emulator.powershell.csharp.types import CSharpType as Kind
        from emulator.powershell.dotnet.types import type_of
        from emulator.powershell.runtime.conversion import convert

        engine = engine if engine is not None else owner.engine
        value = given[-1]
        if item.kind.fixed is not None:
            value = convert(value, item.kind.fixed, engine)
        this = given[0] if len(given) > 1 else None
        kind = type_of(this) if this is not None else owner
        write_property(kind if isinstance(kind, Kind) else owner, item, this, value, engine)

    def nothing(_engine: Engine, _value: Any = None) -> None:
        return None

    # An accessor without modifiers of its own is seen where the property is.
    is_readable, is_settable = (
        one is not None and (one.visibility == item.visibility or is_visible(one))
        for one in (item.getter, item.setter)
    )
    return ShownProperty(
        item.name,
        read if is_readable else nothing,
        write if is_settable else None,
        type_name=_shown_type(item.kind.fixed),
        contextual=True,
    )


class CodeOverload(Overload):
    """One signature of a C# method; parameters with defaults may be left out at the end."""

    __slots__ = ("attributes", "is_base", "method")

    def __init__(self, method: Method, count: int) -> None:
        self.method = method
        self.is_base = False
        """Whether just this method runs, not what the class of the object has in its place."""
        self.attributes: tuple[Any, ...] = ()
        parameters = method.parameters[:count]
        self.types = tuple(
            "ref" if one.mode in ("ref", "out") else type_text(one.kind.fixed) for one in parameters
        )
        self.names = tuple(one.name for one in parameters)
        self.variadic = method.is_variadic and count == len(method.parameters)
        self.contextual = True
        self.function = self._static if method.is_static else self._on

    @property
    def returned(self) -> str:
        """The type that it gives, as PowerShell names it; ``void`` for none."""
        kind = self.method.returns.fixed
        return "void" if kind is not None and kind.name == "System.Void" else type_text(kind)

    def as_base(self) -> CodeOverload:
        """The same for a call of just this method; an abstract one stays what the object has."""
        made = CodeOverload(self.method, len(self.types))
        made.is_base = not self.method.is_abstract
        return made

    def _static(self, engine: Engine, *values: Any) -> Any:
        return self._call(engine, None, values)

    def _on(self, engine: Engine, this: Any, *values: Any) -> Any:
        return self._call(engine, this, values)

    def _call(self, engine: Engine | None, this: Any, values: tuple[Any, ...]) -> Any:
        method = self.method
        engine = engine if engine is not None else method.owner.engine
        given = inward(method, values, engine)
        generics = infer(method, given) if method.generics else None
        kind = getattr(this, "ps_type", None)
        dispatched = getattr(kind, "dispatched", None)
        if dispatched is not None and method.is_virtual and not self.is_base:
            method = dispatched(method)
        return outward(method.invoke(engine, this, given, generics), engine)


def inward(method: Method, values: tuple[Any, ...], engine: Engine) -> list[Any]:
    """Arguments from PowerShell as the method takes them."""
    made: list[Any] = []
    for place, parameter in enumerate(method.parameters):
        if place >= len(values):
            made.append(method.owner.default_argument(engine, parameter))
        elif parameter.mode in ("ref", "out"):
            made.append(_reference(values[place], parameter.kind.fixed, engine))
        elif parameter.mode == "params" and parameter.kind.fixed is not None:
            from emulator.powershell.runtime.conversion import convert

            made.append(convert(values[place], parameter.kind.fixed, engine))
        else:
            made.append(values[place])
    return made


def _reference(value: Reference, kind: PSType | None, engine: Engine) -> ByReference:
    from emulator.powershell.runtime.conversion import convert

    def read() -> Any:
        found = value.read()
        return convert(found, kind, engine) if kind is not None and found is not None else found

    return ByReference(read, value.write, kind)


def _overloads(method: Method) -> list[Overload]:
    count = len(method.parameters)
    made: list[Overload] = [CodeOverload(method, count)]
    while count and method.parameters[count - 1].has_default:
        count -= 1
        made.append(CodeOverload(method, count))
    return made


def construct_for_powershell(
    kind: CSharpType, engine: Engine | None, arguments: list[Any], *, derived: bool = False
) -> Any:
    """``[type]::new(arguments)`` and New-Object, with PowerShell's conversions and errors.

    ``derived`` is for the part of an object whose class derives from the type: that may be abstract, and its
    constructors protected.
    """
    from emulator.powershell.runtime.invoke import choose, count_error, invocation_error

    engine = engine if engine is not None else kind.engine
    visible = [one for one in kind.constructors if (one.is_for_derived if derived else one.is_public)]
    if (
        (kind.is_abstract and not derived)
        or kind.is_interface
        or (kind.constructors and not visible and not kind.is_value_type)
    ):
        raise count_error(kind.short_name, len(arguments))

    def create(given: list[Any]) -> Any:
        if not derived:
            return kind.create(engine, given, [None] * len(given))
        kind.initialize(engine)
        return kind.build(engine, given, [None] * len(given), kind)

    try:
        if not visible or (kind.is_value_type and not arguments):
            if arguments:
                raise count_error(kind.short_name, len(arguments))
            return create([])
        method = ShownMethod("new", True)
        method.overloads = [over for one in visible for over in _overloads(one)]
        overload, values = choose(method, arguments, engine, kind.short_name)
        assert isinstance(overload, CodeOverload)  # noqa: S101 - just made
        return create(inward(overload.method, tuple(values), engine))
    except NetError as problem:
        raise invocation_error(".ctor", len(arguments), problem.exception, constructor=True) from None
