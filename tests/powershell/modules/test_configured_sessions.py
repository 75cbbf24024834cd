"""Sessions of session configurations that scripts open, what they may do there, and who may see what."""

from __future__ import annotations

import pytest

from emulator.powershell.dotnet.psobject import unwrap
from emulator.powershell.runtime import Runspace
from emulator.powershell.runtime.conversion import to_text
from tests.powershell.modules.console_session import ConsoleSession

JEA = (
    "New-PSSessionConfigurationFile C:\\jea.pssc -SessionType RestrictedRemoteServer -VisibleCmdlets Get-Service "
    "-RoleDefinitions @{ 'BUILTIN\\Users' = @{ VisibleCmdlets = 'Get-Process' } };"
    "Register-PSSessionConfiguration Jea -Path C:\\jea.pssc -Force"
)


@pytest.fixture
def session() -> ConsoleSession:
    return ConsoleSession()


def test_invoke_command_honours_the_configuration(session: ConsoleSession) -> None:
    session.values(
        "Set-Content C:\\s.ps1 '$global:mark = 7'; Register-PSSessionConfiguration Ops -StartupScript C:\\s.ps1 -Force"
    )
    shown = session.values(
        "Invoke-Command localhost { $mark; $PSSenderInfo.ConfigurationName; $Host.Name } -Conf Ops"
    )
    assert [to_text(one) for one in shown] == ["7", "Ops", "ServerRemoteHost"]
    assert session.values("$s = New-PSSession -ConfigurationName Ops; $s.ConfigurationName") == ["Ops"]
    (value,) = session.values("Invoke-Command $s { $mark + 1 }")
    assert unwrap(value) == 8
    (preferred,) = session.values("$PSSessionConfigurationName = 'Ops'; Invoke-Command localhost { $mark }")
    assert unwrap(preferred) == 7


def test_a_configuration_that_cannot_be_opened_says_why(session: ConsoleSession) -> None:
    assert (
        session.error("New-PSSession -ConfigurationName Nope")[0] == "InvalidResourceUri,PSSessionOpenFailed"
    )
    identifier, _, text = session.error("Invoke-Command localhost { 1 } -ConfigurationName Nope")[:3]
    assert identifier == "InvalidResourceUri,PSSessionStateBroken"
    assert "Cannot find the Nope session configuration" in text
    session.values("Register-PSSessionConfiguration Ops -Force; Disable-PSSessionConfiguration Ops -Force")
    assert session.error("New-PSSession -ConfigurationName Ops")[0] == "AccessDenied,PSSessionOpenFailed"
    assert session.values("@(Get-PSSession).Count") == [0]


def test_a_session_without_a_language_takes_no_script(session: ConsoleSession) -> None:
    session.values(JEA)
    assert session.error("Invoke-Command localhost { 1 + 1 } -ConfigurationName Jea")[0].startswith(
        "ScriptsNotAllowed"
    )


def test_the_capability_of_a_user_is_what_a_session_would_show(session: ConsoleSession) -> None:
    session.values(JEA)
    session.host.accounts.create("maria", "Pa55w.rd!", groups=("Users",))
    names = session.values("(Get-PSSessionCapability Jea maria).Name")
    assert {"Get-Service", "Get-Process", "Get-Command"} <= set(names)
    assert "Get-Item" not in names
    name = "Microsoft.PowerShell.Commands.GetPSSessionCapabilityCommand"
    assert session.error("Get-PSSessionCapability Jea nobody")[0] == f"CouldNotResolveUsername,{name}"
    assert (
        session.error("Get-PSSessionCapability Nope maria")[0] == f"CouldNotFindSessionConfiguration,{name}"
    )
    assert session.error("Get-PSSessionCapability microsoft.powershell maria")[0] == (
        f"SessionConfigurationMustBeFileBased,{name}"
    )


