"""Streams of System.IO on a fake machine: what real .NET makes of the same bytes is known from Python's own."""

from __future__ import annotations

import base64
import gzip
import hashlib
import hmac
import io
import zipfile

import pytest

from tests.powershell.modules.console_session import ConsoleSession


@pytest.fixture(scope="module")
def session() -> ConsoleSession:
    return ConsoleSession()


@pytest.mark.parametrize(
    ("script", "wanted"),
    [
        # What tools send that take compressed payloads apart.
        (
            "$b = [Convert]::FromBase64String('H4sIAAAAAAAC/8tIzcnJVyjPL8pJAQCFEUoNCwAAAA==');"
            "$m = New-Object IO.MemoryStream(, $b);"
            "$g = New-Object IO.Compression.GZipStream($m, [IO.Compression.CompressionMode]::Decompress);"
            "(New-Object IO.StreamReader($g)).ReadToEnd()",
            ["hello world"],
        ),
        (
            "$m = [IO.MemoryStream]::new(); $w = [IO.StreamWriter]::new($m); $w.WriteLine('{0}-{1}', 1, 'b');"
            "$w.Write([char]'c'); $w.Flush(); $m.Length; [Text.Encoding]::UTF8.GetString($m.ToArray())",
            [6, "1-b\r\nc"],
        ),
        (
            "$m = New-Object System.IO.MemoryStream; $m.Write([byte[]](1..5), 1, 3); $m.Position = 1;"
            "$m.ReadByte(); $null = $m.Seek(-1, 'End'); $m.ReadByte(); $m.ReadByte(); $m.Position",
            [3, 4, -1, 3],
        ),
        (
            '$r = New-Object IO.StringReader("a`nb`r`n`rc"); while ($null -ne ($l = $r.ReadLine())) { "[$l]" }',
            ["[a]", "[b]", "[]", "[c]"],
        ),
        (
            "$w = New-Object IO.BinaryWriter([IO.MemoryStream]::new()); $w.Write([int]258); $w.Write('é');"
            "$w.Write([byte]7); $w.Write($true); $w.Write([double]1.5); $w.Flush();"
            "$w.BaseStream.Position = 0; $r = New-Object IO.BinaryReader($w.BaseStream);"
            "$r.ReadInt32(); $r.ReadString(); $r.ReadByte(); $r.ReadBoolean(); $r.ReadDouble(); $r.PeekChar()",
            [258, "é", 7, True, 1.5, -1],
        ),
        (
            "$m = [IO.MemoryStream]::new([Text.Encoding]::Unicode.GetPreamble() + [Text.Encoding]::Unicode."
            "GetBytes('häß')); $r = [IO.StreamReader]::new($m); $r.ReadLine(); $r.EndOfStream;"
            "$r.CurrentEncoding.WebName",
            ["häß", True, "utf-16"],
        ),
    ],
)
def test_bytes_and_texts_go_through_streams(session, script, wanted):
    assert session.values(script) == wanted


def test_a_file_stream_reads_what_the_machine_has_and_writes_it_when_it_is_closed(session):
    session.host.filesystem.write("C:\\in.bin", bytes(range(256)) * 700)
    session.values(
        "$in = [IO.File]::OpenRead('C:\\in.bin'); $out = [IO.File]::Create('C:\\out.gz');"
        "$gz = New-Object IO.Compression.GZipStream $out, ([IO.Compression.CompressionMode]::Compress);"
        "$in.CopyTo($gz); $gz.Close(); $out.Close(); $in.Dispose()"
    )
    assert gzip.decompress(session.host.filesystem.read("C:\\out.gz")) == bytes(range(256)) * 700
    digest = hashlib.sha256(session.host.filesystem.read("C:\\in.bin")).hexdigest()
    assert session.values(
        "$s = [IO.File]::Open('C:\\in.bin', 'Open', 'Read', 'ReadWrite'); $h = [Security.Cryptography.SHA256]"
        "::Create(); -join ($h.ComputeHash($s) | % { $_.ToString('x2') }); $s.Close()"
    ) == [digest]
    sha1 = "New-Object Security.Cryptography.SHA1CryptoServiceProvider"
    assert session.values(
        f"$h = {sha1}; $c = New-Object Security.Cryptography.CryptoStream([IO.Stream]::Null, $h, 'Write');"
        "$c.Write([byte[]](97, 98, 99), 0, 3); $c.FlushFinalBlock(); [BitConverter]::ToString($h.Hash)"
    ) == ["-".join(f"{one:02X}" for one in hashlib.sha1(b"abc", usedforsecurity=False).digest())]


def test_hashes_take_parts_and_keys(session):
    key, text = b"key", b"The quick brown fox"
    assert session.values(
        "$h = New-Object Security.Cryptography.HMACSHA256; $h.Key = [Text.Encoding]::ASCII.GetBytes('key');"
        "$b = [Text.Encoding]::ASCII.GetBytes('The quick brown fox'); [Convert]::ToBase64String($h.ComputeHash($b));"
        "[BitConverter]::ToString([Security.Cryptography.HashAlgorithm]::Create('MD5').ComputeHash($b, 4, 5))"
    ) == [
        base64.b64encode(hmac.digest(key, text, "sha256")).decode(),
        "-".join(f"{one:02X}" for one in hashlib.md5(b"quick", usedforsecurity=False).digest()),
    ]


