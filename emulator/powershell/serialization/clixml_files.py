"""Objects as the text of a CLIXML file, which Export-Clixml writes and PSSerializer gives.

A SecureString in one stands under the data protection of whoever writes it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lxml import etree

from emulator.powershell.dotnet.unicode_text import utf8_bytes
from emulator.powershell.serialization.clixml_reader import BadClixml, ClixmlReader, local_name, parse
from emulator.powershell.serialization.clixml_writer import ClixmlWriter
from emulator.powershell.serialization.protected_text import protected_text, unprotected_text

if TYPE_CHECKING:
    from emulator.powershell.runtime.engine import Engine

_OPENING = '<Objs Version="1.1.0.1" xmlns="http://schemas.microsoft.com/powershell/2004/04">'


def objects_text(engine: Engine, values: list[Any], depth: int) -> str:
    """Two blanks for each level, no declaration.

    Raises SerializationTooLarge, and NetError where a SecureString cannot be protected.
    """
    writer = ClixmlWriter(engine, lambda text: protected_text(engine, text))
    for value in values:
        writer.write(value, "", depth)
    root = etree.fromstring(f"<Objs>{writer.text()}</Objs>")
    etree.indent(root, space="  ")
    text = etree.tostring(root, encoding="unicode").removeprefix("<Objs>")
    return (_OPENING + text.replace("/>", " />")).replace("\n", "\r\n")


def objects_of(engine: Engine, text: str) -> list[Any]:
    """The objects of such a text. Raises BadClixml, and NetError for the SecureString of another user."""
    root = parse(utf8_bytes(text))
    if local_name(root) != "Objs":
        raise BadClixml("the file is not CLIXML")
    reader = ClixmlReader(lambda secret: unprotected_text(engine, secret))
    return [reader.read(one) for one in root]