def test_required_groups_are_a_condition_of_every_entry(session: ConsoleSession) -> None:
    session.values(
        "New-PSSessionConfigurationFile C:\\g.pssc -RoleDefinitions @{ 'BUILTIN\\Users' = @{} } "
        "-RequiredGroups @{ And = 'Backup Operators', @{ Or = 'Guests', 'Administrators' } };"
        "Register-PSSessionConfiguration G -Path C:\\g.pssc -Force"
    )
    (sddl,) = session.values("(Get-PSSessionConfiguration G).SecurityDescriptorSddl")
    assert sddl == (
        "O:NSG:BAD:P(XA;;GA;;;S-1-5-32-545;(Member_of {SID(S-1-5-32-551)} && (Member_of {SID(S-1-5-32-546)} || "
        "Member_of {SID(S-1-5-32-544)})))S:P(AU;FA;GA;;;WD)(AU;SA;GXGW;;;WD)"
    )
    assert session.values("(Get-PSSessionConfiguration G).Permission") == [
        "BUILTIN\\Users AccessAllowedCallback"
    ]
    assert session.error("New-PSSession -ConfigurationName G")[0].startswith("AccessDenied,")
    session.values("Add-LocalGroupMember 'Backup Operators' -Member Administrator")
    assert session.values("(New-PSSession -ConfigurationName G).State.ToString()") == ["Opened"]


@pytest.mark.parametrize(
    ("groups", "text"),
    [("@{ And = 'Guests'; Or = 'Users' }", "only a single key"), ("@{ Not = 'Guests' }", "Unknown key")],
)
def test_required_groups_that_mean_nothing_are_refused(
    session: ConsoleSession, groups: str, text: str
) -> None:
    script = (
        "New-PSSessionConfigurationFile C:\\g.pssc -RoleDefinitions @{ 'BUILTIN\\Users' = @{} } "
        f"-RequiredGroups {groups}; Register-PSSessionConfiguration G -Path C:\\g.pssc -Force"
    )
    assert text in session.error(script)[2]
    assert session.error("Get-PSSessionConfiguration G")[2].startswith("No session configuration matches")


def test_a_user_drive_is_a_folder_of_the_caller(session: ConsoleSession) -> None:
    session.values(
        "New-PSSessionConfigurationFile C:\\d.pssc -MountUserDrive -UserDriveMaximumSize 1000;"
        "Register-PSSessionConfiguration D -Path C:\\d.pssc -Force"
    )
    script = "Set-Content User:\\a.txt x; $d = Get-PSDrive User; $d.Root; $d.MaximumSize"
    root, size = map(unwrap, session.values(f"Invoke-Command localhost {{ {script} }} -ConfigurationName D"))
    assert root == (
        "C:\\Users\\Administrator\\AppData\\Local\\Microsoft\\Windows\\PowerShell\\DriveRoots\\"
        f"{session.host.name}_Administrator"
    )
    assert size == 1000
    assert session.host.filesystem.exists(f"{root}\\a.txt")


def test_a_session_whose_startup_fails_is_not_opened(session: ConsoleSession) -> None:
    session.values(
        "Set-Content C:\\s.ps1 '$null = New-PSSession localhost; throw \"no luck\"'; Register-PSSessionConfiguration Ops -StartupScript C:\\s.ps1 -Force"
    )
    identifier, category, text = session.error("New-PSSession -ConfigurationName Ops")
    assert (identifier, category, text) == ("PSSessionOpenFailed", "OpenError", "[localhost] no luck")
    assert session.error("Invoke-Command localhost { 1 } -ConfigurationName Ops")[0] == "PSSessionStateBroken"
    assert session.shells.list() == ()


