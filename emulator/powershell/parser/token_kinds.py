"""Kinds of tokens, with the names and numbers of System.Management.Automation.Language.TokenKind."""

from __future__ import annotations

from enum import IntEnum


class TokenKind(IntEnum):
    """What a token is. In the tree it names operators (``BinaryExpressionAst.operator`` and the like)."""

    UNKNOWN = 0
    VARIABLE = 1
    SPLATTED_VARIABLE = 2
    PARAMETER = 3
    NUMBER = 4
    LABEL = 5
    IDENTIFIER = 6
    GENERIC = 7
    NEW_LINE = 8
    LINE_CONTINUATION = 9
    COMMENT = 10
    END_OF_INPUT = 11
    STRING_LITERAL = 12
    STRING_EXPANDABLE = 13
    HERE_STRING_LITERAL = 14
    HERE_STRING_EXPANDABLE = 15
    L_PAREN = 16
    R_PAREN = 17
    L_CURLY = 18
    R_CURLY = 19
    L_BRACKET = 20
    R_BRACKET = 21
    AT_PAREN = 22
    AT_CURLY = 23
    DOLLAR_PAREN = 24
    SEMI = 25
    AND_AND = 26
    OR_OR = 27
    AMPERSAND = 28
    PIPE = 29
    COMMA = 30
    MINUS_MINUS = 31
    PLUS_PLUS = 32
    DOT_DOT = 33
    COLON_COLON = 34
    DOT = 35
    EXCLAIM = 36
    MULTIPLY = 37
    DIVIDE = 38
    REM = 39
    PLUS = 40
    MINUS = 41
    EQUALS = 42
    PLUS_EQUALS = 43
    MINUS_EQUALS = 44
    MULTIPLY_EQUALS = 45
    DIVIDE_EQUALS = 46
    REMAINDER_EQUALS = 47
    REDIRECTION = 48
    REDIRECT_IN_STD = 49
    FORMAT = 50
    NOT = 51
    BNOT = 52
    AND = 53
    OR = 54
    XOR = 55
    BAND = 56
    BOR = 57
    BXOR = 58
    JOIN = 59
    IEQ = 60
    INE = 61
    IGE = 62
    IGT = 63
    ILT = 64
    ILE = 65
    ILIKE = 66
    INOTLIKE = 67
    IMATCH = 68
    INOTMATCH = 69
    IREPLACE = 70
    ICONTAINS = 71
    INOTCONTAINS = 72
    IIN = 73
    INOTIN = 74
    ISPLIT = 75
    CEQ = 76
    CNE = 77
    CGE = 78
    CGT = 79
    CLT = 80
    CLE = 81
    CLIKE = 82
    CNOTLIKE = 83
    CMATCH = 84
    CNOTMATCH = 85
    CREPLACE = 86
    CCONTAINS = 87
    CNOTCONTAINS = 88
    CIN = 89
    CNOTIN = 90
    CSPLIT = 91
    IS = 92
    IS_NOT = 93
    AS = 94
    POSTFIX_PLUS_PLUS = 95
    POSTFIX_MINUS_MINUS = 96
    SHL = 97
    SHR = 98
    COLON = 99
    QUESTION_MARK = 100
    QUESTION_QUESTION_EQUALS = 101
    QUESTION_QUESTION = 102
    QUESTION_DOT = 103
    QUESTION_L_BRACKET = 104
    BEGIN = 119
    BREAK = 120
    CATCH = 121
    CLASS = 122
    CONTINUE = 123
    DATA = 124
    DEFINE = 125
    DO = 126
    DYNAMICPARAM = 127
    ELSE = 128
    ELSE_IF = 129
    END = 130
    EXIT = 131
    FILTER = 132
    FINALLY = 133
    FOR = 134
    FOREACH = 135
    FROM = 136
    FUNCTION = 137
    IF = 138
    IN = 139
    PARAM = 140
    PROCESS = 141
    RETURN = 142
    SWITCH = 143
    THROW = 144
    TRAP = 145
    TRY = 146
    UNTIL = 147
    USING = 148
    VAR = 149
    WHILE = 150
    WORKFLOW = 151
    PARALLEL = 152
    SEQUENCE = 153
    INLINE_SCRIPT = 154
    CONFIGURATION = 155
    DYNAMIC_KEYWORD = 156
    PUBLIC = 157
    PRIVATE = 158
    STATIC = 159
    INTERFACE = 160
    ENUM = 161
    NAMESPACE = 162
    MODULE = 163
    TYPE = 164
    ASSEMBLY = 165
    COMMAND = 166
    HIDDEN = 167
    BASE = 168
    DEFAULT = 169
    CLEAN = 170

    @property
    def dotnet_name(self) -> str:
        """The name in .NET, for example ``PlusEquals`` or ``Ieq``."""
        return "".join(part.capitalize() for part in self.name.split("_"))

    @property
    def is_case_sensitive(self) -> bool:
        """True for the ``-c...`` comparison operators."""
        return TokenKind.CEQ <= self <= TokenKind.CSPLIT


