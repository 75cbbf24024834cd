"""What Start-Transcript keeps of a session: commands, results, messages and errors, in files.

Texts, order and quirks are those of Windows PowerShell 5.1 (the transcript members of PSHostUserInterface in
the open source; a recorded transcript of wsmprovhost.exe on Windows Server 2016). Before 5.0 only the console
could.
"""

from __future__ import annotations

import base64
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from emulator.powershell import language
from emulator.powershell.dotnet.exceptions import NetError
from emulator.powershell.runtime.conversion import to_text
from emulator.powershell.runtime.errors import PSError
from emulator.powershell.runtime.registry_service import RegistryStore
from emulator.powershell.runtime.services import ByteStore, FileStore, FolderStore
from emulator.powershell.runtime.streams import InformationRecord, MessageRecord, Streams, Write

if TYPE_CHECKING:
    from emulator.powershell.runtime.engine import Engine
    from emulator.powershell.runtime.errors import ErrorRecord

STARS = "*" * 22
#: Transcripts that one session may keep at a time, whatever Windows would do.
MAXIMUM_TRANSCRIPTS = 64
#: Objects of one pipeline that are laid out together; a longer table gets its head again.
_OBJECTS_TOGETHER = 10_000
#: Columns of an error: it is laid out apart from the session's own host.
_ERROR_WIDTH = 80
_BYTE_ORDER_MARKS = ((b"\xef\xbb\xbf", "utf8"), (b"\xff\xfe", "unicode"), (b"\xfe\xff", "bigendianunicode"))
_POLICY = "SOFTWARE\\Policies\\Microsoft\\Windows\\PowerShell\\Transcription"
_CONFIGURATION_NAMED_SINCE = (5, 1, 16299)


class Transcript:
    """One file that is being written."""

    __slots__ = ("encoding", "is_policy", "path", "pending", "with_headers")

    def __init__(self, path: str, encoding: str, *, with_headers: bool, is_policy: bool) -> None:
        self.path = path
        self.is_policy = is_policy
        """Group policy asked for it: Stop-Transcript does not know it."""
        self.encoding = encoding
        self.with_headers = with_headers
        self.pending: list[str] = []


