"""powershell.exe as a program: where scripts come from, what reaches which stream, and how it ends."""

from __future__ import annotations

import base64
import threading
import time

import pytest

from emulator import console
from emulator.console.entry import CONTROL_C_EXIT

ENCODED = "powershell -NoProfile -EncodedCommand "


def encoded(script: str) -> str:
    return ENCODED + base64.b64encode(script.encode("utf-16-le")).decode()


WAYS = [
    ('powershell "1 + 1"', "2\r\n"),
    ("powershell -Command 1 + 1", "2\r\n"),
    ("powershell -nop -c \"'a','b' -join '-'\"", "a-b\r\n"),
    ("PowerShell.exe -NonInteractive -ExecutionPolicy Bypass \"'x'\"", "x\r\n"),
    (encoded("$x = 5; $x * 2"), "10\r\n"),
    ("powershell \"Write-Host hello; 'out'\"", "hello\r\nout\r\n"),
    ("powershell \"[Console]::Out.WriteLine('direct')\"", "direct\r\n"),
    ('powershell "Write-Warning careful"', "WARNING: careful\r\n"),
]


@pytest.mark.parametrize(("line", "out"), WAYS)
def test_a_script_runs_whichever_way_it_comes(machine, line, out):
    assert machine.run(line) == (0, out, "")


CODES = [
    ("throw 'bad'", 1),
    ("exit 7", 7),
    ("Get-VM nosuch", 1),
    ("Get-VM nosuch; 'fine'", 0),
    ("cmd /c exit 3; exit $LASTEXITCODE", 3),
    ("if (", 1),
    ("'fine'", 0),
]


@pytest.mark.parametrize(("script", "code"), CODES)
def test_the_exit_code_is_that_of_windows_powershell(machine, script, code):
    assert machine.run(encoded(script)).code == code


def test_errors_are_clixml_only_for_an_encoded_command_without_output_format(machine):
    assert machine.run('powershell "throw 5"').err.startswith("5\r\nAt line:1 char:1")
    assert machine.run(encoded("throw 5")).err.startswith("#< CLIXML\r\n<Objs Version=")
    assert machine.run(encoded("throw 5") + " -OutputFormat Text").err.startswith("5\r\nAt line:1 char:1")


def test_what_a_script_writes_to_standard_error_itself_is_plain(machine):
    assert machine.run(encoded("[Console]::Error.WriteLine('raw')")).err == "raw\r\n"


def test_a_file_gets_its_arguments_and_gives_its_exit_code(machine):
    machine.write("C:\\job.ps1", 'param($Name, [switch]$Loud, $Rest) "$Name $Loud $Rest"; exit 4')
    assert machine.run("powershell -File C:\\job.ps1 -Name web -Loud last") == (4, "web True last\r\n", "")


def test_a_missing_file_is_refused_as_windows_powershell_does(machine):
    ended = machine.run("powershell -File C:\\nosuch.ps1")
    assert ended.code == -196608
    assert "C:\\nosuch.ps1" in ended.err


def test_statements_from_standard_input_run_as_they_are_complete(machine):
    script = b"function twice($n) {\r\n  $n * 2\r\n}\r\n\r\ntwice 21\r\n'last'\r\n"
    assert machine.run("powershell -Command -", script).out == "42\r\nlast\r\n"


def test_standard_input_is_there_for_scripts_that_ask_for_it(machine):
    assert machine.run(encoded('$input | ForEach-Object { "<$_>" }'), b"a\r\nb\r\n").out == "<a>\r\n<b>\r\n"
    assert machine.run(encoded("[Console]::In.ReadToEnd().Length"), b"12345").out == "5\r\n"


def test_a_script_that_reads_nothing_does_not_wait_for_its_input(machine):
    assert machine.run(encoded("'done'"), end=False) == (0, "done\r\n", "")


def test_programs_run_and_their_output_comes_line_by_line(machine):
    script = "$lines = cmd /c 'echo one& echo two& exit 3'; $lines.Count; $LASTEXITCODE; hostname"
    assert machine.run(encoded(script)).out == f"2\r\n3\r\n{machine.host.name}\r\n"


