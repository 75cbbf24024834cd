"""One run that measures what the product promises: start, memory, seeding and requests a second.

    make benchmark            (or: python benchmarks/run.py [SECONDS PER LOAD])

Figures depend on the machine; compare ratios within one run, not numbers between machines. The last
column relates each load to the first one.
"""

from __future__ import annotations

import compileall
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).parent
WMI = "http://schemas.microsoft.com/wbem/wsman/1/wmi/root/virtualization/v2"
ENUMERATION = "http://schemas.xmlsoap.org/ws/2004/09/enumeration"
PROFILE = """\
name: benchmark
extends: windows-server-2022-datacenter
winrm: {{allow_unencrypted: true, authentication: {{basic: true}}}}
inventory:
  virtual_machines: []
  generate: {{virtual_machines: {count}}}
"""
IN_PROCESS = """
import time
from emulator import HyperVHost
from emulator.identify_probe import identify
HyperVHost(https_port=None).start().stop()
times = []
for _ in range(20):
    started = time.perf_counter()
    host = HyperVHost(https_port=None).start()
    assert identify(host.http_url, 5)
    times.append(time.perf_counter() - started)
    host.stop()
print(sorted(times)[len(times) // 2])
"""
SEEDING = """
import time
from emulator.host import Host
from emulator.profile import load
import sys
Host(load("windows-server-2022-datacenter"))
profile = load(sys.argv[1])
started = time.perf_counter()
host = Host(profile)
count = len(host.virtual_machines)
print(time.perf_counter() - started, count)
"""


class Server:
    """`hyperv-emulator serve` in a process of its own on free ports."""

    def __init__(self, *arguments: str) -> None:
        self.started = time.perf_counter()
        self.process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "emulator.cli",
                "serve",
                *arguments,
                "--http-port",
                "0",
                "--https-port",
                "0",
                "--control-port",
                "0",
            ],
            stdout=subprocess.PIPE,
            text=True,
        )
        banner = []
        for line in self.process.stdout:
            banner.append(line)
            if line.startswith("Ctrl-C"):
                break
        self.url = re.search(r"(http://127.0.0.1:(\d+)/wsman)", "".join(banner))[1]
        self.port = int(self.url.split(":")[2].split("/")[0])

    def resident_mebibytes(self) -> float:
        status = Path(f"/proc/{self.process.pid}/status").read_text(encoding="ascii")
        return int(re.search(r"VmRSS:\s+(\d+)", status)[1]) / 1024

    def __enter__(self) -> Server:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        self.process.wait(10)


def main() -> None:
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 3.0
    # An installed package has its byte code and its profiles compiled; a checkout may not have them yet.
    compileall.compile_dir(str(HERE.parent / "emulator"), quiet=2)
    warm = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    load = "from emulator.profile import load; load('windows-server-2022-datacenter')"
    subprocess.run([sys.executable, "-c", load], check=True, env=warm)
    with tempfile.TemporaryDirectory() as folder:
        hundred, thousand = Path(folder, "hundred.yaml"), Path(folder, "thousand.yaml")
        hundred.write_text(PROFILE.format(count=100), encoding="utf-8")
        thousand.write_text(PROFILE.format(count=1000), encoding="utf-8")
        _start_and_memory()
        _seeding(thousand)
        _throughput(hundred, seconds)


def _start_and_memory() -> None:
    times, memory = [], []
    for _ in range(7):
        started = time.perf_counter()
        with Server() as server:
            times.append(_first_identify(server.url, started))
            time.sleep(1.0)
            memory.append(server.resident_mebibytes())
    print(f"exec to first answered Identify   median {statistics.median(times) * 1000:7.1f} ms   (aim 300)")
    print(f"idle memory after start           median {statistics.median(memory):7.1f} MiB  (aim 60)")
    taken = float(subprocess.check_output([sys.executable, "-c", IN_PROCESS], text=True))
    print(f"HyperVHost().start() to answer    median {taken * 1000:7.1f} ms   (aim 10)")


def _first_identify(url: str, started: float) -> float:
    from emulator.identify_probe import identify

    assert identify(url, 10)
    return time.perf_counter() - started


