"""Fields by reflection: those of C# source, and of PowerShell itself what is not public and scripts reach.

A type that is not public is found by Assembly.GetType alone, never by ``[name]``. Sources:
System.Management.Automation's open source, and the scripts named with each field.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from emulator.powershell.dotnet.collections import PSArray
from emulator.powershell.dotnet.enums import EnumValue
from emulator.powershell.dotnet.exceptions import NetError, argument_error, null_argument
from emulator.powershell.dotnet.library.text import Encoding, find_encoding
from emulator.powershell.dotnet.psobject import unwrap
from emulator.powershell.dotnet.types import PSType, builtin, register, type_of
from emulator.powershell.runtime.conversion import convert
from emulator.powershell.runtime.services import FileStore

if TYPE_CHECKING:
    from emulator.powershell.runtime.engine import Engine

_A = "System.Management.Automation."
_INSTANCE, _STATIC, _PUBLIC, _NON_PUBLIC = 4, 8, 16, 32
"""Of System.Reflection.BindingFlags."""


class FieldInfo:
    """System.Reflection.FieldInfo: ``getter`` takes the runspace and the object (None for a static field)."""

    __slots__ = ("getter", "is_constant", "is_public", "is_static", "kind", "name", "owner", "setter")

    def __init__(
        self,
        owner: PSType,
        name: str,
        kind: str | PSType,
        getter: Callable[[Engine, Any], Any],
        setter: Callable[[Engine, Any, Any], None],
        *,
        is_static: bool = True,
        is_public: bool = False,
        is_constant: bool = False,
    ) -> None:
        self.owner = owner
        self.name = name
        self.kind = kind
        self.getter = getter
        self.setter = setter
        self.is_static = is_static
        self.is_public = is_public
        self.is_constant = is_constant

    @property
    def type_name(self) -> str:
        """The full name of its type."""
        return self.kind if isinstance(self.kind, str) else self.kind.name


CLR_FACADE = PSType(f"{_A}ClrFacade", is_abstract=True)


def _default_encoding(engine: Engine, _object: Any) -> Any:
    store = engine.find_service(FileStore)
    return None if store is None else find_encoding(store.default_codec)


def _set_default_encoding(engine: Engine, _object: Any, value: Any) -> None:
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
    found = next((one for one in _told(kind) if one.name == name and _passes(one, number)), None)
    if found is None and number & _NON_PUBLIC:
        known = FIELDS.get((kind.name, name))
        if known is not None and _passes(known, number):
            return known
        if not hasattr(kind, "declared_fields"):
            engine.gap("field", f"[{kind.name}].{name}")
    return found


def fields_of(kind: PSType, flags: EnumValue | None = None) -> PSArray:
    """Type.GetFields, of types of C# source."""
    number = _INSTANCE | _STATIC | _PUBLIC if flags is None else flags.number
    return PSArray(one for one in _told(kind) if _passes(one, number))


def _told(kind: PSType) -> Iterator[FieldInfo]:
    """The fields of a type of C# source and of its bases; the private ones of bases are not seen."""
    for one in kind.lineage():
        declared = getattr(one, "declared_fields", None)
        for field in declared() if declared is not None else ():
            if one is kind or field.visibility != "private":
                yield FieldInfo(
                    one,
                    field.name,
                    field.kind.fixed or "System.Object",
                    field.read,
                    field.write,
                    is_static=field.is_static,
                    is_public=field.is_public,
                    is_constant=field.is_constant,
                )


def _passes(field: FieldInfo, flags: int) -> bool:
    scope = _STATIC if field.is_static else _INSTANCE
    return bool(flags & scope) and bool(flags & (_PUBLIC if field.is_public else _NON_PUBLIC))


def _owner_of(field: FieldInfo, value: Any) -> Any:
    """The object whose field it is. Raises ArgumentException for one of another type."""
    held = unwrap(value)
    if not field.is_static and held is not None and not type_of(held).is_assignable_to(field.owner):
        raise argument_error(
            f"Field '{field.name}' defined on type '{field.owner.name}' is not a field on the target object "
            f"which is of type '{type_of(held).name}'."
        )
    return held


def _set_value(engine: Engine, field: FieldInfo, owner: Any, value: Any) -> None:
    if field.is_constant:
        raise NetError("System.FieldAccessException", "Cannot set a constant field.")
    field.setter(engine, _owner_of(field, owner), _converted(engine, field, value))


def _converted(engine: Engine, field: FieldInfo, value: Any) -> Any:
    kind = field.kind if isinstance(field.kind, PSType) else engine.types.find(field.kind)
    return value if kind is None else convert(value, kind, engine)


register(
    PSType(
        "System.Reflection.FieldInfo",
        instance={
            "Name: string": lambda f: f.name,
            "DeclaringType: type": lambda f: f.owner,
            "ReflectedType: type": lambda f: f.owner,
            "@FieldType: type": lambda engine, f: (
                f.kind
                if isinstance(f.kind, PSType)
                else engine.types.find(f.kind) or builtin("System.Object")
            ),
            "IsStatic: bool": lambda f: f.is_static,
            "IsPublic: bool": lambda f: f.is_public,
            "IsPrivate: bool": lambda f: not f.is_public,
            "@GetValue(object obj)": lambda engine, f, obj: f.getter(engine, _owner_of(f, obj)),
            "@SetValue(object obj, object value)": _set_value,
            "ToString()": lambda f: f"{f.type_name} {f.name}",
        },
        to_text=lambda f: f"{f.type_name} {f.name}",
    ),
    FieldInfo,
)
