"""A shell service over programs that are Python callables."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from emulator.console.process import ProgramNotFound
from emulator.host import Host
from emulator.host.security.accounts import Account
from emulator.profile import load
from emulator.shells import ShellService, ShellSettings

CMD = "http://schemas.microsoft.com/wbem/wsman/1/windows/shell/cmd"


class Programs:
    """A console: command lines that are known run their callable, others echo themselves."""

    def __init__(self) -> None:
        self.known: dict[str, Callable[[Any], int]] = {}
        self.started: list[Any] = []

    def check(self, process: Any) -> None:
        if process.command_line not in self.known:
            raise ProgramNotFound(process.command_line)

    def start(self, process: Any) -> int:
        self.started.append(process)
        program = self.known.get(process.command_line)
        if program is not None:
            return program(process)
        process.stdout.write(process.command_line)
        return 0


def _account(host: Host, name: str) -> Account:
    return host.accounts.find(name) or host.accounts.create(name, "Pa55w.rd!", groups=("Administrators",))


@pytest.fixture
def account() -> Callable[[Host, str], Account]:
    """The account of a machine by its name, which is made when it is not there."""
    return _account


@pytest.fixture
def programs() -> Programs:
    return Programs()


@pytest.fixture
def make_service(programs: Programs) -> Any:
    """Make a shell service; keywords change fields of `winrm.shells`, `mode` the clock."""
    made: list[ShellService] = []

    def make(mode: str = "manual", **shells: Any) -> ShellService:
        profile = load("windows-server-2022-datacenter")
        winrm = profile.winrm.replaced(shells=profile.winrm.shells.replaced(**shells))
        host = Host(profile.replaced(winrm=winrm), clock_mode=mode)
        made.append(ShellService(host, programs))
        return made[-1]

    yield make
    for service in made:
        service.close()
        service.host.close()


@pytest.fixture
def service(make_service: Callable[..., ShellService]) -> ShellService:
    return make_service()


@pytest.fixture
def open_shell() -> Callable[..., Any]:
    """Create a shell of a user in a service; keywords are those of ShellSettings."""

    def create(
        service: ShellService, user: str = "Administrator", identifier: Any = None, **settings: Any
    ) -> Any:
        return service.create(
            _account(service.host, user), CMD, "192.0.2.7", ShellSettings(**settings), identifier
        )

    return create