@pytest.mark.parametrize(
    ("member", "table", "missing"),
    [
        ("FunctionDefinitions", "ScriptBlock = { 1 }", "Name"),
        ("VariableDefinitions", "Value = 1", "Name"),
        ("AliasDefinitions", "Name = 'one'", "Value"),
    ],
)
def test_a_definition_that_lost_a_key_since_it_was_registered_says_so(
    session: ConsoleSession, member: str, table: str, missing: str
) -> None:
    session.values(
        "New-PSSessionConfigurationFile C:\\n.pssc; Register-PSSessionConfiguration N -Path C:\\n.pssc -Force"
    )
    session.values(
        "$file = Get-Item 'C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\SessionConfig\\N_*.pssc'\n"
        f'Set-Content $file.FullName "@{{ {member} = @{{ {table} }} }}"'
    )
    text = session.error("New-PSSession -ConfigurationName N")[2]
    assert f"The member '{member}' must contain the required key '{missing}'." in text


RESTRICTED = (
    "New-PSSessionConfigurationFile C:\\r.pssc -SessionType RestrictedRemoteServer -LanguageMode FullLanguage "
    "-VisibleCmdlets Get-ChildItem, @{ Name = 'Get-Service'; Parameters = @{ Name = 'Name'; ValidateSet = 'WinRM' }, "
    "@{ Name = 'DisplayName'; ValidatePattern = 'Win.*' } } -VisibleProviders Env* -EnvironmentVariables @{ A = '1' } "
    "-FunctionDefinitions @{ Name = 'Get-Root'; ScriptBlock = { (Get-ChildItem C:\\ | Select-Object -First 1).Name } } "
    "-AliasDefinitions @{ Name = 'gr'; Value = 'Get-Root' };"
    "Register-PSSessionConfiguration R -Path C:\\r.pssc -Force"
)


@pytest.fixture
def restricted(session: ConsoleSession) -> ConsoleSession:
    session.values(RESTRICTED)
    return session


@pytest.mark.parametrize("path", ["C:\\", "FileSystem::C:\\", "C:\\*", ".", "Variable:\\"])
def test_the_caller_reaches_no_provider_that_is_not_public(restricted: ConsoleSession, path: str) -> None:
    identifier, category, text = restricted.error(
        f"Invoke-Command localhost {{ Get-ChildItem {path} }} -ConfigurationName R"
    )
    assert identifier == "ProviderNotFound,Microsoft.PowerShell.Commands.GetChildItemCommand"
    assert category == "ObjectNotFound"
    name = "Variable" if path.startswith("Variable") else "FileSystem"
    assert text == f"Cannot find a provider with the name '{name}'."


@pytest.mark.parametrize(
    ("script", "value"), [("(Get-ChildItem Env:A).Value", "1"), ("Get-Root", "PerfLogs"), ("gr", "PerfLogs")]
)
def test_public_providers_and_the_own_functions_of_a_file_work(
    restricted: ConsoleSession, script: str, value: str
) -> None:
    (shown,) = restricted.values(f"Invoke-Command localhost {{ {script} }} -ConfigurationName R")
    assert unwrap(shown) == value


@pytest.mark.parametrize(
    ("script", "identifier"),
    [
        ("Get-Service spooler", "ParameterArgumentValidationError,Get-Service"),
        ("Get-Service -DisplayName 'My Windows'", "ParameterArgumentValidationError,Get-Service"),
        ("Get-Service -Include x", "NamedParameterNotFound,Get-Service"),
        ("Get-Item Env:A", "CommandNotFoundException"),
    ],
)
def test_a_command_takes_only_the_parameters_and_values_of_its_table(
    restricted: ConsoleSession, script: str, identifier: str
) -> None:
    assert restricted.error(f"Invoke-Command localhost {{ {script} }} -ConfigurationName R")[0] == identifier


