"""What Copy-Item has done at the other end of a session: small functions that a session runs.

A session of a user drive has them as hidden functions, under the names that Windows gives its own; in a
session with a full language they are sent along. A large file goes in pieces.
"""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

from emulator.powershell.dotnet.psobject import unwrap
from emulator.powershell.runtime.binder import Argument
from emulator.powershell.runtime.command_pipeline import PipelineCommand
from emulator.powershell.runtime.errors import PSError
from emulator.powershell.runtime.sinks import Collector

if TYPE_CHECKING:
    from collections.abc import Callable

    from emulator.powershell.modules.core.session_objects import Session
    from emulator.powershell.runtime.engine import Engine

#: Bytes of a file that travel at a time.
PIECE = 1 << 20
_FULL = "$full = $ExecutionContext.SessionState.Path.GetUnresolvedProviderPathFromPSPath($Path)\n"
_ITEM = (
    "@{ FullName = $one.FullName; Name = $one.Name; IsFolder = $one.PSIsContainer;"
    " Length = $(if ($one.PSIsContainer) { 0 } else { $one.Length });"
    " Attributes = [int] $one.Attributes }"
)
FUNCTIONS = {
    "PSCopyRemoteUtils": (
        "param([string] $Path, [bool] $IsLiteral)\n"
        "$absolute = Split-Path -Path $Path -IsAbsolute\n"
        "$found = @(if ($IsLiteral) { Get-Item -LiteralPath $Path -Force -ErrorAction SilentlyContinue }"
        " else { Get-Item -Path $Path -Force -ErrorAction SilentlyContinue })\n"
        + _FULL
        + "@{ IsAbsolute = $absolute; FullName = $full;"
        f" Items = @(foreach ($one in $found) {{ {_ITEM} }}) }}"
    ),
    "PSCopyFromSessionHelper": (
        "param([string] $Path, [long] $Offset = -1, [int] $Count)\n" + _FULL + "if ($Offset -lt 0) {\n"
        f"    foreach ($one in Get-ChildItem -LiteralPath $Path -Force) {{ {_ITEM} }}\n"
        "} else {\n"
        "    $stream = [System.IO.File]::OpenRead($full)\n"
        "    try {\n"
        "        $null = $stream.Seek($Offset, 'Begin')\n"
        "        $bytes = New-Object byte[] $Count\n"
        "        $null = $stream.Read($bytes, 0, $Count)\n"
        "        [System.Convert]::ToBase64String($bytes)\n"
        "    } finally { $stream.Dispose() }\n"
        "}"
    ),
    "PSCopyToSessionHelper": (
        "param([string] $Path, [string] $Kind, $Data)\n" + _FULL + "if ($Kind -eq 'Folder') {\n"
        "    $null = New-Item -ItemType Directory -Force -Path $Path -ErrorAction Stop\n"
        "} elseif ($Kind -eq 'Attributes') {\n"
        "    (Get-Item -LiteralPath $Path -Force).Attributes = $Data\n"
        "} else {\n"
        "    $bytes = [System.Convert]::FromBase64String($Data)\n"
        "    $stream = [System.IO.File]::Open($full, $Kind)\n"
        "    try { $stream.Write($bytes, 0, $bytes.Length) } finally { $stream.Dispose() }\n"
        "}"
    ),
}
"""By their names; each takes the parameters that `SessionFiles` gives it."""


class NoFullLanguage(Exception):
    """The session takes no scripts and has no functions for copies."""


class SessionFiles:
    """The files of a session. Methods raise PSError for what fails there, and NoFullLanguage."""

    def __init__(self, engine: Engine, session: Session, stopped: Callable[[], bool]) -> None:
        self._engine = engine
        self._connection = session.connection
        self._stopped = stopped
        self._takes_scripts = True

    def _run(self, name: str, **parameters: Any) -> list[Any]:
        arguments = tuple(Argument(key, value) for key, value in parameters.items())
        if self._takes_scripts:
            command = PipelineCommand(
                FUNCTIONS[name], is_script=True, use_local_scope=True, arguments=arguments
            )
        else:
            command = PipelineCommand(name, arguments=arguments)
        kept = Collector()
        started = self._connection.start(self._engine, [[command]], None)
        started.receive(self._engine, kept, self._stopped)
        problem = started.failure or next(iter(kept.errors), None)
        if problem is None:
            return kept.outputs
        if problem.fully_qualified_error_id.startswith("ScriptsNotAllowed"):
            self._takes_scripts = False
            return self._run(name, **parameters)
        if not self._takes_scripts and problem.fully_qualified_error_id.startswith("CommandNotFound"):
            raise NoFullLanguage
        raise PSError(problem)

    def describe(self, path: str, *, is_literal: bool) -> tuple[bool, str, list[dict[str, Any]]]:
        """Whether a path is absolute, what it is in full, and the items that it means."""
        table = _table(self._run("PSCopyRemoteUtils", Path=path, IsLiteral=is_literal)[0])
        items = [_table(one) for one in _list(table["items"])]
        return bool(table["isabsolute"]), str(table["fullname"]), items

    def children(self, path: str) -> list[dict[str, Any]]:
        """The items in a folder."""
        return [_table(one) for one in self._run("PSCopyFromSessionHelper", Path=path)]

    def read(self, path: str, size: int) -> bytes:
        """The content of a file of so many bytes."""
        pieces = []
        for offset in range(0, size, PIECE):
            count = min(PIECE, size - offset)
            (text,) = self._run("PSCopyFromSessionHelper", Path=path, Offset=offset, Count=count)
            pieces.append(base64.b64decode(str(unwrap(text))))
        return b"".join(pieces)

    def write(self, path: str, data: bytes) -> None:
        """Make a file, or replace its content."""
        for offset in range(0, max(len(data), 1), PIECE):
            text = base64.b64encode(data[offset : offset + PIECE]).decode("ascii")
            kind = "Append" if offset else "Create"
            self._run("PSCopyToSessionHelper", Path=path, Kind=kind, Data=text)

    def make_directory(self, path: str) -> None:
        """Make a folder, unless it is there."""
        self._run("PSCopyToSessionHelper", Path=path, Kind="Folder")

    def set_attributes(self, path: str, attributes: int) -> None:
        """Give a file the attributes of the one that it is a copy of."""
        self._run("PSCopyToSessionHelper", Path=path, Kind="Attributes", Data=attributes)


def _table(value: Any) -> dict[str, Any]:
    return {str(key).lower(): unwrap(one) for key, one in unwrap(value).items()}


def _list(value: Any) -> list[Any]:
    held = unwrap(value)
    return [] if held is None else list(held)
