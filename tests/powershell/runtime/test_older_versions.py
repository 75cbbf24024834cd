"""Older hosts have the language and the cmdlets of their version of Windows PowerShell, and no later ones."""

import pytest

from emulator.powershell.runtime import VersionFacts

RELEASES = {"2.0": "2008R2", "3.0": "2012", "4.0": "2012R2", "5.1": "2022"}
VERSIONS = tuple(RELEASES)


@pytest.fixture
def at(make_shell):
    """A shell of a version."""

    def make(version: str):
        return make_shell(version=VersionFacts(ps_version=version), release=RELEASES[version])

    return make


# What works, and since which version.
NEWER = [
    ("class A { [int] $X = 3 }; (New-Object A).X", "3", "5.1"),
    ("enum Colour { Red }; [Colour]::Red", "Red", "5.1"),
    ("using namespace System.Text\n[StringBuilder].Name", "StringBuilder", "5.1"),
    ("[version]::new(1, 2).Major", "1", "5.1"),
    ("Write-Information a; 'b'", "b", "5.1"),
    ("(New-Guid).ToString().Length", "36", "5.1"),
    ("(Write-Warning w -InformationAction Ignore 3>$null); 'done'", "done", "5.1"),
    ("'a' 6>$null", "a", "5.1"),
    ("@(1, 2, 3).Where({ $_ -gt 2 })[0]", "3", "4.0"),
    ("(1, 2).ForEach({ $_ * 2 })[1]", "4", "4.0"),
    ("1 | ForEach-Object { $_ } -PipelineVariable p", "1", "4.0"),
    ("2 -in 1, 2", "True", "3.0"),
    ("3 -notin 1, 2", "True", "3.0"),
    ("1 -shl 3", "8", "3.0"),
    ("([ordered]@{ b = 1; a = 2 }).Keys -join ','", "b,a", "3.0"),
    (
        "([pscustomobject]@{ a = 7 }).psobject.TypeNames[0]",
        "System.Management.Automation.PSCustomObject",
        "3.0",
    ),
    ("('aa', 'b').Length -join ','", "2", "2.0"),
    ("$l = 'aa', 'b'; $l.ToUpper() -join ','", "AA,B", "3.0"),
    ("(5).Count", "1", "3.0"),
    ("$x = 5; $x[0]", "5", "3.0"),
    ("1, 2 | ForEach-Object { $PSItem } | Select-Object -Last 1", "2", "3.0"),
    ("'aa', 'b' | Where-Object Length -gt 1", "aa", "3.0"),
    ("'aa' | ForEach-Object Length", "2", "3.0"),
    ("@{ a = 1 } | ConvertTo-Json -Compress", '{"a":1}', "3.0"),
    ("'x' 3>$null", "x", "3.0"),
    ("1, 2, 3 -contains 2", "True", "2.0"),
    ("(1..3 | Measure-Object -Sum).Sum", "6", "2.0"),
    ("function f { [CmdletBinding()] param($a) $a }; f 4 -ErrorAction Stop", "4", "2.0"),
    ("try { throw 'x' } catch { 'caught' }", "caught", "2.0"),
    ("'x' 2>&1", "x", "2.0"),
]


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize(("script", "text", "since"), NEWER, ids=[script[:30] for script, _, _ in NEWER])
def test_a_feature_is_there_from_its_version_on(at, script, text, since, version):
    shell = at(version)
    if VERSIONS.index(version) >= VERSIONS.index(since):
        assert shell.texts(script) == [text]
        return
    result = shell.run(script)
    failed = bool(result.errors or result.failure)
    assert failed or [str(one) for one in result.output] != [text]


@pytest.mark.parametrize(
    ("version", "script", "message"),
    [
        ("4.0", "class A { }", "The term 'class' is not recognized as the name of a cmdlet"),
        ("4.0", "[guid]::new()", "does not contain a method named 'new'."),
        ("3.0", "(1, 2).Where({ $true })", "[System.Int32] does not contain a method named 'Where'."),
        ("2.0", "(1, 2).Where({ $true })", "[System.Object[]] does not contain a method named 'Where'."),
        ("2.0", "2 -in 1, 2", "Unexpected token '-in' in expression or statement."),
        ("2.0", "$x = 5; $x[0]", "Unable to index into an object of type System.Int32."),
        (
            "2.0",
            "[ordered]@{ a = 1 }",
            "Unable to find type [ordered]: make sure that the assembly containing",
        ),
        ("3.0", "[no.such]", "Unable to find type [no.such]. Make sure that the assembly that contains this"),
        ("5.1", "[no.such]", "Unable to find type [no.such]."),
        ("2.0", "1 | ConvertTo-Json", "The term 'ConvertTo-Json' is not recognized"),
        (
            "2.0",
            "'a' | ForEach-Object ToUpper",
            'Cannot convert the "ToUpper" value of type "System.String" to',
        ),
        ("3.0", "1 | Out-Null -InformationAction Ignore", "that matches parameter name 'InformationAction'."),
    ],
)
def test_what_is_missing_is_refused_in_windows_own_words(at, version, script, message):
    result = at(version).run(script)
    assert message in (result.failure or result.errors[0]).message


def test_in_two_a_loop_over_nothing_runs_once_and_a_table_cast_stays_a_table(at):
    assert at("2.0").texts("foreach ($x in $null) { 'once' }") == ["once"]
    assert at("3.0").texts("foreach ($x in $null) { 'once' }; 'end'") == ["end"]
    assert at("2.0").texts("([pscustomobject]@{ a = 1 }).GetType().Name") == ["Hashtable"]
    assert at("2.0").values("(5).Count; $null.Count") == [None, None]


def test_the_same_text_means_what_each_host_makes_of_it(at):
    """Compiled scripts are shared by all runspaces."""
    script = "2 -in 1, 2"
    new, old = at("5.1"), at("2.0")
    assert new.values(script) == [True]
    assert "Unexpected token" in old.error(script).message
    assert new.values(script) == [True]


@pytest.mark.parametrize(
    ("version", "first", "last"),
    [("2.0", "CLRVersion", "PSRemotingProtocolVersion"), ("5.1", "PSVersion", "SerializationVersion")],
)
def test_the_version_table_is_listed_as_that_version_lists_it(at, version, first, last):
    keys = at(version).texts("$PSVersionTable.Keys | ForEach-Object { $_ }")
    assert (keys[0], keys[-1]) == (first, last)


def test_variables_of_later_versions_are_not_there(at):
    names = "'InformationPreference', 'PSDefaultParameterValues' | Where-Object { Get-Variable $_ -ErrorAction SilentlyContinue }"
    assert at("2.0").values(names) == []
    assert at("4.0").texts(names) == ["PSDefaultParameterValues"]
    assert at("5.1").texts(names) == ["InformationPreference", "PSDefaultParameterValues"]
