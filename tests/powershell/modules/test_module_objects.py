"""PSModuleInfo, Test-ModuleManifest, and what importing and removing script modules leave behind."""

from __future__ import annotations

import pytest

from tests.powershell.modules.console_session import ConsoleSession

MANIFEST = """@{ RootModule = 'Tools.psm1'; ModuleVersion = '1.2.3'; GUID = 'f5a5f169-7026-4053-932a-19a7c37b1ca5'
Author = 'someone'; PowerShellVersion = '5.0'; FunctionsToExport = 'Get-Tool'; AliasesToExport = 'gtool'
DscResourcesToExport = 'Tool'
PrivateData = @{ PSData = @{ Tags = 'a', 'b'; ProjectUri = 'https://example.org/tools' } } }"""
SCRIPT = """
$script:hidden = 'inside'
function Get-Tool { [Alias('gtool')] param() Get-Inner }
function Get-Inner { $script:hidden }
Export-ModuleMember -Function Get-Tool -Alias gtool
"""


@pytest.fixture
def session():
    made = ConsoleSession()
    files = made.host.filesystem
    folders = {
        "C:\\Mods\\Tools": {"Tools.psd1": MANIFEST, "Tools.psm1": SCRIPT},
        "C:\\Mods\\Shared": {"Shared.psm1": "function Get-Shared { 'shared' }; function Get-Two { 2 }"},
        "C:\\Mods\\A": {
            "A.psm1": "Import-Module C:\\Mods\\Shared\\Shared.psm1; function Get-A { Get-Shared }"
        },
        "C:\\Mods\\B": {
            "B.psm1": "Import-Module C:\\Mods\\Shared\\Shared.psm1; function Get-B { Get-Shared }"
        },
    }
    for folder, texts in folders.items():
        files.make_directory(folder, parents=True)
        for name, text in texts.items():
            files.write(f"{folder}\\{name}", text.encode())
    made.values("$env:PSModulePath = 'C:\\Mods;' + $env:PSModulePath")
    return made


def test_a_loaded_module_says_what_its_manifest_says(session):
    assert session.values(
        '$m = Import-Module Tools -PassThru; $m.ModuleBase; $m.Path; "$($m.Guid)"; $m.Author; "$($m.Tags)";'
        '$m.ProjectUri.Host; "$($m.PowerShellVersion)"; $m.ExportedFunctions.Keys; $m.ExportedAliases.Keys;'
        '"$($m.ExportedCommands.Keys)"; "$($m.ExportedDscResources)"; $m.RootModule; "$($m.AccessMode)"'
    ) == [
        "C:\\Mods\\Tools",
        "C:\\Mods\\Tools\\Tools.psd1",
        "f5a5f169-7026-4053-932a-19a7c37b1ca5",
        "someone",
        "a b",
        "example.org",
        "5.0",
        "Get-Tool",
        "gtool",
        "Get-Tool gtool",
        "Tool",
        "Tools.psm1",
        "ReadWrite",
    ]


def test_code_can_be_run_inside_of_a_module(session):
    assert session.values(
        "$m = Import-Module Tools -PassThru; $m.Invoke({ Get-Inner }); & $m.NewBoundScriptBlock({ $hidden });"
        "$m.SessionState.PSVariable.GetValue('hidden'); $m.SessionState.Module.Name;"
        "(Get-Command Get-Tool).Module.Name; (Get-Command Get-Tool).ScriptBlock.Module.Name;"
        "$null -eq $ExecutionContext.SessionState.Module"
    ) == ["inside", "inside", "inside", "Tools", "Tools", "Tools", True]


def test_on_remove_runs_when_the_module_goes(session):
    assert session.values(
        "$m = Import-Module Tools -PassThru; $m.OnRemove = { $global:gone = 'bye' }; Remove-Module Tools; $gone"
    ) == ["bye"]


