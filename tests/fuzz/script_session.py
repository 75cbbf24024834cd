"""Runspaces of the fake machine in which scripts are fuzzed: everything that powershell.exe has there."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from emulator.console.context import Console, Context
from emulator.console.environment import user_environment
from emulator.console.process import DEFAULT_CODE_PAGE
from emulator.console.streams import MemoryReader
from emulator.host import Host
from emulator.powershell.loading import load_engine
from emulator.profile import load

if TYPE_CHECKING:
    from emulator.powershell.runtime import Result

DEFAULT_PROFILE = "windows-server-2022-datacenter"
#: A script may do this much; then it is ended, so that no input takes long.
STEPS = 20_000
CALL_DEPTH = 60
TEXT = 2_000_000
ITEMS = 100_000
#: Seconds after which Ctrl-C is pressed.
PATIENCE = 10.0


class Discarded:
    """Standard output that nobody reads."""

    code_page = DEFAULT_CODE_PAGE

    def write(self, data: str | bytes) -> None:
        """Throw it away."""


class ScriptMachine:
    """A host with its virtual machines, and one runspace after another on it. Waiting takes no time."""

    def __init__(self, profile: str = DEFAULT_PROFILE) -> None:
        load_engine()
        self.host = Host(load(profile), clock_mode="fast")
        self.renew()

    def run(self, script: str) -> Result:
        """Run a script as somebody does who presses Ctrl-C when it waits for what never comes (Wait-Process)."""
        patience = threading.Timer(PATIENCE, self._stop)
        patience.start()
        try:
            return self.runspace.run(script)
        finally:
            patience.cancel()

    def _stop(self) -> None:
        self.runspace.stop()
        self.host.wake()

    def renew(self) -> None:
        """The host as at first, and a fresh runspace."""
        from emulator.console.programs.powershell.output import ConsoleInterface
        from emulator.console.programs.powershell.session import initial_session
        from emulator.powershell.runtime import Runspace

        self.host.reset()
        account = self.host.accounts.administrator
        context = Context(
            host=self.host,
            account=account,
            console=Console(DEFAULT_CODE_PAGE, ()),
            environment=user_environment(self.host, account),
            directory="C:\\",
            stdin=MemoryReader(b"", DEFAULT_CODE_PAGE),
            stdout=Discarded(),  # type: ignore[arg-type] # a writer as scripts use it
            stderr=Discarded(),  # type: ignore[arg-type]
            cancelled=threading.Event(),
            process_id=self.host.processes.start("powershell.exe", account=account.qualified_name).id,
        )
        session = initial_session(context, ConsoleInterface(context, interactive=False))
        session.limits = session.limits.replaced(steps=STEPS, call_depth=CALL_DEPTH, text=TEXT, items=ITEMS)
        self.runspace = Runspace(session)
