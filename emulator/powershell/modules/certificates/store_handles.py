"""What a handle of native code that opened a store of certificates stands for (HCERTSTORE)."""

from __future__ import annotations

from emulator.powershell.csharp.native_process import KernelObject


class StoreHandle(KernelObject):
    """A store that was opened; another handle of it is one more X509Store."""

    def __init__(self, name: str, location: str, *, writable: bool) -> None:
        super().__init__()
        self.name = name
        self.location = location
        self.writable = writable
