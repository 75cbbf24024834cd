"""System.Func, Action, Predicate, Comparison, EventHandler ..., and calls of their values."""

from __future__ import annotations

from typing import Any

from emulator.powershell.dotnet.delegates import Delegate
from emulator.powershell.dotnet.types import PSType, register

MAXIMUM_PARAMETERS = 16


def _invoke(delegate: Delegate, arguments: Any) -> Any:
    return delegate.call(list(arguments))


register(PSType("System.Delegate", is_abstract=True, interfaces=("System.ICloneable",)))
register(
    PSType(
        "System.MulticastDelegate",
        base="System.Delegate",
        is_abstract=True,
        instance={
            "Invoke(params object[] args)": _invoke,
            "DynamicInvoke(params object[] args)": _invoke,
        },
    )
)
_NAMES = [
    *("System.Action", "System.EventHandler", "System.Threading.ThreadStart", "System.AsyncCallback"),
    *("System.Threading.WaitCallback", "System.Threading.TimerCallback", "System.Predicate`1"),
    *(
        "System.Comparison`1",
        "System.Converter`2",
        "System.EventHandler`1",
        "System.UnhandledExceptionEventHandler",
    ),
    "System.Text.RegularExpressions.MatchEvaluator",
    *(f"System.Func`{count}" for count in range(1, MAXIMUM_PARAMETERS + 2)),
    *(f"System.Action`{count}" for count in range(1, MAXIMUM_PARAMETERS + 1)),
]
for _name in _NAMES:
    register(PSType(_name, base="System.MulticastDelegate", construct={}))
