"""``using assembly`` and Assembly.LoadFrom: files and names, and what is not there."""

from __future__ import annotations

import pytest

from tests.powershell.modules.console_session import ConsoleSession


@pytest.fixture
def session() -> ConsoleSession:
    made = ConsoleSession()
    made.values(
        "$null = New-Item -ItemType Directory C:\\Own; Set-Location C:\\Own; "
        "Add-Type -OutputAssembly C:\\Own\\abc.dll -TypeDefinition 'public class ABC { public int N = 3; }'"
    )
    return made


@pytest.mark.parametrize(
    ("name", "error_id", "message"),
    [
        ("foo.dll", "ErrorLoadingAssembly", "Cannot load assembly 'foo.dll'."),
        (".\\foo.dll", "ErrorLoadingAssembly", "Cannot load assembly '.\\foo.dll'."),
        (
            "'System.Xml, Version=99.0.0.0'",
            "ErrorLoadingAssembly",
            "Cannot load assembly 'System.Xml, Version=99.0.0.0'.",
        ),
        (
            "\\\\server\\share\\foo.dll",
            "CannotLoadAssemblyFromUncPath",
            "Cannot use assembly with an UNC path: '\\\\server\\share\\foo.dll'.",
        ),
        (
            "http://microsoft.com/foo.dll",
            "CannotLoadAssemblyWithUriSchema",
            "Cannot use assembly with uri schema 'http'.",
        ),
    ],
)
def test_what_is_not_there_is_told_while_the_script_is_parsed(
    session: ConsoleSession, name: str, error_id: str, message: str
) -> None:
    script = (
        "$errors = $null; $null = [System.Management.Automation.Language.Parser]::ParseInput("
        f"'using assembly {name.replace(chr(39), chr(39) * 2)}', [ref]$null, [ref]$errors); "
        "$errors.ErrorId; $errors.Message"
    )
    assert session.values(script) == [error_id, message]


def test_a_full_path_is_looked_for_when_the_script_runs(session: ConsoleSession) -> None:
    session.values("$block = [scriptblock]::Create('using assembly C:\\Own\\none.dll')")
    assert session.error("& $block") == (
        "ErrorLoadingAssembly",
        "InvalidOperation",
        "Cannot load assembly 'C:\\Own\\none.dll'.",
    )


@pytest.mark.parametrize("name", ["abc.dll", ".\\abc.dll", "C:\\Own\\abc.dll"])
def test_a_file_brings_its_types(session: ConsoleSession, name: str) -> None:
    assert session.error("[ABC]::new()")[0] == "TypeNotFound"
    session.values(f"[scriptblock]::Create('using assembly {name}') | Out-Null")
    assert session.error("[ABC]::new()")[0] == "TypeNotFound"  # parsing alone loads nothing
    script = f"Invoke-Expression 'using assembly {name}\n[ABC]::new().N; [ABC].Assembly.Location'"
    assert session.values(script) == [3, "C:\\Own\\abc.dll"]


def test_a_script_finds_the_file_beside_itself(session: ConsoleSession) -> None:
    session.values(
        'Set-Content C:\\Own\\a.ps1 "using assembly abc.dll`r`n[ABC]::new().N"; Set-Location C:\\Windows'
    )
    assert session.values("& C:\\Own\\a.ps1; [ABC].Assembly.GetName().Name") == [3, "abc"]


def test_an_assembly_by_name(session: ConsoleSession) -> None:
    assert session.values("Invoke-Expression 'using assembly System.Windows.Forms\n1'") == [1]


def test_load_from(session: ConsoleSession) -> None:
    session.values("Set-Content C:\\Own\\other.dll MZ")
    script = (
        "$a = [System.Reflection.Assembly]::LoadFrom('C:\\Own\\abc.dll'); $a.GetTypes().Name; [ABC]::new().N"
    )
    assert session.values(script) == ["ABC", 3]
    assert (
        "The system cannot find the file specified."
        in session.error("[System.Reflection.Assembly]::LoadFrom('C:\\Own\\none.dll')")[2]
    )
    assert (
        session.error("[System.Reflection.Assembly]::LoadFrom('C:\\Own\\other.dll')")[1] == "NotImplemented"
    )
