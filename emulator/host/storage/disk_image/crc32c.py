"""CRC-32C (Castagnoli), which the structures of VHDX carry (MS-VHDX 2.2.2)."""

from __future__ import annotations

from functools import cache

_POLYNOMIAL = 0x82F63B78


@cache
def _table() -> tuple[int, ...]:
    table = []
    for value in range(256):
        for _ in range(8):
            value = value >> 1 ^ (_POLYNOMIAL if value & 1 else 0)
        table.append(value)
    return tuple(table)


@cache
def _zeros(count: int) -> tuple[int, ...]:
    """What ``count`` zero bytes, a power of two, make of each bit of the remainder."""
    if count == 1:
        table = _table()
        return tuple(table[(1 << bit) & 0xFF] ^ ((1 << bit) >> 8) for bit in range(32))
    half = _zeros(count // 2)
    return tuple(_apply(half, image) for image in half)


def _apply(images: tuple[int, ...], remainder: int) -> int:
    result = 0
    for bit, image in enumerate(images):
        if remainder >> bit & 1:
            result ^= image
    return result


def crc32c(data: bytes) -> int:
    """The checksum. Zeros at the end cost nothing: the tables of VHDX are 64 KB with little in them."""
    table = _table()
    used = len(data.rstrip(b"\0"))
    remainder = 0xFFFFFFFF
    for byte in data[:used]:
        remainder = remainder >> 8 ^ table[(remainder ^ byte) & 0xFF]
    left, power = len(data) - used, 1
    while left:
        if left & 1:
            remainder = _apply(_zeros(power), remainder)
        left >>= 1
        power <<= 1
    return remainder ^ 0xFFFFFFFF
