"""The parser: good scripts have no errors, damaged ones have errors with places, both have trees and tokens."""

from __future__ import annotations

from random import Random

from fuzz.mutation import damaged_text
from fuzz.syntax_grammar import script

from emulator.powershell.parser import ParseResult, dump, parse
from emulator.powershell.parser.errors import MESSAGES

_PIECES = (
    *(
        "{",
        "}",
        "(",
        ")",
        "[",
        "]",
        "@(",
        "@{",
        "$(",
        "${",
        '"',
        "'",
        '@"\n',
        '\n"@',
        "@'\n",
        "\n'@",
        "<#",
        "#>",
    ),
    *(
        "#",
        "`",
        "`\n",
        "--%",
        "|",
        "||",
        "&&",
        "&",
        ";",
        ",",
        "=",
        "::",
        ".",
        "..",
        "-",
        "--",
        "-eq",
        "2>&1",
        ">",
    ),
    *(
        "<",
        "@",
        "$",
        "%",
        "?",
        "\0",
        "if",
        "else",
        "switch",
        "class",
        "enum",
        "function",
        "param",
        "catch",
        "in",
    ),
    *(
        "using module x",
        "default",
        "data",
        "trap",
        "end",
        "workflow",
        "parallel",
        "base",
        ":a",
        "[int]",
        "[A()]",
    ),
)


def well_formed(random: Random) -> str:
    """A script that parses."""
    return script(random)


def damaged(random: Random) -> str:
    """A script with some harm done: characters as in any text, pieces of syntax put in, parts left out."""
    text = script(random)
    for _ in range(random.randint(1, 4)):
        place = random.randint(0, len(text))
        if random.random() < 0.4:
            text = text[:place] + random.choice(_PIECES) + text[place:]
        elif random.random() < 0.5:
            text = text[:place] + text[place + random.randint(1, 20) :]
        else:
            text = damaged_text(random, text, 1)
    return text


def check_well_formed(text: str) -> None:
    """No error, and all that hangs on a tree."""
    result = parse(text)
    assert not result.errors, [(one.error_id, str(one.extent)) for one in result.errors]
    _check(result, text)


def check_damaged(text: str) -> None:
    """Errors that are known, with places in the text; read as PowerShell 7, too."""
    for version in ((5, 1), (7, 4)):
        result = parse(text, language_version=version)
        for one in result.errors:
            assert one.error_id in MESSAGES or one.error_id.endswith("DataSection"), one.error_id
            assert one.message, one.error_id
            assert 0 <= one.extent.start_offset <= one.extent.end_offset <= len(text), one
        _check(result, text)


def _check(result: ParseResult, text: str) -> None:
    dump(result.ast)
    place = 0
    for token in result.tokens:
        assert token.extent.start_offset >= place, token
        assert token.extent.end_offset <= len(text), token
        assert result.errors or not text[place : token.extent.start_offset].strip(" \t\x00\v\f\x85\xa0"), (
            token
        )
        place = token.extent.end_offset
    assert place == len(text)
    for node in result.ast.walk():
        assert 0 <= node.extent.start_offset <= node.extent.end_offset, node
