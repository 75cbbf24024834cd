"""The command line of powershell.exe 5.1: switches may be shortened, and the first word that is none
begins the command (Microsoft Learn, about_PowerShell_exe)."""

from __future__ import annotations

import base64
import binascii
from enum import Enum

from emulator.record import MutableRecord, field

#: name -> (shortest accepted form, takes a value)
_PARAMETERS: dict[str, tuple[str, bool]] = {
    "help": ("h", False),
    "?": ("?", False),
    "psconsolefile": ("psc", True),
    "version": ("v", True),
    "nologo": ("nol", False),
    "noexit": ("noe", False),
    "sta": ("s", False),
    "mta": ("mta", False),
    "noprofile": ("nop", False),
    "noninteractive": ("noni", False),
    "inputformat": ("in", True),
    "outputformat": ("o", True),
    "windowstyle": ("w", True),
    "encodedcommand": ("e", True),
    "encodedarguments": ("encodeda", True),
    "configurationname": ("config", True),
    "file": ("f", True),
    "executionpolicy": ("ex", True),
    "command": ("c", True),
}
_ALIASES = {
    "ec": "encodedcommand",
    "ep": "executionpolicy",
    "if": "inputformat",
    "of": "outputformat",
    "i": "inputformat",
}

#: Checked and not enforced.
_EXECUTION_POLICIES = frozenset(
    ["allsigned", "bypass", "default", "remotesigned", "restricted", "undefined", "unrestricted"]
)


class Source(Enum):
    """Where the script comes from."""

    COMMAND = "command"
    ENCODED_COMMAND = "encoded command"
    FILE = "file"
    STANDARD_INPUT = "standard input"
    HELP = "help"


class BadArguments(Exception):
    """A command line that powershell.exe refuses, in its own words."""


class Arguments(MutableRecord):
    """What a command line of powershell.exe asks for, as far as it makes a difference without a window."""

    source: Source = Source.STANDARD_INPUT
    text: str = ""
    """The script; for FILE the path as typed."""
    file_arguments: list[str] = field(default_factory=list)
    non_interactive: bool = False
    output_format: str | None = None
    execution_policy: str | None = None


def parse_arguments(words: list[str]) -> Arguments:
    """Read the arguments. Raises `BadArguments`."""
    found = Arguments()
    position = 0
    while position < len(words):
        word = words[position]
        position += 1
        name = _parameter(word)
        if name is None:
            found.source = Source.STANDARD_INPUT if word == "-" and position == len(words) else Source.COMMAND
            found.text = "" if found.source is Source.STANDARD_INPUT else " ".join(words[position - 1 :])
            return found
        value = ""
        if _PARAMETERS[name][1]:
            if position >= len(words):
                raise BadArguments(_missing(name))
            value = words[position]
            position += 1
        if name == "command":
            rest = [value, *words[position:]]
            found.source = Source.STANDARD_INPUT if rest == ["-"] else Source.COMMAND
            found.text = "" if rest == ["-"] else " ".join(rest)
            return found
        if name == "file":
            if value == "-":
                found.source = Source.STANDARD_INPUT
            else:
                found.source, found.text = Source.FILE, value
                found.file_arguments = words[position:]
            return found
        _apply(found, name, value)
        if found.source is Source.HELP:
            return found
    return found


def _apply(found: Arguments, name: str, value: str) -> None:
    match name:
        case "encodedcommand":
            # Unlike -Command, other switches may follow an encoded command.
            found.source, found.text = Source.ENCODED_COMMAND, _decoded(value)
        case "noninteractive":
            found.non_interactive = True
        case "inputformat":
            _format(name, value)
        case "outputformat":
            found.output_format = _format(name, value)
        case "executionpolicy":
            if value.lower() in _EXECUTION_POLICIES:
                found.execution_policy = value
                return
            raise BadArguments(
                f"Invalid ExecutionPolicy value '{value}'. The possible enumeration values are "
                f'"Unrestricted,RemoteSigned,AllSigned,Restricted,Default,Bypass,Undefined".'
            )
        case "help" | "?":
            found.source = Source.HELP


def _parameter(word: str) -> str | None:
    """The parameter that a word names, or None when it begins the command."""
    if len(word) < 2 or word[0] not in "-/":
        return None
    name = word[1:].lower()
    if word[0] == "-" and name.startswith("-"):
        name = name[1:]
    if name in _ALIASES:
        return _ALIASES[name]
    for full, (shortest, _) in _PARAMETERS.items():
        if full.startswith(name) and name.startswith(shortest):
            return full
    return None


def _format(name: str, value: str) -> str:
    for known in ("Text", "XML"):
        if known.lower().startswith(value.lower()) and value:
            return known
    label = "InputFormat" if name == "inputformat" else "OutputFormat"
    raise BadArguments(f"Invalid argument '{value}' for {label}: the valid values are:\r\nText\r\nXML\r\n")


def _decoded(value: str) -> str:
    try:
        return base64.b64decode(value, validate=True).decode("utf-16-le")
    except (binascii.Error, ValueError):
        raise BadArguments(
            "Cannot process the command because the value specified with -EncodedCommand is not "
            "properly encoded. The value must be Base64 encoded."
        ) from None


def _missing(name: str) -> str:
    follows = "Cannot process the command because of a missing parameter. A command must follow"
    labels = {
        "command": f"{follows} -Command.",
        "encodedcommand": f"{follows} -EncodedCommand.",
        "file": "The parameter '-File' needs the path of a script file to run.",
    }
    return labels.get(name, f"Cannot process command because of the missing argument for parameter {name}.")
