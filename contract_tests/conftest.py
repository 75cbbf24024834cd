"""Servers for black-box tests: each test gets a machine of its own on ephemeral loopback ports.

Starting one costs milliseconds, so nothing is shared and tests run in parallel and in any order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from emulator import HyperVHost

if TYPE_CHECKING:
    from pypsrp.powershell import RunspacePool
    from pypsrp.wsman import WSMan

USER = "Administrator"
PASSWORD = "Passw0rd!"

Serve = Callable[..., HyperVHost]


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Serve]:
    """Start a host: `serve()` the default profile, `serve("name")`, `serve(yaml="extends: ...")`."""
    started: list[HyperVHost] = []

    def start(profile: str = "windows-server-2022-datacenter", *, yaml: str | None = None, **options):
        if yaml is not None:
            path = tmp_path / f"profile-{len(started)}.yaml"
            path.write_text(yaml, encoding="utf-8")
            profile = str(path)
        options.setdefault("clock", "fast")
        options.setdefault("user", USER)
        options.setdefault("password", PASSWORD)
        host = HyperVHost(profile, **options).start()
        started.append(host)
        return host

    yield start
    for host in started:
        host.stop()


@pytest.fixture
def host(serve: Serve) -> HyperVHost:
    """The default profile: a Windows Server 2022 Datacenter with the role."""
    return serve()


ALLOW_BASIC = """
winrm:
  allow_unencrypted: true
  authentication: {basic: true}
"""


@pytest.fixture
def basic_host(serve: Serve) -> HyperVHost:
    """The default profile with Basic authentication and unencrypted bodies allowed."""
    return serve(yaml="name: basic\nextends: windows-server-2022-datacenter\n" + ALLOW_BASIC)


@contextmanager
def restarting(host: HyperVHost) -> Iterator[None]:
    """What is done inside asks for a restart; afterwards the machine has been away and is back."""
    machine = host.machine
    with machine.looking():
        before = machine.operating_system.revision
    yield
    back = machine.wait_for(
        lambda: machine.power.is_on and machine.operating_system.revision != before, 30, skip_time=False
    )
    assert back, f"the machine stays {machine.power.state.value}"


@pytest.fixture
def wsman(host: HyperVHost) -> Iterator[WSMan]:
    """A connection of pypsrp to the default profile."""
    from psrp import connect

    with connect(host) as connection:
        yield connection


@pytest.fixture
def pool(wsman: WSMan) -> Iterator[RunspacePool]:
    """An open runspace pool on it."""
    from pypsrp.powershell import RunspacePool

    with RunspacePool(wsman) as opened:
        yield opened
