"""Import-Module, Remove-Module and Get-Module by their parameters: names, read-only modules, sessions."""

from __future__ import annotations

import pytest

from tests.powershell.modules.console_session import ConsoleSession


@pytest.fixture
def session() -> ConsoleSession:
    made = ConsoleSession()
    made.values("""
    $home_ = 'C:\\m\\Odd'; $null = New-Item -ItemType Directory $home_ -Force
    Set-Content "$home_\\Odd.psm1" 'function Acquire-It { 1 }; function Get-It { 2 }; Set-Alias gi2 Get-It'
    Set-Content "$home_\\Odd.psd1" "@{ ModuleVersion = '2.1'; RootModule = 'Odd.psm1'; FunctionsToExport = '*' }"
    $path = "$home_\\Odd.psd1" """)
    return made


_UNAPPROVED = (
    "The names of some imported commands from the module 'Odd' include unapproved verbs that might make them less "
    "discoverable. To find the commands with unapproved verbs, run the Import-Module command again with the Verbose "
    "parameter. For a list of approved verbs, type Get-Verb."
)


def test_an_unapproved_verb_is_warned_of_unless_names_are_not_checked(session):
    script = (
        "Import-Module $path {0} -WarningVariable w -WarningAction SilentlyContinue -Force; $w | % Message"
    )
    assert session.values(script.format("")) == [_UNAPPROVED]
    assert session.values(script.format("-DisableNameChecking")) == []


def test_verbose_tells_what_comes_in_and_what_goes(session):
    script = "Import-Module $path -Verbose -WarningAction SilentlyContinue 4>&1 | % Message"
    assert session.values(script) == [
        "Loading module from path 'C:\\m\\Odd\\Odd.psd1'.",
        "Loading module from path 'C:\\m\\Odd\\Odd.psm1'.",
        "Exporting function 'Acquire-It'.",
        "Exporting function 'Get-It'.",
        "The 'Acquire-It' command in the 'Odd' module was imported, but because its name does not include an "
        'approved verb, it might be difficult to find. The suggested alternative verbs are "Get,Read".',
        "Importing function 'Acquire-It'.",
        "Importing function 'Get-It'.",
        "Importing alias 'gi2'.",
    ]
    gone = session.values("Remove-Module Odd -Verbose 4>&1 | % Message | Select-Object -Last 3")
    assert gone == [
        'Removing the imported "Acquire-It" function.',
        'Removing the imported "Get-It" function.',
        'Removing the imported "gi2" alias.',
    ]


def test_a_noun_with_a_restricted_character_is_warned_of(session):
    script = "$null = New-Module -Name n { function Get-A-B { } } -WarningVariable w -WarningAction SilentlyContinue"
    (text,) = session.values(f"{script}; $w | % Message")
    assert text.startswith(
        "Some imported command names contain one or more of the following restricted characters"
    )


def test_no_clobber_says_what_stays_away(session):
    script = "function Get-It { 'mine' }; Import-Module $path -NoClobber -DisableNameChecking -Verbose 4>&1 | % Message"
    told = "The function 'Get-It' was not imported because there is a member with the same name in the current scope."
    assert told in session.values(script)
    assert session.values("Get-It") == ["mine"]


def test_a_read_only_module_goes_with_force_only(session):
    session.values(
        "Import-Module $path -DisableNameChecking; $m = Get-Module Odd; $m.AccessMode = 'ReadOnly'"
    )

    found = session.runspace.run("Remove-Module Odd")
    assert [one.fully_qualified_error_id.partition(",")[0] for one in found.errors] == [
        *("Modules_ModuleIsReadOnly", "Modules_NoModulesRemoved"),
    ]
    assert found.errors[0].message == (
        "Unable to remove the module 'Odd' because it is read-only. Add the Force parameter to your command to remove "
        "read-only modules."
    )
    assert session.values('"$($m.AccessMode)"; Remove-Module Odd -Force; @(Get-Module Odd).Count') == [
        "ReadOnly",
        0,
    ]


def test_a_constant_module_stays(session):
    session.values("Import-Module $path -DisableNameChecking; (Get-Module Odd).AccessMode = 'Constant'")
    found = session.runspace.run("Remove-Module Odd -Force; (Get-Module Odd).AccessMode = 'ReadWrite'")
    assert found.errors[0].fully_qualified_error_id.startswith("Modules_ModuleIsConstant,")
    assert session.values("@(Get-Module Odd).Count") == [1]


