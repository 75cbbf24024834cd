"""Add-Type -OutputType: programs that run as processes of the machine."""

from __future__ import annotations

import pytest

from tests.powershell.modules.console_session import ConsoleSession

ECHO = """using System;
namespace Tools {
  public static class Echo {
    public static int Main(string[] args) {
      string first = args.Length > 0 ? args[0] : "";
      if (first == "exit") { try { Environment.Exit(7); } finally { Console.WriteLine("never"); } }
      if (first == "throw") throw new InvalidOperationException("boo", new ArgumentException("inner"));
      if (first == "read") { string l; while ((l = Console.ReadLine()) != null) Console.WriteLine("<" + l + ">"); }
      if (first == "where") Console.WriteLine(Environment.CurrentDirectory);
      if (first == "loop") while (true) { }
      if (first == "line") Console.WriteLine(Environment.CommandLine);
      Console.Error.WriteLine("to error");
      Console.WriteLine("{0}: {1}", args.Length, String.Join("|", args));
      return args.Length;
    }
  }
}"""


@pytest.fixture
def session():
    made = ConsoleSession()
    made.values(
        f"Add-Type -TypeDefinition @'\n{ECHO}\n'@ -OutputAssembly C:\\echo.exe -OutputType ConsoleApplication"
    )
    return made


def _values(session: ConsoleSession, script: str) -> list[str]:
    return [str(one) for one in session.runspace.run(script).output]


def test_it_has_arguments_output_and_an_exit_code(session):
    assert _values(session, "& C:\\echo.exe a 'b c' 2>$null; $LASTEXITCODE") == ["2: a|b c", "2"]
    assert _values(session, "C:\\echo 2>$null; $LASTEXITCODE") == ["0: ", "0"]


def test_what_it_writes_to_standard_error_is_an_error_of_the_program(session):
    result = session.runspace.run(
        '$e = C:\\echo.exe 2>&1 | Where-Object { $_ -is [Management.Automation.ErrorRecord] }; "$e"'
    )
    assert list(result.output) == ["to error"]


def test_the_session_does_not_know_its_types(session):
    assert session.values("'Tools.Echo' -as [type]") == [None]


def test_it_ends_at_once_with_environment_exit(session):
    assert _values(session, "C:\\echo.exe exit; $LASTEXITCODE") == ["7"]


def test_an_exception_that_nobody_catches_ends_it(session):
    script = "C:\\echo.exe throw 2> C:\\err.txt; $LASTEXITCODE; (Get-Content C:\\err.txt -Raw) -match 'Unhandled Exception'"
    assert _values(session, script) == ["-532462766", "True"]
    shown = session.values("cmd /c 'C:\\echo.exe throw 2>&1'")
    assert [str(one) for one in shown] == [
        "",
        "Unhandled Exception: System.InvalidOperationException: boo ---> System.ArgumentException: inner",
        "   --- End of inner exception stack trace ---",
        "   at Tools.Echo.Main(String[] args)",
    ]


def test_it_reads_what_is_piped_to_it(session):
    assert _values(session, "'one', 'two' | C:\\echo.exe read 2>$null") == ["<one>", "<two>", "1: read"]


def test_it_knows_its_directory_and_its_command_line(session):
    assert _values(session, "Set-Location C:\\Windows; C:\\echo.exe where 2>$null")[0] == "C:\\Windows"
    assert _values(session, "C:\\echo.exe line 2>$null")[0] == '"C:\\echo.exe" line'


def test_cmd_runs_it_too(session):
    assert _values(session, "cmd /c 'C:\\echo.exe 1 2 2>nul || echo code %ERRORLEVEL%'")[0] == "2: 1|2"
    assert _values(session, "cmd /c 'C:\\echo.exe 1 2 3 2>nul'; $LASTEXITCODE") == ["3: 1|2|3", "3"]


def test_copied_bytes_are_the_same_program(session):
    script = (
        "[IO.File]::WriteAllBytes('C:\\other.exe', [IO.File]::ReadAllBytes('C:\\echo.exe')); Remove-Item C:\\echo.exe; "
        "C:\\other.exe x 2>$null"
    )
    assert _values(session, script) == ["1: x"]


