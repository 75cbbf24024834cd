"""Invoke-Item: what the shell does with an item; a program starts, a document in the program of its type."""

from __future__ import annotations

import ntpath
import re

from emulator.host import Account, Host, HostError
from emulator.host.errors import NotFound
from emulator.host.windows.program_start import PROGRAM_TYPES, ProgramRun, program_starter
from emulator.host.windows.registry import LOCAL_MACHINE
from emulator.powershell.modules.management.support import CHOICE, choice_of, non_terminating, places
from emulator.powershell.providers.file_system import FileSystemProvider
from emulator.powershell.providers.paths import Place
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.errors import PSError, error, not_emulated
from emulator.powershell.runtime.module import cmdlet

#: Types that every Windows opens with a program that has windows, which none is here.
_WINDOWED = frozenset(
    [
        ".txt",
        ".log",
        ".ini",
        ".inf",
        ".xml",
        ".ps1",
        ".psm1",
        ".psd1",
        ".htm",
        ".html",
        ".url",
        ".lnk",
        ".msc",
        ".cpl",
        ".msi",
        ".msp",
        ".vbs",
        ".js",
        ".wsf",
        ".hta",
        ".rtf",
        ".bmp",
        ".jpg",
        ".png",
        ".gif",
        ".zip",
        ".reg",
        ".chm",
        ".scr",
    ]
)
_NO_PROGRAM = "No application is associated with the specified file for this operation"


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
    kind = ntpath.splitext(place.path)[1].lower()
    line = f'"{place.path}"' if kind in PROGRAM_TYPES else _command(host, kind, place.path)
    if line is None:
        if kind in _WINDOWED:
            raise call.complete(not_emulated(f"Invoke-Item of a {kind} file"))
        raise _failure(call, _NO_PROGRAM)
    try:
        folder, variables = ntpath.dirname(place.path), dict(call.engine.environment)
        run = ProgramRun(is_32_bit=call.engine.machine.is_32_bit_process)
        program_starter(host).start(call.service(Account), line, folder, variables, run)
    except NotFound:
        raise _failure(call, "The system cannot find the file specified") from None
    except HostError as problem:
        raise _failure(call, problem.text.rstrip(".")) from None


def _command(host: Host, kind: str, path: str) -> str | None:
    """The command line that the registry states for a type of files, or None."""
    name = _default_value(host, kind) if kind else None
    command = _default_value(host, f"{name}\\shell\\open\\command") if name else None
    if command is None:
        return None
    command = re.sub("%l", "%1", command, flags=re.I)
    return command.replace("%1", path) if "%1" in command else f'{command} "{path}"'


def _default_value(host: Host, key: str) -> str | None:
    try:
        return str(host.registry.value(LOCAL_MACHINE, f"SOFTWARE\\Classes\\{key}", "").data) or None
    except HostError:
        return None


def _failure(call: CmdletCall, text: str) -> PSError:
    kind = "System.ComponentModel.Win32Exception"
    return call.failure(kind, text, kind, "NotSpecified")
