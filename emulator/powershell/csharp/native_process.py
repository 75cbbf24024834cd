"""What native code keeps of one process: its memory, its handles, the last error, functions to call back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from emulator.powershell.csharp.native_memory import NativeMemory
from emulator.powershell.csharp.objects import out_of_memory
from emulator.powershell.dotnet.delegates import Delegate
from emulator.powershell.dotnet.psobject import unwrap

if TYPE_CHECKING:
    from emulator.powershell.runtime.engine import Engine

MOST_HANDLES = 10_000
MOST_CALLBACKS = 1_000
_FIRST_CALLBACK = 0x7FF6_0000_1000


class KernelObject:
    """What a handle stands for. ``close`` runs when its last handle is closed."""

    def __init__(self) -> None:
        self.handles = 0

    def close(self) -> None:
        """Nobody has a handle any more."""


class NativeProcess:
    """The native side of one runspace."""

    def __init__(self) -> None:
        self.memory = NativeMemory()
        self.last_error = 0
        self.callbacks: dict[int, Delegate] = {}
        self.code_page = 0
        """The code page of the console's output; 0 while there is none."""
        self.standard_handles = {-10: 0x50, -11: 0x54, -12: 0x58}
        """Standard input, output and error as GetStdHandle gives them. They stand for nothing here: what the
        process writes goes to its console, whatever SetStdHandle says."""
        self._handles: dict[int, KernelObject] = {}
        self._following = 0x300

    def open(self, thing: KernelObject) -> int:
        """A new handle for something; 0 when there are too many."""
        if len(self._handles) >= MOST_HANDLES:
            return 0
        number = self._following
        self._following += 4
        self._handles[number] = thing
        thing.handles += 1
        return number

    def object_of(self, handle: int) -> KernelObject | None:
        """What a handle stands for, or None."""
        return self._handles.get(handle)

    def close(self, handle: int) -> bool:
        """Close a handle; False when there is none of the number."""
        thing = self._handles.pop(handle, None)
        if thing is None:
            return False
        thing.handles -= 1
        if thing.handles <= 0:
            thing.close()
        return True

    def close_all(self) -> None:
        """The process ends."""
        for number in list(self._handles):
            self.close(number)

    def address_of(self, value: Any) -> int:
        """The address by which native code calls a delegate."""
        delegate = unwrap(value)
        if delegate is None:
            return 0
        for address, one in self.callbacks.items():
            if one is delegate:
                return address
        if len(self.callbacks) >= MOST_CALLBACKS:
            raise out_of_memory()
        address = _FIRST_CALLBACK + 16 * len(self.callbacks)
        self.callbacks[address] = delegate
        return address


_PROCESSES: WeakKeyDictionary[Engine, NativeProcess] = WeakKeyDictionary()


def native_process(engine: Engine) -> NativeProcess:
    """The native side of a runspace, made when it is first needed."""
    found = _PROCESSES.get(engine)
    if found is None:
        found = _PROCESSES[engine] = NativeProcess()
        engine.endings.append(found.close_all)
    return found
