"""IDisposable, of C# types and of .NET's own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emulator.powershell.csharp.native_calls import call_native, has_method
from emulator.powershell.csharp.types import CSharpType
from emulator.powershell.dotnet.types import type_of

if TYPE_CHECKING:
    from emulator.powershell.runtime.engine import Engine


def dispose(value: Any, engine: Engine) -> None:
    """Call Dispose; a value of .NET that holds nothing here has none to call."""
    kind = type_of(value)
    if isinstance(kind, CSharpType) and kind.methods_named("Dispose"):
        from emulator.powershell.csharp.invocation import call_member

        call_member(value, "Dispose", [], engine)
    elif has_method(value, "Dispose"):
        call_native(value, "Dispose", [], engine)
