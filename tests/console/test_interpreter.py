"""cmd.exe running command lines: operators, redirections, conditions, loops, expansion, budgets."""

from __future__ import annotations

import threading

import pytest

from emulator import console
from emulator.console.process import ProgramNotFound

NOT_RECOGNIZED = (
    "'{}' is not recognized as an internal or external command,\r\noperable program or batch file.\r\n"
)
SYNTAX = "The syntax of the command is incorrect.\r\n"
NO_PATH = "The system cannot find the path specified.\r\n"
NO_FILE = "The system cannot find the file specified.\r\n"

# command line -> (exit code, standard output, standard error)
LINES = {
    "echo a& echo b": (0, "a\r\nb\r\n", ""),
    "echo a&& echo b|| echo c": (0, "a\r\nb\r\n", ""),
    "cmd /c exit 3|| echo c": (0, "c\r\n", ""),
    "cmd /c exit 3&& echo c": (3, "", ""),
    '(echo a& echo b) | find "b"': (0, "b\r\n", ""),
    'hostname | find /c "HV"': (0, "1\r\n", ""),
    "cd C:\\Windows | cd": (0, "C:\\Users\\Administrator\r\n", ""),
    "echo a^&b^^": (0, "a&b^\r\n", ""),
    'echo "a & b"': (0, '"a & b"\r\n', ""),
    "if 1==1 echo yes": (0, "yes\r\n", ""),
    "if 1==2 (echo yes) else (echo no)": (0, "no\r\n", ""),
    "if not 1==2 echo yes": (0, "yes\r\n", ""),
    "if /i a==A echo yes": (0, "yes\r\n", ""),
    "if a==A echo yes": (0, "", ""),
    'if "%OS%"=="Windows_NT" echo yes': (0, "yes\r\n", ""),
    "if 10 GTR 9 echo yes": (0, "yes\r\n", ""),
    "if b LSS a (echo yes) else echo no": (0, "no\r\n", ""),
    "if exist C:\\Windows\\System32 echo yes": (0, "yes\r\n", ""),
    "if exist C:\\Win* echo yes": (0, "yes\r\n", ""),
    "if not exist C:\\nosuch\\x echo no": (0, "no\r\n", ""),
    "if defined nosuch (echo yes) else echo no": (0, "no\r\n", ""),
    "cmd /c exit 4 & if errorlevel 4 echo four": (0, "four\r\n", ""),
    "cmd /c exit 4 & if errorlevel 5 (echo five) else echo less": (0, "less\r\n", ""),
    "for %i in (a b) do @echo %i": (0, "a\r\nb\r\n", ""),
    "for %i in (1,2;3) do @echo %i": (0, "1\r\n2\r\n3\r\n", ""),
    "for /l %i in (1,2,5) do @echo %i": (0, "1\r\n3\r\n5\r\n", ""),
    "for /l %i in (2,-1,1) do @echo %i": (0, "2\r\n1\r\n", ""),
    "for /l %i in (1,0,3) do @exit 8": (8, "", ""),
    'for /f "tokens=1,3 delims=," %a in ("x,y,z") do @echo %a-%b': (0, "x-z\r\n", ""),
    'for /f "tokens=1*" %a in ("x y z") do @echo %a-%b': (0, "x-y z\r\n", ""),
    "for /f %a in ('hostname') do @echo [%a]": (0, "[HV2022]\r\n", ""),
    "for /f \"skip=1\" %a in ('echo one^&echo two') do @echo %a": (0, "two\r\n", ""),
    'for /f "usebackq" %a in (`hostname`) do @echo %a': (0, "HV2022\r\n", ""),
    "for %f in (C:\\Windows\\win.ini) do @echo %~nf %~xf %~dpf": (0, "win .ini C:\\Windows\\\r\n", ""),
    "for %i in (x) do echo %i": (0, "\r\nC:\\Users\\Administrator>echo x \r\nx\r\n", ""),
    "echo %OS:~0,3%,%OS:~-2%,%OS:Windows=W%": (0, "Win,NT,W_NT\r\n", ""),
    "echo %nosuch%": (0, "%nosuch%\r\n", ""),
    "echo %os%": (0, "Windows_NT\r\n", ""),
    "set x=1& echo %x%": (0, "%x%\r\n", ""),
    "set x=1& call echo %x%": (0, "1\r\n", ""),
    'cmd /v:on /c "set x=1& echo !x!"': (0, "1\r\n", ""),
    "echo !x!": (0, "!x!\r\n", ""),
    "exit 5": (5, "", ""),
    "exit /b 6": (6, "", ""),
    "exit -1": (-1, "", ""),
    "nosuch": (1, "", NOT_RECOGNIZED.format("nosuch")),
    '@"no such" x': (1, "", NOT_RECOGNIZED.format('"no such"')),
    '"no such" x': (1, "", NOT_RECOGNIZED.format("no")),
    '"echo a b"': (0, "a b\r\n", ""),
    '"cmd /c exit 7"': (7, "", ""),
    '"echo "a b" c"': (0, '"a b" c\r\n', ""),
    'echo "a b"': (0, '"a b"\r\n', ""),
    "C:\\Windows\\nosuch.exe": (1, "", NOT_RECOGNIZED.format("C:\\Windows\\nosuch.exe")),
    "C:\\nosuch\\x.exe": (1, "", NO_PATH),
    "(echo a": (255, "", SYNTAX),
    "echo a |": (255, "", SYNTAX),
    "&& echo": (255, "", "&& was unexpected at this time.\r\n"),
    "if": (255, "", SYNTAX),
    "for %i in (1": (255, "", SYNTAX),
    'cmd /c "exit 3"': (3, "", ""),
    'cmd /c "echo "a" "b""': (0, '"a" "b"\r\n', ""),
    'cmd /s /c "echo a"': (0, "a\r\n", ""),
    'cmd /c "C:\\Windows\\System32\\hostname.exe"': (0, "HV2022\r\n", ""),
    "%SystemRoot%\\system32\\hostname": (0, "HV2022\r\n", ""),
    "echo a 1>&2": (0, "", "a \r\n"),
    "nosuch 2>nul": (1, "", ""),
    "echo a>nul": (0, "", ""),
    "echo a> C:\\nosuch\\x": (1, "", NO_PATH),
    "more < C:\\nosuch": (1, "", NO_FILE),
}


