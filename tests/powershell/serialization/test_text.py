"""Text in CLIXML."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from psrpcore.types import PSString, deserialize_clixml, serialize_clixml

from emulator.powershell.serialization.text import escape, escape_attribute, unescape

_ANY_TEXT = st.text(st.characters(codec=None, exclude_categories=()), max_size=40)


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ('it\'s "q"', 'it\'s "q"'),
        ("a\r\nb", "a_x000D__x000A_b"),
        ("\U0001f600", "_xD83D__xDE00_"),
        ("_x0041_", "_x005F_x0041_"),
        ("_X0041_", "_x005F_X0041_"),
        ("<&>", "&lt;&amp;&gt;"),
    ],
)
def test_what_xml_cannot_hold_is_written_as_utf_16_units(text, escaped):
    assert escape(text) == escaped


def test_attributes_escape_quotation_marks_too():
    assert escape_attribute('a"b') == "a&quot;b"


@given(_ANY_TEXT)
def test_escaping_and_unescaping_gives_the_text_back(text):
    plain = escape(text).replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    # A lone half of a pair next to its other half is one character afterwards, as in UTF-16.
    assert unescape(plain) == text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=40))
def test_psrpcore_reads_what_is_written_here(text):
    document = f'<Objs Version="1.1.0.1" xmlns="x"><S>{escape(text)}</S></Objs>'
    assert deserialize_clixml(document, None)[0] == text


@given(st.text(st.characters(exclude_categories=["Cs", "Cn"], max_codepoint=0xD7FF), max_size=40))
def test_what_psrpcore_writes_is_read_here(text):
    from lxml import etree

    root = etree.fromstring(serialize_clixml(PSString(text), None).encode())
    assert unescape(root[0].text or "") == text