def test_modules_of_folders_are_listed(session):
    assert session.values("(Get-Module -ListAvailable -Name T*ls, Shared).ModuleBase") == [
        "C:\\Mods\\Shared",
        "C:\\Mods\\Tools",
    ]
    assert session.values("(Get-Module -ListAvailable).Name -contains 'tools'") == [True]


def test_a_manifest_is_tested_with_the_files_that_it_names(session):
    assert session.values("(Test-ModuleManifest C:\\Mods\\Tools\\Tools.psd1).Version.ToString()") == ["1.2.3"]
    session.host.filesystem.remove("C:\\Mods\\Tools\\Tools.psm1")
    name = "Microsoft.PowerShell.Commands.TestModuleManifestCommand"
    assert (
        session.error("Test-ModuleManifest C:\\Mods\\Tools\\Tools.psd1")[0]
        == f"Modules_InvalidManifest,{name}"
    )
    assert session.error("Test-ModuleManifest C:\\no.psd1")[0] == f"Modules_ModuleNotFound,{name}"


def test_removing_a_module_leaves_what_others_have_from_the_same_source(session):
    assert session.values(
        "Import-Module A; Remove-Module A; Import-Module B; Get-B; Import-Module Shared; Get-Shared"
    ) == ["shared", "shared"]


def test_names_that_one_import_wants_bind_no_later_one(session):
    assert session.values(
        "Import-Module Shared -Function Get-Two; Test-Path Function:Get-Shared;"
        "Import-Module Shared; Get-Shared"
    ) == [False, "shared"]


def test_a_value_of_an_unknown_parameter_takes_no_position(session):
    assert session.values(
        'function f { param([bool]$First, [Parameter(ValueFromRemainingArguments)]$Rest) "$First $Rest" };'
        "f -Unknown text"
    ) == ["False -Unknown text"]


def test_a_preference_is_a_number_to_a_switch(session):
    assert session.values(
        'function f { [CmdletBinding()] param([switch]$S) "$S" }; $a = [Management.Automation.ActionPreference];'
        "f -S:($a::Continue); f -S:($a::SilentlyContinue)"
    ) == ["True", "False"]


def test_text_of_a_list_is_taken_by_plain_functions_only(session):
    assert session.values("function f { param([string]$S) $S }; f (1, 2)") == ["1 2"]
    identifier, _, _ = session.error("function g { [CmdletBinding()] param([string]$S) $S }; g (1, 2)")
    assert identifier == "ParameterArgumentTransformationError,g"


def test_an_empty_text_clears_the_attributes_of_a_file(session):
    assert session.values(
        "Set-Content C:\\a.txt x; $f = Get-Item C:\\a.txt; $f.Attributes = 'ReadOnly'; $f.Attributes = '';"
        "$f.IsReadOnly"
    ) == [False]


def test_an_object_without_a_constructor_holds_what_is_put_into_it(session):
    assert session.values(
        "$o = [Runtime.Serialization.FormatterServices]::GetUninitializedObject([Diagnostics.Process]);"
        "$o.GetType().FullName; $o.Id; $o -is [Diagnostics.Process]"
    ) == ["System.Diagnostics.Process", 0, True]


def test_accessors_stand_behind_properties(session):
    assert session.values("$x = [xml]'<a><b/></a>'; $x.get_DocumentElement().Name; 'abc'.get_Length()") == [
        "a",
        3,
    ]


def test_a_block_made_in_a_module_sees_the_variables_of_its_callers_there(session):
    session.values(
        "New-Module Maker { function Get-Found($Wanted) {"
        " $f = [scriptblock]::Create('$_ -eq $Wanted'); 1..3 | Where-Object -FilterScript $f } } | Out-Null"
    )
    assert session.values("Get-Found 2") == [2]


def test_the_type_of_the_bound_parameters_is_their_own(session):
    assert session.values(
        "function f { [CmdletBinding()] param($A) $PSBoundParameters.GetType().Name;"
        "$PSBoundParameters -is [Collections.IDictionary]; $PSBoundParameters.ContainsKey('a') }; f 1"
    ) == ["PSBoundParametersDictionary", True, True]


