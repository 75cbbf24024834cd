"""System.Threading.Thread: a script sees the one it runs in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emulator.powershell.dotnet.exceptions import NetError
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
