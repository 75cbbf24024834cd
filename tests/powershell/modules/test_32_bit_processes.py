"""32-bit processes of a 64-bit Windows: other folders, keys and variables under the same names."""

import pytest

from emulator.host.windows.registry import CLASSES_ROOT, CURRENT_USER, LOCAL_MACHINE
from emulator.host.windows.registry_views import redirected_key
from emulator.host.windows.wow64 import redirected_path
from tests.powershell.modules.console_session import ConsoleSession

_WIDTH = "[IntPtr]::Size; [Environment]::Is64BitProcess; $PSHOME"
_HOME = "C:\\Windows\\{}\\WindowsPowerShell\\v1.0"
_NARROW = [4, False, _HOME.format("SysWOW64")]
_WIDE = [8, True, _HOME.format("system32")]
_PROGRAM = _HOME.format("SysWOW64") + "\\powershell.exe"


@pytest.fixture
def session():
    return ConsoleSession()


def job(session, script):
    return session.values(f"Start-Job -RunAs32 {{ {script} }} | Receive-Job -Wait")


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("C:\\Windows\\System32\\cmd.exe", "C:\\Windows\\SysWOW64\\cmd.exe"),
        ("c:\\WINDOWS\\system32", "c:\\WINDOWS\\SysWOW64"),
        ("C:\\Windows\\Sysnative\\cmd.exe", "C:\\Windows\\System32\\cmd.exe"),
        ("C:\\Windows\\System32\\drivers\\etc\\hosts", "C:\\Windows\\System32\\drivers\\etc\\hosts"),
        ("C:\\Windows\\System32\\drivers\\ntfs.sys", "C:\\Windows\\SysWOW64\\drivers\\ntfs.sys"),
        ("C:\\Windows", "C:\\Windows"),
        ("D:\\Windows\\System32", "D:\\Windows\\System32"),
    ],
)
def test_folders_of_the_system_are_others(path, expected):
    assert redirected_path(path) == expected


@pytest.mark.parametrize(
    ("hive", "path", "expected"),
    [
        (LOCAL_MACHINE, "SOFTWARE", "SOFTWARE\\WOW6432Node"),
        (LOCAL_MACHINE, "Software\\Fabrikam", "Software\\WOW6432Node\\Fabrikam"),
        (LOCAL_MACHINE, "SOFTWARE\\wow6432node\\Fabrikam", "SOFTWARE\\wow6432node\\Fabrikam"),
        (LOCAL_MACHINE, "SOFTWARE\\Policies\\Fabrikam", "SOFTWARE\\Policies\\Fabrikam"),
        (LOCAL_MACHINE, "SOFTWARE\\Microsoft\\Ole", "SOFTWARE\\Microsoft\\Ole"),
        (LOCAL_MACHINE, "SOFTWARE\\Microsoft\\OleDb", "SOFTWARE\\WOW6432Node\\Microsoft\\OleDb"),
        (LOCAL_MACHINE, "SYSTEM\\Setup", "SYSTEM\\Setup"),
        (LOCAL_MACHINE, "SOFTWARE\\Classes\\.txt", "SOFTWARE\\Classes\\.txt"),
        (LOCAL_MACHINE, "SOFTWARE\\Classes\\CLSID\\{1}", "SOFTWARE\\Classes\\WOW6432Node\\CLSID\\{1}"),
        (CLASSES_ROOT, "Interface", "WOW6432Node\\Interface"),
        (CLASSES_ROOT, "", ""),
        (CURRENT_USER, "Software\\Fabrikam", "Software\\Fabrikam"),
        (CURRENT_USER, "Software\\Classes\\CLSID", "Software\\Classes\\WOW6432Node\\CLSID"),
    ],
)
def test_some_keys_are_others(hive, path, expected):
    assert redirected_key(hive, path) == expected


def test_a_job_runs_in_the_powershell_of_32_bit_programs(session):
    assert job(session, _WIDTH) == _NARROW
    assert job(session, "(Get-Process -Id $PID).Path; [Environment]::CommandLine") == [
        _PROGRAM,
        f'"{_PROGRAM}" -Version 5.1 -s -NoLogo -NoProfile',
    ]
    assert job(session, "Start-Job { [IntPtr]::Size } | Receive-Job -Wait") == [4]


