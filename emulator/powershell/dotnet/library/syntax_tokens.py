"""Tokens: those of System.Management.Automation.Language, and the PSToken of PowerShell 2.0."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from typing import Any

from emulator.powershell.dotnet.collections import PSArray
from emulator.powershell.dotnet.enums import EnumType, EnumValue
from emulator.powershell.dotnet.psobject import Reference
from emulator.powershell.dotnet.types import PSType, register
from emulator.powershell.parser import ast
from emulator.powershell.parser.errors import ParseError
from emulator.powershell.parser.names import VariablePath, variable_path
from emulator.powershell.parser.parser import parse
from emulator.powershell.parser.token_kinds import BINARY_PRECEDENCE, TokenKind
from emulator.powershell.parser.tokens import Token, nested_tokens

_SPACE = "System.Management.Automation.Language."


def camel(name: str) -> str:
    """``start_line`` as ``StartLine``."""
    return "".join(word[:1].upper() + word[1:].lower() for word in name.strip("_").split("_"))


def enumeration(kind: type[Enum]) -> EnumType:
    """Register an enumeration of the parser under its own name."""
    names: dict[str, int] = {}
    for place, one in enumerate(kind):
        shown = one.value if isinstance(one.value, str) else camel(one.name)
        names[shown] = one.value if isinstance(one.value, int) else place
    made = EnumType(_SPACE + kind.__name__, names)
    register(made)
    return made


TOKEN_KIND = enumeration(TokenKind)
STREAM = enumeration(ast.RedirectionStream)
_FLAG_VALUES = {
    "None": 0x0,
    "BinaryPrecedenceLogical": 0x1,
    "BinaryPrecedenceBitwise": 0x2,
    "BinaryPrecedenceComparison": 0x3,
    "BinaryPrecedenceAdd": 0x4,
    "BinaryPrecedenceMultiply": 0x5,
    "BinaryPrecedenceFormat": 0x6,
    "BinaryPrecedenceRange": 0x7,
    "BinaryPrecedenceMask": 0x7,
    "Keyword": 0x10,
    "ScriptBlockBlockName": 0x20,
    "BinaryOperator": 0x100,
    "UnaryOperator": 0x200,
    "CaseSensitiveOperator": 0x400,
    "SpecialOperator": 0x1000,
    "AssignmentOperator": 0x2000,
    "ParseModeInvariant": 0x8000,
    "TokenInError": 0x10000,
    "DisallowedInRestrictedMode": 0x20000,
    "PrefixOrPostfixOperator": 0x40000,
    "CommandName": 0x80000,
    "MemberName": 0x100000,
    "TypeName": 0x200000,
    "AttributeName": 0x400000,
    "CanConstantFold": 0x800000,
    "StatementDoesntSupportAttributes": 0x1000000,
}
_TOKEN_FLAGS = EnumType(_SPACE + "TokenFlags", _FLAG_VALUES, flags=True)
register(_TOKEN_FLAGS)

_K = TokenKind
_ROLE_FLAGS = {
    "command": ("CommandName",),
    "member": ("MemberName",),
    "method": ("MemberName",),
    "type": ("TypeName",),
    "attribute": ("TypeName", "AttributeName"),
}
_PRECEDENCE_FLAGS = {
    1: "BinaryPrecedenceLogical",
    2: "BinaryPrecedenceBitwise",
    3: "BinaryPrecedenceComparison",
    5: "BinaryPrecedenceAdd",
    6: "BinaryPrecedenceMultiply",
    7: "BinaryPrecedenceFormat",
    8: "BinaryPrecedenceRange",
}
"""By the rank that our own parser gives an operator."""
_WITH_FLAG: dict[str, frozenset[TokenKind]] = {
    "ScriptBlockBlockName": frozenset({_K.BEGIN, _K.DYNAMICPARAM, _K.END, _K.PROCESS, _K.CLEAN}),
    "UnaryOperator": frozenset(
        {_K.COMMA, _K.MINUS_MINUS, _K.PLUS_PLUS, _K.EXCLAIM, _K.PLUS, _K.MINUS, _K.NOT, _K.BNOT, _K.JOIN}
        | {_K.ISPLIT, _K.CSPLIT, _K.POSTFIX_PLUS_PLUS, _K.POSTFIX_MINUS_MINUS}
    ),
    "SpecialOperator": frozenset({_K.AMPERSAND, _K.PIPE, _K.COLON_COLON, _K.DOT, _K.COLON}),
    "AssignmentOperator": frozenset(_K(number) for number in range(_K.EQUALS, _K.REMAINDER_EQUALS + 1)),
    "ParseModeInvariant": frozenset(
        {_K(number) for number in range(_K.NEW_LINE, _K.COMMA + 1)} - {_K.L_BRACKET} | {_K.REDIRECT_IN_STD}
    ),
    "DisallowedInRestrictedMode": frozenset(
        {_K.MINUS_MINUS, _K.PLUS_PLUS, _K.DOT_DOT, _K.COLON_COLON, _K.DOT, _K.REDIRECTION, _K.FORMAT}
        | {_K.REDIRECT_IN_STD, _K.JOIN, _K.IMATCH, _K.INOTMATCH, _K.IREPLACE, _K.ISPLIT, _K.CMATCH}
        | {_K.CNOTMATCH, _K.CREPLACE, _K.CSPLIT, _K.AS, _K.POSTFIX_PLUS_PLUS, _K.POSTFIX_MINUS_MINUS}
        | {_K.COLON}
    ),
    "PrefixOrPostfixOperator": frozenset(
        {_K.MINUS_MINUS, _K.PLUS_PLUS, _K.POSTFIX_PLUS_PLUS, _K.POSTFIX_MINUS_MINUS}
    ),
    "CanConstantFold": frozenset(
        {_K.EXCLAIM, _K.MULTIPLY, _K.DIVIDE, _K.REM, _K.PLUS, _K.MINUS, _K.NOT, _K.BNOT, _K.AND, _K.OR}
        | {_K.XOR, _K.BAND, _K.BOR, _K.BXOR, _K.SHL, _K.SHR}
    ),
    "StatementDoesntSupportAttributes": frozenset(
        {_K.BREAK, _K.CONTINUE, _K.DATA, _K.DEFINE, _K.DO, _K.EXIT, _K.FILTER, _K.FOR, _K.FOREACH, _K.FROM}
        | {_K.FUNCTION, _K.IF, _K.RETURN, _K.SWITCH, _K.THROW, _K.TRAP, _K.TRY, _K.USING, _K.VAR, _K.WHILE}
        | {_K.WORKFLOW, _K.PARALLEL, _K.SEQUENCE, _K.INLINE_SCRIPT}
    ),
}


def _kind_flags(kind: TokenKind) -> int:
    """What every token of the kind is (TokenTraits.GetTraits)."""
    number = sum(_FLAG_VALUES[name] for name, kinds in _WITH_FLAG.items() if kind in kinds)
    if kind >= _K.BEGIN:
        number |= _FLAG_VALUES["Keyword"]
    rank = BINARY_PRECEDENCE.get(kind)
    if rank in _PRECEDENCE_FLAGS:
        number |= _FLAG_VALUES["BinaryOperator"] | _FLAG_VALUES[_PRECEDENCE_FLAGS[rank]]
    if kind.is_case_sensitive:
        number |= _FLAG_VALUES["CaseSensitiveOperator"]
    return number


def _flags(token: Token) -> EnumValue:
    number = _kind_flags(token.kind)
    if not token.is_keyword:
        number &= ~_FLAG_VALUES["Keyword"]
    for name in _ROLE_FLAGS.get(token.role, ()):
        number |= _FLAG_VALUES[name]
    return _TOKEN_FLAGS.value(number)


def _text(token: Token) -> str:
    return "<eof>" if token.kind is _K.END_OF_INPUT else token.text


class ScriptToken:
    """A token as a script sees it: of the class that belongs to its kind."""

    __slots__ = ("ps_type", "token")

    def __init__(self, token: Token) -> None:
        self.token = token
        self.ps_type = _type_of(token)


def _token_type(name: str, members: dict[str, Callable[[Token], Any]], base: str | None = "Token") -> PSType:
    """Register a class of tokens; its members get the parser's token."""

    def of_token(getter: Callable[[Token], Any]) -> Callable[[ScriptToken], Any]:
        return lambda shown: getter(shown.token)

    table = {member: of_token(getter) for member, getter in members.items()}
    return register(
        PSType(
            _SPACE + name,
            base="System.Object" if base is None else _SPACE + base,
            instance=table,
            to_text=of_token(_text) if base is None else None,
        )
    )


