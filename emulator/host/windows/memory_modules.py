"""The memory modules that make up the installed memory (SMBIOS type 17)."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from emulator.host.host import Host

_GIGABYTE = 1 << 30
#: Sizes of modules that are sold; the largest that fills every socket alike is taken.
_SIZES = tuple(_GIGABYTE * size for size in (64, 32, 16, 8, 4, 2, 1))


@dataclass(frozen=True, slots=True)
class MemoryModule:
    """A module in a slot. ``number`` counts from 0; ``slot`` is what the board calls it, such as `A1`."""

    number: int
    slot: str
    capacity: int
    serial_number: str


def memory_modules(host: "Host") -> tuple[MemoryModule, ...]:
    """The modules, in equal numbers at each socket; memory that does not divide is one module."""
    memory, sockets = host.hardware.memory, host.hardware.processor.sockets
    size = next((each for each in _SIZES if memory % (each * sockets) == 0), memory)
    count = memory // size
    per_socket = max(1, count // sockets)
    return tuple(
        MemoryModule(
            number,
            f"{_socket_letter(number // per_socket)}{number % per_socket + 1}",
            size,
            f"{0x2F000000 + number * 0x10F:08X}",
        )
        for number in range(count)
    )


def slots(host: "Host") -> int:
    """Slots of the board: the modules and as many free ones."""
    return 2 * len(memory_modules(host))


def _socket_letter(socket: int) -> str:
    first, second = divmod(socket, 26)
    return (chr(ord("A") + first - 1) if first else "") + chr(ord("A") + second)
