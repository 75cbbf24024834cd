import pytest

from emulator.powershell.parser import dump, parse


def tree(text: str) -> str:
    result = parse(text)
    assert result.errors == ()
    return " ".join(dump(statement) for statement in result.ast.end_block.statements)


def command(text: str) -> str:
    found = tree(text)
    assert found.startswith("(Pipeline [(Command ")
    return found.removeprefix("(Pipeline [(Command ").removesuffix(")])")


@pytest.mark.parametrize(
    ("text", "elements"),
    [
        ("Get-VM", "[Get-VM]"),
        ("Hyper-V\\Get-VM x", "[Hyper-V\\Get-VM x]"),
        ("echo 1..3", "[echo 1..3]"),
        ("echo [int]::MaxValue", "[echo [int]::MaxValue]"),
        ("echo [ x", "[echo [ x]"),
        ("test($x)", "[test (Paren $x)]"),
        ("select Id, Name", "[select (ArrayLiteral [Id Name])]"),
        ("select Id ,`\n Name x", "[select (ArrayLiteral [Id Name]) x]"),
        ("a b,c,d e", "[a (ArrayLiteral [b c d]) e]"),
        ("a -b c", "[a (CommandParameter 'b') c]"),
        ("a -b:c", "[a (CommandParameter 'b' c)]"),
        ("a -b: $c", "[a (CommandParameter 'b' $c)]"),
        ("a -b:1,2", "[a (CommandParameter 'b' (ArrayLiteral [1 2]))]"),
        ("a -b=c", "[a (CommandParameter 'b=c')]"),
        ("a -b.c", "[a (CommandParameter 'b') .c]"),
        ("a --x=y", "[a --x=y]"),
        ("a -- -b --", "[a (CommandParameter '-') -b --]"),
        ("a -b'c'", "[a -bc]"),
        ("a - -5 +5", "[a - -5 +5]"),
        ("a 5 4kb 0x10 1.5 5x 1.2.3.4 10-20", "[a 5 4096 16 1.5:double 5x 1.2.3.4 10-20]"),
        (
            "a 99999999999999999999999999d8 0xFFFFFFFFFFFFFFFFF",
            "[a 99999999999999999999999999d8 0xFFFFFFFFFFFFFFFFF]",
        ),
        ("./x.ps1", "[./x.ps1]"),
        ("..\\x.ps1 .", "[..\\x.ps1 .]"),
        ("a *.txt *", "[a *.txt *]"),
        ("a ?x %y% = +=", "[a ?x %y% = +=]"),
        ("a /b:c", "[a /b:c]"),
        ("a http://x/y?z=1#q", "[a http://x/y?z=1#q]"),
        ("a #b", "[a]"),
        ("a b#c", "[a b#c]"),
        ("a @b", "[a @b]"),
        ("a $b.c.d($e)[0]", "[a (Index (InvokeMember (Member $b c) d [$e]) 0)]"),
        ("a $b::c", "[a (Member $b c static)]"),
        ("a $b. c", "[a $b . c]"),
        ("a (b).c", "[a (Member (Paren (Pipeline [(Command [b])])) c)]"),
        ("a 'x'.Length", "[a (Member 'x' Length)]"),
        ("a $b\\c", "[a (ExpandableString '$b\\\\c' bare_word [$b] ['' '\\\\c'])]"),
        ("a $b-$c", "[a (ExpandableString '$b-$c' bare_word [$b $c] ['' '-' ''])]"),
        ("a x$(1)y", "[a (ExpandableString 'x$(1)y' bare_word [(Sub (StatementBlock [1]))] ['x' 'y'])]"),
        ("a b\"c $d\"'e'", "[a (ExpandableString 'bc $de' bare_word [$d] ['bc ' 'e'])]"),
        ("a b`tc` d", "[a b\tc d]"),
        ("Get-`Item x", "[Get-Item x]"),
        ("a $", "[a $]"),
        ("a $env:X\\$y:z", "[a (ExpandableString '$env:X\\\\$y:z' bare_word [$env:X $y:z] ['' '\\\\' ''])]"),
        ("a ${b c}", "[a $b c]"),
        ("a ${b}c", "[a (ExpandableString '${b}c' bare_word [$b] ['' 'c'])]"),
        ("a $using:b.c", "[a (Using (Member $b c))]"),
        (
            "a @(1) @{b=2} { 3 } $(4)",
            "[a (Array (StatementBlock [1])) (Hashtable [[b 2]]) "
            "(ScriptBlockExpression (ScriptBlock (NamedBlock End [3] unnamed))) (Sub (StatementBlock [4]))]",
        ),
        (
            "a{b}",
            "[a (ScriptBlockExpression (ScriptBlock (NamedBlock End [(Pipeline [(Command [b])])] unnamed)))]",
        ),
        ('cmd --% /c "a | b" %X% $y', '[cmd --% /c "a | b" %X% $y]'),
        ("& $a b", "[$a b] Ampersand"),
        ("& 'a b' c", "['a b' c] Ampersand"),
        ("&$a.b c", "[(Member $a b) c] Ampersand"),
        (". .\\a.ps1", "[.\\a.ps1] Dot"),
        (".$a", "[$a] Dot"),
        ("if2 a", "[if2 a]"),
        ("foreach-object a", "[foreach-object a]"),
        ("77z.exe a", "[77z.exe a]"),
        ("-foo a", "[-foo a]"),
        ("% { $_ }", "[% (ScriptBlockExpression (ScriptBlock (NamedBlock End [$_] unnamed)))]"),
        ("a\u00a0b", "[a b]"),
    ],
)
def test_a_command_line_is_split_in_command_mode(text, elements):
    assert command(text) == elements


