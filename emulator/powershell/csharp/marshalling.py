"""Sizes of types in native memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

from emulator.powershell.csharp.objects import thrown
from emulator.powershell.dotnet.enums import EnumType

if TYPE_CHECKING:
    from emulator.powershell.dotnet.types import PSType

_SIZES = {
    "System.Byte": 1,
    "System.SByte": 1,
    "System.Int16": 2,
    "System.UInt16": 2,
    "System.Char": 2,
    "System.Int32": 4,
    "System.UInt32": 4,
    "System.Boolean": 4,
    "System.Single": 4,
    "System.Int64": 8,
    "System.UInt64": 8,
    "System.Double": 8,
    "System.IntPtr": 8,
    "System.UIntPtr": 8,
}


def size_of_type(kind: PSType) -> int:
    """Marshal.SizeOf and sizeof."""
    name = kind.underlying if isinstance(kind, EnumType) else kind.name
    found = _SIZES.get(name)
    if found is None:
        raise thrown(
            "System.ArgumentException",
            f"Type '{kind.name}' cannot be marshaled as an unmanaged structure; no meaningful size or "
            "offset can be computed.",
        )
    return found
