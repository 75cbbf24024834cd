"""Start-Transcript and Stop-Transcript: what is written, where, and what is refused."""

from __future__ import annotations

import pytest

from tests.powershell.modules.console_session import ConsoleSession

STARS = "*" * 22


@pytest.fixture
def session() -> ConsoleSession:
    return ConsoleSession()


def text_of_file(session: ConsoleSession, path: str) -> str:
    return session.host.filesystem.read(path).decode("utf-8-sig")


def body(session: ConsoleSession, path: str) -> list[str]:
    """The lines between the head and the end of a transcript."""
    lines = text_of_file(session, path).split("\r\n")
    places = [place for place, line in enumerate(lines) if line == STARS]
    return lines[places[1] + 1 : places[-2]]


def test_head_and_end_say_who_where_and_with_what(session: ConsoleSession) -> None:
    started, stopped = session.values("Start-Transcript C:\\t.txt; Stop-Transcript")
    assert started.base == "Transcript started, output file is C:\\t.txt"
    assert started.note("Path") == "C:\\t.txt"
    assert stopped.base == "Transcript stopped, output file is C:\\t.txt"
    assert session.host.filesystem.read("C:\\t.txt").startswith(b"\xef\xbb\xbf*")
    name = session.host.name.upper()
    lines = text_of_file(session, "C:\\t.txt").split("\r\n")
    assert lines[:2] == [STARS, "Windows PowerShell transcript start"]
    assert lines[2].startswith("Start time: 20")
    assert len(lines[2]) == len("Start time: 20160710144736")
    assert f"Username: {session.host.name}\\Administrator" in lines
    assert "Configuration Name: " in lines
    assert f"Machine: {name} (Microsoft Windows NT 10.0.20348.0)" in lines
    assert "PSVersion: 5.1.20348.1" in lines
    assert "PSCompatibleVersions: 1.0, 2.0, 3.0, 4.0, 5.0, 5.1.20348.1" in lines
    assert lines[-5:-2] == [STARS, "Windows PowerShell transcript end", lines[-3]]
    assert lines[-3].startswith("End time: ")
    assert lines[-2:] == [STARS, ""]


def test_an_older_release_does_not_name_the_configuration() -> None:
    session = ConsoleSession("windows-server-2016-datacenter")
    session.values("Start-Transcript C:\\t.txt; Stop-Transcript")
    assert "Configuration Name" not in text_of_file(session, "C:\\t.txt")


def test_messages_and_errors_are_written_as_the_screen_shows_them(session: ConsoleSession) -> None:
    session.runspace.run(
        "Start-Transcript C:\\t.txt; Write-Host one -NoNewline; Write-Host two 6>$null; Write-Warning three;"
        "Write-Verbose four; Write-Verbose five -Verbose; Write-Information six;"
        "Write-Information seven -InformationAction Continue; 'eight' | Out-Host; Remove-Item C:\\no -WhatIf;"
        "Get-Item C:\\nothing; Stop-Transcript"
    )
    lines = body(session, "C:\\t.txt")
    assert lines[:6] == ["one", "two", "WARNING: three", "VERBOSE: five", "INFO: seven", "eight"]
    assert "four" not in " ".join(lines)
    assert "Get-Item : Cannot find path 'C:\\nothing' because it does not exist." in lines
    assert any(line.strip().startswith("+ FullyQualifiedErrorId : PathNotFound,") for line in lines)


def test_an_error_that_is_caught_is_noted_with_its_command(session: ConsoleSession) -> None:
    session.values(
        "Start-Transcript C:\\t.txt; try { Get-Item C:\\nothing -ErrorAction Stop } catch { Write-Host saved };"
        "Stop-Transcript"
    )
    lines = body(session, "C:\\t.txt")
    assert lines[0].startswith('PS>TerminatingError(Get-Item): "')
    assert lines[-1] == "saved"


def test_transcripts_nest_and_the_last_one_stops_first(session: ConsoleSession) -> None:
    stopped = session.values(
        "$null = Start-Transcript C:\\a.txt; $null = Start-Transcript C:\\b.txt; Write-Host both;"
        "Stop-Transcript; Write-Host one; Stop-Transcript"
    )
    assert [one.note("Path") for one in stopped] == ["C:\\b.txt", "C:\\a.txt"]
    assert body(session, "C:\\b.txt") == ["both"]
    assert [one for one in body(session, "C:\\a.txt") if one in ("both", "one")] == ["both", "one"]


