"""Streams of bytes as System.IO has them: in memory, of a file of the machine, and through a compression.

Every stream is bounded by `MAXIMUM_STREAM` bytes, and reaches nothing but its own content and the machine's
files.
"""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Protocol

from emulator.powershell.dotnet.exceptions import NetError, argument_error, null_argument, out_of_range
from emulator.powershell.dotnet.types import BY_CLASS

if TYPE_CHECKING:
    from emulator.powershell.dotnet.types import PSType
    from emulator.powershell.runtime.services import ByteStore

MAXIMUM_STREAM = 256 * 1024 * 1024
_CHUNK = 64 * 1024


def _unsupported(what: str) -> NetError:
    return NetError("System.NotSupportedException", f"Stream does not support {what}.")


class Stream:
    """Base: what the members of System.IO.Stream need. ``pull`` and ``push`` move bytes."""

    closed_text = "Cannot access a closed Stream."
    readable = True
    writable = False
    seekable = False

    def __init__(self) -> None:
        self.closed = False

    @property
    def ps_type(self) -> PSType:
        """The class of the stream; the classes of streams are loaded when the first one is looked at."""
        from emulator.powershell.dotnet.library.catalog import load_on_demand

        load_on_demand("system.io.stream")
        return next(BY_CLASS[one] for one in type(self).__mro__ if one in BY_CLASS)

    def require_open(self) -> None:
        """Raise ObjectDisposedException when the stream was closed."""
        if self.closed:
            raise NetError("System.ObjectDisposedException", self.closed_text)

    def pull(self, count: int) -> bytes:  # noqa: ARG002 - for those that can
        """At most so many bytes from the position on; none at the end."""
        raise _unsupported("reading")

    def push(self, data: bytes) -> None:  # noqa: ARG002 - for those that can
        """Put bytes at the position."""
        raise _unsupported("writing")

    @property
    def length(self) -> int:
        """Bytes in all."""
        raise _unsupported("seeking")

    @property
    def position(self) -> int:
        """Bytes before the next one."""
        raise _unsupported("seeking")

    @position.setter
    def position(self, value: int) -> None:  # noqa: ARG002 - for those that can
        raise _unsupported("seeking")

    def resize(self, length: int) -> None:  # noqa: ARG002 - for those that can
        """Cut, or fill with zeros."""
        raise _unsupported("seeking")

    def flush(self) -> None:
        """Bring what was written where it belongs."""

    def close(self) -> None:
        """Flush, and be done."""
        if not self.closed:
            self.flush()
            self.closed = True

    def read_all(self) -> bytes:
        """Everything from the position to the end."""
        self.require_open()
        parts, size = [], 0
        while piece := self.pull(_CHUNK):
            size += len(piece)
            require_room(size)
            parts.append(piece)
        return b"".join(parts)


def require_room(size: int) -> None:
    """Refuse what is larger than a stream may be."""
    if size > MAXIMUM_STREAM:
        raise NetError("System.IO.IOException", "Stream was too long.")


class MemoryStream(Stream):
    """System.IO.MemoryStream. ``fixed`` ones stand for an array and do not grow."""

    seekable = True

    def __init__(
        self, data: bytearray | None = None, *, writable: bool = True, fixed: bool = False, capacity: int = 0
    ) -> None:
        super().__init__()
        require_room(capacity)
        self.data = bytearray() if data is None else data
        self.writable = writable
        self.fixed = fixed
        self.capacity = max(capacity, len(self.data))
        self._position = 0

    @property
    def length(self) -> int:
        self.require_open()
        return len(self.data)

    @property
    def position(self) -> int:
        self.require_open()
        return self._position

    @position.setter
    def position(self, value: int) -> None:
        self.require_open()
        if value < 0:
            raise out_of_range("Non-negative number required.", "value")
        self._position = value

    def pull(self, count: int) -> bytes:
        self.require_open()
        piece = bytes(self.data[self._position : self._position + count])
        self._position += len(piece)
        return piece

    def push(self, data: bytes) -> None:
        self.require_open()
        if not self.writable:
            raise _unsupported("writing")
        end = self._position + len(data)
        require_room(end)
        if self.fixed and end > len(self.data):
            raise NetError("System.NotSupportedException", "Memory stream is not expandable.")
        if self._position > len(self.data):
            self.data.extend(bytes(self._position - len(self.data)))
        self.data[self._position : end] = data
        self._position = end
        if end > self.capacity:
            # As .NET grows its buffer.
            self.capacity = max(end, 256, self.capacity * 2)

    def resize(self, length: int) -> None:
        self.require_open()
        if not self.writable:
            raise _unsupported("writing")
        if length < 0:
            raise out_of_range("Stream length must be non-negative and less than 2^31 - 1 - origin.", "value")
        require_room(length)
        if self.fixed and length > len(self.data):
            raise NetError("System.NotSupportedException", "Memory stream is not expandable.")
        if length < len(self.data):
            del self.data[length:]
        else:
            self.data.extend(bytes(length - len(self.data)))
        self._position = min(self._position, length)
        self.capacity = max(self.capacity, length)