@pytest.mark.parametrize("line", LINES)
def test_a_command_line_gives_the_answer_of_windows(run, line):
    assert run(line) == LINES[line]


REDIRECTIONS = {
    "echo one>F& echo two>>F": "one\r\ntwo\r\n",
    "echo one>F& echo two>F": "two\r\n",
    "echo one >F": "one \r\n",
    ">F echo one": "one\r\n",
    "(echo a& echo b)>F": "a\r\nb\r\n",
    "echo a2>F": "a2\r\n",
    "nosuch >F 2>&1": NOT_RECOGNIZED.format("nosuch"),
    "nosuch 2>F": NOT_RECOGNIZED.format("nosuch"),
    'echo one>"F"': "one\r\n",
    "type nul>F": "",
    "for %i in (1 2) do @echo %i>>F": "1\r\n2\r\n",
    "echo in|more>F": "in\r\n",
}


@pytest.mark.parametrize("line", REDIRECTIONS)
def test_output_goes_to_a_file_of_the_fake_machine(machine, line):
    ended = machine.run(line.replace("F", "C:\\work\\out.txt"))
    assert (ended.out, ended.err) == ("", "")
    assert machine.read("C:\\work\\out.txt") == REDIRECTIONS[line]


def test_input_comes_from_a_file_of_the_fake_machine(machine):
    machine.write("C:\\work\\in.txt", "a\r\nb\r\n")
    assert machine.run('find "b" < C:\\work\\in.txt') == (0, "b\r\n", "")


def test_an_upload_in_pieces_ends_up_whole_in_a_file(machine):
    piece = "QUJD" * 500
    for _ in range(50):
        assert machine.run(f'echo {piece} >> "%TEMP%\\upload.tmp"') == (0, "", "")
    uploaded = machine.read("C:\\Users\\Administrator\\AppData\\Local\\Temp\\upload.tmp")
    assert uploaded == (piece + " \r\n") * 50