class Transcription:
    """The transcripts of one runspace; the last one started is the first to stop."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._transcripts: list[Transcript] = []
        self._follows_command = False

    @property
    def has_room(self) -> bool:
        """Whether one more may be started."""
        return len(self._transcripts) < MAXIMUM_TRANSCRIPTS

    @property
    def is_active(self) -> bool:
        """Whether anything is being written."""
        return bool(self._transcripts)

    def start(self, path: str, *, with_headers: bool = False, is_policy: bool = False) -> None:
        """Begin a file, or go on at its end."""
        modern = self._engine.language >= (5, 0)
        encoding = self._encoding(path, "utf8" if modern else "unicode")
        transcript = Transcript(path, encoding, with_headers=with_headers, is_policy=is_policy)
        transcript.pending.append(_prologue(self._engine, with_sender=not is_policy))
        self._transcripts.append(transcript)
        self.flush()

    def stop(self) -> str | None:
        """End the transcript that a script started last; its path, None when there is none."""
        started = [one for one in self._transcripts if not one.is_policy]
        if not started:
            return None
        self._end(started[-1])
        return started[-1].path

    def stop_all(self) -> None:
        """The runspace is closed."""
        for transcript in reversed(self._transcripts):
            self._end(transcript)

    def _end(self, transcript: Transcript) -> None:
        transcript.pending.append(
            f"{STARS}\r\n{_product(self._engine)} transcript end\r\n"
            f"End time: {_stamp(self._engine)}\r\n{STARS}"
        )
        self.flush()
        self._transcripts = [one for one in self._transcripts if one is not transcript]

    def command(self, text: str) -> None:
        """A command line, or a detail of it."""
        if not self._transcripts:
            return
        for transcript in self._transcripts:
            if self._follows_command:
                transcript.pending.append(f">> {text}")
                continue
            if transcript.with_headers:
                transcript.pending += [STARS, f"Command start time: {_stamp(self._engine)}", STARS]
            transcript.pending.append(f"PS>{text}")
        self._follows_command = True

    def result(self, text: str) -> None:
        """What reaches the screen."""
        if not self._transcripts:
            return
        self._follows_command = False
        shown = text.rstrip().replace("\r\n", "\n").replace("\n", "\r\n")
        for transcript in self._transcripts:
            transcript.pending.append(shown)

    def host_text(self, record: InformationRecord) -> None:
        """What Write-Host writes; each call makes a line of its own, -NoNewline or not."""
        self.result(to_text(record.data))

    def error(self, record: ErrorRecord) -> None:
        """An error as the screen would show it."""
        from emulator.powershell.format.error_view import error_lines, error_view

        if self._transcripts:
            lines = error_lines(record, _ERROR_WIDTH, error_view(self._engine))
            self.result("\n".join(lines))

    def terminating_error(self, record: ErrorRecord) -> None:
        """An error that ends a pipeline, whether a script catches it or not."""
        invocation = record.invocation
        command = invocation.command.name if invocation is not None and invocation.command is not None else ""
        self.command(f'TerminatingError({command}): "{record.message}"')

    def failure(self, record: ErrorRecord) -> None:
        """The error that a client's pipeline ends with."""
        if not self._follows_command:
            self.terminating_error(record)
        self.flush()
        self.result(record.message)

    def pipeline_complete(self) -> None:
        """A pipeline has ended."""
        self._follows_command = False
        self.flush()

    def flush(self) -> None:
        """Write what waits. A file that cannot be written loses it: the script must not fail for that."""
        files = self._engine.find_service(FileStore)
        for transcript in self._transcripts:
            if not transcript.pending:
                continue
            text = "".join(f"{line}\r\n" for line in transcript.pending)
            transcript.pending.clear()
            try:
                if files is not None:
                    files.write_text(transcript.path, text, True, transcript.encoding)
            except (PSError, NetError):
                continue

    def _encoding(self, path: str, usual: str) -> str:
        """The encoding of a file that is there, or the usual one."""
        store = self._engine.find_service(ByteStore)
        if store is None or not store.exists(path):
            return usual
        try:
            begin = store.read_bytes(path)[:3]
        except (PSError, NetError):
            return usual
        return next((name for mark, name in _BYTE_ORDER_MARKS if begin.startswith(mark)), "utf8")


def start_policy_transcript(engine: Engine) -> None:
    """Begin the transcript that group policy asks of every session (Turn on PowerShell Transcription)."""
    registry = engine.find_service(RegistryStore)
    if engine.language < (5, 0) or registry is None:
        return
    for hive in ("HKEY_LOCAL_MACHINE", "HKEY_CURRENT_USER"):
        found = {name.lower(): data for name, _, data in registry.values(f"{hive}\\{_POLICY}") or ()}
        if not found:
            continue
        if str(found.get("enabletranscripting")) == "1":
            folder = found.get("outputdirectory")
            path = usual_path(
                engine, folder if isinstance(folder, str) else None, with_date=folder is not None
            )
            engine.transcription = Transcription(engine)
            with_headers = str(found.get("enableinvocationheader")) == "1"
            make_folder(engine, path)
            engine.transcription.start(path, with_headers=with_headers, is_policy=True)
        return


def usual_path(engine: Engine, folder: str | None, *, with_date: bool = False) -> str:
    """A name nobody can guess, in the user's documents or in a folder, which counts from there."""
    documents = f"{engine.machine.home}\\Documents"
    stamp = _stamp(engine)
    if engine.language < (5, 0):
        return f"{documents}\\PowerShell_transcript.{stamp}.txt"
    base = folder if folder else documents
    if ":" not in base and not base.startswith("\\"):
        base = f"{documents}\\{base}"
    base = base.rstrip("\\")
    if with_date:
        base = f"{base}\\{stamp[:8]}"
    letters = base64.b64encode((engine.random.guid() >> 80).to_bytes(6, "big")).decode().replace("/", "_")
    name = engine.machine.computer_name.upper()
    return f"{base}\\PowerShell_transcript.{name}.{letters}.{stamp}.txt"


def make_folder(engine: Engine, path: str) -> None:
    """Make the folder of a file. The thread that writes does it in Windows: nobody hears of its failures."""
    folders = engine.find_service(FolderStore)
    parent = path.rpartition("\\")[0]
    if folders is None or not parent or parent.endswith(":"):
        return
    try:
        if folders.entry(parent) is None:
            folders.make_directory(parent)
    except (PSError, NetError):
        return


