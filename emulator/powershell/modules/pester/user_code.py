"""Code of the user's suites is run: in a scope, and so that what ends it does not end the run."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from emulator.powershell.runtime.binder import Argument
from emulator.powershell.runtime.commands import CommandInfo, ScriptInfo
from emulator.powershell.runtime.engine import Engine, Frame
from emulator.powershell.runtime.errors import (
    BreakSignal,
    BudgetSignal,
    ContinueSignal,
    ControlFlow,
    ErrorRecord,
    PSError,
    StopUpstream,
)
from emulator.powershell.runtime.invocation import InvocationInfo
from emulator.powershell.runtime.runspace import internal_failure
from emulator.powershell.runtime.scope import Scope
from emulator.powershell.runtime.script_block import ScriptBlock
from emulator.powershell.runtime.script_processor import ScriptProcessor
from emulator.powershell.runtime.streams import Write, discard

if TYPE_CHECKING:
    from emulator.powershell.runtime.streams import Streams


def attempt(engine: Engine, run: Callable[[], None]) -> ErrorRecord | None:
    """Run something of the user's; the record of what ended it, or None."""
    frame, depth, catching = engine.frame, engine.depth, engine.catching
    engine.catching += 1
    try:
        run()
    except PSError as problem:
        engine.remember(problem.record)
        return problem.record
    except BudgetSignal as signal:
        return signal.record
    except (BreakSignal, ContinueSignal, StopUpstream):
        return None
    except ControlFlow:
        raise
    except RecursionError:
        return engine.depth_error().record
    except Exception as problem:  # noqa: BLE001 - a fault of a behaviour fails the one test that met it
        engine.session.gap("fault", f"{type(problem).__name__}: {problem}")
        return internal_failure(problem)
    finally:
        engine.frame, engine.depth, engine.catching = frame, depth, catching
    return None


def run_dot(
    engine: Engine,
    script: ScriptBlock,
    scope: Scope,
    streams: Streams,
    arguments: list[Argument] | None = None,
    info: CommandInfo | None = None,
    write: Write = discard,
) -> None:
    """Run a block inside a scope, as ``. { }`` does; without ``write`` its output goes nowhere."""
    command = info or ScriptInfo(script)
    invocation = InvocationInfo(command, None, "")
    frame = Frame(engine, scope, streams, script, invocation)
    bare = ScriptBlock(script.compiled, engine, scope.home, script.is_filter)
    outer, engine.frame = engine.frame, frame
    try:
        processor = ScriptProcessor(
            frame, command, bare, arguments or [], write, streams, invocation, False, True
        )
        processor.begin()
        processor.alone()
        processor.end()
    finally:
        engine.frame = outer
