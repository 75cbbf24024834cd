"""Set-PSDebug: what is shown of the lines that run, and how it ends."""

from __future__ import annotations

import pytest

from tests.powershell.modules.console_session import ConsoleSession


@pytest.fixture
def session() -> ConsoleSession:
    return ConsoleSession()


def _traced(session: ConsoleSession, script: str) -> list[str]:
    """The debug lines of a script that must not fail; tracing is off afterwards."""
    result = session.runspace.run(script)
    assert not result.errors
    assert result.failure is None
    session.values("Set-PSDebug -Off")
    return [one.message for one in result.streams.debugs]


def test_level_2_shows_lines_and_assignments(session):
    # The example of the documentation.
    line = "Set-PSDebug -Trace 2; foreach ($i in 1..2) {$i}"
    assert _traced(session, line) == [
        "   1+ Set-PSDebug -Trace 2; foreach ($i in  >>>> 1..2) {$i}",
        "    ! SET $foreach = 'IEnumerator'.",
        "   1+ Set-PSDebug -Trace 2; foreach ( >>>> $i in 1..2) {$i}",
        "    ! SET $i = '1'.",
        "   1+ Set-PSDebug -Trace 2; foreach ($i in 1..2) { >>>> $i}",
        "   1+ Set-PSDebug -Trace 2; foreach ( >>>> $i in 1..2) {$i}",
        "    ! SET $i = '2'.",
        "   1+ Set-PSDebug -Trace 2; foreach ($i in 1..2) { >>>> $i}",
        "   1+ Set-PSDebug -Trace 2; foreach ( >>>> $i in 1..2) {$i}",
        "    ! SET $foreach = ''.",
    ]


def test_level_1_shows_lines_only_and_the_end_of_functions(session):
    script = "function f($a) {\n  if ($a) { return 'big' }\n  $a\n}\nSet-PSDebug -Trace 1\n$x = f 0"
    assert _traced(session, script) == [
        "   6+  >>>> $x = f 0",
        "   2+   if ( >>>> $a) { return 'big' }",
        "   3+    >>>> $a",
        "   4+  >>>> }",
    ]


@pytest.mark.parametrize(
    ("statement", "lines"),
    [
        ("while ($n -lt 1) { $n++ }", ["while ( >>>> $n -lt 1)", "{ >>>> $n++ }", "while ( >>>> $n -lt 1)"]),
        (
            "for ($n = 0; $n -lt 1; $n++) { }",
            ["for ( >>>> $n = 0;", "; >>>> $n -lt 1", " >>>> $n++)", "; >>>> $n -lt 1"],
        ),
        ("switch (1) { 1 { 'one' } }", ["switch ( >>>> 1)", "{ >>>> 'one'"]),
        ("1 | ForEach-Object { $_ }", [" >>>> 1 | ForEach-Object", "{  >>>> $_ }", "$_  >>>> }"]),
    ],
)
def test_the_parts_of_a_statement_are_shown_as_they_run(session, statement, lines):
    found = _traced(session, f"$n = 0; Set-PSDebug -Trace 1; {statement}")
    assert len(found) == len(lines)
    for one, part in zip(found, lines, strict=True):
        assert part.replace(" ", "") in one.replace(" ", "")


def test_calls_say_where_a_function_is_defined_and_values_are_cut(session):
    session.values("Set-Content C:\\f.ps1 'function g { 1 }; g'")
    found = _traced(session, "Set-PSDebug -Trace 2; . C:\\f.ps1; $long = 'x' * 99")
    assert "    ! CALL function 'g'  (defined in file 'C:\\f.ps1')" in found
    assert f"    ! SET $long = '{'x' * 56}...'." in found


def test_nothing_redirects_what_is_shown(session):
    assert session.values("$all = & { Set-PSDebug -Trace 1; 1 } 5>&1; Set-PSDebug -Off; $all") == [1]


def test_strict_is_for_every_scope_until_it_is_off(session):
    script = "Set-PSDebug -Strict; & { $never }"
    assert (
        session.error(script)[2] == "The variable '$never' cannot be retrieved because it has not been set."
    )
    assert session.values("Set-PSDebug -Off; $null -eq $never") == [True]


def test_a_step_needs_a_user(session):
    assert session.error("Set-PSDebug -Step; 7")[2] == (
        "Windows PowerShell is in NonInteractive mode. Read and Prompt functionality is not available."
    )
    assert session.values("8") == [8]


def test_a_level_beyond_2_is_refused(session):
    assert session.error("Set-PSDebug -Trace 3")[2] == (
        "Cannot validate argument on parameter 'Trace'. The 3 argument is greater than the maximum allowed range of 2. "
        "Supply an argument that is less than or equal to 2 and then try the command again."
    )
