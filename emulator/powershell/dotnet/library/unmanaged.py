"""System.Runtime.InteropServices.Marshal, as far as scripts read SecureStrings with it. No memory is
touched: an
address is the number of a text that the runspace keeps until it is freed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from emulator.powershell.dotnet.credentials import SecureString
from emulator.powershell.dotnet.exceptions import NetError, null_argument
from emulator.powershell.dotnet.numbers import Int64
from emulator.powershell.dotnet.types import PSType, register, type_of
from emulator.powershell.runtime.errors import not_emulated

if TYPE_CHECKING:
    from emulator.powershell.runtime.engine import Engine

MAXIMUM_TEXTS = 1000
_FIRST_ADDRESS, _STEP = 0x1F0_0000_1000, 0x1000
_TEXTS: WeakKeyDictionary[Any, dict[int, str]] = WeakKeyDictionary()


def _kept(engine: Engine, value: SecureString | None) -> Int64:
    if value is None:
        raise null_argument("s")
    texts: dict[int, str] = _TEXTS.setdefault(engine, {})
    if len(texts) >= MAXIMUM_TEXTS:
        raise NetError(
            "System.OutOfMemoryException", "Insufficient memory to continue the execution of the program."
        )
    address = max(texts, default=_FIRST_ADDRESS) + _STEP
    texts[address] = value.text
    return Int64(address)


def _read(engine: Engine, address: int) -> str | None:
    if int(address) == 0:
        return None
    found = _TEXTS.get(engine, {}).get(int(address))
    if found is None:
        raise not_emulated("Reading memory by its address")
    return found


def _freed(engine: Engine, address: int) -> None:
    _TEXTS.get(engine, {}).pop(int(address), None)


def _last_error(engine: Engine) -> int:
    from emulator.powershell.csharp.native_functions import last_error

    return last_error(engine)


def _size_of(value: Any) -> int:
    from emulator.powershell.csharp.marshalling import size_of_type

    return size_of_type(value if isinstance(value, PSType) else type_of(value))


register(
    PSType(
        "System.Runtime.InteropServices.Marshal",
        is_abstract=True,
        static={
            **{
                f"@{name}(System.Security.SecureString s)": _kept
                for name in (
                    "SecureStringToBSTR",
                    "SecureStringToGlobalAllocUnicode",
                    "SecureStringToCoTaskMemUnicode",
                )
            },
            "@GetLastWin32Error()": _last_error,
            "SizeOf(object structure)": _size_of,
            # Nothing is counted here; what is left over goes with the runspace.
            **{f"{name}(object o)": lambda _o: 0 for name in ("ReleaseComObject", "FinalReleaseComObject")},
            **{
                f"@{name}(long ptr)": _read
                for name in ("PtrToStringAuto", "PtrToStringBSTR", "PtrToStringUni")
            },
            **{
                f"@{name}(long s)": _freed
                for name in (
                    "ZeroFreeBSTR",
                    "ZeroFreeGlobalAllocUnicode",
                    "ZeroFreeCoTaskMemUnicode",
                    "FreeBSTR",
                )
            },
        },
    )
)