def test_tables_of_several_roles_add_up_and_functions_are_wrapped_too(session: ConsoleSession) -> None:
    session.values(
        "New-PSSessionConfigurationFile C:\\r.pssc -SessionType RestrictedRemoteServer -LanguageMode FullLanguage "
        "-FunctionDefinitions @{ Name = 'Say'; ScriptBlock = { param($What, $Who) \"$What $Who\" } } "
        "-RoleDefinitions @{ 'BUILTIN\\Administrators' = @{ VisibleFunctions = "
        "@{ Name = 'Say'; Parameters = @{ Name = 'What'; ValidateSet = 'a' } } }; "
        "'BUILTIN\\Users' = @{ VisibleFunctions = "
        "@{ Name = 'Say'; Parameters = @{ Name = 'What'; ValidateSet = 'b' } } } };"
        "Register-PSSessionConfiguration R -Path C:\\r.pssc -Force;"
        "Add-LocalGroupMember Users -Member Administrator -ErrorAction Ignore"
    )
    shown = session.values("Invoke-Command localhost { Say a; Say -What b } -ConfigurationName R")
    assert [unwrap(one) for one in shown] == ["a ", "b "]
    for script in ("Say c", "Say a -Who x"):
        problem = session.error(f"Invoke-Command localhost {{ {script} }} -ConfigurationName R")
        assert problem[0].endswith(",Say")


@pytest.mark.parametrize(
    ("role", "identifier"),
    [
        ("RoleCapabilities = 'Nope'", "CouldNotFindRoleCapability"),
        ("RoleCapabilityFiles = 'C:\\a.txt'", "InvalidRoleCapabilityFileExtension"),
        ("RoleCapabilityFiles = 'C:\\nope.psrc'", "CouldNotFindRoleCapabilityFile"),
        ("VisibleCmdlets = @{ Name = 'Get-Service' }", "InvalidVisibleCommandKeyEntries"),
    ],
)
def test_a_role_that_cannot_be_read_breaks_the_session(
    session: ConsoleSession, role: str, identifier: str
) -> None:
    session.values(
        "New-PSSessionConfigurationFile C:\\r.pssc -SessionType RestrictedRemoteServer "
        f"-RoleDefinitions @{{ 'BUILTIN\\Administrators' = @{{ {role} }} }};"
        "Register-PSSessionConfiguration R -Path C:\\r.pssc -Force"
    )
    name = "Microsoft.PowerShell.Commands.GetPSSessionCapabilityCommand"
    assert session.error("Get-PSSessionCapability R Administrator")[0] == f"{identifier},{name}"


def test_a_capability_of_one_module_is_named_with_it(session: ConsoleSession) -> None:
    session.values(
        "$m = 'C:\\Program Files\\WindowsPowerShell\\Modules\\Ours\\RoleCapabilities'; $null = md $m;"
        'New-PSRoleCapabilityFile "$m\\Reader.psrc" -VisibleCmdlets Get-Process -VisibleProviders Function;'
        "New-PSSessionConfigurationFile C:\\r.pssc -SessionType RestrictedRemoteServer "
        "-RoleDefinitions @{ 'BUILTIN\\Administrators' = @{ RoleCapabilities = 'Ours\\Reader' } };"
        "Register-PSSessionConfiguration R -Path C:\\r.pssc -Force"
    )
    assert "Get-Process" in session.values("(Get-PSSessionCapability R Administrator).Name")
    state = "(Get-PSSessionCapability R Administrator -Full).Providers"
    assert session.values(f"({state} | ? Visibility -eq Public).Name") == ["Function"]


def test_a_default_session_with_a_list_hides_the_rest(session: ConsoleSession) -> None:
    session.values(
        "New-PSSessionConfigurationFile C:\\v.pssc -VisibleCmdlets Get-Service, Get-ChildItem;"
        "Register-PSSessionConfiguration V -Path C:\\v.pssc -Force"
    )
    inside = "Invoke-Command localhost {{ {} }} -ConfigurationName V"
    assert session.error(inside.format("gsv WinRM"))[0] == "CommandNotFoundException"
    (name,) = session.values(inside.format("function mine { (Get-Service WinRM).Name }; mine"))
    assert unwrap(name) == "WinRM"
    assert session.values(inside.format("@(Get-ChildItem C:\\).Count -gt 0"))


