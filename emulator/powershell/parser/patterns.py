"""Regular expressions of the tokenizer.

PowerShell splits text in two ways (language specification 2.3): in expression mode ``1..3`` is a range and
``-eq`` an operator; in command mode both are words of a command line. So there is one pattern for what may
start an operand (`OPERAND`), one for what may follow it (`TAIL`), and one for an argument (`ARGUMENT`). Each
begins by skipping blanks and comments, and names its alternatives by group. All repetitions are possessive:
no input makes them backtrack.
"""

from __future__ import annotations

import re

from emulator.powershell.late_pattern import late_pattern

# Character sets, to stand inside brackets.
BLANK_SET = r" \t\f\v\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
DASH_SET = r"\-\u2013\u2014\u2015"
SINGLE_SET = r"'\u2018\u2019\u201a\u201b"
DOUBLE_SET = r'"\u201c\u201d\u201e'
BREAK_SET = BLANK_SET + r"\r\n\0&(),;{|}"
"""Characters that always end a word of a command line."""

DASH = f"[{DASH_SET}]"
SINGLE = f"[{SINGLE_SET}]"
DOUBLE = f"[{DOUBLE_SET}]"
NEW_LINE = r"(?:\r\n|\r|\n)"
LETTER = r"[^\W\d]"  # letters and the underscore

_SKIP = rf"[{BLANK_SET}]++|`(?:\r\n|\r|\n|[{BLANK_SET}]++)|\#[^\r\n]*+|<\#(?s:.*?)\#>"
# Plain blanks first: what else may be skipped begins with one of three characters.
_BLANKS = rf"[{BLANK_SET}]*+(?:(?=[\#<`])(?>{_SKIP})*+)?+"
_LINES = rf"[{BLANK_SET}\r\n]*+(?:(?=[\#<`])(?>{_SKIP}|[\r\n]++)*+)?+"
_SEMICOLONS = rf"[{BLANK_SET}\r\n;]*+(?:(?=[\#<`])(?>{_SKIP}|[\r\n;]++)*+)?+"
_OPEN_COMMENT = r"(<\#(?s:.*+))?+"

BLANKS = re.compile(_BLANKS + _OPEN_COMMENT)
"""Blanks, comments and line continuations; a group for a comment that is never closed."""
LINES = re.compile(_LINES + _OPEN_COMMENT)
"""The same and line ends."""
SEMICOLONS = re.compile(_SEMICOLONS + _OPEN_COMMENT)
"""The same, line ends and semicolons."""

_WORD_END = rf"(?=[{BREAK_SET}]|\Z)"
_NAME = r"(?:\w|:(?!:))(?:[\w?]|:(?!:))*+"
_NUMBER_BODY = (
    rf"(?:0[xX][0-9a-fA-F]++|[0-9]++(?:\.(?!\.)[0-9]*+(?:[eE][+{DASH_SET}]?[0-9]++)?"
    rf"|[eE][+{DASH_SET}]?[0-9]++)?|\.[0-9]++(?:[eE][+{DASH_SET}]?[0-9]++)?)"
    r"[dDlL]?(?:[kKmMgGtTpP][bB])?"
)
_NUMBER_END = rf"(?=[{BREAK_SET}!#%*+./<=>\]{DASH_SET}]|\Z)"

NUMBER_PARTS = late_pattern(r"([+-]?)(?:(0[xX])([0-9a-fA-F]+)|(.*?))([dDlL]?)(?:([kKmMgGtTpP])[bB])?")
"""Sign, hexadecimal prefix and digits, other digits, type suffix and multiplier of a number."""

