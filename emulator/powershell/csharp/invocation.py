"""Members of any value by name at run time: of C# types by their own tables, of .NET's by the engine's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emulator.powershell.csharp import list_methods, queries
from emulator.powershell.csharp.conversions import implicit
from emulator.powershell.csharp.delegates import ANY_DELEGATE, CodeDelegate, call_in
from emulator.powershell.csharp.members import Field, Method, Property
from emulator.powershell.csharp.native_calls import (
    call_native,
    call_static_native,
    get_native,
    get_static_native,
    has_method,
    missing,
    set_native,
    set_static_native,
)
from emulator.powershell.csharp.objects import AnonymousObject, null_reference
from emulator.powershell.csharp.overloads import NoOverloadError, choose
from emulator.powershell.csharp.reflection import call_on_type, invocation_target
from emulator.powershell.csharp.texts import text_of
from emulator.powershell.csharp.types import CSharpType, code_type_of
from emulator.powershell.dotnet.delegates import Delegate
from emulator.powershell.dotnet.exceptions import ExceptionObject, NetError
from emulator.powershell.dotnet.types import Property as ShownProperty
from emulator.powershell.dotnet.types import PSType, type_of

if TYPE_CHECKING:
    from emulator.powershell.runtime.engine import Engine


def read_member(value: Any, name: str, engine: Engine) -> Any:
    """``value.name``; a method becomes a delegate."""
    if value is None:
        raise null_reference()
    kind = code_type_of(value)
    if kind is not None:
        found = kind.member_named(name, engine)
        if isinstance(found, Field):
            return found.read(engine, value)
        if isinstance(found, Property):
            return read_property(kind, found, value, engine)
        if found is not None:
            return method_delegate(found, value, engine)
    if isinstance(value, AnonymousObject) and name in value.values:
        return value.values[name]
    return get_native(value, name, engine)


def read_property(kind: CSharpType, found: Property, value: Any, engine: Engine) -> Any:
    """The value of a property, as the most derived type defines it."""
    getter = kind.accessor(found.name, is_setter=False) or found.getter
    if getter is None:
        raise missing(engine, f"{kind.name}.{found.name} (it has no get accessor)")
    own = _of_script(value, found.name) if getter.is_virtual else None
    if own is not None:
        return own.getter(engine, value)
    return getter.invoke(engine, value, [])


def write_member(value: Any, name: str, new: Any, engine: Engine) -> None:
    """``value.name = new``."""
    if value is None:
        raise null_reference()
    kind = code_type_of(value)
    if kind is not None:
        found = kind.member_named(name, engine)
        if isinstance(found, Field):
            found.write(engine, value, new)
            return
        if isinstance(found, Property):
            write_property(kind, found, value, new, engine)
            return
    set_native(value, name, new, engine)


def write_property(kind: CSharpType, found: Property, value: Any, new: Any, engine: Engine) -> None:
    """Set a property, as the most derived type defines it."""
    setter = kind.accessor(found.name, is_setter=True) or found.setter
    if setter is None:
        raise missing(engine, f"{kind.name}.{found.name}= (it has no set accessor)")
    own = _of_script(value, found.name) if setter.is_virtual else None
    if own is not None and own.setter is not None:
        own.setter(engine, value, new)
        return
    setter.invoke(engine, value, [implicit(new, found.kind.fixed, engine)])


def _of_script(value: Any, name: str) -> ShownProperty | None:
    """The property with which the class of a script overrides one of its C# base."""
    find = getattr(type_of(value), "property_override", None)
    return None if find is None else find(name)


def method_delegate(methods: list[Method], this: Any, engine: Engine) -> CodeDelegate:
    """A method, or several of one name, as a delegate of no certain type."""
    first = methods[0]
    arity = len(first.parameters) if len(methods) == 1 else None

    def run(engine: Engine, given: list[Any]) -> Any:
        return call_methods(methods, this, given, [None] * len(given), engine)

    return CodeDelegate(ANY_DELEGATE, run, engine, arity, (first, this))


def call_methods(
    methods: list[Method],
    this: Any,
    given: list[Any],
    names: list[str | None],
    engine: Engine,
    explicit: list[PSType] | None = None,
    is_base: bool = False,
) -> Any:
    """Call the one of several methods that fits best; a virtual one as the object's type has it."""
    try:
        method, values, generics = choose(methods, given, names, engine, explicit)
    except NoOverloadError:
        owner = methods[0].owner
        raise missing(engine, f"{owner.name}.{methods[0].name} with {len(given)} arguments") from None
    return invoke(method, this, values, generics, engine, is_base)


def invoke(
    method: Method,
    this: Any,
    values: list[Any],
    generics: dict[str, PSType] | None,
    engine: Engine,
    is_base: bool = False,
) -> Any:
    """Call a method with the values of its parameters; a virtual one as the object's type has it."""
    if method.is_static:
        return method.invoke(engine, None, values, generics)
    if method.is_virtual and not is_base:
        kind = type_of(this)
        if isinstance(kind, CSharpType):
            method = kind.dispatched(method)
        elif (find := getattr(kind, "override", None)) is not None:
            own = find(method.name, len(values))
            if own is not None:
                return implicit(own.run(engine, this, values), method.returns.fixed, engine)
            base = code_type_of(this)
            method = method if base is None else base.dispatched(method)
    if method.is_abstract and method.block is None and method.native is None:
        raise missing(engine, f"{method.owner.name}.{method.name} (it is abstract)")
    return method.invoke(engine, this, values, generics)


