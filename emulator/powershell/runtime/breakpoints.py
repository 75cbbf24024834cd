"""Breakpoints: where they lie a script block runs (Set-PSBreakpoint -Action), or the debugger stops.

While a session has none, ``Engine.breakpoints`` is None, and code is compiled without a look at it. The first
one makes everything that is known compile once more, with that look.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from emulator.powershell.dotnet.regex import like
from emulator.powershell.runtime.debugger import DebuggerStop, Resume, Steps
from emulator.powershell.runtime.errors import (
    BreakSignal,
    BudgetSignal,
    ControlFlow,
    NotEmulatedError,
    PipelineStopped,
    PSError,
    not_emulated,
)

if TYPE_CHECKING:
    from emulator.powershell.parser.extents import Extent
    from emulator.powershell.runtime.engine import Engine, Frame
    from emulator.powershell.runtime.invocation import InvocationInfo
    from emulator.powershell.runtime.scope import Scope
    from emulator.powershell.runtime.script_block import ScriptBlock

MAXIMUM = 1000
"""Breakpoints of one session."""
_SETS_SOME = re.compile(r"psbreakpoint|\bsbp\b|wait-debugger|enable-runspacedebug", re.IGNORECASE)


def sets_breakpoints(text: str) -> bool:
    """Whether a script looks as if it set breakpoints, or stopped: they may be for itself."""
    return _SETS_SOME.search(text) is not None


def breakpoints_of(engine: Engine) -> Breakpoints:
    """The breakpoints of a session, made when they are first asked for."""
    import emulator.powershell.dotnet.library.breakpoint_types  # noqa: F401 - registers the types of what is shown

    if engine.breakpoints is None:
        engine.breakpoints = Breakpoints(engine)
        engine.breakpoints.watch()
    return engine.breakpoints


class Breakpoint:
    """System.Management.Automation.Breakpoint; ``script`` is the full path of the file that it is for, or
    None."""

    __slots__ = ("action", "enabled", "hits", "number", "script")

    def __init__(self, number: int, script: str | None, action: ScriptBlock | None) -> None:
        self.number = number
        self.script = script
        self.action = action
        self.enabled = True
        self.hits = 0

    def is_in(self, file: str | None) -> bool:
        """Whether it is for code of a file."""
        return self.script is None or (file is not None and file.lower() == self.script.lower())


class LineBreakpoint(Breakpoint):
    """At the first statement that begins on a line; with ``column``, at the one that stands there."""

    __slots__ = ("column", "line", "place")

    def __init__(self, number: int, script: str, action: ScriptBlock | None, line: int, column: int) -> None:
        super().__init__(number, script, action)
        self.line = line
        self.column = column
        self.place: int | None = None
        """Where the statement begins, once it was met."""

    def lies_at(self, extent: Extent) -> bool:
        """Whether a statement is the one."""
        if extent.start_line != self.line or not self.is_in(extent.file):
            return False
        if self.column:
            last = extent.end_column if extent.end_line == self.line else self.column
            return extent.start_column <= self.column <= last
        if self.place is None:
            self.place = extent.start_offset
        return self.place == extent.start_offset

    def __str__(self) -> str:
        end = f", {self.column}" if self.column else ""
        return f"Line breakpoint on '{self.script}:{self.line}{end}'"


class CommandBreakpoint(Breakpoint):
    """Before a command whose name fits a pattern."""

    __slots__ = ("command",)

    def __init__(self, number: int, script: str | None, action: ScriptBlock | None, command: str) -> None:
        super().__init__(number, script, action)
        self.command = command

    def is_for(self, invocation: InvocationInfo) -> bool:
        """Whether a call is one of the command."""
        command = invocation.command
        name = getattr(command, "name", "") or ""
        module = getattr(command, "module_name", "") or ""
        names = [
            invocation.invocation_name or "",
            name,
            name.removesuffix(".ps1"),
            getattr(command, "path", ""),
        ]
        if module and "\\" in self.command:
            names.append(f"{module}\\{name}")
        if not any(one and like(one, self.command) for one in names):
            return False
        extent = invocation.extent
        return self.is_in(None if extent is None else extent.file)

    def __str__(self) -> str:
        where = f"{self.script}:" if self.script else ""
        return f"Command breakpoint on '{where}{self.command}'"


class VariableBreakpoint(Breakpoint):
    """Where a variable is read or written: ``mode`` is Read, Write or ReadWrite."""

    __slots__ = ("mode", "variable")

    def __init__(
        self, number: int, script: str | None, action: ScriptBlock | None, variable: str, mode: str
    ) -> None:
        super().__init__(number, script, action)
        self.variable = variable
        self.mode = mode

    def __str__(self) -> str:
        where = f"{self.script}:" if self.script else ""
        return f"Variable breakpoint on '{where}${self.variable}' ({self.mode} access)"


class Breakpoints:
    """Those of a session, by number, and its debugger.

    ``waits`` (Enable-RunspaceDebug) holds a stop that no host shows until somebody debugs the runspace,
    ``breaks_always`` (its -BreakAll) stops before every statement.
    """

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.all: dict[int, Breakpoint] = {}
        self.next_number = 0
        self.waits = False
        self.breaks_always = False
        self._steps = Steps()
        self._busy = False
        self._place: tuple[Frame, Extent] | None = None

    def add(self, made: Breakpoint) -> None:
        """Keep a new one; code that is known already takes note of it."""
        self.all[made.number] = made
        self.next_number = made.number + 1
        self.watch()

    def watch(self) -> None:
        """Let functions that are known already look for breakpoints."""
        for scope in self._scopes():
            for function in (scope.functions or {}).values():
                function.script.compiled.watch()

    def _scopes(self) -> Iterator[Scope]:
        scope: Scope | None = self.engine.frame.scope
        while scope is not None:
            yield scope
            scope = scope.parent
        yield from self.engine.modules.scopes()

    def stop_next(self) -> None:
        """Stop before the next statement (Wait-Debugger). Raises NotEmulatedError where Windows waits for a
        debugger that comes."""
        if self.engine.debugger_host is None:
            raise _waiting()
        self._steps.begin(Resume.STEP_INTO, 0)

    def end_step(self) -> None:
        """What runs next begins without a step."""
        self._steps.begin(Resume.CONTINUE, 0)

    def statement(self, frame: Frame, extent: Extent) -> None:
        """A statement is about to run."""
        if self._busy:
            return
        self._place = frame, extent
        met = [
            one
            for one in self.all.values()
            if one.enabled and type(one) is LineBreakpoint and one.lies_at(extent)
        ]
        is_due = self.breaks_always or self._steps.are_done(self.engine.depth)
        self._meet(met, frame, extent, is_due=is_due)

    def command(self, frame: Frame, invocation: InvocationInfo) -> None:
        """A command is about to run."""
        if self._busy:
            return
        met = [
            one
            for one in self.all.values()
            if one.enabled and type(one) is CommandBreakpoint and one.is_for(invocation)
        ]
        self._meet(met, frame, invocation.extent)

    def variable(self, frame: Frame, key: str, extent: Extent, *, read: bool) -> None:
        """A variable, by its lower-case name, is about to be read or written."""
        if self._busy:
            return
        mode = "Read" if read else "Write"
        met: list[Breakpoint] = [
            one
            for one in self.all.values()
            if one.enabled
            and type(one) is VariableBreakpoint
            and one.variable.lower() == key
            and one.mode in (mode, "ReadWrite")
            and one.is_in(extent.file)
        ]
        place = self._place
        self._meet(met, frame, place[1] if place is not None and place[0] is frame else extent)

    def _meet(
        self, met: Sequence[Breakpoint], frame: Frame, extent: Extent | None, *, is_due: bool = False
    ) -> None:
        """Run the actions; stop for those without one and those whose action breaks, or when a stop is due
        anyhow."""
        breaks = [one for one in met if self._hit(one, frame)]
        if breaks or is_due:
            self._stop(frame, extent, breaks)

    def _hit(self, one: Breakpoint, frame: Frame) -> bool:
        """Run the action, with the breakpoint as $_; what it meets itself is no hit, its errors are lost.
        Whether the debugger shall stop."""
        from emulator.powershell.runtime.engine import Frame as FrameType

        one.hits += 1
        if one.action is None:
            return True
        self._busy = True
        scope = frame.scope.called(frame.scope.home)
        inner = FrameType(self.engine, scope, frame.streams, frame.block, frame.invocation)
        try:
            one.action.inline_with(inner, lambda _value: None, one)
        except BreakSignal:
            return True
        except (BudgetSignal, PipelineStopped):
            raise
        except (PSError, ControlFlow):
            return False
        finally:
            self._busy = False
        return False

    def _stop(self, frame: Frame, extent: Extent | None, breaks: list[Breakpoint]) -> None:
        """Stand still until the host lets the script go on. Raises PipelineStopped when that ends it."""
        engine = self.engine
        host = engine.debugger_host
        if host is None:
            if self.waits:
                raise _waiting()
            return
        stop = DebuggerStop(frame, extent, breaks)
        scope, level = engine.global_scope, engine.global_scope.value("nestedpromptlevel")
        self._busy = True
        scope.set("PSDebugContext", stop.context())
        scope.set("NestedPromptLevel", 1)
        try:
            action = host.stopped(stop)
        finally:
            self._busy = False
            scope.set("NestedPromptLevel", level)
            scope.variables.pop("psdebugcontext", None)
        if action is Resume.STOP:
            raise PipelineStopped
        self._steps.begin(action, engine.depth)


def _waiting() -> NotEmulatedError:
    return not_emulated("To wait for a debugger that attaches to the runspace")
