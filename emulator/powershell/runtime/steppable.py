"""Steppable pipelines: a script block's pipeline that a proxy function feeds object by object."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from emulator.powershell.dotnet.collections import PSArray
from emulator.powershell.dotnet.exceptions import NetError
from emulator.powershell.parser import ast
from emulator.powershell.runtime.errors import PSError, StopUpstream

if TYPE_CHECKING:
    from emulator.powershell.runtime.processors import Processor
    from emulator.powershell.runtime.script_block import ScriptBlock
    from emulator.powershell.runtime.streams import Write


class SteppablePipeline:
    """System.Management.Automation.SteppablePipeline."""

    def __init__(self, block: ScriptBlock) -> None:
        self.engine = block.engine
        self.frame = block.engine.frame
        self._starts = _starts_of(block)
        self._processors: list[Processor] = []
        self._out: list[Any] = []
        self._expects_input = False
        self._stopped = False

    def begin(self, expects_input: bool, write: Write | None = None) -> PSArray:
        """Begin: bind and run ``begin`` of each command; output goes to ``write``, or is given back."""
        length = len(self._starts)
        self._expects_input = expects_input
        target: Write = write if write is not None else self._out.append
        processors: list[Processor] = []
        for place in range(length, 0, -1):
            # The first command expects input although nothing stands before it.
            shown = place + 1 if expects_input else place
            stage = self._starts[place - 1](self.frame, target, shown, length)
            processors.append(stage)
            target = stage.process
        processors.reverse()
        self._processors = processors
        return self._step([one.begin for one in processors])

    def process(self, value: Any = None) -> PSArray:
        """Process one object."""
        if not self._processors:
            raise NetError("System.InvalidOperationException", "The pipeline was not started.")
        first = self._processors[0]
        if self._stopped:
            return PSArray()
        return self._step([partial(first.process, value) if self._expects_input else first.alone])

    def end(self) -> PSArray:
        """End."""
        try:
            return self._step([one.end for one in self._processors])
        finally:
            self.dispose()

    def dispose(self) -> None:
        """Dispose."""
        for one in self._processors:
            one.dispose()
        self._processors = []

    def _step(self, work: list[Callable[[], None]]) -> PSArray:
        try:
            for one in work:
                one()
        except StopUpstream as signal:
            if signal.command not in self._processors:
                raise
            self._stopped = True
        except PSError as problem:
            problem.leaving = False
            self.engine.success = False
            raise
        made = PSArray(self._out)
        self._out.clear()
        return made


def _starts_of(block: ScriptBlock) -> Any:
    from emulator.powershell.runtime.compiler.pipelines import starts_of

    body = block.compiled.ast.end_block
    only = body.statements[0] if body is not None and len(body.statements) == 1 else None
    starts = starts_of(only.pipeline_elements) if isinstance(only, ast.PipelineAst) else None
    if starts is None:
        raise NetError(
            "System.InvalidOperationException",
            "Only a script block that contains exactly one pipeline or command can be converted.",
        )
    return starts