def test_numbers_are_tried_in_a_style(session):
    assert session.values(
        "$n = 0; [int]::TryParse('ff', 'HexNumber', [cultureinfo]::InvariantCulture, [ref]$n); $n;"
        "[int]::TryParse('x', 'HexNumber', [cultureinfo]::InvariantCulture, [ref]$n); $n"
    ) == [True, 255, False, 0]


def test_an_instance_of_the_client_has_what_it_was_given(session):
    assert session.values(
        "$i = New-CimInstance -ClassName Win32_Service -Property @{ Name = 'x' } -ClientOnly;"
        "$i.CimInstanceProperties.Name; $i.CimSystemProperties.ClassName;"
        "$n = [CimInstance]::new('DSC_Thing', 'root/x'); $n.CimClass.CimClassName; $n.Dispose()"
    ) == ["Name", "Win32_Service", "DSC_Thing"]


def test_settings_of_a_log_that_the_machine_has_not_are_not_saved(session):
    assert session.values(
        "$null = Get-WinEvent -ListLog System; $l = [System.Diagnostics.Eventing.Reader.EventLogConfiguration]::new('system');"
        "$l.LogName; $l.MaximumSizeInBytes; $l.LogMode = 'Retain'; \"$($l.LogMode)\""
    ) == ["System", 20971520, "Retain"]
    identifier, _, message = session.error("$l.IsEnabled = $false; $l.SaveChanges()")
    assert "not emulated" in message, identifier


def test_lists_without_anything_are_compared(session):
    assert session.values("(Compare-Object @() @(1)).SideIndicator") == ["=>"]


def test_a_script_of_a_module_knows_its_own_path(session):
    session.host.filesystem.write(
        "C:\\Mods\\Where.psm1", b"$p = $MyInvocation.MyCommand.Path; function Get-P { $p }"
    )
    assert session.values("Import-Module C:\\Mods\\Where.psm1; Get-P") == ["C:\\Mods\\Where.psm1"]


def test_the_assembly_of_a_module_of_windows_is_imported_by_its_path(session):
    assert session.values(
        "$p = Join-Path $PSHOME Modules\\Dism\\Microsoft.Dism.PowerShell.dll -Resolve;"
        "(Import-Module $p -PassThru).Name"
    ) == ["Dism"]


def test_cmdlets_of_the_network_modules_that_are_not_emulated_say_so(session):
    identifier, _, message = session.error("Get-NetAdapterRsc")
    assert identifier.startswith("NotEmulated,")
    assert "Get-NetAdapterRsc" in message


def test_a_member_of_a_class_tells_its_attributes(session):
    assert session.values(
        "class C { [DscProperty(Key)][string]$Id; [DscProperty()][int]$Count; [int]$Plain }; $t = [C];"
        "$t.GetMember('Id').CustomAttributes.AttributeType.Name; $t.GetMember('Id').CustomAttributes.NamedArguments.MemberName;"
        "@($t.GetMember('Count').CustomAttributes.NamedArguments).Count; $t.GetMember('Plain')[0].CustomAttributes.Count;"
        "@($t.GetMember('None')).Count"
    ) == ["DscPropertyAttribute", "Key", 0, 0, 0]


def test_the_classes_of_a_module_that_is_not_loaded() -> None:
    session = ConsoleSession()
    session.values(
        "$base = 'C:\\Program Files\\WindowsPowerShell\\Modules\\Typed'; $null = mkdir $base, $base\\Inner;"
        "Set-Content $base\\Inner\\Inner.psm1 'class A { }; enum B { x }';"
        "Set-Content $base\\Typed.psm1 'class C { }; class A { [int] $x }';"
        "New-ModuleManifest $base\\Typed.psd1 -RootModule Typed.psm1 -NestedModules Inner"
    )
    script = "$found = (Get-Module Typed -ListAvailable).GetExportedTypeDefinitions(); ($found.Keys | sort) -join ','"
    assert session.values(script) == ["A,B,C"]
    assert session.values("$found['A'].Members.Name") == ["x"]
