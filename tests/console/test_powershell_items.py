"""Items of drives in powershell.exe: the FileSystem provider over the fake files, and script modules in them."""

import base64

import pytest

ITEMS = [
    ("'a','b' | Set-Content x.txt; Get-Content x.txt; (Get-Item x.txt).Length", ["a", "b", "6"]),
    (
        "'a' > x.txt; Add-Content n.txt 1, 2; (Get-Content n.txt -Raw).Length; Get-Content n.txt -Tail 1",
        ["6", "2"],
    ),
    (
        "New-Item d -ItemType Directory | % Name; New-Item d\\e.txt -Value hi | % Length; ls d | % FullName",
        ["d", "2", "C:\\work\\d\\e.txt"],
    ),
    (
        "mkdir2 2>$null; New-Item d\\f -ItemType Directory -Force | Out-Null; Test-Path d\\*; Test-Path d -PathType Leaf",
        ["True", "False"],
    ),
    (
        "'x' | Set-Content a.txt; Copy-Item a.txt b.txt; Move-Item b.txt c.txt; Rename-Item c.txt d.txt; ls | % Name",
        ["a.txt", "d.txt"],
    ),
    (
        "'x' | Set-Content a.log; 'x' | Set-Content b.txt; ls *.log | % Name; ls -Exclude *.log | % Name; ls -Filter b* -Name",
        ["a.log", "b.txt", "b.txt"],
    ),
    ('Push-Location C:\\Windows; "$pwd"; Pop-Location; (Get-Location).Path', ["C:\\Windows", "C:\\work"]),
    (
        "New-PSDrive q FileSystem C:\\work | % Root; 'z' | Set-Content q:\\z.txt; gc C:\\work\\z.txt; (gi q:z.txt).PSParentPath",
        ["C:\\work", "z", "Microsoft.PowerShell.Core\\FileSystem::C:\\work"],
    ),
    (
        "Join-Path C:\\a \\b; Split-Path C:\\a\\b; Split-Path C:\\a\\b -Leaf; Split-Path C:\\a -Qualifier; Resolve-Path w* | % Path",
        ["C:\\a\\b", "C:\\a", "b", "C:"],
    ),
    ("'v' | Set-Content f.txt; ${C:\\work\\f.txt}; ${C:\\work\\g.txt} = 1, 2; gc g.txt", ["v", "1", "2"]),
    (
        "$ErrorActionPreference = 'SilentlyContinue'; Copy-Item Env: Env:x; Get-Content Env:; "
        "Copy-Item C:\\Windows\\nope $null; $Error | % FullyQualifiedErrorId",
        [
            "PathNotFound,Microsoft.PowerShell.Commands.CopyItemCommand",
            "ArgumentNull,Microsoft.PowerShell.Commands.GetContentCommand",
            "ArgumentNull,Microsoft.PowerShell.Commands.CopyItemCommand",
        ],
    ),
    ("$env:Q = 1; (gi Env:Q).Value; Test-Path Env:Nope; ri Env:Q; Test-Path Env:Q", ["1", "False", "False"]),
    (
        "$v = 3; (gi Variable:v).Value; function f {1}; Test-Path Function:f; ri Function:f; Test-Path Function:f",
        ["3", "True", "False"],
    ),
    (
        "Set-Item Function:g { 'made' }; g; Get-PSProvider | % Name",
        [
            *("made", "Alias", "Certificate", "Environment", "FileSystem", "Function"),
            *("Registry", "Variable", "WSMan"),
        ],
    ),
    (
        "try { gi nope -ErrorAction Stop } catch { $_.FullyQualifiedErrorId }; try { gi zz:\\ -ea Stop } catch { $_.FullyQualifiedErrorId }",
        [
            "PathNotFound,Microsoft.PowerShell.Commands.GetItemCommand",
            "DriveNotFound,Microsoft.PowerShell.Commands.GetItemCommand",
        ],
    ),
]

MODULES = [
    (
        "New-Item M -ItemType Directory | Out-Null; 'function Get-It { $script:n++; $n }; function Other { }' | Set-Content M\\M.psm1; "
        "\"@{ ModuleVersion = '1.2'; RootModule = 'M.psm1'; FunctionsToExport = 'Get-It' }\" | Set-Content M\\M.psd1; "
        "Import-Module .\\M; Get-It; Get-It; (Get-Module M).Version.ToString(); Test-Path Function:Other",
        ["1", "2", "1.2", "False"],
    ),
    (
        "'class C { $x = 5 }; function f { [C]::new().x }' | Set-Content m.psm1; Import-Module .\\m.psm1; f",
        ["5"],
    ),
    (
        "'param($a) function f { $a }' | Set-Content m.psm1; Import-Module .\\m.psm1 -ArgumentList 7 -Prefix P; Pf; Remove-Module m; Test-Path Function:Pf",
        ["7", "False"],
    ),
]


@pytest.mark.parametrize(("script", "expected"), [*ITEMS, *MODULES])
def test_items_of_drives(machine, script, expected):
    encoded = base64.b64encode(script.encode("utf-16-le")).decode()
    ended = machine.run(
        f"powershell -NoProfile -OutputFormat Text -EncodedCommand {encoded}", directory="C:\\work"
    )
    assert ended.out.split("\r\n")[:-1] == expected, ended.err
