"""Which commands and providers a constrained session shows its caller.

What the caller's own pipelines name is looked for among the public commands only; functions of modules and of
the configuration itself may use everything (about_Session_Configuration_Files).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from emulator.powershell.dotnet.regex import like
from emulator.powershell.runtime.commands import CommandInfo, FunctionInfo
from emulator.record import Record

if TYPE_CHECKING:
    from emulator.powershell.runtime.commands import Command


class Visibility(Record):
    """Patterns of the names that are public, by the kind of the command; a kind that is None is public as a
    whole. Commands of ``modules`` are public too."""

    cmdlets: tuple[str, ...] | None = None
    functions: tuple[str, ...] | None = None
    aliases: tuple[str, ...] | None = None
    programs: tuple[str, ...] | None = None
    modules: frozenset[str] = frozenset()
    providers: tuple[str, ...] | None = None
    """Patterns of the providers whose paths the caller may name; None for all."""
    own: frozenset[str] = frozenset()
    """Lower-case names of the functions that were there when the session began: those that its caller makes
    later are public."""

    def shows_provider(self, name: str) -> bool:
        """Whether the caller may name paths of a provider."""
        return self.providers is None or any(like(name, one) for one in self.providers)

    def shows(self, command: Command | CommandInfo) -> bool:
        """Whether the caller may see and run a command."""
        if command.module_name.lower() in self.modules:
            return True
        kind = command.kind
        if kind in ("Application", "ExternalScript"):
            path = str(getattr(command, "path", ""))
            return self.programs is None or any(
                like(path, one) or like(command.name, one) for one in self.programs
            )
        if kind == "Script":
            return True
        patterns = {"Cmdlet": self.cmdlets, "Alias": self.aliases}.get(kind, self.functions)
        if patterns is None:
            return True
        if any(_fits(command, one) for one in patterns):
            return True
        return isinstance(command, FunctionInfo) and self._is_of_the_caller(command)

    def _is_of_the_caller(self, command: FunctionInfo) -> bool:
        return command.script.home is None and command.name.lower() not in self.own


def _fits(command: Command | CommandInfo, pattern: str) -> bool:
    module, separator, name = pattern.rpartition("\\")
    return like(command.name, name) and (not separator or like(command.module_name, module))
