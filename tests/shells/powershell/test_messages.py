"""Fragments and messages, and the queue that they wait in."""

from __future__ import annotations

import threading
import uuid
from struct import pack

import psrpcore
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.shells.errors import ObjectTooLarge, ProtocolViolation
from emulator.shells.powershell.messages import (
    FRAGMENT_SIZE,
    MAXIMUM_OBJECT,
    Defragmenter,
    MessageType,
    OutgoingMessage,
    message_bytes,
    parse_message,
)
from emulator.shells.powershell.output_queue import MAXIMUM_WAITING, OutputQueue

_POOL = uuid.UUID(int=5)
_PIPELINE = uuid.UUID(int=7)
_RAW = message_bytes(MessageType.PIPELINE_OUTPUT, _POOL, _PIPELINE, "<S>a</S>")


def fragment(object_id: int, number: int, flags: int, data: bytes) -> bytes:
    return pack(">QQBI", object_id, number, flags, len(data)) + data


def test_a_message_says_its_type_and_whom_it_is_for():
    message = parse_message(_RAW)
    assert (message.type, message.pool, message.pipeline) == (MessageType.PIPELINE_OUTPUT, _POOL, _PIPELINE)
    assert message.data == b"<S>a</S>"
    assert parse_message(message_bytes(MessageType.USER_EVENT, _POOL, None, "")).pipeline is None


@pytest.mark.parametrize("raw", [b"", _RAW[:39], b"\x01\x00\x00\x00\xff\xff\xff\xff" + bytes(32)])
def test_a_malformed_message_is_refused(raw):
    with pytest.raises(ProtocolViolation):
        parse_message(raw)


@given(st.binary(min_size=1, max_size=300), st.integers(22, 90))
def test_any_message_survives_being_cut_into_fragments(content, room):
    raw = _RAW[:40] + content
    outgoing = OutgoingMessage(9, raw)
    pieces = []
    while outgoing.size:
        pieces.append(outgoing.take(room))
        assert len(pieces[-1]) <= room
    found = []
    defragmenter = Defragmenter()
    for piece in pieces:
        found += defragmenter.feed(piece)
    assert [one.raw for one in found] == [raw]


def test_psrpcore_puts_our_fragments_together():
    pool = psrpcore.ClientRunspacePool()
    outgoing = OutgoingMessage(
        1, message_bytes(MessageType.PIPELINE_OUTPUT, pool.runspace_pool_id, None, "<S>a</S>")
    )
    pool.receive_data(psrpcore.PSRPPayload(outgoing.take(50), psrpcore.StreamType.default, None))
    assert pool.next_event() is None
    pool.receive_data(psrpcore.PSRPPayload(outgoing.take(500), psrpcore.StreamType.default, None))
    assert pool.next_event().data == "a"


def test_a_fragment_is_never_larger_than_windows_makes_them():
    outgoing = OutgoingMessage(1, bytes(FRAGMENT_SIZE * 2))
    assert len(outgoing.take(1 << 20)) == FRAGMENT_SIZE


def test_objects_may_be_mixed_and_a_send_may_hold_several():
    defragmenter = Defragmenter()
    assert defragmenter.feed(fragment(1, 0, 1, _RAW[:50])) == []
    both = fragment(2, 0, 3, _RAW) + fragment(1, 1, 2, _RAW[50:])
    assert [one.raw for one in defragmenter.feed(both)] == [_RAW, _RAW]


@pytest.mark.parametrize(
    "data",
    [
        b"short",
        fragment(1, 0, 3, b"x" * 50)[:-1],
        fragment(1, 1, 2, b"x"),
        fragment(1, 1, 1, b"x"),
        fragment(1, 0, 1, b"x") + fragment(1, 0, 1, b"x"),
        fragment(1, 0, 1, b"x") + fragment(1, 2, 2, b"x"),
    ],
)
def test_malformed_fragments_are_refused(data):
    with pytest.raises(ProtocolViolation):
        Defragmenter().feed(data)


def test_an_object_has_a_largest_size():
    defragmenter = Defragmenter()
    piece = bytes(1 << 20)
    most = MAXIMUM_OBJECT // len(piece)
    for number in range(most):
        defragmenter.feed(fragment(1, number, 0 if number else 1, piece))
    with pytest.raises(ObjectTooLarge, match="allowed maximum object size"):
        defragmenter.feed(fragment(1, most, 0, piece))


def test_incomplete_objects_are_limited_in_number():
    defragmenter = Defragmenter()
    for number in range(256):
        defragmenter.feed(fragment(number, 0, 1, b"x"))
    with pytest.raises(ObjectTooLarge):
        defragmenter.feed(fragment(256, 0, 1, b"x"))


def test_a_writer_waits_while_the_client_is_behind_and_goes_on_when_it_receives():
    condition = threading.Condition()
    queue = OutputQueue(condition)
    went_on = threading.Event()

    def write() -> None:
        for _ in range(3):
            with condition:
                queue.wait_for_room(lambda: False, lambda: False)
                queue.put(OutgoingMessage(1, bytes(MAXIMUM_WAITING)))
        went_on.set()

    writer = threading.Thread(target=write)
    writer.start()
    assert not went_on.wait(0.05)
    while not went_on.is_set():
        with condition:
            queue.take(MAXIMUM_WAITING)
    writer.join()


def test_a_full_queue_drops_the_oldest_whole_message_when_it_may():
    condition = threading.Condition()
    queue = OutputQueue(condition)
    with condition:
        for number in range(3):
            queue.put(OutgoingMessage(number, bytes(MAXIMUM_WAITING // 2)))
        queue.take(1000)
        queue.wait_for_room(lambda: False, lambda: True)
        # The first one was sent in part and must be finished; the second made room.
        assert queue.waiting == MAXIMUM_WAITING // 2 * 2 - 1000 + 21


def test_waiting_ends_when_nobody_wants_the_output():
    condition = threading.Condition()
    queue = OutputQueue(condition)
    with condition:
        queue.put(OutgoingMessage(1, bytes(MAXIMUM_WAITING)))
        queue.wait_for_room(lambda: True, lambda: False)
        queue.clear()
        assert queue.waiting == 0
