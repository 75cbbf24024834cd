"""What a script writes, as messages to the client (MS-PSRP 2.2.2.19 to 2.2.2.26)."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from emulator.powershell.dotnet.exceptions import ExceptionObject
from emulator.powershell.runtime import ErrorRecord, Runspace
from emulator.powershell.runtime.streams import InformationRecord, MessageRecord, ProgressRecord, RecordOrigin
from emulator.powershell.serialization.clixml_writer import ClixmlWriter, SerializationTooLarge
from emulator.powershell.serialization.records import information_members, write_error, write_message
from emulator.shells.powershell.host_calls import progress_members
from emulator.shells.powershell.messages import MessageType

if TYPE_CHECKING:
    from emulator.shells.powershell.pipeline import Pipeline

#: Information records exist since protocol 2.3 (PowerShell 5).
_INFORMATION_SINCE = (2, 3)
#: Text of one message. The client's own limit is smaller; this one only keeps the emulator bounded.
MAXIMUM_MESSAGE = 64 * 1024 * 1024


class PipelineSink:
    """Receives what the script of one pipeline writes; every call may wait for the client, and raises
    PipelineStopped when the pipeline is gone."""

    def __init__(self, pipeline: Pipeline, runspace: Runspace) -> None:
        self._pipeline = pipeline
        self._engine = runspace.engine
        self._with_information = pipeline.pool.protocol_version >= _INFORMATION_SINCE

    def _writer(self) -> ClixmlWriter:
        return ClixmlWriter(self._engine, self._pipeline.encrypt, MAXIMUM_MESSAGE)

    def output(self, value: Any) -> None:
        """PIPELINE_OUTPUT."""
        writer = self._writer()
        try:
            writer.write(value)
        except (SerializationTooLarge, ValueError) as problem:
            self.error(
                ErrorRecord(
                    ExceptionObject("System.InvalidOperationException", str(problem)),
                    "SerializationFailed",
                    "InvalidData",
                )
            )
            return
        self._pipeline.send(MessageType.PIPELINE_OUTPUT, writer.text())

    def error(self, record: ErrorRecord) -> None:
        """ERROR_RECORD; a SecureString in it is not worth waiting for a key."""
        writer = ClixmlWriter(self._engine, self._pipeline.pool.encrypt, MAXIMUM_MESSAGE)
        write_error(writer, record, in_stream=True)
        self._pipeline.send(MessageType.ERROR_RECORD, writer.text())

    def warning(self, record: MessageRecord) -> None:
        """WARNING_RECORD."""
        self._message(MessageType.WARNING_RECORD, record)

    def verbose(self, record: MessageRecord) -> None:
        """VERBOSE_RECORD."""
        self._message(MessageType.VERBOSE_RECORD, record)

    def debug(self, record: MessageRecord) -> None:
        """DEBUG_RECORD."""
        self._message(MessageType.DEBUG_RECORD, record)

    def _message(self, kind: MessageType, record: MessageRecord) -> None:
        writer = self._writer()
        write_message(writer, record)
        self._pipeline.send(kind, writer.text())

    def information(self, record: InformationRecord) -> None:
        """INFORMATION_RECORD, for clients that know it."""
        if not self._with_information:
            return
        self._complete(record)
        writer = self._writer()
        writer.open(())
        writer.raw("<MS>")
        information_members(writer, record)
        writer.raw("</MS>")
        writer.close()
        self._pipeline.send(MessageType.INFORMATION_RECORD, writer.text())

    def _complete(self, record: InformationRecord) -> None:
        if record.time is None:
            record.time = self._engine.now()
        if record.origin is None:
            pool = self._pipeline.pool
            record.origin = RecordOrigin(
                pool.account.qualified_name,
                pool.host.name,
                pool.process_id,
                threading.get_native_id() & 0xFFFF,
            )

    def progress(self, record: ProgressRecord) -> None:
        """PROGRESS_RECORD."""
        writer = self._writer()
        writer.open(())
        progress_members(writer, record)
        writer.close()
        self._pipeline.send(MessageType.PROGRESS_RECORD, writer.text())
