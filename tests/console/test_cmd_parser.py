"""How cmd.exe reads a command line."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emulator.console.cmd.expansion import expand, replace_for_variable
from emulator.console.cmd.parser import parse
from emulator.console.cmd.syntax import (
    Block,
    Command,
    CommandSyntaxError,
    For,
    If,
    Pipeline,
    Redirection,
    Sequence,
)


def command(name: str, tail: str = "", *redirections: Redirection) -> Command:
    return Command(name, tail, redirections)


ONE, TWO = command("a"), command("b")

LINES = {
    "echo  two blanks": command("echo", "  two blanks"),
    "a&b": Sequence(ONE, "&", TWO),
    "a && b": Sequence(command("a", " "), "&&", TWO),
    "a||b": Sequence(ONE, "||", TWO),
    "a|b": Pipeline(ONE, TWO),
    "@a": ONE,
    "(a)": Block(ONE),
    "(a&b)>x": Block(Sequence(ONE, "&", TWO), (Redirection(1, ">", "x"),)),
    'echo "a & b" c': command("echo", ' "a & b" c'),
    "echo a ^& b": command("echo", " a & b"),
    "echo a>>f": command("echo", " a", Redirection(1, ">>", "f")),
    'echo a >> "my file.txt"': command("echo", " a ", Redirection(1, ">>", '"my file.txt"')),
    "echo err 1>&2": command("echo", " err ", Redirection(1, ">", "&2")),
    "echo a2>f": command("echo", " a2", Redirection(1, ">", "f")),
    "a 2>nul": command("a", " ", Redirection(2, ">", "nul")),
    "sort<f": command("sort", "", Redirection(0, "<", "f")),
    ">f echo a": command("echo", " a", Redirection(1, ">", "f")),
    "rem a & b | c": command("rem", " a & b | c"),
    "if exist f a": If("exist", "f", "", False, False, ONE, None),
    "if not a==b (a) else (b)": If("==", "a", "b", True, False, Block(ONE), Block(TWO)),
    'if /i "x"=="X" a': If("==", '"x"', '"X"', False, True, ONE, None),
    "if 1 lss 2 a&b": If("lss", "1", "2", False, False, Sequence(ONE, "&", TWO), None),
    "for %i in (1 2) do a": For("", "", "i", "1 2", ONE),
    'for /f "tokens=1" %i in (f) do a': For("/f", "tokens=1", "i", "f", ONE),
    "": None,
    "   ": None,
}


@pytest.mark.parametrize("line", LINES)
def test_a_line_becomes_this_tree(line):
    assert parse(line) == LINES[line]


@pytest.mark.parametrize(
    "line", ["& a", "a &&", "a |", "a >", "(a", "a || && b", "if", "for %i in (1 do a", "if a", "if exist f"]
)
def test_what_cmd_refuses_is_a_syntax_error(line):
    with pytest.raises(CommandSyntaxError):
        parse(line)


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet='ab %"^&|<>()12@\n ifor', max_size=60))
def test_any_text_is_a_tree_or_a_syntax_error(text):
    with contextlib.suppress(CommandSyntaxError):
        parse(text)


def test_nesting_is_bounded():
    with pytest.raises(CommandSyntaxError):
        parse("(" * 5000 + "a" + ")" * 5000)


VARIABLES = {"NAME": "value", "PATH": "C:\\a;C:\\b"}

EXPANSIONS = {
    "%NAME%": "value",
    "%name%!": "value!",
    "%NOSUCH%": "%NOSUCH%",
    "100%": "100%",
    "%NOSUCH%NAME%": "%NOSUCHvalue",
    "%NAME:al=AL%": "vALue",
    "%NAME:~1,3%": "alu",
    "%NAME:~-2%": "ue",
    "%NAME:~0,-1%": "valu",
    "%PATH:*;=%": "C:\\b",
    "%%": "%%",
}


@pytest.mark.parametrize("text", EXPANSIONS)
def test_percent_variables_expand_on_a_command_line(text):
    assert expand(text, lambda name: VARIABLES.get(name.upper())) == EXPANSIONS[text]


def test_a_batch_file_has_arguments_and_drops_undefined_names():
    arguments = ["x.cmd", "one", '"two words"']
    assert (
        expand("%1 %~2 %3. %* 5%% %NOSUCH%.", lambda _: None, arguments)
        == 'one two words . one "two words" 5% .'
    )


def test_the_variable_of_a_for_loop_is_filled_in_with_modifiers():
    assert replace_for_variable("%i %~ni %~xi %~dpi %%i %j", "i", "C:\\x\\file.txt") == (
        "C:\\x\\file.txt file .txt C:\\x\\ C:\\x\\file.txt %j"
    )


def test_many_blanks_after_for_cost_no_backtracking():
    with pytest.raises(CommandSyntaxError):
        parse("for" + " " * 8000 + "x")
