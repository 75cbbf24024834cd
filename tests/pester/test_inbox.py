"""Pester 3.4.0, which comes with Windows since Server 2016, in ordinary sessions."""

from __future__ import annotations

import re

import pytest

from tests.powershell.modules.console_session import ConsoleSession

FILE = r"""
Describe 'numbers' {
    BeforeEach { $seven = 7 }
    It 'adds' { 1 + 1 | Should Be 2; $seven | Should Not Be 8 }
    It 'fails' { 1 | Should Be 2 }
    Context 'deep' {
        It 'skips' -Skip { }
        It 'is pending' -Pending { }
        It 'case <n>' -TestCases @{ n = 1 }, @{ n = 2 } { param($n) $n | Should BeGreaterThan 0 }
    }
}
"""


@pytest.fixture
def session():
    made = ConsoleSession()
    made.host.filesystem.make_directory("C:\\t", parents=True)
    made.host.filesystem.write("C:\\t\\a.Tests.ps1", FILE.encode())
    made.host.filesystem.write("C:\\t\\code.ps1", b"function f($x) { if ($x) { 'yes' } else { 'no' } }")
    return made


def test_windows_has_it_since_server_2016():
    assert "3.4.0      Pester" in ConsoleSession("windows-server-2016-datacenter").shown(
        "Get-Module Pester -ListAvailable"
    )
    old = ConsoleSession("windows-server-2012r2-datacenter")
    assert old.values("Get-Module Pester -ListAvailable") == []
    assert old.error("Invoke-Pester")[0] == "CommandNotFoundException"


def test_a_run_reports_as_3_4_does(session):
    (result,) = session.values("Invoke-Pester C:\\t -PassThru -OutputFile C:\\t\\out.xml 6> C:\\t\\shown.txt")
    lines = session.shown("Get-Content C:\\t\\shown.txt").split("\n")
    plain = [re.sub(r" \d+m?s$", "", one) for one in lines]
    assert plain[:2] == ["Describing numbers", " [+] adds"]
    assert " [-] fails" in plain
    assert "   Expected: {2}" in plain
    assert "   But was:  {1}" in plain
    assert "   Context deep" in plain
    assert {"    [!] skips", "    [?] is pending", "    [+] case 1", "    [+] case 2"} <= set(plain)
    assert plain[-1] == "Passed: 3 Failed: 1 Skipped: 1 Pending: 1 Inconclusive: 0"
    counts = [
        result.members[one].value for one in ("totalcount", "passedcount", "failedcount", "pendingcount")
    ]
    assert counts == [6, 3, 1, 1]
    rows = session.values(
        '$r = Invoke-Pester C:\\t -PassThru -Quiet; $r.TestResult | ForEach-Object { "$($_.Describe)|$($_.Context)|$($_.Name)|$($_.Result)" }'
    )
    assert rows[1:3] == ["numbers||fails|Failed", "numbers|deep|skips|Skipped"]
    assert session.values("([xml](Get-Content C:\\t\\out.xml)).'test-results'.failures") == ["1"]


def test_names_tags_strict_and_coverage(session):
    assert session.values("(Invoke-Pester C:\\t -TestName nothing -PassThru -Quiet).TotalCount") == [0]
    assert session.values("(Invoke-Pester C:\\t -Strict -PassThru -Quiet).FailedCount") == [3]
    shown = session.values(
        "Set-Content C:\\t\\b.Tests.ps1 '. $PSScriptRoot\\code.ps1; Describe c { It x { f 1 | Should Be yes } }'\n"
        "(Invoke-Pester C:\\t\\b.Tests.ps1 -CodeCoverage C:\\t\\code.ps1 -PassThru -Quiet).CodeCoverage |"
        " ForEach-Object { $_.NumberOfCommandsAnalyzed, $_.NumberOfCommandsExecuted, $_.MissedCommands[0].Command }"
    )
    assert shown == [3, 2, "'no'"]


def test_the_syntax_of_later_versions_is_refused(session):
    script = "(Invoke-Pester C:\\t\\c.Tests.ps1 -PassThru -Quiet).TestResult[0].FailureMessage"
    session.values("Set-Content C:\\t\\c.Tests.ps1 'Describe d { It i { 1 | Should -Be 1 } }'")
    assert session.values(script) == ["'-Be' is not a valid Should operator."]
    assert (
        session.error("1 | Should Be 1")[2] == "The Should command may only be used inside a Describe block."
    )
    assert session.error("New-PesterConfiguration")[0] == "CommandNotFoundException"


MESSAGES = [
    (
        "'abc' | Should Be 'abd'",
        "String lengths are both 3. Strings differ at index 2.\nExpected: {abd}\nBut was:  {abc}\n-------------^",
    ),
    ("'a' | Should BeNullOrEmpty", "Expected: value to be empty but it was {a}"),
    ("'a' | Should Not Match 'A'", "Expected: a to not match the expression A"),
    ("5 | Should BeOfType string", "Expected: 5 to be of type [string]"),
    ("{ } | Should Throw", "Expected: the expression to throw an exception"),
    ("'C:\\none' | Should Exist", "Expected: {C:\\none} to exist"),
    ("'C:\\t\\code.ps1' | Should Contain 'zzz'", "Expected: file {C:\\t\\code.ps1} to contain {zzz}"),
    ("3 | Should BeLessThan 2", "Expected {3} to be less than {2}"),
]


@pytest.mark.parametrize(("assertion", "message"), MESSAGES)
def test_assertions_say_what_3_4_says(session, assertion, message):
    session.host.filesystem.write("C:\\t\\m.Tests.ps1", f"Describe d {{ It i {{ {assertion} }} }}".encode())
    script = "(Invoke-Pester C:\\t\\m.Tests.ps1 -PassThru -Quiet).TestResult[0].FailureMessage"
    assert session.values(script) == [message]


def test_a_test_file_runs_alone_in_powershell_exe(session):
    shown = session.shown("powershell.exe -NoProfile -File C:\\t\\a.Tests.ps1").split("\n")
    assert shown[0] == "Describing numbers"
    assert re.fullmatch(r" \[\+\] adds \d+ms", shown[1])


def test_enable_exit_gives_the_number_of_failures(session):
    script = 'powershell.exe -NoProfile -Command "Invoke-Pester C:\\t\\a.Tests.ps1 -EnableExit -Quiet"; $LASTEXITCODE'
    assert session.values(script) == [1]


def test_mocks_count_in_their_describe(session):
    text = (
        "function g { Get-Date }\n"
        "Describe m { Mock Get-Date { 'mine' }; It i { g | Should Be mine }; It j { Assert-MockCalled Get-Date -Times 1 -Exactly } }"
    )
    session.host.filesystem.write("C:\\t\\k.Tests.ps1", text.encode())
    assert session.values("(Invoke-Pester C:\\t\\k.Tests.ps1 -PassThru -Quiet).PassedCount") == [2]


def test_what_is_not_emulated_of_a_run_says_so(session):
    problem = session.error("Invoke-Pester C:\\t -OutputFile C:\\t\\o.xml -OutputFormat LegacyNUnitXml")
    assert problem[1].startswith("NotImplemented")


def test_lines_of_a_coverage_are_numbers(session):
    part = "@{ Path = 'C:\\t\\code.ps1'; StartLine = 'x' }"
    message = session.error(f"Invoke-Pester C:\\t -Quiet -CodeCoverage {part}")[2]
    assert message.startswith('Cannot convert value "x" to type "System.Int32".')


def test_a_describe_without_cases_has_no_tests(session):
    assert session.values("Describe x -ForEach @() { It a { } }") == []
