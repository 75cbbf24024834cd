"""Compress-Archive and Expand-Archive on the machine's files."""

from __future__ import annotations

import io
import zipfile

import pytest

from tests.powershell.modules.console_session import ConsoleSession

_MAKE = (
    "$null = New-Item -ItemType Directory C:\\a\\b\\empty -Force; Set-Content C:\\a\\1.txt one; "
    "Set-Content C:\\a\\b\\2.txt two\n"
)


@pytest.fixture
def session() -> ConsoleSession:
    session = ConsoleSession()
    session.values(_MAKE)
    return session


def test_a_folder_goes_through_an_archive(session):
    session.values("Compress-Archive C:\\a C:\\z; Expand-Archive C:\\z.zip C:\\out")
    assert sorted(session.values("(Get-ChildItem C:\\out -Recurse).FullName")) == [
        "C:\\out\\a",
        "C:\\out\\a\\1.txt",
        "C:\\out\\a\\b",
        "C:\\out\\a\\b\\2.txt",
        "C:\\out\\a\\b\\empty",
    ]
    assert session.values("Get-Content C:\\out\\a\\b\\2.txt") == ["two"]


def test_an_archive_that_another_program_wrote_is_unpacked_where_the_session_is(session):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("folder/file.txt", "text")
    session.host.filesystem.write("C:\\given.zip", made.getvalue())
    assert session.values(
        "Set-Location C:\\a; Expand-Archive C:\\given.zip; Get-Content C:\\a\\given\\folder\\*"
    ) == ["text"]


def test_update_adds_to_an_archive_and_force_replaces_it(session):
    session.values(
        "Compress-Archive C:\\a\\1.txt C:\\z.zip; Compress-Archive C:\\a\\b -Dest C:\\z.zip -Update"
    )
    session.values("Expand-Archive C:\\z.zip C:\\both; Compress-Archive C:\\a\\1.txt C:\\z.zip -Force")
    session.values("Expand-Archive C:\\z.zip C:\\one")
    assert session.values("(Get-ChildItem C:\\both).Name; (Get-ChildItem C:\\one).Name") == [
        "b",
        "1.txt",
        "1.txt",
    ]


@pytest.mark.parametrize(
    ("script", "error_id"),
    [
        ("Expand-Archive C:\\none.zip", "ArchiveCmdletPathNotFound,Expand-Archive"),
        ("Compress-Archive C:\\none C:\\x.zip", "ArchiveCmdletPathNotFound,Compress-Archive"),
        ("Compress-Archive C:\\a C:\\x.rar", "NotSupportedArchiveFileExtension,Compress-Archive"),
        ("Set-Content C:\\bad.zip text; Expand-Archive C:\\bad.zip", "InvalidDataException,Expand-Archive"),
        (
            "Compress-Archive C:\\a C:\\z.zip; Compress-Archive C:\\a C:\\z.zip",
            "ArchiveFileExists,Compress-Archive",
        ),
        (
            "Compress-Archive C:\\a\\1.txt C:\\z.zip; Expand-Archive C:\\z.zip C:\\o; Expand-Archive C:\\z.zip C:\\o",
            "ExpandArchiveFileExists,Expand-Archive",
        ),
    ],
)
def test_what_cannot_be_done_has_the_errors_of_the_module(session, script, error_id):
    assert session.error(script)[0] == error_id


def test_nothing_leaves_the_folder_it_is_unpacked_into(session):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("../../Windows/evil.txt", "text")
    session.host.filesystem.write("C:\\evil.zip", made.getvalue())
    assert session.error("Expand-Archive C:\\evil.zip C:\\out")[0] == "IOException,Expand-Archive"
    assert not session.host.filesystem.exists("C:\\Windows\\evil.txt")
