"""Values as texts, as ToString gives them to C#."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emulator.powershell.csharp.conversions import shown
from emulator.powershell.csharp.objects import AnonymousObject, CSharpObject, Sequence
from emulator.powershell.dotnet.collections import DICTIONARY_TYPES, LIST_TYPES, HashSet
from emulator.powershell.dotnet.exceptions import ExceptionObject
from emulator.powershell.dotnet.psobject import PSObject
from emulator.powershell.dotnet.types import PSType, type_of
from emulator.powershell.runtime.conversion import to_text

if TYPE_CHECKING:
    from emulator.powershell.runtime.engine import Engine


def text_of(value: Any, engine: Engine) -> str:
    """The text of a value in a sum or in a formatted text; nothing for null."""
    kind = type(value)
    if kind is str:
        return value  # type: ignore[no-any-return]
    if value is None:
        return ""
    if kind is CSharpObject or _is_derived(value):
        made = overridden(value, "ToString", [], engine)
        if made is not _NOTHING:
            return made if isinstance(made, str) else ""
        if kind is CSharpObject:
            return shown(value.ps_type)
    if isinstance(value, ExceptionObject):
        return str(value)
    if isinstance(value, PSType):
        return shown(value)
    if isinstance(value, AnonymousObject):
        inside = ", ".join(f"{name} = {text_of(one, engine)}" for name, one in value.values.items())
        return f"{{ {inside} }}"
    if (
        kind in LIST_TYPES
        or kind in DICTIONARY_TYPES
        or kind is bytearray
        or isinstance(value, HashSet | Sequence)
    ):
        return shown(type_of(value))
    if kind is PSObject and value.base is not None and value.text is None:
        return text_of(value.base, engine)
    return to_text(value)


_NOTHING: Any = object()


def _is_derived(value: Any) -> bool:
    return hasattr(type_of(value), "member_named")


def overridden(value: Any, name: str, given: list[Any], engine: Engine) -> Any:
    """What a C# type's own version of one of Object's methods gives; NOTHING when it has none."""
    kind = type_of(value)
    find = getattr(kind, "methods_named", None)
    if find is None:
        return _NOTHING
    for method in find(name):
        if len(method.parameters) == len(given) and not method.is_static and not method.is_abstract:
            return method.invoke(engine, value, list(given))
    return _NOTHING
