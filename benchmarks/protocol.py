"""WS-Management beside another CIM server: the same work on 1,000 virtual machines, as a table with ratios.

    python benchmarks/protocol.py [SECONDS PER LOAD]

The other one is pywbem_mock, a CIM server in the caller's own process: no socket, no XML on the way, so it
is ahead before anything is looked up. It gets as many instances with as many properties. Openwsman's server
would be nearer, but Debian 12 has no package of it. Compare the ratios of one run, not figures of two
machines: the last column relates each load to the same request over one connection with Basic.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "contract_tests"))

from run import Server  # noqa: E402
from soap import ENUMERATION, TRANSFER, V2, WMI, Answer, envelope, wql_filter  # noqa: E402

MACHINES = 1000
PROFILE = f"""\
name: protocol
extends: windows-server-2022-datacenter
winrm:
  allow_unencrypted: true
  authentication: {{basic: true}}
  max_envelope_size_kilobytes: 16384
inventory:
  virtual_machines: []
  generate: {{virtual_machines: {MACHINES}}}
"""
VM = V2 + "Msvm_ComputerSystem"
OPTIMIZED = f"<w:OptimizeEnumeration/><w:MaxElements>{MACHINES + 1}</w:MaxElements>"
ROOMY = "<w:MaxEnvelopeSize>16777216</w:MaxEnvelopeSize>"
AUTHENTICATIONS = ("basic", "ntlm-encrypted")
CONNECTIONS = (1, 16)


def main() -> None:
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 3.0
    with tempfile.TemporaryDirectory() as folder:
        profile = Path(folder, "protocol.yaml")
        profile.write_text(PROFILE, encoding="utf-8")
        with Server(str(profile)) as server:
            requests, properties = _requests(server)
            other = _pywbem_mock(properties)
            print(
                f"{'request':26} {'server':14} {'protection':15} {'connections':>11} {'a second':>9} {'ratio':>6}"
            )
            for name, request in requests.items():
                _rows(name, request, other.get(name), server, seconds)


def _rows(
    name: str, request: bytes, other: Callable[[], object] | str | None, server: Server, seconds: float
):
    first = 0.0
    for authentication in AUTHENTICATIONS:
        for connections in CONNECTIONS:
            rate = _load(server, request, authentication, connections, seconds)
            first = first or rate
            _print(name, "emulator", authentication, connections, rate, first)
    if callable(other):
        _print(name, "pywbem_mock", "in process", 1, _repeat(other, seconds), first)
    else:
        print(f"{name:26} {'pywbem_mock':14} {other or 'not measured'}")


def _print(name: str, server: str, protection: str, connections: int, rate: float, first: float) -> None:
    print(
        f"{name:26} {server:14} {protection:15} {connections:11} {rate:9.1f} {rate / first:6.2f}", flush=True
    )


def _load(server: Server, body: bytes, authentication: str, connections: int, seconds: float) -> float:
    """Requests a second of the load generator in its own process."""
    command = [sys.executable, str(HERE / "load.py"), str(server.port), authentication, str(connections)]
    done = subprocess.run([*command, str(seconds)], input=body, capture_output=True, check=True)
    result = json.loads(done.stdout)
    return result["requests"] / result["seconds"]


def _repeat(work: Callable[[], object], seconds: float) -> float:
    count, started = 0, time.perf_counter()
    while time.perf_counter() - started < seconds:
        work()
        count += 1
    return count / (time.perf_counter() - started)


def _requests(server: Server) -> tuple[dict[str, bytes], list[str]]:
    """The requests by name, and the names of a machine's properties."""
    everything = envelope(
        ENUMERATION + "Enumerate",
        VM,
        f"<n:Enumerate>{OPTIMIZED}</n:Enumerate>",
        extra=ROOMY,
    )
    answer = _ask(server, everything)
    items = list(answer.find("w:Items"))
    assert len(items) == MACHINES + 1, f"{len(items)} machines in one answer"
    chosen = items[-1]
    values = {child.tag.rpartition("}")[2]: child.text for child in chosen}
    identifier, caption = values["Name"], values["ElementName"]
    selectors = {"CreationClassName": "Msvm_ComputerSystem", "Name": identifier}

    def query(where: str) -> bytes:
        text = f"SELECT * FROM Msvm_ComputerSystem WHERE {where}"
        inner = f"<n:Enumerate>{OPTIMIZED}{wql_filter(text)}</n:Enumerate>"
        return envelope(ENUMERATION + "Enumerate", WMI + "root/virtualization/v2/*", inner).encode()

    # A request for the state that the machine is in: answered without a job, so that nothing piles up.
    state = f'<p:RequestStateChange_INPUT xmlns:p="{VM}"><p:RequestedState>3</p:RequestedState></p:RequestStateChange_INPUT>'
    return {
        f"Enumerate {MACHINES} machines": everything.encode(),
        "WQL with the key": query(f"Name = '{identifier}'"),
        "WQL without the key": query(f"ElementName LIKE '%{caption}'"),
        "Get": envelope(TRANSFER + "Get", VM, selectors=selectors).encode(),
        "Invoke": envelope(VM + "/RequestStateChange", VM, state, selectors).encode(),
    }, list(values)


