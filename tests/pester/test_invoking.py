"""Invoke-Pester of Pester 5 inside of a suite: configuration, result objects, reports and code coverage."""

from __future__ import annotations

from xml.etree import ElementTree

from tests.pester.test_rules import Ran  # loads the engine

from emulator.powershell.modules.pester.coverage import Coverage  # isort: skip
from emulator.powershell.modules.pester.jacoco import cobertura  # isort: skip

FILES = {
    "src/code.ps1": "function Get-Size($x) { if ($x -gt 1) { 'big' } else { Write-Output 'small' } }\n"
    "function Get-Never { throw 'never' }\n"
    "class Thing { [int] Twice([int]$n) { return $n * 2 } }\n",
    "src/in.Tests.ps1": r"""
param($Wanted = 7, $Other = 'default')
BeforeAll { . $PSScriptRoot\code.ps1 }
Describe 'outer <_>' -ForEach 1, 2 -Tag T {
    It 'passes <x>' -ForEach @{ x = 1 }, @{ x = 2 } { Get-Size $x | Should -Not -BeNullOrEmpty; "out $x" }
    Context 'deep' {
        It 'fails' { 1 | Should -Be 2 }
        It 'skips' -Skip { }
        It 'waits' { Set-ItResult -Inconclusive -Because why }
    }
}
Describe 'data' { It 'has it' { "$Wanted $Other" | Should -Be '8 default' } }
""",
}


def run(tmp_path, body, **options):
    test = f"""
Describe d {{ It t {{
    $folder = "$PSScriptRoot\\src"
    function Run([scriptblock]$Change) {{
        $c = New-PesterConfiguration
        $c.Run.Path = $folder; $c.Run.PassThru = $true; $c.Output.Verbosity = 'None'
        $c.Run.Container = New-PesterContainer -Path "$folder\\in.Tests.ps1" -Data @{{ Wanted = 8 }}
        . $Change
        Invoke-Pester -Configuration $c
    }}
    {body}
}} }}"""
    return Ran(tmp_path, {**FILES, "a.Tests.ps1": test}, path="a.Tests.ps1", root=tmp_path, **options)


def holds(tmp_path, body):
    ran = run(tmp_path, body)
    assert ran.outcomes == {"d.t": "Passed"}, ran.report
    return ran


def test_the_result_object_has_what_ran(tmp_path):
    holds(
        tmp_path,
        """
    $r = Run { }
    $r.GetType().FullName | Should -Be Pester.Run
    "$($r.Result) $($r.TotalCount) $($r.PassedCount) $($r.FailedCount) $($r.SkippedCount)" | Should -Be 'Failed 11 5 2 2'
    "$($r.InconclusiveCount) $($r.NotRunCount) $($r.FailedBlocksCount) $r" | Should -Be '2 0 0 [-] Pester'
    $file = $r.Containers[0]
    $file.Type, $file.Item.Name, $file.Data.Wanted, $file.Result | Should -Be File, in.Tests.ps1, 8, Failed
    $file.Blocks.ExpandedName | Should -Be 'outer 1', 'outer 2', data
    $test = $file.Blocks[0].Tests[1]
    $test.Name, $test.ExpandedName, $test.ExpandedPath | Should -Be 'passes <x>', 'passes 2', 'outer 1.passes 2'
    $test.Data.x, $test.StandardOutput, $test.Passed | Should -Be 2, 'out 2', $true
    $test.Duration | Should -BeOfType TimeSpan
    $r.Failed[0].ErrorRecord[0].Exception.Message | Should -Be 'Expected 2, but got 1.'
    $r.Failed[0].Path -join '/' | Should -Be 'outer <_>/deep/fails'
    $r.Configuration.Run.PassThru.Value | Should -BeTrue
    $LASTEXITCODE | Should -Be 2
    """,
    )


