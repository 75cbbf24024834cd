"""The command line of wmic: global switches, a target, a condition and a verb."""

from __future__ import annotations

import re
from dataclasses import dataclass

_TOKEN = re.compile(r'"[^"]*"|\'[^\']*\'|\([^()]*\)|[^\s,"\'()]+|,')
_VERBS = ("get", "list", "call", "create", "delete", "set", "assoc")
_STYLES = ("brief", "full", "instance", "status", "system", "writeable")
#: Global switches that change nothing here, and those that are refused by name.
_WITHOUT_EFFECT = ("/locale", "/privileges", "/interactive", "/failfast", "/trace")
_NOT_TAKEN = ("/user", "/password", "/output", "/append")

#: Switches of a verb that make no difference: wmic asks nothing unless it is told to.
_QUESTIONS = ("/nointeractive", "/interactive:off")


class BadCommand(Exception):
    """The command line cannot be understood; the text says so."""


class NotEmulated(BadCommand):
    """It asks for what is not emulated."""

    def __init__(self, what: str) -> None:
        super().__init__(f"{what} is not emulated.")
        self.what = what


@dataclass(slots=True)
class Request:
    """One parsed command line."""

    node: str = ""
    alias: str = ""
    class_name: str = ""
    namespace: str = "root/cimv2"
    condition: str = ""
    verb: str = ""
    style: str = "full"
    properties: tuple[str, ...] = ()
    form: str = ""
    method: str = ""
    arguments: tuple[tuple[str, str], ...] = ()


def parse(tail: str) -> Request:
    """The request of a command line. Raises BadCommand."""
    words = _TOKEN.findall(tail)
    request = Request()
    while words and words[0].startswith("/"):
        _switch(words, request)
    if not words:
        raise NotEmulated("Interactive mode")
    first = words.pop(0)
    if first.lower() in ("path", "class") and words:
        request.class_name = words.pop(0)
        if ":" in request.class_name or "." in request.class_name:
            raise NotEmulated("The path of an instance instead of a condition (where)")
    else:
        request.alias = first
    if words and words[0].lower() == "where":
        words.pop(0)
        request.condition = _condition(words)
    elif words and words[0].lower() not in _VERBS and not words[0].startswith("/"):
        raise BadCommand("Invalid Verb.")
    if not words:
        return request
    verb = words.pop(0).lower()
    if verb.startswith("/"):
        words.insert(0, verb)
    else:
        request.verb = verb
    _VERB_READERS.get(request.verb, _refuse)(request, words)
    return request


def _switch(words: list[str], request: Request) -> None:
    word = words.pop(0)
    name, _, value = word.partition(":")
    if not value and words and words[0][:1] in "\"'":
        value = words.pop(0)
    value = value.strip("\"'")
    if name.lower() == "/namespace":
        request.namespace = value.lstrip("\\").replace("\\", "/")
        return
    if name.lower() == "/node":
        request.node = value
        return
    if name.lower() in _NOT_TAKEN:
        raise NotEmulated(name)
    if name.lower() not in _WITHOUT_EFFECT:
        raise BadCommand("Invalid Global Switch.")


def _condition(words: list[str]) -> str:
    """The words up to the verb; a condition in quotes or brackets is one of them."""
    if not words:
        raise BadCommand("Invalid condition.")
    if words[0][:1] in '"(':
        text = words.pop(0)
        return text[1:-1].strip()
    taken: list[str] = []
    while words and words[0].lower() not in _VERBS:
        taken.append(words.pop(0))
    return " ".join(taken).replace("= ", "=").replace(" =", "=")


def _get(request: Request, words: list[str]) -> None:
    names: list[str] = []
    for word in words:
        if word.startswith("/"):
            _format(request, word)
        elif word not in (",", "*"):
            names.append(word.strip("\"'"))
    request.properties = tuple(names)


def _list(request: Request, words: list[str]) -> None:
    for word in words:
        if word.startswith("/"):
            _format(request, word)
        elif word.lower() in _STYLES:
            request.style = word.lower()
        else:
            raise BadCommand("Invalid LIST Format.")
    if request.style not in ("brief", "full"):
        raise NotEmulated(f"list {request.style}")


def _format(request: Request, word: str) -> None:
    name, _, value = word.lower().partition(":")
    if name == "/value":
        request.form = "value"
    elif name == "/format":
        request.form = value.strip("\"'").removesuffix(".xsl")
    elif name == "/all":
        pass
    else:
        raise BadCommand("Invalid Switch.")


def _call(request: Request, words: list[str]) -> None:
    if not words:
        raise BadCommand("Invalid format.\r\nHint: <methodcall> = method [parameters]")
    request.method = words.pop(0)
    request.arguments = _assignments(words)


def _change(request: Request, words: list[str]) -> None:
    request.arguments = _assignments([word for word in words if word.lower() not in _QUESTIONS])


def _delete(request: Request, words: list[str]) -> None:
    del request
    if any(word.lower() not in _QUESTIONS for word in words):
        raise BadCommand("Invalid Verb Switch.")


def _assignments(words: list[str]) -> tuple[tuple[str, str], ...]:
    """Values with their names, and those without one."""
    found: list[tuple[str, str]] = []
    place = 0
    while place < len(words):
        word = words[place]
        place += 1
        if word == ",":
            continue
        name, sign, value = word.partition("=")
        if sign and not word.startswith(('"', "'")):
            if not value and place < len(words):
                value = words[place]
                place += 1
            found.append((name, value.strip("\"'")))
        else:
            found.append(("", word.strip("\"'")))
    return tuple(found)


def _refuse(request: Request, _words: list[str]) -> None:
    raise NotEmulated(request.verb)


_VERB_READERS = {
    "get": _get,
    "list": _list,
    "call": _call,
    "set": _change,
    "create": _change,
    "delete": _delete,
    "": _get,
}
