"""Runspace pools against psrpcore's own client, in memory: no SOAP, no sockets."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import psrpcore
import pytest
from psrpcore.types import PSRPMessageType, RunspacePoolState

from emulator.host import Host
from emulator.profile import load
from emulator.profile.overrides import with_overrides
from emulator.shells import ShellService, ShellSettings
from emulator.shells.powershell import PoolRequest, RunspacePoolShell

SETTINGS = ShellSettings(
    input_streams=("stdin", "pr"), output_streams=("stdout",), has_chosen_id=True, idle_timeout=60.0
)


class Remote:
    """A client: psrpcore's pool on one side, a RunspacePoolShell on the other."""

    def __init__(
        self, service: ShellService, account: Any, configuration: str = "Microsoft.PowerShell", **options: Any
    ) -> None:
        self.service = service
        self.account = account
        self.client = psrpcore.ClientRunspacePool(**options)
        self.client.open()
        opening = self.client.data_to_send().data
        rest = self.client.data_to_send()
        opening += rest.data if rest else b""
        self.pool: RunspacePoolShell = service.create_pool(
            account,
            configuration,
            "192.0.2.7",
            SETTINGS,
            PoolRequest(opening, "2.3", "http://hv/wsman"),
            str(self.client.runspace_pool_id).upper(),
        )
        while self.client.state != RunspacePoolState.Opened:
            self.receive()

    def receive(
        self, identifier: str | None = None, timeout: float = 10.0, limit: int = 100_000
    ) -> list[Any]:
        """One Receive; the events in it. The last element of a finished pipeline is its exit code 0."""
        taken = self.pool.receive(identifier, ("stdout",), timeout, limit)
        events: list[Any] = []
        for _, data in taken.chunks:
            self.client.receive_data(
                psrpcore.PSRPPayload(
                    data, psrpcore.StreamType.default, uuid.UUID(identifier) if identifier else None
                )
            )
            while (event := self.client.next_event()) is not None:
                events.append(event)
        if taken.exit_code is not None:
            events.append(taken.exit_code)
        return events

    def begin(self, script: str = "", *, no_input: bool = True, **options: Any) -> Any:
        """Start a pipeline of one script; psrpcore's pipeline object."""
        pipeline = psrpcore.ClientPowerShell(self.client, no_input=no_input, **options)
        pipeline.add_script(script)
        return self.invoke(pipeline)

    def invoke(self, pipeline: Any) -> Any:
        pipeline.start()
        first = self.client.data_to_send(32_768)
        self.pool.run(first.data, str(pipeline.pipeline_id).upper())
        self.flush(pipeline)
        return pipeline

    def flush(self, pipeline: Any = None, stream: str = "stdin") -> None:
        """Send what the client has to say."""
        identifier = None if pipeline is None else str(pipeline.pipeline_id).upper()
        while (payload := self.client.data_to_send(32_768)) is not None:
            self.pool.send(identifier, stream, payload.data)

    def finish(self, pipeline: Any) -> list[Any]:
        """Receive to the end; all events."""
        identifier = str(pipeline.pipeline_id).upper()
        events: list[Any] = []
        while True:
            events += self.receive(identifier)
            if events and events[-1] == 0:
                return events[:-1]

    def run(self, script: str, **options: Any) -> list[Any]:
        """The output objects of a script."""
        events = self.finish(self.begin(script, **options))
        return [one.data for one in events if one.message_type == PSRPMessageType.PipelineOutput]


@pytest.fixture
def profile_name() -> str:
    return "windows-server-2022-datacenter"


@pytest.fixture
def machine(profile_name: str) -> Iterator[Host]:
    profile = with_overrides(load(profile_name), user="Administrator", password="Passw0rd!", clock="real")
    host = Host(profile)
    yield host
    host.close()


@pytest.fixture
def service(machine: Host) -> Iterator[ShellService]:
    made = ShellService(machine)
    yield made
    made.close()
    assert not [one for one in threading.enumerate() if one.name.startswith("pipeline-") and not _ends(one)]


def _ends(thread: threading.Thread) -> bool:
    thread.join(5)
    return not thread.is_alive()


@pytest.fixture
def account(machine: Host) -> Any:
    return machine.accounts.find("Administrator")


@pytest.fixture
def open_remote(service: ShellService, account: Any) -> Callable[..., Remote]:
    return lambda **options: Remote(service, account, **options)


@pytest.fixture
def remote(open_remote: Callable[..., Remote]) -> Remote:
    return open_remote()
