"""Parser of a cmd.exe command line (after percent expansion), by recursive descent over characters.

Depth and length are bounded: cmd.exe itself takes at most 8,191 characters a line (Microsoft support
article 830473); scripts sent over WinRS may be longer, so the bound here is higher.
"""

from __future__ import annotations

import re

from emulator.console.cmd.syntax import (
    Block,
    Command,
    CommandSyntaxError,
    For,
    If,
    Node,
    Pipeline,
    Redirection,
    Sequence,
)

MAX_DEPTH = 60
_BLANKS = " \t\r\n"
_DELIMITERS = " \t,;=\r\n"
_FOR = re.compile(
    r"(?is)\s*+(?P<switch>/[lfdr])?\s*+(?P<options>\"[^\"]*\"|[^%\s(]+)?\s*+%{1,2}(?P<variable>\S)\s+in\s*\("
)
_INSIDE_QUOTES = re.compile(r'[^"]+')
_PLAIN = re.compile(r'(?:[^"^&|\n)<>0-9 \t,;=\r]|[0-9](?![<>]))+')
"""What neither ends the name of a command nor means anything outside of quotes."""
_QUOTED = re.compile(r'("[^"]*"?)')
_ESCAPED = re.compile(r"\^(.)", re.DOTALL)
_SYNTAX = "The syntax of the command is incorrect."
_COMPARISONS = ("equ", "neq", "lss", "leq", "gtr", "geq")


def parse(text: str) -> Node | None:
    """The tree of `text`, or None where it holds no command. Raises `CommandSyntaxError`."""
    parser = _Parser(text)
    node = parser.sequence(inside=False)
    if not parser.at_end():
        raise CommandSyntaxError(f"{parser.text[parser.position]} was unexpected at this time.")
    return node


