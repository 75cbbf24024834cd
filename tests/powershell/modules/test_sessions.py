"""PSSessions: opened by scripts, left, found again, received; their commands, errors and options."""

from __future__ import annotations

from datetime import timedelta

import pytest

from emulator.host import Host
from emulator.host.neighbourhood import Neighbourhood
from emulator.powershell.format.error_view import error_lines
from emulator.powershell.runtime.conversion import to_text
from emulator.profile import load
from tests.powershell.modules.console_session import ConsoleSession


@pytest.fixture
def session() -> ConsoleSession:
    return ConsoleSession()


def texts(session: ConsoleSession, script: str) -> list[str]:
    return [to_text(one) for one in session.values(script)]


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("$v = 2; Invoke-Command -ComputerName localhost { $using:v + 1 }", ["3"]),
        ("$v = @{ a = @(5) }; Invoke-Command . { $using:v.a[0] }", ["5"]),
        ("Invoke-Command . { 'job' } -AsJob | Receive-Job -Wait", ["job"]),
        (
            "$s = New-PSSession; Invoke-Command -Session $s { $q = 4 }; Invoke-Command -Session $s { $q };"
            "$s | Remove-PSSession; @(Get-PSSession).Count; $s.State",
            ["4", "0", "Closed"],
        ),
        ("1, 2 | Invoke-Command localhost { $input | % { $_ * 2 } }", ["2", "4"]),
        ('Invoke-Command localhost { param($a, $b) "$a-$b" } -ArgumentList 1, x', ["1-x"]),
        (
            "Invoke-Command localhost { $Host.Name; (Get-Process -Id $PID).Name }",
            ["ServerRemoteHost", "wsmprovhost"],
        ),
        (
            "Set-Content C:\\s.ps1 '\"file $args\"'; Invoke-Command localhost -FilePath C:\\s.ps1 -ArgumentList 7",
            ["file 7"],
        ),
        (
            "$o = Invoke-Command localhost { [pscustomobject]@{ n = 1 } };"
            "$o.n; $o.PSComputerName; $o.RunspaceId -is [guid]; $o.PSShowComputerName",
            ["1", "localhost", "True", "True"],
        ),
        ("(Invoke-Command localhost { 'a' } -HideComputerName).PSShowComputerName", ["False"]),
        (
            "$p = ConvertTo-SecureString pw -AsPlainText -Force; $c = [pscredential]::new('u', $p);"
            "Invoke-Command localhost { param($c) $c.GetNetworkCredential().Password } -ArgumentList $c",
            ["pw"],
        ),
        (
            "$back = Invoke-Command localhost { ConvertTo-SecureString back -AsPlainText -Force };"
            "[pscredential]::new('u', $back).GetNetworkCredential().Password",
            ["back"],
        ),
        (
            "$j = Invoke-Command localhost, . { $env:COMPUTERNAME } -AsJob -JobName two; $null = $j | Wait-Job;"
            "$j.Name; $j.Location; $j.ChildJobs.Count; @(Receive-Job $j).Count",
            ["two", "localhost,localhost", "2", "2"],
        ),
    ],
)
def test_a_command_runs_in_a_session(session: ConsoleSession, script: str, expected: list[str]) -> None:
    assert texts(session, script) == expected


