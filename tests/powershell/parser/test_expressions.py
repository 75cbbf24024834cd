from decimal import Decimal

import pytest

from emulator.powershell.parser import dump, parse
from emulator.powershell.parser.ast import ConstantExpressionAst, PipelineAst
from emulator.powershell.parser.checks import pure_expression


def expression(text: str, version: tuple[int, int] = (5, 1)):
    result = parse(text, language_version=version)
    assert result.errors == ()
    (statement,) = result.ast.end_block.statements
    return pure_expression(statement) if isinstance(statement, PipelineAst) else statement


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("1..3", "(Binary 1 DotDot 3)"),
        ("1..(cmd).count", "(Binary 1 DotDot (Member (Paren (Pipeline [(Command [cmd])])) count))"),
        ("-5 - 5", "(Binary -5 Minus 5)"),
        ("2 + 3 * 4", "(Binary 2 Plus (Binary 3 Multiply 4))"),
        ("2 - 3 - 4", "(Binary (Binary 2 Minus 3) Minus 4)"),
        ("$a -eq 1 -and $b -NE 2 -or $c", "(Binary (Binary (Binary $a Ieq 1) And (Binary $b Ine 2)) Or $c)"),
        ("$a -bor 1 -eq 2", "(Binary $a Bor (Binary 1 Ieq 2))"),
        ("1 + 2 -shl 3", "(Binary (Binary 1 Plus 2) Shl 3)"),
        ("'{0}' -f 1, 2 * 3", "(Binary (Binary '{0}' Format (ArrayLiteral [1 2])) Multiply 3)"),
        ("1, 2 + 3", "(Binary (ArrayLiteral [1 2]) Plus 3)"),
        ("'a' -ceq 'b' -isnot [int]", "(Binary (Binary 'a' Ceq 'b') IsNot (Type int))"),
        (
            "$a \u2013eq 1",
            "(Binary $a Ieq 1)",
        ),
        ("-not $a", "(Unary Not $a)"),
        ("!$a.b", "(Unary Exclaim (Member $a b))"),
        ("-join $a", "(Unary Join $a)"),
        ("-split 'a b'", "(Unary Isplit 'a b')"),
        (",1", "(ArrayLiteral [1])"),
        ("- $a", "(Unary Minus $a)"),
        ("$i++", "(Unary PostfixPlusPlus $i)"),
        ("--$i", "(Unary MinusMinus $i)"),
        ("[int]$a.b", "(Convert [int] (Member $a b))"),
        ("[int][string]5", "(Convert [int] (Convert [string] 5))"),
        ("[math]::Max(1, 2)", "(InvokeMember (Type math) Max static [1 2])"),
        ("[int]::MaxValue", "(Member (Type int) MaxValue static)"),
        ("[Func[[A],[B]]]", "(Type Func[A,B])"),
        ("[Dictionary[string,int[]]]::new()", "(InvokeMember (Type Dictionary[string,int[]]) new static)"),
        ("[int[,]]", "(Type int[,])"),
        ("[A+B, C, Version=1.0]", "(Type A+B,C, Version=1.0)"),
        ("$x::$y", "(Member $x $y static)"),
        ("$obj.'a b'.$p.(1)", "(Member (Member (Member $obj 'a b') $p) (Paren 1))"),
        ("$a.M()[0].N", "(Member (Index (InvokeMember $a M) 0) N)"),
        ("$a[1, 2]", "(Index $a (ArrayLiteral [1 2]))"),
        (
            "$a.Where{1}",
            "(InvokeMember $a Where [(ScriptBlockExpression (ScriptBlock (NamedBlock End [1] unnamed)))])",
        ),
        ("$a.\n  b", "(Member $a b)"),
        ("$a<# c #>.b", "(Member $a b)"),
        ("1 +\n 2", "(Binary 1 Plus 2)"),
        ("1,\n2", "(ArrayLiteral [1 2])"),
        ("@(1; 2)", "(Array (StatementBlock [1 2]))"),
        ("$(1; 2)", "(Sub (StatementBlock [1 2]))"),
        ("@{}", "(Hashtable)"),
        ("@{a=1; 'b'=2\n$c=foo}", "(Hashtable [[a 1] ['b' 2] [$c (Pipeline [(Command [foo])])]])"),
        ("@{a=if (1) {2}}", "(Hashtable [[a (If [[1 (StatementBlock [2])]])]])"),
        ("$using:a.b[0]", "(Using (Index (Member $a b) 0))"),
        ("${a b}", "$a b"),
        ("${a`}b}", "$a}b"),
        ("$$", "$$"),
        ("$a#comment", "$a"),
    ],
)
def test_an_expression_becomes_the_tree_of_its_operators(text, tree):
    assert dump(expression(text)) == tree