_OPERAND = (
    rf"(?P<variable>\${_NAME})"
    rf"|(?P<simple_string>{DOUBLE}[^{DOUBLE_SET}$`]*+{DOUBLE}(?!{DOUBLE}))"
    rf"|(?P<literal_string>{SINGLE}(?:[^{SINGLE_SET}]++|{SINGLE}{{2}})*+{SINGLE})"
    rf"|(?P<number>[+{DASH_SET}]?{_NUMBER_BODY}{_NUMBER_END})"
    r"|(?P<paren>\()"
    r"|(?P<bracket>\[)"
    r"|(?P<sub_expression>[$@]\()"
    r"|(?P<hashtable>@\{)"
    r"|(?P<block>\{)"
    rf"|(?P<prefix>!(?!{LETTER})|,|\+\+?+(?!=)|{DASH}{DASH}|{DASH}(?=[\w?])(?![0-9])[A-Za-z]*+|{DASH}(?![=0-9]))"
    rf"|(?P<string>{DOUBLE})"
    rf"|(?P<here_string>@(?:{SINGLE}|{DOUBLE}))"
    r"|(?P<braced_variable>\$\{)"
    r"|(?P<special_variable>\$[$?^])"
    rf"|(?P<splat>@(?:{_NAME}|[$?^]))"
    rf"|(?P<open_string>{SINGLE})"
)
OPERAND = re.compile(_BLANKS + f"(?:{_OPERAND})")
"""What may begin an operand, in expression mode."""

_TAIL_MEMBER = (
    rf"(?P<member>(?:\.|::){LETTER}\w*+)|(?P<item>\[)|(?P<access>\.(?!\.)|::|<\#)"  # must touch the operand
)
_TAIL_OPERATOR = (
    rf"(?P<postfix>\+\+|{DASH}{{2}})|(?P<comma>,)|(?P<dash>{DASH}(?=[\w?])(?![0-9])[A-Za-z]*+)"
    rf"|(?P<symbol>\.\.|\*(?![=>])|[/%](?!=)|\+(?!=)|{DASH}(?!=)@SEVEN)|(?P<none>)"
)


def _tail(extra_symbols: str, extra_access: str) -> str:
    member = _TAIL_MEMBER.replace("(?P<item>", extra_access + "(?P<item>")
    return f"{member}|{_BLANKS}(?:{_TAIL_OPERATOR.replace('@SEVEN', extra_symbols)})"


TAIL = re.compile(_tail("", ""))
"""What may follow an operand, in expression mode; always matches (group ``none``)."""
TAIL_7 = late_pattern(_tail(r"|\?\?(?!=)|\?(?![?.\[])", r"(?P<conditional>\?(?:\.|(?=\[)))|"))
"""The same with the operators of PowerShell 7."""

COMMAND_TAIL = late_pattern(
    rf"(?P<member>(?:\.|::){LETTER}\w*+)|(?P<item>\[)"
    rf"|(?P<access>\.(?![.{BLANK_SET}\r\n\0]|\Z)|::(?![{BLANK_SET}\r\n\0]|\Z)|<\#)"
)
"""What may follow the operand of an argument, in command mode."""

_PLAIN = rf"[^{BREAK_SET}{SINGLE_SET}{DOUBLE_SET}`$]"
ARGUMENT = re.compile(
    _BLANKS + "(?:"
    rf"(?P<word>(?!\.[0-9]|\*>)[^{BREAK_SET}{SINGLE_SET}{DOUBLE_SET}`$@<>0-9\][{DASH_SET}]{_PLAIN}*+{_WORD_END})"
    rf"|(?P<parameter>{DASH}(?=[\w?])(?![0-9])(?P<parameter_name>[^{BREAK_SET}.\[:{SINGLE_SET}{DOUBLE_SET}]*+)"
    rf"(?!{SINGLE}|{DOUBLE})(?P<colon>:)?+)"
    rf"|(?P<variable>\${_NAME}(?=[{BREAK_SET}.\[]|::|\Z))"
    rf"|(?P<simple_string>{DOUBLE}[^{DOUBLE_SET}$`]*+{DOUBLE}(?!{DOUBLE}))"
    rf"|(?P<literal_string>{SINGLE}(?:[^{SINGLE_SET}]++|{SINGLE}{{2}})*+{SINGLE})"
    rf"|(?P<end>[|;)}}\r\n&]|\Z)"
    r"|(?P<block>\{)"
    r"|(?P<paren>\()"
    rf"|(?P<number>{_NUMBER_BODY}{_WORD_END})"
    r"|(?P<redirection>[*1-6]>(?:>|&[12])?|>>?|<)"
    rf"|(?P<bracket_word>\[{_PLAIN}*+{_WORD_END})"
    r"|(?P<sub_expression>[$@]\()"
    r"|(?P<hashtable>@\{)"
    rf"|(?P<string>{DOUBLE})"
    rf"|(?P<here_string>@(?:{SINGLE}|{DOUBLE}))"
    rf"|(?P<dashes>{DASH}{{2}}{_WORD_END})"
    rf"|(?P<dash_word>{DASH}{_PLAIN}*+{_WORD_END})"
    rf"|(?P<digit_word>[0-9]{_PLAIN}*+{_WORD_END})"
    rf"|(?P<splat>@(?:{_NAME}|[$?^]))"
    r"|(?P<comma>,)"
    rf"|(?P<dot>\.(?=[$'\"]))"
    r"|(?P<close_bracket>\])"
    rf"|(?P<special_variable>\$[$?^]{_WORD_END})"
    r"|(?P<braced_variable>\$\{)"
    rf"|(?P<open_string>{SINGLE})"
    r"|(?P<unknown>@)"
    r"|(?P<generic>(?s:.)))"
)
"""What may stand in a command line; always matches. The ``..word`` groups are plain text to their ends."""