def test_a_file_is_replaced_or_continued_in_its_own_encoding(session: ConsoleSession) -> None:
    session.values("Set-Content C:\\u.txt old -Encoding Unicode; Set-Content C:\\r.txt old")
    session.values(
        "Start-Transcript C:\\u.txt -Append; Stop-Transcript; Start-Transcript C:\\r.txt; Stop-Transcript"
    )
    continued = session.host.filesystem.read("C:\\u.txt").decode("utf-16")
    assert continued.startswith("old\r\n" + STARS)
    assert "transcript end" in continued
    assert "old" not in text_of_file(session, "C:\\r.txt")


def test_what_windows_refuses_is_refused(session: ConsoleSession) -> None:
    name = "Microsoft.PowerShell.Commands.StartTranscriptCommand"
    assert session.error("Stop-Transcript")[0] == (
        "InvalidOperation,Microsoft.PowerShell.Commands.StopTranscriptCommand"
    )
    assert session.error("Stop-Transcript")[2] == (
        "An error occurred stopping transcription: The host is not currently transcribing."
    )
    session.values(
        "Set-Content C:\\a.txt 1; Set-Content C:\\b.txt 1; Set-ItemProperty C:\\b.txt IsReadOnly $true"
    )
    assert session.error("Start-Transcript C:\\a.txt -NoClobber")[0] == f"NoClobber,{name}"
    assert session.error("Start-Transcript C:\\b.txt")[0] == f"FileReadOnly,{name}"
    assert session.error("Start-Transcript C:\\?.txt")[0] == f"MultipleFilesNotSupported,{name}"
    assert (
        session.error("Start-Transcript HKLM:\\Software")[0] == f"ReadWriteFileNotFileSystemProvider,{name}"
    )
    assert session.error("Stop-Transcript")[0].startswith("InvalidOperation,")
    session.values("Start-Transcript C:\\b.txt -Force; Stop-Transcript")
    assert "transcript start" in text_of_file(session, "C:\\b.txt")


def test_a_failed_start_ends_the_transcript_under_way(session: ConsoleSession) -> None:
    session.values("Set-Content C:\\a.txt 1; Start-Transcript C:\\t.txt")
    session.error("Start-Transcript C:\\a.txt -NoClobber")
    assert text_of_file(session, "C:\\t.txt").rstrip().endswith(STARS)
    assert session.error("Stop-Transcript")[0].startswith("InvalidOperation,")


def test_the_usual_file_lies_in_the_documents_and_a_folder_is_made(session: ConsoleSession) -> None:
    (started,) = session.values("Start-Transcript")
    path = started.note("Path")
    name = session.host.name.upper()
    assert path.startswith(f"C:\\Users\\Administrator\\Documents\\PowerShell_transcript.{name}.")
    (other,) = session.values("Start-Transcript -OutputDirectory C:\\new\\logs")
    assert other.note("Path").startswith(f"C:\\new\\logs\\PowerShell_transcript.{name}.")
    session.values("$transcript = 'C:\\chosen.txt'; Start-Transcript; 1..3 | % { Stop-Transcript }")
    assert session.host.filesystem.exists("C:\\chosen.txt")
    assert session.host.filesystem.exists(other.note("Path"))


def test_whatif_starts_nothing(session: ConsoleSession) -> None:
    assert session.values("Start-Transcript C:\\t.txt -WhatIf") == []
    assert not session.host.filesystem.exists("C:\\t.txt")


def test_a_user_without_rights_starts_one_that_is_never_written() -> None:
    other = ConsoleSession(user="maria")
    other.values("Start-Transcript C:\\Windows\\System32\\t.txt; Write-Host 1; Stop-Transcript")
    assert not other.host.filesystem.exists("C:\\Windows\\System32\\t.txt")


def test_a_session_holds_a_bounded_number_of_transcripts(session: ConsoleSession) -> None:
    result = session.runspace.run('1..100 | % { $null = Start-Transcript "C:\\t$_.txt" }')
    assert result.failure is not None or result.errors
    record = result.failure or result.errors[0]
    assert record.fully_qualified_error_id.startswith("CannotStartTranscription,")


def test_older_consoles_write_their_own_head() -> None:
    session = ConsoleSession("windows-server-2012r2-datacenter")
    session.values("Start-Transcript C:\\t.txt; Write-Host x")
    assert session.error("Start-Transcript C:\\u.txt")[2].startswith(
        "Transcription has already been started."
    )
    session.values("Stop-Transcript")
    text = session.host.filesystem.read("C:\\t.txt").decode("utf-16")
    assert f"\r\nUsername  : {session.host.name}\\Administrator \r\nMachine\t  : " in text
    assert "Process ID" not in text
