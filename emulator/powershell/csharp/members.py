"""Members of C# types: fields, properties, methods, constructors."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from emulator.powershell.csharp import syntax
from emulator.powershell.csharp.conversions import fits, implicit, is_delegate, user_conversion_exists
from emulator.powershell.csharp.frames import Code, Frame, Run, TypeCode
from emulator.powershell.csharp.objects import ByReference, fields_of
from emulator.powershell.dotnet.abstract_members import AbstractMethod
from emulator.powershell.dotnet.collections import PSArray, TypedArray
from emulator.powershell.dotnet.delegates import Delegate
from emulator.powershell.dotnet.enums import EnumType, EnumValue
from emulator.powershell.dotnet.numbers import RANGES, TYPE_CODES
from emulator.powershell.dotnet.types import PSType, array_of, type_of
from emulator.powershell.runtime.errors import NotEmulatedError

if TYPE_CHECKING:
    from emulator.powershell.csharp.bodies import ConstructorCode
    from emulator.powershell.csharp.types import CSharpType
    from emulator.powershell.runtime.engine import Engine

_ACCESS = ("public", "protected", "internal", "private")
IMPOSSIBLE = 1_000_000


def access_of(modifiers: frozenset[str], default: str) -> str:
    """Who sees a declaration; "protected internal" counts as protected."""
    return next((one for one in _ACCESS if one in modifiers), default)


class Member:
    """What every member has."""

    __slots__ = ("attributes", "is_static", "name", "owner", "place", "visibility")

    def __init__(self, owner: CSharpType, node: syntax.Member, default: str = "private") -> None:
        self.owner = owner
        self.name = node.name
        self.place = node.place
        self.is_static = "static" in node.modifiers
        self.visibility = access_of(node.modifiers, default)
        self.attributes = node.attributes

    @property
    def is_public(self) -> bool:
        """Whether others see it."""
        return self.visibility == "public"

    @property
    def is_for_derived(self) -> bool:
        """Whether derived classes see it."""
        return self.visibility in ("public", "protected")


class Field(Member):
    """A field, constant or event. Constants have their value at once."""

    __slots__ = ("_code", "is_constant", "is_read_only", "key", "kind", "node")

    def __init__(self, owner: CSharpType, node: syntax.Field, kind: TypeCode, default: str) -> None:
        super().__init__(owner, node, default)
        self.node = node
        self.kind = kind
        self.key = f"{owner.name}::{node.name}"
        self.is_constant = "const" in node.modifiers
        self.is_read_only = "readonly" in node.modifiers or self.is_constant
        self.is_static = self.is_static or self.is_constant
        self._code: Code | None = None

    def first_value(self, engine: Engine, this: Any) -> Any:
        """What its initializer makes, converted."""
        code = self.compile()
        assert code is not None  # noqa: S101 - asked for those that have one
        return implicit(code.run(Frame(engine, this, [])), self.kind.fixed, engine)

    def compile(self) -> Code | None:
        """Make the code of its initializer, once; None without one."""
        if self._code is None and self.node.value is not None:
            from emulator.powershell.csharp.bodies import compile_expression

            self._code = compile_expression(self.owner, self.node.value, self.kind.fixed)
        return self._code

    def read(self, engine: Engine, this: Any) -> Any:
        """The value of an object's field, or of the static one."""
        if self.is_static:
            self.owner.initialize(engine)
            return self.owner.statics[self.name]
        return fields_of(this)[self.key]

    def write(self, engine: Engine, this: Any, value: Any) -> None:
        """Set it; the value is converted."""
        value = implicit(value, self.kind.fixed, engine)
        if self.is_static:
            self.owner.initialize(engine)
            self.owner.statics[self.name] = value
        else:
            fields_of(this)[self.key] = value


class Parameter:
    """A parameter of a method."""

    __slots__ = ("attributes", "default", "has_default", "kind", "mode", "name")

    def __init__(self, node: syntax.Parameter, kind: TypeCode) -> None:
        self.name = node.name
        self.kind = kind
        self.mode = node.mode
        self.has_default = node.default is not None
        self.default = node.default
        self.attributes = node.attributes


