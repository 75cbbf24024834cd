"""Interfaces and base classes of .NET that C# sources implement or derive from."""

from __future__ import annotations

from typing import Any

from emulator.powershell.dotnet.types import PSType, register

_INTERFACES = """
System.IComparable`1 System.IEquatable`1 System.ICustomFormatter System.IConvertible
System.IAsyncResult System.Collections.Generic.IComparer`1 System.Collections.Generic.IEqualityComparer`1
System.Collections.Generic.IEnumerator`1 System.Collections.Generic.IReadOnlyList`1
System.Collections.Generic.IReadOnlyCollection`1 System.Collections.Generic.ISet`1 System.Linq.IGrouping`2
System.Linq.IOrderedEnumerable`1 System.Net.ICertificatePolicy System.Net.IWebProxy System.Net.ICredentials
System.Runtime.Serialization.ISerializable System.ComponentModel.INotifyPropertyChanged
System.Management.Automation.IArgumentCompleter System.Management.Automation.IDynamicParameters
System.IServiceProvider System.IObserver`1 System.IObservable`1 System.IProgress`1
"""

for _name in _INTERFACES.split():
    register(PSType(_name, base=None, is_interface=True))


class Handle:
    """System.Runtime.InteropServices.SafeHandle: an address, whether it is closed, and whether closing it
    gives the address back."""

    __slots__ = ("is_closed", "owns", "ps_type", "value")

    def __init__(self, ps_type: PSType, value: int, owns: bool = True) -> None:
        self.ps_type = ps_type
        self.value = value
        self.owns = owns
        self.is_closed = False


def _is_invalid(handle: Handle) -> bool:
    return int(handle.value) in (0, -1)


def _nothing_to_release(engine: Any, handle: Handle) -> bool:
    """IsInvalid as the most derived class of C# has it."""
    find = getattr(handle.ps_type, "accessor", None)
    getter = find("IsInvalid", is_setter=False) if find is not None else None
    return _is_invalid(handle) if getter is None else bool(getter.invoke(engine, handle, []))


def _set_handle(handle: Handle, value: Any) -> None:
    from emulator.powershell.dotnet.numbers import Pointer

    handle.value = Pointer(value)


def close_handle(engine: Any, handle: Handle) -> None:
    """Give back what a handle stands for, once."""
    if handle.is_closed:
        return
    handle.is_closed = True
    if not handle.owns or _nothing_to_release(engine, handle):
        return
    release = getattr(handle.ps_type, "methods_named", None)
    if release is not None:
        for method in release("ReleaseHandle")[:1]:
            method.invoke(engine, handle, [])
        return
    from emulator.powershell.csharp.native_process import native_process

    native_process(engine).close(int(handle.value))


def _handle(kind: PSType, value: Any = True, owns: bool = True) -> Handle:
    from emulator.powershell.dotnet.numbers import Pointer

    if isinstance(value, bool):
        return Handle(kind, Pointer(0), value)
    return Handle(kind, Pointer(int(value)), owns)


_HANDLE: dict[str, Any] = {
    "IsInvalid: bool": _is_invalid,
    "IsClosed: bool": lambda handle: handle.is_closed,
    "handle: System.IntPtr": lambda handle: handle.value,
    "handle=": _set_handle,
    "SetHandle(System.IntPtr handle)": _set_handle,
    "SetHandleAsInvalid()": lambda handle: setattr(handle, "is_closed", True),
    "DangerousGetHandle()": lambda handle: handle.value,
    "DangerousAddRef(ref success)": lambda _handle, target: target.write(True),
    "DangerousRelease()": lambda _handle: None,
    "@Close()": close_handle,
    "@Dispose()": close_handle,
    "@Dispose(bool disposing)": lambda engine, handle, _all: close_handle(engine, handle),
}
register(
    PSType(
        "System.Runtime.InteropServices.SafeHandle",
        interfaces=("System.IDisposable",),
        instance=_HANDLE,
        construct={
            "new()": _handle,
            "new(bool ownsHandle)": _handle,
            "new(System.IntPtr value, bool ownsHandle)": _handle,
        },
        is_abstract=True,
    )
)
for _name in (
    "SafeHandleZeroOrMinusOneIsInvalid",
    "SafeHandleMinusOneIsInvalid",
    "SafeFileHandle",
    "SafeWaitHandle",
    "SafeProcessHandle",
    "SafeAccessTokenHandle",
    "SafeRegistryHandle",
    "SafePipeHandle",
):
    register(
        PSType(
            f"Microsoft.Win32.SafeHandles.{_name}",
            base="System.Runtime.InteropServices.SafeHandle",
        )
    )