class _Parser:
    def __init__(self, text: str) -> None:
        self.text = text
        self.position = 0
        self.depth = 0

    def at_end(self) -> bool:
        return self.position >= len(self.text)

    def peek(self, count: int = 1) -> str:
        return self.text[self.position : self.position + count]

    def skip_blanks(self, blanks: str = " \t") -> None:
        while not self.at_end() and self.text[self.position] in blanks:
            self.position += 1

    def sequence(self, *, inside: bool) -> Node | None:
        """commands joined by &, && and ||; a newline joins like & inside a block."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise CommandSyntaxError("The command line is nested too deeply.")
        left: Node | None = None
        operator = "&"
        while True:
            self.skip_blanks(_BLANKS)
            if self.at_end() or (inside and self.peek() == ")"):
                break
            if self.peek() in "&|" and left is None:
                operator = self.peek(2) if self.peek(2) in ("&&", "||") else self.peek()
                raise CommandSyntaxError(f"{operator} was unexpected at this time.")
            right = self.pipeline(inside=inside)
            left = right if left is None else Sequence(left, operator, right)
            self.skip_blanks()
            if self.peek(2) in ("&&", "||"):
                operator = self.peek(2)
                self.position += 2
            elif self.peek() in ("&", "\n"):
                operator = "&"
                self.position += 1
                continue
            else:
                break
            self.skip_blanks(_BLANKS)
            if self.at_end() or self.peek() in "&|)":
                raise CommandSyntaxError("The syntax of the command is incorrect.")
        self.depth -= 1
        return left

    def pipeline(self, *, inside: bool) -> Node:
        left = self.command(inside=inside)
        self.skip_blanks()
        while self.peek() == "|" and self.peek(2) != "||":
            self.position += 1
            self.skip_blanks(_BLANKS)
            if self.at_end() or self.peek() in "&|":
                raise CommandSyntaxError("The syntax of the command is incorrect.")
            left = Pipeline(left, self.command(inside=inside))
            self.skip_blanks()
        return left

    def command(self, *, inside: bool) -> Node:
        while self.peek() and self.peek() in "@ \t":
            self.position += 1
        if self.peek() == "(":
            return self.block()
        word = self.keyword()
        if word in ("if", "for"):
            self.position += len(word)
            self.depth += 1
            if self.depth > MAX_DEPTH:
                raise CommandSyntaxError("The command line is nested too deeply.")
            node = self.if_command(inside=inside) if word == "if" else self.for_command(inside=inside)
            self.depth -= 1
            return node
        if word == "rem":
            start = self.position
            newline = self.text.find("\n", start)
            self.position = len(self.text) if newline < 0 else newline
            return Command("rem", self.text[start + 3 : self.position])
        return self.simple(inside=inside)

    def keyword(self) -> str:
        match = re.compile(r"[A-Za-z]+(?=[\s(/\"]|$)").match(self.text, self.position)
        return match[0].lower() if match else ""

    def block(self) -> Node:
        self.position += 1
        body = self.sequence(inside=True)
        if self.peek() != ")":
            raise CommandSyntaxError("The syntax of the command is incorrect.")
        self.position += 1
        redirections: list[Redirection] = []
        while True:
            self.skip_blanks()
            found = self.redirection()
            if found is None:
                return Block(body, tuple(redirections))
            redirections.append(found)

    def simple(self, *, inside: bool) -> Command:
        """A command name and its tail, up to an operator outside quotes."""
        name: list[str] = []
        tail: list[str] = []
        redirections: list[Redirection] = []
        into = name
        quoted = False
        while not self.at_end():
            plain = (_INSIDE_QUOTES if quoted else _PLAIN).match(self.text, self.position)
            if plain is not None:
                into.append(plain[0])
                self.position = plain.end()
                continue
            character = self.text[self.position]
            if character == '"':
                quoted = not quoted
            elif not quoted:
                if character == "^":
                    # An escaped newline joins two lines and vanishes; any other character stays as it is.
                    following = self.peek(2)[1:]
                    self.position += 2
                    into.append("" if following == "\n" else following)
                    continue
                if character in "&|\n" or (character == ")" and inside):
                    break
                found = self.redirection(after=next((each for each in reversed(into) if each), ""))
                if found is not None:
                    redirections.append(found)
                    continue
                if into is name and character in _DELIMITERS:
                    if not name:
                        self.position += 1
                        continue
                    into = tail
            into.append(character)
            self.position += 1
        command, rest = "".join(name), "".join(tail)
        if not command and not redirections:
            raise CommandSyntaxError("The syntax of the command is incorrect.")
        return Command(command, rest.rstrip("\r"), tuple(redirections))

    def redirection(self, after: str = "") -> Redirection | None:
        """A redirection at the present position. A digit is a handle only where a word begins."""
        start = self.position
        handle: int | None = None
        if (
            self.peek().isdigit()
            and (not after or after[-1] in _BLANKS + ",;=")
            and self.peek(2)[1:] in ("<", ">")
        ):
            handle = int(self.peek())
            self.position += 1
        if self.peek() not in ("<", ">"):
            self.position = start
            return None
        operator = ">>" if self.peek(2) == ">>" else self.peek()
        self.position += len(operator)
        if handle is None:
            handle = 0 if operator == "<" else 1
        self.skip_blanks()
        if self.peek() == "&" and self.peek(2)[1:].isdigit():
            target = self.peek(2)
            self.position += 2
        else:
            target = self.word()
        if not target:
            raise CommandSyntaxError("The syntax of the command is incorrect.")
        return Redirection(handle, operator, target)

    def word(self, stop: str = "") -> str:
        """One word, quotes kept, up to a blank or an operator."""
        letters: list[str] = []
        quoted = False
        while not self.at_end():
            character = self.text[self.position]
            if character == '"':
                quoted = not quoted
            elif not quoted and (character in _BLANKS + "&|<>()" or character in stop):
                break
            letters.append(character)
            self.position += 1
        return "".join(letters)

    def if_command(self, *, inside: bool) -> Node:
        negated = ignore_case = False
        while True:
            self.skip_blanks(_BLANKS)
            word = self.peek(4).lower()
            if word[:2] == "/i" and word[2:3] in _BLANKS:
                ignore_case = True
                self.position += 2
            elif word[:3] == "not" and word[3:4] in _BLANKS:
                negated = True
                self.position += 3
            else:
                break
        first = self.word(stop="=")
        lowered = first.lower()
        if lowered in ("exist", "defined", "errorlevel", "cmdextversion"):
            self.skip_blanks()
            condition, left, right = lowered, self.word(), ""
        else:
            self.skip_blanks()
            left = first
            if self.peek(2) == "==":
                condition = "=="
                self.position += 2
            else:
                condition = self.word().lower()
                if condition not in _COMPARISONS:
                    raise CommandSyntaxError(
                        f"{condition} was unexpected at this time." if condition else _SYNTAX
                    )
            self.skip_blanks()
            right = self.word()
        if not left:
            raise CommandSyntaxError("The syntax of the command is incorrect.")
        self.skip_blanks(_BLANKS)
        if self.at_end():
            raise CommandSyntaxError("The syntax of the command is incorrect.")
        then = self.pipeline(inside=inside) if self.peek() == "(" else self.rest_of_line(inside=inside)
        otherwise = None
        mark = self.position
        self.skip_blanks(_BLANKS)
        if isinstance(then, Block) and self.keyword() == "else":
            self.position += 4
            self.skip_blanks(_BLANKS)
            otherwise = (
                self.pipeline(inside=inside) if self.peek() == "(" else self.rest_of_line(inside=inside)
            )
        else:
            self.position = mark
        return If(condition, left, right, negated, ignore_case, then, otherwise)

    def rest_of_line(self, *, inside: bool) -> Node:
        """Without parentheses, `if a==a echo x & echo y` holds everything up to the end of the line."""
        left = self.pipeline(inside=inside)
        self.skip_blanks()
        while self.peek() == "&" or self.peek(2) == "||":
            operator = self.peek(2) if self.peek(2) in ("&&", "||") else "&"
            self.position += len(operator)
            self.skip_blanks()
            if self.at_end():
                break
            left = Sequence(left, operator, self.pipeline(inside=inside))
            self.skip_blanks()
        return left

    def for_command(self, *, inside: bool) -> Node:
        match = _FOR.match(self.text, self.position)
        if match is None:
            raise CommandSyntaxError("The syntax of the command is incorrect.")
        self.position = match.end()
        end = self.closing_parenthesis()
        items = "".join(
            part if part.startswith('"') else _ESCAPED.sub(r"\1", part)
            for part in _QUOTED.split(self.text[self.position : end])
        )
        self.position = end + 1
        self.skip_blanks(_BLANKS)
        if self.keyword() != "do":
            raise CommandSyntaxError("The syntax of the command is incorrect.")
        self.position += 2
        self.skip_blanks(_BLANKS)
        if self.at_end():
            raise CommandSyntaxError("The syntax of the command is incorrect.")
        start = self.position
        body = self.rest_of_line(inside=inside)
        text = self.text[start : self.position].strip()
        options = (match["options"] or "").strip('"')
        shown = "" if text.startswith("@") else text
        return For((match["switch"] or "").lower(), options, match["variable"], items, body, shown)

    def closing_parenthesis(self) -> int:
        quoted = escaped = False
        for position in range(self.position, len(self.text)):
            if escaped:
                escaped = False
            elif self.text[position] == "^" and not quoted:
                escaped = True
            elif self.text[position] == '"':
                quoted = not quoted
            elif self.text[position] == ")" and not quoted:
                return position
        raise CommandSyntaxError("The syntax of the command is incorrect.")
