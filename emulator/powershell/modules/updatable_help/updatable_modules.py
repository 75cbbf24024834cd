"""Which modules a command means, and where their help is (UpdatableHelpCommandBase of 5.1)."""

from __future__ import annotations

from typing import Any

from emulator.powershell.dotnet.regex import like
from emulator.powershell.modules.core.module_listing import modules_here
from emulator.powershell.modules.core.module_specifications import is_meant
from emulator.powershell.modules.updatable_help.problems import HelpProblem, Problems
from emulator.powershell.modules.windows_modules import CORE, ENGINE_MODULES
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.conversion import to_text
from emulator.powershell.runtime.core_snap_in import home_of
from emulator.powershell.runtime.members import get_property
from emulator.powershell.runtime.module import Module
from emulator.powershell.runtime.script_module import ScriptModule
from emulator.record import Record

_NO_GUID = "00000000-0000-0000-0000-000000000000"


class UpdatableModule(Record):
    """A module whose help can come: ``address`` is its HelpInfoUri, ``folder`` where its help is put."""

    name: str
    guid: str
    folder: str
    address: str
    is_of_windows: bool

    @property
    def help_info_name(self) -> str:
        """The name of its HelpInfo.xml."""
        return f"{self.name}_{self.guid}_HelpInfo.xml"

    def content_name(self, culture: str) -> str:
        """The name of the cabinet of a language."""
        return f"{self.name}_{self.guid}_{culture}_HelpContent.cab"


def updatable_modules(
    call: CmdletCall, wanted: str | Any | None, problems: Problems
) -> list[UpdatableModule]:
    """The modules of a name or pattern, of a module specification, or (None) all that have help.

    Modules without help are added to the problems unless all are asked for; when there are none at all, that
    is an error.
    """
    pattern = "*" if wanted is None else wanted if isinstance(wanted, str) else to_text(wanted.name)
    found: dict[tuple[str, str], UpdatableModule] = {}
    for one in _listed(call, pattern):
        if wanted is None or isinstance(wanted, str) or is_meant(one, wanted):
            made = _updatable(call, one, None if wanted is None else problems)
            if made is not None:
                found.setdefault((one.name.lower(), one.version), made)
    if like(CORE, pattern):
        core = UpdatableModule(
            name=CORE,
            guid=_NO_GUID,
            folder=home_of(call.engine),
            address=ENGINE_MODULES[CORE],
            is_of_windows=True,
        )
        found.setdefault((CORE.lower(), ""), core)
    if not found and not problems and wanted is not None:
        _tell_missing(call, wanted)
    return list(found.values())


def _listed(call: CmdletCall, pattern: str) -> list[Module]:
    """The loaded modules, then those that could be."""
    loaded = list(modules_here(call, [pattern], list_available=False, all=False))
    names = {(one.name.lower(), one.version) for one in loaded}
    available = modules_here(call, [pattern], list_available=True, all=False)
    return [*loaded, *(one for one in available if (one.name.lower(), one.version) not in names)]


def _updatable(call: CmdletCall, module: Module, problems: Problems | None) -> UpdatableModule | None:
    if module.name == CORE:
        return None  # a snap-in, which is known by its name alone
    address = get_property(module, "HelpInfoUri", call.engine)
    address = "" if address is None else to_text(address)
    if not address:
        problem = HelpProblem(
            "HelpInfoUriNotFound",
            "The Update-Help command failed because the specified module does not support updatable help. "
            "Use Get-Help -Online or look online for help for the commands in this module.",
            "NotSpecified",
            "HelpInfoUri",
        )
    elif not address.lower().startswith(("http://", "https://")):
        text = f"The HelpInfoURI {address} does not start with HTTP."
        problem = HelpProblem("InvalidHelpInfoUriFormat", text, "NotSpecified", "HelpInfoUri")
    else:
        return UpdatableModule(
            name=module.name,
            guid=module.guid.lower(),
            folder=module.folder,
            address=address,
            is_of_windows=not isinstance(module, ScriptModule),
        )
    if problems is not None:
        problems.add(module.name, None, problem)
    return None


def _tell_missing(call: CmdletCall, wanted: Any) -> None:
    if isinstance(wanted, str):
        text = (
            f"No Windows PowerShell modules were found that match the following pattern: {wanted}. Verify "
            "the pattern and then try the command again."
        )
        target: Any = wanted
    else:
        text = (
            "No Windows PowerShell modules were found that match the specified FullyQualifiedModule "
            f"{to_text(wanted)}. Verify the FullyQualifiedModule value and then try the command again."
        )
        target = None
    call.error(call.record("System.Exception", text, "ModuleNotFound", "InvalidArgument", target))
