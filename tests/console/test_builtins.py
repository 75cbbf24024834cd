"""The built-in commands of cmd.exe, in the texts of an English Windows."""

from __future__ import annotations

import re

import pytest

SYNTAX = "The syntax of the command is incorrect.\r\n"
NO_PATH = "The system cannot find the path specified.\r\n"
NO_FILE = "The system cannot find the file specified.\r\n"

# command line -> (exit code, standard output, standard error)
LINES = {
    "ver": (0, "\r\nMicrosoft Windows [Version 10.0.20348.169]\r\n", ""),
    "echo hi ": (0, "hi \r\n", ""),
    "echo  two": (0, " two\r\n", ""),
    "echo.": (0, "\r\n", ""),
    "echo(": (0, "\r\n", ""),
    "echo.hi": (0, "hi\r\n", ""),
    "echo(off": (0, "off\r\n", ""),
    "echo": (0, "ECHO is on.\r\n", ""),
    "echo off& echo": (0, "ECHO is off.\r\n", ""),
    "echo off& echo on& echo": (0, "ECHO is on.\r\n", ""),
    'echo "quoted"': (0, '"quoted"\r\n', ""),
    "set processor_l": (0, "PROCESSOR_LEVEL=6\r\n", ""),
    "set zzz": (1, "", "Environment variable zzz not defined\r\n"),
    "set zz=a b & set zz": (0, "zz=a b \r\n", ""),
    'set "zz=a b" & set zz': (0, "zz=a b\r\n", ""),
    "set zz=a=b& set zz": (0, "zz=a=b\r\n", ""),
    "set zz=a& set zz=& set zz": (1, "", "Environment variable zz not defined\r\n"),
    "set ZZ=a& set zz=b& set zz": (0, "ZZ=b\r\n", ""),
    "set =a": (1, "", SYNTAX),
    "set /a 1+2*3": (0, "7", ""),
    "set /a (1+2)*3": (0, "9", ""),
    "set /a 7/-2": (0, "-3", ""),
    'set /a "7%-3"': (0, "1", ""),
    "set /a 0x10+010": (0, "24", ""),
    'set /a "1<<4|1"': (0, "17", ""),
    "set /a 2147483647+1": (0, "-2147483648", ""),
    "set /a -2147483648/-1": (0, "-2147483648", ""),
    "set /a zz=5,zz*=2": (0, "10", ""),
    "set /a zz=5 >nul& set zz": (0, "zz=5\r\n", ""),
    "set /a 1/0": (1073750993, "", "Divide by zero error.\r\n"),
    "set /a 1+": (1073750988, "", "Missing operand.\r\n"),
    "cd": (0, "C:\\Users\\Administrator\r\n", ""),
    "cd \\windows\\SYSTEM32& cd": (0, "C:\\Windows\\System32\r\n", ""),
    "cd..& cd": (0, "C:\\Users\r\n", ""),
    "cd\\& cd": (0, "C:\\\r\n", ""),
    "cd C:\\Program Files& cd": (0, "C:\\Program Files\r\n", ""),
    "chdir /d C:\\Windows& cd": (0, "C:\\Windows\r\n", ""),
    "cd nosuch": (1, "", NO_PATH),
    "cd /d Q:\\": (1, "", "The system cannot find the drive specified.\r\n"),
    "Q:": (1, "", "The system cannot find the drive specified.\r\n"),
    "pushd C:\\Windows& cd& popd& cd": (0, "C:\\Windows\r\nC:\\Users\\Administrator\r\n", ""),
    "pushd nosuch": (1, "", NO_PATH),
    "type C:\\work\\a.txt": (0, "alpha\r\n", ""),
    "type C:\\work\\nosuch.txt": (1, "", NO_FILE),
    "type": (1, "", SYNTAX),
    "type C:\\work\\*.txt": (0, "alpha\r\nbeta\r\n", "\r\na.txt\r\n\r\n\r\n\r\nb.txt\r\n\r\n\r\n"),
    "md C:\\work\\x\\y\\z& if exist C:\\work\\x\\y\\z echo there": (0, "there\r\n", ""),
    "md C:\\work": (1, "", "A subdirectory or file C:\\work already exists.\r\n"),
    "md": (1, "", SYNTAX),
    "rd C:\\work": (145, "", "The directory is not empty.\r\n"),
    "rd /s /q C:\\work& if not exist C:\\work echo gone": (0, "gone\r\n", ""),
    "rd C:\\nosuch": (2, "", NO_FILE),
    "rd C:\\work\\a.txt": (267, "", "The directory name is invalid.\r\n"),
    "copy C:\\work\\a.txt C:\\work\\c.txt& type C:\\work\\c.txt": (
        0,
        "        1 file(s) copied.\r\nalpha\r\n",
        "",
    ),
    "copy C:\\work\\nosuch C:\\work\\c.txt": (1, "", NO_FILE),
    "copy C:\\work\\a.txt C:\\nosuch\\c.txt": (1, "", NO_PATH),
    "copy C:\\work\\a.txt C:\\work\\a.txt": (
        1,
        "        0 file(s) copied.\r\n",
        "The file cannot be copied onto itself.\r\n",
    ),
    "copy nul C:\\work\\empty& if exist C:\\work\\empty echo there": (
        0,
        "        1 file(s) copied.\r\nthere\r\n",
        "",
    ),
    "copy /y /b C:\\work\\a.txt+C:\\work\\b.txt C:\\work\\c>nul& type C:\\work\\c": (
        0,
        "alpha\r\nbeta\r\n",
        "",
    ),
    "copy C:\\work\\*.txt C:\\Windows\\Temp>nul& type C:\\Windows\\Temp\\b.txt": (0, "beta\r\n", ""),
    "move C:\\work\\a.txt C:\\Windows\\Temp& dir /b C:\\work": (
        0,
        "        1 file(s) moved.\r\nb.txt\r\nsub\r\n",
        "",
    ),
    "move /y C:\\work\\a.txt C:\\work\\b.txt& type C:\\work\\b.txt": (
        0,
        "        1 file(s) moved.\r\nalpha\r\n",
        "",
    ),
    "move C:\\work\\sub C:\\work\\sup": (0, "        1 dir(s) moved.\r\n", ""),
    "move C:\\work\\nosuch C:\\work\\x": (1, "", NO_FILE),
    "ren C:\\work\\a.txt z.txt& dir /b C:\\work": (0, "b.txt\r\nsub\r\nz.txt\r\n", ""),
    "ren C:\\work\\a.txt b.txt": (
        1,
        "",
        "A duplicate file name exists, or the file\r\ncannot be found.\r\n",
    ),
    "ren C:\\work\\nosuch x": (1, "", NO_FILE),
    "del C:\\work\\a.txt& dir /b C:\\work": (0, "b.txt\r\nsub\r\n", ""),
    "del /q C:\\work\\*.txt& dir /b C:\\work": (0, "sub\r\n", ""),
    "del C:\\work\\nosuch": (0, "", "Could Not Find C:\\work\\nosuch\r\n"),
    "dir /b C:\\work": (0, "a.txt\r\nb.txt\r\nsub\r\n", ""),
    "dir /b C:\\work\\*.txt": (0, "a.txt\r\nb.txt\r\n", ""),
    "dir /b C:\\work\\?.txt": (0, "a.txt\r\nb.txt\r\n", ""),
    "cd C:\\work& dir /b *.txt": (0, "a.txt\r\nb.txt\r\n", ""),
    "dir /b /o-n C:\\work": (0, "sub\r\nb.txt\r\na.txt\r\n", ""),
    "dir /b /ogn C:\\work": (0, "sub\r\na.txt\r\nb.txt\r\n", ""),
    "dir /b /a:d C:\\work": (0, "sub\r\n", ""),
    "dir /b /ad C:\\work": (0, "sub\r\n", ""),
    "dir /b /a-d C:\\work": (0, "a.txt\r\nb.txt\r\n", ""),
    "dir /s /b C:\\work\\*.log": (0, "C:\\work\\sub\\x.log\r\n", ""),
    "dir /b C:\\work\\a.txt": (0, "a.txt\r\n", ""),
    "dir /b C:\\nosuch": (1, "", "File Not Found\r\n"),
    "dir /b C:\\work\\*.zip": (1, "", "File Not Found\r\n"),
    "dir /s /b C:\\work\\*.zip": (1, "", "File Not Found\r\n"),
    "title x& verify& echo z& rem y& echo q": (0, "z\r\n", ""),
    "start /wait cmd /c exit 4": (4, "", ""),
    'start "title" /b hostname': (0, "HV2022\r\n", ""),
    "pause": (0, "Press any key to continue . . . \r\n", ""),
    "cls": (0, "\f", ""),
}


