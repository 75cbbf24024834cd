"""Read-only, hidden and locked files, and alternate data streams, in powershell.exe: ids and texts of 5.1."""

import pytest

_FILE = "Set-Content C:\\work\\a.txt one; (Get-Item C:\\work\\a.txt).IsReadOnly = $true; cd C:\\work;"
_TELL = (
    "catch { $_.FullyQualifiedErrorId.Split(',')[0]; $_.CategoryInfo.Category; $_.Exception.GetType().Name }"
)
_DENIED = "UnauthorizedAccessException"

REFUSED = [
    ("Set-Content a.txt two", "GetContentWriterUnauthorizedAccessError", "PermissionDenied", _DENIED),
    ("Add-Content a.txt two", "GetContentWriterUnauthorizedAccessError", "PermissionDenied", _DENIED),
    ("Clear-Content a.txt", "ClearContentUnauthorizedAccessError", "PermissionDenied", _DENIED),
    ("Remove-Item a.txt", "RemoveFileSystemItemUnAuthorizedAccess", "PermissionDenied", "IOException"),
    ("1 | Out-File a.txt", "FileOpenFailure", "OpenError", _DENIED),
    ("1 > a.txt", "FileOpenFailure", "OpenError", _DENIED),
    ("1 | Export-Csv a.txt", "FileOpenFailure", "OpenError", _DENIED),
    ("1 | Export-Clixml a.txt", "FileOpenFailure", "OpenError", _DENIED),
    ("'x' > b.txt; cp b.txt a.txt", "CopyFileInfoItemUnauthorizedAccessError", "PermissionDenied", _DENIED),
    ("'x' > b.txt; mv a.txt b.txt", "MoveFileInfoItemIOError", "WriteError", "IOException"),
]
FORCED = [
    "Set-Content a.txt two -Force",
    "Clear-Content a.txt -Force; Add-Content a.txt two -Force",
    "'two' | Out-File a.txt -Force -Encoding ascii",
]


@pytest.mark.parametrize(("script", "error_id", "category", "kind"), REFUSED)
def test_a_read_only_file_refuses_changes(run, script, error_id, category, kind):
    ended = run(
        f"powershell -Command \"$ErrorActionPreference = 'Stop'; {_FILE} try {{ {script} }} {_TELL}; gc a.txt\""
    )
    assert ended.out.split() == [error_id, category, kind, "one"]


@pytest.mark.parametrize("script", FORCED)
def test_force_writes_and_leaves_the_file_read_only(run, script):
    ended = run(f'powershell -Command "{_FILE} {script}; gc a.txt; (gi a.txt).IsReadOnly"')
    assert ended.out.split() == ["two", "True"], ended.err


def test_a_read_only_file_may_be_renamed_and_moved_and_is_removed_by_force(run):
    ended = run(
        f'powershell -Command "{_FILE} Rename-Item a.txt b.txt; md d | Out-Null; mv b.txt d; '
        "Test-Path d\\b.txt; del d -Recurse -ErrorAction SilentlyContinue; Test-Path d\\b.txt; "
        'del d -Recurse -Force; Test-Path d"'
    )
    assert ended.out.split() == ["True", "True", "False"]


def test_a_folder_with_a_protected_file_loses_the_rest(run):
    ended = run(
        'powershell -Command "cd C:\\work; md d | Out-Null; 1 > d\\free.txt; 1 > d\\kept.txt; '
        "(gi d\\kept.txt).IsReadOnly = $true; del d -Recurse -ErrorVariable e -ErrorAction SilentlyContinue; "
        "$e | %% { $_.FullyQualifiedErrorId.Split(',')[0] }; dir d -Name\"".replace("%%", "%")
    )
    assert ended.out.split() == ["RemoveFileSystemItemUnAuthorizedAccess", "DirectoryNotEmpty", "kept.txt"]


def test_get_item_finds_hidden_files_only_by_force(run):
    ended = run(
        "powershell -Command \"cd C:\\work; 1 > h.txt; (gi h.txt).Attributes = 'Hidden'; "
        'try { gi h.txt -ErrorAction Stop } catch { $_.Exception.Message }; (gi h.txt -Force).Name"'
    )
    assert ended.out.splitlines() == ["Could not find item C:\\work\\h.txt.", "h.txt"]


def test_the_disk_of_a_running_machine_is_in_use(run):
    ended = run(
        'powershell -Command "cd C:\\work; New-VHD v.vhdx -SizeBytes 1GB | Out-Null; '
        "New-VM q -VHDPath C:\\work\\v.vhdx | Start-VM; "
        "foreach ($one in { del v.vhdx }, { sc v.vhdx 1 }, { gc v.vhdx }, { ren v.vhdx w.vhdx }) "
        "{ try { $ErrorActionPreference = 'Stop'; & $one } catch { $_.FullyQualifiedErrorId.Split(',')[0] } }; "
        '$_ = $null; try { cp v.vhdx w.vhdx } catch { $_.Exception.Message }"'
    )
    *ids, text = ended.out.splitlines()
    assert ids == [
        "RemoveFileSystemItemIOError",
        "GetContentWriterIOError",
        "GetContentReaderIOError",
        "RenameItemIOError",
    ]
    assert text == (
        "The process cannot access the file 'C:\\work\\v.vhdx' because it is being used by another process."
    )


def test_alternate_streams_are_made_listed_copied_and_removed(machine):
    ended = machine.run(
        'powershell -Command "cd C:\\work; sc a.txt main; sc a.txt one -Stream s; ac a.txt two -Stream s; '
        "gc a.txt; gc a.txt -Stream S; cp a.txt b.txt; (gi b.txt -Stream *).Stream; "
        "(gi b.txt -Stream s).Length; del b.txt -Stream s; (gi b.txt -Stream *).Stream; "
        "try { gc b.txt -Stream s -ErrorAction Stop } catch { $_.Exception.Message }; "
        "try { gi b.txt -Stream s -ErrorAction Stop } catch { $_.FullyQualifiedErrorId.Split(',')[0] }\""
    )
    assert ended.out.splitlines() == [
        *("main", "one", "two", ":$DATA", "s", "10", ":$DATA"),
        "Could not open the alternate data stream 's' of the file 'C:\\work\\b.txt'.",
        "AlternateDataStreamNotFound",
    ]
    assert machine.host.filesystem.audit() == []
    machine.host.filesystem.remove("C:\\work", recursive=True)
    assert machine.host.filesystem.audit() == []


def test_a_script_with_a_mark_of_the_internet_does_not_run_until_it_is_unblocked(run):
    ended = run(
        "powershell -Command \"sc C:\\s.ps1 '9'; sc C:\\s.ps1 '[ZoneTransfer]', 'ZoneId=3' -Stream Zone.Identifier; "
        "try { C:\\s.ps1 } catch { $_.FullyQualifiedErrorId; $_.Exception.Message -match 'not digitally signed' }; "
        'Unblock-File C:\\s.ps1; C:\\s.ps1"'
    )
    assert ended.out.split() == ["UnauthorizedAccess", "True", "9"]
