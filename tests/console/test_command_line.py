"""Command lines of Windows programs and of powershell.exe."""

from __future__ import annotations

import base64

import pytest

from emulator.console.command_line import split_arguments
from emulator.console.programs.powershell.arguments import BadArguments, Source, parse_arguments

LINES = {
    "": [],
    " a  b ": ["a", "b"],
    '"a b" c': ["a b", "c"],
    'a"b c"d': ["ab cd"],
    '""': [""],
    r'"C:\x\\" y': ["C:\\x\\", "y"],
    r"C:\x\y": ["C:\\x\\y"],
    r"\"q\"": ['"q"'],
    r'"say \"hi\" now"': ['say "hi" now'],
    '"a""b"': ['a"b'],
}


@pytest.mark.parametrize("line", LINES)
def test_arguments_are_split_as_the_c_library_does(line):
    assert split_arguments(line) == LINES[line]


ENCODED = base64.b64encode("Get-VM".encode("utf-16-le")).decode()

COMMANDS = {
    ("-Command", "a", "b"): (Source.COMMAND, "a b"),
    ("-c", "a"): (Source.COMMAND, "a"),
    ("/command", "a"): (Source.COMMAND, "a"),
    ("Get-VM", "-Name", "x"): (Source.COMMAND, "Get-VM -Name x"),
    ("-NoProfile", "-NonInteractive", "-ExecutionPolicy", "Bypass", "a"): (Source.COMMAND, "a"),
    ("-nop", "-noni", "-ex", "bypass", "-enc", ENCODED): (Source.ENCODED_COMMAND, "Get-VM"),
    ("-EncodedCommand", ENCODED, "-NonInteractive"): (Source.ENCODED_COMMAND, "Get-VM"),
    ("-encodedcommand", ENCODED, "-outputformat", "Text"): (Source.ENCODED_COMMAND, "Get-VM"),
    ("-File", "C:\\x.ps1", "-a", "1"): (Source.FILE, "C:\\x.ps1"),
    ("-",): (Source.STANDARD_INPUT, ""),
    ("-Command", "-"): (Source.STANDARD_INPUT, ""),
    (): (Source.STANDARD_INPUT, ""),
}


@pytest.mark.parametrize("words", COMMANDS)
def test_powershell_reads_its_command_line(words):
    found = parse_arguments(list(words))
    assert (found.source, found.text) == COMMANDS[words]


@pytest.mark.parametrize(
    "words",
    [("-EncodedCommand", "%%%"), ("-EncodedCommand",), ("-File",), ("-ex", "Sometimes", "a"), ("-o", "Pdf")],
)
def test_a_bad_command_line_is_refused(words):
    with pytest.raises(BadArguments):
        parse_arguments(list(words))
