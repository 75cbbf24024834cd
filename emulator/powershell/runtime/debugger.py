"""The debugger of a session: where it stops, and what runs there (about_Debuggers).

A host that shows stops is `Engine.debugger_host`; powershell.exe is one. Without one a stop is passed over,
as Windows does with a runspace that nobody debugs.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Protocol

from emulator.powershell.dotnet.collections import PSArray
from emulator.powershell.dotnet.psobject import PSObject
from emulator.powershell.runtime.errors import BudgetSignal, ControlFlow, PipelineStopped, PSError
from emulator.powershell.runtime.invocation import InvocationInfo, position_message
from emulator.powershell.runtime.sinks import Collector
from emulator.powershell.runtime.streams import Streams

if TYPE_CHECKING:
    from emulator.powershell.parser.extents import Extent
    from emulator.powershell.runtime.breakpoints import Breakpoint
    from emulator.powershell.runtime.engine import Frame


class Resume(Enum):
    """DebuggerResumeAction."""

    CONTINUE = "Continue"
    STEP_INTO = "StepInto"
    STEP_OUT = "StepOut"
    STEP_OVER = "StepOver"
    STOP = "Stop"


class DebuggerStop:
    """A script that stands still before what lies at ``extent``; ``breakpoints`` are those that it met there,
    none after a step."""

    def __init__(self, frame: Frame, extent: Extent | None, breakpoints: list[Breakpoint]) -> None:
        self.frame = frame
        self.extent = extent
        self.breakpoints = breakpoints

    @property
    def position(self) -> str:
        """The place with its line, lines joined by CR LF."""
        return position_message(self.extent)

    def context(self) -> PSObject:
        """$PSDebugContext."""
        return PSObject.custom(
            [
                ("InvocationInfo", InvocationInfo(None, self.extent)),
                ("Breakpoints", PSArray(self.breakpoints)),
                ("Trigger", None),
            ],
            ("System.Management.Automation.PSDebugContext",),
        )

    def evaluate(self, text: str) -> Collector:
        """Run a text where the script stands, in its scope. What leaves a script (exit, break) leaves only
        the text."""
        from emulator.powershell.runtime.engine import Frame as FrameType

        frame, kept = self.frame, Collector()
        engine = frame.engine
        streams = Streams(kept.error, kept.warning, kept.verbose, kept.debug, kept.information, kept.progress)
        inner = FrameType(engine, frame.scope, streams, frame.block, frame.invocation)
        outer, engine.frame = engine.frame, inner
        try:
            engine.script_block(text).inline(inner, kept.output)
        except (BudgetSignal, PipelineStopped):
            raise
        except PSError as problem:
            engine.remember(problem.record)
            kept.error(problem.record)
        except ControlFlow:
            pass
        finally:
            engine.frame = outer
        return kept


class DebuggerHost(Protocol):
    """Who shows a stop and says how to go on."""

    def stopped(self, stop: DebuggerStop) -> Resume:
        """Show where a script stands still until somebody lets it go on."""
        ...


class Steps:
    """Until where a script runs after a stop."""

    __slots__ = ("_action", "_depth")

    def __init__(self) -> None:
        self._action: Resume = Resume.CONTINUE
        self._depth = 0

    def begin(self, action: Resume, depth: int) -> None:
        """Go on from a place in so many functions and scripts."""
        self._action, self._depth = action, depth

    def are_done(self, depth: int) -> bool:
        """Whether a statement in so many functions and scripts is where the step ends."""
        match self._action:
            case Resume.STEP_INTO:
                return True
            case Resume.STEP_OVER:
                return depth <= self._depth
            case Resume.STEP_OUT:
                return depth < self._depth
        return False


def source_lines(extent: Extent | None) -> list[str]:
    """The lines of the script that a place is in."""
    return [] if extent is None else extent.source.text.replace("\r\n", "\n").split("\n")
