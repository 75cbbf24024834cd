"""The CLIXML of the error stream under -EncodedCommand."""

import pytest

from emulator.powershell.serialization.clixml_streams import document, encode


def test_error_lines_become_escaped_strings_of_the_error_stream():
    assert document([("Error", "boom"), ("Error", "+ <x>")]) == (
        '#< CLIXML\r\n<Objs Version="1.1.0.1" xmlns="http://schemas.microsoft.com/powershell/2004/04">'
        '<S S="Error">boom_x000D__x000A_</S><S S="Error">+ &lt;x&gt;_x000D__x000A_</S></Objs>'
    )


@pytest.mark.parametrize(
    ("text", "encoded"),
    [
        ("a&b", "a&amp;b"),
        ("tab\there", "tab_x0009_here"),
        ("_x0041_", "_x005F_x0041_"),
        ('it\'s "q"', "it&apos;s &quot;q&quot;"),
        ("\x1b[31m", "_x001B_[31m"),
        ("_y", "_y"),
    ],
)
def test_text_is_escaped_for_xml_and_for_clixml(text, encoded):
    assert encode(text) == encoded
