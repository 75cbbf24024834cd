"""Native functions of the machine, a file a library: C# of clients calls them (DllImport), and each
translates to the same operations as the cmdlets beside it."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from emulator.powershell.csharp.native_functions import Function

_LIBRARIES = frozenset({"advapi32", "crypt32", "kernel32", "powrprof", "secur32", "user32"})


class MachineLibraries:
    """The libraries of the machine (`NativeLibraries`)."""

    def table(self, library: str) -> Mapping[str, Function] | None:
        """The functions of a library, which is loaded when it is first asked for."""
        if library not in _LIBRARIES:
            return None
        found: Mapping[str, Function] = import_module(f"{__name__}.{library}").FUNCTIONS
        return found
