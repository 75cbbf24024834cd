"""Replications that a profile states: they go on from the first moment."""

from __future__ import annotations

from datetime import timedelta

import pytest

from emulator.host.neighbourhood import Neighbourhood
from emulator.host.replication.replication_failover import fail_over
from emulator.host.replication.replication_relationship import (
    ReplicationHealth,
    ReplicationMode,
    ReplicationState,
    mode_of,
)
from emulator.profile import ProfileError
from emulator.wmi import WmiService

V2 = "root/virtualization/v2"
ID = "11111111-2222-3333-4444-AAAAAAAAAAAA"
DISK = "D:\\VHD\\web.vhdx"


def facts(name, release="2022", *, disk=True, **changes):
    other = "HV02" if name == "HV01" else "HV01"
    mode = "primary" if name == "HV01" else "replica"
    machine = {
        "name": "web",
        "id": ID,
        "hard_disks": [{"path": DISK}] if disk else [],
        "replication": {"mode": mode, "partner": f"{other}.contoso.local", **changes},
    }
    return {
        "operating_system": {"computer_name": name, "domain": "contoso.local", "release": release},
        "inventory": {
            "virtual_disks": [{"path": DISK, "size": "10 GB"}] if disk else [],
            "virtual_machines": [machine],
        },
    }


def advance(hosts, seconds):
    for _ in range(2):
        for host in hosts:
            host.clock.advance(timedelta(seconds=seconds / 2))


def machines(hosts):
    return [host.virtual_machines[ID] for host in hosts]


def test_two_profiles_that_name_each_other_replicate_from_the_start(make_host):
    hosts = [make_host(**facts(name)) for name in ("HV01", "HV02")]
    together = Neighbourhood()
    for host in hosts:
        together.join(host)
    primary, replica = machines(hosts)
    assert (mode_of(primary), mode_of(replica)) == (ReplicationMode.PRIMARY, ReplicationMode.REPLICA)
    assert primary.relationships[0].health is replica.relationships[0].health is ReplicationHealth.OK
    primary.hard_disk_drives[0].virtual_disk.write(0, 1 << 20)
    advance(hosts, 700)
    assert primary.relationships[0].statistics.successes == 2
    assert len(replica.hard_disk_drives[0].virtual_disk.written) == 1 << 20
    job = fail_over(replica)
    advance(hosts, 10)
    job.raise_if_failed()
    assert replica.relationships[0].state is ReplicationState.RECOVERED


def test_a_partner_that_is_not_there_makes_the_primary_critical(make_host):
    host = make_host(**facts("HV01", frequency=30))
    (primary,) = machines([host])
    advance([host], 30 * 30)
    assert primary.relationships[0].state is ReplicationState.CRITICAL
    assert primary.relationships[0].health is ReplicationHealth.CRITICAL


@pytest.mark.parametrize(
    ("state", "shown", "health"),
    [
        ("ready", 1, 2),
        ("replicating", 3, 1),
        ("suspended", 7, 2),
        ("critical", 8, 3),
        ("resynchronization-required", 9, 3),
    ],
)
def test_a_state_of_the_profile_is_that_of_wmi(make_host, state, shown, health):
    host = make_host(**facts("HV01", state=state))
    space = WmiService(host).namespace(V2)
    machine = space.resolve("Msvm_ComputerSystem", {"Name": ID})
    assert (machine.value("ReplicationState"), machine.value("ReplicationHealth")) == (shown, health)
    assert machine.value("ReplicationMode") == 1


def test_what_a_release_does_not_have_is_an_error_of_the_profile(make_host):
    with pytest.raises(ProfileError, match="no Hyper-V Replica"):
        make_host(**facts("HV01", "2008R2"))
    with pytest.raises(ProfileError, match="every 300 seconds"):
        make_host(**facts("HV01", "2012", frequency=30))
    with pytest.raises(ProfileError, match="needs a virtual hard disk"):
        make_host(**facts("HV01", disk=False))
    wrong = facts("HV02")
    wrong["inventory"]["virtual_machines"][0]["state"] = "running"
    with pytest.raises(ProfileError, match="a replica is off"):
        make_host(**wrong)