@pytest.mark.parametrize(
    ("text", "value", "type_name"),
    [
        ("1", 1, "int"),
        ("2147483647", 2147483647, "int"),
        ("2147483648", 2147483648, "long"),
        ("9223372036854775808", Decimal(9223372036854775808), "decimal"),
        ("79228162514264337593543950336", 7.922816251426434e28, "double"),
        ("5GB", 5368709120, "long"),
        ("1kb", 1024, "int"),
        ("2pb", 2 * 2**50, "long"),
        ("0xFF", 255, "int"),
        ("0xFFFFFFFF", -1, "int"),
        ("0x80000000", -2147483648, "int"),
        ("0xFFFFFFFFF", 68719476735, "long"),
        ("0x1d", 29, "int"),
        ("0x10KB", 16384, "int"),
        ("10l", 10, "long"),
        ("1.5", 1.5, "double"),
        (".5", 0.5, "double"),
        ("1.", 1.0, "double"),
        ("1e3", 1000.0, "double"),
        ("1E-2", 0.01, "double"),
        ("1.50d", Decimal("1.50"), "decimal"),
        ("2.5l", 2, "long"),
        ("1.5KB", 1536.0, "double"),
        ("-7", -7, "int"),
        ("+7", 7, "int"),
    ],
)
def test_a_number_takes_the_smallest_type_that_holds_it(text, value, type_name):
    node = expression(text)
    assert isinstance(node, ConstantExpressionAst)
    assert (node.value, node.static_type_name) == (value, type_name)
    assert type(node.value) is type(value)
    assert str(node.value) == str(value)


@pytest.mark.parametrize("text", ["1e400", "99999999999999999999d", "0xFFFFFFFFFFFFFFFFF", "9" * 5000])
def test_a_number_out_of_range_is_an_error_in_an_expression(text):
    result = parse(text)
    if text.endswith("d"):
        assert result.errors == ()
    else:
        assert [error.error_id for error in result.errors] == ["BadNumericConstant"]
        assert result.errors[0].message == f"The numeric constant {text} is not valid."


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("$a ? 1 : 2", "(Ternary $a 1 2)"),
        ("$a -eq 1 ? 'x' : 'y'", "(Ternary (Binary $a Ieq 1) 'x' 'y')"),
        ("$a ?? 5", "(Binary $a QuestionQuestion 5)"),
        ("${a}?.b", "(Member $a b null_conditional)"),
        ("${a}?.b()", "(InvokeMember $a b null_conditional)"),
        ("${a}?[0]", "(Index $a 0 null_conditional)"),
        ("$a ??= 1", "(Assignment $a QuestionQuestionEquals 1)"),
    ],
)
def test_operators_of_powershell_7_are_read_when_the_version_allows_them(text, tree):
    assert dump(expression(text, (7, 4))) == tree
    assert parse(text).errors != ()


def test_a_long_chain_of_operators_does_not_nest_the_rules():
    result = parse(" + ".join(["1"] * 20000))
    assert result.errors == ()


def test_a_number_of_more_digits_than_a_double_holds_is_an_error():
    assert [one.error_id for one in parse("9" * 350).errors] == ["BadNumericConstant"]


def test_a_digit_that_ends_a_range_is_no_stream():
    result = parse("1..3>x")
    assert not result.errors
    element = result.ast.end_block.statements[0].pipeline_elements[0]
    assert element.redirections[0].from_stream.value == 1
