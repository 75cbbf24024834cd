"""The small programs of System32."""

from __future__ import annotations

from datetime import timedelta

import pytest

# command line -> (exit code, standard output, standard error)
LINES = {
    "hostname": (0, "HV2022\r\n", ""),
    "HOSTNAME.EXE": (0, "HV2022\r\n", ""),
    "whoami": (0, "hv2022\\administrator\r\n", ""),
    "chcp": (0, "Active code page: 437\r\n", ""),
    "chcp 65001": (0, "Active code page: 65001\r\n", ""),
    "chcp 65001>nul& chcp": (0, "Active code page: 65001\r\n", ""),
    "chcp 99999": (1, "", "Invalid code page\r\n"),
    "chcp x": (1, "", "Parameter format not correct - x\r\n"),
    "where hostname": (0, "C:\\Windows\\System32\\hostname.exe\r\n", ""),
    "where powershell": (0, "C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe\r\n", ""),
    "where nosuch": (1, "", "INFO: Could not find files for the given pattern(s).\r\n"),
    'echo abc| find "b"': (0, "abc\r\n", ""),
    'echo abc| find "B"': (1, "", ""),
    'echo abc| find /i "B"': (0, "abc\r\n", ""),
    'echo abc| find /v "b"': (1, "", ""),
    'echo abc| find /c "b"': (0, "1\r\n", ""),
    'echo abc| find /n "b"': (0, "[1]abc\r\n", ""),
    'find "two" C:\\work\\a.txt': (0, "\r\n---------- C:\\WORK\\A.TXT\r\ntwo\r\n", ""),
    'find /c "t" C:\\work\\a.txt': (0, "\r\n---------- C:\\WORK\\A.TXT: 2\r\n", ""),
    'find "one" C:\\work\\*.txt': (
        0,
        "\r\n---------- C:\\WORK\\A.TXT\r\none\r\n\r\n---------- C:\\WORK\\B.TXT\r\none more\r\n",
        "",
    ),
    "find abc": (2, "", "FIND: Parameter format not correct\r\n"),
    "echo abc| findstr b": (0, "abc\r\n", ""),
    "echo abc| findstr z": (1, "", ""),
    "echo abc| findstr /i B": (0, "abc\r\n", ""),
    'echo abc| findstr "z b"': (0, "abc\r\n", ""),
    'echo a b| findstr /c:"a b"': (0, "a b\r\n", ""),
    'echo abc| findstr /r "^a.c$"': (0, "abc\r\n", ""),
    "findstr /n one C:\\work\\a.txt": (0, "1:one\r\n", ""),
    "findstr one C:\\work\\*.txt": (0, "C:\\work\\a.txt:one\r\nC:\\work\\b.txt:one more\r\n", ""),
    "findstr /m one C:\\work\\*.txt": (0, "C:\\work\\a.txt\r\nC:\\work\\b.txt\r\n", ""),
    "findstr x C:\\nosuch": (1, "", "FINDSTR: Cannot open C:\\nosuch\r\n"),
    "type C:\\work\\a.txt | more": (0, "one\r\ntwo\r\nthree\r\n", ""),
    "more C:\\work\\b.txt": (0, "one more\r\n", ""),
    "timeout 5": (
        1,
        "",
        "ERROR: Input redirection is not supported, exiting the process immediately.\r\n",
    ),
    # What 32-bit programs have for themselves, and what only they see.
    "C:\\Windows\\SysWOW64\\hostname.exe": (0, "HV2022\r\n", ""),
    "C:\\Windows\\SysWOW64\\cmd.exe /c C:\\Windows\\Sysnative\\hostname.exe": (0, "HV2022\r\n", ""),
    "C:\\Windows\\Sysnative\\hostname.exe": (1, "", "The system cannot find the path specified.\r\n"),
}


@pytest.mark.parametrize("line", LINES)
def test_a_program_gives_the_answer_of_windows(machine, line):
    machine.write("C:\\work\\a.txt", "one\r\ntwo\r\nthree\r\n")
    machine.write("C:\\work\\b.txt", "one more\r\n")
    assert machine.run(line) == LINES[line]


def test_timeout_waits_on_the_clock_of_the_machine(machine):
    before = machine.host.clock.now()
    assert machine.run("timeout /t 30 /nobreak").code == 0
    assert machine.host.clock.now() - before >= timedelta(seconds=30)


def test_programs_read_the_input_of_the_client(run):
    assert run('find "b"', b"abc\r\nxyz\r\n") == (0, "abc\r\n", "")
    assert run("more", b"abc\r\n") == (0, "abc\r\n", "")


def test_the_code_page_decides_the_bytes_of_the_output(machine):
    process = machine.process("chcp 65001>nul& echo \u00e9")
    from emulator import console

    assert console.start(process) == 0
    assert process.stdout.take(100) == "\u00e9\r\n".encode()