class Method(Member):
    """A method, accessor, operator or constructor with a body in C#, in native code, or none."""

    __slots__ = (
        "_run",
        "block",
        "constructor_code",
        "first",
        "generics",
        "is_abstract",
        "is_override",
        "is_virtual",
        "native",
        "native_on",
        "nodes",
        "parameters",
        "returns",
    )

    def __init__(
        self,
        owner: CSharpType,
        node: syntax.Member,
        parameters: list[Parameter],
        returns: TypeCode,
        block: syntax.Block | None,
        default: str = "private",
        generics: Sequence[str] = (),
    ) -> None:
        super().__init__(owner, node, default)
        self.parameters = parameters
        self.returns = returns
        self.block = block
        self.generics = tuple(generics)
        modifiers = node.modifiers
        self.is_abstract = "abstract" in modifiers or owner.is_interface
        self.is_override = "override" in modifiers
        self.is_virtual = self.is_abstract or self.is_override or "virtual" in modifiers
        self.native: Callable[[Engine, list[Any]], Any] | None = None
        self.native_on: Callable[[Engine, Any, list[Any]], Any] | None = None
        """The same for an object: the accessors of automatic properties."""
        self.nodes: list[syntax.Parameter] = []
        """The parameters as they were written."""
        self.first: syntax.Constructor | None = None
        self.constructor_code: ConstructorCode | None = None
        """What `bodies.compile_constructor` made of it."""
        self._run: Run | None = None

    @property
    def is_variadic(self) -> bool:
        """Whether the last parameter takes any number of arguments."""
        return bool(self.parameters) and self.parameters[-1].mode == "params"

    def same_signature(self, other: Method) -> bool:
        """Whether an override takes the same parameters."""
        if len(self.generics) != len(other.generics):
            return False
        return len(self.parameters) == len(other.parameters) and all(
            one.kind.text.rpartition(".")[2] == two.kind.text.rpartition(".")[2] and one.mode == two.mode
            for one, two in zip(self.parameters, other.parameters, strict=True)
        )

    def described(self) -> AbstractMethod:
        """The method by the names of its types."""
        return AbstractMethod(
            _named(self.returns), self.name, tuple(_named(one.kind) for one in self.parameters)
        )

    def invoke(
        self, engine: Engine, this: Any, values: list[Any], generics: dict[str, PSType] | None = None
    ) -> Any:
        """Run it with one value a parameter."""
        if self.is_static:
            self.owner.initialize(engine)
        if self.native is not None:
            return self.native(engine, values)
        if self.native_on is not None:
            return self.native_on(engine, this, values)
        run = self._run or self.compile()
        frame = Frame(engine, this, values, generics)
        engine.enter()
        try:
            return run(frame)
        except RecursionError:
            raise engine.depth_error() from None
        finally:
            engine.depth -= 1

    def compile(self) -> Run:
        """Make the code of its body, once."""
        if self._run is None:
            from emulator.powershell.csharp.bodies import compile_method

            self._run = compile_method(self)
        return self._run


def _named(code: TypeCode) -> str:
    return (code.text if code.fixed is None else code.fixed.name).lower()


class Property(Member):
    """A property or indexer."""

    __slots__ = ("getter", "key", "kind", "parameters", "setter")

    def __init__(self, owner: CSharpType, node: syntax.Property, kind: TypeCode, default: str) -> None:
        super().__init__(owner, node, default)
        self.kind = kind
        self.key = f"{owner.name}::<{node.name}>"
        self.getter: Method | None = None
        self.setter: Method | None = None
        self.parameters: list[Parameter] = []


def arrange(
    method: Method,
    given: list[Any],
    names: list[str | None],
) -> list[Any] | None:
    """The arguments in the order of the parameters, MISSING_ARGUMENT where the default stands; None when they
    cannot fit by number or name."""
    parameters = method.parameters
    placed: list[Any] = [MISSING_ARGUMENT] * len(parameters)
    rest: list[Any] = []
    for place, (value, name) in enumerate(zip(given, names, strict=True)):
        if name is not None:
            at = next((i for i, one in enumerate(parameters) if one.name == name), None)
            if at is None or placed[at] is not MISSING_ARGUMENT:
                return None
            placed[at] = value
        elif place < len(parameters) - (1 if method.is_variadic else 0):
            placed[place] = value
        elif method.is_variadic:
            rest.append(value)
        else:
            return None
    if method.is_variadic and placed[-1] is MISSING_ARGUMENT:
        whole = method.parameters[-1].kind.fixed
        if len(rest) == 1 and (rest[0] is None or _is_array(rest[0], whole)):
            placed[-1] = rest[0]
        else:
            placed[-1] = _Rest(rest)
    for parameter, value in zip(parameters, placed, strict=True):
        if value is MISSING_ARGUMENT and not parameter.has_default:
            return None
        if (parameter.mode in ("ref", "out")) != isinstance(value, ByReference):
            return None
    return placed


class _Rest:
    """Arguments that become the array of a ``params`` parameter."""

    __slots__ = ("values",)

    def __init__(self, values: list[Any]) -> None:
        self.values = values


MISSING_ARGUMENT: Any = object()


