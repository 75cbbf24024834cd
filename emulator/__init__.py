"""hyperv-emulator: a fake Windows machine with Hyper-V that answers WinRM like a real one.

`from emulator import HyperVHost` is the way in for Python code; the class is imported on first use so
that small tools (`hyperv-emulator profiles list`) do not load the whole machine.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from emulator.server import HyperVHost

__version__ = "0.1.0"
__all__ = ["HyperVHost", "__version__"]


def __getattr__(name: str) -> object:
    if name == "HyperVHost":
        # By name: a package that imports `emulator` for its version must not seem to import every room.
        return import_module("emulator.server").HyperVHost
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