def test_what_a_script_writes_on_the_screen_there_is_seen_here(session: ConsoleSession) -> None:
    session.values("Invoke-Command localhost { Write-Host hello }")
    assert b"hello" in session.output.value()


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        (
            "Invoke-Command localhost { Get-Item C:\\nope }",
            ("PathNotFound,Microsoft.PowerShell.Commands.GetItemCommand", "ObjectNotFound"),
        ),
        ("Invoke-Command localhost { throw 'bad' }", ("bad", "OperationStopped")),
        ("Invoke-Command elsewhere { 1 }", ("ComputerNotFound,PSSessionStateBroken", "OpenError")),
        ("New-PSSession elsewhere", ("ComputerNotFound,PSSessionOpenFailed", "OpenError")),
        ("Invoke-Command localhost { 1 } -Port 81", ("CannotConnect,PSSessionStateBroken", "OpenError")),
        (
            "$p = ConvertTo-SecureString wrong -AsPlainText -Force;"
            "New-PSSession -Credential ([pscredential]::new('Administrator', $p))",
            ("LogonFailure,PSSessionOpenFailed", "OpenError"),
        ),
        (
            "$s = New-PSSession; Remove-PSSession $s; Invoke-Command $s { 1 }",
            ("PSSessionStateBroken", "OpenError"),
        ),
        (
            "Invoke-Command localhost { 1 } -SessionName x",
            (
                "SessionNameWithoutInvokeDisconnected,Microsoft.PowerShell.Commands.InvokeCommandCommand",
                "InvalidOperation",
            ),
        ),
        (
            "Get-PSSession -Name none",
            (
                "RemoteRunspaceNotAvailableForSpecifiedName,Microsoft.PowerShell.Commands.GetPSSessionCommand",
                "InvalidArgument",
            ),
        ),
        (
            "$o = New-PSSessionOption -MaximumReceivedObjectSize 1000;"
            "Invoke-Command localhost { 'x' * 2000 } -SessionOption $o",
            ("JobFailure", "OpenError"),
        ),
        (
            "$s = New-PSSession; Disconnect-PSSession $s -IdleTimeoutSec 30",
            (
                "CannotDisconnectSessionWithInvalidIdleTimeout,"
                "Microsoft.PowerShell.Commands.DisconnectPSSessionCommand",
                "InvalidArgument",
            ),
        ),
        (
            "Invoke-Command localhost { Enter-PSSession localhost }",
            (
                "RemoteHostDoesNotSupportPushRunspace,Microsoft.PowerShell.Commands.EnterPSSessionCommand",
                "InvalidArgument",
            ),
        ),
        (
            "Start-Job { 1 } | Suspend-Job",
            ("JobSuspendNotSupported,Microsoft.PowerShell.Commands.SuspendJobCommand", "InvalidOperation"),
        ),
        (
            "Add-PSSnapin Foo",
            ("AddPSSnapInRead,Microsoft.PowerShell.Commands.AddPSSnapinCommand", "InvalidArgument"),
        ),
        (
            "Update-Help -Module Hyper-V",
            ("UnableToConnect,Microsoft.PowerShell.Commands.UpdateHelpCommand", "InvalidOperation"),
        ),
    ],
)
def test_what_goes_wrong_has_the_error_of_windows(
    session: ConsoleSession, script: str, expected: tuple[str, str]
) -> None:
    identifier, category, _ = session.error(script)
    assert (identifier, category) == expected


def test_an_error_of_a_session_is_shown_with_its_computer(session: ConsoleSession) -> None:
    (problem,) = session.runspace.run("Invoke-Command localhost { Get-Item C:\\nope }").errors
    shown = "\n".join(error_lines(problem, 120))
    assert shown.startswith("Cannot find path 'C:\\nope'")
    assert "+ PSComputerName        : localhost" in shown
    assert problem.exception.ps_type.name == "System.Management.Automation.RemoteException"


# Leaving and coming back


def test_a_session_goes_on_without_its_client(session: ConsoleSession) -> None:
    session.values(
        "$s = New-PSSession -Name work; Invoke-Command $s { $x = 1 }; $null = Disconnect-PSSession $s"
    )
    assert texts(session, "$s.State; $s.Availability; $s.DisconnectedOn -is [datetime]") == [
        *("Disconnected", "None", "True")
    ]
    assert texts(session, "($s.ExpiresOn - $s.DisconnectedOn).TotalSeconds; $s.IdleTimeout") == [
        "7200",
        "7200000",
    ]
    assert session.error("Invoke-Command $s { 1 }")[0] == "PSSessionStateBroken"
    assert texts(session, "(Connect-PSSession $s).State; Invoke-Command $s { $x }") == ["Opened", "1"]
    assert texts(session, "$s.DisconnectedOn -eq $null") == ["True"]


def test_the_output_of_a_command_waits_to_be_received(session: ConsoleSession) -> None:
    session.values(
        "$d = Invoke-Command localhost { 1..3; Write-Warning w } -InDisconnectedSession -SessionName later"
    )
    assert texts(session, "$d.State; $d.Name") == ["Disconnected", "later"]
    result = session.runspace.run("Receive-PSSession -Name later")
    assert [to_text(one) for one in result.output] == ["1", "2", "3"]
    assert [one.message for one in result.streams.warnings] == ["w"]
    assert texts(session, "$d.State; @(Receive-PSSession $d).Count") == ["Opened", "0"]


