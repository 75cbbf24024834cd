"""Classes that a script defines (about_Classes).

A method runs in a scope of its own below that of its caller, or of the module that defined the class; only
``return`` gives a value, and an error ends it. The runspaces of a process that define the same text share the
class and its static members. A method of an object runs where the object was made, a static one in the
runspace that calls it when that has defined the class, otherwise where it was defined last.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from emulator.powershell.dotnet.abstract_members import AbstractMethod, abstract_methods
from emulator.powershell.dotnet.exceptions import ExceptionObject
from emulator.powershell.dotnet.types import (
    BUILTIN,
    Member,
    Method,
    Overload,
    Property,
    PSType,
    builtin,
    type_of,
)
from emulator.powershell.runtime.attribute_objects import attribute_objects
from emulator.powershell.runtime.errors import (
    METHOD_EXCEPTION,
    ConversionError,
    MethodReturn,
    PSError,
    ReturnSignal,
    error,
)
from emulator.powershell.runtime.invocation import InvocationInfo
from emulator.powershell.runtime.members import transformed
from emulator.powershell.runtime.scope import Constraint, Scope
from emulator.powershell.runtime.script_object import (
    STATELESS_BASES,
    Place,
    ScriptObject,
    derived_object,
    fields_of,
)
from emulator.powershell.runtime.streams import discard

if TYPE_CHECKING:
    from emulator.powershell.runtime.compiler.classes import ClassPlan, MethodPlan, PropertyPlan
    from emulator.powershell.runtime.engine import Engine, Frame
    from emulator.powershell.runtime.metadata import Transformer, Validator

#: Bases that bring no state: a class that derives from one has all that its objects have.
_PLAIN_BASES = frozenset(
    {
        *("System.Object", "System.Attribute", "System.Collections.Generic.Comparer`1"),
        *("System.Collections.Generic.EqualityComparer`1", *STATELESS_BASES),
        *(
            f"System.Management.Automation.{one}Attribute"
            for one in ("ValidateArguments", "ValidateEnumeratedArguments", "ArgumentTransformation")
        ),
    }
)
#: Beginnings of the names of interfaces whose objects loops and pipelines go through.
_ENUMERABLE = (
    *("system.collections.ienumerable", "system.collections.generic.ienumerable`1"),
    *("system.collections.ienumerator", "system.collections.generic.ienumerator`1"),
)
_PARAMETER = "System.Management.Automation.ParameterAttribute"
_INITIALIZATION_EXCEPTION = "System.TypeInitializationException"
_SET_EXCEPTION = "System.Management.Automation.SetValueInvocationException"


class ScriptClass(PSType):
    """A class of a script. ``homes`` has the runspaces that have defined it, the last one last, each with the
    scope of the module that did, None outside of modules."""

    __slots__ = (
        "attributes",
        "base_type",
        "compiled_base",
        "failure",
        "field_types",
        "homes",
        "interface_types",
        "is_enumerable",
        "is_initialized",
        "makers",
        "plan",
        "values",
    )

    def __init__(self, plan: ClassPlan, engine: Engine, home: Scope | None) -> None:
        super().__init__(plan.name, construct={})
        self.plan = plan
        self.homes: WeakKeyDictionary[Engine, Scope | None] = WeakKeyDictionary()
        self.is_initialized = False
        """Whether the static constructor was begun."""
        self.failure: ExceptionObject | None = None
        """The TypeInitializationException with which it ended."""
        self.define_in(engine, home)
        self.base_type: PSType = builtin("System.Object")
        self.compiled_base: PSType | None = None
        """The class of C# that it derives from, directly or not."""
        self.interface_types: tuple[PSType, ...] = ()
        self.field_types: dict[str, PSType | None] = {}
        self.values: dict[str, Any] = {}
        self.makers: list[ScriptOverload] = []
        self.attributes: tuple[Any, ...] = ()
        self.is_enumerable = False
        self._members = {}
        self._statics = {}

    # Runspaces

    def define_in(self, engine: Engine, home: Scope | None) -> None:
        """A runspace has defined the class, in a module or outside of modules."""
        self.homes.pop(engine, None)
        self.homes[engine] = home

    @property
    def engine(self) -> Engine:
        """The runspace that defined the class last."""
        return list(self.homes)[-1]

    def place_in(self, engine: Engine) -> Place:
        """Where the class is in a runspace."""
        return Place(engine, self.homes.get(engine), engine in self.homes)

    # The type among others

    @property
    def parent(self) -> PSType | None:
        """The base type."""
        return self.base_type

    def lineage(self) -> Iterator[PSType]:
        """This class and its bases, most derived first."""
        one: PSType = self
        while isinstance(one, ScriptClass):
            yield one
            one = one.base_type
        yield from one.lineage()

    def is_assignable_to(self, other: PSType) -> bool:
        """True for this class, its bases and their interfaces."""
        if other.name == "System.Object" or any(kind is other for kind in self.lineage()):
            return True
        if isinstance(other, ScriptClass):
            return False
        wanted = other.name.lower()
        if "`" in wanted and not other.arguments:  # what takes any type that the definition makes
            given = (one for kind in self.lineage() for one in kind.interfaces)
            if any(one.startswith(f"{wanted}[") for one in given):
                return True
        return any(wanted in kind.interfaces for kind in self.lineage()) or self.base_type.is_assignable_to(
            other
        )

    # Definition

    def define(self, frame: Frame) -> None:
        """Find the base types and make the members. Raises the errors of an impossible definition."""
        bases = [find(frame) for find in self.plan.bases]
        if bases and not bases[0].is_interface:
            self.base_type = bases.pop(0)
            self.base = self.base_type.name
        self.compiled_base = next((one for one in self.lineage() if hasattr(one, "family_member")), None)
        self.interface_types = tuple(bases)
        self.interfaces = tuple(one.name.lower() for one in bases)
        for plan in self.plan.properties:
            self._add_property(plan, frame)
        for method in self.plan.methods:
            self._add_method(method, frame)
        self._add_accessed()
        self.attributes = attribute_objects(self.plan.node.attributes, frame)
        named = (one for kind in self.lineage() for one in kind.interfaces)
        self.is_enumerable = any(one.startswith(_ENUMERABLE) for one in named)
        if "tostring" in self.own_members and self.own_method("ToString", 0) is not None:
            self.to_text = self._text

    def own_method(self, name: str, count: int) -> ScriptOverload | None:
        """What scripts have put for a method of System.Object with so many parameters, all of type object."""
        found = self.member(name)
        for one in found.overloads if isinstance(found, Method) else ():
            objects = all(kind.lower() in ("object", "system.object") for kind in one.types)
            if isinstance(one, ScriptOverload) and len(one.types) == count and objects:
                return one
        return None

    def parameters(self, _engine: Engine) -> Iterator[tuple[str, PSType, tuple[Any, ...]]]:
        """The properties with [Parameter]: what an object of the class brings as dynamic parameters."""
        for member in self.all_members().values():
            attributes = member.attributes if isinstance(member, ScriptProperty) else ()
            if any(type_of(one).name == _PARAMETER for one in attributes):
                kind = member.declared if isinstance(member, ScriptProperty) else None
                yield member.name, kind or builtin("System.Object"), attributes

    def public_constructors(self) -> list[Overload]:
        """The constructors for reflection; a class that declares none has one without parameters."""
        return list(self.makers) or [Overload("", self.make_instance, contextual=True)]

    def override(self, name: str, count: int) -> ScriptOverload | None:
        """What scripts have put for a method, with so many parameters, of a compiled base."""
        for kind in self.lineage():
            if not isinstance(kind, ScriptClass):
                break
            found = kind.own_members.get(name.lower())
            for one in found.overloads if isinstance(found, Method) else ():
                if isinstance(one, ScriptOverload) and len(one.types) == count:
                    return one
        return None

    def property_override(self, name: str) -> Property | None:
        """The same for a property."""
        for kind in self.lineage():
            if not isinstance(kind, ScriptClass):
                break
            found = kind.own_members.get(name.lower())
            if isinstance(found, Property):
                return found
        return None

    def _text(self, value: Any) -> str:
        from emulator.powershell.runtime.conversion import to_text
        from emulator.powershell.runtime.invoke import call_method

        return to_text(call_method(value, "ToString", [], value.made_in.engine))

    def _add_property(self, plan: PropertyPlan, frame: Frame) -> None:
        kind = plan.kind(frame) if plan.kind is not None else None
        key = plan.name.lower()
        validators = tuple(one for make in plan.validators if (one := make(frame)) is not None)
        member = ScriptProperty(self, plan, kind, validators)
        member.take_attributes(attribute_objects(plan.node.attributes, frame))
        (self._statics if plan.is_static else self._members)[key] = member  # type: ignore[index]
        if plan.is_static:
            self.values[key] = default_value(kind)
        else:
            self.field_types[key] = kind

    def _add_method(self, plan: MethodPlan, frame: Frame) -> None:
        overload = ScriptOverload(self, plan)
        overload.attributes = attribute_objects(plan.node.attributes, frame)
        if plan.is_constructor and not plan.is_static:
            self.makers.append(overload)
            return
        if plan.is_constructor:
            return
        table: dict[str, Member] = self._statics if plan.is_static else self._members  # type: ignore[assignment]
        method = table.get(plan.name.lower())
        if not isinstance(method, Method):
            method = table[plan.name.lower()] = Method(plan.name, plan.is_static)
            method.overloads.extend(self._inherited(plan))
        method.overloads[:] = [one for one in method.overloads if not _same_types(one, overload)]
        method.overloads.append(overload)

    def _add_accessed(self) -> None:
        """Properties of a base whose accessors the class overrides by methods (``get_Name``)."""
        for key, member in list(self.own_members.items()):
            if not key.startswith("get_") or key[4:] in self.own_members or not _takes(member, 0):
                continue
            base = self.base_type.member(key[4:])
            if isinstance(base, Property):
                self.own_members[key[4:]] = AccessedProperty(self, base.name, base.type_name, base)
            elif (asked := self._asked(key)) is not None:
                result = BUILTIN.get(asked.result)
                shown = "System.Object" if result is None else result.name
                self.own_members[key[4:]] = AccessedProperty(self, asked.name[4:], shown)

    def _asked(self, key: str) -> AbstractMethod | None:
        """The accessor by its lower-case name that a base of .NET leaves open."""
        names = (one.name.lower() for one in self.base_type.lineage())
        return next(
            (one for name in names for one in abstract_methods(name) if one.name.lower() == key), None
        )

    def _inherited(self, plan: MethodPlan) -> list[Overload]:
        found = (self.base_type.static_member if plan.is_static else self.base_type.member)(plan.name)
        return list(found.overloads) if isinstance(found, Method) else []

    def initialize(self, engine: Engine) -> None:
        """Before the first use of the class: give static properties their values, run the static constructor.

        Raises TypeInitializationException, at each use, when that failed.
        """
        if not self.homes:  # nobody that defined it is left
            self.define_in(engine, None)
        if not self.is_initialized:
            self.is_initialized = True
            try:
                self._initialize(engine)
            except PSError as problem:
                record = problem.record
                if record.invocation is None:
                    record.invocation = InvocationInfo(None, record.extent, "")
                cause = record.exception
                for one in cause.chain():
                    one.extra["errorrecord"] = record
                self.failure = ExceptionObject(
                    _INITIALIZATION_EXCEPTION,
                    f"The type initializer for '{self.name}' threw an exception.",
                    cause,
                )
        if self.failure is not None:
            raise error(
                self.failure.message,
                _INITIALIZATION_EXCEPTION,
                "OperationStopped",
                kind=_INITIALIZATION_EXCEPTION,
                inner=self.failure.inner,
            )

    def _initialize(self, engine: Engine) -> None:
        for plan in self.plan.properties:
            if plan.is_static and plan.value is not None:
                member = self.own_statics[plan.name.lower()]
                assert isinstance(member, ScriptProperty)  # noqa: S101 - made by _add_property
                self.values[plan.name.lower()] = member.first_value(
                    engine, self._evaluate(engine, plan, None)
                )
        for method in self.plan.methods:
            if method.is_constructor and method.is_static:
                ScriptOverload(self, method).run(engine, None, [])

    def _evaluate(self, engine: Engine, plan: PropertyPlan, this: Any) -> Any:
        assert plan.value is not None  # noqa: S101 - asked for properties with a value
        return plan.value(self.frame(engine, this))

    # Objects

    def make_instance(self, engine: Engine, arguments: list[Any]) -> Any:
        """``[class]::new(arguments)``."""
        return self._build(engine, arguments, self)

    def takes_dictionary(self, value: Any) -> bool:
        """True when a constructor takes just such a table, which then makes the object of a hash literal."""
        names = {one.name.lower() for one in type_of(value).lineage()} | {"hashtable", "idictionary"}
        names -= {"system.object"}
        return any(len(one.types) == 1 and one.types[0].lower() in names for one in self.makers)

    def _build(self, engine: Engine, arguments: list[Any], concrete: ScriptClass) -> Any:
        from emulator.powershell.runtime.invoke import choose

        self.initialize(engine)
        if not self.makers:
            if arguments:
                raise _no_constructor(self.name, len(arguments))
            this = self._build_base(engine, [], concrete)
            self._fill(engine, this)
            return this
        method = Method("new", True)
        method.overloads.extend(self.makers)
        overload, values = choose(method, arguments, engine, self.name)
        assert isinstance(overload, ScriptOverload)  # noqa: S101 - constructors are made here
        return overload.construct(engine, values, concrete)

    def _build_base(self, engine: Engine, arguments: list[Any], concrete: ScriptClass) -> Any:
        base = self.base_type
        if isinstance(base, ScriptClass):
            return base._build(engine, arguments, concrete)
        made_in = concrete.place_in(engine)
        if (base.definition or base.name) in _PLAIN_BASES:
            this: Any = ScriptObject(concrete, made_in)
        else:
            from emulator.powershell.runtime.invoke import construct

            this = derived_object(construct(base, arguments, engine, derived=True), concrete)
            this.made_in = made_in
        fields = fields_of(this)
        for kind in concrete.lineage():
            if isinstance(kind, ScriptClass):
                for key, declared in kind.field_types.items():
                    fields.setdefault(key, default_value(declared))
        return this

    def _fill(self, engine: Engine, this: Any) -> None:
        """Give the properties of this class their first values."""
        for plan in self.plan.properties:
            if not plan.is_static and plan.value is not None:
                member = self.own_members[plan.name.lower()]
                assert isinstance(member, ScriptProperty)  # noqa: S101 - made by _add_property
                value = member.first_value(engine, self._evaluate(engine, plan, this))
                fields_of(this)[plan.name.lower()] = value
            elif not plan.is_static and self.base_type.member(plan.name) is not None:
                # A property declared again hides that of the base with what it was given there.
                key = plan.name.lower()
                fields_of(this)[key] = default_value(self.field_types[key])

    # Code

    def frame(self, engine: Engine, this: Any) -> Frame:
        """Where code of the class runs that a runspace calls: of an object, or static."""
        from emulator.powershell.runtime.engine import Frame as FrameType

        if this is None:
            runs_in = engine if engine in self.homes else self.engine
            home = self.homes.get(runs_in)
        elif not this.made_in.is_bound:
            runs_in, home = engine, None
        else:
            runs_in = this.made_in.engine
            # Code of a base class has a module of its own.
            home = this.made_in.home if this.ps_type is self else self.homes.get(runs_in)
        scope = runs_in.frame.scope.called(home)
        if this is not None:
            scope.set("this", this)
        if self.plan.file is not None:
            scope.set("PSCommandPath", self.plan.file)
            scope.set("PSScriptRoot", self.plan.file.rpartition("\\")[0])
        return FrameType(engine, scope, engine.frame.streams, None, InvocationInfo(None, None, ""))


