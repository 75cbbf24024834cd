"""Remove-Module."""

from __future__ import annotations

from typing import Any

from emulator.powershell.dotnet.psobject import unwrap
from emulator.powershell.dotnet.regex import is_wildcard, like
from emulator.powershell.modules.core.module_specifications import is_meant
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.conversion import items_of
from emulator.powershell.runtime.members import get_property
from emulator.powershell.runtime.module import Module, cmdlet
from emulator.powershell.runtime.script_module import ScriptModule

_INVALID = "System.InvalidOperationException"
#: Modules of PowerShell itself, which nobody is told of when they stay.
_OF_THE_ENGINE = "microsoft.powershell."


@cmdlet("Remove-Module")
def remove_module(
    call: CmdletCall,
    name: list[str] | None = None,
    fully_qualified_name: list[Any] | None = None,
    module_info: list[Module] | None = None,
    force: bool = False,
) -> None:
    """Unload modules; with -Force also those that are read-only or that others need."""
    commands = call.engine.commands
    specifications = [one for one in fully_qualified_name or () if one is not None]
    loaded = list(commands.loaded.values())
    targets = list(map(unwrap, module_info or ()))
    targets += [one for one in loaded if any(like(one.name, pattern) for pattern in name or ())]
    targets += [one for one in loaded if any(is_meant(one, each) for each in specifications)]
    allowed = [one for one in targets if _may_go(call, one, force)]
    removed = 0
    for module in allowed:
        needs = [] if force else _needed_by(call, module, allowed)
        if needs:
            text = (
                f"Unable to remove the module '{module.name}' because it is required by '{needs[0].name}'. "
                "Add the Force parameter to your command to remove the module."
            )
            _refuse(call, text, "Modules_ModuleIsRequired", module)
            continue
        removed += 1
        for kind, gone in _shown(module):
            call.verbose(f'Removing the imported "{gone}" {kind}.')
        commands.unload(module)
    plain = [one for one in name or () if not is_wildcard(one)]
    asked = [*plain, *(one.name for one in specifications), *(one.name for one in module_info or ())]
    if not removed and not call.has("WhatIf") and not all(map(_is_of_engine, asked)):
        text = (
            "No modules were removed. Verify that the specification of modules to remove is correct and "
            "those modules exist in the runspace."
        )
        call.error(call.record(_INVALID, text, "Modules_NoModulesRemoved", "ResourceUnavailable"))


def _is_of_engine(name: str) -> bool:
    return name.lower().startswith(_OF_THE_ENGINE)


def _may_go(call: CmdletCall, module: Module, force: bool) -> bool:
    if module.access_mode == "Constant":
        text = (
            f"Unable to remove the module '{module.name}' because it is marked as 'constant.' A module "
            "cannot be removed if it is marked 'constant.'"
        )
        _refuse(call, text, "Modules_ModuleIsConstant", module)
        return False
    if module.access_mode == "ReadOnly" and not force:
        text = (
            f"Unable to remove the module '{module.name}' because it is read-only. Add the Force parameter "
            "to your command to remove read-only modules."
        )
        _refuse(call, text, "Modules_ModuleIsReadOnly", module)
        return False
    return call.should_process(f"{module.name} (Path: '{module.path}')")


def _refuse(call: CmdletCall, text: str, error_id: str, module: Module) -> None:
    call.error(call.record(_INVALID, text, error_id, "PermissionDenied", module))


def _needed_by(call: CmdletCall, module: Module, going: list[Module]) -> list[Module]:
    """The loaded modules, but for those that go too, whose manifests require the module."""
    return [
        one
        for one in call.engine.commands.loaded.values()
        if one not in going
        and any(each is module for each in items_of(get_property(one, "RequiredModules", call.engine)))
    ]


def _shown(module: Module) -> list[tuple[str, str]]:
    """What importers have of a module: kind and name."""
    if not isinstance(module, ScriptModule):
        return []
    return [
        *(("function", module.prefixed(one)) for one in module.exported_functions()),
        *(("variable", one) for one in module.exported_variables()),
        *(("alias", one) for one in module.exported_aliases()),
    ]
