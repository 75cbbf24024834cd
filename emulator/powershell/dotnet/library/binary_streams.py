"""System.IO.BinaryReader and BinaryWriter: numbers and texts as little-endian bytes of a stream."""

from __future__ import annotations

import struct
from typing import Any

from emulator.powershell.dotnet.collections import TypedArray
from emulator.powershell.dotnet.exceptions import NetError, argument_error, null_argument
from emulator.powershell.dotnet.library.stream_types import stream_of
from emulator.powershell.dotnet.library.text import UTF8_PLAIN, Encoding
from emulator.powershell.dotnet.numbers import (
    Byte,
    Char,
    Int16,
    Int64,
    SByte,
    Single,
    UInt16,
    UInt32,
    UInt64,
)
from emulator.powershell.dotnet.psobject import unwrap
from emulator.powershell.dotnet.streams import Stream, filled
from emulator.powershell.dotnet.types import PSType, array_of, builtin, register
from emulator.powershell.runtime.errors import not_emulated

#: Class of a number -> name in ReadX, and how `struct` writes it.
_NUMBERS: dict[Any, tuple[str, str]] = {
    Byte: ("Byte", "<B"),
    SByte: ("SByte", "<b"),
    Int16: ("Int16", "<h"),
    UInt16: ("UInt16", "<H"),
    int: ("Int32", "<i"),
    UInt32: ("UInt32", "<I"),
    Int64: ("Int64", "<q"),
    UInt64: ("UInt64", "<Q"),
    Single: ("Single", "<f"),
    float: ("Double", "<d"),
    bool: ("Boolean", "<?"),
}
_LENGTH_BYTES = 5


class _Binary:
    """Base: a stream and the encoding of its texts."""

    def __init__(self, stream: Stream, encoding: Encoding, leave_open: bool) -> None:
        self.stream = stream
        self.encoding = encoding
        self._leave_open = leave_open
        self.closed = False

    def close(self) -> None:
        """Be done, with the stream too unless it is to stay open."""
        if not self.closed:
            self.closed = True
            if not self._leave_open:
                self.stream.close()

    def require_open(self) -> Stream:
        """The stream. Raises ObjectDisposedException."""
        if self.closed:
            raise NetError("System.ObjectDisposedException", "Cannot access a closed file.")
        return self.stream


class BinaryReader(_Binary):
    """Reads values."""

    def exactly(self, count: int) -> bytes:
        """So many bytes. Raises EndOfStreamException."""
        found = self.some(count)
        if len(found) < count:
            raise NetError("System.IO.EndOfStreamException", "Unable to read beyond the end of the stream.")
        return found

    def some(self, count: int) -> bytes:
        """So many bytes, fewer only at the end."""
        stream, found = self.require_open(), b""
        while len(found) < count and (piece := stream.pull(count - len(found))):
            found += piece
        return found

    def character(self) -> str:
        """The next character, "" at the end."""
        data = b""
        while piece := self.some(1):
            data += piece
            try:
                return data.decode(self.encoding.codec)
            except UnicodeDecodeError as problem:
                if problem.reason != "unexpected end of data" and "truncated" not in problem.reason:
                    return "\ufffd"
        return "\ufffd" if data else ""

    def text(self) -> str:
        """A text with its length in groups of seven bits before it."""
        size = 0
        for place in range(_LENGTH_BYTES):
            byte = self.exactly(1)[0]
            size |= (byte & 0x7F) << (7 * place)
            if not byte & 0x80:
                return self.exactly(size).decode(self.encoding.codec, "replace")
        raise NetError(
            "System.FormatException", "Too many bytes in what should have been a 7 bit encoded Int32."
        )


def _number(kind: Any, form: str) -> Any:
    def read(reader: BinaryReader) -> Any:
        return kind(struct.unpack(form, reader.exactly(struct.calcsize(form)))[0])

    return read


def _char(reader: BinaryReader) -> Char:
    found = reader.character()
    if not found:
        raise NetError("System.IO.EndOfStreamException", "Unable to read beyond the end of the stream.")
    return Char(found)


def _chars(reader: BinaryReader, count: int) -> TypedArray:
    found: list[Char] = []
    while len(found) < count and (one := reader.character()):
        found.append(Char(one))
    return TypedArray(found, array_of(builtin("System.Char")))


