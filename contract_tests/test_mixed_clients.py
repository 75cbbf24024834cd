"""Clients of every kind at the same time against one host: no error, and a sound host at each moment."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable

import pytest
from conftest import PASSWORD, USER
from host.audit import audit
from pypsrp.wsman import WSMan
from soap import CIMV2, V2, SoapClient
from winrm import Session

from emulator import HyperVHost

pytestmark = pytest.mark.slow

SECONDS = 5.0
VM = V2 + "Msvm_ComputerSystem"
#: Return values of a state change that another client may have overtaken: done, a job, invalid state.
STATE_CHANGED = {"0", "4096", "32775"}


def read_one(_: HyperVHost, client: SoapClient) -> None:
    assert client.get(CIMV2 + "Win32_OperatingSystem").status == 200


def list_all(_: HyperVHost, client: SoapClient) -> None:
    query = "SELECT * FROM Msvm_ComputerSystem WHERE Name != __SERVER"
    assert len(client.wql("root/virtualization/v2", query)) >= 4


def change_states(host: HyperVHost, client: SoapClient) -> None:
    for number in range(4):
        (vm,) = host.machine.virtual_machines.find(f"mixed{number}")
        for state in (2, 9, 2, 3):
            selectors = {"CreationClassName": "Msvm_ComputerSystem", "Name": vm.id}
            answer = client.invoke(
                VM, "RequestStateChange", f"<p:RequestedState>{state}</p:RequestedState>", selectors
            )
            assert answer.property("ReturnValue") in STATE_CHANGED, answer.body


def run_a_command(host: HyperVHost, _: SoapClient) -> None:
    answer = Session(host.http_url, auth=(USER, PASSWORD), transport="ntlm").run_cmd("hostname")
    assert (answer.status_code, answer.std_err) == (0, b"")


def make_and_remove(host: HyperVHost, _: SoapClient) -> None:
    name = f"brief{threading.get_ident()}"
    script = (
        f"New-VM -Name {name} | Out-Null; Start-VM {name}; Stop-VM {name} -TurnOff; Remove-VM {name} -Force"
    )
    answer = Session(host.http_url, auth=(USER, PASSWORD), transport="ntlm").run_ps(script)
    assert (answer.status_code, answer.std_err) == (0, b"")


def read_sealed(host: HyperVHost, _: SoapClient) -> None:
    with WSMan(
        "127.0.0.1", port=host.http_port, ssl=False, username=USER, password=PASSWORD, auth="ntlm"
    ) as wsman:
        wsman.get(CIMV2 + "Win32_OperatingSystem")


JOBS = [read_one, list_all, change_states, run_a_command, make_and_remove, read_sealed]


@pytest.fixture
def host(serve) -> HyperVHost:
    machines = ", ".join(f"{{name: mixed{number}}}" for number in range(4))
    return serve(
        yaml="name: mixed\nextends: windows-server-2022-datacenter\n"
        "winrm: {allow_unencrypted: true, authentication: {basic: true}}\n"
        f"inventory: {{virtual_machines: [{machines}]}}\n"
    )


def test_clients_of_every_kind_at_once_meet_no_error_and_leave_a_sound_host(host):
    deadline = time.monotonic() + SECONDS
    done: Counter[str] = Counter()
    errors: list[str] = []

    def work(job: Callable[[HyperVHost, SoapClient], None]) -> None:
        try:
            with SoapClient(host) as client:
                while time.monotonic() < deadline and not errors:
                    job(host, client)
                    done[job.__name__] += 1
        except Exception as error:  # noqa: BLE001 -- told by the test's own thread
            errors.append(f"{job.__name__}: {error!r:.2000}")

    threads = [threading.Thread(target=work, args=(job,)) for job in JOBS * 2]
    for thread in threads:
        thread.start()
    broken: list[str] = []
    while any(thread.is_alive() for thread in threads):
        broken += audit(host.machine)
        time.sleep(0.05)
    for thread in threads:
        thread.join()
    assert errors == []
    assert broken == []
    assert audit(host.machine) == []
    assert set(done) == {job.__name__ for job in JOBS}
    assert sorted(vm.name for vm in host.machine.virtual_machines) == [f"mixed{n}" for n in range(4)]
