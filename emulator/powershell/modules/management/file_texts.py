"""The text of a file as Get-Content reads it, and its lines."""

from __future__ import annotations

from emulator.powershell.modules.utility.csv import text_of_file as text_in_encoding
from emulator.powershell.providers.paths import Place
from emulator.powershell.runtime.cmdlet_call import CmdletCall


def text_of_file(call: CmdletCall, place: Place, encoding: str | None) -> str:
    """The text of a file: by its byte-order mark, or in an encoding. Raises the errors of Get-Content."""
    if encoding is None or place.provider.is_container(place.path):
        return str(place.provider.content(place.path))
    return text_in_encoding(call, place.path, encoding)


def lines_of(text: str) -> list[str]:
    """The lines, however they end; no empty one behind the last end."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if lines and not lines[-1]:
        lines.pop()
    return lines
