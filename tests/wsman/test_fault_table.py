"""Every row of the fault table: a request that is answered with it, or the reason why none can be."""

from __future__ import annotations

import pytest

from emulator.host import Host
from emulator.profile import load
from emulator.shells import ShellService
from emulator.wmi import WmiService
from emulator.wsman import WsmanService
from emulator.wsman.faults import ACTIONS, FaultRow, fault_table
from tests.wsman.fault_requests import PROVOKED, UNREACHABLE, World

#: Rows that stand in the table twice are the same here.
ROWS: dict[tuple[str, str, str], FaultRow] = {}
for _each in fault_table():
    ROWS.setdefault((_each.name, _each.subcode, _each.detail), _each)


@pytest.fixture
def world(client, make_client, console, account):
    profile = load("windows-server-2022-datacenter")
    host = Host(profile.replaced(inventory=type(profile.inventory)()), clock_mode="manual")
    client.service = WsmanService(host, WmiService(host), ShellService(host, console))
    client.account = host.accounts.find("Administrator")
    yield World(client, make_client, console, account)
    client.service.close()
    host.close()


def test_every_row_is_provoked_or_has_its_reason_and_none_has_both():
    listed = [*PROVOKED, *UNREACHABLE]
    assert sorted(set(listed)) == sorted(listed)
    assert not set(ROWS) - set(listed), "rows of the table that nobody speaks of"
    assert not set(listed) - set(ROWS), "rows that the table does not have"


@pytest.mark.parametrize("key", PROVOKED, ids=lambda key: "-".join(filter(None, (key[0], key[2]))))
def test_a_request_is_answered_with_the_row(world, key):
    row = ROWS[key]
    reply = PROVOKED[key](world)
    assert reply.status == 500, reply.text
    assert reply.value("//s:Fault/s:Code/s:Value") == row.soap_code
    assert reply.code == row.code, reply.text
    assert [each.text for each in reply.all("//s:Subcode/s:Value")] == ([row.subcode] if row.subcode else [])
    details = [each.text.rpartition("/")[2] for each in reply.all("//w:FaultDetail")]
    assert details == ([row.detail] if row.detail else [])
    assert reply.action == ACTIONS[row.action]
