"""CodeProperty and CodeMethod: members that static methods of a class work out (ExtendedTypeSystem)."""

from __future__ import annotations

from typing import Any

from emulator.powershell.dotnet.library.language_types import MemberInfo
from emulator.powershell.dotnet.psobject import CodeMethod, CodeProperty, PSObject, unwrap
from emulator.powershell.dotnet.types import Method, Overload, type_of
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.conversion import to_text
from emulator.powershell.runtime.engine import Engine
from emulator.powershell.runtime.errors import PSError
from emulator.powershell.runtime.invoke import run_method

_OBJECT = "System.Management.Automation.PSObject"
_PROBLEM = "System.Management.Automation.ExtendedTypeSystemException"
_FORMS = {
    "get": (
        "CodePropertyGetterFormat",
        "The Get method should be public, non void, static, and have one parameter of type PSObject.",
    ),
    "set": (
        "CodePropertySetterFormat",
        "The Set method should be public, void, static, and have two parameters. The first should be "
        "PSObject type.",
    ),
    "call": (
        "CodeMethodMethodFormat",
        "The method should be public, static, and have its first parameter as a PSObject.",
    ),
}


class CodeReference:
    """A static method as the script of a member: the object is its first argument."""

    __slots__ = ("_engine", "_info")

    def __init__(self, info: MemberInfo, engine: Engine) -> None:
        self._info = info
        self._engine = engine

    def call_method(self, this: Any, arguments: list[Any]) -> Any:
        """What the method gives for an object."""
        given = this if isinstance(this, PSObject) else PSObject(this)
        return run_method(self._info.member, self._info.owner, [given, *arguments], self._engine, static=True)

    def __str__(self) -> str:
        return str(self._info.member.name)


def code_property(call: CmdletCall, name: str, getter: Any, setter: Any) -> CodeProperty:
    """A property of one or two methods. Raises PSError for what is no method, or one of another shape."""
    return CodeProperty(
        name,
        None if getter is None else _reference(call, getter, "get"),
        None if setter is None else _reference(call, setter, "set"),
    )


def code_method(call: CmdletCall, name: str, method: Any) -> CodeMethod:
    """A method. Raises as `code_property`."""
    return CodeMethod(name, _reference(call, method, "call"))


def _reference(call: CmdletCall, given: Any, form: str) -> CodeReference:
    held = unwrap(given)
    if not isinstance(held, MemberInfo) or not isinstance(held.member, Method):
        raise no_conversion(call, given, "System.Reflection.MethodInfo")
    if not held.static or not any(_fits(one, form) for one in held.member.overloads):
        error_id, text = _FORMS[form]
        raise _wrong(call, error_id, text)
    return CodeReference(held, call.engine)


def _fits(overload: Overload, form: str) -> bool:
    if not overload.types or overload.types[0].lower() not in (_OBJECT.lower(), "psobject"):
        return False
    is_void = getattr(overload, "returned", "") in ("System.Void", "void")
    if form == "get":
        return len(overload.types) == 1 and not is_void
    return form == "call" or (len(overload.types) == 2 and is_void)


def _wrong(call: CmdletCall, error_id: str, text: str) -> PSError:
    return call.failure(_PROBLEM, text, error_id, "InvalidOperation")


def no_conversion(call: CmdletCall, value: Any, wanted: str) -> PSError:
    """The error of a value that a member cannot hold."""
    name = type_of(unwrap(value)).name
    return call.failure(
        "System.Management.Automation.PSInvalidCastException",
        f'Cannot convert the "{to_text(value)}" value of type "{name}" to type "{wanted}".',
        "ConvertToFinalInvalidCastException",
        "InvalidArgument",
    )
