import pytest

from emulator.powershell.parser import dump, parse
from emulator.powershell.parser.ast import ExpandableStringExpressionAst, StringConstantType
from emulator.powershell.parser.checks import pure_expression


def expression(text: str, version: tuple[int, int] = (5, 1)):
    result = parse(text, language_version=version)
    assert result.errors == ()
    return pure_expression(result.ast.end_block.statements[0])


@pytest.mark.parametrize(
    ("text", "value", "kind"),
    [
        ("'a'", "a", StringConstantType.SINGLE_QUOTED),
        ("'it''s $x `n'", "it's $x `n", StringConstantType.SINGLE_QUOTED),
        ("\u2018a\u2019", "a", StringConstantType.SINGLE_QUOTED),
        ("'\u2019\u2019'", "\u2019", StringConstantType.SINGLE_QUOTED),
        ('"a"', "a", StringConstantType.DOUBLE_QUOTED),
        ('"a""b"', 'a"b', StringConstantType.DOUBLE_QUOTED),
        ("\u201ca\u201d", "a", StringConstantType.DOUBLE_QUOTED),
        ('"`0`a`b`f`n`r`t`v`$`"`x`e"', '\0\a\b\f\n\r\t\v$"xe', StringConstantType.DOUBLE_QUOTED),
        ('"a $ b $"', "a $ b $", StringConstantType.DOUBLE_QUOTED),
        ('"a\nb"', "a\nb", StringConstantType.DOUBLE_QUOTED),
        ("@'\na\n'b'\n'@", "a\n'b'", StringConstantType.SINGLE_QUOTED_HERE_STRING),
        ("@'\n'@", "", StringConstantType.SINGLE_QUOTED_HERE_STRING),
        ("@'\n\n'@", "", StringConstantType.SINGLE_QUOTED_HERE_STRING),
        ("@'  \r\na\r\nb\r\n'@", "a\r\nb", StringConstantType.SINGLE_QUOTED_HERE_STRING),
        ("@'\n '@\n'@", " '@", StringConstantType.SINGLE_QUOTED_HERE_STRING),
        ('@"\n"a""b"\n"@', '"a""b"', StringConstantType.DOUBLE_QUOTED_HERE_STRING),
        ('@"\n`t`$x\n"@', "\t$x", StringConstantType.DOUBLE_QUOTED_HERE_STRING),
    ],
)
def test_a_constant_string_keeps_its_value_and_its_kind(text, value, kind):
    node = expression(text)
    assert (node.value, node.string_constant_type) == (value, kind)


@pytest.mark.parametrize(
    ("text", "nested", "literals"),
    [
        ('"a $b c"', ["$b"], ("a ", " c")),
        ('"$a$b"', ["$a", "$b"], ("", "", "")),
        ('"$a.b"', ["$a"], ("", ".b")),
        ('"$a::b"', ["$a"], ("", "::b")),
        ('"$a:b c"', ["$a:b"], ("", " c")),
        ('"$a-$_"', ["$a", "$_"], ("", "-", "")),
        ('"${a}b"', ["$a"], ("", "b")),
        ('"${env:a b}"', ["$env:a b"], ("", "")),
        ('"$$ $? $^"', ["$$", "$?", "$^"], ("", " ", " ", "")),
        ('"$(1 + 2)x"', ["(Sub (StatementBlock [(Binary 1 Plus 2)]))"], ("", "x")),
        ('"$("a")"', ['(Sub (StatementBlock ["a"]))'], ("", "")),
        ('"$(""a"")"', ['(Sub (StatementBlock ["a"]))'], ("", "")),
        ('"$(`"a`")"', ['(Sub (StatementBlock ["a"]))'], ("", "")),
        ('"$("x$("y")")"', None, ("", "")),
        ('"$using:a"', ["(Using $a)"], ("", "")),
        ('"`$a $b"', ["$b"], ("$a ", "")),
        ('"{0} $a {1}"', ["$a"], ("{0} ", " {1}")),
        ('@"\na $b\n"$(1)"\n"@', ["$b", "(Sub (StatementBlock [1]))"], ("a ", '\n"', '"')),
        ('@"\n$(@"\nx\n"@)\n"@', ['(Sub (StatementBlock [@"x"@]))'], ("", "")),
    ],
)
def test_an_expandable_string_lists_its_parts(text, nested, literals):
    node = expression(text)
    assert isinstance(node, ExpandableStringExpressionAst)
    assert node.literals == literals
    if nested is not None:
        assert [dump(part) for part in node.nested_expressions] == nested


def test_the_value_of_an_expandable_string_keeps_its_parts_as_written():
    assert expression('"a`t$b ""$(1)"""').value == 'a\t$b "$(1)"'


def test_a_subexpression_with_joined_quotes_keeps_extents_of_the_source():
    text = '"abc$(1 + ""de"" + $f)"'
    part = expression(text).nested_expressions[0]
    assert part.extent.text == '$(1 + ""de"" + $f)'
    variable = next(node for node in part.walk() if str(node) == "$f")
    assert variable.extent.start_offset == text.index("$f")
    constant = next(node for node in part.walk() if getattr(node, "value", None) == "de")
    assert constant.extent.text == '"de""'


def test_parentheses_in_quotes_count_in_a_subexpression_of_a_string():
    assert [error.error_id for error in parse("\"$(')')\"").errors] == [
        "TerminatorExpectedAtEndOfString",
        "MissingEndParenthesisInSubexpression",
    ]


@pytest.mark.parametrize(("text", "value"), [('"`e"', "\x1b"), ('"`u{48}`u{1F600}"', "H\U0001f600")])
def test_escapes_of_powershell_7_need_that_version(text, value):
    assert expression(text, (7, 0)).value == value
    assert expression(text).value != value
