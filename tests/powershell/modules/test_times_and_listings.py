"""Times of files that scripts set, and what System.IO lists in folders."""

from __future__ import annotations

import pytest

from tests.powershell.modules.console_session import ConsoleSession


@pytest.fixture(scope="module")
def session() -> ConsoleSession:
    made = ConsoleSession()
    made.values(
        "$null = mkdir C:\\lists\\deep; Set-Content C:\\lists\\a.txt x; Set-Content C:\\lists\\deep\\b.log x"
    )
    return made


def test_a_file_gets_another_time(session: ConsoleSession) -> None:
    script = """
    Set-Content C:\\old.txt x; $file = Get-Item C:\\old.txt
    $file.LastWriteTime = '2020-01-02 03:04'; $file.CreationTimeUtc = [datetime]'2019-05-06'
    (Get-Item C:\\old.txt).LastWriteTime.ToString('s'); (Get-Item C:\\old.txt).CreationTimeUtc.ToString('s')
    [IO.File]::SetLastWriteTimeUtc('C:\\old.txt', [datetime]::new(2021, 1, 1, 0, 0, 0, 'Utc'))
    [IO.File]::GetLastWriteTimeUtc('C:\\old.txt').ToString('s')
    """
    assert session.values(script) == ["2020-01-02T03:04:00", "2019-05-06T00:00:00", "2021-01-01T00:00:00"]
    entry = session.host.filesystem.entry("C:\\old.txt")
    assert (entry.modified.year, entry.created.year) == (2021, 2019)


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("[IO.File]::SetLastWriteTime('C:\\none.txt', (Get-Date))", "Could not find file 'C:\\none.txt'."),
        ("(Get-Item C:\\lists\\a.txt).LastWriteTime = [datetime]'1500-01-01'", "Not a valid Win32 FileTime."),
        ("(Get-Item C:\\lists\\a.txt).LastAccessTime = Get-Date", "not emulated"),
        ("[IO.Directory]::GetFiles('C:\\nowhere')", "Could not find a part of the path 'C:\\nowhere'."),
    ],
)
def test_what_cannot_be_is_told(session: ConsoleSession, script: str, said: str) -> None:
    before = session.host.filesystem.entry("C:\\lists\\a.txt")
    result = session.runspace.run(script)
    told = [*result.errors, *([result.failure] if result.failure else [])]
    assert [said in one.message for one in told] == [True]
    assert session.host.filesystem.entry("C:\\lists\\a.txt") == before


@pytest.mark.parametrize(
    ("script", "found"),
    [
        ("[IO.Directory]::GetFiles('C:\\lists', '*.log', 'AllDirectories')", ["C:\\lists\\deep\\b.log"]),
        ("[IO.Directory]::GetFiles('C:\\lists', '*.log')", []),
        (
            "[IO.Directory]::EnumerateFileSystemEntries('C:\\lists') | Sort-Object",
            ["C:\\lists\\a.txt", "C:\\lists\\deep"],
        ),
        ("Set-Location C:\\; [IO.Directory]::GetDirectories('lists')", ["lists\\deep"]),
        ("(Get-Item C:\\lists).GetFiles('*.*', 'AllDirectories').Name | Sort-Object", ["a.txt", "b.log"]),
        ("(Get-Item C:\\lists).EnumerateDirectories('d*').Name", ["deep"]),
    ],
)
def test_folders_are_listed_by_pattern(session: ConsoleSession, script: str, found: list[str]) -> None:
    assert session.values(script) == found


def test_whoever_may_not_write_sets_no_time() -> None:
    session = ConsoleSession(user="anna")
    session.host.filesystem.write("C:\\Windows\\kept.txt", b"x")
    result = session.runspace.run("[IO.File]::SetLastWriteTime('C:\\Windows\\kept.txt', (Get-Date))")
    assert "Access to the path" in result.errors[0].message
