"""Two clients that make, start, checkpoint and delete machines at random for a minute, over WS-Management: each
answer is one that Windows could give, nothing locks up, and the host is sound afterwards."""

from __future__ import annotations

import random
import threading
import time
from xml.sax.saxutils import escape

import pytest
from host.audit import audit
from soap import V2, SoapClient

pytestmark = pytest.mark.slow

SECONDS = 60.0
CLIENTS = 2
MOST_MACHINES = 10
GRACE = 30.0
SERVICE = V2 + "Msvm_VirtualSystemManagementService"
SNAPSHOTS = V2 + "Msvm_VirtualSystemSnapshotService"
SYSTEM = V2 + "Msvm_ComputerSystem"
SETTINGS = V2 + "Msvm_VirtualSystemSettingData"
#: Completed, started, failed, invalid parameter, in use, invalid state, out of memory, file not found.
ANSWERS = {"0", "4096", "32768", "32773", "32774", "32775", "32778", "32779"}
STATES = {"start": 2, "turn off": 3, "save": 6, "pause": 9, "reset": 11}
#: WBEM_E_NOT_FOUND and the fault of a path to something that is gone.
GONE = {2150858752, 2150859002, 0x80041002, 0x8004103A}


def reference(name: str, resource: str, selectors: dict[str, str]) -> str:
    chosen = "".join(
        f'<w:Selector Name="{key}">{escape(value)}</w:Selector>' for key, value in selectors.items()
    )
    return (
        f"<p:{name}><a:Address>http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous</a:Address>"
        f"<a:ReferenceParameters><w:ResourceURI>{resource}</w:ResourceURI>"
        f"<w:SelectorSet>{chosen}</w:SelectorSet></a:ReferenceParameters></p:{name}>"
    )


class Client(threading.Thread):
    """One connection; what is refused is an answer, anything else a failure."""

    def __init__(self, host, seed: int, ends: float) -> None:
        super().__init__(daemon=True)
        self.host = host
        self.random = random.Random(seed)  # noqa: S311  the same steps in each run
        self.ends = ends
        self.answers: dict[tuple[str, str], int] = {}
        self.failure: BaseException | None = None

    def run(self) -> None:
        try:
            with SoapClient(self.host) as client:
                while time.monotonic() < self.ends:
                    what = self.random.choice(
                        [
                            "define",
                            "start",
                            "turn off",
                            "save",
                            "pause",
                            "reset",
                            "checkpoint",
                            "apply",
                            "destroy",
                            "wait",
                        ]
                    )
                    answer = self.step(client, what)
                    self.answers[what, answer] = self.answers.get((what, answer), 0) + 1
        except BaseException as failure:  # noqa: BLE001  the test reports it
            self.failure = failure

    def step(self, client: SoapClient, what: str) -> str:
        machines = self.names(
            client, "SELECT Name FROM Msvm_ComputerSystem WHERE Caption='Virtual Machine'", "Name"
        )
        if what == "define" or not machines:
            if len(machines) >= MOST_MACHINES:
                return "enough"
            return self.define(client)
        name = self.random.choice(machines)
        keys = {"CreationClassName": "Msvm_ComputerSystem", "Name": name}
        if what in STATES:
            wanted = f"<p:RequestedState>{STATES[what]}</p:RequestedState>"
            return self.code(client.invoke(SYSTEM, "RequestStateChange", wanted, keys))
        if what == "destroy":
            return self.code(
                client.invoke(SERVICE, "DestroySystem", reference("AffectedSystem", SYSTEM, keys))
            )
        if what == "checkpoint":
            parameters = reference("AffectedSystem", SYSTEM, keys) + "<p:SnapshotType>2</p:SnapshotType>"
            return self.code(client.invoke(SNAPSHOTS, "CreateSnapshot", parameters))
        if what == "apply":
            taken = self.names(
                client,
                "SELECT InstanceID FROM Msvm_VirtualSystemSettingData WHERE "
                "VirtualSystemType='Microsoft:Hyper-V:Snapshot:Realized'",
                "InstanceID",
            )
            if not taken:
                return "none"
            chosen = {"InstanceID": self.random.choice(taken)}
            return self.code(
                client.invoke(SNAPSHOTS, "ApplySnapshot", reference("Snapshot", SETTINGS, chosen))
            )
        jobs = self.names(client, "SELECT InstanceID FROM Msvm_ConcreteJob WHERE JobState=4", "InstanceID")
        for job in jobs[:2]:
            client.get(V2 + "Msvm_ConcreteJob", {"InstanceID": job})
        return "looked"

    def define(self, client: SoapClient) -> str:
        text = (
            '<INSTANCE CLASSNAME="Msvm_VirtualSystemSettingData"><PROPERTY NAME="ElementName" TYPE="string">'
            f"<VALUE>chaos{self.random.randrange(1000)}</VALUE></PROPERTY></INSTANCE>"
        )
        return self.code(
            client.invoke(SERVICE, "DefineSystem", f"<p:SystemSettings>{escape(text)}</p:SystemSettings>")
        )

    def names(self, client: SoapClient, query: str, name: str) -> list[str]:
        return [item.findtext(f"{{*}}{name}") for item in client.wql("root/virtualization/v2", query)]

    def code(self, answer) -> str:
        if answer.all("s:Fault"):
            assert answer.fault_code in GONE, answer.body
            return "gone"
        code = answer.property("ReturnValue")
        assert code in ANSWERS, answer.body
        return code


def test_random_clients_over_the_wire_leave_a_sound_host(basic_host):
    machine = basic_host.machine
    ends = time.monotonic() + SECONDS
    clients = [Client(basic_host, seed, ends) for seed in range(CLIENTS)]
    for client in clients:
        client.start()
    broken: list[str] = []
    while time.monotonic() < ends and not broken:
        broken = audit(machine)
        time.sleep(0.5)
    for client in clients:
        client.join(GRACE)
    assert not [client for client in clients if client.is_alive()], "a client is locked up"
    assert [client.failure for client in clients] == [None] * CLIENTS
    assert not broken
    with machine.looking():
        jobs = list(machine.jobs.running)
    for job in jobs:
        machine.jobs.wait(job)
    assert audit(machine) == []
    assert machine.filesystem.audit() == []
    done = {what for client in clients for (what, code) in client.answers if code in ("0", "4096")}
    assert {"define", "start", "checkpoint", "apply", "destroy"} <= done
