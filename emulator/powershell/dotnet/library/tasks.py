"""System.Threading.Tasks.Task: nothing runs beside a script, so that what is started is over at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NoReturn

from emulator.powershell.dotnet.enums import EnumType
from emulator.powershell.dotnet.exceptions import ExceptionObject, NetError, argument_error
from emulator.powershell.dotnet.psobject import unwrap
from emulator.powershell.dotnet.types import PSType, register
from emulator.powershell.runtime.conversion import items_of
from emulator.powershell.runtime.errors import not_emulated

_SILENT_ERROR = 10060


class Attempt:
    """System.Threading.Tasks.Task and IAsyncResult: what was started, and is over unless nobody answers."""

    def __init__(self, result: Any = None, problem: NetError | None = None, state: Any = None) -> None:
        self.result = result
        self.problem = problem
        self.state = state

    @property
    def over(self) -> bool:
        """Whether an answer came: silence lasts as long as anybody waits."""
        return self.problem is None or _number_of(self.problem) != _SILENT_ERROR

    def wait(self, *_milliseconds: Any) -> bool:
        """Task.Wait: false when no answer came. Raises AggregateException when the answer was an error."""
        if self.problem is not None and (self.over or not _milliseconds):
            raise _aggregate(self.problem)
        return self.over

    def failure(self) -> ExceptionObject | None:
        """Task.Exception."""
        return _aggregate(self.problem).exception if self.problem is not None and self.over else None

    def awaited(self) -> Any:
        """GetAwaiter().GetResult(): the result, or the error itself."""
        if self.problem is not None:
            raise self.problem
        return self.result

    def outcome(self) -> Any:
        """Task.Result."""
        if self.problem is not None:
            raise _aggregate(self.problem)
        return self.result


def _aggregate(problem: NetError) -> NetError:
    """What a task reports of an error."""
    text = "One or more errors occurred."
    return NetError("System.AggregateException", text, inner=problem.exception)


def _number_of(problem: NetError) -> Any:
    return problem.exception.extra.get("nativeerrorcode")


def attempted(act: Callable[[], Any], state: Any = None) -> Attempt:
    """What an asynchronous member gives for something that is done at once."""
    try:
        return Attempt(act(), None, state)
    except NetError as problem:
        return Attempt(None, problem, state)


class Awaiter:
    """System.Runtime.CompilerServices.TaskAwaiter."""

    __slots__ = ("attempt",)

    def __init__(self, attempt: Attempt) -> None:
        self.attempt = attempt


def _no_continuation(_attempt: Attempt, _action: Any) -> NoReturn:
    raise not_emulated("Task.ContinueWith")


def _wait_all(tasks: Any) -> None:
    held = [unwrap(one) for one in items_of(tasks)]
    for one in held:
        if not isinstance(one, Attempt):
            raise argument_error("The tasks array included at least one null element.", "tasks")
    for one in held:
        one.wait()


def _status(attempt: Attempt) -> Any:
    if attempt.problem is None:
        return _STATES["RanToCompletion"]
    return _STATES["Faulted" if attempt.over else "WaitingForActivation"]


_STATES = EnumType(
    "System.Threading.Tasks.TaskStatus",
    {
        name: number
        for number, name in enumerate(
            (
                *("Created", "WaitingForActivation", "WaitingToRun", "Running"),
                *("WaitingForChildrenToComplete", "RanToCompletion", "Canceled", "Faulted"),
            )
        )
    },
)
register(_STATES)
register(
    PSType(
        "System.Runtime.CompilerServices.TaskAwaiter",
        base="System.ValueType",
        is_value_type=True,
        instance={
            "IsCompleted: bool": lambda a: a.attempt.over,
            "GetResult()": lambda a: a.attempt.awaited(),
        },
    ),
    Awaiter,
)
register(
    PSType(
        "System.Threading.Tasks.Task",
        interfaces=("System.IAsyncResult", "System.IDisposable"),
        instance={
            "AsyncState": lambda t: t.state,
            "AsyncWaitHandle": lambda t: t,
            "CompletedSynchronously: bool": lambda _t: False,
            "Exception": lambda t: t.failure(),
            "IsCanceled: bool": lambda _t: False,
            "IsCompleted: bool": lambda t: t.over,
            "IsFaulted: bool": lambda t: t.problem is not None and t.over,
            "Result": lambda t: t.outcome(),
            "Status": _status,
            "ConfigureAwait(bool continueOnCapturedContext)": lambda t, _captured: t,
            "ContinueWith(object continuationAction)": _no_continuation,
            "GetAwaiter()": Awaiter,
            "Wait()": lambda t: t.wait(),
            "Wait(int millisecondsTimeout)": lambda t, ms: t.wait(ms),
            "WaitOne()": lambda t: t.over,
            "WaitOne(int millisecondsTimeout)": lambda t, _ms: t.over,
            "WaitOne(int millisecondsTimeout, bool exitContext)": lambda t, _ms, _exit: t.over,
            "WaitOne(timespan timeout, bool exitContext)": lambda t, _ms, _exit: t.over,
            "Close()": lambda _t: None,
            "Dispose()": lambda _t: None,
        },
        static={
            "CompletedTask": Attempt,
            "FromResult(object result)": Attempt,
            "WaitAll(params object[] tasks)": _wait_all,
        },
    ),
    Attempt,
)
