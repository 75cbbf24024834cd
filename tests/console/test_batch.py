"""Batch files: labels, calls, arguments, local environments, echo and exit codes."""

from __future__ import annotations

import pytest

# body of the file -> (exit code, standard output, standard error)
BODIES = {
    "goto there\necho no\n:there\necho yes": (0, "yes\r\n", ""),
    "goto :eof\necho no": (0, "", ""),
    "goto nowhere\necho no": (
        1,
        "",
        "The system cannot find the batch label specified - nowhere\r\n",
    ),
    "call :sub 1 2\necho back %errorlevel%\nexit /b\n:sub\necho %0 %1 %2\nexit /b 5": (
        5,
        ":sub 1 2\r\nback 5\r\n",
        "",
    ),
    "call :sub a\necho %1\ngoto :eof\n:sub\necho in %1": (0, "in a\r\nfirst\r\n", ""),
    "call :nowhere": (1, "", "The system cannot find the batch label specified - nowhere\r\n"),
    "exit /b 7\necho no": (7, "", ""),
    "exit 8\necho no": (8, "", ""),
    "echo %1,%2,%9": (0, 'first,"se cond",\r\n', ""),
    "echo %~2": (0, "se cond\r\n", ""),
    "echo %*": (0, 'first "se cond"\r\n', ""),
    "shift\necho %1": (0, '"se cond"\r\n', ""),
    "echo %~nx0 %~dp0": (0, "test.cmd C:\\work\\\r\n", ""),
    "echo %~f1 %~x1": (0, "C:\\Users\\Administrator\\first \r\n", ""),
    "echo 100%% %nosuch%.": (0, "100% .\r\n", ""),
    "set x=1\nsetlocal\nset x=2\necho %x%\nendlocal\necho %x%": (0, "2\r\n1\r\n", ""),
    "setlocal\ncd C:\\Windows\nendlocal\ncd": (0, "C:\\Users\\Administrator\r\n", ""),
    "set x=1\nif 1==1 (\n  set x=2\n  echo %x%\n)\necho %x%": (0, "1\r\n2\r\n", ""),
    "setlocal enabledelayedexpansion\nfor %%i in (1 2) do (\n  set x=%%i\n  echo !x!\n)": (
        0,
        "1\r\n2\r\n",
        "",
    ),
    'if "%1"=="first" (\n  echo yes\n) else (\n  echo no\n)': (0, "yes\r\n", ""),
    "if 1==2 (\n  echo yes\n) else if 1==1 (\n  echo two\n) else (\n  echo three\n)": (0, "two\r\n", ""),
    "for %%i in (a b) do echo %%i": (0, "a\r\nb\r\n", ""),
    "for %%i in (x) do echo %%~fi": (0, "C:\\Users\\Administrator\\x\r\n", ""),
    "for /f \"tokens=2 delims=:\" %%a in ('chcp') do @echo [%%a]": (0, "[ 437]\r\n", ""),
    "for /f %%a in ('hostname ^| find \"HV\"') do echo %%a": (0, "HV2022\r\n", ""),
    "for %%i in (1 2 3) do (\n  if %%i==2 goto out\n  echo %%i\n)\n:out\necho end": (0, "1\r\nend\r\n", ""),
    "rem echo no\n:: echo no\n@echo yes": (0, "yes\r\n", ""),
    "echo one^\n two": (0, "one two\r\n", ""),
    "nosuch 2>nul\necho %errorlevel%": (0, "9009\r\n", ""),
    "cmd /c exit 3\necho x\necho %errorlevel%": (0, "x\r\n3\r\n", ""),
    "cmd /c exit 3\nver>nul\necho %errorlevel%": (0, "0\r\n", ""),
    "cmd /c exit 3\nset a=1\necho %errorlevel%": (0, "0\r\n", ""),
    "cmd /c exit 3\nif errorlevel 3 exit /b %errorlevel%": (3, "", ""),
    "(echo a\necho b)>C:\\work\\f\ntype C:\\work\\f": (0, "a\r\nb\r\n", ""),
    "call C:\\work\\child.cmd c\necho after %x%": (4, "child c\r\nafter 1\r\n", ""),
    "C:\\work\\child.cmd c\necho never": (4, "child c\r\n", ""),
    "cmd /c C:\\work\\child.cmd c\necho after": (4, "child c\r\nafter\r\n", ""),
    'C:\\work\\child.cmd c | find "child"\necho after': (0, "child c\r\nafter\r\n", ""),
    "call C:\\work\\loud.bat": (0, "loud\r\n", ""),
}


