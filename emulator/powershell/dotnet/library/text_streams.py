"""System.IO.StreamReader and StreamWriter: text over streams of bytes."""

from __future__ import annotations

import codecs
from typing import TYPE_CHECKING, Any

from emulator.powershell.dotnet.exceptions import argument_error, null_argument
from emulator.powershell.dotnet.library.files import open_file
from emulator.powershell.dotnet.library.stream_types import stream_of
from emulator.powershell.dotnet.library.text import (
    BIG_ENDIAN,
    UNICODE,
    UTF8,
    UTF8_PLAIN,
    UTF32,
    UTF32_BIG,
    Encoding,
)
from emulator.powershell.dotnet.library.text_writers import READER, WRITER, TextReader, TextWriter
from emulator.powershell.dotnet.psobject import unwrap
from emulator.powershell.dotnet.streams import Stream, require_room
from emulator.powershell.dotnet.types import PSType, register

if TYPE_CHECKING:
    from emulator.powershell.runtime.engine import Engine

_CHUNK = 64 * 1024
#: Encodings by their byte order mark; those of UTF-32 begin as UTF-16 does.
_MARKED = (UTF8, UTF32, UTF32_BIG, UNICODE, BIG_ENDIAN)


class StreamReader(TextReader):
    """Characters of a stream: by its byte order mark, otherwise in the encoding given."""

    def __init__(self, stream: Stream, encoding: Encoding = UTF8, *, detects: bool = True) -> None:
        super().__init__("")
        self.stream = stream
        self.encoding = encoding
        self._detects = detects
        self._decoder: codecs.IncrementalDecoder | None = None
        self._size = 0

    def more(self) -> bool:
        """Decode another piece; false at the end of the stream."""
        if self.text is None:
            return False
        data = self.stream.pull(max(_CHUNK, len(self.text) - self.place))
        if not data:
            # What is left of a character that was cut off.
            rest = self._decoder.decode(b"", True) if self._decoder is not None else ""
            self.text += rest
            return bool(rest)
        self._size += len(data)
        require_room(self._size)
        if self._decoder is None:
            data = self._begun(data)
        assert self._decoder is not None  # noqa: S101 - made just now
        self.text = self.text[self.place :] + self._decoder.decode(data)
        self.place = 0
        return True

    def _begun(self, data: bytes) -> bytes:
        found = next((one for one in _MARKED if self._detects and data.startswith(one.mark)), None)
        if found is not None:
            self.encoding = found
        elif self.encoding.mark and data.startswith(self.encoding.mark):
            found = self.encoding
        self._decoder = codecs.getincrementaldecoder(self.encoding.codec)("replace")
        return data[len(found.mark) :] if found is not None else data

    def forget(self) -> None:
        """DiscardBufferedData."""
        self.text, self.place, self._decoder = "", 0, None

    def close(self) -> None:
        super().close()
        self.stream.close()


class StreamWriter(TextWriter):
    """Text that becomes bytes of a stream, when it is flushed or closed."""

    def __init__(self, stream: Stream, encoding: Encoding = UTF8_PLAIN) -> None:
        super().__init__()
        self.stream = stream
        self.encoding = encoding
        self.flushes = False
        self._parts: list[str] = []
        self._size = 0
        # The mark stands at the beginning of a stream only.
        self._mark = encoding.mark if stream.seekable and stream.position == 0 else b""

    def put(self, text: str) -> None:
        """Keep a text until the next flush."""
        self._parts.append(text)
        self._size += len(text)
        require_room(self._size)
        if self.flushes:
            self.flush()

    def flush(self) -> None:
        """Hand the bytes to the stream."""
        self.require_open()
        if self._parts:
            self.stream.push(self._mark + "".join(self._parts).encode(self.encoding.codec, "replace"))
            self._parts, self._size, self._mark = [], 0, b""
        self.stream.flush()

    def close(self) -> None:
        if not self.closed:
            self.flush()
            super().close()
            self.stream.close()


