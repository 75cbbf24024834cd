"""Copy-Item, Move-Item, Rename-Item, Remove-Item and the content cmdlets on files, as powershell.exe has them."""

from __future__ import annotations

import base64
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

Script = Callable[[str], list[str]]


@pytest.fixture
def script(machine: Any) -> Script:
    """Runs a script in C:\\work, where one.txt, ro.txt (read-only) and d\\e.txt are; the lines that it writes,
    and after each error its identifier and category."""
    machine.run("mkdir C:\\work\\d")
    for path in ("one.txt", "ro.txt", "d\\e.txt"):
        machine.write(f"C:\\work\\{path}", path)
    machine.run("attrib +r C:\\work\\ro.txt")

    def run(text: str) -> list[str]:
        whole = (
            f"$ErrorActionPreference = 'SilentlyContinue'; {text}; [array]::Reverse(($e = @($Error))); "
            "$e | % { \"$($_.FullyQualifiedErrorId -replace ',.*')|$($_.CategoryInfo.Category)|$_\" }"
        )
        encoded = base64.b64encode(whole.encode("utf-16-le")).decode()
        ended = machine.run(f"powershell -NoProfile -EncodedCommand {encoded}", directory="C:\\work")
        assert ended.err == ""
        return list(ended.out.splitlines())

    return run


def test_a_copy_has_the_time_and_the_attributes_of_its_file(machine: Any, script: Script) -> None:
    before = machine.host.filesystem.entry("C:\\work\\ro.txt")
    machine.host.clock.advance(timedelta(hours=1))
    script("Copy-Item ro.txt d\\copy.txt; [IO.File]::Copy('C:\\work\\ro.txt', 'C:\\work\\d\\net.txt')")
    for name in ("copy.txt", "net.txt"):
        copy = machine.host.filesystem.entry(f"C:\\work\\d\\{name}")
        assert (copy.modified, copy.attributes, copy.size) == (before.modified, before.attributes, 6)


def test_a_file_without_content_is_copied_like_any_other(script: Script) -> None:
    assert script(
        "Copy-Item C:\\Windows\\System32\\cmd.exe c.exe; "
        "(Get-Item c.exe).Length -eq (Get-Item C:\\Windows\\System32\\cmd.exe).Length"
    ) == ["True"]


def test_a_virtual_disk_that_is_copied_is_a_virtual_disk(script: Script) -> None:
    assert script(
        "New-VHD C:\\work\\a.vhdx -SizeBytes 3GB | Out-Null; Copy-Item a.vhdx d; (Get-VHD d\\a.vhdx).Size"
    ) == [str(3 << 30)]


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        (
            "Copy-Item one.txt one.txt",
            "CopyError|WriteError|Cannot overwrite the item C:\\work\\one.txt with itself.",
        ),
        (
            "Copy-Item one.txt ro.txt",
            "CopyFileInfoItemUnauthorizedAccessError|PermissionDenied|"
            "Access to the path 'C:\\work\\ro.txt' is denied.",
        ),
        (
            "Copy-Item one.txt no\\where.txt",
            "CopyFileInfoItemIOError|WriteError|Could not find a part of the path 'C:\\work\\no\\where.txt'.",
        ),
        (
            "Copy-Item d one.txt",
            "CopyContainerItemToLeafError|InvalidArgument|"
            "Container cannot be copied onto existing leaf item.",
        ),
        (
            "Copy-Item d HKLM:\\SOFTWARE",
            "CopyItemSourceAndDestinationNotSameProvider|InvalidArgument|"
            "Source and destination path did not resolve to the same provider.",
        ),
        (
            "Move-Item one.txt ro.txt",
            "MoveFileInfoItemIOError|WriteError|Cannot create a file when that file already exists.",
        ),
        (
            "Move-Item d d\\in",
            "MoveDirectoryItemIOError|WriteError|"
            "The process cannot access the file because it is being used by another process.",
        ),
        (
            "Rename-Item one.txt d\\two.txt",
            "Argument|InvalidArgument|Cannot rename the specified target, because it represents a path or "
            "device name.",
        ),
        (
            "Rename-Item no.txt two.txt",
            "InvalidOperation|InvalidOperation|Cannot rename because item at 'no.txt' does not exist.",
        ),
        (
            "Rename-Item *.txt two.txt",
            "RenameMultipleItemError|InvalidArgument|Cannot rename item because the path resolved to multiple "
            "items. Only one item can be renamed at a time.",
        ),
        (
            "Rename-Item d D",
            "RenameItemIOError|WriteError|Source and destination path must be different.",
        ),
        (
            "Remove-Item ro.txt",
            "RemoveFileSystemItemUnAuthorizedAccess|PermissionDenied|Cannot remove item C:\\work\\ro.txt: You "
            "do not have sufficient access rights to perform this operation.",
        ),
        (
            "Remove-Item C:\\work -Recurse",
            "InvalidOperation|InvalidOperation|Cannot remove the item at 'C:\\work' because it is in use.",
        ),
        (
            "Set-Content ro.txt new",
            "GetContentWriterUnauthorizedAccessError|PermissionDenied|"
            "Access to the path 'C:\\work\\ro.txt' is denied.",
        ),
        (
            "Set-Content no\\where.txt new",
            "GetContentWriterDirectoryNotFoundError|ObjectNotFound|"
            "Could not find a part of the path 'C:\\work\\no\\where.txt'.",
        ),
        (
            "'new' | Out-File ro.txt",
            "FileOpenFailure|OpenError|Access to the path 'C:\\work\\ro.txt' is denied.",
        ),
        (
            "New-Item no\\where.txt",
            "NewItemIOError|WriteError|Could not find a part of the path 'C:\\work\\no\\where.txt'.",
        ),
        (
            "New-Item one.txt\\in -ItemType Directory",
            "CreateDirectoryIOError|WriteError|The directory name is invalid.",
        ),
    ],
)
def test_what_is_refused_changes_nothing(command: str, expected: str, script: Script) -> None:
    listed = "Get-ChildItem C:\\work -Recurse | % { $_.FullName + $_.Mode + $(gc $_.FullName) }"
    before = script(listed)
    assert [one for one in script(command) if one] == [expected]
    assert script(listed) == before


