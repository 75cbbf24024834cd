"""Session configurations that scripts register, opened by name through pypsrp."""

from __future__ import annotations

import pytest
from conftest import PASSWORD, USER

from emulator import HyperVHost

pypsrp = pytest.importorskip("pypsrp.powershell", reason="pypsrp is not installed")
wsman = pytest.importorskip("pypsrp.wsman", reason="pypsrp is not installed")
shells = pytest.importorskip("pypsrp.shell", reason="pypsrp is not installed")
exceptions = pytest.importorskip("pypsrp.exceptions", reason="pypsrp is not installed")


def connection(host: HyperVHost, user: str = USER, password: str = PASSWORD):
    return wsman.WSMan("127.0.0.1", port=host.http_port, ssl=False, username=user, password=password)


def run(host: HyperVHost, script: str, configuration: str = "Microsoft.PowerShell", **options):
    """Output as text and errors as text of a script in a session of a configuration."""
    with (
        connection(host, **options) as client,
        pypsrp.RunspacePool(client, configuration_name=configuration) as pool,
    ):
        shell = pypsrp.PowerShell(pool)
        shell.add_script(script)
        output = shell.invoke()
        return [str(one) for one in output], [str(one) for one in shell.streams.error]


def command(host: HyperVHost, configuration: str, name: str, **parameters):
    """The same of one cmdlet, without a script."""
    with connection(host) as client, pypsrp.RunspacePool(client, configuration_name=configuration) as pool:
        shell = pypsrp.PowerShell(pool)
        shell.add_cmdlet(name)
        for key, value in parameters.items():
            shell.add_parameter(key, value)
        output = shell.invoke()
        return output, " ".join(str(one) for one in shell.streams.error)


def test_a_registered_configuration_is_opened_by_its_name_until_it_is_disabled(host):
    _, errors = run(host, "Register-PSSessionConfiguration -Name Ops -Force")
    assert errors == []
    assert run(host, "$PSSenderInfo.ConfigurationName", "Ops") == (["Ops"], [])
    run(host, "Disable-PSSessionConfiguration Ops -Force")
    with pytest.raises(exceptions.WSManFaultError):
        run(host, "1", "Ops")
    run(host, "Enable-PSSessionConfiguration Ops -Force")
    assert run(host, "1", "Ops") == (["1"], [])
    run(host, "Unregister-PSSessionConfiguration Ops -Force")
    with pytest.raises(exceptions.WSManFaultError, match="Ops session configuration"):
        run(host, "1", "Ops")


def test_a_configuration_lets_in_whom_its_descriptor_names(host):
    host.machine.accounts.create("maria", "Pa55w.rd!", groups=("Remote Management Users",))
    maria = {"user": "maria", "password": "Pa55w.rd!"}
    run(host, "Register-PSSessionConfiguration Ops -Force -SecurityDescriptorSddl 'O:NSG:BAD:P(A;;GA;;;BA)'")
    with pytest.raises(exceptions.WSManFaultError) as refused:
        run(host, "1", "Ops", **maria)
    assert refused.value.code == 5
    run(
        host,
        "Set-PSSessionConfiguration Ops -Force -SecurityDescriptorSddl 'O:NSG:BAD:P(A;;GA;;;RM)(A;;GA;;;BA)'",
    )
    assert run(host, "1", "Ops", **maria) == (["1"], [])
    run(host, "Set-PSSessionConfiguration Ops -Force -AccessMode Local")
    with pytest.raises(exceptions.WSManFaultError):
        run(host, "1", "Ops")


def test_sessions_run_as_another_user_or_as_a_virtual_account(host):
    host.machine.accounts.create("svc", "Pa55w.rd!", groups=("Administrators",))
    run(
        host,
        "$p = ConvertTo-SecureString 'Pa55w.rd!' -AsPlainText -Force;"
        "Register-PSSessionConfiguration As -Force -WarningAction 0 "
        "-RunAsCredential (New-Object PSCredential 'svc', $p)",
    )
    output, _ = run(host, "$env:USERNAME; $PSSenderInfo.UserInfo.Identity.Name.Split('\\')[1]", "As")
    assert output == ["svc", USER]
    run(
        host,
        "New-PSSessionConfigurationFile C:\\v.pssc -RunAsVirtualAccount; "
        "Register-PSSessionConfiguration Virtual -Path C:\\v.pssc -Force",
    )
    (name,), errors = run(host, "whoami.exe", "Virtual")
    assert errors == []
    assert name.startswith("winrm virtual users\\winrm va_1_")
    assert run(host, "(Get-VM -ErrorAction Stop | Measure-Object).Count", "Virtual")[1] == []


