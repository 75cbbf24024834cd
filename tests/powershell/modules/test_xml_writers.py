"""XmlWriter, XmlTextWriter, XmlConvert and PSSerializer, as scripts use them."""

from __future__ import annotations

import pytest

from tests.powershell.modules.console_session import ConsoleSession


@pytest.fixture(scope="module")
def session() -> ConsoleSession:
    return ConsoleSession()


def test_a_document_is_written_element_by_element(session: ConsoleSession) -> None:
    shown = session.shown(
        """
        $text = New-Object System.Text.StringBuilder
        $settings = New-Object System.Xml.XmlWriterSettings -Property @{ Indent = $true }
        $writer = [System.Xml.XmlWriter]::Create($text, $settings)
        $writer.WriteStartDocument(); $writer.WriteComment(' made '); $writer.WriteStartElement('root')
        $writer.WriteAttributeString('id', "1`n<2"); $writer.WriteElementString('name', 'x & y')
        $writer.WriteStartElement('empty'); $writer.WriteEndElement()
        $writer.WriteElementString('other', 'urn:a', 'v')
        $writer.WriteStartElement('mixed'); $writer.WriteString('t'); $writer.WriteElementString('b', 'c')
        $writer.WriteEndDocument(); $writer.Close(); $text.ToString()
        """
    )
    assert shown.split("\n") == [
        '<?xml version="1.0" encoding="utf-16"?>',
        "<!-- made -->",
        '<root id="1&#xA;&lt;2">',
        "  <name>x &amp; y</name>",
        "  <empty />",
        '  <other xmlns="urn:a">v</other>',
        "  <mixed>t<b>c</b></mixed>",
        "</root>",
    ]


def test_a_file_has_a_mark_and_a_declaration(session: ConsoleSession) -> None:
    session.shown(
        "$w = [Xml.XmlWriter]::Create('C:\\made.xml'); ([xml]'<a><b>1</b></a>').Save($w); $w.Close()"
    )
    held = session.host.filesystem.read("C:\\made.xml")
    assert held == b'\xef\xbb\xbf<?xml version="1.0" encoding="utf-8"?><a><b>1</b></a>'


def test_the_old_writer_indents_as_it_is_told(session: ConsoleSession) -> None:
    shown = session.shown(
        """
        $to = New-Object System.IO.StringWriter; $writer = New-Object System.Xml.XmlTextWriter $to
        $writer.Formatting = 'Indented'; $writer.Indentation = 1; $writer.IndentChar = "`t"
        ([xml]'<?xml version="1.0"?><a xmlns:p="urn:x"><p:b q="1">t</p:b><c/></a>').WriteContentTo($writer)
        $to.ToString()
        """
    )
    assert shown.split("\n") == [
        '<?xml version="1.0"?>',
        '<a xmlns:p="urn:x">',
        '\t<p:b q="1">t</p:b>',
        "\t<c />",
        "</a>",
    ]


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("$w.WriteEndElement()", "Token EndElement in state Start would result in an invalid XML document."),
        ("$w.WriteStartElement('a b')", "The ' ' character, hexadecimal value 0x20, cannot be included"),
        ("$w.WriteStartElement('a'); $w.WriteEndElement(); $w.WriteStartElement('b')", "EndRootElement"),
        ("$w.WriteString('t')", "Token Content in state"),
        ("$w.WriteStartElement('a'); $w.WriteString([string][char]1)", "0x01, is an invalid character."),
        ("$w.Close(); $w.WriteStartElement('a')", "The Writer is closed or in error state."),
        (
            "$w.WriteStartElement('a'); $w.WriteString('t'); $w.WriteAttributeString('b', 'c')",
            "StartAttribute",
        ),
    ],
)
def test_what_would_be_no_document_is_refused(session: ConsoleSession, script: str, said: str) -> None:
    result = session.runspace.run(f"$w = [Xml.XmlWriter]::Create((New-Object Text.StringBuilder)); {script}")
    assert [said in one.message for one in result.errors] == [True]


@pytest.mark.parametrize(
    ("script", "value"),
    [
        ("[Xml.XmlConvert]::ToString((New-TimeSpan -Hours 26))", "P1DT2H"),
        ("[Xml.XmlConvert]::ToTimeSpan('-PT90M').TotalMinutes", "-90"),
        ("[Xml.XmlConvert]::ToString($true)", "true"),
        ("[Xml.XmlConvert]::ToString([double]::PositiveInfinity)", "INF"),
        ("[Xml.XmlConvert]::EncodeName('a b_x0041_')", "a_x0020_b_x005F_x0041_"),
        ("[Xml.XmlConvert]::DecodeName('a_x0020_b')", "a b"),
        (
            "[Xml.XmlConvert]::ToDateTime('2020-01-02T03:04:05+02:00', 'Utc').ToString('s')",
            "2020-01-02T01:04:05",
        ),
        ("[Xml.XmlConvert]::ToInt32(' 42 ')", "42"),
    ],
)
def test_values_as_xml_writes_them(session: ConsoleSession, script: str, value: str) -> None:
    assert session.shown(f"({script}).ToString()") == value


def test_what_is_no_duration_is_told(session: ConsoleSession) -> None:
    result = session.runspace.run("[Xml.XmlConvert]::ToTimeSpan('one day')")
    assert "The string 'one day' is not a valid TimeSpan value." in result.errors[0].message


def test_objects_go_to_text_and_come_back(session: ConsoleSession) -> None:
    shown = session.shown(
        """
        $text = [System.Management.Automation.PSSerializer]::Serialize([pscustomobject]@{ a = 1; b = (2, 3) }, 2)
        $back = [System.Management.Automation.PSSerializer]::Deserialize($text)
        $back.a + $back.b[1]; $back.b.Count
        """
    )
    assert shown.split("\n") == ["4", "2"]
    bad = session.runspace.run("[System.Management.Automation.PSSerializer]::Deserialize('x')")
    assert bad.errors[0].fully_qualified_error_id == "XmlException"
