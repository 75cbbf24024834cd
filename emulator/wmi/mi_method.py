"""Methods of the providers that came with Windows 8: they refuse with an error, not with a number."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from emulator.host.errors import HostError
from emulator.wmi import errors
from emulator.wmi.view import wmi_method

if TYPE_CHECKING:
    from emulator.wmi.method import Arguments, MethodResult


def mi_method(function: Callable[..., MethodResult]) -> Callable[..., MethodResult]:
    """Mark a method as `wmi_method` does; what the host refuses becomes an error of WMI."""

    @functools.wraps(function)
    def guarded(view: Any, item: Any, arguments: Arguments) -> MethodResult:
        try:
            return function(view, item, arguments)
        except HostError as refused:
            raise errors.cim_error(refused) from refused

    return wmi_method(guarded)
