"""Help that a comment lends from another command (.FORWARDHELPTARGETNAME, .FORWARDHELPCATEGORY)."""

from __future__ import annotations

from emulator.powershell.modules.core.help_objects import comment_of
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.commands import AliasInfo, ApplicationInfo, CommandInfo
from emulator.powershell.runtime.errors import PSError

_KINDS = frozenset({"alias", "cmdlet", "externalscript", "filter", "function", "scriptcommand", "workflow"})
"""The categories that are commands; with another one the help is the command's own."""
_MOST = 32
"""So many steps are taken; Windows PowerShell ends of a stack overflow in a circle of several commands."""


def forwarded(command: CommandInfo, call: CmdletCall) -> CommandInfo:
    """The command whose help is shown: the command itself when it names none, or one that is not there.

    Raises PSInvalidOperationException for a command that names itself, or is named by the one that it names.
    """
    for _ in range(_MOST):
        target = _target(command, call)
        if target is None:
            return command
        command = target
    raise _circle(call)


def _target(command: CommandInfo, call: CmdletCall) -> CommandInfo | None:
    comment = comment_of(command)
    if comment is None:
        return None
    category = comment.sections.get("forwardhelpcategory", "").strip().lower()
    name = comment.sections.get("forwardhelptargetname", "").strip()
    if not (name or category) or (category and category not in _KINDS):
        return None
    commands = call.engine.commands
    name = name or command.name
    found: CommandInfo | None
    if category == "cmdlet":
        found = commands.cmdlet(name)
    else:
        found = commands.find_or_load(name, call.frame.scope)
        if isinstance(found, AliasInfo):
            found = commands.find_or_load(found.target, call.frame.scope)
        if category and found is not None and found.kind.lower() != category:
            found = None
    if found is None or isinstance(found, AliasInfo | ApplicationInfo):
        return None
    if found.name.lower() == command.name.lower() and found.kind == command.kind:
        raise _circle(call)
    return found


def _circle(call: CmdletCall) -> PSError:
    kind = "System.Management.Automation.PSInvalidOperationException"
    text = "ForwardHelpTargetName cannot refer to the function itself."
    return call.failure(kind, text, "InvalidOperation", "InvalidOperation")
