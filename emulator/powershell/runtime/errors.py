"""Errors of the language: error records, the exception that carries one, and control flow.

Texts, error ids and categories are those of Windows PowerShell 5.1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emulator.powershell.dotnet.exceptions import ExceptionObject
from emulator.powershell.dotnet.psobject import PSObject
from emulator.powershell.dotnet.simple import Guid
from emulator.record import Record

if TYPE_CHECKING:
    from emulator.powershell.parser.extents import Extent
    from emulator.powershell.runtime.invocation import InvocationInfo

RUNTIME_EXCEPTION = "System.Management.Automation.RuntimeException"
COMMAND_NOT_FOUND = "System.Management.Automation.CommandNotFoundException"
INVALID_CAST = "System.Management.Automation.PSInvalidCastException"
BINDING_EXCEPTION = "System.Management.Automation.ParameterBindingException"
METHOD_EXCEPTION = "System.Management.Automation.MethodException"
METHOD_INVOCATION = "System.Management.Automation.MethodInvocationException"

CATEGORIES: tuple[str, ...] = [
    "NotSpecified",
    "OpenError",
    "CloseError",
    "DeviceError",
    "DeadlockDetected",
    "InvalidArgument",
    "InvalidData",
    "InvalidOperation",
    "InvalidResult",
    "InvalidType",
    "MetadataError",
    "NotImplemented",
    "NotInstalled",
    "ObjectNotFound",
    "OperationStopped",
    "OperationTimeout",
    "SyntaxError",
    "ParserError",
    "PermissionDenied",
    "ResourceBusy",
    "ResourceExists",
    "ResourceUnavailable",
    "ReadError",
    "WriteError",
    "FromStdErr",
    "SecurityError",
    "ProtocolError",
    "ConnectionError",
    "AuthenticationError",
    "LimitsExceeded",
    "QuotaExceeded",
    "NotEnabled",
]  # type: ignore[assignment]
"""System.Management.Automation.ErrorCategory in the order of its numbers."""


class ErrorRecord:
    """System.Management.Automation.ErrorRecord.

    ``error_id`` is the first part of the FullyQualifiedErrorId; the command's class is added when a cmdlet
    writes it.
    """

    __slots__ = (
        "activity",
        "category",
        "command_class",
        "details",
        "error_id",
        "exception",
        "extent",
        "invocation",
        "message_details",
        "reason",
        "recommended_action",
        "script_stack_trace",
        "target",
        "target_name",
        "target_type",
    )

    def __init__(
        self,
        exception: ExceptionObject,
        error_id: str = "",
        category: str = "NotSpecified",
        target: Any = None,
    ) -> None:
        self.exception = exception
        self.error_id = error_id
        self.category = category
        self.target = target
        self.target_name: str | None = None
        self.target_type: str | None = None
        self.activity: str = ""
        self.reason: str | None = None
        self.command_class: str | None = None
        self.details: str | None = None
        self.recommended_action: str = ""
        self.message_details: str | None = None
        self.invocation: InvocationInfo | None = None
        self.extent: Extent | None = None
        self.script_stack_trace: str = ""

    @property
    def fully_qualified_error_id(self) -> str:
        """The id, a comma and the class or function that reported it."""
        if self.command_class:
            return f"{self.error_id},{self.command_class}" if self.error_id else self.command_class
        return self.error_id

    @property
    def message(self) -> str:
        """The text a person reads: the details when there are any, otherwise the exception's."""
        return self.details if self.details is not None else self.exception.message

    @property
    def category_reason(self) -> str:
        """CategoryInfo.Reason: the exception's short type name unless set."""
        return self.reason if self.reason is not None else self.exception.ps_type.short_name

    def copy(self) -> ErrorRecord:
        """A record of its own with the same content."""
        made = type(self).__new__(type(self))
        for kind in type(self).__mro__:
            for name in getattr(kind, "__slots__", ()):
                setattr(made, name, getattr(self, name))
        return made

    def __str__(self) -> str:
        return self.message


class RecordSource(Record):
    """System.Management.Automation.Remoting.OriginInfo: the session that a record came from."""

    computer: str
    runspace: Guid


class RemotingErrorRecord(ErrorRecord):
    """System.Management.Automation.Runspaces.RemotingErrorRecord: an error of a remote command."""

    __slots__ = ("source",)

    def __init__(
        self,
        exception: ExceptionObject,
        error_id: str,
        category: str,
        target: Any,
        source: RecordSource,
    ) -> None:
        super().__init__(exception, error_id, category, target)
        self.source = source
        # The command there has said which class it is.
        self.command_class = ""


CMDLET_INVOCATION = "System.Management.Automation.CmdletInvocationException"
PREFERENCE_STOP = "System.Management.Automation.ActionPreferenceStopException"


