import gc
import sys
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emulator.powershell.parser import ParseResult, dump, parse, parse_cached
from emulator.powershell.parser.scanner import MAXIMUM_ERRORS
from emulator.powershell.parser.tokens import tokenize

_SIGNS = "$ ( ) { } [ ] ' \" ` @ # , ; | & < > = + - * / % ! ? . : ~ ^ \\ a 1 _"
_GROUPS = "@{ @( $( ${ <# #> :: .. 2>&1 --% && ?? -eq -not -join -foo -a: $x $a:b @x $_ 's' \"$x\" [int]"
_WORDS = "if else foreach in switch try catch function class enum param using module data configuration"
_MORE_WORDS = "Node return trap do while begin end static hidden base .b .c() 5GB [A()]"
FRAGMENTS = st.sampled_from(
    [
        *_SIGNS.split(),
        *_GROUPS.split(),
        *(word + " " for word in (_WORDS + " " + _MORE_WORDS).split()),
        *(" ", "\t", "\n", "\r", "\r\n", "\0", "`\n", '@"\n', '\n"@', "@'\n", "\n'@"),
        *("\u2018", "\u201d", "\u2013", "\xa0", "\U0001f600"),
    ]
)


@settings(max_examples=400, deadline=2000)
@given(st.lists(FRAGMENTS, max_size=40), st.sampled_from([(2, 0), (4, 0), (5, 1), (7, 4)]))
def test_any_text_gives_a_tree_and_never_raises(parts, version):
    text = "".join(parts)
    result = parse(text, language_version=version)
    assert isinstance(result, ParseResult)
    assert result.ast.extent.text == text
    dump(result.ast)
    for error in result.errors:
        assert 0 <= error.extent.start_offset <= error.extent.end_offset <= len(text)
        assert error.message


@settings(max_examples=150, deadline=2000)
@given(st.lists(FRAGMENTS, max_size=40))
def test_extents_of_any_text_lie_in_it(parts):
    text = "".join(parts)
    for node in parse(text).ast.walk():
        assert 0 <= node.extent.start_offset <= node.extent.end_offset <= len(text)


@settings(max_examples=100, deadline=2000)
@given(st.lists(FRAGMENTS, max_size=30))
def test_tokens_of_any_text_follow_each_other(parts):
    result = parse("".join(parts))
    end = 0
    for token in tokenize(result):
        assert token.extent.start_offset >= end
        end = token.extent.end_offset


@settings(max_examples=100, deadline=2000)
@given(st.text(max_size=200))
def test_text_of_any_characters_never_raises(text):
    parse(text)


@pytest.mark.parametrize(
    ("opening", "closing"),
    [
        ("(", ")"),
        ("{", "}"),
        ("$(", ")"),
        ("@{a=", "}"),
        ("if(1){", "}"),
        ("$a[", "]"),
        ("$a.b(", ")"),
        ("a (", ")"),
        ('"$(', ')"'),
        ("function f{", "}"),
        ("switch(1){1{", "}}"),
        ("try{", "}catch{}"),
        ("!", ""),
        ("[int]!", ""),
        ("$a=", ""),
        ("[a[", "]]"),
    ],
)
def test_nesting_is_bounded_and_sixty_levels_are_fine(opening, closing):
    assert parse(opening * 60 + "1" + closing * 60).errors == () or opening == "[a["
    errors = parse(opening * 5000 + "1" + closing * 5000).errors
    assert errors[-1].error_id == "ScriptTooComplicated"


def test_deep_nesting_on_a_nearly_full_stack_gives_an_error():
    def nested(depth: int) -> ParseResult:
        return parse("(" * 150 + "1" + ")" * 150) if depth == 0 else nested(depth - 1)

    used = len(__import__("inspect").stack(0))
    limit = sys.getrecursionlimit()
    result = nested(limit - used - 60)
    assert [error.error_id for error in result.errors] == ["ScriptTooComplicated"]


