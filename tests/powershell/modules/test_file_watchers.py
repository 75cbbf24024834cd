"""FileSystemWatcher: scripts hear of changes of files from every door."""

from __future__ import annotations

import pytest

from emulator.host import Host
from emulator.profile import load
from tests.powershell.modules.console_session import ConsoleSession

_START = (
    "$null = New-Item C:\\w\\sub -ItemType Directory -Force; $w = New-Object IO.FileSystemWatcher 'C:\\w', '*.txt';"
    "$w.NotifyFilter = 'FileName, LastWrite'; 'Created', 'Changed', 'Deleted', 'Renamed' | "
    "% { Register-ObjectEvent $w $_ -SourceIdentifier $_ }; $w.EnableRaisingEvents = $true;"
)
_TOLD = "Get-Event | % { '{0} {1}' -f $_.SourceIdentifier, $_.SourceEventArgs.Name; Remove-Event -EventIdentifier $_.EventIdentifier }"


@pytest.fixture
def session() -> ConsoleSession:
    host = Host(load("windows-server-2022-datacenter"), clock_mode="fast")
    session = ConsoleSession(host=host)
    session.values(_START)
    return session


def test_what_becomes_of_a_file_is_told_in_its_order(session):
    session.values("Set-Content C:\\w\\a.txt 1; Rename-Item C:\\w\\a.txt b.txt; Remove-Item C:\\w\\b.txt")
    told = session.values(_TOLD)
    assert told[0] == "Created a.txt"
    assert set(told[1:-2]) <= {"Changed a.txt"}
    assert told[-2:] == ["Renamed b.txt", "Deleted b.txt"]
    assert session.values("@(Get-Event).Count") == [0]


def test_other_names_and_folders_below_are_not_told(session):
    session.values("Set-Content C:\\w\\a.log 1; Set-Content C:\\w\\sub\\a.txt 1; Set-Content C:\\a.txt 1")
    assert session.values("@(Get-Event).Count") == [0]
    session.values("$w.IncludeSubdirectories = $true; Set-Content C:\\w\\sub\\b.txt 1")
    assert session.values(_TOLD)[0] == "Created sub\\b.txt"


def test_changes_by_another_door_are_told(session):
    session.host.filesystem.write("C:\\w\\x.txt", b"1")
    session.host.filesystem.move("C:\\w\\x.txt", "C:\\w\\y.txt")
    assert session.values(
        "$e = Get-Event Renamed; $e.SourceEventArgs.OldName; $e.SourceEventArgs.OldFullPath;"
        "$e.SourceEventArgs.FullPath; [string]$e.SourceEventArgs.ChangeType; $e.Sender.Filter"
    ) == ["x.txt", "C:\\w\\x.txt", "C:\\w\\y.txt", "Renamed", "*.txt"]


def test_an_action_runs_with_the_arguments_of_the_event(session):
    assert session.values(
        '$null = Register-ObjectEvent $w Created -Action { $global:seen += , "$($Event.MessageData) $($EventArgs.Name)" } '
        "-MessageData hello; $global:seen = @(); [IO.File]::WriteAllText('C:\\w\\n.txt', 'x'); $null = Get-Event; $seen"
    ) == ["hello n.txt"]


def test_a_file_that_moves_to_another_folder_is_deleted_and_created(session):
    session.values("Set-Content C:\\w\\a.txt 1; Get-Event | Remove-Event; Move-Item C:\\w\\a.txt C:\\w\\sub")
    assert session.values(_TOLD) == ["Deleted a.txt"]


def test_what_is_switched_off_or_of_another_kind_is_not_told(session):
    session.values("$w.NotifyFilter = 'LastWrite'; $null = New-Item C:\\w\\a.txt")
    assert session.values("@(Get-Event).Count") == [0]
    session.values("$w.EnableRaisingEvents = $false; Set-Content C:\\w\\a.txt 2")
    assert session.values("@(Get-Event).Count") == [0]
    assert not session.host.filesystem.changes


def test_more_than_the_buffer_holds_is_lost_and_said():
    session = ConsoleSession()
    session.values(
        "$w = New-Object IO.FileSystemWatcher 'C:\\Users'; $w.InternalBufferSize = 4096;"
        "Register-ObjectEvent $w Created c; Register-ObjectEvent $w Error e; $w.EnableRaisingEvents = $true"
    )
    assert session.values("$w.InternalBufferSize = 1; $w.InternalBufferSize") == [4096]
    for number in range(300):
        session.host.filesystem.make_directory(f"C:\\Users\\{number}")
    assert session.values("@(Get-Event c).Count; (Get-Event e).SourceEventArgs.Exception.Message") == [
        256,
        "Too many changes at once in directory:C:\\Users.",
    ]


def test_wait_for_changed_ends_with_the_time_or_a_change(session):
    assert session.values("$w.WaitForChanged('Created', 10).TimedOut") == [True]
    session.values("$w.EnableRaisingEvents = $true")
    session.host.filesystem.write("C:\\w\\q.txt", b"")
    assert session.values(
        "$r = $w.WaitForChanged('All', 10); $r.Name; [string]$r.ChangeType; $r.TimedOut"
    ) == [
        "q.txt",
        "Created",
        False,
    ]


def test_a_folder_that_is_not_there_is_refused():
    assert (
        "The directory name C:\\none is invalid."
        in ConsoleSession().error("[IO.FileSystemWatcher]::new('C:\\none')")[2]
    )