class TranscribedOutput:
    """The output of a client's own pipeline (the Out-Default -Transcript that Windows adds to it)."""

    def __init__(self, engine: Engine, transcription: Transcription) -> None:
        from emulator.powershell.format.out import Formatter

        self._formatter = Formatter(engine, engine.ui.width)
        self._transcription = transcription
        self._count = 0

    def add(self, value: Any) -> None:
        """One object; one that cannot be shown is an error where it is shown, and nothing here."""
        with suppress(PSError):
            self._lines(self._formatter.add(value))
        self._count += 1
        if self._count % _OBJECTS_TOGETHER == 0:
            self.finish()

    def finish(self) -> None:
        """The pipeline has ended."""
        self._lines(self._formatter.finish())

    def _lines(self, lines: list[str]) -> None:
        for line in lines:
            self._transcription.result(line)


def transcribed(engine: Engine, streams: Streams) -> Streams:
    """The streams of a script, whose messages transcripts get as well once there are some."""

    def tap(write: Write, keep: Callable[[Transcription, Any], None]) -> Write:
        def run(record: Any) -> None:
            if engine.transcription is not None:
                keep(engine.transcription, record)
            write(record)

        return run

    streams.error = tap(streams.error, Transcription.error)
    streams.warning = tap(streams.warning, _message)
    streams.verbose = tap(streams.verbose, _message)
    streams.debug = tap(streams.debug, _message)
    streams.information = tap(streams.information, _information)
    return streams


def _message(transcription: Transcription, record: MessageRecord) -> None:
    transcription.result(f"{record.kind.upper()}: {record.message}")


def _information(transcription: Transcription, record: InformationRecord) -> None:
    """Write-Host has been written where it was shown."""
    if not record.host and record.displayed:
        transcription.result(f"INFO: {to_text(record.data)}")


def _product(engine: Engine) -> str:
    return "PowerShell" if engine.language >= language.SEVEN else "Windows PowerShell"


def _stamp(engine: Engine) -> str:
    moment = engine.clock.now()
    return (moment + engine.clock.utc_offset(moment)).strftime("%Y%m%d%H%M%S")


def _prologue(engine: Engine, *, with_sender: bool) -> str:
    machine = engine.machine
    account = f"{machine.user_domain}\\{machine.user_name}"
    name = machine.computer_name.upper()
    system = "Microsoft Windows NT " + ".".join(map(str, machine.os_version))
    begin = [STARS, f"{_product(engine)} transcript start", f"Start time: {_stamp(engine)}"]
    if engine.language < (5, 0):
        lines = [*begin, f"Username  : {account} ", f"Machine\t  : {name} ({system}) ", STARS]
        return "\r\n".join(lines)
    user, configuration = _sender(engine) if with_sender else ("", "")
    lines = [*begin, f"Username: {user or account}", f"RunAs User: {account}"]
    version = engine.session.version.ps_version
    if tuple(map(int, version.split(".")[:3])) >= _CONFIGURATION_NAMED_SINCE:
        lines.append(f"Configuration Name: {configuration}")
    lines += [f"Machine: {name} ({system})", f"Host Application: {machine.command_line}"]
    lines.append(f"Process ID: {machine.process_id}")
    table = engine.global_scope.value("psversiontable")
    for key, value in table.items():
        if value is not None:
            shown = ", ".join(map(to_text, value)) if isinstance(value, list) else to_text(value)
            lines.append(f"{to_text(key)}: {shown}")
    return "\r\n".join([*lines, STARS])


def _sender(engine: Engine) -> tuple[str, str]:
    """Who is at the other end of a remote session, and its configuration."""
    from emulator.powershell.runtime.members import MISSING, get_property

    value = engine.global_scope.value("pssenderinfo")
    if value is None:
        return "", ""
    found: Any = value
    for name in ("UserInfo", "Identity", "Name"):
        found = get_property(found, name, engine)
    configuration = get_property(value, "ConfigurationName", engine)
    return (
        "" if found is MISSING or found is None else to_text(found),
        "" if configuration is MISSING or configuration is None else to_text(configuration),
    )
