"""System.IO over a store of files, hash algorithms, SecureString and PSCredential."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from emulator.powershell.modules.core import CORE
from emulator.powershell.modules.declared import declared_modules
from emulator.powershell.modules.utility import UTILITY
from emulator.powershell.runtime import InitialSession, Runspace
from emulator.powershell.runtime.services import ByteStore, FileFacts, FileStore, FolderStore


class Files:
    """A folder in memory."""

    def __init__(self) -> None:
        self.content: dict[str, bytes] = {"C:\\a.txt": b"one\r\ntwo\r\n"}

    def resolve(self, path: str) -> str:
        return path if ":" in path else f"C:\\{path}"

    def exists(self, path: str) -> bool:
        return path in self.content

    def is_directory(self, path: str) -> bool:
        return path.rstrip("\\") == "C:"

    def read_bytes(self, path: str) -> bytes:
        return self.content[path]

    def read_text(self, path: str) -> str:
        return self.content[path].decode()

    def write_bytes(self, path: str, data: bytes) -> None:
        self.content[path] = data

    def write_text(self, path: str, text: str, append: bool, encoding: str) -> None:
        raise NotImplementedError

    def delete(self, path: str) -> None:
        self.content.pop(path, None)

    def move(self, source: str, destination: str) -> None:
        self.content[destination] = self.content.pop(source)

    def replace(self, source: str, destination: str) -> None:
        raise NotImplementedError

    def copy(self, source: str, destination: str, overwrite: bool) -> None:
        assert overwrite or destination not in self.content
        self.content[destination] = self.content[source]

    def volumes(self) -> list[tuple[str, str]]:
        return [("C", "")]

    def room(self, path: str) -> tuple[int, int] | None:
        raise NotImplementedError

    def map_drive(self, name: str, root: str | None) -> None:
        raise NotImplementedError

    def entry(self, path: str) -> FileFacts | None:
        if not self.exists(path):
            return None
        moment = datetime(2024, 1, 2, tzinfo=UTC)
        name = path.rpartition("\\")[2]
        return FileFacts(name, path, False, len(self.content[path]), moment, moment, 32)

    def is_hidden(self, path: str) -> bool:
        return path == "hidden"

    def entries(self, path: str) -> list[FileFacts]:
        raise NotImplementedError

    def make_directory(self, path: str) -> None:
        raise NotImplementedError

    def remove(self, path: str, recursive: bool, force: bool) -> None:
        raise NotImplementedError

    def streams(self, path: str) -> list[tuple[str, int]]:
        assert path
        return []

    def set_attributes(self, path: str, attributes: int) -> None:
        raise NotImplementedError

    def program_version(self, path: str) -> str | None:
        return "10.0.20348.2402" if path.endswith(".exe") else None


@pytest.fixture
def files() -> Files:
    return Files()


@pytest.fixture
def run(files: Files) -> Any:
    modules = (CORE, UTILITY, *declared_modules(with_later=False))
    runspace = Runspace(
        InitialSession(modules=modules, services=dict.fromkeys((ByteStore, FileStore, FolderStore), files))
    )

    def values(script: str) -> list[Any]:
        result = runspace.run(script)
        assert result.failure is None, result.failure.message
        assert not result.errors, [one.message for one in result.errors]
        return result.output

    values.runspace = runspace  # type: ignore[attr-defined]
    return values


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("[IO.File]::Exists('C:\\a.txt'); [IO.File]::Exists('C:\\b')", [True, False]),
        ("[IO.File]::ReadAllText('a.txt').Length", [10]),
        ("[IO.File]::ReadAllLines('a.txt')", ["one", "two"]),
        (
            "[IO.File]::WriteAllText('b', 'x'); [IO.File]::AppendAllText('b', 'y'); [IO.File]::ReadAllText('b')",
            ["xy"],
        ),
        ("[IO.File]::Copy('a.txt', 'c'); [IO.File]::Move('c', 'd'); Test-Path c; Test-Path d", [False, True]),
        ("[IO.File]::Delete('nowhere'); 'fine'", ["fine"]),
        (
            "(New-Object IO.FileInfo 'C:\\a.txt') | % { $_.Name; $_.Length; $_.Extension }",
            ["a.txt", 10, ".txt"],
        ),
        ("[IO.Directory]::Exists('C:\\'); Test-Path C:\\ -PathType Leaf", [True, False]),
        ("$t = [IO.Path]::GetTempFileName(); Test-Path $t", [True]),
    ],
)
def test_files(run, script, expected):
    assert run(script) == expected


def test_a_stream_is_read_and_written_in_parts(run, files):
    assert run(
        "$s = [IO.File]::Create('new'); $b = [byte[]](1, 2, 3, 4); $s.Write($b, 1, 2); $s.Close();"
        "$r = [IO.File]::OpenRead('new'); $o = New-Object byte[] 5; $r.Read($o, 1, 5 - 1); $o[1]; $o[3]; $r.Dispose()"
    ) == [2, 2, 0]
    assert files.content["C:\\new"] == b"\x02\x03"


@pytest.mark.parametrize(
    "script",
    [
        "$s = [IO.File]::OpenRead('a.txt'); $s.Write([byte[]](1), 0, 1)",
        "$s = [IO.File]::OpenRead('a.txt'); $s.Close(); $s.Read((New-Object byte[] 1), 0, 1)",
        "$s = [IO.File]::OpenRead('a.txt'); $s.Read((New-Object byte[] 1), 0, 9)",
        "[IO.File]::Copy('a.txt', 'a.txt')",
        "[Security.Cryptography.SHA1]::Create().Hash",
        "New-Object Management.Automation.PSCredential '', (New-Object Security.SecureString)",
        "ConvertTo-SecureString 'x' -AsPlainText",
    ],
)
def test_what_cannot_be_done_is_an_error_of_the_script(run, script):
    result = run.runspace.run(script)
    assert result.failure is not None or result.errors


def test_a_hash_in_blocks_is_the_hash_of_the_whole(run):
    assert run(
        "$h = [Security.Cryptography.SHA1CryptoServiceProvider]::Create(); $b = [byte[]](97, 98, 99);"
        "$h.TransformBlock($b, 0, 2, $b, 0) > $null; $h.TransformFinalBlock($b, 2, 1) > $null;"
        "[BitConverter]::ToString($h.Hash).Replace('-', '').ToLower()"
    ) == ["a9993e364706816aba3e25717850c26c9cd0d89d"]
    assert run("[Security.Cryptography.MD5]::Create().ComputeHash([byte[]]@()).Count") == [16]


def test_a_credential_gives_its_parts(run):
    assert run(
        "$p = ConvertTo-SecureString 'secret' -AsPlainText -Force; $p.Length;"
        "$c = New-Object System.Management.Automation.PSCredential 'DOM\\me', $p; $n = $c.GetNetworkCredential();"
        "$c.UserName; $n.UserName; $n.Domain; $n.Password"
    ) == [6, "DOM\\me", "me", "DOM", "secret"]