class ScriptProperty(Property):
    """A property that a class declares."""

    __slots__ = ("attributes", "declared", "extent", "owner", "transformers", "validators")

    def __init__(
        self, owner: ScriptClass, plan: PropertyPlan, kind: PSType | None, validators: tuple[Validator, ...]
    ) -> None:
        self.owner = owner
        self.declared = kind
        self.extent = plan.node.extent
        self.validators = validators
        self.attributes: tuple[Any, ...] = ()
        self.transformers: tuple[Transformer, ...] = ()
        key = plan.name.lower()
        read, write = (
            (self.read_static, self.write_static)
            if plan.is_static
            else (lambda _engine, value: fields_of(value).get(key), self.write)
        )
        super().__init__(
            plan.name,
            read,
            write,
            type_name=kind.name if kind is not None else "System.Object",
            contextual=True,
            hidden=plan.is_hidden,
        )

    def take_attributes(self, attributes: tuple[Any, ...]) -> None:
        """Keep the attributes as objects; those of scripts' own classes transform, the last one first, and
        check."""
        from emulator.powershell.runtime.custom_attributes import (
            own_attributes,
            transformers_of,
            validators_of,
        )

        self.attributes = attributes
        own = own_attributes(attributes)
        self.transformers = transformers_of(reversed(own))
        self.validators += validators_of(own)

    def write(self, engine: Engine | None, this: Any, new: Any) -> None:
        """Set the property of an object."""
        fields_of(this)[self.name.lower()] = self.fit(engine, new, is_converted=True)

    def read_static(self, engine: Engine | None) -> Any:
        """The value of the static property."""
        self.owner.initialize(engine or self.owner.engine)
        return self.owner.values[self.name.lower()]

    def write_static(self, engine: Engine | None, new: Any) -> None:
        """Set the static property."""
        self.owner.initialize(engine or self.owner.engine)
        new = transformed(self, new, engine)
        self.owner.values[self.name.lower()] = self.fit(engine, new, is_converted=True)

    def first_value(self, engine: Engine, value: Any) -> Any:
        """What the class gives the property at first; the error of a conversion is that of the expression."""
        value = transformed(self, value, engine)
        if self.declared is not None and value is not None:
            from emulator.powershell.runtime.conversion import convert
            from emulator.powershell.runtime.errors import cast_error

            try:
                value = convert(value, self.declared, engine)
            except ConversionError as problem:
                failed = cast_error(problem)
                failed.record.extent = self.extent
                raise failed from None
        return self.fit(engine, value, is_converted=True)

    def fit(self, engine: Engine | None, new: Any, *, is_converted: bool = False) -> Any:
        """The value as the property takes it; once it was converted, null is what NullString gives."""
        from emulator.powershell.runtime.conversion import convert

        text = None
        if self.declared is not None and not (is_converted and new is None):
            try:
                new = convert(new, self.declared, engine)
            except ConversionError as problem:
                text = problem.message
        for check in self.validators:
            if text is None:
                text = check(engine or self.owner.engine, new)
        if text is not None:
            raise error(
                f'Exception setting "{self.name}": "{text}"',
                "ExceptionWhenSetting",
                kind=_SET_EXCEPTION,
                inner=ExceptionObject(
                    "System.Management.Automation.ValidationMetadataException"
                    if self.validators
                    else "System.Management.Automation.PSInvalidCastException",
                    text,
                ),
            )
        return new