def test_another_process_finds_takes_over_and_receives_a_session(session: ConsoleSession) -> None:
    session.values("$d = Invoke-Command localhost { 'kept' } -InDisconnectedSession -SessionName far")
    other = ConsoleSession(host=session.host, shells=session.shells)
    assert texts(other, "@(Get-PSSession).Count; (Get-PSSession -ComputerName localhost).Name") == [
        "0",
        "far",
    ]
    assert texts(other, "Receive-PSSession -ComputerName localhost -Name far") == ["kept"]
    assert texts(other, "(Get-PSSession).Name") == ["far"]
    assert texts(session, "$d.State; $d.Availability") == ["Disconnected", "Busy"]
    assert session.error("Connect-PSSession $d")[0] == (
        "PSSessionConnectFailed,Microsoft.PowerShell.Commands.ConnectPSSessionCommand"
    )
    other.runspace.close()
    assert session.shells.list() == ()


def test_a_process_that_ends_takes_its_open_sessions_with_it(session: ConsoleSession) -> None:
    session.values("$a = New-PSSession; $b = New-PSSession -Name stays; $null = Disconnect-PSSession $b")
    session.runspace.close()
    assert [one.settings.name for one in session.shells.list()] == ["stays"]


def test_a_job_is_disconnected_with_its_session(session: ConsoleSession) -> None:
    session.values(
        "$s = New-PSSession; $j = Invoke-Command $s { 'begin'; while (-not (Test-Path C:\\go)) { }; 'end' } -AsJob;"
        "$null = Disconnect-PSSession $s"
    )
    assert texts(session, "$j.State; $j.HasMoreData") == ["Disconnected", "True"]
    assert texts(session, "(Connect-PSSession $s).State; $j.State") == ["Opened", "Running"]
    session.values("$null = New-Item C:\\go; $null = $j | Wait-Job")
    assert texts(session, "$j.State; Receive-Job $j") == ["Completed", "begin", "end"]


def test_the_service_ends_a_session_that_nobody_comes_back_to(session: ConsoleSession) -> None:
    session.values("$s = New-PSSession; $null = Disconnect-PSSession $s -IdleTimeoutSec 60")
    session.host.clock.advance(timedelta(seconds=61))
    assert session.error("Connect-PSSession $s")[0].startswith("PSSessionConnectFailed")
    assert session.values("@(Get-PSSession -ComputerName localhost).Count") == [0]


# Options


def test_a_new_option_is_shown_as_windows_shows_it(session: ConsoleSession) -> None:
    shown = session.shown("New-PSSessionOption -IdleTimeout 120000 -NoCompression")
    for line in (
        "MaximumConnectionRedirectionCount : 5",
        "NoCompression                     : True",
        "ProxyAccessType                   : None",
        "ProxyAuthentication               : Negotiate",
        "OperationTimeout                  : 00:03:00",
        "MaximumReceivedObjectSize         :",
        "IdleTimeout                       : 00:02:00",
    ):
        assert line in shown.split("\n")


@pytest.mark.parametrize(
    ("option", "script", "expected"),
    [
        ("-ApplicationArguments @{ x = 1 }", "$PSSenderInfo.ApplicationArguments.x", ["1"]),
        (
            "-Culture de-DE -UICulture fr-FR",
            "$PSCulture; $PSUICulture; (Get-UICulture).Name",
            ["de-DE", "fr-FR", "fr-FR"],
        ),
    ],
)
def test_a_session_has_what_its_option_says(
    session: ConsoleSession, option: str, script: str, expected: list[str]
) -> None:
    made = f"$o = New-PSSessionOption {option}; Invoke-Command localhost {{ {script} }} -SessionOption $o"
    assert texts(session, made) == expected


def test_the_preference_variable_counts_where_no_option_is_given(session: ConsoleSession) -> None:
    script = (
        "$PSSessionOption = New-PSSessionOption -OutputBufferingMode Drop -IdleTimeout 90000; $s = New-PSSession;"
        "$s.OutputBufferingMode; $s.IdleTimeout"
    )
    assert texts(session, script) == ["Drop", "90000"]


# Other hosts