END_OF_ELEMENT = re.compile(
    _BLANKS + r"(?:(?P<pipe>\|(?!\|))|(?P<end>[;)}\r\n]|\Z)|(?P<chain>\|\||&&)"
    r"|(?P<assign>[+*/%" + DASH_SET + r"]?=|\?\?=)"
    r"|(?P<redirection>[*1-6]>(?:>|&[12])?|>>?|<(?!\#)))"
)
"""What may follow an expression that stands in a pipeline."""

STATEMENT = re.compile(
    rf"(?P<word>{LETTER}\w*+){_WORD_END}|(?P<command>{LETTER}{_PLAIN}*+){_WORD_END}|(?P<label>:{LETTER}\w*+){_WORD_END}"
    rf"|(?P<bracket>\[)(?=[^{BREAK_SET}])|(?P<end>[)}}]|\Z)"
)
"""How a statement begins: a word (maybe a keyword), a command, a label, a bracket (maybe an attribute)."""

_BRACKETS = r"\[[^\[\]]*+(?:\[[^\[\]]*+(?:\[[^\[\]]*+\][^\[\]]*+)*+\][^\[\]]*+)*+\]"
ATTRIBUTED_KEYWORD = late_pattern(rf"(?:{_BRACKETS}{_LINES})++({LETTER}\w*+)", re.DOTALL)
"""Attributes before a word that may be ``class``, ``enum`` or another keyword."""

IDENTIFIER = re.compile(_BLANKS + rf"({LETTER}\w*+)")
"""A simple name: member, key, label."""
KEYWORD = re.compile(_LINES + rf"({LETTER}\w*+){_WORD_END}")
"""A whole word, after line ends."""
PARAMETER = late_pattern(
    rf"{DASH}(?=[\w?])(?![0-9])([^{BREAK_SET}.\[:{SINGLE_SET}{DOUBLE_SET}]*+)(?!{SINGLE}|{DOUBLE}):?+"
)
"""A parameter of ``switch``, ``foreach`` or ``data``."""
METHOD_NAME = late_pattern(_LINES + rf"({LETTER}\w*+)")
"""The name of a method of a class."""
CONFIGURATION_NAME = late_pattern(r"[A-Za-z][A-Za-z0-9_./-]*")
TYPE_WORD = late_pattern(_LINES + rf"({LETTER}[\w.+`#\\]*+)")
"""A type name without brackets."""
SIMPLE_TYPE = late_pattern(rf"\[({LETTER}[\w.+`#\\]*+)(\[\])?+\]")
"""The common cast: ``[int]`` or ``[string[]]``."""
SIMPLE_ATTRIBUTE = late_pattern(rf"\[({LETTER}[\w.+`#\\]*+)\(")
"""The common attribute up to its arguments: ``[Parameter(``."""
SIMPLE_PARAMETER = late_pattern(
    rf"{_LINES}(\[({LETTER}[\w.+`#\\]*+)(\[\])?+\][{BLANK_SET}]*+)?+(\$({LETTER}\w*+))(?=[{BLANK_SET}\r\n]*+[,)])"
)
"""The common parameter: maybe one type, a variable, no default value."""
NAMED_ATTRIBUTE_ARGUMENT = late_pattern(
    rf"{_LINES}({LETTER}\w*+)(?:[{BLANK_SET}]*+=[{BLANK_SET}]*+(\$([tT][rR][uU][eE]|[fF][aA][lL][sS][eE])))?+(?=[{BLANK_SET}\r\n]*+[,)])"
)
"""The common argument of an attribute: a name alone, or one that is true or false."""
ASSEMBLY_WORD = late_pattern(rf"[{BLANK_SET}]*+([^{BLANK_SET}\r\n,=\]\0]*+)[{BLANK_SET}]*+")
"""A token of an assembly name."""
HASH_KEY = late_pattern(_BLANKS + rf"({LETTER}\w*+)[{BLANK_SET}]*+=")
"""The common key of a hash literal: a name and the equals sign."""

