"""The memory that native functions and Marshal see: blocks of bytes at made-up addresses."""

from __future__ import annotations

from bisect import bisect_right, insort
from collections import deque

from emulator.powershell.csharp.objects import out_of_memory, thrown

MOST_BYTES = 64 << 20
MOST_BLOCKS = 100_000
_FIRST, _STEP = 0x1F0_0000_1000, 16
#: Free room behind each block, so that a step too far meets nothing.
_GAP = 64
#: Freed blocks that can still be read, and how large they may be.
_MOST_KEPT, _LARGEST_KEPT = 16, 4096


class NativeMemory:
    """Blocks by their address. What lies outside of them cannot be read or written."""

    def __init__(self) -> None:
        self._blocks: dict[int, bytearray] = {}
        self._starts: list[int] = []
        self._freed: deque[int] = deque()
        self._next = _FIRST
        self._size = 0

    def allocate(self, size: int, content: bytes = b"") -> int:
        """A new block of zeros that begins with the content; its address. Raises OutOfMemoryException."""
        size = max(size, len(content))
        if size < 0 or self._size + size > MOST_BYTES or len(self._blocks) >= MOST_BLOCKS:
            raise out_of_memory()
        address = self._next
        block = bytearray(size)
        block[: len(content)] = content
        self._blocks[address] = block
        insort(self._starts, address)
        self._size += size
        self._next += (size + _GAP + _STEP - 1) // _STEP * _STEP
        return address

    def free(self, address: int, *, wipe: bool = False) -> bool:
        """Give a block back; False for an address at which none begins.

        As in the heap of Windows, what was in a block can be read until its room is used for others, which
        programs rely on unawares: the last few small ones stay, unless they are wiped.
        """
        if address not in self._blocks or address in self._freed:
            return False
        if wipe or len(self._blocks[address]) > _LARGEST_KEPT:
            self._forget(address)
            return True
        self._freed.append(address)
        if len(self._freed) > _MOST_KEPT:
            self._forget(self._freed.popleft())
        return True

    def _forget(self, address: int) -> None:
        self._size -= len(self._blocks.pop(address))
        del self._starts[bisect_right(self._starts, address) - 1]

    def size_of(self, address: int) -> int | None:
        """Bytes of the block that begins there, or None."""
        block = self._blocks.get(address)
        return None if block is None else len(block)

    def resize(self, address: int, size: int) -> int:
        """The block with another size, at an address of its own; what was in it is kept as far as it fits."""
        old = self._blocks.get(address)
        made = self.allocate(size, b"" if old is None else bytes(old[: max(size, 0)]))
        self.free(address)
        return made

    def read(self, address: int, size: int) -> bytes:
        """So many bytes. Raises AccessViolationException."""
        block, offset = self._place(address, size)
        return bytes(block[offset : offset + size])

    def write(self, address: int, data: bytes | bytearray) -> None:
        """Put bytes. Raises AccessViolationException."""
        block, offset = self._place(address, len(data))
        block[offset : offset + len(data)] = data

    def read_number(self, address: int, size: int, *, signed: bool = False) -> int:
        """An integer, its lowest byte first."""
        return int.from_bytes(self.read(address, size), "little", signed=signed)

    def write_number(self, address: int, value: int, size: int) -> None:
        """Put an integer, cut to its size."""
        self.write(address, (value & ((1 << size * 8) - 1)).to_bytes(size, "little"))

    def read_units(self, address: int, width: int) -> bytes:
        """The bytes up to the first unit of zero."""
        block, offset = self._place(address, width)
        end = offset
        while any(block[end : end + width]):
            end += width
            if end + width > len(block):
                raise _violation()
        return bytes(block[offset:end])

    def read_text(self, address: int, length: int | None = None, *, wide: bool = True) -> str | None:
        """A text up to its end or of so many characters; None at the address 0."""
        if address == 0:
            return None
        width = 2 if wide else 1
        data = self.read_units(address, width) if length is None else self.read(address, length * width)
        return text_of(data, wide=wide)

    def _place(self, address: int, size: int) -> tuple[bytearray, int]:
        at = bisect_right(self._starts, address) - 1
        if at >= 0:
            start = self._starts[at]
            block = self._blocks[start]
            if size >= 0 and address - start + size <= len(block):
                return block, address - start
        raise _violation()


def _violation() -> Exception:
    return thrown(
        "System.AccessViolationException",
        "Attempted to read or write protected memory. This is often an indication that other memory is "
        "corrupt.",
    )


def bytes_of(text: str, *, wide: bool = True, ends: bool = True) -> bytes:
    """A text as memory has it: UTF-16, or the code page of an English Windows; with a zero at its end."""
    if wide:
        return text.encode("utf-16-le", "surrogatepass") + (b"\0\0" if ends else b"")
    return text.encode("cp1252", "replace") + (b"\0" if ends else b"")


def text_of(data: bytes, *, wide: bool = True) -> str:
    """The text that memory holds."""
    return data.decode("utf-16-le", "surrogatepass") if wide else data.decode("cp1252", "replace")