def call_member(
    value: Any,
    name: str,
    given: list[Any],
    engine: Engine,
    names: list[str | None] | None = None,
    explicit: list[PSType] | None = None,
    extensions: list[Method] | None = None,
) -> Any:
    """``value.name(given)``."""
    if value is None and not extensions:
        raise null_reference()
    kind = code_type_of(value) if value is not None else None
    labels: list[str | None] = names or [None] * len(given)
    if kind is not None:
        found = kind.member_named(name, engine)
        if isinstance(found, list):
            return call_methods(found, value, given, labels, engine, explicit)
        if found is not None:
            return call_delegate(read_member(value, name, engine), given, engine)
        handled, made = _of_object(value, name, given, engine) if type_of(value) is kind else (False, None)
        if handled:
            return made
    if isinstance(value, PSType):
        handled, made = call_on_type(value, name, given, engine)
        if handled:
            return made
    if name == "ToString" and not given and _is_plain(value):
        return text_of(value, engine)
    if isinstance(value, ExceptionObject) and name == "GetType":
        return value.ps_type
    if isinstance(value, Delegate) and name in ("Invoke", "DynamicInvoke"):
        return _invoke(value, given, engine, is_late=name == "DynamicInvoke")
    with_delegate = list_methods.find(value, name, given)
    if with_delegate is not None:
        return with_delegate(value, given[0], engine)
    query = queries.find(name)
    if value is not None and not (explicit and query) and has_method(value, name, len(given), query is None):
        return call_native(value, name, given, engine)
    if query is not None and queries.is_source(value):
        return query(engine, [value, *given], explicit or [])
    if extensions:
        return call_methods(extensions, None, [value, *given], [None, *labels], engine, explicit)
    return call_native(value, name, given, engine)


def _invoke(value: Delegate, given: list[Any], engine: Engine, is_late: bool) -> Any:
    if not is_late:
        return call_in(value, given, engine)
    try:
        return call_in(value, given, engine)
    except NetError as problem:
        raise invocation_target(problem.exception) from None


def _is_plain(value: Any) -> bool:
    return isinstance(value, list | PSType | AnonymousObject | bytearray)


def _of_object(value: Any, name: str, given: list[Any], engine: Engine) -> tuple[bool, Any]:
    """The methods that every object has, where the type does not override them."""
    if name == "ToString" and not given:
        return True, text_of(value, engine)
    if name == "GetType" and not given:
        return True, type_of(value)
    if name == "Equals" and len(given) == 1:
        other = given[0]
        same = value is other
        kind = type_of(value)
        if not same and kind.is_value_type and type_of(other) is kind and other is not None:
            same = bool(value.fields == other.fields)
        return True, same
    if name == "GetHashCode" and not given:
        return True, (id(value) >> 4) & 0x7FFFFFFF
    if name == "MemberwiseClone" and not given and hasattr(value, "copy"):
        return True, value.copy()
    return False, None


def call_delegate(value: Any, given: list[Any], engine: Engine) -> Any:
    """``value(given)`` of a delegate."""
    if value is None:
        raise null_reference()
    if isinstance(value, Delegate):
        engine.fuel -= 1
        if engine.fuel < 0:
            engine.refuel()
        return call_in(value, given, engine)
    if callable(value):
        return value(given)
    raise missing(engine, f"call of a value of {type_of(value).name}")


def read_static(kind: PSType, name: str, engine: Engine) -> Any:
    """``Kind.name``."""
    if isinstance(kind, CSharpType):
        found = kind.member_named(name, engine)
        if isinstance(found, Field):
            return found.read(engine, None)
        if isinstance(found, Property) and found.getter is not None:
            return found.getter.invoke(engine, None, [])
        if isinstance(found, list):
            return method_delegate(found, None, engine)
        if kind.base_type.static_member(name) is None:
            raise missing(engine, f"{kind.name}.{name}")
        return get_static_native(kind.base_type, name, engine)
    made = get_static_native(kind, name, engine)
    if not callable(made):
        return made
    return CodeDelegate(ANY_DELEGATE, lambda _engine, given: made(given), engine, None, (kind, name))


def write_static(kind: PSType, name: str, new: Any, engine: Engine) -> None:
    """``Kind.name = new``."""
    if isinstance(kind, CSharpType):
        found = kind.member_named(name, engine)
        if isinstance(found, Field):
            found.write(engine, None, new)
            return
        if isinstance(found, Property) and found.setter is not None:
            found.setter.invoke(engine, None, [implicit(new, found.kind.fixed, engine)])
            return
        raise missing(engine, f"{kind.name}.{name}=")
    set_static_native(kind, name, new, engine)


def call_static(
    kind: PSType,
    name: str,
    given: list[Any],
    engine: Engine,
    names: list[str | None] | None = None,
    explicit: list[PSType] | None = None,
) -> Any:
    """``Kind.name(given)``."""
    if isinstance(kind, CSharpType):
        found = kind.member_named(name, engine)
        if isinstance(found, list):
            return call_methods(found, None, given, names or [None] * len(given), engine, explicit)
        if found is not None:
            return call_delegate(read_static(kind, name, engine), given, engine)
        return call_static(kind.base_type, name, given, engine, names, explicit)
    if kind.name == "System.Linq.Enumerable":
        query = queries.find(name)
        if query is None:
            raise missing(engine, f"System.Linq.Enumerable.{name}()")
        return query(engine, given, explicit or [])
    own = queries.formatted(kind, name, given, engine)
    if own is not queries.NOT_HERE:
        return own
    if explicit:
        from emulator.powershell.csharp.reflection import generic_static

        handled, made = generic_static(kind, name, given, explicit, engine)
        if handled:
            return made
    return call_static_native(kind, name, given, engine)
