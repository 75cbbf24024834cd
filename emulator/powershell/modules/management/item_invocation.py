"""Invoke-Item: what the shell does with an item; a program starts, a document in the program of its type."""

from __future__ import annotations

import ntpath

from emulator.host import Account, Host, HostError, NotFound, NotSupported
from emulator.host.windows.file_associations import shell_command
from emulator.host.windows.program_start import ProgramRun, program_starter
from emulator.powershell.modules.management.support import CHOICE, choice_of, non_terminating, places
from emulator.powershell.providers.file_system import FileSystemProvider
from emulator.powershell.providers.paths import Place
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.errors import PSError, error, not_emulated
from emulator.powershell.runtime.module import cmdlet


@cmdlet("Invoke-Item", reads=CHOICE)
def invoke_item(
    call: CmdletCall,
    path: list[str] | None = None,
    literal_path: list[str] | None = None,
) -> None:
    """Open items. A folder gets a window, which nobody sees."""
    for place in places(call, path, literal_path, *choice_of(call)):
        if not isinstance(place.provider, FileSystemProvider):
            with non_terminating(call):
                raise _unsupported()
        elif call.should_process(f"Item: {place.path}", "Invoke Item") and not place.provider.is_container(
            place.path
        ):
            _open(call, place)


def _unsupported() -> PSError:
    return error(
        "Provider operation stopped because the provider does not support this operation.",
        "NotSupported",
        "NotImplemented",
        kind="System.Management.Automation.PSNotSupportedException",
    )


def _open(call: CmdletCall, place: Place) -> None:
    host = call.service(Host)
    try:
        line = shell_command(host, place.path)
    except NotSupported as gap:
        raise call.complete(not_emulated(gap.text)) from None
    except NotFound as problem:
        raise _failure(call, problem.text.rstrip(".")) from None
    try:
        folder, variables = ntpath.dirname(place.path), dict(call.engine.environment)
        machine = call.engine.machine
        run = ProgramRun(parent_id=machine.process_id, is_32_bit=machine.is_32_bit_process)
        program_starter(host).start(call.service(Account), line, folder, variables, run)
    except NotFound:
        raise _failure(call, "The system cannot find the file specified") from None
    except HostError as problem:
        raise _failure(call, problem.text.rstrip(".")) from None


def _failure(call: CmdletCall, text: str) -> PSError:
    kind = "System.ComponentModel.Win32Exception"
    return call.failure(kind, text, kind, "NotSpecified")