def test_a_line_longer_than_windows_takes_is_refused(run):
    assert run("echo " + "x" * 8200) == (1, "", "The command line is too long.\r\n")


def test_a_line_that_grows_too_long_by_expansion_is_refused(run):
    long = run("echo %v%%v%", environment={"v": "x" * 5000})
    assert long == (1, "", "The input line is too long.\r\n")


def test_deep_nesting_ends_with_a_syntax_error(run):
    assert run("if 1==1 " * 1000 + "echo x").code == 255
    assert run("(" * 4000).code == 255


def test_nested_shells_end_at_a_limit(run):
    ended = run("cmd /c " * 60 + "echo x")
    assert ended == (1, "", "Too many nested command processors.\r\n")


def test_a_redirection_ends_at_its_limit(machine):
    machine.write("C:\\work\\big", b"x" * 8 * 2**20)
    ended = machine.run("(for /l %i in (1,1,20) do @type C:\\work\\big) > C:\\work\\out")
    assert ended.code == 1
    assert ended.err.startswith("There is not enough space on the disk.\r\n")
    assert machine.host.filesystem.entry("C:\\work\\out").size <= 64 * 2**20


@pytest.mark.parametrize(
    "line",
    [
        "for /l %i in (1,1,10000000) do @echo x>nul",
        "for /l %i in (1,0,2) do @rem",
        "powershell -Command while ($true) {}",
        "powershell -Command \"try { while ($true) { 'x' } } finally { }\"",
        'powershell -Command "while ($true) { cmd /c rem }"',
        "set /p x=",
        "more",
        'powershell -Command "[Console]::In.ReadToEnd()"',
    ],
)
def test_a_process_that_would_run_for_ever_ends_soon_after_it_is_cancelled(machine, line, caplog):
    process = machine.process(line, end=False)
    codes: list[int] = []
    thread = threading.Thread(target=lambda: codes.append(console.start(process)))
    thread.start()
    thread.join(0.2)
    assert thread.is_alive()
    process.cancel()
    thread.join(5)
    assert codes == [-1073741510]
    assert not caplog.records


def test_a_process_cancelled_before_it_starts_does_nothing(machine):
    process = machine.process("echo x> C:\\work\\x")
    process.cancel()
    assert console.start(process) == -1073741510
    assert not machine.host.filesystem.exists("C:\\work\\x")


def test_a_fault_inside_a_program_becomes_exit_code_1_and_one_line(machine, monkeypatch, caplog):
    from emulator.console.programs import hostname

    monkeypatch.setattr(hostname, "main", lambda *_: 1 // 0)
    ended = machine.run("hostname")
    assert ended == (1, "", "The emulator failed inside: ZeroDivisionError.\r\n")
    assert "a console program failed inside" in caplog.text
    assert machine.run("echo x").out == "x\r\n"


def test_a_program_without_cmd_is_found_or_refused(machine):
    process = machine.process("nosuch.exe /x", skip_shell=True)
    with pytest.raises(ProgramNotFound):
        console.check(process)
    assert machine.run("hostname", skip_shell=True).out == "HV2022\r\n"
    assert machine.run('"C:\\Windows\\System32\\cmd.exe" /c echo x', skip_shell=True).out == "x\r\n"


def test_an_interactive_cmd_reads_its_commands_from_standard_input(run):
    ended = run("cmd", b"echo hi\r\nexit 4\r\n")
    assert ended.code == 4
    assert ended.out.startswith("Microsoft Windows [Version 10.0.20348.")
    assert "C:\\Users\\Administrator>echo hi\r\nhi\r\n\r\nC:\\Users\\Administrator>exit 4\r\n" in ended.out


def test_the_working_directory_of_the_shell_is_used(run):
    assert run("cd", directory="C:\\Windows").out == "C:\\Windows\r\n"
    assert run("cd", directory="C:\\nosuch").out == "C:\\Windows\\System32\r\n"
