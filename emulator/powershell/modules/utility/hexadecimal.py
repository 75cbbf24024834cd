"""Format-Hex."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from emulator.powershell.dotnet import numbers
from emulator.powershell.dotnet.numbers import Byte
from emulator.powershell.dotnet.psobject import unwrap
from emulator.powershell.dotnet.types import PSType, register
from emulator.powershell.modules.utility.files import bytes_of, files_of
from emulator.powershell.runtime.cmdlet_call import UNBOUND, CmdletCall
from emulator.powershell.runtime.conversion import items_of
from emulator.powershell.runtime.module import cmdlet

_ROW = 16
_CODECS = {
    "ascii": "ascii",
    "bigendianunicode": "utf-16-be",
    "unicode": "utf-16-le",
    "utf7": "utf-7",
    "utf8": "utf-8",
    "utf32": "utf-32-le",
}
_SIZES = {"Byte": 1, "SByte": 1, "Int16": 2, "UInt16": 2, "int": 4, "UInt32": 4, "Int64": 8, "UInt64": 8}


class ByteCollection:
    """Microsoft.PowerShell.Commands.ByteCollection: the bytes of one input, from an offset."""

    __slots__ = ("data", "offset", "path")

    def __init__(self, data: bytes, path: str = "", offset: int = 0) -> None:
        self.data = data
        self.path = path
        self.offset = offset

    def text(self) -> str:
        """Rows of sixteen bytes with their characters; control characters stand as dots."""
        rows = []
        for start in range(0, len(self.data), _ROW):
            part = self.data[start : start + _ROW]
            shown = "".join(f"{one:02X} " for one in part).ljust(3 * _ROW)
            signs = "".join(chr(one) if 32 <= one < 127 else "." for one in part)
            rows.append(f"{self.offset + start:08X}   {shown} {signs}")
        return "\r\n".join(rows)


register(
    PSType(
        "Microsoft.PowerShell.Commands.ByteCollection",
        instance={
            "Offset: int": lambda c: c.offset,
            "Bytes: byte[]": lambda c: bytearray(c.data),
            "Path: string": lambda c: c.path or None,
            "ToString()": lambda c: c.text(),
        },
        to_text=lambda c: c.text(),
    ),
    ByteCollection,
)


@cmdlet("Format-Hex")
def format_hex(
    call: CmdletCall,
    path: list[str] | None = None,
    literal_path: list[str] | None = None,
    input_object: Any = None,
    encoding: str = "ascii",
    raw: bool = False,
) -> Iterator[ByteCollection]:
    """Bytes as hexadecimal numbers."""
    if call.parameter_set != "ByInputObject":
        for file in files_of(call, literal_path or path, literal=literal_path is not None):
            yield ByteCollection(bytes_of(call).read_bytes(file), file)
        return
    value = unwrap(call.input_object if call.input_object is not UNBOUND else input_object)
    if type(value).__name__ in ("FileInfo", "DirectoryInfo"):
        yield ByteCollection(bytes_of(call).read_bytes(value.path), value.path)
        return
    data = b"".join(
        _bytes(call, one, encoding, raw)
        for one in ([value] if isinstance(value, bytearray) else items_of(value))
    )
    yield ByteCollection(data)


def _bytes(call: CmdletCall, value: Any, encoding: str, raw: bool) -> bytes:
    value = unwrap(value)
    if isinstance(value, str):
        return value.encode(_CODECS.get(encoding.lower(), "ascii"), "replace")
    if isinstance(value, bytearray):
        return bytes(value)
    if type(value) is Byte:
        return bytes([int(value)])
    if type(value) is bool:
        return int(value).to_bytes(1 if not raw else 4, "little")
    if type(value) in numbers.NUMBER_TYPES and isinstance(value, int):
        size = _SIZES.get(type(value).__name__, 4)
        return int(value).to_bytes(size, "little", signed=int(value) < 0)
    raise call.failure(
        "System.ArgumentException",
        "Cannot convert input of type "
        f"'{call.type_text(value)}' to hexadecimal. To view the hexadecimal formatting of its string "
        "representation, pipe it to the Out-String cmdlet before piping it to Format-Hex.",
        "FormatHexTypeNotSupported",
        "ParserError",
        value,
    )
