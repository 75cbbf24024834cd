"""Types of .NET's own libraries that C# sources use and scripts rarely name."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from emulator.powershell.dotnet.assemblies import FRAMEWORK, windows_assembly
from emulator.powershell.dotnet.collections import ArrayList, GenericDictionary, TypedArray
from emulator.powershell.dotnet.enums import EnumType
from emulator.powershell.dotnet.exceptions import argument_error
from emulator.powershell.dotnet.numbers import fit_integer
from emulator.powershell.dotnet.tuples import TupleValue
from emulator.powershell.dotnet.types import PSType, array_of, builtin, register
from emulator.powershell.runtime.type_finder import construct_generic

if TYPE_CHECKING:
    from emulator.powershell.runtime.engine import Engine

_MOST_OF_A_TUPLE = 7
_DEEPEST_JSON = 100


def _create(engine: Engine, kind: PSType, arguments: Any = None) -> Any:
    from emulator.powershell.runtime.invoke import construct

    return construct(kind, list(arguments or ()), engine)


register(
    PSType(
        "System.Activator",
        is_abstract=True,
        static={
            "@CreateInstance(type type)": _create,
            "@CreateInstance(type type, params object[] args)": _create,
        },
    )
)


_LOADED_FRAMEWORK = (
    *("mscorlib", "system", "system.core", "system.management.automation", "system.xml", "system.management"),
    *("system.directoryservices", "system.configuration", "system.data", "system.numerics"),
)
_LOADED_OF_WINDOWS = (
    "Microsoft.PowerShell.ConsoleHost",
    *(f"Microsoft.PowerShell.Commands.{one}" for one in ("Diagnostics", "Management", "Utility")),
    *("Microsoft.PowerShell.Security", "Microsoft.WSMan.Management"),
)


class AppDomain:
    """System.AppDomain: the one of the process."""

    __slots__ = ()


_DOMAIN = AppDomain()


def _assemblies(engine: Any, _domain: AppDomain) -> TypedArray:
    """The assemblies that powershell.exe has loaded, and those that scripts have compiled."""
    from emulator.powershell.dotnet.library.language_types import Assembly, assembly_of

    found = [Assembly(FRAMEWORK[name]) for name in _LOADED_FRAMEWORK]
    found += [Assembly(windows_assembly(name, "3.0.0.0")) for name in _LOADED_OF_WINDOWS]
    compiled = {
        id(one.assembly): assembly_of(one)
        for one in list(engine.types.of_process.values())
        if hasattr(one, "assembly")
    }
    return TypedArray([*found, *compiled.values()], array_of(builtin("System.Reflection.Assembly")))


def _forget(_domain: AppDomain, _handler: Any) -> None:
    """The process of a script ends without telling anybody."""


register(
    PSType(
        "System.AppDomain",
        static={"CurrentDomain": lambda: _DOMAIN},
        instance={
            "FriendlyName: string": lambda _domain: "DefaultDomain",
            "Id: int": lambda _domain: 1,
            "@GetAssemblies()": _assemblies,
            "ProcessExit": lambda _domain: None,
            "ProcessExit=": _forget,
            "UnhandledException": lambda _domain: None,
            "UnhandledException=": _forget,
        },
    ),
    AppDomain,
)
for _count in range(1, _MOST_OF_A_TUPLE + 1):
    _parameters = ", ".join(f"object item{place}" for place in range(1, _count + 1))
    register(
        PSType(
            f"System.Tuple`{_count}",
            base="System.Tuple",
            construct={f"new({_parameters})": lambda _kind, *items: TupleValue(*items)},
        )
    )
register(
    PSType(
        "System.ComponentModel.Component",
        base="System.MarshalByRefObject",
        interfaces=("System.IDisposable",),
    )
)
register(
    EnumType(
        "System.Security.Principal.TokenAccessLevels",
        {
            "AssignPrimary": 1,
            "Duplicate": 2,
            "Impersonate": 4,
            "Query": 8,
            "QuerySource": 16,
            "AdjustPrivileges": 32,
            "AdjustGroups": 64,
            "AdjustDefault": 128,
            "AdjustSessionId": 256,
            "Read": 0x20008,
            "Write": 0x200E0,
            "AllAccess": 0xF01FF,
            "MaximumAllowed": 0x2000000,
        },
        flags=True,
    )
)


class Serializer:
    """System.Web.Script.Serialization.JavaScriptSerializer."""

    __slots__ = ("depth", "length")

    def __init__(self) -> None:
        self.length = 2_097_152
        self.depth = 100


def _deserialize(serializer: Serializer, text: str) -> Any:
    if len(text) > serializer.length:
        raise argument_error(
            "Error during serialization or deserialization using the JSON JavaScriptSerializer."
        )
    try:
        return _value(json.loads(text), 0)
    except (ValueError, RecursionError):
        raise argument_error(f"Invalid JSON primitive: {text[:100]}.") from None


def _value(made: Any, depth: int) -> Any:
    if depth > _DEEPEST_JSON:
        raise argument_error("RecursionLimit exceeded.")
    if isinstance(made, dict):
        kind = construct_generic(
            builtin("System.Collections.Generic.Dictionary`2"),
            (builtin("System.String"), builtin("System.Object")),
        )
        return GenericDictionary([(key, _value(one, depth + 1)) for key, one in made.items()], kind)
    if isinstance(made, list):
        return ArrayList([_value(one, depth + 1) for one in made])
    if isinstance(made, int) and not isinstance(made, bool):
        try:
            return fit_integer(made)
        except OverflowError:
            return float(made)
    return made


register(
    PSType(
        "System.Web.Script.Serialization.JavaScriptSerializer",
        construct={"new()": lambda _kind: Serializer()},
        instance={
            "MaxJsonLength: int": lambda one: one.length,
            "MaxJsonLength=": lambda one, value: setattr(one, "length", int(value)),
            "RecursionLimit: int": lambda one: one.depth,
            "RecursionLimit=": lambda one, value: setattr(one, "depth", int(value)),
            "Deserialize(string input)": _deserialize,
            "DeserializeObject(string input)": _deserialize,
        },
    ),
    Serializer,
)
