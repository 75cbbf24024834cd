"""Tokens of a script, as [Parser]::ParseInput and [PSParser]::Tokenize hand them out.

The parser works without tokens. They are made from the tree when somebody asks: the leaves of the tree say
what stands where, and the text between them holds only keywords, operators, brackets and comments.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from emulator.powershell.parser import ast
from emulator.powershell.parser.ast import StringConstantType
from emulator.powershell.parser.extents import EMPTY_EXTENT, Extent
from emulator.powershell.parser.names import GenericTypeName, TypeName
from emulator.powershell.parser.node import Ast
from emulator.powershell.parser.parser import ParseResult
from emulator.powershell.parser.patterns import BLANK_SET, DASH, DASH_SET, KEYWORD, LETTER, LINES
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
_NAME = rf"(?:{LETTER}|[0-9_])\w*+"
_GAP = re.compile(
    rf"(?P<blank>[{BLANK_SET}\0]++)|(?P<new_line>\r\n|\r|\n)|(?P<continuation>`(?:\r\n|\r|\n|.))"
    rf"|(?P<comment>\#[^\r\n]*+|<\#(?s:.*?)\#>)|(?P<redirection>[*1-6]?>(?:>|&[12])?)"
    rf"|(?P<label>:{LETTER}\w*+)|(?P<word>{LETTER}[\w-]*+)|(?P<dashes>{DASH}{{2}})|(?P<dash>{DASH}[A-Za-z]*+)"
    rf"|(?P<variable>\$(?:{_NAME}(?::\w++)?|[$?^]|\{{[^}}]*+\}}))"
    r"|(?P<symbol>\?\?=|[+*/%" + DASH_SET + r"]=|@\(|@\{|\$\(|&&|\|\||\+\+|\.\.|::|\?\?|\?\.|[^\s\w])"
    r"|(?P<other>(?s:.))"
)


@dataclass(frozen=True, slots=True)
class Token:
    """A token: its kind, where it stands, and what it names.

    ``role`` is ``command``, ``argument``, ``member``, ``method``, ``type``, ``attribute`` or ``function`` for
    names, empty for anything else. ``node`` is the node of the tree that is this token: a variable, a number,
    a string or a parameter.
    """

    kind: TokenKind
    extent: Extent
    role: str = ""
    node: Ast | None = None

    @property
    def text(self) -> str:
        """The text as written."""
        return self.extent.text

    @property
    def is_keyword(self) -> bool:
        """Whether the word is used as a keyword, not as a name."""
        return self.kind >= TokenKind.BEGIN and not self.role


def tokenize(result: ParseResult) -> tuple[Token, ...]:
    """All tokens of a parsed script in the order of the text, with comments and line ends."""
    whole = result.ast.extent
    tokens = _tokens_of(result.ast, whole)
    tokens.append(Token(TokenKind.END_OF_INPUT, Extent(whole.source, whole.end_offset, whole.end_offset)))
    return tuple(tokens)


def nested_tokens(token: Token) -> tuple[Token, ...]:
    """The tokens of what is expanded in a string; none for any other token."""
    if not isinstance(token.node, ast.ExpandableStringExpressionAst):
        return ()
    return tuple(one for part in token.node.nested_expressions for one in _tokens_of(part, part.extent))


def _tokens_of(root: Ast, whole: Extent) -> list[Token]:
    tokens: list[Token] = []
    position = whole.start_offset
    for leaf in sorted(_leaves(root), key=lambda token: token.extent.start_offset):
        start = leaf.extent.start_offset
        if start < position:
            continue
        tokens.extend(_between(whole, position, start))
        tokens.append(leaf)
        position = leaf.extent.end_offset
    tokens.extend(_between(whole, position, whole.end_offset))
    return tokens


def _leaves(root: Ast) -> Iterator[Token]:
    waiting: list[tuple[Ast, str]] = [(root, "")]
    while waiting:
        node, role = waiting.pop()
        if node.extent is not EMPTY_EXTENT:
            token = _leaf(node, role)
            if token is not None and token.extent.start_offset < token.extent.end_offset:
                yield token
                if not isinstance(node, ast.CommandParameterAst):
                    continue
            yield from _names(node)
        waiting.extend((child, _role(node, child)) for child in node.children())


def _role(parent: Ast, child: Ast) -> str:
    if not isinstance(child, ast.StringConstantExpressionAst | ast.ExpandableStringExpressionAst):
        return ""
    if child.string_constant_type is not StringConstantType.BARE_WORD:
        return ""
    if isinstance(parent, ast.CommandAst):
        return "command" if child is parent.command_elements[0] else "argument"
    if isinstance(parent, ast.MemberExpressionAst) and child is parent.member:
        return "method" if isinstance(parent, ast.InvokeMemberExpressionAst) else "member"
    if isinstance(parent, ast.BreakStatementAst | ast.ContinueStatementAst):
        return "member"
    if isinstance(parent, ast.HashtableAst) and any(child is key for key, _ in parent.key_value_pairs):
        return "member"
    if isinstance(parent, ast.SwitchStatementAst | ast.ErrorStatementAst) and str(child).lower() == "default":
        return ""
    return "argument"


def _leaf(node: Ast, role: str) -> Token | None:
    if isinstance(node, ast.StringConstantExpressionAst):
        kind = _STRING_KINDS[node.string_constant_type]
        if kind is TokenKind.GENERIC:
            kind = _word_kind(node.extent.text, role)
        return Token(kind, node.extent, role, node)
    if isinstance(node, ast.ExpandableStringExpressionAst):
        return Token(_STRING_KINDS[node.string_constant_type], node.extent, role, node)
    if isinstance(node, ast.ConstantExpressionAst):
        return None if isinstance(node.value, bool) else Token(TokenKind.NUMBER, node.extent, "", node)
    if isinstance(node, ast.VariableExpressionAst):
        kind = TokenKind.SPLATTED_VARIABLE if node.splatted else TokenKind.VARIABLE
        return Token(kind, node.extent, "", node)
    if isinstance(node, ast.CommandParameterAst):
        if node.parameter_name == "-":
            return Token(TokenKind.MINUS_MINUS, node.extent)
        return Token(TokenKind.PARAMETER, node.error_position, "", node)
    return None


def _word_kind(word: str, role: str) -> TokenKind:
    """The kind of a bare word: keywords keep theirs as names of commands and functions, not as arguments."""
    if role in {"", "command", "function", "argument"}:
        keyword = _KEYWORDS.get(word.lower())
        if keyword is not None:
            return TokenKind.GENERIC if role == "argument" else keyword
    return TokenKind.IDENTIFIER if word.isidentifier() else TokenKind.GENERIC


def _names(node: Ast) -> Iterator[Token]:
    """Tokens of the names that a node holds as text: of types, functions, members."""
    if isinstance(node, ast.TypeConstraintAst | ast.TypeExpressionAst):
        yield from _type_tokens(node.type_name, "type")
    elif isinstance(node, ast.AttributeAst):
        yield from _type_tokens(node.type_name, "attribute")
    elif isinstance(node, ast.NamedAttributeArgumentAst):
        yield _name(node, node.extent.start_offset, node.argument_name, "member")
    elif isinstance(node, ast.FunctionDefinitionAst):
        start = node.extent.start_offset
        if node.extent.source.text.startswith(node.name, start):
            yield _name(node, start, node.name, "method")
        else:
            yield _name(node, _behind_keyword(node, start), node.name, "function")
    elif isinstance(node, ast.TypeDefinitionAst):
        before = node.attributes[-1].extent.end_offset if node.attributes else node.extent.start_offset
        yield _name(node, _behind_keyword(node, before), node.name, "type")
    elif isinstance(node, ast.DataStatementAst) and node.variable is not None:
        yield _name(node, _behind_keyword(node, node.extent.start_offset), node.variable, "member")
    elif isinstance(node, ast.PropertyMemberAst) and node.property_type is None and node.is_static:
        start = node.extent.start_offset  # a literal of an enum; the variable of a property is in the gap
        if node.extent.source.text.startswith(node.name, start):
            yield _name(node, start, node.name, "member")


def _name(node: Ast, start: int, name: str, role: str) -> Token:
    extent = Extent(node.extent.source, start, start + len(name))
    if extent.text.lower() != name.lower():  # written with escapes or quotes
        return Token(TokenKind.GENERIC, Extent(node.extent.source, start, start))
    return Token(_word_kind(name, role), extent, role)


def _behind_keyword(node: Ast, start: int) -> int:
    """Where the word begins that follows the next keyword."""
    text = node.extent.source.text
    keyword = KEYWORD.match(text, start)
    if keyword is None:
        return start
    blanks = LINES.match(text, keyword.end())
    return keyword.end() if blanks is None else blanks.end()


def _type_tokens(name: ast.AnyTypeName, role: str) -> Iterator[Token]:
    if isinstance(name, TypeName):
        start = name.extent.start_offset
        whole = Extent(name.extent.source, start, start + len(name.name))
        if whole.text == name.name:
            yield Token(TokenKind.IDENTIFIER, whole, role)
    elif isinstance(name, GenericTypeName):
        yield from _type_tokens(name.type_name, role)
        for argument in name.generic_arguments:
            yield from _type_tokens(argument, "type")
    else:
        yield from _type_tokens(name.element_type, role)


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
    "variable": TokenKind.VARIABLE,
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