class FileStream(MemoryStream):
    """System.IO.FileStream: the content in memory, written to the machine when it is flushed or closed."""

    closed_text = "Cannot access a closed file."

    def __init__(
        self,
        store: ByteStore,
        path: str,
        *,
        readable: bool = True,
        writable: bool = False,
        create: bool = False,
    ) -> None:
        super().__init__(bytearray() if create else bytearray(store.read_bytes(path)), writable=writable)
        self.readable = readable
        self.store = store
        self.path = path
        self._changed = False
        if create:
            store.write_bytes(path, b"")

    def pull(self, count: int) -> bytes:
        if not self.readable:
            raise _unsupported("reading")
        return super().pull(count)

    def push(self, data: bytes) -> None:
        super().push(data)
        self._changed = True

    def resize(self, length: int) -> None:
        super().resize(length)
        self._changed = True

    def flush(self) -> None:
        if self._changed and not self.closed:
            self.store.write_bytes(self.path, bytes(self.data))
            self._changed = False


_ZLIB_HEADERS = {"Deflate": -zlib.MAX_WBITS, "GZip": zlib.MAX_WBITS | 16}


class CompressionStream(Stream):
    """System.IO.Compression.DeflateStream and GZipStream: ``kind`` is Deflate or GZip."""

    def __init__(
        self, kind: str, inner: Stream, *, compresses: bool, leave_open: bool = False, level: int = -1
    ) -> None:
        super().__init__()
        self.kind = kind
        self.inner = inner
        self.readable, self.writable = not compresses, compresses
        self._leave_open = leave_open
        self._size = 0
        self._pending = b""
        self._deflate = zlib.compressobj(level, zlib.DEFLATED, _ZLIB_HEADERS[kind]) if compresses else None
        self._inflate = None if compresses else zlib.decompressobj(_ZLIB_HEADERS[kind])

    def pull(self, count: int) -> bytes:
        self.require_open()
        if self._inflate is None:
            raise _unsupported("reading")
        try:
            return self._inflated(count)
        except zlib.error:
            text = (
                "The magic number in GZip header is not correct. Make sure you are passing in a GZip stream."
                if self.kind == "GZip" and not self._size
                else "Found invalid data while decoding."
            )
            raise NetError("System.IO.InvalidDataException", text) from None

    def _inflated(self, count: int) -> bytes:
        inflate = self._inflate
        assert inflate is not None  # noqa: S101 - `pull` looked
        piece = b""
        while not piece and not inflate.eof and count > 0:
            source = self._pending or self.inner.pull(_CHUNK)
            if not source:
                break
            piece = inflate.decompress(source, count)
            self._pending = inflate.unconsumed_tail
        self._size += len(piece)
        require_room(self._size)
        return piece

    def push(self, data: bytes) -> None:
        self.require_open()
        if self._deflate is None:
            raise _unsupported("writing")
        self._size += len(data)
        require_room(self._size)
        self.inner.push(self._deflate.compress(data))

    def close(self) -> None:
        if self.closed:
            return
        if self._deflate is not None and self._size:
            self.inner.push(self._deflate.flush())
        self.closed = True
        if not self._leave_open:
            self.inner.close()


class Transform(Protocol):
    """What a CryptoStream passes bytes through: a hash."""

    def add(self, data: bytearray, offset: int, count: int) -> None:
        """Take some bytes."""
        ...

    def finish(self) -> None:
        """No more comes."""
        ...


class HashingStream(Stream):
    """System.Security.Cryptography.CryptoStream over a hash: bytes pass through it unchanged."""

    def __init__(self, inner: Stream, transform: Transform, *, writes: bool) -> None:
        super().__init__()
        self.inner = inner
        self.transform = transform
        self.readable, self.writable = not writes, writes
        self.finished = False

    def pull(self, count: int) -> bytes:
        self.require_open()
        if not self.readable:
            raise _unsupported("reading")
        piece = self.inner.pull(count)
        if piece:
            self.transform.add(bytearray(piece), 0, len(piece))
        else:
            self.finish()
        return piece

    def push(self, data: bytes) -> None:
        self.require_open()
        if not self.writable:
            raise _unsupported("writing")
        self.transform.add(bytearray(data), 0, len(data))
        self.inner.push(data)

    def finish(self) -> None:
        """The last block: the hash is known from now on."""
        if not self.finished:
            self.finished = True
            self.transform.finish()

    def close(self) -> None:
        if not self.closed:
            self.finish()
            self.closed = True
            self.inner.close()


def filled(stream: Stream, buffer: bytearray, offset: int, count: int) -> int:
    """Fill a part of a buffer; how many bytes came (Stream.Read)."""
    stream.require_open()
    _check_part(buffer, offset, count)
    piece = stream.pull(count)
    buffer[offset : offset + len(piece)] = piece
    return len(piece)


def written(stream: Stream, buffer: bytearray, offset: int, count: int) -> None:
    """Put a part of a buffer at the position (Stream.Write)."""
    stream.require_open()
    _check_part(buffer, offset, count)
    stream.push(bytes(buffer[offset : offset + count]))


def _check_part(buffer: bytearray | None, offset: int, count: int) -> None:
    if buffer is None:
        raise null_argument("buffer")
    if offset < 0 or count < 0:
        raise out_of_range("Non-negative number required.", "offset" if offset < 0 else "count")
    if offset + count > len(buffer):
        raise argument_error(
            "Offset and length were out of bounds for the array or count is greater than the number of "
            "elements from index to the end of the source collection."
        )
