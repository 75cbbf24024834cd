"""Variables and scopes (about_Scopes)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from emulator.powershell.dotnet.numbers import whole_number
from emulator.powershell.dotnet.types import PSType
from emulator.powershell.runtime.errors import error
from emulator.record import Record

if TYPE_CHECKING:
    from emulator.powershell.runtime.commands import AliasInfo, FunctionInfo
    from emulator.powershell.runtime.engine import Engine
    from emulator.powershell.runtime.metadata import Transformer, Validator


class _Nothing:
    """AutomationNull: what a pipeline without output gives. It becomes $null as soon as a value is needed."""

    def __repr__(self) -> str:
        return "<nothing>"

    def __bool__(self) -> bool:
        return False


NOTHING = _Nothing()


class Variable:
    """A variable: its value, its options and, when it was given a type, the type."""

    __slots__ = ("description", "kind", "name", "options", "value")

    def __init__(self, name: str, value: Any = None, options: str = "None", description: str = "") -> None:
        self.name = name
        self.value = value
        self.options = options
        self.description = description
        self.kind: Constraint | None = None

    @property
    def current(self) -> Any:
        """The value; nothing reads as $null."""
        value = self.value
        return None if value is NOTHING else value

    def assign(self, value: Any, engine: Engine) -> None:
        """Set the value: converted to the variable's type; read-only and constant variables refuse."""
        if self.options != "None" and ("ReadOnly" in self.options or "Constant" in self.options):
            raise error(
                f"Cannot overwrite variable {self.name} because it is read-only or constant.",
                "VariableNotWritable",
                "WriteError",
                self.name,
                kind="System.Management.Automation.SessionStateUnauthorizedAccessException",
            )
        self.value = (
            value
            if self.kind is None
            else self.kind.apply(None if value is NOTHING else value, engine, self.name)
        )


class LazyVariable(Variable):
    """A variable whose value is made when it is first read."""

    __slots__ = ("_held", "_make")

    def __init__(self, name: str, make: Callable[[], Any]) -> None:
        self._make: Callable[[], Any] | None = make
        super().__init__(name)
        self._make = make

    @property
    def value(self) -> Any:
        """The value."""
        if self._make is not None:
            self._held, self._make = self._make(), None
        return self._held

    @value.setter
    def value(self, new: Any) -> None:
        self._held, self._make = new, None


class ComputedVariable(Variable):
    """A variable of the engine whose value is asked for each time it is read. Nobody can assign to it."""

    __slots__ = ("_read",)

    def __init__(self, name: str, read: Callable[[], Any]) -> None:
        self._read = read
        super().__init__(name, None, "Constant, AllScope")

    @property
    def value(self) -> Any:
        """The value."""
        return self._read()

    @value.setter
    def value(self, new: Any) -> None:
        """Set by the base class only."""


class HiddenVariable(Variable):
    """A variable of private visibility: code of functions and scripts uses it, what the session itself was
    given does not (New-Variable -Visibility Private)."""

    __slots__ = ("_engine", "_held")

    def __init__(self, shown: Variable, engine: Engine) -> None:
        self._engine = engine
        self._held = shown.value
        self.name = shown.name
        self.options = shown.options
        self.description = shown.description
        self.kind = shown.kind

    @property
    def is_visible(self) -> bool:
        """Whether the code that runs now may use it."""
        return self._engine.frame.scope is not self._engine.global_scope

    def require_visible(self) -> None:
        """Refuse the variable to the session's own code."""
        if not self.is_visible:
            raise error(
                f"Cannot access the variable '${self.name}' because it is a private variable.",
                "VariableIsPrivate",
                "PermissionDenied",
                self.name,
                kind="System.Management.Automation.SessionStateException",
            )

    @property
    def value(self) -> Any:
        """The value."""
        self.require_visible()
        return self._held

    @value.setter
    def value(self, new: Any) -> None:
        self.require_visible()
        self._held = new

    def shown(self) -> Variable:
        """The same variable for everybody."""
        made = Variable(self.name, self._held, self.options, self.description)
        made.kind = self.kind
        return made


class Constraint:
    """The type and validation attributes of a variable (``[int]$x``)."""

    __slots__ = ("kind", "transformers", "validators")

    def __init__(
        self,
        kind: PSType | None,
        validators: tuple[Validator, ...] = (),
        transformers: tuple[Transformer, ...] = (),
    ) -> None:
        self.kind = kind
        self.validators = validators
        self.transformers = transformers

    def apply(self, value: Any, engine: Engine, name: str) -> Any:
        """The value converted and checked, for a variable of a name."""
        from emulator.powershell.runtime.conversion import convert, to_text
        from emulator.powershell.runtime.errors import ConversionError

        for transform in self.transformers:
            value = transform(engine, value)
        if self.kind is not None:
            try:
                value = convert(value, self.kind, engine)
            except ConversionError as problem:
                raise error(
                    problem.message,
                    "RuntimeException",
                    "MetadataError",
                    kind="System.Management.Automation.ArgumentTransformationMetadataException",
                ) from None
        for check in self.validators:
            if check(engine, value) is not None:
                shown = "$null" if value is None else to_text(value)
                raise error(
                    f"The variable cannot be validated because the value {shown} is not a valid value for "
                    f"the {name} variable.",
                    "ValidateSetFailure",
                    "MetadataError",
                    kind="System.Management.Automation.ValidationMetadataException",
                )
        return value


