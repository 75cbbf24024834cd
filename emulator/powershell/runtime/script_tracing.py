"""What Set-PSDebug shows of the statements that run: debug lines of the host, which nothing redirects."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emulator.powershell.dotnet.collections import Enumerator
from emulator.powershell.runtime.streams import MessageRecord

if TYPE_CHECKING:
    from emulator.powershell.parser.extents import Extent
    from emulator.powershell.runtime.commands import CommandInfo
    from emulator.powershell.runtime.engine import Engine, Frame

#: $engine.debug_level: every line, and from CALLS on also assignments and calls.
LINES, CALLS = 1, 2
#: Whether any runspace of this process ever traced: what runs looks at its own engine only then.
used = False
#: How much of a line the name and the value of a variable fill.
_VALUE_ROOM = 60


def trace(engine: Engine, level: int, *, steps: bool = False) -> None:
    """Show what runs from now on, or with level 0 nothing."""
    global used  # noqa: PLW0603 - it only ever becomes true
    engine.debug_level, engine.stepping = max(level, LINES if steps else 0), steps
    used = used or engine.debug_level > 0


def trace_line(frame: Frame, extent: Extent) -> None:
    """Show a line with the place of what runs next."""
    text, column = extent.source.text, extent.start_column - 1
    line = text[extent.start_offset - column :].partition("\n")[0].rstrip("\r")
    marked = f"{line} <<<< " if column >= len(line) else f"{line[:column]} >>>> {line[column:]}"
    shown = f"{extent.start_line:>4}+ {marked}"
    if frame.engine.stepping:
        _ask(frame.engine, shown)
    _show(frame.engine, shown)


def trace_set(frame: Frame, name: str, value: Any) -> None:
    """Show that a variable gets a value."""
    from emulator.powershell.runtime.conversion import to_text

    text = "IEnumerator" if isinstance(value, Enumerator) else to_text(value)
    room = _VALUE_ROOM - len(name)
    shown = f"{text[:room]}..." if len(text) > room else text
    _show(frame.engine, f"    ! SET ${name} = '{shown}'.")


def trace_call(engine: Engine, command: CommandInfo, file: str | None) -> None:
    """Show that a function or a script begins."""
    shown = command.name if command.kind in ("Function", "Filter") else "<ScriptBlock>"
    where = f"  (defined in file '{file}')" if file else ""
    _show(engine, f"    ! CALL function '{shown}'{where}")


def _show(engine: Engine, text: str) -> None:
    call = getattr(engine.ui, "host_call", None)
    if call is not None:
        call("WriteDebugLine", [text])
    else:
        engine.streams.debug(MessageRecord("Debug", text))


def _ask(engine: Engine, text: str) -> None:
    """-Step: whether to go on with the line. Raises the error of a host that has no user to ask."""
    from emulator.powershell.runtime.errors import ErrorRecord, PSError, error
    from emulator.powershell.runtime.user_prompts import confirm, no_user

    answer = confirm(engine, "Continue with this operation?", text)
    if answer is None:
        engine.stepping, engine.debug_level = False, 0
        problem = no_user().exception
        raise PSError(ErrorRecord(problem, "InvalidOperation", "InvalidOperation"))
    if not answer:
        engine.stepping, engine.debug_level = False, 0
        raise error(
            "The running command stopped because the user selected the Stop option.", "ActionPreferenceStop"
        )
