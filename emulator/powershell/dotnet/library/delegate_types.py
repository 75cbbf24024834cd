"""System.Func, Action, Predicate, Comparison, EventHandler ..., and calls of their values."""

from __future__ import annotations

from typing import Any

from emulator.powershell.dotnet.delegates import Delegate
from emulator.powershell.dotnet.exceptions import NetError
from emulator.powershell.dotnet.types import PSType, register

MAXIMUM_PARAMETERS = 16


def _invoke_late(delegate: Delegate, arguments: Any) -> Any:
    """DynamicInvoke puts an exception around what the method throws."""
    try:
        return delegate.call(list(arguments))
    except NetError as problem:
        text = "Exception has been thrown by the target of an invocation."
        late = NetError("System.Reflection.TargetInvocationException", text)
        late.exception.inner = problem.exception
        raise late from None


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
            "DynamicInvoke(params object[] args)": _invoke_late,
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