def _peek(reader: BinaryReader) -> int:
    stream = reader.require_open()
    if not stream.seekable:
        return -1
    place, found = stream.position, reader.character()
    stream.position = place
    return ord(found) if found else -1


def _bytes(reader: BinaryReader, count: int) -> bytearray:
    if count < 0:
        raise NetError(
            "System.ArgumentOutOfRangeException", "Non-negative number required.", parameter="count"
        )
    return bytearray(reader.some(count))


def _encoding(value: Any) -> Encoding:
    held = unwrap(value)
    if not isinstance(held, Encoding):
        raise null_argument("encoding")
    return held


def _reader(_kind: PSType, stream: Any, encoding: Any = UTF8_PLAIN, leave_open: bool = False) -> BinaryReader:
    found = stream_of(stream, "input")
    if not found.readable or found.closed:
        raise argument_error("Stream was not readable.")
    return BinaryReader(found, _encoding(encoding), leave_open)


class BinaryWriter(_Binary):
    """Writes values."""

    def put(self, value: Any) -> None:
        """Write a value as its type asks."""
        held = unwrap(value)
        stream, known = self.require_open(), _NUMBERS.get(type(held))
        if known is not None:
            stream.push(struct.pack(known[1], held))
        elif isinstance(held, Char):
            stream.push(held.encode(self.encoding.codec, "replace"))
        elif isinstance(held, str):
            data = held.encode(self.encoding.codec, "replace")
            stream.push(_seven_bits(len(data)) + data)
        elif isinstance(held, bytearray):
            stream.push(bytes(held))
        elif isinstance(held, TypedArray) and all(isinstance(one, Char) for one in held):
            stream.push("".join(held).encode(self.encoding.codec, "replace"))
        else:
            raise not_emulated("BinaryWriter.Write of such a value")

    def close(self) -> None:
        if not self.closed:
            self.stream.flush()
        super().close()


def _seven_bits(number: int) -> bytes:
    found = bytearray()
    while number > 0x7F:
        found.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*found, number])


def _part(writer: BinaryWriter, data: bytearray, index: int, count: int) -> None:
    if index < 0 or count < 0 or index + count > len(data):
        raise argument_error("Offset and length were out of bounds for the array.")
    writer.require_open().push(bytes(data[index : index + count]))


def _writer(_kind: PSType, stream: Any, encoding: Any = UTF8_PLAIN, leave_open: bool = False) -> BinaryWriter:
    found = stream_of(stream, "output")
    if not found.writable or found.closed:
        raise argument_error("Stream was not writable.")
    return BinaryWriter(found, _encoding(encoding), leave_open)


def _seek(writer: BinaryWriter, offset: int, origin: Any) -> Int64:
    stream = writer.require_open()
    base = {"Begin": 0, "End": stream.length}.get(str(origin), stream.position)
    stream.position = base + offset
    return Int64(stream.position)


_ENDS = ("", ", System.Text.Encoding encoding", ", System.Text.Encoding encoding, bool leaveOpen")
register(
    PSType(
        "System.IO.BinaryReader",
        interfaces=("System.IDisposable",),
        instance={
            "BaseStream": lambda r: r.stream,
            **{f"Read{name}()": _number(kind, form) for kind, (name, form) in _NUMBERS.items()},
            "ReadBytes(int count)": _bytes,
            "ReadChar()": _char,
            "ReadChars(int count)": _chars,
            "ReadString()": lambda r: r.text(),
            "PeekChar()": _peek,
            "Read(byte[] buffer, int index, int count)": (
                lambda r, buffer, index, count: filled(r.require_open(), buffer, index, count)
            ),
            "Close()": lambda r: r.close(),
            "Dispose()": lambda r: r.close(),
        },
        construct={f"new(System.IO.Stream input{end})": _reader for end in _ENDS},
    ),
    BinaryReader,
)
register(
    PSType(
        "System.IO.BinaryWriter",
        interfaces=("System.IDisposable",),
        instance={
            "BaseStream": lambda w: w.stream,
            "Write(object value)": lambda w, value: w.put(value),
            "Write(byte[] buffer, int index, int count)": _part,
            "Seek(int offset, System.IO.SeekOrigin origin)": _seek,
            "Flush()": lambda w: w.require_open().flush(),
            "Close()": lambda w: w.close(),
            "Dispose()": lambda w: w.close(),
        },
        construct={f"new(System.IO.Stream output{end})": _writer for end in _ENDS},
    ),
    BinaryWriter,
)