_PLAIN = _token_type(
    "Token",
    {
        "Text: string": lambda t: t.text,
        "TokenFlags": _flags,
        "Kind": lambda t: TOKEN_KIND.value(int(t.kind)),
        "HasError: bool": lambda _t: False,
        "Extent": lambda t: t.extent,
        "ToString()": _text,
    },
    None,
)


def _path(token: Token) -> VariablePath:
    if isinstance(token.node, ast.VariableExpressionAst):
        return token.node.variable_path
    return variable_path(token.text[1:].strip("{}"))


def _number(token: Token) -> Any:
    from emulator.powershell.runtime.compiler.strings import constant_of

    return constant_of(token.node) if isinstance(token.node, ast.ConstantExpressionAst) else None


def _string(token: Token) -> str:
    node = token.node
    if isinstance(node, ast.StringConstantExpressionAst | ast.ExpandableStringExpressionAst):
        return node.value
    return token.text


def _nested(token: Token) -> Any:
    return PSArray(ScriptToken(one) for one in nested_tokens(token)) or None


def _parameter(token: Token) -> str:
    node = token.node
    return node.parameter_name if isinstance(node, ast.CommandParameterAst) else token.text[1:].rstrip(":")


def _streams(token: Token) -> tuple[EnumValue, EnumValue]:
    """The stream before ``>`` and the one behind ``&`` of a redirection."""
    first = token.text[0]
    number = 0 if first == "*" else int(first) if first.isdigit() else 1
    last = token.text[-1]
    return STREAM.value(number), STREAM.value(int(last) if last.isdigit() else 1)