@pytest.fixture
def neighbours(session: ConsoleSession) -> ConsoleSession:
    """A host beside that of the session: FAR."""
    profile = load("windows-server-2019-datacenter")
    far = ConsoleSession(host=Host(profile, clock_mode="manual"))
    network = Neighbourhood()
    far.host.operating_system.rename("FAR")
    network.join(session.host)
    network.join(far.host)
    return far


def test_a_session_reaches_another_host_with_a_credential(
    session: ConsoleSession, neighbours: ConsoleSession
) -> None:
    far = neighbours.host
    far.accounts.create("maria", "Pa55w.rd!", groups=("Administrators",))
    name = far.name
    assert session.error(f"New-PSSession {name}")[0] == "AccessDenied,PSSessionOpenFailed"
    session.values(
        "$c = [pscredential]::new('maria', (ConvertTo-SecureString 'Pa55w.rd!' -AsPlainText -Force))"
    )
    assert texts(session, f"Invoke-Command {name} {{ $env:COMPUTERNAME; $env:USERNAME }} -Credential $c") == [
        *(name, "maria")
    ]
    assert len(neighbours.shells.list()) == 0
    session.values(f"$s = New-PSSession {name} -Credential $c")
    assert [one.owner.name for one in neighbours.shells.list()] == ["maria"]
    assert session.shells.list() == ()


# Files


def test_files_are_copied_to_a_session_and_back(session: ConsoleSession, neighbours: ConsoleSession) -> None:
    far = neighbours.host
    far.accounts.create("maria", "Pa55w.rd!", groups=("Administrators",))
    session.values(
        "$c = [pscredential]::new('maria', (ConvertTo-SecureString 'Pa55w.rd!' -AsPlainText -Force));"
        f"$s = New-PSSession {far.name} -Credential $c;"
        "$null = mkdir C:\\d\\e; Set-Content C:\\d\\x.txt X; Set-Content C:\\d\\e\\y.txt Y; Set-Content C:\\a.txt hello"
    )
    session.values(
        "Copy-Item C:\\a.txt -ToSession $s -Destination C:\\b.txt; Copy-Item C:\\d -Recurse -ToSession $s C:\\"
    )
    assert far.filesystem.read("C:\\b.txt") == b"hello\r\n"
    assert far.filesystem.read("C:\\d\\e\\y.txt") == b"Y\r\n"
    session.values("Copy-Item C:\\d\\*.txt -FromSession $s -Destination C:\\Users")
    assert session.host.filesystem.read("C:\\Users\\x.txt") == b"X\r\n"
    assert not session.host.filesystem.exists("C:\\Users\\y.txt")


def test_a_large_file_goes_in_pieces(session: ConsoleSession) -> None:
    content = bytes(range(256)) * 5000
    session.host.filesystem.write("C:\\big.bin", content)
    session.values(
        "$s = New-PSSession; Copy-Item C:\\big.bin C:\\there.bin -ToSession $s;"
        "Copy-Item C:\\there.bin C:\\back.bin -FromSession $s"
    )
    assert session.host.filesystem.read("C:\\there.bin") == content
    assert session.host.filesystem.read("C:\\back.bin") == content


def test_a_user_drive_takes_files_without_a_language(session: ConsoleSession) -> None:
    session.values(
        "New-PSSessionConfigurationFile C:\\d.pssc -SessionType RestrictedRemoteServer -MountUserDrive;"
        "Register-PSSessionConfiguration D -Path C:\\d.pssc -Force; $u = New-PSSession -ConfigurationName D;"
        "Set-Content C:\\a.txt hello; Copy-Item C:\\a.txt -ToSession $u -Destination User:\\;"
        "Copy-Item User:\\a.txt -FromSession $u C:\\back.txt"
    )
    assert session.host.filesystem.read("C:\\back.txt") == b"hello\r\n"


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("Copy-Item C:\\nope -FromSession $s C:\\", "RemotePathNotFound"),
        ("Copy-Item a.txt -FromSession $s C:\\", "RemotePathIsNotAbsolute"),
        ("Copy-Item C:\\a.txt -ToSession $s -FromSession $s C:\\", "InvalidInput"),
        ("Remove-PSSession $s; Copy-Item C:\\a.txt -ToSession $s C:\\b.txt", "SessionIsNotAvailable"),
    ],
)
def test_what_cannot_be_copied_is_refused(session: ConsoleSession, script: str, expected: str) -> None:
    session.values("$s = New-PSSession; Set-Content C:\\a.txt hello")
    assert session.error(script)[0] == f"{expected},Microsoft.PowerShell.Commands.CopyItemCommand"


