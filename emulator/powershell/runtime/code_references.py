"""Static methods by which members of objects are worked out (PSCodeProperty, PSCodeMethod).

A reference is a MethodInfo of a class of C# or of a script, or a type and the name of a method. What is asked
of it is .NET's: public and static, with a PSObject as the first parameter.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emulator.powershell.dotnet.psobject import CodeMethod, CodeProperty, PSObject
from emulator.powershell.dotnet.types import Method, PSType
from emulator.powershell.runtime.errors import PSError, error
from emulator.powershell.runtime.invoke import find_type, run_method
from emulator.powershell.runtime.member_definitions import overloads

if TYPE_CHECKING:
    from emulator.powershell.runtime.engine import Engine

_A = "System.Management.Automation."
GETTER_FORMAT = (
    "The getter method should be public, not void, static, and have one parameter of the type PSObject."
)
SETTER_FORMAT = (
    "The setter method should be public, void, static, and have two parameters. The first parameter should "
    "be of the type PSObject. A second parameter is required if a getter method is also available, and "
    "should have the same type as the return type for the getter method."
)
METHOD_FORMAT = (
    "Cannot create a code method because of the method format. The method should be public, static, and have "
    "one parameter of type PSObject."
)
NEITHER = "CodeProperty should use a getter or setter method."


class CodeReference:
    """One static method with one signature. ``info`` is its MethodInfo."""

    __slots__ = ("engine", "info", "kinds", "method", "result")

    def __init__(self, engine: Engine, info: Any) -> None:
        found: Method = info.member
        self.engine = engine
        self.info = info
        self.method = found
        overload = found.overloads[0]
        self.kinds = [find_type(one, engine) for one in overload.types]
        declared = getattr(overload, "returned", "object")
        self.result = find_type("System.Void" if declared == "void" else declared, engine)

    def __str__(self) -> str:
        return self.method.name

    @property
    def definition(self) -> str:
        """The signature as OverloadDefinitions shows it."""
        return overloads(self.method)

    def call_method(self, this: Any, arguments: list[Any]) -> Any:
        """Call it for an object."""
        target = this if isinstance(this, PSObject) else PSObject(this)
        return run_method(self.method, None, [target, *arguments], self.engine, static=True)

    @property
    def takes_object(self) -> bool:
        """Whether it can be the method of a member."""
        return self.method.static and bool(self.kinds) and _is(self.kinds[0], f"{_A}PSObject")

    @property
    def is_getter(self) -> bool:
        """Whether it can read a property."""
        return self.takes_object and len(self.kinds) == 1 and not _is(self.result, "System.Void")

    def is_setter_for(self, getter: CodeReference | None) -> bool:
        """Whether it can write the property that the getter, if any, reads."""
        if not self.takes_object or len(self.kinds) != 2 or not _is(self.result, "System.Void"):
            return False
        return getter is None or self.kinds[1] is getter.result


class PropertyReference:
    """A code reference behind a property: what it throws is the property's own error."""

    __slots__ = ("name", "reference", "setting")

    def __init__(self, name: str, reference: CodeReference, *, setting: bool) -> None:
        self.name = name
        self.reference = reference
        self.setting = setting

    def __str__(self) -> str:
        return str(self.reference)

    def call_method(self, this: Any, arguments: list[Any]) -> Any:
        """Read or write the property of an object. Raises Get- and SetValueInvocationException."""
        try:
            return self.reference.call_method(this, arguments)
        except PSError as problem:
            inner = problem.record.exception.inner or problem.record.exception
            verb, word = ("setting", "Set") if self.setting else ("getting", "Get")
            raise error(
                f'Exception {verb} "{self.name}": "{inner.message}"',
                f"CatchFromCodeProperty{word}TI",
                kind=f"{_A}{word}ValueInvocationException",
                inner=inner,
            ) from None


def _is(kind: PSType | None, name: str) -> bool:
    return kind is not None and kind.name == name


def value_type(member: CodeProperty) -> str:
    """The full name of the type of a property (TypeNameOfValue)."""
    if isinstance(member.getter, PropertyReference) and member.getter.reference.result is not None:
        return member.getter.reference.result.name
    if isinstance(member.setter, PropertyReference) and member.setter.reference.kinds[1] is not None:
        return member.setter.reference.kinds[1].name
    return "System.Object"


class FormatError(Exception):
    """A method that cannot be what it should: the error id and the text of 5.1."""

    def __init__(self, error_id: str, text: str) -> None:
        super().__init__(text)
        self.error_id = error_id
        self.text = text


def code_property(name: str, getter: CodeReference | None, setter: CodeReference | None) -> CodeProperty:
    """A property that static methods read and write. Raises FormatError."""
    if getter is None and setter is None:
        raise FormatError("SetterAndGetterNullFormat", NEITHER)
    if getter is not None and not getter.is_getter:
        raise FormatError("GetterFormat", GETTER_FORMAT)
    if setter is not None and not setter.is_setter_for(getter):
        raise FormatError("SetterFormat", SETTER_FORMAT)
    return CodeProperty(
        name,
        None if getter is None else PropertyReference(name, getter, setting=False),
        None if setter is None else PropertyReference(name, setter, setting=True),
    )


def code_method(name: str, reference: CodeReference | None) -> CodeMethod:
    """A method that is a static one. Raises FormatError."""
    if reference is None or not reference.takes_object:
        raise FormatError("WrongMethodFormat", METHOD_FORMAT)
    return CodeMethod(name, reference)


def reference_of(engine: Engine, info: Any) -> CodeReference | None:
    """The reference that a MethodInfo is; None for any other value."""
    member = getattr(info, "member", None)
    return CodeReference(engine, info) if isinstance(member, Method) else None


def reference_named(engine: Engine, type_name: str, method_name: str) -> CodeReference | None:
    """The one public static method of a type by its name without regard to case; None when there is none.

    Raises FormatError for a type that is not known, with the text of the types file.
    """
    from emulator.powershell.dotnet.library.method_reflection import MethodInfo, alone, signatures

    kind = engine.types.find(type_name)
    if kind is None:
        raise FormatError(
            "TypeNotFound",
            f'The type "{type_name}" was not found. The type name value must be the full name of the type. '
            "Verify the type name and run the command again.",
        )
    member = kind.static_member(method_name)
    found = signatures(member) if isinstance(member, Method) else []
    if not isinstance(member, Method) or len(found) != 1:
        return None
    return CodeReference(engine, MethodInfo(kind, alone(member, found[0]), True))
