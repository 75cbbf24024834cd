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
"""

for _name in _INTERFACES.split():
    register(PSType(_name, base=None, is_interface=True))


class Handle:
    """System.Runtime.InteropServices.SafeHandle: an address, and whether it is closed."""

    __slots__ = ("is_closed", "ps_type", "value")

    def __init__(self, ps_type: PSType, value: int) -> None:
        self.ps_type = ps_type
        self.value = value
        self.is_closed = False


def _is_invalid(handle: Handle) -> bool:
    return int(handle.value) in (0, -1)


def _set_handle(handle: Handle, value: Any) -> None:
    from emulator.powershell.dotnet.numbers import Pointer

    handle.value = Pointer(value)


def _close(engine: Any, handle: Handle) -> None:
    if handle.is_closed:
        return
    handle.is_closed = True
    release = getattr(handle.ps_type, "methods_named", None)
    if release is None:
        from emulator.powershell.csharp.native_functions import NativeCall, find

        close = find("kernel32", "CloseHandle")
        if close is not None:
            close(NativeCall(engine, [handle], False))
        return
    if release is not None and not _is_invalid(handle):
        for method in release("ReleaseHandle"):
            method.invoke(engine, handle, [])


def _pointer(kind: PSType, value: Any = 0, _owns: Any = True) -> Handle:
    from emulator.powershell.dotnet.numbers import Pointer

    # The first argument of the constructors of a C# type's base is no address but whether it owns one.
    return Handle(kind, Pointer(0 if isinstance(value, bool) else value))


_HANDLE: dict[str, Any] = {
    "IsInvalid: bool": _is_invalid,
    "IsClosed: bool": lambda handle: handle.is_closed,
    "handle": lambda handle: handle.value,
    "handle=": _set_handle,
    "SetHandle(System.IntPtr handle)": _set_handle,
    "SetHandleAsInvalid()": lambda handle: setattr(handle, "is_closed", True),
    "DangerousGetHandle()": lambda handle: handle.value,
    "DangerousAddRef(ref success)": lambda _handle, target: target.write(True),
    "DangerousRelease()": lambda _handle: None,
    "@Close()": _close,
    "@Dispose()": _close,
    "@Dispose(bool disposing)": lambda engine, handle, _all: _close(engine, handle),
}
register(
    PSType(
        "System.Runtime.InteropServices.SafeHandle",
        interfaces=("System.IDisposable",),
        instance=_HANDLE,
        construct={
            "new()": _pointer,
            "new(bool ownsHandle)": _pointer,
            "new(System.IntPtr value, bool ownsHandle)": _pointer,
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
