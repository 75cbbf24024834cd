"""The performance counters of a machine: WMI tells what the classes of a release have."""

from __future__ import annotations

from emulator.cim.errors import InvalidClass
from emulator.host import Host
from emulator.host.windows.counter_paths import CounterCatalog
from emulator.powershell.modules.cim.management import Management

#: What every class of counters has besides its counters.
_COMMON = frozenset({"Caption", "Description", "Name"})
_STAMPS = ("Frequency_", "Timestamp_")


def catalog_of(host: Host, management: Management) -> CounterCatalog:
    """The counters, as paths name them."""
    schema = management.namespace("root/cimv2").schema

    def properties_of(key: str) -> list[str] | None:
        try:
            declaration = schema.find(f"Win32_PerfFormattedData_{key}")
        except InvalidClass:
            return None
        names = [each.name for each in declaration.properties]
        return [each for each in names if each not in _COMMON and not each.startswith(_STAMPS)]

    return CounterCatalog(host, properties_of)
