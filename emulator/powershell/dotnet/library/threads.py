"""System.Threading: a script sees the thread it runs in; nothing else runs beside it in its runspace."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from emulator.powershell.dotnet.enums import EnumType
from emulator.powershell.dotnet.exceptions import NetError, argument_error, null_argument
from emulator.powershell.dotnet.library.cultures import (
    current_culture,
    current_ui_culture,
    set_culture,
    set_ui_culture,
)
from emulator.powershell.dotnet.psobject import unwrap
from emulator.powershell.dotnet.types import PSType, register

if TYPE_CHECKING:
    from emulator.powershell.runtime.engine import Engine


class ThreadObject:
    """System.Threading.Thread: the thread of the runspace."""

    __slots__ = ("engine",)

    def __init__(self, engine: Engine) -> None:
        self.engine = engine


def _sleep(engine: Engine, milliseconds: int) -> None:
    engine.clock.sleep(max(milliseconds, 0) / 1000, engine.stopped.is_set)
    engine.check_stopped()


register(
    PSType(
        "System.Threading.Thread",
        instance={
            "CurrentCulture: System.Globalization.CultureInfo": lambda t: current_culture(t.engine),
            "CurrentCulture=": lambda t, value: set_culture(t.engine, value),
            "CurrentUICulture: System.Globalization.CultureInfo": lambda t: current_ui_culture(t.engine),
            "CurrentUICulture=": lambda t, value: set_ui_culture(t.engine, value),
            "ManagedThreadId: int": lambda _t: 1,
            "Name: string": lambda _t: "Pipeline Execution Thread",
            "IsBackground: bool": lambda _t: False,
            "GetApartmentState()": lambda _t: "STA",
            "ApartmentState": lambda _t: "STA",
        },
        static={
            "@CurrentThread": ThreadObject,
            "@Sleep(int millisecondsTimeout)": _sleep,
            "@Sleep(timespan timeout)": lambda engine, span: _sleep(engine, span.ticks // 10_000),
        },
    ),
    ThreadObject,
)


class WaitEvent:
    """System.Threading.EventWaitHandle: set, or not."""

    __slots__ = ("is_set", "ps_type", "resets")

    def __init__(self, ps_type: PSType, is_set: bool, resets: bool) -> None:
        self.ps_type = ps_type
        self.is_set = is_set
        self.resets = resets


def _put(event: WaitEvent, is_set: bool) -> bool:
    event.is_set = is_set
    return True


class Mutex(WaitEvent):
    """System.Threading.Mutex: nothing else runs beside a script, so it is always free for it."""

    __slots__ = ("depth",)

    def __init__(self, ps_type: PSType, owned: bool = False) -> None:
        super().__init__(ps_type, True, False)
        self.depth = int(owned)


def _release(mutex: Mutex) -> None:
    if mutex.depth == 0:
        raise NetError(
            "System.ApplicationException",
            "Object synchronization method was called from an unsynchronized block of code.",
        )
    mutex.depth -= 1


def _hold(mutex: Mutex, *_timeout: Any) -> bool:
    mutex.depth += 1
    return True


def _wait_for_any(engine: Engine, events: Any, milliseconds: int = -1) -> int:
    """The place of the first that is set, or WaitTimeout."""
    held = [unwrap(one) for one in events]
    if not held:
        raise argument_error("Waithandle array may not be empty.")
    return WAIT_TIMEOUT if not _wait_until(engine, held, milliseconds, any) else _first_set(held)


def _wait_for_all(engine: Engine, events: Any, milliseconds: int = -1) -> bool:
    held = [unwrap(one) for one in events]
    if not _wait_until(engine, held, milliseconds, all):
        return False
    for one in held:
        _take(one)
    return True


def _take(handle: Any) -> None:
    if isinstance(handle, WaitEvent) and handle.resets:
        handle.is_set = False


def _first_set(held: list[Any]) -> int:
    place = next(place for place, one in enumerate(held) if one.is_set)
    _take(held[place])
    return place


def _wait_until(
    engine: Engine, held: list[Any], milliseconds: int, wanted: Callable[[Iterable[bool]], bool]
) -> bool:
    """Only pipelines that run beside the script (those that have ``wait``) can change while it waits."""
    running = [one for one in held if not isinstance(one, WaitEvent)]
    left = _FOR_EVER if milliseconds < 0 else milliseconds
    while not wanted(one.is_set for one in held):
        if left <= 0:
            return False
        if not any(not one.is_set for one in running):
            _sleep(engine, left)
            return bool(wanted(one.is_set for one in held))
        next(one for one in running if not one.is_set).wait(_SLICE / 1000)
        engine.check_stopped()
        left -= _SLICE
    return True


#: Milliseconds after which a wait for a pipeline looks at the others.
_SLICE = 20


#: WaitHandle.WaitTimeout.
WAIT_TIMEOUT = 258


def _wait(engine: Engine, event: WaitEvent, milliseconds: int = -1) -> bool:
    """WaitOne. Nothing runs beside a script, so an event that is not set stays so until the time is over, or
    the script is stopped."""
    if not event.is_set and milliseconds:
        _sleep(engine, _FOR_EVER if milliseconds < 0 else milliseconds)
    found = event.is_set
    if found and event.resets:
        event.is_set = False
    return found


_FOR_EVER = 10 * 365 * 24 * 3600 * 1000


def _event(kind: PSType, is_set: bool, mode: Any) -> WaitEvent:
    return WaitEvent(kind, is_set, str(mode) == "AutoReset")


_HANDLES = "System.Threading.WaitHandle[] waitHandles"
register(
    PSType(
        "System.Threading.WaitHandle",
        is_abstract=True,
        interfaces=("System.IDisposable",),
        static={
            "WaitTimeout: int": lambda: WAIT_TIMEOUT,
            f"@WaitAny({_HANDLES})": _wait_for_any,
            f"@WaitAny({_HANDLES}, int millisecondsTimeout)": _wait_for_any,
            f"@WaitAll({_HANDLES})": _wait_for_all,
            f"@WaitAll({_HANDLES}, int millisecondsTimeout)": _wait_for_all,
        },
    )
)
register(
    PSType(
        "System.Threading.Mutex",
        base="System.Threading.WaitHandle",
        instance={
            "WaitOne()": _hold,
            "WaitOne(int millisecondsTimeout)": _hold,
            "WaitOne(int millisecondsTimeout, bool exitContext)": _hold,
            "WaitOne(timespan timeout)": _hold,
            "ReleaseMutex()": _release,
            "Close()": lambda _mutex: None,
            "Dispose()": lambda _mutex: None,
        },
        construct={
            "new()": Mutex,
            "new(bool initiallyOwned)": Mutex,
            "new(bool initiallyOwned, string name)": lambda kind, owned, _name: Mutex(kind, owned),
        },
    )
)


class CancellationSource:
    """System.Threading.CancellationTokenSource."""

    __slots__ = ("is_cancelled",)

    def __init__(self) -> None:
        self.is_cancelled = False

    def cancel(self) -> None:
        """Ask whoever has the token to stop."""
        self.is_cancelled = True


class CancellationToken:
    """System.Threading.CancellationToken: of a source, or one that nobody cancels."""

    __slots__ = ("source",)

    def __init__(self, source: CancellationSource | None) -> None:
        self.source = source

    @property
    def is_cancelled(self) -> bool:
        """Whether its source was cancelled."""
        return self.source is not None and self.source.is_cancelled


def _throw_if_cancelled(token: CancellationToken) -> None:
    if token.is_cancelled:
        raise NetError("System.OperationCanceledException", "The operation was canceled.")


register(
    PSType(
        "System.Threading.CancellationToken",
        base="System.ValueType",
        is_value_type=True,
        instance={
            "IsCancellationRequested: bool": lambda t: t.is_cancelled,
            "CanBeCanceled: bool": lambda t: t.source is not None,
            "ThrowIfCancellationRequested()": _throw_if_cancelled,
        },
        static={"None": lambda: CancellationToken(None)},
    ),
    CancellationToken,
)
register(
    PSType(
        "System.Threading.CancellationTokenSource",
        interfaces=("System.IDisposable",),
        instance={
            "Token: System.Threading.CancellationToken": CancellationToken,
            "IsCancellationRequested: bool": lambda s: s.is_cancelled,
            "Cancel()": lambda s: s.cancel(),
            "Dispose()": lambda _s: None,
        },
        construct={"new()": lambda _kind: CancellationSource()},
    ),
    CancellationSource,
)
register(EnumType("System.Threading.EventResetMode", {"AutoReset": 0, "ManualReset": 1}))
register(
    PSType(
        "System.Threading.EventWaitHandle",
        base="System.Threading.WaitHandle",
        interfaces=("System.IDisposable",),
        instance={
            "Set()": lambda event: _put(event, True),
            "Reset()": lambda event: _put(event, False),
            "@WaitOne()": _wait,
            "@WaitOne(int millisecondsTimeout)": _wait,
            "Close()": lambda _event: None,
            "Dispose()": lambda _event: None,
        },
        construct={"new(bool initialState, System.Threading.EventResetMode mode)": _event},
    ),
    WaitEvent,
)
for _name, _resets in (("ManualResetEvent", False), ("AutoResetEvent", True)):
    register(
        PSType(
            f"System.Threading.{_name}",
            base="System.Threading.EventWaitHandle",
            construct={
                "new(bool initialState)": (lambda kind, state, resets=_resets: WaitEvent(kind, state, resets))
            },
        )
    )


def _queue(engine: Engine, work: Any, state: Any = None) -> bool:
    """A thread of the pool runs the work: here at once, in the thread of the script, to its end."""
    from emulator.powershell.csharp.delegates import call_in

    if work is None:
        raise null_argument("callBack")
    call_in(work, [state], engine)
    return True


register(
    PSType(
        "System.Threading.ThreadPool",
        is_abstract=True,
        static={
            "@QueueUserWorkItem(System.Threading.WaitCallback callBack)": _queue,
            "@QueueUserWorkItem(System.Threading.WaitCallback callBack, object state)": _queue,
        },
    )
)