def test_force_reaches_what_is_read_only_or_hidden(script: Script) -> None:
    assert script(
        "Copy-Item one.txt ro.txt -Force; Get-Content ro.txt; "
        "Set-ItemProperty ro.txt IsReadOnly $true; Set-Content ro.txt two -Force; Get-Content ro.txt; "
        "'three' | Out-File ro.txt -Force; Get-Content ro.txt; (Get-Item ro.txt).IsReadOnly; "
        "Move-Item one.txt ro.txt -Force; Get-Content ro.txt; Test-Path one.txt; "
        "(Get-Item ro.txt).Attributes = 'Hidden'; Get-Item ro.txt; Get-Item ro.txt -Force | % Name; "
        "Remove-Item ro.txt; Remove-Item ro.txt -Force; Test-Path ro.txt"
    ) == [
        *("one.txt", "two", "three", "True", "one.txt", "False", "ro.txt", "False"),
        "ItemNotFound|ObjectNotFound|Could not find item C:\\work\\ro.txt.",
        "RemoveFileSystemItemUnAuthorizedAccess|PermissionDenied|Cannot remove item C:\\work\\ro.txt: You do "
        "not have sufficient access rights to perform this operation.",
    ]


def test_a_folder_loses_all_that_may_go(script: Script) -> None:
    assert script(
        "Copy-Item ro.txt d; Remove-Item d -Recurse; Get-ChildItem d | % Name; "
        "Remove-Item d -Recurse -Force; Test-Path d"
    ) == [
        *("ro.txt", "False"),
        "RemoveFileSystemItemUnAuthorizedAccess|PermissionDenied|Cannot remove item C:\\work\\d\\ro.txt: You "
        "do not have sufficient access rights to perform this operation.",
        "DirectoryNotEmpty|WriteError|Directory C:\\work\\d cannot be removed because it is not empty.",
    ]


def test_a_folder_is_copied_file_by_file(script: Script) -> None:
    assert script(
        "Set-Content d\\f.log x; Copy-Item d a -Recurse -Exclude *.log -PassThru | % FullName; "
        "Copy-Item d b -Recurse -Filter *.log -PassThru | % FullName; "
        "New-Item c -ItemType Directory | Out-Null; Copy-Item d, *.txt c -Recurse -Container:$false; "
        "(Get-ChildItem c | % Name) -join ' '; Copy-Item d a -Recurse; Copy-Item d a -Recurse"
    ) == [
        *("C:\\work\\a", "C:\\work\\a\\e.txt", "C:\\work\\b", "C:\\work\\b\\f.log"),
        "e.txt f.log one.txt ro.txt",
        "DirectoryExist|ResourceExists|An item with the specified name C:\\work\\a\\d already exists.",
    ]


def test_a_folder_that_is_copied_into_itself_is_not_copied_without_end(script: Script) -> None:
    assert script("Copy-Item d d\\in -Recurse; Get-ChildItem d -Recurse | % FullName") == [
        *("C:\\work\\d\\in", "C:\\work\\d\\e.txt", "C:\\work\\d\\in\\e.txt")
    ]


def test_each_provider_asks_in_its_words(script: Script) -> None:
    asked = script(
        "Copy-Item one.txt d -WhatIf; Copy-Item d x -WhatIf; Move-Item d x -WhatIf; Rename-Item d x -WhatIf; "
        "Remove-Item d -Recurse -WhatIf; New-Item HKCU:\\Software\\A | Out-Null; "
        "Copy-Item HKCU:\\Software\\A HKCU:\\Software\\B -WhatIf; Rename-Item HKCU:\\Software\\A B -WhatIf"
    )
    work = "C:\\work"
    assert asked == [
        f'What if: Performing the operation "{action}" on target "{target}".'
        for action, target in (
            ("Copy File", f"Item: {work}\\one.txt Destination: {work}\\d\\one.txt"),
            ("Copy Directory", f"Item: {work}\\d Destination: {work}\\x"),
            ("Move Directory", f"Item: {work}\\d Destination: {work}\\x"),
            ("Rename Directory", f"Item: {work}\\d Destination: {work}\\x"),
            ("Remove Directory", f"{work}\\d"),
            ("Copy Key", "Item: HKCU:\\Software\\A Destination: HKCU:\\Software\\B"),
            ("Rename Item", "Item: HKCU:\\Software\\A NewName: B"),
        )
    ]


def test_every_cmdlet_that_writes_a_file_minds_read_only(script: Script) -> None:
    written = [
        f"{command} C:\\work\\ro.txt {force}"
        for command in ("1 | Export-Csv", "1 | Export-Clixml", "Export-Alias", "1 | Out-File")
        for force in ("", "-Force")
    ]
    found = script("; ".join(f"{one}; (Get-Item ro.txt).Length -eq 6" for one in written))
    assert found == [
        *("True", "False", "False", "False", "False", "False", "False", "False"),
        *["FileOpenFailure|OpenError|Access to the path 'C:\\work\\ro.txt' is denied."] * 4,
    ]
