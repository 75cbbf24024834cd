"""System.Threading: a script sees the thread it runs in; nothing else runs beside it in its runspace."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emulator.powershell.dotnet.enums import EnumType
from emulator.powershell.dotnet.exceptions import NetError, null_argument
from emulator.powershell.dotnet.library.globalization import Culture
from emulator.powershell.dotnet.types import PSType, register

if TYPE_CHECKING:
    from emulator.powershell.runtime.engine import Engine


class ThreadObject:
    """System.Threading.Thread: the thread of the runspace."""

    __slots__ = ("engine",)

    def __init__(self, engine: Engine) -> None:
        self.engine = engine


def _culture(thread: ThreadObject) -> Any:
    return Culture(thread.engine.session.culture)


def _set_culture(thread: ThreadObject, culture: Any) -> None:
    name = str(getattr(culture, "name", culture))
    if name.lower() not in ("", "en-us"):
        thread.engine.gap("culture", name)
        raise NetError("System.NotSupportedException", f"The culture {name} is not emulated.")


def _sleep(engine: Engine, milliseconds: int) -> None:
    engine.clock.sleep(max(milliseconds, 0) / 1000, engine.stopped.is_set)
    engine.check_stopped()


register(
    PSType(
        "System.Threading.Thread",
        instance={
            "CurrentCulture": _culture,
            "CurrentCulture=": _set_culture,
            "CurrentUICulture": _culture,
            "CurrentUICulture=": _set_culture,
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
