"""The abstract methods of interfaces and classes of .NET: what a class that derives from one has to bring.

Each row has the name of a type and, behind it, its methods in the order of their declaration as
``result name(parameters)``; ``!0`` and ``!1`` are its type arguments. Accessors of properties and events are
methods (``get_Current``). ``bases`` has the interfaces that an interface asks for besides.

Source: Microsoft, .NET Framework 4.8 API reference.
"""

from __future__ import annotations

from functools import cache
from typing import Final

from emulator.record import Record


class AbstractMethod(Record):
    """A method by the lower-case full names of its types; ``!0`` stands for a type argument."""

    result: str
    name: str
    parameters: tuple[str, ...]

    def bound(self, arguments: tuple[str, ...]) -> AbstractMethod:
        """The same with the type arguments put in."""

        def put(name: str) -> str:
            for place, argument in enumerate(arguments):
                name = name.replace(f"!{place}", argument)
            return name

        return AbstractMethod(put(self.result), self.name, tuple(map(put, self.parameters)))


_SHORT: Final = {
    "bool": "System.Boolean",
    "byte": "System.Byte",
    "int": "System.Int32",
    "long": "System.Int64",
    "object": "System.Object",
    "string": "System.String",
    "void": "System.Void",
    "IEnumerator": "System.Collections.IEnumerator",
    "IFormatProvider": "System.IFormatProvider",
    "Array": "System.Array",
    "Type": "System.Type",
}
_ROWS: Final = """
System.IDisposable: void Dispose()
System.ICloneable: object Clone()
System.IComparable: int CompareTo(object)
System.IComparable`1: int CompareTo(!0)
System.IEquatable`1: bool Equals(!0)
System.IFormattable: string ToString(string, IFormatProvider)
System.IFormatProvider: object GetFormat(Type)
System.ICustomFormatter: string Format(string, object, IFormatProvider)
System.IServiceProvider: object GetService(Type)
System.IProgress`1: void Report(!0)
System.IObservable`1: System.IDisposable Subscribe(System.IObserver`1[!0])
System.IObserver`1: void OnNext(!0); void OnError(System.Exception); void OnCompleted()
System.Collections.IEnumerable: IEnumerator GetEnumerator()
System.Collections.IEnumerator: bool MoveNext(); object get_Current(); void Reset()
System.Collections.IComparer: int Compare(object, object)
System.Collections.IEqualityComparer: bool Equals(object, object); int GetHashCode(object)
System.Collections.Generic.IEnumerable`1: System.Collections.Generic.IEnumerator`1[!0] GetEnumerator()
System.Collections.Generic.IEnumerator`1: !0 get_Current()
System.Collections.Generic.IComparer`1: int Compare(!0, !0)
System.Collections.Generic.IEqualityComparer`1: bool Equals(!0, !0); int GetHashCode(!0)
System.Management.Automation.IDynamicParameters: object GetDynamicParameters()
System.Management.Automation.ArgumentTransformationAttribute: object Transform(System.Management.Automation.EngineIntrinsics, object)
System.Management.Automation.ValidateArgumentsAttribute: void Validate(object, System.Management.Automation.EngineIntrinsics)
System.Management.Automation.ValidateEnumeratedArgumentsAttribute: void ValidateElement(object)
System.Collections.Generic.Comparer`1: int Compare(!0, !0)
System.Collections.Generic.EqualityComparer`1: bool Equals(!0, !0); int GetHashCode(!0)
System.IO.FileSystemInfo: string get_Name(); bool get_Exists(); void Delete()
System.Management.Automation.Host.PSHost: string get_Name(); System.Version get_Version(); System.Guid get_InstanceId(); System.Management.Automation.Host.PSHostUserInterface get_UI(); System.Globalization.CultureInfo get_CurrentCulture(); System.Globalization.CultureInfo get_CurrentUICulture(); void SetShouldExit(int); void EnterNestedPrompt(); void ExitNestedPrompt(); void NotifyBeginApplication(); void NotifyEndApplication()
System.Type: System.Guid get_GUID()
"""  # noqa: E501 - rows
_BASES: Final = {
    "system.collections.generic.ienumerable`1": ("system.collections.ienumerable",),
    "system.collections.generic.ienumerator`1": ("system.idisposable", "system.collections.ienumerator"),
}


@cache
def _table() -> dict[str, tuple[AbstractMethod, ...]]:
    found = {}
    for row in _ROWS.strip().split("\n"):
        name, _, methods = row.partition(": ")
        found[name.lower()] = tuple(map(_method, methods.split("; ")))
    return found


def _method(text: str) -> AbstractMethod:
    head, _, parameters = text.rstrip(")").partition("(")
    result, _, name = head.partition(" ")
    named = [one.strip() for one in parameters.split(",") if one.strip()]
    return AbstractMethod(_full(result), name, tuple(map(_full, named)))


def _full(name: str) -> str:
    return _SHORT.get(name, name).lower()


def abstract_methods(name: str, arguments: tuple[str, ...] = ()) -> list[AbstractMethod]:
    """Those of a type by its lower-case full name without type arguments, and of the interfaces that it asks
    for; none for a type that is not known here."""
    found = [one.bound(arguments) for one in _table().get(name, ())]
    for base in _BASES.get(name, ()):
        found += abstract_methods(base)
    return found