def test_a_configuration_knows_defaults_and_changes(tmp_path):
    holds(
        tmp_path,
        """
    $c = [PesterConfiguration]::Default
    $c.Run.Path.Value | Should -Be '.'
    $c.Output.Verbosity = 'Detailed'
    $o = $c.Output.Verbosity
    $o.Value, $o.Default, $o.IsModified, $o.GetType().FullName | Should -Be Detailed, Normal, $true, Pester.StringOption
    $c.Run.PassThru.IsModified | Should -BeFalse
    $c.Filter = @{ Tag = 'one', 'two' }
    $c.Filter.Tag.Value.Count | Should -Be 2
    $c = [PesterConfiguration]@{ Run = @{ Exit = $true }; Should = @{ ErrorAction = 'Continue' } }
    $c.Run.Exit.Value, $c.Should.ErrorAction.Value | Should -Be $true, Continue
    ($c | Get-Member -MemberType Property).Name | Should -Contain TestRegistry
    (New-PesterConfiguration -Hashtable @{ TestResult = @{ Enabled = $true } }).TestResult.Enabled.Value | Should -BeTrue
    $other = [PesterConfiguration]@{ Run = @{ Path = $c.Run.Exit } }
    ,$other.Run.Path.Value | Should -BeOfType string[]
    $other.Run.Path.Value | Should -Be True
    """,
    )


def test_filters_choose_by_tag_name_and_line(tmp_path):
    holds(
        tmp_path,
        """
    (Run { $c.Filter.Tag = 'T' }).NotRunCount | Should -Be 1
    (Run { $c.Filter.ExcludeTag = 'T' }).PassedCount | Should -Be 1
    (Run { $c.Filter.FullName = '*.deep' }).NotRunCount | Should -Be 5
    (Run { $c.Filter.Line = "$folder\\in.Tests.ps1:8" }).SkippedCount | Should -Be 0
    (Run { $c.Run.SkipRun = $true }).NotRunCount | Should -Be 11
    (Run { $c.Run.SkipRemainingOnFailure = 'Run' }).SkippedCount | Should -Be 8
    """,
    )


def test_script_blocks_are_containers_and_runs_lie_in_runs(tmp_path):
    holds(
        tmp_path,
        """
    $block = { param($n) Describe s { It x { $n | Should -Be 3; 'TestDrive:\\inner' > TestDrive:\\f; $TestDrive | Should -Not -Be $outer } } }
    $outer = $TestDrive
    $r = Invoke-Pester -Container (New-PesterContainer -ScriptBlock $block -Data @{ n = 3 }, @{ n = 4 }) -PassThru -Output None
    $r.PassedCount, $r.FailedCount, $r.Containers.Count | Should -Be 1, 1, 2
    $r.Containers[0].Type, "$($r.Containers[0])" | Should -Be ScriptBlock, '[+] <ScriptBlock>'
    $TestDrive | Should -Be $outer
    'TestDrive:\\f' | Should -Not -Exist
    """,
    )


def test_nothing_to_run_is_an_error_and_failures_throw_when_asked(tmp_path):
    holds(
        tmp_path,
        """
    { Invoke-Pester -Path "$folder\\none" } | Should -Throw 'No test files were found and no scriptblocks were provided.*'
    { Run { $c.Run.Throw = $true } } | Should -Throw 'Pester run failed, because 2 tests failed'
    { Run { $c.TestResult.Enabled = $true; $c.TestResult.OutputFormat = 'Html' } } |
        Should -Throw "TestResult.OutputFormat must be *JUnitXml', but it was 'Html'.*"
    """,
    )


def test_a_folder_with_an_ampersand_in_a_report_of_cobertura():
    report = ElementTree.fromstring(cobertura(Coverage(), "C:\\a & b", 0))  # noqa: S314 - our own
    assert report.findtext("sources/source") == "C:/a & b"


def read(ran, name):
    data = ran.host.filesystem.read(f"C:\\Suite\\{name}")
    return ElementTree.fromstring(bytes(data).decode("utf-8-sig"))  # noqa: S314 - our own