@pytest.mark.parametrize("body", BODIES)
def test_a_batch_file_gives_the_answer_of_windows(machine, body):
    machine.write("C:\\work\\child.cmd", "@echo child %1\r\n@set x=1\r\n@exit /b 4\r\n")
    machine.write("C:\\work\\loud.bat", "echo loud\r\n")
    ended = machine.batch(body, 'first "se cond"')
    code, out, err = BODIES[body]
    assert (ended.out, ended.err) == (out, err)
    if "echo %errorlevel%" not in body:
        assert ended.code == code


def test_a_batch_file_shows_its_lines_while_echo_is_on(machine):
    machine.write("C:\\work\\loud.bat", "echo %1\r\n@echo quiet\r\nfor %%i in (x) do echo %%i\r\n")
    prompt = "\r\nC:\\Users\\Administrator>"
    assert machine.run("C:\\work\\loud.bat a").out == (
        f"{prompt}echo a \r\na\r\nquiet\r\n{prompt}for %i in (x) do echo %i \r\n{prompt}echo x \r\nx\r\n"
    )


def test_a_successful_set_keeps_the_error_level_in_a_bat_file_only(machine):
    machine.write("C:\\work\\keep.bat", "@cmd /c exit 3\r\n@set a=1\r\n@echo %errorlevel%\r\n")
    assert machine.run("C:\\work\\keep.bat").out == "3\r\n"


def test_a_batch_file_is_found_by_its_name_in_the_directory_and_on_the_path(machine):
    machine.write("C:\\work\\tool.cmd", "@echo tool %0\r\n")
    assert machine.run("cd C:\\work& tool").out == "tool tool\r\n"
    assert machine.run("tool.cmd", environment={"Path": "C:\\work"}).out == "tool tool.cmd\r\n"


def test_a_batch_file_that_calls_itself_ends_at_a_limit(machine):
    machine.write("C:\\work\\self.cmd", "@call C:\\work\\self.cmd\r\n")
    ended = machine.run("C:\\work\\self.cmd")
    assert (ended.code, ended.err) == (1, "The maximum setlocal recursion level has been reached.\r\n")
    machine.write("C:\\work\\self.cmd", "@call :again\r\n:again\r\n@call :again\r\n")
    assert machine.run("C:\\work\\self.cmd").code == 1


def test_a_variable_that_doubles_itself_stops_growing(machine):
    ended = machine.batch("set v=xxxxxxxx\n" + "set v=%v%%v%\n" * 40)
    assert ended.code == 1
    assert "The input line is too long.\r\n" in ended.err


def test_a_batch_file_with_line_feeds_and_a_byte_order_mark_runs(machine):
    machine.write("C:\\work\\unix.cmd", b"\xef\xbb\xbf@echo a\n@echo b\n")
    assert machine.run("C:\\work\\unix.cmd").out == "a\r\nb\r\n"


def test_a_file_of_machine_code_is_refused_and_counted(machine):
    machine.write("C:\\work\\tool.exe", b"MZ")
    ended = machine.run("C:\\work\\tool.exe")
    assert ended.code == 216
    assert "runs no machine code" in ended.err
    assert machine.host.gaps.counts("program") == {"C:\\work\\tool.exe": 1}