class AmbiguousName(Record):
    """The name of types of two modules that a script uses: it is refused until it is defined anew."""

    first: str
    second: str


class Scope:
    """One scope. ``parent`` is where names are looked up next, ``script`` the scope that ``$script:`` means,
    ``strict`` the strict mode that was set in it (0 for off).

    ``home`` is the top scope of the module (or closure) that it belongs to, None outside of modules.
    ``outer`` is the scope of the caller where code of one of them called code of another.
    """

    __slots__ = ("aliases", "functions", "home", "outer", "parent", "script", "strict", "types", "variables")

    def __init__(self, parent: Scope | None = None, script: Scope | None = None) -> None:
        self.parent = parent
        self.variables: dict[str, Variable] = {}
        self.functions: dict[str, FunctionInfo] | None = None
        self.aliases: dict[str, AliasInfo] | None = None
        self.types: dict[str, PSType | AmbiguousName] | None = None
        """The classes and enums that were defined here, by lower-case name."""
        self.strict: int | None = None
        self.home: Scope | None = parent.home if parent is not None else None
        self.outer: Scope | None = parent.outer if parent is not None else None
        self.script: Scope = script if script is not None else (parent.script if parent is not None else self)

    @classmethod
    def of_module(cls, top: Scope) -> Scope:
        """The top scope of a module (or closure), below the global one."""
        made = cls(top)
        made.home = made.script = made
        made.outer = None
        return made

    def within(self, home: Scope | None) -> Scope:
        """The innermost scope of a module among this one and its callers: where code of it goes on."""
        scope: Scope | None = self
        while scope is not None:
            if scope.home is home:
                return scope
            scope = scope.outer
        return home if home is not None else self.global_scope()

    def called(self, home: Scope | None) -> Scope:
        """A new scope for code of a module that is called from this one."""
        if self.home is home:
            return Scope(self)
        made = Scope(self.within(home))
        made.outer = self
        return made

    def find(self, name: str) -> Variable | None:
        """The variable of a lower-case name in this scope or an outer one."""
        scope: Scope | None = self
        while scope is not None:
            found = scope.variables.get(name)
            if found is not None and (scope is self or found.options != "Private"):
                return found
            scope = scope.parent
        return None

    def value(self, name: str, default: Any = None) -> Any:
        """The value of a variable by lower-case name."""
        found = self.find(name)
        return default if found is None else found.current

    def set(self, name: str, value: Any) -> Variable:
        """Give a variable of this scope a value, without regard to its options."""
        key = name.lower()
        found = self.variables.get(key)
        if found is None:
            found = self.variables[key] = Variable(name, value)
        else:
            found.value = value
        return found

    def assign(self, name: str, value: Any, engine: Engine) -> Variable:
        """Assign as a script does: options and types count."""
        key = name.lower()
        found = self.variables.get(key)
        if found is None:
            outer = self.find(key) if self.parent is not None else None
            if outer is not None and "AllScope" in outer.options:
                outer.assign(value, engine)
                return outer
            if outer is not None and "Constant" in outer.options:
                outer.assign(value, engine)
            found = self.variables[key] = Variable(name, value)
        else:
            found.assign(value, engine)
        return found

    def global_scope(self) -> Scope:
        """The outermost scope."""
        scope = self
        while scope.parent is not None:
            scope = scope.parent
        return scope

    def numbered(self, which: str) -> Scope | None:
        """The scope of a -Scope argument: Global, Local, Script, Private or a number of steps outward."""
        word = which.lower()
        if word == "global":
            return self.global_scope()
        if word in ("local", "private"):
            return self
        if word == "script":
            return self.script
        steps = whole_number(word)
        if steps is None:
            return None
        scope: Scope | None = self
        while scope is not None and steps:
            scope = scope.parent
            steps -= 1
        return scope

    def find_type(self, name: str) -> PSType | AmbiguousName | None:
        """The class or enum of a lower-case name that is defined in this scope or an outer one."""
        scope: Scope | None = self
        while scope is not None:
            if scope.types is not None:
                found = scope.types.get(name)
                if found is not None:
                    return found
            scope = scope.parent
        return None

    def find_function(self, name: str) -> FunctionInfo | None:
        """The function of a lower-case name."""
        scope: Scope | None = self
        while scope is not None:
            if scope.functions is not None:
                found = scope.functions.get(name)
                if found is not None:
                    return found
            scope = scope.parent
        return None

    def find_alias(self, name: str) -> AliasInfo | None:
        """The alias of a lower-case name."""
        scope: Scope | None = self
        while scope is not None:
            if scope.aliases is not None:
                found = scope.aliases.get(name)
                if found is not None:
                    return found
            scope = scope.parent
        return None