def _ask(server: Server, request: str) -> Answer:
    from soap import SoapClient

    class Address:
        http_port = server.port

    with SoapClient(Address()) as client:  # type: ignore[arg-type]
        answer = client.post(request)
    assert answer.status == 200, answer.body[:2000]
    return answer


def _pywbem_mock(properties: list[str]) -> dict[str, Callable[[], object] | str]:
    """The same work on pywbem_mock: a class with the same properties, as many instances."""
    try:
        import pywbem
        import pywbem_mock
    except ImportError:
        return dict.fromkeys(_names(), "not installed (pip install pywbem)")
    connection = pywbem_mock.FakedWBEMConnection(default_namespace="root/virtualization/v2")
    plain = "".join(f"  string {name};\n" for name in properties if name != "Name")
    connection.compile_mof_string(
        "Qualifier Key : boolean = false, Scope(property, reference), Flavor(DisableOverride, ToSubclass);\n"
        "Qualifier Association : boolean = false, Scope(association), Flavor(DisableOverride, ToSubclass);\n"
        f"class Msvm_ComputerSystem {{\n  [Key] string Name;\n{plain}}};\n"
    )
    for number in range(MACHINES):
        values = dict.fromkeys(properties, "a value of usual length") | {"Name": f"vm{number}"}
        connection.add_cimobjects(pywbem.CIMInstance("Msvm_ComputerSystem", values, path=_path(number)))
    get = _path(MACHINES // 2)

    def by_query(where: str) -> Callable[[], object] | str:
        def ask() -> object:
            return connection.ExecQuery("DMTF:CQL", f"SELECT * FROM Msvm_ComputerSystem WHERE {where}")

        try:
            ask()
        except (pywbem.Error, NotImplementedError) as refused:
            return f"ExecQuery: {str(refused).splitlines()[0][:60]}"
        return ask

    work = (
        lambda: connection.EnumerateInstances("Msvm_ComputerSystem"),
        by_query("Name = 'vm500'"),
        by_query("ElementName = 'x'"),
        lambda: connection.GetInstance(get),
        "InvokeMethod needs a provider of one's own",
    )
    return dict(zip(_names(), work, strict=True))


def _names() -> tuple[str, ...]:
    return (f"Enumerate {MACHINES} machines", "WQL with the key", "WQL without the key", "Get", "Invoke")


def _path(number: int):
    import pywbem

    return pywbem.CIMInstanceName(
        "Msvm_ComputerSystem", {"Name": f"vm{number}"}, namespace="root/virtualization/v2"
    )


if __name__ == "__main__":
    main()