def test_the_full_capability_is_a_session_state(restricted: ConsoleSession) -> None:
    state = "$s = Get-PSSessionCapability R Administrator -Full;"
    assert restricted.values(f'{state} $s.GetType().FullName; "$($s.LanguageMode)"') == [
        "System.Management.Automation.Runspaces.InitialSessionState",
        "FullLanguage",
    ]
    public = restricted.values(f"{state} ($s.Commands | ? Visibility -eq Public).Name")
    assert {"Get-ChildItem", "Get-Service", "Get-Root", "gr", "Get-Command"} <= set(public)
    assert "Set-Variable" not in public
    assert restricted.values(f"{state} $s.EnvironmentVariables.Name") == ["A"]
    opened = "$r = [runspacefactory]::CreateRunspace($s); $r.Open(); $p = [powershell]::Create(); $p.Runspace = $r;"
    assert restricted.values(f"{state} {opened} $p.AddScript('(Get-ChildItem Env:A).Value').Invoke()") == [
        "1"
    ]
    hidden = "$null = $p.AddScript('Get-Item Env:A').Invoke(); $p.Streams.Error[0].FullyQualifiedErrorId"
    assert restricted.values(f"{state} {opened} {hidden}") == ["CommandNotFoundException"]


OWN = "Register-PSSessionConfiguration Own -AssemblyName Own.dll -ConfigurationTypeName Own.Type -Force"


def test_a_class_that_cannot_be_loaded_is_what_opening_says(session: ConsoleSession) -> None:
    session.values(f"{OWN} -ApplicationBase %windir%\\Own")
    shown = "Get-PSSessionConfiguration Own | % { $_.assemblyname; $_.pssessionconfigurationtypename; $_.applicationbase }"
    assert session.values(shown) == ["Own.dll", "Own.Type", "%windir%\\Own"]
    identifier, category, text = session.error("New-PSSession -ConfigurationName Own")
    assert (identifier, category) == ("-2141974624,PSSessionOpenFailed", "OpenError")
    assert (
        'Unable to load the assembly "Own.dll" specified in the "InitializationParameters" section.' in text
    )
    change = "Set-PSSessionConfiguration Own -AssemblyName System.Management.Automation -Force -ConfigurationTypeName"
    session.values(f"{change} a.b")
    assert 'Unable to load the type "a.b"' in session.error("New-PSSession -ConfigurationName Own")[2]
    session.values(f"{change} System.Management.Automation.Remoting.DefaultRemotePowerShellConfiguration")
    (value,) = session.values("Invoke-Command localhost { 1 + 1 } -ConfigurationName Own")
    assert unwrap(value) == 2


def test_a_class_needs_its_assembly(session: ConsoleSession) -> None:
    assert session.error("Register-PSSessionConfiguration Own -AssemblyName a")[0].startswith(
        "MissingMandatory"
    )


def test_the_property_sheet_has_no_desktop(session: ConsoleSession) -> None:
    sheet = "Register-PSSessionConfiguration Own -ShowSecurityDescriptorUI -Force"
    assert (
        "cannot be specified together"
        in session.error(f"{sheet} -SecurityDescriptorSddl 'D:(A;;GA;;;BA)'")[2]
    )
    assert session.error("Get-PSSessionConfiguration Own")[2].startswith("No session configuration matches")
    assert session.error(sheet)[2] == "This operation requires an interactive window station."
    assert session.values("(Get-PSSessionConfiguration Own).SecurityDescriptorSddl") == [None]