@pytest.fixture
def files(machine):
    machine.write("C:\\work\\a.txt", "alpha\r\n")
    machine.write("C:\\work\\b.txt", "beta\r\n")
    machine.host.filesystem.make_directory("C:\\work\\sub")
    machine.write("C:\\work\\sub\\x.log", "log\r\n")
    return machine


@pytest.mark.parametrize("line", LINES)
def test_a_built_in_gives_the_answer_of_windows(files, line):
    assert files.run(line) == LINES[line]


HEADER = r" Volume in drive C has no label\.\r\n Volume Serial Number is [0-9A-F]{4}-[0-9A-F]{4}\r\n\r\n"
STAMP = r"\d\d/\d\d/\d{4}  \d\d:\d\d [AP]M    "

LISTINGS = {
    "dir C:\\work": HEADER
    + r" Directory of C:\\work\r\n\r\n"
    + rf"{STAMP}<DIR>          \.\r\n{STAMP}<DIR>          \.\.\r\n"
    + rf"{STAMP}             7 a\.txt\r\n{STAMP}             6 b\.txt\r\n{STAMP}<DIR>          sub\r\n"
    + r"               2 File\(s\)             13 bytes\r\n"
    + r"               3 Dir\(s\) [ \d,]{15} bytes free\r\n",
    "dir C:\\work\\a.txt": HEADER
    + r" Directory of C:\\work\r\n\r\n"
    + rf"{STAMP}             7 a\.txt\r\n"
    + r"               1 File\(s\)              7 bytes\r\n"
    + r"               0 Dir\(s\) [ \d,]{15} bytes free\r\n",
    "dir /s C:\\work\\*.log": HEADER
    + r" Directory of C:\\work\\sub\r\n\r\n"
    + rf"{STAMP}             5 x\.log\r\n"
    + r"               1 File\(s\)              5 bytes\r\n\r\n"
    + r"     Total Files Listed:\r\n"
    + r"               1 File\(s\)              5 bytes\r\n"
    + r"               0 Dir\(s\) [ \d,]{15} bytes free\r\n",
    "vol": HEADER.removesuffix(r"\r\n"),
}