_VARIABLE = _token_type(
    "VariableToken", {"Name: string": lambda t: _path(t).unqualified_path, "VariablePath": _path}
)
_NUMBER = _token_type("NumberToken", {"Value": _number})
_PARAMETER = _token_type(
    "ParameterToken",
    {"ParameterName: string": _parameter, "UsedColon: bool": lambda t: t.text.endswith(":")},
)
_LABEL = _token_type("LabelToken", {"LabelText: string": lambda t: t.text[1:]})
_token_type("StringToken", {"Value: string": _string})
_LITERAL = _token_type("StringLiteralToken", {}, "StringToken")
_EXPANDABLE = _token_type("StringExpandableToken", {"NestedTokens": _nested}, "StringToken")
_token_type("RedirectionToken", {})
_INPUT = _token_type("InputRedirectionToken", {}, "RedirectionToken")
_MERGING = _token_type(
    "MergingRedirectionToken",
    {"FromStream": lambda t: _streams(t)[0], "ToStream": lambda t: _streams(t)[1]},
    "RedirectionToken",
)
_FILE = _token_type(
    "FileRedirectionToken",
    {"FromStream": lambda t: _streams(t)[0], "Append: bool": lambda t: t.text.endswith(">>")},
    "RedirectionToken",
)
_KIND_TYPES = {
    _K.VARIABLE: _VARIABLE,
    _K.SPLATTED_VARIABLE: _VARIABLE,
    _K.NUMBER: _NUMBER,
    _K.PARAMETER: _PARAMETER,
    _K.LABEL: _LABEL,
    _K.STRING_LITERAL: _LITERAL,
    _K.HERE_STRING_LITERAL: _LITERAL,
    _K.STRING_EXPANDABLE: _EXPANDABLE,
    _K.HERE_STRING_EXPANDABLE: _EXPANDABLE,
    _K.REDIRECT_IN_STD: _INPUT,
}


def _type_of(token: Token) -> PSType:
    if token.kind is _K.REDIRECTION:
        return _MERGING if "&" in token.text else _FILE
    if token.kind is _K.GENERIC and token.node is not None:
        return _EXPANDABLE if isinstance(token.node, ast.ExpandableStringExpressionAst) else _LITERAL
    return _KIND_TYPES.get(token.kind, _PLAIN)


# The tokenizer of PowerShell 2.0

