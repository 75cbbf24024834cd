import pytest

from emulator.powershell.parser import TokenKind, parse
from emulator.powershell.parser.tokens import tokenize


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
                ("Identifier", "[int]"),
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