@pytest.fixture
def without_collections():
    """A collection walks through what the tests before left, which may be much more than what is measured."""
    gc.disable()
    yield
    gc.enable()


@pytest.mark.usefixtures("without_collections")
@pytest.mark.parametrize(
    "unit",
    [
        *"#\"'` \n[-1|}&@><\\",
        *("<#", "$(", '@"\n', "1+", "${", '"$(', "[a\n", "[a('", "1..", "a ", "`\n", "x=", "$:", "a,"),
        *("'@\n'", 'a"$(b)', "#requires -version 5\n"),
    ],
)
def test_repetitions_take_time_in_proportion_to_their_length(unit):
    def seconds(length):
        started = time.thread_time()
        parsed = parse(unit * (length // len(unit)))
        return time.thread_time() - started, parsed

    # Three times the text; quadratic time would take nine times as long. The rest forgives small figures, and
    # a busy machine gets another try: it makes times longer, never shorter.
    for _ in range(3):
        short, _unused = seconds(20_000)
        long, result = seconds(60_000)
        if long < 6 * short + 0.5:
            break
    assert long < 6 * short + 0.5
    assert len(result.errors) <= MAXIMUM_ERRORS + 1


def test_too_long_a_text_is_refused():
    result = parse("1" * 11, maximum_length=10)
    assert [error.error_id for error in result.errors] == ["ScriptTooComplicated"]
    assert result.ast.end_block.statements == ()


def test_a_long_script_is_read_with_collection_switched_back_on():
    import gc

    result = parse("$a = Get-VM -Name 'x' | Select Name\n" * 4000)
    assert result.errors == ()
    assert len(result.ast.end_block.statements) == 4000
    assert gc.isenabled()


def test_cached_results_are_the_same_object_for_the_same_text():
    assert parse_cached("a b c") is parse_cached("a b c")
    assert parse_cached("a b c") is not parse_cached("a b c", "x.ps1")


def test_the_cache_forgets_the_oldest_texts_and_keeps_no_long_ones():
    first = parse_cached("first")
    for index in range(12):
        parse_cached(f"{index} " + "#" * 60_000)
    assert parse_cached("first") is not first
    long_text = "#" * 200_000
    assert parse_cached(long_text) is not parse_cached(long_text)


def _calls(text: str) -> int:
    """How many functions the parser calls for a text: its work, whatever the machine does meanwhile."""
    count = 0

    def called(_frame: object, event: str, _argument: object) -> None:
        nonlocal count
        count += event in {"call", "c_call"}

    sys.setprofile(called)
    try:
        parse(text)
    finally:
        sys.setprofile(None)
    return count


def test_attributes_before_one_variable_take_work_in_proportion():
    once, twice = _calls("[A()]" * 400 + "$x"), _calls("[A()]" * 800 + "$x")
    assert twice < 2.5 * once


@pytest.mark.usefixtures("without_collections")
@pytest.mark.parametrize(
    "unit",
    [
        "$x = 1 + 2; ",
        "a -b c | d\n",
        '"a $b $(1 + 2)" ',
        "'a' , ",
        "if ($a) { b } ",
        "@'\nx\n'@\n",
        "# c\n<# d #> ",
        "@{ a = 1 }; ",
        "[int]::x.y[0] ",
        "function f { param([int]$a) } ",
        "class A { [int]$x; f() {} }\n",
        "x `\n",
        "} ) ] ",
        "$(",
        '"',
        "'",
        "@'",
        "<#",
        "$x.",
        "a,",
        "[",
        "-",
        "switch (1) { 1 {",
        ":a ",
        "1..",
        "using module x\n",
        "[A()]",
        "[A()]$x; ",
        "elseif ",
    ],
)
def test_twice_the_text_takes_at_most_little_more_than_twice_the_work(unit):
    # A text of open here-strings has as many errors as are looked for at all, so its work is bounded from there on.
    times = 1_500 if unit == "@'" else 250
    once, twice = _calls(unit * times), _calls(unit * times * 2)
    assert twice < 2.5 * once + 2_000
