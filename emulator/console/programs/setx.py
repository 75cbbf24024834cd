"""setx.exe: environment variables of the user or of the machine, for processes to come."""

from __future__ import annotations

from emulator.console.command_line import split_arguments
from emulator.console.context import Context
from emulator.console.programs.refusals import not_emulated, wrong_usage
from emulator.host import AccessDenied, HostError
from emulator.host.security.callers import require_administrator
from emulator.host.windows.environment_variables import SYSTEM

#: setx itself cuts longer values off (documented).
_LONGEST = 1024


def main(context: Context, tail: str) -> int:
    """`setx name value [/m]`."""
    words, machine = [], False
    for word in split_arguments(tail):
        if word.lower() in ("/m", "-m"):
            machine = True
        elif word.lower() in ("/s", "/u", "/p", "/k", "/f", "/a", "/r", "/x", "/d"):
            return not_emulated(context, f"setx {word.lower()}")
        else:
            words.append(word)
    if len(words) != 2:
        return wrong_usage(context, "setx", "Invalid syntax.")
    name, value = words
    if len(value) > _LONGEST:
        context.line(f"WARNING: The data being saved is truncated to {_LONGEST} characters.")
        value = value[:_LONGEST]
    variables = context.host.environment_variables
    owner = SYSTEM if machine else context.account.qualified_name
    try:
        with context.host.looking():
            if machine:
                require_administrator(context.account)
            known = variables.find(owner, name)
            if known is not None:
                known.set_value(value)
            else:
                variables.create(owner, name, value)
    except AccessDenied:
        context.error("ERROR: Access to the registry path is denied.")
        return 1
    except HostError as problem:
        context.error(f"ERROR: {problem.text}")
        return 1
    context.line()
    context.line("SUCCESS: Specified value was saved.")
    return 0
