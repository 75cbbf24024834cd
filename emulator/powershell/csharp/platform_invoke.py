"""Methods that stand for native functions (DllImport): the machine answers those it has."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from emulator.powershell.csharp.attributes import literal_of
from emulator.powershell.csharp.conversions import implicit
from emulator.powershell.csharp.objects import thrown
from emulator.powershell.csharp.syntax import Attribute

if TYPE_CHECKING:
    from emulator.powershell.csharp.members import Method
    from emulator.powershell.runtime.engine import Engine


def imported_function(
    method: Method, attribute: Attribute, argument_of: Callable[[Attribute, str], Any]
) -> Callable[[Engine, list[Any]], Any]:
    """What a call of the method does. Raises EntryPointNotFoundException for a function that is not there."""
    library = literal_of(attribute.values[0]) if attribute.values else None
    name = argument_of(attribute, "EntryPoint") or method.name
    keeps_error = bool(argument_of(attribute, "SetLastError"))

    def call(engine: Engine, values: list[Any]) -> Any:
        from emulator.powershell.csharp.native_functions import NativeCall, as_declared, find

        function = find(str(library or ""), str(name))
        if function is None:
            engine.gap("native function", f"{library}!{name}")
            raise thrown(
                "System.EntryPointNotFoundException",
                f"Unable to find an entry point named '{name}' in DLL '{library}'.",
            )
        made = as_declared(function(NativeCall(engine, values, keeps_error)), method.returns.fixed)
        return implicit(made, method.returns.fixed, engine)

    return call
