"""What a property has whose value is not modelled: the default of its .NET type."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from emulator.powershell.dotnet.collections import GenericList
from emulator.powershell.dotnet.enums import EnumType
from emulator.powershell.dotnet.numbers import Byte, Int64, UInt16, UInt32, UInt64
from emulator.powershell.dotnet.simple import Guid
from emulator.powershell.dotnet.time_values import DateTime, TimeSpan
from emulator.powershell.dotnet.types import PSType, builtin
from emulator.powershell.runtime.type_finder import construct_generic

NAMES = {
    "bool": "System.Boolean",
    "byte": "System.Byte",
    "datetime": "System.DateTime",
    "guid": "System.Guid",
    "hashtable": "System.Collections.Hashtable",
    "int": "System.Int32",
    "long": "System.Int64",
    "psobject": "System.Management.Automation.PSObject",
    "string": "System.String",
    "timespan": "System.TimeSpan",
    "uint16": "System.UInt16",
    "uint32": "System.UInt32",
    "uint64": "System.UInt64",
    "version": "System.Version",
}
_VALUES: dict[str, Any] = {
    "bool": False,
    "byte": Byte(0),
    "datetime": DateTime(0),
    "guid": Guid(0),
    "int": 0,
    "long": Int64(0),
    "timespan": TimeSpan(0),
    "uint16": UInt16(0),
    "uint32": UInt32(0),
    "uint64": UInt64(0),
}
_LIST = re.compile(r"^System\.Collections\.Generic\.\w+`1\[(.+)\]$")
LIST = "System.Collections.Generic.List`1"


def full_name(text: str) -> str:
    """The full name of a type as the class table writes it (``guid?``, ``string[]``)."""
    generic = _LIST.match(text)
    if generic is not None:
        return text.replace(f"[{generic[1]}]", f"[[{full_name(generic[1])}]]")
    plain = text.rstrip("[]?")
    name = NAMES.get(plain, plain)
    if text.endswith("[]"):
        return f"{name}[]"
    return f"System.Nullable`1[[{name}]]" if text.endswith("?") else name


def list_type(element: PSType) -> PSType:
    """List of an element type."""
    return construct_generic(builtin(LIST), (element,))


def default_of(text: str, enumerations: Mapping[str, EnumType]) -> Callable[[Any], Any]:
    """A getter of the default: false, 0, an empty list, or null for nullable and reference types."""
    if _LIST.match(text) is not None:
        return lambda _: GenericList([], list_type(builtin("System.Object")))
    found: Any = None
    if text in _VALUES:
        found = _VALUES[text]
    elif text in enumerations:
        found = enumerations[text].value(0)
    return lambda _: found
