"""pytest fixtures: `hyperv_host` is a machine of the test's own, `hyperv_host_factory` makes more of them.

A machine starts in milliseconds, so each test gets a fresh one on ephemeral loopback ports. Its profile
comes from the ini option `hyperv_profile` (default: windows-server-2022-datacenter) and its clock from
`hyperv_clock` (default: fast, so that a virtual machine is running as soon as anybody looks).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from emulator import HyperVHost


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addini(
        "hyperv_profile", "profile of the hyperv_host fixture", default="windows-server-2022-datacenter"
    )
    parser.addini("hyperv_clock", "clock of the hyperv_host fixture: real, fast or manual", default="fast")


@pytest.fixture
def hyperv_host_factory(pytestconfig: pytest.Config) -> Iterator[Callable[..., HyperVHost]]:
    """Call it with the arguments of `emulator.HyperVHost`; every machine stops when the test ends."""
    from emulator import HyperVHost

    started: list[HyperVHost] = []

    def start(profile: str | Path | None = None, **options: object) -> HyperVHost:
        chosen = profile if profile is not None else str(pytestconfig.getini("hyperv_profile"))
        options.setdefault("clock", str(pytestconfig.getini("hyperv_clock")))
        host = HyperVHost(chosen, **options).start()  # type: ignore[arg-type]
        started.append(host)
        return host

    yield start
    for host in started:
        host.stop()


@pytest.fixture
def hyperv_host(hyperv_host_factory: Callable[..., HyperVHost]) -> HyperVHost:
    """A fresh fake Hyper-V host; see its `http_url`, `https_url`, `profile.users` and `machine`."""
    return hyperv_host_factory()