def _takes(member: Member | None, count: int) -> bool:
    """Whether it is a method with so many parameters, and a script's."""
    overloads = member.overloads if isinstance(member, Method) else ()
    return any(isinstance(one, ScriptOverload) and len(one.types) == count for one in overloads)


class AccessedProperty(Property):
    """A property of a base that a class overrides by its accessors, methods named get_ and set_. ``base`` is
    what it was there, None for an abstract one."""

    __slots__ = ("_has_own_setter", "base", "owner")

    def __init__(self, owner: ScriptClass, name: str, type_name: str, base: Property | None = None) -> None:
        self.owner = owner
        self.base = base
        self._has_own_setter = _takes(owner.own_members.get(f"set_{name.lower()}"), 1)
        inherits = base is not None and base.setter is not None
        has_setter = inherits or self._has_own_setter
        write = self.write if has_setter else None
        super().__init__(name, self.read, write, type_name=type_name, contextual=True)

    def read(self, engine: Engine, this: Any) -> Any:
        """What get_ gives."""
        return self._accessor(this, "get", 0).run(engine, this, [])

    def write(self, engine: Engine, this: Any, new: Any) -> None:
        """Hand it to set_, or to the base."""
        if self._has_own_setter:
            self._accessor(this, "set", 1).run(engine, this, [new])
        elif self.base is not None and self.base.setter is not None:
            setter = self.base.setter
            (setter(engine, this, new) if self.base.contextual else setter(this, new))

    def _accessor(self, this: Any, kind: str, count: int) -> ScriptOverload:
        concrete = type_of(this)
        found = concrete.override(f"{kind}_{self.name}", count) if isinstance(concrete, ScriptClass) else None
        assert found is not None  # noqa: S101 - the property was made for it
        return found