def test_reports_of_nunit_and_junit_have_every_test(tmp_path):
    ran = holds(
        tmp_path,
        """
    foreach ($format in 'NUnitXml', 'NUnit3', 'JUnitXml') {
        $null = Run { $c.TestResult.Enabled = $true; $c.TestResult.OutputFormat = $format
            $c.TestResult.OutputPath = "$PSScriptRoot\\out\\$format.xml"; $c.TestResult.TestSuiteName = 'Mine' }
    }
    """,
    )
    two = read(ran, "out\\NUnitXml.xml")
    assert (two.get("name"), two.get("total"), two.get("failures")) == ("Mine", "11", "2")
    three = read(ran, "out\\NUnit3.xml")
    assert [three.get(one) for one in ("name", "total", "passed", "failed", "skipped", "inconclusive")] == [
        *("Mine", "11", "5", "2", "2", "2")
    ]
    kinds = [one.get("type") for one in three.iter("test-suite")]
    assert kinds.count("ParameterizedFixture") == 1
    assert kinds.count("ParameterizedMethod") == 2
    assert len({one.get("id") for one in three.iter("test-case")}) == 11
    (passed,) = [one for one in three.iter("test-case") if one.get("fullname") == "outer 2.passes 1"]
    assert (passed.get("result"), passed.findtext("output")) == ("Passed", "out 1")
    assert passed.find("properties/property").attrib == {"name": "x", "value": "1"}
    junit = read(ran, "out\\JUnitXml.xml")
    assert (junit.get("tests"), junit.get("failures"), junit.get("disabled")) == ("11", "2", "2")
    failed = [one for one in junit.iter("testcase") if one.find("failure") is not None]
    assert [one.get("name") for one in failed] == ["outer 1.deep.fails", "outer 2.deep.fails"]
    assert failed[0].find("failure").get("message") == "Expected 2, but got 1."


def test_coverage_counts_the_commands_that_ran(tmp_path):
    ran = holds(
        tmp_path,
        """
    $r = Run { $c.CodeCoverage.Enabled = $true; $c.CodeCoverage.OutputPath = "$PSScriptRoot\\c.xml" }
    $v = $r.CodeCoverage
    $v.FilesAnalyzed.Count, $v.CommandsAnalyzedCount, $v.CommandsExecutedCount | Should -Be 1, 6, 3
    $v.CommandsMissed.Command | Should -Be "throw 'never'", "'never'", '$n * 2'
    $v.CommandsMissed.Function | Should -Be 'Get-Never', 'Get-Never', 'Twice'
    $v.CommandsMissed[2].Class | Should -Be Thing
    ($v.CommandsExecuted | Where-Object Command -eq '$x -gt 1').HitCount | Should -Be 4
    $v.CoveragePercent | Should -Be 50
    $r = Run { $c.CodeCoverage.Enabled = $true; $c.CodeCoverage.OutputFormat = 'Cobertura'; $c.CodeCoverage.OutputPath = "$PSScriptRoot\\b.xml" }
    """,
    )
    report = read(ran, "c.xml")
    counters = {one.get("type"): (one.get("missed"), one.get("covered")) for one in report.findall("counter")}
    assert counters["INSTRUCTION"] == ("3", "3")
    assert counters["LINE"] == ("2", "1")
    lines = {one.get("nr"): (one.get("mi"), one.get("ci")) for one in report.iter("line")}
    assert lines == {"1": ("0", "3"), "2": ("2", "0"), "3": ("1", "0")}
    assert [one.get("name") for one in report.iter("package")] == ["src"]
    other = read(ran, "b.xml")
    assert (other.get("lines-valid"), other.get("lines-covered")) == ("3", "1")


def test_an_empty_for_each_is_refused_when_asked(tmp_path):
    holds(
        tmp_path,
        """
    $block = { Describe s { It x -ForEach @() { } ; It y { } } }
    (Invoke-Pester -Container (New-PesterContainer -ScriptBlock $block) -PassThru -Output None).TotalCount | Should -Be 1
    $c = New-PesterConfiguration @{ Run = @{ ScriptBlock = $block; PassThru = $true; FailOnNullOrEmptyForEach = $true }
        Output = @{ Verbosity = 'None' } }
    $r = Invoke-Pester -Configuration $c
    $r.FailedContainersCount | Should -Be 1
    $r.Containers[0].ErrorRecord[0].Exception.Message | Should -Match '^Value can not be null or empty array'
    """,
    )


def test_assertions_go_on_when_the_configuration_says_so(tmp_path):
    holds(
        tmp_path,
        """
    $c = New-PesterConfiguration @{ Run = @{ PassThru = $true; ScriptBlock = {
        Describe s { It x { 1 | Should -Be 2; 3 | Should -Be 4 } } } }
        Should = @{ ErrorAction = 'Continue' }; Output = @{ Verbosity = 'None' } }
    (Invoke-Pester -Configuration $c).Failed[0].ErrorRecord.Count | Should -Be 2
    """,
    )
