"""What PowerShell 7 does otherwise than Windows PowerShell."""

import pytest

from emulator.powershell.runtime import VersionFacts


@pytest.fixture
def seven(make_shell):
    return make_shell(
        version=VersionFacts(
            ps_version="7.4.6", edition="Core", operating_system="Microsoft Windows 10.0.20348"
        )
    )


@pytest.mark.parametrize(
    ("script", "values"),
    [
        ("$true ? 1 : 2", [1]),
        ("0 ? 'a' : ($null ? 'b' : 'c')", ["c"]),
        ("$null ?? 5; 3 ?? 5", [5, 3]),
        ("$a ??= 4; $a ??= 5; $a", [4]),
        ("$h = @{}; $h.x ??= 1; $h.x", [1]),
        ("$n = $null; $null -eq ${n}?.Length; $null -eq ${n}?[0]; $null -eq ${n}?.Substring(1)", [True] * 3),
        ("$n = 'abc'; ${n}?.Length; ${n}?[0]; ${n}?.Substring(1)", [3, "a", "bc"]),
        ("1 && 2", [1, 2]),
        ("Write-Error e -ErrorAction SilentlyContinue || 'failed'", ["failed"]),
        ("Write-Error e -ErrorAction SilentlyContinue && 'never'; 'end'", ["end"]),
        ("'a' && 'b' || 'c'", ["a", "b"]),
        ("$IsWindows; $IsLinux; $IsCoreCLR; $PSEdition", [True, False, True, "Core"]),
        ("'[1,2]' | ConvertFrom-Json | Measure-Object | ForEach-Object Count", [2]),
        ("('{\"a\":1}' | ConvertFrom-Json).a.GetType().Name", ["Int64"]),
        ("[pscustomobject]@{ a = 1 } | ConvertTo-Csv", ['"a"', '"1"']),
        (
            "function f { [CmdletBinding()] param([Parameter(ValueFromPipeline)]$x) process { $x } end { 9 } }"
            ' 1..2 | f -PipelineVariable p | % { "<$p>" }; "[$p]"',
            ["<1>", "<2>", "<9>", "[]"],
        ),
        ("'<it''s>' | ConvertTo-Json", ['"<it\'s>"']),
        ("@{ a = @{} ; b = @() } | ConvertTo-Json -Compress", ['{"a":{},"b":[]}']),
    ],
)
def test_its_language_and_cmdlets(seven, script, values):
    assert seven.values(script) == values


def test_only_the_chosen_side_is_looked_at(seven):
    script = (
        "function f { $script:ran = 1 }; $true ? 1 : (f); 2 ?? (f); $x = 1; $x ??= (f); $null -eq $script:ran"
    )
    assert seven.values(script) == [1, 2, True]


def test_json_is_laid_out_with_two_blanks_and_dates_are_iso(seven):
    script = (
        "[ordered]@{ a = 1; b = @(1, @{ c = 'x' }); d = [datetime]'2024-05-06T07:08:09.5Z' } | ConvertTo-Json"
    )
    text = seven.texts(script)[0]
    head, _, date = text.partition('"d": ')
    assert head == '{\r\n  "a": 1,\r\n  "b": [\r\n    1,\r\n    {\r\n      "c": "x"\r\n    }\r\n  ],\r\n  '
    assert date.startswith('"2024-05-06T')
    assert ":08:09.5" in date


def test_the_version_table(seven):
    keys = seven.texts("$PSVersionTable.Keys | ForEach-Object { $_ }")
    assert keys[:5] == ["PSVersion", "PSEdition", "GitCommitId", "OS", "Platform"]
    assert "CLRVersion" not in keys


def test_errors_are_concise(seven):
    assert seven.report("nosuch").startswith("nosuch: The term 'nosuch' is not recognized")
    assert seven.report("throw 'x'").strip() == "Exception: x"
    assert seven.report("1\nWrite-Error broken").strip() == "Write-Error: broken"
    report = seven.report("1\nGet-Date -Foo")
    assert [line.strip() for line in report.splitlines()[:5]] == [
        "Get-Date:",
        "Line |",
        "2 |  Get-Date -Foo",
        "|           ~~~~",
        "| A parameter cannot be found that matches parameter name 'Foo'.",
    ]
    assert "CategoryInfo" in seven.report("$ErrorView = 'NormalView'; nosuch")


@pytest.mark.parametrize("script", ["1, 2 | Join-String", "function f { end { 1 } clean { 2 } }; f", "1 &"])
def test_what_is_not_emulated_says_so(seven, script):
    assert "is not emulated" in seven.error(script).message


def test_windows_powershell_has_none_of_it(shell):
    for script in ("$true ? 1 : 2", "$null ?? 5", "1 && 2", "Join-String"):
        result = shell.run(script)
        assert result.failure or result.errors
    assert shell.values("$null -eq $IsWindows") == [True]