@pytest.mark.parametrize("line", LISTINGS)
def test_a_listing_has_the_form_of_windows(files, line):
    ended = files.run(line)
    assert (ended.code, ended.err) == (0, "")
    assert re.fullmatch(LISTINGS[line], ended.out), ended.out


@pytest.mark.parametrize(
    ("line", "folder"), [("dir C:\\nosuch", "C:\\\\"), ("dir C:\\work\\*.zip", "C:\\\\work")]
)
def test_a_listing_without_a_file_says_so_after_the_header(run, line, folder):
    ended = run(line)
    assert (ended.code, ended.err) == (1, "File Not Found\r\n")
    assert re.fullmatch(HEADER + rf" Directory of {folder}\r\n\r\n", ended.out), ended.out


def test_an_empty_folder_has_no_bare_listing(run):
    assert run("dir /b C:\\work") == (1, "", "File Not Found\r\n")


def test_all_variables_are_listed_in_order(run):
    names = [line.partition("=")[0].lower() for line in run("set").out.splitlines()]
    assert names == sorted(names)
    assert {"computername", "path", "pathext", "temp", "userprofile", "comspec"} <= set(names)


def test_a_prompt_reads_a_line_of_standard_input(run):
    assert run("set /p zz=Name: & set zz", b"Ann Bee\r\nmore\r\n") == (0, "Name: zz=Ann Bee\r\n", "")


def test_a_prompt_at_the_end_of_the_input_fails(run):
    assert run("set /p zz=Name:").code == 1
