"""Add-Type: assemblies by name. There is no compiler here, and Windows PowerShell's own is not imitated."""

from __future__ import annotations

from emulator.powershell.runtime.assembly_loading import load_assembly
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.errors import not_emulated
from emulator.powershell.runtime.module import cmdlet


@cmdlet("Add-Type")
def add_type(call: CmdletCall, assembly_name: list[str] | None = None) -> None:
    """Load assemblies by name; source code is refused by name and counted."""
    if call.parameter_set != "FromAssemblyName":
        call.engine.gap("Add-Type", call.parameter_set)
        raise call.complete(not_emulated(f"Add-Type ({call.parameter_set}: there is no compiler)"))
    for name in assembly_name or ():
        plain = name.partition(",")[0].strip()
        if load_assembly(call.engine, plain.removesuffix(".dll")) is None:
            raise call.failure(
                "System.IO.FileNotFoundException",
                f"Cannot add type. The assembly '{plain}' could not be found.",
                "ASSEMBLY_NOT_FOUND",
                "ObjectNotFound",
                plain,
            )