class PSError(Exception):
    """A terminating error on its way up. ``record`` is what catch blocks and $Error get.

    ``thrown``: by a throw statement. ``stops``: no statement goes on after it, whatever its
    $ErrorActionPreference. ``leaving``: it passes from one stage of a pipeline through the stages before it,
    which cannot catch it. ``wrapper``: the type of the exception that a cmdlet or an error action of Stop
    puts around the record's, or nothing.
    """

    def __init__(self, record: ErrorRecord) -> None:
        self.record = record
        self.thrown = False
        self.stops = False
        self.leaving = False
        self.wrapper = ""
        super().__init__(record.message)

    def seen_from_outside(self) -> ExceptionObject:
        """The exception that a program which runs the script catches."""
        inner = self.record.exception
        if not self.wrapper:
            return inner
        if self.wrapper == PREFERENCE_STOP:
            text = (
                'The running command stopped because the preference variable "ErrorActionPreference" or '
                f"common parameter is set to Stop: {self.record.message}"
            )
            return ExceptionObject(self.wrapper, text, errorrecord=self.record)
        return ExceptionObject(self.wrapper, inner.message, inner, errorrecord=self.record)

    def leave_command(self) -> None:
        """It ends a cmdlet or an advanced function: the caller sees a CmdletInvocationException."""
        if not self.thrown and self.wrapper != PREFERENCE_STOP:
            self.wrapper = CMDLET_INVOCATION
            self.stops = False


class FileFailure(PSError):
    """What the machine's file system refused. Where a method of .NET asked, it is what the method threw."""


def stopped_by_preference(record: ErrorRecord) -> PSError:
    """An error that an error action of Stop makes terminating; it ends the whole script."""
    problem = PSError(record)
    problem.wrapper = PREFERENCE_STOP
    problem.stops = True
    return problem


class NotEmulatedError(PSError):
    """Something that is not emulated was asked for. Always terminating and always recorded as a gap."""


class ConversionError(Exception):
    """A value cannot be converted; becomes a PSInvalidCastException, or a binding error of a parameter."""

    def __init__(self, message: str, error_id: str = "ConvertToFinalInvalidCastException") -> None:
        self.message = message
        self.error_id = error_id
        super().__init__(message)


class ControlFlow(Exception):
    """Base of what leaves a block other than by an error."""


class BreakSignal(ControlFlow):
    """``break``, with a lower-case label or None."""

    def __init__(self, label: str | None) -> None:
        self.label = label
        super().__init__(label)


class ContinueSignal(ControlFlow):
    """``continue``, with a lower-case label or None."""

    def __init__(self, label: str | None) -> None:
        self.label = label
        super().__init__(label)


class ReturnSignal(ControlFlow):
    """``return``: what it returns has been written before, unless that went into an assignment or an
    expression; then ``written`` has it for the function's own output.
    """

    def __init__(self) -> None:
        self.written: list[Any] = []
        super().__init__()


class MethodReturn(ReturnSignal):
    """``return`` in a method of a class, with its value."""

    def __init__(self, value: Any) -> None:
        self.value = value
        super().__init__()


class ExitSignal(ControlFlow):
    """``exit`` with its code; ``written`` as for `ReturnSignal`."""

    def __init__(self, code: int) -> None:
        self.code = code
        self.written: list[Any] = []
        super().__init__(code)


class ProcessExit(ExitSignal):
    """Environment.Exit: the process ends whoever calls, and no finally block of C# runs."""


class StopUpstream(ControlFlow):
    """A command of a pipeline wants no more input (Select-Object -First)."""

    def __init__(self, command: Any) -> None:
        self.command = command
        super().__init__()


class BudgetSignal(ControlFlow):
    """A script used up its steps. No script can catch it."""

    def __init__(self, record: ErrorRecord) -> None:
        self.record = record
        super().__init__(record.message)


class PipelineStopped(ControlFlow):
    """The script was stopped from outside. No script can catch it."""


def error(
    message: str,
    error_id: str,
    category: str = "NotSpecified",
    target: Any = None,
    kind: str = RUNTIME_EXCEPTION,
    inner: ExceptionObject | None = None,
    **extra: Any,
) -> PSError:
    """A terminating error with a new exception of the type ``kind``."""
    return PSError(ErrorRecord(ExceptionObject(kind, message, inner, **extra), error_id, category, target))


def unhandled(exception: ExceptionObject) -> PSError:
    """A .NET exception that reaches a statement: a RuntimeException around it, named after its type."""
    return error(exception.message, exception.ps_type.name, inner=exception)


def cast_error(problem: ConversionError) -> PSError:
    """A failed conversion as the error of a cast: a RuntimeException around the PSInvalidCastException."""
    inner = ExceptionObject(INVALID_CAST, problem.message)
    inner.extra["errorrecord"] = ErrorRecord(inner, problem.error_id, "InvalidArgument")
    return error(problem.message, problem.error_id, "InvalidArgument", inner=inner)


def record_of_exception(exception: ExceptionObject, error_id: str | None = None) -> ErrorRecord:
    """The record of a bare exception; one that carries its own record gives that."""
    carried = exception.extra.get("errorrecord")
    if isinstance(carried, ErrorRecord):
        return carried
    return ErrorRecord(exception, exception.ps_type.short_name if error_id is None else error_id)


def not_emulated(what: str, reason: str = "") -> NotEmulatedError:
    """The error for something that has a shape here but no behaviour, with the reason where it is told."""
    text = f"{what} is not emulated{f': {reason}' if reason else ''}."
    exception = ExceptionObject("System.NotImplementedException", text)
    return NotEmulatedError(ErrorRecord(exception, "NotEmulated", "NotImplemented", what))


def plain(value: Any) -> Any:
    """The record inside a wrapped error record, or the value."""
    return value.base if type(value) is PSObject and isinstance(value.base, ErrorRecord) else value
