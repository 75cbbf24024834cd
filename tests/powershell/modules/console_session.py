"""A runspace as powershell.exe has one, on a fake machine of its own, for tests of cmdlets over the machine."""

from __future__ import annotations

import threading
from typing import Any

import emulator.console
from emulator.host import Host
from emulator.powershell.loading import load_engine
from emulator.profile import load

load_engine()

from emulator.console.context import Console, Context  # noqa: E402 - the engine has to be loaded first
from emulator.console.environment import user_environment  # noqa: E402
from emulator.console.programs.powershell.output import ConsoleInterface  # noqa: E402
from emulator.console.programs.powershell.process_sessions import listen  # noqa: E402
from emulator.console.programs.powershell.session import initial_session  # noqa: E402
from emulator.console.streams import Collector, MemoryReader  # noqa: E402
from emulator.powershell.format.out import text_of  # noqa: E402
from emulator.powershell.runtime import Runspace  # noqa: E402
from emulator.shells.service import ShellService  # noqa: E402


class ConsoleSession:
    """A session of the administrator, or of another account of the machine by its name; on a host that is
    given, with the shells that it has already, the session of one more process."""

    def __init__(
        self,
        profile: str = "windows-server-2022-datacenter",
        user: str | None = None,
        host: Host | None = None,
        shells: ShellService | None = None,
    ) -> None:
        self.host = host or Host(load(profile), clock_mode="manual")
        accounts = self.host.accounts
        account = (
            accounts.administrator if user is None else accounts.create(user, "Pa55w.rd!", groups=("Users",))
        )
        self.shells = shells or ShellService(self.host, emulator.console)
        self.output = output = Collector(437)
        context = Context(
            host=self.host,
            account=account,
            console=Console(437, ()),
            environment=user_environment(self.host, account),
            directory="C:\\Users\\Administrator",
            stdin=MemoryReader(b"", 437),
            stdout=output,
            stderr=output,
            cancelled=threading.Event(),
            process_id=self.host.processes.start("powershell.exe", account=account.qualified_name).id,
        )
        interface = ConsoleInterface(context, interactive=False)
        interface.width = 120
        self.interface = interface
        self.runspace = Runspace(initial_session(context, interface))
        listen(self.runspace.engine)

    def shown(self, script: str) -> str:
        """What the console shows of the script. Fails the test when it reports an error."""
        result = self.runspace.run(script)
        problems = [*result.errors, *([result.failure] if result.failure else [])]
        assert not problems, [one.message for one in problems]
        text = text_of(result.output, self.runspace.engine, 120)
        return "\n".join(line.rstrip() for line in text.replace("\r\n", "\n").strip("\n").split("\n"))

    def values(self, script: str) -> list[Any]:
        """What the script writes. Fails the test when it reports an error."""
        result = self.runspace.run(script)
        problems = [*result.errors, *([result.failure] if result.failure else [])]
        assert not problems, [one.message for one in problems]
        return list(result.output)

    def error(self, script: str) -> tuple[str, str, str]:
        """Identifier, category line and message of the one error of a script."""
        result = self.runspace.run(script)
        (problem,) = [*result.errors, *([result.failure] if result.failure else [])]
        return problem.fully_qualified_error_id, problem.category, problem.message
