"""Which commands a constrained session shows its caller.

What the caller's own pipelines name is looked for among the public commands only; functions of modules and of
the configuration itself may use everything (about_Session_Configuration_Files).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from emulator.powershell.dotnet.regex import like
from emulator.record import Record

if TYPE_CHECKING:
    from emulator.powershell.runtime.commands import Command, CommandInfo


class Visibility(Record):
    """Patterns of the names that are public, by the kind of the command; a kind that is None is public as a
    whole. Commands of ``modules`` are public too."""

    cmdlets: tuple[str, ...] | None = None
    functions: tuple[str, ...] | None = None
    aliases: tuple[str, ...] | None = None
    programs: tuple[str, ...] | None = None
    modules: frozenset[str] = frozenset()

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
        return any(_fits(command, one) for one in patterns)


def _fits(command: Command | CommandInfo, pattern: str) -> bool:
    module, separator, name = pattern.rpartition("\\")
    return like(command.name, name) and (not separator or like(command.module_name, module))
