"""A small host for the tests: 32 GB, Intel, Windows Server 2022, with the clock in the test's hand."""

import copy
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import yaml
from host.audit import audit
from host.replica_pair import Pair, servers

from emulator.host import Host, Job
from emulator.profile import Profile, loads

GIGABYTE = 1 << 30
START = datetime(2024, 3, 1, 12, tzinfo=UTC)

BASE: dict[str, Any] = {
    "hardware": {
        "processor": {
            "vendor": "Intel",
            "model": "Intel(R) Xeon(R) Gold 6338 CPU @ 2.00GHz",
            "cores_per_socket": 8,
            "clock_megahertz": 2000,
            "family": 6,
            "model_number": 106,
            "stepping": 6,
        },
        "memory": "32 GB",
        "disks": [
            {
                "model": "PERC H755",
                "size": "500 GB",
                "volumes": [{"drive_letter": "C", "size": "200 GB"}, {"drive_letter": "D", "used": "0 GB"}],
            }
        ],
        "network_adapters": [
            {
                "name": "Ethernet",
                "description": "Intel(R) Ethernet X710",
                "mac_address": "AA-BB-CC-00-00-01",
                "ipv4_addresses": ["192.0.2.10"],
            }
        ],
    },
    "operating_system": {"release": "2022", "edition": "Datacenter", "computer_name": "HV01"},
    "hyper_v": {"role": "enabled", "management_tools": True},
    "users": [
        {"name": "Administrator", "password": "Passw0rd!", "groups": ["Administrators"]},
        {"name": "operator", "password": "Secret1", "groups": ["Users", "Remote Desktop Users"]},
        {"name": "guest2", "password": "Secret2", "groups": ["Users"]},
        {"name": "former", "password": "Secret3", "groups": ["Administrators"], "disabled": True},
    ],
}


def merge(base: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    merged = copy.deepcopy(base)
    for key, value in changes.items():
        old = merged.get(key)
        merged[key] = merge(old, value) if isinstance(old, dict) and isinstance(value, dict) else value
    return merged


@pytest.fixture
def make_profile() -> Callable[..., Profile]:
    """A profile: the small host with changes, section by section."""

    def make(**changes: Any) -> Profile:
        return loads(yaml.safe_dump(merge(BASE, changes)))

    return make


@pytest.fixture
def make_host(make_profile: Callable[..., Profile]) -> Iterator[Callable[..., Host]]:
    """A host: the small one with changes; its clock stands still unless another mode is named."""
    made: list[Host] = []

    def make(clock: str = "manual", **changes: Any) -> Host:
        host = Host(make_profile(**changes), clock, start=START if clock == "manual" else None)
        made.append(host)
        return host

    yield make
    for host in made:
        host.close()


@pytest.fixture
def host(make_host: Callable[..., Host]) -> Host:
    return make_host()


@pytest.fixture
def advance(host: Host) -> Callable[[float], None]:
    """Move the clock of ``host`` by seconds."""
    return lambda seconds: host.clock.advance(timedelta(seconds=seconds))


@pytest.fixture
def finish() -> Callable[[Job], Job]:
    """Move a manual clock until a job has ended."""

    def run(job: Job) -> Job:
        clock = job.host.clock
        while not job.finished:
            due = clock.next_event()
            assert due is not None
            clock.advance(due - clock.now())
        return job

    return run


@pytest.fixture
def pair(make_host: Callable[..., Host]) -> Iterator[Pair]:
    """Two servers; whatever a test does to them, both are sound at its end."""
    made = servers(make_host)
    yield made
    for host in made.hosts:
        assert audit(host) == []
        assert host.virtual_disks.audit() == []
        assert host.filesystem.audit() == []
