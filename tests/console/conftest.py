"""A fake machine and a way to run one command line on it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import pytest

from emulator import console
from emulator.console.process import Environment, InputStream, OutputStream, Process
from emulator.host import Host
from emulator.profile import Profile, load

#: More than any test writes, so that no writer waits for a reader.
PENDING = 256 * 1024 * 1024


class Ended(NamedTuple):
    """What a command line left: its exit code and its two streams as text."""

    code: int
    out: str
    err: str


@dataclass
class Machine:
    """One fake machine; `run` starts a process on it and waits for its end."""

    host: Host
    variables: dict[str, str] = field(default_factory=dict)

    def process(self, command_line: str, stdin: bytes = b"", **options: Any) -> Process:
        account = options.pop("account", None) or self.host.accounts.find("Administrator")
        environment = Environment({**self.variables, **options.pop("environment", {})})
        source = InputStream()
        source.feed(stdin, end=options.pop("end", True))
        return Process(
            host=self.host,
            account=account,
            command_line=command_line,
            stdin=source,
            stdout=OutputStream("stdout", limit=PENDING),
            stderr=OutputStream("stderr", limit=PENDING),
            environment=environment,
            **options,
        )

    def run(self, command_line: str, stdin: bytes = b"", **options: Any) -> Ended:
        process = self.process(command_line, stdin, **options)
        code = console.start(process)
        return Ended(code, _text(process.stdout), _text(process.stderr))

    def write(self, path: str, text: str | bytes) -> None:
        self.host.filesystem.write(path, text.encode() if isinstance(text, str) else text)

    def read(self, path: str) -> str:
        return self.host.filesystem.read(path).decode()

    def batch(self, text: str, arguments: str = "", stdin: bytes = b"") -> Ended:
        """Run `text` as a batch file without echo."""
        self.write("C:\\work\\test.cmd", "@echo off\r\n" + text.replace("\n", "\r\n"))
        return self.run(f"C:\\work\\test.cmd {arguments}", stdin)


def _text(stream: OutputStream) -> str:
    return stream.take(PENDING).decode("cp437")


@pytest.fixture
def machine() -> Machine:
    host = Host(load("windows-server-2022-datacenter"), clock_mode="fast")
    host.filesystem.make_directory("C:\\work")
    return Machine(host)


@pytest.fixture
def make_machine() -> Callable[[Profile], Machine]:
    """Make the machine of a profile."""
    return lambda profile: Machine(Host(profile, clock_mode="fast"))


@pytest.fixture
def run(machine: Machine) -> Callable[..., Ended]:
    """Run one command line on a fresh machine: (exit code, standard output, standard error)."""
    return machine.run
