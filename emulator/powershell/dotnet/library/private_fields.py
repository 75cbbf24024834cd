"""Types and fields of PowerShell itself that are not public, as far as scripts reach them by reflection.

A type is found by Assembly.GetType alone, never by ``[name]``. Sources: System.Management.Automation's open
source, and the scripts named with each field.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from emulator.powershell.dotnet.enums import EnumValue
from emulator.powershell.dotnet.exceptions import NetError, null_argument
from emulator.powershell.dotnet.library.text import Encoding, find_encoding
from emulator.powershell.dotnet.psobject import unwrap
from emulator.powershell.dotnet.types import PSType, builtin, register
from emulator.powershell.runtime.services import FileStore

if TYPE_CHECKING:
    from emulator.powershell.runtime.engine import Engine

_A = "System.Management.Automation."
_INSTANCE, _STATIC, _PUBLIC, _NON_PUBLIC = 4, 8, 16, 32
"""Of System.Reflection.BindingFlags."""


class FieldInfo:
    """System.Reflection.FieldInfo of a static field."""

    __slots__ = ("getter", "name", "owner", "setter", "type_name")

    def __init__(
        self,
        owner: PSType,
        name: str,
        type_name: str,
        getter: Callable[[Engine], Any],
        setter: Callable[[Engine, Any], None],
    ) -> None:
        self.owner = owner
        self.name = name
        self.type_name = type_name
        self.getter = getter
        self.setter = setter


CLR_FACADE = PSType(f"{_A}ClrFacade", is_abstract=True)


def _default_encoding(engine: Engine) -> Any:
    store = engine.find_service(FileStore)
    return None if store is None else find_encoding(store.default_codec)


def _set_default_encoding(engine: Engine, value: Any) -> None:
    """How files without a byte order mark are read from now on, in all runspaces of the process."""
    encoding = unwrap(value)
    if not isinstance(encoding, Encoding):
        name = "null" if encoding is None else "System.Text.Encoding"
        raise NetError(
            "System.ArgumentException",
            f"Object of another type cannot be converted to type '{name}'.",
        )
    store = engine.find_service(FileStore)
    if store is not None:
        store.default_codec = encoding.codec


TYPES: dict[str, PSType] = {CLR_FACADE.name: CLR_FACADE}
FIELDS: dict[tuple[str, str], FieldInfo] = {
    # Ansible's exec_wrapper.ps1 has scripts read as UTF-8 by it.
    (CLR_FACADE.name, "_defaultEncoding"): FieldInfo(
        CLR_FACADE, "_defaultEncoding", "System.Text.Encoding", _default_encoding, _set_default_encoding
    )
}


def private_type(name: str, ignore_case: bool = False) -> PSType | None:
    """A type that is not public, by its full name, or None."""
    if ignore_case:
        return next((one for key, one in TYPES.items() if key.lower() == name.lower()), None)
    return TYPES.get(name)


def field_of(
    engine: Engine, kind: PSType, name: str | None, flags: EnumValue | None = None
) -> FieldInfo | None:
    """Type.GetField: null for a field that the flags leave out or that is not known, which is a gap."""
    if name is None:
        raise null_argument("name")
    number = _INSTANCE | _STATIC | _PUBLIC if flags is None else flags.number
    found = FIELDS.get((kind.name, name))
    if found is None:
        if number & _NON_PUBLIC:
            engine.gap("field", f"[{kind.name}].{name}")
        return None
    return found if number & _NON_PUBLIC and number & _STATIC else None


register(
    PSType(
        "System.Reflection.FieldInfo",
        instance={
            "Name: string": lambda f: f.name,
            "DeclaringType: type": lambda f: f.owner,
            "ReflectedType: type": lambda f: f.owner,
            "@FieldType: type": lambda engine, f: engine.types.find(f.type_name) or builtin("System.Object"),
            "IsStatic: bool": lambda _f: True,
            "IsPublic: bool": lambda _f: False,
            "IsPrivate: bool": lambda _f: True,
            "@GetValue(object obj)": lambda engine, f, _obj: f.getter(engine),
            "@SetValue(object obj, object value)": lambda engine, f, _obj, value: f.setter(engine, value),
            "ToString()": lambda f: f"{f.type_name} {f.name}",
        },
        to_text=lambda f: f"{f.type_name} {f.name}",
    ),
    FieldInfo,
)
