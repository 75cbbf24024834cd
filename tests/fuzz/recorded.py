"""Real requests: what the clients of the contract tests send, recorded while those tests run here.

Nothing is stored: a new contract test in one of these modules is a new seed by itself.
"""

from __future__ import annotations

import contextlib
import inspect
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any, Final

import pytest
from soap import SoapClient

from emulator import HyperVHost
from emulator.wsman.messages import WsmanReply, WsmanRequest

#: Modules of contract_tests whose requests are worth damaging.
MODULES: Final = ("test_raw_soap", "test_faults", "test_pywinrm", "test_pypsrp")
_PROFILE: Final = (
    "name: recorded\nextends: windows-server-2022-datacenter\n"
    "winrm: {allow_unencrypted: true, authentication: {basic: true}}\n"
)
_LONGEST: Final = 32 * 1024


@lru_cache(maxsize=1)
def requests() -> tuple[WsmanRequest, ...]:
    """Each different request once, in the order of sending."""
    found: dict[tuple[int, bytes], WsmanRequest] = {}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "recorded.yaml")
        path.write_text(_PROFILE, encoding="utf-8")
        for name in MODULES:
            module = import_module(name)
            for test in _plain_tests(module):
                for request in _recorded(test, path):
                    # The message id is all that differs between two requests of one kind and length.
                    if len(request.body) <= _LONGEST:
                        found.setdefault((len(request.body), request.body[:64]), request)
    return tuple(found.values())


def _plain_tests(module: ModuleType) -> Iterator[Any]:
    """The tests of a module that need no more than a host and a client, and no parameters."""
    for name, test in vars(module).items():
        is_test = name.startswith("test_") and inspect.isfunction(test)
        if is_test and set(inspect.signature(test).parameters) <= {"soap", "basic_host", "host"}:
            yield test


def _recorded(test: Any, profile: Path) -> list[WsmanRequest]:
    with ExitStack() as stack:
        host = stack.enter_context(
            HyperVHost(str(profile), clock="fast", user="Administrator", password="Passw0rd!")
        )
        recording = stack.enter_context(_recording(host))
        given: dict[str, Any] = {"host": host, "basic_host": host}
        wanted = inspect.signature(test).parameters
        if "soap" in wanted:
            given["soap"] = stack.enter_context(SoapClient(host))
        # Whether the test holds is its own business, where it runs as a test.
        with contextlib.suppress(Exception, pytest.fail.Exception, pytest.skip.Exception):
            test(**{name: given[name] for name in wanted})
    return recording


@contextmanager
def _recording(host: HyperVHost) -> Iterator[list[WsmanRequest]]:
    seen: list[WsmanRequest] = []
    handle = host.wsman.handle

    def record(request: WsmanRequest) -> WsmanReply:
        if request.body:
            seen.append(request)
        return handle(request)

    host.wsman.handle = record  # type: ignore[method-assign]
    yield seen
