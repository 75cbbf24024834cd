"""What Import-Module and New-Module say of the commands that come in: their names one by one with -Verbose,
and a warning when a verb is not approved or a noun has characters that make trouble."""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.command_table import Imported
from emulator.powershell.runtime.module import Module
from emulator.powershell.runtime.script_module import ScriptModule
from emulator.powershell.verbs import VERBS

_RESTRICTED = frozenset("#,(){}[]&-/\\$^;:\"'<>|?@`*%+=~")
#: Commands of Windows whose verbs are not approved, and of which nobody is warned.
_EXCUSED = frozenset({"sort-object", "tee-object"})
_SPELLED = "# , ( ) { } [ ] & - / \\ $ ^ ; : \" ' < > | ? @ ` * % + = ~"


@cache
def _approved() -> frozenset[str]:
    """The approved verbs in small letters."""
    return frozenset(verb.lower() for verbs in VERBS.values() for verb in verbs.split())


@cache
def _alternatives() -> dict[str, str]:
    """Verb in small letters -> approved ones that may be meant."""
    text = (Path(__file__).parent / "verb_alternates.json").read_text(encoding="utf-8")
    found: dict[str, str] = json.loads(text)
    return found


def tell_imported(
    call: CmdletCall, module: Module, imported: Iterable[Imported], *, checks_names: bool = True
) -> None:
    """Say what came in, and check the names of commands."""
    checks = _Names(call, module)
    for kind, name, is_there in imported:
        if not is_there:
            call.verbose(
                f"The {kind} '{name}' was not imported because there is a member with the same name in the "
                "current scope."
            )
            continue
        if checks_names and kind in ("function", "cmdlet"):
            checks.check(name)
        call.verbose(f"Importing {kind} '{name}'.")


def tell_exported(call: CmdletCall, module: ScriptModule) -> None:
    """Say what a module shows that did not choose it itself (Export-ModuleMember says it otherwise)."""
    if module.patterns is None:
        for name in module.exported_functions():
            call.verbose(f"Exporting function '{name}'.")


class _Names:
    """The check of the names of one module: each warning comes once."""

    def __init__(self, call: CmdletCall, module: Module) -> None:
        self._call = call
        self._module = module.name
        self._warned: set[str] = set()

    def check(self, name: str) -> None:
        """Look at the name of a command."""
        verb, dash, noun = name.partition("-")
        if not verb or not dash:
            return
        if verb.lower() not in _approved() and name.lower() not in _EXCUSED:
            self._warn(
                f"The names of some imported commands from the module '{self._module}' include unapproved "
                "verbs that might make them less discoverable. To find the commands with unapproved verbs, "
                "run the Import-Module command again with the Verbose parameter. For a list of approved "
                "verbs, type Get-Verb."
            )
            self._tell_verb(name, verb)
        if not _RESTRICTED.isdisjoint(noun):
            self._warn(
                "Some imported command names contain one or more of the following restricted characters: "
                f"{_SPELLED}"
            )
            self._call.verbose(
                f"The command name '{name}' from the module '{self._module}' contains one or more of the "
                f"following restricted characters: {_SPELLED}"
            )

    def _warn(self, text: str) -> None:
        if text not in self._warned:
            self._warned.add(text)
            self._call.warning(text)

    def _tell_verb(self, name: str, verb: str) -> None:
        better = _alternatives().get(verb.lower())
        # The apostrophe without another one is Windows' own.
        shown = f"{self._module}'" if better is None else f"'{self._module}'"
        end = (
            "For a list of approved verbs, type Get-Verb."
            if better is None
            else f'The suggested alternative verbs are "{",".join(better.split())}".'
        )
        self._call.verbose(
            f"The '{name}' command in the {shown} module was imported, but because its name does not include "
            f"an approved verb, it might be difficult to find. {end}"
        )