DASH_OPERATORS: dict[str, TokenKind] = {
    "f": TokenKind.FORMAT,
    "not": TokenKind.NOT,
    "bnot": TokenKind.BNOT,
    "and": TokenKind.AND,
    "or": TokenKind.OR,
    "xor": TokenKind.XOR,
    "band": TokenKind.BAND,
    "bor": TokenKind.BOR,
    "bxor": TokenKind.BXOR,
    "join": TokenKind.JOIN,
    "is": TokenKind.IS,
    "isnot": TokenKind.IS_NOT,
    "as": TokenKind.AS,
    "shl": TokenKind.SHL,
    "shr": TokenKind.SHR,
}
"""Operators that are written with a dash, by their lower-case name without it."""

for _name in (
    *("eq", "ne", "ge", "gt", "lt", "le", "like", "notlike", "match", "notmatch"),
    *("replace", "contains", "notcontains", "in", "notin", "split"),
):
    DASH_OPERATORS[_name] = DASH_OPERATORS["i" + _name] = TokenKind["I" + _name.upper()]
    DASH_OPERATORS["c" + _name] = TokenKind["C" + _name.upper()]

OPERATOR_TEXT: dict[TokenKind, str] = {
    **{kind: "-" + name for name, kind in DASH_OPERATORS.items()},
    **{DASH_OPERATORS[name]: "-" + name for name in ("eq", "ne", "ge", "gt", "lt", "le")},
    TokenKind.PLUS: "+",
    TokenKind.MINUS: "-",
    TokenKind.MULTIPLY: "*",
    TokenKind.DIVIDE: "/",
    TokenKind.REM: "%",
    TokenKind.DOT_DOT: "..",
    TokenKind.COMMA: ",",
    TokenKind.EXCLAIM: "!",
    TokenKind.PLUS_PLUS: "++",
    TokenKind.MINUS_MINUS: "--",
    TokenKind.POSTFIX_PLUS_PLUS: "++",
    TokenKind.POSTFIX_MINUS_MINUS: "--",
    TokenKind.EQUALS: "=",
    TokenKind.PLUS_EQUALS: "+=",
    TokenKind.MINUS_EQUALS: "-=",
    TokenKind.MULTIPLY_EQUALS: "*=",
    TokenKind.DIVIDE_EQUALS: "/=",
    TokenKind.REMAINDER_EQUALS: "%=",
    TokenKind.QUESTION_QUESTION_EQUALS: "??=",
    TokenKind.QUESTION_QUESTION: "??",
    TokenKind.AND_AND: "&&",
    TokenKind.OR_OR: "||",
    TokenKind.AMPERSAND: "&",
    TokenKind.DOT: ".",
}
"""How .NET shows an operator: ``-eq`` for -eq and -ieq, but ``-ilike`` for -like and -ilike."""

ASSIGNMENT_OPERATORS: dict[str, TokenKind] = {
    "=": TokenKind.EQUALS,
    "+=": TokenKind.PLUS_EQUALS,
    "-=": TokenKind.MINUS_EQUALS,
    "*=": TokenKind.MULTIPLY_EQUALS,
    "/=": TokenKind.DIVIDE_EQUALS,
    "%=": TokenKind.REMAINDER_EQUALS,
    "??=": TokenKind.QUESTION_QUESTION_EQUALS,
}

BINARY_PRECEDENCE: dict[TokenKind, int] = {
    **dict.fromkeys((TokenKind.AND, TokenKind.OR, TokenKind.XOR), 1),
    **dict.fromkeys((TokenKind.BAND, TokenKind.BOR, TokenKind.BXOR), 2),
    **dict.fromkeys(
        (
            *(TokenKind(number) for number in range(TokenKind.IEQ, TokenKind.AS + 1)),
            TokenKind.JOIN,
            TokenKind.SHL,
            TokenKind.SHR,
        ),
        3,
    ),
    TokenKind.QUESTION_QUESTION: 4,
    TokenKind.PLUS: 5,
    TokenKind.MINUS: 5,
    TokenKind.MULTIPLY: 6,
    TokenKind.DIVIDE: 6,
    TokenKind.REM: 6,
    TokenKind.FORMAT: 7,
    TokenKind.DOT_DOT: 8,
}
"""How tightly a binary operator binds; a comma binds tighter than all of these."""
