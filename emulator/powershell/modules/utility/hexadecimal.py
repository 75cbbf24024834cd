"""Format-Hex."""

from __future__ import annotations

from typing import Any

from emulator.powershell.dotnet import numbers
from emulator.powershell.dotnet.psobject import unwrap
from emulator.powershell.dotnet.types import PSType, register
from emulator.powershell.modules.utility.files import bytes_of, files_of
from emulator.powershell.runtime.cmdlet_call import UNBOUND
from emulator.powershell.runtime.conversion import items_of, to_text
from emulator.powershell.runtime.module import Cmdlet, cmdlet

_ROW = 16
_COLLECTION = "Microsoft.PowerShell.Commands.ByteCollection"
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
        """Rows of sixteen bytes with the characters of their numbers; control characters stand as dots."""
        rows = []
        for start in range(0, len(self.data), _ROW):
            part = self.data[start : start + _ROW]
            shown = "".join(f"{one:02X} " for one in part).ljust(3 * _ROW)
            signs = "".join("." if one < 32 or 127 <= one < 160 else chr(one) for one in part)
            rows.append(f"{self.offset + start:08X}   {shown} {signs}")
        return "\r\n".join(rows)


register(
    PSType(
        _COLLECTION,
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
class FormatHex(Cmdlet):
    """Bytes as hexadecimal numbers. Texts and files come out one by one, numbers together at the end."""

    accepts = ("Path", "LiteralPath", "InputObject", "Encoding", "Raw")

    def begin(self) -> None:
        """Start without numbers."""
        self.numbers = b""

    def process(self) -> None:
        """Write files and texts, keep numbers."""
        call = self.call
        if call.parameter_set != "ByInputObject":
            literal = call.get("LiteralPath")
            for file in files_of(call, literal or call.get("Path"), literal=literal is not None):
                call.write(ByteCollection(bytes_of(call).read_bytes(file), file))
            return
        value = unwrap(call.input_object if call.input_object is not UNBOUND else call.get("InputObject"))
        if type(value).__name__ in ("FileInfo", "DirectoryInfo"):
            call.write(ByteCollection(bytes_of(call).read_bytes(value.path), value.path))
            return
        for one in [value] if isinstance(value, bytearray) else items_of(value):
            data = self._bytes(unwrap(one))
            if isinstance(unwrap(one), str):
                call.write(ByteCollection(data))
            else:
                self.numbers += data

    def end(self) -> None:
        """Write the numbers."""
        if self.numbers:
            self.call.write(ByteCollection(self.numbers))

    def _bytes(self, value: Any) -> bytes:
        call = self.call
        if isinstance(value, str):
            codec = _CODECS.get(to_text(call.get("Encoding", "Ascii")).lower(), "ascii")
            return value.encode(codec, "replace")
        if isinstance(value, bytearray):
            return bytes(value)
        if type(value) in numbers.NUMBER_TYPES and isinstance(value, int):
            number = int(value)
            size = _SIZES.get(type(value).__name__, 4)
            if not call.get("Raw") and number >= 0:
                size = min(size, 1 if number < 1 << 8 else 2 if number < 1 << 16 else size)
            return number.to_bytes(size, "little", signed=number < 0)
        raise call.failure(
            "System.ArgumentException",
            "Cannot convert input of type "
            f"'{call.type_text(value)}' to hexadecimal. To view the hexadecimal formatting of its string "
            "representation, pipe it to the Out-String cmdlet before piping it to Format-Hex.",
            "FormatHexTypeNotSupported",
            "ParserError",
            value,
        )
