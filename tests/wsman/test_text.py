"""Escaping and durations."""

from __future__ import annotations

import pytest
from lxml import etree

from emulator.wsman.text import escape, escape_attribute, format_elapsed, format_seconds, parse_duration


@pytest.mark.parametrize(
    "text", ["a<b>&c", "q\"uo'te", "tab\tline\r\nend", "\u00e4\u20ac\U0001f600", "]]>", ""]
)
def test_escaped_text_reads_back_the_same(text):
    document = f'<x y="{escape_attribute(text)}">{escape(text)}</x>'
    root = etree.fromstring(document.encode())
    assert (root.text or "") == text
    assert root.get("y") == text.replace("\r\n", "\r\n")


@pytest.mark.parametrize("bad", ["\x00", "\x0b", "\x1f", "\ud800", "\ufffe"])
def test_characters_that_xml_cannot_hold_are_replaced(bad):
    assert escape(f"a{bad}b") == "a\ufffdb"


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("PT60.000S", 60),
        ("PT20S", 20),
        ("P0DT1H2M3S", 3723),
        ("P1D", 86400),
        ("PT0.5S", 0.5),
        ("PT-1S", -1),
        ("-PT5S", -5),
        ("P1Y", 365 * 86400),
        ("P1M", 30 * 86400),
    ],
)
def test_durations_are_read_as_seconds(text, seconds):
    assert parse_duration(text) == seconds


@pytest.mark.parametrize("text", ["", "P", "PT", "60", "PT60", "P60S", "pt1s", "PT1S ", "PT99999999999999S"])
def test_what_is_no_duration_is_refused(text):
    with pytest.raises(ValueError, match="not a duration"):
        parse_duration(text)


def test_durations_are_written_as_windows_writes_them():
    assert format_seconds(7200) == "PT7200.000S"
    assert format_elapsed(93784.9) == "P1DT2H3M4S"
    assert format_elapsed(0) == "P0DT0H0M0S"
