"""Arguments and calls: which method is meant, conversions of what it is given, and what comes back ByRef."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from emulator.powershell.csharp import syntax
from emulator.powershell.csharp.expressions import expression
from emulator.powershell.csharp.frames import Body, Code, Frame, Place
from emulator.powershell.csharp.invocation import call_delegate, call_member, call_static, invoke, read_member
from emulator.powershell.csharp.members import IMPOSSIBLE, Method, Parameter, array_from, distance
from emulator.powershell.csharp.native_calls import missing
from emulator.powershell.csharp.objects import ByReference, null_reference
from emulator.powershell.csharp.overloads import infer, inferable
from emulator.powershell.csharp.places import read_element
from emulator.powershell.csharp.types import CSharpType
from emulator.powershell.dotnet.collections import LIST_TYPES, PSArray
from emulator.powershell.dotnet.delegates import Delegate
from emulator.powershell.dotnet.enums import EnumValue
from emulator.powershell.dotnet.psobject import unwrap
from emulator.powershell.dotnet.types import Method as NativeMethod
from emulator.powershell.dotnet.types import PSType, builtin, type_of
from emulator.powershell.visualbasic.conversions import convert
from emulator.powershell.visualbasic.names import name_in, static_name
from emulator.powershell.visualbasic.syntax import Access, Call, Identifier, Omitted

if TYPE_CHECKING:
    from emulator.powershell.runtime.engine import Engine

_REFERENCES = ("ref", "out")
_NARROWING = 500
"""What a conversion that may lose something costs among overloads."""


class Given:
    """One argument of a call that runs: its value and, where it is a variable, how that is written."""

    __slots__ = ("is_lost", "is_omitted", "name", "reference", "value")

    def __init__(
        self,
        value: Any,
        name: str | None,
        reference: ByReference | None,
        *,
        is_omitted: bool = False,
        is_lost: bool = False,
    ) -> None:
        self.value = value
        self.name = name
        self.reference = reference
        self.is_omitted = is_omitted
        self.is_lost = is_lost
        """Whether it is a member or an element that is not written back."""

    def by_reference(self, kind: PSType | None, engine: Engine) -> ByReference:
        """The argument for a ByRef parameter; what is no variable gets one that nobody sees."""
        held = self.reference
        if held is None:
            cell = [convert(self.value, kind, engine)]

            def put(value: Any) -> None:
                if self.is_lost and value is not cell[0]:
                    raise missing(engine, "a member or an element of a result that comes back ByRef")
                cell[0] = value

            return ByReference(lambda: cell[0], put, kind)
        source = held
        return ByReference(lambda: convert(source.read(), kind, engine), source.write, kind)


Evaluate = Callable[[Frame], list[Given]]


def arguments_of(nodes: list[syntax.Argument], body: Body, *, with_places: bool = True) -> Evaluate:
    """The arguments of a call as code. ``with_places``: members and elements may come back ByRef too, and not
    only variables."""
    works = [_argument(node, body, with_places) for node in nodes]
    return lambda frame: [work(frame) for work in works]


def _argument(node: syntax.Argument, body: Body, with_places: bool) -> Callable[[Frame], Given]:
    value = node.value
    if isinstance(value, Omitted):
        return lambda _frame: Given(None, node.name, None, is_omitted=True)
    place = _place(value, body, with_places)
    if place is None:
        work = expression(value, body).run
        is_lost = isinstance(value, Access) or _is_element(value, body)
        return lambda frame: Given(work(frame), node.name, None, is_lost=is_lost)
    prepare, read, write, kind = place.prepare, place.read, place.write, place.kind

    def run(frame: Frame) -> Given:
        handle = prepare(frame)

        def put(new: Any) -> None:
            write(frame, handle, convert(new, kind, frame.engine))

        reference = ByReference(lambda: read(frame, handle), put, kind)
        return Given(read(frame, handle), node.name, reference)

    return run


def _place(node: syntax.Expression, body: Body, with_places: bool) -> Place | None:
    """How an argument is written back; None for what is compiled as a value only.

    Nothing that holds arguments of its own is looked at: its parts would be compiled twice, at each level.
    """
    from emulator.powershell.visualbasic.places import element_place, variable_place

    if isinstance(node, Identifier):
        return variable_place(node, body)
    if not with_places:
        return None
    if isinstance(node, Access):
        return element_place(node, body) if _is_path(node.target) else None
    if not isinstance(node, Call) or not _is_element(node, body):
        return None
    if any(isinstance(one.value, Call | syntax.Lambda) for one in node.arguments):
        return None
    return element_place(node, body)


def _is_element(node: syntax.Expression, body: Body) -> bool:
    """Whether it is an element of a variable."""
    from emulator.powershell.visualbasic.places import variable_place

    if not isinstance(node, Call) or not isinstance(node.target, Identifier):
        return False
    return variable_place(node.target, body) is not None


def _is_path(node: syntax.Expression) -> bool:
    """Whether an expression is names with dots between them."""
    while isinstance(node, Access):
        node = node.target
    return isinstance(node, Identifier | syntax.This | syntax.Base)


# Which method


def _arranged(method: Method, given: list[Given]) -> list[Any] | None:
    """The arguments in the order of the parameters: a Given, a list of the rest for ParamArray, or None for
    the default. None when they do not fit by number or name."""
    parameters = method.parameters
    placed: list[Any] = [None] * len(parameters)
    rest: list[Given] = []
    fixed = len(parameters) - (1 if method.is_variadic else 0)
    for at, one in enumerate(given):
        if one.name is not None:
            lowered = one.name.lower()
            found = next((i for i, item in enumerate(parameters) if item.name.lower() == lowered), None)
            if found is None or placed[found] is not None:
                return None
            placed[found] = one
        elif at < fixed:
            placed[at] = None if one.is_omitted else one
        elif method.is_variadic:
            rest.append(one)
        else:
            return None
    if method.is_variadic and placed[-1] is None:
        whole = method.parameters[-1].kind.fixed
        alone = rest[0].value if len(rest) == 1 else None
        is_whole = isinstance(alone, PSArray | bytearray) and (
            whole is None or distance(alone, whole) < IMPOSSIBLE
        )
        placed[-1] = rest[0] if is_whole else rest
    for parameter, one in zip(parameters, placed, strict=True):
        if one is None and not parameter.has_default:
            return None
    return placed


def _cost(method: Method, placed: list[Any]) -> int:
    total = 0
    for parameter, one in zip(method.parameters, placed, strict=True):
        kind = parameter.kind.fixed
        if one is None:
            total += 1
        elif isinstance(one, list):
            element = kind.element_type if kind is not None else None
            total += 20 + sum(_distance(item.value, element) for item in one)
        else:
            total += _distance(one.value, kind)
    return total


def _distance(value: Any, kind: PSType | None) -> int:
    found = distance(value, kind)
    if found < IMPOSSIBLE or kind is None:
        return found
    # Option Strict Off: what may fail when it runs is taken when nothing better is there.
    is_simple = isinstance(value, str | int | float | EnumValue) or value is None
    return _NARROWING if is_simple and (kind.name.startswith("System.") or kind.is_value_type) else IMPOSSIBLE


def pick(
    methods: list[Method], given: list[Given], engine: Engine, explicit: list[PSType] | None = None
) -> tuple[Method, list[Any], dict[str, PSType] | None] | None:
    """The method that fits best, the values of its parameters and the types that its type parameters stand
    for; None when none takes so many arguments."""
    best: tuple[int, Method, list[Any], dict[str, PSType] | None] | None = None
    for method in methods:
        if explicit is not None and len(method.generics) != len(explicit):
            continue
        placed = _arranged(method, given)
        if placed is None:
            continue
        generics: dict[str, PSType] | None = None
        if method.generics and explicit is not None:
            generics = dict(zip(method.generics, explicit, strict=True))
        elif method.generics:
            if not inferable(method):
                continue
            generics = infer(method, [one.value if isinstance(one, Given) else None for one in placed])
        cost = _cost(method, placed) + (3 if method.generics else 0)
        if best is None or cost < best[0]:
            best = cost, method, placed, generics
    if best is None:
        return None
    _, method, placed, generics = best
    return method, _values(method, placed, engine, generics), generics


def _values(
    method: Method, placed: list[Any], engine: Engine, generics: dict[str, PSType] | None
) -> list[Any]:
    frame = Frame(engine, None, [], generics)
    return [
        _value(method, parameter, one, frame)
        for parameter, one in zip(method.parameters, placed, strict=True)
    ]


def _value(method: Method, parameter: Parameter, one: Any, frame: Frame) -> Any:
    engine = frame.engine
    kind = parameter.kind.find(frame)
    if one is None:
        return method.owner.default_argument(engine, parameter)
    if isinstance(one, list):
        element = kind.element_type
        return array_from([convert(item.value, element, engine) for item in one], element)
    if parameter.mode in _REFERENCES:
        return one.by_reference(kind, engine)
    return convert(one.value, kind, engine)


def call_methods(
    methods: list[Method],
    this: Any,
    given: list[Given],
    engine: Engine,
    explicit: list[PSType] | None = None,
    *,
    is_base: bool = False,
) -> Any:
    """Call the one of several methods that fits best."""
    found = pick(methods, given, engine, explicit)
    if found is None:
        owner = methods[0].owner.name
        raise missing(engine, f"{owner}.{methods[0].name} with {len(given)} arguments")
    method, values, generics = found
    return invoke(method, this, values, generics, engine, is_base)


# Members of any value


def plain(given: list[Given]) -> list[Any]:
    """The values of arguments."""
    return [one.value for one in given]


def _native_values(found: Any, given: list[Given], engine: Engine) -> list[Any]:
    """The values for a method of .NET: by reference where it wants that."""
    values: list[Any] = []
    for at, one in enumerate(given):
        wants = isinstance(found, NativeMethod) and any(
            at < len(overload.types) and overload.types[at].startswith("ref")
            for overload in found.overloads
            if len(overload.types) == len(given)
        )
        values.append(one.by_reference(None, engine) if wants else one.value)
    return values


def call_value(
    value: Any,
    name: str,
    given: list[Given],
    engine: Engine,
    explicit: list[PSType] | None = None,
    extensions: list[Method] | None = None,
) -> Any:
    """``value.name(given)``: a method, a property, or an element of what a property gives."""
    if value is None:
        if extensions:
            return call_methods(extensions, None, [Given(None, None, None), *given], engine, explicit)
        raise null_reference()
    spelled = name_in(value, name)
    kind = type_of(value)
    if isinstance(kind, CSharpType):
        found = kind.member_named(spelled, engine)
        if isinstance(found, list):
            return call_methods(found, value, given, engine, explicit)
        if found is not None:
            return element_or_value(read_member(value, spelled, engine), given, engine)
        if spelled.lower() == "item" and given:
            return element_or_value(value, given, engine)
    native = kind.member(spelled)
    if isinstance(native, NativeMethod) or native is None:
        if native is None and spelled.lower() == "item" and given:
            return element_or_value(value, given, engine)
        if native is None and not given and _is_dynamic(value, spelled):
            return read_member(value, spelled, engine)
        return call_member(
            value, spelled, _native_values(native, given, engine), engine, None, explicit, extensions
        )
    if spelled == "Item" and given:
        return element_or_value(value, given, engine)
    if explicit or (given and spelled == "Count"):
        return call_member(value, spelled, plain(given), engine, None, explicit, extensions)
    return element_or_value(read_member(value, spelled, engine), given, engine)


def _is_dynamic(value: Any, name: str) -> bool:
    find = getattr(value, "dynamic_property", None)
    return find is not None and find(name, _MISSING) is not _MISSING


_MISSING: Any = object()


def call_type(
    kind: PSType, name: str, given: list[Given], engine: Engine, explicit: list[PSType] | None = None
) -> Any:
    """``Kind.name(given)``."""
    from emulator.powershell.csharp.invocation import read_static

    spelled = static_name(kind, name)
    if isinstance(kind, CSharpType):
        found = kind.member_named(spelled, engine)
        if isinstance(found, list):
            return call_methods(found, None, given, engine, explicit)
        if found is not None:
            return element_or_value(read_static(kind, spelled, engine), given, engine)
        return call_type(kind.base_type, spelled, given, engine, explicit)
    native = kind.static_member(spelled)
    if native is not None and not isinstance(native, NativeMethod):
        return element_or_value(read_static(kind, spelled, engine), given, engine)
    if native is None and not given and spelled in getattr(kind, "names", {}):
        return read_static(kind, spelled, engine)
    return call_static(kind, spelled, _native_values(native, given, engine), engine, None, explicit)


def element_or_value(value: Any, given: list[Given], engine: Engine) -> Any:
    """What ``value(given)`` means where value is no method: the value itself without arguments, a call of a
    delegate, an element."""
    if isinstance(value, Delegate):
        return call_delegate(value, plain(given), engine) if given else value
    if not given:
        return value
    if value is None:
        raise null_reference()
    return read_element(value, indexes(value, plain(given), engine), Frame(engine, None, []))


def indexes(value: Any, given: list[Any], engine: Engine) -> list[Any]:
    """The places of an element; those of lists and texts are whole numbers."""
    held = unwrap(value)
    if type(held) in LIST_TYPES or isinstance(held, PSArray | str | bytearray):
        return [convert(one, builtin("System.Int32"), engine) for one in given]
    return given


def call_code(target: Code, arguments: Evaluate) -> Code:
    """``target(arguments)`` of any expression."""
    work = target.run
    return Code(lambda frame: element_or_value(work(frame), arguments(frame), frame.engine))
