"""The encoding of ASN.1 that signatures have (DER, X.690): values with a tag and a length."""

from __future__ import annotations

from typing import NamedTuple

INTEGER, OCTET_STRING, NULL, IDENTIFIER, SEQUENCE, SET = 0x02, 0x04, 0x05, 0x06, 0x30, 0x31


class Malformed(Exception):
    """What was read is no DER."""


class Value(NamedTuple):
    """A value: its tag, its content, and all of it."""

    tag: int
    content: bytes
    whole: bytes

    def parts(self) -> list[Value]:
        """The values inside. Raises Malformed."""
        found, place = [], 0
        while place < len(self.content):
            one = read(self.content, place)
            found.append(one)
            place += len(one.whole)
        return found


def read(data: bytes, place: int = 0) -> Value:
    """The value at a place. Raises Malformed."""
    if place + 2 > len(data):
        raise Malformed("the value ends too early")
    tag, length, start = data[place], data[place + 1], place + 2
    if length & 0x80:
        count = length & 0x7F
        if not 1 <= count <= 4 or start + count > len(data):
            raise Malformed("the length is none")
        length = int.from_bytes(data[start : start + count], "big")
        start += count
    if start + length > len(data):
        raise Malformed("the value ends too early")
    return Value(tag, data[start : start + length], data[place : start + length])


def value(tag: int, *contents: bytes) -> bytes:
    """A value of a tag around contents."""
    content = b"".join(contents)
    size = len(content)
    if size < 0x80:
        return bytes([tag, size]) + content
    digits = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(digits)]) + digits + content


def sequence(*contents: bytes) -> bytes:
    """SEQUENCE."""
    return value(SEQUENCE, *contents)


def set_of(*contents: bytes) -> bytes:
    """SET OF, in the order that DER wants."""
    return value(SET, *sorted(contents))


def integer(number: int) -> bytes:
    """INTEGER."""
    return value(INTEGER, number.to_bytes(number.bit_length() // 8 + 1, "big", signed=True))


def octets(data: bytes) -> bytes:
    """OCTET STRING."""
    return value(OCTET_STRING, data)


def identifier(dotted: str) -> bytes:
    """OBJECT IDENTIFIER."""
    first, second, *rest = map(int, dotted.split("."))
    made = bytearray()
    for number in (first * 40 + second, *rest):
        groups = [number & 0x7F]
        while number := number >> 7:
            groups.append(0x80 | number & 0x7F)
        made += bytes(reversed(groups))
    return value(IDENTIFIER, bytes(made))


def dotted(content: bytes) -> str:
    """The object identifier of a content. Raises Malformed."""
    numbers, number = [], 0
    for one in content:
        number = number << 7 | one & 0x7F
        if not one & 0x80:
            numbers.append(number)
            number = 0
    if not numbers or content[-1] & 0x80:
        raise Malformed("the identifier is none")
    first = min(numbers[0] // 40, 2)
    return ".".join(map(str, (first, numbers[0] - first * 40, *numbers[1:])))


def tagged(number: int, *contents: bytes) -> bytes:
    """A value in a context-specific constructed tag."""
    return value(0xA0 | number, *contents)
