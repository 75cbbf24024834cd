"""The columns of objects that no view is for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emulator.powershell.dotnet.psobject import MemberGroup, PropertySet, PSObject, unwrap
from emulator.powershell.format.remote_columns import COMPUTER_COLUMN, shows_computer, without_hidden
from emulator.powershell.format.views import Column

if TYPE_CHECKING:
    from collections.abc import Sequence

    from emulator.powershell.runtime.engine import Engine


def generated_columns(value: Any, engine: Engine) -> tuple[Column, ...]:
    """A column for every property of an object."""
    from emulator.powershell.runtime.members import properties

    return without_hidden(value, (Column(one.name, one.name) for one in properties(value, engine)))


def default_columns(value: Any, engine: Engine) -> tuple[Column, ...]:
    """The columns of an object without a view: its default display set, or all properties."""
    chosen = display_names(value, engine)
    if chosen:
        columns = tuple(Column(name, name) for name in chosen)
        return (*columns, COMPUTER_COLUMN) if shows_computer(value) else columns
    return generated_columns(value, engine)


def display_names(value: Any, engine: Engine) -> Sequence[str] | None:
    """The default display set of an object, None when it has none."""
    chosen: Sequence[str] | None = getattr(unwrap(value), "default_display", None)
    if engine.type_data is not None:
        chosen = engine.type_data.standard(value, "DefaultDisplayPropertySet") or chosen
    if chosen is None and type(value) is PSObject:
        chosen = _display_set(value)
    return chosen or None


def _display_set(value: PSObject) -> list[str] | None:
    held = value.members.get("psstandardmembers")
    inner = held.members.get("defaultdisplaypropertyset") if isinstance(held, MemberGroup) else None
    return inner.property_names if isinstance(inner, PropertySet) else None