def test_variables_and_folders_of_a_32_bit_process(session):
    script = (
        "$env:PROCESSOR_ARCHITECTURE; $env:PROCESSOR_ARCHITEW6432; $env:ProgramFiles; $env:ProgramW6432;"
        "[Environment]::GetFolderPath('ProgramFiles'); [Environment]::Is64BitOperatingSystem; [Environment]::SystemDirectory"
    )
    others, native = "C:\\Program Files (x86)", "C:\\Program Files"
    assert job(session, script) == ["x86", "AMD64", others, native, others, True, "C:\\Windows\\system32"]


def test_files_of_the_system_are_those_of_32_bit_programs(session):
    script = (
        "cd C:\\Windows\\System32; Set-Content one.txt in32; mkdir two | % FullName; (Get-Item one.txt).FullName;"
        "Get-Content C:\\Windows\\SysWOW64\\one.txt; Test-Path ntoskrnl.exe; Test-Path C:\\Windows\\Sysnative\\ntoskrnl.exe;"
        "Test-Path drivers\\etc\\hosts; (Get-ChildItem *.txt).FullName;"
        "try { Get-Item ntoskrnl.exe -ErrorAction Stop } catch { $_.TargetObject }"
    )
    folder = "C:\\Windows\\System32"
    assert job(session, script) == [
        f"{folder}\\two",
        f"{folder}\\one.txt",
        "in32",
        False,
        True,
        True,
        f"{folder}\\one.txt",
        f"{folder}\\ntoskrnl.exe",
    ]
    assert session.values(
        "Test-Path C:\\Windows\\System32\\one.txt; Test-Path C:\\Windows\\SysWOW64\\one.txt, C:\\Windows\\SysWOW64\\two;"
        "Test-Path C:\\Windows\\Sysnative"
    ) == [False, True, True, False]


def test_keys_of_the_machine_are_those_of_32_bit_programs(session):
    script = (
        "$null = New-Item HKLM:\\SOFTWARE\\Fabrikam; $null = New-Item HKLM:\\SOFTWARE\\Policies\\Fabrikam;"
        "Test-Path HKLM:\\SOFTWARE\\WOW6432Node\\Fabrikam; (Get-ChildItem HKLM:\\SOFTWARE).PSChildName -join ' ';"
        "(Get-ItemProperty HKLM:\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion).ProgramFilesDir;"
        "(Get-ItemProperty 'HKLM:\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion').CurrentBuild;"
        "$k = [Microsoft.Win32.RegistryKey]::OpenBaseKey('LocalMachine', 'Registry64'); \"$($k.View)\";"
        "$null -eq $k.OpenSubKey('SOFTWARE\\Fabrikam')"
    )
    assert job(session, script) == [
        True,
        "Classes Fabrikam Microsoft Policies",
        "C:\\Program Files (x86)",
        "20348",
        "Registry64",
        True,
    ]
    seen = "HKLM:\\SOFTWARE\\Fabrikam, HKLM:\\SOFTWARE\\WOW6432Node\\Fabrikam, HKLM:\\SOFTWARE\\Policies\\Fabrikam"
    assert session.values(f"Test-Path {seen}") == [False, True, True]


def test_a_64_bit_process_asks_for_the_other_view(session):
    script = (
        "$k = [Microsoft.Win32.RegistryKey]::OpenBaseKey('LocalMachine', 'Registry32');"
        "$n = $k.CreateSubKey('SOFTWARE\\Fabrikam'); $n.SetValue('a', 'b'); \"$($n.View)\"; $n.Name;"
        "(Get-ItemProperty HKLM:\\SOFTWARE\\WOW6432Node\\Fabrikam).a; Test-Path HKLM:\\SOFTWARE\\Fabrikam;"
        "(reg query HKLM\\SOFTWARE\\Fabrikam /v a /reg:32 | Select-String REG_SZ).Line.Trim()"
    )
    name = "HKEY_LOCAL_MACHINE\\SOFTWARE\\Fabrikam"
    assert session.values(script) == ["Registry32", name, "b", False, "a    REG_SZ    b"]


