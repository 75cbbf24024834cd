import pytest

from emulator.powershell.parser import parse
from emulator.powershell.parser.ast import EMPTY_EXTENT, BinaryExpressionAst, CommandParameterAst
from emulator.powershell.parser.extents import Extent, Source


def at(text: str, kind: str, index: int = 0):
    nodes = [node for node in parse(text).ast.walk() if node.kind == kind]
    return nodes[index].extent


def place(extent):
    return (extent.start_line, extent.start_column, extent.end_line, extent.end_column)


@pytest.mark.parametrize(
    ("text", "kind", "expected", "where"),
    [
        ("  Get-VM -Name x ", "CommandAst", "Get-VM -Name x", (1, 3, 1, 17)),
        ("a\n  b 'c'\n", "StringConstantExpressionAst", "a", (1, 1, 1, 2)),
        ("a\r\nbc | d", "PipelineAst", "a", (1, 1, 1, 2)),
        ("\r\rfoo", "CommandAst", "foo", (3, 1, 3, 4)),
        ("if ($a) {\n 1\n}\n2", "IfStatementAst", "if ($a) {\n 1\n}", (1, 1, 3, 2)),
        ("if ($a) {\n 1\n}\n2", "StatementBlockAst", "{\n 1\n}", (1, 9, 3, 2)),
        ("$a.b(1)[ 0 ]", "IndexExpressionAst", "$a.b(1)[ 0 ]", (1, 1, 1, 13)),
        ("$a.b(1)[ 0 ]", "InvokeMemberExpressionAst", "$a.b(1)", (1, 1, 1, 8)),
        ("[int] $x", "ConvertExpressionAst", "[int] $x", (1, 1, 1, 9)),
        ("[int] $x", "TypeConstraintAst", "[int]", (1, 1, 1, 6)),
        ("@{ a = 1 }", "HashtableAst", "@{ a = 1 }", (1, 1, 1, 11)),
        (":l foreach ($a in 1) {}", "ForEachStatementAst", ":l foreach ($a in 1) {}", (1, 1, 1, 24)),
        ("a > b", "FileRedirectionAst", "> b", (1, 3, 1, 6)),
        ("a 2>&1 c", "CommandAst", "a 2>&1 c", (1, 1, 1, 9)),
        ("a b, c", "ArrayLiteralAst", "b, c", (1, 3, 1, 7)),
        ("'a' ; 'b'", "NamedBlockAst", "'a' ; 'b'", (1, 1, 1, 10)),
        ("param($a) 1", "ParamBlockAst", "param($a)", (1, 1, 1, 10)),
        ("param([int]$a = 1)", "ParameterAst", "[int]$a = 1", (1, 7, 1, 18)),
        ("try {1} catch [A] {2}", "CatchClauseAst", "catch [A] {2}", (1, 9, 1, 22)),
        ("return  1 ", "ReturnStatementAst", "return  1", (1, 1, 1, 10)),
        ("[A()] class B { [int]$c; }", "TypeDefinitionAst", "[A()] class B { [int]$c; }", (1, 1, 1, 27)),
        ("class B { [int]$c; }", "PropertyMemberAst", "[int]$c;", (1, 11, 1, 19)),
        ("$x = @'\na\n'@", "StringConstantExpressionAst", "@'\na\n'@", (1, 6, 3, 3)),
        ("# a\n1 # b\n", "ScriptBlockAst", "# a\n1 # b\n", (1, 1, 3, 1)),
    ],
)
def test_an_extent_covers_exactly_the_text_of_its_node(text, kind, expected, where):
    extent = at(text, kind)
    assert extent.text == expected
    assert place(extent) == where


def test_an_operator_and_a_parameter_have_positions_of_their_own():
    binary = next(node for node in parse("1  -eq 2").ast.walk() if isinstance(node, BinaryExpressionAst))
    assert (binary.error_position.start_column, binary.error_position.text) == (4, "-eq")
    parameter = next(node for node in parse("a -b: c").ast.walk() if isinstance(node, CommandParameterAst))
    assert (parameter.error_position.text, parameter.extent.text) == ("-b:", "-b: c")


def test_an_extent_knows_its_file_and_its_whole_line():
    extent = next(iter(parse("a\n  b c", "x.ps1").ast.end_block.statements[1:])).extent
    assert extent.file == "x.ps1"
    assert extent.start_line_text == "  b c"


def test_extents_are_equal_when_they_cover_the_same_range_of_one_source():
    source = Source("abc")
    assert Extent(source, 1, 2) == Extent(source, 1, 2)
    assert Extent(source, 1, 2) != Extent(Source("abc"), 1, 2)
    assert hash(Extent(source, 1, 2)) == hash(Extent(source, 1, 2))


SCRIPT = """
param([Parameter(Mandatory)][string[]] $Name = @('a', "b$(1 + $x.y)"), [switch]$Force)
function Get-It { begin { $i = 0 } process { foreach ($n in 1..3) { $i += $n * 2 -shl 1 } } end { $i } }
class A : B { [int] $x = 5; static [string] M([int]$a) { return "$a" } A() { } }
try { Get-VM @args -Name:$Name[0] 2>&1 | ? { $_.State -eq 'Off' -and !$Force } }
catch [X] { throw } finally { }
switch -regex ($Name) { '^a' { continue } default { $h = @{ a = 1; 'b' = { $_ } } } }
$env:Path, ${a b} = [System.Collections.Generic.List[int]]::new().ToArray(), (,1)
"""


def test_children_lie_inside_their_parents_and_do_not_overlap():
    result = parse(SCRIPT)
    assert result.errors == ()
    for node in result.ast.walk():
        end = 0
        for child in node.children():
            if EMPTY_EXTENT in (child.extent, node.extent) or child.kind == "NamedBlockAst":
                continue
            assert node.extent.start_offset <= child.extent.start_offset, (node, child)
            assert child.extent.end_offset <= node.extent.end_offset, (node, child)
            assert child.extent.start_offset >= end, (node, child)
            end = child.extent.end_offset


def test_every_node_has_one_parent():
    tree = parse(SCRIPT).ast
    parents = tree.parents()
    assert tree not in parents
    assert all(node in parents for node in tree.walk() if node is not tree)
