"""Types that C# source declares, as types of the engine."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import TYPE_CHECKING, Any

from emulator.powershell.csharp import syntax
from emulator.powershell.csharp.conversions import NO_CONVERSION, default_of, fits
from emulator.powershell.csharp.frames import Frame
from emulator.powershell.csharp.members import Field, Method, Parameter, Property
from emulator.powershell.csharp.names import Surroundings, TypeNames
from emulator.powershell.csharp.objects import CSharpObject, ThrownError, fields_of, thrown
from emulator.powershell.csharp.overloads import NoOverloadError, choose
from emulator.powershell.dotnet.abstract_members import AbstractMethod
from emulator.powershell.dotnet.exceptions import ExceptionObject, NetError
from emulator.powershell.dotnet.types import Member, Overload, PSType, builtin, type_of
from emulator.powershell.dotnet.types import Method as ShownMethod

if TYPE_CHECKING:
    from emulator.powershell.csharp.compilation import CSharpAssembly
    from emulator.powershell.csharp.native_types import StructureType
    from emulator.powershell.runtime.engine import Engine

MOST_INSTANCES = 200
"""Types that one generic definition is made into."""


class CSharpType(PSType):
    """A class, struct or interface. Members are kept by exact name; PowerShell sees the public ones."""

    __slots__ = (
        "_spelled",
        "assembly",
        "attributes",
        "base_type",
        "constructors",
        "conversions",
        "engine",
        "family",
        "fields",
        "generic_names",
        "indexers",
        "instances",
        "interface_types",
        "is_static",
        "methods",
        "native_layout",
        "nested_types",
        "node",
        "outer",
        "properties_by_name",
        "state",
        "static_constructor",
        "statics",
        "type_names",
    )

    def __init__(
        self,
        node: syntax.TypeDeclaration,
        name: str,
        engine: Engine,
        surroundings: Surroundings,
        outer: CSharpType | None,
        assembly: CSharpAssembly,
        generics: dict[str, PSType] | None = None,
    ) -> None:
        super().__init__(
            name,
            is_value_type=node.kind == "struct",
            is_abstract=bool(node.modifiers & {"abstract", "static"}),
            is_interface=node.kind == "interface",
            # Makers are found by `make_instance`; the entry says that a struct is made of nothing, too.
            construct={"new()": self.make_instance} if node.kind == "struct" else {},
        )
        self.type_names: TypeNames
        self.node = node
        self.engine = engine
        self.outer = outer
        self.assembly = assembly
        self.attributes = node.attributes
        self.is_static = "static" in node.modifiers
        self.base_type: PSType = builtin("System.ValueType" if node.kind == "struct" else "System.Object")
        self.interface_types: tuple[PSType, ...] = ()
        bound = dict(outer.type_names.generics) if outer is not None else {}
        bound.update(generics or {})
        self.type_names = TypeNames(surroundings, self, bound)
        self.generic_names = tuple(node.generics)
        self.instances: dict[tuple[PSType, ...], CSharpType] = {}
        self.nested_types: dict[tuple[str, int], PSType] = {}
        self.fields: dict[str, Field] = {}
        self.properties_by_name: dict[str, Property] = {}
        self.indexers: list[Property] = []
        self.methods: dict[str, list[Method]] = {}
        self.constructors: list[Method] = []
        self.conversions: list[Method] = []
        self.static_constructor: Method | None = None
        self.native_layout: StructureType | None = None
        """How its values lie in native memory, once somebody asked."""
        self.statics: dict[str, Any] = {}
        self.state = "declared"
        self.family: dict[str, Member] | None = None
        self._spelled: tuple[int, dict[str, str]] = 0, {}
        self.to_text = self._text
        self._members = {}
        self._statics = {}

    def _text(self, value: Any) -> str:
        from emulator.powershell.csharp.texts import text_of

        return text_of(value, self.engine)

    # The type among others

    @property
    def parent(self) -> PSType | None:
        """The base type."""
        return None if self.is_interface else self.base_type

    def lineage(self) -> Iterator[PSType]:
        """This type and its bases, most derived first."""
        one: PSType = self
        while isinstance(one, CSharpType):
            yield one
            if one.is_interface:
                return
            one = one.base_type
        yield from one.lineage()

    def is_assignable_to(self, other: PSType) -> bool:
        """True for the type itself, its bases and all their interfaces."""
        if other.name == "System.Object" or other is self:
            return True
        for one in self.lineage():
            if one is other:
                return True
            for face in getattr(one, "interface_types", ()):
                if face is other or face.is_assignable_to(other):
                    return True
        base: PSType = self
        while isinstance(base, CSharpType):
            if base.is_interface:
                return False
            base = base.base_type
        return base.is_assignable_to(other)

    @property
    def namespace(self) -> str | None:
        """The namespace, also of a nested type."""
        outermost = self.name.partition("+")[0].partition("`")[0]
        return outermost.rpartition(".")[0] or None

    def nested_in_any_case(self, name: str, count: int) -> PSType | None:
        """A nested type by a name whose case does not matter."""
        wanted = (name.lower(), count)
        return next(
            (kind for key, kind in self.nested_types.items() if (key[0].lower(), key[1]) == wanted), None
        )

    def nested(self, name: str, count: int) -> PSType | None:
        """A nested type by name, those of bases too."""
        for one in self.lineage():
            if isinstance(one, CSharpType):
                found = one.nested_types.get((name, count))
                if found is None and one.assembly.is_visual_basic:
                    found = one.nested_in_any_case(name, count)
                if found is not None:
                    return found
        return None

    def instantiate(self, arguments: tuple[PSType, ...]) -> PSType:
        """The type that this generic definition makes with arguments."""
        found = self.instances.get(arguments)
        if found is None:
            if len(self.instances) >= MOST_INSTANCES:
                raise thrown("System.TypeLoadException", f"Could not load type '{self.name}'.")
            from emulator.powershell.csharp.declarations import complete, declare_nested
            from emulator.powershell.csharp.powershell_view import show_members

            inside = ",".join(one.name for one in arguments)
            bound = dict(zip(self.generic_names, arguments, strict=True))
            found = CSharpType(
                self.node,
                f"{self.name}[{inside}]",
                self.engine,
                self.type_names.surroundings,
                self.outer,
                self.assembly,
                bound,
            )
            found.definition = self.name
            found.arguments = arguments
            self.instances[arguments] = found
            declare_nested(found)
            complete(found)
            show_members(found)
        return found

    # Members by name

    def spelling(self, lowered: str) -> str | None:
        """The name of a field, property or method that the type declares, by its small letters."""
        count = len(self.fields) + len(self.properties_by_name) + len(self.methods)
        if self._spelled[0] != count:
            known: dict[str, str] = {}
            for name in chain(self.fields, self.properties_by_name, self.methods):
                known.setdefault(name.lower(), name)
            self._spelled = count, known
        return self._spelled[1].get(lowered)

    def member_named(self, name: str, engine: Engine) -> Field | Property | list[Method] | None:
        """A member of this type or of a base in C#, the most derived first."""
        for one in self.lineage():
            if isinstance(one, CSharpType):
                found = one.fields.get(name) or one.properties_by_name.get(name) or one.methods.get(name)
                if found is not None:
                    return self.methods_named(name) if isinstance(found, list) else found
            else:
                break
        if self.is_interface:
            for face in self.interface_types:
                if isinstance(face, CSharpType):
                    inherited = face.member_named(name, engine)
                    if inherited is not None:
                        return inherited
        return None

    def methods_named(self, name: str) -> list[Method]:
        """All methods of a name, without those that a more derived one overrides or hides."""
        found: list[Method] = []
        for one in self.lineage():
            if not isinstance(one, CSharpType):
                break
            for method in one.methods.get(name, ()):
                if not any(kept.same_signature(method) for kept in found):
                    found.append(method)
        return found

    def dispatched(self, method: Method) -> Method:
        """What a virtual method is in this type."""
        if not method.is_virtual or method.owner is self:
            return method
        for one in self.lineage():
            if not isinstance(one, CSharpType):
                break
            for candidate in one.methods.get(method.name, ()):
                if candidate.same_signature(method) and (candidate is method or not candidate.is_abstract):
                    return candidate
        return method

    def accessor(self, name: str, is_setter: bool) -> Method | None:
        """What reads or writes a property of an object of this type."""
        for one in self.lineage():
            if not isinstance(one, CSharpType):
                break
            found = one.properties_by_name.get(name)
            method = (found.setter if is_setter else found.getter) if found is not None else None
            if method is not None:
                return method
        return None

    def conversion_for(self, value: Any, kind: PSType, explicit: bool) -> Method | None:
        """The conversion operator from the value's type to the other, or None."""
        for one in self.conversions:
            if one.name == "op_Explicit" and not explicit:
                continue
            taken, given = one.parameters[0].kind.fixed, one.returns.fixed
            if given is None or taken is None:
                continue
            if (given is kind or given.is_assignable_to(kind)) and fits(value, taken):
                return one
        return None

    def convert_by_operator(self, value: Any, kind: PSType, engine: Engine, explicit: bool) -> Any:
        """What a conversion operator of this type makes, or NO_CONVERSION."""
        found = self.conversion_for(value, kind, explicit)
        return NO_CONVERSION if found is None else found.invoke(engine, None, [value])

    def parameter_type(self, method: Method, parameter: Parameter) -> syntax.TypeName | None:
        """The type of a parameter as it was written."""
        return next((one.type_name for one in method.nodes if one.name == parameter.name), None)

    def default_argument(self, engine: Engine, parameter: Parameter) -> Any:
        """What an optional parameter is when nothing is given."""
        from emulator.powershell.csharp.bodies import compile_expression

        assert parameter.default is not None  # noqa: S101 - asked for those that have one
        return compile_expression(self, parameter.default).run(Frame(engine, None, []))

    def parameters(self, engine: Engine) -> Iterator[tuple[str, PSType, list[Any]]]:
        """The public fields and properties with [Parameter], those of bases too."""
        from emulator.powershell.csharp.attributes import attribute_named, attribute_objects

        for one in self.lineage():
            if not isinstance(one, CSharpType):
                return
            members: list[Field | Property] = [*one.properties_by_name.values(), *one.fields.values()]
            for member in members:
                if (
                    member.is_public
                    and not member.is_static
                    and attribute_named(member.attributes, "Parameter") is not None
                ):
                    attributes = attribute_objects(member.attributes, one, engine)
                    yield member.name, member.kind.fixed or builtin("System.Object"), attributes

    def takes_dictionary(self, value: Any) -> bool:
        """Whether a public constructor takes just such a table, which then makes the object of a literal."""
        makers = (one for one in self.constructors if one.is_public and len(one.parameters) == 1)
        kinds = (one.parameters[0].kind.fixed for one in makers)
        return any(kind is not None and kind.name != "System.Object" and fits(value, kind) for kind in kinds)

    def make_attributes(self, engine: Engine) -> list[Any]:
        """The attributes of the declaration as objects, as reflection gives them."""
        from emulator.powershell.csharp.attributes import attribute_objects

        return attribute_objects(self.attributes, self, engine)

    def call_any(self, value: Any, name: str, given: list[Any], engine: Engine) -> Any:
        """Call a method whatever its visibility, as .NET's own code calls what a class overrides."""
        from emulator.powershell.csharp.invocation import call_member

        return call_member(value, name, given, engine)

    def family_member(self, key: str) -> Member | None:
        """A member of objects as the code of derived classes sees it, by lower-case name; own ones only."""
        if self.family is None:
            from emulator.powershell.csharp.powershell_view import family_members

            self.family = family_members(self)
        return self.family.get(key)

    def declared_fields(self) -> list[Field]:
        """The fields that the type declares, for reflection."""
        return list(self.fields.values())

    def hidden_methods(self, name: str | None) -> list[ShownMethod]:
        """The methods that others do not see, by their exact name or all of this type, for reflection."""
        from emulator.powershell.csharp.powershell_view import CodeOverload

        named = [one for each in self.methods.values() for one in each]
        made = []
        for method in named if name is None else self.methods_named(name):
            if not method.is_public:
                shown = ShownMethod(method.name, method.is_static)
                shown.overloads.append(CodeOverload(method, len(method.parameters)))
                made.append(shown)
        return made

    def public_constructors(self) -> list[Overload]:
        """The constructors for reflection; a class that declares none has one without parameters."""
        from emulator.powershell.csharp.powershell_view import CodeOverload

        if not self.constructors and not self.is_abstract:
            return [Overload("", self.make_instance, contextual=True)]
        return [CodeOverload(one, len(one.parameters)) for one in self.constructors if one.is_public]

    def abstract_methods(self) -> list[AbstractMethod]:
        """What a class that derives from this one has to bring: of an abstract class what it and its bases
        leave open, of an interface its methods and those of the interfaces that it asks for."""
        wanted: list[AbstractMethod] = []
        faces = [self, *self.interface_types] if self.is_interface else list(self.lineage())
        for kind in faces:
            if not isinstance(kind, CSharpType):
                continue
            if kind is not self and kind.is_interface:
                wanted += kind.abstract_methods()
                continue
            for method in kind.own_methods():
                if method.is_abstract and self.dispatched(method) is method:
                    wanted.append(method.described())
        return wanted

    def own_methods(self) -> Iterator[Method]:
        """The methods that the type declares, with those behind its properties."""
        for named in self.methods.values():
            yield from named
        for item in (*self.properties_by_name.values(), *self.indexers):
            yield from (one for one in (item.getter, item.setter) if one is not None)

    # Life

    def initialize(self, engine: Engine) -> None:
        """Give static fields their values and run the static constructor, once."""
        if self.state == "ready" or self.state == "running":
            return
        self.state = "running"
        if isinstance(self.base_type, CSharpType):
            self.base_type.initialize(engine)
        try:
            for field in self.fields.values():
                if field.is_static:
                    self.statics[field.name] = default_of(field.kind.fixed, engine)
            for one in self.properties_by_name.values():
                if one.is_static:
                    self.statics[one.key] = default_of(one.kind.fixed, engine)
            for field in self.fields.values():
                if field.is_static and field.node.value is not None:
                    self.statics[field.name] = field.first_value(engine, None)
            if self.static_constructor is not None:
                self.static_constructor.invoke(engine, None, [])
        except NetError as problem:
            self.state = "declared"
            raise ThrownError(
                ExceptionObject(
                    "System.TypeInitializationException",
                    f"The type initializer for '{self.name}' threw an exception.",
                    problem.exception,
                )
            ) from None
        finally:
            if self.state == "running":
                self.state = "ready"

    def default_value(self, engine: Engine) -> Any:
        """A struct with nothing set."""
        made = CSharpObject(self)
        self.clear(made, engine)
        return made

    def clear(self, this: Any, engine: Engine) -> None:
        """Give the fields of an object their first values, those of bases too."""
        store = fields_of(this)
        for one in self.lineage():
            if isinstance(one, CSharpType):
                for field in one.fields.values():
                    if not field.is_static:
                        store[field.key] = default_of(field.kind.fixed, engine)
                for item in one.properties_by_name.values():
                    if not item.is_static:
                        store[item.key] = default_of(item.kind.fixed, engine)

    def create(self, engine: Engine, given: list[Any], names: list[str | None]) -> Any:
        """``new T(arguments)``. Raises NoOverloadError."""
        if self.is_abstract or self.is_interface:
            raise NoOverloadError
        self.initialize(engine)
        if self.is_value_type:
            this = self.default_value(engine)
            if not given and not any(not one.parameters for one in self.constructors):
                return this
            self.construct_on(engine, this, given, names)
            return this
        return self.build(engine, given, names, self)

    def build(self, engine: Engine, given: list[Any], names: list[str | None], concrete: CSharpType) -> Any:
        """Make the object of a class: the base first, then fields, then the body of the constructor."""
        from emulator.powershell.csharp.construction import build

        return build(self, engine, given, names, concrete)

    def construct_on(self, engine: Engine, this: Any, given: list[Any], names: list[str | None]) -> None:
        """Run a constructor of a struct."""
        method, values, _ = choose(self.constructors, given, names, engine)
        method.invoke(engine, this, values)

    def make_instance(self, engine: Engine, arguments: list[Any]) -> Any:
        """``[type]::new(arguments)`` of PowerShell."""
        from emulator.powershell.csharp.powershell_view import construct_for_powershell

        return construct_for_powershell(self, engine, arguments)

    def make_base(self, engine: Engine, arguments: list[Any]) -> Any:
        """The same for the part of an object whose class, of a script, derives from this one."""
        from emulator.powershell.csharp.powershell_view import construct_for_powershell

        return construct_for_powershell(self, engine, arguments, derived=True)


def code_type_of(value: Any) -> CSharpType | None:
    """The C# type of an object, also when the class of a script derives from it; None for other values."""
    kind = type_of(value)
    if isinstance(kind, CSharpType):
        return kind
    base: CSharpType | None = getattr(kind, "compiled_base", None)
    return base


class DelegateType(PSType):
    """A delegate that C# source declares."""

    __slots__ = ("arity", "attributes", "outer", "parameters", "result")

    def __init__(self, name: str, result: PSType | None, parameters: list[Parameter]) -> None:
        super().__init__(name, base="System.MulticastDelegate", construct={})
        self.result = result
        self.parameters = parameters
        self.arity = len(parameters)

    def make_instance(self, engine: Engine, arguments: list[Any]) -> Any:
        """``[type]::new($block)``."""
        from emulator.powershell.runtime.conversion import convert

        if len(arguments) != 1:
            raise thrown("System.ArgumentException", "A delegate is made of one method.")
        return convert(arguments[0], self, engine)
