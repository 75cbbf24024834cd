"""Runspace pools through pypsrp: versions, quotas, sessions that are left and found again."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from conftest import USER
from psrp import connect, query, run, values
from pypsrp.exceptions import InvalidPSRPOperation, WSManFaultError
from pypsrp.powershell import PowerShell, RunspacePool


def test_an_opened_pool_tells_the_servers_versions(pool):
    table = pool.application_private_data.data["PSVersionTable"]
    assert pool.protocol_version == "2.3"
    assert table["PSVersion"] == "5.1.20348.1"
    assert table["PSRemotingProtocolVersion"] == "2.3"


@pytest.mark.parametrize("auth", ["negotiate", "ntlm"])
def test_a_pool_over_https(host, auth):
    with connect(host, ssl=True, auth=auth) as connection, RunspacePool(connection) as pool:
        assert values(pool, "1 + 1") == [2]


def test_a_pool_over_basic_in_the_clear(basic_host):
    with (
        connect(basic_host, auth="basic", encryption="never") as connection,
        RunspacePool(connection) as pool,
    ):
        assert values(pool, "$env:USERNAME") == [USER]


@pytest.mark.parametrize(
    ("profile", "version"),
    [("windows-server-2008r2-enterprise", "2.1"), ("windows-server-2012-datacenter", "2.2")],
)
def test_an_older_release_speaks_its_own_protocol_version(serve, profile, version):
    host = serve(profile)
    with connect(host) as connection, RunspacePool(connection) as pool:
        assert pool.protocol_version == version
        ps = run(pool, "Write-Host 'seen'; 'done'")
    assert ps.output == ["done"]
    assert ps.streams.information == []


def test_an_unknown_session_configuration_is_named_in_the_fault(wsman):
    pool = RunspacePool(wsman, configuration_name="No.Such")
    with pytest.raises(WSManFaultError) as caught:
        pool.open()
    assert caught.value.code == 0x8033803B
    assert "Cannot find the No.Such session configuration" in caught.value.message


def test_the_32_bit_configuration_exists_and_the_workflow_one_is_a_gap(host, wsman):
    with RunspacePool(wsman, configuration_name="microsoft.powershell32") as pool:
        assert values(pool, "$PSSenderInfo.ConfigurationName") == ["microsoft.powershell32"]
        assert values(pool, "[IntPtr]::Size; $env:PROCESSOR_ARCHITECTURE") == [4, "x86"]
    with pytest.raises(WSManFaultError):
        RunspacePool(wsman, configuration_name="microsoft.powershell.workflow").open()
    assert any("workflow" in gap for gap in host.machine.gaps.counts("ws-management"))


def test_application_arguments_reach_the_script(wsman):
    pool = RunspacePool(wsman)
    pool.open(application_arguments={"colour": "blue", "size": 3})
    try:
        assert values(pool, "$PSSenderInfo.ApplicationArguments.colour") == ["blue"]
        assert values(pool, "$PSSenderInfo.ApplicationArguments.size + 1") == [4]
        (name,) = values(pool, "$PSSenderInfo.UserInfo.Identity.Name")
        assert name.endswith(f"\\{USER}")
    finally:
        pool.close()


def test_runspaces_are_counted_and_limited(pool):
    assert pool.get_available_runspaces() == 1
    pool.max_runspaces = 5
    assert pool.get_available_runspaces() == 5
    pool.min_runspaces = 2
    with pytest.raises(InvalidPSRPOperation):
        pool.max_runspaces = -1
    with pytest.raises(InvalidPSRPOperation):
        pool.min_runspaces = -1


def test_resetting_the_state_forgets_variables(pool):
    values(pool, "$kept = 5; function keep { 7 }")
    assert values(pool, "$kept; keep") == [5, 7]
    pool.reset_runspace_state()
    assert values(pool, "$null -eq $kept; keep; $PSVersionTable.PSVersion.Major") == [True, 7, 5]


def test_is_alive_follows_the_shell(host, pool):
    assert pool.is_alive()
    host.shells.reset()
    assert not pool.is_alive()


def test_the_pool_is_a_process_of_the_machine_until_it_closes(wsman):
    query_text = "SELECT Name, ProcessId FROM Win32_Process WHERE Name = 'wsmprovhost.exe'"
    with RunspacePool(wsman) as pool:
        found = query(wsman, "root/cimv2", query_text)
        identifiers = [child.text for item in found for child in item if child.tag.endswith("ProcessId")]
        assert [int(one) for one in identifiers] == values(pool, "$PID")
    assert query(wsman, "root/cimv2", query_text) == []


def test_a_job_of_a_pool_is_a_process_below_its_own_and_ends_with_it(wsman):
    query_text = "SELECT ParentProcessId FROM Win32_Process WHERE Name = 'powershell.exe'"
    with RunspacePool(wsman) as pool:
        (own,) = values(pool, "$null = Start-Job { while ($true) { } }; $PID")
        found = query(wsman, "root/cimv2", query_text)
        parents = [child.text for item in found for child in item if child.tag.endswith("ParentProcessId")]
        assert parents == [str(own)]
    assert query(wsman, "root/cimv2", query_text) == []


def test_a_pool_whose_process_is_ended_answers_with_the_fault_of_windows(host, wsman):
    pool = RunspacePool(wsman)
    pool.open()
    (shell,) = host.shells.list()

    def end_once_somebody_waits():
        while not shell._active:
            time.sleep(0.001)
        with host.machine.looking():
            host.machine.processes.end(shell.process_id)

    with ThreadPoolExecutor(1) as other:
        ended = other.submit(end_once_somebody_waits)
        with pytest.raises(WSManFaultError) as caught:
            run(pool, "while ($true) { }")
        ended.result(20)
    assert caught.value.code == 1726
    assert "The WSMan provider host process did not return a proper response." in caught.value.message
    with pytest.raises(WSManFaultError) as caught:
        run(pool, "1")
    assert caught.value.code == 0x8033805B


def test_disconnect_and_reconnect_by_the_same_client(pool):
    values(pool, "$x = 'kept'")
    pool.disconnect()
    with pytest.raises(WSManFaultError) as caught:
        pool.shell.receive("stdout")
    assert caught.value.code == 0x803381C4
    pool.connect()
    assert values(pool, "$x") == ["kept"]


def test_another_client_finds_a_disconnected_pool_and_its_pipelines(serve):
    host = serve(clock="real")
    with connect(host) as one:
        pool = RunspacePool(one)
        pool.open()
        values(pool, "$x = 'kept'")
        ps = PowerShell(pool)
        ps.add_script("'a'; Start-Sleep -Milliseconds 300; 'b'")
        ps.begin_invoke()
        pool.disconnect()
    with connect(host) as other:
        (found,) = RunspacePool.get_runspace_pools(other)
        assert found.id == pool.id
        (left,) = found.create_disconnected_power_shells()
        found.connect()
        left.connect()
        assert left.end_invoke() == ["a", "b"]
        assert values(found, "$x") == ["kept"]
        found.close()
        assert RunspacePool.get_runspace_pools(other) == []


def test_a_receive_that_waits_ends_when_the_pool_is_disconnected(host, wsman):
    with connect(host) as other, RunspacePool(wsman) as pool:
        codes: list[int] = []

        def wait() -> None:
            shell = pool.shell
            try:
                other.receive(shell.resource_uri, receive_body(), selector_set=shell._selector_set)
            except WSManFaultError as fault:
                codes.append(fault.code)

        waiting = threading.Thread(target=wait)
        waiting.start()
        time.sleep(0.2)
        pool.disconnect()
        waiting.join(5)
        assert codes == [0x803381DE]
        pool.connect()


def receive_body():
    import xml.etree.ElementTree as ElementTree

    space = "{http://schemas.microsoft.com/wbem/wsman/1/windows/shell}"
    body = ElementTree.Element(f"{space}Receive")
    ElementTree.SubElement(body, f"{space}DesiredStream").text = "stdout"
    return body


def test_closing_the_pool_ends_what_runs_in_it(serve):
    host = serve(clock="real")
    with connect(host) as connection:
        pool = RunspacePool(connection)
        pool.open()
        ps = PowerShell(pool)
        ps.add_script("while ($true) { Start-Sleep 1 }")
        ps.begin_invoke()
        pool.close()
    deadline = time.monotonic() + 5
    while any(t.name.startswith("pipeline-") for t in threading.enumerate()):
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_twenty_connections_in_parallel(host):
    def one(number: int) -> list:
        with connect(host) as connection, RunspacePool(connection) as pool:
            return values(pool, f"{number} * 2; (Get-VM).Count -gt 0")

    with ThreadPoolExecutor(20) as workers:
        results = list(workers.map(one, range(20)))
    assert results == [[number * 2, True] for number in range(20)]


def test_more_pools_than_the_quota_are_refused(serve):
    host = serve("windows-server-2012r2-datacenter")
    opened: list[RunspacePool] = []
    with connect(host) as connection:
        with pytest.raises(WSManFaultError) as caught:  # noqa: PT012 -- any of them may be the one too many
            for _ in range(30):
                pool = RunspacePool(connection)
                pool.open()
                opened.append(pool)
        assert caught.value.code == "w:QuotaLimit"
        assert len(opened) == 25
        for pool in opened:
            pool.close()
