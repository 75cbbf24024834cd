"""A machine whose events can be subscribed to, over the whole service."""

from __future__ import annotations

import pytest
from event_sink import Sink
from wsman.eventing.event_client import EventClient

from emulator.host import Host
from emulator.profile import load
from emulator.shells import ShellService
from emulator.wmi import WmiService
from emulator.wsman import WsmanService


def make(profile, client, console, mode, **winrm):
    loaded = load(profile)
    changed = {"inventory": type(loaded.inventory)(), "winrm": loaded.winrm.replaced(**winrm)}
    host = Host(loaded.replaced(**changed), clock_mode=mode)
    client.service = WsmanService(host, WmiService(host), ShellService(host, console))
    client.account = host.accounts.find("Administrator")
    client.address = "127.0.0.1"
    return EventClient(client, host)


@pytest.fixture
def build(client, console):
    made = []

    def make_one(mode="real", profile="windows-server-2022-datacenter", **winrm):
        made.append(make(profile, client, console, mode, **winrm))
        return made[-1]

    yield make_one
    for each in made:
        each.client.service.close()
        each.host.close()


@pytest.fixture
def events(build):
    return build()


@pytest.fixture
def vm(events):
    return events.host.virtual_machines.create("one")


@pytest.fixture
def sink():
    made = Sink()
    yield made
    made.close()
