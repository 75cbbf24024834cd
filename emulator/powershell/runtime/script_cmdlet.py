"""$PSCmdlet of advanced functions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emulator.powershell.dotnet.types import PSType, register
from emulator.powershell.runtime.conversion import items_of, to_text
from emulator.powershell.runtime.errors import ErrorRecord, PSError, plain, stopped_by_preference
from emulator.powershell.runtime.host_objects import SessionState
from emulator.powershell.runtime.streams import InformationRecord, MessageRecord

if TYPE_CHECKING:
    from emulator.powershell.runtime.script_processor import ScriptProcessor


_SURE = "Are you sure you want to perform this action?"


class ScriptCmdlet:
    """System.Management.Automation.PSScriptCmdlet over a running function."""

    __slots__ = ("processor",)

    def __init__(self, processor: ScriptProcessor) -> None:
        self.processor = processor

    @property
    def parameter_set(self) -> str:
        """ParameterSetName."""
        binder = self.processor.binder
        return binder.set_name if binder is not None else ""

    def write_error(self, value: Any) -> None:
        """WriteError: a non-terminating error of the function."""
        from emulator.powershell.runtime.common_options import action_name

        processor = self.processor
        record = self._complete(value)
        action = action_name(processor.scope.value("erroractionpreference", "Continue"))
        processor.failed = True
        if action == "Stop":
            raise stopped_by_preference(record)
        if action == "Ignore":
            return
        processor.engine.remember(record)
        streams = processor.streams
        write = streams.silenced if action == "SilentlyContinue" else streams.error
        write(record)

    def _complete(self, value: Any) -> ErrorRecord:
        record = plain(value)
        processor = self.processor
        if record.invocation is None:
            record.invocation = processor.invocation
            record.command_class = processor.info.name
            record.activity = processor.info.name
        return record  # type: ignore[no-any-return]

    def throw(self, value: Any) -> None:
        """ThrowTerminatingError."""
        problem = PSError(self._complete(value))
        problem.stops = True
        raise problem

    def should_process(self, target: str, action: str = "") -> bool:
        """ShouldProcess."""
        text = f'Performing the operation "{action or self.processor.info.name}" on target "{target}".'
        return self.should_process_as(text, f"{_SURE}\r\n{text}", "Confirm")

    def should_process_as(self, text: str, question: str, caption: str) -> bool:
        """ShouldProcess in the words of the script: what is done, and what is asked before."""
        processor = self.processor
        scope, engine = processor.scope, processor.engine
        from emulator.powershell.runtime.conversion import to_bool

        if to_bool(scope.value("whatifpreference")):
            engine.show(InformationRecord(f"What if: {text}", host=True))
            return False
        options = processor.options
        metadata = processor.script.metadata(engine)
        if (
            options is not None
            and metadata is not None
            and options.must_confirm(processor.body_frame, metadata.confirm_impact)
        ):
            from emulator.powershell.runtime.user_prompts import asked

            return asked(engine, caption, question, options)
        self.write("verbose", "Verbose", text)
        return True

    def should_continue(self, query: str, caption: str = "") -> bool:
        """ShouldContinue: ask in any case."""
        from emulator.powershell.runtime.user_prompts import asked

        return asked(self.processor.engine, caption, query)

    def write(self, stream: str, kind: str, text: str) -> None:
        """Write to a message stream as its preference says."""
        from emulator.powershell.runtime.common_options import action_name

        processor = self.processor
        default = "Continue" if stream == "warning" else "SilentlyContinue"
        action = action_name(processor.scope.value(f"{stream}preference", default))
        if action in ("Continue", "Inquire"):
            getattr(processor.streams, stream)(MessageRecord(kind, text))


def _write_object(cmdlet: ScriptCmdlet, value: Any, enumerate_items: bool = False) -> None:
    if enumerate_items:
        for item in items_of(value):
            cmdlet.processor.write(item)
    else:
        cmdlet.processor.write(value)


def _writer(stream: str, kind: str) -> Any:
    def run(cmdlet: ScriptCmdlet, text: str) -> None:
        cmdlet.write(stream, kind, to_text(text))

    return run


def register_types() -> None:
    """Make the type known."""
    register(
        PSType(
            "System.Management.Automation.PSScriptCmdlet",
            instance={
                "ParameterSetName: string": lambda c: c.parameter_set,
                "MyInvocation": lambda c: c.processor.invocation,
                "CommandRuntime": lambda _c: None,
                "Stopping: bool": lambda c: c.processor.engine.stopped.is_set(),
                "Host": lambda c: c.processor.engine.global_scope.value("host"),
                "SessionState": lambda c: SessionState(c.processor.engine, c.processor.frame.scope),
                "WriteObject(object sendToPipeline)": _write_object,
                "WriteObject(object sendToPipeline, bool enumerateCollection)": _write_object,
                "WriteError(System.Management.Automation.ErrorRecord errorRecord)": lambda c, r: (
                    c.write_error(r)
                ),
                "ThrowTerminatingError(System.Management.Automation.ErrorRecord errorRecord)": lambda c, r: (
                    c.throw(r)
                ),
                "WriteWarning(string text)": _writer("warning", "Warning"),
                "WriteVerbose(string text)": _writer("verbose", "Verbose"),
                "WriteDebug(string text)": _writer("debug", "Debug"),
                "ShouldContinue(string query, string caption)": lambda c, q, t: c.should_continue(q, t),
                "ShouldProcess(string target)": lambda c, t: c.should_process(t),
                "ShouldProcess(string target, string action)": lambda c, t, a: c.should_process(t, a),
                "ShouldProcess(string verboseDescription, string verboseWarning, string caption)": (
                    lambda c, text, question, caption: c.should_process_as(text, question, caption)
                ),
                "GetVariableValue(string name)": lambda c, n: c.processor.frame.scope.value(n.lower()),
            },
        ),
        ScriptCmdlet,
    )
