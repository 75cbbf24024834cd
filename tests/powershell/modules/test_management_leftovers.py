"""Cmdlets of Microsoft.PowerShell.Management that stand alone: clipboard, recycle bin, restore points ..."""

import threading
from datetime import timedelta

import pytest

from emulator.host import Clock, Host
from emulator.host.neighbourhood import Neighbourhood
from emulator.powershell.modules.declared import computers
from emulator.profile import load
from tests.powershell.modules.console_session import ConsoleSession

COMMANDS = "Microsoft.PowerShell.Commands."


@pytest.fixture
def session():
    return ConsoleSession()


# The clipboard


def test_what_is_set_on_the_clipboard_is_got_from_it(session):
    assert session.values("Get-Clipboard") == [None]
    session.values("'a', 'b' | Set-Clipboard; Set-Clipboard c -Append")
    assert session.values("Get-Clipboard") == ["a", "b", "c"]
    assert session.values("Get-Clipboard -Raw") == ["a\r\nb\r\nc"]
    assert ConsoleSession(host=session.host).values("gcb") == ["a", "b", "c"]
    assert session.values("Get-Clipboard -Format Image") == [None]
    assert session.values("Set-Clipboard -Value $null; Get-Clipboard") == [None]


def test_the_clipboard_belongs_to_the_account(session):
    session.values("Set-Clipboard secret")
    other = ConsoleSession(user="other", host=session.host)
    assert other.values("Get-Clipboard") == [None]


def test_what_does_not_fit_on_a_clipboard_is_refused(session):
    found = session.error("Get-Clipboard -Raw -Format Image")
    assert found[0] == f"FailedToGetClipboard,{COMMANDS}GetClipboardCommand"
    assert found[2] == "Raw can only be combined with Text or FileDropList format."


# The recycle bin


def test_an_empty_recycle_bin_cannot_be_emptied(session):
    found = session.error("Clear-RecycleBin -Force")
    assert found[0] == f"FailedToClearRecycleBin,{COMMANDS}ClearRecycleBinCommand"
    assert found[2] == "The system cannot find the path specified"


def test_the_files_of_the_account_go_from_its_recycle_bin(session):
    sid = session.values("[Security.Principal.WindowsIdentity]::GetCurrent().User.Value")[0]
    session.values(f"md 'C:\\$Recycle.Bin\\{sid}' -Force; Set-Content 'C:\\$Recycle.Bin\\{sid}\\$R1.txt' a")
    session.values("Clear-RecycleBin -DriveLetter C -Force")
    assert session.values(f"@(gci 'C:\\$Recycle.Bin\\{sid}').Count") == [0]


@pytest.mark.parametrize(
    ("letter", "error_id"),
    [("CC", "InvalidDriveNameFormat"), ("Q", "DriveNotFound"), ("Q:\\", "DriveNotFound")],
)
def test_a_drive_without_a_recycle_bin_is_told(session, letter, error_id):
    assert session.error(f"Clear-RecycleBin {letter} -Force")[0].partition(",")[0] == error_id


# System Restore


@pytest.mark.parametrize(
    ("script", "identifier"),
    [
        ("Get-ComputerRestorePoint", f"{COMMANDS}GetComputerRestorePointCommand"),
        ("Get-ComputerRestorePoint -LastStatus", f"{COMMANDS}GetComputerRestorePointCommand"),
        ("Checkpoint-Computer a", f"CheckpointComputerNotSupported,{COMMANDS}CheckpointComputerCommand"),
        ("Checkpoint-Computer a CANCELLED_OPERATION", f"{COMMANDS}CheckpointComputerCommand"),
        ("Restore-Computer 1 -Confirm:$false", f"{COMMANDS}RestoreComputerCommand"),
        ("Enable-ComputerRestore C:\\", f"{COMMANDS}EnableComputerRestoreCommand"),
        ("Disable-ComputerRestore C:", f"{COMMANDS}DisableComputerRestoreCommand"),
    ],
)
def test_a_server_has_no_system_restore(session, script, identifier):
    found = session.error(script)
    assert found[0] == identifier
    assert found[2] == "This functionality is not supported on this operating system."