STRING_PART = late_pattern(
    rf"(?P<text>[^{DOUBLE_SET}$`]++)|(?P<variable>\$(?:{_NAME}|[$?^]))|(?P<escape>`(?s:.))|(?P<sub_expression>\$\()"
    rf"|(?P<quotes>{DOUBLE}{{2}})|(?P<end>{DOUBLE})|(?P<braced_variable>\$\{{)|(?P<character>[$`])"
)
"""A part of a string in double quotes."""
HERE_STRING_PART = late_pattern(
    rf"(?P<end>{NEW_LINE}{DOUBLE}@)|(?P<text>(?:[^$`\r\n]++|(?!{NEW_LINE}{DOUBLE}@)(?:\r\n|[\r\n]))++)"
    rf"|(?P<variable>\$(?:{_NAME}|[$?^]))"
    r"|(?P<escape>`(?s:.))|(?P<sub_expression>\$\()|(?P<braced_variable>\$\{)|(?P<character>[$`])"
)
"""A part of a here-string in double quotes."""
WORD_PART = late_pattern(
    rf"(?P<text>{_PLAIN}++)|(?P<variable>\$(?:{_NAME}|[$?^]))|(?P<escape>`(?s:.))|(?P<sub_expression>\$\()"
    rf"|(?P<single>{SINGLE})|(?P<double>{DOUBLE})|(?P<braced_variable>\$\{{)|(?P<character>[$`])"
)
"""A part of a word of a command line."""
LITERAL_REST = late_pattern(rf"((?:[^{SINGLE_SET}]++|{SINGLE}{{2}})*+)({SINGLE})?+")
"""The rest of a string in single quotes."""
DOUBLED_SINGLE = late_pattern(rf"{SINGLE}({SINGLE})")
HERE_STRING_HEADER = late_pattern(rf"[{BLANK_SET}]*+(?={NEW_LINE})")
LITERAL_HERE_STRING_END = late_pattern(rf"{NEW_LINE}{SINGLE}@")
EXPANDABLE_HERE_STRING_END = late_pattern(rf"{NEW_LINE}{DOUBLE}@")
FALSE_FOOTER = late_pattern(rf"{NEW_LINE}[{BLANK_SET}]++(?:({SINGLE})|({DOUBLE}))@")
PARENTHESIS = late_pattern(r"[()]")
JOINED_QUOTES = late_pattern(rf"[{DOUBLE_SET}`]{DOUBLE}")
"""The first of two characters that stand for a quote in the ``$( )`` of a string."""
BRACED_NAME = late_pattern(r"([^}`{\"\u201c\u201d\u201e]++)\}")
"""The common inside of ``${name}``."""
VERBATIM = late_pattern(
    rf"[{BLANK_SET}]*+((?:[^{DOUBLE_SET}\r\n|&]++|{DOUBLE}[^{DOUBLE_SET}\r\n]*+(?:{DOUBLE}|(?=[\r\n]|\Z))|&(?!&))*+)"
)
"""The raw text after ``--%``, up to the end of the line, a pipe or ``&&``."""