def test_a_writer_over_a_file_appends_and_marks_only_its_beginning(session):
    session.values(
        "$w = New-Object IO.StreamWriter('C:\\log.txt', $true, [Text.Encoding]::UTF8); $w.WriteLine('a');"
        "$w.Close(); $w = [IO.File]::AppendText('C:\\log.txt'); $w.NewLine = \"`n\"; $w.WriteLine('b');"
        "$w.Close()"
    )
    assert session.host.filesystem.read("C:\\log.txt") == b"\xef\xbb\xbfa\r\nb\n"
    assert session.values(
        "$r = [IO.StreamReader]'C:\\log.txt'; while (-not $r.EndOfStream) { $r.ReadLine() }; $r.Close();"
        "[IO.File]::ReadAllLines('C:\\log.txt').Count"
    ) == ["a", "b", 2]


def test_a_long_text_is_read_line_by_line(session):
    session.host.filesystem.write("C:\\long.txt", b"".join(b"line %d\r\n" % one for one in range(30_000)))
    assert session.values(
        "$n = 0; $r = [IO.File]::OpenText('C:\\long.txt'); while ($l = $r.ReadLine()) { $n++; $last = $l };"
        "$n; $last"
    ) == [30_000, "line 29999"]


def test_archives_are_made_read_and_unpacked(session):
    session.values(
        "Add-Type -AssemblyName System.IO.Compression.FileSystem; mkdir C:\\zip\\sub\\empty | Out-Null;"
        "Set-Content C:\\zip\\one.txt 1 -NoNewline; Set-Content C:\\zip\\sub\\two.txt 22 -NoNewline;"
        "[IO.Compression.ZipFile]::CreateFromDirectory('C:\\zip', 'C:\\made.zip')"
    )
    with zipfile.ZipFile(io.BytesIO(session.host.filesystem.read("C:\\made.zip"))) as made:
        assert [one.filename.replace("\\", "/") for one in made.infolist()] == [
            "one.txt",
            "sub/empty/",
            "sub/two.txt",
        ]
    assert session.values(
        "$z = [IO.Compression.ZipFile]::OpenRead('C:\\made.zip'); $z.Entries | % { \"$($_.Name) $($_.Length)\" };"
        "$e = $z.Entries | ? Name -eq two.txt; $r = [IO.StreamReader]::new($e.Open()); $r.ReadToEnd();"
        "[IO.Compression.ZipFileExtensions]::ExtractToFile($e, 'C:\\x.txt', $true); $z.Dispose();"
        "Get-Content C:\\x.txt"
    ) == ["one.txt 1", " 0", "two.txt 2", "22", "22"]
    session.values(
        "$z = [IO.Compression.ZipFile]::Open('C:\\made.zip', 'Update'); $z.GetEntry('one.txt').Delete();"
        "$w = [IO.StreamWriter]::new($z.CreateEntry('new.txt').Open()); $w.Write('new'); $w.Dispose();"
        "$z.Dispose(); [IO.Compression.ZipFile]::ExtractToDirectory('C:\\made.zip', 'C:\\unpacked')"
    )
    assert session.values("Get-Content C:\\unpacked\\new.txt; Test-Path C:\\unpacked\\one.txt") == [
        "new",
        False,
    ]


@pytest.mark.parametrize(
    ("script", "kind", "text"),
    [
        ("[IO.File]::OpenRead('C:\\no.txt')", "FileNotFoundException", "Could not find file 'C:\\no.txt'."),
        ("[IO.File]::Open('C:\\Windows', 'Open')", "UnauthorizedAccessException", "denied"),
        (
            "[IO.File]::OpenRead('C:\\given.ini').WriteByte(1)",
            "NotSupportedException",
            "not support writing",
        ),
        (
            "$m = [IO.MemoryStream]::new(); $m.Close(); $m.ReadByte()",
            "ObjectDisposedException",
            "closed Stream",
        ),
        (
            "[IO.MemoryStream]::new([byte[]](1, 2)).Write([byte[]](1..3), 0, 3)",
            "NotSupportedException",
            "expandable",
        ),
        ("[IO.MemoryStream]::new().SetLength(9GB)", "IOException", "too long"),
        (
            "[IO.BinaryReader]::new([IO.MemoryStream]::new()).ReadInt32()",
            "EndOfStreamException",
            "beyond the end",
        ),
        (
            "[IO.Compression.GZipStream]::new([IO.MemoryStream]::new([byte[]](1..9)), 'Decompress').ReadByte()",
            "InvalidDataException",
            "magic number",
        ),
        (
            "[IO.Compression.ZipFile]::OpenRead('C:\\given.ini')",
            "InvalidDataException",
            "Central Directory",
        ),
        ("[IO.FileStream]::new('C:\\y', 'Append', 'Read')", "ArgumentException", "Append"),
    ],
)
def test_what_a_stream_cannot_do_is_the_error_of_dot_net(session, script, kind, text):
    session.host.filesystem.write("C:\\given.ini", b"[x]")
    session.values("$Error.Clear()")
    session.error(script)
    (inner, message) = session.values(
        "$e = $Error[0].Exception; if ($e.InnerException) { $e = $e.InnerException }; $e.GetType().Name; $e.Message"
    )
    assert (inner, text in message) == (kind, True), message


def test_what_a_bomb_expands_to_is_bounded(session):
    bomb = gzip.compress(bytes(300 * 1024 * 1024), 9)
    session.host.filesystem.write("C:\\bomb.gz", bomb)
    assert (
        "too long"
        in session.error(
            "$g = [IO.Compression.GZipStream]::new([IO.File]::OpenRead('C:\\bomb.gz'), 'Decompress');"
            "$g.CopyTo([IO.MemoryStream]::new())"
        )[2]
    )
