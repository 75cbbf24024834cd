"""A host with many virtual machines: how long it loads, how much memory it takes, and what a look-up costs.

    python benchmarks/scale.py [MACHINES]

Times are processor times, so that other work on the computer counts less. Ratios compare the large host with
one of ten machines; a ratio near 1 means that the cost does not grow with the host.
"""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Callable

from emulator.host import Host
from emulator.profile import loads
from emulator.wmi import WmiService

SMALL, LARGE = 10, 10_000
LOAD_SECONDS, MEGABYTES = 5.0, 1024
PROFILE = """\
extends: windows-server-2022-datacenter
hardware: {{memory: 1 TB}}
inventory: {{virtual_machines: [], generate: {{virtual_machines: {count}}}}}
"""
V2 = "root/virtualization/v2"
LIST = "SELECT * FROM Msvm_ComputerSystem WHERE Caption = 'Virtual Machine'"


def seconds(action: Callable[[], object], times: int) -> float:
    """Processor time of one call, the best of three rounds."""
    rounds = []
    for _ in range(3):
        started = time.process_time()
        for _ in range(times):
            action()
        rounds.append((time.process_time() - started) / times)
    return min(rounds)


def measure(count: int) -> dict[str, float]:
    """Seconds of each question about a host with this many machines."""
    profile = loads(PROFILE.format(count=count))
    started = time.process_time()
    host = Host(profile, "manual")
    loaded = time.process_time() - started
    namespace = WmiService(host).namespace(V2)
    machines = list(host.virtual_machines)
    last = machines[-1]
    key = {"CreationClassName": "Msvm_ComputerSystem", "Name": last.id}
    settings = f"Msvm_VirtualSystemSettingData.InstanceID='Microsoft:{last.id}'"

    def listed(text: str) -> Callable[[], object]:
        def run() -> object:
            host.settings.touch()  # what a changed host answers, not what was remembered
            with namespace.reading():
                return [each.value("ElementName") for each in namespace.query(text).instances]

        return run

    def got() -> object:
        with namespace.reading():
            return namespace.get("Msvm_ComputerSystem", key).value("EnabledState")

    found = {
        "load": loaded,
        "list all, a machine": seconds(listed(LIST), 1) / len(machines),
        "get one by key": seconds(got, 200),
        "query one by name": seconds(
            listed(f"SELECT * FROM Msvm_ComputerSystem WHERE Name = '{last.id}'"), 50
        ),
        "devices of one": seconds(lambda: namespace.associators(settings), 20),
        "find by name": seconds(lambda: host.virtual_machines.find(last.name), 200),
    }
    host.close()
    return found


def main() -> int:
    """Print the figures; 1 when the large host misses a bound."""
    large = int(sys.argv[1]) if len(sys.argv) > 1 else LARGE
    measure(SMALL)  # loads what is loaded once
    small, big = measure(SMALL), measure(large)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{'':24}{SMALL:>12}{large:>12}{'ratio':>8}")
    for name, value in big.items():
        print(f"{name:24}{small[name] * 1e6:>9.0f} us{value * 1e6:>9.0f} us{value / small[name]:>8.2f}")
    print(f"peak memory {memory:.0f} MB (bound {MEGABYTES}); load {big['load']:.2f} s (bound {LOAD_SECONDS})")
    return int(memory > MEGABYTES or big["load"] > LOAD_SECONDS)


if __name__ == "__main__":
    sys.exit(main())
