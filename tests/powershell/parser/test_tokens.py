import pytest

from emulator.powershell.parser import TokenKind, parse
from emulator.powershell.parser.tokens import nested_tokens, tokenize


def kinds(text: str) -> list[tuple[str, str]]:
    return [(token.kind.dotnet_name, token.text) for token in tokenize(parse(text))][:-1]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Get-VM -Name 'x' # c\n",
            [
                ("Generic", "Get-VM"),
                ("Parameter", "-Name"),
                ("StringLiteral", "'x'"),
                ("Comment", "# c"),
                ("NewLine", "\n"),
            ],
        ),
        (
            "if ($a -eq 5) { $b++ }",
            [
                ("If", "if"),
                ("LParen", "("),
                ("Variable", "$a"),
                ("Ieq", "-eq"),
                ("Number", "5"),
                ("RParen", ")"),
                ("LCurly", "{"),
                ("Variable", "$b"),
                ("PlusPlus", "++"),
                ("RCurly", "}"),
            ],
        ),
        (
            '[int]$x = "a $y"; a @z 2>&1 | b',
            [
                ("LBracket", "["),
                ("Identifier", "int"),
                ("RBracket", "]"),
                ("Variable", "$x"),
                ("Equals", "="),
                ("StringExpandable", '"a $y"'),
                ("Semi", ";"),
                ("Identifier", "a"),
                ("SplattedVariable", "@z"),
                ("Redirection", "2>&1"),
                ("Pipe", "|"),
                ("Identifier", "b"),
            ],
        ),
        (
            "function f-g { @{a=1..2} }",
            [
                ("Function", "function"),
                ("Generic", "f-g"),
                ("LCurly", "{"),
                ("AtCurly", "@{"),
                ("Identifier", "a"),
                ("Equals", "="),
                ("Number", "1"),
                ("DotDot", ".."),
                ("Number", "2"),
                ("RCurly", "}"),
                ("RCurly", "}"),
            ],
        ),
        (
            "class A : B { hidden $x; static [int] F() { 1 } }",
            [
                ("Class", "class"),
                ("Identifier", "A"),
                ("Colon", ":"),
                ("Identifier", "B"),
                ("LCurly", "{"),
                ("Hidden", "hidden"),
                ("Variable", "$x"),
                ("Semi", ";"),
                ("Static", "static"),
                ("LBracket", "["),
                ("Identifier", "int"),
                ("RBracket", "]"),
                ("Identifier", "F"),
                ("LParen", "("),
                ("RParen", ")"),
                ("LCurly", "{"),
                ("Number", "1"),
                ("RCurly", "}"),
                ("RCurly", "}"),
            ],
        ),
        # A keyword is one as the name of a command, plain text as an argument, a name as a key or label.
        (
            "in default; @{if = 1}; break while",
            [
                ("In", "in"),
                ("Generic", "default"),
                ("Semi", ";"),
                ("AtCurly", "@{"),
                ("Identifier", "if"),
                ("Equals", "="),
                ("Number", "1"),
                ("RCurly", "}"),
                ("Semi", ";"),
                ("Break", "break"),
                ("Identifier", "while"),
            ],
        ),
        (
            "switch (1) { default {2} }",
            [
                ("Switch", "switch"),
                ("LParen", "("),
                ("Number", "1"),
                ("RParen", ")"),
                ("LCurly", "{"),
                ("Default", "default"),
                ("LCurly", "{"),
                ("Number", "2"),
                ("RCurly", "}"),
                ("RCurly", "}"),
            ],
        ),
    ],
)
def test_tokens_have_the_kinds_of_windows_powershell(text, expected):
    assert kinds(text) == expected


def test_tokens_know_the_role_of_names():
    roles = {token.text: token.role for token in tokenize(parse("Get-VM x; $a.b; $a.c()"))}
    assert (roles["Get-VM"], roles["x"], roles["b"], roles["c"]) == (
        "command",
        "argument",
        "member",
        "method",
    )


@pytest.mark.parametrize(
    ("text", "word", "is_keyword"),
    [("if (1) {}", "if", True), ("in 1", "in", False), ("function in {}", "in", False)],
)
def test_a_word_that_names_something_is_no_keyword(text, word, is_keyword):
    token = next(token for token in tokenize(parse(text)) if token.text == word)
    assert token.is_keyword is is_keyword


def test_a_string_has_the_tokens_of_what_it_expands():
    token = tokenize(parse('"a $b $(1 + $c)"'))[0]
    assert [one.text for one in nested_tokens(token)] == ["$b", "$(", "1", "+", "$c", ")"]


def test_the_last_token_is_the_end_of_input():
    last = tokenize(parse("a "))[-1]
    assert (last.kind, last.extent.start_offset, last.text) == (TokenKind.END_OF_INPUT, 2, "")


def test_token_kinds_carry_the_names_and_numbers_of_dotnet():
    assert (TokenKind.INOTLIKE.dotnet_name, int(TokenKind.INOTLIKE)) == ("Inotlike", 67)
    assert TokenKind.POSTFIX_PLUS_PLUS.dotnet_name == "PostfixPlusPlus"
    assert TokenKind.CEQ.is_case_sensitive
    assert not TokenKind.IEQ.is_case_sensitive


def test_a_result_hands_out_its_tokens():
    assert [token.text for token in parse("a b").tokens] == ["a", "b", ""]
