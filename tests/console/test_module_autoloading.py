"""A command loads the script module of $env:PSModulePath that has it."""

import base64

import pytest

MAKE = (
    "$env:PSModulePath = 'C:\\Nowhere;C:\\work\\Modules'; New-Item Modules\\M\\1.2 -ItemType Directory -Force | Out-Null; "
    "New-Item Modules\\S -ItemType Directory | Out-Null; "
    "'function Get-It { ''it'' }; function Get-Hidden { 1 }; Set-Alias git2 Get-It' | Set-Content Modules\\M\\1.2\\M.psm1; "
    "\"@{ ModuleVersion = '1.2'; RootModule = 'M.psm1'; FunctionsToExport = 'Get-It'; AliasesToExport = 'git2' }\" | "
    "Set-Content Modules\\M\\1.2\\M.psd1; "
    "'function Get-Own { ''own'' }; function Get-More { [Alias(\"gmo2\")] param() ''more'' }; function Get-Kept { 2 }; "
    "Export-ModuleMember -Function Get-O*, Get-More -Alias gmo2' | Set-Content Modules\\S\\S.psm1; "
)

CASES = [
    ("Get-It; (Get-Module M).Version.ToString()", ["it", "1.2"]),
    ("git2; (Get-Command Get-It).ModuleName", ["it", "M"]),
    ("Get-Own; gmo2; @(Get-Module S).Count", ["own", "more", "1"]),
    ("M\\Get-It; @(Get-Module S).Count", ["it", "0"]),
    ("(Get-Command Get-Own).ModuleName; Get-Module S | % Name", ["S", "S"]),
    ("try { Get-Hidden } catch { $_.FullyQualifiedErrorId }", ["CommandNotFoundException"]),
    (
        "try { Get-Kept } catch { $_.FullyQualifiedErrorId }; @(Get-Module).Name -contains 'S'",
        ["CommandNotFoundException", "False"],
    ),
    ("$PSModuleAutoLoadingPreference = 'None'; try { Get-It } catch { 'no' }", ["no"]),
    (
        "$PSModuleAutoLoadingPreference = 'ModuleQualified'; try { Get-It } catch { 'no' }; M\\Get-It",
        ["no", "it"],
    ),
    (
        "'throw 1; function Get-Bad { }' | Set-Content Modules\\S\\S.psm1; try { Get-Bad } catch { \"$_\"; $_.FullyQualifiedErrorId }",
        [
            "The 'Get-Bad' command was found in the module 'S', but the module could not be loaded. For more information, run 'Import-Module S'.",
            "CouldNotAutoloadMatchingModule",
        ],
    ),
    (
        "'Get-Loop; function Get-Loop { 1 }' | Set-Content Modules\\S\\S.psm1; try { Get-Loop } catch { 'stopped' }",
        ["stopped"],
    ),
    ("'@{' | Set-Content Modules\\M\\1.2\\M.psd1; try { Get-It } catch { 'no' }; Get-Own", ["no", "own"]),
    ("function Get-It { 'mine' }; Get-It; @(Get-Module M).Count", ["mine", "0"]),
]


@pytest.mark.parametrize(("script", "expected"), CASES)
def test_a_command_loads_its_module(machine, script, expected):
    encoded = base64.b64encode((MAKE + script).encode("utf-16-le")).decode()
    ended = machine.run(
        f"powershell -NoProfile -OutputFormat Text -EncodedCommand {encoded}", directory="C:\\work"
    )
    assert ended.out.split("\r\n")[:-1] == expected, ended.err