def test_a_module_that_another_one_requires_stays(session):
    session.values("""
    $null = New-Item -ItemType Directory C:\\m\\Top; $env:PSModulePath = "C:\\m;$env:PSModulePath"
    Set-Content C:\\m\\Top\\Top.psd1 "@{ ModuleVersion = '1.0'; RequiredModules = 'Odd' }"; Import-Module Top""")
    found = session.runspace.run("Remove-Module Odd")
    assert found.errors[0].message == (
        "Unable to remove the module 'Odd' because it is required by 'Top'. Add the Force parameter to your command to "
        "remove the module."
    )
    assert session.values("Remove-Module Odd, Top; @(Get-Module Odd, Top).Count") == [0]


@pytest.mark.parametrize(
    ("specification", "left"),
    [("@{ModuleName='Odd'; ModuleVersion='3.0'}", 1), ("@{ModuleName='Odd'; ModuleVersion='2.0'}", 0)],
)
def test_a_specification_names_the_version_that_goes(session, specification, left):
    session.values("Import-Module $path -DisableNameChecking")
    session.runspace.run(f"Remove-Module -FullyQualifiedName {specification}")
    assert session.values("@(Get-Module Odd).Count") == [left]


def test_modules_of_a_session_are_listed_and_imported(session):
    session.values('$s = New-PSSession; Invoke-Command $s { $env:PSModulePath = "C:\\m;$env:PSModulePath" }')

    assert session.values("(Get-Module -PSSession $s -ListAvailable -Name Hyper-V).Name") == ["Hyper-V"]
    script = "(Import-Module Odd -PSSession $s -PassThru).Name; (Get-Command Get-It).CommandType.ToString(); [int](Get-It)"
    assert session.values(script) == ["Odd", "Function", 2]
    folder = "Split-Path (Get-Module Odd).Path"
    assert session.values(f"$f = {folder}; Test-Path $f; Remove-Module Odd; Test-Path $f") == [True, False]


def test_only_modules_of_cim_come_over_a_cim_session(session):
    session.values("$c = New-CimSession; Import-Module NetAdapter -CimSession $c; Get-NetAdapter | Out-Null")
    assert session.error("Import-Module Hyper-V -CimSession $c")[::2] == (
        "PsModuleOverCimSessionError,Microsoft.PowerShell.Commands.ImportModuleCommand",
        "The module Hyper-V cannot be imported over a CimSession.  Try using the PSSession parameter of the "
        "Import-Module cmdlet.",
    )


@pytest.mark.parametrize(
    ("script", "identifier"),
    [
        ("Get-Module -PSSession (New-PSSession)", "RemoteDiscoveryWorksOnlyInListAvailableMode"),
        (
            "Get-Module C:\\x -PSSession (New-PSSession) -ListAvailable",
            "RemoteDiscoveryWorksOnlyForUnQualifiedNames",
        ),
    ],
)
def test_what_cannot_be_asked_of_a_session(session, script, identifier):
    assert session.error(script)[0] == f"{identifier},Microsoft.PowerShell.Commands.GetModuleCommand"


def test_the_edition_chooses_among_modules_that_name_theirs(session):
    session.values("""
    $env:PSModulePath = 'C:\\m'; $null = New-Item -ItemType Directory C:\\m\\Core6
    Set-Content C:\\m\\Core6\\Core6.psd1 "@{ ModuleVersion = '1.0'; CompatiblePSEditions = 'Core' }" """)
    assert session.values("(Get-Module -ListAvailable Core6, Odd -PSEdition Core).Name") == ["Core6"]


def test_an_assembly_of_windows_is_a_module(session):
    script = "(Import-Module -Assembly ([System.Management.Automation.PSObject].Assembly) -PassThru).Name"
    assert session.values(script) == ["System.Management.Automation"]


def test_a_specification_means_its_versions_as_well(session):
    session.values("Import-Module $path -WarningAction SilentlyContinue")
    script = "(Get-Module {0} -FullyQualifiedName @{{ ModuleName = 'Odd'; {1} = '{2}' }}).Name"
    assert session.values(script.format("", "ModuleVersion", "2.0")) == ["Odd"]
    assert session.values(script.format("", "ModuleVersion", "2.2")) == [None]
    assert session.values(script.format("", "RequiredVersion", "2.0")) == [None]
    listed = (
        "(Get-Module -ListAvailable -FullyQualifiedName @{{ ModuleName = {0}; ModuleVersion = '{1}' }}).Name"
    )
    assert session.values(listed.format("$path", "2.0")) == ["Odd"]
    assert session.values(listed.format("$path", "9.0")) == [None]


def test_a_version_that_is_none_is_one_that_no_module_has(session):
    found = session.error("Import-Module -FullyQualifiedName @{ ModuleName = 'Odd'; ModuleVersion = 'abc' }")
    assert found[0].startswith("Modules_ModuleWithVersionNotFound,")
