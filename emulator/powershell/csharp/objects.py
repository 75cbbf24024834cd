"""Objects of C# types, anonymous objects, sequences and references."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from emulator.powershell.dotnet.exceptions import ExceptionObject, NetError
from emulator.powershell.dotnet.types import PSType, builtin

if TYPE_CHECKING:
    from emulator.powershell.csharp.types import CSharpType


class CSharpObject:
    """An object, or a value of a struct. ``fields`` are by ``Type::name``, so that hidden ones stay apart."""

    __slots__ = ("fields", "ps_type")

    def __init__(self, ps_type: CSharpType) -> None:
        self.ps_type = ps_type
        self.fields: dict[str, Any] = {}

    def copy(self) -> CSharpObject:
        """A value of its own with the same fields; values of structs inside are copied too."""
        made = CSharpObject(self.ps_type)
        made.fields = {key: stored(value) for key, value in self.fields.items()}
        return made


def stored(value: Any) -> Any:
    """A value as a variable keeps it: values of structs are copied."""
    if type(value) is CSharpObject and value.ps_type.is_value_type:
        return value.copy()
    return value


def fields_of(value: Any) -> dict[str, Any]:
    """Where an object of a C# type keeps its fields."""
    if type(value) is CSharpObject:
        return value.fields
    if isinstance(value, ExceptionObject):
        return value.extra
    return value.fields  # type: ignore[no-any-return]


class AnonymousObject:
    """An object of an anonymous type."""

    __slots__ = ("ps_type", "values")

    def __init__(self, values: dict[str, Any]) -> None:
        self.values = values
        self.ps_type = builtin("System.Object")

    def dynamic_property(self, name: str, missing: Any = None) -> Any:
        """A property by name without regard to case, as PowerShell asks."""
        lowered = name.lower()
        return next((value for key, value in self.values.items() if key.lower() == lowered), missing)

    def dynamic_properties(self) -> list[str]:
        """The names."""
        return list(self.values)


class Sequence:
    """What an iterator or a query gives: made anew each time somebody goes through it."""

    __slots__ = ("make", "ps_type")

    def __init__(self, make: Callable[[], Iterator[Any]], ps_type: PSType | None = None) -> None:
        self.make = make
        self.ps_type = ps_type or builtin("System.Collections.IEnumerable")


class ByReference:
    """A ``ref`` or ``out`` argument: where the callee reads and writes."""

    __slots__ = ("kind", "read", "write")

    def __init__(self, read: Callable[[], Any], write: Callable[[Any], None], kind: PSType | None) -> None:
        self.read = read
        self.write = write
        self.kind = kind


class ThrownError(NetError):
    """An exception that C# code threw."""

    def __init__(self, exception: ExceptionObject) -> None:
        self.exception = exception
        Exception.__init__(self, exception.message)


def thrown(kind: str, text: str, **extra: Any) -> ThrownError:
    """An exception of .NET."""
    return ThrownError(ExceptionObject(kind, text, **extra))


def out_of_memory() -> ThrownError:
    """OutOfMemoryException."""
    text = "Insufficient memory to continue the execution of the program."
    return thrown("System.OutOfMemoryException", text)


def null_reference() -> ThrownError:
    """NullReferenceException."""
    return thrown("System.NullReferenceException", "Object reference not set to an instance of an object.")
