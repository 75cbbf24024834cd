"""System.IO.Stream and what derives from it: MemoryStream, FileStream, DeflateStream, GZipStream and
CryptoStream; BufferedStream is the stream below it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emulator.powershell.dotnet.ciphers import CipherStream, CipherTransform
from emulator.powershell.dotnet.exceptions import NetError, argument_error, null_argument
from emulator.powershell.dotnet.library.files import open_file
from emulator.powershell.dotnet.library.hashing import HashAlgorithm
from emulator.powershell.dotnet.library.tasks import attempted
from emulator.powershell.dotnet.numbers import Int64
from emulator.powershell.dotnet.psobject import unwrap
from emulator.powershell.dotnet.streams import (
    CompressionStream,
    FileStream,
    HashingStream,
    MemoryStream,
    Stream,
    filled,
    written,
)
from emulator.powershell.dotnet.types import PSType, register
from emulator.powershell.runtime.errors import not_emulated

if TYPE_CHECKING:
    from emulator.powershell.runtime.engine import Engine

_COMPRESSION = "System.IO.Compression."
_LEVELS = {"Optimal": 6, "Fastest": 1, "NoCompression": 0}


def stream_of(value: Any, parameter: str = "stream") -> Stream:
    """The stream that a script gave. Raises for null and for what is none."""
    held = unwrap(value)
    if held is None:
        raise null_argument(parameter)
    if not isinstance(held, Stream):
        raise argument_error("Stream was not readable.")
    return held


def _seek(stream: Stream, offset: int, origin: Any) -> Int64:
    start = {"Begin": 0, "Current": None, "End": 1}[str(origin)]
    base = 0 if start == 0 else stream.position if start is None else stream.length
    if base + offset < 0:
        raise NetError(
            "System.IO.IOException",
            "An attempt was made to move the position before the beginning of the stream.",
        )
    stream.position = base + int(offset)
    return Int64(stream.position)


def _copy(stream: Stream, target: Any, size: int = 81920) -> None:
    del size
    into = stream_of(target, "destination")
    while piece := stream.pull(65536):
        into.push(piece)


def _set_position(stream: Stream, value: int) -> None:
    stream.position = int(value)


def _read_byte(stream: Stream) -> int:
    piece = stream.pull(1)
    return piece[0] if piece else -1


register(
    PSType(
        "System.IO.Stream",
        base="System.MarshalByRefObject",
        is_abstract=True,
        interfaces=("System.IDisposable",),
        instance={
            "CanRead: bool": lambda s: s.readable and not s.closed,
            "CanSeek: bool": lambda s: s.seekable and not s.closed,
            "CanTimeout: bool": lambda _s: False,
            "CanWrite: bool": lambda s: s.writable and not s.closed,
            "Length: long": lambda s: Int64(s.length),
            "Position: long": lambda s: Int64(s.position),
            "Position=": _set_position,
            "Read(byte[] buffer, int offset, int count)": filled,
            "ReadByte()": _read_byte,
            "Write(byte[] buffer, int offset, int count)": written,
            "WriteByte(byte value)": lambda s, value: s.push(bytes([value])),
            "Seek(long offset, System.IO.SeekOrigin loc)": _seek,
            "SetLength(long value)": lambda s, length: s.resize(int(length)),
            "CopyTo(System.IO.Stream destination)": _copy,
            "CopyTo(System.IO.Stream destination, int bufferSize)": _copy,
            "Flush()": lambda s: s.flush(),
            "ReadAsync(byte[] buffer, int offset, int count)": lambda s, *given: attempted(
                lambda: filled(s, *given)
            ),
            "WriteAsync(byte[] buffer, int offset, int count)": lambda s, *given: attempted(
                lambda: written(s, *given)
            ),
            "CopyToAsync(System.IO.Stream destination)": lambda s, target: attempted(
                lambda: _copy(s, target)
            ),
            "FlushAsync()": lambda s: attempted(s.flush),
            "Close()": lambda s: s.close(),
            "Dispose()": lambda s: s.close(),
        },
        static={"Null": lambda: MemoryStream(bytearray(), writable=True)},
    ),
    Stream,
)


def _of_array(
    _kind: PSType, buffer: bytearray, index: Any = 0, count: Any = None, writable: bool = True
) -> MemoryStream:
    if isinstance(index, bool):  # MemoryStream(byte[], bool)
        index, writable = 0, index
    if index < 0 or (count is not None and index + count > len(buffer)):
        raise argument_error("Offset and length were out of bounds for the array.")
    whole = index == 0 and (count is None or count == len(buffer))
    data = buffer if whole else buffer[index : None if count is None else index + count]
    return MemoryStream(data, writable=writable, fixed=True)


def _bytes(stream: MemoryStream) -> bytearray:
    return bytearray(stream.data)


def _buffer(stream: MemoryStream) -> bytearray:
    if stream.fixed:
        raise NetError(
            "System.UnauthorizedAccessException", "MemoryStream's internal buffer cannot be accessed."
        )
    return bytearray(stream.data) + bytearray(stream.capacity - len(stream.data))


register(
    PSType(
        "System.IO.MemoryStream",
        base="System.IO.Stream",
        instance={
            "Capacity: int": lambda s: s.capacity,
            "ToArray()": _bytes,
            "GetBuffer()": _buffer,
            "WriteTo(System.IO.Stream stream)": lambda s, target: stream_of(target).push(bytes(s.data)),
        },
        construct={
            "new()": lambda _kind: MemoryStream(),
            "new(int capacity)": lambda _kind, capacity: MemoryStream(capacity=capacity),
            "new(byte[] buffer)": _of_array,
            "new(byte[] buffer, bool writable)": _of_array,
            "new(byte[] buffer, int index, int count)": _of_array,
            "new(byte[] buffer, int index, int count, bool writable)": _of_array,
        },
    ),
    MemoryStream,
)


def _file(
    engine: Engine, _kind: PSType, path: str, mode: Any, access: Any = None, share: Any = None, size: int = 0
) -> FileStream:
    del share, size  # nobody else opens files of the machine at the same moment
    return open_file(engine, path, mode, access)


_FILE_HANDLE = "Microsoft.Win32.SafeHandles.SafeFileHandle handle"


def _of_handle(
    engine: Engine, _kind: PSType, handle: Any, access: Any, size: int = 4096, is_async: bool = False
) -> Stream:
    del size, is_async
    from emulator.powershell.csharp.native_pipes import HandleStream, ReadEnd, WriteEnd
    from emulator.powershell.csharp.native_process import native_process

    if handle is None:
        raise null_argument("handle")
    process = native_process(engine)
    if not isinstance(process.object_of(int(handle.value)), ReadEnd | WriteEnd):
        if int(handle.value) in (0, -1):
            raise argument_error("Invalid handle.", "handle")
        raise not_emulated("A FileStream of a handle that is no pipe")
    return HandleStream(engine, process, handle, writes=str(access) == "Write")


register(
    PSType(
        "System.IO.FileStream",
        base="System.IO.Stream",
        instance={
            "Name: string": lambda s: s.path,
            "Flush()": lambda s: s.flush(),
            "Flush(bool flushToDisk)": lambda s, _disk: s.flush(),
            "Lock(long position, long length)": lambda _s, _position, _length: None,
            "Unlock(long position, long length)": lambda _s, _position, _length: None,
        },
        construct={
            "@new(string path, System.IO.FileMode mode)": _file,
            "@new(string path, System.IO.FileMode mode, System.IO.FileAccess access)": _file,
            "@new(string path, System.IO.FileMode mode, System.IO.FileAccess access, "
            "System.IO.FileShare share)": _file,
            "@new(string path, System.IO.FileMode mode, System.IO.FileAccess access, "
            "System.IO.FileShare share, int bufferSize)": _file,
            **{
                f"@new({_FILE_HANDLE}, System.IO.FileAccess access{rest})": _of_handle
                for rest in ("", ", int bufferSize", ", int bufferSize, bool isAsync")
            },
        },
    ),
    FileStream,
)
register(
    PSType(
        "System.IO.BufferedStream",
        base="System.IO.Stream",
        construct={
            "new(System.IO.Stream stream)": lambda _kind, inner: stream_of(inner),
            "new(System.IO.Stream stream, int bufferSize)": lambda _kind, inner, _size: stream_of(inner),
        },
    )
)


class DeflateStream(CompressionStream):
    """Bytes with the compression of RFC 1951."""


class GZipStream(CompressionStream):
    """Bytes with the compression of RFC 1952."""


def _compression_type(name: str, python: type[CompressionStream], kind: str) -> None:
    def make(_type: PSType, inner: Any, mode: Any, leave_open: bool = False) -> CompressionStream:
        chosen = str(mode)
        return python(
            kind,
            stream_of(inner),
            compresses=chosen != "Decompress",
            leave_open=leave_open,
            level=_LEVELS.get(chosen, -1),
        )

    ways = (f"{_COMPRESSION}CompressionMode mode", f"{_COMPRESSION}CompressionLevel compressionLevel")
    construct = {
        f"new(System.IO.Stream stream, {way}{rest})": make
        for way in ways
        for rest in ("", ", bool leaveOpen")
    }
    register(
        PSType(
            f"{_COMPRESSION}{name}",
            base="System.IO.Stream",
            instance={"BaseStream": lambda s: s.inner},
            construct=construct,
        ),
        python,
    )


_compression_type("DeflateStream", DeflateStream, "Deflate")
_compression_type("GZipStream", GZipStream, "GZip")


def _crypto(_kind: PSType, inner: Any, transform: Any, mode: Any) -> HashingStream | CipherStream:
    held, writes = unwrap(transform), str(mode) == "Write"
    if isinstance(held, CipherTransform):
        return CipherStream(stream_of(inner), held, writes=writes)
    if not isinstance(held, HashAlgorithm):
        raise not_emulated("A CryptoStream over something else than a hash or a cipher")
    return HashingStream(stream_of(inner), held, writes=writes)


register(
    PSType(
        "System.Security.Cryptography.CryptoStream",
        base="System.IO.Stream",
        instance={
            "HasFlushedFinalBlock: bool": lambda s: s.finished,
            "FlushFinalBlock()": lambda s: s.finish(),
        },
        construct={
            "new(System.IO.Stream stream, object transform, "
            "System.Security.Cryptography.CryptoStreamMode mode)": _crypto
        },
    ),
    HashingStream,
    CipherStream,
)