def test_the_drives_of_system_restore_are_looked_at_first(session):
    assert session.error("Enable-ComputerRestore D:\\")[0].startswith("EnableComputerNoSystemDrive,")
    assert "turn off the restore computer infrastructure" in session.error("Disable-ComputerRestore Q:")[2]


# Event logs


def test_the_limits_of_a_log_are_seen_at_every_door(session):
    session.values("Limit-EventLog Application -MaximumSize 64MB -OverflowAction DoNotOverwrite")
    script = (
        "$l = Get-EventLog -List | ? Log -eq Application; $l.MaximumKilobytes; [string]$l.OverflowAction;"
        " (Get-WinEvent -ListLog Application).MaximumSizeInBytes; [string](Get-WinEvent -ListLog Application).LogMode;"
        " (Get-CimInstance Win32_NTEventlogFile -Filter \"LogfileName='Application'\").MaxFileSize;"
        " wevtutil gl Application | Select-String maxSize | % { $_.Line.Trim() }"
    )
    size = 64 << 20
    assert session.values(script) == [65536, "DoNotOverwrite", size, "Retain", size, f"maxSize: {size}"]
    session.values("wevtutil sl Application /ms:1000000 /rt:false")
    assert session.values("(Get-WinEvent -ListLog Application).MaximumSizeInBytes") == [1 << 20]
    session.values("Limit-EventLog System -OverflowAction OverwriteOlder -RetentionDays 7")
    assert session.values("(Get-EventLog -List | ? Log -eq System).MinimumRetentionDays") == [7]
    session.values("$l = Get-WinEvent -ListLog System; $l.MaximumSizeInBytes = 128KB; $l.SaveChanges()")
    assert session.values("(Get-EventLog -List | ? Log -eq System).MaximumKilobytes") == [128]


@pytest.mark.parametrize(
    ("script", "identifier"),
    [
        ("Limit-EventLog Nothing -MaximumSize 64KB", f"{COMMANDS}LimitEventLogCommand"),
        ("Limit-EventLog Application -MaximumSize 65KB", f"ValueOutofRange,{COMMANDS}LimitEventLogCommand"),
        ("Limit-EventLog Application -RetentionDays 5", f"{COMMANDS}LimitEventLogCommand"),
    ],
)
def test_limits_that_a_log_does_not_take(session, script, identifier):
    assert session.error(script)[0] == identifier


# Processes


def test_what_is_loaded_into_a_process(session):
    script = "(Get-Process svchost -Module | select -First 2).ModuleName; (Get-Process svchost -FileVersionInfo)[0].FileName"
    names = session.values(script)
    assert names[0].lower() == "svchost.exe"
    assert names[1].lower() == "ntdll.dll"
    assert names[2].lower().endswith("\\svchost.exe")


def test_processes_of_others_are_closed_to_an_account():
    found = ConsoleSession(user="plain").error("Get-Process lsass -Module")
    assert found[0] == f"CouldNotEnumerateModules,{COMMANDS}GetProcessCommand"
    assert found[2] == 'Cannot enumerate the modules of the "lsass" process.'
    found = ConsoleSession(user="plain").error("Debug-Process -Name lsass")
    assert found[0] == f"CouldNotDebugProcess,{COMMANDS}DebugProcessCommand"


# Items


def test_a_program_is_invoked_and_a_folder_shows_nobody_its_window(session):
    session.values(
        "Set-Content C:\\run.cmd 'echo done>C:\\done.txt'; Invoke-Item C:\\run.cmd; Invoke-Item C:\\Windows"
    )
    assert session.host.wait_for(lambda: session.host.filesystem.exists("C:\\done.txt"), 10, skip_time=False)


