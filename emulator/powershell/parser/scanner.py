"""The lowest layer of the parser: the text, the position in it, errors, skipping of blanks and comments."""

from __future__ import annotations

import re
import string
import sys
from abc import ABC, abstractmethod
from collections.abc import Callable

from emulator.powershell import language
from emulator.powershell.parser import ast as syntax
from emulator.powershell.parser.errors import ParseError, message_of
from emulator.powershell.parser.extents import Extent, Source
from emulator.powershell.parser.patterns import ARGUMENT, BLANKS, IDENTIFIER, KEYWORD, LINES, SEMICOLONS

MAXIMUM_DEPTH = 200
"""How deep blocks, parentheses and the like may stand in each other. Real scripts stay below 60."""
_DEEP = 30
_RECURSION_LIMIT = 6000


MAXIMUM_ERRORS = 500
"""After so many errors the rest of a text is not read."""


class TooComplicatedError(Exception):
    """Reading was given up: the script nests too deep (an offset) or has too many errors (None)."""

    def __init__(self, offset: int | None) -> None:
        super().__init__(offset)
        self.offset = offset


class Scanner(ABC):
    """State shared by all rules.

    A rule reads from ``pos`` up to ``end`` and leaves ``pos`` behind what it read. A rule that finds nothing
    returns None and leaves ``pos`` where it was (or behind skipped blanks).
    """

    def __init__(self, source: Source, language_version: tuple[int, int] = (5, 1), depth: int = 0) -> None:
        self.source = source
        self.text = source.text
        self.pos = 0
        self.end = len(source.text)
        self.language_version = language_version
        self.seven = language_version >= (7, 0)
        self.is_old = language_version < language.CURRENT
        self.depth = depth
        self.errors: list[ParseError] = []
        self.no_comma = False
        """A comma separates (parameters, arguments of a method) instead of making an array."""
        self.in_workflow = False
        self.in_configuration = False
        self.checks: list[Callable[[], None]] = []
        """Checks of meaning that 5.1 makes after the whole text was read."""
        self.lead: re.Match[str] | None = None
        """What `STATEMENT` found last, at `lead_place`; a pipeline that begins there uses it again."""
        self.lead_place = (-1, -1)
        """Where it looked: position and end."""

    # Rules of higher layers that lower ones need.

    @abstractmethod
    def expression(self) -> syntax.ExpressionAst | None:
        """Read an expression with operators."""

    @abstractmethod
    def unary(self) -> syntax.ExpressionAst | None:
        """Read an operand with its prefix and postfix operators."""

    @abstractmethod
    def pipeline(self) -> syntax.PipelineBaseAst | None:
        """Read a pipeline or an assignment."""

    @abstractmethod
    def statement(self) -> syntax.StatementAst | None:
        """Read one statement."""

    @abstractmethod
    def statement_list(
        self,
    ) -> tuple[tuple[syntax.StatementAst, ...], tuple[syntax.TrapStatementAst, ...], Extent | None]:
        """Read statements up to a closing brace or parenthesis or the end."""

    @abstractmethod
    def script_block(
        self, open_brace: int | None, first: syntax.StatementAst | None = None
    ) -> syntax.ScriptBlockAst:
        """Read a script, or the inside of a script block up to and with its closing brace."""

    def lacks(self, since: language.Version | None) -> bool:
        """Whether something came after the version whose language is read; None is older than all."""
        return since is not None and self.language_version < since

    # Extents and errors

    def extent(self, start: int, end: int) -> Extent:
        """The extent between two offsets."""
        return Extent(self.source, start, end)

    def error(self, error_id: str, start: int, end: int, argument: str | None = None) -> None:
        """Note an error that more text would not mend."""
        self.save(ParseError(self.extent(start, end), error_id, message_of(error_id, argument)))

    def incomplete(
        self, error_id: str, start: int, end: int, argument: str | None = None, seen_at: int | None = None
    ) -> bool:
        """Note an error that more text may mend if nothing but blanks follows; returns whether that is so."""
        rest = LINES.match(self.text, end if seen_at is None else seen_at)
        is_incomplete = rest is not None and rest.end() == len(self.text)
        self.save(
            ParseError(self.extent(start, end), error_id, message_of(error_id, argument), is_incomplete)
        )
        return is_incomplete

    def save(self, error: ParseError) -> None:
        for earlier in self.errors[-20:]:
            if earlier.error_id == error.error_id and earlier.extent == error.extent:
                return
        self.errors.append(error)
        if len(self.errors) >= MAXIMUM_ERRORS:
            raise TooComplicatedError(None)

    def deeper(self) -> None:
        """Go one level down; the rule that calls it takes one from ``depth`` when it is done."""
        self.depth += 1
        if self.depth > _DEEP:
            if self.depth > MAXIMUM_DEPTH:
                raise TooComplicatedError(self.pos)
            if sys.getrecursionlimit() < _RECURSION_LIMIT:
                sys.setrecursionlimit(_RECURSION_LIMIT)  # rules call each other about ten times a level

    # Skipping

    def skip_blanks(self) -> None:
        """Skip blanks, comments and line continuations."""
        text, start, end = self.text, self.pos, self.end
        if start < end:
            character = text[start]
            if character in _PLAIN:
                return
            if character == " " and start + 1 < end and text[start + 1] in _PLAIN:  # the common case
                self.pos = start + 1
                return
        found = BLANKS.match(text, start, end)
        if found is not None:
            self.pos = found.end()
            if found.lastindex:
                self._open_comment(found.start(1))

    def skip_lines(self) -> None:
        """Skip these and line ends."""
        text, start, end = self.text, self.pos, self.end
        if start < end:
            character = text[start]
            if character in _PLAIN:
                return
            if character == " " and start + 1 < end and text[start + 1] in _PLAIN:  # the common case
                self.pos = start + 1
                return
        found = LINES.match(text, start, end)
        if found is not None:
            self.pos = found.end()
            if found.lastindex:
                self._open_comment(found.start(1))

    def skip_semicolons(self) -> None:
        """Skip these, line ends and semicolons."""
        if self.pos < self.end and self.text[self.pos] in _PLAIN_BUT_SEMICOLON:
            return
        found = SEMICOLONS.match(self.text, self.pos, self.end)
        if found is not None:
            self.pos = found.end()
            if found.lastindex:
                self._open_comment(found.start(1))

    def _open_comment(self, start: int) -> None:
        self.incomplete("MissingTerminatorMultiLineComment", start, start, seen_at=self.end)

    # Looking

    def next_character(self) -> str:
        """The character at the position, or an empty string at the end."""
        return self.text[self.pos] if self.pos < self.end else ""

    def take(self, character: str) -> int | None:
        """Skip blanks, then the character if it stands there; returns its offset or None."""
        text, start, end = self.text, self.pos, self.end
        if start < end:
            found = text[start]
            if found == character:
                self.pos = start + 1
                return start
            if found in _PLAIN:
                return None
            if found == " " and start + 1 < end and text[start + 1] == character:  # the common case
                self.pos = start + 2
                return start + 1
        self.skip_blanks()
        return self._take(character)

    def take_after_lines(self, character: str) -> int | None:
        """Skip blanks and line ends, then the character if it stands there; returns its offset or None."""
        text, start, end = self.text, self.pos, self.end
        if start < end:
            found = text[start]
            if found == character:
                self.pos = start + 1
                return start
            if found in _PLAIN:
                return None
            if found == " " and start + 1 < end and text[start + 1] == character:  # the common case
                self.pos = start + 2
                return start + 1
        self.skip_lines()
        return self._take(character)

    def _take(self, character: str) -> int | None:
        start = self.pos
        if start < self.end and self.text[start] == character:
            self.pos = start + 1
            return start
        return None

    def at_any(self, characters: str) -> bool:
        """Whether, after blanks, one of the characters follows (the end counts as one)."""
        self.skip_blanks()
        return self.pos >= self.end or self.text[self.pos] in characters

    def identifier(self) -> syntax.StringConstantExpressionAst | None:
        """Read a simple name."""
        found = IDENTIFIER.match(self.text, self.pos, self.end)
        if found is None:
            return None
        self.pos = found.end()
        return syntax.StringConstantExpressionAst(
            self.extent(found.start(1), found.end()),
            found.group(1),
            "string",
            syntax.StringConstantType.BARE_WORD,
        )

    def keyword_ahead(self) -> tuple[str, int, int]:
        """The next word after line ends in lower case, and where it stands; empty when there is none."""
        found = KEYWORD.match(self.text, self.pos, self.end)
        if found is None:
            return "", self.pos, self.pos
        return found.group(1).lower(), found.start(1), found.end()

    def token_ahead(self) -> tuple[int, int]:
        """Where the next token stands, as a command line would split it; for error texts."""
        self.skip_blanks()
        found = ARGUMENT.match(self.text, self.pos, self.end)
        start = self.pos
        if found is None or start >= self.end:
            return start, start
        name = found.lastgroup
        end = found.end()
        if self.text.startswith(("&&", "||", "\r\n", "@(", "@{", "$("), start):
            end = start + 2
        elif name == "generic" or name in _PARTIAL:
            end = self._token_end(start)
        return start, min(max(end, start + 1), self.end)

    @abstractmethod
    def _token_end(self, start: int) -> int:
        """The end of a token that only the rules for strings and words can find; changes nothing."""


_PARTIAL = frozenset({"string", "here_string", "open_string", "braced_variable"})
_PLAIN_BUT_SEMICOLON = frozenset("$(){}[]'\"@,|:.=+-*/%&!?_" + string.ascii_letters + string.digits)
_PLAIN = frozenset("$(){}[]'\"@,|:.=+-*/%&!?_;" + string.ascii_letters + string.digits)
"""Characters that begin no blank and no comment."""
