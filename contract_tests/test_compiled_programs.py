"""Programs and types that Add-Type compiles on the host, as clients of WinRM meet them."""

from __future__ import annotations

import pytest
import winrm

PROGRAM = """
$source = @'
using System;
public static class Echo {
  public static int Main(string[] args) {
    Console.Error.WriteLine("told");
    Console.WriteLine(String.Join("|", args));
    return args.Length;
  }
}
'@
Add-Type -TypeDefinition $source -OutputAssembly C:\\\\echo.exe -OutputType ConsoleApplication
"""
VISUAL_BASIC = """
Add-Type -Language VisualBasic -TypeDefinition @'
Public Class Greeter
  Public Shared Function Greet(name As String, Optional times As Integer = 2) As String
    For i As Integer = 1 To times
      Greet &= "hello " & name & " "
    Next
  End Function
End Class
'@
[Greeter]::Greet('you')
"""


@pytest.fixture
def session(basic_host) -> winrm.Session:
    return winrm.Session(basic_host.http_url, auth=("Administrator", "Passw0rd!"), transport="plaintext")


def test_a_program_that_one_shell_compiled_runs_in_another(session):
    assert session.run_ps(PROGRAM).status_code == 0
    answer = session.run_cmd("C:\\echo.exe", ["a", '"b c"'])
    assert (answer.std_out, answer.std_err, answer.status_code) == (b"a|b c\r\n", b"told\r\n", 2)


def test_a_type_in_visual_basic(session):
    answer = session.run_ps(VISUAL_BASIC)
    assert (answer.std_out.strip(), answer.status_code) == (b"hello you hello you", 0)


def test_an_error_in_visual_basic(session):
    answer = session.run_ps('Add-Type -Language VisualBasic -TypeDefinition "Class A`nx = 5`nEnd Class"')
    assert b".0.vb(2) : \nDeclaration expected." in answer.std_err
    assert answer.status_code == 1
