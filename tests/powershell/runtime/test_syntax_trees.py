"""[Parser]::ParseInput and syntax trees as scripts see them."""

import pytest

PARSE = "$t = $e = $null; $a = [System.Management.Automation.Language.Parser]::ParseInput({text}, [ref]$t, [ref]$e); "

CASES = [
    ("'if ($x) { Get-Foo -Bar 3 }'", "$a.EndBlock.Statements[0].Clauses[0].Item1.Extent.Text", ["$x"]),
    (
        "'if ($x) { Get-Foo -Bar 3 }'",
        "$a.FindAll({ $args[0] -is [System.Management.Automation.Language.CommandAst] }, $true)[0].GetCommandName()",
        ["Get-Foo"],
    ),
    (
        "'1 + 2'",
        "$a.EndBlock.Statements[0].PipelineElements[0].Expression.Operator; $t[0].Kind",
        ["Plus", "Number"],
    ),
    ("'1 +'", "$e.Count; $e[0].ErrorId; $e[0].Extent.StartOffset", ["1", "ExpectedValueExpression", "3"]),
    (
        "'$x'",
        "$a.EndBlock.Statements[0].Parent.GetType().Name; $null -eq $a.Parent",
        ["NamedBlockAst", "True"],
    ),
    ("'function f($a) { }'", "$a.EndBlock.Statements[0].Parameters[0].Name.VariablePath.UserPath", ["a"]),
    ("'class A { [No]$x }'", "$e.ErrorId", ["TypeNotFound"]),
    ("'1,2'", "$a.GetScriptBlock().Invoke()", ["1", "2"]),
    ("'@(1)'", "$a.EndBlock.Statements[0].PipelineElements[0].Expression.SafeGetValue()", ["1"]),
]


@pytest.mark.parametrize(("text", "script", "expected"), CASES)
def test_a_tree_shows_the_properties_of_its_nodes(shell, text, script, expected):
    assert shell.texts(PARSE.replace("{text}", text) + script) == expected


def test_the_tokenizer_of_powershell_2(shell):
    script = "$e = $null; [System.Management.Automation.PSParser]::Tokenize('Get-Item $x', [ref]$e) | % { $_.Type }"
    assert shell.texts(script) == ["Command", "Variable"]


def test_a_script_block_of_a_text_that_does_not_parse(shell):
    script = "try { [scriptblock]::Create('1 +') } catch { $_.Exception.InnerException.ErrorRecord.FullyQualifiedErrorId }"
    assert shell.texts(script) == ["ExpectedValueExpression"]


TOKEN_CASES = [
    (
        "'[int]$a = 1'",
        "$t.Kind",
        ["LBracket", "Identifier", "RBracket", "Variable", "Equals", "Number", "EndOfInput"],
    ),
    (
        "'foo -Bar:1'",
        "$t[1].GetType().Name; $t[1].ParameterName; $t[1].UsedColon",
        ["ParameterToken", "Bar", "True"],
    ),
    ("'$script:a'", "$t[0].Name; $t[0].VariablePath.IsScript", ["a", "True"]),
    ("'1kb'", "$t[0].Value + 1", ["1025"]),
    ("'echo \"a $b\"'", "$t[1].Value; $t[1].NestedTokens[0].Name", ["a $b", "b"]),
    ("'a 2>&1 >> x'", "$t[1].FromStream; $t[1].ToStream; $t[2].Append", ["Error", "Output", "True"]),
    ("'default'", "$t[0].Kind; $t[0].TokenFlags", ["Default", "CommandName"]),
    ("'if (1) {}'", "$t[0].TokenFlags", ["Keyword, StatementDoesntSupportAttributes"]),
    ("'1 -ceq 2'", "$t[1].TokenFlags", ["BinaryPrecedenceComparison, BinaryOperator, CaseSensitiveOperator"]),
    ("'a'", "$t[-1].ToString()", ["<eof>"]),
    ("'switch -File a'", "$a.EndBlock.Statements[0].Flags['file'].Item1.Text", ["-File"]),
    (
        "'$x ='",
        "$e[0].ToString() -replace '\\r', ''",
        [
            "At line:1 char:5\n+ $x =\n+     ~\nYou must provide a value expression following the '=' operator."
        ],
    ),
]


@pytest.mark.parametrize(("text", "script", "expected"), TOKEN_CASES)
def test_tokens_and_errors_show_what_they_know(shell, text, script, expected):
    assert shell.texts(PARSE.replace("{text}", text) + script) == expected


def test_the_tokenizer_of_powershell_2_shows_types_members_and_contents(shell):
    script = (
        "$e = $null; [System.Management.Automation.PSParser]::Tokenize('[int]$a.b + \"c\"', [ref]$e) | "
        '% { "$($_.Type) $($_.Content)" }'
    )
    assert shell.texts(script) == [
        "Operator [",
        "Type int",
        "Operator ]",
        "Variable a",
        "Operator .",
        "Member b",
        "Operator +",
        "String c",
    ]


def test_a_parallel_loop_has_its_flag(shell):
    assert shell.texts(
        "$e = $null; $ast = [System.Management.Automation.Language.Parser]::ParseInput("
        "'foreach -parallel ($a in 1) { }; foreach ($a in 1) { }', [ref]$null, [ref]$e); $ast.EndBlock.Statements.Flags"
    ) == ["Parallel", "None"]
