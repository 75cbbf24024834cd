"""Tokens of a script, as [Parser]::ParseInput and [PSParser]::Tokenize hand them out.

The parser works without tokens. They are made from the tree when somebody asks: the leaves of the tree say
what stands where, and the text between them holds only keywords, operators, brackets, comments and names.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from emulator.powershell.parser.ast import (
    CommandAst,
    CommandParameterAst,
    ConstantExpressionAst,
    ExpandableStringExpressionAst,
    InvokeMemberExpressionAst,
    MemberExpressionAst,
    StringConstantExpressionAst,
    StringConstantType,
    TypeConstraintAst,
    TypeExpressionAst,
    VariableExpressionAst,
)
from emulator.powershell.parser.extents import EMPTY_EXTENT, Extent
from emulator.powershell.parser.node import Ast
from emulator.powershell.parser.parser import ParseResult
from emulator.powershell.parser.patterns import BLANK_SET, DASH, DASH_SET, LETTER
from emulator.powershell.parser.token_kinds import ASSIGNMENT_OPERATORS, DASH_OPERATORS, TokenKind

_STRING_KINDS = {
    StringConstantType.SINGLE_QUOTED: TokenKind.STRING_LITERAL,
    StringConstantType.DOUBLE_QUOTED: TokenKind.STRING_EXPANDABLE,
    StringConstantType.SINGLE_QUOTED_HERE_STRING: TokenKind.HERE_STRING_LITERAL,
    StringConstantType.DOUBLE_QUOTED_HERE_STRING: TokenKind.HERE_STRING_EXPANDABLE,
    StringConstantType.BARE_WORD: TokenKind.GENERIC,
}
_SYMBOLS = {
    **ASSIGNMENT_OPERATORS,
    "(": TokenKind.L_PAREN,
    ")": TokenKind.R_PAREN,
    "{": TokenKind.L_CURLY,
    "}": TokenKind.R_CURLY,
    "[": TokenKind.L_BRACKET,
    "]": TokenKind.R_BRACKET,
    "@(": TokenKind.AT_PAREN,
    "@{": TokenKind.AT_CURLY,
    "$(": TokenKind.DOLLAR_PAREN,
    ";": TokenKind.SEMI,
    "&&": TokenKind.AND_AND,
    "||": TokenKind.OR_OR,
    "&": TokenKind.AMPERSAND,
    "|": TokenKind.PIPE,
    ",": TokenKind.COMMA,
    "++": TokenKind.PLUS_PLUS,
    "..": TokenKind.DOT_DOT,
    "::": TokenKind.COLON_COLON,
    ".": TokenKind.DOT,
    "!": TokenKind.EXCLAIM,
    "*": TokenKind.MULTIPLY,
    "/": TokenKind.DIVIDE,
    "%": TokenKind.REM,
    "+": TokenKind.PLUS,
    ":": TokenKind.COLON,
    "?": TokenKind.QUESTION_MARK,
    "??": TokenKind.QUESTION_QUESTION,
    "?.": TokenKind.QUESTION_DOT,
    "<": TokenKind.REDIRECT_IN_STD,
}
_KEYWORDS = {
    kind.name.replace("_", "").lower(): kind
    for kind in TokenKind
    if kind >= TokenKind.BEGIN and kind is not TokenKind.DYNAMIC_KEYWORD
}
_GAP = re.compile(
    rf"(?P<blank>[{BLANK_SET}\0]++)|(?P<new_line>\r\n|\r|\n)|(?P<continuation>`(?:\r\n|\r|\n|.))"
    rf"|(?P<comment>\#[^\r\n]*+|<\#(?s:.*?)\#>)|(?P<redirection>[*1-6]?>(?:>|&[12])?)"
    rf"|(?P<label>:{LETTER}\w*+)|(?P<word>{LETTER}[\w-]*+)|(?P<dashes>{DASH}{{2}})|(?P<dash>{DASH}[A-Za-z]*+)"
    r"|(?P<symbol>\?\?=|[+*/%" + DASH_SET + r"]=|@\(|@\{|\$\(|&&|\|\||\+\+|\.\.|::|\?\?|\?\.|[^\s\w])"
    r"|(?P<other>(?s:.))"
)


@dataclass(frozen=True, slots=True)
class Token:
    """A token: its kind, where it stands, and whether it is a name of a command, member or type."""

    kind: TokenKind
    extent: Extent
    role: str = ""

    @property
    def text(self) -> str:
        """The text as written."""
        return self.extent.text


def tokenize(result: ParseResult) -> tuple[Token, ...]:
    """All tokens of a parsed script in the order of the text, with comments and line ends."""
    whole = result.ast.extent
    tokens: list[Token] = []
    position = 0
    for leaf in sorted(_leaves(result.ast), key=lambda token: token.extent.start_offset):
        start = leaf.extent.start_offset
        if start < position:
            continue
        tokens.extend(_between(whole, position, start))
        tokens.append(leaf)
        position = leaf.extent.end_offset
    tokens.extend(_between(whole, position, whole.end_offset))
    end = Extent(whole.source, whole.end_offset, whole.end_offset)
    tokens.append(Token(TokenKind.END_OF_INPUT, end))
    return tuple(tokens)


def _leaves(root: Ast) -> Iterator[Token]:
    waiting: list[tuple[Ast, str]] = [(root, "")]
    while waiting:
        node, role = waiting.pop()
        token = None if node.extent is EMPTY_EXTENT else _leaf(node, role)
        if token is not None and token.extent.start_offset < token.extent.end_offset:
            yield token
            if not isinstance(node, CommandParameterAst):
                continue
        waiting.extend((child, _role(node, child)) for child in node.children())


def _role(parent: Ast, child: Ast) -> str:
    if isinstance(parent, CommandAst):
        return "command" if child is parent.command_elements[0] else "argument"
    if isinstance(parent, MemberExpressionAst) and child is parent.member:
        return "method" if isinstance(parent, InvokeMemberExpressionAst) else "member"
    return ""


def _leaf(node: Ast, role: str) -> Token | None:
    if isinstance(node, StringConstantExpressionAst):
        kind = _STRING_KINDS[node.string_constant_type]
        if kind is TokenKind.GENERIC and node.value.isidentifier():
            kind = TokenKind.IDENTIFIER
        return Token(kind, node.extent, role)
    if isinstance(node, ExpandableStringExpressionAst):
        return Token(_STRING_KINDS[node.string_constant_type], node.extent, role)
    if isinstance(node, ConstantExpressionAst):
        return None if isinstance(node.value, bool) else Token(TokenKind.NUMBER, node.extent)
    if isinstance(node, VariableExpressionAst):
        kind = TokenKind.SPLATTED_VARIABLE if node.splatted else TokenKind.VARIABLE
        return Token(kind, node.extent)
    if isinstance(node, CommandParameterAst):
        if node.parameter_name == "-":
            return Token(TokenKind.MINUS_MINUS, node.extent)
        return Token(TokenKind.PARAMETER, node.error_position)
    if isinstance(node, TypeConstraintAst | TypeExpressionAst):
        return Token(TokenKind.IDENTIFIER, node.extent, "type")
    return None


def _between(whole: Extent, start: int, end: int) -> Iterator[Token]:
    text = whole.source.text
    while start < end:
        found = _GAP.match(text, start, end)
        if found is None:
            return
        kind = _gap_kind(found)
        if kind is not None:
            yield Token(kind, Extent(whole.source, start, found.end()))
        start = found.end()


_GROUP_KINDS = {
    "new_line": TokenKind.NEW_LINE,
    "continuation": TokenKind.LINE_CONTINUATION,
    "comment": TokenKind.COMMENT,
    "redirection": TokenKind.REDIRECTION,
    "label": TokenKind.LABEL,
    "dashes": TokenKind.MINUS_MINUS,
}


def _gap_kind(found: re.Match[str]) -> TokenKind | None:
    group = found.lastgroup or "other"
    text = found.group()
    if group == "blank":
        return None
    if group == "word":
        return _KEYWORDS.get(text.lower(), TokenKind.GENERIC if "-" in text else TokenKind.IDENTIFIER)
    if group == "dash":
        if len(text) == 1:
            return TokenKind.MINUS
        return DASH_OPERATORS.get(text[1:].lower(), TokenKind.PARAMETER)
    if group == "symbol":
        return _SYMBOLS.get(text, TokenKind.UNKNOWN)
    return _GROUP_KINDS.get(group, TokenKind.UNKNOWN)
