"""The CLIXML that powershell.exe writes to standard error under -EncodedCommand (MS-PSRP 2.2.5, ``#<
CLIXML``).
"""

from __future__ import annotations

from collections.abc import Iterable

from emulator.powershell.serialization.text import escape_attribute

HEADER = "#< CLIXML\r\n"
OPENING = '<Objs Version="1.1.0.1" xmlns="http://schemas.microsoft.com/powershell/2004/04">'
CLOSING = "</Objs>"


def encode(text: str) -> str:
    """A text as the console's CLIXML writes it, quotation marks escaped too."""
    return escape_attribute(text).replace("'", "&apos;")


def line(stream: str, text: str) -> str:
    """One line of a stream, its line end included: ``<S S="Error">text_x000D__x000A_</S>``."""
    return f'<S S="{stream}">{encode(text)}_x000D__x000A_</S>'


def document(lines: Iterable[tuple[str, str]]) -> str:
    """A whole document: (stream, line of text) pairs. The line ends are added."""
    return HEADER + OPENING + "".join(line(stream, text) for stream, text in lines) + CLOSING


def progress(
    activity: str, status: str = "", percent: int = -1, completed: bool = False, source: int = 1
) -> str:
    """The element of a progress record."""
    kind = "Completed" if completed else "Processing"
    return (
        f'<Obj S="progress" RefId="0"><TN RefId="0"><T>System.Management.Automation.PSCustomObject</T>'
        f'<T>System.Object</T></TN><MS><I64 N="SourceId">{source}</I64><PR '
        f'N="Record"><AV>{encode(activity)}</AV>'
        f"<AI>0</AI><Nil "
        f"/><PI>-1</PI><PC>{percent}</PC><T>{kind}</T><SR>-1</SR><SD>{encode(status)}</SD></PR></MS></Obj>"
    )
