"""Files of others through each door: a user is refused as Windows refuses him, an administrator is not."""

from __future__ import annotations

import pytest
from conftest import ALLOW_BASIC
from remote_scripts import LESSER_USERS, run_as

PROFILE = f"""
name: lesser
extends: windows-server-2022-datacenter
{ALLOW_BASIC}
{LESSER_USERS}
inventory: {{virtual_switches: [], virtual_disks: [], virtual_machines: []}}
"""
SETUP = (
    "mkdir D:\\work, D:\\secret | Out-Null; Set-Content D:\\work\\a.txt 'shared'; Set-Content D:\\secret\\b.txt 'own';"
    "icacls D:\\secret /inheritance:r /grant 'Administrators:(OI)(CI)F' | Out-Null"
)


@pytest.fixture
def host(serve):
    started = serve(yaml=PROFILE)
    assert run_as(started, "Administrator", SETUP) == ([], [], [])
    return started


@pytest.mark.parametrize(
    ("script", "identifier", "text"),
    [
        (
            "Get-Content D:\\secret\\b.txt",
            "ItemExistsUnauthorizedAccessError,Microsoft.PowerShell.Commands.GetContentCommand",
            "Access is denied",
        ),
        (
            "Set-Content D:\\work\\a.txt x",
            "GetContentWriterUnauthorizedAccessError,Microsoft.PowerShell.Commands.SetContentCommand",
            "Access to the path 'D:\\work\\a.txt' is denied.",
        ),
        (
            "Get-ChildItem D:\\secret",
            "DirUnauthorizedAccessError,Microsoft.PowerShell.Commands.GetChildItemCommand",
            "Access to the path 'D:\\secret' is denied.",
        ),
        (
            "Remove-Item D:\\work\\a.txt",
            "RemoveFileSystemItemUnAuthorizedAccess,Microsoft.PowerShell.Commands.RemoveItemCommand",
            "Cannot remove item D:\\work\\a.txt: Access to the path 'D:\\work\\a.txt' is denied.",
        ),
        (
            "New-Item C:\\Windows\\x.txt",
            "NewItemUnauthorizedAccessError,Microsoft.PowerShell.Commands.NewItemCommand",
            "Access to the path 'C:\\Windows\\x.txt' is denied.",
        ),
        (
            "New-Item C:\\Windows\\x -ItemType Directory",
            "CreateDirectoryUnauthorizedAccessError,Microsoft.PowerShell.Commands.NewItemCommand",
            "Access to the path 'C:\\Windows\\x' is denied.",
        ),
        (
            "Copy-Item D:\\secret\\b.txt D:\\copy.txt",
            "ItemExistsUnauthorizedAccessError,Microsoft.PowerShell.Commands.CopyItemCommand",
            "Access is denied",
        ),
        (
            "Clear-Content D:\\work\\a.txt",
            "ClearContentUnauthorizedAccessError,Microsoft.PowerShell.Commands.ClearContentCommand",
            "Access to the path 'D:\\work\\a.txt' is denied.",
        ),
        (
            "Get-Acl D:\\secret",
            "System.UnauthorizedAccessException,Microsoft.PowerShell.Commands.GetAclCommand",
            "Attempted to perform an unauthorized operation.",
        ),
        (
            "Rename-Item D:\\work\\a.txt c.txt",
            "RenameItemUnauthorizedAccessError,Microsoft.PowerShell.Commands.RenameItemCommand",
            "Access to the path 'D:\\work\\a.txt' is denied.",
        ),
        (
            "'x' | Out-File D:\\work\\a.txt",
            "FileOpenFailure,Microsoft.PowerShell.Commands.OutFileCommand",
            "Access to the path 'D:\\work\\a.txt' is denied.",
        ),
        (
            "[IO.File]::ReadAllText('D:\\secret\\b.txt')",
            "UnauthorizedAccessException",
            'Exception calling "ReadAllText" with "1" argument(s): "Access to the path \'D:\\secret\\b.txt\' is'
            ' denied."',
        ),
    ],
)
def test_powershell_refuses_with_the_providers_errors(host, script, identifier, text):
    assert run_as(host, "reader", script) == ([], [identifier], [text])
    assert run_as(host, "Administrator", "Get-Content D:\\work\\a.txt, D:\\secret\\b.txt")[0] == [
        "shared",
        "own",
    ]


def test_programs_refuse_in_their_words(host):
    found, _, _ = run_as(
        host,
        "reader",
        "cmd /c 'type D:\\secret\\b.txt 2>&1'; cmd /c 'del D:\\work\\a.txt 2>&1'; cmd /c 'md C:\\Windows\\x 2>&1';"
        "cmd /c 'copy D:\\secret\\b.txt D:\\c.txt 2>&1'; cmd /c 'dir D:\\secret 2>&1' | select -Last 1;"
        "cmd /c 'cd /d D:\\secret 2>&1'",
    )
    assert [line.strip() for line in found] == [
        "Access is denied.",
        "D:\\work\\a.txt",
        "Access is denied.",
        "Access is denied.",
        "Access is denied.",
        "0 file(s) copied.",
        "File Not Found",
        "Access is denied.",
    ]