def _encoding(value: Any) -> Encoding:
    held = unwrap(value)
    if held is None:
        raise null_argument("encoding")
    if not isinstance(held, Encoding):
        raise argument_error("Stream was not readable.")
    return held


def _readable(value: Any) -> Stream:
    stream = stream_of(value)
    if not stream.readable or stream.closed:
        raise argument_error("Stream was not readable.")
    return stream


def _writable(value: Any) -> Stream:
    stream = stream_of(value)
    if not stream.writable or stream.closed:
        raise argument_error("Stream was not writable.")
    return stream


def _reader(
    _kind: PSType, stream: Any, encoding: Any = UTF8, detects: bool = True, size: int = 0
) -> StreamReader:
    del size
    if isinstance(encoding, bool):  # StreamReader(Stream, bool)
        encoding, detects = UTF8, encoding
    return StreamReader(_readable(stream), _encoding(encoding), detects=detects)


def _reader_of_file(
    engine: Engine, kind: PSType, path: str, encoding: Any = UTF8, detects: bool = True
) -> StreamReader:
    return _reader(kind, open_file(engine, path, "Open", "Read"), encoding, detects)


def _writer(_kind: PSType, stream: Any, encoding: Any = UTF8_PLAIN, size: int = 0) -> StreamWriter:
    del size
    return StreamWriter(_writable(stream), _encoding(encoding))


def _writer_of_file(
    engine: Engine, _kind: PSType, path: str, append: bool = False, encoding: Any = UTF8_PLAIN
) -> StreamWriter:
    return StreamWriter(
        open_file(engine, path, "Append" if append else "Create", "Write"), _encoding(encoding)
    )


def _set_flushes(writer: StreamWriter, value: bool) -> None:
    writer.flushes = value
    if value:
        writer.flush()


_TEXT = "System.Text.Encoding encoding"
register(
    PSType(
        "System.IO.StreamReader",
        base="System.IO.TextReader",
        interfaces=("System.IDisposable",),
        instance={
            **READER,
            "BaseStream": lambda r: r.stream,
            "CurrentEncoding": lambda r: r.encoding,
            "EndOfStream: bool": lambda r: r.peek() == "",
            "DiscardBufferedData()": lambda r: r.forget(),
        },
        construct={
            "new(System.IO.Stream stream)": _reader,
            "new(System.IO.Stream stream, bool detectEncodingFromByteOrderMarks)": _reader,
            f"new(System.IO.Stream stream, {_TEXT})": _reader,
            f"new(System.IO.Stream stream, {_TEXT}, bool detectEncodingFromByteOrderMarks)": _reader,
            f"new(System.IO.Stream stream, {_TEXT}, bool detectEncodingFromByteOrderMarks, int bufferSize)": (
                _reader
            ),
            "@new(string path)": _reader_of_file,
            "@new(string path, bool detectEncodingFromByteOrderMarks)": _reader_of_file,
            f"@new(string path, {_TEXT})": _reader_of_file,
            f"@new(string path, {_TEXT}, bool detectEncodingFromByteOrderMarks)": _reader_of_file,
        },
    ),
    StreamReader,
)
register(
    PSType(
        "System.IO.StreamWriter",
        base="System.IO.TextWriter",
        interfaces=("System.IDisposable",),
        instance={
            **WRITER,
            "AutoFlush: bool": lambda w: w.flushes,
            "AutoFlush=": _set_flushes,
            "BaseStream": lambda w: w.stream,
            "Encoding": lambda w: w.encoding,
        },
        construct={
            "new(System.IO.Stream stream)": _writer,
            f"new(System.IO.Stream stream, {_TEXT})": _writer,
            f"new(System.IO.Stream stream, {_TEXT}, int bufferSize)": _writer,
            "@new(string path)": _writer_of_file,
            "@new(string path, bool append)": _writer_of_file,
            f"@new(string path, bool append, {_TEXT})": _writer_of_file,
        },
    ),
    StreamWriter,
)