@pytest.mark.parametrize("place", ["%1", "%L", ""])
def test_a_document_is_opened_by_what_the_registry_states(session, place):
    session.values(
        "Set-Content C:\\a.odd text; Set-Content C:\\open.cmd 'echo %1>C:\\opened.txt';"
        " ni HKLM:\\SOFTWARE\\Classes\\.odd -Value OddFile;"
        " ni HKLM:\\SOFTWARE\\Classes\\OddFile\\shell\\open\\command"
        f" -Value 'C:\\open.cmd {place}' -Force; ii C:\\a.odd"
    )
    host = session.host
    assert host.wait_for(lambda: host.filesystem.exists("C:\\opened.txt"), 10, skip_time=False)
    assert "a.odd" in session.values("Get-Content C:\\opened.txt")[0]


def test_a_document_without_a_program_is_told(session):
    found = session.error("Set-Content C:\\a.none text; Invoke-Item C:\\a.none")
    assert found[0] == f"System.ComponentModel.Win32Exception,{COMMANDS}InvokeItemCommand"
    assert found[2] == "No application is associated with the specified file for this operation"


def test_what_is_added_to_a_file_comes_until_the_pipeline_ends(session):
    session.values("Set-Content C:\\log.txt 'a','b'")
    host, result = session.host, []
    script = "gc C:\\log.txt -Wait -Tail 1 | % { Set-Content C:\\seen.txt $_; $_ } | select -First 3"
    reader = threading.Thread(target=lambda: result.extend(session.values(script)))
    reader.start()
    assert host.wait_for(lambda: host.filesystem.exists("C:\\seen.txt"), skip_time=False)
    ConsoleSession(host=host).values("'c','d' | % { Add-Content C:\\log.txt $_ }")
    reader.join(30)
    assert result == ["b", "c", "d"]


def test_content_is_read_in_the_encoding_that_is_named(session):
    session.host.filesystem.write("C:\\u.txt", "gr\u00fcn".encode())
    assert session.values("Get-Content C:\\u.txt -Encoding UTF8") == ["gr\u00fcn"]
    assert session.values("Get-Content C:\\u.txt") == ["gr\u00c3\u00bcn"]


# Other computers and the domain


@pytest.fixture
def pair():
    hosts = [Host(load(f"windows-server-{year}-datacenter"), clock_mode="fast") for year in (2022, 2019)]
    around = Neighbourhood()
    for host in hosts:
        host.neighbourhood = around
        around.join(host)
    return hosts


def _credential(host):
    administrator = host.accounts.administrator
    return (
        f"(New-Object pscredential '{host.name}\\{administrator.name}',"
        f" (ConvertTo-SecureString '{administrator.password}' -AsPlainText -Force))"
    )


def test_another_host_is_restarted_and_waited_for(pair):
    session = ConsoleSession(host=pair[0])
    other = pair[1]
    before = other.operating_system.boot_time
    session.values(f"Restart-Computer {other.name} -Credential {_credential(other)} -Force -Wait -For WinRM")
    assert other.power.is_on
    assert other.operating_system.boot_time > before


def test_the_credential_counts_there(pair):
    session = ConsoleSession(host=pair[0])
    wrong = "(New-Object pscredential 'nobody', (ConvertTo-SecureString x -AsPlainText -Force))"
    found = session.error(f"Stop-Computer {pair[1].name} -Credential {wrong} -Force")
    assert found[0] == f"StopComputerException,{COMMANDS}StopComputerCommand"
    assert found[2].endswith("Access is denied. (Exception from HRESULT: 0x80070005 (E_ACCESSDENIED))")
    assert "The RPC server is unavailable" in session.error("Restart-Computer nowhere -Force")[2]


def test_the_parameters_of_waiting_need_wait(session):
    found = session.error("Restart-Computer -Timeout 5")
    assert found[0] == f"RestartComputerInvalidParameter,{COMMANDS}RestartComputerCommand"
    assert (
        session.error("Restart-Computer -Wait")[0]
        == f"CannotWaitLocalComputer,{COMMANDS}RestartComputerCommand"
    )


