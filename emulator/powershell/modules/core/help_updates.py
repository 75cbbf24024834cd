"""Update-Help and Save-Help on a machine that does not reach the internet."""

from __future__ import annotations

from typing import Any

from emulator.powershell.dotnet.psobject import unwrap
from emulator.powershell.dotnet.regex import is_wildcard, like
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.conversion import to_text
from emulator.powershell.runtime.errors import not_emulated
from emulator.powershell.runtime.module import cmdlet

_EXCEPTION = "System.Exception"
_NO_SERVER = (
    "Unable to connect to Help content. The server on which Help content is stored might not be available. "
    "Verify that the server is available, or wait until the server is back online, and then try the command "
    "again."
)


@cmdlet("Update-Help", reads=("Module", "UICulture", "SourcePath", "LiteralPath", "FullyQualifiedModule"))
def update(call: CmdletCall) -> None:
    """Fetch new help: nothing answers where it is kept. Help of a folder is not taken in."""
    if call.has("SourcePath") or call.has("LiteralPath"):
        raise call.complete(not_emulated("Update-Help from a folder", "no help files can be taken in"))
    modules = _modules(call)
    if modules and call.should_process(", ".join(modules), "Update-Help"):
        names = ", ".join(modules)
        text = f"Failed to update Help for the module(s) '{names}'{_cultures(call)} : {_NO_SERVER}"
        call.error(call.record(_EXCEPTION, text, "UnableToConnect", "InvalidOperation"))


@cmdlet("Save-Help", reads=("Module", "UICulture", "DestinationPath", "LiteralPath", "FullyQualifiedModule"))
def save(call: CmdletCall) -> None:
    """Fetch help into a folder: nothing answers where it is kept."""
    for one in call.get("DestinationPath") or call.get("LiteralPath") or ():
        if not call.engine.paths.expand(to_text(one), call.has("LiteralPath")):
            text = f"Cannot find path '{one}' because it does not exist."
            raise call.failure(
                "System.Management.Automation.ItemNotFoundException",
                text,
                "PathNotFound",
                "ObjectNotFound",
                one,
            )
    modules = _modules(call)
    if modules:
        names = ", ".join(modules)
        text = f"Failed to save Help for the module(s) '{names}'{_cultures(call)} : {_NO_SERVER}"
        call.error(call.record(_EXCEPTION, text, "UnableToConnect", "InvalidOperation"))


def _cultures(call: CmdletCall) -> str:
    """The languages that were asked for, as the message names them."""
    given = call.get("UICulture")
    names = [to_text(one) for one in given] if given else [call.engine.session.culture]
    return f" with UI culture(s) {{{', '.join(names)}}}"


def _modules(call: CmdletCall) -> list[str]:
    """The modules whose help is meant; one that is not there is reported, unless by a pattern."""
    given: list[Any] = [*(call.get("Module") or ()), *(call.get("FullyQualifiedModule") or ())]
    there = [one.name for one in call.engine.session.modules]
    if not given:
        return there
    found: list[str] = []
    for one in map(unwrap, given):
        name = to_text(getattr(one, "name", one))
        matching = [each for each in there if like(each, name)]
        if not matching and not is_wildcard(name):
            text = (
                f"No Windows PowerShell modules were found that match the following pattern: {name}. Verify "
                "the pattern and then try the command again."
            )
            call.error(call.record(_EXCEPTION, text, "ModuleNotFound", "InvalidArgument", name))
        found.extend(matching)
    return found