def test_what_is_in_a_folder_that_may_not_be_listed_is_not_told(host):
    script = (
        "Test-Path D:\\secret\\b.txt; [IO.File]::Exists('D:\\secret\\b.txt'); Test-Path D:\\secret; "
        "[IO.FileInfo]::new('D:\\secret\\b.txt').Exists; "
        "cmd /c 'if exist D:\\secret\\b.txt (echo there) else (echo none)'; "
        "cmd /c 'for %f in (D:\\secret\\b.txt) do @echo [%~zf]'"
    )
    hidden = ["False", "False", "True", "False", "none"]
    assert run_as(host, "reader", script)[0][:5] == hidden
    assert "[5]" not in run_as(host, "reader", script)[0]
    assert run_as(host, "Administrator", script)[0][:5] == ["True", "True", "True", "True", "there"]


def test_a_list_is_shown_to_those_who_may_read_it(host):
    found, _, _ = run_as(host, "reader", "icacls D:\\secret 2>&1; icacls D:\\work | select -Last 1")
    assert found[0] == "D:\\secret: Access is denied."
    assert found[-1].startswith("Successfully processed 1 files")


def test_what_a_user_makes_he_may_change_until_an_administrator_locks_it(host):
    made = "$null = mkdir D:\\mine; Set-Content D:\\mine\\n.txt 1; Add-Content D:\\mine\\n.txt 2; Get-Content D:\\mine\\n.txt"
    assert run_as(host, "reader", made)[0] == ["1", "2"]
    assert run_as(host, "reader", "(Get-Acl D:\\mine\\n.txt).Owner")[0][0].endswith("\\reader")
    run_as(
        host, "Administrator", "icacls D:\\mine\\n.txt /inheritance:r /grant Administrators:F /remove reader"
    )
    assert run_as(host, "reader", "Get-Content D:\\mine\\n.txt")[1] == [
        "GetContentReaderUnauthorizedAccessError,Microsoft.PowerShell.Commands.GetContentCommand"
    ]
    assert run_as(host, "reader", "Remove-Item D:\\mine\\n.txt; Test-Path D:\\mine\\n.txt")[0] == ["False"]


def test_the_methods_of_files_return_two(host):
    script = (
        "$f = Get-CimInstance CIM_DataFile -Filter \"Name = 'D:\\\\work\\\\a.txt'\";"
        "($f | Invoke-CimMethod -MethodName Delete).ReturnValue;"
        "($f | Invoke-CimMethod -MethodName Rename -Arguments @{ FileName = 'D:\\work\\z.txt' }).ReturnValue"
    )
    assert run_as(host, "reader", script)[0] == ["2", "2"]
    assert run_as(host, "Administrator", script)[0][0] == "0"


def test_an_administrator_is_kept_out_by_a_list_without_him(host):
    lock = "icacls D:\\secret\\b.txt /inheritance:r /grant SYSTEM:F | Out-Null; Get-Content D:\\secret\\b.txt"
    assert run_as(host, "Administrator", lock)[1] == [
        "GetContentReaderUnauthorizedAccessError,Microsoft.PowerShell.Commands.GetContentCommand"
    ]


def test_the_management_service_works_with_the_rights_of_whoever_calls_it(host):
    found, identifiers, texts = run_as(host, "operator", "New-VHD C:\\Windows\\x.vhdx -SizeBytes 1GB")
    assert (found, identifiers) == ([], ["OperationFailed,Microsoft.Vhd.PowerShell.Cmdlets.NewVhd"])
    assert texts[0].endswith(
        "The system failed to create 'C:\\Windows\\x.vhdx': Access is denied. (0x80070005)."
    )
    made = "mkdir D:\\mine | Out-Null; (New-VHD D:\\mine\\own.vhdx -SizeBytes 1GB).Path; Resize-VHD D:\\mine\\own.vhdx 2GB"
    assert run_as(host, "operator", made) == (["D:\\mine\\own.vhdx"], [], [])
    run_as(host, "Administrator", "$null = New-VHD D:\\secret\\other.vhdx -SizeBytes 1GB")
    for script in ("Get-VHD D:\\secret\\other.vhdx", "Mount-VHD D:\\secret\\other.vhdx"):
        assert run_as(host, "operator", script)[1][0].startswith("AccessDenied,Microsoft.Vhd.PowerShell")
    assert run_as(host, "Administrator", "(Get-VHD D:\\secret\\other.vhdx).Attached")[0] == ["False"]


def test_the_output_of_a_started_program_needs_the_rights_of_whoever_starts_it(host):
    script = "Start-Process cmd.exe '/c hostname' -Wait -RedirectStandardOutput C:\\Windows\\System32\\x.txt"
    ran = run_as(host, "reader", script)
    identifier = "System.UnauthorizedAccessException,Microsoft.PowerShell.Commands.StartProcessCommand"
    assert ran.error_ids == [identifier]
    assert ran.error_texts == ["Access to the path 'C:\\Windows\\System32\\x.txt' is denied."]
    assert not host.machine.filesystem.exists("C:\\Windows\\System32\\x.txt")
    assert run_as(host, "Administrator", script).error_ids == []
    assert host.machine.filesystem.exists("C:\\Windows\\System32\\x.txt")
