"""Why a text is no XML, in the words of .NET's XmlTextReader (System.Xml resources, reference source)."""

from __future__ import annotations

import re
from typing import NoReturn

_MARKUP = re.compile(r"[<&]")
_BLANKS = re.compile(r"\s*")
_NAME = re.compile(r"[A-Za-z_:\u0080-\uffff][\w:.\-\u0080-\uffff]*")
_REFERENCE = re.compile(r"#[0-9]+|#x[0-9A-Fa-f]+|[A-Za-z_:][\w:.\-]*")
_PREDEFINED = frozenset({"lt", "gt", "amp", "quot", "apos"})
_PASSED_OVER = (("<!--", "-->"), ("<![CDATA[", "]]>"), ("<?", "?>"))


class _Found(Exception):
    """The text of the first error."""


def syntax_error(text: str) -> str | None:
    """The message of the first error that is found in a text that is not well formed, with its place; None
    for one that this does not look for."""
    try:
        _Scan(text).run()
    except _Found as found:
        return str(found)
    return None


class _Scan:
    """Goes through a text once, up to its first error."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.open: list[tuple[str, int]] = []
        """Names of the elements that are open, and where they stand."""
        self.has_root = False

    def place(self, at: int) -> tuple[int, int]:
        """Line and position of a character, from 1."""
        return self.text.count("\n", 0, at) + 1, at - self.text.rfind("\n", 0, at)

    def refuse(self, message: str, at: int) -> NoReturn:
        """End with a message about a place."""
        line, position = self.place(at)
        raise _Found(f"{message} Line {line}, position {position}.")

    def run(self) -> None:
        """Raise what is found."""
        text, at = self.text, 0
        while at < len(text):
            markup = _MARKUP.search(text, at)
            end = markup.start() if markup else len(text)
            self._between(at, end)
            if markup is None:
                break
            at = self._reference(end) if markup[0] == "&" else self._markup(end)
        if self.open:
            names = ", ".join(name for name, _ in reversed(self.open))
            self.refuse(
                f"Unexpected end of file has occurred. The following elements are not closed: {names}.",
                len(text),
            )
        if not self.has_root:
            raise _Found("Root element is missing.")

    def _between(self, start: int, end: int) -> None:
        blanks = _BLANKS.match(self.text, start, end)
        first = blanks.end() if blanks else start
        if first < end and not self.open:
            self.refuse("Data at the root level is invalid.", first)

    def _reference(self, at: int) -> int:
        if not self.open:
            self.refuse("Data at the root level is invalid.", at)
        name = _REFERENCE.match(self.text, at + 1)
        if name is None:
            self.refuse("An error occurred while parsing EntityName.", at + 1)
        self._expect(name.end(), ";")
        if not name[0].startswith("#") and name[0] not in _PREDEFINED:
            self.refuse(f"Reference to undeclared entity '{name[0]}'.", at + 1)
        return name.end() + 1

    def _expect(self, at: int, token: str) -> None:
        if at >= len(self.text):
            self.refuse("Unexpected end of file has occurred.", at)
        if self.text[at] != token:
            self._unexpected(at, f"'{token}'")

    def _unexpected(self, at: int, wanted: str) -> NoReturn:
        self.refuse(f"'{self.text[at]}' is an unexpected token. The expected token is {wanted}.", at)

    def _markup(self, at: int) -> int:
        text = self.text
        for start, end in _PASSED_OVER:
            if text.startswith(start, at):
                found = text.find(end, at + len(start))
                return len(text) if found < 0 else found + len(end)
        if text.startswith("</", at):
            return self._end_tag(at)
        name = _NAME.match(text, at + 1)
        if name is None:
            if at + 1 >= len(text):
                self.refuse("Unexpected end of file has occurred.", len(text))
            first = text[at + 1]
            self.refuse(
                f"Name cannot begin with the '{first}' character, hexadecimal value 0x{ord(first):02X}.",
                at + 1,
            )
        if not self.open and self.has_root:
            self.refuse("There are multiple root elements.", at + 1)
        self.has_root = True
        return self._start_tag(name[0], name.start(), name.end())

    def _end_tag(self, at: int) -> int:
        name = _NAME.match(self.text, at + 2)
        written = name[0] if name else ""
        if not self.open:
            self.refuse("Unexpected end tag.", at + 2)
        opened, where = self.open.pop()
        if opened != written:
            line, position = self.place(where)
            self.refuse(
                f"The '{opened}' start tag on line {line} position {position} does not match the end tag of "
                f"'{written}'.",
                at + 2,
            )
        end = _BLANKS.match(self.text, at + 2 + len(written))
        place = end.end() if end else len(self.text)
        self._expect(place, ">")
        return place + 1

    def _start_tag(self, name: str, where: int, at: int) -> int:
        text, seen = self.text, set()
        while True:
            blanks = _BLANKS.match(text, at)
            at = blanks.end() if blanks else at
            if at >= len(text):
                self.refuse("Unexpected end of file has occurred.", at)
            if text.startswith("/>", at):
                return at + 2
            if text[at] == ">":
                self.open.append((name, where))
                return at + 1
            attribute = _NAME.match(text, at)
            if attribute is None:
                first = text[at]
                self.refuse(
                    f"Name cannot begin with the '{first}' character, hexadecimal value 0x{ord(first):02X}.",
                    at,
                )
            if attribute[0] in seen:
                self.refuse(f"'{attribute[0]}' is a duplicate attribute name.", at)
            seen.add(attribute[0])
            blanks = _BLANKS.match(text, attribute.end())
            at = blanks.end() if blanks else attribute.end()
            self._expect(at, "=")
            blanks = _BLANKS.match(text, at + 1)
            at = blanks.end() if blanks else at + 1
            if at >= len(text):
                self.refuse("Unexpected end of file has occurred.", at)
            if text[at] not in "\"'":
                self._unexpected(at, "'\"' or '''")
            end = text.find(text[at], at + 1)
            self._value(at + 1, len(text) if end < 0 else end)
            if end < 0:
                self.refuse("There is an unclosed literal string.", len(text))
            at = end + 1

    def _value(self, start: int, end: int) -> None:
        for found in _MARKUP.finditer(self.text, start, end):
            if found[0] == "<":
                self.refuse("'<', hexadecimal value 0x3C, is an invalid attribute character.", found.start())
            name = _REFERENCE.match(self.text, found.end(), end)
            if name is None:
                self.refuse("An error occurred while parsing EntityName.", found.end())
            self._expect(name.end(), ";")
            if not name[0].startswith("#") and name[0] not in _PREDEFINED:
                self.refuse(f"Reference to undeclared entity '{name[0]}'.", found.end())