def test_a_restricted_server_shows_what_its_file_names_and_takes_no_scripts(host):
    run(
        host,
        "New-PSSessionConfigurationFile C:\\jea.pssc -SessionType RestrictedRemoteServer -VisibleCmdlets 'Get-VM', "
        "@{Name='Restart-Service'; Parameters=@{Name='Name'; ValidateSet='Spooler'}} "
        "-VisibleFunctions Get-Answer -FunctionDefinitions "
        "@{Name='Get-Answer'; ScriptBlock={ (Get-Service Spooler).Status.ToString() }};"
        "Register-PSSessionConfiguration Jea -Path C:\\jea.pssc -Force",
    )
    assert "no-language mode" in run(host, "Get-VM", "Jea")[1][0]
    assert command(host, "Jea", "Get-Answer") == (["Running"], "")
    with connection(host) as client, pypsrp.RunspacePool(client, configuration_name="Jea") as pool:
        shell = pypsrp.PowerShell(pool).add_cmdlet("Get-Command").add_cmdlet("Select-Object")
        names = {one.extended_properties["Name"] for one in shell.add_parameter("Property", "Name").invoke()}
    assert {"Get-VM", "Restart-Service", "Get-Answer", "Measure-Object"} <= names
    assert "Get-Service" not in names
    assert "not recognized" in command(host, "Jea", "Get-Service")[1]
    assert command(host, "Jea", "Restart-Service", Name="Spooler") == ([], "")
    assert "does not belong to the set" in command(host, "Jea", "Restart-Service", Name="WinRM")[1]


def test_a_session_in_constrained_language_uses_core_types_and_what_the_configuration_trusts(host):
    run(
        host,
        "New-PSSessionConfigurationFile C:\\c.pssc -LanguageMode ConstrainedLanguage -FunctionDefinitions "
        "@{Name='Get-Root'; ScriptBlock={ param($of) [Math]::Sqrt($of) }};"
        "Register-PSSessionConfiguration Constrained -Path C:\\c.pssc -Force",
    )
    output, errors = run(
        host,
        '"$($ExecutionContext.SessionState.LanguageMode)"; Get-Root 16; (Get-VM | Measure-Object).Count -ge 0;'
        "'abc'.ToUpper(); [Math]::Sqrt(4)",
        "Constrained",
    )
    assert output == ["ConstrainedLanguage", "4.0", "True", "ABC"]
    assert errors == [
        "Cannot invoke method. Method invocation is supported only on core types in this language mode."
    ]


def test_roles_decide_what_a_user_may_do(host):
    host.machine.accounts.create("maria", "Pa55w.rd!", groups=("Users", "Remote Management Users"))
    run(
        host,
        "md 'C:\\Program Files\\WindowsPowerShell\\Modules\\Ops\\RoleCapabilities' -Force | Out-Null;"
        "New-PSRoleCapabilityFile 'C:\\Program Files\\WindowsPowerShell\\Modules\\Ops\\RoleCapabilities\\Reader.psrc'"
        " -VisibleCmdlets Get-Service;"
        "New-PSSessionConfigurationFile C:\\r.pssc -SessionType RestrictedRemoteServer -LanguageMode FullLanguage "
        "-RoleDefinitions @{ 'maria' = @{ RoleCapabilities = 'Reader' } };"
        "Register-PSSessionConfiguration Roles -Path C:\\r.pssc -Force",
    )
    maria = {"user": "maria", "password": "Pa55w.rd!"}
    output, errors = run(host, "(Get-Service WinRM).Status.ToString()", "Roles", **maria)
    assert (output, errors) == (["Running"], [])
    assert "not recognized" in run(host, "Get-Process", "Roles", **maria)[1][0]
    with pytest.raises(exceptions.WSManFaultError):
        run(host, "1", "Roles")


