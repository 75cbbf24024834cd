"""Messages and fragments of MS-PSRP (2.2.1, 2.2.4): the bytes, bounded on the way in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from struct import Struct
from uuid import UUID

from emulator.shells.errors import ObjectTooLarge, ProtocolViolation

#: Size of a fragment's data with its header as Windows makes them, whatever the envelope would hold.
FRAGMENT_SIZE = 32 * 1024
#: PSMaximumReceivedObjectSizeMB and PSMaximumReceivedDataSizePerCommandMB of the shipped configurations.
MAXIMUM_OBJECT = 10 * 1024 * 1024
MAXIMUM_PENDING = 50 * 1024 * 1024
_MAXIMUM_PARTIAL_OBJECTS = 256

_FRAGMENT = Struct(">QQBI")
_HEADER = Struct("<II16s16s")
_START, _END = 1, 2
_TO_CLIENT, _TO_SERVER = 1, 2
_NO_PIPELINE = bytes(16)
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class MessageType(IntEnum):
    """MS-PSRP 2.2.1, field MessageType."""

    SESSION_CAPABILITY = 0x00010002
    INIT_RUNSPACEPOOL = 0x00010004
    PUBLIC_KEY = 0x00010005
    ENCRYPTED_SESSION_KEY = 0x00010006
    PUBLIC_KEY_REQUEST = 0x00010007
    CONNECT_RUNSPACEPOOL = 0x00010008
    SET_MAX_RUNSPACES = 0x00021002
    SET_MIN_RUNSPACES = 0x00021003
    RUNSPACE_AVAILABILITY = 0x00021004
    RUNSPACEPOOL_STATE = 0x00021005
    CREATE_PIPELINE = 0x00021006
    GET_AVAILABLE_RUNSPACES = 0x00021007
    USER_EVENT = 0x00021008
    APPLICATION_PRIVATE_DATA = 0x00021009
    GET_COMMAND_METADATA = 0x0002100A
    RUNSPACEPOOL_INIT_DATA = 0x0002100B
    RESET_RUNSPACE_STATE = 0x0002100C
    RUNSPACEPOOL_HOST_CALL = 0x00021100
    RUNSPACEPOOL_HOST_RESPONSE = 0x00021101
    PIPELINE_INPUT = 0x00041002
    END_OF_PIPELINE_INPUT = 0x00041003
    PIPELINE_OUTPUT = 0x00041004
    ERROR_RECORD = 0x00041005
    PIPELINE_STATE = 0x00041006
    DEBUG_RECORD = 0x00041007
    VERBOSE_RECORD = 0x00041008
    WARNING_RECORD = 0x00041009
    PROGRESS_RECORD = 0x00041010
    INFORMATION_RECORD = 0x00041011
    PIPELINE_HOST_CALL = 0x00041100
    PIPELINE_HOST_RESPONSE = 0x00041101


@dataclass(frozen=True, slots=True)
class Message:
    """One message: `pipeline` is None for the runspace pool, `data` is CLIXML without a byte-order mark.

    `raw` is the whole message as it came.
    """

    type: MessageType
    pool: UUID
    pipeline: UUID | None
    data: bytes
    raw: bytes


def parse_message(raw: bytes) -> Message:
    """A message from its bytes. Raises ProtocolViolation."""
    if len(raw) < _HEADER.size:
        raise ProtocolViolation("a message is shorter than its header")
    _destination, number, pool, pipeline = _HEADER.unpack_from(raw)
    try:
        kind = MessageType(number)
    except ValueError:
        raise ProtocolViolation(f"there is no message type 0x{number:08x}") from None
    data = raw[_HEADER.size :].removeprefix(_BYTE_ORDER_MARK)
    identifier = None if pipeline == _NO_PIPELINE else UUID(bytes_le=pipeline)
    return Message(kind, UUID(bytes_le=pool), identifier, data, raw)


@lru_cache(maxsize=512)
def _head(kind: MessageType, pool: UUID, pipeline: UUID | None) -> bytes:
    """The header of messages to the client, the same for each object that a pipeline writes."""
    behind = _NO_PIPELINE if pipeline is None else pipeline.bytes_le
    return _HEADER.pack(_TO_CLIENT, kind, pool.bytes_le, behind)


def message_bytes(kind: MessageType, pool: UUID, pipeline: UUID | None, clixml: str) -> bytes:
    """A message to the client; Windows puts a byte-order mark before the CLIXML."""
    head = _head(kind, pool, pipeline)
    return head + _BYTE_ORDER_MARK + clixml.encode("utf-8", "surrogatepass") if clixml else head


def request_bytes(kind: MessageType, pool: UUID, pipeline: UUID | None, clixml: str) -> bytes:
    """A message to a server."""
    behind = _NO_PIPELINE if pipeline is None else pipeline.bytes_le
    return _HEADER.pack(_TO_SERVER, kind, pool.bytes_le, behind) + clixml.encode("utf-8", "surrogatepass")


def whole_fragment(object_id: int, raw: bytes) -> bytes:
    """A message in one fragment."""
    return _FRAGMENT.pack(object_id, 0, _START | _END, len(raw)) + raw


class Defragmenter:
    """Puts a client's fragments together. Fragments of different objects may be mixed."""

    def __init__(self) -> None:
        self._partial: dict[int, tuple[int, bytearray]] = {}
        self._pending = 0

    def feed(self, data: bytes) -> list[Message]:
        """The messages that are complete now. Raises ProtocolViolation, ObjectTooLarge."""
        found: list[Message] = []
        position, end = 0, len(data)
        while position < end:
            if end - position < _FRAGMENT.size:
                raise ProtocolViolation("a fragment is shorter than its header")
            object_id, fragment_id, flags, length = _FRAGMENT.unpack_from(data, position)
            position += _FRAGMENT.size
            if length > end - position:
                raise ProtocolViolation("a fragment is shorter than it says")
            piece = data[position : position + length]
            position += length
            whole = self._add(object_id, fragment_id, flags, piece)
            if whole is not None:
                found.append(parse_message(whole))
        return found

    def _add(self, object_id: int, fragment_id: int, flags: int, piece: bytes) -> bytes | None:
        if flags & _START:
            if fragment_id or object_id in self._partial:
                raise ProtocolViolation(f"object {object_id} starts in the middle")
            if flags & _END:
                self._check(len(piece))
                return piece
            if len(self._partial) >= _MAXIMUM_PARTIAL_OBJECTS:
                raise ObjectTooLarge("too many objects are incomplete")
            self._partial[object_id] = (1, bytearray(piece))
            self._pending += len(piece)
            self._check(len(piece))
            return None
        expected, collected = self._partial.get(object_id, (0, bytearray()))
        if not expected or fragment_id != expected:
            raise ProtocolViolation(f"object {object_id} has no fragment {expected} before {fragment_id}")
        self._check(len(collected) + len(piece))
        collected += piece
        self._pending += len(piece)
        if not flags & _END:
            self._partial[object_id] = (expected + 1, collected)
            return None
        del self._partial[object_id]
        self._pending -= len(collected)
        return bytes(collected)

    def _check(self, size: int) -> None:
        if size > MAXIMUM_OBJECT or self._pending > MAXIMUM_PENDING:
            raise ObjectTooLarge(
                "The current deserialized object size of the data received from the remote client exceeded "
                f"the allowed maximum object size. The current deserialized object size is {size}. The "
                f"allowed maximum object size is {MAXIMUM_OBJECT}."
            )

    def clear(self) -> None:
        """Forget what is incomplete: another client counts its objects anew."""
        self._partial.clear()
        self._pending = 0


class OutgoingMessage:
    """A message on its way to the client, cut into fragments as they are taken."""

    __slots__ = ("_fragment", "_object_id", "_position", "_raw")

    def __init__(self, object_id: int, raw: bytes) -> None:
        self._object_id = object_id
        self._raw = raw
        self._position = 0
        self._fragment = 0

    @property
    def size(self) -> int:
        """Bytes of the message that are left."""
        return len(self._raw) - self._position

    @property
    def is_started(self) -> bool:
        return self._fragment > 0

    def take(self, room: int) -> bytes | None:
        """The next fragment, at most `room` bytes with its header; None when that is too little."""
        allowed = min(room, FRAGMENT_SIZE) - _FRAGMENT.size
        if allowed <= 0:
            return None
        piece = self._raw[self._position : self._position + allowed]
        self._position += len(piece)
        flags = (_START if self._fragment == 0 else 0) | (_END if self.size == 0 else 0)
        head = _FRAGMENT.pack(self._object_id, self._fragment, flags, len(piece))
        self._fragment += 1
        return head + piece


Send = Callable[[MessageType, UUID | None, str], None]