def _seeding(profile: Path) -> None:
    answer = subprocess.check_output([sys.executable, "-c", SEEDING, str(profile)], text=True).split()
    print(f"{answer[1]} virtual machines seeded in    {float(answer[0]) * 1000:7.1f} ms   (aim 300)")


def _throughput(profile: Path, seconds: float) -> None:
    with Server(str(profile)) as server:
        requests = {"Get one VM": _get_request(server), "Enumerate 100 VMs": _enumerate_request()}
        aims = {("Get one VM", 1): 2000, ("Get one VM", 8): 4000}
        first = 0.0
        print(
            f"\n{'request':18} {'authentication':16} {'connections':>11} {'requests/s':>11} {'MB/s':>7} {'aim':>6} {'ratio':>6}"
        )
        for name, body in requests.items():
            for authentication in ("basic", "ntlm", "ntlm-encrypted"):
                for connections in (1, 8, 16):
                    result = json.loads(
                        subprocess.run(
                            [
                                sys.executable,
                                str(HERE / "load.py"),
                                str(server.port),
                                authentication,
                                str(connections),
                                str(seconds),
                            ],
                            input=body,
                            capture_output=True,
                            check=True,
                        ).stdout
                    )
                    rate = result["requests"] / result["seconds"]
                    first = first or rate
                    aim = aims.get((name, connections), 500 if name.startswith("Enumerate") else "")
                    print(
                        f"{name:18} {authentication:16} {connections:11} {rate:11.0f} "
                        f"{result['bytes'] / result['seconds'] / 1e6:7.1f} {aim!s:>6} {rate / first:6.2f}",
                        flush=True,
                    )
        print(f"\nmemory after the loads                   {server.resident_mebibytes():7.1f} MiB")


def _envelope(action: str, resource: str, body: str, selectors: str = "") -> bytes:
    return (
        '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" '
        'xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing" '
        'xmlns:n="http://schemas.xmlsoap.org/ws/2004/09/enumeration" '
        'xmlns:w="http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd"><s:Header>'
        "<a:To>http://localhost:5985/wsman</a:To><a:ReplyTo><a:Address>"
        "http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous</a:Address></a:ReplyTo>"
        f'<a:Action s:mustUnderstand="true">{action}</a:Action>'
        f'<w:ResourceURI s:mustUnderstand="true">{resource}</w:ResourceURI>'
        '<w:MaxEnvelopeSize s:mustUnderstand="true">512000</w:MaxEnvelopeSize>'
        "<a:MessageID>uuid:3C1F5A2E-5B1B-4C0C-8D4E-111111111111</a:MessageID>"
        "<w:OperationTimeout>PT60.000S</w:OperationTimeout>"
        f"{selectors}</s:Header><s:Body>{body}</s:Body></s:Envelope>"
    ).encode()


def _enumerate_request() -> bytes:
    return _envelope(
        f"{ENUMERATION}/Enumerate",
        f"{WMI}/*",
        "<n:Enumerate><w:OptimizeEnumeration/><w:MaxElements>100</w:MaxElements>"
        '<w:Filter Dialect="http://schemas.microsoft.com/wbem/wsman/1/WQL">'
        "SELECT * FROM Msvm_ComputerSystem WHERE Name != __SERVER</w:Filter></n:Enumerate>",
    )


def _get_request(server: Server) -> bytes:
    import winrm

    protocol = winrm.Session(server.url, auth=("Administrator", "Passw0rd!"), transport="basic").protocol
    answer = protocol.send_message(_enumerate_request().decode())
    text = answer if isinstance(answer, str) else answer.decode()
    identifier = re.search(r"<p:Name>([0-9A-F-]{36})</p:Name>", text)[1]
    return _envelope(
        "http://schemas.xmlsoap.org/ws/2004/09/transfer/Get",
        f"{WMI}/Msvm_ComputerSystem",
        "",
        '<w:SelectorSet><w:Selector Name="CreationClassName">Msvm_ComputerSystem</w:Selector>'
        f'<w:Selector Name="Name">{identifier}</w:Selector></w:SelectorSet>',
    )


if __name__ == "__main__":
    main()