class ScriptOverload(Overload):
    """A method, or a constructor, of a class."""

    __slots__ = ("attributes", "owner", "plan")

    def __init__(self, owner: ScriptClass, plan: MethodPlan) -> None:
        self.owner = owner
        self.plan = plan
        self.attributes: tuple[Any, ...] = ()
        self.types = plan.parameter_types
        self.names = plan.parameter_names
        self.variadic = False
        self.contextual = True
        self.function = self._static if plan.is_static else self.run_on

    @property
    def returned(self) -> str:
        """The type that it gives, as the class names it; ``void`` for none."""
        return self.plan.return_name

    @property
    def hidden(self) -> bool:
        """Whether Get-Member shows the method only when forced to."""
        return self.plan.is_hidden

    def _static(self, engine: Engine, *values: Any) -> Any:
        self.owner.initialize(engine)
        return self.run(engine, None, list(values))

    def run_on(self, engine: Engine, this: Any, *values: Any) -> Any:
        """Run on an object."""
        return self.run(engine, this, list(values))

    def run(self, engine: Engine, this: Any, values: list[Any]) -> Any:
        """Run the body; the value of ``return``, converted to the declared type."""
        frame = self._frame(engine, this, values)
        return self._converted(engine, self._run_body(engine, frame))

    def construct(self, engine: Engine, values: list[Any], concrete: ScriptClass) -> Any:
        """Make an object: base constructor, first values of properties, body."""
        frame = self._frame(engine, None, values)
        arguments = self._in_frame(engine, frame, lambda: [one(frame) for one in self.plan.base_arguments])
        this = self.owner._build_base(engine, arguments, concrete)
        frame.scope.set("this", this)
        self.owner._fill(engine, this)
        self._run_body(engine, frame)
        return this

    def _frame(self, engine: Engine, this: Any, values: list[Any]) -> Frame:
        frame = self.owner.frame(engine, this)
        kinds = self.plan.parameter_kinds
        for name, value, find in zip(self.names, values, kinds, strict=True):
            variable = frame.scope.set(name, value)
            if find is not None:
                variable.kind = Constraint(find(frame))
        return frame

    def _run_body(self, engine: Engine, frame: Frame) -> Any:
        def body() -> Any:
            try:
                self.plan.body(frame, discard)
            except MethodReturn as signal:
                return signal.value
            except ReturnSignal:
                pass
            return None

        return self._in_frame(engine, frame, body)

    def _in_frame(self, engine: Engine, frame: Frame, work: Any) -> Any:
        outer, catching = engine.frame, engine.catching
        engine.enter()
        engine.frame = frame
        engine.catching = 1
        try:
            return work()
        except RecursionError:
            raise engine.depth_error() from None
        finally:
            engine.frame, engine.catching = outer, catching
            engine.depth -= 1

    def _converted(self, engine: Engine, value: Any) -> Any:
        find = self.plan.return_kind
        if find is None:
            return None
        from emulator.powershell.runtime.conversion import convert
        from emulator.powershell.runtime.errors import cast_error

        kind = find(engine.frame)
        if kind.name == "System.Void":
            return None
        try:
            return convert(value, kind, engine)
        except ConversionError as problem:
            if value is None and kind.is_value_type:
                return default_value(kind)
            raise cast_error(problem) from None


def _same_types(one: Overload, other: Overload) -> bool:
    return tuple(map(str.lower, one.types)) == tuple(map(str.lower, other.types))


def _no_constructor(name: str, count: int) -> PSError:
    return error(
        f'Cannot find an overload for "{name}" and the argument count: "{count}".',
        "MethodCountCouldNotFindBest",
        kind=METHOD_EXCEPTION,
    )


def default_value(kind: PSType | None) -> Any:
    """What a property holds before anything is assigned: 0 of a value type, else $null."""
    from emulator.powershell.dotnet.enums import EnumType
    from emulator.powershell.runtime.conversion import convert
    from emulator.powershell.runtime.invoke import construct

    if kind is None or kind.name == "System.String":
        return None
    if isinstance(kind, EnumType):
        return kind.value(0)
    if not kind.is_value_type or kind.definition == "System.Nullable`1":
        return None
    try:
        return convert(None, kind)
    except (ConversionError, PSError):
        pass
    try:
        return construct(kind, [], None)
    except (ConversionError, PSError):
        return None
