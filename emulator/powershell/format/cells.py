"""Property values as the text that tables and lists show."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from emulator.powershell.dotnet.collections import DICTIONARY_TYPES, LIST_TYPES, DictionaryEntry, HashSet
from emulator.powershell.dotnet.psobject import PSObject, unwrap
from emulator.powershell.dotnet.regex import like
from emulator.powershell.dotnet.types import type_of
from emulator.powershell.runtime.conversion import to_text
from emulator.powershell.runtime.errors import PSError
from emulator.powershell.runtime.members import MISSING, get_property, property_names
from emulator.powershell.runtime.text_operators import current_text, format_value

if TYPE_CHECKING:
    from emulator.powershell.format.views import Column
    from emulator.powershell.runtime.engine import Engine

DEFAULT_LIMIT = 4
_NAMES = ("name", "id", "key", "*key", "*name", "*id")
"""Which properties name an object, the first that it has (PSObjectHelper.GetDisplayNameExpression)."""
_OF_REMOTING = frozenset({"pscomputername", "psshowcomputername", "runspaceid", "pssourcejobinstanceid"})
_COM_OBJECT = "System.__ComObject"
_OVER_THE_WIRE = "Deserialized."


def cell_text(value: Any, limit: int = DEFAULT_LIMIT) -> str:
    """A value as a table or list shows it; collections as ``{a, b}`` with at most ``limit`` items."""
    base = unwrap(value)
    if base is None:
        return ""
    if isinstance(base, str):
        return base
    kind = type(base)
    if kind in LIST_TYPES or kind is bytearray or kind is HashSet:
        items = list(base)
        shown = items if limit < 0 else items[:limit]
        more = "..." if len(items) > len(shown) else ""
        return f"{{{', '.join(_item_text(one) for one in shown)}{more}}}"
    if kind in DICTIONARY_TYPES:
        entries = base.entries()
        shown = entries if limit < 0 else entries[:limit]
        more = "..." if len(entries) > len(shown) else ""
        return f"{{{', '.join(_item_text(one) for one in shown)}{more}}}"
    return _text_of(value)


def _text_of(value: Any) -> str:
    if type(value) is PSObject and value.base is None:
        return to_text(value)
    base = unwrap(value)
    return to_text(value.key) if type(value) is DictionaryEntry else current_text(base)


def _item_text(value: Any) -> str:
    """One of a collection's items."""
    if value is None:
        return ""
    if type(value) is PSObject and value.base is None:
        return to_text(value)
    if type(value) is DictionaryEntry:
        return to_text(value.key)
    base = unwrap(value)
    if type(base) in LIST_TYPES:
        return to_text(base)
    text = current_text(base)
    # A class whose text only says its name is shown by what names the object.
    return _name_of(value) if text == type_of(base).name and text != _COM_OBJECT else text


def name_property(value: Any) -> str | None:
    """The property that names an object."""
    names = [one for one in property_names(value) if one.lower() not in _OF_REMOTING]
    return next((one for pattern in _NAMES for one in names if like(one, pattern)), None)


def _name_of(value: Any) -> str:
    name = name_property(value)
    found = MISSING
    if name is not None:
        with suppress(PSError):
            found = get_property(value, name)
    return type_of(unwrap(value)).name if found is MISSING else to_text(found)


def read_by(read: Callable[[Any], Any], value: Any) -> Any:
    """What a function of a view reads from an object; MISSING when it is written for the live objects of a
    class and this one, which came over the wire, has nothing but properties."""
    held = unwrap(value) if type(value) is PSObject and value.base is not None else value
    if type(held) is not PSObject or not held.type_names or not held.type_names[0].startswith(_OVER_THE_WIRE):
        return read(held)
    try:
        return read(held)
    except (AttributeError, TypeError, LookupError):
        return MISSING


def read_column(column: Column, value: Any, engine: Engine) -> Any:
    """What a column reads from an object. Raises the error of the property or the script."""
    found = read_by(column.value, value) if callable(column.value) else MISSING
    if found is MISSING:
        name = column.label if callable(column.value) else column.value or column.label
        found = get_property(value, name, engine)
    return None if found is MISSING else found


def column_value(column: Column, value: Any, engine: Engine) -> Any:
    """What a column reads from an object; nothing when that fails."""
    try:
        return read_column(column, value, engine)
    except PSError:
        return None


def is_there(column: Column, value: Any, engine: Engine) -> bool:
    """Whether an object has the property of a column."""
    return callable(column.value) or get_property(value, column.value or column.label, engine) is not MISSING


def column_text(column: Column, value: Any, engine: Engine, limit: int = DEFAULT_LIMIT) -> str:
    """A column's text for an object."""
    return value_text(column, column_value(column, value, engine), limit)


def value_text(column: Column, found: Any, limit: int = DEFAULT_LIMIT) -> str:
    """The text of what a column read."""
    if column.form and found is not None:
        return format_value(found, column.form)
    return cell_text(found, limit)


def enumeration_limit(engine: Engine) -> int:
    """$FormatEnumerationLimit."""
    value = engine.frame.scope.value("formatenumerationlimit", DEFAULT_LIMIT)
    return value if isinstance(value, int) else DEFAULT_LIMIT
