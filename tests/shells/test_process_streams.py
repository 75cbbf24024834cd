"""The streams between a program and its shell."""

from __future__ import annotations

import threading

import pytest

from emulator.console.process import (
    Environment,
    InputStream,
    InputTooLarge,
    OutputStream,
    ProgramCancelled,
    UnknownCodePage,
    codec_of,
)


def in_thread(action):
    """Run something in a thread; returns the thread and the list that its result or error goes to."""
    results = []

    def run():
        try:
            results.append(action())
        except Exception as error:  # noqa: BLE001 -- whatever it is, the test wants to see it
            results.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    return thread, results


def test_lines_are_read_without_their_line_ends():
    stream = InputStream()
    stream.feed(b"one\r\ntwo\n\nlast", end=True)
    assert [stream.read_line() for _ in range(5)] == ["one", "two", "", "last", None]
    assert stream.closed


def test_reading_to_the_end_waits_for_the_end():
    stream = InputStream()
    thread, results = in_thread(stream.read)
    stream.feed(b"a")
    stream.feed(b"b")
    stream.feed(b"", end=True)
    thread.join(10)
    assert results == ["ab"]


def test_a_line_is_read_as_soon_as_it_is_complete():
    stream = InputStream()
    thread, results = in_thread(stream.read_line)
    stream.feed(b"ha")
    stream.feed(b"lf\nrest")
    thread.join(10)
    assert results == ["half"]
    assert not stream.closed
    assert stream.read_bytes(4) == b"rest"


def test_bytes_come_up_to_the_asked_size_and_empty_at_the_end():
    stream = InputStream()
    stream.feed(b"abcdef", end=True)
    assert (stream.read_bytes(4), stream.read_bytes(4), stream.read_bytes(4)) == (b"abcd", b"ef", b"")


@pytest.mark.parametrize(("page", "raw"), [(437, b"\x84"), (65001, b"\xc3\xa4"), (1252, b"\xe4")])
def test_text_is_in_the_code_page_both_ways(page, raw):
    stream = InputStream(page)
    stream.feed(raw, end=True)
    assert stream.read() == "\u00e4"
    output = OutputStream("stdout", page)
    output.write("\u00e4")
    assert output.take(10) == raw


def test_characters_outside_the_code_page_become_question_marks():
    output = OutputStream("stdout", 437)
    output.write("\u20ac \U0001f600")
    assert output.take(100) == b"? ?"


def test_an_unknown_code_page_is_an_error():
    with pytest.raises(UnknownCodePage):
        codec_of(99999)


def test_input_is_bounded_and_refused_input_changes_nothing():
    stream = InputStream(limit=10)
    stream.feed(b"12345678")
    with pytest.raises(InputTooLarge):
        stream.feed(b"901", end=True)
    stream.feed(b"90", end=True)
    assert stream.read() == "1234567890"


def test_input_after_the_end_is_dropped():
    stream = InputStream()
    stream.feed(b"a", end=True)
    stream.feed(b"b")
    assert stream.read() == "a"


@pytest.mark.parametrize("read", ["read", "read_line", "read_bytes"])
def test_cancelling_releases_a_reader(read):
    stream = InputStream()
    thread, results = in_thread(getattr(stream, read))
    stream.cancel()
    thread.join(10)
    assert isinstance(results[0], ProgramCancelled)


def test_a_writer_waits_for_a_client_that_is_behind():
    output = OutputStream("stdout", limit=4)
    thread, results = in_thread(lambda: output.write(b"abcdefgh1"))
    taken = b""
    while len(taken) < 9:
        taken += output.take(3)
        assert output.pending <= 8
    thread.join(10)
    assert (taken, results) == (b"abcdefgh1", [None])


def test_cancelling_releases_a_writer_and_keeps_what_was_written():
    output = OutputStream("stdout", limit=4)
    thread, results = in_thread(lambda: output.write(b"abcdefgh"))
    while not output.pending:
        threading.Event().wait(0.001)
    output.cancel()
    thread.join(10)
    assert isinstance(results[0], ProgramCancelled)
    assert output.take(100).startswith(b"abcd")


def test_what_is_written_after_close_is_dropped():
    output = OutputStream("stdout")
    output.write("a")
    output.close()
    output.write("b")
    assert output.take(10) == b"a"


def test_environment_names_compare_without_case_and_keep_their_spelling():
    environment = Environment({"Path": "a"})
    environment["PATH"] = "b"
    environment["Temp"] = "t"
    assert dict(environment) == {"Path": "b", "Temp": "t"}
    assert environment["path"] == "b"
    copy = environment.copy()
    del copy["TEMP"]
    assert "temp" in environment
    assert len(copy) == 1