def test_a_startup_script_and_modules_come_first(host):
    run(
        host,
        "Set-Content C:\\start.ps1 '$greeting = \"hello\"; function Get-Greeting { $greeting }';"
        "Register-PSSessionConfiguration Greets -StartupScript C:\\start.ps1 -ModulesToImport Hyper-V -Force",
    )
    output, errors = run(host, "Get-Greeting; (Get-Module Hyper-V).Name", "Greets")
    assert (output, errors) == (["hello", "Hyper-V"], [])


def test_wsman_cmdlets_ask_the_same_door(host):
    output, errors = run(
        host,
        "(Test-WSMan).ProductVendor; (Get-WSManInstance wmicimv2/Win32_Service -SelectorSet @{Name='WinRM'}).State;"
        "(Set-WSManInstance winrm/config/winrs -ValueSet @{MaxShellsPerUser='77'}).MaxShellsPerUser",
    )
    assert (output, errors) == (["Microsoft Corporation", "Running", "77"], [])
    assert host.machine.winrm.value("Winrs/MaxShellsPerUser") == 77


def test_disabled_remoting_closes_sessions_to_the_network_and_leaves_wmi(host):
    run(host, "Disable-PSRemoting -Force -WarningAction SilentlyContinue")
    with pytest.raises(exceptions.WSManFaultError):
        run(host, "1")
    with connection(host) as client, shells.WinRS(client) as shell:
        process = shells.Process(shell, "powershell.exe", ["-Command", "Enable-PSRemoting -Force"])
        process.invoke()
        assert process.rc == 0
    assert run(host, "1") == (["1"], [])


def test_required_groups_keep_out_who_has_only_the_role(host):
    host.machine.accounts.create("maria", "Pa55w.rd!", groups=("Remote Management Users",))
    maria = {"user": "maria", "password": "Pa55w.rd!"}
    _, errors = run(
        host,
        "New-PSSessionConfigurationFile C:\\g.pssc -RoleDefinitions @{ maria = @{} } "
        "-RequiredGroups @{ And = 'Backup Operators', 'Users' } -MountUserDrive -RunAsVirtualAccount;"
        "Register-PSSessionConfiguration Grouped -Path C:\\g.pssc -Force",
    )
    assert errors == []
    with pytest.raises(exceptions.WSManFaultError) as refused:
        run(host, "1", "Grouped", **maria)
    assert refused.value.code == 5
    run(host, "Add-LocalGroupMember 'Backup Operators' -Member maria")
    output, errors = run(host, "Set-Content User:\\x.txt hello; (Get-PSDrive User).Root", "Grouped", **maria)
    assert errors == []
    assert output[0].endswith(f"\\PowerShell\\DriveRoots\\{host.machine.name}_maria")
    assert host.machine.filesystem.read(f"{output[0]}\\x.txt").startswith(b"hello")


def test_a_script_over_the_wire_opens_the_configuration_that_it_names(host):
    run(
        host,
        "New-PSSessionConfigurationFile C:\\jea.pssc -SessionType RestrictedRemoteServer -VisibleCmdlets Get-Date;"
        "Register-PSSessionConfiguration Narrow -Path C:\\jea.pssc -Force",
    )
    _, errors = run(host, "Invoke-Command localhost { Get-Date } -ConfigurationName Narrow")
    assert any("no-language mode" in one for one in errors)
    output, errors = run(host, "(Get-PSSessionCapability Narrow Administrator).Name")
    assert errors == []
    assert "Get-Date" in output
    assert "Get-ChildItem" not in output


def test_an_empty_configuration_has_only_what_its_file_adds(host):
    run(
        host,
        "New-PSSessionConfigurationFile C:\\e.pssc -SessionType Empty -VisibleCmdlets Get-Service;"
        "Register-PSSessionConfiguration Bare -Path C:\\e.pssc -Force -WarningAction 0",
    )
    output, errors = command(host, "Bare", "Get-Service", Name="WinRM")
    assert (len(output), errors) == (1, "")
    for name in ("Get-Command", "Out-Default", "Select-Object"):
        assert "not recognized" in command(host, "Bare", name)[1]
