"""A program that Add-Type -OutputAssembly wrote, run as a process of its own."""

from __future__ import annotations

from emulator.console.command_line import split_arguments
from emulator.console.context import Context
from emulator.console.process import ProgramCancelled
from emulator.console.programs.powershell.output import ConsoleInterface
from emulator.console.programs.powershell.session import initial_session
from emulator.console.programs.powershell.streams import for_script
from emulator.console.running_program import Cancellation
from emulator.console.streams import NullWriter
from emulator.powershell.csharp.assembly_files import sources_in
from emulator.powershell.csharp.sources import WINDOWS
from emulator.powershell.dotnet.exceptions import ExceptionObject
from emulator.powershell.runtime import Runspace
from emulator.powershell.runtime.engine import Engine
from emulator.powershell.runtime.errors import PipelineStopped, ProcessExit
from emulator.powershell.runtime.services import Machine

#: What the .NET Framework ends a process with when nobody catches its exception (0xE0434352).
UNHANDLED = -532462766
#: The exit code of a program that uses what is not emulated, or more than a program may use.
_REFUSED = 1
_BAD_IMAGE = 193


def run(context: Context, path: str, command_line: str, tail: str) -> int:
    """Run the program in a file; its exit code.

    Raises `ProgramCancelled` when it is stopped from outside, and HostError when the file cannot be read.
    """
    held = sources_in(context.files.read(path))
    if held is None or not held.is_program:
        context.error(f"{path} is not a valid Win32 application.")
        return _BAD_IMAGE
    own = for_script(context)
    if held.kind == WINDOWS:
        # A program of the Windows subsystem has no console.
        own.stdout = own.stderr = NullWriter(context.console.code_page)
    session = initial_session(own, ConsoleInterface(own, interactive=True))
    machine = session.services[Machine]
    machine.command_line = command_line
    machine.directory = context.directory
    runspace = Runspace(session)
    runspace.engine.stopped = Cancellation(context.cancelled)

    def work(engine: Engine) -> None:
        from emulator.powershell.csharp.entry_point import run_program
        from emulator.powershell.csharp.registry import compiled_once

        assembly = compiled_once(engine, held, held.key, path)
        raise ProcessExit(run_program(assembly, engine, split_arguments(tail), _unhandled))

    def _unhandled(problem: ExceptionObject, method: str) -> int:
        own.error(f"\r\nUnhandled Exception: {_with_inner(problem)}\r\n   at {method}")
        return UNHANDLED

    try:
        result = runspace.run_code(work)
    except PipelineStopped:
        raise ProgramCancelled(f"{path} was stopped") from None
    finally:
        runspace.end_process()
    if result.stopped:
        raise ProgramCancelled(f"{path} was stopped")
    if result.failure is not None:
        own.error(result.failure.message)
        return _REFUSED
    return result.exit_code or 0


def _with_inner(problem: ExceptionObject) -> str:
    first, *others = problem.chain()
    ends = "".join("\r\n   --- End of inner exception stack trace ---" for _ in others)
    return str(first) + "".join(f" ---> {one}" for one in others) + ends
