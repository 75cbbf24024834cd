"""Add-Type -OutputAssembly, and what loads the file again."""

from __future__ import annotations

import pytest

from tests.powershell.modules.console_session import ConsoleSession

SOURCE = "'public class Greeter { public static string Hello(string n) { return \"hello \" + n; } }'"


@pytest.fixture
def session():
    return ConsoleSession()


def test_a_file_is_written_and_loaded_by_another_session(session):
    assert session.values(f"Add-Type {SOURCE} -OutputAssembly C:\\g.dll; Test-Path C:\\g.dll") == [True]
    assert session.values("'Greeter' -as [type]") == [None]
    other = ConsoleSession(host=session.host)
    assert other.values("Add-Type -Path C:\\g.dll; [Greeter]::Hello('you')") == ["hello you"]
    again = "(Add-Type -LiteralPath C:\\g.dll -PassThru).Name; [Greeter]::Hello('me')"
    assert other.values(again) == ["Greeter", "hello me"]


def test_a_module_may_be_such_a_file(session):
    session.values(f"Add-Type {SOURCE} -OutputAssembly C:\\g.dll -OutputType Library")
    assert session.values("Import-Module C:\\g.dll; [Greeter]::Hello('module')") == ["hello module"]


def test_with_pass_thru_the_types_are_known_at_once(session):
    script = f"(Add-Type {SOURCE} -OutputAssembly C:\\g.dll -PassThru).Name; [Greeter]::Hello('x')"
    assert session.values(script) == ["Greeter", "hello x"]


def test_a_provider_of_c_sharp_compiles(session):
    script = f"Add-Type {SOURCE} -CodeDomProvider (New-Object Microsoft.CSharp.CSharpCodeProvider); [Greeter]::Hello('p')"
    assert session.values(script) == ["hello p"]


def test_what_cannot_be_is_refused(session):
    assert session.error(f"Add-Type {SOURCE} -OutputType Library")[0] == (
        "OUTPUTTYPE_REQUIRES_ASSEMBLY,Microsoft.PowerShell.Commands.AddTypeCommand"
    )
    session.values("Set-Content C:\\o.dll 'MZ other'")
    assert session.error("Add-Type -Path C:\\o.dll")[0].startswith("NotEmulated")


def test_types_that_the_session_has_stay_when_they_are_written(session):
    script = f"Add-Type {SOURCE}; Add-Type {SOURCE} -OutputAssembly C:\\g.dll; [Greeter]::Hello('still')"
    assert session.values(script) == ["hello still"]


def test_files_of_one_language_only_are_compiled_together(session):
    session.values("Set-Content C:\\a.cs 'public class A { }'; Set-Content C:\\b.vb \"Class B`nEnd Class\"")
    identifier, _, text = session.error("Add-Type -Path C:\\a.cs, C:\\b.vb")
    assert identifier.startswith("MULTIPLE_EXTENSION_NOT_SUPPORTED,")
    assert text == "Cannot add type. Input files must all have the same file extension."


def test_a_file_of_visual_basic_is_compiled_and_may_become_an_assembly(session):
    source = "Public Class FromFile`r`nPublic Const A = 5`r`nEnd Class"
    session.values(f'Set-Content C:\\t.vb "{source}"; Add-Type -Path C:\\t.vb -OutputAssembly C:\\t.dll')
    assert session.values("'FromFile' -as [type]") == [None]
    other = ConsoleSession(host=session.host)
    assert other.values("Add-Type -Path C:\\t.dll; [FromFile]::A") == [5]
