"""Loading the engine with the first script, in one thread at a time.

The modules of the engine know each other in circles. Python keeps two threads from waiting for each other's
imports by handing out a module that is half made, so whoever comes first loads all of it and the others wait.
"""

from __future__ import annotations

import importlib
import threading

from emulator.garbage_collection import no_collection

_ENGINE = (
    "emulator.powershell.runtime",
    "emulator.powershell.format.out",
    "emulator.powershell.format.error_view",
    "emulator.powershell.modules.core",
    "emulator.powershell.modules.utility",
    "emulator.powershell.modules.hyperv",
    "emulator.powershell.modules.servermanager",
    "emulator.powershell.modules.declared",
)
_lock = threading.Lock()
_is_loaded = False


def load_engine() -> None:
    """Import the engine. Every door that runs scripts calls it before it imports anything of the engine."""
    global _is_loaded  # noqa: PLW0603  the interpreter has one set of modules
    if _is_loaded:
        return
    with _lock, no_collection:
        for name in _ENGINE:
            importlib.import_module(name)
        _is_loaded = True