def test_options_of_a_type_are_those_of_workflows(session: ConsoleSession) -> None:
    name = "Microsoft.PowerShell.Commands.RegisterPSSessionConfigurationCommand"
    given = "Register-PSSessionConfiguration Own -Force -SessionTypeOption"
    assert session.error(f"{given} 5")[0] == f"CannotConvertArgumentNoMessage,{name}"
    own = "class T : System.Management.Automation.PSSessionTypeOption {};"
    assert session.error(f"{own} {given} ([T]::new())")[0] == f"System.NotImplementedException,{name}"
    session.values("Register-PSSessionConfiguration Flow -SessionType Workflow -Force")
    (kind,) = session.values("(Get-PSSessionConfiguration Flow).pssessionconfigurationtypename")
    assert kind == "Microsoft.PowerShell.Workflow.PSWorkflowSessionConfiguration"
    assert session.error("New-PSSession -ConfigurationName Flow")[0].startswith("NotEmulated,")


@pytest.mark.parametrize(
    ("script", "value"),
    [("'a'.Twice", "aa"), ("$started", 8), ("Get-Started", 8), ("Get-Ours", "inner"), ("$v", 10)],
)
def test_what_a_file_loads_and_defines_is_there(session: ConsoleSession, script: str, value: object) -> None:
    session.values(
        "Set-Content C:\\t.ps1xml '<Types><Type><Name>System.String</Name><Members><ScriptProperty><Name>Twice</Name>"
        '<GetScriptBlock>"$this$this"</GetScriptBlock></ScriptProperty></Members></Type></Types>\';'
        "Set-Content C:\\s.ps1 '$global:started = 8; function Get-Started { $started }';"
        "$m = 'C:\\Program Files\\WindowsPowerShell\\Modules\\Ours'; $null = md $m;"
        "Set-Content $m\\Ours.psm1 'function Get-Inner { \"inner\" }; function Get-Ours { Get-Inner }';"
        "New-PSSessionConfigurationFile C:\\x.pssc -SessionType RestrictedRemoteServer -LanguageMode FullLanguage "
        "-TypesToProcess C:\\t.ps1xml -ScriptsToProcess C:\\s.ps1 -ModulesToImport Ours "
        "-VisibleFunctions Get-Ours, 'Get-St*' -VariableDefinitions @{ Name = 'v'; Value = { 5 + 5 } };"
        "Register-PSSessionConfiguration X -Path C:\\x.pssc -Force"
    )
    (shown,) = session.values(f"Invoke-Command localhost {{ {script} }} -ConfigurationName X")
    assert unwrap(shown) == value
    hidden = "Invoke-Command localhost { Get-Inner } -ConfigurationName X"
    assert session.error(hidden)[0] == "CommandNotFoundException"


