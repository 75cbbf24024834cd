"""One call of a cmdlet, as its behaviour sees it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

from emulator.powershell.dotnet.exceptions import ExceptionObject, NetError
from emulator.powershell.dotnet.types import PSType, type_of
from emulator.powershell.runtime.common_options import CommonOptions
from emulator.powershell.runtime.conversion import items_of, to_text
from emulator.powershell.runtime.errors import (
    PREFERENCE_STOP,
    ErrorRecord,
    NotEmulatedError,
    PSError,
    StopUpstream,
    not_emulated,
    stopped_by_preference,
)
from emulator.powershell.runtime.streams import (
    InformationRecord,
    MessageRecord,
    ProgressRecord,
    Streams,
    Write,
)

if TYPE_CHECKING:
    from emulator.powershell.runtime.commands import CmdletInfo
    from emulator.powershell.runtime.engine import Engine, Frame
    from emulator.powershell.runtime.invocation import InvocationInfo
    from emulator.powershell.runtime.script_block import ScriptBlock
    from emulator.powershell.runtime.service_key import ServiceKey

T = TypeVar("T")
UNBOUND = object()


class CmdletCall:
    """What a cmdlet can do: read its parameters, write objects and messages, report errors, reach
    services.
    """

    __slots__ = (
        "_names",
        "acts_as",
        "engine",
        "expects_input",
        "failed",
        "frame",
        "info",
        "input_object",
        "invocation",
        "options",
        "parameter_set",
        "parameters",
        "processor",
        "streams",
        "write",
    )

    def __init__(
        self,
        engine: Engine,
        info: CmdletInfo,
        frame: Frame,
        invocation: InvocationInfo,
        streams: Streams,
        write: Write,
        options: CommonOptions,
        expects_input: bool,
    ) -> None:
        self.engine = engine
        self.info = info
        self.frame = frame
        self.invocation = invocation
        self.streams = streams
        self.write: Write = write
        self.options = options
        self.expects_input = expects_input
        self.parameters: dict[str, Any] = {}
        self.parameter_set = ""
        self.input_object: Any = UNBOUND
        self.failed = False
        #: Whom -Credential logged on, kept for the rest of the call.
        self.acts_as: Any = None
        self.processor: Any = None
        self._names: dict[str, str] = {}

    # What was asked

    @property
    def name(self) -> str:
        """The cmdlet's name."""
        return self.info.name

    @property
    def release(self) -> str:
        """The release whose tables the session uses."""
        return self.engine.release

    def has(self, parameter: str) -> bool:
        """True when the parameter was given (by the command line or the pipeline)."""
        return parameter.lower() in self.parameters

    def get(self, parameter: str, default: Any = None) -> Any:
        """The value of a parameter, or the default."""
        return self.parameters.get(parameter.lower(), default)

    def service(self, kind: ServiceKey[T]) -> T:
        """A service of the session by its type. Raises a not-emulated error when there is none."""
        found = self.engine.find_service(kind)
        if found is None:
            raise not_emulated(f"{kind.__name__} for {self.name}")
        return found

    @property
    def stopping(self) -> Callable[[], bool]:
        """A function that says whether the script was stopped; pass it to waits."""
        return self.engine.stopped.is_set

    # Output

    def write_all(self, value: Any) -> None:
        """Write the items of a collection one by one (WriteObject with enumerate)."""
        for item in items_of(value):
            self.write(item)

    def warning(self, text: str) -> None:
        """The warning stream, as $WarningPreference and -WarningAction say."""
        action = self.options.action("warning", self.frame)
        record = MessageRecord("Warning", text)
        self.options.remember("warning", record)
        if action in ("Continue", "Inquire", "Stop"):
            self.streams.warning(record)
        if action == "Stop":
            raise self._preference_stop("WarningPreference", text)

    def verbose(self, text: str) -> None:
        """The verbose stream."""
        action = self.options.action("verbose", self.frame)
        if action in ("Continue", "Inquire", "Stop"):
            self.streams.verbose(MessageRecord("Verbose", text))
        if action == "Stop":
            raise self._preference_stop("VerbosePreference", text)

    def debug(self, text: str) -> None:
        """The debug stream."""
        action = self.options.action("debug", self.frame)
        if action in ("Continue", "Inquire", "Stop"):
            self.streams.debug(MessageRecord("Debug", text))
        if action == "Stop":
            raise self._preference_stop("DebugPreference", text)

    def information(self, record: InformationRecord) -> None:
        """The information stream.

        Host messages also reach the screen unless they were redirected or ignored.
        """
        action = self.options.action("information", self.frame)
        self.options.remember("information", record)
        if record.host:
            if 6 not in self.streams.redirected and action != "Ignore":
                self.engine.show(record)
            elif self.engine.transcription is not None:
                self.engine.transcription.host_text(record)
            self.streams.information(record)
        elif action == "Stop":
            raise self._preference_stop("InformationPreference", to_text(record.data))
        elif action != "Ignore":
            record.displayed = action != "SilentlyContinue"
            self.streams.information(record)

    def progress(self, record: ProgressRecord) -> None:
        """The progress stream."""
        if str(self.frame.scope.value("progresspreference", "Continue")) == "Continue":
            self.streams.progress(record)

    def _preference_stop(self, preference: str, text: str) -> PSError:
        problem = self.failure(
            PREFERENCE_STOP,
            f'The running command stopped because the preference variable "{preference}" or common parameter '
            f"is set "
            f"to Stop: {text}",
            "ActionPreferenceStop",
            "OperationStopped",
        )
        problem.wrapper, problem.stops = PREFERENCE_STOP, True
        return problem

    # Errors

    def record(
        self,
        kind: str | ExceptionObject | PSType,
        message: str = "",
        error_id: str = "",
        category: str = "NotSpecified",
        target: Any = None,
        inner: ExceptionObject | None = None,
        **extra: Any,
    ) -> ErrorRecord:
        """An error record with a new exception (or the one given)."""
        exception = (
            kind if isinstance(kind, ExceptionObject) else ExceptionObject(kind, message, inner, **extra)
        )
        return ErrorRecord(exception, error_id, category, target)

    def dereferenced(self, value: T | None) -> T:
        """A value that the cmdlet of Windows uses without a look whether it is null.

        Raises NullReferenceException when it is.
        """
        if value is None:
            kind = "System.NullReferenceException"
            raise self.failure(kind, "Object reference not set to an instance of an object.", kind)
        return value

    def _complete(self, record: ErrorRecord) -> ErrorRecord:
        if record.invocation is None:
            record.invocation = self.invocation
        if record.command_class is None:
            record.command_class = self.info.class_name
        if not record.activity:
            record.activity = self.info.name
        return record

    def error(self, record: ErrorRecord, *, is_own: bool = True) -> None:
        """Report a non-terminating error (WriteError). Raises it when the error action is Stop.

        ``is_own``: an error of this call, not one that another command has written already.
        """
        if is_own:
            self._complete(record)
        if self.parameters.get("usetransaction"):
            self.engine.paths.transactions.failed(terminating=False)
        action = self.options.action("error", self.frame)
        self.failed = True
        if action == "Stop":
            problem = stopped_by_preference(record)
            self.options.remember("error", problem.seen_from_outside())
            raise problem
        if action == "Ignore":
            return
        self.options.remember("error", record)
        self.engine.remember(record)
        write = self.streams.silenced if action == "SilentlyContinue" else self.streams.error
        write(record)

    def failure(
        self,
        kind: str | ExceptionObject | PSType,
        message: str = "",
        error_id: str = "",
        category: str = "NotSpecified",
        target: Any = None,
        **extra: Any,
    ) -> PSError:
        """A terminating error to raise (ThrowTerminatingError)."""
        return PSError(self._complete(self.record(kind, message, error_id, category, target, **extra)))

    def complete(self, problem: PSError) -> PSError:
        """A terminating error with what this call knows filled in."""
        record = problem.record
        if isinstance(problem, NotEmulatedError) or (
            record.invocation is None and record.command_class is None
        ):
            self._complete(record)
        return problem

    @contextmanager
    def reporting(self, translate: Callable[[Exception], ErrorRecord | None]) -> Iterator[None]:
        """Turn exceptions of the body into non-terminating errors: ``translate`` gives the record, or
        None.
        """
        try:
            yield
        except PSError:
            raise
        except Exception as problem:
            record = translate(problem)
            if record is None:
                raise
            self.error(record)

    # ShouldProcess

    def should_process(self, target: str, action: str | None = None) -> bool:
        """-WhatIf and -Confirm: false when nothing shall be changed."""
        text = f'Performing the operation "{action or self.info.name}" on target "{target}".'
        question = f"Are you sure you want to perform this action?\r\n{text}"
        return self.should_process_as(text, question, "Confirm")

    def should_process_as(self, text: str, question: str, caption: str) -> bool:
        """The same in the words of the cmdlet: what is done, and what is asked before."""
        if self.options.what_if(self.frame):
            self.engine.show(InformationRecord(f"What if: {text}", host=True))
            return False
        metadata = self.info.metadata(self.engine)
        impact = metadata.confirm_impact if metadata is not None else "Medium"
        if self.options.must_confirm(self.frame, impact):
            return self._confirmed(caption, question, "process")
        self.options.tell_verbose(self, text)
        return True

    def should_continue(self, query: str, caption: str) -> bool:
        """Ask in any case (a cmdlet's own -Force skips the call)."""
        return self._confirmed(caption, query, "continue")

    def _confirmed(self, caption: str, message: str, kind: str) -> bool:
        from emulator.powershell.runtime.user_prompts import confirm

        try:
            answer = confirm(self.engine, caption, message, self.options, kind)
        except NetError as problem:
            kind = problem.exception.ps_type.name
            if kind == "System.NullReferenceException":
                raise self.failure(problem.exception, error_id=kind) from None
            raise self.failure(problem.exception, category="NotImplemented") from None
        if answer is None:
            raise self._no_prompt()
        return answer

    def _no_prompt(self) -> PSError:
        from emulator.powershell.runtime.user_prompts import no_user

        return self.failure(no_user().exception, error_id="InvalidOperation", category="InvalidOperation")

    # Control

    def stop_upstream(self) -> StopUpstream:
        """Raise what this gives to end the pipeline above (Select-Object -First)."""
        return StopUpstream(self.processor)

    def invoke(self, block: ScriptBlock, value: Any = UNBOUND) -> list[Any]:
        """Run a script block in the caller's scope with ``$_`` set; what it wrote."""
        out: list[Any] = []
        if value is UNBOUND:
            block.inline(self.frame, out.append)
        else:
            block.inline_with(self.frame, out.append, value)
        return out

    def type_text(self, value: Any) -> str:
        """The full type name of a value."""
        return type_of(value).name