_CLASSIC = EnumType(
    "System.Management.Automation.PSTokenType",
    {
        name: number
        for number, name in enumerate(
            (
                *("Unknown", "Command", "CommandParameter", "CommandArgument", "Number", "String"),
                *("Variable", "Member", "LoopLabel", "Attribute", "Type", "Operator", "GroupStart"),
                *("GroupEnd", "Keyword", "Comment", "StatementSeparator", "NewLine", "LineContinuation"),
                "Position",
            )
        )
    },
)
register(_CLASSIC)
_CLASSIC_OF = {
    _K.UNKNOWN: "Unknown",
    _K.VARIABLE: "Variable",
    _K.SPLATTED_VARIABLE: "Variable",
    _K.PARAMETER: "CommandParameter",
    _K.NUMBER: "Number",
    _K.LABEL: "LoopLabel",
    _K.IDENTIFIER: "CommandArgument",
    _K.GENERIC: "CommandArgument",
    _K.NEW_LINE: "NewLine",
    _K.LINE_CONTINUATION: "LineContinuation",
    _K.COMMENT: "Comment",
    **dict.fromkeys(
        (_K.STRING_LITERAL, _K.STRING_EXPANDABLE, _K.HERE_STRING_LITERAL, _K.HERE_STRING_EXPANDABLE),
        "String",
    ),
    **dict.fromkeys((_K.L_PAREN, _K.L_CURLY, _K.AT_PAREN, _K.AT_CURLY, _K.DOLLAR_PAREN), "GroupStart"),
    _K.R_PAREN: "GroupEnd",
    _K.R_CURLY: "GroupEnd",
    _K.SEMI: "StatementSeparator",
}
_CLASSIC_ROLES = {
    "command": "Command",
    "member": "Member",
    "method": "Member",
    "attribute": "Attribute",
    "type": "Type",
}


def _classic_type(token: Token) -> EnumValue:
    name = _CLASSIC_ROLES.get(token.role) or _CLASSIC_OF.get(token.kind)
    if name is None:
        name = "Keyword" if token.kind >= _K.BEGIN else "Operator"
    return _CLASSIC[name]


def _classic_content(token: Token) -> str:
    """The text without quotation marks and signs."""
    kind = token.kind
    if kind in (_K.VARIABLE, _K.SPLATTED_VARIABLE):
        return _path(token).user_path
    if _CLASSIC_OF.get(kind) == "String":
        return _string(token)
    return token.text[1:] if kind is _K.LABEL else token.text


class ClassicToken:
    """System.Management.Automation.PSToken."""

    __slots__ = ("token",)

    def __init__(self, token: Token) -> None:
        self.token = token


register(
    PSType(
        "System.Management.Automation.PSToken",
        instance={
            "Content: string": lambda t: _classic_content(t.token),
            "Type": lambda t: _classic_type(t.token),
            "Start: int": lambda t: t.token.extent.start_offset,
            "Length: int": lambda t: len(t.token.text),
            "StartLine: int": lambda t: t.token.extent.start_line,
            "StartColumn: int": lambda t: t.token.extent.start_column,
            "EndLine: int": lambda t: t.token.extent.end_line,
            "EndColumn: int": lambda t: t.token.extent.end_column,
        },
    ),
    ClassicToken,
)


class ClassicError:
    """System.Management.Automation.PSParseError."""

    __slots__ = ("error",)

    def __init__(self, error: ParseError) -> None:
        self.error = error

    @property
    def token(self) -> ClassicToken:
        """Where the error is."""
        return ClassicToken(Token(TokenKind.UNKNOWN, self.error.extent))


register(
    PSType(
        "System.Management.Automation.PSParseError",
        instance={"Message: string": lambda e: e.error.message, "Token": lambda e: e.token},
    ),
    ClassicError,
)


def _tokenize(script: Any, errors: Reference) -> PSArray:
    from emulator.powershell.runtime.conversion import items_of, to_text

    text = script if isinstance(script, str) else "\n".join(to_text(one) for one in items_of(script))
    result = parse(text)
    errors.write(PSArray(ClassicError(one) for one in result.errors))
    return PSArray(ClassicToken(one) for one in result.tokens if one.kind is not TokenKind.END_OF_INPUT)


register(
    PSType(
        "System.Management.Automation.PSParser",
        is_abstract=True,
        static={"Tokenize(object script, ref errors)": _tokenize},
    )
)