def test_output_is_redirected_into_the_fake_file_system(machine):
    assert machine.run("powershell \"'text' > C:\\out.txt\"").code == 0
    assert machine.host.filesystem.read("C:\\out.txt").decode("utf-16") == "text\r\n"


@pytest.mark.parametrize(
    "script", ["1 > C:\\nosuch\\x.txt", "& C:\\missing.ps1", "Out-File -FilePath C:\\n\\x -InputObject 1"]
)
def test_a_file_that_cannot_be_reached_is_a_powershell_error(machine, script):
    ended = machine.run(f'powershell "{script}"')
    assert ended.code == 1
    assert "FullyQualifiedErrorId" in ended.err
    assert "Traceback" not in ended.err


def test_nothing_of_the_real_machine_is_reachable(machine, monkeypatch):
    monkeypatch.setenv("REAL_SECRET", "leaked")
    script = (
        "$env:REAL_SECRET; [Environment]::GetEnvironmentVariable('REAL_SECRET'); [Environment]::MachineName"
    )
    assert machine.run(encoded(script)).out == f"{machine.host.name}\r\n"


def test_a_script_that_loops_for_ever_ends_when_the_process_is_cancelled(machine):
    process = machine.process(encoded("while ($true) { $x = 1 }"))
    codes: list[int] = []
    thread = threading.Thread(target=lambda: codes.append(console.start(process)))
    thread.start()
    started = time.monotonic()
    process.cancel()
    thread.join(10)
    assert codes == [CONTROL_C_EXIT]
    assert time.monotonic() - started < 10


def test_a_file_knows_where_it_lies(machine):
    machine.write(
        "C:\\work\\job.ps1", "$MyInvocation.MyCommand.Path; Split-Path -Leaf $MyInvocation.MyCommand.Path"
    )
    assert machine.run("powershell -File C:\\work\\job.ps1").out == "C:\\work\\job.ps1\r\njob.ps1\r\n"


def test_a_locked_down_machine_holds_powershell_to_constrained_language_and_trusts_system32(machine):
    key = r"HKLM\SYSTEM\CurrentControlSet\Control\Session Manager\Environment"
    assert machine.run(f'reg add "{key}" /v __PSLockdownPolicy /t REG_SZ /d 4 /f').code == 0
    text = "function Get-Mode { $ExecutionContext.SessionState.LanguageMode.ToString() }; Get-Mode"
    machine.write("C:\\Windows\\System32\\trusted.ps1", text)
    machine.write("C:\\Windows\\System32\\trusted.psm1", text.partition(";")[0] + "; class C { }")
    machine.write("C:\\work\\untrusted.ps1", text)
    ended = machine.run(
        'powershell -ExecutionPolicy Bypass -Command "C:\\work\\untrusted.ps1; C:\\Windows\\System32\\trusted.ps1;'
        "Import-Module C:\\Windows\\System32\\trusted.psm1; Get-Mode;"
        "Start-Job { $ExecutionContext.SessionState.LanguageMode.ToString() } | Wait-Job | Receive-Job;"
        '[Math]::Sqrt(4)"'
    )
    assert ended.out.split() == ["ConstrainedLanguage", "FullLanguage", "FullLanguage", "ConstrainedLanguage"]
    assert "only on core types" in " ".join(ended.err.split())
    only_in_the_process = machine.run(
        'cmd /c "set __PSLockdownPolicy=0&& powershell -Command $ExecutionContext.SessionState.LanguageMode"'
    )
    assert only_in_the_process.out.split() == ["ConstrainedLanguage"]


def test_a_lockdown_policy_of_the_process_alone_counts_for_nothing(run):
    ended = run(
        'cmd /c "set __PSLockdownPolicy=4&& powershell -Command $ExecutionContext.SessionState.LanguageMode"'
    )
    assert ended.out.split() == ["FullLanguage"]