def test_programs_that_a_32_bit_process_starts(session):
    system, native = "C:\\Windows\\System32", "C:\\Windows\\Sysnative"
    width = "'[IntPtr]::Size; [Environment]::Is64BitProcess; $PSHOME'"
    assert job(session, f"powershell -command {width}") == ["4", "False", _NARROW[2]]
    assert job(session, f"{native}\\WindowsPowerShell\\v1.0\\powershell.exe -command {width}") == [
        "8",
        "True",
        _WIDE[2],
    ]
    assert job(session, f"{system}\\cmd.exe /c 'echo %PROCESSOR_ARCHITECTURE% %ProgramFiles%'") == [
        "x86 C:\\Program Files (x86)"
    ]
    assert job(session, f"{native}\\cmd.exe /c 'echo %PROCESSOR_ARCHITECTURE% %ProgramFiles%'") == [
        "AMD64 C:\\Program Files"
    ]
    assert job(session, "(Start-Process powershell -ArgumentList '-command 1' -PassThru).Path") == [_PROGRAM]
    assert job(session, "(Get-Command bcdedit -ErrorAction SilentlyContinue) -eq $null") == [True]


def test_a_window_that_a_32_bit_process_opens_is_one_of_32_bit_programs(session):
    script = 'notepad; $n = Get-Process notepad; $n.Path; (Get-CimInstance Win32_Process -Filter "ProcessId=$($n.Id)").ParentProcessId -eq $PID'
    assert job(session, script) == ["C:\\Windows\\SysWOW64\\notepad.exe", True]


def test_fresh_variables_of_a_32_bit_process(session):
    session.host.accounts.create("ann", "Pa55w.rd!", groups=("Users",))
    script = (
        "$c = New-Object pscredential ann, (ConvertTo-SecureString Pa55w.rd! -AsPlainText -Force);"
        "Start-Job -Credential $c { $env:USERNAME; $env:ProgramFiles } | Receive-Job -Wait;"
        "Start-Process cmd -ArgumentList '/c echo %ProgramFiles%' -UseNewEnvironment -RedirectStandardOutput C:\\o.txt -Wait;"
        "Get-Content C:\\o.txt"
    )
    assert job(session, script) == ["ann", *["C:\\Program Files (x86)"] * 2]


def test_the_program_itself_can_be_started(session):
    assert session.values(f"{_PROGRAM} -command '{_WIDTH}'") == ["4", "False", _NARROW[2]]
    assert session.values(_WIDTH) == _WIDE


def test_native_functions_are_a_gap_in_a_32_bit_process(session):
    script = (
        'Add-Type \'using System.Runtime.InteropServices; public class N { [DllImport(\\"kernel32.dll\\")]'
        ' public static extern uint GetCurrentProcessId(); }\'; try { [N]::GetCurrentProcessId() } catch { \\"$_\\" }'
    ).replace('\\"', '"')
    assert job(session, script) == [
        "The native function GetCurrentProcessId of kernel32.dll in a 32-bit process is not emulated."
    ]


def test_the_32_bit_session_configuration(session):
    inner = f"{_WIDTH}; (Get-Process -Id $PID).Path"
    script = f"(Invoke-Command localhost -ConfigurationName Microsoft.PowerShell32 {{ {inner} }}) -join ' '"
    assert session.values(script) == [
        " ".join(map(str, (*_NARROW, "C:\\Windows\\SysWOW64\\wsmprovhost.exe")))
    ]


def test_a_configuration_for_32_bit_processes(session):
    session.values("$null = Register-PSSessionConfiguration narrow -ProcessorArchitecture x86 -Force")
    script = f"(Invoke-Command localhost -ConfigurationName narrow {{ {_WIDTH} }}) -join ' '"
    assert session.values(script) == [" ".join(map(str, _NARROW))]


def test_a_file_that_is_only_for_32_bit_programs_is_shown_to_a_user_too(session):
    session.host.accounts.create("ann", "Pa55w.rd!", groups=("Users",))
    script = (
        "$c = New-Object pscredential ann, (ConvertTo-SecureString Pa55w.rd! -AsPlainText -Force);"
        "Start-Job -RunAs32 -Credential $c { Test-Path C:\\Windows\\System32\\ntoskrnl.exe, C:\\Windows\\System32\\cmd.exe;"
        "$env:PROCESSOR_ARCHITECTURE } | Receive-Job -Wait"
    )
    assert session.values(script) == [False, True, "x86"]