def test_a_machine_without_a_domain_has_no_password_in_it(session):
    found = session.error("Reset-ComputerMachinePassword")
    assert found[0] == f"ComputerNotInDomain,{COMMANDS}ResetComputerMachinePasswordCommand"


# WMI and drives


def test_wmi_cmdlets_run_as_jobs(session):
    script = (
        "$j = Get-WmiObject Win32_OperatingSystem -AsJob; $j.PSJobTypeName; (Receive-Job $j -Wait).CSName"
    )
    assert session.values(script) == ["WmiJob", session.host.name]


@pytest.mark.parametrize(
    ("script", "error_id"),
    [
        (
            "Set-WmiInstance -Path 'Win32_OperatingSystem=@' -Arguments @{Description='a'} -PutType CreateOnly",
            "NonUpdateFlagSpecifiedWithInstancePath",
        ),
        (
            "Set-WmiInstance Win32_Environment @{Name='a'} -PutType UpdateOnly",
            "CreateOnlyFlagNotSpecifiedWithClassPath",
        ),
    ],
)
def test_the_kind_of_a_put_fits_what_is_put(session, script, error_id):
    assert session.error(script)[0] == f"{error_id},{COMMANDS}SetWmiInstance"


def test_an_instance_is_made_of_a_class(session):
    script = (
        "Set-WmiInstance Win32_Environment @{Name='T1'; UserName='<SYSTEM>'; VariableValue='v'} -PutType CreateOnly |"
        " % VariableValue; (Get-WmiObject Win32_Environment -Filter \"Name='T1'\").VariableValue"
    )
    assert session.values(script) == ["v", "v"]


@pytest.mark.parametrize(
    ("script", "error_id"),
    [
        ("New-PSDrive Z FileSystem C:\\ -Persist", "DriveRootNotNetworkPath"),
        ("New-PSDrive Zed FileSystem \\\\localhost\\c$ -Persist", "DriveNameNotSupportedForPersistence"),
        ("New-PSDrive Z FileSystem \\\\nowhere\\c$ -Persist", "CouldNotMapNetworkDrive"),
        ("New-PSDrive K Registry HKLM:\\ -Credential {0}", "NotSupported"),
        ("New-PSDrive Z FileSystem \\\\localhost\\c$ -Credential {1}", "CouldNotMapNetworkDrive"),
    ],
)
def test_drives_that_cannot_be_made(session, script, error_id):
    wrong = "(New-Object pscredential 'nobody', (ConvertTo-SecureString x -AsPlainText -Force))"
    text = script.replace("{0}", wrong).replace("{1}", wrong)
    assert session.error(text)[0] == f"{error_id},{COMMANDS}NewPSDriveCommand"


def test_a_share_is_mapped_with_a_credential(session):
    script = f"New-PSDrive Z FileSystem \\\\localhost\\c$ -Persist -Credential {_credential(session.host)} | % Name"
    assert session.values(f"{script}; Test-Path Z:\\Windows") == ["Z", True]


class _Away:
    """A host that comes back some seconds after somebody begins to wait for it."""

    def __init__(self, name, clock, seconds):
        self.name, self.clock, self.seconds = name, clock, seconds
        self.limits = []

    def wait_for(self, _predicate, limit, **_options):
        self.limits.append(limit)
        self.clock.advance(timedelta(seconds=min(self.seconds, limit)))
        return self.seconds <= limit


class _Call:
    def __init__(self):
        self.errors = []

    def stopping(self):
        return False

    def record(self, _kind, text, *_rest):
        return text

    def error(self, text):
        self.errors.append(text)


def test_the_time_of_restart_computer_counts_for_all_computers_together():
    clock, call = Clock("manual"), _Call()
    hosts = [_Away("A", clock, 40), _Away("B", clock, 30)]
    computers._wait(call, hosts, 60, "WinRM")
    assert [host.limits for host in hosts] == [[60], [20]]
    assert [text[:35] for text in call.errors] == ["Failed to restart the computer B wi"]