# Commands of a session in this one


THING = (
    "$s = New-PSSession; Invoke-Command $s { function Get-Thing { [CmdletBinding()] param("
    "[Parameter(Position = 0)] $Name, [Parameter(ValueFromPipeline)] $Item, [switch] $Loud)"
    ' process { if ($Loud) { "$Name!$Item" } else { "$Name $Item" } } } Set-Alias gth Get-Thing };'
)


def test_an_imported_command_runs_in_its_session(session: ConsoleSession) -> None:
    assert texts(
        session, THING + "(Import-PSSession $s -CommandName Get-Thing, gth).ExportedCommands.Keys"
    ) == [*("Get-Thing", "gth")]
    assert texts(session, "Get-Thing one; 1, 2 | Get-Thing -Name p -Loud; gth two") == [
        "one ",
        "p!1",
        "p!2",
        "two ",
    ]
    assert texts(session, "Get-Thing -Name a -AsJob | Receive-Job -Wait") == ["a "]
    session.values("Remove-Module tmp_*")
    assert session.error("Get-Thing")[0] == "CommandNotFoundException"


def test_commands_of_a_session_do_not_shadow_those_of_this_one(session: ConsoleSession) -> None:
    assert session.error("$s = New-PSSession; Import-PSSession $s -CommandName Get-Service")[0] == (
        "ErrorNoCommandsImportedBecauseOfSkipping,Microsoft.PowerShell.Commands.ImportPSSessionCommand"
    )
    session.values("$null = Import-PSSession $s -CommandName Get-Service -Prefix Far")
    assert texts(session, "(Get-FarService WinRM).Name; (Get-Command Get-FarService).CommandType") == [
        "WinRM",
        "Function",
    ]
    session.values("$null = Import-PSSession $s -CommandName Get-Service -AllowClobber")
    assert texts(session, "(Get-Command Get-Service).CommandType") == ["Function"]


def test_commands_of_a_session_without_a_language_are_imported(session: ConsoleSession) -> None:
    session.values(
        "New-PSSessionConfigurationFile C:\\j.pssc -SessionType RestrictedRemoteServer -VisibleCmdlets Get-Service;"
        "Register-PSSessionConfiguration J -Path C:\\j.pssc -Force;"
        "$null = Import-PSSession (New-PSSession -ConfigurationName J) -Prefix J"
    )
    assert texts(session, "(Get-JService WinRM).Name") == ["WinRM"]


def test_an_exported_module_opens_a_session_of_its_own(session: ConsoleSession) -> None:
    session.values(
        "$s = New-PSSession; $null = Export-PSSession $s -OutputModule C:\\m\\Far -CommandName Get-Service -AllowClobber;"
        "Remove-PSSession $s; Import-Module C:\\m\\Far -Prefix Far"
    )
    assert texts(session, "(Get-FarService WinRM).Name; @(Get-PSSession).Count") == ["WinRM", "1"]
    assert session.error("Export-PSSession (New-PSSession) -OutputModule C:\\m\\Far")[1] == "ResourceExists"


def test_a_session_to_copy_to_cannot_be_null(session):
    error_id, _, message = session.error("Copy-Item C:\\nothing -Destination C:\\x -ToSession $null")
    assert error_id == "ParameterArgumentValidationError,Microsoft.PowerShell.Commands.CopyItemCommand"
    assert message.startswith("Cannot validate argument on parameter 'ToSession'.")


def test_verbs_of_imported_commands_are_checked(session: ConsoleSession) -> None:
    asked = "$null = Import-PSSession $s -CommandName Frob-It -AllowClobber"
    result = session.runspace.run(
        f"$s = New-PSSession; Invoke-Command $s {{ function Frob-It {{ 1 }} }}\n{asked}"
    )
    assert [one.message.partition(" from")[0] for one in result.streams.warnings] == [
        "The names of some imported commands"
    ]
    assert session.runspace.run(f"{asked} -DisableNameChecking").streams.warnings == []
