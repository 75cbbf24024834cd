"""RunspacePool of a script: several runspaces that pipelines take turns in ([runspacefactory])."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from emulator.powershell.dotnet.exceptions import NetError, out_of_range
from emulator.powershell.dotnet.simple import Guid
from emulator.powershell.runtime.hosting import ScriptRunspace, SessionState

if TYPE_CHECKING:
    from emulator.powershell.runtime.engine import Engine

_WAIT = 0.05


class ScriptRunspacePool:
    """At most ``maximum`` runspaces; they are made when needed and used again."""

    def __init__(
        self,
        engine: Engine,
        minimum: int = 1,
        maximum: int = 1,
        entries: SessionState | None = None,
        host: Any = None,
    ) -> None:
        if minimum < 1 or maximum < minimum:
            raise out_of_range("Specified argument was out of the range of valid values.", "maxRunspaces")
        self.engine = engine
        self.minimum = minimum
        self.maximum = maximum
        self.entries = entries or SessionState()
        self.host = host
        self.state = "BeforeOpen"
        self.identifier = Guid(engine.random.guid())
        self._idle: list[ScriptRunspace] = []
        self._busy = 0
        self._changed = threading.Condition()

    def open(self) -> None:
        """Open(). Raises InvalidRunspacePoolStateException when it was opened before."""
        self._expect("BeforeOpen")
        self.state = "Opened"

    def close(self) -> None:
        """Close() and Dispose()."""
        with self._changed:
            self.state = "Closed"
            idle, self._idle = self._idle, []
        for one in idle:
            one.close()

    def set_maximum(self, number: int) -> bool:
        """SetMaxRunspaces(): false when the number is not possible."""
        if number < self.minimum:
            return False
        self.maximum = number
        return True

    def set_minimum(self, number: int) -> bool:
        """SetMinRunspaces(): false when the number is not possible."""
        if not 1 <= number <= self.maximum:
            return False
        self.minimum = number
        return True

    @property
    def available(self) -> int:
        """GetAvailableRunspaces()."""
        return self.maximum - self._busy

    def take(self, gives_up: Callable[[], bool]) -> ScriptRunspace | None:
        """A runspace for one pipeline; waits for one when all are in use, None when it gives up. Give it back
        with `release`."""
        self._expect("Opened")
        with self._changed:
            while self._busy >= self.maximum:
                self._changed.wait(_WAIT)
                if gives_up():
                    return None
                self.engine.check_stopped()
            self._busy += 1
            if self._idle:
                return self._idle.pop()
        try:
            made = ScriptRunspace(self.engine, self.entries, host=self.host)
            made.open()
        except BaseException:
            with self._changed:
                self._busy -= 1
                self._changed.notify()
            raise
        return made

    def release(self, runspace: ScriptRunspace) -> None:
        """Give a runspace back."""
        with self._changed:
            self._busy -= 1
            if self.state == "Opened" and runspace.state == "Opened":
                self._idle.append(runspace)
            self._changed.notify()

    def _expect(self, state: str) -> None:
        if self.state != state:
            raise NetError(
                "System.Management.Automation.Runspaces.InvalidRunspacePoolStateException",
                f"Cannot perform the operation because the runspace pool is not in the '{state}' state. "
                f"The current state is '{self.state}'.",
            )
