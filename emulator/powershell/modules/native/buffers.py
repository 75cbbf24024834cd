"""What functions write into a buffer of their caller: a structure, and what its pointers mean behind it."""

from __future__ import annotations

from emulator.powershell.csharp.native_functions import INSUFFICIENT_BUFFER, NativeCall

_STEP = 8


class Packed:
    """A structure whose pointers mean pieces that lie behind it in the same buffer."""

    def __init__(self, size: int) -> None:
        self._head = bytearray(size)
        self._pieces: list[tuple[int, Packed | bytes]] = []

    def number(self, place: int, value: int, size: int = 4) -> Packed:
        """Put a number at a place."""
        self._head[place : place + size] = (value & ((1 << size * 8) - 1)).to_bytes(size, "little")
        return self

    def data(self, place: int, value: bytes) -> Packed:
        """Put bytes at a place."""
        self._head[place : place + len(value)] = value
        return self

    def pointer(self, place: int, piece: Packed | bytes | None) -> Packed:
        """Let a pointer at a place mean a piece; nothing for None."""
        if piece is not None:
            self._pieces.append((place, piece))
        return self

    @property
    def size(self) -> int:
        """Bytes in all."""
        if not self._pieces:
            return len(self._head)
        return _whole(len(self._head)) + sum(_whole(_size(piece)) for _, piece in self._pieces)

    def at(self, address: int) -> bytes:
        """The bytes of a buffer that begins at an address."""
        head = bytearray(self._head)
        behind = bytearray()
        place_of = _whole(len(head))
        for place, piece in self._pieces:
            at = address + place_of + len(behind)
            head[place : place + 8] = at.to_bytes(8, "little")
            made = piece if isinstance(piece, bytes) else piece.at(at)
            behind += made.ljust(_whole(len(made)), b"\0")
        return bytes(head).ljust(place_of, b"\0") + bytes(behind) if self._pieces else bytes(head)


def array(items: list[Packed], item_size: int) -> Packed:
    """Structures one behind the other, with what their pointers mean behind all of them."""
    whole = Packed(item_size * len(items))
    for number, item in enumerate(items):
        whole.data(number * item_size, bytes(item._head))
        for place, piece in item._pieces:
            whole.pointer(number * item_size + place, piece)
    return whole


def answer(
    call: NativeCall, packed: Packed, buffer: int, room: int, needed: int, error: int = INSUFFICIENT_BUFFER
) -> int:
    """Write into the buffer of an argument where it is large enough, and say how much is needed."""
    size = packed.size
    call.put(needed, size)
    if call.number(room) < size or not call.handle(buffer):
        return call.fail(error)
    call.memory.write(call.handle(buffer), packed.at(call.handle(buffer)))
    return 1


def _whole(size: int) -> int:
    return (size + _STEP - 1) // _STEP * _STEP


def _size(piece: Packed | bytes) -> int:
    return len(piece) if isinstance(piece, bytes) else piece.size
