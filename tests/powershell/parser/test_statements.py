import pytest

from emulator.powershell.parser import dump, parse
from emulator.powershell.parser.ast import TrapStatementAst


def tree(text: str) -> str:
    result = parse(text)
    assert result.errors == ()
    return " ".join(dump(statement) for statement in result.ast.end_block.statements)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("if ($a) {1}", "(If [[$a (StatementBlock [1])]])"),
        (
            "if(1){2}elseif(3){4}\nelse\n{5}",
            "(If [[1 (StatementBlock [2])] [3 (StatementBlock [4])]] (StatementBlock [5]))",
        ),
        ("IF (1) {2} # x\n ELSE {3}", "(If [[1 (StatementBlock [2])]] (StatementBlock [3]))"),
        ("while ($a) { b }", "(While $a (StatementBlock [(Pipeline [(Command [b])])]))"),
        ("do { 1 } while ($a)", "(DoWhile $a (StatementBlock [1]))"),
        ("do { 1 }\nuntil ($a)", "(DoUntil $a (StatementBlock [1]))"),
        (
            "for ($i=0; $i -lt 3; $i++) {1}",
            "(For (Binary $i Ilt 3) (StatementBlock [1]) (Assignment $i Equals 0) (Unary "
            "PostfixPlusPlus $i))",
        ),
        ("for (;;) {1}", "(For (StatementBlock [1]))"),
        ("for (\n;\n;\n) {1}", "(For (StatementBlock [1]))"),
        ("foreach ($i in 1..3) {$i}", "(ForEach (Binary 1 DotDot 3) (StatementBlock [$i]) $i)"),
        ("foreach ($i in a b) {$i}", "(ForEach (Pipeline [(Command [a b])]) (StatementBlock [$i]) $i)"),
        (":x foreach ($i in 1) { break x }", "(ForEach 'x' 1 (StatementBlock [(Break x)]) $i)"),
        (":x\nwhile (1) { continue x }", "(While 'x' 1 (StatementBlock [(Continue x)]))"),
        ("while (1) { break $a; continue }", "(While 1 (StatementBlock [(Break $a) (Continue)]))"),
        ("return", "(Return)"),
        ("return 1, 2", "(Return (ArrayLiteral [1 2]))"),
        ("throw 'x'", "(Throw 'x')"),
        ("exit 3", "(Exit 3)"),
        ("exit $a", "(Exit $a)"),
        ("try {1} catch {2}", "(Try (StatementBlock [1]) [(CatchClause (StatementBlock [2]))])"),
        (
            "try {1} catch [A], [B.C] {2} catch {3} finally {4}",
            "(Try (StatementBlock [1]) [(CatchClause [[A] [B.C]] (StatementBlock [2])) (CatchClause "
            "(StatementBlock [3]))] (StatementBlock [4]))",
        ),
        ("try {1}\nfinally\n{2}", "(Try (StatementBlock [1]) (StatementBlock [2]))"),
        (
            "switch ($a) { 1 {2} 'b' {3} default {4} }",
            "(Switch $a [[1 (StatementBlock [2])] ['b' (StatementBlock [3])]] (StatementBlock [4]))",
        ),
        (
            'switch -regex ($x) { "a" {1} default {2} }',
            '(Switch $x {regex} [["a" (StatementBlock [1])]] (StatementBlock [2]))',
        ),
        (
            "switch -wildcard -case ($x) { a* {1}; {$_} {2} }",
            "(Switch $x {casesensitive wildcard} [[a* (StatementBlock [1])] [(ScriptBlockExpression "
            "(ScriptBlock (NamedBlock End [$_] unnamed))) (StatementBlock [2])]])",
        ),
        ("switch -regex -wildcard -exact (1) { 1 {} }", "(Switch 1 {exact} [[1 (StatementBlock)]])"),
        (
            "switch -file a.txt { b {1} }",
            "(Switch a.txt {file} [[b (StatementBlock [1])]])",
        ),
        (":l switch (1) { 1 { break l } }", "(Switch 'l' 1 [[1 (StatementBlock [(Break l)])]])"),
        ("data { 'x' }", "(Data (StatementBlock ['x']))"),
        (
            "data D -SupportedCommand a, b { a }",
            "(Data 'D' [a b] (StatementBlock [(Pipeline [(Command [a])])]))",
        ),
        ("if (1) {2} 3", "(If [[1 (StatementBlock [2])]]) 3"),
        ("a; ; b\n\n;c", "(Pipeline [(Command [a])]) (Pipeline [(Command [b])]) (Pipeline [(Command [c])])"),
        ("'a' # c\n<# d\n #> 'b'", "'a' 'b'"),
    ],
)
def test_a_statement_becomes_the_tree_of_its_parts(text, expected):
    assert tree(text) == expected


def test_what_follows_a_block_needs_no_separator():
    assert tree("try { 1 } catch { return $false } -and\n 2").endswith("(Pipeline [(Command [-and])]) 2")


def test_traps_are_kept_apart_from_statements():
    block = parse("1; trap [X] { 2 }; 3").ast.end_block
    assert [dump(statement) for statement in block.statements] == ["1", "3"]
    (trap,) = block.traps
    assert isinstance(trap, TrapStatementAst)
    assert dump(trap) == "(Trap [X] (StatementBlock [2]))"


def test_workflow_blocks_are_statements_of_their_own():
    text = (
        "workflow w { parallel { sequence { a } }; inlinescript { b }\n foreach -parallel ($x in 1) { c } }"
    )
    result = parse(text)
    assert result.errors == ()
    assert "(Block Parallel (StatementBlock [(Block Sequence (StatementBlock" in dump(result.ast)
    assert "(Command [inlinescript (ScriptBlockExpression" in dump(result.ast)
    assert "$x is_parallel" in dump(result.ast)


@pytest.mark.parametrize("text", ["parallel { a }", "foreach -parallel ($x in 1) { c }"])
def test_workflow_constructs_are_errors_elsewhere(text):
    assert [error.error_id for error in parse(text).errors] in [
        ["UnexpectedKeyword"],
        ["ParallelNotSupported"],
    ]
