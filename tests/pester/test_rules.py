"""Suites and what their tests come to, by the rules of Pester 4 and 5."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest

from emulator.host import Host
from emulator.powershell.loading import load_engine
from emulator.profile import load

load_engine()

from emulator.host.windows.registry import CURRENT_USER  # noqa: E402
from emulator.pester.suite import SuiteError, run_suite  # noqa: E402
from emulator.powershell.modules.pester.model import Selection  # noqa: E402 - the engine has to be loaded first


class Ran:
    """A suite that has run: name -> outcome, the lines of the report, and the NUnit document."""

    def __init__(self, folder: Path, files: dict[str, str], **options) -> None:
        for name, text in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        self.lines: list[str] = []
        self.shown: list[str] = []
        self.host = Host(load("windows-server-2022-datacenter"), clock_mode="fast")
        self.result = run_suite(
            self.host,
            folder / options.pop("path", ""),
            write=self.shown.append,
            line=lambda text, _colour: self.lines.append(text),
            **options,
        )
        self.report = "\n".join(self.lines)

    @property
    def outcomes(self) -> dict[str, str]:
        tests = [one for container in self.result.containers for one in container.tests()]
        return {".".join(one.path): one.outcome.value for one in tests}

    def messages(self) -> list[str]:
        tests = [one for container in self.result.containers for one in container.tests()]
        return [record.message for one in tests for record in one.failures]


ASSERTIONS = [
    ("1 | Should -Be 1; 'a' | Should -Be 'A'; 'a' | Should -Not -BeExactly 'A'; 1 | Should -Be '1'", None),
    ("1,2 | Should -Be 1,2; @() | Should -Be $null; ,@(1) | Should -HaveCount 1", None),
    ("1,2 | Should -Be 1,3", "Expected @(1, 3), but got @(1, 2)."),
    ("1 | Should -Be 2 -Because 'I say so'", "Expected 2, because I say so, but got 1."),
    ("1,2,3 | Should -Contain 4", "Expected 4 to be found in collection @(1, 2, 3), but it was not found."),
    ("$true | Should -BeFalse", "Expected $false, but got $true."),
    ("$null | Should -Not -BeNullOrEmpty", "Expected a value, but got $null or empty."),
    ("'' | Should -BeNullOrEmpty; @{} | Should -BeNullOrEmpty; ' ' | Should -Not -BeNullOrEmpty", None),
    ("5 | Should -BeGreaterThan 4; 5 | Should -BeLessOrEqual 5; 5 | Should -LT 6", None),
    (
        "5 | Should -BeLessThan 4",
        "Expected the actual value to be less than 4, but got 5.",
    ),
    ("5 | Should -BeOfType int; 5 | Should -BeOfType [int]; 'x' | Should -HaveType string", None),
    (
        "5 | Should -BeOfType string",
        "Expected the value to have type [System.String] or any of its subtypes, but got 5 with type "
        "[System.Int32].",
    ),
    ("'abc' | Should -Match '^a'; 'abc' | Should -Not -MatchExactly 'B'; 'abc' | Should -BeLike 'a*'", None),
    ("2 | Should -BeIn 1,2; 3 | Should -Not -BeIn 1,2", None),
    ("{ throw 'boo' } | Should -Throw 'b*'; { } | Should -Not -Throw", None),
    ("{ } | Should -Throw", "Expected an exception to be thrown, but no exception was thrown."),
    ("{ Get-Nothing } | Should -Throw -ErrorId CommandNotFoundException", None),
    ("{ throw 'a' } | Should -Throw -ExceptionType ([System.Management.Automation.RuntimeException])", None),
    ("(Get-Command Get-VM) | Should -HaveParameter Name -Type 'string[]'", None),
    ("1 | Should Be 1", "Legacy Should syntax (without dashes) is not supported in Pester 5."),
    ("Get-VM nope -ErrorAction Stop", 'Hyper-V was unable to find a virtual machine with name "nope".'),
    ("(1/0)", "Attempted to divide by zero."),
    ("1 | Should -HaveCount abc", 'Cannot convert value "abc" to type "System.Int32".'),
    ("Add-ShouldOperator -Name x -Test 5", "The test of the operator 'x' is no script block or function."),
]


@pytest.mark.parametrize(("body", "message"), ASSERTIONS)
def test_an_assertion_holds_or_says_what_was_wrong(tmp_path, body, message):
    ran = Ran(tmp_path, {"a.Tests.ps1": f"Describe 'd' {{ It 't' {{ {body} }} }}"})
    messages = ran.messages()
    if message is None:
        assert messages == []
        assert ran.outcomes == {"d.t": "Passed"}
    else:
        assert len(messages) == 1
        assert messages[0].startswith(message)
        assert ran.result.failed == 1


def test_different_strings_are_shown_at_the_place_where_they_differ(tmp_path):
    ran = Ran(tmp_path, {"a.Tests.ps1": "Describe d { It t { 'abcd' | Should -Be 'abxd' } }"})
    (message,) = ran.messages()
    assert message.split("\n") == [
        "Expected strings to be the same, but they were different.",
        "String lengths are both 4.",
        "Strings differ at index 2.",
        "Expected: 'abxd'",
        "But was:  'abcd'",
        "           --^",
    ]


FIVE = """
BeforeDiscovery { $cases = @{ n = 1; who = @{ name = 'one' } }, @{ n = 2; who = @{ name = 'two' } } }
BeforeAll { function Get-Twice($x) { $x * 2 }; $script:order = @() }
$lost = 'only in discovery'
Describe 'block <_>' -ForEach 'a', 'b' -Tag slow {
    BeforeAll { $own = "own $_" }
    BeforeEach { $script:order += 'before' }
    AfterEach { $script:order += 'after' }
    It 'case <n> <who.name>' -TestCases $cases { Get-Twice $n | Should -Be ($n * 2); $who.name | Should -BeIn 'one', 'two' }
    It 'sees <own>' { $own | Should -Be "own $_"; $lost | Should -BeNullOrEmpty }
    It 'skipped' -Skip { throw 'never' }
    It 'later' { Set-ItResult -Inconclusive -Because 'no hardware' }
    Context 'inside' { It 'tagged' -Tag quick { $script:order[-1] | Should -Be 'before' } }
}
"""


def test_pester_5_discovers_before_it_runs(tmp_path):
    ran = Ran(tmp_path, {"a.Tests.ps1": FIVE})
    expected = {}
    for letter in "ab":
        expected |= {
            f"block {letter}.case 1 one": "Passed",
            f"block {letter}.case 2 two": "Passed",
            f"block {letter}.sees own {letter}": "Passed",
            f"block {letter}.skipped": "Skipped",
            f"block {letter}.later": "Inconclusive",
            f"block {letter}.inside.tagged": "Passed",
        }
    assert ran.outcomes == expected, ran.report
    assert "[?] later is inconclusive, because no hardware" in ran.report


@pytest.mark.parametrize(
    ("selection", "count"),
    [
        (Selection(tags=("quick",)), 2),
        (Selection(tags=("sl*",), excluded_tags=("quick",)), 10),
        (Selection(full_names=("*inside*",)), 2),
        (Selection(excluded_tags=("slow",)), 0),
    ],
)
def test_tags_and_names_choose_the_tests(tmp_path, selection, count):
    ran = Ran(tmp_path, {"a.Tests.ps1": FIVE}, selection=selection)
    assert sum(one != "NotRun" for one in ran.outcomes.values()) == count


FOUR = """
Describe 'old' {
    $v = 1
    It 'sees the body' { $v | Should Be 1; $script:before | Should -Be 1 }
    $v = 2
    foreach ($n in 1, 2) { It "loop $n" { $v | Should -Be 2; $n | Should -BeLessThan 3 } }
    BeforeAll { $script:before = 1 }
    It 'case <a> <b>' -TestCases @{ a = 1; b = $null } { param($a, $b) $a | Should Not Be 2 }
    It 'pending' -Pending { }
    { throw 'some text' } | Should -Throw 'me te'
}
"""


def test_pester_4_runs_tests_where_they_stand(tmp_path):
    ran = Ran(tmp_path, {"a.Tests.ps1": FOUR}, version=4)
    assert ran.outcomes == {
        "old.sees the body": "Passed",
        "old.loop 1": "Passed",
        "old.loop 2": "Passed",
        "old.case 1 $null": "Passed",
        "old.pending": "Pending",
    }, ran.report
    assert ran.result.failed == 0


MOCKS = """
BeforeAll {
    function Get-State([string]$Name) { (Get-VM -Name $Name).State }
    function Plain { "real $args" }
}
Describe 'mocks' {
    BeforeAll { Mock Get-VM { [pscustomobject]@{ State = "mocked $Name" } } -ParameterFilter { $Name -eq 'ci' } }
    It 'answers' { Get-State ci | Should -Be 'mocked ci'; Should -Invoke Get-VM -Times 1 -Exactly }
    It 'leaves others to the original' { { Get-VM other -ErrorAction Stop } | Should -Throw '*unable to find*' }
    It 'counts by filter' { Get-State ci; Get-State ci
        Should -Invoke Get-VM -Times 2 -Exactly -ParameterFilter { $Name -eq 'ci' }
        Should -Not -Invoke Get-VM -ParameterFilter { $Name -eq 'x' }
        Should -Invoke Get-VM -Times 3 -Scope Describe }
    It 'a plain function' { Mock Plain { "fake $args" }; Plain 1 2 | Should -Be 'fake 1 2' }
    It 'is gone after the test' { Plain 1 | Should -Be 'real 1' }
    It 'fails by count' { Get-State ci; Should -Invoke Get-VM -Times 2 -Exactly }
    It 'verifiable' { Mock Plain { } -Verifiable; Should -InvokeVerifiable }
    It 'pipes' { Mock Write-Host { $script:said = $Object }; Write-Host hello; $script:said | Should -Be 'hello' }
}
Describe 'after' { It 'is the original' { { Get-VM ci -ErrorAction Stop } | Should -Throw '*unable to find*' } }
"""


def test_mocks_last_as_long_as_their_block_or_test(tmp_path):
    ran = Ran(tmp_path, {"a.Tests.ps1": MOCKS})
    failed = [name for name, outcome in ran.outcomes.items() if outcome != "Passed"]
    assert failed == ["mocks.fails by count", "mocks.verifiable"], ran.report
    assert ran.messages()[0] == "Expected Get-VM to be called 2 times exactly, but was called 1 time"


def test_a_failed_before_all_fails_the_tests_of_its_block_and_is_counted(tmp_path):
    text = "Describe a { BeforeAll { throw 'no' }; It b { } }; Describe c { It d { } }"
    ran = Ran(tmp_path, {"x.Tests.ps1": text})
    assert ran.outcomes == {"a.b": "Failed", "c.d": "Passed"}
    assert "[-] Describe a failed" in ran.report


def test_a_suite_loads_its_own_files_and_changes_only_the_fake_machine(tmp_path):
    files = {
        "src/code.ps1": "function New-Machine { New-VM -Name made -MemoryStartupBytes 1GB | Out-Null }",
        "tests/a.Tests.ps1": 'BeforeAll { . "$PSScriptRoot\\..\\src\\code.ps1" }\n'
        "Describe d { It t { New-Machine; (Get-VM made).State | Should -Be 'Off'; 'x' > TestDrive:\\f.txt\n"
        '[IO.File]::Exists("$TestDrive\\f.txt") | Should -BeTrue }\n'
        "It u { $PSCommandPath | Should -Be 'C:\\Suite\\tests\\a.Tests.ps1' } }",
    }
    ran = Ran(tmp_path, files, path="tests", root=tmp_path)
    assert set(ran.outcomes.values()) == {"Passed"}, ran.report
    assert [vm.name for vm in ran.host.virtual_machines.find("made")] == ["made"]
    assert sorted(path.name for path in tmp_path.rglob("*") if path.is_file()) == ["a.Tests.ps1", "code.ps1"]


MODULE = """
$secret = 42
function Get-Secret { Get-Inner }
function Get-Inner { $secret }
Export-ModuleMember -Function Get-Secret
"""
INSIDE = """
BeforeAll { Import-Module "$PSScriptRoot\\My.psm1" }
Describe m {
    It public { Get-Secret | Should -Be 42 }
    It inside { InModuleScope My { Get-Inner | Should -Be 42; $secret | Should -Be 42 } }
    It mocked { Mock Get-Inner { 7 } -ModuleName My; Get-Secret | Should -Be 7
        Should -Invoke Get-Inner -ModuleName My -Times 1 -Exactly }
    It unmocked { Get-Secret | Should -Be 42; { Get-Inner } | Should -Throw -ErrorId CommandNotFoundException }
}
"""


def test_the_inside_of_a_module_can_be_tested_and_mocked(tmp_path):
    ran = Ran(tmp_path, {"My.psm1": MODULE, "m.Tests.ps1": INSIDE})
    assert set(ran.outcomes.values()) == {"Passed"}, ran.report


def test_a_file_that_does_not_parse_is_a_failure_and_exit_ends_a_file(tmp_path):
    ran = Ran(
        tmp_path,
        {
            "a.Tests.ps1": "Describe {{{",
            "b.Tests.ps1": "exit 3; throw 1",
            "d.Tests.ps1": "Describe x { It y { throw 1 } }",
            "c.Tests.ps1": "Describe a { It b { } }",
        },
    )
    assert ran.result.failed == 2
    assert ran.outcomes == {"a.b": "Passed", "x.y": "Failed"}


def test_the_nunit_report_has_every_test(tmp_path):
    ran = Ran(
        tmp_path,
        {
            "a.Tests.ps1": FIVE.replace("throw 'never'", "1")
            + "Describe x { It 'y < z' { 1 | Should -Be 2 } }"
        },
    )
    root = ElementTree.fromstring(ran.result.nunit)  # noqa: S314 - our own
    assert root.tag == "test-results"
    assert (root.get("total"), root.get("failures"), root.get("skipped"), root.get("inconclusive")) == (
        "13",
        "1",
        "2",
        "2",
    )
    cases = root.findall(".//test-case")
    assert len(cases) == 13
    (failed,) = [one for one in cases if one.get("result") == "Failure"]
    assert failed.get("name") == "x.y < z"
    assert failed.findtext("failure/message") == "Expected 2, but got 1."
    assert str(tmp_path / "a.Tests.ps1") in failed.findtext("failure/stack-trace")
    assert len(root.findall(".//test-suite[@type='ParameterizedTest']")) == 2


def test_what_cannot_be_read_is_refused(tmp_path):
    with pytest.raises(SuiteError, match="no test files"):
        Ran(tmp_path, {"a.ps1": "1"})
    with pytest.raises(SuiteError, match="is not inside of"):
        Ran(tmp_path, {"t/a.Tests.ps1": "1", "o/x": ""}, path="t", root=tmp_path / "o")


USING = """
Describe m {
    BeforeAll {
        $mine, $before = "$TestDrive\\m", $env:PSModulePath
        function Make($name, $version, $says) {
            $null = New-Item "$mine\\$name\\$version" -ItemType Directory -Force
            Set-Content "$mine\\$name\\$version\\$name.psm1" "class Foo { [string] Say() { return '$says' } }"
            New-ModuleManifest "$mine\\$name\\$version\\$name.psd1" -RootModule "$name.psm1" -ModuleVersion $version
        }
        Make One '1.0' one; Make One '2.0' newer; Make Two '1.0' two
        $env:PSModulePath = $mine
        function Say($text) { [scriptblock]::Create($text).Invoke() }
    }
    AfterAll { $env:PSModulePath = $before }
    It names {
        Say "using module One`nusing module Two`n[One.Foo]::new().Say(); (New-Object Two.Foo).Say()" | Should -Be newer, two
    }
    It own {
        Say "using module Two`nclass Foo { [string] Say() { return 'own' } }`n[Foo]::new().Say(); [Two.Foo]::new().Say()" |
            Should -Be own, two
        Say "using module Two`n[Foo]::new().Say()" | Should -Be two
    }
    It both {
        try { Say "using module One`nusing module Two`n[Foo]" } catch { $id = $_.Exception.InnerException.ErrorRecord.FullyQualifiedErrorId }
        $id | Should -Be AmbiguousTypeReference
    }
    It version {
        Say "using module @{ ModuleName = 'One'; RequiredVersion = '1.0' }`n[Foo]::new().Say()" | Should -Be one
        Say "using module @{ ModuleName = 'One'; ModuleVersion = '1.5' }`n[Foo]::new().Say()" | Should -Be newer
        Say "using module @{ ModuleName = 'One'; ModuleVersion = '1.0'; MaximumVersion = '1.*' }`n[Foo]::new().Say()" | Should -Be one
    }
}
"""


def test_using_module_finds_classes_by_module_and_version(tmp_path):
    ran = Ran(tmp_path, {"m.Tests.ps1": USING})
    assert set(ran.outcomes.values()) == {"Passed"}, ran.report


MANIFEST = """
Describe m {
    It text {
        $text = New-ModuleManifest TestDrive:\\a.psd1 -Author Me -Copyright 'o''r' -Tags a, b -FunctionsToExport F -PassThru
        $lines = $text -split "`r`n"
        $lines[0..4] | Should -Be '#', "# Module manifest for module 'a'", '#', '# Generated by: Me', '#'
        foreach ($one in "ModuleVersion = '1.0'", "Copyright = 'o''r'", "# RootModule = ''", "        Tags = 'a', 'b'",
            "FunctionsToExport = 'F'", 'CmdletsToExport = @()', "VariablesToExport = '*'") { $lines -ccontains $one | Should -BeTrue }
        (Get-Content TestDrive:\\a.psd1 -Raw) | Should -BeExactly $text
        [IO.File]::ReadAllBytes("$TestDrive\\a.psd1")[0..1] | Should -Be 255, 254
    }
    It data {
        New-ModuleManifest TestDrive:\\b.psd1 -NestedModules @{ ModuleName = 'X'; ModuleVersion = '2.0' } -PrivateData @{ k = 'v' }
        $data = Import-PowerShellDataFile TestDrive:\\b.psd1
        $data.NestedModules.ModuleVersion | Should -Be '2.0'
        $data.AliasesToExport | Should -Be '*'
        $data.PrivateData.k | Should -Be v
    }
    It refused {
        { New-ModuleManifest TestDrive:\\b.txt } | Should -Throw -ErrorId 'Modules_InvalidModuleManifestPath,Microsoft.PowerShell.Commands.NewModuleManifestCommand'
        New-ModuleManifest TestDrive:\\w.psd1 -WhatIf; Test-Path TestDrive:\\w.psd1 | Should -BeFalse
    }
}
"""


def test_a_manifest_is_written_as_windows_powershell_writes_it(tmp_path):
    ran = Ran(tmp_path, {"m.Tests.ps1": MANIFEST})
    assert set(ran.outcomes.values()) == {"Passed"}, ran.report


def test_a_block_that_runs_before_the_tests_sees_the_namespaces_of_its_file(tmp_path):
    text = (
        "using namespace System.Management.Automation.Language\n"
        "Describe a { BeforeAll { $kind = { [CommandAst].Name } }; It b { & $kind | Should -Be CommandAst } }"
    )
    for version in (4, 5):
        ran = Ran(tmp_path, {"a.Tests.ps1": text}, version=version)
        assert [one.outcome.value for one in ran.result.containers[0].tests()] == ["Passed"]


def test_a_suite_runs_in_a_process_of_the_machine_which_ends_with_it(tmp_path):
    text = (
        "Describe a { It b { (Get-Process -Id $PID).ProcessName | Should -Be powershell; "
        '(Get-CimInstance Win32_Process -Filter "ProcessId=$PID").Name | Should -Be powershell.exe } }'
    )
    ran = Ran(tmp_path, {"a.Tests.ps1": text})
    assert set(ran.outcomes.values()) == {"Passed"}, ran.report
    assert not [one for one in ran.host.processes if one.name == "powershell.exe"]


def test_variables_that_are_given_are_there_whatever_the_version(tmp_path):
    text = "Describe a { It b { $IsWindows | Should -BeTrue }; It c -Skip:(!$IsWindows) { $IsLinux | Should -Be $false } }"
    ran = Ran(tmp_path, {"a.Tests.ps1": text}, variables={"IsWindows": True, "IsLinux": False})
    assert list(ran.outcomes.values()) == ["Passed", "Passed"], ran.report


def test_a_mock_of_pester_4_counts_in_the_block_and_gives_a_filter_its_parameters(tmp_path):
    text = """
    function Get-It { [CmdletBinding()] param([string]$Name, [string]$Other) 'real' }
    function Find-It { Get-It -Name a -ErrorAction Stop }
    Describe d {
        Mock Get-It { Write-Error 'not there' } -ParameterFilter { -not $PSBoundParameters.ContainsKey('Other') }
        It one { { Find-It } | Should -Throw 'not there' }
        It two { Assert-MockCalled Get-It -Exactly 1 }
    }"""
    ran = Ran(tmp_path, {"a.Tests.ps1": text}, version=4)
    assert set(ran.outcomes.values()) == {"Passed"}, ran.report


def test_a_mock_of_pester_5_counts_in_the_module_that_should_names_by_default(tmp_path):
    files = {
        "m.psm1": "function Get-Outer { Get-Inner 1 }; function Get-Inner { 'real' }",
        "a.Tests.ps1": """
        BeforeAll {
            Import-Module $PSScriptRoot\\m.psm1
            $PSDefaultParameterValues['Mock:ModuleName'] = 'm'
            $PSDefaultParameterValues['Should:ModuleName'] = 'm'
        }
        Describe d { It t { Mock Get-Inner { 'fake' }; Get-Outer | Should -Be fake
            Assert-MockCalled Get-Inner -Times 1; Should -Invoke Get-Inner -Exactly 1 } }""",
    }
    ran = Ran(tmp_path, files, path="a.Tests.ps1")
    assert set(ran.outcomes.values()) == {"Passed"}, ran.report


def test_new_mock_object_makes_what_no_constructor_makes(tmp_path):
    text = """Describe d { It t {
        $p = New-MockObject -Type 'System.Diagnostics.Process' -Properties @{ Id = 7 } -Methods @{
            Kill = { param($Deep) "killed $Deep" } }
        $p.Id | Should -Be 7; $p.Kill($true) | Should -Be 'killed True'; $p._Kill.Count | Should -Be 1
        $p._Kill[0].Arguments[0] | Should -BeTrue
        New-MockObject -Type 'Diagnostics.Process' | Should -BeOfType 'System.Diagnostics.Process' } }"""
    ran = Ran(tmp_path, {"a.Tests.ps1": text})
    assert set(ran.outcomes.values()) == {"Passed"}, ran.report


def test_a_command_is_mocked_by_the_name_that_is_called_and_filters_are_not_strict(tmp_path):
    text = """Describe d { It t {
        Set-StrictMode -Version Latest
        Mock Microsoft.PowerShell.Utility\\Get-Random { 'mine' } { $Nothing -eq $null }
        Microsoft.PowerShell.Utility\\Get-Random | Should -Be mine
        Should -Invoke Microsoft.PowerShell.Utility\\Get-Random -Exactly 1 } }"""
    ran = Ran(tmp_path, {"a.Tests.ps1": text})
    assert set(ran.outcomes.values()) == {"Passed"}, ran.report


def test_a_suite_brings_an_operator_of_its_own(tmp_path):
    text = """
    BeforeAll {
        function BeLonger($ActualValue, [int]$Than, [switch]$Negate, $Because) {
            $ok = ($ActualValue.Length -gt $Than) -ne $Negate
            [pscustomobject]@{ Succeeded = $ok; FailureMessage = "'$ActualValue' is wrong because $Because" }
        }
        Add-ShouldOperator -Name BeLonger -Test $function:BeLonger -Alias BL
    }
    Describe d {
        It named { 'abc' | Should -BeLonger -Than 2 }
        It positional { 'abc' | Should -Not -BL 5 }
        It fails { 'abc' | Should -BeLonger 5 -Because 'so' }
        It twice { { Add-ShouldOperator -Name Be -Test { } } | Should -Throw '*already used*' }
    }"""
    ran = Ran(tmp_path, {"a.Tests.ps1": text})
    assert list(ran.outcomes.values()) == ["Passed", "Passed", "Failed", "Passed"], ran.report
    assert ran.messages() == ["'abc' is wrong because so"]


PARAMETERS = [
    ("-HaveParameter Name -DefaultValue 'x y' -InParameterSet One -Mandatory:$false", ""),
    ("-HaveParameter Count -DefaultValue 5 -HasArgumentCompleter", ""),
    ("-HaveParameter Name -HasArgumentCompleter", "has no ArgumentCompletion"),
    ("-HaveParameter Name -InParameterSet Two", "it wasn't in parameter set Two"),
    ("-HaveParameter Count -DefaultValue 6", "the default value was '5'"),
]


@pytest.mark.parametrize(("assertion", "reason"), PARAMETERS)
def test_parameters_are_asked_for_defaults_sets_and_completers(tmp_path, assertion, reason):
    text = """Describe d { It t {
        function f { [CmdletBinding()] param([Parameter(ParameterSetName = 'One')][string]$Name = 'x y',
            [ArgumentCompleter({ 1 })][int]$Count = 5) }
        Get-Command f | Should ASSERTION } }"""
    ran = Ran(tmp_path, {"a.Tests.ps1": text.replace("ASSERTION", assertion)})
    assert [reason in one for one in ran.messages()] == ([True] if reason else []), ran.report


def test_the_test_registry_is_empty_again_after_a_block(tmp_path):
    text = """Describe d {
        Context a { It t { New-Item TestRegistry:\\\\Key | New-ItemProperty -Name v -Value 7
            (Get-ItemProperty TestRegistry:\\\\Key).v | Should -Be 7 } }
        Context b { It t { 'TestRegistry:\\\\Key' | Should -Not -Exist; 'TestRegistry:' | Should -Exist } } }"""
    ran = Ran(tmp_path, {"a.Tests.ps1": text})
    assert set(ran.outcomes.values()) == {"Passed"}, ran.report
    keys = ran.host.registry.subkeys(CURRENT_USER, "Software\\Pester", ran.host.accounts.administrator)
    assert keys == []


def test_folders_of_modules_come_first(tmp_path):
    files = {
        "mods/One/One.psm1": "function Get-One { 1 }",
        "tests/a.Tests.ps1": "Describe d { It t { Get-One | Should -Be 1 } }",
    }
    ran = Ran(tmp_path, files, root=tmp_path, path="tests", module_paths=(tmp_path / "mods",))
    assert set(ran.outcomes.values()) == {"Passed"}, ran.report


def test_a_mock_takes_the_calls_that_name_the_module(tmp_path):
    text = """Describe d { It t { Mock Get-VM { 'mine' }; Hyper-V\\Get-VM | Should -Be mine
        Should -Invoke Hyper-V\\Get-VM -Exactly 1 } }"""
    ran = Ran(tmp_path, {"a.Tests.ps1": text})
    assert set(ran.outcomes.values()) == {"Passed"}, ran.report


HISTORY = """
Describe d {
    BeforeAll { function Check { }; Mock Check { 'outer' } }
    Context a { It calls { Check | Should -Be outer } }
    Context b {
        BeforeAll { Mock Check { 'inner' } }
        It sees { Check | Should -Be inner; Should -Invoke Check -Exactly 2 -Scope Describe
            Should -Invoke Check -Exactly 1 -Scope Context }
    }
    It all { Should -Invoke Check -Exactly 2 -Scope Describe }
    It words {
        Mock Check { } -Verifiable -ParameterFilter { $x -eq 1 }
        { Should -InvokeVerifiable -Because 'of it' } | Should -Throw "*be called, because of it, but these were not:*Command Check with { `$x -eq 1 }"
        Check; Check
        { Should -Not -Invoke Check } | Should -Throw 'Expected Check to be called less than 1 time, but was called 2 times'
        { Should -Not -Invoke Check -Times 2 -Exactly } | Should -Throw 'Expected Check not to be called exactly 2 times, but it was'
        { Should -Invoke Check -Scope Else } | Should -Throw 'Parameter Scope must be one of *'
        { 1 | Should -Invoke Check } | Should -Throw 'Should -Invoke does not take pipeline input or ActualValue.'
        { It 'no block' } | Should -Throw 'No test scriptblock is provided. *'
    }
    It program { Mock schtasks { 'mine' }; schtasks /query | Should -Be mine; schtasks.exe | Should -Be mine }
}
"""


def test_the_history_of_a_mock_lasts_as_long_as_one_of_its_mocks(tmp_path):
    ran = Ran(tmp_path, {"a.Tests.ps1": HISTORY})
    assert set(ran.outcomes.values()) == {"Passed"}, ran.report


def test_the_folder_of_testdrive_is_an_object_before_pester_5(tmp_path):
    text = 'Describe a { It b { $TestDrive.GetType().Name | Should -Be %s; Test-Path "$TestDrive" | Should -Be $true } }'
    for version, name in ((4, "DirectoryInfo"), (5, "String")):
        ran = Ran(tmp_path, {"a.Tests.ps1": text % name}, version=version)
        assert set(ran.outcomes.values()) == {"Passed"}, ran.report
