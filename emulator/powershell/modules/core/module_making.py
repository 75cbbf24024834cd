"""New-Module and Export-ModuleMember: modules of script blocks, and what modules show."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from emulator.powershell.dotnet.simple import Guid
from emulator.powershell.modules.core.command_names import tell_exported, tell_imported
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.module import cmdlet
from emulator.powershell.runtime.script_block import ScriptBlock


@cmdlet("New-Module")
def new_module(
    call: CmdletCall,
    script_block: ScriptBlock,
    name: str | None = None,
    argument_list: list[Any] | None = None,
    function: list[str] | None = None,
    cmdlet: list[str] | None = None,
    return_result: bool = False,
    as_custom_object: bool = False,
) -> Iterator[Any]:
    """A module in memory."""
    shown = name or f"__DynamicModule_{Guid(call.engine.random.guid())}"
    module = call.engine.modules.make(shown, script_block, argument_list or [], call.frame)
    if function is not None or cmdlet is not None:
        module.patterns = {"function": function or [], "alias": [], "variable": []}
    if as_custom_object:
        yield module.as_custom_object()
        return
    tell_exported(call, module)
    tell_imported(call, module, call.engine.commands.load(module, call.frame.scope.home))
    if return_result:
        yield from module.output
    else:
        yield module


@cmdlet("Export-ModuleMember")
def export_module_member(
    call: CmdletCall,
    function: list[str] | None = None,
    cmdlet: list[str] | None = None,
    variable: list[str] | None = None,
    alias: list[str] | None = None,
) -> None:
    """Say what a module shows to importers."""
    modules = call.engine.modules
    module = modules.loading[-1] if modules.loading else modules.of_scope(call.frame.scope.home)
    if module is None:
        raise call.failure(
            "System.InvalidOperationException",
            "The Export-ModuleMember cmdlet can only be called from inside a module.",
            "Modules_CanOnlyExecuteExportModuleMemberInsideAModule",
            "PermissionDenied",
        )
    if module.patterns is None:
        module.patterns = {"function": [], "alias": [], "variable": [], "cmdlet": []}
    for kind, names in (("function", function), ("alias", alias), ("variable", variable), ("cmdlet", cmdlet)):
        module.patterns.setdefault(kind, []).extend(str(one) for one in names or ())
