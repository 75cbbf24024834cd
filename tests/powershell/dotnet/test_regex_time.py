"""Searches end: a pattern that could be tried in endlessly many ways is stopped, and holds up nobody."""

from __future__ import annotations

import time

import pytest

from emulator.powershell.dotnet import regex as regular
from emulator.powershell.dotnet.regex import Regex, TimedOut, like, regex

#: Patterns and texts on which an engine that backtracks needs years.
ENDLESS = [
    (r"^(([a-z])+.)+[A-Z]([a-z])+$", "a" * 60),
    (r"^(a|a)*$", "a" * 60 + "!"),
    (r"(a|aa)+$", "a" * 60 + "!"),
    (r"(x+x+)+y", "x" * 60),
    (r".*.*.*.*.*.*=.*;", "a" * 3000),
    (r"(?:a?){60}a{60}b", "a" * 60),
    (r"a*b", "a" * 400_000),
]


@pytest.mark.parametrize(("pattern", "text"), ENDLESS)
@pytest.mark.usefixtures("shell")  # it has loaded the exceptions
def test_a_search_ends_with_its_answer_or_with_a_time_out(pattern, text, monkeypatch):
    monkeypatch.setattr(regular, "SECONDS", 0.5)
    started = time.process_time()
    for search in (Regex.search, Regex.matches, lambda one, it: one.replaced(it, lambda found: found[0])):
        try:
            assert search(Regex(pattern), text) in (None, [], text)
        except TimedOut:
            continue
    assert time.process_time() - started < 20


def test_a_script_gets_the_exception_of_dotnet(shell, monkeypatch):
    monkeypatch.setattr(regular, "SECONDS", 0.1)
    script = "try { [regex]::IsMatch('xy' * 50000, 'x.*y.*z.*x.*q') } catch { $_.FullyQualifiedErrorId }"
    assert shell.texts(script) == ["RegexMatchTimeoutException"]
    assert shell.texts(
        "try { ('xy' * 50000) -match 'x.*y.*z.*x.*q' } catch { $_.Exception.GetType().Name }"
    ) == ["RegexMatchTimeoutException"]


SAME = [
    (r"(\w+)\s*=\s*(.*?)\s*;\s*(\w*)", "name = some value ; rest " * 40),
    (r"(?<key>\w+):(?<value>[^,]*),?", "a:1,b:22,c:333," * 30),
    (r"^(?:(\d+)-)*(\d+)$", "1-22-333-4444-55555"),
    (r"(a|b)*c{x}", "ababc{x} abc"),
    (r"(?i)(ß|ss)+$", "STRASSE ß"),
    (r"[[:alpha:]]+(x*)*", "[:alp]: xx"),
    (r"(\b|x)*", "ax xx b"),
    (r"(?m)^(\s*)*$", "a\n\n b\n"),
]


@pytest.mark.parametrize(("pattern", "text"), SAME)
def test_both_engines_find_the_same(pattern, text):
    quick, other = regex(pattern), Regex(pattern, regular.IGNORE_CASE)
    other._nested = True  # as if it were dangerous
    found = [[each.span(group) for group in range(len(each.groups()) + 1)] for each in other.matches(text)]
    expected = [
        [each.span(group) for group in range(len(each.groups()) + 1)]
        for each in quick._compiled.finditer(text)
    ]
    assert found == expected
    assert other.replaced(text, lambda each: f"<{each[0]}>", 3) == quick._compiled.sub(
        lambda each: f"<{each[0]}>", text, 3
    )


def test_wildcards_try_no_place_twice():
    started = time.process_time()
    assert not like("a" * 20_000, "*a" * 40 + "*b")
    assert like("a" * 20_000 + "b", "*a" * 40 + "*b")
    assert time.process_time() - started < 10


@pytest.mark.parametrize(
    ("text", "pattern", "expected"),
    [
        ("abcabd", "*ab?", True),
        ("abcabd", "a*c*d", True),
        ("abcabd", "*c*c*", False),
        ("aab", "*a*ab", True),
        ("aab", "*aab*b", False),
        ("x", "*", True),
        ("", "*", True),
        ("line\nline", "l*e", True),
        ("a[1]", "a`[1`]", True),
        ("b2", "[a-c][!2]", True),
        ("ABC", "a*?c", True),
        ("abbb", "a*b[b]b", True),
    ],
)
def test_wildcards_match_whole_texts(text, pattern, expected):
    assert like(text, pattern) is expected


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        ("[a&&b]", "&", True),
        ("[+--]", ",", True),
        ("[|||]", "|", True),
        ("[~~]", "~", True),
        ("[a-c--]", "-", True),
    ],
)
def test_sets_have_no_operations(pattern, text, expected):
    assert (regex(pattern).search(text) is not None) is expected
