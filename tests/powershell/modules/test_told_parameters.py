"""Parameters that a script can see the effect of: cluster sizes, times to live, classes by their members."""

import pytest

from emulator.host import Host
from emulator.profile import load
from tests.powershell.modules.console_session import ConsoleSession

COMMANDS = "Microsoft.PowerShell.Commands."
CREDENTIAL = "(New-Object pscredential 'nobody', (ConvertTo-SecureString x -AsPlainText -Force))"
DISK = (
    "$n = (New-VHD C:\\d.vhdx -SizeBytes 1GB | Mount-VHD -Passthru).Number; Initialize-Disk $n;"
    " $p = New-Partition $n -UseMaximumSize -DriveLetter V;"
)


@pytest.fixture
def session():
    return ConsoleSession(host=Host(load("windows-server-2022-datacenter"), clock_mode="fast"))


def test_the_size_of_clusters_is_seen_at_every_door(session):
    script = (
        f"{DISK} ($p | Format-Volume -AllocationUnitSize 65536 -NewFileSystemLabel Lab).AllocationUnitSize;"
        " (Get-WmiObject Win32_Volume -Filter \"DriveLetter='V:'\").BlockSize;"
        " (Get-CimInstance MSFT_Volume -Namespace root/Microsoft/Windows/Storage | ? FileSystemLabel -eq Lab)"
        ".AllocationUnitSize; (Get-Volume C).AllocationUnitSize"
    )
    assert session.values(script) == [65536, 65536, 65536, 4096]


def test_a_file_system_has_not_every_size_of_clusters(session):
    assert session.error(f"{DISK} $p | Format-Volume -FileSystem ReFS -AllocationUnitSize 8192")


def test_the_time_to_live_is_that_of_the_question(session):
    script = "(Test-Connection localhost -Count 1 -TimeToLive 7).TimeToLive; (Test-Connection localhost -Count 1).TimeToLive"
    assert session.values(script) == [7, 80]


def test_the_machine_asks_itself_without_a_credential(session):
    found = session.error(f"Test-Connection localhost -Source localhost -Count 1 -Credential {CREDENTIAL}")
    assert found[0] == f"TestConnectionException,{COMMANDS}TestConnectionCommand"
    assert found[2] == "User credentials cannot be used for local connections"


def test_classes_are_chosen_by_their_members(session):
    script = "Get-CimClass Win32_* -MethodName Terminate | % CimClassName"
    assert "Win32_Process" in session.values(script)
    assert session.values("Get-CimClass Win32_Process -PropertyName NoSuch*") == []


def test_a_class_names_itself_and_its_namespace(session):
    script = (
        "$c = Get-CimClass Win32_Process; (Invoke-CimMethod -CimClass $c -MethodName Create -Arguments @{CommandLine='cmd /c exit'})"
        ".ReturnValue; (New-CimInstance -CimClass $c -Property @{Handle='1'} -ClientOnly).Handle"
    )
    assert session.values(script) == [0, "1"]


def test_the_rights_of_a_credential_read_the_security_log(session):
    session.host.accounts.create("plain", "Pa55w.rd!", groups=("Users",))
    plain = "(New-Object pscredential 'plain', (ConvertTo-SecureString Pa55w.rd! -AsPlainText -Force))"
    found = session.error(f"Get-WinEvent -LogName Security -MaxEvents 1 -Credential {plain}")
    assert "unauthorized" in found[2]
    wrong = session.error(f"Get-WinEvent -LogName System -MaxEvents 1 -Credential {CREDENTIAL}")
    assert wrong[0] == f"System.UnauthorizedAccessException,{COMMANDS}GetWinEventCommand"