def test_start_process_runs_it(session):
    script = (
        "$p = Start-Process C:\\echo.exe -ArgumentList a, b -Wait -PassThru -RedirectStandardOutput C:\\o.txt; "
        "$p.ExitCode; Get-Content C:\\o.txt"
    )
    assert _values(session, script) == ["2", "2: a|b"]


def test_it_is_a_process_while_it_runs(session):
    source = (
        "using System; using System.Diagnostics; public class P { public static void Main() { "
        "Console.WriteLine(Process.GetCurrentProcess().Id); } }"
    )
    script = (
        f"Add-Type '{source}' -OutputAssembly C:\\id.exe -OutputType ConsoleApplication; C:\\id.exe; $PID"
    )
    seen = _values(session, script)
    assert len(seen) == 2
    assert seen[0] != seen[1]
    assert session.host.processes.get(int(seen[0])) is None


def test_a_loop_without_end_uses_up_its_steps(session, monkeypatch):
    monkeypatch.setattr("emulator.powershell.runtime.limits.Limits.steps", 20_000, raising=False)
    values = _values(session, "C:\\echo.exe loop 2>$null; $LASTEXITCODE")
    assert values == ["1"]


def test_add_type_loads_no_program(session):
    identifier, _, text = session.error("Add-Type -Path C:\\echo.exe")
    assert identifier.startswith("EXTENSION_NOT_SUPPORTED,")
    assert text == 'Cannot add type. The ".exe" extension is not supported.'


NOWHERE = "public class Q { public static void M() { } }"
TWICE = (
    "public class Q { public static void Main() { } }\nclass R { static int Main(string[] a) { return 1; } }"
)
ENTRIES = [
    (NOWHERE, [(0, "CS5001", "Program 'c:\\q.exe' does not contain a static 'Main' method suitable for an entry point")]),
    ("class Q { void Main() { } static string Main(int a) { return null; } }", [(0, "CS5001", "Program 'c:\\q.exe' does not contain a static 'Main' method suitable for an entry point")]),
    (
        TWICE,
        [
            (line, "CS0017", f"Program 'c:\\q.exe' has more than one entry point defined: '{name}'.  Compile with "
             "/main to specify the type that contains the entry point.")
            for line, name in ((1, "Q.Main()"), (2, "R.Main(string[])"))
        ],
    ),
]  # fmt: skip


@pytest.mark.parametrize(("source", "expected"), ENTRIES)
@pytest.mark.parametrize("kind", ["ConsoleApplication", "WindowsApplication"])
def test_a_program_has_one_entry_point(session, source, expected, kind):
    script = f"Add-Type -TypeDefinition @'\n{source}\n'@ -OutputAssembly C:\\q.exe -OutputType {kind}"
    result = session.runspace.run(f"{script}; Test-Path C:\\q.exe")
    compiled = [one for one in result.errors if one.error_id == "SOURCE_CODE_ERROR"]
    shown = [str(one.target).partition("error ")[2] for one in compiled]
    assert shown == [f"{number}: {text}" for _, number, text in expected]
    assert [
        f"({line}) : {text}" in one.message for one, (line, _, text) in zip(compiled, expected, strict=True)
    ]
    assert list(result.output) == [False]


def test_a_library_needs_no_entry_point(session):
    assert session.values(
        f"Add-Type '{NOWHERE}' -OutputAssembly C:\\q.dll -OutputType Library; Test-Path C:\\q.dll"
    ) == [True]


def test_a_program_of_the_windows_subsystem_has_no_console(session):
    source = "public class W { public static int Main() { System.Console.WriteLine(1); return 4; } }"
    script = f"Add-Type '{source}' -OutputAssembly C:\\w.exe -OutputType WindowsApplication; C:\\w.exe; $LASTEXITCODE"
    assert session.values(script) == [4]


