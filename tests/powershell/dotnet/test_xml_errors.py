"""What .NET says of texts that are no XML (texts and places of XmlTextReader)."""

import pytest

from emulator.powershell.dotnet.xml_errors import syntax_error


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "<a><b></a>",
            "The 'b' start tag on line 1 position 5 does not match the end tag of 'a'. Line 1, position 9.",
        ),
        (
            "<a>\n <b>\n</a>",
            "The 'b' start tag on line 2 position 3 does not match the end tag of 'a'. Line 3, position 3.",
        ),
        (
            "<a><b>",
            "Unexpected end of file has occurred. The following elements are not closed: b, a. Line 1, position 7.",
        ),
        ("text", "Data at the root level is invalid. Line 1, position 1."),
        ("<a/>x", "Data at the root level is invalid. Line 1, position 5."),
        ("<a/><b/>", "There are multiple root elements. Line 1, position 6."),
        ("<a>b & c</a>", "An error occurred while parsing EntityName. Line 1, position 7."),
        ("<a>&nbsp;</a>", "Reference to undeclared entity 'nbsp'. Line 1, position 5."),
        ("<a>&nbsp</a>", "'<' is an unexpected token. The expected token is ';'. Line 1, position 9."),
        ("<a b=1/>", "'1' is an unexpected token. The expected token is '\"' or '''. Line 1, position 6."),
        ("<a b/>", "'/' is an unexpected token. The expected token is '='. Line 1, position 5."),
        ("<a b='1' b='2'/>", "'b' is a duplicate attribute name. Line 1, position 10."),
        ("<1/>", "Name cannot begin with the '1' character, hexadecimal value 0x31. Line 1, position 2."),
        (
            "<a b='<'/>",
            "'<', hexadecimal value 0x3C, is an invalid attribute character. Line 1, position 7.",
        ),
        ("<!-- x -->", "Root element is missing."),
    ],
)
def test_the_first_error_is_told_with_its_place(text: str, message: str) -> None:
    assert syntax_error(text) == message


def test_what_is_well_formed_has_none() -> None:
    assert syntax_error("<?xml version='1.0'?><a b='&lt;'><!-- & --><![CDATA[<&]]>&#65;</a>") is None


def test_a_cast_tells_it(shell) -> None:
    assert shell.error("[xml]'<a><b></a>'").message == (
        'Cannot convert value "<a><b></a>" to type "System.Xml.XmlDocument". Error: "The \'b\' start tag on line 1'
        " position 5 does not match the end tag of 'a'. Line 1, position 9.\""
    )


def test_a_list_names_the_argument_that_does_not_fit(shell) -> None:
    record = shell.error("[Collections.Generic.List[int]]::new().Add('x')")
    assert record.fully_qualified_error_id == "MethodArgumentConversionInvalidCastArgument"
    assert record.message == (
        'Cannot convert argument "item", with value: "x", for "Add" to type "System.Int32": "Cannot convert value'
        ' "x" to type "System.Int32". Error: "Input string was not in a correct format.""'
    )