def test_the_session_that_was_asked_is_closed_however_the_pipeline_ends(
    session: ConsoleSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    session.values(JEA)
    closed: list[Runspace] = []
    monkeypatch.setattr(Runspace, "close", lambda one: closed.append(one))
    assert len(session.values("Get-PSSessionCapability Jea Administrator | Select-Object -First 1")) == 1
    assert len(closed) == 1


def _empty(session: ConsoleSession, more: str) -> None:
    session.values(
        f"New-PSSessionConfigurationFile C:\\e.pssc -SessionType Empty -LanguageMode FullLanguage {more};"
        "Register-PSSessionConfiguration E -Path C:\\e.pssc -Force"
    )


def _in_empty(script: str) -> str:
    return f"Invoke-Command localhost {{ {script} }} -ConfigurationName E"


def test_an_empty_session_has_no_commands_and_no_drives(session: ConsoleSession) -> None:
    _empty(session, "")
    (value,) = session.values(_in_empty("1 + 1"))
    assert unwrap(value) == 2
    for name in ("Get-Command", "Get-Process", "gci", "Clear-Host", "ipconfig.exe"):
        assert session.error(_in_empty(name))[0] == "CommandNotFoundException", name
    state = "$s = Get-PSSessionCapability E Administrator -Full;"
    assert session.values(f"{state} $s.Providers.Count, $s.Types.Count, $s.Formats.Count") == [0, 0, 0]
    assert session.values(f"{state} @($s.Commands | ? CommandType -eq Cmdlet).Count") == [0]
    assert session.error("Get-PSSessionCapability E Administrator")[0].startswith("CommandNotFoundException")


def test_an_empty_session_has_what_its_file_adds(session: ConsoleSession) -> None:
    _empty(
        session,
        "-ModulesToImport Microsoft.PowerShell.Management -FunctionDefinitions "
        "@{ Name = 'Say'; ScriptBlock = { Get-Date -Year 2020 -Format yyyy } },"
        "@{ Name = 'Ask'; ScriptBlock = { Get-Command Get-Date } } "
        "-AliasDefinitions @{ Name = 'svc'; Value = 'Get-Service' }",
    )
    found = session.values(_in_empty("(svc WinRM).Name; (Get-Service WinRM).Name; Say"))
    assert [unwrap(one) for one in found] == ["WinRM", "WinRM", "2020"]
    # What a function calls may load a module; that of the engine is not one that lies somewhere.
    for name in ("Get-Date", "gsv WinRM", "Ask"):
        assert session.error(_in_empty(name))[0] == "CommandNotFoundException", name
    assert session.error(_in_empty("Get-Item C:\\"))[0].startswith("DriveNotFound")
    assert session.error(_in_empty("Get-Item x"))[0].startswith("ProviderNotFound")


def test_lists_of_an_empty_session_name_all_that_it_shows(session: ConsoleSession) -> None:
    _empty(
        session,
        "-ModulesToImport Microsoft.PowerShell.Core -VisibleCmdlets Get-Date, Get-Command -FunctionDefinitions "
        "@{ Name = 'Show'; ScriptBlock = { Get-Service } } -MountUserDrive",
    )
    names = [
        unwrap(one) for one in session.values(_in_empty("(Get-Command).Name; (Get-Date -Year 2020).Year"))
    ]
    assert names[-1] == 2020
    assert {"Get-Command", "Get-Date", "Show"} <= set(names)
    assert "Get-Module" not in names
    for name in ("Get-Module", "Show"):
        assert session.error(_in_empty(name))[0] == "CommandNotFoundException", name
    state = "$s = Get-PSSessionCapability E Administrator -Full;"
    assert "FileSystem" in session.values(f"{state} $s.Providers.Name")


def test_a_user_drive_needs_the_provider_of_files(session: ConsoleSession) -> None:
    _empty(session, "-MountUserDrive")
    assert "FileSystem" in session.error("New-PSSession -ConfigurationName E")[2]


def test_types_formats_and_assemblies_of_a_session_are_listed(session: ConsoleSession) -> None:
    session.values(
        "Set-Content C:\\t.ps1xml '<Types><Type><Name>System.Int32</Name><Members><NoteProperty><Name>Kind</Name>"
        "<Value>whole</Value></NoteProperty></Members></Type></Types>';"
        "New-PSSessionConfigurationFile C:\\t.pssc -TypesToProcess C:\\t.ps1xml -AssembliesToLoad System.Web;"
        "Register-PSSessionConfiguration T -Path C:\\t.pssc -Force"
    )
    state = "$s = Get-PSSessionCapability T Administrator -Full;"
    assert session.values(f"{state} $s.Types.FileName") == [
        "C:\\Windows\\system32\\WindowsPowerShell\\v1.0\\types.ps1xml",
        "C:\\Windows\\system32\\WindowsPowerShell\\v1.0\\typesv3.ps1xml",
        "C:\\t.ps1xml",
    ]
    assert session.values(f"{state} $s.Types[0].PSSnapIn.Name, $s.Formats.Count, $s.Assemblies[-1].Name") == [
        "Microsoft.PowerShell.Core",
        8,
        "System.Web",
    ]


def test_a_state_of_a_script_loads_files_of_types(session: ConsoleSession) -> None:
    session.values(
        "Set-Content C:\\t.ps1xml '<Types><Type><Name>System.Int32</Name><Members><NoteProperty><Name>Kind</Name>"
        "<Value>whole</Value></NoteProperty></Members></Type></Types>'"
    )
    state = "$s = [initialsessionstate]::CreateDefault2(); $s.Types.Add((New-Object Management.Automation.Runspaces.SessionStateTypeEntry C:\\t.ps1xml));"
    opened = "$p = [powershell]::Create($s); $p.AddScript('(5).Kind').Invoke()"
    assert session.values(f"{state} {opened}") == ["whole"]


def test_a_state_made_empty_has_the_modules_and_aliases_that_it_names(session: ConsoleSession) -> None:
    state = (
        "$s = [initialsessionstate]::Create(); $s.LanguageMode = 'FullLanguage';"
        "$s.ImportPSModule('Microsoft.PowerShell.Utility');"
        "$s.Commands.Add((New-Object Management.Automation.Runspaces.SessionStateAliasEntry d, Get-Date));"
        "$p = [powershell]::Create($s);"
    )
    assert session.values(f"{state} $p.AddScript('(d -Year 2020).Year').Invoke()") == [2020]
    hidden = "$null = $p.AddScript('Get-Process').Invoke(); $p.Streams.Error[0].FullyQualifiedErrorId"
    assert session.values(f"{state} {hidden}") == ["CommandNotFoundException"]


def _managed(session: ConsoleSession, account: str) -> tuple[str, str, str]:
    session.values(f"New-PSSessionConfigurationFile C:\\m.pssc -GroupManagedServiceAccount '{account}'")
    return session.error("Register-PSSessionConfiguration M -Path C:\\m.pssc -Force")


def test_a_managed_service_account_is_one_of_the_domain(session: ConsoleSession) -> None:
    assert _managed(session, "svc")[2].startswith("Invalid Group Managed Service account name.")
    assert _managed(session, "CONTOSO\\svc")[2] == "The user name or password is incorrect."
    assert session.error("Get-PSSessionConfiguration M")[2].startswith("No session configuration matches")


def test_groups_of_a_virtual_account_stand_between_semicolons(session: ConsoleSession) -> None:
    session.values(
        "New-PSSessionConfigurationFile C:\\v.pssc -RunAsVirtualAccount -RunAsVirtualAccountGroups Users, "
        "'Backup Operators'; Register-PSSessionConfiguration V -Path C:\\v.pssc -Force"
    )
    assert session.values("(Get-PSSessionConfiguration V).RunAsVirtualAccountGroups") == [
        "Users;Backup Operators"
    ]
    groups = "[Security.Principal.WindowsIdentity]::GetCurrent().Groups.Value"
    sids = [unwrap(one) for one in session.values(f"Invoke-Command localhost {{ {groups} }} -Conf V")]
    assert {"S-1-5-32-545", "S-1-5-32-551"} <= set(sids)
    assert "S-1-5-32-544" not in sids


def test_modules_of_a_restricted_session_are_public_unless_lists_say_what_is(session: ConsoleSession) -> None:
    made = (
        "New-PSSessionConfigurationFile C:\\r.pssc -SessionType RestrictedRemoteServer -LanguageMode FullLanguage "
        "-ModulesToImport Microsoft.PowerShell.Archive {};"
        "Register-PSSessionConfiguration R -Path C:\\r.pssc -Force"
    )
    session.values(made.format(""))
    inside = "Invoke-Command localhost {{ (Get-Command {}).Name }} -ConfigurationName R"
    assert [unwrap(one) for one in session.values(inside.format("Compress-Archive"))] == ["Compress-Archive"]
    assert session.error(inside.format("Get-Process"))[0].startswith("CommandNotFoundException")
    session.values(made.format("-VisibleCmdlets Get-Process"))
    assert session.error(inside.format("Compress-Archive"))[0].startswith("CommandNotFoundException")