def _is_array(value: Any, whole: PSType | None) -> bool:
    return isinstance(value, PSArray | bytearray) and (whole is None or fits(value, whole) or len(value) == 0)


def cost_of(method: Method, placed: list[Any]) -> int:
    """How far the arguments are from the parameters; IMPOSSIBLE when one cannot be converted."""
    total = 0
    for parameter, value in zip(method.parameters, placed, strict=True):
        if value is MISSING_ARGUMENT:
            total += 1
            continue
        if isinstance(value, _Rest):
            total += 20
            element = parameter.kind.fixed.element_type if parameter.kind.fixed is not None else None
            for one in value.values:
                total += distance(one, element)
            continue
        if isinstance(value, ByReference):
            if (
                value.kind is not None
                and parameter.kind.fixed is not None
                and value.kind is not parameter.kind.fixed
            ):
                total += 50
            continue
        total += distance(value, parameter.kind.fixed)
        if total >= IMPOSSIBLE:
            return IMPOSSIBLE
    return total


def distance(value: Any, kind: PSType | None) -> int:
    """How far a value is from a type; IMPOSSIBLE when it cannot be converted."""
    if kind is None:
        return 6
    if kind.name == "System.Object":
        return 40 if value is not None else 3
    if value is None:
        return IMPOSSIBLE if kind.is_value_type and kind.definition != "System.Nullable`1" else 1
    actual = type_of(value)
    if actual is kind:
        return 0
    if kind.definition == "System.Nullable`1":
        return 2 + distance(value, kind.arguments[0])
    code = TYPE_CODES.get(type(value))
    if code is not None and kind.name in _CODES:
        wanted = _CODES[kind.name]
        if wanted > code:
            return 2 + wanted - code
        # A constant of type int fits where it is small enough.
        low, high = RANGES.get(_PYTHONS[kind.name], (0, -1))
        return 15 if type(value) is int and low <= value <= high else IMPOSSIBLE
    if isinstance(kind, EnumType):
        return 0 if isinstance(value, EnumValue) and value.ps_type is kind else IMPOSSIBLE
    if isinstance(value, Delegate) and is_delegate(kind):
        arity = getattr(value, "arity", None)
        wanted_arity = _arity(kind)
        return 2 if arity is None or wanted_arity is None or arity == wanted_arity else IMPOSSIBLE
    depth = 1
    for one in actual.lineage():
        if one is kind:
            return depth
        depth += 1
    if fits(value, kind):
        return depth
    return 60 if user_conversion_exists(value, kind) else IMPOSSIBLE


def _arity(kind: PSType) -> int | None:
    declared = getattr(kind, "arity", None)
    if isinstance(declared, int):
        return declared
    definition = kind.definition or ""
    if definition.startswith("System.Func`"):
        return len(kind.arguments) - 1
    if definition.startswith("System.Action`"):
        return len(kind.arguments)
    return 0 if kind.name == "System.Action" else None


_CODES = {
    "System.SByte": 5,
    "System.Byte": 6,
    "System.Int16": 7,
    "System.UInt16": 8,
    "System.Int32": 9,
    "System.UInt32": 10,
    "System.Int64": 11,
    "System.UInt64": 12,
    "System.Single": 13,
    "System.Double": 14,
    "System.Decimal": 15,
}
_PYTHONS = {
    name: python for python, code in TYPE_CODES.items() for name, one in _CODES.items() if one == code
}


def converted(
    method: Method, placed: list[Any], engine: Engine, generics: dict[str, PSType] | None
) -> list[Any]:
    """The arguments as the parameters take them."""
    frame = Frame(engine, None, [], generics)
    made = []
    for parameter, value in zip(method.parameters, placed, strict=True):
        if value is MISSING_ARGUMENT:
            value = method.owner.default_argument(engine, parameter)
        kind = parameter.kind.fixed
        if kind is None and generics and not isinstance(value, ByReference | _Rest):
            kind = _quietly(parameter.kind, frame)
        if isinstance(value, _Rest):
            whole = kind or _quietly(parameter.kind, frame)
            element = whole.element_type if whole is not None else None
            items = [implicit(one, element, engine) for one in value.values]
            value = array_from(items, element)
        elif not isinstance(value, ByReference):
            value = implicit(value, kind, engine)
        made.append(value)
    return made


def _quietly(code: TypeCode, frame: Frame) -> PSType | None:
    try:
        return code.find(frame)
    except NotEmulatedError:
        return None


def array_from(items: list[Any], element: PSType | None) -> Any:
    """An array of the element type."""
    if element is None or element.name == "System.Object":
        return PSArray(items)
    if element.name == "System.Byte":
        return bytearray(int(one) for one in items)
    return TypedArray(items, array_of(element))
