"""From declarations to types: first every name, then bases, then members."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emulator.powershell.csharp import syntax
from emulator.powershell.csharp.attributes import attribute_named
from emulator.powershell.csharp.diagnostics import UnsupportedError, failure
from emulator.powershell.csharp.frames import TypeCode
from emulator.powershell.csharp.members import Field, Method, Parameter, Property, access_of
from emulator.powershell.csharp.names import Surroundings
from emulator.powershell.csharp.types import CSharpType, DelegateType
from emulator.powershell.dotnet.enums import EnumType, EnumValue
from emulator.powershell.dotnet.types import PSType, builtin

if TYPE_CHECKING:
    from emulator.powershell.csharp.compilation import CSharpAssembly
    from emulator.powershell.runtime.engine import Engine

Declared = CSharpType | EnumType | DelegateType


def declare(
    node: syntax.TypeDeclaration,
    namespace: str,
    engine: Engine,
    surroundings: Surroundings,
    outer: CSharpType | None,
    assembly: CSharpAssembly,
) -> Declared:
    """A type by its name, with the types inside of it; nothing of its members is known yet."""
    prefix = f"{outer.name}+" if outer is not None else f"{namespace}." if namespace else ""
    suffix = f"`{len(node.generics)}" if node.generics else ""
    name = f"{prefix}{node.name}{suffix}"
    made: Declared
    if node.kind == "enum":
        underlying = "System.Int32"
        if node.bases:
            from emulator.powershell.csharp.names import KEYWORDS

            written = node.bases[0].name
            underlying = KEYWORDS.get(written, written if "." in written else f"System.{written}")
        flags = attribute_named(node.attributes, "Flags") is not None
        made = EnumType(name, {}, flags=flags, underlying=underlying)
    elif node.kind == "delegate":
        made = DelegateType(name, None, [])
    else:
        made = CSharpType(node, name, engine, surroundings, outer, assembly)
        declare_nested(made)
    if outer is not None:
        outer.nested_types[node.name, len(node.generics)] = made
    assembly.add(made, node, outer, surroundings)
    return made


def declare_nested(kind: CSharpType) -> None:
    """The types inside of a type."""
    for member in kind.node.members:
        if isinstance(member, syntax.TypeDeclaration):
            declare(member, "", kind.engine, kind.type_names.surroundings, kind, kind.assembly)


def complete(kind: CSharpType) -> None:
    """Bases and members of a type."""
    _bases(kind)
    node = kind.node
    default = "public" if kind.is_interface else "private"
    for member in node.members:
        if isinstance(member, syntax.Field):
            kind.fields[member.name] = Field(kind, member, kind.type_names.code(member.type_name), default)
        elif isinstance(member, syntax.Property):
            _property(kind, member, default)
        elif isinstance(member, syntax.Constructor):
            _constructor(kind, member)
        elif isinstance(member, syntax.Method):
            _method(kind, member, default)


def _bases(kind: CSharpType) -> None:
    faces: list[PSType] = []
    for place, name in enumerate(kind.node.bases):
        found = _base_names(kind).find(name)
        if found is None:
            raise UnsupportedError(f"the base type '{name.text}', which is not known", name.place)
        if place == 0 and not found.is_interface and not kind.is_interface and kind.node.kind == "class":
            if isinstance(found, EnumType | DelegateType) or found.element_type is not None:
                raise failure(
                    name.place, "CS0509", f"'{kind.name}': cannot derive from sealed type '{found.name}'"
                )
            if isinstance(found, CSharpType) and any(one is kind for one in found.lineage()):
                text = f"Circular base class dependency involving '{kind.name}' and '{found.name}'"
                raise failure(name.place, "CS0146", text)
            kind.base_type = found
        else:
            if kind.is_interface and _asks_for(found, kind):
                text = (
                    f"Inherited interface '{found.name}' causes a cycle in the interface hierarchy of "
                    f"'{kind.name}'"
                )
                raise failure(name.place, "CS0529", text)
            faces.append(found)
    kind.interface_types = tuple(faces)
    kind.interfaces = tuple(one.name.lower() for one in faces)
    kind.base = kind.base_type.name


def _asks_for(face: PSType, wanted: CSharpType) -> bool:
    """Whether an interface is another one, or asks for it."""
    todo = [face]
    for one in todo:
        if one is wanted:
            return True
        todo += [each for each in getattr(one, "interface_types", ()) if each not in todo]
    return False


def _base_names(kind: CSharpType) -> Any:
    # A base is looked up around the type, not in it.
    from emulator.powershell.csharp.names import TypeNames

    return TypeNames(kind.type_names.surroundings, kind.outer, kind.type_names.generics)


def _parameters(kind: CSharpType, nodes: list[syntax.Parameter], generics: list[str]) -> list[Parameter]:
    names = frozenset(generics)
    made = []
    for node in nodes:
        if node.type_name is None:  # the grammar is that of lambdas too, whose parameters need none
            raise failure(node.place, "CS1001", "Identifier expected")
        made.append(Parameter(node, kind.type_names.code(node.type_name, names)))
    return made


def _method(kind: CSharpType, node: syntax.Method, default: str) -> None:
    method = Method(
        kind,
        node,
        _parameters(kind, node.parameters, node.generics),
        kind.type_names.code(node.returns, frozenset(node.generics)),
        node.body,
        "public" if node.interface is not None else default,
        node.generics,
    )
    method.nodes = node.parameters
    kind.methods.setdefault(node.name, []).append(method)
    if node.name in ("op_Explicit", "op_Implicit"):
        kind.conversions.append(method)
    imported = attribute_named(node.attributes, "DllImport")
    if "extern" in node.modifiers and imported is not None:
        from emulator.powershell.csharp.platform_invoke import imported_function

        method.native = imported_function(method, imported)
    elif (
        node.body is None and not kind.is_interface and not node.modifiers & {"abstract", "extern", "partial"}
    ):
        raise failure(
            node.place,
            "CS0501",
            f"'{kind.name}.{node.name}' must declare a body because it is not marked abstract, extern, or "
            "partial",
        )
    if node.parameters and node.parameters[0].mode == "this":
        kind.assembly.add_extension(method)


def _constructor(kind: CSharpType, node: syntax.Constructor) -> None:
    if node.name != kind.node.name:
        raise failure(node.place, "CS1520", "Method must have a return type")
    nothing = TypeCode(builtin("System.Void"), lambda _frame: builtin("System.Void"), "void")
    method = Method(kind, node, _parameters(kind, node.parameters, []), nothing, node.body)
    method.nodes = node.parameters
    method.first = node
    if "static" in node.modifiers:
        kind.static_constructor = method
    else:
        kind.constructors.append(method)


def _property(kind: CSharpType, node: syntax.Property, default: str) -> None:
    code = kind.type_names.code(node.type_name)
    made = Property(kind, node, code, default)
    made.parameters = _parameters(kind, node.parameters, [])
    nothing = TypeCode(builtin("System.Void"), lambda _frame: builtin("System.Void"), "void")
    value = Parameter(syntax.Parameter(node.place, node.type_name, "value"), code)
    is_automatic = (
        bool(node.accessors)
        and all(one is None for one in node.accessors.values())
        and not kind.is_interface
        and not node.modifiers & {"abstract", "extern"}
    )
    if is_automatic and not {"get", "set"} <= node.accessors.keys():
        present = next(iter(node.accessors))
        raise failure(
            node.place,
            "CS0840",
            f"'{kind.name}.{node.name}.{present}' must declare a body because it is not marked abstract or "
            "extern. Automatically implemented properties must define both get and set accessors.",
        )
    for key, block in node.accessors.items():
        parameters = made.parameters if key == "get" else [*made.parameters, value]
        method = Method(kind, node, parameters, code if key == "get" else nothing, block, default)
        method.name = f"{key}_{node.name}"
        method.nodes = node.parameters
        if key in node.access:
            method.visibility = access_of(node.access[key], "private")
        if is_automatic:
            method.native_on = _automatic(made, key)
        if key == "get":
            made.getter = method
        elif key == "set":
            made.setter = method
        else:
            kind.methods.setdefault(method.name, []).append(method)
    if node.parameters:
        kind.indexers.append(made)
    else:
        kind.properties_by_name[node.name] = made


def _automatic(made: Property, key: str) -> Any:
    from emulator.powershell.csharp.objects import fields_of

    name = made.key
    if key == "get":
        return lambda _engine, this, _values: (
            made.owner.statics[name] if made.is_static else fields_of(this)[name]
        )

    def write(_engine: Engine, this: Any, values: list[Any]) -> None:
        (made.owner.statics if made.is_static else fields_of(this))[name] = values[0]

    return write


def enumerate_values(kind: EnumType, node: syntax.TypeDeclaration, names: Any, engine: Engine) -> None:
    """The values of an enumeration, in the order of the source."""
    from emulator.powershell.csharp.arithmetic import WIDTHS, within
    from emulator.powershell.csharp.constants import constant_number
    from emulator.powershell.dotnet.numbers import RANGES

    following = 0
    known: dict[str, int] = {}
    for member in node.members:
        assert isinstance(member, syntax.Field)  # noqa: S101 - the grammar of enumerations
        if member.value is not None:
            made = constant_number(member.value, known, names, engine)
            following = made.number if isinstance(made, EnumValue) else int(made)
        low, high = RANGES[WIDTHS.get(kind.underlying, int)]
        if not low <= following <= high:
            text = f"Constant value '{following}' cannot be converted to a '{kind.underlying}'"
            raise failure(member.place, "CS0031", text)
        known[member.name] = within(following, kind.underlying)
        following += 1
    EnumType.__init__(kind, kind.name, known, flags=kind.flags, underlying=kind.underlying)


def complete_delegate(kind: DelegateType, node: syntax.TypeDeclaration, names: Any) -> None:
    """Parameters and result of a delegate."""
    assert node.delegate is not None  # noqa: S101 - asked for delegates
    kind.result = names.find(node.delegate.returns)
    kind.parameters = [
        Parameter(one, names.code(one.type_name))
        for one in node.delegate.parameters
        if one.type_name is not None
    ]
    kind.arity = len(kind.parameters)