@pytest.mark.parametrize(
    ("text", "redirections"),
    [
        ("a > b", "(FileRedirection output b)"),
        ("a >> $b", "(FileRedirection output $b append)"),
        ("a 2> b", "(FileRedirection error b)"),
        ("a 3>>b", "(FileRedirection warning b append)"),
        ("a *> $null", "(FileRedirection all $null)"),
        ("a 2>&1", "(MergingRedirection error output)"),
        ("a *>&1", "(MergingRedirection all output)"),
        ("a 6>&1 > b", "(MergingRedirection information output) (FileRedirection output b)"),
    ],
)
def test_a_redirection_names_its_stream_and_target(text, redirections):
    assert command(text) == f"[{redirections}] [a]"


def test_an_expression_can_be_redirected():
    assert tree("$a > b") == "(Pipeline [(CommandExpression [(FileRedirection output b)] $a)])"


def test_a_redirection_sign_inside_a_word_belongs_to_the_word():
    assert command("a b>c") == "[a b>c]"


@pytest.mark.parametrize("text", ["a | b | c", "a |\n b | # comment\n c", "a |`\n b |\n\n<# x #> c", "a|b|c"])
def test_a_pipeline_goes_on_after_its_sign(text):
    assert tree(text) == "(Pipeline [(Command [a]) (Command [b]) (Command [c])])"


def test_an_expression_may_begin_a_pipeline():
    assert tree("1,2 | a") == "(Pipeline [(CommandExpression (ArrayLiteral [1 2])) (Command [a])])"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("$a = b", "(Assignment $a Equals (Pipeline [(Command [b])]))"),
        ("$a += 1", "(Assignment $a PlusEquals 1)"),
        ("$a =0", "(Assignment $a Equals 0)"),
        ("$a, $b = 1, 2", "(Assignment (ArrayLiteral [$a $b]) Equals (ArrayLiteral [1 2]))"),
        ("[int]$a = 5", "(Assignment (Convert [int] $a) Equals 5)"),
        ("$a = $b = 3", "(Assignment $a Equals (Assignment $b Equals 3))"),
        ("$a.b[0] -= 1", "(Assignment (Index (Member $a b) 0) MinusEquals 1)"),
        (
            "$a = if ($b) {1} else {2}",
            "(Assignment $a Equals (If [[$b (StatementBlock [1])]] (StatementBlock [2])))",
        ),
        ("$a = foreach ($b in 1) {$b}", "(Assignment $a Equals (ForEach 1 (StatementBlock [$b]) $b))"),
        ("$a =\n 1", "(Assignment $a Equals 1)"),
        ("$env:a = 'b'", "(Assignment $env:a Equals 'b')"),
        (
            "[ValidateRange(1,2)][int]$a = 1",
            "(Assignment (Attributed (Attribute ValidateRange [1 2]) (Convert [int] $a)) Equals 1)",
        ),
    ],
)
def test_an_assignment_takes_any_statement_on_its_right(text, expected):
    assert tree(text) == expected


def test_chains_of_pipelines_need_powershell_7():
    chained = parse("a && b || c", language_version=(7, 0))
    assert chained.errors == ()
    assert dump(chained.ast.end_block.statements[0]) == (
        "(PipelineChain (PipelineChain (Pipeline [(Command [a])]) AndAnd (Pipeline [(Command [b])])) "
        "OrOr (Pipeline [(Command [c])]))"
    )
    (error,) = parse("a && b").errors
    assert error.error_id == "InvalidEndOfLine"
    assert error.message == "The token '&&' is not a valid statement separator in this version."


def test_a_background_sign_needs_powershell_7():
    assert parse("a &", language_version=(7, 0)).ast.end_block.statements[0].background
    assert [error.error_id for error in parse("a &").errors] == ["AmpersandNotAllowed"]