def test_a_program_may_be_visual_basic(session):
    source = (
        "Imports System\nModule P\nSub Main(args() As String)\nConsole.WriteLine(args.Length)\n"
        "Environment.ExitCode = 3\nEnd Sub\nEnd Module"
    )
    script = (
        f"Add-Type -Language VisualBasic -TypeDefinition '{source}' -OutputAssembly C:\\v.exe "
        "-OutputType ConsoleApplication; C:\\v.exe a b; $LASTEXITCODE"
    )
    assert session.values(script) == ["2", 3]


VISUAL_BASIC = [
    ("Module P\nEnd Module", "BC30420: 'Sub Main' was not found in 'v'."),
    ("Module P\nSub Main()\nEnd Sub\nEnd Module\nClass C\nShared Sub main()\nEnd Sub\nEnd Class",
     "BC30738: 'Sub Main' is declared more than once in 'v': P.Main(), C.main()"),
]  # fmt: skip


@pytest.mark.parametrize(("source", "expected"), VISUAL_BASIC)
def test_visual_basic_has_one_entry_point_too(session, source, expected):
    script = (
        f"Add-Type -Language VisualBasic -TypeDefinition '{source}' -OutputAssembly C:\\v.exe "
        "-OutputType ConsoleApplication"
    )
    result = session.runspace.run(script)
    assert str(result.errors[0].target) == f"error {expected}"


def test_a_process_of_powershell_ends_with_environment_exit(session):
    session.values("Set-Content C:\\inner.ps1 '[Environment]::Exit(9); 1'")
    assert _values(
        session, "powershell -ExecutionPolicy Bypass -Command \"& C:\\inner.ps1; 'never'\"; $LASTEXITCODE"
    ) == ["9"]


PROVIDER = """
$provider = New-Object Microsoft.CSharp.CSharpCodeProvider
$options = New-Object System.CodeDom.Compiler.CompilerParameters
$options.GenerateExecutable = $true
$options.OutputAssembly = 'C:\\made.exe'
"""


def test_a_provider_writes_programs_too(session):
    source = "'class P { static int Main() { System.Console.WriteLine(5); return 6; } }'"
    script = f"{PROVIDER} $r = $provider.CompileAssemblyFromSource($options, {source}); $r.Errors.Count"
    assert session.values(f"{script}; C:\\made.exe; $LASTEXITCODE") == [0, "5", 6]


def test_a_provider_says_that_there_is_no_entry_point(session):
    script = (
        f"{PROVIDER} $r = $provider.CompileAssemblyFromSource($options, 'class P {{ }}'); \"$($r.Errors[0])\""
    )
    text = "error CS5001: Program 'c:\\made.exe' does not contain a static 'Main' method suitable for an entry point"
    assert session.values(f"{script}; Test-Path C:\\made.exe") == [text, False]


def test_a_declared_function_writes_into_a_text_of_visual_basic(session):
    source = """
Public Class Native
  Private Declare Auto Function GetVolumePathName Lib "kernel32" (ByVal file As String, ByVal root As String, _
    ByVal size As Integer) As Boolean
  Public Shared Function RootOf(file As String) As String
    Dim buffer As String = New String("x", 10)
    If GetVolumePathName(file, buffer, buffer.Length) Then Return buffer.Substring(0, 4).Replace(Chr0, "|") & buffer.Length
    Return "none"
  End Function
  Private Const Chr0 As Char = Nothing
End Class"""
    script = (
        f"Add-Type -Language VisualBasic -TypeDefinition @'\n{source}\n'@; [Native]::RootOf('C:\\Windows\\x')"
    )
    assert session.values(script) == ["C:\\|10"]


def test_end_ends_a_program_of_visual_basic(session):
    source = (
        "Imports System\nModule P\nSub Main()\nEnvironment.ExitCode = 3\nTry\nEnd\nFinally\n"
        "Console.WriteLine(1)\nEnd Try\nEnd Sub\nEnd Module"
    )
    script = (
        f"Add-Type -Language VisualBasic -TypeDefinition '{source}' -OutputAssembly C:\\v.exe "
        "-OutputType ConsoleApplication; C:\\v.exe; $LASTEXITCODE"
    )
    assert session.values(script) == [0]
