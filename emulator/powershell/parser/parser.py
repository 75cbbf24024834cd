"""The parser: from text to a syntax tree."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from emulator.garbage_collection import no_collection
from emulator.powershell.parser.ast import NamedBlockAst, ScriptBlockAst
from emulator.powershell.parser.definitions import DefinitionRules
from emulator.powershell.parser.errors import ParseError, message_of
from emulator.powershell.parser.extents import EMPTY_EXTENT, Source
from emulator.powershell.parser.requirements import RequirementRules
from emulator.powershell.parser.scanner import TooComplicatedError
from emulator.powershell.parser.token_kinds import TokenKind
from emulator.powershell.text_cache import TextCache

if TYPE_CHECKING:
    from emulator.powershell.parser.tokens import Token

MAXIMUM_LENGTH = 10 * 1024 * 1024
"""The longest text that is parsed, in characters."""

_LONG = 100 * 1024


@dataclass(frozen=True, slots=True)
class ParseResult:
    """A tree and the errors found; with errors the tree holds what could be read."""

    ast: ScriptBlockAst
    errors: tuple[ParseError, ...]

    @property
    def tokens(self) -> tuple[Token, ...]:
        """The tokens of the text, made anew at each call."""
        from emulator.powershell.parser.tokens import tokenize

        return tokenize(self)

    @property
    def is_incomplete(self) -> bool:
        """Whether more text could mend the script (ParseException.ErrorRecord ... IncompleteInput)."""
        return bool(self.errors) and self.errors[0].incomplete_input


class Parser(RequirementRules, DefinitionRules):
    """All rules together."""

    def script(self) -> ScriptBlockAst:
        """Read the whole text."""
        try:
            tree = self.script_block(None)
            tree.script_requirements = self.requirements()
            self._run_checks()
        except TooComplicatedError as reason:
            return self._given_up(reason.offset)
        except RecursionError:
            return self._given_up(self.pos)
        return tree

    def _given_up(self, offset: int | None) -> ScriptBlockAst:
        if offset is not None:
            at = self.extent(offset, offset)
            self.errors.append(ParseError(at, "ScriptTooComplicated", message_of("ScriptTooComplicated")))
        return self.empty_script()

    def empty_script(self) -> ScriptBlockAst:
        """A tree without statements, for a text that cannot be read."""
        block = NamedBlockAst(EMPTY_EXTENT, TokenKind.END, (), (), True)
        whole = self.extent(0, len(self.text))
        return ScriptBlockAst(whole, (), (), None, None, None, block, None)

    def _run_checks(self) -> None:
        syntax_errors = len(self.errors)
        for check in self.checks:
            check()
        later = sorted(self.errors[syntax_errors:], key=lambda error: error.extent.start_offset)
        self.errors[syntax_errors:] = later


def parse(
    text: str,
    file: str | None = None,
    language_version: tuple[int, int] = (5, 1),
    maximum_length: int = MAXIMUM_LENGTH,
) -> ParseResult:
    """Parse a script. Never raises for any text: what is wrong is in ``errors``.

    ``language_version`` 7 or later allows the operators that Windows PowerShell 5.1 reports as errors; what
    an older one lacks (`emulator/powershell/language.py`) is a command, an argument or an error, as there. A
    text longer than ``maximum_length`` gives an empty tree and the error ScriptTooComplicated.
    """
    parser = Parser(Source(text, file), language_version)
    if len(text) > maximum_length:
        parser.error("ScriptTooComplicated", 0, 0)
        tree = parser.empty_script()
    elif len(text) > _LONG:
        with no_collection:
            tree = parser.script()
    else:
        tree = parser.script()
    return ParseResult(tree, tuple(parser.errors))


#: A tree takes 15 to 60 bytes a character.
_cache: TextCache[ParseResult] = TextCache(total_length=512 * 1024, longest=128 * 1024)


def parse_cached(
    text: str, file: str | None = None, language_version: tuple[int, int] = (5, 1)
) -> ParseResult:
    """`parse`, remembering the results for the last texts (clients send the same preamble again and again).

    Trees are shared between callers and must not be changed. Long texts are not remembered.
    """
    key = (text, file, language_version)
    result = _cache.get(key)
    if result is None:
        result = parse(text, file, language_version)
        _cache.add(key, result)
    return result
