"""What -IncludeTotalCount writes first: a number that says how sure it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from emulator.powershell.dotnet.numbers import UInt64
from emulator.powershell.dotnet.psobject import NoteProperty, PSObject, ScriptMethod

if TYPE_CHECKING:
    from emulator.powershell.runtime.engine import Engine

_TOLD = (
    "if ($this.Accuracy -ge 1.0) { 'Total count: {0}' -f $this.PSObject.BaseObject } "
    "elseif ($this.Accuracy -le 0.0) { 'Unknown total count' } "
    "else { 'Estimated total count: {0}' -f $this.PSObject.BaseObject }"
)


def total_count(engine: Engine, count: int, accuracy: float) -> PSObject:
    """A total: ``accuracy`` 1 is exact, 0 unknown, anything between an estimate."""
    made = PSObject(UInt64(count))
    made.add(NoteProperty("Accuracy", accuracy))
    made.add(ScriptMethod("ToString", engine.script_block(_TOLD)))
    return made
