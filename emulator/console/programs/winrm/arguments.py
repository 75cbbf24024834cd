"""The command line of winrm.vbs: an operation, a resource URI, switches and `@{key="value";...}`."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

OPERATIONS = {
    "g": "get",
    "get": "get",
    "s": "set",
    "set": "set",
    "put": "set",
    "c": "create",
    "create": "create",
    "d": "delete",
    "delete": "delete",
    "e": "enumerate",
    "enum": "enumerate",
    "enumerate": "enumerate",
    "id": "identify",
    "identify": "identify",
    "qc": "quickconfig",
    "quickconfig": "quickconfig",
    "help": "help",
}
_NOT_EMULATED = ("i", "invoke", "configsddl", "helpmsg")
# Short names of switches and what they stand for; those without a short name stand for themselves.
_SWITCHES = {
    "r": "remote",
    "a": "authentication",
    "u": "username",
    "p": "password",
    "f": "format",
    "d": "defaultcreds",
    "q": "quiet",
    "un": "unencrypted",
    **{
        name: name
        for name in (
            *("remote", "authentication", "username", "password", "format", "quiet", "force", "transport"),
            *("returntype", "encoding", "skipcacheck", "skipcncheck", "skiprevocationcheck", "timeout"),
            *("usessl", "unencrypted", "shallow", "basepropertiesonly", "maxelements", "defaultcreds"),
        )
    },
}
_FORMATS = ("xml", "pretty", "text")
_WITH_VALUES = ("set", "create")
_WITH_URI = ("get", "set", "create", "delete", "enumerate")
_PAIR = re.compile(r"""\s*([A-Za-z_]\w*)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^;"']*?))\s*(;|$)""")
_MAXIMUM_LENGTH = 32_768


class UsageError(Exception):
    """The command line cannot be understood; the text says why."""


@dataclass(frozen=True, slots=True)
class Request:
    """One parsed command line."""

    operation: str
    uri: str = ""
    selectors: dict[str, str] = field(default_factory=dict)
    values: tuple[tuple[str, str], ...] = ()
    switches: dict[str, str] = field(default_factory=dict)

    def is_local(self, name: str) -> bool:
        """Whether the machine itself is asked."""
        remote = self.switches.get("remote", "localhost").lower()
        host = re.sub(r"^https?://|/.*$", "", remote).partition(":")[0]
        return host in ("localhost", "127.0.0.1", name.lower())


def parse(tail: str) -> Request:
    """The request of a command line. Raises UsageError."""
    if len(tail) > _MAXIMUM_LENGTH:
        raise UsageError("The command line is too long.")
    words, values = _split(tail)
    switches: dict[str, str] = {}
    operands: list[str] = []
    for word in words:
        if word[:1] in "-/" and len(word) > 1:
            _add_switch(word, switches)
        else:
            operands.append(word)
    if "?" in switches or not operands:
        return Request("help")
    operation = OPERATIONS.get(operands[0].lower())
    if operation is None:
        if operands[0].lower() in _NOT_EMULATED:
            return Request(operands[0].lower(), operands[1] if operands[1:] else "", switches=switches)
        raise UsageError(f"Unknown operation name: {operands[0]}")
    if switches.get("format", "text").lower().lstrip("#") not in _FORMATS:
        raise UsageError(f"Invalid option for -format: {switches['format']}")
    if operation not in _WITH_URI:
        return Request(operation, switches=switches)
    if len(operands) < 2:
        raise UsageError("URI is missing")
    if len(operands) > 2:
        raise UsageError(f"Unexpected match count - one match is expected: {operands[2]}")
    if values and operation not in _WITH_VALUES:
        raise UsageError("Input was supplied to an operation that does not accept input.")
    if operation == "set" and not values:
        raise UsageError('No input provided through "@{...}" or "-file:" commandline parameters.')
    uri, selectors = _address(operands[1])
    return Request(operation, uri, selectors, values, switches)


def _split(tail: str) -> tuple[list[str], tuple[tuple[str, str], ...]]:
    """The words of the line, and the pairs of its hash; quotes around a whole word are taken off."""
    words: list[str] = []
    values: tuple[tuple[str, str], ...] = ()
    place = 0
    while place < len(tail):
        if tail[place].isspace():
            place += 1
        elif tail.startswith("@{", place):
            end = _end_of_hash(tail, place)
            values = _pairs(tail[place + 2 : end])
            place = end + 1
        elif tail[place] in "\"'":
            quote = tail[place]
            end = tail.find(quote, place + 1)
            if end < 0:
                raise UsageError(f"A quoted parameter value must begin and end with quotes: {tail[place:]}")
            inside = tail[place + 1 : end]
            if inside.startswith("@{"):
                values = _pairs(inside[2:].rstrip().removesuffix("}"))
            else:
                words.append(inside)
            place = end + 1
        else:
            end = place
            while end < len(tail) and not tail[end].isspace():
                end = tail.find('"', end + 1) + 1 or len(tail) if tail[end] == '"' else end + 1
            words.append(tail[place:end].replace('"', ""))
            place = end
    return words, values


def _end_of_hash(tail: str, start: int) -> int:
    quoted = False
    for place in range(start, len(tail)):
        if tail[place] == '"':
            quoted = not quoted
        elif tail[place] == "}" and not quoted:
            return place
    raise UsageError('Syntax Error: input must be of the form {KEY="VALUE"[;KEY="VALUE"]}')


def _pairs(text: str) -> tuple[tuple[str, str], ...]:
    pairs: list[tuple[str, str]] = []
    place = 0
    while place < len(text):
        match = _PAIR.match(text, place)
        if match is None:
            raise UsageError('Syntax Error: input must be of the form {KEY="VALUE"[;KEY="VALUE"]}')
        pairs.append((match[1], next((one for one in match.groups()[1:4] if one is not None), "")))
        place = match.end()
    if not pairs:
        raise UsageError("Parameter set is empty.")
    names = [name.lower() for name, _ in pairs]
    if len(set(names)) < len(names):
        raise UsageError("Multiple matching parameter names not allowed in @{...}: " + pairs[-1][0])
    return tuple(pairs)


def _add_switch(word: str, switches: dict[str, str]) -> None:
    name, colon, value = word[1:].partition(":")
    if name == "?":
        switches["?"] = ""
        return
    known = _SWITCHES.get(name.lower())
    if known is None:
        raise UsageError(f"Unknown switch: {name}")
    if known in switches:
        raise UsageError(f"Option is not unique: {name}")
    switches[known] = value.strip('"') if colon else ""


def _address(text: str) -> tuple[str, dict[str, str]]:
    """A resource URI and its selectors: ``winrm/config/listener?Address=*+Transport=HTTP``."""
    uri, _, query = text.partition("?")
    if not uri:
        raise UsageError("URI is 0 length")
    selectors: dict[str, str] = {}
    for pair in query.split("+") if query else ():
        name, equals, value = pair.partition("=")
        if not equals or not name:
            raise UsageError("Invalid URI, token is 0 length")
        selectors[name] = value
    return uri, selectors
